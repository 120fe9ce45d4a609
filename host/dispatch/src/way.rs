//! The ways out of a worker beside its egress: a service binding leads to another worker, an mTLS-certificate binding to
//! the network.
//!
//! No outbound worker sees such a request (A14, A16). What the worker behind a service binding sends out is under that
//! worker's own egress: in a namespace, the outbound worker and the parameters of the dispatch that started it all (A15).
//!
//! A certificate leads to the network also where `egress.direct = false` closes it: that closes what a customer's worker
//! reaches unasked. A binding is asked for by name, for one worker, by whoever holds the control token, and is good for
//! nothing else; it passes the outbound worker, so it would be odd if it stopped where there is none. Addresses are
//! checked as ever.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tollgate_egress::{ClientCertificate, Identity};
use tollgate_engine::{Errands, Fate, Guarded};
use tollgate_types::{Binding, CertificateId, Home, Service, WorkerId, excerpt};
use tollgate_worlds::{BindingKind, DispatchError, Target};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::chain::{Chain, Link};
use crate::control::Hop;
use crate::invocation::{Egress, Invocation};
use crate::timeouts;
use crate::traffic::{self, Sent};

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

/// What a worker is told of a binding.
pub(crate) fn kind(binding: &Binding) -> BindingKind {
    match binding {
        Binding::PlainText { .. } | Binding::SecretText { .. } => BindingKind::Text,
        Binding::Json { .. } => BindingKind::Json,
        Binding::DispatchNamespace(_) => BindingKind::DispatchNamespace,
        Binding::Service(_) => BindingKind::Service,
        Binding::MtlsCertificate(_) => BindingKind::MtlsCertificate,
    }
}

/// The way through a binding of the invocation's worker.
pub(crate) fn through(from: &Invocation, name: &str) -> Result<Arc<dyn Target>, Error> {
    let target: Arc<dyn Target> = match from.binding(name) {
        Some(Binding::Service(service)) => Arc::new(Beyond { link: service_of(from, service), from: Sender::of(from) }),
        Some(Binding::MtlsCertificate(binding)) => Arc::new(Presenting {
            from: Sender::of(from),
            identity: from.identity.clone(),
            certificate: binding.certificate_id.clone(),
        }),
        _ => {
            let reason = format!("no service or mTLS-certificate binding named {:?}", excerpt(name));
            return Err(Error::InternalError(Some(reason)));
        }
    };
    from.count_subrequest()?;
    Ok(target)
}

/// The worker behind a service binding, as a link of the chain.
fn service_of(from: &Invocation, service: &Service) -> Link {
    let (id, limits, egress) = match &service.dispatch_namespace {
        None => (WorkerId::operator(service.service.clone()), from.chain.limits(), Egress::Network),
        Some(namespace) => {
            let id = WorkerId::in_namespace(namespace.clone(), service.service.clone());
            // Deploying checks it; a record that another version of Tollgate wrote is not trusted to have been.
            let sibling = from.id.home == Home::Namespace(namespace.clone());
            (id, from.granted, if sibling { from.egress.clone() } else { Egress::Denied })
        }
    };
    Link {
        hop: Hop::Service,
        from: Some(from.identity.chain.clone()),
        id,
        limits,
        props: "null".to_owned(),
        parameters: Arc::default(),
        egress,
        depth: from.identity.depth + 1,
        timed: false,
    }
}

/// Who sends, as far as the request that goes out must know.
struct Sender {
    chain: Chain,
    fate: Arc<Fate>,
    errands: Arc<Errands>,
    /// For the log, where anybody listens.
    who: Option<traffic::Sender>,
}

impl Sender {
    fn of(invocation: &Invocation) -> Self {
        let (chain, fate, errands) = (invocation.chain.clone(), invocation.fate.clone(), invocation.errands.clone());
        Self { chain, fate, errands, who: traffic::Sender::of(invocation) }
    }

    /// The request, with its body watched.
    fn guarded(&self, request: Request) -> Request {
        request.map(|body| Guarded::request(body, self.fate.clone(), self.errands.clone()))
    }
}

/// A worker behind a service binding.
struct Beyond {
    from: Sender,
    link: Link,
}

impl Target for Beyond {
    fn fetch(
        &self,
        request: Request,
        options: Option<RequestOptions>,
    ) -> BoxFuture<'static, Result<Response, DispatchError>> {
        let sent = self.from.who.as_ref().map(|who| Sent::to(who, self.link.id.name.as_str(), &request));
        let request = self.from.guarded(request);
        let link = Link { timed: timeouts::counts_bytes(options), ..self.link.clone() };
        let chain = self.from.chain.clone();
        async move {
            let response = timeouts::first_byte(options, chain.link(link, request)).await;
            let response = response.flatten().map_err(DispatchError::WorkerError);
            if let Some(sent) = sent {
                sent.answered(&response);
            }
            Ok(timeouts::between_bytes(options, response?))
        }
        .boxed()
    }
}

/// The network, by a client certificate.
struct Presenting {
    from: Sender,
    identity: Identity,
    certificate: CertificateId,
}

impl Target for Presenting {
    fn fetch(
        &self,
        request: Request,
        options: Option<RequestOptions>,
    ) -> BoxFuture<'static, Result<Response, DispatchError>> {
        let sent = self.from.who.as_ref().map(|who| Sent::to(who, "network", &request));
        let request = self.from.guarded(request);
        let (chain, identity, id) = (self.from.chain.clone(), self.identity.clone(), self.certificate.clone());
        async move {
            let answer = present(&chain, identity, &id, request, options).await;
            if let Some(sent) = sent {
                sent.answered(&answer);
            }
            answer.map_err(DispatchError::WorkerError)
        }
        .boxed()
    }
}

/// Looks the certificate up for each request, whatever connections are open: one that was deleted is not used again.
async fn present(
    chain: &Chain,
    identity: Identity,
    id: &CertificateId,
    request: Request,
    options: Option<RequestOptions>,
) -> Result<Response, Error> {
    let Some(record) = chain.inner.reader.certificate(id).ok().flatten() else {
        return Err(Error::InternalError(Some(format!("certificate {id} does not exist any more"))));
    };
    let private_key = record.private_key.reveal();
    let certificate = ClientCertificate { id: id.as_str(), certificates: &record.certificates, private_key };
    chain.inner.network.present(identity, certificate, request, options).await
}
