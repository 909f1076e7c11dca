package read

import (
	"sort"

	"clustergraph/internal/store"
)

// ref is a node in a value: found once all of a field's are known. Without a node it is
// null.
type ref struct {
	node *store.Node
	obj  *object // if it is looked into
}

// nested is a row in a value.
type nested struct {
	sel *selection
	at  int
}

// resolver turns the values of one field into what can be written: what names nodes
// becomes refs, rows are queued for the next level.
type resolver struct {
	*exec
	f      *field
	ids    []string
	slots  []store.Slot
	byID   map[Node]*ref
	bySlot map[store.Slot]*ref
}

// resolve works on the values of a field: one call fetches all nodes that they name.
// Subjects are queued for the next level.
func (x *exec) resolve(f *field) error {
	r := resolver{exec: x, f: f}
	asked := said{f: f}
	for i, v := range f.vals {
		if s, ok := v.(store.Subject); ok {
			asked.of, asked.at = append(asked.of, s), append(asked.at, i)
			continue
		}
		f.vals[i] = r.value(v)
	}
	if asked.of != nil {
		x.said = append(x.said, asked)
	}
	if len(r.ids) > 0 {
		nodes, err := x.g.Nodes(x.ctx, r.ids)
		if err != nil {
			return err
		}
		if err := r.count(len(nodes)); err != nil {
			return err
		}
		for i, n := range nodes {
			r.found(r.byID[Node(r.ids[i])], n)
		}
	}
	if len(r.slots) > 0 {
		nodes, err := x.g.At(x.ctx, r.slots)
		if err != nil {
			return err
		}
		if err := r.count(len(nodes)); err != nil {
			return err
		}
		for i, n := range nodes {
			r.found(r.bySlot[r.slots[i]], n)
		}
	}
	return nil
}

func (r *resolver) found(to *ref, n *store.Node) {
	if n != nil && r.Type(r.f.def.Type.Name()).Has(n.Kind) {
		to.node, to.obj = n, r.add(r.f.sub, n)
	}
}

func (r *resolver) value(v any) any {
	switch v := v.(type) {
	case Node:
		if v == "" {
			return nil
		}
		to := r.byID[v]
		if to == nil {
			if r.byID == nil {
				r.byID = map[Node]*ref{}
			}
			to = &ref{}
			r.byID[v] = to
			r.ids = append(r.ids, string(v))
		}
		return to
	case store.Slot:
		if v == 0 {
			return nil
		}
		to := r.bySlot[v]
		if to == nil {
			if r.bySlot == nil {
				r.bySlot = map[store.Slot]*ref{}
			}
			to = &ref{}
			r.bySlot[v] = to
			r.slots = append(r.slots, v)
		}
		return to
	case *store.Node:
		to := &ref{}
		r.found(to, v)
		return to
	case []Node:
		return each(r, v)
	case []store.Slot:
		return each(r, v)
	case []Row:
		return each(r, v)
	case []any:
		if r.f.leaf != nil {
			return v
		}
		return each(r, v)
	case *List:
		conn, err := r.cut(v)
		if err != nil {
			return err
		}
		return r.value(Row(conn))
	case Row:
		sel := r.on(r.f.sub, r.f.def.Type.Name())
		if len(sel.rows) == 0 {
			r.next = append(r.next, sel)
		}
		sel.rows = append(sel.rows, v)
		return nested{sel, len(sel.rows) - 1}
	}
	return v
}

func each[T any](r *resolver, in []T) []any {
	out := make([]any, len(in))
	for i := range in {
		out[i] = r.value(in[i])
	}
	return out
}

// connection is a page of rows. It is itself a row, and so are its parts.
type connection struct {
	nodes      []any
	edge       func(i int) Row // beside node and cursor; nil: nothing
	cursor     func(i int) string
	total      int
	totals     func() (Row, error)
	next, prev bool
}

// Field is a field of the connection.
func (c *connection) Field(name string, _ Args) (any, error) {
	switch name {
	case "nodes":
		return c.nodes, nil
	case "edges":
		out := make([]Row, len(c.nodes))
		for i := range out {
			out[i] = connectionEdge{c, i}
		}
		return out, nil
	case "pageInfo":
		return (*connectionInfo)(c), nil
	case "totals":
		return c.totals()
	}
	return c.total, nil
}

type connectionEdge struct {
	*connection
	i int
}

// Field is a field of the edge.
func (e connectionEdge) Field(name string, args Args) (any, error) {
	switch name {
	case "node":
		return e.nodes[e.i], nil
	case "cursor":
		return e.cursor(e.i), nil
	}
	return e.edge(e.i).Field(name, args)
}

type connectionInfo connection

// Field is a field of the page info.
func (c *connectionInfo) Field(name string, _ Args) (any, error) {
	switch {
	case name == "hasNextPage":
		return c.next, nil
	case name == "hasPreviousPage":
		return c.prev, nil
	case len(c.nodes) == 0:
		return nil, nil
	case name == "startCursor":
		return c.cursor(0), nil
	}
	return c.cursor(len(c.nodes) - 1), nil
}

// rowsOf is what [Args.Rows] is of a field.
func (x *exec) rowsOf(f *field) int {
	if f.def.Arguments.ForName("first") == nil {
		return 0
	}
	p, err := paging(f, anyKeys, f.def.Type.Name(), f.Name)
	if err != nil || p.last != nil || p.after != nil || p.before != nil { // an error is told by cut
		return 0
	}
	for _, c := range x.on(f.sub, f.def.Type.Name()).fields {
		switch c.Name {
		case "nodes", "edges", "pageInfo", "__typename":
		default:
			return 0
		}
	}
	return p.first + 1
}

// cut makes the page of a list that the field's arguments ask for.
func (r *resolver) cut(l *List) (*connection, error) {
	p, err := paging(r.f, anyKeys, r.f.def.Type.Name(), r.f.Name)
	if err != nil {
		return nil, err
	}
	from, to := 0, l.Len
	if p.after != nil {
		from = sort.Search(l.Len, func(i int) bool { return compareKeys(l.Key(i), p.after.Keys, l.Desc) > 0 })
	}
	if p.before != nil {
		to = max(from, sort.Search(l.Len, func(i int) bool { return compareKeys(l.Key(i), p.before.Keys, l.Desc) >= 0 }))
	}
	if p.first < to-from {
		to = from + p.first
	}
	if p.last != nil && *p.last < to-from {
		from = to - *p.last
	}
	c := &connection{total: l.Len, totals: l.Totals, next: to < l.Len, prev: from > 0, edge: l.Edge, nodes: make([]any, to-from)}
	for i := range c.nodes {
		c.nodes[i] = l.Row(from + i)
	}
	if l.Edge != nil {
		c.edge = func(i int) Row { return l.Edge(from + i) }
	}
	id := listID(r.f.args, r.f.def.Type.Name(), r.f.Name)
	c.cursor = func(i int) string {
		return string(appendCursor(nil, id, store.Position{Keys: l.Key(from + i)}))
	}
	return c, nil
}
