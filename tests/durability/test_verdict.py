#!/usr/bin/env python3
"""Tests of the rule that judges damaged stores: a rule that is too mild would let a fault through in every case."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from host import Place, Refused  # noqa: E402
from state import differences  # noqa: E402
from verdict import compared, refusal  # noqa: E402

SCRIPT = "scripts/ab"
EXPECTED = {
    "namespace a": {"namespace_name": "a"},
    "worker a/w": {"id": "w", "etag": "ab"},
    "answer a/w": {"status": 200, "headers": {"x-id": "1", "s1": "secret"}},
    "worker a/other": {"id": "other", "etag": "cd"},
    "answer a/other": {"status": 200, "headers": {"x-id": "2"}},
    "script ab": "ab",
    "script cd": "cd",
}
FAILED = {"status": 500, "headers": {}}
HINT = "hint: run `tollgate store repair`"


class Compared(unittest.TestCase):
    """What a host that has started shows."""

    def kind(self, log="", damaged=(), **changes):
        found = {row: changes.get(row.replace(" ", "_").replace("/", "_"), said) for row, said in EXPECTED.items()}
        return compared(EXPECTED, {row: said for row, said in found.items() if said}, log, damaged).kind

    def test_everything_is_a_recovery(self):
        self.assertEqual(self.kind(), "recovered")

    def test_more_keys_are_no_difference(self):
        self.assertEqual(differences({"row": {"a": 1}}, {"row": {"a": 1, "b": 2}}), [])

    def test_a_lost_row_is_a_silent_loss_whatever_the_log_says(self):
        self.assertEqual(self.kind(f"lost a {HINT}", ["store/db"], namespace_a=None), "silent loss")

    def test_an_older_secret_is_a_silent_loss(self):
        older = {"status": 200, "headers": {"x-id": "1", "s1": "older"}}
        self.assertEqual(self.kind(answer_a_w=older), "silent loss")

    def test_another_workers_id_is_wrong_code_even_if_the_log_says_so(self):
        self.assertEqual(self.kind(f"ab {HINT}", [SCRIPT], answer_a_w={"status": 200, "headers": {"x-id": "2"}}), "wrong code")

    def test_a_damaged_script_is_reported_by_its_name_and_a_hint(self):
        lost = {"script_ab": {"status": 500, "said": "damaged"}, "answer_a_w": FAILED}
        self.assertEqual(self.kind(f"script ab is damaged, {HINT}", [SCRIPT], **lost), "reported")
        self.assertEqual(self.kind("script ab is damaged", [SCRIPT], **lost), "silent loss")
        self.assertEqual(self.kind(HINT, [SCRIPT], **lost), "silent loss")

    def test_a_damaged_script_excuses_no_other_worker(self):
        lost = {"script_ab": {"status": 500, "said": ""}, "answer_a_other": FAILED}
        self.assertEqual(self.kind(f"ab {HINT}", [SCRIPT], **lost), "silent loss")


class Refusals(unittest.TestCase):
    """What a host says that does not start."""

    def kind(self, said, code=2):
        with tempfile.TemporaryDirectory() as folder:
            place = Place(folder, "tollgate")
            (place.data / "store").mkdir(parents=True)
            (place.data / "store/db").touch()
            return refusal(place, Refused(code, said)).kind

    def test_a_file_and_a_command_make_a_good_refusal(self):
        self.assertEqual(self.kind(f"error: store/db is damaged\n{HINT}"), "refused")

    def test_a_refusal_lacks_a_file_or_a_hint(self):
        self.assertEqual(self.kind(f"error: cannot open the records\n{HINT}"), "refused without a file")
        self.assertEqual(self.kind("error: store/db is damaged"), "refused without a hint with a command")
        self.assertEqual(self.kind("error: store/db is damaged\nhint: good luck"), "refused without a hint with a command")
        self.assertEqual(self.kind(""), "refused without a file and a hint with a command")

    def test_a_panic_is_no_refusal(self):
        self.assertEqual(self.kind(f"thread 'main' panicked at store/db\n{HINT}"), "panicked")

    def test_a_signal_or_exit_0_is_no_refusal(self):
        for code in (0, -11):
            self.assertEqual(self.kind(f"error: store/db\n{HINT}", code), "refused without an exit code")


if __name__ == "__main__":
    unittest.main(verbosity=1)
