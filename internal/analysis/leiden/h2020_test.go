package leiden_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"clustergraph/internal/analysis/csr"
	"clustergraph/internal/analysis/leiden"
	"clustergraph/test/needs"
)

// horizon is the network of partners of Horizon 2020 as h2020.py makes it.
func horizon(t testing.TB, fractional bool) *csr.Graph {
	of := map[string][]string{}
	needs.Horizon2020(t, "organization.csv", func(get func(string) string) {
		project, actor := get("projectID"), get("organisationID")
		if project != "" && actor != "" && !slices.Contains(of[project], actor) {
			of[project] = append(of[project], actor)
		}
	})
	var ids, projects []string
	for p, actors := range of {
		projects = append(projects, p)
		if len(actors) > 1 {
			ids = append(ids, actors...)
		}
	}
	slices.Sort(projects)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var ties []csr.Tie
	for _, p := range projects {
		weight := 1.0
		if fractional {
			weight = 1 / float64(len(of[p])-1)
		}
		for i, a := range of[p] {
			for _, b := range of[p][:i] {
				x, _ := slices.BinarySearch(ids, a)
				y, _ := slices.BinarySearch(ids, b)
				ties = append(ties, csr.Tie{A: uint32(x), B: uint32(y), Weight: weight})
			}
		}
	}
	return csr.New(len(ids), ties)
}

// TestHorizon2020: it finds what igraph and leidenalg find in the partners of Horizon 2020, as
// h2020.py printed it.
func TestHorizon2020(t *testing.T) {
	needs.Time(t)
	text, err := os.ReadFile("testdata/h2020.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]map[string]any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for name, told := range want {
		g := horizon(t, name == "fractional")
		weight := 0.0
		for _, w := range g.Weight {
			weight += w / 2
		}
		if float64(g.Len()) != told["nodes"] || float64(g.Ties()) != told["ties"] || math.Abs(weight-told["weight"].(float64)) > 0.01 {
			t.Fatalf("%s: %d nodes and %d ties that weigh %v; want %v, %v and %v", name, g.Len(), g.Ties(), weight, told["nodes"], told["ties"], told["weight"])
		}
		p := find(t, g, 1, 1)
		for _, other := range []string{"igraph, 2 iterations", "leidenalg, 2 iterations", "igraph, Louvain"} {
			q := told[other].(map[string]any)["median"].(float64)
			t.Logf("%s: modularity %.4f in %d communities; %s %.4f", name, p.Modularity, len(p.Sizes), other, q)
			if p.Modularity < q-0.002 {
				t.Errorf("%s: modularity is %.4f; %s finds %.4f", name, p.Modularity, other, q)
			}
		}
	}
}

func BenchmarkHorizon2020(b *testing.B) {
	for _, name := range []string{"count", "fractional"} {
		g := horizon(b, name == "fractional")
		b.Run(name, func(b *testing.B) {
			var p leiden.Partition
			seed := uint64(0)
			for b.Loop() {
				p = find(b, g, 1, seed)
				seed++
			}
			b.ReportMetric(p.Modularity, "modularity")
			b.ReportMetric(float64(g.Ties()), "ties")
		})
	}
}
