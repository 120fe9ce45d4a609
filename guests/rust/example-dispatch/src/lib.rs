//! A dispatch worker: the first label of the host is the customer's worker.

use support::Guest;
use support::http::{IncomingRequest, ResponseOutparam};
use support::tollgate::platform::dispatcher::{self, DispatchError, Options};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let authority = request.authority().unwrap_or_default();
        let name = authority.split('.').next().unwrap_or_default();
        match dispatch(name, request) {
            Ok(response) => dispatcher::reply(out, response),
            Err(error) => support::respond(out, status(&error), &dispatcher::message(&error)),
        }
    }
}

fn dispatch(name: &str, request: IncomingRequest) -> Result<support::http::IncomingResponse, DispatchError> {
    let account = r#"{ "id": 7, "plan": "paid", "region": "eu" }"#;
    let outbound = [("paramCustomerName", support::quoted(name)), ("account", account.to_owned())];
    let outbound = outbound.map(|(name, json)| (name.to_owned(), json)).into();
    let worker = dispatcher::get("dispatcher", name, &Options { props: None, limits: None, outbound })?;
    let future = worker.forward(request);
    future.subscribe().block();
    match future.get() {
        Some(Ok(answered)) => answered,
        _ => Err(DispatchError::Internal("no answer".to_owned())),
    }
}

fn status(error: &DispatchError) -> u16 {
    match error {
        DispatchError::WorkerNotFound(_) | DispatchError::InvalidName(_) => 404,
        DispatchError::Limit(_) => 429,
        _ => 500,
    }
}

support::export!(Worker with_types_in support);
