//! One measurement: a name, what is sent, and the rounds so far.

use crate::load::{Length, Load, Request};
use crate::process::cpu_seconds;

/// Something measured in every round.
pub(crate) struct Measurement {
    /// `shape/contender`, such as `outbound/0.2-fresh`.
    pub(crate) name: String,
    /// What is sent.
    pub(crate) request: Request,
    /// The process whose CPU time is counted.
    pub(crate) pid: u32,
    /// Bytes of a response, once it was checked.
    each: Option<Length>,
    /// What each round gave.
    pub(crate) rounds: Vec<Round>,
}

/// What one round gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Requests a second.
    pub(crate) rate: f64,
    /// CPU time of the contender's process for each request, in µs.
    pub(crate) cpu_us: f64,
    /// Latency at full load, in µs: the median and the 99th of a hundred.
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
}

impl Measurement {
    /// One without a round.
    pub(crate) fn new(name: &str, request: Request, pid: u32) -> Self {
        Self { name: name.to_owned(), request, pid, each: None, rounds: Vec::new() }
    }

    /// Measures one more round of some seconds.
    pub(crate) async fn round(&mut self, load: &Load, seconds: u64) -> anyhow::Result<()> {
        let each = match self.each {
            Some(each) => each,
            None => *self.each.insert(load.check(&self.request).await?),
        };
        let before = cpu_seconds(self.pid)?;
        let counted = load.rate(&self.request, seconds, each).await?;
        let cpu_us = (cpu_seconds(self.pid)? - before) * 1e6 / counted.requests;
        let rate = counted.requests / counted.seconds;
        self.rounds.push(Round { rate, cpu_us, p50_us: counted.p50_us, p99_us: counted.p99_us });
        Ok(())
    }

    /// Whether latency at a fixed rate is measured too: of plain GETs over the usual number of connections.
    pub(crate) fn has_fixed_rate(&self) -> bool {
        self.request.post_bytes == 0 && !self.name.contains('@')
    }
}

/// The middle value, the mean of the two middle ones where their number is even.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { middle(half) } else { (middle(half.wrapping_sub(1)) + middle(half)) / 2.0 }
}

/// The share of values that a percentile leaves below it, the nearest rank.
pub(crate) fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles_are_those_of_the_textbook() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(vec![]).is_nan());
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(hundred, 99) - 99.0).abs() < 1e-9);
        assert!((percentile(vec![7.0], 99) - 7.0).abs() < 1e-9);
    }
}
