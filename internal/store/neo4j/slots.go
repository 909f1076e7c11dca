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

// IDs are as [store.Reader] says; they are known to the view.
func (r *reader) IDs(of []store.Slot) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]string, len(of))
	for i, s := range of {
		if s > 0 && int(s) <= len(r.slots.ids) {
			out[i] = r.slots.ids[s-1]
		}
	}
	return out
}

// leap is an edge that leads from one node to another.
type leap struct {
	to   store.Slot
	far  string
	edge *store.Edge
}

// steps are the edges that lead from nodes, by their ids.
type steps map[string][]leap

// add adds the edge between a node and a far end, both with their columns: of a relation
// that is followed either way, own tells whether it begins at the node.
func (r *reader) add(to steps, rel store.Rel, id, far, kind string, key, text, own any) error {
	out := rel.Dir == store.Out
	if rel.Dir == store.Both {
		out, _ = own.(bool)
	}
	e, err := edge(rel.Type, id, far, out, key, text)
	if err != nil {
		return err
	}
	r.mu.Lock()
	s := r.slots.slot(far, kind)
	r.mu.Unlock()
	to[id] = append(to[id], leap{s, far, e})
	return nil
}

// fan is where the steps from some nodes lead, in the order of the contract.
func (s steps) fan(from []string) store.Fan {
	for _, all := range s {
		slices.SortFunc(all, func(a, b leap) int {
			return cmp.Or(strings.Compare(a.far, b.far), a.edge.Compare(b.edge.EdgeID))
		})
	}
	fan := store.Fan{Off: make([]uint32, len(from)+1)}
	for i, id := range from {
		for _, x := range s[id] {
			fan.To, fan.Edge = append(fan.To, x.to), append(fan.Edge, x.edge)
		}
		fan.Off[i+1] = uint32(len(fan.To))
	}
	return fan
}

// once sorts ids, and leaves each once and the empty one out.
func once(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > 0 && ids[0] == "" {
		ids = ids[1:]
	}
	return ids
}

// begins is what tells, of a relation from a node that is followed either way, whether an edge
// begins at the node.
func begins(rel store.Rel, node, edge string) string {
	if rel.Dir == store.Both {
		return "startNode(" + edge + ") = " + node
	}
	return "null"
}

// Step is as [store.Reader] says: one statement, for the slots each once, in which a row
// tells all edges of a node, but nothing of the nodes they lead to beside id and kind.
func (r *reader) Step(ctx context.Context, from []store.Slot, rel store.Rel, when store.Period) (store.Fan, error) {
	starts := r.IDs(from)
	c := r.compiler(ctx, when)
	ids := once(starts)
	question, ok := c.step(rel, ids)
	if err := ctx.Err(); err != nil || !ok || len(ids) == 0 {
		return steps{}.fan(starts), err
	}
	var all steps
	err := r.ask(ctx, "step", statement{params: c.params, parts: []part{question}}, func() func(int64, []any) error {
		all = steps{}
		return func(_ int64, v []any) error { return r.addRow(all, rel, v) }
	})
	if err != nil {
		return store.Fan{}, err
	}
	return all.fan(starts), nil
}

// step asks for the edges of a relation from some ids: a row for each of these; false if
// the relation leads nowhere.
func (c *compiler) step(rel store.Rel, ids []string) (part, bool) {
	pattern, _, ok := c.relation("n", rel, "e", "m")
	return part{
		body:   "UNWIND " + c.param(ids) + " AS id MATCH (n:Node {id: id}) MATCH " + pattern + clause(c.holds(rel, "n", "e", "m")),
		values: []string{"n.id", "collect([m.id, m._kind, e._key, e._props, " + begins(rel, "n", "e") + "])"},
	}, ok
}

// addRow takes in a row of what [compiler.step] asks for.
func (r *reader) addRow(to steps, rel store.Rel, v []any) error {
	rows, _ := v[1].([]any)
	for _, x := range rows {
		row, _ := x.([]any)
		if err := r.add(to, rel, str(v[0]), str(row[0]), str(row[1]), row[2], row[3], row[4]); err != nil {
			return err
		}
	}
	return nil
}
