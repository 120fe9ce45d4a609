//! May this request leave, and by which address; the only code that dials.
//!
//! A request goes through these files in order: `target` and `authority` say whether its URL names an origin at all, `headers` takes
//! away what belongs to one connection only, `network` picks the client of the worker that asks, `connector` makes a
//! connection when that client has none and `connections` gives leave, with `resolve` deciding which addresses may be dialled by the rule in
//! [`address`] and by the policy. `lookup` asks for the addresses of a name, `hop` marks a request as this host's own. `clock`, `upload` and `download` keep the time on the way, `fault` names what went wrong.
//!
//! What this crate does not know: workers, namespaces, outbound chains. It sees an identity, a name for who asks, and keeps
//! the connections of two identities apart, and of one identity those that present different client certificates
//! (`certificate`). It follows no redirect and keeps no cookie.

pub mod address;
mod authority;
pub mod certificate;
mod clock;
mod config;
mod connections;
mod connector;
mod dialer;
mod download;
mod fault;
mod headers;
mod hop;
mod identity;
mod lookup;
mod network;
mod resolve;
mod shares;
mod stream;
mod target;
mod tls;
mod upload;

pub use authority::check_authority;
pub use certificate::{CertificateError, ClientCertificate};
pub use config::EgressConfigError;
pub use dialer::{Dialer, Dialled, Duplex};
pub use headers::welcomes_trailers;
pub use identity::Identity;
pub use network::Network;
pub use target::check;
pub use tollgate_types::config::EgressConfig;
