//! Moves a body on, chunk by chunk, without ever waiting by itself: whoever drives it waits for all that is going on.

use crate::http::{FutureTrailers, IncomingBody, OutgoingBody};
use crate::wasi::io::poll::Pollable;
use crate::wasi::io::streams::{InputStream, OutputStream, StreamError};

enum State {
    Reading { input: InputStream, output: OutputStream, from: IncomingBody, to: OutgoingBody },
    Trailing { trailers: FutureTrailers, to: OutgoingBody },
    Done,
}

/// A body on its way from one resource to another, trailers included.
pub struct Pump(State);

impl Pump {
    /// Begins to move a body.
    pub fn new(from: IncomingBody, to: OutgoingBody) -> Self {
        match (from.stream(), to.write()) {
            (Ok(input), Ok(output)) => Self(State::Reading { input, output, from, to }),
            _ => Self(State::Done),
        }
    }

    /// A body that has nothing to move.
    pub fn idle() -> Self {
        Self(State::Done)
    }

    /// Whether all is moved.
    pub fn done(&self) -> bool {
        matches!(self.0, State::Done)
    }

    /// Moves what can be moved now; true if anything was.
    pub fn step(&mut self) -> bool {
        match std::mem::replace(&mut self.0, State::Done) {
            State::Reading { input, output, from, to } => self.read(input, output, from, to),
            State::Trailing { trailers, to } => self.trail(trailers, to),
            State::Done => false,
        }
    }

    fn read(&mut self, input: InputStream, output: OutputStream, from: IncomingBody, to: OutgoingBody) -> bool {
        let room = match output.check_write() {
            Ok(room) => room,
            // Nobody reads any more: let both go.
            Err(_) => return abandon(input, output, from, to),
        };
        let chunk = if room == 0 { Ok(Vec::new()) } else { input.read(room.min(65536)) };
        match chunk {
            Ok(chunk) => {
                let moved = !chunk.is_empty();
                if moved && output.write(&chunk).is_err() {
                    return abandon(input, output, from, to);
                }
                self.0 = State::Reading { input, output, from, to };
                moved
            }
            Err(StreamError::Closed) => {
                drop((input, output));
                self.0 = State::Trailing { trailers: IncomingBody::finish(from), to };
                true
            }
            // Dropped without a finish, the body that goes out is cut off too.
            Err(StreamError::LastOperationFailed(_)) => abandon(input, output, from, to),
        }
    }

    fn trail(&mut self, trailers: FutureTrailers, to: OutgoingBody) -> bool {
        match trailers.get() {
            None => {
                self.0 = State::Trailing { trailers, to };
                false
            }
            Some(Ok(Ok(fields))) => {
                // What arrived is immutable; what goes out must not be.
                let fields = fields.map(|fields| fields.clone());
                let _ = OutgoingBody::finish(to, fields);
                true
            }
            Some(_) => true,
        }
    }

    /// What must be waited for before another step can do something.
    pub fn wait(&self) -> Option<Pollable> {
        match &self.0 {
            State::Reading { input, output, .. } => match output.check_write() {
                Ok(0) => Some(output.subscribe()),
                _ => Some(input.subscribe()),
            },
            State::Trailing { trailers, .. } => Some(trailers.subscribe()),
            State::Done => None,
        }
    }
}

/// Lets both bodies go, streams first: a body must not be dropped while its stream lives.
fn abandon(input: InputStream, output: OutputStream, from: IncomingBody, to: OutgoingBody) -> bool {
    drop((input, output));
    drop((from, to));
    true
}
