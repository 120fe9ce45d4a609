// A customer's worker: says what it got when it fetched a page.
package main

import (
	"fmt"
	"io"
	"net/http"

	"tollgate"
)

func main() { tollgate.ServeFunc(answer) }

func answer(w http.ResponseWriter, _ *http.Request) {
	text, err := fetched("https://example.com")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintf(w, "user worker got %q from fetch", text)
}

func fetched(url string) (string, error) {
	response, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}
