//! The state that a journal leads to: the records of its newest snapshot, and the entries after it. The snapshot is proven on one
//! thread while another makes the state of its records, which takes longer.

use std::sync::mpsc::{Receiver, sync_channel};

use super::{Opening, expect_digest};
use crate::brief::Brief;
use crate::digest::Mark;
use crate::entry::Entry;
use crate::journal::{Passed, Scan, replay_after, scan_passing};
use crate::key::Key;
use crate::state::{Marked, State};
use crate::value::decode;
use crate::{Folder, StoreError};

/// Blocks of records between the two threads.
const BLOCKS: usize = 16;

/// What a journal proves, and the state at its end.
pub(super) type Read = (Scan, Result<State, StoreError>);

impl Opening<'_> {
    /// What the journal proves, and the state at its end: an error if the chain has no end, or if a record cannot be read. `empty`
    /// is what the state is made of.
    pub(super) fn read_journal(&self, folder: &Folder, empty: &dyn Fn() -> State) -> Result<Read, StoreError> {
        let (scan, state) = self.scan_and_fold(folder, empty)?;
        let state = if scan.base.is_some() { state } else { Ok(empty()) };
        let state = state.and_then(|state| self.to_head(folder, &scan, state));
        Ok((scan, state))
    }

    fn to_head(&self, folder: &Folder, scan: &Scan, mut state: State) -> Result<State, StoreError> {
        let (base, head) = (scan.base.map_or(0, |base| base.sequence), scan.head.sequence);
        replay_after(folder, base, head, &mut |frame| self.apply(&mut state, &Entry::from(frame)))?;
        expect_digest(&state, head, scan.head.digest)?;
        state.sequence = head;
        Ok(state)
    }

    fn scan_and_fold(&self, folder: &Folder, empty: &dyn Fn() -> State) -> Result<Read, StoreError> {
        let (send, receive) = sync_channel(BLOCKS);
        std::thread::scope(|scope| {
            let proof = std::thread::Builder::new().name("tollgate-journal".to_owned());
            // The other end is dropped only when this one is.
            let prove = move || scan_passing(folder, &mut |passed| drop(send.send(passed)));
            let proof = proof.spawn_scoped(scope, prove).map_err(|source| StoreError::Io {
                act: "start a thread for",
                path: "the store".into(),
                source,
            })?;
            let state = self.fold(&receive, empty);
            Ok((proof.join().unwrap_or(Err(StoreError::Stopped))?, state))
        })
    }

    /// The state of the last snapshot that is passed on.
    fn fold(&self, passed: &Receiver<Passed>, empty: &dyn Fn() -> State) -> Result<State, StoreError> {
        let mut state = Ok(empty());
        for passed in passed {
            match passed {
                Passed::Snapshot => state = Ok(empty()),
                Passed::Records(records) => {
                    state = state.and_then(|mut state| {
                        for (stored, mark) in records {
                            self.take(&mut state, &stored.key, stored.value.as_deref().unwrap_or_default(), mark)?;
                        }
                        Ok(state)
                    });
                }
            }
        }
        state
    }

    pub(super) fn apply(&self, state: &mut State, entry: &Entry) -> Result<(), StoreError> {
        for change in &entry.changes {
            match &change.value {
                Some(value) => self.take(state, &change.key, value, Mark::of(&change.key, value))?,
                None => state.remove(&Key::decode(&change.key)?),
            }
        }
        state.sequence = entry.sequence;
        Ok(())
    }

    /// Takes a record into the state: in full if it is to be in memory, and otherwise what is known without it.
    pub(super) fn take(&self, state: &mut State, text: &str, value: &[u8], mark: Mark) -> Result<(), StoreError> {
        let key = Key::decode(text)?;
        let in_full = match &key {
            Key::Worker(id) => state.has_room(&id.home, value.len()),
            Key::Version(..) => false,
            _ => true,
        };
        if in_full {
            let record = decode(&key, value, self.keys)?;
            state.put(key, Marked { record, mark, bytes: value.len() });
        } else {
            let brief = Brief::read(&key, value, self.keys)?;
            state.know(key, brief, mark);
        }
        Ok(())
    }
}
