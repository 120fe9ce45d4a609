//! What is expected of a text: it is this, or has a part, or is JSON, or is not there.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::plain::quoted;

/// What is expected of a text.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub enum Text {
    /// It is this.
    Is(String),
    /// It contains this.
    Contains(String),
    /// It does not contain this.
    Lacks(String),
    /// It is JSON of this value.
    Json(Value),
    /// Whether it is absent, or empty.
    Absent(bool),
}

/// A text as a file expects it.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, or a table with one of `contains`, `lacks`, `json` and `absent`")]
enum Written {
    /// Exactly this.
    Is(String),
    /// One of the keys.
    Table(Table),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
struct Table {
    /// It contains this.
    contains: Option<String>,
    /// It does not contain this.
    lacks: Option<String>,
    /// It is JSON of this value.
    json: Option<Value>,
    /// Whether it is absent, or empty.
    absent: Option<bool>,
}

impl TryFrom<Written> for Text {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Table { contains, lacks, json, absent } = match written {
            Written::Is(text) => return Ok(Self::Is(text)),
            Written::Table(table) => table,
        };
        let said =
            [contains.map(Self::Contains), lacks.map(Self::Lacks), json.map(Self::Json), absent.map(Self::Absent)];
        let mut said = said.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(one), None) => Ok(one),
            _ => Err("expected one of the keys `contains`, `lacks`, `json` and `absent`".to_owned()),
        }
    }
}

impl Text {
    /// Whether a text is as expected; none where it is absent.
    pub(super) fn fits(&self, text: Option<&str>) -> bool {
        match (self, text) {
            (Self::Absent(absent), text) => text.is_none_or(str::is_empty) == *absent,
            (Self::Is(expected), Some(text)) => expected == text,
            (Self::Contains(part), Some(text)) => text.contains(part.as_str()),
            (Self::Lacks(part), text) => !text.unwrap_or_default().contains(part.as_str()),
            (Self::Json(json), Some(text)) => serde_json::from_str::<Value>(text).is_ok_and(|found| found == *json),
            (Self::Is(_) | Self::Contains(_) | Self::Json(_), None) => false,
        }
    }

    /// Without what `tell` takes away.
    pub(super) fn without(&self, tell: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Is(text) => Self::Is(tell(text)),
            Self::Contains(part) => Self::Contains(tell(part)),
            Self::Lacks(part) => Self::Lacks(tell(part)),
            Self::Json(json) => Self::Json(serde_json::from_str(&tell(&json.to_string())).unwrap_or_default()),
            Self::Absent(absent) => Self::Absent(*absent),
        }
    }

    /// Whether it is a text of several lines.
    pub(super) fn has_lines(&self) -> bool {
        matches!(self, Self::Is(text) if text.contains('\n'))
    }

    /// What is expected, in words.
    pub(super) fn told(&self, by_lines: bool) -> String {
        match self {
            Self::Is(text) => quoted(text, by_lines),
            Self::Contains(part) => format!("something with {part:?}"),
            Self::Lacks(part) => format!("nothing with {part:?}"),
            Self::Json(json) => format!("JSON {json}"),
            Self::Absent(true) => "nothing".to_owned(),
            Self::Absent(false) => "something".to_owned(),
        }
    }
}
