//! How long a run is expected to take, on its own clock.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

/// A span of time, in milliseconds, with both ends in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Span {
    /// The least; none if not said.
    pub least: Option<u64>,
    /// The most; any if not said.
    pub most: Option<u64>,
}

impl Span {
    /// Whether something may take so long.
    pub(super) fn has(&self, time: Duration) -> bool {
        let ms = time.as_millis();
        self.least.is_none_or(|least| ms >= u128::from(least)) && self.most.is_none_or(|most| ms <= u128::from(most))
    }

    /// In words.
    pub(super) fn told(&self) -> String {
        match (self.least, self.most) {
            (Some(least), Some(most)) => format!("{least} to {most} ms"),
            (Some(least), None) => format!("{least} ms or more"),
            (None, Some(most)) => format!("{most} ms or less"),
            (None, None) => "any time".to_owned(),
        }
    }

    /// What is wrong with it, if no run could take so long.
    pub(crate) fn wrong(&self) -> Option<&'static str> {
        match (self.least, self.most) {
            (None, None) => Some("`least`, `most`, or both"),
            (Some(least), Some(most)) if least > most => Some("`least` not above `most`"),
            _ => None,
        }
    }
}
