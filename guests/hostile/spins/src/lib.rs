//! Uses the CPU: `/loop` for ever; `/bursts` for 3 ms, then waits for 1 ms, again and again; `/rounds?n=` so many rounds, and answers;
//! `/after` answers first. Every other path says hello.

use std::time::{Duration, Instant};

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, respond};

/// Shorter than the epoch of the host, so that no burst is interrupted.
const ON: Duration = Duration::from_millis(3);
const OFF: Duration = Duration::from_millis(1);

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        match path.split_once("?n=") {
            None if path == "/loop" => spin(u64::MAX),
            None if path == "/bursts" => burst(),
            None if path == "/after" => {
                respond(out, 200, "hello");
                spin(u64::MAX);
            }
            Some(("/rounds", n)) => {
                spin(n.parse().unwrap_or_default());
                respond(out, 200, "hello");
            }
            _ => respond(out, 200, "hello"),
        }
    }
}

fn burst() -> ! {
    loop {
        let begun = Instant::now();
        while begun.elapsed() < ON {
            spin(1_000);
        }
        std::thread::sleep(OFF);
    }
}

fn spin(rounds: u64) {
    for round in 0..rounds {
        std::hint::black_box(round);
    }
}

support::export!(Worker with_types_in support);
