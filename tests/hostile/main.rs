//! Customers' workers and clients that attack the host. Each test is one attack: a named limit stops it, the host lives, the
//! neighbours are served, and everything that the attack took is given back. The workers are in `guests/hostile/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod arena;
mod bomb;
mod compile;
mod cpu;
mod egress;
mod framing;
mod held;
mod http2;
mod limits;
mod log;
mod peers;
mod shares;
