//! Tickets, for languages that can send a request but cannot hand it to a target. The worker puts a ticket into a header of its next
//! request. The ticket sends that request to its target, and lets it pass on parts of the inbound request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue};
use tollgate_worlds::{DispatchError, Passed, Target, TicketError};

/// The header that carries a ticket. A value that is not a ticket of the invocation stays in the header: a client may have written
/// it.
const HEADER: &str = "tollgate-ticket";

/// What a ticket takes beside its target.
const ENTRY_BYTES: u64 = 256;

/// Hexadecimal digits of a ticket.
const DIGITS: usize = 32;

/// The tickets of one invocation. Most need none, so the table is made with the first.
#[derive(Default)]
pub(crate) struct Tickets(OnceLock<Arc<Table>>);

/// The tickets that were issued.
#[derive(Default)]
struct Table(Mutex<HashMap<String, State>>);

/// The effect of a ticket on its request.
#[derive(Default)]
pub(crate) struct Ticket {
    /// Where the request goes. None if it goes where every other request of the worker goes.
    pub(crate) target: Option<Arc<dyn Target>>,
    /// The parts of the inbound request that it passes on.
    pub(crate) passes: Passed,
}

/// A ticket whose request is in flight: until the request is answered, fails or is cancelled.
pub(crate) struct Redeemed {
    table: Arc<Table>,
    text: String,
    pub(crate) ticket: Ticket,
}

enum State {
    /// No request has used it.
    Issued(Ticket),
    /// Its request is in flight.
    Sent,
    /// Its request failed, and the worker has not asked why.
    Failed(DispatchError),
}

impl Tickets {
    /// A new ticket, for a target or for an ordinary request.
    ///
    /// # Errors
    /// If `most` tickets are unsent, in flight, or failed without the worker having asked why.
    pub(crate) fn issue(&self, most: u32, target: Option<Arc<dyn Target>>) -> Result<String, TicketError> {
        let mut table = self.0.get_or_init(Arc::default).lock();
        let most = most as usize;
        if table.len() >= most {
            return Err(TicketError::TooMany(most));
        }
        let ticket = random()?;
        table.insert(ticket.clone(), State::Issued(Ticket { target, passes: Passed::default() }));
        Ok(ticket)
    }

    /// What the targets of tickets hold that no request has used.
    pub(crate) fn held_bytes(&self) -> u64 {
        let Some(table) = self.0.get() else { return 0 };
        let held = |state: &State| match state {
            State::Issued(Ticket { target: Some(target), .. }) => target.held_bytes(),
            _ => 0,
        };
        table.lock().values().map(|state| ENTRY_BYTES + held(state)).sum()
    }

    /// Adds to what the request with this ticket passes on.
    pub(crate) fn pass(&self, ticket: &str, passed: Passed) {
        let Some(table) = self.0.get() else { return };
        if let Some(State::Issued(ticket)) = table.lock().get_mut(ticket) {
            ticket.passes.url |= passed.url;
            ticket.passes.trailers |= passed.trailers;
        }
    }

    /// Takes the tickets out of a request's header, and returns the one that takes effect. Other values stay in the header. Some
    /// languages join several values of one name with commas.
    ///
    /// If a request carries several tickets, the last one with a target wins. If none has a target, the last one wins. The runtime
    /// of the worker's language may add a ticket for an ordinary request.
    pub(crate) fn take(&self, headers: &mut HeaderMap) -> Option<Redeemed> {
        let table = self.0.get()?;
        let mut found = Vec::new();
        let mut kept = Vec::new();
        for value in headers.get_all(HEADER) {
            let parts = value.as_bytes().split(|byte| *byte == b',');
            let others: Vec<_> = parts.filter(|part| table.redeem(part).map(|one| found.push(one)).is_none()).collect();
            if !others.is_empty() {
                kept.extend(HeaderValue::from_bytes(others.join(&b',').trim_ascii()).ok());
            }
        }
        let last = found.len().checked_sub(1)?;
        let counts = found.iter().rposition(|one| one.ticket.target.is_some()).unwrap_or(last);
        headers.remove(HEADER);
        headers.extend(kept.into_iter().map(|value| (HeaderName::from_static(HEADER), value)));
        Some(found.swap_remove(counts))
    }

    /// Why the ticket's request failed. Asking uses the ticket up, even if its request was never sent.
    pub(crate) fn failure(&self, ticket: &str) -> Option<DispatchError> {
        let state = self.0.get()?.lock().remove(ticket)?;
        match state {
            State::Failed(error) => Some(error),
            State::Issued(_) | State::Sent => None,
        }
    }
}

impl Table {
    /// Redeems a ticket. A second attempt gives none.
    fn redeem(self: &Arc<Self>, text: &[u8]) -> Option<Redeemed> {
        let text = str::from_utf8(text.trim_ascii()).ok().filter(|text| text.len() == DIGITS)?;
        let mut table = self.lock();
        let state = table.get_mut(text).filter(|state| matches!(state, State::Issued(_)))?;
        match std::mem::replace(state, State::Sent) {
            State::Issued(ticket) => Some(Redeemed { table: self.clone(), text: text.to_owned(), ticket }),
            State::Sent | State::Failed(_) => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Redeemed {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Keeps the reason of the failure, if the worker has not asked for it yet.
    pub(crate) fn failed(self, error: DispatchError) {
        if let Some(state) = self.table.lock().get_mut(&self.text) {
            *state = State::Failed(error);
        }
    }
}

impl Drop for Redeemed {
    /// If the request did not fail, the worker has no reason to ask for, so the ticket is removed.
    fn drop(&mut self) {
        let mut table = self.table.lock();
        if matches!(table.get(&self.text), Some(State::Sent)) {
            table.remove(&self.text);
        }
    }
}

/// 128 random bits: a client cannot guess a ticket of the invocation.
fn random() -> Result<String, TicketError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_unavailable| TicketError::Randomness)?;
    Ok(format!("{:0DIGITS$x}", u128::from_ne_bytes(bytes)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use futures::FutureExt as _;
    use futures::future::BoxFuture;
    use wasmtime_wasi_http::{RequestOptions, WasiBody};

    use super::*;

    /// The bound on tickets.
    const MOST: u32 = 100;

    struct Nowhere;

    impl Target for Nowhere {
        fn fetch(
            &self,
            _: http::Request<WasiBody>,
            _: Option<RequestOptions>,
        ) -> BoxFuture<'static, Result<http::Response<WasiBody>, DispatchError>> {
            async { Err(DispatchError::NoRoom(String::new())) }.boxed()
        }
    }

    #[test]
    fn a_ticket_is_good_once() {
        let tickets = Tickets::default();
        let ticket = tickets.issue(MOST, Some(Arc::new(Nowhere))).unwrap();
        let redeem = |ticket: &str| tickets.0.get().unwrap().redeem(ticket.as_bytes());
        assert!(redeem("another").is_none());
        let redeemed = redeem(&ticket).unwrap();
        assert!(redeem(&ticket).is_none());
        redeemed.failed(DispatchError::NoRoom(String::new()));
        assert!(redeem(&ticket).is_none());
        assert!(tickets.failure(&ticket).is_some());
        assert!(tickets.failure(&ticket).is_none());
        let unsent = tickets.issue(MOST, None).unwrap();
        assert!(tickets.failure(&unsent).is_none() && redeem(&unsent).is_none());
    }

    #[test]
    fn a_ticket_without_a_failure_to_report_makes_room() {
        let tickets = Tickets::default();
        for _ in 0..=MOST {
            let [answered, asked] = [(); 2].map(|()| tickets.issue(MOST, None).unwrap());
            // Answered or cancelled.
            drop(tickets.0.get().unwrap().redeem(answered.as_bytes()).unwrap());
            let redeemed = tickets.0.get().unwrap().redeem(asked.as_bytes()).unwrap();
            // The worker asked before the request failed, and cannot ask twice.
            assert!(tickets.failure(&asked).is_none());
            redeemed.failed(DispatchError::NoRoom(String::new()));
        }
        assert!(tickets.0.get().unwrap().lock().is_empty());
    }

    #[test]
    fn a_ticket_is_found_among_what_a_client_wrote() {
        for (values, kept) in [
            (&["T"][..], &[][..]),
            (&["x", "T"], &["x"]),
            (&[",T"], &[""]),
            (&["x, y, T"], &["x, y"]),
            (&["T, x", "y"], &["x", "y"]),
            (&["x", "y,T,z"], &["x", "y,z"]),
            (&["T", "U"], &[]),
            (&["x, U, T", "y"], &["x", "y"]),
        ] {
            let tickets = Tickets::default();
            let [first, second] =
                [Some(Arc::new(Nowhere) as _), None].map(|target| tickets.issue(MOST, target).unwrap());
            let given = values.concat();
            let values = values.iter().map(|value| value.replace('T', &first).replace('U', &second).parse().unwrap());
            let mut headers: HeaderMap = values.map(|value| (HeaderName::from_static(HEADER), value)).collect();
            let taken = tickets.take(&mut headers).unwrap();
            assert!(taken.text() == first && taken.ticket.target.is_some());
            assert_eq!(headers.get_all(HEADER).iter().collect::<Vec<_>>(), kept);
            assert!(tickets.take(&mut headers).is_none());
            assert_eq!(headers.get_all(HEADER).iter().count(), kept.len());
            // The other tickets in the header are used up.
            assert_eq!(tickets.0.get().unwrap().lock().contains_key(&second), !given.contains('U'));
        }
    }

    #[test]
    fn the_last_ticket_with_a_target_wins() {
        let tickets = Tickets::default();
        for (targets, counts) in [([true, true, false], 1), ([false, true, false], 1), ([false, false, false], 2)] {
            let issued = targets.map(|target| tickets.issue(MOST, target.then(|| Arc::new(Nowhere) as _)).unwrap());
            let value = issued.join(", ").parse().unwrap();
            let mut headers = HeaderMap::from_iter([(HeaderName::from_static(HEADER), value)]);
            let taken = tickets.take(&mut headers).unwrap();
            assert_eq!(issued.iter().position(|one| one == taken.text()), Some(counts));
        }
    }

    #[test]
    fn tickets_are_bounded() {
        let tickets = Tickets::default();
        for _ in 0..MOST {
            tickets.issue(MOST, Some(Arc::new(Nowhere))).unwrap();
        }
        assert!(matches!(tickets.issue(MOST, Some(Arc::new(Nowhere))), Err(TicketError::TooMany(100))));
    }
}
