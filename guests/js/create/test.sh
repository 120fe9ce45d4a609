#!/usr/bin/env bash
# Packs `create-tollgate` and uses it as a person would: creates a project of each role, builds one, and tries what is refused.
# TOLLGATE_BIN names the binary; TOLLGATE_CACHE, if set, the cache where JavaScript's tools are.
set -euo pipefail
js=$(cd "$(dirname "$0")/.." && pwd)
tollgate=$(realpath "${TOLLGATE_BIN:-$js/../../target/debug/tollgate}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
    echo "error: $*" >&2
    exit 1
}

# Of a copy, so that nothing is left in the sources.
mkdir "$tmp/js" "$tmp/home"
cp -r "$js"/{user,outbound,dispatch,create} "$tmp/js"
(cd "$tmp/js/create" && npm pack --silent --pack-destination "$tmp" >/dev/null)
[ ! -e "$tmp/js/create/templates" ] || fail "packing left templates behind"
cd "$tmp/home"
create() { npm exec --yes --package="$(echo "$tmp"/create-tollgate-*.tgz)" -- create-tollgate "$@"; }

# Refused with an exit code, and with words.
refused() { # code words arguments…
    local code=0 said
    said=$(create "${@:3}" 2>&1) || code=$?
    [ "$code" = "$1" ] || fail "create-tollgate ${*:3}: expected exit code $1, found $code: $said"
    [[ "$said" == *"$2"* ]] || fail "create-tollgate ${*:3}: expected \"$2\", found: $said"
}

for role in user outbound dispatch; do
    create "my-$role" --role "$role"
    grep -qx "name = \"my-$role\"" "my-$role/wrangler.toml" || fail "my-$role/wrangler.toml has another name"
    [ -e "my-$role/.gitignore" ] || fail "my-$role has no .gitignore"
done
[ -e my-outbound/wit/outbound.wit ] || fail "my-outbound has no WIT"
create my-worker | grep -q '^next: cd my-worker' || fail "my-worker: what to do next was not said"

refused 1 "error: my-worker exists already" my-worker
refused 2 'error: invalid worker name "../worker"' ../worker
refused 2 'error: invalid worker name "a.b"' a.b
refused 2 'error: there is no role "tenant"' other --role tenant
refused 2 "error: expected one name, found 0"
[ ! -e other ] || fail "a project was written although it was refused"

"$tollgate" tools js
(cd my-worker && PATH="$(dirname "$tollgate"):$PATH" npm run --silent build)
# `\0asm`, and the version and layer of a component.
magic=$(head -c 8 my-worker/.tollgate/build/worker.wasm | od -An -tx1 | tr -d ' ')
[ "$magic" = 0061736d0d000100 ] || fail "what was built is no component: it begins with $magic"
echo "create-tollgate: packed, created, built"
