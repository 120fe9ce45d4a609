//! What is neither kept nor shown: texts that are known to be secrets, and whatever is called like one.

mod given;
mod name;
mod values;

use aho_corasick::{AhoCorasick, MatchKind};
use http::{HeaderMap, Uri};

use crate::TestError;
pub(crate) use given::redact;
pub use given::{suspected, suspected_variables};
pub(crate) use name::is_secret;
use values::is_json;
pub(crate) use values::{body_without_values, field_without_value, line_without_values, without_values};

/// What a secret has at least, in bytes: less is a part of too much else.
pub(crate) const FEWEST: usize = 4;

/// What a text has at least that is only called like a secret, to be looked for elsewhere than under that name.
const FEWEST_SUSPECTED: usize = 8;

/// What a line of a secret has at least that is redacted on its own.
const FEWEST_OF_LINE: usize = 16;

/// What stands in a secret's place.
pub(crate) const REDACTED: &str = "[redacted]";

/// Texts that are redacted wherever they stand.
#[derive(Debug, Clone)]
pub struct Secrets(AhoCorasick);

impl Secrets {
    /// Of texts that are known to be secrets, and of texts that are called like one. Of the first, one that is too short to be
    /// told from other text is refused. Of the second, one of fewer than eight bytes, a number, and a URL without userinfo or a
    /// secret's key are left alone where nothing says what they are: `AUTH_URL` and `PASS = "test"` are a part of too much else.
    /// What stands behind a scheme (`Bearer …`) is redacted without it too.
    pub fn new(known: Vec<String>, suspected: Vec<String>) -> Result<Self, TestError> {
        if let Some(short) = known.iter().find(|text| text.len() < FEWEST) {
            let found = format!("one of {} bytes", short.len());
            return Err(TestError::shape("a secret to redact", "one of 4 bytes or more", found));
        }
        let bare = suspected.iter().filter_map(|text| text.split_once(' ')).map(|(_, bare)| bare.to_owned());
        let suspected = bare.chain(suspected.iter().cloned()).filter(|text| is_secret_anywhere(text));
        let all = known.into_iter().chain(suspected).flat_map(|text| forms(&text));
        // The longest: one may be a part of another.
        let found = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(all);
        found.map(Self).map_err(|error| TestError::setup("redaction", error))
    }

    /// A text without them.
    pub fn redacted(&self, text: &str) -> String {
        self.replaced(text, REDACTED)
    }

    /// The text of a body without them and without the values of keys that are called like one; JSON stays JSON.
    pub(crate) fn redacted_body(&self, headers: &HeaderMap, text: &str, whole: bool) -> String {
        self.redacted_across(&body_without_values(headers, text, whole, &|text| self.redacted(text)))
    }

    /// A text without those that reach over several texts of JSON, each of which has none: a secret may itself be JSON.
    fn redacted_across(&self, text: &str) -> String {
        let redacted = self.redacted(text);
        match is_json(text) && !is_json(&redacted) {
            true => self.replaced(text, &format!("\"{REDACTED}\"")),
            false => redacted,
        }
    }

    pub(crate) fn replaced(&self, text: &str, with: &str) -> String {
        String::from_utf8_lossy(&self.replaced_bytes(text.as_bytes(), with)).into_owned()
    }

    /// Bytes without them.
    pub(crate) fn redacted_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.replaced_bytes(bytes, REDACTED)
    }

    /// Without those that stand there as they are, and then without those of which some bytes are written with a `%`.
    fn replaced_bytes(&self, bytes: &[u8], with: &str) -> Vec<u8> {
        let bytes = self.0.replace_all_bytes(bytes, &vec![with; self.0.patterns_len()]);
        let (meant, places) = decoded(&bytes);
        let place = |at: usize| places.get(at).copied().unwrap_or(bytes.len());
        let (mut kept, mut from) = (Vec::with_capacity(bytes.len()), 0);
        for found in self.0.find_iter(&meant) {
            let (start, end) = (place(found.start()), place(found.end()));
            // One without a `%` is a part of what stands in another's place.
            if end - start > found.len() {
                kept.extend_from_slice(bytes.get(from..start).unwrap_or_default());
                kept.extend_from_slice(with.as_bytes());
                from = end;
            }
        }
        kept.extend_from_slice(bytes.get(from..).unwrap_or_default());
        kept
    }
}

/// Whether a text that is called like a secret is one wherever it stands.
fn is_secret_anywhere(text: &str) -> bool {
    let is_url = text.parse::<Uri>().is_ok_and(|url| url.scheme().is_some());
    let is_open = is_url && without_values(text) == text;
    text.len() >= FEWEST_SUSPECTED && text.parse::<f64>().is_err() && !is_open
}

/// A text's bytes as they are meant, where some are written with a `%` (RFC 3986, section 2.1), and where each begins; last,
/// where the text ends.
fn decoded(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut places) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let encoded = text.get(at..at + 3).and_then(|three| three.strip_prefix(b"%")).and_then(hexadecimal);
        bytes.push(encoded.unwrap_or(*byte));
        places.push(at);
        at += if encoded.is_some() { 3 } else { 1 };
    }
    places.push(at);
    (bytes, places)
}

fn hexadecimal(pair: &[u8]) -> Option<u8> {
    let digits = pair.iter().all(u8::is_ascii_hexdigit);
    u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|_| digits)?, 16).ok()
}

/// A text as it may stand in others: as it is, as JSON and as a report quote it, and both, in a form, and line by line, as a key file
/// has it.
fn forms(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| line.len() >= FEWEST_OF_LINE && line.len() < text.len());
    let json = serde_json::to_string(text).unwrap_or_default();
    let within = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default();
    let quoted = [json.clone(), format!("{text:?}"), format!("{within:?}")];
    let quoted = quoted.iter().filter_map(|text| text.strip_prefix('"')?.strip_suffix('"')).map(str::to_owned);
    let mut all = vec![text.to_owned(), text.replace(' ', "+")];
    all.extend(lines.map(str::to_owned).chain(quoted));
    all.sort();
    all.dedup();
    all
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
        let suspected = Secrets::new(Vec::new(), vec!["Bearer abcdefgh".to_owned(), "abc".to_owned()]).unwrap();
        assert_eq!(suspected.redacted("Bearer abcdefgh, abcdefgh, abc"), "[redacted], [redacted], abc");
    }

    #[test]
    fn what_is_only_called_like_a_secret_is_looked_for_where_it_can_be_told() {
        let open =
            ["true", "test", "20240101", "-1234567.8", "https://auth.example.com", "https://auth.example.com/a?b=c"];
        let secret =
            ["abcdefgh", "https://u:pw@db.example.com", "https://a.test/?token=abc", "12345678a", "a b://c.test"];
        let all =
            Secrets::new(Vec::new(), [open.as_slice(), &secret].concat().into_iter().map(str::to_owned).collect());
        let all = all.unwrap();
        for text in open {
            assert_eq!(all.redacted(text), text);
        }
        for text in secret {
            assert_eq!(all.redacted(text), "[redacted]", "{text}");
        }
        let body = "{\"enabled\": true, \"day\": 20240101, \"key\": \"k\", \"said\": \"an abcdefgh\"}";
        let kept = "{\"enabled\": true, \"day\": 20240101, \"key\": \"[redacted]\", \"said\": \"an [redacted]\"}";
        assert_eq!(all.redacted_body(&HeaderMap::new(), body, true), kept);
    }

    #[test]
    fn a_secret_that_is_json_itself_is_found_in_json() {
        let secrets = Secrets::new(vec!["[\"alpha-1234\",\"beta-5678\"]".to_owned()], Vec::new()).unwrap();
        let redacted = |text: &str| secrets.redacted_body(&HeaderMap::new(), text, true);
        let within = "{\"list\":[\"alpha-1234\",\"beta-5678\"],\"n\":1}";
        assert_eq!(redacted(within), "{\"list\":\"[redacted]\",\"n\":1}");
        assert_eq!(redacted(&format!("\u{feff}{within}")), "\u{feff}{\"list\":\"[redacted]\",\"n\":1}");
        assert_eq!(redacted("it was [\"alpha-1234\",\"beta-5678\"]"), "it was [redacted]");
        let other = "{\"list\": [\"alpha-1234\", \"gamma\"]}";
        assert_eq!(redacted(other), other);
    }

    #[test]
    fn a_secret_is_known_in_other_clothes() {
        let secrets =
            Secrets::new(vec!["k3y-\"ü /&%41".to_owned(), "-----BEGIN KEY\nAbCdEfGh12345678\n".to_owned()], Vec::new());
        let secrets = secrets.unwrap();
        for text in [
            "k3y-\"ü /&%41",
            "k3y%2d%22%C3%BC%20%2f%26%2541",
            "k3y-%22%C3%bc+/%26%2541",
            "k3y-\\\"ü /&%41",
            "AbCdEfGh12345678",
            "-----BEGIN KEY\\nAbCdEfGh12345678\\n",
        ] {
            assert_eq!(secrets.redacted(&format!("é<{text}>%zz%")), "é<[redacted]>%zz%", "{text}");
        }
    }
}
