//! A task that ends with its handle.

use std::future::Future;

use tokio::task::JoinHandle;

/// A task that is aborted when its handle is dropped, unless it was detached.
pub struct AbortOnDrop<T>(Option<JoinHandle<T>>);

impl<T: Send + 'static> AbortOnDrop<T> {
    /// Spawns it.
    pub fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(tokio::spawn(work)))
    }

    /// Lets it run on by itself.
    pub fn detach(mut self) {
        self.0 = None;
    }

    /// What it gave; `None` where it panicked.
    pub async fn join(mut self) -> Option<T> {
        match &mut self.0 {
            Some(task) => task.await.ok(),
            None => None,
        }
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
