package neo4j

import (
	"fmt"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

// TestErasedPeopleAreNowhere in what the database holds: not in a node, a record, the log,
// or the answer to a batch, be these short or so long that they are packed.
func TestErasedPeopleAreNowhere(t *testing.T) {
	s := fresh(t)
	small(t, s)
	const mark = "Zebediah"
	long := store.Batch{ID: "tells long", By: "tester"}
	for i := range 50 {
		long.Nodes = append(long.Nodes, store.NodeRecord{Ref: store.Ref{ID: fmt.Sprintf("other-%d", i), Kind: "Organisation", Name: fmt.Sprintf("Other %d", i)}})
		long.Edges = append(long.Edges, link("AFFILIATED_WITH", mark+"-id", fmt.Sprintf("other-%d", i), map[string]any{"role": mark}))
	}
	apply(t, s, store.Batch{ID: "tells", By: "tester", Nodes: []store.NodeRecord{
		{Ref: store.Ref{ID: mark + "-id", Kind: "Person", Name: mark + " Quux", Identifiers: []store.Identifier{{Scheme: "ORCID", Value: mark}}}, Props: store.PropsOf(map[string]any{"honorific": mark})},
	}, Edges: []store.EdgeRecord{link("AFFILIATED_WITH", mark+"-id", "a", map[string]any{"role": mark})}})
	apply(t, s, store.Batch{By: "tester", Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "twin", Kind: "Person", Name: mark + " Twin"}}}, Steps: []store.Step{store.Merge{Keep: store.Ref{ID: mark + "-id"}, Drop: store.Ref{ID: "twin"}}}})
	apply(t, s, long)
	apply(t, s, store.Batch{By: "tester", Steps: []store.Step{store.Erase{Node: store.Ref{ID: mark + "-id"}}}})
	commits := 0 // how much of an entry of the log is packed
	err := s.read(t.Context(), `MATCH (n) RETURN labels(n), properties(n) UNION ALL MATCH ()-[e]->() RETURN [type(e)] AS `+"`labels(n)`, properties(e) AS `properties(n)`", nil, func(v []any) error {
		packed := 0
		all := fmt.Sprint(v[1])
		for _, x := range v[1].(map[string]any) {
			row := []any{x}
			if _, is := x.([]byte); is && unpack(row) == nil { // else the salt
				packed++
				all += str(row[0])
			}
		}
		if commits = max(commits, packed); strings.Contains(strings.ToLower(all), strings.ToLower(mark)) {
			t.Errorf("%v tells of it: %.300s", v[0], all)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if commits < 2 {
		t.Error("nothing is packed: the test needs a longer batch")
	}
	r := apply(t, s, store.Batch{ID: "tells"})
	if !r.Repeated || len(r.Nodes) != 1 || r.Nodes[0] != "" {
		t.Errorf("the answer to an earlier batch: %+v", r)
	}
	if r = apply(t, s, store.Batch{ID: "tells long"}); !r.Repeated || len(r.Nodes) != 50 || r.Nodes[0] != "other-0" || len(r.Edges) != 50 || r.Edges[0] != (store.EdgeID{}) {
		t.Errorf("the answer to an earlier long batch: %+v", r)
	}
	if p := problems(t, s); len(p) > 0 {
		t.Errorf("%q", p)
	}
}
