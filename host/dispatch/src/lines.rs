//! What a worker writes to stdout and stderr, line by line, for the observers. The host's log puts namespace, worker, version and request
//! beside each line. People who read the log at a terminal trust these, so nothing in a line may write over them.

use std::io;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use tollgate_types::Plain;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

use crate::crossing::Sender as _;
use crate::current::Current;
use crate::invocation::Invocation;
use crate::observe::Printed;

/// Longest line; a longer one is broken. Not a setting: log collectors split longer lines.
const LINE_BYTES: usize = 4 * 1024;
/// What a line takes in the log beside its text: the time, and whose it is.
const ENTRY_BYTES: u64 = 128;

/// One of a worker's streams.
#[derive(Clone)]
pub(crate) struct Lines {
    current: Current,
    stream: &'static str,
    line: Vec<u8>,
}

impl Lines {
    pub(crate) fn new(current: &Current, stream: &'static str) -> Self {
        Self { current: current.clone(), stream, line: Vec::new() }
    }

    fn emit(&mut self) {
        let line = std::mem::take(&mut self.line);
        let invocation = self.current.get();
        let most = invocation.limits.log_bytes;
        if invocation.logged.load(Ordering::Relaxed) > most {
            // That the rest is left out was said.
            return;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        // What is shown in the place of a byte may be six, and it is what fills the disk.
        let shown = Plain(line).to_string();
        let entry = shown.len() as u64 + ENTRY_BYTES;
        let before = invocation.logged.fetch_add(entry, Ordering::Relaxed);
        if !invocation.charge.may_print(&invocation.id) {
            return;
        }
        match Room::of(most, before, entry) {
            Room::Enough => self.put(&invocation, line, &shown),
            Room::Last => {
                let last = format!("… what it prints beyond {most} bytes for one request is left out");
                self.put(&invocation, &last, &last);
            }
            Room::None => {}
        }
    }

    fn put(&self, invocation: &Invocation, line: &str, shown: &str) {
        let printed = Printed { stream: self.stream, line, shown };
        invocation.context.observers().printed(invocation.invoked(), &printed);
    }
}

/// Whether a line still has its place in the log.
#[derive(Debug, PartialEq, Eq)]
enum Room {
    Enough,
    /// It is the first that has none, in whose place that is said.
    Last,
    None,
}

impl Room {
    /// For a line of `entry` bytes after `before`, of which there may be `most`.
    fn of(most: u64, before: u64, entry: u64) -> Self {
        match (before > most, before.saturating_add(entry) > most) {
            (true, _) => Self::None,
            (false, true) => Self::Last,
            (false, false) => Self::Enough,
        }
    }
}

impl IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Lines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        for byte in bytes {
            self.line.push(*byte);
            if *byte == b'\n' || self.line.len() >= LINE_BYTES {
                self.emit();
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.emit();
        }
    }
}
