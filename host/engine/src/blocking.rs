//! Blocking work for a run, on a thread of the runtime.
//!
//! A thread inherits the priority of the thread that makes it, and a process may not raise it again. So the compute threads, whose
//! priority is low (`fair.rs`), must not make the threads of the runtime, which serve others too: a task of the runtime does.

use tokio::task::{JoinError, spawn_blocking};

/// Runs work on a thread that may block. It goes on if this is dropped.
///
/// # Errors
/// If the work panics, or the runtime stops.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    tokio::spawn(async { spawn_blocking(work).await }).await.flatten()
}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use rustix::process::{getpriority_process, setpriority_process};

    use super::*;

    fn priority() -> i32 {
        getpriority_process(None).unwrap()
    }

    #[test]
    fn a_thread_that_a_compute_thread_needs_has_the_priority_of_the_runtime() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let (handle, own) = (runtime.handle().clone(), priority());
        let compute = std::thread::spawn(move || {
            setpriority_process(None, own + 5).unwrap();
            assert_eq!(priority(), own + 5);
            handle.block_on(blocking(priority)).unwrap()
        });
        assert_eq!(compute.join().unwrap(), own);
    }
}
