//! `POST /store/rotate-key`: another key for the secrets of the store.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use tollgate_store::Rotated;

use crate::Control;
use crate::audit::Change;
use crate::change::Caller;
use crate::envelope::success;
use crate::error::ControlError;

/// A key has no tag, so the conditions of the request are not checked.
pub(crate) async fn post(State(control): State<Control>, caller: Caller) -> Result<Response, ControlError> {
    let rotate = |_| async move {
        control.writer.rotate_key().await.inspect_err(|_| {
            tracing::error!("the rotation of the key is not finished: the key file has the old keys and the new one");
        })
    };
    let Rotated { key, file, records } = caller.change(Change::of_host("key.rotate"), rotate).await?;
    Ok(success(json!({ "key": key, "key_file": file, "records": records })))
}
