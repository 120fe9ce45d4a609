//! A dispatch worker: the first label of the host is the customer's worker.

use serde_json::json;
use tollgate::{Body, DispatchError, Options, Reason, Request, Response, Result, StatusCode, dispatcher};

tollgate::serve!(answer);

async fn answer(request: Request<Body>) -> Result<Response<Body>> {
    let host = request.uri().host().unwrap_or_default().to_owned();
    let name = host.split('.').next().unwrap_or_default();
    match dispatch(name, request).await {
        Ok(response) => Ok(response),
        Err(error) => failed(status(&error), &error),
    }
}

async fn dispatch(name: &str, request: Request<Body>) -> Result<Response<Body>, DispatchError> {
    let account = json!({ "id": 7, "plan": "paid", "region": "eu" });
    let outbound = [("paramCustomerName", json!(name)), ("account", account)].into();
    let worker = dispatcher("dispatcher").get(name, Options { outbound, ..Options::default() })?;
    worker.fetch(request).await
}

/// What went wrong is for the log, and for no client.
fn failed(status: StatusCode, error: &DispatchError) -> Result<Response<Body>> {
    let text = match status {
        StatusCode::INTERNAL_SERVER_ERROR => {
            eprintln!("{error}");
            "the worker failed".to_owned()
        }
        _ => error.to_string(),
    };
    Ok(Response::builder().status(status).body(text.into())?)
}

fn status(error: &DispatchError) -> StatusCode {
    match error.reason {
        Reason::WorkerNotFound | Reason::InvalidName => StatusCode::NOT_FOUND,
        Reason::Limit => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
