"""A read that fails while the host opens its files, as it does on a bad sector: each of the first reads of each class of files.

The start with the fault may be refused. The next one, without it, must have everything."""
from fault import Fault, NoCompiler
from files import classes
from suite import SKIPPED, Row
from verdict import judge

READS = 8


def rows(suite):
    for base in suite.either(("crashed", "stopped", "old"), ("crashed", "stopped", "old", "multi")):
        for kind, paths in classes(suite.bases[base].place.data).items():
            for sticky in suite.either((False,), (False, True)):
                try:
                    yield row(suite, base, kind, paths, sticky)
                except NoCompiler as error:
                    yield Row("failed reads", SKIPPED, str(error))
                    return


def row(suite, base, kind, paths, sticky):
    # The host may read a file fewer times, and some files only when they are asked for.
    tried = [try_read(suite, base, paths, 1, sticky)]
    if tried[0]:
        tried += suite.each(lambda nth: try_read(suite, base, paths, nth, sticky), range(2, READS + 1))
    title = f"{base}: {'a bad sector' if sticky else 'one failed read'} of {kind}"
    return suite.row(title, [one for one in tried if one], "the host does not read it while it opens")


def try_read(suite, base, paths, nth, sticky):
    """What was done and the verdict; nothing if the host reads less often."""
    with suite.copy(base, "failed-read") as place:
        fault = Fault(place, "read", [place.data / path for path in paths], nth=nth, sticky=sticky).begin()
        first = judge(place, suite.bases[base], more=fault.variables, started=fault.end)
        fault.end()
        if not fault.happened():
            return None
        done = f"read {nth} ({fault.happened()[0].replace(str(place.data) + '/', '')})"
        if not first.good:
            return done, first
        then = judge(place, suite.bases[base])
        return (done, first) if then.kind == "recovered" else (f"{done}, then a start without a fault", then.whole())
