package graph

import (
	"context"
	"time"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// changes answers Query.changes.
func (a analyses) changes(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	q, err := a.changesQuery(args)
	if err != nil {
		return nil, err
	}
	found, _, err := analysis.Changes(ctx, g, q)
	if err != nil {
		return nil, err
	}
	page := &changePage{ctx: ctx, g: g}
	return &read.List{
		Len: len(found), Key: func(i int) []store.Value { return found[i].Key() },
		Row: func(i int) any { return page.row(&found[i]) },
	}, nil
}

func (a analyses) changesQuery(args read.Args) (q analysis.ChangesQuery, err error) {
	since := args.Input("since")
	switch {
	case since.Has("revision"):
		q.Since.Revision, err = store.ParseRevision(since.Text("revision"))
	case since.Has("time"):
		q.Since.Time, err = time.Parse(time.RFC3339, since.Text("time"))
	}
	if err != nil {
		return q, err
	}
	if args.Get("relations") != nil { // an empty list asks for none
		q.Relations = append([]string{}, args.Texts("relations")...)
	}
	q.Erasures = q.Relations == nil
	if args.Get("kinds") != nil {
		q.Kinds, q.Erasures = []string{}, false
		for _, value := range args.Texts("kinds") {
			kind := a.KindOf(value)
			q.Kinds = append(q.Kinds, kind)
			q.Erasures = q.Erasures || ontology.Served().Store.Kinds[kind].Personal
		}
	}
	return q, nil
}

var whats = map[store.What]string{store.New: "NEW", store.Changed: "CHANGED", store.Gone: "GONE"}

// changePage holds what is told of all changes of a page: what they name is fetched at once,
// by whoever asks first.
type changePage struct {
	ctx  context.Context
	g    store.Reader
	rows []*analysis.Change

	nodes   map[string]*store.Node // of all that changed, by the id that they were told with
	sources map[string]bool        // those that are there
	edges   map[store.EdgeID]*store.Edge
}

func (p *changePage) row(c *analysis.Change) read.Row {
	p.rows = append(p.rows, c)
	return changeRow{c, p}
}

// lookup are the nodes of ids, by these.
func (p *changePage) lookup(ids map[string]bool) (map[string]*store.Node, error) {
	list := make([]string, 0, len(ids))
	for id := range ids {
		list = append(list, id)
	}
	nodes, err := p.g.Nodes(p.ctx, list)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*store.Node, len(list))
	for i, n := range nodes {
		if n != nil {
			out[list[i]] = n
		}
	}
	return out, nil
}

// node is the node that an id leads to now.
func (p *changePage) node(id string) (_ *store.Node, err error) {
	if p.nodes == nil {
		ids := map[string]bool{}
		for _, c := range p.rows {
			if c.Node != "" {
				ids[c.Node] = true
			}
		}
		if p.nodes, err = p.lookup(ids); err != nil {
			return nil, err
		}
	}
	return p.nodes[id], nil
}

// there tells which of some sources are still there.
func (p *changePage) there(ids []string) ([]read.Node, error) {
	if p.sources == nil {
		all := map[string]bool{}
		for _, c := range p.rows {
			for _, id := range c.Sources {
				all[id] = true
			}
		}
		found, err := p.lookup(all)
		if err != nil {
			return nil, err
		}
		p.sources = map[string]bool{}
		for id, n := range found {
			p.sources[id] = n.Kind == "Source"
		}
	}
	out := []read.Node{}
	for _, id := range ids {
		if p.sources[id] {
			out = append(out, read.Node(id))
		}
	}
	return out, nil
}

// edge is an edge as it is now; nil if it is not there.
func (p *changePage) edge(id store.EdgeID) (*store.Edge, error) {
	if p.edges == nil {
		from := map[string]map[string]bool{} // by type
		for _, c := range p.rows {
			if c.Node == "" && !c.Erased && c.What != store.Gone {
				if from[c.Edge.Type] == nil {
					from[c.Edge.Type] = map[string]bool{}
				}
				from[c.Edge.Type][c.Edge.From] = true
			}
		}
		p.edges = map[store.EdgeID]*store.Edge{}
		for typ, starts := range from {
			ids := make([]string, 0, len(starts))
			for id := range starts {
				ids = append(ids, id)
			}
			slots, err := p.g.Slots(p.ctx, ids)
			if err != nil {
				return nil, err
			}
			known := slots[:0:0]
			for _, s := range slots {
				if s != 0 {
					known = append(known, s)
				}
			}
			fan, err := p.g.Step(p.ctx, known, store.Rel{Type: typ}, store.Period{})
			if err != nil {
				return nil, err
			}
			for _, e := range fan.Edge {
				p.edges[e.EdgeID] = e
			}
		}
	}
	return p.edges[id], nil
}

type changeRow struct {
	*analysis.Change
	page *changePage
}

// Field is a field of the change.
func (c changeRow) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "what":
		if c.Erased {
			return "ERASED", nil
		}
		return whats[c.What], nil
	case "by":
		return orNull(c.By), nil
	case "time":
		return c.Time.UTC().Format(time.RFC3339Nano), nil
	case "revision":
		return c.Revision.String(), nil
	case "sources":
		return c.page.there(c.Sources)
	case "properties":
		if c.Props == nil {
			return nil, nil
		}
		names := make(store.List, len(c.Props))
		for i, p := range c.Props {
			names[i] = p
		}
		return names, nil
	}
	switch {
	case c.Erased:
		return nil, nil
	case c.Node == "":
		return c.ofEdge(name)
	}
	switch name {
	case "id":
		return c.Node, nil
	case "kind":
		return ontology.Served().Kind(c.Kind).Value, nil
	case "node", "mergedInto":
		n, err := c.page.node(c.Node)
		if n == nil || err != nil || (n.ID == c.Node) != (name == "node") {
			return nil, err
		}
		return n, nil
	}
	return nil, nil
}

func (c changeRow) ofEdge(name string) (any, error) {
	switch name {
	case "type":
		return c.Edge.Type, nil
	case "from":
		return c.Edge.From, nil
	case "to":
		return c.Edge.To, nil
	case "key":
		return c.Edge.Key, nil
	case "edge":
		if e, err := c.page.edge(c.Edge); e != nil {
			return graphEdge{e}, err
		} else {
			return nil, err
		}
	}
	return nil, nil
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// changeBatch is one message of Subscription.changes.
type changeBatch struct {
	until   store.Revision
	changes []analysis.Change
	page    *changePage
}

// Field is a field of the message.
func (b changeBatch) Field(name string, _ read.Args) (any, error) {
	if name == "revision" {
		return b.until.String(), nil
	}
	rows := make([]read.Row, len(b.changes))
	for i := range b.changes {
		rows[i] = b.page.row(&b.changes[i])
	}
	return rows, nil
}
