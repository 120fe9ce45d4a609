// Package tollgate is what a worker has beside net/http: Serve in its main, a dispatch, bindings, props. What goes out by
// http.DefaultTransport, and so by http.Get and http.DefaultClient, leaves as the platform has it: a customer's worker's
// requests are received by the operator's outbound worker.
package tollgate

import (
	"encoding/json"
	"net/http"

	"wit_component/tollgate_platform_bindings"
	"wit_component/tollgate_platform_invocation"
	"wit_component/wasi_http_outgoing_handler"
	"wit_component/wasi_http_types"

	wit "go.bytecodealliance.org/pkg/wit/types"
)

var handler http.Handler

// Serve says who answers requests. It returns at once: call it in main. A request's URL is absolute, and its RequestURI
// empty, so that it can be sent on as it is.
func Serve(h http.Handler) { handler = h }

// ServeFunc is Serve for a function.
func ServeFunc(f func(http.ResponseWriter, *http.Request)) { Serve(http.HandlerFunc(f)) }

var network = transport{func(raw *wasi_http_types.OutgoingRequest) (answer, error) {
	return sent(wasi_http_outgoing_handler.Handle(raw, wit.None[*wasi_http_types.RequestOptions]()))
}}

func init() { http.DefaultTransport = network }

// Fetch sends a request and gives its response, whatever its status: unlike http.Get, it follows no redirect. Its error
// is a *FetchError where the request got no response.
func Fetch(request *http.Request) (*http.Response, error) { return network.RoundTrip(request) }

// Service is another worker, or the network by a client certificate. Such requests pass no outbound worker.
func Service(binding string) http.RoundTripper {
	return transport{func(raw *wasi_http_types.OutgoingRequest) (answer, error) {
		none := wit.None[*wasi_http_types.RequestOptions]()
		return sent(tollgate_platform_bindings.Fetch(binding, raw, none))
	}}
}

// Props decodes what the dispatch attached for this worker; it is null where it attached nothing.
func Props(into any) error {
	return json.Unmarshal([]byte(tollgate_platform_invocation.Props()), into)
}

// WaitUntil goes on with something when the response is out. The request's context lasts as long.
func WaitUntil(f func()) { begin(f) }
