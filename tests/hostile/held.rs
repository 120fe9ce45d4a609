//! What one invocation can make the host hold beside the memory of its instance.

use anyhow::Result;

use crate::arena::Arena;

/// More than all bodies of one invocation make the host hold.
const HELD: u64 = 96 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn unsent_bodies_of_one_request_take_little_of_the_host() -> Result<()> {
    let arena = Arena::with("hostile-bodies").await?;
    let before = arena.peak_memory()?;
    let answer = arena.attack("/?n=3000").await?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let peak = arena.peak_memory()?;
    assert!(peak < before + HELD, "{peak} bytes, {before} before");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_cannot_ask_for_megabytes_of_randomness() -> Result<()> {
    let arena = Arena::with("hostile-random").await?;
    assert_eq!(arena.attack("/?n=65536").await?.status, 200);
    assert_eq!(arena.attack("/?n=62914560").await?.status, 502);
    arena.recovers().await
}
