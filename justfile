# Tollgate's recipes. `./justw RECIPE` finds or fetches `just` first.

# Show the recipes.
default:
    @just --list --unsorted

# Everything that CI runs.
ci: lint test

# Formatting and lints of the host.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Every test of the host.
test:
    cargo test --workspace
