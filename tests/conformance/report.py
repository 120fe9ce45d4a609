#!/usr/bin/env python3
"""Runs the conformance tests for each pairing of WASI versions (dispatcher, user, outbound), and prints a line for each
statement and pairing, then one verdict for each statement: pass, fail or missing. A statement passes if it does in every
pairing. `--pairing 0.3,0.2,0.3` runs one pairing only. `--languages` runs what every language must meet, with each
language's dispatcher, user and outbound against Rust's, and Rust and JavaScript against themselves, and prints a table.

Exit 1 where a test fails, or where a statement is missing that `statements.txt` does not say may be."""
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
# A line is `ID | text`, or `ID may be missing | text` if no test can show the statement yet.
LINES = [line.partition("|")[0].split(maxsplit=1) for line in (HERE / "statements.txt").read_text().splitlines()]
STATEMENTS = [line[0] for line in LINES]
MAY_BE_MISSING = {line[0] for line in LINES if line[1:] and line[1].strip() == "may be missing"}
TARGETS = ["conformance", "streaming"]
LANGUAGES = ["c", "go", "js", "python"]
# Those that are also built for WASI 0.3, and are told by `-3`.
ALSO_3 = ["python"]
# What every language must meet.
EVERYWHERE = [s for s in STATEMENTS if s in {*(f"A0{n}" for n in range(1, 10)), "A14", "A15", "A16", "A30",
                                             *(f"B0{n}" for n in range(1, 9)), *(f"C0{n}" for n in range(1, 5)), "C14", "E11"}]
# What every language must meet beside the statements.
BESIDE = ["golden", "variables"]
PAIRINGS = [",".join(pairing) for pairing in itertools.product(["0.2", "0.3"], repeat=3)]


class Unfinished(Exception):
    """A test binary ended in another way than by a failed test."""


def binaries():
    """The test binaries, built."""
    command = ["cargo", "test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"]
    command += [word for target in TARGETS for word in ("--test", target)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit("error: the conformance tests cannot be built")
    messages = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    built = {m["target"]["name"]: m["executable"] for m in messages if m.get("executable")}
    return [built[target] for target in TARGETS]


def results(binary, pairing, only=()):
    """What each statement of one binary came to, and the output where something went wrong."""
    environment = {**os.environ, "TOLLGATE_PAIRING": pairing, "NO_COLOR": "1"}
    run = subprocess.run([binary, *only], stdout=subprocess.PIPE, text=True, env=environment)
    found, failed = {}, False
    for test, verdict in re.findall(r"^test ([\w:]+) \.\.\. (ok|FAILED)$", run.stdout, re.M):
        first = test.split("::")[-1].split("_")[0]
        statement = first if first in BESIDE else first.upper()
        passed = verdict == "ok" or passes_again(binary, test, pairing, environment, run.stdout)
        failed |= not passed
        found[statement] = "pass" if passed and found.get(statement) != "fail" else "fail"
    if run.returncode and "FAILED" not in run.stdout:
        raise Unfinished(f"error: {binary} did not run to its end with {pairing}:\n{run.stdout}")
    return found, run.stdout if failed else ""


def passes_again(binary, test, pairing, environment, output):
    """Whether a test that failed passes at a second try. Only with JavaScript as outbound worker, where A30 failed once in some 130
    runs and the cause is not known yet. The output of the first try is printed, which ends with the host's log and tells why a worker
    failed. Every other failure counts at once."""
    if pairing.split(",")[-1] != "js":
        return False
    print(output, flush=True)
    again = subprocess.run([binary, "--exact", test], stdout=subprocess.PIPE, text=True, env=environment)
    passed = again.returncode == 0 and "1 passed" in again.stdout
    print(f"FLAKY: {test} with {pairing} failed, and at its second try {'passed' if passed else 'failed'}", flush=True)
    return passed


def rounds(pairings, only=()):
    """What each pairing's round came to, in their order: a list with the results of each binary. The rounds of `conformance`
    run first, two at once where there are two cores. `streaming` measures, so its rounds run alone, one after another."""
    conformance, streaming = binaries()
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1))
    running = [pool.submit(results, conformance, pairing, only) for pairing in pairings]
    try:
        first = [one.result() for one in running]
    finally:
        # After an error, the rounds that have not begun need not run.
        pool.shutdown(cancel_futures=True)
    for pairing, found in zip(pairings, first):
        yield [found, results(streaming, pairing, only)]


def verdict(seen):
    """What a statement came to over all pairings."""
    return "missing" if not seen else "fail" if "fail" in seen else "pass"


def languages():
    """The table of languages: a row a statement, a column a language and the place that it takes."""
    built = HERE.parent.parent / "target" / "guests"
    found = [language for language in LANGUAGES if (built / language).is_dir()]
    for language in set(LANGUAGES) - set(found):
        print(f"skipped: {language}, which `just guests` did not build")
    places = {"dispatch": "{},0.2,0.2", "user": "0.2,{},0.2", "outbound": "0.2,0.2,{}"}
    columns = {"rust": "0.2,0.2,0.2", "rust-3": "0.3,0.3,0.3"}
    forms = [form for one in found for form in ([one, f"{one}-3"] if one in ALSO_3 else [one])]
    columns |= {f"{form} {place}": how.format(form) for form in forms for place, how in places.items()}
    columns |= {"js itself": "js,js,js"} if "js" in found else {}
    only = [f"{statement.lower()}_" for statement in EVERYWHERE] + BESIDE
    rows = {statement: {} for statement in [*EVERYWHERE, *BESIDE]}
    stray, strays = "", []
    for column, round in zip(columns, rounds(columns.values(), only)):
        seen = {}
        for found_out, output in round:
            seen |= found_out
            stray += output
        # A test beside the rows counts too, if it fails.
        strays += [f"{column}: {one} fails" for one, v in seen.items() if v == "fail" and one not in rows]
        for statement in rows:
            rows[statement][column] = seen.get(statement, "missing")
    print("statement", *columns, sep=" | ")
    for statement, row in rows.items():
        print(statement, *row.values(), sep=" | ")
    print(stray, end="")
    print(*(line + "\n" for line in strays), sep="", end="")
    verdicts = [verdict for row in rows.values() for verdict in row.values()]
    counts = [verdicts.count(kind) for kind in ("pass", "fail", "missing")]
    print("{} passed, {} failed, {} missing".format(*counts))
    skipped = set(LANGUAGES) - set(found) and os.environ.get("TOLLGATE_EVERY_LANGUAGE", "0") != "0"
    sys.exit(bool(stray or strays or counts[1] or counts[2] or skipped))


def main():
    if sys.argv[1:2] == ["--languages"]:
        languages()
    pairings = [sys.argv[2]] if sys.argv[1:2] == ["--pairing"] else PAIRINGS
    verdicts = {statement: [] for statement in STATEMENTS}
    stray = 0
    for pairing, round in zip(pairings, rounds(pairings)):
        found, output = {}, ""
        for more, wrong in round:
            for statement, v in more.items():
                found[statement] = "fail" if "fail" in (v, found.get(statement)) else v
            output += wrong
        arrows = pairing.replace(",", "→")
        for statement in STATEMENTS:
            if statement in found:
                verdicts[statement].append(found[statement])
                print(statement, arrows, found[statement])
        # Tests beside the statements count too: one that fails fails the run.
        stray += sum(v == "fail" for statement, v in found.items() if statement not in STATEMENTS)
        print(output, end="", flush=True)
    overall = {statement: verdict(seen) for statement, seen in verdicts.items()}
    unexpected = [statement for statement, v in overall.items() if v == "missing" and statement not in MAY_BE_MISSING]
    for statement, v in overall.items():
        print(statement, v)
    for statement in unexpected:
        print(f"error: no test shows {statement}, and statements.txt does not say that it may be missing", file=sys.stderr)
    counts = [sum(v == kind for v in overall.values()) for kind in ("pass", "fail", "missing")]
    print("{} passed, {} failed, {} missing".format(*counts))
    sys.exit(bool("fail" in overall.values() or unexpected or stray))


try:
    main()
except Unfinished as error:
    sys.exit(str(error))
