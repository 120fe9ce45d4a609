//! Parameters that are given as text, by who configures a host: what text stands for which value.

use serde_json::Value;

use super::{Declaration, Declarations, ParameterError, ParameterType};
use crate::excerpt;

impl ParameterType {
    /// The value that a text stands for: itself, or the number or truth value that it spells. `Err` says why it is none.
    pub fn of_text(&self, text: &str) -> Result<Value, String> {
        match self {
            Self::Json | Self::String | Self::Char | Self::Enum(_) => Ok(Value::String(text.to_owned())),
            Self::Option(some) => some.of_text(text),
            Self::Bool | Self::Unsigned(_) | Self::Signed(_) | Self::Float(_) => {
                let value = serde_json::from_str(text).ok().filter(|value| self.admits(value));
                value.ok_or_else(|| format!("expected {self}, found the text {:?}", excerpt(text)))
            }
            _ => Err(format!("expected {self}, which no text stands for")),
        }
    }

    fn has_texts(&self) -> bool {
        match self {
            Self::Option(some) => some.has_texts(),
            Self::List(_) | Self::Tuple(_) | Self::Record(_) | Self::Variant(_) | Self::Flags(_) => false,
            _ => true,
        }
    }
}

impl Declarations {
    /// Checks that texts under these names are what the outbound worker reads, as far as can be said before there are texts.
    pub(crate) fn agree_as_texts(&self, worker: &str, reads: &[Declaration]) -> Result<(), ParameterError> {
        self.agree(worker, reads)?;
        let wrong = |read: &&Declaration| self.find(read.name.as_str()).one().is_some() && !read.kind.has_texts();
        let told = |read: &Declaration| {
            format!("{:?}: the worker reads {}, and a template gives text", read.name.as_str(), read.kind)
        };
        let differences: Vec<_> = reads.iter().filter(wrong).map(told).collect();
        if differences.is_empty() {
            return Ok(());
        }
        Err(ParameterError::Disagreement { worker: worker.to_owned(), differences: differences.join("; ") })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::UnknownParameters;

    #[test]
    fn a_text_stands_for_what_its_type_says() {
        let value = |kind: &str, text: &str| kind.parse::<ParameterType>().unwrap().of_text(text);
        assert_eq!(value("string", "7"), Ok(json!("7")));
        assert_eq!(value("json", "7"), Ok(json!("7")));
        assert_eq!(value("option<u64>", "18446744073709551615"), Ok(json!(u64::MAX)));
        assert_eq!(value("bool", "true"), Ok(json!(true)));
        assert_eq!(value("u8", "256"), Err("expected u8, found the text \"256\"".to_owned()));
        assert_eq!(value("list<u8>", "[]"), Err("expected list<u8>, which no text stands for".to_owned()));
    }

    #[test]
    fn what_no_text_stands_for_is_named() {
        let one = |name: &str, kind: &str| Declaration { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
        let names = vec![one("quota", "json"), one("tags", "json")];
        let declared = Declarations::new(names, UnknownParameters::Refuse).unwrap();
        let reads = [one("quota", "u32"), one("tags", "list<string>")];
        let error = declared.agree_as_texts("outbound", &reads).unwrap_err().to_string();
        assert!(error.ends_with(": \"tags\": the worker reads list<string>, and a template gives text"), "{error}");
        assert_eq!(declared.agree_as_texts("outbound", &reads[..1]), Ok(()));
    }
}
