//! What a worker's last request ran on, so that the next one finds it without a look-up in the cache.
//!
//! The chain's sweep forgets it once a second: the next request asks the cache again, which then sees that the worker is in use. What
//! the cache gives up is not held here.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, Weak};

pub(crate) struct Recent<T>(RwLock<Weak<T>>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(RwLock::new(Weak::new()))
    }
}

impl<T> fmt::Debug for Recent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recent").field(&self.0).finish()
    }
}

impl<T> Recent<T> {
    /// What the last request ran on, if it fits this one.
    pub(crate) fn get(&self, fits: impl FnOnce(&T) -> bool) -> Option<Arc<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).upgrade().filter(|found| fits(found))
    }

    pub(crate) fn set(&self, found: &Arc<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(found);
    }

    pub(crate) fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Weak::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_what_fits_until_it_forgets_or_the_cache_lets_go() {
        let recent = Recent::default();
        assert_eq!(recent.get(|_| true), None);
        let kept = Arc::new(1);
        recent.set(&kept);
        assert_eq!(recent.get(|one| *one == 1), Some(kept.clone()));
        assert_eq!(recent.get(|one| *one == 2), None);
        drop(kept);
        assert_eq!(recent.get(|_| true), None, "the cache let go");
        let kept = Arc::new(1);
        recent.set(&kept);
        recent.forget();
        assert_eq!(recent.get(|_| true), None, "forgotten");
    }
}
