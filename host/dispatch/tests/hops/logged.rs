//! What the host's log says of an error of the host.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use tollgate_dispatch::{Arrival, Attached, DispatchError, RequestId};
use tollgate_store::Draft;
use tollgate_types::WorkerId;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::EMPTY;
use crate::guests::receiver;
use crate::host::{Host, namespace};
use crate::observer::Seen;

/// Keeps the errors that are logged.
struct Log(Arc<Seen>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line("logged".to_owned());
        event.record(&mut line);
        self.0.note(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A line of the log.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

// On one thread, since the log is that of a thread.
#[tokio::test]
async fn an_error_of_the_host_is_logged_with_its_request_and_worker() {
    let host = Host::start().await;
    let _log = tracing::subscriber::set_default(Log(host.seen.clone()));
    let id = WorkerId::in_namespace(namespace(), "sender".parse().unwrap());
    host.deploy(id.clone(), receiver(EMPTY), Draft::default()).await;
    std::fs::remove_dir_all(host.data.path().join("scripts")).unwrap();
    let request_id = RequestId::random();
    let request = http::Request::get("http://sender.test/");
    let request = request.body(Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync()).unwrap();
    let arrival = Arrival { depth: 1, request_id };
    let error = host.chain.dispatch(id, Attached::default(), arrival, request).await.unwrap_err();
    assert!(matches!(error, DispatchError::Internal(_)), "{error:?}");
    let logged = host.seen.wait_for("logged", 1).await.pop().unwrap();
    let which = format!(r#"namespace="prod" worker="sender" version=1 request_id={request_id} error=the script"#);
    assert!(logged.contains("message=dispatch failed") && logged.contains(&which), "{logged}");
}
