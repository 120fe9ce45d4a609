#!/usr/bin/env python3
"""Runs the conformance tests and prints a line for each statement: pass, fail or missing."""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
STATEMENTS = (HERE / "statements.txt").read_text().split()


def results():
    command = ["cargo", "test", "-p", "tollgate-tests", "--test", "conformance", "--test", "streaming", "--no-fail-fast"]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    found = {}
    for name, verdict in re.findall(r"^test (?:\w+::)*(\w+) \.\.\. (ok|FAILED)$", run.stdout, re.M):
        statement = "golden" if name.startswith("golden") else name.split("_")[0].upper()
        if statement in STATEMENTS:
            passed = verdict == "ok" and found.get(statement) != "fail"
            found[statement] = "pass" if passed else "fail"
    if run.returncode and "fail" not in found.values():
        sys.stdout.write(run.stdout)
        sys.exit("error: the conformance tests did not run to their end, or one that is no statement failed")
    return found, run.stdout


def main():
    found, output = results()
    verdicts = [found.get(statement, "missing") for statement in STATEMENTS]
    for statement, verdict in zip(STATEMENTS, verdicts):
        print(statement, verdict)
    if "fail" in verdicts:
        print(output)
    print(", ".join(f"{verdicts.count(word)} {word}" for word in ("pass", "fail", "missing")).replace("pass,", "passed,").replace("fail,", "failed,"))
    sys.exit("fail" in verdicts)


main()
