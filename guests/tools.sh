#!/usr/bin/env bash
# Fetches what guests are built with, before there is a `tollgate` that could: the tools of every language but Rust, side by
# side, and Rust's wasm target. What is there already stays. `languages.sh` says what could not be fetched.
set -euo pipefail
cd "$(dirname "$0")"
cache=${TOLLGATE_CACHE:-$PWD/../target/kits}

fetch() { # language
    TOLLGATE_TOOLS=$cache/tools/$1 "$1/kit/tools" || echo "the tools of $1 could not be fetched" >&2
}

for language in c go js python; do fetch "$language" & done
./toolchain.sh >/dev/null || echo "the wasm target could not be added" >&2
wait
