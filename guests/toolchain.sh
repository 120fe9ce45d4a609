#!/usr/bin/env bash
# Makes sure that Rust guests can be built for wasm32-wasip2, and prints one line: the rustc to build them with.
#
#   RUSTC=$(guests/toolchain.sh) cargo build --release --target wasm32-wasip2
#
# Three routes, tried in this order; TOLLGATE_WASM_ROUTE=<route> allows only that one:
#   installed  the target is already there in the current toolchain;
#   rustup     `rustup target add`, with a time limit;
#   debian     for machines that reach a Debian mirror but no Rust release server: Debian's rustc-web, with
#              wasi-libc and a std compiled here, in a folder of our own (.cache/wasm32-wasip2, nothing is
#              installed system-wide). The linkers and cargo stay those of the installed Rust toolchain.
#
# The debian folder is built beside its place and renamed at the end: where it exists, it is whole. A run that
# was cut off leaves only the .partial folder, which the next run throws away. A lock makes callers take turns.
# The routes' compilers differ, so cargo compiles everything anew where guests change from one to another.
set -Eeuo pipefail
trap 'echo "error: guests/toolchain.sh stopped at line $LINENO: $BASH_COMMAND" >&2' ERR

target=wasm32-wasip2
rustup_seconds=60
# The oldest release that carries the compiler: what is linked against its libc also runs on every later one.
compiler_release=bookworm
# bookworm's own wasi-libc (2022) is older than wasip2.
wasi_libc_release=trixie
# Raise when what the debian folder holds changes: folders of another number are built anew.
recipe=1

route=${TOLLGATE_WASM_ROUTE:-}
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
prefix=$repo/.cache/$target
work=$prefix.partial

main() {
    case $route in '' | installed | rustup | debian) ;;
        *) fail "TOLLGATE_WASM_ROUTE is '$route'" "use installed, rustup or debian, or unset it" ;;
    esac
    need rustc "install Rust with rustup"
    need cargo "install Rust with rustup"
    cd "$repo" # so that a rust-toolchain.toml there counts, from wherever we are called

    if answer_at_once; then return; fi
    take_turn
    if answer_at_once; then return; fi # another run got there while we waited
    if allowed rustup && add_with_rustup; then return; fi
    allowed debian || fail "no $target by the route '$route'" "run \`rustup target add $target\`, or unset TOLLGATE_WASM_ROUTE"
    build_debian_folder
    answer "$prefix/bin/rustc"
}

allowed() { [[ -z $route || $route == "$1" ]]; }

answer_at_once() {
    if allowed installed && has_target rustc; then
        answer_installed
    elif allowed debian && [[ -e $prefix/recipe && $(<"$prefix/recipe") == "$recipe" ]]; then
        refresh_wrapper "$prefix"
        answer "$prefix/bin/rustc"
    else
        return 1
    fi
}

# The compiler itself, not rustup's proxy, which may choose another toolchain in another folder.
answer_installed() {
    local rustc
    rustc=$(rustc --print sysroot)/bin/rustc
    [[ -x $rustc ]] || rustc=$(command -v rustc)
    answer "$rustc"
}

has_target() {
    local libs
    libs=$("$1" --print target-libdir --target "$target" 2>/dev/null) || return 1
    compgen -G "$libs/libstd-*.rlib" >/dev/null
}

add_with_rustup() {
    command -v rustup >/dev/null || return 1
    say "running \`rustup target add $target\`, for at most $rustup_seconds s"
    if rustup_add && has_target rustc; then
        answer_installed
    else
        say "rustup could not add $target"
        return 1
    fi
}

rustup_add() {
    if command -v timeout >/dev/null; then
        # Offline, each further try takes as long again.
        RUSTUP_MAX_RETRIES=1 timeout "$rustup_seconds" rustup target add "$target"
    else # macOS
        rustup target add "$target"
    fi
}

# Without flock (macOS), callers get no turns; only the rustup route works there.
take_turn() {
    mkdir -p "$repo/.cache"
    exec 9>"$prefix.lock"
    command -v flock >/dev/null || return 0
    flock --nonblock 9 || { say "waiting for another run of guests/toolchain.sh" && flock 9; }
}

# --- the debian route, step by step ---

build_debian_folder() {
    local hint="or run \`rustup target add $target\` where a Rust release server can be reached"
    need apt-get "the Debian route needs Debian's package apt; use a Debian machine, $hint"
    need dpkg-deb "install the Debian package dpkg, $hint"
    need flock "install the Debian package util-linux, $hint"
    need cc "build scripts need it: install the Debian package gcc"
    linkers >/dev/null # now, and not after the download

    say "building $prefix from Debian packages, once: 140 MB to download, then a minute or two"
    rm -rf "$work"
    mkdir -p "$work"/{apt,debs,std}
    trap 'rm -rf "$work"' EXIT
    configure_apt
    download_and_unpack_compiler
    add_missing_libraries
    refresh_wrapper "$work"
    compile_std
    check_that_it_builds
    (cd "$work" && rm -rf apt debs std usr/{include,libexec,share,src} usr/lib/rustlib/src)
    echo "$recipe" >"$work/recipe"
    rm -rf "$prefix"
    mv "$work" "$prefix"
    say "done: $(du -sh "$prefix" | cut -f1) in $SECONDS s"
}

# Takes the first of the machine's mirrors that serves both releases, signed by Debian.
configure_apt() {
    local suites security mirrors mirror
    suites=$(suites_of_machine)
    security=$(awk '!found && $2 ~ /-security$|\/updates$/ { print $1; found = 1 }' <<<"$suites")
    write_apt_settings
    mirrors=$(awk '$2 ~ /^[a-z]+(-updates|-backports)?$/ && !seen[$1]++ { print $1 }' <<<"$suites")
    for mirror in $mirrors; do
        say "trying the mirror of this machine's apt sources: ${mirror/\/\/*@/\/\/}"
        write_apt_sources "$mirror" "${security:-$mirror-security}"
        if private apt-get -qq -o APT::Update::Error-Mode=any update && offered rustc-web rust-web-src wasi-libc; then
            return
        fi
    done
    fail "no mirror of this machine's apt sources serves Debian $compiler_release and $wasi_libc_release" \
        "add Debian's mirror to /etc/apt/sources.list, or run \`rustup target add $target\`"
}

# Lines "<mirror> <suite>". apt itself reads the machine's sources, in either format, and says what it would fetch.
suites_of_machine() {
    apt-get update --print-uris | sed -n "/^'cdrom:/d; s|^'\(.*\)/dists/\(.*\)/InRelease' .*|\1 \2|p"
}

# apt with nothing of the machine's but the way to reach a mirror: not its sources, state or hooks (those in
# Docker images delete the system's downloads, those on desktops rebuild its catalogue).
write_apt_settings() {
    (umask 077 && apt-config dump | sed -n '/^Acquire::IndexTargets/d; /^Acquire::/p' >"$work/apt/conf")
    mkdir -p "$work"/apt/{lists,archives}/partial
    cat >>"$work/apt/conf" <<END
Acquire::Languages "none";
Acquire::Retries "3";
APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Sandbox::User "root";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "$work/apt/preferences";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work/apt";
Dir::State::status "/dev/null";
Dir::Cache "$work/apt";
END
    # Of the later release nothing but wasi-libc, whatever is newer there.
    cat >"$work/apt/preferences" <<END
Package: wasi-libc
Pin: release n=$wasi_libc_release
Pin-Priority: 990

Package: *
Pin: release n=$wasi_libc_release
Pin-Priority: -1
END
}

write_apt_sources() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=
    # Without Debian's keyring, apt falls back to the keys that the machine trusts for every source.
    [[ ! -e $keyring ]] || signed="[signed-by=$keyring] "
    cat >"$work/apt/sources.list" <<END
deb $signed$1 $compiler_release main
deb $signed$2 $compiler_release-security main
deb $signed$1 $wasi_libc_release main
END
}

private() { APT_CONFIG=$work/apt/conf "$@"; }

offered() { private apt-cache show --no-all-versions "$@" >/dev/null; }

# std and all that it depends on, one package a line: libstd-rust-web-<version>, libllvm<version>, their libraries.
std_packages() {
    private apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
        --no-enhances libstd-rust-web-dev | grep '^[a-z]'
}

download_and_unpack_compiler() {
    local packages deb libs=$work/usr/lib/rustlib/$target/lib
    packages=$(std_packages | grep -E '^(libstd-rust-web|libllvm)')
    # shellcheck disable=SC2086 # a list of names
    download rustc-web rust-web-src wasi-libc $packages
    for deb in "$work"/debs/*.deb; do
        case $deb in
            */rust-web-src_*) unpack_std_source "$deb" ;;
            *) dpkg-deb -x "$deb" "$work" ;;
        esac
    done
    mkdir -p "$libs"
    mv "$work/usr/lib/$target" "$libs/self-contained"
    rm -rf "$work"/usr/lib/wasm32-wasi* "$work/usr/bin/rustdoc" "$work"/debs/*
}

download() {
    say "downloading $*"
    (cd "$work/debs" && private apt-get -qq download "$@") || fail "apt could not download $*" "is the mirror reachable?"
}

# 70 of the 430 MB of sources.
unpack_std_source() {
    dpkg-deb --fsys-tarfile "$1" |
        tar -x -C "$work" --no-same-owner --wildcards './usr/src/*/library' './usr/lib/rustlib/src'
}

# Small machines lack some of the libraries that LLVM needs: then Debian's go into the folder too, libc's excepted.
add_missing_libraries() {
    local libs packages deb
    libs=$(compiler_libraries "$work")
    missing_libraries "$libs" || return 0
    packages=$(std_packages | grep -vE '^(libstd-rust|libllvm|libc6|libcrypt1|libgcc|libstdc|gcc-|debconf)')
    # shellcheck disable=SC2086 # a list of names
    download $packages
    for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/debs"; done
    find "$work/debs" -name 'lib*.so.*' -exec cp -a -t "$libs" {} +
    ! missing_libraries "$libs" || fail "Debian's compiler lacks the libraries above" "install them"
}

# Prints those that are not found, and fails when there are none.
missing_libraries() { LD_LIBRARY_PATH=$1 ldd "$1"/librustc_driver-*.so | grep 'not found' >&2; }

compiler_libraries() { dirname "$1"/usr/lib/*/librustc_driver-*.so; }

# std as an ordinary target has it, so that guests need no -Z flag. Without the embedded bitcode, guests with
# `lto = true` fail; the remapped path keeps this folder's name out of their panic messages.
compile_std() {
    say "compiling std for $target"
    mkdir "$work/std/src"
    touch "$work/std/src/lib.rs"
    printf '[package]\nname = "std-for-guests"\nedition = "2021"\n[workspace]\n' >"$work/std/Cargo.toml"
    (
        cd / # where no .cargo/config.toml of the project counts
        unset CARGO_ENCODED_RUSTFLAGS
        export RUSTC=$work/bin/rustc RUSTC_WRAPPER='' RUSTC_WORKSPACE_WRAPPER='' RUSTC_BOOTSTRAP=1
        export RUSTFLAGS="-Cembed-bitcode=yes --remap-path-prefix=$work/usr/lib/rustlib/src/rust=/rust"
        export CARGO_TARGET_DIR=$work/std/target CARGO_BUILD_BUILD_DIR=$work/std/target
        cargo build --quiet --release -Zbuild-std=std,panic_abort --target "$target" \
            --manifest-path "$work/std/Cargo.toml"
    ) || fail "std for $target did not compile" "see cargo's message; it needs the crates registry for std's own crates"
    find "$work/std/target/$target" -name '*.rlib' ! -name 'libstd_for_guests*' \
        -exec cp -t "$work/usr/lib/rustlib/$target/lib" {} +
}

check_that_it_builds() {
    "$work/bin/rustc" --target "$target" -Clto=fat -o "$work/std/hello.wasm" - <<<'fn main() { println!("hello"); }' ||
        fail "the compiler in $work does not build for $target" "see rustc's message"
}

# --- the wrapper: Debian's compiler, with its libraries and the linkers of the installed toolchain ---

# Written again where that toolchain has moved.
refresh_wrapper() {
    local wrapper=$1/bin/rustc text
    text=$(wrapper_text "$1") || exit 1
    [[ ! -e $wrapper || $(<"$wrapper") != "$text" ]] || return 0
    mkdir -p "$1/bin"
    printf '%s\n' "$text" >"$wrapper.$$"
    chmod +x "$wrapper.$$"
    mv "$wrapper.$$" "$wrapper"
}

wrapper_text() {
    local libs linkers
    libs=$(compiler_libraries "$1")
    linkers=$(linkers) || exit 1
    cat <<END
#!/bin/sh
# Written by guests/toolchain.sh.
prefix=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
export PATH="$linkers:\$PATH"
export LD_LIBRARY_PATH="\$prefix${libs#"$1"}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
exec "\$prefix/usr/bin/rustc" "\$@"
END
}

# The folders of wasm-component-ld and of the wasm-ld that it calls: the current toolchain's, or any on PATH.
linkers() {
    local tools
    tools=$(rustc --print target-libdir) || fail "rustc does not run" "install Rust with rustup"
    tools=${tools%/lib}/bin
    export PATH=$tools:$tools/gcc-ld:$PATH
    need wasm-component-ld "use a Rust toolchain of rustup, or run \`cargo install wasm-component-ld\`"
    need wasm-ld "use a Rust toolchain of rustup, or install the Debian package lld"
    echo "$(dirname "$(command -v wasm-component-ld)"):$(dirname "$(command -v wasm-ld)")"
}

# --- words ---

need() { command -v "$1" >/dev/null || fail "$1 is missing" "$2"; }

say() { echo "toolchain: $*" >&2; }

fail() {
    printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
    exit 1
}

answer() { printf '%s\n' "$1" >&3; }

exec 3>&1 >&2 # stdout is for the answer alone
main
