//! axum's extractors, whose refusals come in the envelope like every other.

use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use http::request::Parts;

use crate::UPLOAD_BYTES;
use crate::error::ControlError;

/// One of axum's extractors.
pub(crate) struct Enveloped<E>(pub(crate) E);

impl<S, E> FromRequestParts<S> for Enveloped<E>
where
    S: Send + Sync,
    E: FromRequestParts<S>,
    ControlError: From<E::Rejection>,
{
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ControlError> {
        Ok(Self(E::from_request_parts(parts, state).await?))
    }
}

impl<S, E> FromRequest<S> for Enveloped<E>
where
    S: Send + Sync,
    E: FromRequest<S>,
    ControlError: From<E::Rejection>,
{
    type Rejection = ControlError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ControlError> {
        Ok(Self(E::from_request(request, state).await?))
    }
}

macro_rules! refusals {
    ($($rejection:ty),*) => {
        $(impl From<$rejection> for ControlError {
            fn from(rejection: $rejection) -> Self {
                match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge(UPLOAD_BYTES),
                    status => Self::Request { status, reason: rejection.body_text() },
                }
            }
        })*
    };
}

refusals!(BytesRejection, MultipartRejection, PathRejection, QueryRejection);
