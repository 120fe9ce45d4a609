#!/usr/bin/env bash
# Builds the host and the example set if they are not there yet, starts the host, deploys the set, and says what to try.
# `just run` calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
tollgate="target/debug/tollgate"
listen="${TOLLGATE_LISTEN:-127.0.0.1:8787}"

say() { printf 'run: %s\n' "$*" >&2; }

if [ ! -x "$tollgate" ]; then
    say "step 1 of 3: the host is built, 300 crates: usually 4 to 7 minutes on two cores, and seconds from then on"
    # The wasm target is fetched meanwhile; step 2 says why, if it cannot be had.
    (guests/toolchain.sh >/dev/null 2>&1 || true) &
else
    say "step 1 of 3: the host is built: what has changed since the last time"
fi
cargo build --bin tollgate
wait
if [ ! -e target/guests/rust/dispatch.wasm ]; then
    say "step 2 of 3: the example's three workers are built: usually a minute"
fi
guests/languages.sh rust/user rust/outbound rust/dispatch
say "step 3 of 3: the host starts"

"$tollgate" serve &
host=$!
trap 'kill "$host" 2>/dev/null; wait "$host" 2>/dev/null || true' EXIT INT TERM

# The host answers once both listeners are there.
until namespaces=$("$tollgate" namespace list 2>/dev/null); do
    kill -0 "$host" 2>/dev/null || { wait "$host"; exit $?; }
    sleep 0.05
done

if ! grep -q '^example' <<<"$namespaces"; then
    "$tollgate" namespace create example
fi
if [ "$("$tollgate" worker list | grep -cE '^(dispatch|outbound)')" -lt 2 ] ||
    ! "$tollgate" worker list --dispatch-namespace example | grep -q '^customer-1'; then
    "$tollgate" deploy --config guests/example/outbound.toml
    "$tollgate" deploy --config guests/example/dispatch.toml
    "$tollgate" deploy --config guests/example/user.toml --dispatch-namespace example
fi

cat <<TEXT

The example is running. In another terminal, try

    curl -H 'Host: customer-1.localhost' http://$listen/    # a customer's worker, intercepted
    curl -H 'Host: nobody.localhost' http://$listen/        # no such worker: 404

Stop it with Ctrl-C; \`./justw run\` starts it again with all that was deployed.
TEXT
wait "$host"
