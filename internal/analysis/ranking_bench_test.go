package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/store"
)

// BenchmarkRankings ranks the actors of Horizon 2020. A question that is asked for the first time of a
// revision reads the topology, projects it, measures, puts in order and tells 100 places; beside
// that stands the measure alone, over the same arrays. What is asked again comes from what is kept.
func BenchmarkRankings(b *testing.B) {
	_, s := newHorizon2020(b)
	damping := 0.85
	sample := func(off float64) *centrality.Sampling {
		return &centrality.Sampling{Error: off, Confidence: 0.9, Seed: 1}
	}
	for _, c := range []struct {
		name string
		q    RankingQuery
	}{
		{"degree", RankingQuery{By: Degree}},
		{"betweenness to 0.01", RankingQuery{By: Betweenness, Sample: sample(0.01)}},
		{"closeness", RankingQuery{By: Closeness}},
		{"eigenvector", RankingQuery{By: Eigenvector}},
		{"page rank", RankingQuery{By: PageRank, Damping: &damping}},
		{"constraint", RankingQuery{By: Constraint}},
		{"brokerage", RankingQuery{By: Brokerage}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var whole, alone, again []time.Duration
			for b.Loop() {
				a := newAnalyst()
				read := func() time.Duration {
					start := time.Now()
					if err := s.View(b.Context(), store.Revision{}, func(r store.Reader) error {
						k, err := a.Rankings(b.Context(), r, c.q)
						if err != nil {
							return err
						}
						for i := range min(100, k.Len()) {
							if at := k.At(i); at.ID == "" {
								return fmt.Errorf("place %d is nobody's", i)
							}
						}
						return nil
					}); err != nil {
						b.Fatal(err)
					}
					return time.Since(start)
				}
				whole = append(whole, read())
				again = append(again, read())
				// The arrays are there, and so are the groups.
				if err := s.View(b.Context(), store.Revision{}, func(r store.Reader) error {
					n, err := a.project(b.Context(), r, c.q.Projection)
					if err != nil {
						return err
					}
					m, err := c.q.measured()
					if err != nil {
						return err
					}
					start := time.Now()
					_, err = a.measure(b.Context(), r, a.snapshot(r), m, n)
					alone = append(alone, time.Since(start))
					b.ReportMetric(float64(n.Len()), "actors")
					b.ReportMetric(float64(n.Ties()), "ties")
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
			w, m := slices.Min(whole), slices.Min(alone)
			b.ReportMetric(float64(w), "graph-ns")
			b.ReportMetric(float64(m), "arrays-ns")
			b.ReportMetric(float64(w)/float64(m), "ratio")
			b.ReportMetric(float64(slices.Min(again)), "again-ns")
		})
	}
	b.Run("exact betweenness in no time", func(b *testing.B) {
		for b.Loop() {
			ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
			start := time.Now()
			err := s.View(ctx, store.Revision{}, func(r store.Reader) error {
				_, err := newAnalyst().Rankings(ctx, r, RankingQuery{By: Betweenness})
				return err
			})
			cancel()
			if !errors.Is(err, ErrTooMuch) || time.Since(start) > 9*time.Second {
				b.Fatalf("%v after %v", err, time.Since(start))
			}
			b.Log(err)
		}
	})
}
