//! Faults on demand: what goes wrong at a hop in the place of what would go right there.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http_body::Frame;
use http_body_util::{BodyExt as _, BodyStream, StreamBody};
use tollgate_dispatch::{Answer, DispatchError, Hop};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::Reply;

/// What goes wrong.
///
/// ```
/// # use tollgate_test::*;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let guests = "../../target/guests/wasm32-wasip2/release";
/// # let lab = Lab::in_folder("../../target/compiled-for-tests")?;
/// # let user = lab.user(std::fs::read(format!("{guests}/test_user.wasm"))?)?;
/// let origin = Origin::new().reply("http://api.example/*", Reply::text("hello"));
/// let alone = lab.compose().user("alice", &user)?.origin(origin);
/// let request = Request::get("http://alice.example/fetch")?.header("x-target-url", "http://api.example/")?;
///
/// let cut = alone.clone().fault(Hop::Network, Fault::Cut { after_bytes: 2 })?;
/// cut.send(request.clone())?.assert(&Expect::new().status(200).body("he").cut());
///
/// let trap = alone.fault(Hop::Entrance, Fault::Trap)?;
/// trap.send(request)?.assert(&Expect::new().failure("trapped").no_origin());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nobody takes the connection.
    Refuse,
    /// The connection breaks before there is a response.
    Reset,
    /// No response ever comes.
    Stall,
    /// The response's body breaks off after so many bytes.
    Cut {
        /// How many arrive.
        after_bytes: usize,
    },
    /// The response's body comes in pieces of so many bytes, with a pause before each.
    Drip {
        /// The size of a piece.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// The worker traps before it answers.
    Trap,
    /// The worker reaches a limit, and is stopped before it answers.
    OverLimit,
    /// Somebody else answers in its place: no fault, but a part that a test plays itself.
    Answer(Box<Reply>),
}

/// A fault at a hop.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) hop: Hop,
    /// At which request there, counted from 1; none: at each.
    pub(crate) nth: Option<usize>,
    pub(crate) fault: Fault,
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at hop {:?}", self.fault, self.hop)?;
        self.nth.map_or(Ok(()), |nth| write!(f, ", request {nth}"))
    }
}

impl Fault {
    /// Whether nothing of the request comes to whom it is for.
    pub(crate) fn keeps_back(&self) -> bool {
        !matches!(self, Self::Cut { .. } | Self::Drip { .. })
    }

    /// What comes back in the place of what would, where the fault is of that kind; otherwise the request goes on.
    pub(crate) async fn before(&self, options: Option<RequestOptions>) -> Option<Answer> {
        const TRAP: &str = "worker trapped: a fault on purpose";
        const LIMIT: &str = "worker exceeded its CPU time limit: a fault on purpose";
        Some(Err(match self {
            Self::Refuse => DispatchError::WorkerError(Error::ConnectionRefused),
            Self::Reset => DispatchError::WorkerError(Error::ConnectionTerminated),
            Self::Stall => late(options.and_then(|options| options.first_byte_timeout)).await,
            Self::Trap => DispatchError::WorkerFailed(TRAP.to_owned()),
            Self::OverLimit => DispatchError::Limit(LIMIT.to_owned()),
            Self::Answer(reply) => return Some(Ok(Reply::clone(reply).response())),
            Self::Cut { .. } | Self::Drip { .. } => return None,
        }))
    }

    /// The response's body with the fault in it.
    pub(crate) fn within(&self, body: WasiBody, options: Option<RequestOptions>) -> WasiBody {
        let patience = options.and_then(|options| options.between_bytes_timeout);
        match *self {
            Self::Cut { after_bytes } => cut(body, after_bytes),
            Self::Drip { bytes, every } => drip(body, bytes.max(1), every, patience),
            _ => body,
        }
    }
}

type Item = Result<Frame<Bytes>, Error>;

fn cut(body: WasiBody, after_bytes: usize) -> WasiBody {
    let kept = BodyStream::new(body).scan(after_bytes, |left, frame: Item| {
        let frame = match frame {
            Ok(frame) if *left > 0 => frame.map_data(|data| data.slice(..data.len().min(*left))),
            _ => return futures::future::ready(None),
        };
        *left -= frame.data_ref().map_or(0, Bytes::len);
        futures::future::ready(Some(Ok(frame)))
    });
    let broken = stream::once(async { Err(Error::ConnectionTerminated) });
    WasiBody::new(StreamBody::new(kept.chain(broken)))
}

/// The error of an origin that is silent for longer than the request waits; where it waits for ever, so does this.
async fn late(patience: Option<Duration>) -> DispatchError {
    match patience {
        None => std::future::pending().await,
        Some(patience) => tokio::time::sleep(patience).await,
    }
    DispatchError::WorkerError(Error::ConnectionReadTimeout)
}

fn drip(body: WasiBody, bytes: usize, every: Duration, patience: Option<Duration>) -> WasiBody {
    let pieces = BodyStream::new(body).flat_map(move |frame: Item| stream::iter(pieces(frame, bytes)));
    let slow = pieces.then(move |piece| async move {
        let patience = patience.unwrap_or(Duration::MAX);
        tokio::time::sleep(every.min(patience)).await;
        if every < patience { piece } else { Err(Error::ConnectionReadTimeout) }
    });
    StreamBody::new(slow).boxed_unsync()
}

fn pieces(frame: Item, bytes: usize) -> Vec<Item> {
    match frame.map(Frame::into_data) {
        Ok(Ok(mut data)) => {
            let mut all = Vec::new();
            while !data.is_empty() {
                all.push(Ok(Frame::data(data.split_to(bytes.min(data.len())))));
            }
            all
        }
        Ok(Err(other)) => vec![Ok(other)],
        Err(error) => vec![Err(error)],
    }
}
