//! What is neither kept nor shown: texts that are known to be secrets, and whatever is called like one.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::TestError;

/// Parts of names of what is a secret.
const NAMES: [&str; 12] =
    ["auth", "cookie", "token", "secret", "key", "password", "pwd", "sig", "credential", "session", "jwt", "otp"];

/// What a secret has at least, in bytes: less is a part of too much else.
const FEWEST: usize = 4;

/// What stands in a secret's place.
pub(crate) const REDACTED: &str = "[redacted]";

/// Texts that are redacted wherever they stand.
#[derive(Debug, Clone)]
pub struct Secrets(AhoCorasick);

impl Secrets {
    /// Of texts that are known to be secrets, and of texts that are called like one. Of the first, one that is too short to be
    /// told from other text is refused; of the second it is left alone, and what stands behind a scheme (`Bearer …`) is redacted
    /// without it too.
    pub fn new(known: Vec<String>, suspected: Vec<String>) -> Result<Self, TestError> {
        if let Some(short) = known.iter().find(|text| text.len() < FEWEST) {
            let found = format!("one of {} bytes", short.len());
            return Err(TestError::shape("a secret to redact", "one of 4 bytes or more", found));
        }
        let bare = suspected.iter().filter_map(|text| text.split_once(' ')).map(|(_, bare)| bare.to_owned());
        let suspected = bare.chain(suspected.iter().cloned()).filter(|text| text.len() >= FEWEST);
        let all: Vec<_> = known.into_iter().chain(suspected).collect();
        // The longest: one may be a part of another.
        let found = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(all);
        found.map(Self).map_err(|error| TestError::setup("redaction", error))
    }

    /// A text without them.
    pub fn redacted(&self, text: &str) -> String {
        self.replaced(text, REDACTED)
    }

    pub(crate) fn replaced(&self, text: &str, with: &str) -> String {
        self.0.replace_all(text, &vec![with; self.0.patterns_len()])
    }

    /// Bytes without them.
    pub(crate) fn redacted_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.replace_all_bytes(bytes, &vec![REDACTED; self.0.patterns_len()])
    }
}

/// Whether a header, a query key, a parameter or a variable is called like a secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// A URL, or a field that may hold some, without the values of keys that are called like a secret, and without userinfo.
pub(crate) fn without_values(text: &str) -> String {
    without_keys(&without_userinfo(text))
}

fn without_keys(text: &str) -> String {
    let ends = |one: char| one.is_whitespace() || ['&', '#', '>', '"'].contains(&one);
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['?', '&', '#']) {
        let (before, after) = rest.split_at(at + 1);
        kept.push_str(before);
        rest = after;
        let Some((name, value)) = rest.split_once('=') else { break };
        if !name.contains(ends) && !name.contains('?') && is_secret(name) {
            kept.push_str(name);
            kept.push_str("=*");
            rest = value.split_at(value.find(ends).unwrap_or(value.len())).1;
        }
    }
    kept + rest
}

fn without_userinfo(text: &str) -> String {
    let ends = |one: char| one.is_whitespace() || ['/', '?', '#', '>', '"'].contains(&one);
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        let (authority, others) = after.split_at(after.find(ends).unwrap_or(after.len()));
        kept.push_str(before);
        match authority.rsplit_once('@') {
            None => kept.push_str(authority),
            Some((_, host)) => {
                kept.push_str("*@");
                kept.push_str(host);
            }
        }
        rest = others;
    }
    kept + rest
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_secret_within_what_stands_for_it_is_no_endless_task() {
        let secrets = Secrets::new(vec!["redacted".to_owned(), "redacted-too".to_owned()], Vec::new()).unwrap();
        assert_eq!(secrets.redacted("a redacted-too, a redacted"), "a [redacted], a [redacted]");
        assert_eq!(secrets.redacted_bytes(b"\xffredacted"), b"\xff[redacted]");
    }

    #[test]
    fn what_cannot_be_told_from_other_text_is_refused() {
        let error = Secrets::new(vec!["red".to_owned()], Vec::new()).unwrap_err().to_string();
        assert_eq!(error, "a secret to redact: expected one of 4 bytes or more, found \"one of 3 bytes\"");
        assert_eq!(Secrets::new(Vec::new(), Vec::new()).unwrap().redacted("as it is"), "as it is");
        let suspected = Secrets::new(Vec::new(), vec!["Bearer abcd".to_owned(), "abc".to_owned()]).unwrap();
        assert_eq!(suspected.redacted("Bearer abcd, abcd, abc"), "[redacted], [redacted], abc");
    }

    #[test]
    fn values_of_keys_that_are_called_like_a_secret_go() {
        for (text, kept) in [
            ("https://a/?api_key=k&page=2", "https://a/?api_key=*&page=2"),
            ("https://a/cb#access_token=abc", "https://a/cb#access_token=*"),
            ("https://a/?x=1&y#token=a?b&z=1", "https://a/?x=1&y#token=*&z=1"),
            (
                "<https://a/?page=2>, <https://a/?token=y>; rel=next",
                "<https://a/?page=2>, <https://a/?token=*>; rel=next",
            ),
            ("https://user:pw@host/?a=1", "https://*@host/?a=1"),
            ("https://a/@b?c=d@e", "https://a/@b?c=d@e"),
            ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(without_values(text), kept);
        }
    }
}
