package analysis

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// tied is the network of partners as plain arrays say it: for each actor the others, with how
// many projects they share.
func (l *large) tied(members [][]uint32, count []uint32) (off, to []uint32, weight []float64) {
	off = []uint32{0}
	var met []uint32
	for x := range uint32(len(l.nodes)) {
		met = met[:0]
		for _, p := range l.projects[x] {
			for _, y := range members[p] {
				if y != x {
					if count[y] == 0 {
						met = append(met, y)
					}
					count[y]++
				}
			}
		}
		slices.Sort(met)
		for _, y := range met {
			to, weight = append(to, y), append(weight, float64(count[y]))
			count[y] = 0
		}
		off = append(off, uint32(len(to)))
	}
	return off, to, weight
}

// BenchmarkProjection makes the network of partners of the whole graph: anew, as for a new
// revision; again with another condition, as for the same revision; and beside plain arrays.
func BenchmarkProjection(b *testing.B) {
	l, s := newLarge(b)
	members := make([][]uint32, len(l.nodes))
	for x, projects := range l.projects {
		for _, p := range projects {
			if l.nodes[p].Kind == project {
				members[p] = append(members[p], uint32(x))
			}
		}
	}
	count := make([]uint32, len(l.nodes))
	var first, again, plain []time.Duration
	for b.Loop() {
		a := newAnalyst()
		start := time.Now()
		if err := s.View(context.Background(), store.Revision{}, func(r store.Reader) error {
			n, err := a.project(context.Background(), r, Projection{})
			if err != nil {
				return err
			}
			first = append(first, time.Since(start))
			middle := time.Now()
			if _, err := a.project(context.Background(), r, Projection{Least: 0.5}); err != nil {
				return err
			}
			again = append(again, time.Since(middle))
			start = time.Now()
			_, to, _ := l.tied(members, count)
			plain = append(plain, time.Since(start))
			if len(to) != len(n.To) {
				return fmt.Errorf("%d ties, want %d", len(n.To), len(to))
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	// The least of each is told: whatever else runs here only adds to it.
	least := float64(slices.Min(plain))
	b.ReportMetric(float64(slices.Min(first))/least, "first-ratio")
	b.ReportMetric(float64(slices.Min(again))/least, "again-ratio")
}
