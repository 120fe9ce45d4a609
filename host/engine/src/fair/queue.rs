//! The queue of runs that used their first slice: fair by group, and within a group by worker.
//!
//! The account that has used least CPU time is next (start-time fair queueing). Rejected: deficit round robin. What a poll costs is
//! known only after it, and a run that arrives would wait for a turn of every account that is busy; here it is next, since a busy
//! account has used more. An account that was idle starts one poll before the busy ones, so an account cannot save up time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::share::{Account, Group, Share};

/// What a poll is expected to cost, charged until its cost is known: otherwise several threads would all pick the same account.
pub(super) const EXPECTED_NS: i64 = 5_000_000;

/// Time used, and a number that makes it unique.
type Key = (u64, u64);

/// Runs that wait for a thread.
#[derive(Debug)]
pub(super) struct Queue<T> {
    groups: BTreeMap<Key, Members<T>>,
    /// What the group had used that was picked last.
    clock_ns: u64,
}

/// The members of one group that wait.
#[derive(Debug)]
struct Members<T>(BTreeMap<Key, Waiting<T>>);

/// The runs of one worker, first come, first served.
#[derive(Debug)]
struct Waiting<T> {
    share: Arc<Share>,
    runs: VecDeque<T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { groups: BTreeMap::new(), clock_ns: 0 }
    }
}

impl<T> Queue<T> {
    /// Adds a run.
    pub(super) fn push(&mut self, share: &Arc<Share>, run: T) {
        let account = &share.group.account;
        if !self.groups.contains_key(&account.key()) {
            account.at_least(one_poll_before(self.clock_ns));
        }
        self.groups.entry(account.key()).or_insert_with(|| Members(BTreeMap::new())).push(share, run);
    }

    /// The run that is next. Its account is charged [`EXPECTED_NS`] until [`Queue::settle`].
    pub(super) fn pop(&mut self) -> Option<(Arc<Share>, T)> {
        let mut first = self.groups.first_entry()?;
        self.clock_ns = first.key().0;
        let (share, run) = first.get_mut().pop()?;
        if first.get().0.is_empty() {
            first.remove();
        }
        self.charge(&share, EXPECTED_NS);
        Some((share, run))
    }

    /// Charges what the poll of a run has cost.
    pub(super) fn settle(&mut self, share: &Share, spent_ns: u64) {
        self.charge(share, i64::try_from(spent_ns).unwrap_or(i64::MAX).saturating_sub(EXPECTED_NS));
    }

    fn charge(&mut self, share: &Share, ns: i64) {
        let Group { account, .. } = &*share.group;
        let mut members = self.groups.remove(&account.key());
        match &mut members {
            Some(Members(members)) => moved(members, &share.account, ns),
            None => share.account.add(ns),
        }
        account.add(ns);
        self.groups.extend(members.map(|members| (account.key(), members)));
    }

    /// Takes all runs out.
    pub(super) fn drain(&mut self) -> Vec<T> {
        let members = std::mem::take(&mut self.groups).into_values();
        members.flat_map(|Members(members)| members.into_values()).flat_map(|waiting| waiting.runs).collect()
    }
}

impl<T> Members<T> {
    fn push(&mut self, share: &Arc<Share>, run: T) {
        if !self.0.contains_key(&share.account.key()) {
            share.account.at_least(one_poll_before(share.group.clock_ns.load(Ordering::Relaxed)));
        }
        let new = || Waiting { share: share.clone(), runs: VecDeque::new() };
        self.0.entry(share.account.key()).or_insert_with(new).runs.push_back(run);
    }

    fn pop(&mut self) -> Option<(Arc<Share>, T)> {
        let mut first = self.0.first_entry()?;
        let used_ns = first.key().0;
        let Waiting { share, runs } = first.get_mut();
        share.group.clock_ns.store(used_ns, Ordering::Relaxed);
        let next = (share.clone(), runs.pop_front()?);
        if runs.is_empty() {
            first.remove();
        }
        Some(next)
    }
}

/// Where an account starts that was idle: before all that are busy, and by no more than that.
fn one_poll_before(clock_ns: u64) -> u64 {
    clock_ns.saturating_sub(EXPECTED_NS.unsigned_abs())
}

/// Charges an account, which takes another place if it waits.
fn moved<V>(waiting: &mut BTreeMap<Key, V>, account: &Account, ns: i64) {
    let place = waiting.remove(&account.key());
    account.add(ns);
    waiting.extend(place.map(|value| (account.key(), value)));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const MS: u64 = 1_000_000;

    fn share(group: &Arc<Group>) -> Arc<Share> {
        Arc::new(Share::new(group.clone()))
    }

    fn group() -> Arc<Group> {
        Arc::new(Group::budgeted())
    }

    /// Polls so often, each run again and again, and gives the time that each account used.
    fn polled(
        queue: &mut Queue<&'static str>,
        times: u32,
        cost_ns: impl Fn(&str) -> u64,
    ) -> HashMap<&'static str, u64> {
        let mut used = HashMap::new();
        for _ in 0..times {
            let (share, run) = queue.pop().unwrap();
            queue.settle(&share, cost_ns(run));
            queue.push(&share, run);
            *used.entry(run).or_default() += cost_ns(run);
        }
        used
    }

    #[test]
    fn a_group_of_one_run_gets_as_much_as_a_group_of_a_hundred() {
        let (mut queue, many, one) = (Queue::default(), share(&group()), share(&group()));
        (0..100).for_each(|_| queue.push(&many, "many"));
        queue.push(&one, "one");
        let used = polled(&mut queue, 200, |_| 5 * MS);
        assert_eq!(used, HashMap::from([("many", 500 * MS), ("one", 500 * MS)]));
    }

    #[test]
    fn groups_share_time_and_not_turns() {
        let (mut queue, long, short) = (Queue::default(), share(&group()), share(&group()));
        queue.push(&long, "long");
        queue.push(&short, "short");
        let used = polled(&mut queue, 600, |run| if run == "long" { 5 * MS } else { MS });
        assert!(used["long"].abs_diff(used["short"]) <= 5 * MS, "{used:?}");
    }

    #[test]
    fn workers_of_a_group_share_what_the_group_gets() {
        let (mut queue, both, other) = (Queue::default(), group(), group());
        let (many, one, other) = (share(&both), share(&both), share(&other));
        (0..100).for_each(|_| queue.push(&many, "many"));
        queue.push(&one, "one");
        queue.push(&other, "other");
        let used = polled(&mut queue, 400, |_| 5 * MS);
        assert_eq!(used, HashMap::from([("many", 500 * MS), ("one", 500 * MS), ("other", 1_000 * MS)]));
    }

    #[test]
    fn a_run_that_arrives_is_next_whatever_the_others_have_waited() {
        let mut queue = Queue::default();
        (0..50).for_each(|_| queue.push(&share(&group()), "busy"));
        polled(&mut queue, 500, |_| 5 * MS);
        let new = share(&group());
        queue.push(&new, "new");
        assert_eq!(queue.pop().unwrap().1, "new");
    }

    #[test]
    fn an_idle_account_saves_up_no_time() {
        let (mut queue, busy, idle) = (Queue::default(), share(&group()), share(&group()));
        queue.push(&busy, "busy");
        polled(&mut queue, 1_000, |_| 5 * MS);
        queue.push(&idle, "idle");
        let used = polled(&mut queue, 100, |_| 5 * MS);
        assert!(used["busy"] >= 240 * MS, "{used:?}");
    }

    #[test]
    fn a_run_that_is_polled_counts_before_its_cost_is_known() {
        let (mut queue, one, other) = (Queue::default(), share(&group()), share(&group()));
        (0..2).for_each(|_| queue.push(&one, "one"));
        queue.push(&other, "other");
        let first = queue.pop().unwrap().1;
        assert_ne!(queue.pop().unwrap().1, first, "two threads pick two groups");
    }

    #[test]
    fn nothing_is_left_in_a_queue_that_is_drained() {
        let (mut queue, one) = (Queue::default(), share(&group()));
        (0..3).for_each(|_| queue.push(&one, "one"));
        assert_eq!(queue.drain().len(), 3);
        assert!(queue.pop().is_none());
        assert_eq!(Arc::strong_count(&one), 1);
    }
}
