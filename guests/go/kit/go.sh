# For `build` and `tools`: where Go is. Sourced.

# The oldest that the bindings' own module takes, and the one release that the kit was tried with: it links what is the
# runtime's own.
oldest=1.27.1
release=1.27

# Prints the Go to build with: that of TOLLGATE_TOOLS, or one on PATH of the same release that is new enough.
find_go() {
    local go version
    for go in "$TOLLGATE_TOOLS/site/go/bin/go" "$(command -v go)"; do
        [ -x "$go" ] || continue
        version=$(GOTOOLCHAIN=local "$go" env GOVERSION)
        [[ "${version#go}" == "$release".* ]] || continue
        if [ "$(printf '%s\n' "$oldest" "${version#go}" | sort -V | head -n 1)" = "$oldest" ]; then
            echo "$go"
            return
        fi
    done
    return 1
}
