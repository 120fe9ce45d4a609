//! What a worker's last request ran on, so that the next one finds it without a look-up in the cache.
//!
//! The chain's sweep forgets it once a second: the next request asks the cache again, which then sees that the worker is in use. What
//! the cache gives up is not held here.

use std::any::Any;
use std::sync::{Arc, PoisonError, RwLock, Weak};

/// It does not name the type: what is ready to run holds, in the end, the shares in which this is.
#[derive(Debug)]
pub(crate) struct Recent(RwLock<Weak<dyn Any + Send + Sync>>);

impl Default for Recent {
    fn default() -> Self {
        Self(RwLock::new(nothing()))
    }
}

impl Recent {
    /// What the last request ran on, if it fits this one.
    pub(crate) fn get<T: Any + Send + Sync>(&self, fits: impl FnOnce(&T) -> bool) -> Option<Arc<T>> {
        let found = self.0.read().unwrap_or_else(PoisonError::into_inner).upgrade()?;
        found.downcast().ok().filter(|found| fits(found))
    }

    pub(crate) fn set<T: Any + Send + Sync>(&self, found: &Arc<T>) {
        let found: Weak<T> = Arc::downgrade(found);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = found;
    }

    pub(crate) fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = nothing();
    }
}

fn nothing() -> Weak<dyn Any + Send + Sync> {
    Weak::<()>::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_what_fits_until_it_forgets_or_the_cache_lets_go() {
        let recent = Recent::default();
        assert_eq!(recent.get(|_: &i32| true), None);
        let kept = Arc::new(1_i32);
        recent.set(&kept);
        assert_eq!(recent.get(|one: &i32| *one == 1), Some(kept.clone()));
        assert_eq!(recent.get(|one: &i32| *one == 2), None);
        drop(kept);
        assert_eq!(recent.get(|_: &i32| true), None, "the cache let go");
        let kept = Arc::new(1_i32);
        recent.set(&kept);
        recent.forget();
        assert_eq!(recent.get(|_: &i32| true), None, "forgotten");
    }
}
