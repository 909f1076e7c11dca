package storetest

import (
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
	{"each commit makes the next revision", "each commit makes the next", func(p *pair) {
		for i, records := range history {
			if n := p.say(records...).Revision.Number; n != p.base+uint64(i)+1 {
				p.Errorf("commit %d has the number %d", i, n)
			}
		}
	}},
}
