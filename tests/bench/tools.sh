#!/usr/bin/env bash
# Lays out the peers' programs in target/bench/tools, from the registries of Debian, npm and Rust. What is there is kept.
# Takes the arguments of the benchmark, to leave out peers that are not asked for.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools="$PWD/target/bench/tools"
mkdir -p "$tools/bin"

# It says its version, and ends with 1.
if ! { "$tools/bin/wrk" -v 2>/dev/null || true; } | grep -q wrk; then
    rm -rf "$tools/bin/wrk" "$tools/debian"
    if wrk=$(command -v wrk); then
        ln -s "$wrk" "$tools/bin/wrk"
    else
        # Unpacked rather than installed: nobody needs to be root.
        (cd "$tools" && apt-get download wrk libluajit-5.1-2 && for deb in *.deb; do dpkg -x "$deb" debian; done && rm ./*.deb)
        libraries=$(dirname "$tools"/debian/usr/lib/*/libluajit-5.1.so.2)
        printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s/debian/usr/bin/wrk "$@"\n' "$libraries" "$tools" >"$tools/bin/wrk"
        chmod +x "$tools/bin/wrk"
    fi
fi
# Languages, compositions, the store and fairness are measured without a peer.
case " $* " in *" --only"[\ =]"languages "* | *" --only"[\ =]"compositions "* | *" --only"[\ =]"store "* | *" --only"[\ =]"fairness "*) exit ;; esac
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
