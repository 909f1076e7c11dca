// Package read answers the reading half of the API. What is selected below a root field is
// planned, fetched level by level in one view of the store, and written as JSON at once, in
// the resolver of the root field; gqlgen does the rest: validation, root fields,
// introspection, errors, extensions.
//
// It knows the contract of stores and the served schema, and no kind or relation by name.
package read

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// Reader answers fields by what they select. It is safe for concurrent use.
type Reader struct {
	*schema
	store  store.Store
	limits Limits
}

// schema is the ontology, and the fields that Go code works out.
type schema struct {
	*ontology.Ontology
	computed map[*ast.FieldDefinition]Computed
}

// New makes a Reader of a store. Computed are the fields of nodes that Go code works out,
// by type and name: "Actor.partners". It is an error if the schema has no such field, or
// one that nothing computes.
func New(s store.Store, o *ontology.Ontology, computed map[string]Computed, limits Limits) (*Reader, error) {
	r := &Reader{schema: &schema{Ontology: o, computed: map[*ast.FieldDefinition]Computed{}}, store: s, limits: limits.filled()}
	for name, call := range computed {
		of, field, _ := strings.Cut(name, ".")
		if t := o.Type(of); t == nil || t.Field(field) == nil || t.Field(field).Role != ontology.Analysis {
			return nil, fmt.Errorf("the schema has no computed field %s", name)
		}
		for _, k := range o.Kinds {
			if t := o.Type(k.Name); slices.Contains(t.Is, of) {
				r.computed[t.Field(field).Def] = call
			}
		}
	}
	for _, k := range o.Kinds {
		for _, def := range o.Type(k.Name).Def.Fields {
			if f := o.Field(def); f != nil && f.Role == ontology.Analysis && r.computed[def] == nil {
				return nil, fmt.Errorf("nothing computes the field %s.%s", k.Name, def.Name)
			}
		}
	}
	return r, nil
}

// Find answers a list of all nodes of the field's type.
func (r *Reader) Find(ctx context.Context) (JSON, error) {
	return r.answer(ctx, func(x *exec, f *field) (any, error) {
		f.of = r.Field(f.def)
		var err error
		if f.link, err = x.planLink(f, nil); err != nil {
			return nil, err
		}
		return f.link, x.find(f.link, f.of.List.End.Kinds)
	})
}

// Node answers the node of the argument id; null if there is none of the field's type.
func (r *Reader) Node(ctx context.Context) (JSON, error) {
	return r.answer(ctx, func(_ *exec, f *field) (any, error) { return Node(f.args.Text("id")), nil })
}

// Nodes answers the nodes of the argument ids, at the same places, null where there is none.
func (r *Reader) Nodes(ctx context.Context) (JSON, error) {
	return r.answer(ctx, func(_ *exec, f *field) (any, error) {
		ids := f.args.Texts("ids")
		if len(ids) > MaxPage {
			return nil, invalid("%s: ids: %d are more than %d; ask for them in parts", f.Name, len(ids), MaxPage)
		}
		out := make([]Node, len(ids))
		for i, id := range ids {
			out[i] = Node(id)
		}
		return out, nil
	})
}

// ByIdentifier answers the node that an identifier belongs to; null if there is none.
func (r *Reader) ByIdentifier(ctx context.Context) (JSON, error) {
	return r.answer(ctx, func(x *exec, f *field) (any, error) {
		nodes, err := x.g.Identified(x.ctx, []store.Identifier{{Scheme: f.args.Text("scheme"), Value: f.args.Text("value")}})
		if err != nil || nodes[0] == nil {
			return nil, err
		}
		return nodes[0], nil
	})
}

// Search answers the nodes whose names match the argument text, the best first.
func (r *Reader) Search(ctx context.Context) (JSON, error) {
	return r.answer(ctx, func(x *exec, f *field) (any, error) { return x.search(f) })
}

// Revision answers the revision that the operation reads.
func (r *Reader) Revision(ctx context.Context) (string, error) {
	op := current(ctx)
	if op.view == nil {
		return "", errors.New("no view is open")
	}
	return op.view.Revision().String(), nil
}

// Value answers the field with a value that Go code works out: one that [Row.Field] may
// have. It is told the field's arguments and reads through g only.
func (r *Reader) Value(ctx context.Context, value func(ctx context.Context, g store.Reader, args Args) (any, error)) (JSON, error) {
	return r.answer(ctx, func(x *exec, f *field) (any, error) {
		f.args.rows = x.rowsOf(f)
		return value(x.ctx, x.g, f.args)
	})
}

// Args are the arguments of the field that ctx stands at.
func (r *Reader) Args(ctx context.Context) (Args, error) {
	f := graphql.GetFieldContext(ctx).Field.Field
	a, e := r.coerceArguments(f.Definition.Arguments, f.Arguments, current(ctx).vars)
	if e != nil {
		return a, invalid("%s: %w", f.Name, e)
	}
	return a, nil
}

// answer plans the root field that ctx stands at, has its value worked out, and writes it.
func (r *Reader) answer(ctx context.Context, value func(*exec, *field) (any, error)) (out JSON, err error) {
	fc, op := graphql.GetFieldContext(ctx), current(ctx)
	x := &exec{Reader: r, operation: op, ctx: ctx, g: op.view}
	c := collector{exec: x, sel: &selection{typ: r.Type(fc.Object)}}
	c.field(fc.Field.Field)
	f := c.sel.fields[0]
	f.sub.sets = []ast.SelectionSet{fc.Field.Selections}
	f.vals = make([]any, 1)
	if err = f.err; err == nil {
		if f.vals[0], err = value(x, f); err == nil {
			err = x.run(f)
		}
	}
	if err == nil {
		out, err = x.write(f)
	}
	if err == nil {
		return out, nil
	}
	var deep *gqlerror.Error
	if errors.As(err, &deep) {
		return nil, deep
	}
	return nil, located(f, graphql.GetPath(ctx), err)
}

// located is an error at a place of the answer.
func located(f *field, path ast.Path, err error) *gqlerror.Error {
	e := gqlerror.WrapPath(path, err)
	if f.Position != nil {
		e.Locations = []gqlerror.Location{{Line: f.Position.Line, Column: f.Position.Column}}
	}
	return e
}

// invalidError is what the caller has to change.
type invalidError struct{ error }

func (e invalidError) Unwrap() []error { return []error{store.ErrInvalid, e.error} }

func invalid(format string, args ...any) error { return invalidError{fmt.Errorf(format, args...)} }
