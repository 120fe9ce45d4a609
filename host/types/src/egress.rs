//! The policy on what leaves the host: rules by host, port, scheme and address, at three levels.
//!
//! A request is denied if a rule of `deny` matches it, at any level, or if a level has a list `only` of which no rule matches it. So a
//! narrower level can only tighten. The rules are asked twice: with the URL alone, before a name is resolved and before an
//! outbound worker runs, and with each address before it is dialled. A rule with a range says nothing about a name before it is resolved.

mod pattern;
mod rule;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use pattern::{HostPattern, HostPatternError};
pub use rule::{EgressRule, EgressRuleError, EgressScheme, carried_v4};

/// Most rules of one list of a worker or a namespace: each is compared with every request.
pub const MOST_RULES: usize = 100;

/// The rules of one level.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgressRules {
    /// A request that one of these matches is denied.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "few")]
    pub deny: Vec<EgressRule>,
    /// If given, a request that none of these matches is denied. An empty list denies all.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some_few")]
    pub only: Option<Vec<EgressRule>>,
}

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EgressLevel {
    /// The operator's, in the configuration.
    Host,
    /// A namespace's.
    Namespace,
    /// A worker's.
    Worker,
}

/// The levels that hold for a worker, beside those of the host.
pub type EgressLevels = Arc<[(EgressLevel, EgressRules)]>;

/// Where a request goes, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct EgressTarget<'a> {
    /// Its scheme.
    pub scheme: EgressScheme,
    /// A name, or an address without brackets.
    pub host: &'a str,
    /// Its port, that of the scheme if the URL has none.
    pub port: u16,
    /// The address that is to be dialled. None before the host is resolved.
    pub address: Option<IpAddr>,
}

/// Why a request is denied: the level, and the rule if one of `deny` matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressDenied {
    /// Whose rules.
    pub level: EgressLevel,
    /// The rule of `deny`. None if no rule of `only` matched.
    pub rule: Option<EgressRule>,
}

/// Whether a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matches {
    Yes,
    No,
    /// The address decides, which is not known yet.
    Unknown,
}

/// Decides on a request by the rules of all levels. Before an address is known, what only the address can decide is let pass.
///
/// # Errors
/// The first level that denies the request.
pub fn decide<'a>(
    levels: impl IntoIterator<Item = (EgressLevel, &'a EgressRules)>,
    target: &EgressTarget<'_>,
) -> Result<(), EgressDenied> {
    levels.into_iter().try_for_each(|(level, rules)| rules.decide(level, target))
}

impl EgressRules {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.deny.is_empty() && self.only.is_none()
    }

    fn decide(&self, level: EgressLevel, target: &EgressTarget<'_>) -> Result<(), EgressDenied> {
        if let Some(rule) = self.deny.iter().find(|rule| rule.matches(target) == Matches::Yes) {
            return Err(EgressDenied { level, rule: Some(rule.clone()) });
        }
        let permits = |only: &Vec<EgressRule>| only.iter().any(|rule| rule.matches(target) != Matches::No);
        match &self.only {
            Some(only) if !permits(only) => Err(EgressDenied { level, rule: None }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for EgressLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::Namespace => "namespace",
            Self::Worker => "worker",
        })
    }
}

impl fmt::Display for EgressDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "egress.deny of the {} has the rule {rule}", self.level),
            None => write!(f, "no rule of egress.only of the {} permits it", self.level),
        }
    }
}

fn few<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<EgressRule>, D::Error> {
    let rules = Vec::<EgressRule>::deserialize(deserializer)?;
    match rules.len() {
        0..=MOST_RULES => Ok(rules),
        found => Err(serde::de::Error::custom(format!("egress: expected at most {MOST_RULES} rules, found {found}"))),
    }
}

fn some_few<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<EgressRule>>, D::Error> {
    few(deserializer).map(Some)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
