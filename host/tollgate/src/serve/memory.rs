//! Gives free memory back to the system.
//!
//! The allocator keeps freed memory for a second. Then a thread gives it back when it allocates much, or when it ends. If the host has
//! nothing to do after an attack, no thread does either, and hundreds of MiB stay. So a thread is started now and then, and ends at once.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// The time between two threads. It is not a setting: a thread takes less than a tenth of a millisecond.
const EVERY: Duration = Duration::from_secs(2);

/// Gives memory back until the host stops.
pub(super) async fn give_back(mut stopping: watch::Receiver<bool>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let rounds = async {
        loop {
            ticks.tick().await;
            let thread = thread::Builder::new().name("memory".to_owned());
            // The allocator knows of a thread once it has allocated.
            if let Err(error) = thread.spawn(|| drop(black_box(Box::new(black_box(0_u8))))) {
                tracing::debug!(%error, "the thread that gives memory back could not start");
            }
        }
    };
    tokio::select! {
        () = rounds => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}
