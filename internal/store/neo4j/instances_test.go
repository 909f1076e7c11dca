package neo4j

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// TestInstances has several instances of the service share a database, some of which answer
// from memory and some in Cypher.
func TestInstances(t *testing.T) {
	server := neo4jtest.Shared(t)
	server.Wipe(t)
	opts := optionsFor(server)
	a, b := openAs(t, opts), openAs(t, opts)
	all := []store.Store{a, b, mirrored(t, openAs(t, opts)), mirrored(t, openAs(t, opts))}
	const each = 8 // batches of a writer

	following, stop := context.WithCancel(t.Context())
	defer stop()
	var told [2][]store.Commit
	var followers sync.WaitGroup
	for i, s := range []*Store{a, b} {
		followers.Go(func() {
			var last store.Revision
			err := store.ErrUnavailable
			for errors.Is(err, store.ErrUnavailable) { // of a server that has too much to do
				err = s.Follow(following, last, func(c store.Commit) error {
					told[i], last = append(told[i], c), c.Revision
					return nil
				})
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("follow: %v", err)
			}
		})
	}

	// What one has changed another sees, if it is asked for that revision.
	var slowest atomic.Int64
	var writers sync.WaitGroup
	for i, s := range all {
		writers.Go(func() {
			for n := range each {
				ids := []string{fmt.Sprintf("w%d-%d-a", i, n), fmt.Sprintf("w%d-%d-b", i, n)}
				r, err := s.Apply(limited(t, time.Minute), store.Batch{By: ids[0], Nodes: []store.NodeRecord{organisation(ids[0]), organisation(ids[1])}})
				if err != nil {
					t.Errorf("a batch of instance %d: %v", i, err)
					return
				}
				token, err := store.ParseRevision(r.Revision.String())
				if err != nil {
					t.Error(err)
				}
				other := (i + 1 + n%(len(all)-1)) % len(all)
				begun := time.Now()
				if found, err := look(limited(t, time.Minute), all[other], token, ids...); found != 2 || err != nil {
					t.Errorf("instance %d sees %d of the 2 nodes of instance %d at %s: %v", other, found, i, token, err)
				}
				slowest.Store(max(slowest.Load(), int64(time.Since(begun))))
			}
		})
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for i, s := range all {
		readers.Go(func() {
			var last store.Revision
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
				ids := []string{fmt.Sprintf("w%d-%d-a", n%4, n%each), fmt.Sprintf("w%d-%d-b", n%4, n%each)}
				err := s.View(limited(t, time.Minute), last, func(r store.Reader) error {
					nodes, err := r.Nodes(t.Context(), ids)
					if err != nil {
						return err
					}
					if (nodes[0] == nil) != (nodes[1] == nil) {
						t.Errorf("instance %d shows half a batch at %s", i, r.Revision())
					}
					if r.Revision().Number < last.Number {
						t.Errorf("instance %d goes back from %s to %s", i, last, r.Revision())
					}
					last = r.Revision()
					return nil
				})
				if err != nil {
					t.Errorf("instance %d: %v", i, err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	t.Logf("the slowest view of another's change took %v", time.Duration(slowest.Load()))

	log := wholeLog(t, openAs(t, opts))
	if len(log) != len(all)*each {
		t.Errorf("%d commits, want %d", len(log), len(all)*each)
	}
	// Whoever follows is told within a second.
	time.Sleep(time.Second)
	stop()
	followers.Wait()
	for i := range told {
		if len(told[i]) != len(log) {
			t.Errorf("follower %d was told %d of %d commits", i, len(told[i]), len(log))
			continue
		}
		for n := range log {
			if x, y := told[i][n], log[n]; x.Revision != y.Revision || x.By != y.By || !reflect.DeepEqual(x.Nodes, y.Nodes) {
				t.Errorf("follower %d was told %s by %s at place %d, where the log has %s by %s", i, x.Revision, x.By, n, y.Revision, y.By)
			}
		}
	}
	for i, s := range all {
		if err := s.Check(t.Context(), func(p store.Problem) { t.Errorf("instance %d: %s: %s", i, p.Subject, p.What) }); err != nil {
			t.Error(err)
		}
	}
}

// TestOpeningAtOnce has instances meet an empty database, and one that is to be brought up
// to date, at the same time.
func TestOpeningAtOnce(t *testing.T) {
	server := neo4jtest.Shared(t)
	server.WipeSchema(t)
	was := migrations
	t.Cleanup(func() {
		migrations = was
		server.Wipe(t) // of a layout that nobody else knows
	})
	for round := range 2 {
		migrations = append(migrations[:len(migrations):len(migrations)], func(_ context.Context, _ *Store, t *tx) error {
			return t.do(`MATCH (g:_Graph {id: 0}) SET g.migrated = coalesce(g.migrated, 0) + 1`, nil)
		})
		stores, errs := make([]*Store, 4), make([]error, 4)
		var all sync.WaitGroup
		for i := range stores {
			all.Go(func() { stores[i], errs[i] = Open(t.Context(), storetest.Schema(), optionsFor(server)) })
		}
		all.Wait()
		epochs := map[string]bool{}
		for i, s := range stores {
			if errs[i] != nil {
				t.Errorf("round %d, instance %d: %v", round, i, errs[i])
				continue
			}
			r, err := s.Revision(t.Context())
			if err != nil {
				t.Error(err)
			}
			epochs[r.Epoch] = true
			problems, err := s.CheckSchema(t.Context())
			if len(problems) > 0 || err != nil {
				t.Errorf("round %d, instance %d: %v %v", round, i, problems, err)
			}
			err = s.read(t.Context(), `MATCH (g:_Graph) RETURN g.layout, g.migrated, count(*)`, nil, func(v []any) error {
				if num(v[0]) != int64(layoutVersion()) || num(v[1]) != int64(round+1) || num(v[2]) != 1 {
					t.Errorf("round %d: layout %v, migrated %v times, %v of them", round, v[0], v[1], v[2])
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if len(epochs) != 1 {
			t.Errorf("round %d: %d epochs", round, len(epochs))
		}
	}
}
