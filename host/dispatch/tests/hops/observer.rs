//! An observer that keeps what it is told, for tests to wait for, and one that answers in the place of receivers.

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Empty};
use tokio::sync::Notify;
use tollgate_dispatch::{Answer, Control, Crossing, End, Hop, Invoked, Observer, Onward, Span};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi_http::WasiBody;

/// How long a test waits for something that should happen at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What an observer was told, in order, as text.
#[derive(Default)]
pub(crate) struct Seen {
    events: Mutex<Vec<String>>,
    more: Notify,
}

impl Seen {
    pub(crate) fn note(&self, event: String) {
        self.events.lock().unwrap().push(event);
        self.more.notify_waiters();
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    /// The events that begin so, once there are so many.
    pub(crate) async fn wait_for(&self, start: &str, count: usize) -> Vec<String> {
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let more = self.more.notified();
                tokio::pin!(more);
                more.as_mut().enable();
                let found: Vec<_> = self.all().into_iter().filter(|event| event.starts_with(start)).collect();
                if found.len() >= count {
                    return found;
                }
                more.await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("no {count} events {start:?} in {:#?}", self.all()))
    }
}

/// Tells [`Seen`].
pub(crate) struct Told(pub(crate) Arc<Seen>);

impl Observer for Told {
    fn watches_crossings(&self) -> bool {
        true
    }

    fn watches_invocations(&self) -> bool {
        true
    }

    fn crossing(&self, crossing: &Crossing, _: &http::Request<WasiBody>) -> Option<Box<dyn Span>> {
        let from = crossing.from().map_or("front door".to_owned(), |from| from.worker.name.to_string());
        let hop = format!("{:?} from {from}", crossing.hop());
        self.0.note(format!("crossing {hop}"));
        Some(Box::new(Open { seen: self.0.clone(), hop, answered: false }))
    }

    fn began(&self, invoked: Invoked<'_>) {
        self.0.note(format!("began {} #{}", invoked.worker.name, invoked.number));
    }

    fn ended(&self, invoked: Invoked<'_>, end: &End<'_>) {
        let report = end.report;
        let (outcome, subrequests) = (report.outcome.as_str(), end.subrequests);
        let bytes = format!("{}/{} bytes", report.bytes_in, report.bytes_out);
        // Asserted in the tests: a panic in here may come while the invocation is dropped.
        let memory = if report.memory_bytes > 0 { "with memory" } else { "without memory" };
        self.0.note(format!("ended {} {outcome}, {subrequests} subrequests, {bytes}, {memory}", invoked.worker.name));
        self.0.note(format!("number {} of {} under {}", invoked.number, invoked.worker.name, invoked.request_id));
    }
}

/// Answers with 299 in the place of everything that a worker sends a request to. Notes each WASI context that is made.
pub(crate) struct Answers(pub(crate) Arc<Seen>);

impl Observer for Answers {
    fn watches_crossings(&self) -> bool {
        false
    }

    fn watches_invocations(&self) -> bool {
        false
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

impl Control for Answers {
    fn pass(&self, crossing: Crossing, request: http::Request<WasiBody>, onward: Onward) -> BoxFuture<'static, Answer> {
        if crossing.hop() == Hop::Entrance {
            return onward(request);
        }
        let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
        Box::pin(ready(Ok(http::Response::builder().status(299).body(body).unwrap())))
    }

    fn furnish(&self, _: &mut WasiCtxBuilder) {
        self.0.note("furnished".to_owned());
    }
}

struct Open {
    seen: Arc<Seen>,
    hop: String,
    answered: bool,
}

impl Span for Open {
    fn answered(mut self: Box<Self>, answer: &Answer) {
        self.answered = true;
        let answer = match answer {
            Ok(response) => response.status().as_str().to_owned(),
            Err(error) => format!("{error:?}"),
        };
        self.seen.note(format!("answered {}: {answer}", self.hop));
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.answered {
            self.seen.note(format!("answered {}: given up", self.hop));
        }
    }
}
