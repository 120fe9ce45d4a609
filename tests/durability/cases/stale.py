"""One folder of the store put back as it was some changes ago, as a careless restore does. The copies disagree, and both are sound: the
host must take the newer one, or refuse. Where there is one copy only, nothing can tell."""
import shutil

import deploy
from bases import NAMESPACES, Base
from files import folders, holds_records
from state import observe
from verdict import judge

CHANGES = 5


def rows(suite):
    for name in ("crashed", "stopped"):
        with suite.copy(name, "older") as older, suite.copy(name, "newer") as newer:
            base = Base(newer, changed(newer), 1)
            records = [one for one in folders(newer.data) if holds_records(one)]
            stale = records if len(records) > 1 else []
            judged = [(f"an older {one}", put_back(suite, base, older, one)) for one in stale]
            yield suite.row(f"{name}: one folder is {CHANGES} changes older", judged, "there is one folder of records only")


def changed(place):
    """Makes some changes, and gives the table after them."""
    with place.start() as host:
        for number in range(CHANGES):
            deploy.worker(host, NAMESPACES[number], f"later-{number}", number, {"v1": "later"}, {"s1": f"later-{number}"})
        deploy.delete(host, deploy.path("", "own-64"))
        table = observe(host)
        host.stop()
    return table


def put_back(suite, base, older, folder):
    place = base.copy(suite.room("stale"))
    shutil.rmtree(place.data / folder)
    shutil.copytree(older.data / folder, place.data / folder)
    try:
        return judge(place, base, [folder])
    finally:
        suite.discard(place.folder)
