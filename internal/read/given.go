package read

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Given coerces values that came as JSON outside of a query, as those of variables would be.
// Types are their types by name: "ActorFilter", "[Side!]"; asOf and during say what When is.
func (r *Reader) Given(types map[string]string, values map[string]any) (Args, error) {
	a := Args{schema: r.schema, values: map[string]any{}}
	for name, v := range values {
		t := ast.NamedType(types[name], nil)
		if of, isList := strings.CutPrefix(types[name], "["); isList {
			t = ast.ListType(ast.NonNullNamedType(strings.TrimSuffix(of, "!]"), nil), nil)
		}
		x, e := r.variable(t, v)
		if e != nil {
			return a, invalid("%s: %w", name, e)
		}
		a.values[name] = x
	}
	err := a.hold("valid time")
	return a, err
}
