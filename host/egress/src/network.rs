//! Sends a request to the origin that it names, over connections that belong to who asks and to nobody else.
//!
//! Each identity has a client with a pool of its own: a connection can carry state (TLS client sessions, an origin's idea of
//! who is at the other end), so two tenants never meet on one. A client certificate is part of that idea: each that an
//! identity presents has a pool of its own too. Rejected: one pool keyed by identity and origin, which
//! hyper's client cannot do, and a connection per request, as wasmtime's default sender does it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::uri::{Parts, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rustls::ClientConfig;
use tollgate_types::config::EgressConfig;
use tollgate_types::egress::{EgressDenied, EgressLevels};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::certificate::{CertificateError, ClientCertificate};
use crate::clock::{CLOCK, Clock, Timeouts};
use crate::config::EgressConfigError;
use crate::connections::{Connections, Marked};
use crate::connector::Connector;
use crate::dialer::Dialer;
use crate::download::Download;
use crate::hop::{HOP, Hops};
use crate::identity::Identity;
use crate::resolve::Resolver;
use crate::upload::{self, Upload};
use crate::{fault, headers, target, tls};

/// The way out. Cheap to clone: clones share configuration and connections.
#[derive(Clone)]
pub struct Network {
    resolver: Arc<Resolver>,
    tls: Arc<ClientConfig>,
    clients: Cache<Pool, Pooled>,
    connections: Arc<Connections>,
    hops: Option<Arc<Hops>>,
    bounds: Bounds,
    dialer: Option<Arc<dyn Dialer>>,
}

/// What a network keeps and waits for, at most.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    timeouts: Timeouts,
    /// Pools at one time; the one that was idle longest gives way.
    pools: u64,
    /// How long an unused connection, and the pool of an identity without requests, is kept.
    idle: Duration,
    /// Idle connections that one identity keeps to one origin.
    idle_per_origin: usize,
    connections: u32,
    connections_per_namespace: u32,
    connections_per_identity: u32,
}

/// Who meets on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Pool {
    identity: Identity,
    /// The client certificate that its connections present.
    certificate: Option<Arc<str>>,
}

/// A client with its connections.
#[derive(Clone)]
struct Pooled {
    client: Client<Connector, Upload>,
    /// Says how deep its requests are, to this host alone.
    hop: Option<HeaderValue>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network").field("bounds", &self.bounds).finish_non_exhaustive()
    }
}

impl Network {
    /// A network with the operator's exceptions.
    ///
    /// # Errors
    /// When `ca_pem` cannot be used.
    pub fn new(config: EgressConfig) -> Result<Self, EgressConfigError> {
        let tls = Arc::new(tls::client_config(config.ca_pem.as_deref().map(str::as_bytes))?);
        let bounds = Bounds::of(&config);
        let (clients, connections) = (bounds.pools(), bounds.connections());
        let hops = Hops::new().map(Arc::new);
        Ok(Self { resolver: Arc::new(Resolver::new(&config)), tls, clients, connections, hops, bounds, dialer: None })
    }

    /// Replaces the operator's ranges, static names and rules. Idle connections are closed, so that no request reaches an address that
    /// is no longer allowed; requests in flight keep theirs.
    pub fn reconfigure(&self, config: &EgressConfig) {
        self.resolver.reconfigure(config);
        self.clients.invalidate_all();
    }

    /// The times that hold for a request: its own, within the ceilings, or the defaults.
    pub fn in_force(&self, options: Option<RequestOptions>) -> RequestOptions {
        self.bounds.timeouts.of(options).into()
    }

    /// The same network with connections of its own, which somebody else makes and not the system.
    pub fn dialled_by(&self, dialer: Arc<dyn Dialer>) -> Self {
        let (clients, connections) = (self.bounds.pools(), self.bounds.connections());
        // No request comes back from there.
        Self { clients, connections, hops: None, dialer: Some(dialer), ..self.clone() }
    }

    /// Sends `request` and gives the response as soon as its head is there. Follows no redirect.
    ///
    /// Pools are never shared between identities.
    /// Of `options`, the connect time is at most `egress.connect_ms`; first byte and between bytes are those of the configuration
    /// unless given.
    ///
    /// # Errors
    /// As `wasi:http` names them. A body that fails later gives the same errors in its stream.
    pub async fn send(
        &self,
        identity: impl Into<Identity>,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        self.exchange(identity.into(), None, request, options).await
    }

    /// Sends `request` as [`Self::send`] does, over connections that present a client certificate to an origin that asks for
    /// one. Two certificates never share a connection, nor does one with what is sent without.
    ///
    /// # Errors
    /// `HttpRequestDenied` unless the URL is https: nothing else presents a certificate. `InternalError` for a
    /// certificate that [`ClientCertificate::check`] refuses.
    pub async fn present(
        &self,
        identity: impl Into<Identity>,
        certificate: ClientCertificate<'_>,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        if request.uri().scheme() != Some(&Scheme::HTTPS) {
            return Err(Error::HttpRequestDenied);
        }
        self.exchange(identity.into(), Some(certificate), request, options).await
    }

    async fn exchange(
        &self,
        identity: Identity,
        certificate: Option<ClientCertificate<'_>>,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let timeouts = self.bounds.timeouts.of(options);
        let clock = Clock::start(timeouts);
        let (mut head, mut body) = prepare(request)?;
        self.permits(head.uri(), &identity.levels).map_err(|denied| {
            tracing::info!(namespace = %identity.namespace, workers = %identity.chain, host = head.uri().host(), %denied, "a request was denied");
            Error::HttpRequestDenied
        })?;
        if upload::is_unasked(&body) {
            body = Box::pin(upload::asked(body)).await?;
            clock.restart();
        }
        let (upload, upload_fault) = Upload::new(body, clock.clone());
        let Pooled { client, hop } =
            self.client(identity, certificate).map_err(|error| Error::InternalError(Some(error.to_string())))?;
        // What the worker wrote there goes, and what a proxy wrote that it passes on.
        head.headers_mut().remove(HOP);
        let leads_back = self.hops.as_ref().is_some_and(|hops| hops.leads_back(head.uri()));
        head.headers_mut().extend(hop.filter(|_| leads_back).map(|hop| (HOP, hop)));
        let exchange = CLOCK.scope(clock.clone(), client.request(head.map(|()| upload)));
        let response = tokio::select! {
            biased;
            outcome = exchange => outcome.map_err(|error| upload_fault.take().unwrap_or_else(|| fault::of_send(&error)))?,
            () = clock.first_byte_is_late() => return Err(Error::ConnectionReadTimeout),
        };
        finish(response, timeouts)
    }

    /// How deep in a chain of workers a connection was made, told by the address that its other end sees.
    pub fn depth_of(&self, from: SocketAddr, to: SocketAddr) -> Option<u32> {
        self.connections.depth_of(from, to)
    }

    /// Says which URLs, by host and path, the front door of this host serves: a request to one of these may come back, and gets a token.
    pub fn serves(&self, served: impl Fn(&str, &str) -> bool + Send + Sync + 'static) {
        if let Some(hops) = &self.hops {
            hops.know(served);
        }
    }

    /// How deep in a chain of workers a request was sent, if this host sent it and something between here and there hid its address. Takes the
    /// mark of it from the headers, of which no worker learns.
    pub fn take_depth(&self, headers: &mut HeaderMap) -> Option<u32> {
        match &self.hops {
            Some(hops) => hops.take(headers),
            None => headers.remove(HOP).and(None),
        }
    }

    /// Whether the rules permit a URL, as far as they can tell before its host is resolved. [`Self::send`] asks again, and once more with
    /// the address.
    ///
    /// # Errors
    /// The level that denies it, and the rule.
    pub fn permits(&self, uri: &Uri, levels: &EgressLevels) -> Result<(), EgressDenied> {
        self.resolver.permits(uri, levels)
    }

    fn client(
        &self,
        identity: Identity,
        certificate: Option<ClientCertificate<'_>>,
    ) -> Result<Pooled, Arc<CertificateError>> {
        let pool = Pool { identity, certificate: certificate.map(|certificate| certificate.id.into()) };
        self.clients.try_get_with_by_ref(&pool, || {
            let certified = certificate.map(|certificate| certificate.certified()).transpose()?;
            let Identity { namespace, depth, .. } = &pool.identity;
            let share = self.connections.clone().share(namespace, *depth);
            let hop = self.hops.as_ref().and_then(|hops| hops.seal(*depth));
            let (tls, connect) = (tls::connector(&self.tls, certified), self.bounds.timeouts.connect);
            let connector =
                Connector::new(self.resolver.clone(), pool.identity.clone(), tls, share, connect, self.dialer.clone());
            let client = Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(self.bounds.idle)
                .pool_max_idle_per_host(self.bounds.idle_per_origin)
                .build(connector);
            Ok(Pooled { client, hop })
        })
    }
}

impl Bounds {
    fn of(config: &EgressConfig) -> Self {
        Self {
            timeouts: Timeouts::new(config),
            pools: config.pools.into(),
            idle: Duration::from_secs(config.idle_seconds.into()),
            idle_per_origin: config.idle_connections_per_origin as usize,
            connections: config.connections,
            connections_per_namespace: share_of(config.connections, config.connections_per_namespace_percent),
            connections_per_identity: config.connections_per_chain,
        }
    }

    fn pools(&self) -> Cache<Pool, Pooled> {
        Cache::builder()
            .max_capacity(self.pools)
            // moka's default would turn a new identity away while the cache is full, and leave it without a pool.
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(self.idle)
            .build()
    }

    fn connections(&self) -> Arc<Connections> {
        let Self { connections, connections_per_namespace, connections_per_identity, .. } = *self;
        Arc::new(Connections::new(connections, connections_per_namespace, connections_per_identity))
    }
}

/// So many percent, at least one.
fn share_of(all: u32, percent: u32) -> u32 {
    u32::try_from(u64::from(all) * u64::from(percent) / 100).unwrap_or(all).max(1)
}

/// The request as it goes on the wire: only method, URL, fields and body cross, no version or extension of an earlier hop.
fn prepare(request: Request<WasiBody>) -> Result<(Request<()>, WasiBody), Error> {
    let (mut head, body) = request.into_parts();
    target::check(&head.uri)?;
    if head.method == Method::CONNECT {
        // A tunnel would pass everything that this crate checks.
        return Err(Error::HttpRequestMethodInvalid);
    }
    headers::prepare_request(&head.method, &mut head.headers);
    let mut request = Request::new(());
    *request.method_mut() = head.method;
    *request.uri_mut() = with_path(head.uri)?;
    *request.headers_mut() = head.headers;
    *request.version_mut() = Version::HTTP_11;
    Ok((request, body))
}

/// hyper's client wants a path wherever there is an authority.
fn with_path(uri: Uri) -> Result<Uri, Error> {
    let mut parts: Parts = uri.into_parts();
    parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    Uri::from_parts(parts).map_err(|_invalid| Error::HttpRequestUriInvalid)
}

fn finish(response: Response<Incoming>, timeouts: Timeouts) -> Result<Response<WasiBody>, Error> {
    let (mut head, body) = response.into_parts();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        // Nobody asked: `upgrade` does not leave. What follows is not HTTP.
        return Err(Error::HttpUpgradeFailed);
    }
    headers::prepare_response(head.status, &mut head.headers)?;
    let mark = head.extensions.remove::<Marked>();
    head.extensions.clear();
    let body = Download::new(body, timeouts.between_bytes, mark).boxed_unsync();
    Ok(Response::from_parts(head, body))
}
