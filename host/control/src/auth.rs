//! The bearer token. It redacts itself, and is compared in constant time.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::Control;
use crate::audit::Author;
use crate::error::ControlError;

/// Bytes of a token's SHA-256 that are its name in the log: enough to tell tokens apart, and far too few to find one.
const NAME_BYTES: usize = 4;

/// What a client must present.
#[derive(Clone)]
pub struct Token {
    text: Arc<str>,
    name: Arc<str>,
}

impl Token {
    /// A token with this text.
    pub fn new(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let name: String = digest.iter().take(NAME_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Self { text: text.into(), name: name.into() }
    }

    fn is(&self, text: &str) -> bool {
        self.text.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", self.name)
    }
}

/// Lets a request through if it carries the token, and tells the handlers who sent it.
pub(crate) async fn check(
    State(control): State<Control>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Result<Response, ControlError> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match header.and_then(|text| text.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && control.token.is(token) => {
            request.extensions_mut().insert(Author { who: control.token.name.clone(), from });
            Ok(next.run(request).await)
        }
        _ => Err(ControlError::Unauthorized),
    }
}
