//go:build tollgate_outbound

// The parameters that a dispatch attached. Only an outbound worker has this file. Where the project has WIT for them,
// they are typed functions of the project's bindings too.
package tollgate

import (
	"encoding/json"
	"strings"

	"wit_component/tollgate_platform_parameters"
)

// Parameter is a parameter's value, and whether one is declared so; customer_name and customer-name are one name. It is
// what package json makes of it, except that numbers are int64, float64, or within other values json.Number.
func Parameter(name string) (any, bool) {
	given := tollgate_platform_parameters.Get(name)
	if given.IsNone() {
		return nil, false
	}
	return value(given.Some()), true
}

// Parameters are all of them, under the names that the binding declares.
func Parameters() map[string]any {
	all := map[string]any{}
	for _, pair := range tollgate_platform_parameters.All() {
		all[pair.F0] = value(pair.F1)
	}
	return all
}

func value(given tollgate_platform_parameters.Value) any {
	switch given.Tag() {
	case tollgate_platform_parameters.ValueBoolean:
		return given.Boolean()
	case tollgate_platform_parameters.ValueInteger:
		return given.Integer()
	case tollgate_platform_parameters.ValueNumber:
		return given.Number()
	case tollgate_platform_parameters.ValueText:
		return given.Text()
	}
	decoder := json.NewDecoder(strings.NewReader(given.Json()))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		panic(err) // The host has read it as JSON already.
	}
	return decoded
}
