//! One run of one worker for one request: which worker, under which limits, with which way out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::BoxFuture;
use tollgate_egress::Identity;
use tollgate_engine::{Progress, Report, Share, Stop};
use tollgate_types::config::PlatformLimits;
use tollgate_types::{Parameters, WorkerId};
use tollgate_worlds::Beside;

use crate::context::Context;
use crate::crossing::{Egress, Sender};
use crate::gate::{Bound, Gate};
use crate::invoked::Invoked;
use crate::observe::End;
use crate::passing::Passing;
use crate::request_id::RequestId;
use crate::shares::{Charge, Tenant};
use crate::tickets::Tickets;
use crate::worker::Worker;

/// Invocations so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// One run of a worker.
pub(crate) struct Invocation {
    pub(crate) context: Arc<dyn Context>,
    pub(crate) request_id: RequestId,
    pub(crate) number: u64,
    pub(crate) id: WorkerId,
    pub(crate) worker: Arc<Worker>,
    pub(crate) limits: PlatformLimits,
    /// The limits before the worker's own tightened them: a service in the worker's own namespace gets these.
    pub(crate) granted: PlatformLimits,
    pub(crate) egress: Egress,
    pub(crate) props: Option<String>,
    pub(crate) parameters: Arc<Parameters>,
    /// The owner of this invocation's connections: the customer's worker, and the outbound worker behind it.
    pub(crate) identity: Identity,
    /// Why the egress policy denied a request of it: the first time.
    pub(crate) denied: OnceLock<String>,
    pub(crate) progress: Progress,
    /// Who pays for it, and what it holds of the host.
    pub(crate) charge: Charge,
    /// The subrequests that wait for the head of their response. Made with the first.
    pub(crate) open: OnceLock<Arc<Gate>>,
    /// Whose share of the CPU it uses (`cpu_shares.rs`).
    pub(crate) share: Arc<Share>,
    /// Whether the sender of the request counts the time between the bytes of the response.
    pub(crate) timed: bool,
    /// Whether an observer watches this invocation.
    pub(crate) observed: bool,
    /// Subrequests so far, refused ones included.
    pub(crate) sent: AtomicU64,
    /// Bytes of log so far (`lines.rs`).
    pub(crate) logged: AtomicU64,
    /// Bytes of the requests that it has sent and that have no answer yet (`transit.rs`).
    pub(crate) in_transit: AtomicU64,
    pub(crate) tickets: Tickets,
    /// What it passes on. None if the worker's language needs no such thing.
    pub(crate) passing: Option<Passing>,
}

impl Invocation {
    /// The number of a new invocation.
    pub(crate) fn next_number() -> u64 {
        COUNT.fetch_add(1, Ordering::Relaxed)
    }
}

impl tollgate_engine::Invocation for Invocation {
    fn progress(&self) -> &Progress {
        &self.progress
    }

    fn is_timed(&self) -> bool {
        self.timed
    }

    fn wall_ms(&self) -> u64 {
        self.limits.wall_ms
    }

    fn background_ms(&self) -> u64 {
        self.limits.background_ms
    }

    fn stop(&self) -> &Stop {
        &self.charge.stop
    }

    fn memory_bytes(&self) -> u64 {
        self.limits.memory_bytes
    }

    fn is_observed(&self) -> bool {
        self.observed
    }

    fn share(&self) -> Option<&Arc<Share>> {
        Some(&self.share)
    }

    fn ended(&self, report: &Report<'_>) {
        let subrequests = self.sent.load(Ordering::Relaxed).min(self.limits.subrequests);
        self.context.observers().ended(self.invoked(), &End { report, subrequests });
    }
}

impl Sender for Invocation {
    fn invoked(&self) -> Invoked<'_> {
        Invoked {
            request_id: self.request_id,
            worker: &self.id,
            version: self.worker.record.version.0,
            depth: self.identity.depth,
            number: self.number,
        }
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn note_denied(&self, reason: String) -> bool {
        self.denied.set(reason).is_ok()
    }

    fn count_subrequest(&self) -> bool {
        self.sent.fetch_add(1, Ordering::Relaxed) < self.limits.subrequests
    }

    fn allowed_subrequests(&self) -> u64 {
        self.limits.subrequests
    }

    fn tenant(&self) -> Option<&Tenant> {
        self.charge.tenant.as_ref()
    }

    fn open_subrequests(&self) -> (&Arc<Gate>, Bound) {
        let wait = Duration::from_millis(self.limits.wall_ms);
        let bound = Bound { inside: self.limits.concurrent_subrequests, wait };
        (self.open.get_or_init(Arc::default), bound)
    }
}

impl Beside for Invocation {
    fn beside(&self, work: BoxFuture<'static, ()>) {
        self.progress.in_flight().add(work);
    }
}
