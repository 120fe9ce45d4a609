//! Writes the log on a thread of its own, so that a reader of standard error that hangs stops no request.
//!
//! Lines wait in a queue with a bound of bytes. A line that finds no room is dropped and counted, and the next line that the thread
//! writes is preceded by one that says how many were dropped, in the log's own format.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::json;
use tollgate_control::LogQueue;
use tollgate_types::config::LogFormat;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// Bytes of lines that may wait. Not a setting: a reader that is merely slow catches up within this, and no load needs more memory.
const QUEUE_BYTES: usize = 4 << 20;
/// What a waiting line takes beside its text.
const LINE_BYTES: usize = 64;
/// How long a host that ends waits for the reader of its log.
const FLUSH_FOR: Duration = Duration::from_secs(1);

enum Entry {
    Line(Vec<u8>),
    /// Everything before it is written: tell the sender.
    Flush(Sender<()>),
}

/// The end of the queue that takes lines. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    lines: Sender<Entry>,
    queue: Arc<LogQueue>,
}

impl Writer {
    /// Starts the thread that writes lines of this format to `out`.
    pub(super) fn start(out: impl Write + Send + 'static, format: LogFormat) -> io::Result<Self> {
        let (lines, waiting) = channel();
        let queue = Arc::<LogQueue>::default();
        let writer = Self { lines, queue: queue.clone() };
        std::thread::Builder::new().name("log".to_owned()).spawn(move || write_all(out, format, &waiting, &queue))?;
        Ok(writer)
    }

    /// What waits in the queue, and what was dropped.
    pub(super) fn queue(&self) -> &Arc<LogQueue> {
        &self.queue
    }

    /// Waits until everything is written, or for a second if the reader hangs.
    pub(super) fn flush(&self) {
        let (done, written) = channel();
        if self.lines.send(Entry::Flush(done)).is_ok() {
            let _late = written.recv_timeout(FLUSH_FOR);
        }
    }

    fn put(&self, line: &[u8]) {
        let size = line.len() + LINE_BYTES;
        if self.queue.waiting_bytes.fetch_add(size, Ordering::Relaxed) + size > QUEUE_BYTES {
            self.queue.waiting_bytes.fetch_sub(size, Ordering::Relaxed);
            self.queue.lost_lines.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let _no_thread = self.lines.send(Entry::Line(line.to_vec()));
    }
}

/// An error is ignored: standard error may be closed, and the host goes on without a log.
fn write_all(mut out: impl Write, format: LogFormat, waiting: &Receiver<Entry>, queue: &LogQueue) {
    let mut told = 0;
    while let Ok(entry) = waiting.recv() {
        let lost = queue.lost_lines.load(Ordering::Relaxed);
        if lost > told {
            let _ = writeln!(out, "{}", notice(format, lost - told, lost));
            told = lost;
        }
        match entry {
            Entry::Line(line) => {
                let _ = out.write_all(&line);
                queue.waiting_bytes.fetch_sub(line.len() + LINE_BYTES, Ordering::Release);
            }
            Entry::Flush(done) => {
                let _ = out.flush();
                let _ = done.send(());
            }
        }
    }
}

/// The line about dropped lines. tracing cannot make it: its lines would go to the queue, which is full.
fn notice(format: LogFormat, lost: u64, since_start: u64) -> String {
    let mut timestamp = String::new();
    // Without a clock, the line has no time.
    let _ = SystemTime.format_time(&mut tracing_subscriber::fmt::format::Writer::new(&mut timestamp));
    let (target, message) = (module_path!(), format!("{lost} lines of the log were dropped: its reader is too slow"));
    match format {
        LogFormat::Text => format!("{timestamp}  WARN {target}: {message} since_start={since_start}"),
        LogFormat::Json => json!({
            "timestamp": timestamp,
            "level": "WARN",
            "fields": { "message": message, "since_start": since_start },
            "target": target,
        })
        .to_string(),
    }
}

/// tracing writes each line with one call.
impl Write for &Writer {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Writer {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A reader that hangs while it is locked.
    #[derive(Clone, Default)]
    struct Reader(Arc<Mutex<Vec<u8>>>);

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_hangs_stops_no_writer_and_lost_lines_are_counted_and_told() {
        for format in [LogFormat::Text, LogFormat::Json] {
            lost_lines_are_told(format);
        }
    }

    fn lost_lines_are_told(format: LogFormat) {
        let reader = Reader::default();
        let writer = Writer::start(reader.clone(), format).unwrap();
        let hangs = reader.0.lock().unwrap();
        let mut line = [b'x'; 1 << 20];
        line[line.len() - 1] = b'\n';
        for _ in 0..8 {
            writer.put(&line);
        }
        let lost = writer.queue().lost_lines.load(Ordering::Relaxed);
        assert_eq!(lost, 5, "three of 1 MiB and their overhead fit into 4 MiB");
        drop(hangs);
        writer.flush();
        let written = reader.0.lock().unwrap();
        let text = String::from_utf8_lossy(&written);
        let notice = text.lines().find(|line| !line.starts_with('x')).unwrap();
        assert!(notice.contains("5 lines of the log were dropped"), "{notice}");
        let read = serde_json::from_str::<serde_json::Value>(notice);
        assert_eq!(read.is_ok(), format == LogFormat::Json, "{notice}");
        assert!(read.is_err() || read.is_ok_and(|read| read["level"] == "WARN"), "{notice}");
        assert_eq!(text.bytes().filter(|byte| *byte == b'x').count(), 3 * ((1 << 20) - 1));
    }
}
