//! HTTP errors as each version of WASI spells them. wasmtime has this within its crate only.

use wasmtime::component::Lower;
use wasmtime_wasi_http::{Error, p2, p3};

/// An error code of one version of WASI.
pub(crate) trait ErrorCode: Lower + Send + Sync + 'static {
    /// The error as a worker of this version sees it.
    fn of(error: &Error) -> Self;
}

macro_rules! code {
    ($version:ident) => {
        /// The error as a worker of this version sees it.
        pub(crate) fn $version(error: &Error) -> $version::bindings::http::types::ErrorCode {
            use $version::bindings::http::types::{
                DnsErrorPayload, ErrorCode as Code, FieldSizePayload, TlsAlertReceivedPayload,
            };
            let field = |name: &Option<String>, size: &Option<u32>| FieldSizePayload {
                field_name: name.clone(),
                field_size: *size,
            };
            match error {
                Error::DnsTimeout => Code::DnsTimeout,
                Error::DnsError { rcode, info_code } => {
                    Code::DnsError(DnsErrorPayload { rcode: rcode.clone(), info_code: *info_code })
                }
                Error::DestinationNotFound => Code::DestinationNotFound,
                Error::DestinationUnavailable => Code::DestinationUnavailable,
                Error::DestinationIpProhibited => Code::DestinationIpProhibited,
                Error::DestinationIpUnroutable => Code::DestinationIpUnroutable,
                Error::ConnectionRefused => Code::ConnectionRefused,
                Error::ConnectionTerminated => Code::ConnectionTerminated,
                Error::ConnectionTimeout => Code::ConnectionTimeout,
                Error::ConnectionReadTimeout => Code::ConnectionReadTimeout,
                Error::ConnectionWriteTimeout => Code::ConnectionWriteTimeout,
                Error::ConnectionLimitReached => Code::ConnectionLimitReached,
                Error::TlsProtocolError => Code::TlsProtocolError,
                Error::TlsCertificateError => Code::TlsCertificateError,
                Error::TlsAlertReceived { alert_id, alert_message } => {
                    Code::TlsAlertReceived(TlsAlertReceivedPayload {
                        alert_id: *alert_id,
                        alert_message: alert_message.clone(),
                    })
                }
                Error::HttpRequestDenied => Code::HttpRequestDenied,
                Error::HttpRequestLengthRequired => Code::HttpRequestLengthRequired,
                Error::HttpRequestBodySize(size) => Code::HttpRequestBodySize(*size),
                Error::HttpRequestMethodInvalid => Code::HttpRequestMethodInvalid,
                Error::HttpRequestUriInvalid => Code::HttpRequestUriInvalid,
                Error::HttpRequestUriTooLong => Code::HttpRequestUriTooLong,
                Error::HttpRequestHeaderSectionSize(size) => Code::HttpRequestHeaderSectionSize(*size),
                Error::HttpRequestHeaderSize { field_name, field_size } => {
                    Code::HttpRequestHeaderSize(Some(field(field_name, field_size)))
                }
                Error::HttpRequestTrailerSectionSize(size) => Code::HttpRequestTrailerSectionSize(*size),
                Error::HttpRequestTrailerSize { field_name, field_size } => {
                    Code::HttpRequestTrailerSize(field(field_name, field_size))
                }
                Error::HttpResponseIncomplete => Code::HttpResponseIncomplete,
                Error::HttpResponseHeaderSectionSize(size) => Code::HttpResponseHeaderSectionSize(*size),
                Error::HttpResponseHeaderSize { field_name, field_size } => {
                    Code::HttpResponseHeaderSize(field(field_name, field_size))
                }
                Error::HttpResponseBodySize(size) => Code::HttpResponseBodySize(*size),
                Error::HttpResponseTrailerSectionSize(size) => Code::HttpResponseTrailerSectionSize(*size),
                Error::HttpResponseTrailerSize { field_name, field_size } => {
                    Code::HttpResponseTrailerSize(field(field_name, field_size))
                }
                Error::HttpResponseTransferCoding(coding) => Code::HttpResponseTransferCoding(coding.clone()),
                Error::HttpResponseContentCoding(coding) => Code::HttpResponseContentCoding(coding.clone()),
                Error::HttpResponseTimeout => Code::HttpResponseTimeout,
                Error::HttpUpgradeFailed => Code::HttpUpgradeFailed,
                Error::HttpProtocolError | Error::Hyper(_) => Code::HttpProtocolError,
                Error::LoopDetected => Code::LoopDetected,
                Error::ConfigurationError => Code::ConfigurationError,
                Error::InternalError(text) => Code::InternalError(text.clone()),
                other => Code::InternalError(Some(other.to_string())),
            }
        }

        impl ErrorCode for $version::bindings::http::types::ErrorCode {
            fn of(error: &Error) -> Self {
                $version(error)
            }
        }
    };
}

code!(p2);
code!(p3);

/// An error that two are to have: it cannot be cloned, and its code can.
pub fn twice(error: Error) -> [Error; 2] {
    let code = p2(&error);
    [code.clone().into(), code.into()]
}
