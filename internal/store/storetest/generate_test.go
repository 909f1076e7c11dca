package storetest_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

func TestEcosystemIsWhatItsBatchesMake(t *testing.T) {
	size := storetest.Size{Organisations: 40, Projects: 30, Participations: 90, Networks: 3, Memberships: 20}
	o := storetest.NewOracle(ontology.Served().Store)
	for b := range storetest.Ecosystem(size, 1) {
		if _, err := o.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	nodes, edges := storetest.EcosystemGraph(size, 1)
	wantNodes, wantEdges := map[string]*store.Node{}, map[store.EdgeID]*store.Edge{}
	for _, n := range nodes {
		wantNodes[n.ID] = n
	}
	for _, e := range edges {
		wantEdges[e.EdgeID] = e
	}
	if _, err := o.Load(t.Context(), func(n *store.Node) error {
		if want := wantNodes[n.ID]; want == nil || want.Kind != n.Kind || !store.Equal(want.Props, n.Props) {
			t.Errorf("%v, want %v", n, want)
		}
		delete(wantNodes, n.ID)
		return nil
	}, func(e *store.Edge) error {
		if want := wantEdges[e.EdgeID]; want == nil || !store.Equal(want.Props, e.Props) {
			t.Errorf("%v, want %v", e, want)
		}
		delete(wantEdges, e.EdgeID)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(wantNodes)+len(wantEdges) > 0 {
		t.Errorf("%d nodes and %d edges were not made", len(wantNodes), len(wantEdges))
	}
}

func TestEcosystemHasItsSize(t *testing.T) {
	size := storetest.Full().Part(20)
	nodes, edges := storetest.EcosystemGraph(size, 1)
	kinds, types := map[string]int{}, map[string]int{}
	joined := map[string]int{}
	for _, n := range nodes {
		kinds[n.Kind]++
	}
	for _, e := range edges {
		types[e.Type]++
		if e.Type == "PARTICIPATES_IN" {
			joined[e.From]++
		}
	}
	if kinds["Organisation"]+kinds["Cluster"] != size.Organisations || kinds["Project"] != size.Projects || kinds["Network"] != size.Networks ||
		types["PARTICIPATES_IN"] != size.Participations || types["MEMBER_OF"] != size.Memberships {
		t.Errorf("%v %v, want %+v", kinds, types, size)
	}
	most := 0
	for _, n := range joined {
		most = max(most, n)
	}
	if most < 20*size.Participations/size.Organisations {
		t.Errorf("whoever takes part most does so in %d projects only", most)
	}
	again, _ := storetest.EcosystemGraph(size, 1)
	other, _ := storetest.EcosystemGraph(size, 2)
	if !reflect.DeepEqual(nodes, again) || reflect.DeepEqual(nodes, other) {
		t.Error("the same seed makes another, or another the same")
	}
}

func TestEcosystemComesInBatches(t *testing.T) {
	n := 0
	for b := range storetest.Ecosystem(storetest.Full().Part(10), 1) {
		if len(b.Nodes)+len(b.Edges) > 5000 || b.ID == "" || slices.ContainsFunc(b.Nodes, func(r store.NodeRecord) bool { return strings.TrimSpace(r.Name) == "" }) {
			t.Errorf("%s: %d nodes, %d edges", b.ID, len(b.Nodes), len(b.Edges))
		}
		if n++; n == 3 {
			break // whoever has enough stops it
		}
	}
}
