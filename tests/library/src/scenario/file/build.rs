//! From what a file says to what the library takes: requests, rules of the origin, faults.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Message, Piece, Planned, Rule};
use crate::message::Payload;
use crate::{Composition, Fault, Origin, Reply, Request, TestError};

fn payload(body: &str, pieces: &[Piece], trailers: &BTreeMap<String, String>) -> Result<Payload, TestError> {
    let payload = pieces.iter().fold(Payload::of(body.to_owned()), |payload, piece| {
        payload.then(Duration::from_millis(piece.after_ms), piece.text.clone())
    });
    trailers.iter().try_fold(payload, |payload, (name, value)| payload.trailer(name, value))
}

impl Message {
    pub(in crate::scenario) fn build(&self) -> Result<Request, TestError> {
        let request = Request::new(&self.method, &self.url)?.body(payload(&self.body, &self.pieces, &self.trailers)?);
        self.headers.iter().try_fold(request, |request, (name, value)| request.header(name, value))
    }
}

impl Rule {
    pub(in crate::scenario) fn add_to(&self, origin: Origin) -> Result<Origin, TestError> {
        let reply = Reply::new(self.status)?
            .body(payload(&self.body, &self.pieces, &self.trailers)?)
            .after(Duration::from_millis(self.after_ms));
        let reply = self.headers.iter().try_fold(reply, |reply, (name, value)| reply.header(name, value))?;
        let reply = if self.early { reply.early() } else { reply };
        Ok(origin.rule(self.method.as_deref(), &self.url, self.times, reply))
    }
}

impl Planned {
    pub(in crate::scenario) fn add_to(&self, composition: Composition) -> Result<Composition, TestError> {
        let hop = crate::scenario::hop(&self.hop).ok_or_else(|| {
            TestError::shape("fault.hop", "entrance, dispatch, outbound, service or origin", &self.hop)
        })?;
        let fault = match self.kind.as_str() {
            "refuse" => Fault::Refuse,
            "reset" => Fault::Reset,
            "stall" => Fault::Stall,
            "cut" => Fault::Cut { after_bytes: self.after_bytes },
            "drip" => Fault::Drip { bytes: self.bytes, every: Duration::from_millis(self.every_ms) },
            "trap" => Fault::Trap,
            "over-limit" => Fault::OverLimit,
            other => {
                return Err(TestError::shape(
                    "fault.kind",
                    "refuse, reset, stall, cut, drip, trap or over-limit",
                    other,
                ));
            }
        };
        match self.at {
            Some(0) => Err(TestError::shape("fault.at", "1 for the first request", 0)),
            None => composition.fault(hop, fault),
            Some(nth) => composition.fault_at(hop, nth, fault),
        }
    }
}
