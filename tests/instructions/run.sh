#!/usr/bin/env bash
# Counts the instructions of the hot path under callgrind; fails where one is above its limit. Arguments go to gungraun.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools="$PWD/target/instructions"
mkdir -p "$tools/bin"

if ! command -v valgrind >/dev/null; then
    if [ ! -x "$tools/debian/usr/bin/valgrind" ]; then
        # Unpacked rather than installed: nobody needs to be root.
        (cd "$tools" && apt-get download valgrind && dpkg -x valgrind_*.deb debian && rm ./*.deb)
    fi
    VALGRIND_LIB=$(dirname "$tools"/debian/usr/libexec/valgrind/callgrind-*-linux)
    export VALGRIND_LIB PATH="$tools/debian/usr/bin:$PATH"
fi
# Runner and library must be of one version.
version=$(sed -n 's/^gungraun = "=\([0-9.]*\)"/\1/p' tests/instructions/Cargo.toml)
if ! "$tools/bin/gungraun-runner" --version 2>/dev/null | grep -qF " $version"; then
    cargo install --quiet --locked --debug --root "$tools" --target-dir "$tools/build" "gungraun-runner@$version"
fi
export GUNGRAUN_RUNNER="$tools/bin/gungraun-runner"
# The profile that everything else has built already. Always the whole workspace: other features are another wasmtime.
exec cargo bench --profile dev --workspace --bench hot_path -- "$@"
