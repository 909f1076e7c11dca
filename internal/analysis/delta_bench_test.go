package analysis

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
)

// committing is Horizon 2020 whose mirror is told of commits one by one.
type committing struct {
	*large
	commits chan store.Commit
	log     []store.Entry
}

func (c *committing) Follow(ctx context.Context, _ store.Revision, tell func(store.Commit) error) error {
	for {
		select {
		case commit := <-c.commits:
			if err := tell(commit); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *committing) Log(ctx context.Context, since store.Since, until store.Revision, tell func(store.Entry) error) error {
	for _, e := range c.log {
		if e.Revision.Number > since.Revision.Number && e.Revision.Number <= until.Number {
			if err := tell(e); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// BenchmarkCarriedOn asks the first question of a revision after a commit of one edge, of one text, or
// of nothing that is seen: by an analyst who knew the revision before, beside one who reads anew.
func BenchmarkCarriedOn(b *testing.B) {
	l, _ := newHorizon2020(b)
	c := &committing{large: l, commits: make(chan store.Commit)}
	s, err := mirror.Open(b.Context(), c, schema, mirror.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	var actors, projects []string
	for _, n := range l.nodes {
		switch n.Kind {
		case "Organisation":
			actors = append(actors, n.ID)
		case project:
			projects = append(projects, n.ID)
		}
	}
	at := revision
	commit := func(change func(*store.Commit, *store.Entry)) {
		at.Number++
		made, told := store.Commit{Revision: at, At: time.Now()}, store.Entry{Revision: at, Changes: []store.Change{}}
		change(&made, &told)
		c.log = append(c.log, told)
		c.commits <- made
	}
	edge := func(made *store.Commit, told *store.Entry) {
		n := int(at.Number)
		e := &store.Edge{EdgeID: store.EdgeID{Type: participatesIn, From: actors[n*7919%len(actors)], To: projects[n*104729%len(projects)], Key: fmt.Sprint(n)}}
		made.Edges = []*store.Edge{e}
		told.Changes = []store.Change{{Subject: store.Subject{Edge: e.EdgeID}, What: store.New}}
	}
	text := func(made *store.Commit, told *store.Entry) {
		id := actors[int(at.Number)*7919%len(actors)]
		made.Nodes = []*store.Node{{ID: id, Kind: "Organisation", Props: store.PropsOf(map[string]any{"name": id, "city": fmt.Sprint(at.Number)})}}
		told.Changes = []store.Change{{Subject: store.Subject{Node: id}, Kind: "Organisation", What: store.Changed, Props: []string{"city"}}}
	}
	nothing := func(*store.Commit, *store.Entry) {}
	questions := []struct {
		name string
		ask  func(*Analyst, store.Reader) error
	}{
		{"the topology", func(a *Analyst, r store.Reader) error {
			_, err := a.snapshot(r).participations(b.Context(), r, a)
			return err
		}},
		{"degree", func(a *Analyst, r store.Reader) error {
			_, err := a.Rankings(b.Context(), r, RankingQuery{By: Degree})
			return err
		}},
		{"contribution by country", func(a *Analyst, r store.Reader) error {
			_, err := a.Breakdown(b.Context(), r, BreakdownQuery{Of: OfParticipations, By: []Dimension{Country}, Measure: Contribution})
			return err
		}},
	}
	for _, kind := range []struct {
		name   string
		change func(*store.Commit, *store.Entry)
	}{{"an edge", edge}, {"a text", text}, {"nothing that is seen", nothing}} {
		for _, q := range questions {
			b.Run(kind.name+"/"+q.name, func(b *testing.B) {
				var carried, anew []time.Duration
				knows := newAnalyst()
				ask := func(a *Analyst) time.Duration {
					start := time.Now()
					if err := s.View(b.Context(), at, func(r store.Reader) error { return q.ask(a, r) }); err != nil {
						b.Fatal(err)
					}
					return time.Since(start)
				}
				commit(kind.change)
				ask(knows)
				for b.Loop() {
					commit(kind.change)
					if err := s.View(b.Context(), at, func(store.Reader) error { return nil }); err != nil { // it is there
						b.Fatal(err)
					}
					carried = append(carried, ask(knows))
					anew = append(anew, ask(newAnalyst()))
				}
				b.ReportMetric(float64(slices.Min(carried)), "carried-ns")
				b.ReportMetric(float64(slices.Min(anew)), "anew-ns")
				b.ReportMetric(float64(slices.Min(carried))/float64(slices.Min(anew)), "ratio")
			})
		}
	}
}
