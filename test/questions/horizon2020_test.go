package questions

import (
	"encoding/json"
	"maps"
	"os/exec"
	"path/filepath"
	"testing"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/cordis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/test/needs"
)

const horizon2020 = "cordis-h2020-csv.zip"

// expectation is what the script beside the importer of CORDIS works out from the tables.
type expectation struct {
	Rows           map[string]int
	Rejected       []any
	Contribution   map[string]string
	Participations map[string]int
}

func expected(t *testing.T) expectation {
	t.Helper()
	script := filepath.Join(needs.Root(), "internal", "ingest", "cordis", "testdata", "expected.py")
	out, err := exec.Command(needs.Command(t, "python3"), script, needs.Data(t, horizon2020)).Output()
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	var e expectation
	if err := json.Unmarshal(out, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// holdsHorizon2020 looks whether a store into which nothing but Horizon 2020 was imported holds
// what the independent script computes, to the cent.
func holdsHorizon2020(t *testing.T, s store.Truth, sum ingest.Summary) {
	t.Helper()
	want := expected(t)
	if sum.Rows != want.Rows["project.csv"]+want.Rows["organization.csv"] || sum.Rejected != len(want.Rejected) {
		t.Errorf("%d rows, %d of them rejected", sum.Rows, sum.Rejected)
	}
	nodes, kinds := map[string]*store.Node{}, map[string]int{}
	var taking []*store.Edge
	located, counts, sums := map[string]string{}, map[string]int{}, map[string]store.Cents{}
	_, err := s.Load(t.Context(), func(n *store.Node) error {
		nodes[n.ID] = n
		kinds[n.Kind]++
		return nil
	}, func(e *store.Edge) error {
		switch e.Type {
		case "LOCATED_IN":
			located[e.From] = nodes[e.To].Props.Text("code")
		case "PARTICIPATES_IN":
			taking = append(taking, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range taking {
		country := located[e.From]
		if country != nodes[e.From].Props.Text("country") {
			t.Errorf("%s is in %s and in %v", e.From, country, nodes[e.From].Get("country"))
		}
		counts[country]++
		if m, ok := e.Props.Get("contribution").(store.Money); ok {
			sums[country] += m.Amount
		}
	}
	told := map[string]string{}
	for c, sum := range sums {
		told[c] = sum.String()
	}
	if !maps.Equal(told, want.Contribution) || !maps.Equal(counts, want.Participations) {
		t.Errorf("by country\n%v\n%v, want\n%v\n%v", told, counts, want.Contribution, want.Participations)
	}
	if kinds["Project"] != want.Rows["project.csv"] || kinds["Organisation"]+kinds["Cluster"]+kinds["Network"] != 35871 {
		t.Errorf("there are %v", kinds)
	}
	if told := broken(t, s); !maps.Equal(told, want.Contribution) {
		t.Errorf("a breakdown by country tells\n%v, want\n%v", told, want.Contribution)
	}
}

// broken is the contribution by country as the API's breakdown tells it. It closes the store.
func broken(t *testing.T, truth store.Truth) map[string]string {
	t.Helper()
	s, err := mirror.Open(t.Context(), truth, ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	out := map[string]string{}
	err = s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
		b, err := analysis.New(ontology.Served()).Breakdown(t.Context(), r, analysis.BreakdownQuery{Of: analysis.OfParticipations, By: []analysis.Dimension{analysis.Country}, Measure: analysis.Contribution})
		if err != nil {
			return err
		}
		for i := range b.Len() {
			g, country := b.At(i), ""
			if g.Keys[0] != nil {
				country = g.Keys[0].Code
			}
			if m, ok := g.Value.(store.Money); ok {
				out[country] = m.Amount.String()
			} else if c, ok := g.Value.(store.Cents); ok {
				out[country] = c.String()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// importHorizon2020 imports Horizon 2020 into an empty file, has what the file then holds
// checked, and imports it again, which changes nothing.
func importHorizon2020(t *testing.T, path string) {
	t.Helper()
	s := open(t, path)
	first := load(t, s, cordis.Importer{}, horizon2020)
	holdsHorizon2020(t, s, first)
	s = open(t, path)
	again := load(t, s, cordis.Importer{}, horizon2020)
	if again.Nodes.New+again.Nodes.Changed+again.Nodes.Gone+again.Edges.New+again.Edges.Changed+again.Edges.Gone > 0 || again.Revision != first.Revision {
		t.Errorf("a second import changes %+v nodes and %+v edges, the revision from %v to %v", again.Nodes, again.Edges, first.Revision, again.Revision)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
