//! Which host names a rule means: one name, or all names below a suffix.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::excerpt;

/// Longest name that DNS can carry, without its last dot (RFC 1035, 2.3.4).
const NAME_BYTES: usize = 253;

/// `name.example`, or `*.example` for every name below `example` and not `example` itself. Case and a last dot do not matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern {
    below: bool,
    /// In lower case, without a last dot.
    name: String,
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("host: expected {expected}, found {found:?}")]
pub struct HostPatternError {
    expected: &'static str,
    found: String,
}

impl HostPattern {
    /// Whether it means this host.
    pub fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        if !self.below {
            return host.eq_ignore_ascii_case(&self.name);
        }
        let Some((label, suffix)) = host.len().checked_sub(self.name.len()).and_then(|at| host.split_at_checked(at))
        else {
            return false;
        };
        label.len() > 1 && label.ends_with('.') && suffix.eq_ignore_ascii_case(&self.name)
    }
}

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        let error = |expected| HostPatternError { expected, found: excerpt(text) };
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        if name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(error("a name (write an address as `range`)"));
        }
        let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(letter);
        if name.len() > NAME_BYTES || !name.split('.').all(is_label) {
            return Err(error("a host name such as \"api.example\", or \"*.example\" for all names below it"));
        }
        Ok(Self { below, name })
    }
}

impl TryFrom<String> for HostPattern {
    type Error = HostPatternError;

    fn try_from(text: String) -> Result<Self, HostPatternError> {
        text.parse()
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> Self {
        pattern.to_string()
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.below { "*." } else { "" }, self.name)
    }
}
