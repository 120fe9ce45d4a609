//! Takes away the header fields that belong to one connection and not to the message (RFC 9110, 7.6.1).

use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use wasmtime_wasi_http::Error;

const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authorization"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Makes the fields of a message ready for the other side. `trailer` stays: it describes the message.
pub(crate) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    for name in named_by_connection(headers) {
        headers.remove(name);
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Makes a worker's fields ready for the wire. The client writes `host` from the URL, so a stale one cannot mislead.
///
/// hyper sends trailers only in a chunked body and only those that a `trailer` field lists, so a request that lists any
/// is sent chunked, whatever length its body knows of itself. `te: trailers` is said again where the worker said it: this
/// client takes them, and many an origin sends none unasked.
pub(crate) fn prepare_request(method: &Method, headers: &mut HeaderMap) {
    let trailers_welcome = welcomes_trailers(headers);
    strip_hop_by_hop(headers);
    headers.remove(HOST);
    if trailers_welcome {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    if headers.contains_key(TRAILER) && *method != Method::GET && *method != Method::HEAD {
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
}

/// Checks how the body of a response was framed, before the fields that say so are taken away. What hyper has decoded no longer has
/// a length of its own (RFC 9112, 6.3), a coding that it has not decoded would reach the worker as if it were the body, and
/// 204 has no length. Several lengths that are the same become one.
///
/// # Errors
/// `HttpResponseTransferCoding` for any coding but `chunked`.
pub(crate) fn prepare_response(status: StatusCode, headers: &mut HeaderMap) -> Result<(), Error> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => {}
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
            headers.remove(CONTENT_LENGTH);
        }
        (Some(coding), _) => {
            let coding = String::from_utf8_lossy(coding.as_bytes()).into_owned();
            return Err(Error::HttpResponseTransferCoding(Some(coding)));
        }
    }
    if status == StatusCode::NO_CONTENT {
        headers.remove(CONTENT_LENGTH);
    }
    if let Some(length) = headers.get(CONTENT_LENGTH).cloned() {
        headers.insert(CONTENT_LENGTH, length);
    }
    strip_hop_by_hop(headers);
    Ok(())
}

/// Whether who sent a message takes trailers in the answer (RFC 9110, 10.1.4).
pub fn welcomes_trailers(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(TE).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| coding.trim().eq_ignore_ascii_case("trailers"))
}

/// Fields that `connection` names, less those that frame the body or name its trailers: nobody may take these away.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let names = values.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse().ok());
    names.filter(|name| *name != TRAILER && *name != CONTENT_LENGTH).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn fields_of_the_connection_go_and_fields_of_the_message_stay() {
        let mut fields = headers(&[
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("te", "trailers"),
            ("proxy-authenticate", "Basic"),
            ("trailer", "digest"),
            ("content-length", "3"),
        ]);
        strip_hop_by_hop(&mut fields);
        assert_eq!(fields, headers(&[("trailer", "digest"), ("content-length", "3")]));
    }

    #[test]
    fn a_length_that_no_longer_holds_goes_and_a_coding_that_is_not_decoded_is_refused() {
        let prepared = |status: u16, fields: &[(&'static str, &'static str)]| {
            let mut fields = headers(fields);
            let status = StatusCode::from_u16(status).unwrap();
            prepare_response(status, &mut fields).map(|()| fields)
        };
        let kept = headers(&[("content-length", "3")]);
        assert_eq!(
            prepared(200, &[("transfer-encoding", "Chunked"), ("content-length", "3")]).unwrap(),
            HeaderMap::new()
        );
        assert_eq!(prepared(204, &[("content-length", "3")]).unwrap(), HeaderMap::new());
        assert_eq!(prepared(304, &[("content-length", "3")]).unwrap(), kept);
        let mut twice = kept.clone();
        twice.append(CONTENT_LENGTH, HeaderValue::from_static("3"));
        prepare_response(StatusCode::OK, &mut twice).unwrap();
        assert_eq!(twice, kept);
        for coding in ["gzip, chunked", "chunked, chunked", "identity"] {
            let refused = prepared(200, &[("transfer-encoding", coding)]).unwrap_err();
            assert!(matches!(&refused, Error::HttpResponseTransferCoding(Some(told)) if told == coding), "{refused}");
        }
    }

    #[test]
    fn trailers_are_welcome_where_a_list_says_so() {
        assert!(welcomes_trailers(&headers(&[("te", "gzip"), ("te", "deflate;q=0.5, Trailers")])));
        assert!(!welcomes_trailers(&headers(&[("te", "gzip"), ("trailer", "trailers")])));
        assert!(!welcomes_trailers(&HeaderMap::new()));
    }

    #[test]
    fn a_request_loses_its_host_and_is_chunked_when_it_lists_trailers() {
        let mut fields = headers(&[("host", "stale.example"), ("trailer", "digest")]);
        prepare_request(&Method::POST, &mut fields);
        assert_eq!(fields, headers(&[("trailer", "digest"), ("transfer-encoding", "chunked")]));
    }
}
