//! A client of the front door, and what it was answered.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};

/// Any request body.
pub type Body = UnsyncBoxBody<Bytes, anyhow::Error>;

/// What the system keeps of a connection at either of its ends that is ours: little, and the same everywhere.
pub(crate) const SOCKET_BYTES: u32 = 128 * 1024;

/// A client, HTTP/1.1 or HTTP/2 with prior knowledge.
pub(crate) type Client = hyper_util::client::legacy::Client<HttpConnector, Body>;

/// A client that speaks HTTP/1.1.
pub(crate) fn client() -> Client {
    let mut connector = HttpConnector::new();
    connector.set_send_buffer_size(Some(SOCKET_BYTES as usize));
    connector.set_recv_buffer_size(Some(SOCKET_BYTES as usize));
    hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector)
}

/// Sends one request over HTTP/2 with prior knowledge, and reads the answer to its end.
pub async fn http2(to: std::net::SocketAddr, request: http::Request<Body>) -> anyhow::Result<Answer> {
    let stream = TokioIo::new(tokio::net::TcpStream::connect(to).await?);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await?;
    let connection = tokio::spawn(connection);
    let answer = Answer::read(sender.send_request(request).await?).await;
    connection.abort();
    answer
}

/// Asks a front door that is no [`Host`](crate::Host)'s, under a host name.
pub async fn ask(port: u16, host: &str, path: &str) -> anyhow::Result<Answer> {
    let request = http::Request::get(format!("http://127.0.0.1:{port}{path}")).header("host", host);
    Answer::read(client().request(request.body(empty())?).await?).await
}

/// Sends a whole request, and reads the answer to its end.
pub async fn send(request: http::Request<Bytes>) -> anyhow::Result<Answer> {
    Answer::read(client().request(request.map(full)).await?).await
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its trailers.
    pub trailers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn read(response: http::Response<Incoming>) -> anyhow::Result<Self> {
        let (parts, body) = response.into_parts();
        let collected = body.collect().await?;
        let trailers = collected.trailers().cloned().unwrap_or_default();
        Ok(Self { status: parts.status, headers: parts.headers, trailers, body: collected.to_bytes() })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim_end().to_owned()
    }

    /// A header as text, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// No body.
pub fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body of known length.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}
