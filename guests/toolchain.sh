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
# Guests built through different routes need different target folders.
set -euo pipefail

target=wasm32-wasip2
rustup_seconds=60
# The oldest release that carries the compiler: what is linked against its libc also runs on every later one.
compiler_release=bookworm
# bookworm's own wasi-libc (2022) is older than wasip2.
wasi_libc_release=trixie
# Raise when what the debian folder holds changes: folders of another number are built anew.
recipe=1

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=$repo/.cache
prefix=$cache/$target
work=$cache/$target.partial

main() {
    cd "$repo" # so that a rust-toolchain.toml there counts, from wherever we are called
    need rustc "a Rust toolchain" "install Rust with rustup"
    local rustc
    case ${TOLLGATE_WASM_ROUTE:-} in
        '') rustc=$(installed || debian_if_built || rustup_route || debian_route) ;;
        installed) rustc=$(installed) || fail "the current rustc has no $target" "run \`rustup target add $target\`" ;;
        rustup) rustc=$(installed || rustup_route) || exit 1 ;;
        debian) rustc=$(debian_if_built || debian_route) ;;
        *) fail "TOLLGATE_WASM_ROUTE is '$TOLLGATE_WASM_ROUTE'" "use installed, rustup or debian, or unset it" ;;
    esac
    printf '%s\n' "$rustc"
}

# --- routes: each prints its rustc, or returns non-zero so that the next one is tried ---

installed() {
    has_target rustc || return 1
    # The compiler itself, not rustup's proxy, which may choose another toolchain in another folder.
    local rustc
    rustc=$(rustc --print sysroot)/bin/rustc
    if [[ -x $rustc ]]; then printf '%s\n' "$rustc"; else command -v rustc; fi
}

rustup_route() {
    local limit=()
    command -v timeout >&2 && limit=(timeout "$rustup_seconds")
    say "running \`rustup target add $target\`, at most $rustup_seconds s"
    "${limit[@]}" rustup target add "$target" >&2 && installed && return
    say "rustup could not add $target"
    return 1
}

debian_if_built() {
    [[ $(cat "$prefix/recipe" 2>&1) == "$recipe" ]] || return 1
    refresh_wrapper "$prefix"
    printf '%s\n' "$prefix/bin/rustc"
}

debian_route() {
    check_tools
    take_turn
    debian_if_built && return # another caller built it while we waited
    say "building $prefix from Debian packages, once: about 140 MB to download, then a minute or two"
    rm -rf "$work"
    mkdir -p "$work"/{apt,debs,std}
    trap 'rm -rf "$work"' EXIT
    configure_apt
    download_compiler
    unpack_compiler
    add_missing_libraries
    refresh_wrapper "$work"
    compile_std
    rm -rf "$work"/{apt,debs,std} "$work/usr/src" "$work/usr/share" "$work/usr/lib/rustlib/src"
    printf '%s\n' "$recipe" >"$work/recipe"
    rm -rf "$prefix"
    mv "$work" "$prefix"
    say "done, $(du -sh "$prefix" | cut -f1)"
    printf '%s\n' "$prefix/bin/rustc"
}

# --- the debian route, step by step ---

check_tools() {
    local how="or run \`rustup target add $target\` where a Rust release server can be reached"
    need apt-get "the Debian route" "use a Debian machine (package apt), $how"
    need dpkg-deb "the Debian route" "install the Debian package dpkg, $how"
    need flock "the Debian route" "install the Debian package util-linux, $how"
    need cargo "the Debian route" "install Rust with rustup"
    need cc "build scripts and proc macros" "install the Debian package gcc"
}

take_turn() {
    mkdir -p "$cache"
    exec 9>"$cache/$target.lock"
    flock --nonblock 9 || { say "waiting for another run of this script" && flock 9; }
}

# The first of the machine's mirrors that serves both releases, signed by Debian.
configure_apt() {
    local mirror security
    write_apt_settings
    security=$(suites_of_machine | awk '$2 ~ /-security$|\/updates$/ { print $1; exit }')
    for mirror in $(suites_of_machine | awk '$2 ~ /^[a-z]+(-updates|-backports)?$/ && !seen[$1]++ { print $1 }'); do
        say "trying the Debian mirror of the machine's apt sources"
        write_apt_sources "$mirror" "${security:-$mirror-security}"
        private apt-get -qq -o APT::Update::Error-Mode=any update &&
            private apt-cache show rustc-web rust-web-src wasi-libc >"$work/apt/show" && return
    done
    fail "none of the machine's apt sources serves Debian $compiler_release and $wasi_libc_release" \
        "add a Debian mirror to /etc/apt/sources.list, or run \`rustup target add $target\`"
}

# Lines of "<mirror> <suite>". apt reads its own sources, of either format, and prints what an update would fetch.
suites_of_machine() {
    apt-get update --print-uris | sed -n "s|^'\(.*\)/dists/\(.*\)/InRelease' .*|\1 \2|p" | grep -v '^cdrom:'
}

# apt with nothing of the machine's but how to reach a mirror: no sources, no state, no hooks (those of Docker
# images delete the system's downloads, those of desktops rebuild its catalogue).
write_apt_settings() {
    (umask 077 && apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' >"$work/apt/conf") || true
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
    cat >"$work/apt/preferences" <<END
Package: wasi-libc
Pin: release n=$wasi_libc_release
Pin-Priority: 990

Package: *
Pin: release n=$wasi_libc_release
Pin-Priority: -1
END
    mkdir -p "$work"/apt/{lists,archives}/partial
}

write_apt_sources() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=
    # Without it, apt falls back to the keys that the machine trusts for everything.
    [[ -e $keyring ]] && signed="[signed-by=$keyring] "
    cat >"$work/apt/sources.list" <<END
deb $signed$1 $compiler_release main
deb $signed$2 $compiler_release-security main
deb $signed$1 $wasi_libc_release main
END
}

private() { APT_CONFIG=$work/apt/conf "$@"; }

# What the compiler depends on, itself included, one package a line, for the version that apt chose.
compiler_packages() {
    private apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
        --no-enhances libstd-rust-web-dev | grep '^[a-z]' | sort -u
}

download_compiler() {
    local packages
    packages=$(compiler_packages | grep -E '^(libstd-rust-web|libllvm)')
    # shellcheck disable=SC2086 # a list of names
    download rustc-web rust-web-src wasi-libc $packages
}

download() {
    say "downloading $*"
    (cd "$work/debs" && private apt-get -qq download "$@") ||
        fail "apt could not download $*" "see apt's message above; is the mirror reachable?"
}

unpack_compiler() {
    local deb libs
    for deb in "$work"/debs/*.deb; do
        case $deb in
            */rust-web-src_*) # 430 MB, of which std is 70
                dpkg-deb --fsys-tarfile "$deb" |
                    tar -x -C "$work" --wildcards './usr/lib/rustlib/src' './usr/src/*/library' ;;
            *) dpkg-deb -x "$deb" "$work" ;;
        esac
    done
    libs=$work/usr/lib/rustlib/$target/lib
    mkdir -p "$libs"
    mv "$work/usr/lib/$target" "$libs/self-contained"
    rm -rf "$work"/usr/lib/wasm32-wasi* "$work/usr/bin/rustdoc" "$work"/debs/*
}

# Small machines lack some of the libraries that LLVM uses: then all of them come from Debian, but for libc's own.
add_missing_libraries() {
    local libs packages deb
    libs=$(library_folder "$work")
    LD_LIBRARY_PATH=$libs ldd "$libs"/librustc_driver-*.so | grep 'not found' || return 0
    packages=$(compiler_packages | grep -vE '^(libstd-rust-web|libllvm|libc6|libgcc-s1|libstdc\+\+6|gcc-|debconf|libcrypt1)')
    # shellcheck disable=SC2086 # a list of names
    download $packages
    for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/debs/root"; done
    find "$work/debs/root" -name '*.so.*' -exec cp -a -t "$libs" {} +
    ! LD_LIBRARY_PATH=$libs ldd "$libs"/librustc_driver-*.so | grep 'not found' ||
        fail "Debian's compiler misses the libraries above" "install them, or run \`rustup target add $target\`"
}

# Once, as an ordinary target has it: later builds need no -Z flag. Without the embedded bitcode, guests with
# `lto = true` fail; the remapped path keeps this folder's name out of their panic messages.
compile_std() {
    say "compiling std for $target"
    mkdir "$work/std/src"
    touch "$work/std/src/lib.rs"
    printf '[package]\nname = "std-for-guests"\nedition = "2021"\n[workspace]\n' >"$work/std/Cargo.toml"
    local source
    source=$(realpath "$work/usr/lib/rustlib/src/rust")
    # From /, where no .cargo/config.toml of the project is in the way.
    (
        cd / && unset CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
        export RUSTC=$work/bin/rustc RUSTC_WRAPPER='' RUSTC_WORKSPACE_WRAPPER='' RUSTC_BOOTSTRAP=1
        export RUSTFLAGS="-Cembed-bitcode=yes --remap-path-prefix=$source=/rust" CARGO_TARGET_DIR=$work/std/target
        cargo build --quiet --release -Zbuild-std=std,panic_abort --target "$target" --manifest-path "$work/std/Cargo.toml"
    ) >&2 || fail "std for $target did not compile" "see cargo's message above; it needs the crates registry"
    cp "$work/std/target/$target"/release/deps/*.rlib "$work/usr/lib/rustlib/$target/lib/"
    rm "$work/usr/lib/rustlib/$target/lib"/libstd_for_guests-*
    has_target "$work/bin/rustc" || fail "the compiled std is not where rustc looks for it" "report this"
}

# --- the wrapper ---

# $1/bin/rustc: Debian's compiler, with its libraries and with the linkers of the installed toolchain. Written
# again when that toolchain moved, as it does after an update.
refresh_wrapper() {
    local linkers wrapper=$1/bin/rustc
    linkers=$(linkers)
    if [[ $(cat "$wrapper.linkers" 2>&1) == "$linkers" ]]; then return; fi
    mkdir -p "$1/bin"
    cat >"$wrapper.$$" <<END
#!/bin/sh
# Written by guests/toolchain.sh.
prefix=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
export PATH='$linkers':"\$PATH"
export LD_LIBRARY_PATH="\$prefix/${libs#"$1"/}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
exec "\$prefix/usr/bin/rustc" "\$@"
END
    chmod +x "$wrapper.$$"
    mv "$wrapper.$$" "$wrapper"
}
