"""What became of a damaged store: the one rule that every case is judged by.

Good is a full recovery, or a refusal that names a file and gives a command, or, for a script of which there is one copy only, a host
that serves everything else and reports the script. Everything else is a failure: silent loss, wrong code, a panic, a host that hangs."""
import re
import time

from files import files
from host import Hung, Refused
from state import differences, observe

GOOD = ("recovered", "refused", "reported")
HINT = re.compile(r"hint: .*tollgate ", re.S)
# Time for a line to reach the log.
LOG_SECONDS = 10


class Verdict:
    """`recovered`, `refused` or `reported`; or else what is wrong, in a word or two."""

    def __init__(self, kind, detail=""):
        self.kind, self.detail = kind, detail

    @property
    def good(self):
        return self.kind in GOOD

    def whole(self):
        """The same where only a full recovery is good."""
        return Verdict(f"not whole ({self.kind})", self.detail) if self.good and self.kind != "recovered" else self

    def __str__(self):
        return f"{self.kind}: {self.detail}" if self.detail else self.kind


def judge(place, base, damaged=(), more=None, started=lambda: None):
    """Starts a host on a store, and compares everything with what its base had. `damaged` are paths from the data folder.

    In a full run, a store that has recovered is opened once more: what the first start mended must hold."""
    first = judge_once(place, base, damaged, more, started)
    if first.kind != "recovered" or base.starts < 2:
        return first
    again = judge_once(place, base, damaged, more, lambda: None)
    return first if again.kind == "recovered" else Verdict(f"recovered, then at the next start {again.kind}", again.detail)


def judge_once(place, base, damaged, more, started):
    try:
        with place.start(more) as host:
            started()
            found = observe(host, base.every)
            verdict = reported(lambda: compared(base.table, found, host.log(), damaged))
    except Refused as refused:
        return refusal(place, refused, damaged)
    except Hung as hung:
        return Verdict("hung", str(hung))
    return panicked(place.stderr.read_text(errors="replace")) or verdict


def reported(judged):
    """A verdict on what the host logs. It answers without waiting for its log to be written, so a line may come later."""
    end = time.monotonic() + LOG_SECONDS
    while judged().kind == "silent loss" and time.monotonic() < end:
        time.sleep(0.05)
    return judged()


def refusal(place, refused, damaged=(), hint=HINT):
    said = refused.stderr.strip()
    if panicked(said):
        return panicked(said)
    paths = [*damaged, *(files(place.data) if place.data.is_dir() else [])]
    named = f"{place.data}/" in said or any(path in said for path in paths)
    lacks = [] if named else ["a file"]
    lacks += [] if hint.search(said) else ["a hint with a command"]
    if refused.code in (0, None) or refused.code < 0 or lacks:
        return Verdict("refused without " + " and ".join(lacks or ["an exit code"]), said.replace("\n", " / ") or "nothing printed")
    return Verdict("refused", said.replace("\n", " / "))


def panicked(said):
    lines = [line for line in said.splitlines() if "panicked" in line]
    return Verdict("panicked", lines[0]) if lines else None


def compared(expected, found, log, damaged):
    lines = differences(expected, found)
    if not lines:
        return Verdict("recovered")
    wrong = [row for row in expected if row.startswith("answer ") and wrong_code(expected[row], found.get(row))]
    if wrong:
        return Verdict("wrong code", f"{len(wrong)} workers, first: {wrong[0]}: {found[wrong[0]]}")
    said = log + "".join(row["said"] for row in found.values() if isinstance(row, dict) and "said" in row)
    if damaged and all(path.startswith("scripts") for path in damaged) and only_scripts(lines, expected, damaged):
        unnamed = [path for path in damaged if path.rpartition("/")[2] not in said]
        if not unnamed and "hint: " in said:
            return Verdict("reported", "; ".join(damaged))
    return Verdict("silent loss", f"{len(lines)} of {len(expected)} rows differ, first: {lines[0]}" + quote(log))


def quote(log):
    return f" (log: {log.strip().splitlines()[-1][:160]})" if log.strip() else " (empty log)"


def wrong_code(expected, found):
    """Another worker's id. An answer with an error is no wrong code."""
    return bool(found) and found["status"] == 200 and found["headers"].get("x-id") != expected["headers"].get("x-id")


def only_scripts(lines, expected, damaged):
    """Whether only the damaged scripts differ, and what workers of them answer."""
    names = {path.rpartition("/")[2] for path in damaged}
    whole = "scripts" in damaged
    lost = {row for row in expected if row.startswith("script ") and (whole or row.split()[1] in names)}
    lost |= {row.replace("worker ", "answer ") for row, said in expected.items()
             if row.startswith("worker ") and (whole or said["etag"] in names)}
    return all(line.split(": ")[0] in lost for line in lines)
