//! One name for each thing that can go wrong on the way to an origin: the connector's own errors, and what hyper,
//! rustls and the operating system report, brought to the errors of `wasi:http`.

use std::error::Error as StdError;
use std::io;

use rustls::AlertDescription;
use wasmtime_wasi_http::Error;

/// Why there is no connection. It travels through hyper's client as a source and is found again by `of_send`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("cannot resolve the host name")]
    Dns,
    #[error("the host name was not resolved in time")]
    DnsTimeout,
    #[error("no address of the host may be dialled")]
    Prohibited,
    #[error("the egress policy denies the address")]
    Denied,
    #[error("too many connections are open ({0})")]
    TooMany(&'static str),
    #[error("connection refused")]
    Refused,
    #[error("the connection was not made in time")]
    Timeout,
    #[error("no way to the address")]
    Unroutable,
    #[error("cannot connect")]
    Unavailable,
    #[error("the connection was closed while it was made")]
    Terminated,
    #[error("the certificate is not accepted")]
    Certificate,
    #[error("the TLS handshake failed")]
    Tls,
    #[error("the origin ended the TLS handshake: {0:?}")]
    Alert(AlertDescription),
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        match error {
            // Of several servers each may tell another code: this is wasmtime's own text for the case.
            ConnectError::Dns => Self::DnsError { rcode: Some("address not available".into()), info_code: None },
            ConnectError::DnsTimeout => Self::DnsTimeout,
            ConnectError::Prohibited => Self::DestinationIpProhibited,
            ConnectError::Denied => Self::HttpRequestDenied,
            ConnectError::TooMany(_) => Self::ConnectionLimitReached,
            ConnectError::Refused => Self::ConnectionRefused,
            ConnectError::Timeout => Self::ConnectionTimeout,
            ConnectError::Unroutable => Self::DestinationIpUnroutable,
            ConnectError::Unavailable => Self::DestinationUnavailable,
            ConnectError::Terminated => Self::ConnectionTerminated,
            ConnectError::Certificate => Self::TlsCertificateError,
            ConnectError::Tls => Self::TlsProtocolError,
            ConnectError::Alert(alert) => alerted(alert),
        }
    }
}

/// What a failed `connect` means.
pub(crate) fn of_dial(error: &io::Error) -> ConnectError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ConnectError::Refused,
        // Of a dialer in the system's place: sockets know no names.
        io::ErrorKind::NotFound => ConnectError::Dns,
        io::ErrorKind::TimedOut => ConnectError::Timeout,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => ConnectError::Unroutable,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => ConnectError::Terminated,
        _ => ConnectError::Unavailable,
    }
}

/// What a failed TLS handshake means.
pub(crate) fn of_handshake(error: &io::Error) -> ConnectError {
    use rustls::Error as Tls;
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Tls>()) {
        Some(Tls::InvalidCertificate(_) | Tls::NoCertificatesPresented | Tls::InvalidCertRevocationList(_)) => {
            ConnectError::Certificate
        }
        Some(Tls::AlertReceived(alert)) => ConnectError::Alert(*alert),
        _ => ConnectError::Tls,
    }
}

/// What the origin said when it refused. In TLS 1.3 it judges a client certificate after the handshake, by our clock, so that
/// a request may have been sent by then.
fn alerted(alert: AlertDescription) -> Error {
    Error::TlsAlertReceived { alert_id: Some(alert.into()), alert_message: Some(format!("{alert:?}")) }
}

/// What an error of hyper's client means, before there is a response.
pub(crate) fn of_send(error: &hyper_util::client::legacy::Error) -> Error {
    of_chain(error)
}

/// What an error in the middle of a response body means.
pub(crate) fn of_body(error: &hyper::Error) -> Error {
    of_chain(error)
}

/// The first cause in the chain that has a name, else a protocol error: the origin answered with something that is not HTTP.
fn of_chain(error: &(dyn StdError + 'static)) -> Error {
    let chain = || std::iter::successors(Some(error), |error| (**error).source());
    let known = |error: &(dyn StdError + 'static)| {
        let connect = error.downcast_ref::<ConnectError>().map(|error| Error::from(*error));
        connect.or_else(|| error.downcast_ref::<io::Error>().and_then(of_io))
    };
    chain()
        .find_map(known)
        .or_else(|| chain().find_map(|error| error.downcast_ref().and_then(of_hyper)))
        .unwrap_or_else(|| {
            tracing::debug!(error, "an exchange failed for a reason without a name");
            Error::HttpProtocolError
        })
}

fn of_io(error: &io::Error) -> Option<Error> {
    if let Some(rustls::Error::AlertReceived(alert)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return Some(alerted(*alert));
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Some(Error::HttpResponseIncomplete),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected => Some(Error::ConnectionTerminated),
        io::ErrorKind::TimedOut => Some(Error::ConnectionReadTimeout),
        _ => None,
    }
}

fn of_hyper(error: &hyper::Error) -> Option<Error> {
    if error.is_incomplete_message() {
        Some(Error::HttpResponseIncomplete)
    } else if error.is_canceled() || error.is_closed() {
        Some(Error::ConnectionTerminated)
    } else if error.is_parse_too_large() {
        Some(Error::HttpResponseHeaderSectionSize(None))
    } else {
        None
    }
}
