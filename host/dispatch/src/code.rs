//! How much compiled code is kept in memory at once, by three measures: workers, bytes and memory maps.

use tollgate_types::config::CodeConfig;

/// Memory maps that one worker's code takes: what is read, what is run, and what is read after it.
const MAPS_PER_WORKER: u64 = 3;
/// What a worker takes beside its code, in bytes: links, types, variables, and the first pages of its memory.
const BESIDE_CODE: u64 = 64 << 10;
/// The memory maps of one process if the system does not say: Linux's default of `vm.max_map_count`.
const SYSTEM_MAPS: u64 = 65_530;

/// What the cache of workers weighs them on: one number for three measures.
///
/// A worker weighs its share of the measure that it takes the largest share of. So workers whose weights fit together
/// fit by each measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scales {
    workers: u64,
    bytes: u64,
    maps: u64,
}

impl Scales {
    /// The weight of all that may be kept.
    pub(crate) const WHOLE: u32 = 1 << 31;

    pub(crate) fn new(config: CodeConfig) -> Self {
        Self {
            workers: config.workers.map_or_else(|| (open_files() / 4).max(1), |workers| workers.get().into()),
            bytes: u64::from(config.memory_mib.get()) << 20,
            maps: config.maps.map_or_else(|| (system_maps() / 2).max(1), |maps| maps.get().into()),
        }
    }

    /// The weight of a worker with this much code. One that is more than may be kept is kept alone.
    pub(crate) fn weigh(&self, code_bytes: u64) -> u32 {
        // Rounded down: as many as were asked for fit. What is lost to it is less than one worker in 40,000.
        let share = |part: u64, of: u64| u128::from(part) * u128::from(Self::WHOLE) / u128::from(of);
        let shares =
            [share(1, self.workers), share(code_bytes + BESIDE_CODE, self.bytes), share(MAPS_PER_WORKER, self.maps)];
        let largest = shares.into_iter().max().unwrap_or_default();
        u32::try_from(largest).map_or(Self::WHOLE, |weight| weight.clamp(1, Self::WHOLE))
    }
}

/// How many memory maps the system lets one process have.
fn system_maps() -> u64 {
    let said = std::fs::read_to_string("/proc/sys/vm/max_map_count");
    said.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(SYSTEM_MAPS)
}

/// How many files this process may have open.
fn open_files() -> u64 {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current.unwrap_or(u64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn scales(workers: u32, memory_mib: u32, maps: u32) -> Scales {
        let [workers, memory_mib, maps] = [workers, memory_mib, maps].map(|number| NonZeroU32::new(number).unwrap());
        Scales::new(CodeConfig { workers: Some(workers), memory_mib, maps: Some(maps), ..CodeConfig::default() })
    }

    /// How many workers of this size fit.
    fn fit(scales: Scales, code_bytes: u64) -> u32 {
        Scales::WHOLE / scales.weigh(code_bytes)
    }

    #[test]
    fn the_measure_that_runs_out_first_decides() {
        let mebibyte = 1 << 20;
        assert_eq!(fit(scales(100, 1_000, 3_000), mebibyte), 100);
        assert_eq!(fit(scales(100, 17, 3_000), mebibyte), 16);
        assert_eq!(fit(scales(100, 1_000, 150), mebibyte), 50);
    }

    #[test]
    fn a_worker_too_large_for_the_host_is_kept_alone() {
        assert_eq!(fit(scales(100, 1, 1_000), 1 << 40), 1);
        assert_eq!(fit(scales(100, 1_000, 1), 0), 1);
    }
}
