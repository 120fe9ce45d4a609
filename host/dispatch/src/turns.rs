//! Whose script is compiled next: one of each namespace at a time, and so many of all.
//!
//! A namespace whose scripts take long to compile keeps one process busy, and its own next script waiting. There are no times here:
//! a caller that does not want to wait leaves, and its place is free.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tollgate_types::Home;
use tollgate_types::config::CompileConfig;

/// The fewest processes, so that one script that takes long does not keep all others waiting.
const LEAST: usize = 2;

/// Too many scripts of a namespace wait to be compiled.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{0} scripts of its namespace wait to be compiled (compile.queue): try again later")]
pub struct Busy(u32);

/// The turns of all namespaces.
pub(crate) struct Turns {
    all: Arc<Semaphore>,
    queue: u32,
    lines: Mutex<HashMap<Home, Arc<Line>>>,
}

/// The scripts of one namespace.
struct Line {
    turn: Arc<Semaphore>,
    waiting: AtomicU32,
}

/// Permission to compile. Dropping it lets the next one compile.
#[derive(Debug)]
pub(crate) struct Turn {
    _of_namespace: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

/// A place in a line.
struct Waiting<'a>(&'a Line);

impl Turns {
    pub(crate) fn new(config: CompileConfig) -> Self {
        let cores = || std::thread::available_parallelism().map_or(LEAST, |cores| cores.get().max(LEAST));
        let processes = config.processes.map_or_else(cores, |processes| processes.get() as usize);
        Self { all: Arc::new(Semaphore::new(processes)), queue: config.queue, lines: Mutex::default() }
    }

    /// Waits for the turn of a namespace.
    pub(crate) async fn take(&self, home: &Home) -> Result<Turn, Busy> {
        let line = self.line(home);
        let of_namespace = match line.turn.clone().try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => {
                let _waiting = Waiting::of(&line, self.queue)?;
                acquire(&line.turn).await
            }
        };
        Ok(Turn { _of_namespace: of_namespace, _of_all: acquire(&self.all).await })
    }

    /// The line of a namespace. Forgets the lines of namespaces that compile nothing.
    fn line(&self, home: &Home) -> Arc<Line> {
        let mut lines = self.lines();
        lines.retain(|_, line| Arc::strong_count(line) > 1 || line.turn.available_permits() == 0);
        let new = || Arc::new(Line { turn: Arc::new(Semaphore::new(1)), waiting: AtomicU32::new(0) });
        lines.entry(home.clone()).or_insert_with(new).clone()
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Home, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Always some: no semaphore of this file is ever closed.
async fn acquire(of: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    of.clone().acquire_owned().await.ok()
}

impl<'a> Waiting<'a> {
    fn of(line: &'a Line, most: u32) -> Result<Self, Busy> {
        let place = Self(line);
        if line.waiting.fetch_add(1, Ordering::Relaxed) < most { Ok(place) } else { Err(Busy(most)) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::num::NonZeroU32;

    use futures::FutureExt as _;

    use super::*;

    fn turns(processes: u32, queue: u32) -> Turns {
        Turns::new(CompileConfig { processes: NonZeroU32::new(processes), queue, ..CompileConfig::default() })
    }

    fn namespace(name: &str) -> Home {
        Home::Namespace(name.parse().unwrap())
    }

    #[tokio::test]
    async fn a_namespace_compiles_one_script_at_a_time_and_another_namespace_beside_it() {
        let (turns, evil, good) = (turns(2, 1), namespace("evil"), namespace("good"));
        let first = turns.take(&evil).await.unwrap();
        let mut second = Box::pin(turns.take(&evil));
        assert!(second.as_mut().now_or_never().is_none());
        let refused = turns.take(&evil).await.unwrap_err().to_string();
        assert_eq!(refused, "1 scripts of its namespace wait to be compiled (compile.queue): try again later");
        turns.take(&good).now_or_never().unwrap().unwrap();
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn all_namespaces_together_compile_no_more_than_there_are_processes() {
        let turns = turns(1, 1);
        let first = turns.take(&namespace("evil")).await.unwrap();
        let good = namespace("good");
        let mut second = Box::pin(turns.take(&good));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn a_caller_that_leaves_frees_its_place_and_lines_are_forgotten() {
        let (turns, evil) = (turns(2, 1), namespace("evil"));
        let first = turns.take(&evil).await.unwrap();
        assert!(turns.take(&evil).now_or_never().is_none());
        let mut second = Box::pin(turns.take(&evil));
        assert!(second.as_mut().now_or_never().is_none(), "the place of the one that left is free");
        drop(first);
        drop(second.await.unwrap());
        drop(turns.take(&namespace("good")).await.unwrap());
        drop(turns.take(&Home::Operator).await.unwrap());
        assert_eq!(turns.lines().len(), 1);
    }
}
