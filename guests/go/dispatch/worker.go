// A dispatch worker: the first label of the host is the customer's worker.
package main

import (
	"errors"
	"net/http"
	"strings"

	"tollgate"
)

const dispatcher = tollgate.Dispatcher("dispatcher")

func main() { tollgate.ServeFunc(dispatch) }

func dispatch(w http.ResponseWriter, r *http.Request) {
	response, err := answer(r)
	if err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	tollgate.Reply(w, response)
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
