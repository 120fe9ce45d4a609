//! Texts without the values of keys that are called like a secret: URLs and fields that may hold some, forms, and JSON.

use serde::de::IgnoredAny;

use super::{REDACTED, is_secret};

/// A URL, or a field that may hold some, without the values of keys that are called like a secret, and without userinfo.
pub(crate) fn without_values(text: &str) -> String {
    without_keys(&without_userinfo(text))
}

/// A form, as `application/x-www-form-urlencoded` has it.
pub(crate) fn form_without_values(text: &str) -> String {
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
/// 0, so that it stays JSON of the same shape; so is any other number that is known to be a secret. All else stays as it is
/// written: order, blanks, numbers. What is no JSON stays whole.
pub(crate) fn json_without_values(text: &str, known: &dyn Fn(&str) -> bool) -> String {
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    if is_json(text) {
        return redacted(text, known);
    }
    let line = |line| if is_json(line) { redacted(line, known) } else { line.to_owned() };
    text.split_inclusive('\n').map(line).collect()
}

/// The text is JSON: so each `"` outside of a text begins one, one before a `:` is a key, and each digit or `-` outside of a text
/// begins a number.
fn redacted(json: &str, known: &dyn Fn(&str) -> bool) -> String {
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
                false => kept.push_str(text),
            }
            rest = behind;
            continue;
        }
        if after.starts_with(|one: char| one == '-' || one.is_ascii_digit()) {
            let (number, behind) = after.split_at(number_bytes(after));
            kept.push_str(if inside || next || known(number) { "0" } else { number });
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
            assert_eq!(json_without_values(text, &|_| false), kept);
        }
        let known = |number: &str| number.contains("482913");
        assert_eq!(json_without_values("{\"a\": [482913, 48, \"482913\"]}", &known), "{\"a\": [0, 48, \"482913\"]}");
    }
}
