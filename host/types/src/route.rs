//! Route patterns: which requests at the front door lead to a worker.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::excerpt;

/// Longest pattern, in bytes.
const PATTERN_BYTES: usize = 1024;

/// A host and a path, such as `*.example.com/*` or `example.com/api/*`: the host may begin with `*`, the path may end
/// with it. Without a path, only `/` is meant. A scheme before it, and a port, are not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoutePattern {
    text: String,
    any_before: bool,
    host: String,
    any_after: bool,
    path: String,
}

/// Text that is not a route pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid route {0:?}: expected a host and a path such as \"*.example.com/*\", with `*` only first or last")]
pub struct RouteError(String);

impl RoutePattern {
    /// Whether a request to this host (without port) and path is meant.
    pub fn matches(&self, host: &str, path: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host_fits = if self.any_before { host.ends_with(&self.host) } else { host == self.host };
        let path_fits = if self.any_after { path.starts_with(&self.path) } else { path == self.path };
        host_fits && path_fits
    }

    /// How much the pattern says: of two that match, the greater wins.
    pub fn specificity(&self) -> (bool, usize, usize) {
        (!self.any_before, self.host.len(), self.path.len())
    }
}

impl FromStr for RoutePattern {
    type Err = RouteError;

    fn from_str(text: &str) -> Result<Self, RouteError> {
        let refused = || RouteError(excerpt(text));
        let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
        let (host, path) = bare.find('/').map_or((bare, "/"), |at| bare.split_at(at));
        let host = host.split_once(':').map_or(host, |(host, _)| host);
        let (any_before, host) = host.strip_prefix('*').map_or((false, host), |rest| (true, rest));
        let (any_after, path) = path.strip_suffix('*').map_or((false, path), |rest| (true, rest));
        let host_bytes = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        let fits = host.bytes().all(host_bytes) && (any_before || !host.is_empty()) && !path.contains('*');
        if !fits || text.len() > PATTERN_BYTES {
            return Err(refused());
        }
        let (text, host, path) = (text.to_owned(), host.to_ascii_lowercase(), path.to_owned());
        Ok(Self { text, any_before, host, any_after, path })
    }
}

impl TryFrom<String> for RoutePattern {
    type Error = RouteError;

    fn try_from(text: String) -> Result<Self, RouteError> {
        text.parse()
    }
}

impl From<RoutePattern> for String {
    fn from(pattern: RoutePattern) -> Self {
        pattern.text
    }
}

impl fmt::Display for RoutePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn matches(pattern: &str, host: &str, path: &str) -> bool {
        pattern.parse::<RoutePattern>().unwrap().matches(host, path)
    }

    #[test]
    fn hosts_and_paths_match_as_written() {
        assert!(matches("*.example.com/*", "a.example.com", "/x"));
        assert!(matches("*.EXAMPLE.com/*", "A.example.COM", "/"));
        assert!(!matches("*.example.com/*", "example.com", "/"));
        assert!(matches("*example.com/*", "example.com", "/"));
        assert!(matches("https://example.com:443/api/*", "example.com", "/api/v1"));
        assert!(!matches("example.com/api/*", "example.com", "/other"));
        assert!(matches("example.com", "example.com", "/") && !matches("example.com", "example.com", "/x"));
        assert!(matches("*/*", "anything", "/at/all"));
    }

    #[test]
    fn a_star_elsewhere_is_refused() {
        for text in ["", "a.*.com/*", "example.com/*/x", "exa mple.com/"] {
            assert!(text.parse::<RoutePattern>().is_err(), "{text:?}");
        }
    }
}
