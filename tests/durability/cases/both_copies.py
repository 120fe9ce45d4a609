"""The same records damaged in every copy. The host must refuse, say what is lost and name the command that repairs; the command keeps
everything that a copy can prove, and lists the rest."""
import os

from files import files, holds_records
from host import Hung, Refused
from state import differences, observe
from suite import FAIL, PASS, Row
from verdict import Verdict, judge

# A variable's text, which is in the record of one worker and nowhere else.
LOST, TEXT = "space-12/worker-37", b"variable-37"
REPAIR = "tollgate store repair"


def rows(suite):
    for base in ("crashed", "stopped"):
        for what, (damage, check) in {"one record": (flip_text, others_kept), "half of each file": (cut, nothing_wrong)}.items():
            with suite.copy(base, "both") as place:
                places = damage(place.data)
                title = f"{base}: {what} damaged in every copy ({places} places)"
                verdict = expect_refusal(judge(place, suite.bases[base]))
                yield suite.row(f"{title}: refused", [("start", verdict)])
                yield repaired(suite, suite.bases[base], place, f"{title}: repaired", check)


def records(data):
    return [data / path for path in files(data) if holds_records(path)]


def flip_text(data):
    """Flips a bit of the text wherever it is. Where no file has it as it is, eight bits of each file of records."""
    found = 0
    for path in records(data):
        read = path.read_bytes()
        found += read.count(TEXT)
        path.write_bytes(read.replace(TEXT, TEXT[:-1] + bytes([TEXT[-1] ^ 1])))
    return found or sum(map(flip_middle, records(data)))


def flip_middle(path):
    read = bytearray(path.read_bytes())
    places = range(len(read) // 3, min(len(read) // 3 + 8, len(read)))
    for place in places:
        read[place] ^= 1
    path.write_bytes(read)
    return len(places)


def cut(data):
    """Takes away the second half of what is written in each file."""
    for path in records(data):
        os.truncate(path, len(path.read_bytes().rstrip(b"\0")) // 2)
    return len(records(data))


def expect_refusal(verdict):
    if verdict.kind == "recovered":
        return Verdict("recovered although every copy is damaged", "does the case still find every copy?")
    if verdict.kind == "refused" and REPAIR not in verdict.detail:
        return Verdict("refused without the command to repair", verdict.detail)
    return verdict


def repaired(suite, base, place, title, check):
    if lacks := suite.lacks("store", "repair"):
        return Row(title, FAIL, lacks)
    code, said = place.command("store", "repair", "--data", place.data)
    if code or "panicked" in said:
        return Row(title, FAIL, f"exit {code}: {said.strip()}")
    try:
        with place.start() as host:
            wrong = check(base.table, observe(host), said)
    except (Refused, Hung) as error:
        wrong = f"the repaired store does not open: {error}"
    return Row(title, FAIL if wrong else PASS, wrong or f"repair printed: {said.strip()}")


def others_kept(expected, found, said):
    """Only the damaged worker may be lost, and then the repair has named it."""
    lines = differences(expected, found)
    others = [line for line in lines if LOST not in line and f"namespace {LOST.split('/')[0]}" not in line]
    if others:
        return f"{len(others)} rows of undamaged records differ, first: {others[0]}"
    return f"the repair did not name {LOST}" if lines and LOST.split("/")[1] not in said else ""


def nothing_wrong(expected, found, said):
    """Half of the records may be lost, and nothing may be there that was not."""
    lines = differences(expected, found)
    older = ("namespace ", "worker ", "bindings ", "answer ")
    wrong = [line for line in lines if not line.endswith(": lost") and not line.startswith(older)]
    strange = [row for row in found if row not in expected]
    if wrong or strange:
        return f"after the repair: {(wrong + strange)[0]}"
    return "the repair lists nothing although records are lost" if lines and not said.strip() else ""
