package neo4j

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Expand is as [store.Reader] says: one statement for all ids, and one more if some of them
// are not the id of a node. Each list is cut before anything of its rows is read.
func (r *reader) Expand(ctx context.Context, ids []string, rel store.Rel, w store.Window) ([]store.Page, error) {
	if err := checkWindow(&w); err != nil {
		return nil, err
	}
	out := make([]store.Page, len(ids))
	c := r.compiler(ctx, w.When)
	pattern, to, ok := c.relation("n", rel, "e", "m")
	if !ok || len(ids) == 0 {
		return out, ctx.Err()
	}
	x := &expansion{r: r, w: &w, rel: rel, cut: newSpan(&w), pages: map[string]store.Page{}}
	if err := x.write(c, pattern, to); err != nil {
		return nil, err
	}
	err := r.resolving(ctx, ids, func(ids []string) ([]string, error) { return x.ask(ctx, ids) }, func(i int, id string) {
		out[i] = x.pages[id]
	})
	return out, err
}

// expansion is a question for the lists of some nodes.
type expansion struct {
	r     *reader
	w     *store.Window
	rel   store.Rel
	cut   span
	c     *compiler
	part  part
	pages map[string]store.Page // by the node's id

	whole              bool // Cypher cannot say all of it: rows are tried and sorted here
	rows, total, other int  // which column tells them; 0: none
	own                bool // rows tell where the edge begins
	counts             int
}

// ends are the ids of the ends of an edge from n to m.
func ends(dir store.Dir) (from, to string) {
	switch dir {
	case store.In:
		return "m.id", "n.id"
	case store.Both:
		return "startNode(e).id", "endNode(e).id"
	}
	return "n.id", "m.id"
}

// write makes the statement.
func (x *expansion) write(c *compiler, pattern string, to subject) error {
	x.c = c
	where := and(c.holds(x.rel, "n", "e", "m"), c.test(to, x.w.Where))
	keys, with, counts, sorts := c.sortBy(to, x.w.Order)
	if c.err != nil {
		return c.err
	}
	x.whole = c.partly || !sorts
	l := list{keys: keys, id: "m.id", typ: x.rel.Type, key: "e._key"}
	l.from, l.to = ends(x.rel.Dir)
	l.ties = []string{l.key}
	if x.rel.Dir == store.Both {
		l.ties = []string{l.from, l.key}
	}
	match := "MATCH " + pattern
	row := []string{"m.id", "m._kind", "m._props", "e._key", "e._props"}
	if x.rel.Dir == store.Both {
		row, x.own = append(row, "startNode(e) = n"), true
	}
	x.part = part{values: []string{"n.id"}}
	give := func(value string) int {
		x.part.values = append(x.part.values, value)
		return len(x.part.values) - 1
	}
	body := "UNWIND $ids AS id MATCH (n:Node {id: id})"
	if x.whole {
		x.rows = give("rows")
		x.part.body = fmt.Sprintf("%s CALL (n) { %s%s RETURN collect([%s]) AS rows }", body, match, clause(where), strings.Join(row, ", "))
		return nil
	}
	o := &ordered{vars: []string{"e", "m"}, with: with, list: l}
	if x.rel.Dir != store.Out || len(with) > 0 {
		o.vars = []string{"n", "e", "m"}
	}
	if x.w.Count {
		x.total = give("COUNT { " + match + clause(where) + " }")
	}
	if x.cut.other != nil {
		if len(with) == 0 {
			x.other = give("EXISTS { " + match + o.beside(c, where, x.cut) + " }")
		} else {
			x.other = give("COUNT { " + match + o.beside(c, where, x.cut) + " RETURN 1 AS one } > 0")
		}
	}
	if x.cut.limit > 1 || x.total == 0 || x.cut.from != nil || x.cut.back {
		x.counts = len(counts)
		row = append(row, counts...)
		x.rows = give("rows")
		body += fmt.Sprintf(" CALL (n) { %s%s RETURN collect([%s]) AS rows }", match, o.page(c, where, x.cut), strings.Join(row, ", "))
	}
	x.part.body = body
	return c.err
}

// ask tells the lists of some ids, each once, and which ids are of nodes.
func (x *expansion) ask(ctx context.Context, ids []string) (met []string, err error) {
	params := make(map[string]any, len(x.c.params)+1)
	for k, v := range x.c.params {
		params[k] = v
	}
	params["ids"] = ids
	near := &near{reader: x.r, ctx: ctx}
	var pending []func()
	err = x.r.ask(ctx, "expand", statement{parts: []part{x.part}, params: params}, func() func(int64, []any) error {
		met, pending = met[:0], nil
		return func(_ int64, v []any) error {
			id, _ := v[0].(string)
			met = append(met, id)
			var rows []hit
			if x.rows > 0 {
				l, _ := v[x.rows].([]any)
				rows = make([]hit, 0, len(l))
				for _, row := range l {
					f, err := x.row(id, row.([]any))
					if err != nil {
						return err
					}
					rows = append(rows, f)
				}
			}
			if x.whole {
				pending = append(pending, func() { x.pages[id] = whole(rows, near, x.w) })
				return nil
			}
			other := false
			if x.other > 0 {
				other, _ = v[x.other].(bool)
			}
			p := x.cut.page(rows, other)
			if x.total > 0 {
				total, _ := v[x.total].(int64)
				p.Total = int(total)
				if x.rows == 0 {
					p.Next = total > 0
				}
			}
			x.pages[id] = p
			return nil
		}
	})
	for _, f := range pending {
		f()
	}
	if err == nil {
		err = near.err
	}
	return met, err
}

// row reads a row of the list of a node.
func (x *expansion) row(id string, v []any) (hit, error) {
	n, err := x.r.node(v[0], v[1], v[2])
	if err != nil {
		return hit{}, err
	}
	out := x.rel.Dir == store.Out
	if x.own {
		out, _ = v[5].(bool)
	}
	e, err := edge(x.rel.Type, id, n.ID, out, v[3], v[4])
	if err != nil {
		return hit{}, err
	}
	f := hit{Hit: store.Hit{Node: n, Edge: e}}
	if !x.whole {
		f.keys = keysOf(f.Hit, x.w, nil, v[len(v)-x.counts:])
	}
	return f, nil
}

// edge is the edge between a node and another.
func edge(typ, id, far string, out bool, key, text any) (*store.Edge, error) {
	p, err := props(text)
	if err != nil {
		return nil, err
	}
	e := &store.Edge{EdgeID: store.EdgeID{Type: typ, From: id, To: far}, Props: p}
	if !out {
		e.From, e.To = far, id
	}
	e.Key, _ = key.(string)
	return e, nil
}

// near follows relations for conditions that are tried here, a statement each.
type near struct {
	*reader
	ctx context.Context
	err error
}

func (n *near) Each(node *store.Node, rel store.Rel, when store.Period, yield func(store.Hit) bool) {
	if n.err != nil {
		return
	}
	pages, err := n.Expand(n.ctx, []string{node.ID}, rel, store.Window{First: store.All, When: when})
	if err != nil {
		n.err = err
		return
	}
	for _, h := range pages[0].Hits {
		if !yield(h) {
			return
		}
	}
}

// resolving asks for some ids, each once, and then for those that ask did not meet by the
// ids that they became. tell is called for each place whose node was met.
func (r *reader) resolving(ctx context.Context, ids []string, ask func(ids []string) (met []string, err error), tell func(i int, id string)) error {
	distinct := slices.Clone(ids)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	met, err := ask(distinct)
	if err != nil {
		return err
	}
	known := make(map[string]string, len(distinct))
	for _, id := range met {
		known[id] = id
	}
	if len(known) < len(distinct) {
		var missing []string
		for _, id := range distinct {
			if _, ok := known[id]; !ok {
				missing = append(missing, id)
			}
		}
		became, err := r.became(ctx, missing)
		if err != nil {
			return err
		}
		var more []string
		for _, now := range became {
			if _, ok := known[now]; !ok && !slices.Contains(more, now) {
				more = append(more, now)
			}
		}
		if len(more) > 0 {
			slices.Sort(more)
			if met, err = ask(more); err != nil {
				return err
			}
			for _, id := range met {
				known[id] = id
			}
		}
		for was, now := range became {
			if _, ok := known[now]; ok {
				known[was] = now
			}
		}
	}
	for i, id := range ids {
		if now, ok := known[id]; ok {
			tell(i, now)
		}
	}
	return nil
}

// became tells which nodes some former ids are of now.
func (r *reader) became(ctx context.Context, ids []string) (now map[string]string, err error) {
	q := statement{params: map[string]any{"ids": ids}, parts: []part{{
		body:   "UNWIND $ids AS id MATCH (:_Id {node: id})-[:_MERGED_INTO*1..]->(x:_Id) WHERE NOT EXISTS { (x)-[:_MERGED_INTO]->() }",
		values: []string{"id", "x.node"},
	}}}
	err = r.ask(ctx, "former ids", q, func() func(int64, []any) error {
		now = map[string]string{}
		return func(_ int64, v []any) error {
			was, _ := v[0].(string)
			now[was], _ = v[1].(string)
			return nil
		}
	})
	return now, err
}
