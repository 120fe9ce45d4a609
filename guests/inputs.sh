# For the scripts that build guests: whether one is built already. Sourced.
#
# A guest stays if the stamp beside it, `NAME.inputs`, is the hash of everything that the guest is made of. Modification times
# say nothing in a fresh clone, where every source is newer than what a cache kept (`.ci/cache.py`).

if command -v sha256sum >/dev/null; then sums=(sha256sum); else sums=(shasum -a 256); fi

# The hash of what is on stdin.
hash() { "${sums[@]}" | cut -d ' ' -f 1; }

# The hash of all files below some paths, by name and contents, without what builds leave there. `-L` follows the links of
# `test/typed` to Rust's WIT.
hash_files() {
    find -L "$@" -type f -not -path '*/.tollgate/*' -not -path '*/target/*' -not -path '*/node_modules/*' \
        -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z | xargs -0 "${sums[@]}" | hash
}

# What `tollgate` itself puts into a component, or decides about a build.
tollgate_writes=(../host/build ../host/types ../host/tollgate/src ../Cargo.toml ../Cargo.lock)

# The scripts that choose the compiler and decide whether a guest is built.
scripts=(inputs.sh toolchain.sh)

# The hash of the files that all workers of a language are made of.
files_of_language() { hash_files languages.sh "${scripts[@]}" "$1/kit" ../wit "${tollgate_writes[@]}"; }

# The hash of the files that the suite's guests in Rust are made of.
files_of_suite() { hash_files suite.sh "${scripts[@]}" rust hostile ../wit; }

# The compiler of Rust, and the variables that change what it makes.
rust_tools() { "$RUSTC" -vV && cargo -V && flags; }

# `grep` fails if no such variable is set.
flags() { env | grep -E '^(RUSTFLAGS|CARGO_ENCODED_RUSTFLAGS|CARGO_PROFILE_[A-Z0-9_]*)=' | LC_ALL=C sort || true; }

# Whether an output is there and was made of these inputs.
is_built() { # output inputs
    [ -s "$1" ] && [ "$(cat "$1.inputs" 2>/dev/null)" = "$2" ]
}
