//! The bearer token. It redacts itself, and is compared in constant time.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use subtle::ConstantTimeEq as _;

use crate::Control;
use crate::error::ControlError;

/// What a client must present.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// A token with this text.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Lets a request through if it carries the token.
pub(crate) async fn check(
    State(control): State<Control>,
    request: Request,
    next: Next,
) -> Result<Response, ControlError> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match header.and_then(|text| text.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && control.token.is(token) => {
            Ok(next.run(request).await)
        }
        _ => Err(ControlError::Unauthorized),
    }
}
