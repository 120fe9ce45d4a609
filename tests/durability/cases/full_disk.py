"""A disk without room, at the start and while the host runs. The host serves, refuses writes, and says so in `/status` and on its log;
when there is room again it accepts writes without a restart. Whatever it acknowledged is there at the next start."""
import contextlib
import errno
import json
import os
import re
import time

import deploy
import mounts
from bases import LARGE_BYTES
from fault import Fault, NoCompiler
from host import Hung, Refused
from state import differences, observe
from suite import FAIL, PASS, SKIPPED, Row
from verdict import panicked

SAYS_SO = re.compile(r"full|no space|read-only|read_only|readonly|refus|writable|stopped", re.I)
# Time for the host to notice that there is room again, and for a line to reach the log.
NOTICE_SECONDS = 20
# Such writes of 57 KB do not fit on a disk of `mounts.mounted`, whatever the host has reserved.
MOST_WRITES = 800
SPACE = "space-00"
# The beginning of a line in the log of changes, by the state of the writer.
NOT_DONE = {"refused": " change: not done who=", "stopped": " change: whether it was done is unknown who="}


class Wrong(Exception):
    """What the host did not do."""


def rows(suite):
    for kind in ("injected", "tmpfs", *suite.either((), ("ext4",))):
        # A store that was never opened again needs room at its next start.
        for when, base, what in (("at start", "crashed", at_start), ("while running", "stopped", while_running)):
            title = f"no room {when} ({kind})"
            try:
                with suite.copy(base, "full") as place, disk(place, kind) as full:
                    yield outcome(title, lambda: what(suite.bases[base], place, full))  # noqa: B023: called at once
            except (mounts.NotPermitted, NoCompiler) as error:
                yield Row(title, SKIPPED, str(error))


@contextlib.contextmanager
def disk(place, kind):
    if kind == "injected":
        yield Fault(place, "write", [place.data, f"{place.data}/*"], errno.ENOSPC)
    else:
        with mounts.mounted(place, kind):
            yield mounts.Filled(place)


def outcome(title, check):
    try:
        return Row(title, PASS, check())
    except Wrong as wrong:
        return Row(title, FAIL, str(wrong))
    except Refused as refused:
        return Row(title, FAIL, f"the host does not start: {refused}".replace("\n", " / "))
    except Hung as hung:
        return Row(title, FAIL, f"hung: {hung}")


def expect(condition, otherwise):
    if not condition:
        raise Wrong(otherwise)


def at_start(base, place, full):
    full.begin()
    with place.start(full.variables) as host:
        lines = differences(base.table, observe(host))
        expect(not lines, f"{len(lines)} rows differ while there is no room, first: {lines[:1]}")
        in_doubt = until_refused(host)
        says_so(host)
        full.end()
        accepts_again(host)
        table = observe(host)
    return survives(place, table, in_doubt)


def while_running(base, place, full):
    with place.start(full.variables) as host:
        accepts_again(host)
        full.begin()
        in_doubt = until_refused(host)
        found = observe(host)
        lost = [row for row in base.table if row not in found]
        expect(not lost, f"lost while there is no room: {lost}")
        says_so(host)
        full.end()
        accepts_again(host)
        table = observe(host)
    return survives(place, table, in_doubt)


def until_refused(host):
    """Writes until one is refused, and a few more: those that were. Each that is acknowledged must be there."""
    refused = set()
    for number in range(MOST_WRITES):
        if write(host, f"more-{number}"):
            refused.add(f"more-{number}")
        if len(refused) == 5:
            break
    expect(refused, f"{MOST_WRITES} writes of {LARGE_BYTES} bytes are acknowledged although nothing can be written")
    found = observe(host)
    lost = [one for one in range(number) if f"more-{one}" not in refused and f"worker {SPACE}/more-{one}" not in found]
    expect(not lost, f"writes are acknowledged and not there: {lost}")
    return refused


def says_so(host):
    status, said = host.api("GET", "/status")
    expect(status == 200 and SAYS_SO.search(json.dumps(said)), f"/status does not say that writes are refused: {said}")
    expect(logs(host, SAYS_SO.search), "the log does not say that writes are refused")
    expect(not panicked(host.log()), f"{panicked(host.log())}")
    # Metrics and the log of changes say the same.
    writes = said["result"]["store"]["writes"]
    _, figures = host.api("GET", "/metrics")
    expect(f'tollgate_store_writes{{state="{writes}"}} 1'.encode() in figures.splitlines(), f"/metrics: expected {writes}, found {figures}")
    has_line = logs(host, lambda log: NOT_DONE[writes] in log)
    expect(has_line, f"the log of changes does not have a line with {NOT_DONE[writes]!r}")


def logs(host, fits):
    """Waits for a line in the log: the host answers without waiting for its log to be written."""
    end = time.monotonic() + NOTICE_SECONDS
    while not fits(host.log()) and time.monotonic() < end:
        time.sleep(0.05)
    return fits(host.log())


def write(host, name):
    """Nothing if a deploy is acknowledged, or the error."""
    try:
        deploy.worker(host, SPACE, name, 1, {"large": os.urandom(LARGE_BYTES // 2).hex()})
        return None
    except deploy.Failed as failed:
        return failed


def accepts_again(host):
    end, error = time.monotonic() + NOTICE_SECONDS, True
    while error and time.monotonic() < end:
        error = write(host, "accepted")
        time.sleep(0.1 if error else 0)
    expect(not error, f"no write is accepted in {NOTICE_SECONDS} s after room was made: {error}")


def survives(place, table, in_doubt=()):
    """The next start has everything. A write that was answered with an error may be there."""
    with place.start() as host:
        lines = differences(table, observe(host))
    lines = [line for line in lines if not any(f"/{name}: " in line for name in in_doubt) and not line.startswith(f"namespace {SPACE}")]
    expect(not lines, f"{len(lines)} rows differ after a restart, first: {lines[:1]}")
    return ""
