//! What runs have used of the CPU: one account for each worker, and one for the group that shares fairly with other groups.
//!
//! The floor above decides what a group is. It makes one of each namespace, and one of the operator's own workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a group may be ahead of its budget before it is in debt. Shorter than what a person notices, and long enough for a burst
/// of requests.
const BURST_NS: u64 = 100_000_000;

/// How long a group stays in debt at most once it uses nothing.
const DEBT_NS: u64 = 1_000_000_000;

/// Accounts so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Groups of workers that share the CPU fairly with each other, however many workers and requests each of them has.
#[derive(Debug)]
pub struct Group {
    pub(crate) account: Account,
    /// What the member had used that was picked last (`fair/queue.rs`).
    pub(crate) clock_ns: AtomicU64,
    /// When the budget will have paid for what was used.
    paid_ns: AtomicU64,
    /// Memory of all its instances (`budget.rs`).
    pub(crate) memory_bytes: AtomicU64,
    budgeted: bool,
}

/// The share of one worker in its group.
#[derive(Debug)]
pub struct Share {
    pub(crate) account: Account,
    pub(crate) group: Arc<Group>,
}

/// CPU time in nanoseconds, as the queue counts it. It changes only while the queue is locked.
#[derive(Debug)]
pub(crate) struct Account {
    id: u64,
    used_ns: AtomicU64,
}

impl Group {
    /// A group whose new runs go behind the others' once it has used more than its budget.
    pub fn budgeted() -> Self {
        Self::new(true)
    }

    /// A group without a budget.
    pub fn unlimited() -> Self {
        Self::new(false)
    }

    fn new(budgeted: bool) -> Self {
        let (clock_ns, paid_ns, memory_bytes) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        Self { account: Account::new(), clock_ns, paid_ns, memory_bytes, budgeted }
    }

    /// Charges the budget, which pays so many milliseconds in a second.
    pub(crate) fn charge(&self, spent_ns: u64, now_ns: u64, ms_per_second: u64) {
        let cost = spent_ns.saturating_mul(1_000) / ms_per_second.max(1);
        let paid = |paid: u64| Some(paid.max(now_ns).saturating_add(cost).min(now_ns + DEBT_NS));
        let _always = self.paid_ns.fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid);
    }

    /// Whether it used more than its budget.
    pub(crate) fn is_in_debt(&self, now_ns: u64) -> bool {
        self.budgeted && self.paid_ns.load(Ordering::Relaxed) > now_ns + BURST_NS
    }

    pub(crate) fn is_budgeted(&self) -> bool {
        self.budgeted
    }
}

impl Share {
    /// The share of a worker.
    pub fn new(group: Arc<Group>) -> Self {
        Self { account: Account::new(), group }
    }

    /// Whether its group has a budget.
    pub fn is_budgeted(&self) -> bool {
        self.group.is_budgeted()
    }

    /// Whether both are of the same group.
    pub fn is_beside(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.group, &other.group)
    }
}

impl Account {
    fn new() -> Self {
        Self { id: COUNT.fetch_add(1, Ordering::Relaxed), used_ns: AtomicU64::new(0) }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Its place among the accounts that wait.
    pub(crate) fn key(&self) -> (u64, u64) {
        (self.used_ns.load(Ordering::Relaxed), self.id)
    }

    pub(crate) fn add(&self, ns: i64) {
        let used = self.used_ns.load(Ordering::Relaxed);
        self.used_ns.store(used.saturating_add_signed(ns), Ordering::Relaxed);
    }

    /// An account that waited for nothing has no right to what others used meanwhile.
    pub(crate) fn at_least(&self, ns: u64) {
        self.used_ns.fetch_max(ns, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn a_group_is_in_debt_while_its_budget_has_not_paid_for_a_burst() {
        let group = Group::budgeted();
        for ms in 0..=100 {
            assert!(!group.is_in_debt(ms * MS), "after {ms} ms");
            group.charge(2 * MS, ms * MS, 1_000);
        }
        assert!(group.is_in_debt(101 * MS));
        assert!(!group.is_in_debt(103 * MS));
    }

    #[test]
    fn a_debt_is_over_after_a_second() {
        let group = Group::budgeted();
        group.charge(3_600_000 * MS, 0, 1_000);
        assert!(group.is_in_debt(899 * MS));
        assert!(!group.is_in_debt(900 * MS));
    }

    #[test]
    fn a_group_without_a_budget_is_never_in_debt() {
        let group = Group::unlimited();
        group.charge(3_600_000 * MS, 0, 1_000);
        assert!(!group.is_in_debt(0));
    }
}
