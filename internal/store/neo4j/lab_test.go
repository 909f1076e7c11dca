package neo4j

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// lab is a server of a test's own, which may be ended, and the network before it. Stores
// come by neo4j:// through the proxy.
type lab struct {
	*neo4jtest.Server
	proxy *neo4jtest.Proxy
}

func newLab(t *testing.T, settings map[string]string) *lab {
	t.Helper()
	p := neo4jtest.NewProxy(t, "")
	return &lab{neo4jtest.Start(t, neo4jtest.Config{Proxy: p, Settings: settings}), p}
}

// open opens a store, which is closed when the test ends.
func (l *lab) open(t *testing.T, change ...func(*Options)) *Store {
	t.Helper()
	return openAs(t, optionsFor(l.Server), change...)
}

func openAs(t *testing.T, opts Options, change ...func(*Options)) *Store {
	t.Helper()
	for _, c := range change {
		c(&opts)
	}
	s, err := Open(t.Context(), storetest.Schema(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // the server may be away by then
	return s
}

// mirrored is a mirror in front of a store of its own.
func mirrored(t *testing.T, s *Store) *mirror.Store {
	t.Helper()
	m, err := mirror.Open(t.Context(), s, storetest.Schema(), mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() }) // the server may be away by then
	return m
}

// clean is a store whose database was emptied before.
func (l *lab) clean(t *testing.T, change ...func(*Options)) *Store {
	t.Helper()
	l.proxy.Heal(t)
	l.Wipe(t)
	s := l.open(t, change...)
	t.Cleanup(func() { l.proxy.Heal(t) })
	return s
}

// limited is a context that ends after a while.
func limited(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), d)
	t.Cleanup(cancel)
	return ctx
}

// organisation is a record of an organisation that is called by its id.
func organisation(id string) store.NodeRecord {
	return store.NodeRecord{Ref: store.Ref{ID: id, Kind: "Organisation", Name: id}}
}

// look is a read of some nodes by itself: how many of them there are.
func look(ctx context.Context, s store.Store, atLeast store.Revision, ids ...string) (n int, err error) {
	err = s.View(ctx, atLeast, func(r store.Reader) error {
		n = 0
		nodes, err := r.Nodes(ctx, ids)
		for _, x := range nodes {
			if x != nil {
				n++
			}
		}
		return err
	})
	return n, err
}

// soon waits until there is no error, and tells how long that took.
func soon(t *testing.T, what string, within time.Duration, try func() error) time.Duration {
	t.Helper()
	begun := time.Now()
	for {
		err := try()
		took := time.Since(begun)
		if err == nil && took <= within {
			return took
		}
		if took > within {
			t.Errorf("%s: not within %v, but after %v: %v", what, within, took, err)
			return took
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// wholeLog are all commits of a store so far.
func wholeLog(t *testing.T, s store.Truth) (log []store.Commit) {
	t.Helper()
	now, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if now.Number == 0 {
		return nil
	}
	enough := errors.New("enough")
	err = s.Follow(limited(t, time.Minute), store.Revision{}, func(c store.Commit) error {
		log = append(log, c)
		if c.Revision == now {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("the log: %v", err)
	}
	return log
}

// ledger is what writers were told of their batches.
type ledger struct {
	mu     sync.Mutex
	source store.Ref
	acked  map[string]store.Result // by who applied
	doubt  map[string]bool         // those that may have happened
	slow   time.Duration           // the longest that a batch took to fail
	other  []error                 // of no class that is expected
}

func newLedger(t *testing.T, s store.Store) *ledger {
	t.Helper()
	l := &ledger{source: store.Ref{ID: "source", Kind: "Source", Name: "source"}, acked: map[string]store.Result{}, doubt: map[string]bool{}}
	if _, err := s.Apply(t.Context(), store.Batch{By: "ledger", Nodes: []store.NodeRecord{{Ref: l.source}}}); err != nil {
		t.Fatal(err)
	}
	return l
}

// batch makes a project that shows how often it was applied: it is made by a name that the
// same batch takes from it, so that the next one makes another, with "-2" behind its id.
func (l *ledger) batch(by, id string) store.Batch {
	said := store.Said{Source: l.source, Rank: store.FromField, Place: by}
	return store.Batch{ID: id, By: by, Nodes: []store.NodeRecord{
		{Ref: store.Ref{Kind: "Project", Name: "before " + by}, Said: said},
		{Ref: store.Ref{ID: nodeOf(by), Name: "after " + by}, Said: said},
	}}
}

func nodeOf(by string) string { return "name:before-" + by }

// count is how many batches were acknowledged.
func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// put notes what became of a batch.
func (l *ledger) put(by string, r store.Result, err error, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.acked[by] = r
		delete(l.doubt, by)
		return
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		l.doubt[by] = true
	default:
		l.other = append(l.other, err)
	}
	l.slow = max(l.slow, took)
}

// write applies batches, one after another, until stop is closed. Those with an id are
// applied again while nobody knows what became of them.
func (l *ledger) write(s store.Store, who string, named bool, stop <-chan struct{}) {
	for n := 0; ; n++ {
		by := fmt.Sprintf("%s-%d", who, n)
		id := ""
		if named {
			id = "batch " + by
		}
		for {
			select {
			case <-stop:
				return
			default:
			}
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			begun := time.Now()
			r, err := s.Apply(ctx, l.batch(by, id))
			cancel()
			l.put(by, r, err, time.Since(begun))
			if err == nil {
				break
			}
			if !named {
				break // nobody knows whether it happened, so it must not be tried again
			}
		}
	}
}

// check compares what writers were told with the log and the graph.
func (l *ledger) check(t *testing.T, s store.Store, truth store.Truth) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, err := range l.other {
		t.Errorf("a writer was told: %v", err)
	}
	logged := map[string]store.Revision{}
	for i, c := range wholeLog(t, truth) {
		if c.Revision.Number != uint64(i)+1 {
			t.Fatalf("the log tells %s at place %d", c.Revision, i+1)
		}
		if was, twice := logged[c.By]; twice && c.By != "ledger" {
			t.Errorf("%s is in the log at %s and %s", c.By, was, c.Revision)
		}
		logged[c.By] = c.Revision
		if c.By != "ledger" && (len(c.Nodes) != 1 || c.Nodes[0].ID != nodeOf(c.By)) {
			t.Errorf("%s made %v", c.By, c.Nodes)
		}
	}
	for by, r := range l.acked {
		if logged[by] != r.Revision {
			t.Errorf("%s was acknowledged at %s and is in the log at %s", by, r.Revision, logged[by])
		}
	}
	for by := range logged {
		if _, acked := l.acked[by]; !acked && !l.doubt[by] && by != "ledger" {
			t.Errorf("%s is in the log, but nobody knows of it", by)
		}
	}
	var page store.Page
	if err := s.View(t.Context(), store.Revision{}, func(r store.Reader) (err error) {
		page, err = r.Find(t.Context(), []string{"Project"}, store.Window{First: 1 << 20})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if want := len(logged) - 1; len(page.Hits) != want {
		t.Errorf("%d projects, want %d", len(page.Hits), want)
	}
	t.Logf("%d batches were acknowledged, %d are in doubt, %d are in the log; the slowest failure took %v", len(l.acked), len(l.doubt), len(logged)-1, l.slow)
}
