//! Time and randomness as a composition has them: time is tokio's, which stands still while anybody works and leaps to the
//! next moment that somebody waits for; randomness comes from a seed. So a run is the same each time, and an hour takes
//! no time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::time::Instant;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// Of one composition's run.
pub(crate) struct Nature {
    began: Instant,
    /// The time on the wall when the run begins, since 1970-01-01T00:00Z.
    unix: Duration,
    seed: u64,
    instances: AtomicU64,
}

impl Nature {
    pub(crate) fn new(unix: Duration, seed: u64) -> Self {
        Self { began: Instant::now(), unix, seed, instances: AtomicU64::new(0) }
    }

    /// Since the run began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Gives an instance its clocks and its randomness: another for each, and the same in each run.
    pub(crate) fn furnish(&self, wasi: &mut WasiCtxBuilder) {
        let nth = self.instances.fetch_add(1, Ordering::Relaxed);
        // A seed for each of the three; golden-ratio steps keep those of neighbours apart.
        let seed = |part: u64| (self.seed ^ nth.wrapping_mul(3).wrapping_add(part)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        wasi.secure_random(StdRng::seed_from_u64(seed(0)))
            .insecure_random(StdRng::seed_from_u64(seed(1)))
            .insecure_random_seed(u128::from(seed(2)))
            .monotonic_clock(Monotonic(self.began))
            .wall_clock(Wall { began: self.began, unix: self.unix });
    }
}

/// What the clock shows when a run begins: Go's runtime takes zero for a broken clock.
const START: Duration = Duration::from_secs(1);

struct Monotonic(Instant);

impl HostMonotonicClock for Monotonic {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        u64::try_from((START + self.0.elapsed()).as_nanos()).unwrap_or(u64::MAX)
    }
}

struct Wall {
    began: Instant,
    unix: Duration,
}

impl HostWallClock for Wall {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        self.unix + self.began.elapsed()
    }
}
