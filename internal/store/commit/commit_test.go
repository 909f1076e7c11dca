package commit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
)

// What batches mean is tested by storetest, on a truth. Here is what only a truth sees.

// nothing is known, but it is counted how often it is asked.
type nothing struct{ asked int }

func (n *nothing) Merges(context.Context, []string) ([]commit.Merge, error) {
	n.asked++
	return nil, nil
}
func (n *nothing) Heads(context.Context, []string) ([]commit.Head, error) { n.asked++; return nil, nil }
func (n *nothing) NodeRecords(context.Context, []string) ([]*commit.Record, []string, error) {
	n.asked++
	return nil, nil, nil
}
func (n *nothing) EdgeRecords(context.Context, []store.EdgeID) ([]*commit.Record, []store.EdgeID, error) {
	n.asked++
	return nil, nil, nil
}
func (n *nothing) EdgeRecordsAt(context.Context, []string) ([]*commit.Record, []store.EdgeID, error) {
	n.asked++
	return nil, nil, nil
}
func (n *nothing) SaidBy(context.Context, []string, *string) ([]store.Subject, error) {
	n.asked++
	return nil, nil
}
func (n *nothing) Claims(context.Context, []store.Identifier) ([]commit.Claim, error) {
	n.asked++
	return nil, nil
}
func (n *nothing) Named(context.Context, []string) ([]commit.Name, error) { n.asked++; return nil, nil }
func (n *nothing) Distinct(context.Context, []string) ([][2]string, error) {
	n.asked++
	return nil, nil
}
func (n *nothing) Erased(context.Context, []commit.Hash) ([]commit.Hash, error) {
	n.asked++
	return nil, nil
}

var schema = store.Schema{
	Kinds: map[string]store.Kind{
		"Organisation": {Family: "Actor", Meets: true, Names: []string{"name", "aliases"}},
		"Person":       {Family: "Person", Names: []string{"name", "aliases"}, Personal: true},
		"Source":       {Family: "Source", Names: []string{"name", "aliases"}},
	},
	Edges: map[string]store.EdgeType{"MEMBER_OF": {}},
}

// batch says n nodes with identifiers and names, of which some meet each other, and n edges.
func batch(n int) store.Batch {
	source := store.Ref{Kind: "Source", Name: "register"}
	b := store.Batch{Nodes: []store.NodeRecord{{Ref: source}}}
	ref := func(i int) store.Ref {
		if i%3 == 0 {
			return store.Ref{Kind: "Person", Name: fmt.Sprint("Person ", i)}
		}
		return store.Ref{Kind: "Organisation", Name: fmt.Sprint("Organisation ", i), Identifiers: []store.Identifier{{Scheme: "PIC", Value: fmt.Sprint("9", i/2)}}}
	}
	for i := range n {
		said := store.Said{Source: source, Place: fmt.Sprint("row ", i), Rank: store.FromRegister}
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: ref(i), Said: said})
		b.Edges = append(b.Edges, store.EdgeRecord{Type: "MEMBER_OF", From: ref(i), To: ref(i / 10), Said: said})
	}
	return b
}

// TestAsksInBulk holds that a batch asks as often however much it says.
func TestAsksInBulk(t *testing.T) {
	asked := map[int]int{}
	for _, n := range []int{10, 1000} {
		facts := &nothing{}
		d, err := commit.Plan(t.Context(), facts, schema, commit.Now{Revision: store.Revision{Epoch: "e"}}, batch(n))
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Result.Nodes) != n+1 || len(d.Edges) == 0 || d.Result.Revision.Number != 1 {
			t.Errorf("%d nodes: %+v", n, d.Result)
		}
		asked[n] = facts.asked
	}
	if asked[1000] != asked[10] || asked[1000] > 16 {
		t.Errorf("asked %d times for 10 nodes, %d for 1,000", asked[10], asked[1000])
	}
}

// TestErrorsSayWhere holds that errors say which record or step is at fault.
func TestErrorsSayWhere(t *testing.T) {
	person := store.Ref{Kind: "Person", Name: "Anna"}
	for _, tc := range []struct {
		batch store.Batch
		is    error
		says  []string
	}{
		{store.Batch{Nodes: []store.NodeRecord{{Ref: person}, {Ref: store.Ref{ID: "nobody"}}}}, store.ErrNotFound, []string{"nodes[1]", `id "nobody"`}},
		{store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{Kind: "Planet", Name: "Mars"}}}}, store.ErrInvalid, []string{"nodes[0]", "Mars", `no kind "Planet"`}},
		{store.Batch{Nodes: []store.NodeRecord{{Ref: person}}, Edges: []store.EdgeRecord{{Type: "MEMBER_OF", From: person, To: person}, {Type: "MEMBER_OF", From: person, To: store.Ref{Kind: "Organisation", Name: "Zoo"}}}},
			store.ErrNotFound, []string{"edges[1]", "MEMBER_OF", "Anna", "Zoo"}},
		{store.Batch{Steps: []store.Step{store.Remove{Node: person}}}, store.ErrNotFound, []string{"steps[0]", "Remove", "Anna"}},
		{store.Batch{Nodes: []store.NodeRecord{{Ref: person, Props: store.Props{{Name: "x", Value: []int{1}}}}}}, store.ErrInvalid, []string{"nodes[0]", "x: a []int cannot stand in a graph"}},
	} {
		_, err := commit.Plan(t.Context(), &nothing{}, schema, commit.Now{}, tc.batch)
		if !errors.Is(err, tc.is) {
			t.Errorf("%v, not %v", err, tc.is)
			continue
		}
		for _, s := range tc.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%v does not say %s", err, s)
			}
		}
	}
}
