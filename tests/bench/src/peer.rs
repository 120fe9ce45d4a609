//! The peers of bare hyper: what an HTTP server and a reverse proxy cost that do nothing else, and the origin of all.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use clap::Subcommand;
use futures::stream;
use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};

type Body = UnsyncBoxBody<Bytes, hyper::Error>;
type Origin = (SocketAddr, Client<HttpConnector, Incoming>);

/// Bytes of one frame of a long body.
const FRAME: usize = 64 * 1024;

/// What a peer does.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Peer {
    /// Says hello; `/echo` gives the body back; `/stream/N` gives N bytes.
    Origin,
    /// Passes every request on.
    Proxy {
        /// The origin's address.
        to: SocketAddr,
    },
    /// Opens connections, says so, and sends nothing.
    Idle {
        /// The address that they lead to.
        to: SocketAddr,
        /// How many.
        count: usize,
    },
}

impl Peer {
    /// Serves until killed.
    pub(crate) async fn serve(self) -> anyhow::Result<()> {
        if let Self::Idle { to, count } = self {
            return idle(to, count).await;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listen http://{}", listener.local_addr()?);
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        loop {
            let stream = listener.accept().await?.0;
            stream.set_nodelay(true)?;
            match self {
                Self::Origin | Self::Idle { .. } => drop(tokio::spawn(origin(stream))),
                Self::Proxy { to } => drop(tokio::spawn(proxy(stream, Arc::new((to, client.clone()))))),
            }
        }
    }
}

/// Holds connections until it is killed, also those that the other end has closed.
async fn idle(to: SocketAddr, count: usize) -> anyhow::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(TcpStream::connect(to).await?);
    }
    println!("idle http://{to}");
    std::future::pending().await
}

async fn origin(stream: TcpStream) -> Result<(), hyper::Error> {
    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    let path = request.uri().path();
    if path == "/echo" {
        return Ok(Response::new(request.into_body().boxed_unsync()));
    }
    let length = path.strip_prefix("/stream/").and_then(|length| length.parse().ok());
    Ok(length.map_or_else(hello, long))
}

fn hello() -> Response<Body> {
    Response::new(Full::new(Bytes::from_static(b"hello")).map_err(|never| match never {}).boxed_unsync())
}

/// A body of this many bytes, of one frame that is shared.
fn long(length: usize) -> Response<Body> {
    let frame = Bytes::from(vec![b'x'; FRAME]);
    let frames = stream::unfold(length, move |left| {
        let part = frame.slice(..left.min(FRAME));
        std::future::ready((left > 0).then(|| (Ok(Frame::data(part.clone())), left - part.len())))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    response.headers_mut().insert("content-length", HeaderValue::from(length));
    response
}

async fn proxy(stream: TcpStream, origin: Arc<Origin>) -> Result<(), hyper::Error> {
    let service = service_fn(|request| pass(request, origin.clone()));
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
}

async fn pass(mut request: Request<Incoming>, origin: Arc<Origin>) -> anyhow::Result<Response<Incoming>> {
    let (to, client) = &*origin;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::builder().scheme("http").authority(to.to_string()).path_and_query(path).build()?;
    request.headers_mut().insert(HOST, HeaderValue::try_from(to.to_string())?);
    Ok(client.request(request).await?)
}
