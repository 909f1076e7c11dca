package mirror

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"clustergraph/internal/store"
)

// fake is a truth without a database: what a batch says of a node or an edge is what it is.
type fake struct {
	mu     sync.Mutex
	epoch  string
	nodes  map[string]*store.Node
	edges  map[store.EdgeID]*store.Edge
	log    []store.Commit
	forgot int // entries of the log that are no longer there
	wake   chan struct{}
	broken error // what Follow and Load return
	lost   error // what Follow returns
	away   error // what Revision returns
	slow   bool  // the log tells nothing; who follows it waits
	loads  int
	closed bool
}

func newFake() *fake {
	return &fake{epoch: "a", nodes: map[string]*store.Node{}, edges: map[store.EdgeID]*store.Edge{}, wake: make(chan struct{})}
}

func (f *fake) rev() store.Revision {
	return store.Revision{Epoch: f.epoch, Number: uint64(len(f.log))}
}

func (f *fake) Apply(_ context.Context, b store.Batch) (store.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := store.Commit{Batch: b.ID, By: b.By, At: time.Now()}
	nodes, edges := map[string]*store.Node{}, map[store.EdgeID]*store.Edge{}
	goneNodes, goneEdges := map[string]bool{}, map[store.EdgeID]bool{}
	for _, r := range b.Nodes {
		nodes[r.ID] = &store.Node{ID: r.ID, Kind: r.Kind, Props: r.Props}
	}
	for _, r := range b.Edges {
		id := store.EdgeID{Type: r.Type, From: r.From.ID, To: r.To.ID, Key: r.Key}
		for _, end := range []string{id.From, id.To} {
			if nodes[end] == nil && f.nodes[end] == nil {
				return store.Result{}, fmt.Errorf("%w: %s", store.ErrNotFound, end)
			}
		}
		edges[id] = &store.Edge{EdgeID: id, Props: r.Props}
	}
	for _, s := range b.Steps {
		switch s := s.(type) {
		case store.Unlink:
			goneEdges[store.EdgeID{Type: s.Type, From: s.From.ID, To: s.To.ID, Key: s.Key}] = true
		case store.Remove:
			goneNodes[s.Node.ID] = true
			for id := range f.edges {
				if id.From == s.Node.ID || id.To == s.Node.ID {
					goneEdges[id] = true
				}
			}
		}
	}
	byID := func(a, b store.EdgeID) int { return a.Compare(b) }
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		c.Nodes = append(c.Nodes, nodes[id])
		f.nodes[id] = nodes[id]
	}
	for _, id := range slices.SortedFunc(maps.Keys(edges), byID) {
		c.Edges = append(c.Edges, edges[id])
		f.edges[id] = edges[id]
	}
	c.GoneNodes, c.GoneEdges = slices.Sorted(maps.Keys(goneNodes)), slices.SortedFunc(maps.Keys(goneEdges), byID)
	for _, id := range c.GoneNodes {
		delete(f.nodes, id)
	}
	for _, id := range c.GoneEdges {
		delete(f.edges, id)
	}
	f.log = append(f.log, c)
	c.Revision = f.rev()
	f.log[len(f.log)-1] = c
	f.tell()
	return store.Result{Revision: c.Revision, Commit: c}, nil
}

// tell wakes who follows.
func (f *fake) tell() {
	close(f.wake)
	f.wake = make(chan struct{})
}

// set changes how the fake behaves.
func (f *fake) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	f.tell()
}

func (f *fake) Revision(context.Context) (store.Revision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rev(), f.away
}

func (f *fake) Load(_ context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	f.mu.Lock()
	rev, nodes, edges := f.rev(), slices.Collect(maps.Values(f.nodes)), slices.Collect(maps.Values(f.edges))
	err := f.broken
	f.loads++
	f.mu.Unlock()
	if err != nil {
		return rev, err
	}
	for _, n := range nodes {
		if err := node(n); err != nil {
			return rev, err
		}
	}
	for _, e := range edges {
		if err := edge(e); err != nil {
			return rev, err
		}
	}
	return rev, nil
}

func (f *fake) Follow(ctx context.Context, after store.Revision, tell func(store.Commit) error) error {
	for {
		f.mu.Lock()
		wake, err := f.wake, f.broken
		var told []store.Commit
		switch {
		case err != nil:
		case f.lost != nil:
			err = f.lost
		case after.Epoch != f.epoch || int(after.Number) < f.forgot:
			err = store.ErrBehind
		case !f.slow:
			told = slices.Clone(f.log[after.Number:])
		}
		f.mu.Unlock()
		if err != nil {
			return err
		}
		for _, c := range told {
			if err := tell(c); err != nil {
				return err
			}
			after = c.Revision
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *fake) Ready(context.Context) error                      { return nil }
func (f *fake) Check(context.Context, func(store.Problem)) error { return nil }
func (f *fake) Close() error                                     { f.closed = true; return nil }
func (f *fake) Statements(_ context.Context, of []store.Subject, _ store.StatementWindow) ([]store.StatementPage, error) {
	return make([]store.StatementPage, len(of)), nil
}
func (f *fake) Log(context.Context, store.Since, store.Revision, func(store.Entry) error) error {
	return nil
}
