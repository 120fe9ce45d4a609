//! A look at both copies that changes neither: what is damaged, and whether the next start mends it.

use super::reseed::Proof;
use super::source::damaged;
use super::{COPY, Opening, expect_digest, replay};
use crate::durable::chain;
use crate::entry::Entry;
use crate::index;
use crate::journal::{self, Scan};
use crate::recovery::JOURNAL;
use crate::state::State;
use crate::{Folder, StoreError};

/// What the two copies come to.
pub(crate) struct Examined {
    /// Damage that the next start mends.
    pub(crate) mended: Vec<String>,
    /// What is worth knowing and no damage.
    pub(crate) notes: Vec<String>,
    pub(crate) verdict: Verdict,
}

pub(crate) enum Verdict {
    /// Every record is proven.
    Proven(Box<State>),
    /// The next start refuses, and says why.
    Refused(StoreError),
    /// There are no records, and no scripts.
    Empty,
    /// Written before there was a journal: the next start converts it.
    Older,
}

impl Opening<'_> {
    /// Blocks. The index is looked at in a copy, which is removed again.
    pub(crate) fn examine(&self) -> Result<Examined, StoreError> {
        let mut examined = Examined { mended: vec![], notes: vec![], verdict: Verdict::Empty };
        let verdict = self.examine_into(&mut examined);
        self.data.remove_all(COPY)?;
        examined.verdict = verdict?;
        Ok(examined)
    }

    fn examine_into(&self, examined: &mut Examined) -> Result<Verdict, StoreError> {
        let folder = self.data.existing(JOURNAL)?;
        let scan = folder.as_ref().map(journal::scan).transpose()?;
        match folder.zip(scan.filter(|scan| scan.id.is_some() || scan.highest > 0)) {
            Some((folder, scan)) if scan.is_complete() => self.examine_complete(&folder, &scan, examined),
            Some((folder, scan)) => self.examine_incomplete(&folder, &scan, examined),
            None if self.data.dir().is_dir(index::FOLDER) => self.examine_index_alone(examined),
            None => match self.expect_no_scripts() {
                Ok(()) => Ok(Verdict::Empty),
                Err(error) => Ok(Verdict::Refused(error)),
            },
        }
    }

    fn examine_complete(&self, folder: &Folder, scan: &Scan, into: &mut Examined) -> Result<Verdict, StoreError> {
        match self.expect_torn_by_a_crash(scan) {
            Err(error @ StoreError::BothDamaged { .. }) => return Ok(Verdict::Refused(error)),
            looked => looked?,
        }
        into.mended.extend(scan.problems.iter().map(|problem| format!("journal/{problem}")));
        let mut state = State::holding(0);
        replay(folder, scan, &mut |frame| self.apply(&mut state, &Entry::from(frame)))?;
        expect_digest(&state, scan.head.sequence, scan.head.digest)?;
        state.sequence = scan.head.sequence;
        match self.compare_index(scan) {
            Ok(Some(ahead)) => {
                let (from, to) = (scan.head.sequence + 1, ahead.sequence);
                into.mended.push(format!("the journal lacks entries {from} to {to}, which {}/ has", index::FOLDER));
                return Ok(Verdict::Proven(Box::new(ahead)));
            }
            Ok(None) => {}
            Err(error) if error.is_of_the_disk() => {
                into.notes.push(format!(
                    "{}/ was not checked, since it cannot be copied: {}",
                    index::FOLDER,
                    chain(&error)
                ));
            }
            Err(error) => into.mended.push(format!("{}/: {}", index::FOLDER, chain(&error))),
        }
        if let Some((file, at)) = &scan.incomplete {
            into.notes.push(format!("journal/{file} ends in an entry that a crash cut short, at byte {at}"));
        }
        Ok(Verdict::Proven(Box::new(state)))
    }

    /// The state of the index if it is ahead of the journal; `None` if it agrees with it.
    fn compare_index(&self, scan: &Scan) -> Result<Option<State>, StoreError> {
        let index = self.copy_of_index()?.ok_or_else(|| damaged("it is not there"))?;
        let (state, tag) = self.state_of(&index)?;
        match scan.link(tag.sequence) {
            _ if scan.id != Some(tag.id) => Err(damaged("it belongs to another store")),
            _ if tag.sequence > scan.head.sequence => Ok(Some(state)),
            Some(link) if link.digest == tag.digest => Ok(None),
            Some(_) => Err(damaged("its records are not those of the journal")),
            None => Err(damaged("it is older than the journal's snapshot")),
        }
    }

    fn examine_incomplete(&self, folder: &Folder, scan: &Scan, into: &mut Examined) -> Result<Verdict, StoreError> {
        match self.proof_from_copy(folder, scan) {
            Ok(Proof { state, .. }) => {
                into.mended.extend(scan.problems.iter().map(|problem| format!("journal/{problem}")));
                Ok(Verdict::Proven(Box::new(state)))
            }
            Err(error @ StoreError::UnknownKey { .. }) => Ok(Verdict::Refused(error)),
            Err(error) if error.is_of_the_disk() => Err(error),
            Err(error) => Ok(Verdict::Refused(self.both_damaged(scan, &error))),
        }
    }

    fn examine_index_alone(&self, into: &mut Examined) -> Result<Verdict, StoreError> {
        let looked = self.copy_of_index().and_then(|index| {
            let index = index.ok_or_else(|| damaged("it is not there"))?;
            let tag = index.tag()?;
            tag.map(|_| self.state_of(&index)).transpose()
        });
        Ok(match looked {
            Ok(Some((state, _))) => {
                into.mended.push(format!("journal/ is missing; {}/ has every record", index::FOLDER));
                Verdict::Proven(Box::new(state))
            }
            Ok(None) => {
                into.notes.push("the store was written by an earlier version: the next start converts it".to_owned());
                Verdict::Older
            }
            Err(error) if error.is_of_the_disk() => return Err(error),
            Err(error) => Verdict::Refused(error),
        })
    }
}
