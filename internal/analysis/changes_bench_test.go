package analysis

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// logged is a log in memory.
type logged struct {
	store.Reader
	entries []store.Entry
}

func (l *logged) Revision() store.Revision { return l.entries[len(l.entries)-1].Revision }

func (l *logged) Log(_ context.Context, _ store.Since, tell func(store.Entry) error) error {
	for _, e := range l.entries {
		if err := tell(e); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkChanges folds 1,000 entries of 100 changes each, beside the same over a plain map of what
// became of each node or edge, put in order. Decoding the log is the store's, and in neither.
func BenchmarkChanges(b *testing.B) {
	l := &logged{}
	for i := range 1000 {
		e := store.Entry{Revision: store.Revision{Epoch: "e", Number: uint64(i + 1)}, At: time.Unix(int64(i), 0), By: "ann"}
		for k := range 100 {
			n := (i*100 + k*37) % 60_000
			if c := (store.Change{Kind: "Organisation", What: store.Changed, Props: []string{"city"}, Sources: []string{"s"}}); k%2 == 0 {
				c.Node = fmt.Sprint("o", n)
				e.Changes = append(e.Changes, c)
			} else {
				e.Changes = append(e.Changes, store.Change{Subject: store.Subject{Edge: store.EdgeID{Type: participatesIn, From: fmt.Sprint("o", n), To: fmt.Sprint("p", n/2)}}, What: store.New})
			}
		}
		l.entries = append(l.entries, e)
	}
	plain := func() int {
		last := map[store.Subject]uint64{}
		_ = l.Log(b.Context(), store.Since{}, func(e store.Entry) error {
			for _, c := range e.Changes {
				last[c.Subject] = e.Revision.Number
			}
			return nil
		})
		type at struct {
			number uint64
			of     store.Subject
		}
		of := make([]at, 0, len(last))
		for s, n := range last {
			of = append(of, at{n, s})
		}
		slices.SortFunc(of, func(x, y at) int { return int(x.number) - int(y.number) })
		return len(of)
	}
	var folded, bare []time.Duration
	for b.Loop() {
		start := time.Now()
		got, _, err := Changes(b.Context(), l, ChangesQuery{})
		if err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if n := plain(); n != len(got) {
			b.Fatalf("%d changes, want %d", len(got), n)
		}
		folded, bare = append(folded, middle.Sub(start)), append(bare, time.Since(middle))
	}
	b.ReportMetric(float64(slices.Min(folded))/float64(slices.Min(bare)), "ratio")
}
