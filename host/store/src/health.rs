//! The health of the store: whether it takes writes, and what was found to be damaged. For `/status`, metrics and the log.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tollgate_types::ScriptDigest;

use crate::disk::Disk;

/// What an operator should know of the store. Clones share it.
#[derive(Clone, Default)]
pub struct Health {
    report: Arc<Mutex<Report>>,
}

/// The health of the store at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Whether it takes writes.
    pub writes: Writes,
    /// Why sled, the second copy of the records, is not in use.
    pub index_off: Option<String>,
    /// Damage that was found, and what was done about it, the oldest first.
    pub findings: Vec<String>,
    /// Scripts whose bytes are not what was uploaded, or that are missing.
    pub damaged_scripts: Vec<String>,
    /// The disk of the data folder; `None` for a store in memory.
    pub disk: Option<Disk>,
    /// The last entry of the log.
    pub sequence: u64,
}

/// Whether the store takes writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Writes {
    /// It does.
    #[default]
    Accepted,
    /// Not now, as on a full disk; the next write tries again.
    Refused(String),
    /// Not until the host is started again: a sync failed, so the content of the disk is unknown.
    Stopped(String),
}

/// Findings that are kept.
const MOST_FINDINGS: usize = 100;
/// Damaged scripts that are listed. Beyond them it is the disk that is broken.
const MOST_DAMAGED: usize = 1_000;

impl Health {
    /// How it is now.
    pub fn report(&self) -> Report {
        self.lock().clone()
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut Report)) {
        change(&mut self.lock());
    }

    /// Notes damage that was found, and logs it.
    pub(crate) fn found(&self, finding: String) {
        tracing::error!(finding = %finding, "the store found damage");
        let mut report = self.lock();
        if report.findings.len() < MOST_FINDINGS {
            report.findings.push(finding);
        }
    }

    /// The same for what is found again and again.
    pub(crate) fn found_once(&self, finding: String) {
        if !self.lock().findings.contains(&finding) {
            self.found(finding);
        }
    }

    /// Notes that a script is damaged. It is reported once, however often it is found to be.
    pub(crate) fn script_is_damaged(&self, digest: &ScriptDigest, reason: &str) {
        let text = digest.to_string();
        let mut report = self.lock();
        if report.damaged_scripts.contains(&text) || report.damaged_scripts.len() == MOST_DAMAGED {
            return;
        }
        report.damaged_scripts.push(text);
        drop(report);
        self.found(format!("script {digest} is damaged, upload it again: {reason}"));
    }

    /// Notes that a script was read and is what was uploaded.
    pub(crate) fn script_is_intact(&self, digest: &ScriptDigest) {
        let mut report = self.lock();
        if !report.damaged_scripts.is_empty() {
            let text = digest.to_string();
            report.damaged_scripts.retain(|one| *one != text);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
