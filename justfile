# Tollgate's recipes. `./justw RECIPE` finds or fetches `just` first. Everything is built into one target folder.

# Show the recipes.
default:
    @just --list --unsorted

# Start a host with the example set, and say what to try. The first time it builds both, which takes some minutes.
run:
    guests/example/run.sh

# Build the host.
build:
    cargo build --bin tollgate

# Build the host and its tests: once, with the features of both, since other features would be another wasmtime.
build-all:
    cargo build --workspace --all-targets

# Build the suite's guests, which are written in Rust.
rust-guests:
    guests/suite.sh

# Build every guest component from source, in every language.
guests: build-all rust-guests
    guests/languages.sh

# Clippy is the compiler of a build, where `cargo clippy` would check every dependency that is built anyway. What it links is
# kept apart: it is not quite what rustc makes.
# Formatting and lints, host and guests.
lint:
    cargo fmt --all --check
    cargo fmt --all --check --manifest-path guests/rust/Cargo.toml
    find guests/rust/kit guests/rust/user guests/rust/user-3 guests/rust/outbound guests/rust/outbound-3 guests/rust/dispatch guests/rust/dispatch-3 -name '*.rs' -not -path '*/.tollgate/*' -not -path '*/target/*' -exec rustfmt --check --edition 2024 {} +
    CARGO_TARGET_DIR=target/lint CARGO_BUILD_BUILD_DIR=target CLIPPY_ARGS=-Dwarnings RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo build --workspace --all-targets

# With cargo-nextest (https://nexte.st) the tests of all binaries run side by side, and a test that hangs is ended; without it,
# `cargo test` runs one binary after another. The tests of `composition` share one engine, which a process for each test would
# load each time.
# Every test.
test: guests
    #!/usr/bin/env bash
    set -euo pipefail
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace -E 'not binary(composition)'
        cargo test --workspace --test composition
        cargo test --workspace --doc
    else
        echo "hint: with cargo-nextest the tests take less time: cargo install --locked cargo-nextest" >&2
        cargo test --workspace
    fi

# Workers composed: the library and its examples, `tollgate test`, one component of two, a running host, and the tutorial.
test-composition: guests
    cargo test --workspace --lib --bins --test composition --test composed --test refusals --test served
    cargo test --workspace --doc

# The conformance statements, a line each; with `--languages`, a table of what every language meets.
conformance *ARGS: guests
    python3 tests/conformance/report.py {{ARGS}}

# Stores damaged in every way of issue 23, and opened again: 3 minutes, or with `--full` about an hour, some of it as root.
test-durability *ARGS:
    python3 tests/durability/test_verdict.py
    tests/durability/run.py {{ARGS}}

# Attacks by customers' workers, clients and uploads: each is stopped by a limit, and its neighbours are served.
test-hostile *ARGS: guests
    cargo test --workspace --test hostile {{ARGS}}

# Fuzzes one of `fuzz/fuzz_targets/` (needs a nightly toolchain): `just fuzz authority 600`.
fuzz TARGET SECONDS="600":
    fuzz/run.sh {{TARGET}} {{SECONDS}}

# Tollgate and its peers measured in one run: `just bench`, or `just bench --quick` (7 minutes once everything is built).
bench *ARGS: guests
    tests/bench/tools.sh {{ARGS}}
    cargo build --release --bin tollgate --bin tollgate-bench
    target/release/tollgate-bench run {{ARGS}}

# Instructions of the hot path under callgrind, each against its limit.
instructions *ARGS: guests
    tests/instructions/run.sh {{ARGS}}

# Bans, licences and sources of all crates.
deny:
    .ci/deny.sh

# The same, and advisories if their database can be fetched (needs cargo-deny).
audit: deny
    if cargo deny fetch db; then cargo deny check advisories; else echo "skipped: advisories, their database cannot be fetched"; fi

# Tests of what CI itself is made of.
check-ci:
    python3 .ci/test_cache.py
    python3 .ci/test_inputs.py

# What CI runs. `.ci/run` runs the same steps, some of them side by side, with what an earlier run kept.
ci: check-ci deny lint test test-durability conformance (conformance "--languages") instructions
