package storetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"clustergraph/internal/store"
)

// replica is a graph that is made of commits alone.
type replica struct {
	nodes map[string]*store.Node
	edges map[store.EdgeID]*store.Edge
}

func newReplica() *replica {
	return &replica{map[string]*store.Node{}, map[store.EdgeID]*store.Edge{}}
}

func (r *replica) take(c store.Commit) {
	for _, id := range c.GoneEdges {
		delete(r.edges, id)
	}
	for _, id := range c.GoneNodes {
		delete(r.nodes, id)
	}
	for _, n := range c.Nodes {
		r.nodes[n.ID] = n
	}
	for _, e := range c.Edges {
		r.edges[e.EdgeID] = e
	}
}

// is compares a replica with what the oracle has.
func (r *replica) is(p *pair, what string) {
	p.Helper()
	want := newReplica()
	for _, n := range p.oracle.graph.nodes {
		want.nodes[n.ID] = n
	}
	for _, e := range p.oracle.graph.edges {
		want.edges[e.EdgeID] = e
	}
	p.equal(what+": nodes", r.nodes, want.nodes)
	p.equal(what+": edges", r.edges, want.edges)
}

var history = [][]any{
	{node("Source", "s1"), node("Organisation", "a", size(1)), node("Organisation", "b"), node("Network", "n"), edge("MEMBER_OF", "a", "n"), edge("MEMBER_OF", "b", "n")},
	{from(node("Organisation", "a", size(5)), "s1", "1", store.FromText), from(edge("ABOUT", "a", "b"), "s1", "2", store.FromText)},
	{store.Merge{Keep: at("b"), Drop: at("a")}},
	{person("Jane Doe", "ORCID", "1"), edge("AFFILIATED_WITH", "orcid:1", "b")},
	{store.Remove{Node: at("n")}},
	{store.Withdraw{Source: at("s1"), Run: "x"}},
	{store.Unmerge{Former: "a"}, store.NodeRecord{Ref: at("n")}},
	{store.Distinct{A: at("a"), B: at("b")}},
	{store.Erase{Node: at("orcid:1")}, node("Organisation", "c"), edge("MEMBER_OF", "c", "n")},
}

var logTests = []test{
	{"commits tell what is true after them", "Commit is one entry of the change log: what is true after it.", func(p *pair) {
		made := newReplica()
		for _, records := range history {
			made.take(p.say(records...).Commit)
			made.is(p, "after a commit")
		}
	}},
	{"commits are in order", "after-images of new and changed nodes, by id ... the same of edges, by EdgeID", func(p *pair) {
		b := batch(node("Source", "s2"), node("Source", "s1"))
		p.apply(b)
		b = batch(from(node("Organisation", "b"), "s2", "", store.FromText), from(node("Organisation", "a"), "s1", "", store.FromText), from(node("Organisation", "c"), "s2", "", store.FromText),
			edge("MEMBER_OF", "b", "a"), edge("MEMBER_OF", "a", "b"), edge("ABOUT", "b", "b"))
		b.ID, b.By = "x", "somebody"
		c := p.apply(b).Commit
		if !slices.IsSortedFunc(c.Nodes, func(a, b *store.Node) int { return strings.Compare(a.ID, b.ID) }) || !slices.IsSortedFunc(c.Edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) }) {
			p.Errorf("%+v", c)
		}
		p.equal("told", []any{c.Batch, c.By, c.Sources}, []any{"x", "somebody", []string{"s1", "s2"}})
		if since := time.Since(c.At); since < 0 || since > time.Hour {
			p.Errorf("at %v", c.At)
		}
		c = p.say(store.Remove{Node: at("a")}, store.Remove{Node: at("b")}).Commit
		p.equal("gone", c.GoneNodes, []string{"a", "b"})
		p.equal("GoneNodes' edges are all among GoneEdges", c.GoneEdges, []store.EdgeID{{Type: "ABOUT", From: "b", To: "b"}, {Type: "MEMBER_OF", From: "a", To: "b"}, {Type: "MEMBER_OF", From: "b", To: "a"}})
	}},
	{"the log tells what became of nodes and edges", "it was not in the graph before ... it holds something else, or is of another kind ... it is not in the graph any more ... Changes are what the commit did to nodes, by id, and then to edges, by EdgeID.", func(p *pair) {
		p.say(withSources()...)
		ab := store.EdgeID{Type: "MEMBER_OF", From: "a", To: "b"}
		told := func(what string, changes ...store.Change) {
			p.Helper()
			all := p.logged(store.Revision{})
			p.equal(what, all[len(all)-1].Changes, changes)
		}
		p.say(from(node("Organisation", "a", size(1)), "s1", "", store.FromText), node("Organisation", "b"), from(edge("MEMBER_OF", "a", "b"), "s2", "", store.FromText))
		told("new", store.Change{Subject: store.Subject{Node: "a"}, Kind: "Organisation", What: store.New, Sources: []string{"s1"}},
			store.Change{Subject: store.Subject{Node: "b"}, Kind: "Organisation", What: store.New},
			store.Change{Subject: store.Subject{Edge: ab}, What: store.New, Sources: []string{"s2"}})
		p.say(from(node("Organisation", "a", m{"size": 2, "description": "x"}), "s2", "", store.FromRegister), from(edge("MEMBER_OF", "a", "b", m{"role": "X"}), "s1", "", store.FromRegister))
		told("changed", store.Change{Subject: store.Subject{Node: "a"}, Kind: "Organisation", What: store.Changed, Props: []string{"description", "size"}, Sources: []string{"s2"}},
			store.Change{Subject: store.Subject{Edge: ab}, What: store.Changed, Props: []string{"role"}, Sources: []string{"s1"}})
		p.say(node("Cluster", "a"))
		told("another kind", store.Change{Subject: store.Subject{Node: "a"}, Kind: "Cluster", What: store.Changed, Props: []string{"kind"}})
		p.say(store.Withdraw{Source: at("s2"), Run: "x"})
		told("withdrawn", store.Change{Subject: store.Subject{Node: "a"}, Kind: "Cluster", What: store.Changed, Props: []string{"description", "size"}, Sources: []string{"s2"}})
		p.say(store.Remove{Node: at("b")})
		told("gone", store.Change{Subject: store.Subject{Node: "b"}, Kind: "Organisation", What: store.Gone}, store.Change{Subject: store.Subject{Edge: ab}, What: store.Gone})
		p.say(store.NodeRecord{Ref: at("b")})
		told("back", store.Change{Subject: store.Subject{Node: "b"}, Kind: "Organisation", What: store.New}, store.Change{Subject: store.Subject{Edge: ab}, What: store.New})
		p.say(store.Merge{Keep: at("b"), Drop: at("a")})
		told("merged", store.Change{Subject: store.Subject{Node: "a"}, Kind: "Cluster", What: store.Gone},
			store.Change{Subject: store.Subject{Node: "b"}, Kind: "Cluster", What: store.Changed, Props: []string{"aliases", "formerIds", "kind", "name", "size"}},
			store.Change{Subject: store.Subject{Edge: ab}, What: store.Gone})
		p.say(store.Distinct{A: at("b"), B: at("s1")})
		told("nothing that a reader sees")
	}},
	{"the log after a revision", "Log tells the entries of the change log after a point in the history, up to the view's revision, in their order, each once", func(p *pair) {
		var revisions []store.Revision
		for _, records := range history[:8] { // the last one erases
			revisions = append(revisions, p.say(records...).Revision)
		}
		all := p.logged(store.Revision{})
		for i, r := range revisions {
			p.equal("after "+r.String(), p.logged(r), all[i+1:])
			p.equal("the revision", all[i].Revision.Number, uint64(i)+1)
		}
		mine := errors.New("mine")
		p.view(func(r store.Reader) error {
			if err := r.Log(p.ctx, store.Since{}, func(store.Entry) error { return mine }); !errors.Is(err, mine) {
				p.Errorf("what tell returns: %v", err)
			}
			for since, want := range map[store.Revision]error{{Epoch: "another"}: store.ErrBehind, {Epoch: p.last.Epoch, Number: p.last.Number + 1}: store.ErrConflict} {
				if err := r.Log(p.ctx, store.Since{Revision: since}, func(store.Entry) error { return nil }); !errors.Is(err, want) {
					p.Errorf("since %v: %v", since, err)
				}
			}
			return nil
		})
	}},
	{"the log after a time", "if Time is set, that before the first entry of the log that was made after it", func(p *pair) {
		var times []time.Time
		for _, records := range history[:4] {
			p.say(records...)
			time.Sleep(3 * time.Millisecond)
		}
		tell := func(since time.Time) (numbers []uint64) {
			p.view(func(r store.Reader) error {
				times = nil
				return r.Log(p.ctx, store.Since{Time: since}, func(e store.Entry) error {
					if e.Revision.Number > p.base {
						numbers, times = append(numbers, e.Revision.Number-p.base), append(times, e.At)
					}
					return nil
				})
			})
			return numbers
		}
		p.equal("all", tell(time.Unix(1, 0)), []uint64{1, 2, 3, 4})
		at := slices.Clone(times)
		for i := range at {
			p.equal("after an entry", tell(at[i]), []uint64{1, 2, 3, 4}[i+1:])
			p.equal("just before it", tell(at[i].Add(-time.Microsecond)), []uint64{1, 2, 3, 4}[i:])
		}
		p.equal("after the last", len(tell(time.Now().Add(time.Hour))), 0)
	}},
	{"the log does not tell of erased people", "Of a node that was erased, and of edges at it, no entry tells. ... it erased someone, of whom it does not tell", func(p *pair) {
		for _, records := range history {
			p.say(records...)
		}
		for i, e := range p.logged(store.Revision{}) {
			p.equal("erases", e.Erases, i == len(history)-1)
			for _, c := range e.Changes {
				if c.Node == "orcid:1" || c.Edge.From == "orcid:1" || c.Edge.To == "orcid:1" {
					p.Errorf("entry %d tells %+v", i, c)
				}
			}
			if e.Erases {
				p.equal("the rest is told", len(e.Changes), 2)
			}
		}
	}},
	{"each commit makes the next revision", "each commit makes the next", func(p *pair) {
		for i, records := range history {
			if n := p.say(records...).Revision.Number; n != p.base+uint64(i)+1 {
				p.Errorf("commit %d has the number %d", i, n)
			}
		}
	}},
}
