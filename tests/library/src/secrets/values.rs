//! Texts without the values of keys that are called like a secret: URLs and fields that may hold some, forms, and JSON.

use http::HeaderMap;
use serde::de::IgnoredAny;

use super::{REDACTED, is_secret};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The value of a header or a trailer, without what is called like a secret: nothing of one whose name is, but how it is one
/// (`Basic …`), and of another what a URL may hold.
pub(crate) fn field_without_value(name: &str, value: &str) -> String {
    const SCHEMES: [&str; 4] = ["basic", "bearer", "digest", "token"];
    match value.split_once(' ').filter(|(scheme, _)| SCHEMES.contains(&scheme.to_ascii_lowercase().as_str())) {
        _ if !is_secret(name) => without_values(value),
        _ if value.is_empty() => String::new(),
        Some((scheme, _)) => format!("{scheme} {REDACTED}"),
        None => REDACTED.to_owned(),
    }
}

/// A line that somebody printed.
pub(crate) fn line_without_values(line: &str) -> String {
    without_values(&json_without_values(line, &str::to_owned))
}

/// The text of a body without the values of keys that are called like a secret. `clean` takes away what else is secret. One that
/// is not whole may be the beginning of JSON.
pub(crate) fn body_without_values(
    headers: &HeaderMap,
    text: &str,
    whole: bool,
    clean: &dyn Fn(&str) -> String,
) -> String {
    // JSON's parser takes none, and some origins send one (RFC 8259, section 8.1).
    if let Some(text) = text.strip_prefix(BYTE_ORDER_MARK) {
        return format!("{BYTE_ORDER_MARK}{}", body_without_values(headers, text, whole, clean));
    }
    let kind = headers.get(http::header::CONTENT_TYPE).map(http::HeaderValue::as_bytes).unwrap_or_default();
    match kind.to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded") {
        true => clean(&form_without_values(text)),
        false if !whole && text.trim_start().starts_with(['{', '[']) => redacted(text, clean),
        false => json_without_values(text, clean),
    }
}

/// A URL, or a field that may hold some, without the values of keys that are called like a secret, and without userinfo.
pub(crate) fn without_values(text: &str) -> String {
    without_keys(&without_userinfo(text))
}

/// A form, as `application/x-www-form-urlencoded` has it.
fn form_without_values(text: &str) -> String {
    without_keys(&format!("?{text}")).split_off(1)
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

/// JSON, or lines of JSON, in which every text under a key that is called like a secret is redacted, and every number there is
/// 0, so that it stays JSON of the same shape. `clean` takes away what else is secret, of each text on its own, for the same
/// reason, and a number in which there is some is 0. All else stays as it is written: order, blanks, numbers. What is no JSON is
/// one text.
fn json_without_values(text: &str, clean: &dyn Fn(&str) -> String) -> String {
    if is_json(text) {
        return redacted(text, clean);
    }
    let is_object = |line: &str| line.trim_start().starts_with(['{', '[']) && is_json(line);
    if !text.lines().any(is_object) {
        return clean(text);
    }
    let line = |line| if is_object(line) { redacted(line, clean) } else { clean(line) };
    text.split_inclusive('\n').map(line).collect()
}

/// Whether a text is JSON, a byte order mark aside.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A text of JSON, in its quotes, without what is secret in it.
fn cleaned(json: &str, clean: &dyn Fn(&str) -> String) -> String {
    // The last of what is cut off has no end.
    let Ok(text) = serde_json::from_str::<String>(json) else { return clean(json) };
    let cleaned = clean(&text);
    if cleaned == text { json.to_owned() } else { serde_json::Value::from(cleaned).to_string() }
}

/// The text is JSON: so each `"` outside of a text begins one, one before a `:` is a key, and each digit or `-` outside of a text
/// begins a number.
fn redacted(json: &str, clean: &dyn Fn(&str) -> String) -> String {
    let mut kept = String::with_capacity(json.len());
    // Whether each object or list around this place is under a secret's key, and whether the next value is a secret's.
    let (mut around, mut next) = (vec![false], false);
    let mut rest = json;
    while let Some(at) = rest.find(|one: char| matches!(one, '"' | '{' | '[' | '}' | ']' | ',' | '-' | '0'..='9')) {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        let inside = around.last().is_some_and(|inside| *inside);
        if after.starts_with('"') {
            let (text, behind) = after.split_at(text_bytes(after));
            let is_key = behind.trim_start().starts_with(':');
            if is_key {
                next = inside || serde_json::from_str::<String>(text).is_ok_and(|key| is_secret(&key));
            }
            match (inside || next) && !is_key && text.len() > "\"\"".len() {
                true => kept.push_str(&format!("\"{REDACTED}\"")),
                false => kept.push_str(&cleaned(text, clean)),
            }
            rest = behind;
            continue;
        }
        if after.starts_with(|one: char| one == '-' || one.is_ascii_digit()) {
            let (number, behind) = after.split_at(number_bytes(after));
            kept.push_str(if inside || next || clean(number) != number { "0" } else { number });
            rest = behind;
            continue;
        }
        let (sign, behind) = after.split_at(1);
        match sign {
            "{" | "[" => around.push(inside || next),
            "}" | "]" => drop(around.pop()),
            _ => {}
        }
        next = false;
        kept.push_str(sign);
        rest = behind;
    }
    kept + rest
}

/// How long the number is that begins here.
fn number_bytes(json: &str) -> usize {
    let of_number = |one: char| one.is_ascii_digit() || matches!(one, '-' | '+' | '.' | 'e' | 'E');
    json.find(|one: char| !of_number(one)).unwrap_or(json.len())
}

/// How long the text is that begins here, with its quotes.
fn text_bytes(json: &str) -> usize {
    let mut escaped = false;
    let end = json.bytes().skip(1).position(|byte| match (escaped, byte) {
        (true, _) => {
            escaped = false;
            false
        }
        (false, b'\\') => {
            escaped = true;
            false
        }
        (false, byte) => byte == b'"',
    });
    end.map_or(json.len(), |end| end + "\"\"".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_keys_that_are_called_like_a_secret_go() {
        for (text, kept) in [
            ("https://a/?api_key=k&page=2", "https://a/?api_key=*&page=2"),
            ("https://a/?passwd=hunter2&author=bob", "https://a/?passwd=*&author=bob"),
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
        assert_eq!(form_without_values("access_token=abc&scope=a"), "access_token=*&scope=a");
    }

    #[test]
    fn json_may_begin_with_a_byte_order_mark() {
        let kept = |text: &str| body_without_values(&HeaderMap::new(), text, true, &str::to_owned);
        assert_eq!(kept("\u{feff}{\"token\": \"abc\"}"), "\u{feff}{\"token\": \"[redacted]\"}");
        assert_eq!(kept("\u{feff}{\"pin\":1}\n{\"pin\":2}\n"), "\u{feff}{\"pin\":0}\n{\"pin\":0}\n");
        assert_eq!(kept("\u{feff}as it is"), "\u{feff}as it is");
        let cut = body_without_values(&HeaderMap::new(), "\u{feff}{\"token\": \"ab", false, &str::to_owned);
        assert_eq!(cut, "\u{feff}{\"token\": \"[redacted]\"");
    }

    #[test]
    fn json_keeps_all_but_texts_and_numbers_under_a_secrets_key() {
        for (text, kept) in [
            (
                "{ \"access_token\" : \"a\\\"b\",\r\n \"token_type\":\"bearer\", \"expires_in\": 3600.0 }\n",
                "{ \"access_token\" : \"[redacted]\",\r\n \"token_type\":\"bearer\", \"expires_in\": 3600.0 }\n",
            ),
            (
                "{\"b\":1e400,\"tokens\":[\"x\",2,{\"a\":\"y\"}],\"z\":\"{:\"}",
                "{\"b\":1e400,\"tokens\":[\"[redacted]\",0,{\"a\":\"[redacted]\"}],\"z\":\"{:\"}",
            ),
            (
                "{\"secret\":{\"a\":{\"b\":\"c\"}},\"d\":\"e\"}",
                "{\"secret\":{\"a\":{\"b\":\"[redacted]\"}},\"d\":\"e\"}",
            ),
            (
                "{\"session\":\"\",\"otp\":null,\"a\":[\"secret\"]}",
                "{\"session\":\"\",\"otp\":null,\"a\":[\"secret\"]}",
            ),
            (
                "{\"pin\": 482913, \"token\":-1.5E+3,\"n\": [12, -0.5],\"otp\":[1,[22],{\"a\":3}, true],\"at\":4}",
                "{\"pin\": 0, \"token\":0,\"n\": [12, -0.5],\"otp\":[0,[0],{\"a\":0}, true],\"at\":4}",
            ),
            ("-12", "-12"),
            ("{\"pass\\u0077d\":\"x\"}", "{\"pass\\u0077d\":\"[redacted]\"}"),
            ("{\"token\":\"a\"}\n{\"token\":\"b\"}\n", "{\"token\":\"[redacted]\"}\n{\"token\":\"[redacted]\"}\n"),
            ("say \"token\": \"x\"", "say \"token\": \"x\""),
            ("\"\\\\\"", "\"\\\\\""),
        ] {
            assert_eq!(json_without_values(text, &str::to_owned), kept);
        }
        let known = |text: &str| text.replace("482913", "*").replace("tru", "*");
        assert_eq!(
            json_without_values("{\"a\": [482913, 48, \"x 482913\", true]}", &known),
            "{\"a\": [0, 48, \"x *\", true]}"
        );
        assert_eq!(json_without_values("482913 is true\n12\n", &known), "* is *e\n12\n");
        assert_eq!(
            json_without_values("data: true\n{\"a\":true,\"tru\":1}\n", &known),
            "data: *e\n{\"a\":true,\"*\":1}\n"
        );
    }
}
