//! A semaphore for each namespace that uses one, so that none takes what belongs to all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

/// Entries beyond which those that nothing holds any more are removed.
const TIDIED: usize = 64;

/// So many permits for each namespace.
pub(crate) struct Shares {
    permits: usize,
    all: Mutex<HashMap<Box<str>, Weak<Semaphore>>>,
}

impl Shares {
    pub(crate) fn new(permits: usize) -> Self {
        Self { permits, all: Mutex::default() }
    }

    /// The semaphore of a namespace. It is the same as long as somebody holds it or a permit of it.
    pub(crate) fn of(&self, namespace: &str) -> Arc<Semaphore> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = all.get(namespace).and_then(Weak::upgrade) {
            return found;
        }
        if all.len() >= TIDIED && all.len().is_power_of_two() {
            all.retain(|_, one| one.strong_count() > 0);
        }
        let new = Arc::new(Semaphore::new(self.permits));
        all.insert(namespace.into(), Arc::downgrade(&new));
        new
    }
}
