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

# Whether an output is there and was made of these inputs.
is_built() { # output inputs
    [ -s "$1" ] && [ "$(cat "$1.inputs" 2>/dev/null)" = "$2" ]
}
