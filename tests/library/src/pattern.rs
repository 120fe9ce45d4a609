//! A text in which `*` stands for any text.

/// A pattern for URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<String>);

impl Pattern {
    /// Reads one.
    pub fn new(text: &str) -> Self {
        Self(text.split('*').map(str::to_owned).collect())
    }

    /// Whether the whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_first() else { return text.is_empty() };
        let Some(text) = text.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
        let found = middle.iter().try_fold(text, |text, part| text.get(text.find(part.as_str())? + part.len()..));
        found.is_some_and(|text| text.ends_with(last.as_str()))
    }

    /// Whether a text that begins so may fit.
    pub(crate) fn may_begin(&self, start: &str) -> bool {
        let first = self.0.first().map(String::as_str).unwrap_or_default();
        let open = self.0.len() > 1 && start.starts_with(first);
        open || first == start || first.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        let fits = |pattern: &str, text: &str| Pattern::new(pattern).fits(text);
        assert!(fits("http://a/x", "http://a/x") && !fits("http://a/x", "http://a/xy"));
        assert!(fits("http://a/*", "http://a/") && fits("*", "") && fits("a*c*e", "abcde"));
        assert!(!fits("a*c*e", "abde") && !fits("a*a", "a") && !fits("http://a/*", "http://b/"));
    }

    #[test]
    fn a_host_is_known_by_its_rules() {
        let begins = |pattern: &str, start: &str| Pattern::new(pattern).may_begin(start);
        assert!(begins("http://a/x", "http://a") && begins("http://*", "http://a") && begins("http://a/*", "http://a"));
        assert!(!begins("http://ab/x", "http://a") && !begins("https://a/", "http://a"));
    }
}
