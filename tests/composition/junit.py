#!/usr/bin/env python3
"""Reads a file of JUnit's XML as its consumers do: against the schema of Jenkins' xunit plugin, which pytest's own tests carry,
and prints how many test cases, failures, errors, skipped cases and outputs it has. The schema and the validator come from Python's registry, once, into target/junit."""
import fcntl
import pathlib
import subprocess
import sys
import tarfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
PLACE = HERE.parent.parent / "target/junit"
PYTEST, LXML = "8.4.2", "6.0.2"
SCHEMA = PLACE / f"junit-10-of-pytest-{PYTEST}.xsd"
PYTHON = PLACE / "venv/bin/python"


def fetch():
    """The schema, and a Python with a validator."""
    if not PYTHON.exists():
        venv.create(PLACE / "venv", with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", f"lxml=={LXML}"], check=True)
    if not SCHEMA.exists():
        source = ["download", "--no-deps", "--no-binary", ":all:", "--dest", str(PLACE), f"pytest=={PYTEST}"]
        subprocess.run([*pip, *source], check=True)
        with tarfile.open(PLACE / f"pytest-{PYTEST}.tar.gz") as archive:
            name = f"pytest-{PYTEST}/testing/example_scripts/junit-10.xsd"
            SCHEMA.write_bytes(archive.extractfile(name).read())


VALIDATE = """
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
document = etree.parse(sys.argv[2])
schema.assertValid(document)
names = ["testcase", "failure", "error", "skipped", "system-out"]
print(*(len(document.findall('.//' + name)) for name in names))
"""

PLACE.mkdir(parents=True, exist_ok=True)
with open(PLACE / "lock", "w") as lock:
    # Several tests ask at the same time.
    fcntl.flock(lock, fcntl.LOCK_EX)
    fetch()
sys.exit(subprocess.run([str(PYTHON), "-c", VALIDATE, str(SCHEMA), sys.argv[1]]).returncode)
