//! What can be said of a certificate in Cloudflare's words: read off its head by hand, since the crates that do it bring
//! more code than all else that this host does with certificates.

use super::der::{Der, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, VERSION, dotted};
use super::distinguished;

/// The largest serial number, in bytes (RFC 5280, 4.1.2.2).
const SERIAL_BYTES: usize = 20;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// What a certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Who issued it (RFC 4514): `CN=Example CA,O=Example Inc.,C=US`.
    pub issuer: String,
    /// Its number among its issuer's, in decimal.
    pub serial_number: String,
    /// How it is signed: `SHA256WithRSA`, `ECDSAWithSHA256`, `Ed25519`; in dots where it is none of the known ways.
    pub signature: String,
    /// Until when it is good: `2035-01-31T00:00:00Z`.
    pub expires_on: String,
}

impl Described {
    /// Reads a certificate (RFC 5280, 4.1). None where it is not as that says.
    pub(super) fn of(der: &[u8]) -> Option<Self> {
        let mut head = Der::new(der).enter(SEQUENCE)?.enter(SEQUENCE)?;
        head.skip(VERSION)?;
        let serial_number = decimal(head.expect(INTEGER)?)?;
        let signature = signature(head.enter(SEQUENCE)?.expect(OBJECT_IDENTIFIER)?)?;
        let issuer = distinguished::name(head.enter(SEQUENCE)?)?;
        let mut validity = head.enter(SEQUENCE)?;
        validity.next()?;
        let expires_on = time(validity.next()?)?;
        Some(Self { issuer, serial_number, signature, expires_on })
    }
}

/// A number of many bytes, the most significant first.
fn decimal(bytes: &[u8]) -> Option<String> {
    // A byte of zero before the number keeps it from being negative.
    if bytes.len() > SERIAL_BYTES + 1 {
        return None;
    }
    let mut digits = vec![0_u8];
    for byte in bytes {
        let mut carry = u16::from(*byte);
        for digit in &mut digits {
            let sum = u16::from(*digit) * 256 + carry;
            *digit = u8::try_from(sum % 10).ok()?;
            carry = sum / 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).ok()?);
            carry /= 10;
        }
    }
    Some(digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect())
}

fn signature(contents: &[u8]) -> Option<String> {
    let dotted = dotted(contents)?;
    let known = match dotted.as_str() {
        "1.2.840.113549.1.1.5" => "SHA1WithRSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "SHA256WithRSA",
        "1.2.840.113549.1.1.12" => "SHA384WithRSA",
        "1.2.840.113549.1.1.13" => "SHA512WithRSA",
        "1.2.840.10045.4.3.2" => "ECDSAWithSHA256",
        "1.2.840.10045.4.3.3" => "ECDSAWithSHA384",
        "1.2.840.10045.4.3.4" => "ECDSAWithSHA512",
        "1.3.101.112" => "Ed25519",
        _ => return Some(dotted),
    };
    Some(known.to_owned())
}

/// `YYMMDDHHMMSSZ`, of which years from 50 on are in the last century, or `YYYYMMDDHHMMSSZ` (RFC 5280, 4.1.2.5).
fn time((tag, contents): (u8, &[u8])) -> Option<String> {
    let text = std::str::from_utf8(contents).ok()?.strip_suffix('Z')?;
    let full = match tag {
        UTC_TIME if text.len() == 12 => format!("{}{text}", if text >= "5" { "19" } else { "20" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    if full.len() != 14 || !full.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| full.get(from..to).unwrap_or_default();
    let (date, time) = ([part(0, 4), part(4, 6), part(6, 8)], [part(8, 10), part(10, 12), part(12, 14)]);
    Some(format!("{}T{}Z", date.join("-"), time.join(":")))
}
