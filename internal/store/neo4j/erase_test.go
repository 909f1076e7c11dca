package neo4j

import (
	"fmt"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

// TestErasedPeopleAreNowhere in what the database holds: not in a node, a record, the log,
// or the answer to a batch.
func TestErasedPeopleAreNowhere(t *testing.T) {
	s := fresh(t)
	small(t, s)
	const mark = "Zebediah"
	apply(t, s, store.Batch{ID: "tells", By: "tester", Nodes: []store.NodeRecord{
		{Ref: store.Ref{ID: mark + "-id", Kind: "Person", Name: mark + " Quux", Identifiers: []store.Identifier{{Scheme: "ORCID", Value: mark}}}, Props: store.PropsOf(map[string]any{"honorific": mark})},
	}, Edges: []store.EdgeRecord{link("AFFILIATED_WITH", mark+"-id", "a", map[string]any{"role": mark})}})
	apply(t, s, store.Batch{By: "tester", Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "twin", Kind: "Person", Name: mark + " Twin"}}}, Steps: []store.Step{store.Merge{Keep: store.Ref{ID: mark + "-id"}, Drop: store.Ref{ID: "twin"}}}})
	apply(t, s, store.Batch{By: "tester", Steps: []store.Step{store.Erase{Node: store.Ref{ID: mark + "-id"}}}})
	err := s.read(t.Context(), `MATCH (n) RETURN labels(n), properties(n) UNION ALL MATCH ()-[e]->() RETURN [type(e)] AS `+"`labels(n)`, properties(e) AS `properties(n)`", nil, func(v []any) error {
		if all := fmt.Sprint(v[1]); strings.Contains(strings.ToLower(all), strings.ToLower(mark)) {
			t.Errorf("%v tells of it: %.300s", v[0], all)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	r := apply(t, s, store.Batch{ID: "tells"})
	if !r.Repeated || len(r.Nodes) != 1 || r.Nodes[0] != "" {
		t.Errorf("the answer to an earlier batch: %+v", r)
	}
	if p := problems(t, s); len(p) > 0 {
		t.Errorf("%q", p)
	}
}
