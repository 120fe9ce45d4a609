#!/usr/bin/env python3
"""Keeps build products of CI outside the clone, in the folder TOLLGATE_CI_CACHE. Without that variable it does nothing.

    .ci/cache.py restore [NAME…]    puts what is kept for these sources into a fresh clone
    .ci/cache.py save NAME…         keeps what this clone has, after the step that made it has succeeded

An entry is a folder `NAME/KEY` with a manifest and copies of files. The rules that keep a bad entry from turning a failing
commit into a passing one:

- Only inputs of CI are kept: compiled registry crates, installed tools, guest components, machine code. Nothing that cargo
  compiled from this repository's host and tests is kept, and no test result.
- The key is a hash of everything that decides the contents. Guests carry a stamp each, which `guests/languages.sh` compares.
- The manifest has the SHA-256 of each file. A wrong, missing or additional file discards the whole entry.
- An entry is written beside its place and renamed, so a run that was interrupted leaves nothing that looks whole.

Code that runs in CI can write this folder, and so can every program of the same user: do not share it between users, or with
runs of commits that are not trusted. Errors in here never fail CI: the step then builds what it did not get."""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import stat
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cached import ENTRIES, ROOT  # noqa: E402

# Raised when the form of an entry changes; an entry of another form is discarded.
FORM = "tollgate-ci-cache 1"
# Entries kept of each name: one for the branch at hand and one for another.
KEPT = 2
# An entry larger than this is not saved: registry crates take some 2 GB.
LARGEST_BYTES = 8 << 30
BLOCK_BYTES = 1 << 20


class Bad(Exception):
    """Why an entry is not to be trusted, or cannot be made."""


def say(text):
    print(f"cache: {text}", file=sys.stderr, flush=True)


# --- the folder ---


def folder():
    """The cache's folder, which only this user can write; None if there is none."""
    named = os.environ.get("TOLLGATE_CI_CACHE", "")
    if not named:
        return None
    path = pathlib.Path(named)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.stat()
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Bad(f"{path} belongs to another user, or others can write it")
    return path


@contextlib.contextmanager
def turn(cache):
    """Runs of CI on one machine take turns, so that none reads what another removes."""
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- manifests ---


def line(path, name, digest):
    """One line of a manifest: what it is, its mode, its time and its name. `digest` is of a file, or a link's target."""
    found = path.lstat()
    kind = "l" if path.is_symlink() else "d" if path.is_dir() else "f"
    if "\n" in name or "\t" in name or "\n" in digest or "\t" in digest:
        raise Bad(f"{name!r} cannot be written into a manifest")
    return "\t".join([kind, oct(stat.S_IMODE(found.st_mode)), str(found.st_mtime_ns), digest, name])


def manifest(name, key, lines):
    """The text of a manifest. Its last line is the hash of all others, so that it cannot be cut short."""
    text = "\n".join([f"{FORM}\t{name}\t{key}", *sorted(lines, key=lambda one: one.split("\t")[-1])]) + "\n"
    return text + f"end\t{hashlib.sha256(text.encode()).hexdigest()}\n"


def read_manifest(entry, name, key):
    """The lines of an entry's manifest, if it is whole and of this name and key."""
    text = (entry / "manifest").read_text()
    rows = text.splitlines()
    if len(rows) < 2 or not text.endswith("\n"):
        raise Bad("its manifest is cut short")
    body = "\n".join(rows[:-1]) + "\n"
    if rows[-1] != f"end\t{hashlib.sha256(body.encode()).hexdigest()}":
        raise Bad("its manifest is damaged")
    if rows[0] != f"{FORM}\t{name}\t{key}":
        raise Bad(f"its manifest is of {rows[0]!r}")
    return [tuple(row.split("\t")) for row in rows[1:-1]]


# --- copying ---


def copied(source, target):
    """Copies a file, and gives the SHA-256 of the bytes that were written."""
    digest = hashlib.sha256()
    reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    with open(reading, "rb") as bytes_in, open(target, "xb") as bytes_out:
        while block := bytes_in.read(BLOCK_BYTES):
            digest.update(block)
            bytes_out.write(block)
    return digest.hexdigest()


def copy(source, target):
    """Copies a file, a link or an empty folder with its mode and time, and gives its digest. Cargo and make compare times."""
    target.parent.mkdir(parents=True, exist_ok=True)
    found = source.lstat()
    if stat.S_ISLNK(found.st_mode):
        digest = os.readlink(source)
        os.symlink(digest, target)
    elif stat.S_ISDIR(found.st_mode):
        digest = "-"
        target.mkdir(exist_ok=True)
    elif stat.S_ISREG(found.st_mode):
        digest = copied(source, target)
        os.chmod(target, stat.S_IMODE(found.st_mode))
    else:
        raise Bad(f"{source} is no file, link or folder")
    os.utime(target, ns=(found.st_mtime_ns, found.st_mtime_ns), follow_symlinks=False)
    return digest


def listed(top):
    """The names of all files, links and empty folders under a folder."""
    names = set()
    for folder_name, folders, files in os.walk(top):
        here = pathlib.Path(folder_name)
        links = [one for one in folders if (here / one).is_symlink()]
        names |= {str((here / one).relative_to(top)) for one in [*files, *links]}
        if not folders and not files and here != top:
            names.add(str(here.relative_to(top)))
    return names


def within(name, target):
    """Whether a link leads to a place below the same first folder as itself, wherever the clone is."""
    if os.path.isabs(target):
        return False
    top = pathlib.PurePath(name).parts[0]
    return os.path.normpath(os.path.join(os.path.dirname(name), target)).split(os.sep)[0] == top


# --- restoring ---


def check(entry, staged, name, key):
    """Copies an entry into `staged` and compares each copied byte with the manifest: what is checked is what is used."""
    files, rows = entry / "files", read_manifest(entry, name, key)
    names = {row[-1] for row in rows}
    if names != (found := listed(files)):
        raise Bad(f"it lacks {sorted(names - found)[:3]} and has {sorted(found - names)[:3]} beyond its manifest")
    for row in rows:
        kind, mode, time, digest, relative = row
        if pathlib.PurePath(relative).is_absolute() or ".." in pathlib.PurePath(relative).parts:
            raise Bad(f"{relative} is outside of the clone")
        made = copy(files / relative, staged / relative)
        if line(staged / relative, relative, made) != "\t".join(row):
            raise Bad(f"{relative} is not what its manifest says")
        if kind == "l" and not within(relative, digest):
            raise Bad(f"{relative} leads outside of the clone")


def place(staged, root):
    """Moves what was checked to where it belongs."""
    for name in sorted(listed(staged)):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (staged / name).is_dir() and not (staged / name).is_symlink():
            target.mkdir(exist_ok=True)
        else:
            shutil.move(staged / name, target)


def restore(cache, name, root):
    """Restores an entry; discards one that is not whole. True if it was restored."""
    entry_kind = ENTRIES[name]
    if any((root / one).exists() for one in entry_kind.places):
        say(f"{name}: this clone has its own already")
        return False
    entry = newest(cache / name) if entry_kind.by_contents else cache / name / entry_kind.key(root)
    if entry is None or not entry.is_dir():
        say(f"{name}: nothing is kept for these sources")
        return False
    staging = pathlib.Path(tempfile.mkdtemp(prefix=".restoring-", dir=root))
    try:
        check(entry, staging, name, entry.name)
        place(staging, root)
    except (Bad, OSError, ValueError, UnicodeError) as why:
        say(f"{name}: the entry is discarded: {why}")
        shutil.rmtree(entry, ignore_errors=True)
        return False
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    os.utime(entry)
    say(f"{name}: restored")
    return True


def newest(of_name):
    entries = [one for one in of_name.glob("*") if re.fullmatch("[0-9a-f]{64}", one.name)]
    return max(entries, key=lambda one: one.stat().st_mtime, default=None)


# --- saving ---


def save(cache, name, root):
    """Keeps what this clone has of a name. True if a new entry was written."""
    entry_kind = ENTRIES[name]
    files = sorted(entry_kind.files(root))
    if not files:
        say(f"{name}: there is nothing to keep")
        return False
    if sum((root / one).lstat().st_size for one in files) > LARGEST_BYTES:
        raise Bad(f"{name} is larger than {LARGEST_BYTES} bytes")
    key = contents_key(root, files) if entry_kind.by_contents else entry_kind.key(root)
    entry = cache / name / key
    if entry.is_dir() and (not entry_kind.grows or listed(entry / "files") == set(files)):
        os.utime(entry)
        say(f"{name}: kept already")
        return False
    write(entry, name, key, root, files)
    prune(cache / name)
    say(f"{name}: kept")
    return True


def contents_key(root, files):
    """For what is found by being the newest: names and sizes, and the stamps, which say what each was made of."""
    told = [f"{one}\t{(root / one).lstat().st_size}" for one in files]
    told += [(root / one).read_text() for one in files if one.endswith(".inputs")]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def write(entry, name, key, root, files):
    entry.parent.mkdir(mode=0o700, exist_ok=True)
    partial = pathlib.Path(tempfile.mkdtemp(prefix=".partial-", dir=entry.parent))
    try:
        lines = []
        for one in files:
            if (root / one).is_symlink() and not within(one, os.readlink(root / one)):
                raise Bad(f"{one} leads outside of the clone")
            lines.append(line(root / one, one, copy(root / one, partial / "files" / one)))
        (partial / "manifest").write_text(manifest(name, key, lines))
        shutil.rmtree(entry, ignore_errors=True)
        os.rename(partial, entry)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def prune(of_name):
    """Removes all but the newest entries, and what an interrupted run left."""
    entries = sorted(of_name.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    whole = [one for one in entries if not one.name.startswith(".")]
    for one in [*whole[KEPT:], *(one for one in entries if one.name.startswith("."))]:
        shutil.rmtree(one, ignore_errors=True)


def main(verb, names):
    cache = folder()
    if cache is None:
        return
    with turn(cache):
        for name in names or ENTRIES:
            try:
                (restore if verb == "restore" else save)(cache, name, ROOT)
            except (Bad, OSError) as why:
                say(f"{name}: not {verb}d: {why}")


if __name__ == "__main__":
    if sys.argv[1:2] not in (["restore"], ["save"]) or not set(sys.argv[2:]) <= set(ENTRIES):
        sys.exit(f"error: expected restore or save, and names out of {', '.join(ENTRIES)}")
    try:
        main(sys.argv[1], sys.argv[2:])
    except (Bad, OSError) as reason:
        say(f"CI goes on without it: {reason}")
