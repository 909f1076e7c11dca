package analysis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

func newAnalyst() *Analyst { return New(ontology.Served()) }

// Revision is that of the fake; it is another one once the graph has more in it.
func (f *fake) Revision() store.Revision {
	return store.Revision{Epoch: "fake", Number: uint64(len(f.nodes) + len(f.edges))}
}

// Log does not tell how it came to be so.
func (f *fake) Log(context.Context, store.Since, func(store.Entry) error) error {
	return fmt.Errorf("%w: nobody wrote it down", store.ErrBehind)
}

func TestASnapshotIsOfOneRevision(t *testing.T) {
	a := newAnalyst()
	ask := func(f *fake) string {
		n, err := a.project(context.Background(), f, Projection{})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(n.Ties())
	}
	before := ecosystem()
	first := ask(before)
	old := a.newest
	if ask(before); a.newest != old {
		t.Error("the same revision has another snapshot")
	}
	after := ecosystem()
	after.node("Project", "p9", nil)
	after.link("PARTICIPATES_IN", "a", "p9", "", nil)
	after.link("PARTICIPATES_IN", "e", "p9", "", nil)
	then := ask(after)
	if then == first || a.newest == old {
		t.Errorf("%s ties before and %s after", first, then)
	}
	// A view that goes on longer sees what it saw, and does not take the place of the newest.
	newest := a.newest
	if ask(before) != first || a.newest != newest {
		t.Error("an older view is told of, or replaced, what is newer")
	}
}

// torn is a reader whose nodes change while they are read.
type torn struct{ *fake }

func (r torn) Slots(ctx context.Context, ids []string) ([]store.Slot, error) {
	slots, err := r.fake.Slots(ctx, ids)
	for i, id := range ids {
		if id == "p1" {
			slots[i] = 0
		}
	}
	return slots, err
}

type grown struct{ *fake }

func (r grown) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	page, err := r.fake.Find(ctx, kinds, w)
	if kinds[0] == project {
		page.Hits = page.Hits[:1]
	}
	return page, err
}

func TestAViewThatChangesIsToldSo(t *testing.T) {
	for _, r := range []store.Reader{torn{ecosystem()}, grown{ecosystem()}} {
		if _, err := newAnalyst().project(context.Background(), r, Projection{}); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%T: %v", r, err)
		}
	}
}

func TestWorkIsDoneOnceForAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemo(4, 1<<20)
		var times atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				v, err := remember(t.Context(), m, "k", func() (int, error) {
					times.Add(1)
					time.Sleep(time.Second)
					return 7, nil
				})
				if v != 7 || err != nil {
					t.Error(v, err)
				}
			})
		}
		all.Wait()
		if times.Load() != 1 {
			t.Errorf("%d times", times.Load())
		}
	})
}

// TestOthersTakeOver: whoever works gives up, by its deadline or by a panic, or its view
// fails; those who wait do the work themselves.
func TestOthersTakeOver(t *testing.T) {
	ends := map[string]func(context.Context) (int, error){
		"deadline": func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
		"deadline, told as something else": func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, fmt.Errorf("%w: the database hung up", store.ErrInvalid)
		},
		"view":  func(context.Context) (int, error) { time.Sleep(time.Second); return 0, store.ErrUnavailable },
		"panic": func(context.Context) (int, error) { time.Sleep(time.Second); panic("oh") },
	}
	for name, end := range ends {
		synctest.Test(t, func(t *testing.T) {
			m := newMemo(4, 1<<20)
			var all sync.WaitGroup
			all.Go(func() {
				defer func() { _ = recover() }()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if _, err := remember(ctx, m, "k", func() (int, error) { return end(ctx) }); err == nil {
					t.Errorf("%s: the first has no error", name)
				}
			})
			synctest.Wait()
			var times atomic.Int32
			for range 5 {
				all.Go(func() {
					v, err := remember(t.Context(), m, "k", func() (int, error) { times.Add(1); time.Sleep(time.Second); return 7, nil })
					if v != 7 || err != nil {
						t.Errorf("%s: %v, %v", name, v, err)
					}
				})
			}
			all.Go(func() { // who waits gives up, too
				ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
				defer cancel()
				if _, err := remember(ctx, m, "k", func() (int, error) { return 0, nil }); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: %v", name, err)
				}
			})
			all.Wait()
			if times.Load() != 1 {
				t.Errorf("%s: done %d times", name, times.Load())
			}
		})
	}
}

func TestErrorsAreToldToAllAndNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemo(4, 1<<20)
		var times atomic.Int32
		var all sync.WaitGroup
		work := func() (int, error) {
			times.Add(1)
			time.Sleep(time.Second)
			return 0, fmt.Errorf("%w: this", ErrTooMuch)
		}
		for range 3 {
			all.Go(func() {
				if _, err := remember(t.Context(), m, "k", work); !errors.Is(err, ErrTooMuch) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if _, err := remember(t.Context(), m, "k", work); err == nil || times.Load() != 2 {
			t.Errorf("%v after %d times", err, times.Load())
		}
	})
}

type heavy int64

func (h heavy) bytes() int64 { return int64(h) }

func TestWhatIsKeptIsBounded(t *testing.T) {
	m := newMemo(3, 100)
	put := func(key string, n heavy) {
		if got, err := remember(t.Context(), m, key, func() (heavy, error) { return n, nil }); got != n || err != nil {
			t.Error(key, got, err)
		}
	}
	for _, step := range []struct {
		key  string
		size heavy
		want []any
	}{
		{"a", 40, []any{"a"}},
		{"b", 40, []any{"a", "b"}},
		{"a", 40, []any{"b", "a"}},
		{"c", 50, []any{"a", "c"}}, // with b it would be 130
		{"huge", 101, []any{"a", "c"}},
		{"d", 0, []any{"a", "c", "d"}},
		{"e", 0, []any{"c", "d", "e"}},
	} {
		put(step.key, step.size)
		if got := m.kept.Keys(); fmt.Sprint(got) != fmt.Sprint(step.want) {
			t.Errorf("after %s: %v; want %v", step.key, got, step.want)
		}
	}
	if m.bytes != 50 {
		t.Errorf("%d bytes", m.bytes)
	}
}

func TestADeadlineEndsAProjection(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newAnalyst().project(ctx, ecosystem(), Projection{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
