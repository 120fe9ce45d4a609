//! Templates: text with places that a request fills. Read once, when the configuration is.

use serde::Deserialize;

use crate::Request;

/// Text with `{worker}`, `{host}`, `{path}`, `{url}` or `{method}` in it; a brace is written twice, `{{` or `}}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Worker,
    Host,
    Path,
    Url,
    Method,
}

/// Why a template cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It has a place that nothing fills.
    #[error("template {template:?} has {{{place}}}: expected {{worker}}, {{host}}, {{path}}, {{url}} or {{method}}")]
    Unknown {
        /// The whole text.
        template: String,
        /// The place.
        place: String,
    },
    /// A brace stands alone.
    #[error("template {0:?} has a brace alone: write {{{{ or }}}} for one that is meant")]
    Brace(String),
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                plain.extend(from.chars().next());
                rest = after;
                continue;
            }
            let inside = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let Some((place, after)) = inside else { return Err(TemplateError::Brace(text)) };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::of(place).ok_or_else(|| unknown(&text, place))?);
            rest = after;
        }
        pieces.push(Piece::Text(plain + rest));
        Ok(Self(pieces))
    }
}

fn unknown(template: &str, place: &str) -> TemplateError {
    TemplateError::Unknown { template: template.to_owned(), place: place.to_owned() }
}

impl Piece {
    fn of(place: &str) -> Option<Self> {
        Some(match place {
            "worker" => Self::Worker,
            "host" => Self::Host,
            "path" => Self::Path,
            "url" => Self::Url,
            "method" => Self::Method,
            _ => return None,
        })
    }
}

impl Template {
    pub(crate) fn fill(&self, worker: &str, request: &Request) -> String {
        let uri = request.uri();
        let fill = |text: &mut String, piece: &Piece| match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Worker => text.push_str(worker),
            Piece::Host => text.push_str(uri.host().unwrap_or_default()),
            Piece::Path => text.push_str(uri.path()),
            Piece::Url => text.push_str(&uri.to_string()),
            Piece::Method => text.push_str(request.method().as_str()),
        };
        let mut text = String::new();
        self.0.iter().for_each(|piece| fill(&mut text, piece));
        text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{BodyExt, Empty};

    use super::*;

    fn read(text: &str) -> Result<Template, String> {
        Template::try_from(text.to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn templates_are_filled_once() {
        let mut request = http::Request::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
        *request.uri_mut() = "http://a.example.com/x?q=1".parse().unwrap();
        let fill = |text: &str, worker: &str| read(text).unwrap().fill(worker, &request);
        assert_eq!(fill("{worker} {method} {url}", "a"), "a GET http://a.example.com/x?q=1");
        assert_eq!(fill("{host}{path}|{{worker}}", "a"), "a.example.com/x|{worker}");
        assert_eq!(fill("{worker}", "{host}"), "{host}");
        assert_eq!(fill("", "a"), "");
    }

    #[test]
    fn what_nothing_fills_is_named() {
        let error = read("for {wroker}").unwrap_err();
        assert!(error.contains("{wroker}") && error.contains("{worker}"), "{error}");
        for alone in ["{", "}", "x {y", "x} y", "{}}"] {
            assert!(read(alone).is_err(), "{alone}");
        }
    }
}
