"""What `cache.py` keeps: for each entry the files, and the key that says for which sources they are right."""
import dataclasses
import hashlib
import os
import pathlib
import platform
import re
import subprocess
import typing

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Compiled code of components that no longer exist stays in its folder: beyond this, the oldest are not kept.
COMPILED_BYTES = 2 << 30


@dataclasses.dataclass(frozen=True)
class Entry:
    """A kind of build product."""

    # Folders that exist where this clone has made the product itself.
    places: tuple
    # The files to keep, relative to the clone.
    files: typing.Callable
    # The hash of everything that decides what is in them.
    key: typing.Callable = None
    # Each file's stamp says what it was made of, so the newest entry is taken and the key is a hash of the contents.
    by_contents: bool = False
    # An entry of the same key may have more files later.
    grows: bool = False


# --- keys ---


def digest(*parts):
    """The SHA-256 of texts, each with its length, so that no two lists of texts give the same bytes."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(f"{len(part.encode())}\n{part}".encode())
    return whole.hexdigest()


def sources(root, *globs):
    """Names and contents of the files that match."""
    found = sorted({path for one in globs for path in root.glob(one) if path.is_file()})
    return [f"{path.relative_to(root)}\t{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in found]


def version(*command):
    """What a program says of itself, or that it is not there."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return f"no {command[0]}"


def settings():
    """The variables that cargo, rustc and C compilers read. CARGO_HOME counts: cargo's notes of a registry crate hold its path."""
    named = re.compile(r"(CARGO_(BUILD|PROFILE|TARGET|ENCODED|UNSTABLE|HOME)|RUST(C|FLAGS)|(CC|CXX|AR|C(XX)?FLAGS)$|CC_)")
    # Where a build is put does not change what is built.
    place = re.compile(r"CARGO_(TARGET_DIR|BUILD_BUILD_DIR|BUILD_TARGET_DIR)$")
    return [f"{name}={value}" for name, value in sorted(os.environ.items()) if named.match(name) and not place.match(name)]


def crates_key(root):
    """Registry crates: which, for which profiles and features, by which compilers."""
    manifests = sources(root, "Cargo.lock", "Cargo.toml", "host/*/Cargo.toml", "tests/Cargo.toml", "tests/*/Cargo.toml", ".cargo/config*")
    tools = [version("rustc", "-vV"), version("cargo", "-vV"), version("cc", "--version"), str(pathlib.Path.home())]
    return digest("crates", *manifests, *tools, *settings())


def compiled_key(root):
    """Machine code of guests: whatever changes the engine's crate is tried by compiling anew."""
    return digest("compiled", crates_key(root), *sources(root, "host/engine/**/*", "host/types/**/*"))


def kits_key(root):
    """Installed tools of the languages: their kits name the versions."""
    named = ("tools", "version", "zig.sh", "go.sh", "package.json", "package-lock.json")
    tools = [version("python3", "--version"), version("node", "--version"), version("go", "version"), version("zig", "version")]
    return digest("kits", platform.machine(), *sources(root, *(f"guests/*/kit/{one}" for one in named)), *tools)


def wasm_key(root):
    """Debian's compiler for guests: how it is made, and the toolchain that it takes its linkers from."""
    return digest("wasm", platform.machine(), *sources(root, "guests/toolchain.sh"), version("rustc", "-vV"))


def checks_key(root):
    return digest("checks", platform.machine(), *sources(root, ".ci/deny.*"), version("python3", "--version"))


# --- files ---


def everything(*folders):
    """All files, links and empty folders below some folders."""
    return lambda root: [name for one in folders for name in below(root, root / one)]


def below(root, top):
    for here, folders, files in os.walk(top):
        here = pathlib.Path(here)
        for one in [*files, *(one for one in folders if (here / one).is_symlink())]:
            yield str((here / one).relative_to(root))
        if not folders and not files:
            yield str(here.relative_to(root))


def packages(root):
    """The names of registry packages. A package of this repository has no source in Cargo.lock."""
    registry, own = set(), set()
    for package in (root / "Cargo.lock").read_text().split("[[package]]")[1:]:
        name = re.search(r'^name = "(.*)"$', package, re.M).group(1)
        (registry if re.search(r'^source = "registry\+', package, re.M) else own).add(name)
    return registry - own


def crates(root):
    """What cargo made of registry packages: its notes, build scripts and libraries, which all carry a unit's hash."""
    debug, found = root / "target/debug", []
    units = re.compile(f"({'|'.join(map(re.escape, sorted(packages(root))))})-([0-9a-f]{{16}})")
    notes = [units.fullmatch(one.name) for one in (debug / ".fingerprint").glob("*")]
    hashes = {one.group(2) for one in notes if one}
    for one in filter(None, notes):
        for place in (".fingerprint", "build"):
            found += below(root, debug / place / one.group(0))
    made = re.compile(r".*-([0-9a-f]{16})(\..*)?")
    for one in (debug / "deps").glob("*"):
        if (unit := made.fullmatch(one.name)) and unit.group(1) in hashes:
            found.append(str(one.relative_to(root)))
    return found


def guests(root):
    """Components that have a stamp beside them, and the stamps."""
    stamps = (root / "target/guests").glob("*/*.inputs")
    languages = [one for stamp in stamps for one in (stamp, stamp.with_suffix("")) if one.is_file()]
    suite = root / "target/guests/rust-suite.inputs"
    rust = [suite, *(root / "target/guests/wasm32-wasip2/release").glob("*.wasm")] if suite.is_file() else []
    return [str(one.relative_to(root)) for one in [*languages, *rust]]


def compiled(root):
    """Machine code, the newest first. What a host left half written has more in its name."""
    whole = re.compile("functions|[0-9a-f]{64}")
    found = [one for one in (root / "target/compiled-for-tests").rglob("*") if one.is_file() and whole.fullmatch(one.name)]
    kept, room = [], COMPILED_BYTES
    for one in sorted(found, key=lambda one: one.stat().st_mtime, reverse=True):
        room -= one.stat().st_size
        if room > 0:
            kept.append(str(one.relative_to(root)))
    return kept


ENTRIES = {
    "kits": Entry(("target/kits/tools",), everything("target/kits/tools"), kits_key),
    "wasm": Entry((".cache/wasm32-wasip2",), everything(".cache/wasm32-wasip2"), wasm_key),
    "guests": Entry(("target/guests",), guests, by_contents=True),
    "compiled": Entry(("target/compiled-for-tests",), compiled, compiled_key, grows=True),
    "crates": Entry(("target/debug",), crates, crates_key),
    "checks": Entry(("target/checks",), everything("target/checks"), checks_key),
}
