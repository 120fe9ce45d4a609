// The conformance suite's customer: does what the path says (guests/rust/test/test-user).
package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tollgate"
	"wit_component/wasi_config_store"
)

func main() {
	http.HandleFunc("/hello", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
	http.HandleFunc("/env", env)
	http.HandleFunc("/props", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, props()) })
	http.HandleFunc("/fetch", target)
	http.HandleFunc("/fetch-many", many)
	http.HandleFunc("/background", background)
	http.HandleFunc("/forward", func(w http.ResponseWriter, r *http.Request) { pass(w, r, http.DefaultTransport) })
	http.HandleFunc("/stream", stream)
	http.HandleFunc("/sink", sink)
	http.HandleFunc("/sleep", sleep)
	http.HandleFunc("/trap", func(http.ResponseWriter, *http.Request) { panic("Error: boom") })
	http.HandleFunc("/counter", counter)
	http.HandleFunc("/no-answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	http.HandleFunc("/loop", func(http.ResponseWriter, *http.Request) {
		for {
		}
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "no such path")
	})
	tollgate.Serve(http.DefaultServeMux)
}

var requests int

// counter is how many requests this instance answered before.
func counter(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, requests)
	requests++
}

// env is everything that a worker can read without asking the network.
func env(w http.ResponseWriter, _ *http.Request) {
	var lines []string
	for _, line := range os.Environ() {
		lines = append(lines, "env "+line)
	}
	for _, pair := range wasi_config_store.GetAll().Ok() {
		lines = append(lines, "config "+pair.F0+"="+pair.F1)
	}
	for _, argument := range os.Args {
		lines = append(lines, "arg "+argument)
	}
	lines = append(lines, "props "+props())
	slices.Sort(lines)
	io.WriteString(w, strings.Join(lines, "\n"))
}

func props() string {
	var text json.RawMessage
	if err := tollgate.Props(&text); err != nil {
		panic(err)
	}
	return string(text)
}

// target fetches what x-target-url says, with the inbound method, headers and body. With x-service it goes through that
// binding.
func target(w http.ResponseWriter, r *http.Request) {
	way := http.DefaultTransport
	if binding := r.Header.Get("X-Service"); binding != "" {
		way = tollgate.Service(binding)
	}
	if method := r.Header.Get("X-Target-Method"); method != "" {
		r.Method = method
	}
	r.URL = address(r.Header.Get("X-Target-Url"))
	for _, name := range []string{"X-Target-Url", "X-Target-Method", "X-Service"} {
		r.Header.Del(name)
	}
	pass(w, r, way)
}

// address is a URL as it is written, also where package url cannot parse it.
func address(text string) *url.URL {
	if parsed, err := url.Parse(text); err == nil {
		return parsed
	}
	scheme, rest, _ := strings.Cut(text, "://")
	host, _, _ := strings.Cut(rest, "/")
	return &url.URL{Scheme: scheme, Host: host, Opaque: "//" + rest}
}

func pass(w http.ResponseWriter, r *http.Request, way http.RoundTripper) {
	response, err := way.RoundTrip(r)
	if err != nil {
		failed(w, err)
		return
	}
	tollgate.Reply(w, response)
}

func failed(w http.ResponseWriter, err error) {
	w.WriteHeader(599)
	io.WriteString(w, err.Error())
}

func many(w http.ResponseWriter, r *http.Request) {
	lines := make([]string, number(r, "n"))
	url := r.Header.Get("X-Target-Url")
	if number(r, "parallel") == 1 {
		var all sync.WaitGroup
		for i := range lines {
			all.Go(func() { lines[i], _ = fetched(url) })
		}
		all.Wait()
	} else {
		for i := range lines {
			_, lines[i] = fetched(url)
		}
	}
	io.WriteString(w, strings.Join(lines, "\n"))
}

// fetched is a response's status, and its body; or both times an error's words.
func fetched(url string) (status, text string) {
	response, err := http.Get(url)
	if err != nil {
		return err.Error(), err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error(), err.Error()
	}
	return strconv.Itoa(response.StatusCode), string(body)
}

// background answers first, and fetches when the answer is out.
func background(w http.ResponseWriter, r *http.Request) {
	url := r.Header.Get("X-Target-Url")
	tollgate.WaitUntil(func() { fetched(url) })
	io.WriteString(w, "ok")
}

func stream(w http.ResponseWriter, r *http.Request) {
	chunk := []byte(strings.Repeat("x", 64*1024))
	for left := number(r, "bytes"); left > 0; left -= len(chunk) {
		if _, err := w.Write(chunk[:min(left, len(chunk))]); err != nil {
			return
		}
	}
}

// sink reads the body and says how long it was, with its FNV-1a.
func sink(w http.ResponseWriter, r *http.Request) {
	hash := fnv.New64a()
	length, _ := io.Copy(hash, r.Body)
	fmt.Fprintf(w, "%d %016x", length, hash.Sum64())
}

func sleep(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Duration(number(r, "ms")) * time.Millisecond)
	io.WriteString(w, "slept")
}

func number(r *http.Request, key string) int {
	number, _ := strconv.Atoi(r.URL.Query().Get(key))
	return number
}
