//go:build tollgate_dispatch

// A dispatch binding. Only a dispatch worker has this file.
package tollgate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"wit_component/tollgate_platform_dispatcher"
	"wit_component/wasi_http_types"

	wit "go.bytecodealliance.org/pkg/wit/types"
)

func init() { reply = tollgate_platform_dispatcher.Reply }

// Dispatcher is the dispatch binding of a name: a namespace of customers' workers.
type Dispatcher string

// Options is what a dispatch attaches.
type Options struct {
	Props    any            // For the worker itself, as JSON.
	Limits   *Limits        // They only tighten those already in force.
	Outbound map[string]any // The parameters of the outbound worker, as JSON.
}

// Limits are ceilings for one dispatch. What is zero, or nil, is not limited by it.
type Limits struct {
	CPU         time.Duration
	Wall        time.Duration
	MemoryBytes uint64
	Subrequests *uint64
}

// Worker is a customer's worker: an http.RoundTripper to hand requests to.
type Worker struct {
	raw *tollgate_platform_dispatcher.Worker
}

// Get gives a worker. That it does not exist shows when it is used; a wrong binding, name or parameter shows here.
func (d Dispatcher) Get(name string, options Options) (*Worker, error) {
	attached, err := options.attached()
	if err != nil {
		return nil, &DispatchError{Parameter, err.Error()}
	}
	got := tollgate_platform_dispatcher.Get(string(d), name, wit.Some(attached))
	if got.IsErr() {
		return nil, dispatchError(got.Err())
	}
	return &Worker{got.Ok()}, nil
}

// RoundTrip hands the worker a request. The one that arrived goes over as it is, unless it was changed, and its body
// streams past this worker; Reply does the same for the response. A dispatch that failed gives a *DispatchError.
func (w *Worker) RoundTrip(request *http.Request) (*http.Response, error) {
	if raw := untouchedRequest(request); raw != nil {
		return await(w.raw.Forward(raw), dispatchError).response(within(request.Context()), request)
	}
	return transport{w.send}.RoundTrip(request)
}

func (w *Worker) send(raw *wasi_http_types.OutgoingRequest) (answer, error) {
	none := wit.None[*wasi_http_types.RequestOptions]()
	return await(w.raw.Fetch(raw, none), dispatchError), nil
}

// attached makes the platform's options. What is no JSON is found before they are made.
func (o Options) attached() (*tollgate_platform_dispatcher.Options, error) {
	var props []byte
	var err error
	if o.Props != nil {
		if props, err = json.Marshal(o.Props); err != nil {
			return nil, fmt.Errorf("props are not JSON: %w", err)
		}
	}
	var parameters []wit.Tuple2[string, string]
	for _, name := range slices.Sorted(maps.Keys(o.Outbound)) {
		text, err := json.Marshal(o.Outbound[name])
		if err != nil {
			return nil, fmt.Errorf("parameter %q is not JSON: %w", name, err)
		}
		parameters = append(parameters, wit.Tuple2[string, string]{F0: name, F1: string(text)})
	}
	attached := tollgate_platform_dispatcher.MakeOptions()
	if props != nil {
		attached.SetProps(string(props))
	}
	attached.SetParameters(parameters)
	if o.Limits != nil {
		o.Limits.attach(attached)
	}
	return attached, nil
}

func (l *Limits) attach(to *tollgate_platform_dispatcher.Options) {
	given := func(limit uint64, set func(uint64)) {
		if limit != 0 {
			set(limit)
		}
	}
	given(milliseconds(l.CPU), to.SetCpuMs)
	given(milliseconds(l.Wall), to.SetWallMs)
	given(l.MemoryBytes, to.SetMemoryBytes)
	if l.Subrequests != nil {
		to.SetSubrequests(*l.Subrequests)
	}
}

// Rounded up, so that no ceiling becomes none; one that is below nothing is the lowest there is.
func milliseconds(ceiling time.Duration) uint64 {
	if ceiling < 0 {
		return 1
	}
	return uint64((ceiling + time.Millisecond - 1) / time.Millisecond)
}

// Code is the kind of a DispatchError. A later version of the platform may have others: treat them like Internal.
type Code string

const (
	UnknownBinding Code = "unknown-binding"  // This worker has no dispatch binding of that name.
	InvalidName    Code = "invalid-name"     // The name cannot be a worker's.
	WorkerNotFound Code = "worker-not-found" // The namespace has no worker of that name.
	Parameter      Code = "parameter"        // A parameter, or the props, were refused.
	Limit          Code = "limit"            // A limit was reached.
	WorkerFailed   Code = "worker-failed"    // The worker failed; the words are for the operator's eyes.
	WorkerError    Code = "worker-error"     // The worker answered with an error of its own.
	DepthExceeded  Code = "depth-exceeded"   // Dispatches are nested too deeply: a loop.
	Overloaded     Code = "overloaded"       // The host has no room for another instance at the moment.
	Internal       Code = "internal"         // The host is at fault; its log says more.
)

// DispatchError is a dispatch that failed. Its message is what Cloudflare's dispatchers see.
type DispatchError struct {
	Code    Code
	Message string
}

func (e *DispatchError) Error() string { return e.Message }

// dispatchError takes the platform's error.
func dispatchError(err *tollgate_platform_dispatcher.DispatchError) error {
	defer err.Drop()
	code := Code(err.Code())
	return &DispatchError{code, cmp.Or(err.Message(), string(code))}
}
