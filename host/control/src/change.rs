//! A change that a request asks for: the conditions of the request, the task that makes the change, and its line in the log.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use tollgate_store::{StoreError, Writer};
use tollgate_types::{Condition, ConditionError};

use crate::Control;
use crate::audit::{Author, Change, Made};
use crate::error::ControlError;

/// The caller of a change. Every handler that changes something takes one.
pub(crate) struct Caller {
    author: Author,
    /// Makes a change only if the conditions of the request hold.
    writer: Writer,
}

impl FromRequestParts<Control> for Caller {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self, ControlError> {
        let author = Author::from_request_parts(parts, control).await?;
        Ok(Self { author, writer: control.writer.only_if(conditions(&parts.headers)?) })
    }
}

impl Caller {
    /// Makes a change and logs it. Both go on if the client goes away.
    pub(crate) async fn change<T, W>(self, change: Change, write: impl FnOnce(Writer) -> W) -> Result<T, ControlError>
    where
        T: Made + Send + 'static,
        W: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let (author, write) = (self.author, write(self.writer));
        let made = tokio::spawn(async move {
            let made = write.await.map_err(ControlError::from);
            author.log(change, &made);
            made
        });
        made.await.unwrap_or_else(|_| Err(StoreError::Unknown(Arc::new(StoreError::Stopped)).into()))
    }
}

/// Whether a deletion may have happened: it was committed, or its outcome is unknown.
pub(crate) fn may_be_made<T>(made: &Result<T, StoreError>) -> bool {
    matches!(made, Ok(_) | Err(StoreError::Unknown(_)))
}

/// What must be there for the change to be made: RFC 9110, 13.1.1 and 13.1.2.
fn conditions(headers: &HeaderMap) -> Result<Vec<Condition>, ControlError> {
    let both = [
        condition(headers, IF_MATCH, "If-Match", Condition::if_match)?,
        condition(headers, IF_NONE_MATCH, "If-None-Match", Condition::if_none_match)?,
    ];
    Ok(both.into_iter().flatten().collect())
}

/// A header that is sent several times is one list.
fn condition(
    headers: &HeaderMap,
    header: HeaderName,
    name: &'static str,
    parse: fn(&str) -> Result<Condition, ConditionError>,
) -> Result<Option<Condition>, ControlError> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let lines: Vec<_> = headers.get_all(header).iter().map(text).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    parse(&lines.join(", ")).map(Some).map_err(|source| ControlError::Condition { header: name, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_unknown_outcome_may_be_made_and_one_that_was_not_kept_is_not() {
        let reason = Arc::new(StoreError::Stopped);
        assert!(may_be_made(&Ok(())));
        assert!(may_be_made::<()>(&Err(StoreError::Unknown(reason.clone()))));
        assert!(!may_be_made::<()>(&Err(StoreError::NotKept(reason))));
    }
}
