#!/bin/sh
# Runs one fuzz target without cargo-fuzz: `fuzz/run.sh TARGET [SECONDS]`. Needs a nightly toolchain and a C++ compiler.
set -eu
target=$1 seconds=${2:-600}
cd "$(dirname "$0")"
# What `cargo fuzz` sets. Only the target's own platform is instrumented, so that build scripts are not.
coverage="-Cllvm-args=-sanitizer-coverage"
RUSTFLAGS="--cfg fuzzing -Zsanitizer=address -Cpasses=sancov-module $coverage-level=4"
RUSTFLAGS="$RUSTFLAGS $coverage-inline-8bit-counters $coverage-pc-table $coverage-trace-compares"
export RUSTFLAGS
platform=$(rustc -vV | sed -n 's/^host: //p')
cargo +nightly build --release --quiet --target "$platform" --target-dir target --bin "$target"
mkdir -p "corpus/$target" "artifacts/$target"
exec "target/$platform/release/$target" -max_total_time="$seconds" -artifact_prefix="artifacts/$target/" "corpus/$target"
