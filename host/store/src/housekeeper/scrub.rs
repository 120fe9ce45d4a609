//! The scrub: compares the index with the state, and every script that a record names with its digest.

use std::fs::File;
use std::io::{self, Read as _};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tollgate_types::ScriptDigest;

use super::Pace;
use super::compare::Comparison;
use crate::Scripts;
use crate::reader::Shared;

/// What is read at once.
const STEP_BYTES: usize = 256 * 1024;

/// A round of the scrub, one step after the other.
#[derive(Default)]
pub(super) struct Scrub {
    round: Option<Round>,
}

struct Round {
    /// `None` once it is done.
    records: Option<Comparison>,
    left: Vec<ScriptDigest>,
    open: Option<Reading>,
    buffer: Vec<u8>,
}

/// A script that is being read.
struct Reading {
    digest: ScriptDigest,
    file: File,
    hash: Sha256,
}

/// Whether a script is intact, and otherwise what is wrong with it.
type Verdict = Result<(), String>;

/// A whole round, as fast as the disk reads. Blocks.
pub(crate) fn scrub(scripts: &Scripts, shared: &Shared) {
    let mut round = Round::begin(shared);
    while round.step(scripts, shared).is_some() {}
}

impl Scrub {
    /// Reads a piece. Returns the time after which the next one is due.
    pub(super) fn step(&mut self, scripts: &Scripts, shared: &Shared, pace: &Pace) -> Duration {
        let round = self.round.get_or_insert_with(|| Round::begin(shared));
        match round.step(scripts, shared) {
            Some(bytes) => Duration::from_secs_f64(bytes as f64 / pace.scrub_bytes_per_second.max(1) as f64),
            None => {
                self.round = None;
                pace.scrub_every
            }
        }
    }
}

impl Round {
    fn begin(shared: &Shared) -> Self {
        let left = shared.read(|state| state.scripts().copied().collect());
        Self { records: Some(Comparison::begin(shared)), left, open: None, buffer: vec![0; STEP_BYTES] }
    }

    /// Reads some records or a piece of one script, and returns their length; `None` at the end of the round.
    fn step(&mut self, scripts: &Scripts, shared: &Shared) -> Option<usize> {
        if let Some(records) = &mut self.records {
            let bytes = records.step(shared);
            if bytes.is_none() {
                self.records = None;
            }
            return Some(bytes.unwrap_or(0));
        }
        self.step_script(scripts, shared)
    }

    fn step_script(&mut self, scripts: &Scripts, shared: &Shared) -> Option<usize> {
        let mut reading = match self.open.take() {
            Some(reading) => reading,
            None => {
                let Some(digest) = self.left.pop() else {
                    forget_unnamed(shared);
                    return None;
                };
                match scripts.open_file(&digest) {
                    Ok(file) => Reading { digest, file, hash: Sha256::new() },
                    Err(error) => {
                        note(shared, &digest, Err(reason(&error)));
                        return Some(0);
                    }
                }
            }
        };
        match reading.file.read(&mut self.buffer) {
            Ok(0) => note(shared, &reading.digest, reading.verdict()),
            Ok(bytes) => {
                reading.hash.update(self.buffer.get(..bytes).unwrap_or_default());
                self.open = Some(reading);
                return Some(bytes);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.open = Some(reading),
            Err(error) => note(shared, &reading.digest, Err(reason(&error))),
        }
        Some(0)
    }
}

impl Reading {
    fn verdict(&self) -> Verdict {
        let found: String = self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if found == self.digest.to_string() { Ok(()) } else { Err(format!("the digest of its bytes is {found}")) }
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "its file is missing".to_owned(),
        _ => format!("its file cannot be read: {error}"),
    }
}

/// A script may lose its last record, and its file, while it is looked at: that is no damage.
fn note(shared: &Shared, digest: &ScriptDigest, verdict: Verdict) {
    match verdict {
        Err(reason) if shared.read(|state| state.names_script(digest)) => {
            shared.health().script_is_damaged(digest, &reason);
        }
        _ => shared.health().script_is_intact(digest),
    }
}

/// Removes damaged scripts from the report if no record names them any more.
fn forget_unnamed(shared: &Shared) {
    let named = |digest: &String| match digest.parse() {
        Ok(digest) => shared.read(|state| state.names_script(&digest)),
        Err(_) => false,
    };
    let forgotten: Vec<_> = shared.health().report().damaged_scripts.into_iter().filter(|one| !named(one)).collect();
    shared.health().update(|report| report.damaged_scripts.retain(|one| !forgotten.contains(one)));
}
