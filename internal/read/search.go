package read

import "clustergraph/internal/store"

// search answers a search by name.
func (x *exec) search(f *field) (Row, error) {
	p, err := paging(f, 1, f.Name)
	if err != nil {
		return nil, err
	}
	w := store.SearchWindow{First: p.first}
	if p.after != nil {
		score, ok := p.after.Keys[0].(float64)
		if !ok {
			return nil, invalid("%s: after: %w", f.Name, errCursor)
		}
		w.After = &store.MatchPosition{Score: score, Node: p.after.Node}
	}
	var kinds []string
	for _, value := range f.args.Texts("kinds") {
		kinds = append(kinds, x.KindOf(value).Name)
	}
	var m store.Matches
	if kinds != nil || f.args.Get("kinds") == nil { // no kinds are not any
		if m, err = x.g.Search(x.ctx, f.args.Text("text"), kinds, w); err != nil {
			return nil, err
		}
	}
	if err := x.count(len(m.Hits)); err != nil {
		return nil, err
	}
	c := &connection{total: m.Total, next: m.Next, prev: m.Total > 0 && w.After != nil, nodes: make([]any, len(m.Hits))}
	for i, h := range m.Hits {
		c.nodes[i] = h.Node
	}
	c.edge = func(i int) Row { return match(m.Hits[i]) }
	list := listID(f.args, f.Name)
	c.cursor = func(i int) string {
		h := m.Hits[i]
		return string(appendCursor(nil, list, store.Position{Keys: []store.Value{h.Score}, Node: h.Node.ID}))
	}
	return c, nil
}

type match store.Match

// Field is a field of the hit.
func (m match) Field(name string, _ Args) (any, error) {
	if name == "score" {
		return m.Score, nil
	}
	return m.Name, nil
}
