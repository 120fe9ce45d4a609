//! Whose share of the CPU a worker uses: one share a worker, in one group a namespace. The operator's own workers are a group without a
//! budget, since every request passes through them.
//!
//! A share lives as long as a loaded worker or an invocation holds it. So it is the same for all versions of a worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tollgate_engine::{Group, Share};
use tollgate_types::{Home, WorkerId};

/// The shares of the workers that are loaded.
#[derive(Debug, Default)]
pub(crate) struct CpuShares(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    groups: HashMap<Home, Weak<Group>>,
    workers: HashMap<WorkerId, Weak<Share>>,
}

impl CpuShares {
    /// The share of a worker. Asked once for each that is loaded, and not for each request.
    pub(crate) fn of(&self, id: &WorkerId) -> Arc<Share> {
        let mut known = self.known();
        if let Some(share) = known.workers.get(id).and_then(Weak::upgrade) {
            return share;
        }
        let share = Arc::new(Share::new(known.group(&id.home)));
        known.workers.insert(id.clone(), Arc::downgrade(&share));
        share
    }

    /// Forgets the shares that nothing holds. To be called now and then.
    pub(crate) fn sweep(&self) {
        let mut known = self.known();
        known.workers.retain(|_, share| share.strong_count() > 0);
        known.groups.retain(|_, group| group.strong_count() > 0);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn group(&mut self, home: &Home) -> Arc<Group> {
        if let Some(group) = self.groups.get(home).and_then(Weak::upgrade) {
            return group;
        }
        let group = Arc::new(match home {
            Home::Operator => Group::unlimited(),
            Home::Namespace(_) => Group::budgeted(),
        });
        self.groups.insert(home.clone(), Arc::downgrade(&group));
        group
    }
}

/// Whose share an invocation uses: the worker's own, but what runs outside its namespace for a customer's worker uses the customer's. That
/// is an outbound worker, an operator's service, or what these dispatch to.
pub(crate) fn charged(worker: &Arc<Share>, caller: Option<&Arc<Share>>) -> Arc<Share> {
    let customers = caller.filter(|caller| caller.is_budgeted() && !caller.is_beside(worker));
    customers.unwrap_or(worker).clone()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn id(namespace: Option<&str>, name: &str) -> WorkerId {
        let home = namespace.map_or(Home::Operator, |namespace| Home::Namespace(namespace.parse().unwrap()));
        WorkerId { home, name: name.parse().unwrap() }
    }

    #[test]
    fn a_worker_has_one_share_while_something_holds_it() {
        let shares = CpuShares::default();
        let share = shares.of(&id(Some("good"), "hello"));
        shares.sweep();
        assert!(Arc::ptr_eq(&share, &shares.of(&id(Some("good"), "hello"))));
        assert!(!Arc::ptr_eq(&share, &shares.of(&id(Some("evil"), "hello"))));
        drop(share);
        shares.sweep();
        let known = shares.known();
        assert!(known.workers.is_empty() && known.groups.is_empty());
    }

    #[test]
    fn what_a_customer_calls_outside_its_namespace_uses_the_share_of_the_customer() {
        let shares = CpuShares::default();
        let (dispatch, pass) = (shares.of(&id(None, "dispatch")), shares.of(&id(None, "pass")));
        let (customer, other) = (shares.of(&id(Some("good"), "hello")), shares.of(&id(Some("good"), "other")));
        let service = shares.of(&id(Some("shared"), "service"));
        let uses = |worker, caller| charged(worker, Some(caller));
        assert!(Arc::ptr_eq(&uses(&pass, &customer), &customer));
        assert!(Arc::ptr_eq(&uses(&pass, &dispatch), &pass));
        assert!(Arc::ptr_eq(&uses(&customer, &dispatch), &customer));
        assert!(Arc::ptr_eq(&uses(&other, &customer), &other));
        assert!(Arc::ptr_eq(&uses(&service, &customer), &customer));
        assert!(Arc::ptr_eq(&uses(&service, &dispatch), &service));
        assert!(Arc::ptr_eq(&charged(&pass, None), &pass));
    }
}
