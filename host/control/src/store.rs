//! `GET /store/backup`: a backup of the store as a tar archive, which is made while it is sent.

use std::io::{self, BufWriter, Write};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream;
use http::header::CONTENT_TYPE;
use tokio::sync::mpsc;
use tollgate_store::{Backup, Manifest};

use crate::Control;
use crate::audit::{Author, Change};
use crate::error::ControlError;

/// Bytes that are sent at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks that may wait for a slow client. Beyond these the archive waits.
const WAITING_CHUNKS: usize = 16;

type Chunk = io::Result<Bytes>;

pub(crate) async fn backup(State(control): State<Control>, author: Author) -> Result<Response, ControlError> {
    let begun = control.writer.backup().await.map_err(ControlError::from);
    let backup = begun.inspect_err(|error| author.log_failure(&Change::of_host("backup.take"), error))?;
    let (chunks, sent) = mpsc::channel(WAITING_CHUNKS);
    // It ends when the client leaves: then a chunk cannot be handed over. The response ends after the line in the log.
    tokio::task::spawn_blocking(move || author.log(Change::of_host("backup.take"), &write(backup, &chunks)));
    let body = stream::unfold(sent, |mut sent| async move { sent.recv().await.map(|chunk| (chunk, sent)) });
    Ok(([(CONTENT_TYPE, "application/x-tar")], Body::from_stream(body)).into_response())
}

/// An error ends the response before its end, so that no client takes it for complete.
fn write(backup: Backup, chunks: &mpsc::Sender<Chunk>) -> Result<Manifest, ControlError> {
    let to = BufWriter::with_capacity(CHUNK_BYTES, Chunks(chunks.clone()));
    backup.write(to).map_err(|error| {
        let error = ControlError::from(error);
        let _left = chunks.blocking_send(Err(io::Error::other(error.chain())));
        error
    })
}

/// Hands chunks over to the response.
struct Chunks(mpsc::Sender<Chunk>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = bytes.get(..CHUNK_BYTES).unwrap_or(bytes);
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "the client left");
        self.0.blocking_send(Ok(Bytes::copy_from_slice(part))).map_err(gone)?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
