// The conformance suite's outbound: answers requests for outbound.test by path, and passes the rest on
// (guests/rust/test/test-outbound).
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"tollgate"
)

func main() {
	http.HandleFunc("/", pass)
	http.HandleFunc("outbound.test/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "counted") })
	http.HandleFunc("outbound.test/parameters", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, text(tollgate.Parameters()))
	})
	http.HandleFunc("outbound.test/parameter/{name}", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, parameter(r.PathValue("name")))
	})
	http.HandleFunc("outbound.test/see", see)
	http.HandleFunc("outbound.test/env", env)
	http.HandleFunc("outbound.test/status/{status}", func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.PathValue("status"))
		w.WriteHeader(status)
		io.WriteString(w, "as asked")
	})
	http.Handle("outbound.test/redirect", http.RedirectHandler("http://outbound.test/see", http.StatusFound))
	http.HandleFunc("outbound.test/trap", func(http.ResponseWriter, *http.Request) { panic("outbound boom") })
	http.HandleFunc("outbound.test/no-answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	http.HandleFunc("outbound.test/loop", func(http.ResponseWriter, *http.Request) {
		for {
		}
	})
	http.HandleFunc("outbound.test/elsewhere", elsewhere)
	http.HandleFunc("outbound.test/fetch-many", many)
	tollgate.ServeFunc(func(w http.ResponseWriter, r *http.Request) {
		if url := os.Getenv("REPORT_URL"); url != "" {
			fetched(url)
		}
		http.DefaultServeMux.ServeHTTP(w, r)
	})
}

// pass passes a request on, and says for whom.
func pass(w http.ResponseWriter, r *http.Request) {
	r.Header.Set("X-Intercepted-For", parameter("customer_name"))
	// Appended, so that a request that came by here twice shows it.
	r.Header.Add("X-Hop", "outbound")
	if key := os.Getenv("API_KEY"); key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := tollgate.Fetch(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	tollgate.Reply(w, response)
}

// parameter is a parameter as JSON text.
func parameter(name string) string {
	value, _ := tollgate.Parameter(name)
	return text(value)
}

func text(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// see is everything that arrived.
func see(w http.ResponseWriter, r *http.Request) {
	var headers []string
	for name, values := range r.Header {
		for _, value := range values {
			headers = append(headers, strings.ToLower(name)+": "+value)
		}
	}
	slices.Sort(headers)
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s\n%s\n%s\n\n%s", r.Method, r.URL, strings.Join(headers, "\n"), body)
}

func env(w http.ResponseWriter, _ *http.Request) {
	lines := os.Environ()
	for i, line := range lines {
		lines[i] = "env " + line
	}
	slices.Sort(lines)
	io.WriteString(w, strings.Join(lines, "\n"))
}

// elsewhere forwards to the URL in x-outbound-url, with another method and another body.
func elsewhere(w http.ResponseWriter, r *http.Request) {
	request, err := http.NewRequest(http.MethodPut, r.Header.Get("X-Outbound-Url"), strings.NewReader("another body"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	w.WriteHeader(response.StatusCode)
	io.WriteString(w, "forwarded")
}

func many(w http.ResponseWriter, r *http.Request) {
	count, err := strconv.Atoi(r.URL.RawQuery)
	if err != nil {
		count = 1
	}
	lines := make([]string, count)
	for i := range lines {
		lines[i] = fetched(r.Header.Get("X-Outbound-Url"))
	}
	io.WriteString(w, strings.Join(lines, "\n"))
}

// fetched is what a fetch gave, in words.
func fetched(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
