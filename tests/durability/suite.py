"""What every case works with: the binary, the bases, a seed, room for copies, and rows for the report."""
import concurrent.futures
import contextlib
import itertools
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import traceback

from bases import Bases

PASS, FAIL, SKIPPED = "pass", "FAIL", "skipped"
# Failures of one row that are printed in full.
SHOWN = 3
# Of each, so many characters.
LONGEST = 700


class Row:
    """One line of the report."""

    def __init__(self, title, outcome, detail=""):
        self.title, self.outcome, self.detail = title, outcome, detail


class Suite:
    """One run. With `full`, cases do as much as issue 23 asks; without it, what CI has time for."""

    def __init__(self, binary, full, seed, keep, jobs):
        self.binary, self.full, self.seed, self.keep = pathlib.Path(binary), full, seed, keep
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tollgate-durability-"))
        self.bases = Bases(self.folder / "bases", self.binary, 2 if full else 1)
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self.jobs, self.numbers, self.lock = jobs, itertools.count(), threading.Lock()

    def random(self, *names):
        """Randomness that depends on the seed and the case alone, and not on the order of cases."""
        return random.Random(f"{self.seed} {names}")

    def either(self, short, full):
        return full if self.full else short

    def room(self, name):
        """A folder that is not there yet."""
        with self.lock:
            return self.folder / f"{name.replace(' ', '-').replace('/', '-')}-{next(self.numbers)}"

    @contextlib.contextmanager
    def copy(self, base, name="copy"):
        """A copy of a base for one case."""
        copy = self.bases[base].copy(self.room(name))
        try:
            yield copy
        finally:
            self.discard(copy.folder)

    def discard(self, folder):
        if not self.keep:
            shutil.rmtree(folder, ignore_errors=True)

    def row(self, title, judged, nothing="there is nothing to damage"):
        """One row for many verdicts, each with what was done: it passes if all are good."""
        judged = list(judged)
        if not judged:
            return Row(title, PASS, f"0: {nothing}")
        kinds = {}
        for _, verdict in judged:
            kinds[verdict.kind] = kinds.get(verdict.kind, 0) + 1
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        bad = [f"{done}: {verdict}"[:LONGEST] for done, verdict in judged if not verdict.good]
        return Row(title, FAIL if bad else PASS, "\n      ".join([f"{len(judged)}: {counts}", *bad[:SHOWN]]))

    def each(self, work, items):
        """Runs `work` for each item, some of them at once, and gives the results in order."""
        return list(self.pool.map(work, items))

    def lacks(self, *words):
        """Whether the binary has no such command: what it says instead."""
        done = subprocess.run([self.binary, *words, "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return "" if done.returncode == 0 else f"no such command: tollgate {' '.join(words)}"

    def store_keys(self):
        """The keys of the table `[store]` of the configuration, with their columns of the reference."""
        done = subprocess.run([self.binary, "config", "reference"], check=True, stdout=subprocess.PIPE, text=True)
        section = done.stdout.partition("## `[store]`")[2].partition("\n## ")[0]
        rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
        return {row[0].strip("`"): row for row in rows}


def run(suite, case):
    """The rows of one case. An error of the case itself is a failure."""
    try:
        yield from case.rows(suite)
    except Exception:  # noqa: BLE001: whatever went wrong, the other cases still run
        yield Row(case.__name__.rpartition(".")[2], FAIL, traceback.format_exc().strip().replace("\n", "\n      "))
