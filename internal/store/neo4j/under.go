package neo4j

import (
	"context"
	"fmt"
	"slices"

	"clustergraph/internal/store"
)

// below tells the ids of the nodes for which an Under holds: its own, and those from which
// its relation leads there. It goes back level by level, a statement each; a view keeps
// what it found.
func (r *reader) below(ctx context.Context, t store.Under, when store.Period) ([]string, error) {
	key := fmt.Sprintf("%q %q %v", t.IDs, t.Rel, when)
	r.mu.Lock()
	ids, known := r.under[key]
	r.mu.Unlock()
	if known {
		return ids, nil
	}
	var next []string
	nodes, err := r.Nodes(ctx, t.IDs)
	if err != nil {
		return nil, err
	}
	met := map[string]bool{}
	for _, n := range nodes {
		if n != nil && !met[n.ID] {
			met[n.ID] = true
			next = append(next, n.ID)
		}
	}
	// The relation's kinds are those of the end it leads to, which is where we stand.
	back := store.Rel{Type: t.Rel.Type, Dir: t.Rel.Dir}
	switch t.Rel.Dir {
	case store.Out:
		back.Dir = store.In
	case store.In:
		back.Dir = store.Out
	}
	c := &compiler{l: r.s.layout, when: when, params: map[string]any{}}
	pattern, _, ok := c.relation("n", back, "e", "m")
	from := c.l.known(t.Rel.Kinds)
	if len(from) == 0 {
		ok = false
	}
	label := ""
	if ok && t.Rel.Kinds != nil {
		label = " AND n:" + c.l.cover(from)
	}
	body := "UNWIND $ids AS id MATCH (n:Node) WHERE n.id = id" + label + " MATCH " + pattern + clause(c.holds(back, "n", "e", "m")) + " WITH DISTINCT m.id AS id"
	for ok && len(next) > 0 {
		c.params["ids"] = next
		var found []string
		err := r.ask(ctx, "under", statement{params: c.params, parts: []part{{body: body, values: []string{"id"}}}}, func() func(int64, []any) error {
			found = nil
			return func(_ int64, v []any) error {
				id, _ := v[0].(string)
				found = append(found, id)
				return nil
			}
		})
		if err != nil {
			return nil, err
		}
		next = nil
		for _, id := range found {
			if !met[id] {
				met[id] = true
				next = append(next, id)
			}
		}
	}
	ids = make([]string, 0, len(met))
	for id := range met {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	r.mu.Lock()
	r.under[key] = ids
	r.mu.Unlock()
	return ids, nil
}
