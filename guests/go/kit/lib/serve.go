// Serves one request: the export wasi:http/incoming-handler. It returns when all that the request began is done.
package tollgate

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	_ "unsafe" // For go:linkname.

	"wit_component/tollgate_platform_invocation"
	"wit_component/wasi_http_types"
)

// In a component nobody calls main: the first request does.
var start = sync.OnceFunc(programMain)

//go:linkname programMain main.main
func programMain()

// What the request that is being served has begun. An instance serves one after another.
var (
	lifetime context.Context
	running  int
	open     = map[io.Closer]struct{}{}
)

//go:wasmexport wasi:http/incoming-handler@0.2.12#handle
func handle(request, out int32) {
	alive, end := context.WithCancel(context.Background())
	lifetime = alive
	answered := false
	begin(func() {
		serve(wasi_http_types.IncomingRequestFromOwnHandle(request), wasi_http_types.ResponseOutparamFromOwnHandle(out))
		answered = true
	})
	if !run(func() bool { return running == 0 }) && !answered {
		fail("all goroutines are asleep - deadlock!")
	}
	// Goroutines that nobody waited for are told so, and resources go in their order: the collector has none.
	end()
	for body := range open {
		body.Close()
	}
	settle()
}

func serve(raw *wasi_http_types.IncomingRequest, out *wasi_http_types.ResponseOutparam) {
	start()
	if handler == nil {
		panic("main did not call tollgate.Serve")
	}
	request := arrivedRequest(lifetime, raw)
	w := &writer{out: out, header: http.Header{}, bodiless: request.Method == http.MethodHead}
	handler.ServeHTTP(w, request)
	w.finish()
}

// begin starts what the request's end waits for.
func begin(f func()) {
	running++
	go func() {
		returned := false
		defer func() {
			if !returned {
				failed(recover())
			}
			running--
		}()
		f()
		returned = true
	}()
}

// failed ends the worker: its dispatcher gets the panic's words, and the operator's log has the stack.
func failed(cause any) {
	if cause == nil {
		cause = "a goroutine ended without returning"
	}
	fmt.Fprintf(os.Stderr, "panic: %v\n\n%s", cause, debug.Stack())
	fail(fmt.Sprint(cause))
}

func fail(reason string) { tollgate_platform_invocation.Fail(reason) }
