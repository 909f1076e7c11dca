package mirror

import "clustergraph/internal/store"

// An interner makes equal values one: the names of properties, and values that repeat,
// such as roles, types, countries and currencies. It belongs to whoever writes.
type interner struct {
	strings map[string]string
	props   map[string]*known
	last    []*known // the properties of what came before: neighbours are often alike
}

type known struct {
	name   string
	values map[store.Value]store.Value
}

// knownValues bounds the values of a property that are remembered: those met first. What
// repeats is met early.
const knownValues = 4096

func newInterner() *interner {
	return &interner{strings: map[string]string{}, props: map[string]*known{}}
}

// string is for kinds and types, which are few.
func (in *interner) string(s string) string {
	if k, ok := in.strings[s]; ok {
		return k
	}
	in.strings[s] = s
	return s
}

func (in *interner) node(n *store.Node) *store.Node {
	return &store.Node{ID: n.ID, Kind: in.string(n.Kind), Props: in.list(n.Props)}
}

// edge is e with the ids of its nodes.
func (in *interner) edge(e *store.Edge, from, to string) *store.Edge {
	return &store.Edge{EdgeID: store.EdgeID{Type: in.string(e.Type), From: from, To: to, Key: e.Key}, Props: in.list(e.Props)}
}

func (in *interner) list(p store.Props) store.Props {
	if len(p) == 0 {
		return nil
	}
	out := make(store.Props, len(p))
	for i := range p {
		var k *known
		if i < len(in.last) && in.last[i].name == p[i].Name {
			k = in.last[i]
		} else {
			if k = in.props[p[i].Name]; k == nil {
				k = &known{p[i].Name, map[store.Value]store.Value{}}
				in.props[p[i].Name] = k
			}
			in.last = append(in.last[:min(i, len(in.last))], k)
		}
		out[i] = store.Prop{Name: k.name, Value: in.value(k, p[i].Value)}
	}
	return out
}

func (in *interner) value(k *known, v store.Value) store.Value {
	switch x := v.(type) {
	case nil:
		return nil
	case store.List:
		out := make(store.List, len(x))
		for i := range x {
			out[i] = in.value(k, x[i])
		}
		return out
	case store.Props:
		return in.list(x)
	}
	if old, ok := k.values[v]; ok {
		return old
	}
	if len(k.values) < knownValues {
		k.values[v] = v
	}
	return v
}
