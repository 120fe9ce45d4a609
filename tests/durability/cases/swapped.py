"""Files that are whole and in the wrong place: two of a class swapped, or one copied over another."""
import itertools
import os
import shutil

from files import classes
from verdict import judge


def rows(suite):
    for base in suite.either(("stopped",), ("crashed", "stopped", "multi")):
        for kind, paths in classes(suite.bases[base].place.data).items():
            pairs = list(itertools.combinations(paths, 2))
            if not pairs:
                continue
            pairs = suite.random("swapped", base, kind).sample(pairs, min(len(pairs), suite.either(2, 10)))
            for how, damage in {"swapped": swap, "one copied over another": shutil.copyfile}.items():
                judged = suite.each(lambda pair, base=base, damage=damage: try_pair(suite, base, pair, damage), pairs)
                yield suite.row(f"{base}: two files of {kind} {how}", judged)


def try_pair(suite, base, pair, damage):
    with suite.copy(base, "swapped") as place:
        damage(*(place.data / path for path in pair))
        # A copy does no harm to the file that was copied.
        damaged = pair if damage is swap else pair[1:]
        return " and ".join(pair), judge(place, suite.bases[base], damaged)


def swap(one, other):
    aside = one.with_name("aside")
    os.rename(one, aside)
    os.rename(other, one)
    os.rename(aside, other)
