package neo4j

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
)

// Refreshed tells what Refresh took in.
type Refreshed struct {
	Nodes, Edges int             // said by hand, or removed
	Restored     int             // set back to what records make of them
	Problems     []store.Problem // what could not be taken in
	Revision     store.Revision
}

// Refresh takes in what other programs changed in the graph by Cypher of their own: a plain
// property that was changed, or taken away, a node or a relationship that was made or
// deleted, a kind that became another. by says so by hand, in batches like any other, so
// that followers and the log learn of it. What the service keeps beside a property (its
// days, its folded twin) is set right. What cannot be taken in is told as a problem, and set
// back where it is ours. Cost: that of Check, and that of the batches.
//
// A new node is met by id, identifier or name as any record meets one; its own node in the
// database goes, with relationships of types that the schema does not have.
func (s *Store) Refresh(ctx context.Context, by string) (Refreshed, error) {
	var out Refreshed
	leave, err := s.enter(ctx)
	if err != nil {
		return out, err
	}
	defer leave()
	v, _, err := s.survey(ctx)
	if err != nil {
		return out, err
	}
	r := refreshing{Store: s, ctx: ctx, by: by, ids: map[string]string{}, out: &out}
	all := s.findings(v)
	for _, e := range v.nodes {
		if e.id != "" && slices.Contains(e.labels, nodeLabel) {
			r.ids[e.element] = e.id
		}
	}
	for _, f := range []func([]finding) error{r.restore, r.nodes, r.edges, r.clean} {
		if err := f(all); err != nil {
			return out, err
		}
	}
	out.Revision, err = s.revision(ctx)
	return out, err
}

// refreshing is one call of Refresh.
type refreshing struct {
	*Store
	ctx   context.Context
	by    string
	ids   map[string]string // of nodes, by their elements
	out   *Refreshed
	stays map[string]bool // elements that were not taken in, and so are left alone
}

func (r *refreshing) problem(f *finding, err error) {
	r.out.Problems = append(r.out.Problems, store.Problem{Subject: f.problem.Subject, What: "it cannot be taken in: " + err.Error()})
	if f.of != nil {
		if r.stays == nil {
			r.stays = map[string]bool{}
		}
		r.stays[f.of.element] = true
	}
}

// restore puts back nodes that were deleted, so that they can be removed as all nodes are.
func (r *refreshing) restore(all []finding) error {
	var nodes []commit.Node
	for _, f := range all {
		if f.step != nil && f.made != nil {
			nodes = append(nodes, commit.Node{Node: f.made})
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	return r.write(r.ctx, transaction{what: "refresh", by: r.by}, func(t *tx) error {
		if err := t.do(`MATCH (g:_Graph {id: 0}) SET g.lock = 0`, nil); err != nil {
			return err
		}
		w := newWriter(newFacts(t), r.layout)
		w.nodes(nodes)
		return w.err
	})
}

// nodes says what became of nodes.
func (r *refreshing) nodes(all []finding) error {
	var some []*finding
	for i := range all {
		f := &all[i]
		if f.lost {
			r.out.Problems = append(r.out.Problems, f.problem)
		}
		if _, remove := f.step.(store.Remove); f.node != nil || remove {
			some = append(some, f)
		}
	}
	return r.say(some, func(b *store.Batch, f *finding) error {
		if f.node != nil {
			b.Nodes = append(b.Nodes, *f.node)
		} else {
			b.Steps = append(b.Steps, f.step)
		}
		return nil
	}, func(f *finding, result store.Result, node int) {
		if f.node != nil {
			r.ids[f.of.element] = result.Nodes[node]
		}
		r.out.Nodes++
	})
}

// edges says what became of edges.
func (r *refreshing) edges(all []finding) error {
	var some []*finding
	for i := range all {
		f := &all[i]
		if _, unlink := f.step.(store.Unlink); f.edge != nil || unlink {
			some = append(some, f)
		}
	}
	return r.say(some, func(b *store.Batch, f *finding) error {
		if f.edge == nil {
			b.Steps = append(b.Steps, f.step)
			return nil
		}
		e := *f.edge
		if e.From.ID == "" && e.To.ID == "" {
			e.From.ID, e.To.ID = r.ids[f.of.fromElem], r.ids[f.of.toElem]
		}
		if e.From.ID == "" || e.To.ID == "" {
			return fmt.Errorf("%w: it does not stand between two nodes of the graph", store.ErrInvalid)
		}
		b.Edges = append(b.Edges, e)
		return nil
	}, func(*finding, store.Result, int) { r.out.Edges++ })
}

// say applies findings, many at a time; if that fails, one by one, to tell which is at fault.
func (r *refreshing) say(some []*finding, put func(*store.Batch, *finding) error, said func(f *finding, result store.Result, node int)) error {
	try := func(some []*finding) (bool, error) {
		b := store.Batch{By: r.by}
		var in []*finding
		for _, f := range some {
			if err := put(&b, f); err != nil {
				r.problem(f, err)
			} else {
				in = append(in, f)
			}
		}
		if len(in) == 0 {
			return true, nil
		}
		result, err := r.Apply(r.ctx, b)
		if err != nil {
			if len(some) == 1 && !errors.Is(err, store.ErrUnavailable) && ofContract(err) {
				r.problem(in[0], err)
				return true, nil
			}
			return false, err
		}
		node := 0
		for _, f := range in {
			said(f, result, node)
			if f.node != nil {
				node++
			}
		}
		return true, nil
	}
	for part := range slices.Chunk(some, 1000) {
		problems := len(r.out.Problems)
		done, err := try(part)
		if done {
			continue
		}
		if errors.Is(err, store.ErrUnavailable) || !ofContract(err) {
			return err
		}
		r.out.Problems = r.out.Problems[:problems]
		for _, f := range part {
			if _, err := try([]*finding{f}); err != nil {
				return err
			}
		}
	}
	return nil
}

// clean takes away what others wrote and was taken in, and lays out anew what they changed
// of ours.
func (r *refreshing) clean(all []finding) error {
	var nodes, edges, bare []any
	ids, links := map[string]bool{}, map[store.EdgeID]bool{}
	for i := range all {
		f := &all[i]
		switch {
		case f.of == nil || f.lost && !f.relay:
		case f.delete && r.stays[f.of.element]:
		case f.delete && f.of.typ == "":
			if id := r.ids[f.of.element]; id != f.of.id || !slices.Contains(f.of.labels, nodeLabel) { // else it became ours
				nodes = append(nodes, f.of.element)
			}
		case f.delete:
			if _, adopted := f.of.props[keyName]; !adopted || f.copied {
				edges = append(edges, f.of.element)
			}
		case f.relay && f.made != nil:
			ids[f.made.ID] = true
			if f.relabel {
				bare = append(bare, f.of.element)
			}
		case f.relay && f.link != nil:
			links[f.link.EdgeID] = true
		}
	}
	if len(nodes)+len(edges)+len(ids)+len(links) == 0 {
		return nil
	}
	return r.write(r.ctx, transaction{what: "refresh", by: r.by}, func(t *tx) error {
		if err := t.do(`MATCH (g:_Graph {id: 0}) SET g.lock = 0`, nil); err != nil {
			return err
		}
		f := newFacts(t)
		w := newWriter(f, r.layout)
		w.all(`UNWIND $rows AS id MATCH ()-[e]->() WHERE elementId(e) = id DELETE e`, edges)
		w.all(`UNWIND $rows AS id MATCH (n) WHERE elementId(n) = id DETACH DELETE n`, nodes)
		w.all(`UNWIND $rows AS id MATCH (n) WHERE elementId(n) = id SET n:Node`, bare)
		if w.err != nil {
			return w.err
		}
		all, err := f.whole()
		if err != nil {
			return err
		}
		now := commit.Fold(r.schema, all)
		made := slices.DeleteFunc(now.Nodes, func(n commit.Node) bool { return n.Denied || !ids[n.ID] })
		linked := slices.DeleteFunc(now.Edges, func(e *store.Edge) bool { return !links[e.EdgeID] })
		labels := slices.DeleteFunc(r.layout.all(), func(l string) bool { return l == nodeLabel })
		w.all(`UNWIND $rows AS r MATCH (n:Node {id: r[0]}) REMOVE n`+colons(labels), rows(made, func(n commit.Node) []any { return []any{n.ID} }))
		w.nodes(made)
		w.edges(linked)
		r.out.Restored = len(made) + len(linked)
		return w.err
	})
}
