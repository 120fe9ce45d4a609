//! Fairness: what a well-behaved worker, a new client and another customer's deploy notice of attacks, and what the host holds after
//! each. Every figure is a ratio to the quiet value of the same run, or a count.

mod arena;
mod bombs;
mod finding;
mod held;
mod kinds;
mod neighbours;
mod open_loop;
mod peers;
mod spins;

use std::time::Duration;

use serde::Serialize;

use self::arena::Arena;
use self::finding::Finding;

/// How long and how often.
pub(crate) struct Pace {
    /// Requests a second of the neighbour.
    rates: [u32; 2],
    /// For how long, beside each attack and between two of them.
    beside: [Duration; 2],
    quiet: [Duration; 2],
    /// How long an attack may keep what it took after it has ended.
    returned: Duration,
    /// Time of the crowd.
    crowd: Duration,
    /// Time of every other measurement.
    each: Duration,
    /// Deploys of which the median counts.
    deploys: usize,
    /// Requests of a worker with a limit of CPU time.
    spins: usize,
}

const RATES: [u32; 2] = [10, 500];

/// About 3 minutes.
pub(crate) const QUICK: Pace = Pace {
    rates: RATES,
    beside: [Duration::from_secs(4), Duration::from_secs(1)],
    quiet: [Duration::from_secs(2), Duration::from_secs(1)],
    returned: Duration::from_secs(10),
    crowd: Duration::from_secs(10),
    each: Duration::from_secs(3),
    deploys: 3,
    spins: 300,
};

/// A minute for each measurement.
pub(crate) const FULL: Pace = Pace {
    rates: RATES,
    beside: [Duration::from_secs(60); 2],
    quiet: [Duration::from_secs(20); 2],
    returned: Duration::from_secs(30),
    crowd: Duration::from_secs(60),
    each: Duration::from_secs(60),
    deploys: 20,
    spins: 10_000,
};

/// Everything that was measured.
#[derive(Default, Serialize)]
pub(crate) struct Fairness(Vec<Finding>);

/// Measures what has `only` in its name.
pub(crate) async fn run(pace: &Pace, only: &str) -> anyhow::Result<Fairness> {
    let mut findings = Vec::new();
    if "crowd".contains(only) {
        findings.extend(spins::run(pace).await?);
    }
    if neighbours::MANY_LOOPS.contains(only) {
        findings.extend(neighbours::loops(pace).await?);
    }
    let arena = Arena::start("").await?;
    findings.extend(neighbours::run(&arena, pace, only).await?);
    if "compiler".contains(only) {
        findings.extend(bombs::run(&arena, pace).await?);
    }
    if "new-client".contains(only) {
        findings.extend(peers::run(&arena, pace).await?);
    }
    Ok(Fairness(findings))
}

impl Fairness {
    /// The table of the report; empty if nothing was measured.
    pub(crate) fn table(&self) -> anyhow::Result<String> {
        finding::table(&self.0)
    }
}
