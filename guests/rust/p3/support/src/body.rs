//! Bodies: streams of bytes, and the futures that come with them.

use wit_bindgen::{FutureReader, StreamReader, StreamResult};

use crate::http::{ErrorCode, Trailers};
use crate::{spawn_local, wit_future, wit_stream};

/// Most bytes read at once.
const CHUNK: usize = 64 * 1024;

/// A body that holds a text.
pub fn text_body(text: &str) -> StreamReader<u8> {
    bytes_body(text.as_bytes().to_vec())
}

/// A body that holds bytes.
pub fn bytes_body(bytes: Vec<u8>) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        writer.write_all(bytes).await;
    });
    reader
}

/// The same bytes, each piece as it comes.
pub fn copied(mut body: StreamReader<u8>) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        loop {
            let (result, chunk) = body.read(Vec::with_capacity(CHUNK)).await;
            let left = writer.write_all(chunk).await;
            if !left.is_empty() || !matches!(result, StreamResult::Complete(_)) {
                return;
            }
        }
    });
    reader
}

/// The end of a body, without trailers.
pub fn finished() -> FutureReader<Result<Option<Trailers>, ErrorCode>> {
    wit_future::new(|| Ok(None)).1
}

/// Says that a body was taken in order.
pub fn empty() -> FutureReader<Result<(), ErrorCode>> {
    wit_future::new(|| Ok(())).1
}

/// Reads a body to its end.
pub async fn read(mut body: StreamReader<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let (result, chunk) = body.read(Vec::with_capacity(CHUNK)).await;
        bytes.extend_from_slice(&chunk);
        if !matches!(result, StreamResult::Complete(_)) {
            return bytes;
        }
    }
}
