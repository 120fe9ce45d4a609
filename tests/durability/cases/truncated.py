"""Each file cut short, emptied, or gone. Of scripts and compiled code, whose files are alike, a short run takes one."""
import os

from files import UNIFORM, classes
from verdict import judge

DAMAGES = {
    "empty": lambda path: os.truncate(path, 0),
    "half of it": lambda path: os.truncate(path, path.stat().st_size // 2),
    "a byte less": lambda path: os.truncate(path, path.stat().st_size - 1),
    "gone": os.remove,
}


def rows(suite):
    for base in suite.either(("crashed", "stopped"), ("crashed", "stopped", "multi")):
        for kind, paths in classes(suite.bases[base].place.data).items():
            paths = paths if suite.full or kind not in UNIFORM else paths[:1]
            tried = [(path, damage) for path in paths for damage in DAMAGES]
            judged = suite.each(lambda one, base=base: try_damage(suite, base, *one), tried)
            yield suite.row(f"{base}: {kind} cut short or gone", judged)


def try_damage(suite, base, path, damage):
    with suite.copy(base, "truncated") as place:
        DAMAGES[damage](place.data / path)
        return f"{damage}: {path}", judge(place, suite.bases[base], [path])
