// The conformance suite's typed outbound: /NAME answers what the function of a parameter gave, as JSON
// (guests/rust/test/test-typed).
package main

import (
	"encoding/json"
	"net/http"
	"strings"

	"tollgate"

	typed "wit_component/suite_typed_parameters"
	types "wit_component/suite_typed_types"
)

func main() {
	tollgate.ServeFunc(func(w http.ResponseWriter, r *http.Request) {
		value, known := said(strings.TrimPrefix(r.URL.Path, "/"))
		if !known {
			http.Error(w, "no such parameter", http.StatusNotFound)
			return
		}
		json.NewEncoder(w).Encode(value)
	})
}

type object = map[string]any

// said is what the function of a parameter gives, as package json takes it.
func said(name string) (value any, known bool) {
	switch name {
	case "customer-name":
		return typed.CustomerName(), true
	case "account":
		return subscription(typed.Account()), true
	case "ceiling":
		return bound(typed.Ceiling()), true
	case "tags":
		return typed.Tags(), true
	case "corner":
		number, share, letter := typed.Corner()
		return []any{number, float64(share), string(letter)}, true
	case "region":
		region := typed.Region()
		return optional(region.IsSome(), region.Some), true
	case "partner":
		partner := typed.Partner()
		return optional(partner.IsSome(), func() any { return subscription(partner.Some()) }), true
	case "invoices":
		return each(typed.Invoices(), invoice), true
	case "quotas":
		return quotas(), true
	case "digest":
		// Package json would write bytes as text.
		return each(typed.Digest(), func(one byte) any { return one }), true
	case "active":
		return typed.Active(), true
	case "mark":
		return string(typed.Mark()), true
	case "tier":
		return plan(typed.Tier()), true
	case "may":
		return rights(typed.May()), true
	case "json":
		return typed.Json(), true
	case "generic":
		// The generic interface is there beside them.
		return tollgate.Parameter("account")
	default:
		return number(name)
	}
}

func number(name string) (value any, known bool) {
	switch name {
	case "s8":
		return typed.S8(), true
	case "s16":
		return typed.S16(), true
	case "s32":
		return typed.S32(), true
	case "s64":
		return typed.S64(), true
	case "u8":
		return typed.U8(), true
	case "u16":
		return typed.U16(), true
	case "u32":
		return typed.U32(), true
	case "u64":
		return typed.U64(), true
	case "f32":
		// All digits of it, and not the shortest that are the same float32.
		return float64(typed.F32()), true
	case "f64":
		return typed.F64(), true
	default:
		return nil, false
	}
}

func quotas() []any {
	all := []any{}
	for _, quota := range typed.Quotas() {
		all = append(all, optional(quota.IsSome(), quota.Some))
	}
	return all
}

func subscription(given typed.Subscription) object {
	return object{
		"id":        given.Id,
		"plan":      plan(given.Plan),
		"home-town": optional(given.HomeTown.IsSome(), given.HomeTown.Some),
		"rights":    rights(given.Rights),
	}
}

func invoice(given typed.Invoice) any {
	signed, unsigned := given.Signed, given.Unsigned
	return object{
		"signed":   []any{signed.F0, signed.F1, signed.F2, signed.F3},
		"unsigned": []any{unsigned.F0, unsigned.F1, unsigned.F2, unsigned.F3},
		"paid":     given.Paid,
		"rate":     float64(given.Rate),
		"total":    given.Total,
		"mark":     string(given.Mark),
		"holder":   subscription(given.Holder),
		"until":    bound(given.Until),
	}
}

func bound(given typed.Bound) any {
	switch given.Tag() {
	case typed.BoundAtMost:
		return object{"at-most": given.AtMost()}
	case typed.BoundWithin:
		span := given.Within()
		return object{"within": []any{span.F0, span.F1}}
	default:
		return "none"
	}
}

func plan(given types.Plan) string {
	return map[types.Plan]string{types.PlanFree: "free", types.PlanPaid: "paid"}[given]
}

func rights(given types.Rights) []string {
	all := []struct {
		right types.Rights
		name  string
	}{{types.RightsRead, "read"}, {types.RightsWrite, "write"}, {types.RightsHandOn, "hand-on"}}
	named := []string{}
	for _, one := range all {
		if given&one.right != 0 {
			named = append(named, one.name)
		}
	}
	return named
}

func optional[T any](there bool, value func() T) any {
	if !there {
		return nil
	}
	return value()
}

func each[T any](given []T, said func(T) any) []any {
	all := make([]any, len(given))
	for i, one := range given {
		all[i] = said(one)
	}
	return all
}
