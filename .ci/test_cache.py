#!/usr/bin/env python3
"""Tests of `cache.py`: an entry that is damaged, incomplete or of other sources is discarded, and never reaches a clone."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cache  # noqa: E402
import cached  # noqa: E402


class Cache(unittest.TestCase):
    """A clone with products of every kind of file, an empty cache, and a second clone to restore into."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.top)
        self.cache, self.clone, self.fresh = (self.top / one for one in ("cache", "clone", "fresh"))
        for one in (self.cache, self.clone / "made/empty", self.fresh):
            one.mkdir(parents=True)
        (self.clone / "source").write_text("one")
        (self.fresh / "source").write_text("one")
        (self.clone / "made/tool").write_bytes(b"\x7fELF, more or less")
        (self.clone / "made/tool").chmod(0o755)
        os.utime(self.clone / "made/tool", ns=(1, 1_234_567_890_123_456_789))
        (self.clone / "made/link").symlink_to("tool")
        key = lambda root: cached.digest(*cached.sources(root, "source"))  # noqa: E731
        cache.ENTRIES["made"] = cached.Entry(("made",), cached.everything("made"), key)
        self.addCleanup(cache.ENTRIES.pop, "made")
        cache.say = lambda text: self.said.append(text)
        self.said = []

    def save(self):
        return cache.save(self.cache, "made", self.clone)

    def restore(self):
        return cache.restore(self.cache, "made", self.fresh)

    def entry(self):
        (entry,) = (self.cache / "made").iterdir()
        return entry

    def refused(self, reason):
        """The entry is discarded for this reason, and the clone gets nothing of it."""
        self.assertFalse(self.restore())
        self.assertIn(reason, self.said[-1])
        self.assertEqual(os.listdir(self.fresh), ["source"])
        self.assertEqual(os.listdir(self.cache / "made"), [])

    def test_a_whole_entry_is_restored_with_modes_times_links_and_empty_folders(self):
        self.assertTrue(self.save())
        self.assertTrue(self.restore())
        tool = self.fresh / "made/tool"
        self.assertEqual(tool.read_bytes(), b"\x7fELF, more or less")
        self.assertEqual((tool.stat().st_mode & 0o777, tool.stat().st_mtime_ns), (0o755, 1_234_567_890_123_456_789))
        self.assertEqual(os.readlink(self.fresh / "made/link"), "tool")
        self.assertTrue((self.fresh / "made/empty").is_dir())

    def test_a_flipped_bit_discards_the_entry(self):
        self.save()
        tool = self.entry() / "files/made/tool"
        before = tool.stat()
        wrong = bytearray(tool.read_bytes())
        wrong[5] ^= 1
        tool.write_bytes(wrong)
        os.utime(tool, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.refused("made/tool is not what its manifest says")

    def test_a_file_cut_short_discards_the_entry(self):
        self.save()
        os.truncate(self.entry() / "files/made/tool", 3)
        self.refused("made/tool is not what its manifest says")

    def test_an_additional_file_discards_the_entry(self):
        self.save()
        (self.entry() / "files/made/more").write_text("more")
        self.refused("has ['made/more'] beyond its manifest")

    def test_a_missing_file_discards_the_entry(self):
        self.save()
        (self.entry() / "files/made/tool").unlink()
        self.refused("it lacks ['made/tool']")

    def test_a_link_in_place_of_a_file_discards_the_entry(self):
        self.save()
        tool = self.entry() / "files/made/tool"
        tool.unlink()
        tool.symlink_to("/bin/sh")
        self.refused("made/tool is not what its manifest says")

    def test_another_mode_discards_the_entry(self):
        self.save()
        (self.entry() / "files/made/tool").chmod(0o600)
        self.refused("made/tool is not what its manifest says")

    def test_a_damaged_manifest_discards_the_entry(self):
        for damage in (lambda text: text[:-20], lambda text: text.replace("made/tool", "made/tail"), lambda _: ""):
            self.save()
            manifest = self.entry() / "manifest"
            manifest.write_text(damage(manifest.read_text()))
            self.refused("its manifest is")

    def test_an_entry_without_a_manifest_is_discarded(self):
        self.save()
        (self.entry() / "manifest").unlink()
        self.refused("the entry is discarded")

    def test_an_entry_of_another_key_is_discarded(self):
        self.save()
        (self.clone / "source").write_text("two")
        (self.fresh / "source").write_text("two")
        two = cache.ENTRIES["made"].key(self.fresh)
        self.entry().rename(self.entry().with_name(two))
        self.refused("its manifest is of")

    def test_other_sources_get_nothing(self):
        self.save()
        (self.fresh / "source").write_text("two")
        self.assertFalse(self.restore())
        self.assertEqual(self.said[-1], "made: nothing is kept for these sources")
        self.assertFalse((self.fresh / "made").exists())

    def test_a_name_outside_of_the_clone_is_refused(self):
        self.save()
        lines = [one for one in cache.read_manifest(self.entry(), "made", self.entry().name) if "tool" in one[-1]]
        shutil.rmtree(self.entry() / "files")
        outside = self.entry() / "files/../outside"
        shutil.copy(self.clone / "made/tool", outside.resolve())
        rows = ["\t".join([*one[:-1], "../outside"]) for one in lines]
        (self.entry() / "manifest").write_text(cache.manifest("made", self.entry().name, rows))
        (self.entry() / "files").mkdir()
        self.refused("the entry is discarded")

    def test_a_link_out_of_the_clone_is_not_kept(self):
        (self.clone / "made/out").symlink_to("/etc/passwd")
        with self.assertRaises(cache.Bad):
            self.save()
        self.assertEqual(os.listdir(self.cache / "made"), [])

    def test_a_clone_keeps_what_it_has_made_itself(self):
        self.save()
        (self.fresh / "made").mkdir()
        (self.fresh / "made/tool").write_text("own")
        self.assertFalse(self.restore())
        self.assertEqual((self.fresh / "made/tool").read_text(), "own")

    def test_few_entries_are_kept_and_nothing_half_written(self):
        for source in ("one", "two", "three", "four"):
            (self.clone / "source").write_text(source)
            self.save()
            (self.cache / "made/.partial-left").mkdir(exist_ok=True)
        self.save()
        (self.clone / "source").write_text("five")
        self.save()
        names = os.listdir(self.cache / "made")
        self.assertEqual(len(names), cache.KEPT)
        self.assertIn(cache.ENTRIES["made"].key(self.clone), names)


class Keys(unittest.TestCase):
    """Each input of an entry changes its key."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for one in ("Cargo.lock", "Cargo.toml", "host/engine/Cargo.toml", "host/engine/src/machine.rs", "guests/toolchain.sh",
                    "guests/js/kit/package-lock.json", "guests/go/kit/tools", ".ci/deny.txt"):
            (self.root / one).parent.mkdir(parents=True, exist_ok=True)
            (self.root / one).write_text(one)

    def changes(self, path, *names):
        before = {name: one.key(self.root) for name, one in cached.ENTRIES.items() if one.key}
        (self.root / path).write_text("changed")
        after = {name: one.key(self.root) for name, one in cached.ENTRIES.items() if one.key}
        self.assertEqual({name for name in before if before[name] != after[name]}, set(names))

    def test_the_lock_file_changes_crates_and_compiled_code(self):
        self.changes("Cargo.lock", "crates", "compiled")

    def test_profiles_and_features_change_crates_and_compiled_code(self):
        self.changes("Cargo.toml", "crates", "compiled")
        self.changes("host/engine/Cargo.toml", "crates", "compiled")

    def test_a_change_of_the_engine_changes_compiled_code(self):
        self.changes("host/engine/src/machine.rs", "compiled")

    def test_versions_of_tools_change_what_is_installed(self):
        self.changes("guests/toolchain.sh", "wasm")
        self.changes("guests/js/kit/package-lock.json", "kits")
        self.changes("guests/go/kit/tools", "kits")
        self.changes(".ci/deny.txt", "checks")

    def test_flags_of_the_compiler_change_crates(self):
        before = cached.crates_key(self.root)
        os.environ["RUSTFLAGS"] = os.environ.get("RUSTFLAGS", "") + " -Cdebuginfo=2"
        self.addCleanup(os.environ.pop, "RUSTFLAGS")
        self.assertNotEqual(cached.crates_key(self.root), before)


class Crates(unittest.TestCase):
    """Of the target folder, only what was made of registry packages is kept."""

    def test_own_crates_and_tests_are_not_kept(self):
        root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, root)
        registry = 'source = "registry+somewhere"\n'
        (root / "Cargo.lock").write_text(f'[[package]]\nname = "http"\n{registry}[[package]]\nname = "http-body"\n{registry}'
                                         '[[package]]\nname = "tollgate-engine"\n')
        units = {"http": "0" * 16, "http-body": "1" * 16, "tollgate-engine": "2" * 16}
        for name, unit in units.items():
            for path in (f".fingerprint/{name}-{unit}/lib-{name}", f"build/{name}-{unit}/output", f"deps/lib{name}-{unit}.rlib"):
                (root / "target/debug" / path).parent.mkdir(parents=True, exist_ok=True)
                (root / "target/debug" / path).write_text("")
        (root / "target/debug/deps/conformance-3333333333333333").write_text("")
        (root / "target/debug/deps/libtollgate_engine.rlib").write_text("")
        kept = cached.crates(root)
        self.assertEqual(len(kept), 6)
        self.assertFalse([one for one in kept if "engine" in one or "conformance" in one])


class CommandLine(unittest.TestCase):
    """The program as CI runs it."""

    def ran(self, **variables):
        environment = {**os.environ, **variables}
        command = [sys.executable, str(pathlib.Path(__file__).parent / "cache.py"), "restore", "checks"]
        return subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True)

    def test_without_a_folder_nothing_happens(self):
        ran = self.ran(TOLLGATE_CI_CACHE="")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_a_folder_that_cannot_be_made_fails_nothing(self):
        ran = self.ran(TOLLGATE_CI_CACHE="/proc/none/cache")
        self.assertEqual(ran.returncode, 0)
        self.assertIn("CI goes on without it", ran.stderr)

    def test_a_folder_that_others_can_write_is_not_used(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            ran = self.ran(TOLLGATE_CI_CACHE=folder)
        self.assertEqual(ran.returncode, 0)
        self.assertIn("others can write it", ran.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
