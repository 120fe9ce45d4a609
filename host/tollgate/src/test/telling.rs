//! Tells people how it goes while it goes: each outcome when it is there, and what is waited for where that takes long.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use tollgate_test::Plain;

use super::{Outcome, Verdict};

use crate::err::tell;
use crate::out::say;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const QUIET: Style = Style::new().dimmed();

/// What takes longer is told: a component that was never compiled here may take a minute.
const LONG: Duration = Duration::from_secs(3);

/// What was told so far.
pub(super) struct Telling {
    /// Whether outcomes are told as they come: programs get them all at the end.
    people: bool,
    /// The suite of the last outcome.
    suite: Mutex<String>,
    /// Components that were said to take long.
    slow: Mutex<BTreeSet<PathBuf>>,
}

impl Telling {
    pub(super) fn new(people: bool) -> Self {
        Self { people, suite: Mutex::default(), slow: Mutex::default() }
    }

    /// Tells an outcome.
    pub(super) fn outcome(&self, one: &Outcome) {
        if !self.people {
            return;
        }
        let mut suite = self.suite.lock().unwrap_or_else(PoisonError::into_inner);
        if one.suite != *suite {
            suite.clone_from(&one.suite);
            say!("{QUIET}{}{QUIET:#}", Plain(&suite));
        }
        match &one.verdict {
            Verdict::Passed => say!("{GOOD}ok{GOOD:#}      {}", Plain(&one.name)),
            Verdict::Mended(_) => say!("{GOOD}mended{GOOD:#}  {}", Plain(&one.name)),
            Verdict::Idle(_) | Verdict::Untried(_) => say!("{QUIET}idle{QUIET:#}    {}", Plain(&one.name)),
            Verdict::Failed { .. } => say!("{BAD}failed{BAD:#}  {}", Plain(&one.name)),
            Verdict::Broken(_) => say!("{BAD}broken{BAD:#}  {}", Plain(&one.name)),
        }
        for line in one.details() {
            say!("        {line}");
        }
    }

    /// Does work with components; where it takes long, they are named, each once.
    pub(super) fn patiently<R>(&self, components: &[impl AsRef<Path> + Sync], work: impl FnOnce() -> R) -> R {
        let (done, wait) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if wait.recv_timeout(LONG) == Err(mpsc::RecvTimeoutError::Timeout) {
                    self.slow(components);
                }
            });
            let did = work();
            drop(done);
            did
        })
    }

    fn slow(&self, components: &[impl AsRef<Path>]) {
        let mut told = self.slow.lock().unwrap_or_else(PoisonError::into_inner);
        for path in components.iter().map(AsRef::as_ref) {
            if told.insert(path.to_owned()) {
                let path = path.display().to_string();
                tell!("{}: what is new is built and compiled first, and kept", Plain(&path));
            }
        }
    }
}
