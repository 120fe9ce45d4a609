#!/usr/bin/env python3
"""A data folder written by an older build, kept in `fixtures/` as text: the archive in base64, and a JSON with all that must be found.

`fixture.py NAME BINARY` makes one by a host of that build. Compiled code is left out, because it belongs to one engine."""
import base64
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import deploy

FOLDER = pathlib.Path(__file__).resolve().parent / "fixtures"
NAME = "0935371"
# A worker that was deployed so often, and deleted: its next version is one more.
GONE, GONE_VERSIONS = "gone", 3


def unpack(place, name=NAME):
    """Puts the data folder of a fixture into a place, and gives what must be found there."""
    read = base64.b64decode((FOLDER / f"{name}.tar.xz.base64").read_text())
    with tarfile.open(fileobj=io.BytesIO(read), mode="r:xz") as archive:
        archive.extractall(place.folder, filter="data")
    said = json.loads((FOLDER / f"{name}.json").read_text())
    place.config.write_text(deploy.LOCAL_NAMES + said["configuration"])
    place.token.write_text(said["token"])
    return said


def make(name, binary):
    import bases
    from host import Place
    from state import observe

    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, binary)
        configuration = deploy.configuration([*bases.NAMESPACES, "reusing"]).removeprefix(deploy.LOCAL_NAMES)
        place.config.write_text(configuration)
        host = place.start()
        bases.fill(host)
        key = more(host, pathlib.Path(folder))
        said = {"configuration": place.config.read_text(), "token": host.token,
                "secrets": [*bases.secrets(), "the last secret", key],
                "routes": {"shop.example.com": host.ask("shop.example.com")[1]}, "table": observe(host)}
        host.stop()
        # A host that was started again has a snapshot beside its log.
        place.start().stop()
        pack(name, place.data, said)


def more(host, folder):
    """What the 85 records have not: each kind of binding, routes, limits, reuse, a certificate, many versions, a deleted worker. Gives
    the first line of the certificate's private key."""
    import bases

    space = bases.NAMESPACES[0]
    deploy.namespace(host, "reusing", reuse=True)
    deploy.worker(host, "reusing", "again", 1, {"v1": "reused"}, reuse={"requests": 10})
    deploy.worker(host, space, "limited", 2, {"v1": "limited"}, limits={"cpu_ms": 1234, "subrequests": 5})
    deploy.worker(host, "", "routed", 3, {"v1": "routed"}, routes=["shop.example.com/*"])
    deploy.worker(host, "", "serving", 4, bindings=[{"type": "service", "name": "s2", "service": "own-60"},
                                                    {"type": "json", "name": "j1", "json": {"a": [1, 2.5, None]}}])
    outbound = {"worker": {"service": "own-61"}, "params": ["customer"]}
    deploy.worker(host, "", "dispatching", 5,
                  bindings=[{"type": "dispatch_namespace", "name": "dispatcher", "namespace": space, "outbound": outbound}])
    client = certificate(folder)
    said = deploy.changed(host.api("POST", "/client/v4/accounts/test/mtls_certificates", client))
    deploy.worker(host, space, "certified", 6, bindings=[{"type": "mtls_certificate", "name": "c1", "certificate_id": said["id"]}])
    deploy.worker(host, space, "large", 7, {"large": "0123456789" * 2_000})
    for number in range(7):
        deploy.worker(host, space, "versions", number, {"v1": f"version-{number}"}, {"s1": "an older secret"})
    deploy.secret(host, space, "versions", "s1", "the last secret")
    for number in range(GONE_VERSIONS):
        deploy.worker(host, space, GONE, number)
    deploy.delete(host, deploy.path(space, GONE))
    return client["private_key"].splitlines()[1]


def certificate(folder):
    key, made = folder / "client.key", folder / "client.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "36500",
                    "-subj", "/CN=client of a fixture", "-keyout", key, "-out", made], check=True, stderr=subprocess.DEVNULL)
    return {"name": "client", "certificates": made.read_text(), "private_key": key.read_text(), "ca": False}


def pack(name, data, said):
    FOLDER.mkdir(exist_ok=True)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz", preset=9) as archive:
        archive.add(data, "data", filter=lambda entry: None if entry.name.startswith("data/compiled") else anonymous(entry))
    (FOLDER / f"{name}.tar.xz.base64").write_bytes(base64.encodebytes(packed.getvalue()))
    (FOLDER / f"{name}.json").write_text(json.dumps(said, indent=1, sort_keys=True) + "\n")


def anonymous(entry):
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    make(*sys.argv[1:])
