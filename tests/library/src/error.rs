//! Why a test could not be run: what belongs to the test, not to the workers under test.

use std::fmt::Display;

use tollgate_dispatch::PrepareError;
use tollgate_types::NameError;

/// Why a composition could not be made. What a worker does wrong is no error: it is in the [`Run`](crate::Run).
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The lab itself.
    #[error("{what} could not be set up: {reason}")]
    Setup {
        /// Which part.
        what: String,
        /// Why not.
        reason: String,
    },
    /// A component that no host would take.
    #[error("{0}")]
    Component(PrepareError),
    /// A name that cannot be one.
    #[error("the name of a {what}: {source}")]
    Name {
        /// Of what.
        what: &'static str,
        /// Why not.
        source: NameError,
    },
    /// Parts that do not fit each other: what a deploy would refuse.
    #[error("{0}")]
    Refused(String),
    /// A request, a reply or a fault that cannot be one.
    #[error("{what}: expected {expected}, found {found:?}")]
    Shape {
        /// Where.
        what: String,
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
}

impl TestError {
    pub(crate) fn setup(what: &str, reason: impl Display) -> Self {
        Self::Setup { what: what.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn name(what: &'static str, source: NameError) -> Self {
        Self::Name { what, source }
    }

    /// With the place that it stands in.
    pub(crate) fn within(self, place: &str) -> Self {
        match self {
            Self::Shape { what, expected, found } => Self::Shape { what: format!("{place}.{what}"), expected, found },
            other => other,
        }
    }

    pub(crate) fn shape(what: &str, expected: &'static str, found: impl Display) -> Self {
        Self::Shape { what: what.to_owned(), expected, found: found.to_string() }
    }
}
