"""A read-only file system at the start: the host serves, refuses writes and says so; once it can be written, the next start has all."""
import errno

import mounts
from cases.full_disk import expect, outcome, says_so, survives, write
from fault import Fault, NoCompiler
from state import differences, observe
from suite import SKIPPED, Row


def rows(suite):
    base = suite.bases["stopped"]
    for kind, what in {"injected": injected, "tmpfs": remounted}.items():
        title = f"a read-only file system ({kind})"
        try:
            with suite.copy("stopped", "read-only") as place:
                yield what(title, base, place)
        except (mounts.NotPermitted, NoCompiler) as error:
            yield Row(title, SKIPPED, str(error))


def injected(title, base, place):
    fault = Fault(place, "write", [place.data, f"{place.data}/*"], errno.EROFS).begin()
    row = outcome(title, lambda: serves(base, place, fault.variables))
    fault.end()
    return row


def remounted(title, base, place):
    with mounts.mounted(place, "tmpfs"):
        mounts.remount(place, "ro")
        return outcome(title, lambda: serves(base, place, None, lambda: mounts.remount(place, "rw")))


def serves(base, place, variables, mend=lambda: None):
    with place.start(variables) as host:
        lines = differences(base.table, observe(host))
        expect(not lines, f"{len(lines)} rows differ, first: {lines[:1]}")
        expect(write(host, "refused"), "a write is acknowledged although nothing can be written")
        says_so(host)
    mend()
    return survives(place, base.table)
