package commit

import (
	"fmt"
	"strings"

	"clustergraph/internal/store"
)

// Refit compares a schema with the types of properties that a truth was last opened with,
// by their names as [store.Schema.Describe] has them. A type may change in any way that
// what is said already still fits; faults are those that do not, and changed are all that
// the truth does not have yet. said tells what is said of all nodes of a kind, or of edges
// of a type, with a property; it is asked for properties whose type changed, so otherwise
// this costs nothing.
func Refit(schema store.Schema, old map[string]string, said func(of, property string, isEdge bool, tell func(store.Props)) error) (changed map[string]string, faults []string, err error) {
	changed = map[string]string{}
	for _, line := range schema.Describe() {
		property, typ, _ := strings.Cut(line, ": ")
		was, had := old[property]
		if was == typ {
			continue
		}
		changed[property] = typ
		if !had {
			continue
		}
		of, name, _ := strings.Cut(property, ".")
		want := schema.Kinds[of].Props[name]
		e, isEdge := schema.Edges[of]
		if isEdge {
			want = e.Props[name]
		}
		var misfit error
		err := said(of, name, isEdge, func(props store.Props) {
			if v := known(props.Get(name)); misfit == nil && v != nil {
				misfit = want.Check(v)
			}
		})
		if err != nil {
			return nil, nil, err
		}
		if misfit != nil {
			faults = append(faults, fmt.Sprintf("%s was %s and is %s (%v)", property, was, typ, misfit))
		}
	}
	return changed, faults, nil
}

// known is a value without the parts that are said to be unknown.
func known(v store.Value) store.Value {
	p, ok := v.(store.Props)
	if !ok {
		return v
	}
	var out store.Props
	for _, x := range p {
		if v := known(x.Value); v != nil {
			out = append(out, store.Prop{Name: x.Name, Value: v})
		}
	}
	return out
}
