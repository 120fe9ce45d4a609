//! Which records of customers' workers are in memory: as many bytes of them as the configuration says, those that were read
//! lately. The operator's own are always in memory, since every request meets them and a deploy looks at all of them.
//!
//! The records stand in a queue. When there is no room, the first of them is let go, unless it was read since it came to its
//! place: then it goes to the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use tollgate_types::{Home, WorkerId, WorkerRecord};

use super::State;
use super::known::{Deployed, Held};
use crate::digest::Mark;

/// Records that are passed over before one is let go all the same.
const MOST_PASSED: usize = 16;

/// The records that can be let go.
#[derive(Default)]
pub(super) struct Queue {
    /// Bytes that may be held; `None` if no record can be read again, so that none is let go.
    pub(super) most: Option<u64>,
    pub(super) bytes: u64,
    pub(super) workers: BTreeMap<u64, WorkerId>,
    next: u64,
}

impl State {
    /// A state that holds so many bytes of records.
    pub(crate) fn holding(most: u64) -> Self {
        Self { queue: Queue { most: Some(most), ..Queue::default() }, ..Self::default() }
    }

    /// From now on no record is let go, since sled may lack those that are put from now on.
    pub(crate) fn hold_everything(&mut self) {
        self.queue.most = None;
    }

    /// Whether a record of so many bytes can be held without one being let go.
    pub(crate) fn has_room(&self, home: &Home, bytes: usize) -> bool {
        *home == Home::Operator || self.queue.most.is_none_or(|most| self.queue.bytes + bytes as u64 <= most)
    }

    /// Holds a record that was read again, unless it is no longer the deployed one.
    pub(crate) fn hold(&mut self, id: &WorkerId, mark: Mark, record: Arc<WorkerRecord>, bytes: usize) {
        let Some(deployed) = self.deployed_mut(id).filter(|deployed| deployed.mark == mark) else { return };
        if deployed.held.is_none() {
            deployed.held = Some(Box::new(Held::new(record, bytes)));
            self.line_up(id);
        }
    }

    /// Gives a record that came into memory its place, and lets others go if there is no room.
    pub(super) fn line_up(&mut self, id: &WorkerId) {
        if id.home == Home::Operator || self.queue.most.is_none() {
            return;
        }
        self.queue_up(id.clone());
        self.let_go();
    }

    /// A record is no longer there.
    pub(super) fn leave(&mut self, gone: &Deployed) {
        if let Some(place) = gone.held.as_ref().and_then(|held| held.place) {
            self.queue.workers.remove(&place);
            self.queue.bytes -= gone.held.as_ref().map_or(0, |held| held.bytes);
        }
    }

    /// Notes the place of a record, and returns its size.
    fn stand(&mut self, id: &WorkerId, place: u64) -> u64 {
        let Some(held) = self.deployed_mut(id).and_then(|deployed| deployed.held.as_mut()) else { return 0 };
        held.place = Some(place);
        held.bytes
    }

    /// A record that was read is passed over, but not too many are: no reader goes on meanwhile.
    fn let_go(&mut self) {
        let mut passed = 0;
        loop {
            if self.queue.most.is_none_or(|most| self.queue.bytes <= most) {
                return;
            }
            let Some((_, id)) = self.queue.workers.pop_first() else { return };
            let Some(deployed) = self.deployed_mut(&id) else { continue };
            let Some(held) = deployed.held.take() else { continue };
            self.queue.bytes -= held.bytes;
            if held.was_used() && passed < MOST_PASSED {
                passed += 1;
                if let Some(deployed) = self.deployed_mut(&id) {
                    deployed.held = Some(held);
                }
                self.queue_up(id);
            }
        }
    }

    fn queue_up(&mut self, id: WorkerId) {
        let place = self.queue.next;
        self.queue.next += 1;
        self.queue.bytes += self.stand(&id, place);
        self.queue.workers.insert(place, id);
    }
}
