#!/usr/bin/env bash
# Builds the workers of every language that is not Rust: its examples, and the suite's, each with the kit of this checkout.
# What is newer than its sources stays. A language whose tools cannot be had is skipped by name; with
# TOLLGATE_EVERY_LANGUAGE=1, as in CI, that is a failure.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)
tollgate="$root/target/debug/tollgate"
export TOLLGATE_KITS="$root/guests" TOLLGATE_CACHE="${TOLLGATE_CACHE:-$root/target/kits}"

build() { # language project name
    local out="$root/target/guests/$1/$3.wasm"
    if [ -e "$out" ] && [ -z "$(find "$2" "$1/kit" ../wit -newer "$out" -type f -print -quit)" ]; then
        return
    fi
    "$tollgate" build --config "$2/wrangler.toml" --work "$root/target/guests/work/$1/$3" --out "$out"
}

for language in js python; do
    if ! "$tollgate" tools "$language"; then
        echo "skipped: $language, whose tools are not there"
        [ "${TOLLGATE_EVERY_LANGUAGE:-0}" = 0 ] || exit 1
        continue
    fi
    for role in user outbound dispatch; do
        build "$language" "$language/$role" "$role"
        build "$language" "$language/test/$role" "test-$role"
    done
done
