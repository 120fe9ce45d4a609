//! The neighbour beside each kind of attacker, beside all of them at once, and beside loops that are more than a namespace may have; and
//! what the host holds after each.

use std::time::Duration;

use super::Pace;
use super::arena::Arena;
use super::finding::{Asked, Finding};
use super::kinds::{Attack, KINDS};
use super::open_loop::Noticed;

/// Of the quiet 99th percentile, with one attacker of each kind.
const P99: f64 = 3.0;
/// The same with [`LOOPS`].
const P99_OF_LOOPS: f64 = 5.0;
const LOOPS: usize = 480;
pub(crate) const MANY_LOOPS: &str = "480-loops";
const ALL: &str = "all-at-once";
/// The shares of a host on which one namespace may have so many requests.
const MANY: &str = "[shares]\nworker_requests = 1000\nnamespace_requests = 1000\n";

/// What the neighbour notices at each rate.
type AtRates = Vec<Noticed>;

/// Measures every kind alone, and all of them together: those with `only` in their name.
pub(crate) async fn run(arena: &Arena, pace: &Pace, only: &str) -> anyhow::Result<Vec<Finding>> {
    let mut quiet = notice(arena, pace, pace.quiet).await;
    let mut findings = of_quiet(&quiet, pace);
    for kind in KINDS.iter().filter(|kind| kind.name.contains(only)) {
        let attack = Attack::start(arena, [kind]).await?;
        findings.extend(beside(arena, kind.name, attack, &mut quiet, P99, pace).await?);
    }
    if ALL.contains(only) {
        let attack = Attack::start(arena, &KINDS).await?;
        findings.extend(beside(arena, ALL, attack, &mut quiet, P99, pace).await?);
    }
    Ok(findings)
}

/// Measures loops of one namespace, on a host that lets it have so many.
pub(crate) async fn loops(pace: &Pace) -> anyhow::Result<Vec<Finding>> {
    let arena = Arena::start(MANY).await?;
    let mut quiet = notice(&arena, pace, pace.quiet).await;
    let attack = Attack::loops(&arena, LOOPS).await?;
    beside(&arena, MANY_LOOPS, attack, &mut quiet, P99_OF_LOOPS, pace).await
}

async fn notice(arena: &Arena, pace: &Pace, lasts: [Duration; 2]) -> AtRates {
    let mut noticed = Vec::new();
    for (rate, lasts) in pace.rates.into_iter().zip(lasts) {
        noticed.push(arena.notice(rate, lasts).await);
    }
    noticed
}

fn of_quiet(quiet: &AtRates, pace: &Pace) -> Vec<Finding> {
    let figure =
        |rate, what, value| Finding::new(format!("neighbour-{rate}/quiet/{what}"), "µs", value, Asked::Nothing);
    let at_rate = |(rate, one): (u32, &Noticed)| [figure(rate, "p50", one.p50()), figure(rate, "p99", one.p99())];
    pace.rates.into_iter().zip(quiet).flat_map(at_rate).collect()
}

/// Measures beside an attack, ends it, and waits until the host holds what it held before. What was noticed is compared with the quiet
/// host before and after it, and the quiet host after it is the next one's before.
async fn beside(
    arena: &Arena,
    name: &str,
    attack: Attack,
    quiet: &mut AtRates,
    most: f64,
    pace: &Pace,
) -> anyhow::Result<Vec<Finding>> {
    let found = notice(arena, pace, pace.beside).await;
    attack.stop().await;
    let left = arena.before.left(name, &arena.host, pace.returned).await?;
    let before = std::mem::replace(quiet, notice(arena, pace, pace.quiet).await);
    let mut findings = Vec::new();
    for (((rate, found), before), after) in pace.rates.into_iter().zip(found).zip(before).zip(&*quiet) {
        let (named, quiet) = (|what| format!("neighbour-{rate}/{name}/{what}"), before.with(after));
        findings.extend([
            Finding::new(named("failed"), "requests", found.failed as f64, Asked::AtMost(0.0)),
            Finding::new(named("p50"), "of quiet", found.p50() / quiet.p50(), Asked::Nothing),
            Finding::new(named("p99"), "of quiet", found.p99() / quiet.p99(), Asked::AtMost(most)),
        ]);
    }
    findings.extend(left);
    Ok(findings)
}
