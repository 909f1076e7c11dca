package storetest

import (
	"testing"

	"clustergraph/internal/store"
)

var (
	_ store.Store = (*Oracle)(nil)
	_ store.Truth = (*Oracle)(nil)
)

func TestOracle(t *testing.T) {
	o := NewOracle(Schema())
	r, err := o.Apply(t.Context(), store.Batch{By: "me", Nodes: []store.NodeRecord{
		{Ref: store.Ref{Kind: "Source", Name: "A page"}, Said: store.Said{Source: store.Ref{Kind: "Source", Name: "A page"}}},
		{Ref: store.Ref{Kind: "Cluster", Name: "ИКТ Клъстер", Identifiers: []store.Identifier{{Scheme: "pic", Value: "1"}}}},
	}, Edges: []store.EdgeRecord{{Type: "ABOUT", From: store.Ref{Kind: "Source", Name: "a page"}, To: store.Ref{Kind: "Organisation", Name: "ikt klaster"}}}})
	t.Logf("%+v %v", r, err)
	if err != nil || len(r.Commit.Nodes) != 2 || len(r.Commit.Edges) != 1 {
		t.Fatal(r, err)
	}
}
