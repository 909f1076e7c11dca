package ingest

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// bundle is what becomes one batch: records that belong to no row, then rows. Between these
// may be more that belong to none, as a Row that stands nowhere.
type bundle struct {
	number int
	nodes  []store.NodeRecord
	edges  []store.EdgeRecord
	rows   []Row
}

// batch is a bundle for a store.
func (b bundle) batch() store.Batch {
	out := store.Batch{Nodes: b.nodes[:len(b.nodes):len(b.nodes)], Edges: b.edges[:len(b.edges):len(b.edges)]}
	for _, r := range b.rows {
		out.Nodes = append(out.Nodes, r.Nodes...)
		out.Edges = append(out.Edges, r.Edges...)
		out.Steps = append(out.Steps, r.Steps...)
	}
	return out
}

// halves are a bundle in two, of which the first has what belongs to no row.
func (b bundle) halves() [2]bundle {
	first, second := b, b
	if n := len(b.rows); len(b.nodes)+len(b.edges) > 0 {
		// It may be at fault itself.
		first.rows, second.rows = nil, b.rows
	} else {
		first.rows, second.rows = b.rows[:n/2], b.rows[n/2:]
	}
	second.nodes, second.edges = nil, nil
	return [2]bundle{first, second}
}

// gatherer is the sink of a Job: it makes bundles.
type gatherer struct {
	Options
	out     chan bundle
	stopped <-chan struct{}

	now      bundle
	records  int // in now
	complete []store.Ref
	decided  map[*identity.Body][]store.Identifier // of whom decisions are told: those of the first record

	rows, rejected, left int
	unread               int // files

	of    int64
	read  []atomic.Int64
	shown time.Time
}

// errStopped ends a reader whose rows nobody takes any more; the Job has the reason.
var errStopped = errors.New("the import was stopped")

func (g *gatherer) Row(r Row) error {
	g.rows++
	for _, p := range r.Left {
		g.left++
		if err := g.reject(p, true); err != nil {
			return err
		}
	}
	r.Left = nil // they are told
	if name := longName(r.Nodes); name != "" && !g.AsSaid {
		g.rejected++
		return g.reject(ProblemAt(r.At, "", name, "has a name of %d bytes; one of a body or a thing has at most %d", len(name), MostName), false)
	}
	says := len(r.Nodes) + len(r.Edges) + len(r.Steps)
	if says == 0 { // as one that says what others said: there may be any number of these
		return g.grown(0)
	}
	if n := len(g.now.rows); n > 0 && len(g.now.rows[n-1].Steps) > 0 && len(r.Nodes)+len(r.Edges) > 0 {
		if err := g.flush(); err != nil { // steps come last in a batch
			return err
		}
	}
	for i := range r.Nodes {
		g.decide(&r.Nodes[i])
	}
	g.now.rows = append(g.now.rows, r)
	return g.grown(says + textOf(r.Nodes, r.Edges)/recordText)
}

func (g *gatherer) Reject(p Problem) error {
	switch {
	case p.At.Line == 0 && p.At.Column != "":
		return g.reject(p, true)
	case p.At.Line == 0:
		if p.At.Sheet == "" {
			g.unread++
		}
		return g.reject(p, false)
	}
	g.rows++
	g.rejected++
	return g.reject(p, false)
}

func (g *gatherer) Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	for i := range nodes {
		g.decide(&nodes[i])
	}
	if len(g.now.rows) > 0 { // they come before the rows that follow, and after those before
		g.now.rows = append(g.now.rows, Row{Nodes: nodes, Edges: edges})
	} else {
		g.now.nodes, g.now.edges = append(g.now.nodes, nodes...), append(g.now.edges, edges...)
	}
	return g.grown(len(nodes) + len(edges) + textOf(nodes, edges)/recordText)
}

func (g *gatherer) Complete(source store.Ref) { g.complete = append(g.complete, source) }

func (g *gatherer) reject(p Problem, stored bool) error {
	if g.Rejects == nil {
		return nil
	}
	return g.Rejects(p, stored)
}

// decide tells what identity decisions say of a node before the first record of it.
func (g *gatherer) decide(r *store.NodeRecord) {
	family := g.Schema.Kinds[r.Kind].Family
	body := g.Decisions.Of(family, r.Name, r.Identifiers)
	if body == nil {
		return
	}
	first, told := g.decided[body]
	if !told {
		first = r.Identifiers
		g.decided[body] = first
		g.now.nodes = append(g.now.nodes, body.Records(g.Schema, r.Kind, r.Identifiers)...)
	}
	bridge := body.Bridge(g.Schema.Kinds[r.Kind].Meets && !r.Exact, r.Identifiers)
	if bridge == nil && len(first) > 0 && len(r.Identifiers) > 0 && !slices.Contains(r.Identifiers, first[0]) {
		// The source has two identifiers for what is decided to be one body.
		bridge = first[:1]
	}
	r.Identifiers = append(slices.Clone(bridge), r.Identifiers...)
}

// MostName is how many bytes a name may have. A longer one is another column's text, and an id made
// of it would be no use to anyone; Neo4j's indexes take 8 KiB.
const MostName = 4096

// longName is a name that is too long; empty if none is.
func longName(nodes []store.NodeRecord) string {
	for _, n := range nodes {
		if len(n.Name) > MostName {
			return n.Name
		}
	}
	return ""
}

// recordText is how many bytes of text count as a record: a batch is held in memory, several times
// while it is applied.
const recordText = 2048

// textOf is how many bytes of text records say.
func textOf(nodes []store.NodeRecord, edges []store.EdgeRecord) (bytes int) {
	for _, n := range nodes {
		bytes += len(n.Name) + textIn(n.Props)
	}
	for _, e := range edges {
		bytes += textIn(e.Props)
	}
	return bytes
}

func textIn(v store.Value) (bytes int) {
	switch v := v.(type) {
	case string:
		return len(v)
	case store.List:
		for _, x := range v {
			bytes += textIn(x)
		}
	case store.Props:
		for _, p := range v {
			bytes += textIn(p.Value)
		}
	}
	return bytes
}

func (g *gatherer) grown(by int) error {
	g.records += by
	g.show(false)
	if g.records < g.Options.Records {
		return nil
	}
	return g.flush()
}

// flush hands over what was gathered.
func (g *gatherer) flush() error {
	if len(g.now.rows)+len(g.now.nodes)+len(g.now.edges) == 0 {
		return nil
	}
	select {
	case <-g.stopped:
		return errStopped
	case g.out <- g.now:
	}
	g.now, g.records = bundle{number: g.now.number + 1}, 0
	return nil
}

// size notes how much there is to read.
func (g *gatherer) size(files []tabular.File) {
	g.read = make([]atomic.Int64, len(files))
	for _, f := range files {
		if f.Size < 0 {
			g.of = -1
			return
		}
		g.of += f.Size
	}
}

// advance is told how much of a file is read.
func (g *gatherer) advance(i int) func(int64) { return func(n int64) { g.read[i].Store(n) } }

// show tells how far it is, some five times a second.
func (g *gatherer) show(now bool) {
	if g.Progress == nil || !now && time.Since(g.shown) < 200*time.Millisecond {
		return
	}
	g.shown = time.Now()
	p := Progress{Rows: g.rows, Rejected: g.rejected, Of: g.of}
	for i := range g.read {
		p.Bytes += g.read[i].Load()
	}
	g.Options.Progress(p)
}
