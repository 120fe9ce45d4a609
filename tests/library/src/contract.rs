//! The contract of a role: the conformance statements that an operator's own worker can break, tried on it alone. What a host
//! must do for every worker is not in it: that is the project's own suite.
//!
//! An outbound worker that forwards: A02, A03, A26, A30, A31. A dispatch worker: C01 to C04, by what it answers.

mod dispatch;
mod outbound;

pub use dispatch::dispatch;
pub use outbound::outbound;

use crate::{Mismatch, Run, TestError};

/// One statement, tried.
#[derive(Debug)]
pub struct Verdict {
    /// Its id: `A02`.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
    /// What is not so. Nothing: it holds.
    pub differences: Vec<Mismatch>,
    /// The run that showed it.
    pub run: String,
}

impl Verdict {
    fn of(id: &'static str, says: &'static str, tried: Vec<(Run, Vec<Mismatch>)>) -> Self {
        let runs: Vec<_> = tried.iter().map(|(run, _)| run.to_string()).collect();
        let differences = tried.into_iter().flat_map(|(_, differences)| differences).collect();
        Self { id, says, differences, run: runs.join("\n") }
    }
}

/// A difference in words of its own.
fn differs(at: &str, expected: &str, found: impl ToString) -> Mismatch {
    Mismatch { at: at.to_owned(), expected: expected.to_owned(), found: found.to_string() }
}

type Tried = Result<(Run, Vec<Mismatch>), TestError>;
