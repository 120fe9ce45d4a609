// A dispatch worker: the first label of the host is the customer's worker.
package main

import (
	"errors"
	"log"
	"net/http"
	"strings"

	"tollgate"
)

const dispatcher = tollgate.Dispatcher("dispatcher")

func main() { tollgate.ServeFunc(dispatch) }

func dispatch(w http.ResponseWriter, r *http.Request) {
	response, err := answer(r)
	if err != nil {
		fail(w, status(err), err)
		return
	}
	tollgate.Reply(w, response)
}

// fail answers for a customer's worker. What went wrong is for the log, and for no client.
func fail(w http.ResponseWriter, status int, err error) {
	text := err.Error()
	if status == http.StatusInternalServerError {
		log.Print(text)
		text = "the worker failed"
	}
	http.Error(w, text, status)
}

func answer(r *http.Request) (*http.Response, error) {
	name, _, _ := strings.Cut(r.Host, ".")
	account := map[string]any{"id": 7, "plan": "paid", "region": "eu"}
	worker, err := dispatcher.Get(name, tollgate.Options{
		Outbound: map[string]any{"paramCustomerName": name, "account": account},
	})
	if err != nil {
		return nil, err
	}
	return worker.RoundTrip(r)
}

func status(err error) int {
	var failed *tollgate.DispatchError
	if !errors.As(err, &failed) {
		return http.StatusInternalServerError
	}
	switch failed.Code {
	case tollgate.WorkerNotFound, tollgate.InvalidName:
		return http.StatusNotFound
	case tollgate.Limit:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}
