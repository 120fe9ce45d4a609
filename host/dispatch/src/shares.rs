//! Shares: what the workers of one namespace may take of the host at once, so that none of them can take everything.
//!
//! A request to a customer's worker is counted for the worker and for its namespace. Every worker that runs because a customer's
//! worker sent a request (an outbound worker, or a service behind a binding) is counted for the namespace of that customer's
//! worker. A request beyond a share waits for its turn, unless it was sent deep in a chain: those that hold a share must not wait
//! for each other. The operator's own workers have no share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use tollgate_engine::{NoRoom, Stop};
use tollgate_types::config::SharesConfig;
use tollgate_types::{Home, NamespaceName, WorkerId, WorkerRecord};
use tollgate_worlds::DispatchError;

use crate::gate::{Bound, Gate, Permit, Place};
use crate::invoked::namespace_of;
use crate::log_budget::LogBudget;
use crate::recent::Recent;

/// The least time between two lines of the log about one namespace's share: an attack must not fill the log.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// The deepest worker of a tenant's chain that may wait for a share. Workers below it hold none that it could wait for.
const WAITS_TO_LEVEL: u32 = 1;

/// Workers and namespaces whose share is kept while nothing runs. Beyond that, the sweep drops them.
const KEPT: usize = 1_024;

/// The shares of a host.
#[derive(Debug)]
pub(crate) struct Shares {
    config: RwLock<SharesConfig>,
    workers: RwLock<HashMap<WorkerId, Arc<WorkerShare>, RandomState>>,
    namespaces: RwLock<HashMap<NamespaceName, Arc<NamespaceShare>, RandomState>>,
    /// Of lines about a full host.
    full: Told,
}

/// What one worker has taken.
#[derive(Debug)]
struct WorkerShare {
    namespace: Option<Arc<NamespaceShare>>,
    requests: Arc<Gate>,
    stop: RwLock<Arc<Stop>>,
    recent: Recent,
}

/// What the workers of one namespace have taken.
#[derive(Debug)]
pub(crate) struct NamespaceShare {
    name: NamespaceName,
    requests: Arc<Gate>,
    subrequests: Arc<Gate>,
    /// Requests that wait for a share, of the namespace or of a worker.
    waiting: AtomicU32,
    refused: AtomicU64,
    told: Told,
    log: LogBudget,
    /// Of lines about lines.
    told_of_log: Told,
}

/// Who pays for an invocation: the customer whose worker is at the top of its part of the chain.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    namespace: Arc<NamespaceShare>,
    /// How far below the customer's worker: 0 is that worker itself.
    level: u32,
}

/// What an invocation holds while it lasts.
#[derive(Debug)]
pub(crate) struct Charge {
    pub(crate) tenant: Option<Tenant>,
    pub(crate) stop: Arc<Stop>,
    worker: Arc<WorkerShare>,
    /// Lines that the namespace may print in a second.
    log_lines: u32,
    _permits: [Option<Permit>; 2],
}

/// What one namespace has taken, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The namespace.
    pub namespace: NamespaceName,
    /// Requests that its workers serve.
    pub requests: u32,
    /// Outbound workers and services that run for its workers.
    pub subrequests: u32,
    /// Requests that wait for their turn.
    pub waiting: u32,
    /// Requests that were refused since the start.
    pub refused: u64,
    /// Lines of its workers that the log dropped since the start.
    pub lost_lines: u64,
}

impl Taken {
    /// Whether the namespace has taken anything, or was ever refused something.
    pub fn has_any(&self) -> bool {
        self.requests > 0 || self.subrequests > 0 || self.waiting > 0 || self.refused > 0 || self.lost_lines > 0
    }
}

impl Charge {
    /// What the worker's last request ran on.
    pub(crate) fn recent(&self) -> &Recent {
        &self.worker.recent
    }

    /// Whether a customer's worker may print one more line. What the operator's own workers print for a customer is not the
    /// customer's: it could drown what they say of it.
    pub(crate) fn may_print(&self, id: &WorkerId) -> bool {
        match (&self.tenant, &id.home) {
            (Some(tenant), Home::Namespace(_)) => tenant.namespace.may_print(self.log_lines, id),
            (None, _) | (_, Home::Operator) => true,
        }
    }
}

impl Shares {
    pub(crate) fn new(config: SharesConfig) -> Self {
        Self {
            config: RwLock::new(config),
            workers: RwLock::default(),
            namespaces: RwLock::default(),
            full: Told::default(),
        }
    }

    /// The same shares, with nothing taken.
    pub(crate) fn beside(&self) -> Self {
        Self::new(self.config())
    }

    fn config(&self) -> SharesConfig {
        *self.config.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts other shares into force, for every request from now on.
    pub(crate) fn set(&self, config: SharesConfig) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Charges a request to a worker, which `from` pays for if there is such a tenant. Waits if the share is used up.
    pub(crate) async fn charge(
        &self,
        id: &WorkerId,
        record: &WorkerRecord,
        from: Option<&Tenant>,
    ) -> Result<Charge, DispatchError> {
        let worker = self.worker(id);
        let config = self.config();
        let (tenant, permits) = match (from, &worker.namespace) {
            (Some(from), _) => {
                let tenant = Tenant { namespace: from.namespace.clone(), level: from.level + 1 };
                let permit = tenant.namespace.subrequest(config, tenant.level, id).await?;
                (Some(tenant), [Some(permit), None])
            }
            (None, Some(namespace)) => {
                let permits = namespace.request(config, &worker, record, id).await?;
                (Some(Tenant { namespace: namespace.clone(), level: 0 }), permits.map(Some))
            }
            (None, None) => (None, [None, None]),
        };
        // Read after the wait: a signal that ended others meanwhile is not for this request.
        let stop = worker.stop.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Charge { tenant, stop, worker, log_lines: config.namespace_log_lines, _permits: permits })
    }

    /// The signal that ends what runs of a worker now. What begins from now on has another.
    pub(crate) fn stop_of(&self, id: &WorkerId) -> Option<Arc<Stop>> {
        self.workers.read().unwrap_or_else(PoisonError::into_inner).get(id).map(|worker| worker.take_stop())
    }

    /// The same for all workers of a namespace.
    pub(crate) fn stops_of(&self, name: &NamespaceName) -> Vec<Arc<Stop>> {
        let workers = self.workers.read().unwrap_or_else(PoisonError::into_inner);
        let inside = |share: &&Arc<WorkerShare>| share.namespace.as_ref().is_some_and(|one| one.name == *name);
        workers.values().filter(inside).map(|worker| worker.take_stop()).collect()
    }

    /// How long requests in flight may go on once their worker is deleted.
    pub(crate) fn delete_grace(&self) -> Duration {
        Duration::from_secs(self.config().delete_grace_seconds.into())
    }

    /// Logs that the host has no room and why, and which namespace has taken most of it.
    pub(crate) fn tell_full(&self, id: &WorkerId, reason: &NoRoom) {
        if !self.full.is_due() {
            return;
        }
        let (namespace, worker) = (namespace_of(id), id.name.as_str());
        match self.taken().first() {
            Some(Taken { namespace: most, requests, subrequests, .. }) => {
                let filled_by = most.as_str();
                tracing::warn!(namespace, worker, filled_by, requests, subrequests, "{reason}");
            }
            None => tracing::warn!(namespace, worker, "{reason}"),
        }
    }

    /// What each namespace has taken, those that have taken most first. A namespace that never took anything is left out.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let namespaces = self.namespaces.read().unwrap_or_else(PoisonError::into_inner);
        let mut taken: Vec<_> = namespaces.values().map(|share| share.taken()).collect();
        drop(namespaces);
        taken.sort_by(|a, b| {
            let most = |one: &Taken| one.requests.saturating_add(one.subrequests);
            most(b).cmp(&most(a)).then_with(|| b.refused.cmp(&a.refused)).then_with(|| a.namespace.cmp(&b.namespace))
        });
        taken
    }

    /// Forgets what the last requests ran on. Drops what is known of workers and namespaces that nothing runs of, if there are
    /// many; namespaces that were refused something are kept as long as there are not too many of them, too. Call it once a second.
    pub(crate) fn sweep(&self) {
        for worker in self.workers.read().unwrap_or_else(PoisonError::into_inner).values() {
            worker.recent.forget();
        }
        let mut workers = self.workers.write().unwrap_or_else(PoisonError::into_inner);
        if workers.len() > KEPT {
            workers.retain(|_, share| Arc::strong_count(share) > 1 || share.is_used());
        }
        drop(workers);
        let mut namespaces = self.namespaces.write().unwrap_or_else(PoisonError::into_inner);
        let is_held = |share: &Arc<NamespaceShare>| Arc::strong_count(share) > 1;
        if namespaces.len() > KEPT {
            namespaces.retain(|_, share| is_held(share) || share.has_refused());
        }
        let beyond = namespaces.len().saturating_sub(KEPT);
        let unheld = namespaces.iter().filter(|(_, share)| !is_held(share)).map(|(name, _)| name);
        for name in unheld.take(beyond).cloned().collect::<Vec<_>>() {
            namespaces.remove(&name);
        }
    }

    fn worker(&self, id: &WorkerId) -> Arc<WorkerShare> {
        if let Some(share) = self.workers.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return share.clone();
        }
        let namespace = match &id.home {
            Home::Operator => None,
            Home::Namespace(name) => Some(self.namespace(name)),
        };
        let mut workers = self.workers.write().unwrap_or_else(PoisonError::into_inner);
        workers.entry(id.clone()).or_insert_with(|| Arc::new(WorkerShare::new(namespace))).clone()
    }

    fn namespace(&self, name: &NamespaceName) -> Arc<NamespaceShare> {
        let mut namespaces = self.namespaces.write().unwrap_or_else(PoisonError::into_inner);
        namespaces.entry(name.clone()).or_insert_with(|| Arc::new(NamespaceShare::new(name.clone()))).clone()
    }
}

impl WorkerShare {
    fn new(namespace: Option<Arc<NamespaceShare>>) -> Self {
        Self { namespace, requests: Arc::default(), stop: RwLock::default(), recent: Recent::default() }
    }

    /// Whether an invocation of the worker is under way: each holds the signal.
    fn is_used(&self) -> bool {
        Arc::strong_count(&*self.stop.read().unwrap_or_else(PoisonError::into_inner)) > 1
    }

    /// The signal until now. What begins from now on has another.
    fn take_stop(&self) -> Arc<Stop> {
        std::mem::take(&mut *self.stop.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl NamespaceShare {
    fn new(name: NamespaceName) -> Self {
        let (requests, subrequests, waiting, refused) = Default::default();
        let (told, told_of_log) = (Told::default(), Told::default());
        Self { name, requests, subrequests, waiting, refused, told, log: LogBudget::default(), told_of_log }
    }

    /// Whether anything was refused or dropped since the start.
    fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed) > 0 || self.log.lost() > 0
    }

    /// Charges a request from outside the namespace.
    async fn request(
        &self,
        config: SharesConfig,
        worker: &WorkerShare,
        record: &WorkerRecord,
        id: &WorkerId,
    ) -> Result<[Permit; 2], DispatchError> {
        let own = record.limits.concurrent_requests.map_or(u32::MAX, |own| own.max(1));
        let of_worker = Share::new("requests in progress", "shares.worker_requests", config.worker_requests.min(own));
        let of_namespace =
            Share::new("requests of its namespace in progress", "shares.namespace_requests", config.namespace_requests);
        let first = self.enter(&worker.requests, of_worker, config, true, id).await?;
        Ok([first, self.enter(&self.requests, of_namespace, config, true, id).await?])
    }

    /// Charges a request that a worker of the namespace caused.
    async fn subrequest(&self, config: SharesConfig, level: u32, id: &WorkerId) -> Result<Permit, DispatchError> {
        let share = Share::new("subrequests in progress", "shares.namespace_subrequests", config.namespace_subrequests);
        self.enter(&self.subrequests, share, config, level <= WAITS_TO_LEVEL, id).await
    }

    async fn enter(
        &self,
        gate: &Arc<Gate>,
        share: Share,
        config: SharesConfig,
        waits: bool,
        id: &WorkerId,
    ) -> Result<Permit, DispatchError> {
        if let Some(permit) = gate.try_enter(share.most) {
            return Ok(permit);
        }
        let place = Place::take(&self.waiting, if waits { config.queue } else { 0 });
        let bound = Bound { inside: share.most, wait: Duration::from_millis(config.queue_ms) };
        let permit = match place {
            // Boxed, so that the future of a request that need not wait stays small.
            Some(_place) => Box::pin(gate.wait(bound)).await,
            None => None,
        };
        permit.ok_or_else(|| self.refuse(share, id))
    }

    fn refuse(&self, Share { what, key, most }: Share, id: &WorkerId) -> DispatchError {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        if self.told.is_due() {
            let (namespace, worker) = (self.name.as_str(), id.name.as_str());
            tracing::warn!(namespace, worker, refused, "a share is used up: {most} {what} ({key})");
        }
        DispatchError::TooManyRequests(format!("namespace {:?} has {most} {what} ({key})", self.name.as_str()))
    }

    fn may_print(&self, most: u32, id: &WorkerId) -> bool {
        let may = self.log.spend(most);
        if !may && self.told_of_log.is_due() {
            let (namespace, worker, lost_lines) = (self.name.as_str(), id.name.as_str(), self.log.lost());
            let what = "a share is used up";
            tracing::warn!(
                namespace,
                worker,
                lost_lines,
                "{what}: {most} log lines a second (shares.namespace_log_lines)"
            );
        }
        may
    }

    fn taken(&self) -> Taken {
        Taken {
            namespace: self.name.clone(),
            requests: self.requests.inside(),
            subrequests: self.subrequests.inside(),
            waiting: self.waiting.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            lost_lines: self.log.lost(),
        }
    }
}

/// One share, in words.
#[derive(Debug, Clone, Copy)]
struct Share {
    what: &'static str,
    key: &'static str,
    most: u32,
}

impl Share {
    fn new(what: &'static str, key: &'static str, most: u32) -> Self {
        Self { what, key, most }
    }
}

/// When something was logged last.
#[derive(Debug)]
pub(crate) struct Told {
    born: Instant,
    /// Seconds after that, and one. 0 for never.
    last: AtomicU32,
}

impl Default for Told {
    fn default() -> Self {
        Self { born: Instant::now(), last: AtomicU32::new(0) }
    }
}

impl Told {
    /// Whether the next line is due. It is due for at most one caller in each interval.
    pub(crate) fn is_due(&self) -> bool {
        let every = TOLD_EVERY.as_secs().max(1);
        let now = u32::try_from(self.born.elapsed().as_secs() / every + 1).unwrap_or(u32::MAX);
        self.last.fetch_max(now, Ordering::Relaxed) < now
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn namespaces_that_were_refused_something_are_dropped_once_there_are_too_many() {
        let shares = Shares::new(SharesConfig::default());
        let name = |number: usize| format!("n{number}").parse::<NamespaceName>().unwrap();
        let held = shares.namespace(&name(0));
        for number in 0..KEPT + 100 {
            shares.namespace(&name(number)).refused.store(1, Ordering::Relaxed);
        }
        shares.sweep();
        assert_eq!(shares.taken().len(), KEPT);
        assert!(Arc::ptr_eq(&held, &shares.namespace(&name(0))), "something runs of it");
        shares.sweep();
        assert!(shares.taken().iter().all(|taken| taken.refused == 1));
    }
}
