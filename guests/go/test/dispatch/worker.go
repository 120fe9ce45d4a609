// The conformance suite's dispatcher: its request's headers steer it (guests/rust/test/test-dispatch).
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tollgate"
)

var statuses = map[tollgate.Code]int{
	tollgate.InvalidName: 400, tollgate.WorkerNotFound: 404, tollgate.Limit: 429, tollgate.WorkerError: 502,
	tollgate.Overloaded: 503, tollgate.DepthExceeded: 508,
}

func main() { tollgate.ServeFunc(dispatch) }

func dispatch(w http.ResponseWriter, r *http.Request) {
	response, err := answer(r)
	var failed *tollgate.DispatchError
	switch {
	case errors.As(err, &failed):
		w.WriteHeader(cmp.Or(statuses[failed.Code], 500))
		fmt.Fprintf(w, "%s: %s", failed.Code, failed)
	case err != nil:
		panic(err)
	case response == nil:
		io.WriteString(w, "got")
	default:
		tollgate.Reply(w, response)
	}
}

// answer is the worker's response, or nothing where that was not asked for.
func answer(r *http.Request) (*http.Response, error) {
	host, _, _ := strings.Cut(r.Host, ".")
	name := strings.TrimPrefix(cmp.Or(r.Header.Get("X-Worker"), host), "-")
	binding := tollgate.Dispatcher(cmp.Or(r.Header.Get("X-Binding"), "dispatcher"))
	worker, err := binding.Get(name, options(r.Header))
	if err != nil || r.Header.Get("X-Get-Only") == "1" {
		return nil, err
	}
	if r.Header.Get("X-Use") == "fetch" {
		// Another request, with what came in.
		own, err := http.NewRequest(r.Method, r.URL.String(), r.Body)
		if err != nil {
			return nil, err
		}
		own.Header = r.Header
		r = own
	}
	return worker.RoundTrip(r)
}

func options(header http.Header) (options tollgate.Options) {
	if props := header.Get("X-Props"); props != "" {
		options.Props = json.RawMessage(props)
	}
	if text := header.Get("X-Limits"); text != "" {
		options.Limits = limits(text)
	}
	// As they were written: a float64 would not hold every integer.
	var given map[string]json.RawMessage
	json.Unmarshal([]byte(header.Get("X-Parameters")), &given)
	options.Outbound = map[string]any{}
	for name, value := range given {
		options.Outbound[name] = value
	}
	if length, err := strconv.Atoi(header.Get("X-Parameter-Bytes")); err == nil {
		options.Outbound["customer_name"] = strings.Repeat("x", length)
	}
	return options
}

func limits(text string) *tollgate.Limits {
	var given struct {
		CPU         time.Duration `json:"cpu_ms"`
		Wall        time.Duration `json:"wall_ms"`
		MemoryBytes uint64        `json:"memory_bytes"`
		Subrequests *uint64       `json:"subrequests"`
	}
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		panic(err)
	}
	return &tollgate.Limits{
		CPU: given.CPU * time.Millisecond, Wall: given.Wall * time.Millisecond,
		MemoryBytes: given.MemoryBytes, Subrequests: given.Subrequests,
	}
}
