//! What a deploy's bindings are refused for beside those that the worker has: one rule, for who deploys it and for who tries
//! it before.

use std::collections::BTreeMap;

use super::{BindingError, SECRET};

/// Most bindings a worker may have.
pub const MOST_BINDINGS: usize = 128;

/// Another binding where the worker has a secret that would stay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is a secret of the worker, and a {kind} binding in its place would lose it")]
pub struct SecretReplaced {
    /// The secret.
    pub name: String,
    /// The kind of binding that the deploy has under its name.
    pub kind: String,
}

/// Not more bindings than a worker may have, those that it keeps from its version before among them.
pub fn expect_few_bindings(found: usize) -> Result<(), BindingError> {
    match found <= MOST_BINDINGS {
        true => Ok(()),
        false => Err(BindingError::TooMany { found, most: MOST_BINDINGS }),
    }
}

/// No variable in the place of a secret that was to stay: nobody could read the secret back. Both are the names of bindings
/// with their kinds; what is kept is of the version before.
pub fn expect_secrets_kept<'a>(
    given: &BTreeMap<&str, &str>,
    kept: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), SecretReplaced> {
    let secrets = kept.into_iter().filter(|(_, kind)| *kind == SECRET);
    let mut replaced = secrets.filter_map(|(name, _)| Some((name, given.get(name).filter(|kind| **kind != SECRET)?)));
    match replaced.next() {
        None => Ok(()),
        Some((name, kind)) => Err(SecretReplaced { name: name.to_owned(), kind: (*kind).to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_replaced_by_a_secret_alone() {
        let kept = [("KEY", "secret_text"), ("REGION", "plain_text")];
        let replaced = |given| expect_secrets_kept(&BTreeMap::from([given]), kept);
        for given in [("KEY", "secret_text"), ("REGION", "json"), ("key", "json")] {
            assert_eq!(replaced(given), Ok(()), "{given:?}");
        }
        let error = SecretReplaced { name: "KEY".to_owned(), kind: "json".to_owned() };
        assert_eq!(replaced(("KEY", "json")), Err(error));
    }
}
