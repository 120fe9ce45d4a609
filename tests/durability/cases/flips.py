"""One bit flipped at random in one file, each time in a fresh copy of a store.

Classes of files are equally likely, and the byte is one that is not zero: a flip in unused space would show nothing."""
import re

from files import classes
from verdict import judge

SHORT, FULL = {"crashed": 14, "stopped": 14, "multi": 12}, {"crashed": 200, "stopped": 200, "multi": 200}
# Beside the records there is the control token, which is not a copy of anything: see `files.py`.
LEFT_OUT = ("token",)


def rows(suite):
    for base, times in suite.either(SHORT, FULL).items():
        kinds = [one for one in classes(suite.bases[base].place.data) if one not in LEFT_OUT]
        judged = suite.each(lambda number, base=base: flip(suite, base, number), range(times))
        yield suite.row(f"{base}: one flipped bit in {', '.join(kinds)}", judged)


def flip(suite, base, number):
    numbers = suite.random("flips", base, number)
    with suite.copy(base, "flip") as place:
        found = classes(place.data)
        kind = numbers.choice([one for one in found if one not in LEFT_OUT])
        path = numbers.choice(found[kind])
        offset, bit = flip_bit(place.data / path, numbers)
        return f"bit {bit} of byte {offset} of {path}", judge(place, suite.bases[base], [path])


def flip_bit(path, numbers):
    """Flips a bit of a byte that is not zero, if there is one."""
    read = bytearray(path.read_bytes())
    start = numbers.randrange(len(read))
    found = re.compile(rb"[^\0]", re.S).search(read, start) or re.search(rb"[^\0]", read)
    offset, bit = (found.start() if found else start), numbers.randrange(8)
    read[offset] ^= 1 << bit
    path.write_bytes(read)
    return offset, bit
