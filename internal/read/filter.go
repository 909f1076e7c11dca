package read

import (
	"slices"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// test makes a condition of a filter input. A null condition is none, except that
// `eq: null` asks for what is unknown and `ne: null` for what is not.
//
// A filter is about a type (a kind, an interface of kinds, an edge, a value with parts)
// whose values stand at path, on the given side; or it has node and edge, and is about both.
func (in Args) test(on store.Side, path []string) store.Test {
	all := store.And{}
	of := in.about()
	for _, name := range in.Names() {
		v := in.values[name]
		if v == nil {
			continue
		}
		switch sub, _ := v.(Args); {
		case name == "and":
			all = append(all, store.And(tests(v, on, path)))
		case name == "or":
			all = append(all, store.Or(tests(v, on, path)))
		case name == "not":
			all = append(all, store.Not{Test: sub.test(on, path)})
		case of == nil && name == "node":
			all = append(all, sub.test(store.OnNode, nil))
		case of == nil && name == "edge":
			all = append(all, sub.test(store.OnEdge, nil))
		default:
			all = append(all, in.field(of, name, v, on, path))
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// about is the type that a filter is about: XFilter is about X.
func (in Args) about() *ontology.Type {
	return in.schema.Type(strings.TrimSuffix(in.of.Name, "Filter"))
}

func tests(v any, on store.Side, path []string) []store.Test {
	l := v.([]any)
	out := make([]store.Test, len(l))
	for i := range l {
		out[i] = l[i].(Args).test(on, path)
	}
	return out
}

// field is the condition on one field of the type that the filter is about.
func (in Args) field(of *ontology.Type, name string, v any, on store.Side, path []string) store.Test {
	sub, _ := v.(Args)
	about := of.Field(name)
	at := append(slices.Clip(path), name)
	switch {
	case about == nil && name == "under":
		return store.Under{Rel: *of.Tree, IDs: in.Texts(name)}
	case about == nil && name == "isNull":
		return store.Is{On: on, Path: path, Op: store.IsNull, Value: v}
	case about == nil && name == "kind":
		return sub.operators(on, at)
	case about == nil: // the name of a kind: it is of this kind, and passes
		kind := of.Alone[name].Def.Name
		return store.And{store.Is{Path: []string{"kind"}, Op: store.Eq, Value: kind}, sub.test(store.OnNode, nil)}
	case about.Role == ontology.Relation:
		return sub.related(*about.Rel)
	case about.Def.Type.Elem != nil:
		return sub.elements(on, at)
	}
	return sub.value(on, at)
}

// value is the condition on a value at a path: on its parts, if it has any.
func (in Args) value(on store.Side, path []string) store.Test {
	if in.about() != nil {
		return in.test(on, path)
	}
	return in.operators(on, path)
}

// related is the condition on the rows of a relation.
func (in Args) related(rel store.Rel) store.Test {
	all := store.And{}
	for _, name := range in.Names() {
		sub, ok := in.values[name].(Args)
		if !ok {
			continue
		}
		switch name {
		case "some":
			all = append(all, store.Related{Rel: rel, Test: sub.test(store.OnNode, nil)})
		case "none":
			all = append(all, store.Related{Rel: rel, Test: sub.test(store.OnNode, nil), Quant: store.None})
		case "every":
			all = append(all, store.Related{Rel: rel, Test: sub.test(store.OnNode, nil), Quant: store.Every})
		case "count":
			for _, op := range sub.Names() {
				if op, v, ok := sub.compare(op); ok {
					all = append(all, store.Count{Rel: rel, Op: op, Value: v})
				}
			}
		}
	}
	return all
}

// elements is the condition on the elements of a list.
func (in Args) elements(on store.Side, path []string) store.Test {
	all := store.And{}
	for _, name := range in.Names() {
		v := in.values[name]
		if v == nil {
			continue
		}
		if name == "isEmpty" {
			all = append(all, store.Elem{On: on, Path: path, Quant: map[bool]store.Quant{true: store.None, false: store.Some}[v.(bool)]})
			continue
		}
		quant := map[string]store.Quant{"some": store.Some, "none": store.None, "every": store.Every}[name]
		all = append(all, store.Elem{On: on, Path: path, Test: v.(Args).value(store.OnElem, nil), Quant: quant})
	}
	return all
}

// operators is the comparison of one value.
func (in Args) operators(on store.Side, path []string) store.Test {
	all := store.And{}
	fold := in.of.Name == "StringFilter"
	for _, op := range in.Names() {
		if op, v, ok := in.compare(op); ok {
			all = append(all, store.Is{On: on, Path: path, Op: op, Value: v, Fold: fold})
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

var operators = map[string]store.Op{
	"eq": store.Eq, "ne": store.Ne, "in": store.In_, "lt": store.Lt, "lte": store.Lte, "gt": store.Gt, "gte": store.Gte,
	"contains": store.Contains, "startsWith": store.Prefix, "isNull": store.IsNull,
}

// compare is an operator and its operand as a store takes them; ok is false if it is none.
func (in Args) compare(name string) (op store.Op, operand store.Value, ok bool) {
	op, v := operators[name], in.values[name]
	switch {
	case v == nil && (op == store.Eq || op == store.Ne):
		return store.IsNull, op == store.Eq, true
	case v == nil:
		return op, nil, false
	}
	l, ok := v.([]any)
	if !ok {
		return op, in.operand(v), true
	}
	out := make(store.List, len(l))
	for i := range l {
		out[i] = in.operand(l[i])
	}
	return op, out, true
}

func (in Args) operand(v any) store.Value {
	s, ok := v.(string)
	switch {
	case ok && in.of.Name == "StringFilter":
		return store.Fold(s)
	case ok && in.of.Name == "KindFilter":
		return in.schema.KindOf(s).Name
	}
	return v
}
