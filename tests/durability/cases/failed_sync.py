"""A sync that fails while the host runs. What it was for is not acknowledged, the host serves on and says that it refuses writes, and
everything that was acknowledged is there after a kill. A client that was answered 500 finds out what became of its change."""
import errno

import deploy
from cases.full_disk import SPACE, expect, outcome, says_so, survives, until_refused
from fault import Fault, NoCompiler
from state import observe
from suite import SKIPPED, Row

# The worker whose secret is answered with 500.
ASKED = "asked"
UNKNOWN = 100_206


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
        before = deploy.worker(host, SPACE, ASKED, 1)["version"]
        fault.begin()
        status, answer = put_secret(host)
        expect((status, answer["errors"][0]["code"]) == (500, UNKNOWN), f"a change that is not synced: {status} {answer}")
        in_doubt = until_refused(host) | {ASKED}
        table = observe(host)
        lost = [row for row in base.table if row not in table]
        expect(not lost, f"lost after a failed sync: {lost}")
        says_so(host)
    fault.end()
    return survives(place, table, in_doubt) or asks_again(place, before)


def put_secret(host, headers=None):
    """A change that stores no script, so that the journal is what fails: the status, and the answer."""
    body = {"name": "KEY", "text": "s3cret", "type": "secret_text"}
    return host.api("PUT", deploy.path(SPACE, ASKED) + "/secrets", body, headers)


def asks_again(place, before):
    """With the version before as its condition, the change is made once, whether the host kept it the first time or not."""
    with place.start() as host:
        status, answer = put_secret(host, {"if-match": f'"{before}"'})
        expect(status in (200, 412), f"the change that is repeated: {status} {answer}")
        found = deploy.changed(host.api("GET", deploy.path(SPACE, ASKED)))["version"]
        secrets = deploy.changed(host.api("GET", deploy.path(SPACE, ASKED) + "/secrets"))
    expect((found, len(secrets)) == (before + 1, 1), f"not made once: version {found}, {secrets} after {status}")
    return ""
