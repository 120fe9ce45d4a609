//! What is expected of a header or a trailer: of all its values as one text, or of each.

use http::HeaderMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Text;

/// What is expected of a header or a trailer.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a text, a list of texts, or a table with one of `contains`, `lacks`, `json` and `absent`"
)]
pub enum Field {
    /// Its value; one that came twice is `one, two`.
    One(Text),
    /// The header so many times, with these values in this order.
    Each(Vec<Text>),
}

impl Field {
    /// Exactly this.
    pub(super) fn is(text: &str) -> Self {
        Self::One(Text::Is(text.to_owned()))
    }

    /// Exactly these, each on its own.
    pub(super) fn each(texts: &[&str]) -> Self {
        Self::Each(texts.iter().map(|text| Text::Is((*text).to_owned())).collect())
    }
}

/// The values of a header, in order.
pub(super) fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Several texts in words.
pub(super) fn listed(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
}
