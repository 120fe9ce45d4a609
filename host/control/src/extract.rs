//! axum's extractors, whose refusals come in the envelope like every other.

use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use http::request::Parts;

use crate::Control;
use crate::error::ControlError;

/// One of axum's extractors.
pub(crate) struct Enveloped<E>(pub(crate) E);

/// Why one of axum's extractors refused a request.
pub(crate) trait Refusal {
    /// As our error, on a host that takes uploads of this many bytes.
    fn refused(self, most_bytes: u64) -> ControlError;
}

impl<E> FromRequestParts<Control> for Enveloped<E>
where
    E: FromRequestParts<Control>,
    E::Rejection: Refusal,
{
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, state: &Control) -> Result<Self, ControlError> {
        let read = E::from_request_parts(parts, state).await;
        read.map(Self).map_err(|refusal| refusal.refused(state.upload_bytes))
    }
}

impl<E> FromRequest<Control> for Enveloped<E>
where
    E: FromRequest<Control>,
    E::Rejection: Refusal,
{
    type Rejection = ControlError;

    async fn from_request(request: Request, state: &Control) -> Result<Self, ControlError> {
        let read = E::from_request(request, state).await;
        read.map(Self).map_err(|refusal| refusal.refused(state.upload_bytes))
    }
}

macro_rules! refusals {
    ($($rejection:ty),*) => {
        $(impl Refusal for $rejection {
            fn refused(self, most_bytes: u64) -> ControlError {
                match self.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => ControlError::TooLarge(most_bytes),
                    status => ControlError::Request { status, reason: self.body_text() },
                }
            }
        })*
    };
}

refusals!(BytesRejection, MultipartRejection, PathRejection, QueryRejection);
