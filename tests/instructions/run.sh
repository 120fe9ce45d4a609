#!/usr/bin/env bash
# Counts the instructions of the hot path under callgrind; fails where one is above its limit. Arguments: the names of those to count.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools="$PWD/target/instructions"
mkdir -p "$tools"

if ! command -v valgrind >/dev/null; then
    if [ ! -x "$tools/debian/usr/bin/valgrind" ]; then
        # Unpacked rather than installed: nobody needs to be root.
        (cd "$tools" && apt-get download valgrind && dpkg -x valgrind_*.deb debian && rm ./*.deb)
    fi
    VALGRIND_LIB=$(dirname "$tools"/debian/usr/libexec/valgrind/callgrind-*-linux)
    export VALGRIND_LIB PATH="$tools/debian/usr/bin:$PATH"
fi
# The profile that everything else has built already. Always the whole workspace: other features are another wasmtime.
exec cargo bench --profile dev --workspace --bench hot_path -- "$@"
