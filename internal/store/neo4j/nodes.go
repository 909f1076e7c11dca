package neo4j

import (
	"context"

	"clustergraph/internal/store"
)

// Nodes are as [store.Reader] says. Nodes that the view has read already cost nothing.
func (r *reader) Nodes(ctx context.Context, ids []string) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return out, err
	}
	err := r.resolving(ctx, ids, func(ids []string) ([]string, error) { return r.fetch(ctx, ids) }, func(i int, id string) {
		r.mu.Lock()
		out[i] = r.nodes[id]
		r.mu.Unlock()
	})
	return out, err
}

// fetch reads the nodes of some ids that were not read yet, and tells which there are.
func (r *reader) fetch(ctx context.Context, ids []string) (met []string, err error) {
	var missing []string
	var along [][]any
	r.mu.Lock()
	for _, id := range ids {
		switch row := r.along[id]; {
		case r.nodes[id] != nil:
			met = append(met, id)
		case row != nil:
			along = append(along, row)
		default:
			missing = append(missing, id)
		}
	}
	r.mu.Unlock()
	for _, row := range along {
		n, err := r.node(row[0], row[1], row[2])
		if err != nil {
			return nil, err
		}
		met = append(met, n.ID)
	}
	if len(missing) == 0 {
		return met, nil
	}
	q := statement{params: map[string]any{"ids": missing}, parts: []part{{body: "UNWIND $ids AS id MATCH (n:Node {id: id})", values: []string{"n.id", "n._kind", "n._props"}}}}
	had := len(met)
	err = r.ask(ctx, "nodes", q, func() func(int64, []any) error {
		met = met[:had]
		return func(_ int64, v []any) error {
			n, err := r.node(v[0], v[1], v[2])
			if err == nil {
				met = append(met, n.ID)
			}
			return err
		}
	})
	return met, err
}

// Identified are as [store.Reader] says.
func (r *reader) Identified(ctx context.Context, ids []store.Identifier) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	var asked []any
	want := make([]store.Identifier, len(ids))
	for i, id := range ids {
		if n, err := id.Normal(); err == nil {
			want[i] = n
			asked = append(asked, map[string]any{"scheme": n.Scheme, "value": n.Value})
		}
	}
	if err := ctx.Err(); err != nil || len(asked) == 0 {
		return out, err
	}
	found := map[store.Identifier]*store.Node{}
	q := statement{params: map[string]any{"ids": asked}, parts: []part{{
		body: "UNWIND $ids AS i MATCH (x:_Identifier {scheme: i.scheme, value: i.value})" +
			" MATCH (n:Node {id: coalesce(COLLECT { MATCH (:_Id {node: x.node})-[:_MERGED_INTO*1..]->(y:_Id) WHERE NOT EXISTS { (y)-[:_MERGED_INTO]->() } RETURN y.node }[0], x.node)})",
		values: []string{"x.scheme", "x.value", "n.id", "n._kind", "n._props"},
	}}}
	err := r.ask(ctx, "identifiers", q, func() func(int64, []any) error {
		clear(found)
		return func(_ int64, v []any) error {
			n, err := r.node(v[2], v[3], v[4])
			if err != nil {
				return err
			}
			scheme, _ := v[0].(string)
			value, _ := v[1].(string)
			if i := (store.Identifier{Scheme: scheme, Value: value}); has(n, i) { // what is said may be without effect
				found[i] = n
			}
			return nil
		}
	})
	for i := range want {
		if want[i] != (store.Identifier{}) {
			out[i] = found[want[i]]
		}
	}
	return out, err
}

// has tells whether a node has an identifier.
func has(n *store.Node, i store.Identifier) bool {
	l, _ := n.Props.Get("identifiers").(store.List)
	for _, x := range l {
		if p, ok := x.(store.Props); ok && p.Text("scheme") == i.Scheme && p.Text("value") == i.Value {
			return true
		}
	}
	return false
}

// Statements are as [store.Reader] says: of the newest revision, which may be later than
// that of the view.
func (r *reader) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	return r.s.statements(ctx, of, w)
}

// Log implements [store.Reader].
func (r *reader) Log(ctx context.Context, since store.Since, tell func(store.Entry) error) error {
	until := r.Revision()
	r.mu.Lock()
	err := r.failed
	r.mu.Unlock()
	if err != nil {
		return err
	}
	return r.s.log(ctx, since, until, tell)
}
