"""Backups of a running host, a second apart, while workers are deployed. Each is restored into a new folder, and has everything that was
acknowledged before it began, nothing that was never deployed, and every script."""
import threading
import time

import deploy
from host import Hung, Place, Refused
from state import observe
from suite import FAIL, PASS, Row
from verdict import Verdict

SPACE, WORKERS = "backup", 10
DEPLOYS_A_SECOND = 20
TITLE = "a backup every second under 20 deploys a second"


def rows(suite):
    for words in (("store", "backup"), ("store", "restore")):
        if lacks := suite.lacks(*words):
            yield Row(TITLE, FAIL, lacks)
            return
    place = Place(suite.room("backup"), suite.binary)
    place.config.write_text(deploy.configuration([SPACE]))
    with place.start() as host:
        deploy.namespace(host, SPACE)
        backups, deploys = taken(place, host, suite.either(10, 300))
    judged = suite.each(lambda one: (f"backup {one[0]}", restored(suite, place, deploys, *one)), backups)
    row = suite.row(f"{TITLE}: {deploys.sent} deploys", judged)
    row.outcome = row.outcome if deploys.acknowledged else FAIL
    yield row
    yield live_target(place, backups)
    suite.discard(place.folder)


class Deploys(threading.Thread):
    """Deploys workers in turn, each time another script. The script's number is the number of the deploy."""

    def __init__(self, host):
        super().__init__()
        self.host, self.end = host.fork(), threading.Event()
        self.sent, self.acknowledged, self.failed = 0, 0, None

    def run(self):
        while not self.end.is_set() and not self.failed:
            self.sent += 1
            since = time.monotonic()
            try:
                deploy.worker(self.host, SPACE, f"worker-{self.sent % WORKERS}", self.sent, {"v1": f"variable-{self.sent}"},
                              {"s1": f"secret-{self.sent}"})
            except (deploy.Failed, OSError) as error:
                self.failed = error
            else:
                self.acknowledged = self.sent
            self.end.wait(max(0, 1 / DEPLOYS_A_SECOND - (time.monotonic() - since)))


def taken(place, host, seconds):
    """The backups: a number, a file, what was acknowledged before it began and sent before it ended, and what the command printed."""
    deploys, backups = Deploys(host), []
    deploys.start()
    try:
        for number in range(seconds):
            since, before, file = time.monotonic(), deploys.acknowledged, place.folder / f"backup-{number}"
            code, said = place.command("store", "backup", file, "--control", host.control, "--token", host.token)
            backups.append((number, file, before, deploys.sent, f"exit {code}: {said.strip()}" if code else ""))
            time.sleep(max(0, 1 - (time.monotonic() - since)))
    finally:
        deploys.end.set()
        deploys.join()
    if deploys.failed:
        raise deploys.failed
    return backups, deploys


def restored(suite, source, deploys, number, file, before, after, failure):
    if failure:
        return Verdict("not taken", failure)
    place = Place(suite.room("restored"), suite.binary)
    place.key, place.config = source.key, source.config
    place.token.write_text(source.token.read_text())
    code, said = place.command("store", "restore", file, "--data", place.data)
    if code:
        return Verdict("not restored", f"exit {code}: {said.strip()}")
    try:
        with place.start() as host:
            return checked(observe(host), before, after)
    except (Refused, Hung) as error:
        return Verdict("does not start", str(error))
    finally:
        suite.discard(place.folder)


def checked(table, before, after):
    """Each worker has its last deploy that was acknowledged before, or a later one that had begun; and they agree with one moment."""
    found = {}
    for row, said in table.items():
        if row.startswith("answer "):
            head = said["headers"]
            number = int(head.get("x-id", -1))
            found[number % WORKERS] = number
            if said["status"] != 200 or (head.get("v1"), head.get("s1")) != (f"variable-{number}", f"secret-{number}"):
                return Verdict("wrong", f"{row}: {said}")
        if row.startswith("script ") and said != row.split()[1]:
            return Verdict("without a script", f"{row}: {said}")
    # One client deploys one worker after another, so one moment is one number: all up to it, and none beyond.
    last = max(found.values(), default=0)
    expected = {number % WORKERS: number for number in range(max(1, last - WORKERS + 1), last + 1)}
    if found != expected or not before <= last <= after:
        return Verdict("inconsistent", f"expected every deploy up to one of {before} to {after}, found {sorted(found.values())}")
    return Verdict("recovered")


def live_target(place, backups):
    """A backup is never restored over a store."""
    title = "a restore over a store is refused"
    code, said = place.command("store", "restore", backups[-1][1], "--data", place.data)
    good = code and "hint: " in said
    return Row(title, PASS if good else FAIL, "" if good else f"exit {code}: {said.strip()}")
