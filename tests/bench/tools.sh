#!/usr/bin/env bash
# Lays out the peers' programs in target/bench/tools, from the registries of Debian, npm and Rust. What is there is kept.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools="$PWD/target/bench/tools"
mkdir -p "$tools/bin"

if [ ! -x "$tools/bin/wrk" ]; then
    if wrk=$(command -v wrk); then
        ln -s "$wrk" "$tools/bin/wrk"
    else
        (cd "$tools" && apt-get download wrk && dpkg -x wrk_*.deb debian && rm wrk_*.deb)
        ln -s ../debian/usr/bin/wrk "$tools/bin/wrk"
    fi
fi
if [ ! -x "$tools/node_modules/workerd/bin/workerd" ]; then
    npm install --silent --no-fund --no-audit --prefix "$tools" workerd@1.20261117.1
fi
# The version that the host is built with, and the features that `wasmtime serve` needs.
version=$(sed -n 's/^wasmtime = { version = "=\([0-9.]*\)".*/\1/p' Cargo.toml)
if ! "$tools/bin/wasmtime" --version 2>/dev/null | grep -qF " $version"; then
    cargo install --locked --root "$tools" --target-dir target/bench/build "wasmtime-cli@$version"
fi
if [ ! -x "$tools/bin/oha" ]; then
    cargo install --locked --root "$tools" --target-dir target/bench/build oha@1.16.0
fi
