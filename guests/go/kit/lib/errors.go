// Why a request got no response.
package tollgate

import "wit_component/wasi_http_types"

// FetchError is a request that got no response. Code is what WASI calls it, in lower case: destination-not-found,
// http-response-incomplete, …
type FetchError struct {
	Code   string
	Detail string // Of an internal-error: the host's words.
}

func (e *FetchError) Error() string {
	if e.Detail == "" {
		return e.Code
	}
	return e.Code + ": " + e.Detail
}

func fetchError(code wasi_http_types.ErrorCode) error {
	err := &FetchError{Code: codes[code.Tag()]}
	if code.Tag() == wasi_http_types.ErrorCodeInternalError {
		err.Detail = code.InternalError().SomeOr("")
	}
	return err
}

// In the order of their tags.
var codes = []string{
	"dns-timeout", "dns-error", "destination-not-found", "destination-unavailable", "destination-ip-prohibited",
	"destination-ip-unroutable", "connection-refused", "connection-terminated", "connection-timeout",
	"connection-read-timeout", "connection-write-timeout", "connection-limit-reached", "tls-protocol-error",
	"tls-certificate-error", "tls-alert-received", "http-request-denied", "http-request-length-required",
	"http-request-body-size", "http-request-method-invalid", "http-request-uri-invalid", "http-request-uri-too-long",
	"http-request-header-section-size", "http-request-header-size", "http-request-trailer-section-size",
	"http-request-trailer-size", "http-response-incomplete", "http-response-header-section-size",
	"http-response-header-size", "http-response-body-size", "http-response-trailer-section-size",
	"http-response-trailer-size", "http-response-transfer-coding", "http-response-content-coding",
	"http-response-timeout", "http-upgrade-failed", "http-protocol-error", "loop-detected", "configuration-error",
	"internal-error",
}
