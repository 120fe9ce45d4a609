"""A second host on the data folder of a running one is refused, and the first goes on. Of several at once, one starts."""
import concurrent.futures
import re

import deploy
from bases import NAMESPACES
from host import Host, Refused
from state import differences, observe
from suite import FAIL, LONGEST, PASS, Row
from verdict import Verdict, refusal

# What an operator does here is to stop the other host, so any hint will do.
HINT = re.compile(r"hint: ")
AT_ONCE = 5


def rows(suite):
    with suite.copy("stopped", "second") as place:
        yield second(suite.bases["stopped"], place)
    with suite.copy("crashed", "second") as place:
        yield at_once(suite.bases["crashed"], place, suite.either(4, 12))


def second(base, place):
    title = "a second process"
    with place.start() as first:
        verdict = start(place.beside("second"))
        deploy.worker(first, NAMESPACES[0], "after", 1)
        lines = [line for line in differences(base.table, observe(first)) if "after" not in line and "script_count" not in line]
    if lines:
        return Row(title, FAIL, f"the first host has lost {lines[0]}")
    return Row(title, PASS if verdict.good else FAIL, str(verdict))


def start(place):
    try:
        with place.start():
            return Verdict("started", "two hosts share a data folder")
    except Refused as refused:
        return refusal(place, refused, hint=HINT)


def at_once(base, place, times):
    title = f"{AT_ONCE} processes at once"
    for _ in range(times):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            tried = list(pool.map(lambda number: attempt(place.beside(f"process-{number}")), range(AT_ONCE)))
        hosts = [one for one in tried if isinstance(one, Host)]
        try:
            lines = differences(base.table, observe(hosts[0])) if hosts else []
        finally:
            for host in hosts:
                host.kill()
        if len(hosts) != 1 or lines:
            said = [str(one).replace("\n", " / ") for one in tried if isinstance(one, Refused)]
            return Row(title, FAIL, f"{len(hosts)} started {lines[:1]}: {'; '.join(sorted(set(said)))}"[:LONGEST])
    return Row(title, PASS)


def attempt(place):
    try:
        return place.start()
    except Refused as refused:
        return refused
