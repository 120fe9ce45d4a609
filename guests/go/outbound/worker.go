// An outbound worker: receives what customers' workers fetch. Here it answers by itself, and says for whom.
package main

import (
	"fmt"
	"net/http"

	"tollgate"

	parameters "wit_component/example_outbound_parameters" // Typed by wit/outbound.wit.
)

func main() {
	tollgate.ServeFunc(intercept)
}

// A customer's URL may be any: an http.ServeMux would redirect one such as http://example.com/a//b by itself.
func intercept(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/account":
		account(w)
	default:
		answer(w)
	}
}

func answer(w http.ResponseWriter) {
	// tollgate.Parameter("paramCustomerName") is the same; the type of this one is checked when this worker is deployed.
	fmt.Fprintf(w, "intercepted a request for %s by the outbound", parameters.ParamCustomerName())
}

func account(w http.ResponseWriter) {
	given := parameters.Account()
	if given.IsNone() {
		fmt.Fprint(w, "no account")
		return
	}
	account := given.Some()
	plan := map[parameters.Plan]string{parameters.PlanFree: "free", parameters.PlanPaid: "paid"}[account.Plan]
	fmt.Fprintf(w, "account %d %s %s", account.Id, plan, account.Region.SomeOr("-"))
}
