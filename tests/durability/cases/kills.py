"""`kill -9` at random moments, under load and while the host starts: every acknowledged change is there, every other one is there as a
whole or not at all, and versions never go back."""
import threading
import time

import deploy
from host import Place, Refused
from load import SPACES, Load
from suite import FAIL, PASS, Row

# The moment of a kill, in seconds after the load or the start begins.
UNDER_LOAD, AT_START = (0.02, 1.0), (0.0, 0.3)


def rows(suite):
    times = suite.either(20, 200)
    place = Place(suite.room("kills"), suite.binary)
    place.config.write_text(deploy.configuration(SPACES))
    numbers, load, kills_at_start = suite.random("kills"), Load(suite.seed), 0
    title = f"{times} kills at random moments under load"
    try:
        for number in range(times):
            with place.start() as host:
                if wrong := load.check(host):
                    yield Row(title, FAIL, f"after {number} kills: {wrong[0]}")
                    return
                load.during(host.fork, lambda: at_random(numbers, host))  # noqa: B023: called at once
            if number % 4 == 3:
                kills_at_start += killed_at_start(place, numbers)
        with place.start() as host:
            wrong = load.check(host)
    except Refused as refused:
        wrong = [f"the host does not start: {refused}"]
    counts = f"{load.acknowledged} acknowledged, and {kills_at_start} kills during a start"
    yield Row(title, FAIL if wrong else PASS, wrong[0] if wrong else counts)
    suite.discard(place.folder)


def at_random(numbers, host):
    time.sleep(numbers.uniform(*UNDER_LOAD))
    host.kill()


def killed_at_start(place, numbers):
    """1 if the kill came before the host served."""
    timers = []

    def spawned(process):
        timers.append(threading.Timer(numbers.uniform(*AT_START), process.kill))
        timers[0].start()

    try:
        with place.start(spawned=spawned):
            timers[0].join()
        return 0
    except Refused as refused:
        if refused.code != -9:
            raise
        return 1
