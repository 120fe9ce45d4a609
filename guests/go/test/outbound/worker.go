// The conformance suite's outbound: answers requests for outbound.test by path, and passes the rest on
// (guests/rust/test/test-outbound).
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"tollgate"
)

func main() {
	tollgate.ServeFunc(func(w http.ResponseWriter, r *http.Request) {
		if report := os.Getenv("REPORT_URL"); report != "" {
			fetched(report)
		}
		if r.Host == "outbound.test" {
			answer(w, r)
		} else {
			pass(w, r)
		}
	})
}

func answer(w http.ResponseWriter, r *http.Request) {
	parts := append(strings.Split(r.URL.Path, "/"), "", "")
	switch parts[1] {
	case "parameters":
		io.WriteString(w, text(tollgate.Parameters()))
	case "parameter":
		io.WriteString(w, parameter(parts[2]))
	case "see":
		see(w, r)
	case "env":
		env(w)
	case "status":
		status, _ := strconv.Atoi(parts[2])
		w.WriteHeader(status)
		io.WriteString(w, "as asked")
	case "redirect":
		http.Redirect(w, r, "http://outbound.test/see", http.StatusFound)
	case "trap":
		panic("outbound boom")
	case "no-answer":
		panic(http.ErrAbortHandler)
	case "loop":
		for {
		}
	case "elsewhere":
		elsewhere(w, r)
	case "fetch-many":
		many(w, r)
	default:
		io.WriteString(w, "counted")
	}
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

func env(w http.ResponseWriter) {
	lines := os.Environ()
	for i, line := range lines {
		lines[i] = "env " + line
	}
	slices.Sort(lines)
	io.WriteString(w, strings.Join(lines, "\n"))
}

// elsewhere forwards to the URL in x-outbound-url, with another method and another body, as a reverse proxy of net/http does:
// where a request goes is in its URL.
func elsewhere(w http.ResponseWriter, r *http.Request) {
	to, err := url.Parse(r.Header.Get("X-Outbound-Url"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body := "another body"
	r.Method, r.URL, r.Body, r.ContentLength = http.MethodPut, to, io.NopCloser(strings.NewReader(body)), int64(len(body))
	response, err := tollgate.Fetch(r)
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
