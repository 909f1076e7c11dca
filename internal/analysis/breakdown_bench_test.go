package analysis

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// arrays are what breakdowns look at as plain arrays over numbers in the order of ids.
type arrays struct {
	actors             []uint32
	takesPart, located ragged // actor -> project, place
	paid               []store.Cents
	partOf             []uint32 // 0 is none
	country            []bool
}

// ragged is rows of different lengths.
type ragged struct{ off, to []uint32 }

func (r *ragged) of(i uint32) (from, until uint32) { return r.off[i], r.off[i+1] }

func newArrays(l *large) *arrays {
	n := len(l.nodes)
	a := &arrays{partOf: make([]uint32, n), country: make([]bool, n)}
	rows := func(typ string, each func(*store.Edge)) ragged {
		r := ragged{off: make([]uint32, n+1)}
		for _, e := range l.edges { // by type and from
			if e.Type == typ {
				r.off[l.number[e.From]+1]++
				r.to = append(r.to, l.number[e.To])
				each(e)
			}
		}
		for i := range n {
			r.off[i+1] += r.off[i]
		}
		return r
	}
	a.takesPart = rows("PARTICIPATES_IN", func(e *store.Edge) { a.paid = append(a.paid, e.Props.Get("contribution").(store.Money).Amount) })
	a.located = rows("LOCATED_IN", func(*store.Edge) {})
	rows("PART_OF", func(e *store.Edge) { a.partOf[l.number[e.From]] = l.number[e.To] })
	for i, x := range l.nodes {
		switch x.Kind {
		case "Organisation", "Cluster", "Network":
			a.actors = append(a.actors, uint32(i))
		case "Place":
			a.country[i] = x.Props.Text("level") == "COUNTRY"
		}
	}
	return a
}

type cell struct {
	count, actors int
	paid          store.Cents
}

// countries is participations by country.
func (a *arrays) countries(paid bool) []cell {
	out := make([]cell, len(a.country))
	for _, x := range a.actors {
		at := uint32(0)
		for i, end := a.located.of(x); i < end; i++ {
			for at = a.located.to[i]; at != 0 && !a.country[at]; {
				at = a.partOf[at]
			}
		}
		from, until := a.takesPart.of(x)
		if from == until {
			continue
		}
		c := &out[at]
		c.actors++
		c.count += int(until - from)
		if paid {
			for _, p := range a.paid[from:until] {
				c.paid += p
			}
		}
	}
	return slices.DeleteFunc(out, func(c cell) bool { return c.count == 0 })
}

// BenchmarkBreakdown breaks the participations of the whole graph down.
func BenchmarkBreakdown(b *testing.B) {
	l, s := newLarge(b)
	a := newArrays(l)
	largest := "N0"
	for _, c := range []struct {
		name  string
		q     BreakdownQuery
		plain func() []cell
	}{
		{"participations by country", BreakdownQuery{Of: OfParticipations, By: []Dimension{Country}}, func() []cell { return a.countries(false) }},
		{"contribution by country", BreakdownQuery{Of: OfParticipations, By: []Dimension{Country}, Measure: Contribution}, func() []cell { return a.countries(true) }},
		{"contribution by country and year", BreakdownQuery{Of: OfParticipations, By: []Dimension{Country, Year}, Measure: Contribution}, nil},
		{"projects by country and topic", BreakdownQuery{Of: OfProjects, By: []Dimension{Country, Topic}}, nil},
		{"actors by network", BreakdownQuery{Of: OfActors, By: []Dimension{Network}}, nil},
		{"contribution by country within a network", BreakdownQuery{Of: OfParticipations, By: []Dimension{Country}, Measure: Contribution, Within: &largest}, nil},
	} {
		told := func(r store.Reader) error {
			d, err := analyst.Breakdown(context.Background(), r, c.q)
			if err != nil || c.plain == nil {
				return err
			}
			want := c.plain()
			for i := range d.Len() {
				g := d.At(i)
				if v, _ := g.Value.(store.Cents); !slices.Contains(want, cell{g.Count, g.Actors, v}) {
					return fmt.Errorf("%+v is not told by the arrays", g)
				}
			}
			if len(want) != d.Len() {
				return fmt.Errorf("%d groups, want %d", d.Len(), len(want))
			}
			return nil
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			if err := s.View(context.Background(), store.Revision{}, told); err != nil {
				b.Fatal(err)
			}
			// The least of both is told: whatever else runs here only adds to it.
			var graph, plain []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := s.View(context.Background(), store.Revision{}, func(r store.Reader) error {
					_, err := analyst.Breakdown(context.Background(), r, c.q)
					return err
				}); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				graph = append(graph, middle.Sub(start))
				if c.plain != nil {
					c.plain()
					plain = append(plain, time.Since(middle))
				}
			}
			slices.Sort(graph)
			b.ReportMetric(float64(graph[0]), "graph-ns")
			if plain != nil {
				slices.Sort(plain)
				b.ReportMetric(float64(plain[0]), "arrays-ns")
				b.ReportMetric(float64(graph[0])/float64(plain[0]), "ratio")
			}
		})
	}
}
