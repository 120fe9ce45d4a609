//! A text in which `*` stands for any text.

/// A pattern for URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// What stands between the stars.
    parts: Vec<String>,
    /// What no star stands for.
    ends: &'static [char],
}

impl Pattern {
    /// Reads one.
    pub fn new(text: &str) -> Self {
        Self { parts: text.split('*').map(str::to_owned).collect(), ends: &[] }
    }

    /// One of a URL in which `*` stands for what was redacted: for one value, and not for what follows it.
    pub(crate) fn redacted(text: &str) -> Self {
        Self { ends: &['?', '&', '#'], ..Self::new(text) }
    }

    /// Whether the whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return text.is_empty() };
        let Some(text) = text.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
        // The first place of each part will do: no star may stand for an end, so none could stand for more.
        let found = middle.iter().try_fold(text, |text, part| {
            let (star, rest) = text.split_once(part.as_str())?;
            (!star.contains(self.ends)).then_some(rest)
        });
        let star = found.and_then(|text| text.strip_suffix(last.as_str()));
        star.is_some_and(|star| !star.contains(self.ends))
    }

    /// Whether URLs of a scheme and an authority may fit.
    pub(crate) fn may_have(&self, root: &str) -> bool {
        let text = self.parts.join("*");
        let behind = text.find("://").map_or(0, |at| at + "://".len());
        let (scheme, rest) = text.split_at(behind);
        let authority = rest.split('/').next().unwrap_or_default();
        Self::new(&format!("{scheme}{authority}")).fits(root)
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
    fn what_was_redacted_is_one_value() {
        let fits = |pattern: &str, text: &str| Pattern::redacted(pattern).fits(text);
        assert!(fits("/list?key=*", "/list?key=a/b=") && !fits("/list?key=*", "/list?key=k&cursor=2"));
        assert!(fits("/list?key=*&cursor=2", "/list?key=k&cursor=2") && fits("/*/x?a=*&b=1", "/s/x?a=1&b=1"));
        assert!(!fits("/*/x", "/s?y/x"));
    }

    #[test]
    fn a_host_is_known_by_its_rules() {
        let has = |pattern: &str, root: &str| Pattern::new(pattern).may_have(root);
        assert!(has("http://a/x", "http://a") && has("http://*", "http://a") && has("http://a/*", "http://a"));
        assert!(has("https://*.a.com/*", "https://b.a.com") && has("*", "http://a") && has("*/x", "http://a"));
        assert!(!has("http://ab/x", "http://a") && !has("https://a/", "http://a"));
        assert!(!has("https://*.a.com/*", "https://evil.test"));
    }
}
