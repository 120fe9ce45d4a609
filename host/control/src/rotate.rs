//! `POST /store/rotate-key`: another key for the secrets of the store.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use tollgate_store::{Rotated, StoreError};

use crate::Control;
use crate::envelope::success;
use crate::error::ControlError;

/// A rotation that began goes on if the client goes away.
pub(crate) async fn post(State(control): State<Control>) -> Result<Response, ControlError> {
    let rotation = tokio::spawn(async move {
        let rotated = control.writer.rotate_key().await;
        match &rotated {
            Ok(Rotated { key, records, .. }) => tracing::info!(key, records, "rotated the key of secrets"),
            Err(_) => tracing::error!(
                "the rotation of the key is not finished: the key file has the old keys and the new one"
            ),
        }
        rotated
    });
    let Rotated { key, file, records } = rotation.await.unwrap_or(Err(StoreError::Stopped))?;
    Ok(success(json!({ "key": key, "key_file": file, "records": records })))
}
