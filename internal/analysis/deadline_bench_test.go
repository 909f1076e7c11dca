package analysis

import (
	"context"
	"errors"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// BenchmarkDeadline asks questions of Horizon 2020 that have a millisecond, and tells how late they
// end, at worst: with nothing kept of the revision, and with its topology there.
func BenchmarkDeadline(b *testing.B) {
	l, s := newHorizon2020(b)
	most, count := "", 0
	for x, projects := range l.projects {
		if l.nodes[x].Kind == "Organisation" && len(projects) > count {
			most, count = l.nodes[x].ID, len(projects)
		}
	}
	far := ""
	for x, projects := range l.projects {
		if l.nodes[x].Kind == "Organisation" && len(projects) == 1 {
			far = l.nodes[x].ID
		}
	}
	ranked := func(q RankingQuery) func(context.Context, *Analyst, store.Reader) error {
		return func(ctx context.Context, a *Analyst, r store.Reader) error {
			_, err := a.Rankings(ctx, r, q)
			return err
		}
	}
	questions := map[string]func(context.Context, *Analyst, store.Reader) error{
		"degree":      ranked(RankingQuery{By: Degree}),
		"eigenvector": ranked(RankingQuery{By: Eigenvector}),
		"betweenness": ranked(RankingQuery{By: Betweenness}),
		"closeness":   ranked(RankingQuery{By: Closeness}),
		"constraint":  ranked(RankingQuery{By: Constraint}),
		"brokerage":   ranked(RankingQuery{By: Brokerage}),
		"communities": func(ctx context.Context, a *Analyst, r store.Reader) error {
			_, err := a.divide(ctx, r, Projection{}, 1, 0)
			return err
		},
		"network links": func(ctx context.Context, a *Analyst, r store.Reader) error {
			links, err := a.NetworkLinks(ctx, r, LinkQuery{})
			if err == nil && links.Len() > 0 {
				_, err = links.At(0).PartnerPairs()
			}
			return err
		},
		"breakdown": func(ctx context.Context, a *Analyst, r store.Reader) error {
			_, err := a.Breakdown(ctx, r, BreakdownQuery{Of: OfParticipations, By: []Dimension{Country, Network}, Measure: Contribution})
			return err
		},
		"suggestions": func(ctx context.Context, a *Analyst, r store.Reader) error {
			_, err := a.SuggestPartners(ctx, r, SuggestionQuery{For: []string{most}})
			return err
		},
		"paths": func(ctx context.Context, a *Analyst, r store.Reader) error {
			_, err := a.Paths(ctx, r, PathQuery{From: most, To: far, First: 100, MaxLength: 12})
			return err
		},
		"neighbourhood": func(ctx context.Context, a *Analyst, r store.Reader) error {
			_, err := a.Neighbourhood(ctx, r, NeighbourhoodQuery{Of: most, Depth: 3, First: 1000, MinWeight: 1})
			return err
		},
	}
	knows := newAnalyst()
	if err := s.View(b.Context(), store.Revision{}, func(r store.Reader) error {
		if _, err := knows.snapshot(r).participations(b.Context(), r, knows); err != nil {
			return err
		}
		_, err := knows.project(b.Context(), r, Projection{})
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for name, ask := range questions {
		for of, a := range map[string]func() *Analyst{"nothing kept": newAnalyst, "the network kept": func() *Analyst { return knows }} {
			b.Run(name+"/"+of, func(b *testing.B) {
				var worst time.Duration
				var late []time.Duration
				for b.Loop() {
					ctx, cancel := context.WithTimeout(b.Context(), time.Millisecond)
					start := time.Now()
					err := s.View(ctx, store.Revision{}, func(r store.Reader) error { return ask(ctx, a(), r) })
					took := time.Since(start)
					cancel()
					if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ErrTooMuch) {
						b.Fatal(err)
					}
					worst, late = max(worst, took-time.Millisecond), append(late, took)
				}
				least := late[0]
				for _, d := range late {
					least = min(least, d)
				}
				b.ReportMetric(float64(worst)/1e6, "worst-late-ms")
				b.ReportMetric(float64(least-time.Millisecond)/1e6, "least-late-ms")
			})
		}
	}
}
