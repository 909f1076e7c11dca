package neo4j

import (
	"context"
	"strings"

	"clustergraph/internal/store"
)

// compiler is one for a window.
func (r *reader) compiler(ctx context.Context, when store.Period) *compiler {
	return &compiler{l: r.s.layout, when: when, params: map[string]any{}, below: func(t store.Under) ([]string, error) { return r.below(ctx, t, when) }}
}

// Find is as [store.Reader] says. Pages in an order that an index has are cut out of it
// (walk.go); of all others the database sorts what passes, as far as the page.
func (r *reader) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	if err := checkWindow(&w); err != nil {
		return store.Page{}, err
	}
	c := r.compiler(ctx, w.When)
	of := subject{node: "n", kinds: c.l.known(kinds)}
	if len(of.kinds) == 0 {
		return store.Page{}, ctx.Err()
	}
	cut := newSpan(&w)
	if walk, ok := c.walkable(of, &w); ok {
		return r.walk(ctx, c, cut, walk)
	}
	match, where := c.matched(of, w.Where)
	keys, with, counts, sorts := c.sortBy(of, w.Order)
	if c.err != nil {
		return store.Page{}, c.err
	}
	if !sorts || c.partly {
		return r.findWhole(ctx, c, match+clause(where), &w)
	}
	l := list{keys: keys, id: "n.id"}
	o := &ordered{vars: []string{"n"}, with: with, list: l}
	if w.Where == nil || !w.Count {
		where = and(where, l.there())
	}
	q := statement{params: c.params}
	rows := part{values: append([]string{"n.id", "n._kind", "n._props"}, counts...)}
	others, totals, counted := 0, 0, w.Where != nil && w.Count
	if counted {
		// What passes is found once, counted, and then cut.
		rows.body = match + clause(where) + " WITH collect(n) AS found"
		other := "false"
		if cut.other != nil {
			other = "EXISTS { UNWIND found AS n WITH n" + o.beside(c, always, cut) + " RETURN 1 AS one }"
		}
		rows.body += " WITH found, " + other + " AS other OPTIONAL CALL (found) { UNWIND found AS n WITH n" + o.page(c, always, cut) + " RETURN " + strings.Join(o.row(), ", ") + " }"
		rows.values = append(rows.values, "size(found)", "other")
	} else {
		rows.body = match + o.page(c, where, cut)
	}
	q.parts = append(q.parts, rows)
	if cut.other != nil && !counted {
		q.parts = append(q.parts, part{body: match + o.beside(c, where, cut), most: 1})
		others = len(q.parts)
	}
	if w.Count && !counted {
		totals = len(q.parts) + 1
		for _, label := range strings.Split(c.l.cover(of.kinds), "|") {
			q.parts = append(q.parts, population(label))
		}
	}
	if c.err != nil {
		return store.Page{}, c.err
	}
	var all []hit
	var other bool
	var total int64
	err := r.ask(ctx, "find", q, func() func(int64, []any) error {
		all, other, total = nil, false, 0
		return func(part int64, v []any) error {
			switch {
			case int(part) == others:
				other = true
				return nil
			case totals > 0 && int(part) >= totals:
				total += num(v[0])
				return nil
			}
			if counted {
				n := len(rows.values)
				total, other, v = num(v[n-2]), v[n-1] == true, v[:n-2]
				if v[0] == nil { // the page has no rows
					return nil
				}
			}
			n, err := r.node(v[0], v[1], v[2])
			if err != nil {
				return err
			}
			h := store.Hit{Node: n}
			all = append(all, hit{h, keysOf(h, &w, nil, v[3:])})
			return nil
		}
	})
	if err != nil {
		return store.Page{}, err
	}
	p := cut.page(all, other)
	if w.Count {
		p.Total = int(total)
	}
	return p, nil
}

// findWhole finds all nodes that may pass, and tries and sorts them here.
func (r *reader) findWhole(ctx context.Context, c *compiler, match string, w *store.Window) (store.Page, error) {
	var all []hit
	q := statement{params: c.params, parts: []part{{body: match, values: []string{"n.id", "n._kind", "n._props"}}}}
	err := r.ask(ctx, "find", q, func() func(int64, []any) error {
		all = nil
		return func(_ int64, v []any) error {
			n, err := r.node(v[0], v[1], v[2])
			all = append(all, hit{Hit: store.Hit{Node: n}})
			return err
		}
	})
	if err != nil {
		return store.Page{}, err
	}
	near := &near{reader: r, ctx: ctx}
	p := whole(all, near, w)
	return p, near.err
}

// ordered writes rows in the order of a list.
type ordered struct {
	vars []string // of a row
	with []string // what is computed for the order, with its name
	list list
}

// names are those of what is computed.
func (o *ordered) names() (names []string) {
	for _, x := range o.with {
		names = append(names, x[strings.LastIndex(x, " ")+1:])
	}
	return names
}

// row are the variables of a row, and what is computed for it.
func (o *ordered) row() []string { return append(o.vars[:len(o.vars):len(o.vars)], o.names()...) }

// filtered lets the rows through for which both hold; where may be said before anything
// is computed.
func (o *ordered) filtered(where, seek phrase) string {
	if len(o.with) == 0 {
		return clause(and(where, seek))
	}
	return clause(where) + " WITH " + strings.Join(append(o.vars[:len(o.vars):len(o.vars)], o.with...), ", ") + clause(seek)
}

// page are the rows of a span, in its direction.
func (o *ordered) page(c *compiler, where phrase, k span) string {
	seek := always
	if k.from != nil {
		seek = o.list.further(c, k.from, k.sign())
	}
	s := o.filtered(where, seek) + " WITH " + strings.Join(o.row(), ", ") +
		" ORDER BY " + o.list.sorted(k.back)
	if k.limit != store.All {
		c.params["k"] = int64(k.limit)
		s += " LIMIT $k"
	}
	return s
}

// beside are the rows on the other side of where a cut begins, or there.
func (o *ordered) beside(c *compiler, where phrase, k span) string {
	return o.filtered(where, turned(o.list.further(c, k.other, k.sign())))
}
