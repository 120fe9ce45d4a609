//! Distinguished names as text (RFC 4514).

use super::der::{Der, OBJECT_IDENTIFIER, SEQUENCE, SET, dotted};

const UTF8_STRING: u8 = 0x0c;
const TELETEX_STRING: u8 = 0x14;
const BMP_STRING: u8 = 0x1e;

/// A name whose contents are these, its last part first, as RFC 4514 has it.
pub(super) fn name(mut parts: Der<'_>) -> Option<String> {
    let mut texts = Vec::new();
    while !parts.is_empty() {
        let mut set = parts.enter(SET)?;
        let mut several = Vec::new();
        while !set.is_empty() {
            let mut pair = set.enter(SEQUENCE)?;
            let attribute = attribute(dotted(pair.expect(OBJECT_IDENTIFIER)?)?);
            several.push(format!("{attribute}={}", escaped(&value(pair.next()?))));
        }
        texts.push(several.join("+"));
    }
    texts.reverse();
    Some(texts.join(","))
}

/// The short word for an attribute, where RFC 4514 or everybody has one.
fn attribute(dotted: String) -> String {
    let short = match dotted.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "SERIALNUMBER",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return dotted,
    };
    short.to_owned()
}

fn value((tag, contents): (u8, &[u8])) -> String {
    match tag {
        UTF8_STRING => String::from_utf8_lossy(contents).into_owned(),
        BMP_STRING => {
            let units = contents.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        // Latin-1, to all who have read one; the other kinds are parts of ASCII.
        TELETEX_STRING => contents.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(contents).into_owned(),
    }
}

/// What would be read as something else is escaped, and what a terminal would obey is replaced.
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars() {
        if matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            text.push('\\');
        }
        text.push(if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter });
    }
    text
}
