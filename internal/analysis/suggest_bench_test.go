package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// bare is what suggestions look at as plain arrays, with scratch.
type bare struct {
	*horizon
	call          []uint32   // by project: its call topic; 0 is none
	funds         [][]uint32 // by call topic: projects
	country, kind []uint32
	count, marked []uint32
	values        []bareValues
}

type bareValues struct {
	common, few, allocated, ways, themes float64
	met                                  bool
}

func newBare(h *horizon) *bare {
	n := len(h.nodes)
	b := &bare{h, make([]uint32, n), make([][]uint32, n), make([]uint32, n), make([]uint32, n), make([]uint32, n), make([]uint32, n), make([]bareValues, n)}
	codes := map[string]uint32{}
	for x, node := range h.nodes {
		for _, c := range []struct {
			name string
			to   []uint32
		}{{"country", b.country}, {"type", b.kind}} {
			text := node.Props.Text(c.name)
			if _, met := codes[text]; !met {
				codes[text] = uint32(len(codes))
			}
			c.to[x] = codes[text]
		}
	}
	for _, e := range h.edges {
		if e.Type == fundedBy {
			p, call := h.number[e.From], h.number[e.To]
			b.call[p], b.funds[call] = call, append(b.funds[call], p)
		}
	}
	return b
}

// suggest measures over the plain arrays, and puts the actors in order: the bare computation. It
// is how many there are.
func (h *bare) suggest(x uint32) int {
	var met, partners, reached []uint32
	meet := func(x uint32) {
		met = met[:0]
		for _, p := range h.takes[x] {
			for _, y := range h.takes[p] {
				if y != x {
					if h.count[y] == 0 {
						met = append(met, y)
					}
					h.count[y]++
				}
			}
		}
	}
	reach := func(z uint32) *bareValues {
		v := &h.values[z]
		if !v.met {
			v.met = true
			reached = append(reached, z)
		}
		return v
	}
	meet(x)
	shared := make([]uint32, len(met))
	partners = append(partners, met...)
	for i, y := range partners {
		shared[i], h.count[y] = h.count[y], 0
	}
	for i, y := range partners {
		meet(y)
		degree := float64(len(met))
		few := 1 / math.Log(degree)
		for _, z := range met {
			v := reach(z)
			v.common, v.few, v.allocated, v.ways = v.common+1, v.few+few, v.allocated+1/degree, v.ways+float64(shared[i]*h.count[z])/degree
			h.count[z] = 0
		}
	}
	seen := map[uint32]bool{0: true}
	for _, p := range h.takes[x] {
		call := h.call[p]
		if seen[call] {
			continue
		}
		seen[call] = true
		met = met[:0]
		for _, p := range h.funds[call] {
			for _, z := range h.takes[p] {
				if h.marked[z] != call {
					h.marked[z] = call
					met = append(met, z)
				}
			}
		}
		for _, z := range met {
			reach(z).themes += 1 / math.Log(float64(max(2, len(met))))
		}
	}
	for _, y := range append(partners, x) {
		h.count[y] = 1
	}
	type row struct {
		who   uint32
		score float64
	}
	rows := make([]row, 0, len(reached))
	for _, z := range reached {
		v := &h.values[z]
		if h.count[z] == 0 {
			score := SharedWays.part(v.ways) + SharedThemes.part(v.themes) + Experience.part(float64(len(h.takes[z])))
			if h.country[z] == h.country[x] {
				score += SameCountry.part(1)
			}
			if h.kind[z] == h.kind[x] {
				score += SameType.part(1)
			}
			rows = append(rows, row{z, score})
		}
		*v = bareValues{}
	}
	for _, y := range append(partners, x) {
		h.count[y] = 0
	}
	slices.SortFunc(rows, func(y, z row) int { return cmp.Or(cmp.Compare(z.score, y.score), cmp.Compare(y.who, z.who)) })
	clear(h.marked)
	return len(rows)
}

// BenchmarkSuggest suggests partners to actors of few, some and most projects of Horizon 2020,
// beside the plain arrays.
func BenchmarkSuggest(b *testing.B) {
	h := newHorizon(b)
	bare := newBare(h)
	var actors []uint32
	for x, n := range h.nodes {
		if n.Kind == organisation {
			actors = append(actors, uint32(x))
		}
	}
	slices.SortStableFunc(actors, func(x, y uint32) int { return cmp.Compare(len(h.takes[y]), len(h.takes[x])) })
	for _, x := range []uint32{actors[0], actors[100], actors[1000], actors[10_000]} {
		id := h.nodes[x].ID
		b.Run(fmt.Sprintf("%d projects", len(h.takes[x])), func(b *testing.B) {
			b.ReportAllocs()
			suggested := 0
			var graph, plain []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := h.store.View(context.Background(), store.Revision{}, func(r store.Reader) error {
					s, err := analyst.SuggestPartners(context.Background(), r, SuggestionQuery{For: []string{id}})
					if err == nil {
						suggested = s.Len()
					}
					return err
				}); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				if n := bare.suggest(x); n != suggested {
					b.Fatalf("%d are suggested, want %d", suggested, n)
				}
				graph, plain = append(graph, middle.Sub(start)), append(plain, time.Since(middle))
			}
			b.ReportMetric(float64(suggested), "suggested")
			b.ReportMetric(float64(slices.Min(graph)), "graph-ns")
			b.ReportMetric(float64(slices.Min(plain)), "arrays-ns")
			b.ReportMetric(float64(slices.Min(graph))/float64(slices.Min(plain)), "ratio")
		})
	}
}
