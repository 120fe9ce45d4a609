"""Changes to a host: namespaces, workers with variables and secrets, certificates. Each raises `Failed` if it is not acknowledged."""
import functools
import hashlib
import json
import subprocess

from host import ROOT

# What `worker.wat` has in the place of a worker's id.
PLACE_OF_ID = b"?" * 16


class Failed(Exception):
    """The host answered a change with an error. A 500 means that it is unknown whether the change was made."""

    def __init__(self, status, answer):
        super().__init__(f"{status} {answer}")
        self.status = status


@functools.cache
def template():
    made = subprocess.run([ROOT / "target/debug/durability-worker"], check=True, stdout=subprocess.PIPE).stdout
    assert made.count(PLACE_OF_ID) == 1, "worker.wat has one place for an id"
    return made


def script(number):
    """The component of a worker that answers this number as `x-id`."""
    return template().replace(PLACE_OF_ID, b"%016d" % number)


def digest(number):
    return hashlib.sha256(script(number)).hexdigest()


def path(namespace, name=""):
    """The control path of a worker; the operator's own workers have no namespace."""
    return f"dispatch/namespaces/{namespace}/scripts/{name}" if namespace else f"scripts/{name}"


def address(namespace, name):
    """The host name that leads to a worker, with the dispatches of `configuration`."""
    return f"{name}.{namespace}.test" if namespace else f"{name}.localhost"


# Hosts that know no such key answer to these names unasked.
LOCAL_NAMES = "local_names = true\n"


def configuration(namespaces, more=""):
    """A configuration file that dispatches `WORKER.NAMESPACE.test` to each namespace, and `WORKER.localhost` to the operator's."""
    tables = [f'[[dispatch]]\ndomain = "{one}.test"\nnamespace = "{one}"\n' for one in namespaces]
    return LOCAL_NAMES + "".join(tables) + more


def changed(answer):
    status, read = answer
    if status != 200:
        raise Failed(status, read)
    return read["result"]


def namespace(host, name, **more):
    return changed(host.api("POST", "dispatch/namespaces", {"name": name, **more}))


def worker(host, space, name, number, variables=None, secrets=None, **metadata):
    """Deploys a worker, and gives what the host says of it."""
    return changed(host.api("PUT", path(space, name), *form(script(number), variables, secrets, metadata)))


def form(component, variables, secrets, metadata):
    bindings = [{"type": "plain_text", "name": one, "text": text} for one, text in (variables or {}).items()]
    bindings += [{"type": "secret_text", "name": one, "text": text} for one, text in (secrets or {}).items()]
    bindings += metadata.pop("bindings", [])
    said = {"main_module": "worker", "bindings": bindings, **metadata}
    edge = "a-boundary-of-the-durability-tests"
    head = f'--{edge}\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n{json.dumps(said)}\r\n'
    head += f'--{edge}\r\ncontent-disposition: form-data; name="worker"; filename="worker"\r\ncontent-type: application/wasm\r\n\r\n'
    return head.encode() + component + f"\r\n--{edge}--\r\n".encode(), {"content-type": f"multipart/form-data; boundary={edge}"}


def secret(host, space, name, key, text):
    return changed(host.api("PUT", path(space, name) + "/secrets", {"name": key, "text": text, "type": "secret_text"}))


def delete(host, what):
    return changed(host.api("DELETE", what))
