//! Bodies of WASI 0.3.

use http::HeaderValue;
use wit_bindgen::{FutureReader, StreamReader, StreamResult, StreamWriter, spawn_local};

use super::generated::wasi::http::types::Trailers;
use super::generated::{wit_future, wit_stream};
use super::{ErrorCode, Result};

/// Most bytes read at once.
const CHUNK: usize = 64 * 1024;

pub(super) type End = FutureReader<Result<Option<Trailers>, ErrorCode>>;

/// A body: bytes, or a stream that is read as it is asked for. One that came in and is sent on unread passes this worker by.
#[derive(Debug)]
pub struct Body(Content);

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    /// As it arrived: as long as its message says.
    Arrived(StreamReader<u8>, End),
    /// Written here, or what is left of one that arrived.
    Stream(StreamReader<u8>, End),
    /// A piece was being read, and whoever waited for it gave up: it may be gone.
    Lost,
}

/// Where a body is written. Dropped, it is the body's end.
#[derive(Debug)]
pub struct Writer(StreamWriter<u8>);

impl Body {
    /// A body of no bytes.
    pub fn empty() -> Self {
        Self(Content::Bytes(Vec::new()))
    }

    /// A body that is written while it is sent (`tollgate::spawn`).
    pub fn stream() -> (Writer, Self) {
        let (writer, reader) = wit_stream::new();
        (Writer(writer), Self(Content::Stream(reader, finished())))
    }

    pub(super) fn incoming(stream: StreamReader<u8>, end: End) -> Self {
        Self(Content::Arrived(stream, end))
    }

    /// Its `content-length`, where the message says that it is `said`, and one without a body may tell another's.
    pub(super) fn length(&self, said: Option<HeaderValue>, bodiless: bool) -> Option<HeaderValue> {
        match &self.0 {
            Content::Bytes(bytes) if bytes.is_empty() => said.filter(|_| bodiless),
            Content::Bytes(bytes) => Some(bytes.len().into()),
            Content::Arrived(..) => said,
            Content::Stream(..) | Content::Lost => None,
        }
    }

    /// The next piece; none at its end. A body that was cut short is an error, and so is what is left of one for which somebody
    /// no longer waited, as after a time-out: a part of it never passes for the whole.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, ErrorCode> {
        match std::mem::replace(&mut self.0, Content::Lost) {
            Content::Lost => Err(lost()),
            Content::Bytes(bytes) => {
                self.0 = Content::Bytes(Vec::new());
                Ok((!bytes.is_empty()).then_some(bytes))
            }
            Content::Arrived(mut stream, end) | Content::Stream(mut stream, end) => loop {
                let (result, bytes) = stream.read(Vec::with_capacity(CHUNK)).await;
                if !bytes.is_empty() {
                    self.0 = Content::Stream(stream, end);
                    return Ok(Some(bytes));
                }
                if !matches!(result, StreamResult::Complete(_)) {
                    end.await?;
                    self.0 = Content::Bytes(Vec::new());
                    return Ok(None);
                }
            },
        }
    }

    /// All of it.
    pub async fn bytes(mut self) -> Result<Vec<u8>, ErrorCode> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend(chunk);
        }
        Ok(bytes)
    }

    /// All of it, as text.
    pub async fn text(self) -> Result<String> {
        Ok(String::from_utf8(self.bytes().await?)?)
    }

    /// As a message is made of it.
    pub(super) fn sent(self) -> (Option<StreamReader<u8>>, End) {
        match self.0 {
            Content::Bytes(bytes) if bytes.is_empty() => (None, finished()),
            Content::Bytes(bytes) => {
                let (mut writer, reader) = wit_stream::new();
                spawn_local(async move { writer.write_all(bytes).await });
                (Some(reader), finished())
            }
            Content::Arrived(stream, end) | Content::Stream(stream, end) => (Some(stream), end),
            Content::Lost => (None, wit_future::new(|| Err(lost())).1),
        }
    }
}

fn lost() -> ErrorCode {
    ErrorCode::InternalError(Some("a piece of the body was no longer waited for, and may be lost".to_owned()))
}

impl Writer {
    /// Writes all of it; false where nobody reads it any more.
    pub async fn write(&mut self, bytes: impl Into<Vec<u8>>) -> bool {
        self.0.write_all(bytes.into()).await.is_empty()
    }
}

/// The end of a body without trailers.
fn finished() -> End {
    wit_future::new(|| Ok(None)).1
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Content::Bytes(bytes))
    }
}
