package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// newHorizon2020 is Horizon 2020 with 200 networks, as newLarge has them: who takes part in what, and
// for how much.
func newHorizon2020(b *testing.B) (*large, store.Store) {
	l := &large{number: map[string]uint32{}}
	met := map[string]bool{}
	node := func(kind, id string) {
		if !met[id] {
			met[id] = true
			l.nodes = append(l.nodes, &store.Node{ID: id, Kind: kind, Props: store.PropsOf(map[string]any{"name": id})})
		}
	}
	needs.Horizon2020(b, "project.csv", func(get func(string) string) { node("Project", "cordis:"+get("id")) })
	needs.Horizon2020(b, "organization.csv", func(get func(string) string) {
		e := &store.Edge{EdgeID: store.EdgeID{Type: "PARTICIPATES_IN", From: "pic:" + get("organisationID"), To: "cordis:" + get("projectID")}}
		if id := e.From + e.To; !met[id] {
			met[id] = true
			node("Organisation", e.From)
			if euro, err := strconv.ParseFloat(get("ecContribution"), 64); err == nil {
				e.Props = store.PropsOf(map[string]any{"contribution": store.Money{Amount: store.Cents(math.Round(euro * 100)), Currency: "EUR"}})
			}
			l.edges = append(l.edges, e)
		}
	})
	l.networks()
	return l, l.open(b)
}

// plainLink is a link and its pairs of partners.
type plainLink struct {
	linked
	pairs uint32
}

// plainLinks is what links are between all networks, over plain arrays: by two networks the actors
// of both, the projects they share and the pairs of partners; then in order.
func plainLinks(networks int, ofActor, actors, projects [][]uint32) []plainLink {
	members, shared, pairs := make([]uint32, networks*networks), make([]uint32, networks*networks), make([]uint32, networks*networks)
	seen := make([]uint32, len(ofActor))
	count, last := make([]uint32, networks), make([]uint32, networks)
	for x, of := range ofActor {
		for _, a := range of {
			for _, b := range of {
				members[int(a)*networks+int(b)]++
			}
		}
		for _, p := range projects[x] {
			for _, y := range actors[p] {
				if y > uint32(x) && seen[y] != uint32(x)+1 {
					seen[y] = uint32(x) + 1
					for _, a := range of {
						for _, b := range ofActor[y] {
							if a < b || a > b && !(slices.Contains(of, b) && slices.Contains(ofActor[y], a)) {
								pairs[int(min(a, b))*networks+int(max(a, b))]++
							}
						}
					}
				}
			}
		}
	}
	var here []uint32
	for _, who := range actors {
		here = here[:0]
		for _, x := range who {
			for _, a := range ofActor[x] {
				if count[a] == 0 {
					here = append(here, a)
				}
				count[a]++
				last[a] = x
			}
		}
		for i, a := range here {
			for _, b := range here[:i] {
				if count[a] > 1 || count[b] > 1 || last[a] != last[b] {
					shared[int(min(a, b))*networks+int(max(a, b))]++
				}
			}
		}
		for _, a := range here {
			count[a] = 0
		}
	}
	var out []plainLink
	for a := range networks {
		for b := a + 1; b < networks; b++ {
			at := a*networks + b
			if l := (linked{uint32(a), uint32(b), members[at], shared[at]}); l.members+l.projects > 0 {
				out = append(out, plainLink{l, pairs[at]})
			}
		}
	}
	slices.SortFunc(out, func(x, y plainLink) int {
		return cmp.Or(cmp.Compare(y.projects, x.projects), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return out
}

// BenchmarkNetworkLinks tells how strongly all 200 networks of Horizon 2020 are linked, and some of
// them, beside the bare computation over arrays. The snapshot is there; nothing else is kept.
func BenchmarkNetworkLinks(b *testing.B) {
	l, s := newHorizon2020(b)
	var all []string
	for _, n := range l.nodes {
		if n.Kind == "Network" {
			all = append(all, n.ID)
		}
	}
	ofActor, actors, projects := make([][]uint32, len(l.nodes)), make([][]uint32, len(l.nodes)), make([][]uint32, len(l.nodes))
	for i, id := range all {
		for _, x := range l.members[l.number[id]] {
			ofActor[x] = append(ofActor[x], uint32(i))
		}
	}
	for x, of := range l.projects {
		if len(ofActor[x]) > 0 {
			projects[x] = of
			for _, p := range of {
				actors[p] = append(actors[p], uint32(x))
			}
		}
	}
	for _, c := range []struct {
		name string
		q    LinkQuery
	}{
		{"all networks", LinkQuery{}},
		{"the same by their ids", LinkQuery{IDs: all}},
		{"5 networks by their ids", LinkQuery{IDs: []string{"N0", "N50", "N100", "N150", "N199"}}},
	} {
		// One after the other is asked by an analyst who knows nothing but the snapshot.
		ask := func(r store.Reader) (*NetworkLinks, error) {
			a := newAnalyst()
			a.newest = &snapshot{revision: r.Revision(), parts: analyst.snapshot(r).parts, networks: newMemo(1, math.MaxInt64), results: newMemo(1, math.MaxInt64)}
			links, err := a.NetworkLinks(context.Background(), r, c.q)
			if err == nil && links.Len() > 0 {
				_, err = links.At(0).PartnerPairs()
			}
			return links, err
		}
		told := func(r store.Reader) error {
			links, err := ask(r)
			if err != nil || c.q.IDs != nil && len(c.q.IDs) < len(all) {
				return err
			}
			for i, want := range plainLinks(len(all), ofActor, actors, projects) {
				x := links.At(i)
				if pairs, _ := x.PartnerPairs(); x.link() != want.linked || pairs != int(want.pairs) {
					return fmt.Errorf("%v and %d pairs, want %v", x.link(), pairs, want)
				}
			}
			return nil
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			if err := s.View(context.Background(), store.Revision{}, told); err != nil {
				b.Fatal(err)
			}
			var graph, plain []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := s.View(context.Background(), store.Revision{}, func(r store.Reader) error { _, err := ask(r); return err }); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				plainLinks(len(all), ofActor, actors, projects)
				graph, plain = append(graph, middle.Sub(start)), append(plain, time.Since(middle))
			}
			slices.Sort(graph)
			slices.Sort(plain)
			b.ReportMetric(float64(graph[0]), "graph-ns")
			b.ReportMetric(float64(plain[0]), "arrays-ns")
			b.ReportMetric(float64(graph[0])/float64(plain[0]), "ratio")
		})
	}
}
