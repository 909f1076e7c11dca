package read

import (
	"context"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// exec answers one root field. It goes down level by level: next holds the selections whose
// nodes and rows are known and not looked into yet. Whatever a level asks for is fetched by
// one call for each list with its arguments, over all nodes of the level that ask for it.
type exec struct {
	*Reader
	*operation
	ctx  context.Context
	g    store.Reader
	next []*selection
	said []said

	spare []object // objects are made by the hundred
}

// call is one Expand, for all links of a level that ask for the same.
type call struct {
	links  []*link
	rel    store.Rel
	window store.Window
	ids    []string
	places map[string]int32 // by id; made when a second link joins
	pages  []store.Page
	off    []int // of the first hit of each page among the hits of all
}

// said is a field that asks for statements of some subjects; at are their places in the
// field's values.
type said struct {
	f  *field
	of []store.Subject
	at []int
}

// run fetches all that is asked below the value of a root field.
func (x *exec) run(root *field) error {
	if err := x.resolve(root); err != nil {
		return err
	}
	for len(x.next) > 0 || len(x.said) > 0 {
		level, statements := x.next, x.said
		x.next, x.said = nil, nil
		var calls []*call
		for _, sel := range level {
			if sel.rows != nil {
				if err := x.ask(sel); err != nil {
					return err
				}
				continue
			}
			for _, f := range sel.fields {
				switch {
				case f.of == nil || f.err != nil:
				case f.of.Role == ontology.Relation:
					calls = join(calls, f.link, sel.objs)
				case f.of.Role == ontology.Statements:
					s := said{f: f}
					for _, o := range sel.objs {
						s.of = append(s.of, store.Subject{Node: o.node.ID})
						s.at = append(s.at, o.at)
					}
					f.vals = make([]any, len(sel.objs))
					statements = append(statements, s)
				case f.of.Role == ontology.Analysis:
					if err := x.compute(f, sel.objs); err != nil {
						return err
					}
				}
			}
		}
		for _, c := range calls {
			if err := x.expand(c); err != nil {
				return err
			}
		}
		if err := x.tell(statements); err != nil {
			return err
		}
	}
	return nil
}

// join adds a link and the nodes it starts from to the call that asks for the same.
func join(calls []*call, l *link, from []*object) []*call {
	var c *call
	l.from = len(from)
	for _, other := range calls {
		if other.links[0].asked() == l.asked() {
			c = other
			break
		}
	}
	if c == nil {
		c = &call{rel: *l.rel, window: l.window, ids: make([]string, len(from))}
		for i, o := range from {
			c.ids[i] = o.node.ID
		}
		l.call, c.links = c, append(c.links, l)
		return append(calls, c)
	}
	if c.places == nil {
		c.places = make(map[string]int32, len(c.ids)+len(from))
		for i, id := range c.ids {
			c.places[id] = int32(i)
		}
	}
	l.rows = make([]int32, len(from))
	for i, o := range from {
		at, ok := c.places[o.node.ID]
		if !ok {
			at = int32(len(c.ids))
			c.places[o.node.ID] = at
			c.ids = append(c.ids, o.node.ID)
		}
		l.rows[i] = at
	}
	if c.window.First == 0 { // only counted so far
		c.window.First, c.window.Last = l.window.First, l.window.Last
	}
	c.window.Count = c.window.Count || l.window.Count
	c.window.Keys = c.window.Keys || l.window.Keys
	l.call, c.links = c, append(c.links, l)
	return calls
}

// expand makes a call.
func (x *exec) expand(c *call) error {
	err := x.inParts(len(c.ids), min(c.window.First, lastOf(c.window)), func(from, to int) error {
		pages, err := x.g.Expand(x.ctx, c.ids[from:to], c.rel, c.window)
		if err != nil {
			return err
		}
		for _, p := range pages {
			if err := x.count(len(p.Hits)); err != nil {
				return err
			}
		}
		if c.pages == nil {
			c.pages = pages
		} else {
			c.pages = append(c.pages, pages...)
		}
		return nil
	})
	if err == nil {
		x.spread(c)
	}
	return err
}

func lastOf(w store.Window) int {
	if w.Last != nil {
		return *w.Last
	}
	return store.All
}

// find fetches the page of a root field that lists nodes.
func (x *exec) find(l *link, kinds []string) error {
	page, err := x.g.Find(x.ctx, kinds, l.window)
	if err != nil {
		return err
	}
	if err := x.count(len(page.Hits)); err != nil {
		return err
	}
	l.from = 1
	l.call = &call{links: []*link{l}, pages: []store.Page{page}}
	x.spread(l.call)
	return nil
}

// spread hands the hits of a call to those who asked for them.
func (x *exec) spread(c *call) {
	total := 0
	c.off = make([]int, len(c.pages))
	for i := range c.pages {
		c.off[i] = total
		total += len(c.pages[i].Hits)
	}
	for _, l := range c.links {
		l.objs = make([][]*object, len(l.shapes))
		for s, shape := range l.shapes {
			for i := range l.from {
				page, off := l.page(i)
				for h := range page.Hits {
					o := x.add(shape, page.Hits[h].Node)
					if o == nil {
						continue
					}
					if l.objs[s] == nil {
						l.objs[s] = make([]*object, total)
					}
					l.objs[s][off+h] = o
				}
			}
		}
		for _, edge := range l.edges {
			for _, f := range edge.fields {
				if f.of == nil || f.of.Role != ontology.Statements || f.err != nil {
					continue
				}
				s := said{f: f}
				f.vals = make([]any, total)
				for i := range l.from {
					page, off := l.page(i)
					for h, hit := range page.Hits {
						if hit.Edge != nil {
							s.of = append(s.of, store.Subject{Edge: hit.Edge.EdgeID})
							s.at = append(s.at, off+h)
						}
					}
				}
				x.said = append(x.said, s)
			}
		}
	}
}

// page is the page of the i-th node that a link starts from, and the place of its first
// hit among the hits of all.
func (l *link) page(i int) (*store.Page, int) {
	if l.rows != nil {
		i = int(l.rows[i])
	}
	return &l.call.pages[i], l.call.off[i]
}

// add has a node looked into, if the shape asks for anything that has to be fetched.
func (x *exec) add(s *shape, n *store.Node) *object {
	sel := x.on(s, n.Kind)
	if !sel.fetch {
		return nil
	}
	o := s.objs[n.ID]
	if o != nil {
		return o
	}
	if len(x.spare) == 0 {
		x.spare = make([]object, 128)
	}
	o, x.spare = &x.spare[0], x.spare[1:]
	*o = object{node: n, sel: sel, at: len(sel.objs)}
	if s.objs == nil {
		s.objs = map[string]*object{}
	}
	s.objs[n.ID] = o
	if len(sel.objs) == 0 {
		x.next = append(x.next, sel)
	}
	sel.objs = append(sel.objs, o)
	return o
}

// compute has Go code answer a field of all nodes of a level.
func (x *exec) compute(f *field, objs []*object) error {
	nodes := make([]*store.Node, len(objs))
	for i, o := range objs {
		nodes[i] = o.node
	}
	f.vals, f.err = x.computed[f.of.Def](x.ctx, x.g, nodes, f.args)
	if f.err != nil {
		return x.ctx.Err() // else it is told where the field stands
	}
	return x.resolve(f)
}

// ask has the rows of a selection tell their fields.
func (x *exec) ask(sel *selection) error {
	if err := x.count(len(sel.rows)); err != nil {
		return err
	}
	for _, f := range sel.fields {
		if f.of == nil || f.err != nil {
			continue
		}
		f.vals = make([]any, len(sel.rows))
		for i, row := range sel.rows {
			v, err := row.Field(f.Name, f.args)
			if err != nil {
				v = err
			}
			f.vals[i] = v
		}
		if err := x.resolve(f); err != nil {
			return err
		}
	}
	return nil
}
