package neo4j

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// slots number the nodes that a view met, in the order in which it met them.
type slots struct {
	of   map[string]store.Slot // by id
	ids  []string              // by slot - 1
	kind []string              // likewise
}

// slot is that of a node; the caller holds the reader's lock.
func (s *slots) slot(id, kind string) store.Slot {
	if n, met := s.of[id]; met {
		return n
	}
	if s.of == nil {
		s.of = map[string]store.Slot{}
	}
	s.ids, s.kind = append(s.ids, id), append(s.kind, kind)
	s.of[id] = store.Slot(len(s.ids))
	return s.of[id]
}

// Slots are as [store.Reader] says. They come with the nodes, which [reader.At] will mostly
// be asked for.
func (r *reader) Slots(ctx context.Context, ids []string) ([]store.Slot, error) {
	nodes, err := r.Nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]store.Slot, len(ids))
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, n := range nodes {
		if n != nil {
			out[i] = r.slots.slot(n.ID, n.Kind)
		}
	}
	return out, nil
}

// At are as [store.Reader] says. Of a view that is not consistent a node may be gone
// meanwhile: then its id and kind are told.
func (r *reader) At(ctx context.Context, of []store.Slot) ([]*store.Node, error) {
	out := make([]*store.Node, len(of))
	if err := ctx.Err(); err != nil || len(of) == 0 {
		return out, err
	}
	var ids []string
	r.mu.Lock()
	for _, s := range of {
		if s > 0 && int(s) <= len(r.slots.ids) {
			ids = append(ids, r.slots.ids[s-1])
		}
	}
	r.mu.Unlock()
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > 0 {
		if _, err := r.fetch(ctx, ids); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range of {
		if s == 0 || int(s) > len(r.slots.ids) {
			continue
		}
		id := r.slots.ids[s-1]
		if out[i] = r.nodes[id]; out[i] == nil {
			out[i] = &store.Node{ID: id, Kind: r.slots.kind[s-1]}
		}
	}
	return out, nil
}

// Step is as [store.Reader] says: one statement, for the slots each once, in which a row
// tells all edges of a node, but nothing of the nodes they lead to beside id and kind.
func (r *reader) Step(ctx context.Context, from []store.Slot, rel store.Rel, when store.Period) (store.Fan, error) {
	fan := store.Fan{Off: make([]uint32, len(from)+1)}
	c := r.compiler(ctx, when)
	pattern, _, ok := c.relation("n", rel, "e", "m")
	var ids []string
	r.mu.Lock()
	for _, s := range from {
		if s > 0 && int(s) <= len(r.slots.ids) {
			ids = append(ids, r.slots.ids[s-1])
		}
	}
	r.mu.Unlock()
	if err := ctx.Err(); err != nil || !ok || len(ids) == 0 {
		return fan, err
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	c.params["ids"] = ids
	row := []string{"m.id", "m._kind", "e._key", "e._props"}
	if rel.Dir == store.Both {
		row = append(row, "startNode(e) = n")
	}
	q := statement{params: c.params, parts: []part{{
		body:   "UNWIND $ids AS id MATCH (n:Node {id: id}) MATCH " + pattern + clause(c.holds(rel, "n", "e", "m")),
		values: []string{"n.id", "collect([" + strings.Join(row, ", ") + "])"},
	}}}
	type step struct {
		to   store.Slot
		far  string
		edge *store.Edge
	}
	var steps map[string][]step
	err := r.ask(ctx, "step", q, func() func(int64, []any) error {
		steps = make(map[string][]step, len(ids))
		return func(_ int64, v []any) error {
			id := str(v[0])
			rows, _ := v[1].([]any)
			all := make([]step, 0, len(rows))
			for _, x := range rows {
				row, _ := x.([]any)
				far := str(row[0])
				out := rel.Dir == store.Out
				if len(row) > 4 {
					out, _ = row[4].(bool)
				}
				e, err := edge(rel.Type, id, far, out, row[2], row[3])
				if err != nil {
					return err
				}
				r.mu.Lock()
				s := r.slots.slot(far, str(row[1]))
				r.mu.Unlock()
				all = append(all, step{s, far, e})
			}
			slices.SortFunc(all, func(a, b step) int {
				return cmp.Or(strings.Compare(a.far, b.far), a.edge.Compare(b.edge.EdgeID))
			})
			steps[id] = all
			return nil
		}
	})
	if err != nil {
		return store.Fan{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range from {
		if s > 0 && int(s) <= len(r.slots.ids) {
			for _, x := range steps[r.slots.ids[s-1]] {
				fan.To, fan.Edge = append(fan.To, x.to), append(fan.Edge, x.edge)
			}
		}
		fan.Off[i+1] = uint32(len(fan.To))
	}
	return fan, nil
}
