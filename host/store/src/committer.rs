//! The committer: one thread that plans commands, makes them durable in groups, and shows and answers them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::{mpsc, oneshot};

use crate::backup::Backup;
use crate::command::{Command, Done, Moment};
use crate::digest::Mark;
use crate::entry::{Entry, Stored};
use crate::health::{Health, Writes};
use crate::lock::Lock;
use crate::log::{CommitError, GROUP, Log};
use crate::plan::{Rules, plan};
use crate::reader::Shared;
use crate::scripts::Pinned;
use crate::seal::Keys;
use crate::state::State;
use crate::value::encode;
use crate::view::{Staged, View};
use crate::{Scripts, StoreError};

/// What the committer is asked for.
pub(crate) enum Job {
    Change(Box<Command>, Caller),
    /// A snapshot of what is durable, now.
    Compact(Answer<()>),
    /// Other keys to seal with, for every change that comes after this.
    Keys(Keys, Answer<()>),
    /// What a backup of this moment consists of.
    Backup(Arc<Scripts>, Answer<Backup>),
}

/// A caller that waits for a change. The script of a deploy stays pinned until its record is visible or refused, also if the
/// caller goes away before: see `housekeeper/collect.rs`.
pub(crate) struct Caller {
    pub(crate) answer: Answer<Done>,
    pub(crate) _pinned: Option<Pinned>,
}

impl Caller {
    /// A caller that went away is not told; a change is made all the same.
    fn tell(self, done: Result<Done, StoreError>) {
        drop(self.answer.send(done));
    }
}

pub(crate) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

pub(crate) struct Committer {
    pub(crate) log: Box<dyn Log>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) rules: Rules,
    pub(crate) keys: Keys,
    pub(crate) health: Health,
    /// Of the data folder, for as long as anything is written. In a test there may be no folder.
    pub(crate) _lock: Option<Lock>,
}

/// What a group comes to, before it is durable.
struct Group {
    entries: Vec<Entry>,
    staged: Staged,
    answers: Vec<(Caller, Done)>,
    refused: Vec<(Caller, StoreError)>,
}

impl Committer {
    /// Works until every writer is gone.
    pub(crate) fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = vec![];
        while jobs.blocking_recv_many(&mut waiting, GROUP) > 0 {
            let mut changes = vec![];
            for job in waiting.drain(..) {
                match job {
                    Job::Change(command, caller) => changes.push((*command, caller)),
                    Job::Compact(answer) => drop(answer.send(self.log.compact())),
                    Job::Keys(keys, answer) => {
                        self.shared.records.open_with(&keys);
                        self.keys = keys;
                        drop(answer.send(Ok(())));
                    }
                    Job::Backup(scripts, answer) => drop(answer.send(self.backup(&scripts))),
                }
            }
            self.commit(changes);
            self.log.settle();
        }
        self.shared.records.close();
    }

    /// Between two groups the durable files and the state are of the same moment.
    fn backup(&self, scripts: &Arc<Scripts>) -> Result<Backup, StoreError> {
        let files = self.log.durable_files()?;
        // The scripts are pinned after the lock on the state was given up: see `housekeeper/collect.rs`. Nothing is committed meanwhile.
        let (sequence, digest, named) = self.shared.read(|state| (state.sequence, state.digest, state.scripts()));
        Ok(Backup::new(sequence, digest, files, named, scripts))
    }

    fn commit(&mut self, jobs: Vec<(Command, Caller)>) {
        if let Writes::Stopped(_) = self.health.report().writes {
            return jobs.into_iter().for_each(|(_, caller)| caller.tell(Err(StoreError::Stopped)));
        }
        let mut group = self.shared.read(|state| self.plan(state, jobs));
        group.refused.drain(..).for_each(|(caller, error)| caller.tell(Err(error)));
        if group.entries.is_empty() {
            return;
        }
        match self.log.commit(&group.entries) {
            Ok(()) => self.show(group),
            Err(error) => self.fail(group, error),
        }
    }

    fn plan(&self, state: &State, jobs: Vec<(Command, Caller)>) -> Group {
        let mut group = Group { entries: vec![], staged: Staged::on(state), answers: vec![], refused: vec![] };
        for (command, caller) in jobs {
            let sequence = state.sequence + 1 + group.entries.len() as u64;
            match self.plan_one(state, &mut group.staged, sequence, &command) {
                Ok((entry, done)) => {
                    group.entries.push(entry);
                    group.answers.push((caller, done));
                }
                Err(error) => group.refused.push((caller, error)),
            }
        }
        group
    }

    fn plan_one(
        &self,
        state: &State,
        staged: &mut Staged,
        sequence: u64,
        command: &Command,
    ) -> Result<(Entry, Done), StoreError> {
        let moment = Moment { unix_ms: now_unix_ms(), uuid: uuid::Uuid::new_v4().to_string() };
        let planned = plan(command, &View::new(state, &self.shared.records, staged), &self.rules, &moment)?;
        let encoded = planned.changes.into_iter().map(|change| {
            let value = change.record.as_ref().map(|record| encode(&change.key, record, &self.keys)).transpose()?;
            Ok((Stored { key: change.key.encode(), value }, change))
        });
        let mut changes = vec![];
        for (stored, change) in encoded.collect::<Result<Vec<_>, StoreError>>()? {
            let form = stored.value.as_ref().map(|value| (Mark::of(&stored.key, value), value.len()));
            staged.stage(state, change, form);
            changes.push(stored);
        }
        Ok((Entry { sequence, digest: staged.digest, changes }, planned.done))
    }

    fn show(&mut self, group: Group) {
        let last = group.entries.last().map_or(0, |entry| entry.sequence);
        let step = self.shared.records.go_on();
        let has_index = self.log.apply(&group.entries);
        self.shared.show(group.entries.len() as u64, |state| {
            if !has_index {
                state.hold_everything();
            }
            group.staged.apply(state);
            state.sequence = last;
        });
        drop(step);
        self.health.update(|report| (report.writes, report.sequence) = (Writes::Accepted, last));
        group.answers.into_iter().for_each(|(caller, done)| caller.tell(Ok(done)));
    }

    fn fail(&self, group: Group, error: CommitError) {
        let writes = Writes::from(&error);
        if let Writes::Refused(reason) | Writes::Stopped(reason) = &writes {
            match writes {
                Writes::Stopped(_) => {
                    tracing::error!(%reason, "the store could not be synced: it is stopped until the next start")
                }
                _ => tracing::error!(%reason, "the store could not be written: it refuses changes until it can be"),
            }
        }
        self.health.update(|report| report.writes = writes);
        let unknown = matches!(error, CommitError::Unsure(_) | CommitError::Unknown(_));
        let reason = match error {
            CommitError::Refused(error) | CommitError::Unsure(error) | CommitError::Unknown(error) => Arc::new(error),
            CommitError::Conflict => Arc::new(StoreError::Stopped),
            CommitError::TooLarge => Arc::new(StoreError::ChangeTooLarge),
        };
        for (caller, _) in group.answers {
            let reason = reason.clone();
            let error = if unknown { StoreError::Unknown(reason) } else { StoreError::NotKept(reason) };
            caller.tell(Err(error));
        }
    }
}

fn now_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
