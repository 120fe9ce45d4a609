//! What a binding declares: names with types, and what happens to other names.

use serde::{Deserialize, Serialize};

use super::name::spelt;
use super::{Found, ParameterError, ParameterName, ParameterType, among};

/// Most parameters that a binding may declare, and so a worker may read.
pub(super) const DECLARED: usize = 64;

/// One declared parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Declaration {
    /// Its name.
    pub name: ParameterName,
    /// Its type; `json` where the binding lists names alone.
    #[serde(rename = "type")]
    pub kind: ParameterType,
}

impl PartialEq for Declaration {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind
    }
}

/// What happens to a parameter that a dispatch gives and the binding does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownParameters {
    /// The dispatch fails, naming it.
    #[default]
    Refuse,
    /// It is dropped, as Cloudflare's prototype did.
    Ignore,
}

/// The parameters that a binding declares.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Declarations {
    pub(super) declared: Vec<Declaration>,
    #[serde(default)]
    unknown: UnknownParameters,
}

impl Declarations {
    /// Declarations, refused if WIT would take the names of two for one, could not spell one, or there are too many. What was
    /// kept before is read (by serde) without these bounds.
    pub fn new(declared: Vec<Declaration>, unknown: UnknownParameters) -> Result<Self, ParameterError> {
        if declared.len() > DECLARED {
            return Err(ParameterError::TooMany { found: declared.len(), most: DECLARED });
        }
        for (place, one) in declared.iter().enumerate() {
            if spelt(one.name.as_str()).is_empty() {
                return Err(ParameterError::Name { name: one.name.to_string() });
            }
            if let Some(other) = declared.iter().skip(place + 1).find(|other| other.name.is_one_with(&one.name)) {
                return Err(ParameterError::Twice { name: one.name.to_string(), other: other.name.to_string() });
            }
        }
        Ok(Self { declared, unknown })
    }

    /// The declared parameters, in the order of the binding.
    pub fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.declared.iter()
    }

    /// The parameter that a name means.
    pub fn find(&self, name: &str) -> Found<&Declaration> {
        among(name, self.declared.iter().map(|one| (one.name.as_str(), one)))
    }

    /// What happens to a parameter that is not among them.
    pub fn unknown(&self) -> UnknownParameters {
        self.unknown
    }

    /// Their names, for errors.
    pub(super) fn names(&self) -> String {
        let names: Vec<_> = self.declared.iter().map(|one| one.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn one_name_twice_is_refused() {
        let one = |name: &str| Declaration { name: name.parse().unwrap(), kind: ParameterType::Json };
        let declare =
            |names: &[&str]| Declarations::new(names.iter().map(|name| one(name)).collect(), UnknownParameters::Refuse);
        let spelt = [["a_b", "a-b"], ["user_id", "userId"], ["user_id", "USER-ID"], ["_1", "n1"]];
        let apart = [["user_id", "userid"], ["us_erid", "user_id"], ["userId", "userid"], ["tier_1", "tier1"]];
        for names in spelt.into_iter().chain(apart) {
            assert!(matches!(declare(&names), Err(ParameterError::Twice { .. })), "{names:?}");
        }
        let error = declare(&["user_id", "plan", "userid"]).unwrap_err().to_string();
        let words = "parameter \"user_id\" is there twice, also as \"userid\": case, `-` and `_` tell no names apart";
        assert_eq!(error, words);
        assert!(declare(&["user_id", "user_ids"]).is_ok());
        assert!(matches!(declare(&["_"]), Err(ParameterError::Name { .. })));
    }
}
