//! What the head of a message says of its body, and which heads a worker may not answer with (RFC 9110, sections 8.6 and 15.2).
//!
//! A head that cannot be true is refused before a byte of it is sent. A length that is not true shows in the body alone (`body.rs`).

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, Response, StatusCode};

/// How long the body of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// It has none. The head may give the length of another response.
    None { given: bool },
    /// Of so many bytes.
    Of(u64),
    /// The head does not say.
    Unknown,
}

/// What is wrong with a message of a worker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Only a server sends these, before the answer.
    #[error("status {0}: a worker answers with 200 to 599")]
    Informational(u16),
    /// A length that is not digits, or several lengths that differ.
    #[error("content-length: expected one number, found {0:?}")]
    Length(String),
    /// The body has more bytes than its length.
    #[error("content-length says {0} bytes, and the body has more")]
    Long(u64),
    /// The body has fewer bytes than its length.
    #[error("content-length says {said} bytes, and the body has {found}")]
    Short {
        /// The length in the head.
        said: u64,
        /// The bytes of the body.
        found: u64,
    },
}

/// Checks the head of a response to a request with this method, and gives the length of its body. Several lengths that are the
/// same become one, and 204 has none.
pub(crate) fn of_response<B>(method: &Method, response: &mut Response<B>) -> Result<Length, Malformed> {
    let status = response.status();
    if status.is_informational() {
        return Err(Malformed::Informational(status.as_u16()));
    }
    if status == StatusCode::NO_CONTENT {
        response.headers_mut().remove(CONTENT_LENGTH);
        return Ok(Length::None { given: false });
    }
    let said = content_length(response.headers_mut())?;
    if *method == Method::HEAD || status == StatusCode::NOT_MODIFIED {
        return Ok(Length::None { given: said.is_some() });
    }
    Ok(said.map_or(Length::Unknown, Length::Of))
}

/// The length that the head of a request gives.
pub(crate) fn of_request(headers: &mut HeaderMap) -> Result<Length, Malformed> {
    Ok(content_length(headers)?.map_or(Length::Unknown, Length::Of))
}

fn content_length(headers: &mut HeaderMap) -> Result<Option<u64>, Malformed> {
    let mut values = headers.get_all(CONTENT_LENGTH).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let length = number(first.as_bytes());
    let several = match values.next() {
        None => false,
        Some(second) if second == first && values.all(|other| other == first) => true,
        Some(_) => return Err(malformed(headers)),
    };
    let Some(length) = length else { return Err(malformed(headers)) };
    if several {
        headers.insert(CONTENT_LENGTH, length.into());
    }
    Ok(Some(length))
}

/// The number that these digits are, and nothing else.
fn number(text: &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(digit.into())?;
    }
    (!text.is_empty()).then_some(number)
}

fn malformed(headers: &HeaderMap) -> Malformed {
    let values = headers.get_all(CONTENT_LENGTH).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    Malformed::Length(values.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn response(status: u16, lengths: &[&'static str]) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for length in lengths {
            response.headers_mut().append(CONTENT_LENGTH, http::HeaderValue::from_static(length));
        }
        response
    }

    #[test]
    fn a_head_gives_the_length_of_its_body() {
        let given = Ok(Length::None { given: true });
        for (method, status, lengths, expected, kept) in [
            (Method::GET, 200, &["5"][..], Ok(Length::Of(5)), 1),
            (Method::GET, 200, &[], Ok(Length::Unknown), 0),
            (Method::GET, 200, &["5", "5"], Ok(Length::Of(5)), 1),
            (Method::HEAD, 200, &["5"], given.clone(), 1),
            (Method::GET, 304, &["5"], given, 1),
            (Method::GET, 204, &["5"], Ok(Length::None { given: false }), 0),
            (Method::GET, 101, &[], Err(Malformed::Informational(101)), 0),
            (Method::GET, 200, &["5", "6"], Err(Malformed::Length("5, 6".to_owned())), 2),
            (Method::GET, 200, &["5", "5", "6"], Err(Malformed::Length("5, 5, 6".to_owned())), 3),
            (Method::GET, 200, &["5a"], Err(Malformed::Length("5a".to_owned())), 1),
            (Method::GET, 200, &["+5"], Err(Malformed::Length("+5".to_owned())), 1),
            (Method::GET, 200, &[""], Err(Malformed::Length(String::new())), 1),
        ] {
            let mut response = response(status, lengths);
            assert_eq!(of_response(&method, &mut response), expected, "{method} {status} {lengths:?}");
            assert_eq!(response.headers().get_all(CONTENT_LENGTH).iter().count(), kept, "{status} {lengths:?}");
        }
    }
}
