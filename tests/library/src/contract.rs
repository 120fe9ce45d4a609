//! The contract of a role: the conformance statements that an operator's own worker can break, tried on it alone. What a host
//! must do for every worker is not in it: that is the project's own suite.
//!
//! An outbound worker that forwards: A02, A03, A26, A30, A31. A dispatch worker: C01 to C04, by what it answers.
//!
//! ```
//! use tollgate_test::{Lab, contract};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let guests = "../../target/guests/wasm32-wasip2/release";
//! # let lab = Lab::in_folder("../../target/compiled-for-tests")?;
//! let outbound = lab.operators(std::fs::read(format!("{guests}/pass_2.wasm"))?)?;
//! for statement in contract::outbound(&lab.compose().outbound(&outbound))? {
//!     assert_eq!(statement.differences, [], "{}: {}", statement.id, statement.says);
//! }
//! # Ok(())
//! # }
//! ```

mod dispatch;
mod outbound;

pub use dispatch::dispatch;
pub use outbound::outbound;

use std::fmt;
use std::time::{Duration, Instant};

use crate::{Mismatch, Run, TestError};

/// One statement, tried.
#[derive(Debug)]
pub struct Verdict {
    /// Its id: `A02`.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
    /// How long it took to be tried.
    pub took: Duration,
    /// What is not so. Nothing: it holds.
    pub differences: Vec<Mismatch>,
    /// The runs that showed it.
    pub runs: Vec<Run>,
}

impl Verdict {
    /// What came of a statement when it was tried.
    fn of(
        id: &'static str,
        says: &'static str,
        tried: impl FnOnce() -> Result<Vec<(Run, Vec<Mismatch>)>, TestError>,
    ) -> Result<Self, TestError> {
        let since = Instant::now();
        let (runs, differences): (Vec<_>, Vec<_>) = tried()?.into_iter().unzip();
        let differences = differences.into_iter().flatten().collect();
        Ok(Self { id, says, took: since.elapsed(), differences, runs })
    }
}

/// A difference in words of its own.
fn differs(at: &str, expected: &str, found: impl fmt::Display) -> Mismatch {
    Mismatch::new(at, expected, found)
}

type Tried = Result<(Run, Vec<Mismatch>), TestError>;
