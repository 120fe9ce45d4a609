//! Makes a connection to an origin: resolve and check, dial what was checked, speak TLS if the URL asks for it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tollgate_types::egress::EgressScheme;
use tower_service::Service;

use crate::clock::CLOCK;
use crate::connections::Share;
use crate::dialer::Dialer;
use crate::fault::{self, ConnectError};
use crate::identity::Identity;
use crate::resolve::{Resolver, Wanted};
use crate::stream::Stream;
use crate::tls;

/// The connector of one identity.
#[derive(Clone)]
pub(crate) struct Connector {
    resolver: Arc<Resolver>,
    identity: Identity,
    tls: TlsConnector,
    share: Share,
    /// The longest time to connect.
    connect: Duration,
    dialer: Option<Arc<dyn Dialer>>,
}

impl Connector {
    pub(crate) fn new(
        resolver: Arc<Resolver>,
        identity: Identity,
        tls: TlsConnector,
        share: Share,
        connect: Duration,
        dialer: Option<Arc<dyn Dialer>>,
    ) -> Self {
        Self { resolver, identity, tls, share, connect, dialer }
    }

    async fn connect(self, uri: Uri, deadline: Instant) -> Result<Stream, ConnectError> {
        let leave = self.share.leave(deadline).await.inspect_err(|full| {
            tracing::warn!(namespace = %self.identity.namespace, workers = %self.identity.chain, "{full}");
        })?;
        let wanted = Wanted::of(&uri, &self.identity.namespace, &self.identity.levels).ok_or(ConnectError::Dns)?;
        if let Some(dialer) = &self.dialer {
            self.resolver.admit(&wanted)?;
            let dialled = timeout_at(deadline, dialer.dial(uri)).await.map_err(|_late| ConnectError::Timeout)?;
            return Ok(Stream::boxed(dialled.map_err(|error| fault::of_dial(&error))?, leave.unnoted()));
        }
        let resolving = timeout_at(deadline, self.resolver.resolve(&wanted));
        let addresses = resolving.await.map_err(|_late| ConnectError::DnsTimeout)??;
        let tcp = dial(&addresses, deadline).await?;
        let open = leave.made(&tcp);
        if wanted.scheme == EgressScheme::Http {
            return Ok(Stream::new(tcp, open));
        }
        let handshake = timeout_at(deadline, tls::handshake(&self.tls, wanted.host, tcp));
        handshake.await.map_err(|_late| ConnectError::Timeout)?.map(|tls| Stream::new(tls, open))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    /// Called inside the future of the request that needs the connection, hence the task-local clock is that request's.
    fn call(&mut self, uri: Uri) -> Self::Future {
        let paused = CLOCK.try_with(|clock| clock.pause()).ok();
        let limit = paused.as_ref().map_or(self.connect, |paused| paused.connect_limit());
        let connecting = self.clone().connect(uri, Instant::now() + limit);
        Box::pin(async move {
            let _paused = paused;
            connecting.await.map(TokioIo::new)
        })
    }
}

/// Tries each address in turn with a fair share of the time that is left, so that one dead address does not use it up.
/// The last failure is the one that is told.
async fn dial(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, ConnectError> {
    let mut failure = ConnectError::Dns;
    for (address, left) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let share = deadline.saturating_duration_since(Instant::now()) / u32::try_from(left).unwrap_or(u32::MAX);
        failure = match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // A request is written in few pieces: waiting to fill a packet only adds delay.
                tcp.set_nodelay(true).map_err(|error| fault::of_dial(&error))?;
                return Ok(tcp);
            }
            Ok(Err(error)) => fault::of_dial(&error),
            Err(_late) => ConnectError::Timeout,
        };
        tracing::debug!(%address, %failure, "an address was not reached");
    }
    Err(failure)
}
