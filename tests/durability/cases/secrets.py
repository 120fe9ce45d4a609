"""Secrets are never in clear text in any file of the data folder; once they were rotated or deleted and the store was compacted, no form
of them is."""
import base64

import deploy
from files import files
from host import Place
from suite import FAIL, PASS, Row

SECRETS = 20
# Changes and starts after which a store has compacted its log, if nothing does it sooner.
CHANGES, STARTS = 300, 3


def rows(suite):
    place = Place(suite.room("secrets"), suite.binary)
    place.config.write_text(deploy.configuration(["secrets"]))
    first = [text("first", number) for number in range(SECRETS)]
    second = [text("second", number) for number in range(SECRETS)]
    with place.start() as host:
        deploy.namespace(host, "secrets")
        for number in range(SECRETS):
            deploy.worker(host, "secrets", f"worker-{number}", 1, None, {"s1": first[number]})
        yield row("secrets that are in use are in no file in clear text", place, first)
        yield row("the control token is in no file but its own", place, [host.token], but=("token",))
        rotate_and_delete(host, second)
        yield row("secrets that were rotated and deleted are in no file in clear text", place, first + second)
        for number in range(CHANGES):
            deploy.worker(host, "secrets", "other", number % 5, {"v1": str(number)})
    for _ in range(STARTS):
        place.start().stop()
    yield row("after compaction they are in no file", place, first + second)
    suite.discard(place.folder)


def text(name, number):
    """A secret with nothing in common with another one of 8 bytes."""
    return f"{name}-{number:02}-" + base64.b64encode(f"{number * 7919:08}{name}".encode() * 2).decode().strip("=")


def rotate_and_delete(host, second):
    for number in range(SECRETS):
        name = f"worker-{number}"
        deploy.secret(host, "secrets", name, "s1", second[number])
        if number % 3 == 0:
            deploy.delete(host, deploy.path("secrets", name) + "/secrets/s1")
        elif number % 3 == 1:
            deploy.delete(host, deploy.path("secrets", name))
        else:
            deploy.secret(host, "secrets", name, "s1", "the last one")


def row(title, place, texts, but=()):
    found = [f"{path} has {one!r}" for path in files(place.data) if path not in but for one in texts
             if any(form in (place.data / path).read_bytes() for form in forms(one))]
    return Row(title, FAIL if found else PASS, f"{len(found)} finds, first: {found[0]}" if found else "")


def forms(one):
    """A text as it is, in hexadecimal, and in base64 at each of its three alignments, without what depends on the neighbours."""
    read = one.encode()
    coded = [base64.b64encode(b"\0" * pad + read)[4 if pad else 0:-4] for pad in range(3)]
    return [read, read.hex().encode(), *coded]
