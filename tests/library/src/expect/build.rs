//! Expectations as a test writes them in Rust, one thing after the other.

use serde_json::Value;

use super::{Expect, ExpectRequest, Field, Span, Text};

impl Expect {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// This status.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// This body.
    pub fn body(self, text: &str) -> Self {
        Self { body: Some(Text::Is(text.to_owned())), ..self }
    }

    /// A body with this in it.
    pub fn contains(self, part: &str) -> Self {
        Self { body: Some(Text::Contains(part.to_owned())), ..self }
    }

    /// A body that breaks off.
    pub fn cut(self) -> Self {
        Self { cut: Some(true), ..self }
    }

    /// This header; one that came twice is `one, two`.
    pub fn header(mut self, name: &str, text: &str) -> Self {
        self.headers.insert(name.to_owned(), Field::is(text));
        self
    }

    /// This header so many times, with these values in this order.
    pub fn header_each(mut self, name: &str, texts: &[&str]) -> Self {
        self.headers.insert(name.to_owned(), Field::each(texts));
        self
    }

    /// Without this header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.insert(name.to_owned(), Field::One(Text::Absent(true)));
        self
    }

    /// This trailer.
    pub fn trailer(mut self, name: &str, text: &str) -> Self {
        self.trailers.insert(name.to_owned(), Field::is(text));
        self
    }

    /// No worker answered, for a reason with this in it.
    pub fn failure(self, part: &str) -> Self {
        Self { failure: Some(Text::Contains(part.to_owned())), ..self }
    }

    /// It took so long on its own clock, from `least` to `most` milliseconds.
    pub fn lasted_ms(self, least: u64, most: u64) -> Self {
        Self { lasted_ms: Some(Span { least: Some(least), most: Some(most) }), ..self }
    }

    /// A worker printed this, perhaps among other things.
    pub fn printed(self, part: &str) -> Self {
        Self { printed: Some(Text::Contains(part.to_owned())), ..self }
    }

    /// One more request at the origin, and no other but those that are said.
    pub fn origin(mut self, request: ExpectRequest) -> Self {
        self.origin.get_or_insert_default().push(request);
        self
    }

    /// Nothing at the origin, and nothing sent to anywhere else.
    pub fn no_origin(self) -> Self {
        Self { origin: Some(Vec::new()), ..self }
    }

    /// One more request at the outbound worker, and no other but those that are said.
    pub fn outbound(mut self, request: ExpectRequest) -> Self {
        self.outbound.get_or_insert_default().push(request);
        self
    }

    /// One more request that was dispatched, and no other but those that are said.
    pub fn dispatch(mut self, request: ExpectRequest) -> Self {
        self.dispatch.get_or_insert_default().push(request);
        self
    }

    /// One more request over a service binding, and no other but those that are said.
    pub fn service(mut self, request: ExpectRequest) -> Self {
        self.service.get_or_insert_default().push(request);
        self
    }
}

impl ExpectRequest {
    /// This method and URL.
    pub fn new(method: &str, url: &str) -> Self {
        Self::any().method(method).url(url)
    }

    /// Any request.
    pub fn any() -> Self {
        Self::default()
    }

    /// To the worker of this name.
    pub fn to(self, name: &str) -> Self {
        Self { to: Some(name.to_owned()), ..self }
    }

    /// This method.
    pub fn method(self, method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..self }
    }

    /// This URL.
    pub fn url(self, url: &str) -> Self {
        Self { url: Some(Text::Is(url.to_owned())), ..self }
    }

    /// This header; one that came twice is `one, two`.
    pub fn header(mut self, name: &str, text: &str) -> Self {
        self.headers.insert(name.to_owned(), Field::is(text));
        self
    }

    /// This header so many times, with these values in this order.
    pub fn header_each(mut self, name: &str, texts: &[&str]) -> Self {
        self.headers.insert(name.to_owned(), Field::each(texts));
        self
    }

    /// Without this header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.insert(name.to_owned(), Field::One(Text::Absent(true)));
        self
    }

    /// This body.
    pub fn body(self, text: &str) -> Self {
        Self { body: Some(Text::Is(text.to_owned())), ..self }
    }

    /// A body with this in it.
    pub fn contains(self, part: &str) -> Self {
        Self { body: Some(Text::Contains(part.to_owned())), ..self }
    }

    /// A body that breaks off.
    pub fn cut(self) -> Self {
        Self { cut: Some(true), ..self }
    }

    /// This trailer.
    pub fn trailer(mut self, name: &str, text: &str) -> Self {
        self.trailers.insert(name.to_owned(), Field::is(text));
        self
    }

    /// This parameter.
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}
