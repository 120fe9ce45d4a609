//! The id of a request: made at the front door, and carried through every hop that the request leads to.

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Two random numbers of this process. `RandomState` needs no system call after the first.
static SEEDS: LazyLock<[u64; 2]> = LazyLock::new(|| [(); 2].map(|()| RandomState::new().build_hasher().finish()));

/// Requests so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A request's id: 128 bits that no other request of this process has, and probably none of any other process.
///
/// It is a name and not a secret: a reader of one id can guess the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u128);

impl RequestId {
    /// A new id.
    pub fn random() -> Self {
        let [high, low] = *SEEDS;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(u128::from(mixed(high.wrapping_add(count))) << 64 | u128::from(mixed(low ^ count)))
    }
}

/// Spreads a number over 64 bits. Two numbers never give the same.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// How a request arrives at the first worker.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// How deep in a chain of workers the request is: 1, or more if it comes from a worker of this host.
    pub depth: u32,
    /// The request's id.
    pub request_id: RequestId,
}

impl From<u32> for Arrival {
    /// A request at this depth that has no id yet.
    fn from(depth: u32) -> Self {
        Self { depth, request_id: RequestId::random() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_have_32_digits() {
        let ids: std::collections::HashSet<_> = (0..1_000).map(|_| RequestId::random().to_string()).collect();
        assert!(ids.len() == 1_000 && ids.iter().all(|id| id.len() == 32));
    }
}
