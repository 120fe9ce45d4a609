//! Moves a body on, chunk by chunk, without ever waiting by itself: whoever drives it waits for all that is going on.

use crate::http::{FutureTrailers, IncomingBody, OutgoingBody};
use crate::wasi::io::poll::Pollable;
use crate::wasi::io::streams::{InputStream, OutputStream, StreamError};

/// Most bytes moved at once.
const CHUNK: u64 = 64 * 1024;

enum State {
    Reading(Streams),
    Trailing { trailers: FutureTrailers, to: OutgoingBody },
    Done,
}

/// Two ends of a body. The order is that in which they may be dropped: a stream before its body, and what waits for a
/// stream before the stream.
struct Streams {
    arrived: Pollable,
    input: InputStream,
    output: OutputStream,
    from: IncomingBody,
    to: OutgoingBody,
}

/// A body on its way from one resource to another, trailers included.
pub struct Pump(State);

impl Pump {
    /// Begins to move a body.
    pub fn new(from: IncomingBody, to: OutgoingBody) -> Self {
        match (from.stream(), to.write()) {
            (Ok(input), Ok(output)) => {
                Self(State::Reading(Streams { arrived: input.subscribe(), input, output, from, to }))
            }
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
            State::Reading(streams) => self.read(streams),
            State::Trailing { trailers, to } => self.trail(trailers, to),
            State::Done => false,
        }
    }

    /// Splices, so that the bytes move inside the host and never pass through this worker's memory.
    fn read(&mut self, streams: Streams) -> bool {
        match streams.output.splice(&streams.input, CHUNK) {
            Ok(moved) => {
                self.0 = State::Reading(streams);
                moved > 0
            }
            // Closed is said of either end. Where the output still takes bytes, it was the input: the body is whole.
            Err(StreamError::Closed) if streams.output.check_write().is_ok() => {
                let Streams { arrived, input, output, from, to } = streams;
                drop(arrived);
                drop((input, output));
                self.0 = State::Trailing { trailers: IncomingBody::finish(from), to };
                true
            }
            // Nobody reads any more, or what comes in was cut: dropped without a finish, what goes out is cut off too.
            Err(_) => true,
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

    /// Moves everything. For where nothing else goes on: it waits before each step, and asks nothing that it can wait for.
    pub fn run(mut self) {
        loop {
            match &self.0 {
                State::Reading(streams) => streams.arrived.block(),
                State::Trailing { trailers, .. } => trailers.subscribe().block(),
                State::Done => return,
            }
            if !self.step()
                && let State::Reading(Streams { output, .. }) = &self.0
            {
                output.subscribe().block();
            }
        }
    }

    /// What must be waited for before another step can do something.
    pub fn wait(&self) -> Option<Pollable> {
        match &self.0 {
            State::Reading(Streams { input, output, .. }) => match output.check_write() {
                Ok(0) => Some(output.subscribe()),
                _ => Some(input.subscribe()),
            },
            State::Trailing { trailers, .. } => Some(trailers.subscribe()),
            State::Done => None,
        }
    }
}
