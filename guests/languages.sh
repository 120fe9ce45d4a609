#!/usr/bin/env bash
# Builds the workers of every language by the kits of this checkout: the examples, which `tollgate new` copies, and the
# suite's. (Rust's suite is a workspace of its own: `just rust-guests`.) What is newer than its sources stays. A language
# whose tools cannot be had is skipped by name; with TOLLGATE_EVERY_LANGUAGE=1, as in CI, that is a failure.
# `languages.sh LANGUAGE…` builds those alone.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)
tollgate="$root/target/debug/tollgate"
export root tollgate TOLLGATE_KITS="$root/guests" TOLLGATE_CACHE="${TOLLGATE_CACHE:-$root/target/kits}"

build() { # language project name wasi
    local out="$root/target/guests/$1/$3.wasm" project="$2" writes
    # What `tollgate` itself puts into a component; the binary is newer after every build of the host, and would be no sign.
    writes="../host/build/src/bindings.rs ../host/build/src/component.rs ../host/build/src/wit.rs ../Cargo.lock"
    # `-L`: the WIT of `test/typed` is Rust's.
    # shellcheck disable=SC2086
    if [ -e "$out" ] && [ -z "$(find -L "$2" "$1/kit" ../wit $writes -newer "$out" -type f -not -path '*/.tollgate/*' -print -quit)" ]; then
        return
    fi
    # Builds of Rust leave something in the project's folder, and those here are carried in the binary as they are.
    if [ "$1" = rust ]; then
        project="$root/target/guests/work/rust/projects/$3"
        mkdir -p "$project"
        # Cargo sees what is newer by its time, which must stay as it is. `cp -u` is not everywhere.
        cp -Rp "$2/." "$project"
    fi
    "$tollgate" build --config "$project/wrangler.toml" --wasi "$4" --work "$root/target/guests/work/$1/$3" --out "$out"
}
export -f build

# A line for each worker: what `build` takes.
workers() { # language
    local role
    for role in user outbound dispatch; do
        echo "$1 $1/$role $role 0.2"
        case $1 in
            rust) echo "$1 $1/$role-3 $role-3 0.3" ;;
            python) echo "$1 $1/$role $role-3 0.3" ;;
        esac
    done
    [ "$1" != rust ] || return 0
    for role in user outbound dispatch typed; do
        echo "$1 $1/test/$role test-$role 0.2"
        [ "$1" != python ] || echo "$1 $1/test/$role test-$role-3 0.3"
    done
    [ "$1" != js ] || echo "js js/test/platform test-platform 0.2"
}

# Most tools use one core.
side_by_side() { xargs -P "$(getconf _NPROCESSORS_ONLN)" -L 1 bash -c 'build "$@"' build; }

[ $# -gt 0 ] || set -- rust c go js python
for language; do
    if [ "$language" = rust ]; then
        RUSTC=$(./toolchain.sh)
        export RUSTC CARGO_TARGET_DIR="$root/target/guests/work/rust/target"
    fi
    if "$tollgate" tools "$language"; then
        workers "$language" | side_by_side
    else
        echo "skipped: $language, whose tools are not there"
        [ "${TOLLGATE_EVERY_LANGUAGE:-0}" = 0 ] || exit 1
    fi
done
