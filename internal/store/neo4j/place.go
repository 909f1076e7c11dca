package neo4j

import (
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// centsOf is the type of an amount of money.
const centsOf store.TypeName = "Cents"

// A place is where a value lies in the database.
type place struct {
	of   string // the variable of the node or edge
	name string // of the property; layout.go tells which others stand beside it
	at   string // "[i]" of an element of a list
	// part is set of the parts of elements, which may be missing while the others are not.
	part bool
	own  string // the plain value, where it is not the property of this name
	typ  store.Type
	// known is unset if the schema does not know the property: then it lies as its value
	// asks for, and typ is what it is compared with.
	known bool
}

// way is one of the ways in which something lies: in nodes of some kinds.
type way struct {
	place
	kinds []string
	null  bool // nothing can stand there
}

// column is a property beside the place.
func (p place) column(name string) string {
	x := p.of + "." + quoted(name) + p.at
	if p.part && p.at != "" {
		return "CASE WHEN coalesce(" + p.of + "." + quoted(hasName(p.name)) + p.at + ", true) THEN " + x + " END"
	}
	return x
}

// plain is the value as a user reads it.
func (p place) plain() string {
	if p.own != "" {
		return p.column(p.own)
	}
	return p.column(p.name)
}

func (p place) twin() string  { return p.column(twinName(p.name)) }
func (p place) first() string { return p.column(firstName(p.name)) }
func (p place) last() string  { return p.column(lastName(p.name)) }
func (p place) cents() string { return p.column(centsName(p.name)) }
func (p place) money() string { return p.column(moneyName(p.name)) }

// indexed tells whether the place has a twin that an index holds.
func (p place) indexed() bool { return p.known && p.typ.Index && p.at == "" && p.own == "" }

// resolve tells the ways in which what stands at a path may lie.
func (c *compiler) resolve(r subject, on store.Side, path []string) []way {
	switch on {
	case store.OnElem:
		if r.elem == nil {
			return nil
		}
		return []way{c.descend(*r.elem, path)}
	case store.OnEdge:
		if r.edge == "" {
			return nil
		}
		t, known := c.l.schema.Edges[r.typ].Props[path[0]]
		return []way{c.descend(place{of: r.edge, name: path[0], typ: t, known: known}, path[1:])}
	}
	switch path[0] {
	case "id":
		return []way{c.descend(place{of: r.node, name: "id", typ: store.Type{Name: store.String}, known: true}, path[1:])}
	case "kind":
		return []way{c.descend(place{of: r.node, name: kindName, typ: store.Type{Name: store.String}, known: true}, path[1:])}
	}
	var ways []way
	var signs []string
	for _, kind := range r.kinds {
		t, known := c.l.schema.Kinds[kind].Props[path[0]]
		sign := ""
		if known {
			sign = fmt.Sprint(t)
		}
		if i := slices.Index(signs, sign); i >= 0 {
			ways[i].kinds = append(ways[i].kinds, kind)
			continue
		}
		if !known {
			t = c.l.guess(path[0])
		}
		w := c.descend(place{of: r.node, name: path[0], typ: t, known: known}, path[1:])
		w.kinds = []string{kind}
		ways, signs = append(ways, w), append(signs, sign)
	}
	return ways
}

// descend goes to a part of what stands at a place.
func (c *compiler) descend(p place, path []string) way {
	for _, name := range path {
		switch {
		case p.typ.List:
			return way{null: true}
		case p.typ.Name == store.MoneyOf:
			switch name {
			case "amount":
				p.typ, p.own = store.Type{Name: centsOf, Index: p.typ.Index}, centsName(p.name)
			case "value":
				p.typ, p.own = store.Type{Name: store.Float}, p.name
			case "currency":
				p.typ, p.own = store.Type{Name: store.String}, moneyName(p.name)
			default:
				return way{null: true}
			}
			p.known = true
		case p.typ.Name == store.Record || !p.known:
			t, known := p.typ.Parts[name]
			if p.known && !known && p.at != "" {
				return way{null: true} // not laid out
			}
			p.part = p.at != ""
			p.name, p.typ, p.known = partName(p.name, name), t, known
		default:
			return way{null: true}
		}
	}
	return way{place: p}
}

// guess is the type of a property that a kind does not know, if another kind does.
func (l *layout) guess(name string) store.Type {
	for _, kind := range l.kinds {
		if t, known := l.schema.Kinds[kind].Props[name]; known {
			t.Index = false
			return t
		}
	}
	return store.Type{}
}

// known are those of some kinds that the schema has, sorted, each once; nil stands for all.
func (l *layout) known(kinds []string) []string {
	if kinds == nil {
		return l.kinds
	}
	var out []string
	for _, k := range l.kinds {
		if slices.Contains(kinds, k) {
			out = append(out, k)
		}
	}
	return out
}

// cover is a label expression that the nodes of some kinds have, and no others.
func (l *layout) cover(kinds []string) string {
	kinds = l.known(kinds)
	if len(kinds) == len(l.kinds) {
		return nodeLabel
	}
	var labels []string
	for len(kinds) > 0 {
		label := kinds[0]
		family := l.family[l.schema.Kinds[label].Family]
		if family != nil && !slices.ContainsFunc(family, func(k string) bool { return !slices.Contains(kinds, k) }) {
			label = l.schema.Kinds[label].Family
			kinds = slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return slices.Contains(family, k) })
		} else {
			kinds = kinds[1:]
		}
		labels = append(labels, quoted(label))
	}
	return strings.Join(labels, "|")
}
