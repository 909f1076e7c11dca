package read

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/store"
)

// Args are the arguments of a field, or the fields of an input object: coerced as the
// specification says, with defaults filled in. Values are
//
//	nil                             null (a name that was not given is absent: see Has)
//	bool, int64, float64, string    Boolean, Int, Float; String, ID, enums, other scalars
//	store.Date, store.Cents         Date, Decimal
//	[]any, Args                     lists, input objects
type Args struct {
	values map[string]any
	given  []string // of a field's arguments: those that are no defaults
	of     *ast.Definition
	args   ast.ArgumentDefinitionList
	schema *schema
	when   store.Period
	rows   int // see Rows
}

// Has tells whether a name was given or has a default, even if it is null.
func (a Args) Has(name string) bool { _, ok := a.values[name]; return ok }

// Get is a value as it is; nil if it is null or absent.
func (a Args) Get(name string) any { return a.values[name] }

// Names are the names that [Args.Has] knows, in the order of the schema.
func (a Args) Names() []string {
	var out []string
	if a.of != nil {
		for _, f := range a.of.Fields {
			if a.Has(f.Name) {
				out = append(out, f.Name)
			}
		}
	}
	for _, d := range a.args {
		if a.Has(d.Name) {
			out = append(out, d.Name)
		}
	}
	return out
}

// Text is a value that is a string (an ID, an enum value); empty if it is not.
func (a Args) Text(name string) string { s, _ := a.values[name].(string); return s }

// Int is a value that is an Int; 0 if it is not.
func (a Args) Int(name string) int { n, _ := a.values[name].(int64); return int(n) }

// Texts is a list of strings; nil if it is null or absent.
func (a Args) Texts(name string) []string {
	l, ok := a.values[name].([]any)
	if !ok {
		return nil
	}
	out := make([]string, len(l))
	for i := range l {
		out[i], _ = l[i].(string)
	}
	return out
}

// Input is a value that is an input object; an empty one if it is not.
func (a Args) Input(name string) Args { in, _ := a.values[name].(Args); return in }

// Inputs is a list of input objects.
func (a Args) Inputs(name string) []Args {
	l, _ := a.values[name].([]any)
	out := make([]Args, len(l))
	for i := range l {
		out[i], _ = l[i].(Args)
	}
	return out
}

// When is valid time as the field sees it: its own asOf or during, else what it inherits;
// the zero Period is all time.
func (a Args) When() store.Period { return a.when }

// Rows is how many rows of a [List] are looked at in the answer at most, from the first one on:
// those of the page, and one more to tell that there is another page. It is 0 if all are: for
// a page elsewhere, or because they are counted; and for fields of nodes.
func (a Args) Rows() int { return a.rows }

// Test is a value that is a filter of nodes, as a condition; nil if it is not given. It is
// tried with store.Holds, or given to a Window's Where.
func (a Args) Test(name string) store.Test {
	in, ok := a.values[name].(Args)
	if !ok {
		return nil
	}
	return in.test(store.OnNode, nil)
}

// EdgeTest is a value that is a filter of what stands on edges, likewise.
func (a Args) EdgeTest(name string) store.Test {
	in, ok := a.values[name].(Args)
	if !ok {
		return nil
	}
	return in.test(store.OnEdge, nil)
}

// set tells whether an argument was given a value that is neither a default nor null.
func (a Args) set(name string) bool { return a.values[name] != nil && slices.Contains(a.given, name) }
