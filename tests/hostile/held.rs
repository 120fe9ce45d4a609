//! What the host holds for a worker is charged to the worker.

use anyhow::Result;

use crate::arena::Arena;

/// More than bodies of one worker may ever make the host hold.
const HELD: u64 = 128 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn unsent_bodies_count_as_memory_of_their_worker() -> Result<()> {
    let arena = Arena::with("hostile-bodies").await?;
    let before = arena.peak_memory()?;
    let answer = arena.attack("/?n=3000").await?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(arena.peak_memory()? < before + HELD + (64 << 20), "{} bytes", arena.peak_memory()?);
    arena.recovers().await
}
