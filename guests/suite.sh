#!/usr/bin/env bash
# Builds the suite's guests that are written in Rust, a workspace of their own (guests/rust). If their inputs have not changed,
# all of them stay (`inputs.sh`); else cargo decides which to build.
set -euo pipefail
cd "$(dirname "$0")"
. ./inputs.sh
target=wasm32-wasip2
built=$PWD/../target/guests
stamp=$built/rust-suite.inputs

RUSTC=$(./toolchain.sh)
export RUSTC
inputs=$({ files_of_suite && rust_tools; } | hash)

# The stamp names what was built, so that a component that was deleted is missed.
is_whole() {
    [ "$(head -n 1 "$stamp" 2>/dev/null)" = "$inputs" ] || return 1
    tail -n +2 "$stamp" | while IFS= read -r one; do [ -s "$built/$target/release/$one" ] || exit 1; done
}

if is_whole; then exit 0; fi
rm -f "$stamp"
(cd rust && cargo build --release --target "$target" --target-dir "$built")
{ echo "$inputs" && cd "$built/$target/release" && ls -- *.wasm; } >"$stamp.new"
mv "$stamp.new" "$stamp"
