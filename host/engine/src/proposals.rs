//! Every WebAssembly proposal that wasmtime knows: whether a worker may use it, and the reason.
//!
//! The table is the whole configuration. Nothing is left to wasmtime's defaults, because those follow cargo's features, and
//! cargo's features follow what else is built. A proposal is on if it is part of a finished standard that toolchains emit
//! and that wasmtime runs for untrusted code. A proposal is off if it needs code that this host does not build (the garbage
//! collector, threads), or if it is not finished: what a host accepts today it must still run after an upgrade.

use wasmparser::{Validator, WasmFeatures};
use wasmtime::Config;

use crate::Version;
use Allowed::{No, Wasi3, Yes};

mod table;

pub(crate) use table::PROPOSALS;

/// Which workers may use a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Every worker.
    Yes,
    /// Workers for WASI 0.3.
    Wasi3,
    /// No worker.
    No,
}

/// One proposal.
#[derive(Debug)]
pub(crate) struct Proposal {
    /// Its flag in wasmparser, which wasmtime's configuration takes too.
    pub(crate) flag: WasmFeatures,
    /// What people call it.
    pub(crate) name: &'static str,
    /// Which workers may use it.
    pub(crate) allowed: Allowed,
    /// Why it is on; or, if it is off, how to build a worker without it.
    pub(crate) note: &'static str,
}

impl Proposal {
    fn is_on(&self, version: Version) -> bool {
        match self.allowed {
            Yes => true,
            Wasi3 => version == Version::P3,
            No => false,
        }
    }
}

/// Says every proposal to wasmtime.
pub(crate) fn configure(wasmtime: &mut Config, version: Version) {
    for proposal in PROPOSALS {
        wasmtime.wasm_features(proposal.flag, proposal.is_on(version));
    }
    wasmtime
        // The same worker gives the same results on every processor.
        .relaxed_simd_deterministic(true)
        // Hints change the speed of code only, and wasmtime does not fuzz them yet.
        .wasm_branch_hinting(false)
        // Memory that threads share; without threads nothing needs it.
        .shared_memory(false);
}

/// The proposals that a component uses and this host does not run, in words for its author. `None` if the component uses
/// no such proposal, or is not valid with every proposal either.
///
/// A proposal is used if the component is valid only with it. So each is left out once. A component that uses none is read
/// once, any other some twenty times.
pub(crate) fn unsupported(component: &[u8], version: Version) -> Option<String> {
    let valid = |features| Validator::new_with_features(features).validate_all(component).is_ok();
    let (on, off): (Vec<_>, Vec<_>) = PROPOSALS.iter().partition(|proposal| proposal.is_on(version));
    let on = on.iter().fold(WasmFeatures::empty(), |on, proposal| on.union(proposal.flag));
    if valid(on) || !valid(WasmFeatures::all()) {
        return None;
    }
    let used = off.iter().filter(|proposal| !valid(WasmFeatures::all().difference(proposal.flag)));
    let used: Vec<_> = used.map(|proposal| format!("{} ({})", proposal.name, proposal.note)).collect();
    (!used.is_empty()).then(|| used.join("; "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests;

#[cfg(test)]
mod uses;
