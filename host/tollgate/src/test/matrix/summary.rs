//! What changes for one customer, on one line.

use super::super::{Outcome, Verdict};

/// How many of a customer's scenarios came to what.
#[derive(Default)]
struct Counts {
    all: usize,
    changed: usize,
    failed: usize,
    mended: usize,
    idle: usize,
    untried: usize,
    broken: usize,
}

/// The line.
pub(super) fn line<'a>(customer: &str, outcomes: impl Iterator<Item = &'a Outcome>) -> String {
    let mut reason = None;
    let counts = outcomes.fold(Counts::default(), |mut counts, outcome| {
        counts.all += 1;
        counts.changed += usize::from(!outcome.notes.is_empty());
        match &outcome.verdict {
            Verdict::Passed => {}
            Verdict::Failed { .. } => counts.failed += 1,
            Verdict::Mended(_) => counts.mended += 1,
            Verdict::Idle(_) => counts.idle += 1,
            Verdict::Untried(why) => {
                counts.untried += 1;
                reason = Some(why);
            }
            Verdict::Broken(_) => counts.broken += 1,
        }
        counts
    });
    match reason {
        Some(why) if counts.untried == counts.all => format!("{customer}: not tried: {why}"),
        _ => format!("{customer}: {}", counts.text()),
    }
}

impl Counts {
    fn text(&self) -> String {
        let Self { all, changed, failed, idle, .. } = self;
        let compared = all - idle - self.untried - self.broken;
        let mended = match self.mended {
            0 => String::new(),
            some => format!(", {some} are as expected from now on"),
        };
        let rest = mended + &self.rest();
        match (compared, changed, failed) {
            (0, 0, _) if idle == all => {
                format!("nothing was compared: none of {all} scenarios is as expected today")
            }
            (0, 0, _) => format!("nothing was compared{rest}"),
            (_, 0, 0) => format!("nothing changes in {compared} scenarios{rest}"),
            (_, 0, _) => format!("{failed} of {all} scenarios are not as expected any more{rest}"),
            _ => format!("{changed} of {all} scenarios change, {failed} are not as expected any more{rest}"),
        }
    }

    /// What was not compared.
    fn rest(&self) -> String {
        let parts = [(self.idle, "say nothing"), (self.untried, "were not tried"), (self.broken, "could not be run")];
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("; {count} {what}")).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Duration;

    use super::*;

    fn told(outcomes: &[(Verdict, bool)]) -> String {
        let one = |(verdict, changed): &(Verdict, bool)| Outcome {
            suite: String::new(),
            name: String::new(),
            took: Duration::ZERO,
            verdict: verdict.clone(),
            notes: if *changed { vec!["changed".to_owned()] } else { Vec::new() },
        };
        let outcomes: Vec<_> = outcomes.iter().map(one).collect();
        line("alice", outcomes.iter())
    }

    #[test]
    fn each_kind_is_told_apart() {
        let failed = || Verdict::Failed { differences: Vec::new(), run: String::new() };
        let (idle, broken) = (|| Verdict::Idle(Vec::new()), || Verdict::Broken("gone".to_owned()));
        let mended = || Verdict::Mended(vec!["status: expected 200, found 500".to_owned()]);
        let untried = || Verdict::Untried("its binding leads away".to_owned());
        for (outcomes, text) in [
            (vec![(Verdict::Passed, false), (idle(), false)], "nothing changes in 1 scenarios; 1 say nothing"),
            (vec![(idle(), false)], "nothing was compared: none of 1 scenarios is as expected today"),
            (vec![(broken(), false), (idle(), false)], "nothing was compared; 1 say nothing; 1 could not be run"),
            (vec![(broken(), false)], "nothing was compared; 1 could not be run"),
            (
                vec![(mended(), true), (Verdict::Passed, false), (idle(), false)],
                "1 of 3 scenarios change, 0 are not as expected any more, 1 are as expected from now on; 1 say nothing",
            ),
            (vec![(untried(), false)], "not tried: its binding leads away"),
            (vec![(failed(), false), (Verdict::Passed, false)], "1 of 2 scenarios are not as expected any more"),
            (
                vec![(failed(), true), (broken(), false)],
                "1 of 2 scenarios change, 1 are not as expected any more; 1 could not be run",
            ),
        ] {
            assert_eq!(told(&outcomes), format!("alice: {text}"));
        }
    }
}
