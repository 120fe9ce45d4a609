"""A data folder written by 0935371 is opened by today's host: everything is kept, also if the first start is killed, and what was in
clear text there is not any more."""
import threading

import bases
import deploy
import fixture
from cases.secrets import row as clear_text
from host import Refused
from suite import FAIL, PASS, Row
from verdict import Verdict, judge

# Starts after the first, by which the old log is gone.
STARTS = 3


def rows(suite):
    base = suite.bases["old"]
    with suite.copy("old", "upgrade") as place:
        said = fixture.unpack(place)
        for when in ("the first start", "the next start"):
            yield suite.row(f"upgrade: {len(base.table)} rows at {when}", [(when, judge(place, base).whole())])
        yield routes_and_versions(place, said)
        for _ in range(STARTS):
            place.start().stop()
        yield clear_text("upgrade: no secret is in clear text afterwards", place, said["secrets"])
    judged = suite.each(lambda number: killed(suite, base, number), range(suite.either(16, 200)))
    yield suite.row("upgrade: the first start killed at a random moment", judged)


def routes_and_versions(place, said):
    with place.start() as host:
        found = {route: host.ask(route)[1] for route in said["routes"]}
        version = deploy.worker(host, bases.NAMESPACES[0], fixture.GONE, 1)["version"]
    same = all(head.items() <= found[route].items() for route, head in said["routes"].items())
    expected = fixture.GONE_VERSIONS + 1
    good = same and version == expected
    detail = "" if good else f"expected {said['routes']} and version {expected}, found {found} and version {version}"
    return Row("upgrade: routes lead where they led, and a deleted worker's versions go on", PASS if good else FAIL, detail)


def killed(suite, base, number):
    """Kills the first start after a random time, and judges the next."""
    moment = suite.random("upgrade", number).uniform(0, 0.5)
    with suite.copy("old", "upgrade") as place:
        timers = []

        def spawned(process):
            timers.append(threading.Timer(moment, process.kill))
            timers[0].start()

        try:
            with place.start(spawned=spawned):
                timers[0].join()
        except Refused as refused:
            if refused.code != -9:
                return f"{moment:.3f} s", Verdict("refused", str(refused)).whole()
        return f"killed after {moment:.3f} s", judge(place, base).whole()
