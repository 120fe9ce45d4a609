//! Tickets: for languages that can only send a request and not hand it to somebody. A ticket stands for what its holder's
//! next request, which carries it in a header, does beside what it says itself: it goes to a target and nowhere else, and
//! passes on what arrived.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tollgate_worlds::{DispatchError, Passed, Target, TicketError};

/// The header that carries a ticket. A text in it that is none of the invocation's tickets is an ordinary header.
pub(crate) const HEADER: &str = "tollgate-ticket";

/// Tickets that no request has used, and failures that nobody has asked for: bounded together, as a worker makes them.
const OUTSTANDING: usize = 10_000;

/// The tickets of one invocation.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<Table>);

/// What a ticket stands for.
#[derive(Default)]
pub(crate) struct Ticket {
    /// Where the request goes; none where it goes the way of every other.
    pub(crate) target: Option<Arc<dyn Target>>,
    /// What it passes on of the inbound request.
    pub(crate) passes: Passed,
}

#[derive(Default)]
struct Table {
    issued: HashMap<String, Ticket>,
    failures: HashMap<String, DispatchError>,
}

impl Tickets {
    /// A new ticket: for a target, or for an ordinary request.
    pub(crate) fn issue(&self, target: Option<Arc<dyn Target>>) -> Result<String, TicketError> {
        let mut table = self.table();
        if table.issued.len() + table.failures.len() >= OUTSTANDING {
            return Err(TicketError::TooMany(OUTSTANDING));
        }
        let ticket = random()?;
        table.issued.insert(ticket.clone(), Ticket { target, passes: Passed::default() });
        Ok(ticket)
    }

    /// Says what the request with a ticket passes on.
    pub(crate) fn pass(&self, ticket: &str, passed: Passed) {
        if let Some(ticket) = self.table().issued.get_mut(ticket) {
            ticket.passes = passed;
        }
    }

    /// What a ticket stands for, once.
    pub(crate) fn redeem(&self, ticket: &str) -> Option<Ticket> {
        self.table().issued.remove(ticket)
    }

    /// Keeps why the request with a ticket failed.
    pub(crate) fn failed(&self, ticket: String, error: DispatchError) {
        self.table().failures.insert(ticket, error);
    }

    /// Why it failed, once. Whoever asks is done with the ticket, also where its request was never sent.
    pub(crate) fn failure(&self, ticket: &str) -> Option<DispatchError> {
        let mut table = self.table();
        table.issued.remove(ticket);
        table.failures.remove(ticket)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 random bits: what an invocation did not issue, no header that a client sends can guess.
fn random() -> Result<String, TicketError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_unavailable| TicketError::Randomness)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use futures::FutureExt as _;
    use futures::future::BoxFuture;
    use wasmtime_wasi_http::{RequestOptions, WasiBody};

    use super::*;

    struct Nowhere;

    impl Target for Nowhere {
        fn fetch(
            &self,
            _: http::Request<WasiBody>,
            _: Option<RequestOptions>,
        ) -> BoxFuture<'static, Result<http::Response<WasiBody>, DispatchError>> {
            async { Err(DispatchError::NoRoom) }.boxed()
        }
    }

    #[test]
    fn a_ticket_is_good_once() {
        let tickets = Tickets::default();
        let ticket = tickets.issue(Some(Arc::new(Nowhere))).unwrap();
        assert!(tickets.redeem("another").is_none());
        assert!(tickets.redeem(&ticket).is_some());
        assert!(tickets.redeem(&ticket).is_none());
        tickets.failed(ticket.clone(), DispatchError::NoRoom);
        assert!(tickets.failure(&ticket).is_some());
        assert!(tickets.failure(&ticket).is_none());
        let unsent = tickets.issue(None).unwrap();
        assert!(tickets.failure(&unsent).is_none() && tickets.redeem(&unsent).is_none());
    }

    #[test]
    fn tickets_are_bounded() {
        let tickets = Tickets::default();
        for _ in 0..OUTSTANDING {
            tickets.issue(Some(Arc::new(Nowhere))).unwrap();
        }
        assert!(matches!(tickets.issue(Some(Arc::new(Nowhere))), Err(TicketError::TooMany(OUTSTANDING))));
    }
}
