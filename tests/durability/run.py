#!/usr/bin/env python3
"""Runs the durability tests: `just test-durability`, or with `--full` as often as issue 23 asks. Prints a line for each case.

A store is filled, damaged, and opened again by the `tollgate` binary; the verdict is in `verdict.py`. Exit 1 if a case fails, or if
one is skipped with `--full` and without `--allow-skips`."""
import argparse
import fnmatch
import importlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import suite as suites  # noqa: E402
from host import ROOT  # noqa: E402

# In this order. Each is a file in `cases/`.
CASES = ["failed_read", "failed_sync", "flips", "truncated", "swapped", "folders", "stale", "both_copies", "full_disk", "read_only",
         "second_process", "kills", "power_cut", "backup", "growth", "secrets", "key", "upgrade"]


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="as often as issue 23 asks; takes about an hour")
    parser.add_argument("--allow-skips", action="store_true", help="with --full: a case that this machine cannot run fails nothing")
    parser.add_argument("--only", metavar="PATTERN", action="append", help=f"cases to run: {', '.join(CASES)}")
    parser.add_argument("--seed", help="the seed of an earlier run, to repeat it")
    parser.add_argument("--binary", type=pathlib.Path, help="the host to test, instead of the one that is built")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="damaged copies that are tried at once")
    parser.add_argument("--keep", action="store_true", help="keep the damaged copies")
    return parser.parse_args()


def build(with_host):
    bins = ["--bin", "durability-worker"] + (["--bin", "tollgate"] if with_host else [])
    subprocess.run(["cargo", "build", "--quiet", "--workspace", *bins], cwd=ROOT, check=True)


def main():
    chosen = options()
    build(not chosen.binary)
    seed = chosen.seed or os.urandom(4).hex()
    print(f"seed {seed}: pass `--seed {seed}` to repeat this run", flush=True)
    suite = suites.Suite(chosen.binary or ROOT / "target/debug/tollgate", chosen.full, seed, chosen.keep, chosen.jobs)
    counts = dict.fromkeys((suites.PASS, suites.FAIL, suites.SKIPPED), 0)
    try:
        for name in CASES:
            if any(fnmatch.fnmatch(name, pattern) for pattern in chosen.only or ["*"]):
                for row in timed(suite, name):
                    counts[row.outcome] += 1
    finally:
        suite.pool.shutdown(cancel_futures=True)
        if chosen.keep:
            print(f"kept: {suite.folder}")
        else:
            shutil.rmtree(suite.folder, ignore_errors=True)
    print("{} passed, {} failed, {} skipped".format(*counts.values()))
    if counts[suites.SKIPPED] and chosen.full and not chosen.allow_skips:
        print("error: cases were skipped\nhint: run as root, or pass `--allow-skips`", file=sys.stderr)
    sys.exit(bool(counts[suites.FAIL] or (counts[suites.SKIPPED] and chosen.full and not chosen.allow_skips)))


def timed(suite, name):
    """The rows of a case, each printed as soon as it is known."""
    since = time.monotonic()
    for row in suites.run(suite, importlib.import_module(f"cases.{name}")):
        now = time.monotonic()
        # Lines that are indented belong to the report; others are of a host's own words.
        said = re.sub(r"\n(?! {6})", " / ", f"{row.outcome}: {row.detail}")
        print(f"{name} | {row.title} | {said.removesuffix(': ')} | {now - since:.1f} s", flush=True)
        since = now
        yield row


main()
