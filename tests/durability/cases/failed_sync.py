"""A sync that fails while the host runs. What it was for is not acknowledged, the host serves on and says that it refuses writes, and
everything that was acknowledged is there after a kill."""
import errno

from cases.full_disk import expect, outcome, says_so, survives, until_refused
from fault import Fault, NoCompiler
from state import observe
from suite import SKIPPED, Row


def rows(suite):
    title = "every sync fails while running"
    try:
        with suite.copy("stopped", "sync") as place:
            fault = Fault(place, "sync", [place.data, f"{place.data}/*"], errno.EIO)
            yield outcome(title, lambda: serves(suite.bases["stopped"], place, fault))
    except NoCompiler as error:
        yield Row(title, SKIPPED, str(error))


def serves(base, place, fault):
    with place.start(fault.variables) as host:
        fault.begin()
        in_doubt = until_refused(host)
        table = observe(host)
        lost = [row for row in base.table if row not in table]
        expect(not lost, f"lost after a failed sync: {lost}")
        says_so(place, host)
    fault.end()
    return survives(place, table, in_doubt)
