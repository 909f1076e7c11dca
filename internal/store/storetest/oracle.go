package storetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"clustergraph/internal/store"
)

// Oracle keeps a graph in the most obvious way: it copies everything for each batch,
// recomputes the whole graph after it, and answers by looking at all there is. It shares
// no code with other stores, so that they can be checked against it. It is a [store.Store]
// and also a [store.Truth].
type Oracle struct {
	epoch string

	mu     sync.Mutex
	state  *state
	graph  *graph
	log    []store.Commit
	told   []store.Entry // of the log, likewise
	news   chan struct{} // closed with each commit, and by Close
	closed bool
	views  sync.WaitGroup
}

// NewOracle is an empty one.
func NewOracle(schema store.Schema) *Oracle {
	s := &state{schema: schema, merges: map[string]string{}, noNode: map[string]bool{}, noEdge: map[store.EdgeID]bool{},
		erased: map[[32]byte]bool{}, batches: map[string]store.Result{}}
	o := &Oracle{epoch: "oracle", state: s, graph: s.graph("oracle"), news: make(chan struct{})}
	o.graph.oracle = o
	return o
}

var errClosed = fmt.Errorf("%w: the store is closed", store.ErrUnavailable)

// ready is why nothing can be asked; o.mu is held.
func (o *Oracle) ready(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.closed {
		return errClosed
	}
	return nil
}

// Apply implements store.Store.
func (o *Oracle) Apply(ctx context.Context, b store.Batch) (store.Result, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.ready(ctx); err != nil {
		return store.Result{}, err
	}
	if r, again := o.state.batches[b.ID]; again && b.ID != "" {
		r.Repeated, r.Commit = true, store.Commit{}
		return r, nil
	}
	next := o.state.copy()
	touched, err := next.apply(b)
	if err != nil {
		return store.Result{}, err
	}
	before := o.graph
	changed := !next.sameAs(o.state)
	if changed {
		next.number++
	}
	after := next.graph(o.epoch)
	after.oracle = o
	r := next.result(touched, before, after)
	r.Revision = after.revision
	if changed {
		r.Commit.Revision, r.Commit.Batch, r.Commit.By, r.Commit.At = after.revision, b.ID, b.By, time.Now()
		o.log = append(o.log, r.Commit)
		o.told = append(o.told, store.Entry{Revision: after.revision, Batch: b.ID, By: b.By, At: r.Commit.At, Erases: len(touched.erased) > 0,
			Changes: next.changes(o.state, touched, before, after)})
		o.forget(touched.erased)
	} else {
		r.Commit = store.Commit{}
	}
	if b.ID != "" {
		next.batches[b.ID] = r
	}
	o.state, o.graph = next, after
	close(o.news)
	o.news = make(chan struct{})
	return r, nil
}

// forget takes erased nodes out of the log.
func (o *Oracle) forget(ids []string) {
	is := func(id string) bool { return slices.Contains(ids, id) }
	for i := range o.told {
		o.told[i].Changes = slices.DeleteFunc(slices.Clone(o.told[i].Changes), func(c store.Change) bool { return is(c.Node) || is(c.Edge.From) || is(c.Edge.To) })
	}
	for i := range o.log {
		c := &o.log[i]
		c.Nodes, c.Edges = slices.Clone(c.Nodes), slices.Clone(c.Edges)
		c.Nodes = slices.DeleteFunc(c.Nodes, func(n *store.Node) bool {
			if is(n.ID) {
				c.GoneNodes = append(slices.Clone(c.GoneNodes), n.ID)
			}
			return is(n.ID)
		})
		c.Edges = slices.DeleteFunc(c.Edges, func(e *store.Edge) bool {
			if is(e.From) || is(e.To) {
				c.GoneEdges = append(slices.Clone(c.GoneEdges), e.EdgeID)
			}
			return is(e.From) || is(e.To)
		})
	}
}

// result tells what became of the graph, and what the batch spoke of.
func (s *state) result(touched applied, before, after *graph) store.Result {
	var r store.Result
	c := &r.Commit
	nodes, edges := map[string]bool{}, map[store.EdgeID]bool{}
	erased := func(id string) bool { return slices.Contains(touched.erased, id) }
	for _, id := range touched.nodes {
		switch {
		case id == "":
			r.Withheld++
		case erased(id):
			id = ""
		default:
			id = s.root(id)
			nodes[id] = true
		}
		r.Nodes = append(r.Nodes, id)
	}
	for _, id := range touched.edges {
		switch {
		case id.Type == "":
			r.Withheld++
		case erased(id.From), erased(id.To):
			id = store.EdgeID{}
		default:
			id = s.rootEdge(id)
			edges[id] = true
		}
		r.Edges = append(r.Edges, id)
	}
	for _, n := range after.nodes {
		switch old := before.own(n.ID); {
		case old == nil:
			r.NodeCount.New++
		case old.Kind != n.Kind || !store.Equal(old.Props, n.Props):
			r.NodeCount.Changed++
		default:
			continue
		}
		c.Nodes = append(c.Nodes, n)
		delete(nodes, n.ID)
	}
	for _, n := range before.nodes {
		if after.own(n.ID) == nil {
			c.GoneNodes = append(c.GoneNodes, n.ID)
			delete(nodes, n.ID)
		}
	}
	old, now := before.edgesByID(), after.edgesByID()
	for _, e := range after.edges {
		switch was := old[e.EdgeID]; {
		case was == nil:
			r.EdgeCount.New++
		case !store.Equal(was.Props, e.Props):
			r.EdgeCount.Changed++
		default:
			continue
		}
		c.Edges = append(c.Edges, e)
		delete(edges, e.EdgeID)
	}
	for _, e := range before.edges {
		if now[e.EdgeID] == nil {
			c.GoneEdges = append(c.GoneEdges, e.EdgeID)
			delete(edges, e.EdgeID)
		}
	}
	r.NodeCount.Gone, r.NodeCount.Unchanged = len(c.GoneNodes), len(nodes)
	r.EdgeCount.Gone, r.EdgeCount.Unchanged = len(c.GoneEdges), len(edges)
	sources := map[string]bool{}
	for _, id := range touched.sources {
		if id != "" {
			sources[s.root(id)] = true
		}
	}
	c.Sources = slices.Sorted(maps.Keys(sources))
	return r
}

// View implements store.Store.
func (o *Oracle) View(ctx context.Context, atLeast store.Revision, read func(store.Reader) error) error {
	for {
		o.mu.Lock()
		err, g, news := o.ready(ctx), o.graph, o.news
		if err == nil && atLeast != (store.Revision{}) && atLeast.Epoch != o.epoch {
			err = fmt.Errorf("%w: the revision %v is of another store", store.ErrConflict, atLeast)
		}
		there := err == nil && g.revision.Number >= atLeast.Number
		if there {
			o.views.Add(1)
		}
		o.mu.Unlock()
		if err != nil {
			return err
		}
		if there {
			defer o.views.Done()
			return read(g)
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Revision implements store.Store.
func (o *Oracle) Revision(ctx context.Context) (store.Revision, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.graph.revision, o.ready(ctx)
}

// Ready implements store.Store.
func (o *Oracle) Ready(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ready(ctx)
}

// Check implements store.Store. It looks at what the graph is made of.
func (o *Oracle) Check(ctx context.Context, report func(store.Problem)) error {
	o.mu.Lock()
	err, g := o.ready(ctx), o.graph
	o.mu.Unlock()
	if err != nil {
		return err
	}
	owner := map[store.Identifier]string{}
	for _, n := range g.nodes {
		for _, id := range identifiersOf(n.Props.Get("identifiers")) {
			if other := owner[id]; other != "" {
				report(store.Problem{Subject: n.ID, What: fmt.Sprintf("%v belongs to %s, too", id, other)})
			}
			owner[id] = n.ID
		}
	}
	return nil
}

// Close implements store.Store.
func (o *Oracle) Close() error {
	o.mu.Lock()
	if !o.closed {
		o.closed = true
		close(o.news)
		o.news = make(chan struct{})
	}
	o.mu.Unlock()
	o.views.Wait()
	return nil
}

// Load implements store.Truth.
func (o *Oracle) Load(ctx context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	o.mu.Lock()
	err, g := o.ready(ctx), o.graph
	o.mu.Unlock()
	if err != nil {
		return store.Revision{}, err
	}
	for _, n := range g.nodes {
		if err := node(n); err != nil {
			return store.Revision{}, err
		}
	}
	for _, e := range g.edges {
		if err := edge(e); err != nil {
			return store.Revision{}, err
		}
	}
	return g.revision, nil
}

// Follow implements store.Truth.
func (o *Oracle) Follow(ctx context.Context, after store.Revision, tell func(store.Commit) error) error {
	if after == (store.Revision{}) {
		after.Epoch = o.epoch
	}
	for {
		o.mu.Lock()
		err, number, news := o.ready(ctx), o.graph.revision.Number, o.news
		var next []store.Commit
		if err == nil && (after.Epoch != o.epoch || after.Number > number) {
			err = fmt.Errorf("%w: %v", store.ErrBehind, after)
		}
		if err == nil {
			next = slices.Clone(o.log[after.Number:])
		}
		o.mu.Unlock()
		if err != nil {
			return err
		}
		for _, c := range next {
			if err := tell(c); err != nil {
				return err
			}
			after = c.Revision
		}
		if len(next) > 0 {
			continue
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Statements implements store.Truth.
func (o *Oracle) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	o.mu.Lock()
	err, g := o.ready(ctx), o.graph
	o.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return g.Statements(ctx, of, w)
}

// Log implements store.Truth.
func (o *Oracle) Log(ctx context.Context, since store.Since, until store.Revision, tell func(store.Entry) error) error {
	o.mu.Lock()
	err, log := o.ready(ctx), slices.Clone(o.told)
	o.mu.Unlock()
	after := since.Revision
	switch {
	case err != nil:
		return err
	case !since.Time.IsZero():
		after = until
		for i := len(log) - 1; i >= 0; i-- {
			if log[i].At.After(since.Time) {
				after = store.Revision{Epoch: o.epoch, Number: uint64(i)}
			}
		}
	case after == store.Revision{}:
		after.Epoch = o.epoch
	}
	if after.Epoch != o.epoch || until.Epoch != o.epoch {
		return fmt.Errorf("%w: %v to %v", store.ErrBehind, after, until)
	}
	if after.Number > until.Number && since.Time.IsZero() {
		return fmt.Errorf("%w: %v is after %v", store.ErrConflict, after, until)
	}
	for _, e := range log {
		if e.Revision.Number > after.Number && e.Revision.Number <= until.Number {
			if err := tell(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// changes are what a batch did that made this state of another.
func (s *state) changes(was *state, touched applied, before, after *graph) []store.Change {
	type record struct {
		of    store.Subject
		place string
	}
	heard := map[store.Subject][]string{} // by original subject: sources
	sources := slices.Clone(touched.sources)
	for _, id := range touched.nodes {
		heard[store.Subject{Node: id}] = append(heard[store.Subject{Node: id}], sources[0])
		sources = sources[1:]
	}
	for _, id := range touched.edges {
		heard[store.Subject{Edge: id}] = append(heard[store.Subject{Edge: id}], sources[0])
		sources = sources[1:]
	}
	stays := map[record]bool{}
	key := func(f fact) record {
		return record{store.Subject{Node: f.node, Edge: f.edge}, f.source + "\x00" + f.place}
	}
	for _, f := range s.facts {
		stays[key(f)] = true
	}
	for _, f := range was.facts {
		if !stays[key(f)] {
			heard[key(f).of] = append(heard[key(f).of], f.source)
		}
	}
	by := func(of store.Subject, when *state) (out []string) {
		for x, ids := range heard {
			same := x.Node != "" && when.root(x.Node) == of.Node
			if x.Node == "" {
				same = of.Node == "" && !when.merged(x.Edge) && when.rootEdge(x.Edge) == of.Edge
			}
			for _, id := range ids {
				if same && id != "" {
					out = append(out, s.root(id))
				}
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	var out []store.Change
	put := func(of store.Subject, kind string, old, now store.Props, what store.What) {
		c := store.Change{Subject: of, Kind: kind, What: what, Sources: by(of, s)}
		if what == store.Gone {
			c.Sources = by(of, was)
		}
		if what == store.Changed {
			for _, p := range slices.Concat(old, now) {
				if !store.Equal(old.Get(p.Name), now.Get(p.Name)) {
					c.Props = append(c.Props, p.Name)
				}
			}
			slices.Sort(c.Props)
			c.Props = slices.Compact(c.Props)
		}
		out = append(out, c)
	}
	for _, n := range after.nodes {
		of := store.Subject{Node: n.ID}
		switch old := before.own(n.ID); {
		case old == nil:
			put(of, n.Kind, nil, nil, store.New)
		case old.Kind != n.Kind || !store.Equal(old.Props, n.Props):
			put(of, n.Kind, old.Props.With("kind", old.Kind), n.Props.With("kind", n.Kind), store.Changed)
		}
	}
	for _, n := range before.nodes {
		if after.own(n.ID) == nil {
			put(store.Subject{Node: n.ID}, n.Kind, nil, nil, store.Gone)
		}
	}
	old, now := before.edgesByID(), after.edgesByID()
	for id, e := range now {
		switch is := old[id]; {
		case is == nil:
			put(store.Subject{Edge: id}, "", nil, nil, store.New)
		case !store.Equal(is.Props, e.Props):
			put(store.Subject{Edge: id}, "", is.Props, e.Props, store.Changed)
		}
	}
	for id := range old {
		if now[id] == nil {
			put(store.Subject{Edge: id}, "", nil, nil, store.Gone)
		}
	}
	slices.SortFunc(out, func(a, b store.Change) int {
		if (a.Node == "") != (b.Node == "") {
			return strings.Compare(b.Node, a.Node)
		}
		return cmp.Or(strings.Compare(a.Node, b.Node), a.Edge.Compare(b.Edge))
	})
	return out
}
