//! From what a file says to what the library takes: requests, rules of the origin, faults.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use super::{Kind, Message, Piece, Place, Planned, Rule};
use crate::message::Payload;
use crate::secrets::is_secret;
use crate::{Composition, Fault, Hop, Origin, Reply, Request, TestError};

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

    /// The values of its headers that are called like a secret.
    pub(in crate::scenario) fn secrets(&self) -> impl Iterator<Item = String> {
        self.headers.iter().filter(|(name, _)| is_secret(name)).map(|(_, value)| value.clone())
    }
}

impl Rule {
    pub(in crate::scenario) fn add_to(&self, origin: Origin) -> Result<Origin, TestError> {
        let reply = Reply::new(self.status)?
            .body(payload(&self.body, &self.pieces, &self.trailers)?)
            .after(Duration::from_millis(self.after_ms));
        let reply = self.headers.iter().try_fold(reply, |reply, (name, value)| reply.header(name, value))?;
        let reply = if self.early { reply.early() } else { reply };
        if !self.url.contains("://") && !self.url.starts_with('*') {
            return Err(TestError::shape("origin.url", "a URL with its scheme, or a `*` in its place", &self.url));
        }
        Ok(origin.rule(self.method.as_deref(), &self.url, self.times.map(NonZeroU32::get), reply))
    }
}

impl Planned {
    pub(in crate::scenario) fn add_to(&self, composition: Composition) -> Result<Composition, TestError> {
        let hop = match self.hop {
            Place::Entrance => Hop::Entrance,
            Place::Dispatch => Hop::Dispatch,
            Place::Outbound => Hop::Outbound,
            Place::Service => Hop::Service,
            Place::Origin => Hop::Network,
        };
        let fault = match self.kind {
            Kind::Refuse => Fault::Refuse,
            Kind::Reset => Fault::Reset,
            Kind::Stall => Fault::Stall,
            Kind::Cut => Fault::Cut { after_bytes: self.after_bytes },
            Kind::Drip => Fault::Drip { bytes: self.bytes, every: Duration::from_millis(self.every_ms) },
            Kind::Trap => Fault::Trap,
            Kind::OverLimit => Fault::OverLimit,
        };
        match self.at {
            None => composition.fault(hop, fault),
            Some(nth) => composition.fault_at(hop, nth.get(), fault),
        }
    }
}
