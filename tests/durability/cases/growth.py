"""What is deployed again and again does not grow the store: the versions that are configured stay, with their scripts and compiled code,
and nothing else after the grace period. A refused upload leaves nothing."""
import contextlib
import re
import time

import deploy
from files import classes
from host import Place
from suite import FAIL, PASS, Row

# Beside the grace period: time for a collection to begin and to end.
COLLECTION_SECONDS = 20
REFUSED = 30


def rows(suite):
    keys = suite.store_keys()
    grace = next((key for key in keys if "grace" in key), None)
    settings = {grace: minimum(keys[grace])} if grace else {}
    redeploys, kept = suite.either((150, 10), (2_000, 100))
    if "versions" in keys:
        settings["versions"] = kept
    elif not suite.full:
        kept = 100
    text = "[store]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())
    place = Place(suite.room("growth"), suite.binary)
    place.config.write_text(deploy.configuration(["growth"], text))
    # A host without a grace period collects nothing, so there is nothing to wait for.
    patience = settings[grace] + COLLECTION_SECONDS if grace else 0
    with place.start() as host:
        deploy.namespace(host, "growth")
        yield redeployed(place, host, redeploys, kept, patience)
        yield refused(place, host, patience)
    suite.discard(place.folder)


def minimum(row):
    """The least value of a key, off its column `seconds, 1 to 3600`."""
    return int(re.search(r"(\d+) to ", row[1]).group(1))


def redeployed(place, host, redeploys, kept, patience):
    for number in range(redeploys):
        deploy.worker(host, "growth", "worker", number, {"v1": f"variable-{number}"})
    counts = eventually(place, {"scripts": kept, "compiled": kept}, patience)
    title = f"{redeploys} redeploys of one worker leave {kept} versions"
    good = counts["scripts"] == kept and counts["compiled"] <= kept
    return Row(title, PASS if good else FAIL, f"{counts['scripts']} scripts and {counts['compiled']} files of compiled code are left")


def refused(place, host, patience):
    before = counted(place)
    for number in range(REFUSED):
        with contextlib.suppress(deploy.Failed):
            deploy.worker(host, "growth", "refused", 10**6 + number, bindings=[{"type": "service", "name": "b1", "service": "nowhere"}])
            return Row("a refused upload leaves nothing", FAIL, "a binding that leads nowhere is accepted")
    counts = eventually(place, before, patience)
    return Row(f"{REFUSED} refused uploads leave nothing", PASS if counts == before else FAIL, f"before {before}, afterwards {counts}")


def counted(place):
    found = classes(place.data, empty=True)
    return {kind: len(found.get(kind, ())) for kind in ("scripts", "compiled")}


def eventually(place, expected, patience):
    """The numbers of files, once they are what is expected, or after all patience."""
    end = time.monotonic() + patience
    while (counts := counted(place)) != expected and time.monotonic() < end:
        time.sleep(0.2)
    return counts
