//! The invocation that an instance serves now. Streams and targets of an instance outlive a request if the instance is reused.

use std::sync::{Arc, PoisonError, RwLock, Weak};

use crate::invocation::Invocation;

/// The invocation that an instance serves now.
#[derive(Clone)]
pub(crate) struct Current(Arc<RwLock<Arc<Invocation>>>);

/// The same, for things that an invocation itself may hold: they must not keep it alive.
#[derive(Clone)]
pub(crate) struct WeakCurrent(Weak<RwLock<Arc<Invocation>>>);

impl Current {
    pub(crate) fn new(invocation: Arc<Invocation>) -> Self {
        Self(Arc::new(RwLock::new(invocation)))
    }

    pub(crate) fn set(&self, invocation: Arc<Invocation>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = invocation;
    }

    pub(crate) fn get(&self) -> Arc<Invocation> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn downgrade(&self) -> WeakCurrent {
        WeakCurrent(Arc::downgrade(&self.0))
    }
}

impl WeakCurrent {
    /// None if the instance is gone.
    pub(crate) fn get(&self) -> Option<Arc<Invocation>> {
        self.0.upgrade().map(|current| Current(current).get())
    }
}
