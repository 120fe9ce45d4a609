//! A request taken apart, to be passed on with changes; its body streams on untouched.

use wit_bindgen::{FutureReader, StreamReader};

use crate::http::{ErrorCode, Fields, Method, Request, Trailers};

/// A request to be passed on.
pub struct Inbound {
    /// Its method.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Its headers.
    pub headers: Fields,
    body: Option<StreamReader<u8>>,
    trailers: FutureReader<Result<Option<Trailers>, ErrorCode>>,
}

impl Inbound {
    /// An inbound request, to be passed on as it is.
    pub fn of(request: Request) -> Self {
        let (method, url, headers) = (request.get_method(), crate::url(&request), request.get_headers().clone());
        // A body that is empty would be sent as one of unknown length.
        let bodiless = matches!(method, Method::Get | Method::Head)
            && !headers.has("content-length")
            && !headers.has("transfer-encoding");
        let (body, trailers) = Request::consume_body(request, crate::empty());
        Self { method, url, headers, body: (!bodiless).then_some(body), trailers }
    }

    /// Waits until all of the body is here.
    pub async fn hold_body(&mut self) {
        if let Some(body) = self.body.take() {
            self.body = Some(crate::bytes_body(crate::read(body).await));
        }
    }

    /// Takes the trailers away. The body goes through this worker's hands, since one that is handed on unread keeps its own.
    pub fn drop_trailers(&mut self) {
        self.body = self.body.take().map(crate::copied);
        self.trailers = crate::finished();
    }

    /// The request to send; none where the URL is none.
    pub fn request(self) -> Option<Request> {
        let (request, _sent) = Request::new(self.headers, self.body, self.trailers, None);
        let _ = request.set_method(&self.method);
        crate::aim(&request, &self.url).then_some(request)
    }
}
