#!/usr/bin/env bash
# Builds the workers of every language by the kits of this checkout: the examples, which `tollgate new` copies, and the
# suite's. (Rust's suite is a workspace of its own: `guests/suite.sh`.) A worker whose inputs have not changed stays
# (`inputs.sh`). A language whose tools are missing is skipped by name; with TOLLGATE_EVERY_LANGUAGE=1, as in CI, that is a
# failure. `languages.sh LANGUAGE…` builds those alone, and `languages.sh LANGUAGE/WORKER…` single workers.
set -euo pipefail
cd "$(dirname "$0")"
. ./inputs.sh
root=$(cd .. && pwd)
tollgate="$root/target/debug/tollgate"
export root tollgate TOLLGATE_KITS="$root/guests" TOLLGATE_CACHE="${TOLLGATE_CACHE:-$root/target/kits}"

# The tools that are not pinned by a file of the kit.
tools() { # language
    case $1 in
        rust) rust_tools ;;
        go) TOLLGATE_TOOLS="$TOLLGATE_CACHE/tools/go" bash -c '. go/kit/go.sh && GOTOOLCHAIN=local "$(find_go)" version' ;;
        js) node --version ;;
        c | python) : ;; # by the kit
    esac
}

# The hash of what all workers of a language are made of.
shared() { # language
    { files_of_language "$1" && tools "$1"; } | hash
}

build() { # language project name wasi inputs
    local out="$root/target/guests/$1/$3.wasm" project="$2"
    rm -f "$out.inputs"
    # Builds of Rust leave something in the project's folder, and those here are carried in the binary as they are.
    if [ "$1" = rust ]; then
        project="$root/target/guests/work/rust/projects/$3"
        mkdir -p "$project"
        # Cargo sees what is newer by its time, which must stay as it is. `cp -u` is not everywhere.
        cp -Rp "$2/." "$project"
    fi
    "$tollgate" build --config "$project/wrangler.toml" --wasi "$4" --work "$root/target/guests/work/$1/$3" --out "$out"
    printf '%s\n' "$5" >"$out.inputs"
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

# The workers that have to be built, each with its inputs.
missing() { # language worker-or-nothing
    local language project name wasi inputs shared
    shared=$(shared "$1")
    workers "$1" | while read -r language project name wasi; do
        [ -z "$2" ] || [ "$name" = "$2" ] || continue
        inputs=$({ echo "$shared $wasi" && hash_files "$project"; } | hash)
        is_built "$root/target/guests/$language/$name.wasm" "$inputs" || echo "$language $project $name $wasi $inputs"
    done
}

# Most tools use one core.
side_by_side() { xargs -r -P "$(getconf _NPROCESSORS_ONLN)" -L 1 bash -c 'set -euo pipefail; build "$@"' build; }

[ $# -gt 0 ] || set -- rust c go js python
for wanted; do
    language=${wanted%%/*}
    worker=${wanted#"$language"}
    if [ "$language" = rust ]; then
        RUSTC=$(./toolchain.sh)
        export RUSTC CARGO_TARGET_DIR="$root/target/guests/work/rust/target"
    fi
    if "$tollgate" tools "$language"; then
        missing "$language" "${worker#/}" | side_by_side
    else
        echo "skipped: $language, because its tools are missing"
        [ "${TOLLGATE_EVERY_LANGUAGE:-0}" = 0 ] || exit 1
    fi
done
