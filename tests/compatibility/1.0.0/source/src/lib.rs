//! Workers as a customer might have built them with version 1.0.0 of the platform: a dispatch worker, and a user worker that
//! lists its bindings. They use no standard library, so that the components are small.
#![no_std]

extern crate alloc;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering};

#[cfg(feature = "wasi-0.2")]
mod p2;
#[cfg(feature = "wasi-0.3")]
mod p3;

/// The status for a code of a failed dispatch. As the WIT asks for, an unknown code is like `internal`.
#[allow(dead_code, reason = "each role has its own")]
fn status(code: &str) -> u16 {
    match code {
        "worker-not-found" => 404,
        "limit" => 429,
        _ => 500,
    }
}

/// The bindings whose kind is known, a line each.
#[allow(dead_code, reason = "each role has its own")]
fn described(bindings: Vec<(String, String)>) -> String {
    let known = |kind: &str| matches!(kind, "text" | "json" | "dispatch-namespace" | "service" | "mtls-certificate");
    let lines = bindings.into_iter().filter(|(_, kind)| known(kind));
    lines.map(|(name, kind)| format!("{name}={kind}\n")).collect()
}

/// The first label of a host: the name of the worker to dispatch to.
#[allow(dead_code, reason = "each role has its own")]
fn label(authority: Option<String>) -> String {
    let authority = authority.unwrap_or_default();
    String::from(authority.split('.').next().unwrap_or_default())
}

/// Memory that is never freed: an instance serves one request.
struct Bump;

static NEXT: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static BUMP: Bump = Bump;

// SAFETY: each call gives memory that no other has, behind all that was there before it.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        const PAGE: usize = 64 * 1024;
        let end = core::arch::wasm32::memory_size(0) * PAGE;
        let mut next = NEXT.load(Ordering::Relaxed);
        if next == 0 {
            core::arch::wasm32::memory_grow(0, 1);
            next = end;
        }
        let start = next.next_multiple_of(layout.align());
        let next = start + layout.size();
        let end = core::arch::wasm32::memory_size(0) * PAGE;
        if next > end {
            core::arch::wasm32::memory_grow(0, (next - end).div_ceil(PAGE));
        }
        NEXT.store(next, Ordering::Relaxed);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// Where the host puts what it gives.
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, new_size: usize) -> *mut u8 {
    let Ok(layout) = Layout::from_size_align(new_size, align) else { core::arch::wasm32::unreachable() };
    // SAFETY: the layout is not checked for a size of zero by this allocator, and what is copied is there twice.
    unsafe {
        let new = BUMP.alloc(layout);
        core::ptr::copy_nonoverlapping(old, new, old_size.min(new_size));
        new
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
