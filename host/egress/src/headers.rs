//! Takes away the header fields that belong to one connection and not to the message (RFC 9110, 7.6.1).

use http::header::{CONNECTION, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

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

/// Whether who sent a message takes trailers in the answer (RFC 9110, 10.1.4).
pub fn welcomes_trailers(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(TE).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| coding.trim().eq_ignore_ascii_case("trailers"))
}

/// Fields that `connection` names, less those that frame the body or name its trailers: nobody may take these away.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let names = values.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse().ok());
    names.filter(|name| *name != TRAILER && *name != http::header::CONTENT_LENGTH).collect()
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
