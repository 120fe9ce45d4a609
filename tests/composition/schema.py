#!/usr/bin/env python3
"""Says of each scenario file that is named whether the published schema takes it, as an editor would: a line `yes` or `no: why`
for each. The validator comes from Python's registry, once, into target/schema."""
import fcntl
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / "target/schema"
JSONSCHEMA = "4.25.1"
PYTHON = PLACE / "venv/bin/python"

VALIDATE = """
import json, pathlib, sys, tomllib
import jsonschema
schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
validator = jsonschema.Draft202012Validator(schema)
validator.check_schema(schema)
for path in sys.argv[2:]:
    wrong = next(validator.iter_errors(tomllib.loads(pathlib.Path(path).read_text())), None)
    print("yes" if wrong is None else f"no: {wrong.json_path}: {wrong.message.splitlines()[0]}")
"""

PLACE.mkdir(parents=True, exist_ok=True)
with open(PLACE / "lock", "w") as lock:
    # Several tests may ask at the same time.
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not (PLACE / f"has-{JSONSCHEMA}").exists():
        venv.create(PLACE / "venv", with_pip=True)
        pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", f"jsonschema=={JSONSCHEMA}"], check=True)
        (PLACE / f"has-{JSONSCHEMA}").touch()
schema = ROOT / "docs/scenario.schema.json"
sys.exit(subprocess.run([str(PYTHON), "-c", VALIDATE, str(schema), *sys.argv[1:]]).returncode)
