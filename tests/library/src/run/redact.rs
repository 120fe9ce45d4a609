//! A run as it may be told: without the secrets that are known, and without what is called like one, as a cassette is.

use http::{HeaderMap, HeaderValue};

use super::Run;
use crate::Secrets;
use crate::message::{Body, End, Received, Sent};
use crate::secrets::{REDACTED, field_without_value, line_without_values, redact, without_values};
use crate::trace::Exchange;

impl Run {
    /// To be told: with no secret in bodies, of which only the beginning is shown, which could cut one in two; without the
    /// values of headers, of keys of URLs, forms and JSON, and of parameters that are called like one, however short.
    pub fn redacted(mut self, secrets: &Secrets) -> Self {
        for Exchange { parameters, request, answer, .. } in self.exchanges.iter_mut().flatten() {
            parameters.iter_mut().for_each(|(name, value)| redact(name, value));
            sent(request, secrets);
            match answer {
                Some(Ok(response)) => received(response, secrets),
                Some(Err(error)) => *error = without_values(error),
                None => {}
            }
        }
        self.arrived.iter_mut().for_each(|request| sent(request, secrets));
        received(&mut self.response, secrets);
        self.printed.iter_mut().for_each(|printed| printed.line = line_without_values(&printed.line));
        self.failure = self.failure.map(|failure| without_values(&failure));
        self
    }
}

fn sent(request: &mut Sent, secrets: &Secrets) {
    request.url = without_values(&request.url);
    body(&request.headers, &mut request.body, secrets);
    request.headers = fields(&request.headers);
}

fn received(response: &mut Received, secrets: &Secrets) {
    body(&response.headers, &mut response.body, secrets);
    response.headers = fields(&response.headers);
}

fn body(headers: &HeaderMap, body: &mut Body, secrets: &Secrets) {
    body.trailers = fields(&body.trailers);
    let whole = body.end == End::Whole;
    body.bytes = match std::str::from_utf8(&body.bytes) {
        Ok(text) => secrets.redacted_body(headers, text, whole).into_bytes(),
        // It may be cut within a character.
        Err(_) if !whole => secrets.redacted_body(headers, &body.text(), whole).into_bytes(),
        Err(_) => secrets.redacted_bytes(&body.bytes),
    };
}

fn fields(headers: &HeaderMap) -> HeaderMap {
    let field = |(name, value): (&http::HeaderName, &HeaderValue)| {
        let text = field_without_value(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        let value = HeaderValue::from_bytes(text.as_bytes()).unwrap_or(HeaderValue::from_static(REDACTED));
        (name.clone(), value)
    };
    headers.iter().map(field).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Duration;

    use http::{Method, StatusCode};

    use super::*;
    use crate::Expect;
    use crate::trace::Printed;

    fn body(text: &str, end: End) -> Body {
        Body { bytes: text.as_bytes().to_vec(), end, ..Body::default() }
    }

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_is_called_like_a_secret_is_not_told() {
        let form = [("content-type", "application/x-www-form-urlencoded"), ("authorization", "Basic dTpw")];
        let arrived = Sent {
            method: Method::POST,
            url: "http://u:pw@a.test/?api_key=ab&page=2".to_owned(),
            headers: headers(&form),
            body: body("passwd=cd&page=2", End::Whole),
            early: false,
        };
        let response = Received {
            status: StatusCode::OK,
            headers: headers(&[("set-cookie", "session=ef"), ("location", "http://b/?token=gh"), ("etag", "1")]),
            body: body(
                "{\"access_token\": \"ij\", \"plan\": \"pro\", \"refresh_token\": \"kl",
                End::Cut("gone".to_owned()),
            ),
        };
        let printed = vec![Printed { worker: "w".to_owned(), line: "{\"otp\": \"mn\"} http://c/?sig=op".to_owned() }];
        let run = Run {
            response,
            failure: None,
            exchanges: None,
            printed,
            unused_faults: Vec::new(),
            arrived: vec![arrived],
            lasted: Duration::ZERO,
        };
        let differs = run.differs(&Expect::new().cut().body("x").header("set-cookie", "y").no_origin());
        let told: Vec<_> = differs.into_iter().map(|one| one.redacted().to_string()).collect();
        assert_eq!(
            told,
            [
                "headers.set-cookie: expected \"[redacted]\", found \"[redacted]\"",
                "body: expected \"x\", found \"{\\\"access_token\\\": \\\"[redacted]\\\", \\\"plan\\\": \\\"pro\\\", \
                 \\\"refresh_token\\\": \\\"[redacted]\\\"\"",
                "origin: expected 0 requests, found 1 request: POST http://*@a.test/?api_key=*&page=2",
            ]
        );
        let secrets = Secrets::new(Vec::new(), Vec::new()).unwrap();
        assert_eq!(
            run.redacted(&secrets).to_string(),
            "w printed: {\"otp\": \"mn\"} http://c/?sig=*\n\
             arrived: POST http://*@a.test/?api_key=*&page=2, authorization: Basic [redacted], content-type: \
             application/x-www-form-urlencoded \"passwd=*&page=2\"\n\
             response: 200, etag: 1, location: http://b/?token=*, set-cookie: [redacted] \
             \"{\\\"access_token\\\": \\\"[redacted]\\\", \\\"plan\\\": \\\"pro\\\", \\\"refresh_token\\\": \\\"[redacted]\\\"\" \
             cut: gone"
        );
    }
}
