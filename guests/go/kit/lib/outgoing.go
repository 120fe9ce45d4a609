// Requests on their way out.
package tollgate

import (
	"context"
	"errors"
	"io"
	"net/http"

	"wit_component/wasi_http_types"

	wit "go.bytecodealliance.org/pkg/wit/types"
)

// answer waits for the response to a request that was sent.
type answer func(context.Context) (*wasi_http_types.IncomingResponse, error)

// transport is a way out.
type transport struct {
	send func(*wasi_http_types.OutgoingRequest) (answer, error)
}

// RoundTrip is that of http.RoundTripper. A request's body goes out beside its response, until that is closed.
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	raw, body, err := outgoing(request)
	if err != nil {
		closeBody(request)
		return nil, err
	}
	scope := within(request.Context())
	answer, err := t.send(raw)
	if err != nil {
		scope.end(err)
		closeBody(request)
		return nil, err
	}
	if body != nil {
		begin(func() { upload(request, newSink(scope, body), scope) })
	}
	return answer.response(scope, request)
}

func (a answer) response(scope scope, request *http.Request) (*http.Response, error) {
	raw, err := a(scope)
	if err != nil {
		scope.end(err)
		return nil, err
	}
	response := arrivedResponse(scope, raw)
	response.Request = request
	return response, nil
}

// upload sends a request's body. What cannot be had of it is not there for the other side either: it sees the body cut.
func upload(request *http.Request, to *sink, scope scope) {
	defer closeBody(request)
	_, err := io.Copy(to, request.Body)
	if err == nil {
		to.finish(request.Trailer)
		return
	}
	to.abandon()
	// A server may well answer without reading all.
	if !to.broken {
		scope.end(err)
	}
}

func closeBody(request *http.Request) {
	if request.Body != nil {
		request.Body.Close()
	}
}

// future is a response on its way, or an error in its place.
type future[E any] interface {
	subscriber
	Get() wit.Option[wit.Result[wit.Result[*wasi_http_types.IncomingResponse, E], wit.Unit]]
	Drop()
}

// await is the answer that a future has.
func await[E any](future future[E], words func(E) error) answer {
	return func(ctx context.Context) (*wasi_http_types.IncomingResponse, error) {
		defer future.Drop()
		for {
			if answered := future.Get(); answered.IsSome() {
				if answered.Some().IsErr() {
					return nil, errors.New("the response was taken already")
				}
				result := answered.Some().Ok()
				if result.IsErr() {
					return nil, words(result.Err())
				}
				return result.Ok(), nil
			}
			if err := wait(ctx, future); err != nil {
				return nil, err
			}
		}
	}
}

// sent is the answer to a request, unless it was refused.
func sent(result wit.Result[*wasi_http_types.FutureIncomingResponse, wasi_http_types.ErrorCode]) (answer, error) {
	if result.IsErr() {
		return nil, fetchError(result.Err())
	}
	return await(result.Ok(), fetchError), nil
}
