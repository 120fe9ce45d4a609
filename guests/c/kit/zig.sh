# Which Zig the kit is made for, what for, and where it is: `tools` installs it, `build` compiles with it.
version=0.17.1
target=(-target wasm32-wasi-musl -Os)
# The C library, which Zig compiles when it is first asked for, is kept here for all projects.
export ZIG_GLOBAL_CACHE_DIR="$TOLLGATE_TOOLS/cache"

# The compiler's path: the one that `tools` has installed, or one of this version on PATH. Nothing where there is neither.
find_zig() {
    local zig="$TOLLGATE_TOOLS/site/ziglang/zig"
    if [ "$(cat "$TOLLGATE_TOOLS/installed" 2>/dev/null)" != "$version" ]; then
        zig=$(command -v zig) && [ "$(zig version)" = "$version" ] || return 0
    fi
    echo "$zig"
}
