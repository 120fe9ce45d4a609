#!/usr/bin/env python3
"""Tests of `guests/inputs.sh`: each file and each variable that decides what a guest is made of changes its stamp, so that a warm
cache hides no commit that breaks a build."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BOTH = ["guests/inputs.sh", "guests/toolchain.sh", "wit/0.2/platform.wit"]
LANGUAGE = ["guests/languages.sh", "guests/c/kit/kit.toml", "host/build/src/lib.rs", "host/types/src/lib.rs",
            "host/tollgate/src/main.rs", "host/tollgate/src/report.rs", "Cargo.toml", "Cargo.lock"]
SUITE = ["guests/suite.sh", "guests/rust/user/src/lib.rs", "guests/hostile/bodies/src/lib.rs"]
OTHER = ["host/engine/src/lib.rs", "tests/src/lib.rs", "README.md"]


class Inputs(unittest.TestCase):
    """A tree with the inputs of guests and with other files."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for path in (*BOTH, *LANGUAGE, *SUITE, *OTHER):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(f"# {path}\n")
        shutil.copy(ROOT / "guests/inputs.sh", self.root / "guests/inputs.sh")

    def said(self, call, **variables):
        """What a function of the script prints. `echo` stands for rustc: it says no version of its own."""
        command = ["bash", "-c", f"set -euo pipefail; . ./inputs.sh; {call}"]
        environment = {name: text for name, text in os.environ.items() if "RUSTFLAGS" not in name and "PROFILE" not in name}
        environment |= {"RUSTC": "echo", **variables}
        return subprocess.run(command, cwd=self.root / "guests", env=environment, check=True, stdout=subprocess.PIPE).stdout

    def changed_by(self, call):
        """The files whose change changes what a function prints."""
        changed = []
        for path in (*BOTH, *LANGUAGE, *SUITE, *OTHER):
            before = self.said(call)
            with (self.root / path).open("a") as file:
                file.write("# changed\n")
            if self.said(call) != before:
                changed.append(path)
        return changed

    def test_each_input_of_a_languages_workers_changes_their_stamp(self):
        self.assertEqual(self.changed_by("files_of_language c"), BOTH + LANGUAGE)

    def test_each_input_of_the_suites_guests_changes_their_stamp(self):
        self.assertEqual(self.changed_by("files_of_suite"), BOTH + SUITE)

    def test_flags_of_the_compiler_change_the_stamp_of_what_is_built_in_rust(self):
        flags = ({}, {"RUSTFLAGS": "-Cdebuginfo=2"}, {"CARGO_ENCODED_RUSTFLAGS": "-g"}, {"CARGO_PROFILE_RELEASE_LTO": "off"},
                 {"CARGO_PROFILE_RELEASE_LTO": "thin"})
        self.assertEqual(len({self.said("rust_tools", **one) for one in flags}), len(flags))

    def test_the_scripts_ask_these_functions(self):
        for script, calls in (("languages.sh", ("files_of_language", "rust_tools")), ("suite.sh", ("files_of_suite", "rust_tools"))):
            for call in calls:
                self.assertIn(call, (ROOT / "guests" / script).read_text())


if __name__ == "__main__":
    unittest.main(verbosity=1)
