package mirror

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"clustergraph/internal/store"
)

func open(t *testing.T, truth store.Truth) *Store {
	t.Helper()
	m, err := Open(t.Context(), truth, testSchema(), Options{Retry: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func place(id, name string) store.Batch {
	return store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: id, Kind: "Place"}, Props: store.PropsOf(map[string]any{"name": name})}}}
}

func apply(t *testing.T, to interface {
	Apply(context.Context, store.Batch) (store.Result, error)
}, b store.Batch) store.Revision {
	t.Helper()
	res, err := to.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return res.Revision
}

// nameOf is a node's name as a view at least at a revision shows it; empty if it is not there.
func nameOf(t *testing.T, m *Store, at store.Revision, id string) (name string) {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), 5*time.Second)
	defer done()
	err := m.View(ctx, at, func(r store.Reader) error {
		n, err := r.Nodes(ctx, []string{id})
		if err == nil && n[0] != nil {
			name = n[0].Name()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func sound(t *testing.T, m *Store) {
	t.Helper()
	if err := m.Check(t.Context(), func(p store.Problem) { t.Errorf("%s: %s", p.Subject, p.What) }); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func TestReadsOwnWrites(t *testing.T) {
	f := newFake()
	f.slow = true // the log tells nothing
	m := open(t, f)
	apply(t, m, place("a", "One"))
	if got := nameOf(t, m, store.Revision{}, "a"); got != "One" {
		t.Errorf("after writing through the mirror it shows %q", got)
	}
}

func TestFollowsOthers(t *testing.T) {
	f := newFake()
	m := open(t, f)
	var last store.Revision
	for i := range 100 {
		last = apply(t, f, place("a", fmt.Sprint(i)))
	}
	if got := nameOf(t, m, last, "a"); got != "99" {
		t.Errorf("the last name is %q", got)
	}
	if h := m.Health(); h.Revision != last || h.Err != nil || h.Nodes != 1 || f.loads != 1 {
		t.Errorf("health is %+v after %d loads", h, f.loads)
	}
	sound(t, m)
}

// Two callers' commits may come to the mirror in another order than they were made.
func TestCommitsInAnyOrder(t *testing.T) {
	f := newFake()
	f.slow = true
	m := open(t, f)
	apply(t, f, place("a", "One"))
	second := apply(t, f, place("a", "Two"))
	m.offer(f.log[1])
	if got := nameOf(t, m, store.Revision{}, "a"); got != "" {
		t.Errorf("the second commit is shown before the first: %q", got)
	}
	m.offer(f.log[0])
	if got := nameOf(t, m, second, "a"); got != "Two" {
		t.Errorf("both are there, and it shows %q", got)
	}
	if len(m.early) != 0 {
		t.Errorf("%d commits are kept for nothing", len(m.early))
	}
}

// Who wrote through the mirror while another process wrote, waits for the log.
func TestApplyWaitsForTheLog(t *testing.T) {
	f := newFake()
	f.slow = true
	m := open(t, f)
	apply(t, f, place("b", "Theirs"))
	shown := make(chan string)
	go func() {
		_, _ = m.Apply(context.Background(), place("a", "Ours"))
		shown <- nameOf(t, m, store.Revision{}, "a") + nameOf(t, m, store.Revision{}, "b")
	}()
	select {
	case got := <-shown:
		t.Fatalf("Apply did not wait: %q", got)
	case <-time.After(20 * time.Millisecond):
	}
	f.set(func() { f.slow = false })
	if got := <-shown; got != "OursTheirs" {
		t.Errorf("it shows %q", got)
	}
	// When the caller gives up waiting, the batch has happened all the same.
	f.set(func() { f.slow = true })
	time.Sleep(5 * time.Millisecond)
	apply(t, f, place("b", "Again"))
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if res, err := m.Apply(ctx, place("a", "Given up")); err != nil || res.Revision.Number != 4 {
		t.Errorf("a batch that happened: %v, %v", res.Revision, err)
	}
	f.set(func() { f.slow = false })
}

func TestWaitsForRevision(t *testing.T) {
	f := newFake()
	m := open(t, f)
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	view := func(ctx context.Context, at store.Revision) error {
		return m.View(ctx, at, func(store.Reader) error { return nil })
	}
	if err := view(ctx, store.Revision{Epoch: "a", Number: 1}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a revision that does not come: %v", err)
	}
	if err := view(t.Context(), store.Revision{Epoch: "z", Number: 0}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a revision of another store: %v", err)
	}
	seen := make(chan error)
	go func() { seen <- view(context.Background(), store.Revision{Epoch: "a", Number: 1}) }()
	apply(t, f, place("a", "One"))
	if err := <-seen; err != nil {
		t.Error(err)
	}
	go func() { seen <- view(context.Background(), store.Revision{Epoch: "a", Number: 9}) }()
	f.set(func() { f.epoch = "b" })
	if err := <-seen; !errors.Is(err, store.ErrConflict) {
		t.Errorf("the store was replaced while someone waited: %v", err)
	}
}

func TestLoadsAnewWhenBehind(t *testing.T) {
	f := newFake()
	f.slow = true
	m := open(t, f)
	for i := range 5 {
		apply(t, f, place("a", fmt.Sprint(i)))
	}
	f.set(func() { f.forgot, f.slow = 3, false })
	if got := nameOf(t, m, f.rev(), "a"); got != "4" || f.loads != 2 {
		t.Errorf("it shows %q after %d loads", got, f.loads)
	}
	// A new epoch: the content was replaced, with fewer commits.
	f.set(func() {
		f.epoch, f.log, f.forgot = "b", nil, 0
		delete(f.nodes, "a")
	})
	eventually(t, "the new epoch is not shown", func() bool { r, _ := m.Revision(t.Context()); return r.Epoch == "b" })
	if got := nameOf(t, m, store.Revision{}, "a"); got != "" {
		t.Errorf("what is gone is shown: %q", got)
	}
	sound(t, m)
}

// A commit that does not fit what is in memory is not shown half; the mirror loads anew.
func TestLoadsAnewWhenTorn(t *testing.T) {
	f := newFake()
	m := open(t, f)
	apply(t, m, place("a", "One"))
	f.set(func() { f.nodes["b"] = &store.Node{ID: "b", Kind: "Place"} }) // nobody told of it
	at := apply(t, m, store.Batch{Edges: []store.EdgeRecord{{Type: "PART_OF", From: store.Ref{ID: "a"}, To: store.Ref{ID: "b"}}}})
	err := m.View(t.Context(), at, func(r store.Reader) error {
		p, err := r.Expand(t.Context(), []string{"a"}, store.Rel{Type: "PART_OF"}, store.Window{First: store.All})
		if err == nil && (len(p[0].Hits) != 1 || p[0].Hits[0].Node.ID != "b") {
			t.Errorf("it shows %v", p)
		}
		return err
	})
	if err != nil || f.loads != 2 {
		t.Errorf("%v, %d loads", err, f.loads)
	}
	sound(t, m)
}

func TestRetriesAndSaysHowOldItIs(t *testing.T) {
	f := newFake()
	m := open(t, f)
	apply(t, m, place("a", "One"))
	lost := errors.New("the disk is gone")
	f.set(func() { f.broken = lost })
	eventually(t, "the failure is not told", func() bool { return errors.Is(m.Health().Err, lost) })
	if h := m.Health(); h.Since.IsZero() || h.Revision.Number != 1 {
		t.Errorf("health is %+v", h)
	}
	if got := nameOf(t, m, store.Revision{}, "a"); got != "One" || m.Ready(t.Context()) != nil {
		t.Errorf("without its truth it shows %q", got)
	}
	f.set(func() { f.broken = nil })
	at := apply(t, f, place("a", "Two"))
	if got := nameOf(t, m, at, "a"); got != "Two" {
		t.Errorf("it shows %q", got)
	}
	eventually(t, "it is not well again", func() bool { return m.Health().Err == nil })
}

// A truth that is away and whose log is merely waited for (a connection that hangs) is not
// taken for one where nothing happens. When it is back the mirror is well soon, though
// nothing happened; and a later failure has an age of its own.
func TestStaysOldWhileTheTruthIsAway(t *testing.T) {
	f := newFake()
	m := open(t, f)
	if since, stale := m.Stale(); stale || !since.IsZero() {
		t.Errorf("it begins as stale since %s", since)
	}
	gone := errors.New("the server is gone")
	f.set(func() { f.away, f.lost = gone, gone })
	eventually(t, "the failure is not told", func() bool { return m.Health().Err != nil })
	first, _ := m.Stale()
	f.set(func() { f.lost = nil })
	time.Sleep(2 * settled)
	if since, stale := m.Stale(); !stale || since != first {
		t.Errorf("stale: %v since %s, and not since %s", stale, since, first)
	}
	f.set(func() { f.away = nil })
	eventually(t, "it is not well again", func() bool { _, stale := m.Stale(); return !stale })
	f.set(func() { f.lost = gone })
	eventually(t, "the second failure is not told", func() bool { _, stale := m.Stale(); return stale })
	if since, _ := m.Stale(); !since.After(first) {
		t.Errorf("the second failure began at %s, the first at %s", since, first)
	}
}

// What waits for the log does not wait for ever if it cannot be followed.
func TestCheckWithoutTheLog(t *testing.T) {
	f := newFake()
	m := open(t, f)
	f.set(func() { f.slow = true })
	apply(t, f, place("a", "One"))
	f.set(func() { f.lost = errors.New("the log is gone") })
	eventually(t, "the failure is not told", func() bool { return m.Health().Err != nil })
	if err := m.Check(t.Context(), func(store.Problem) {}); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, f.lost) {
		t.Errorf("Check: %v", err)
	}
	if _, err := m.Apply(t.Context(), place("a", "Two")); err != nil {
		t.Errorf("a batch that happened: %v", err)
	}
	f.set(func() { f.epoch = "b" })
	if err := m.Check(t.Context(), func(store.Problem) {}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Check of what was replaced: %v", err)
	}
}

func TestRebuild(t *testing.T) {
	f := newFake()
	m := open(t, f)
	apply(t, m, place("a", "One"))
	f.set(func() {
		f.nodes["a"] = &store.Node{ID: "a", Kind: "Place", Props: store.PropsOf(map[string]any{"name": "Planted"})}
	})
	var found []string
	if err := m.Check(t.Context(), func(p store.Problem) { found = append(found, p.Subject+": "+p.What) }); err != nil || !strings.Contains(strings.Join(found, "\n"), "a: the mirror has other properties: name is One, not Planted") {
		t.Errorf("%v, found %q", err, found)
	}
	if err := m.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := nameOf(t, m, store.Revision{}, "a"); got != "Planted" {
		t.Errorf("it shows %q", got)
	}
	sound(t, m)
	f.set(func() { f.broken = errors.New("no") })
	if err := m.Rebuild(t.Context()); err == nil || nameOf(t, m, store.Revision{}, "a") != "Planted" {
		t.Errorf("a rebuild that failed: %v", err)
	}
	f.set(func() { f.broken = nil })
}

func TestCheckFindsDifferences(t *testing.T) {
	for what, plant := range map[string]func(*fake){
		"x: the mirror lacks the node": func(f *fake) { f.nodes["x"] = &store.Node{ID: "x", Kind: "Place"} },
		"b: the mirror has a node that is not there": func(f *fake) {
			delete(f.nodes, "b")
			for id := range f.edges {
				delete(f.edges, id)
			}
		},
		"a: the mirror takes it for a Org, not a Place": func(f *fake) {
			f.nodes["a"] = &store.Node{ID: "a", Kind: "Place", Props: f.nodes["a"].Props}
		},
		"a -JOINS-> b: the mirror has an edge at": func(f *fake) { delete(f.edges, store.EdgeID{Type: "JOINS", From: "a", To: "b"}) },
		"a -JOINS-> b (k): the mirror lacks the edge at": func(f *fake) {
			id := store.EdgeID{Type: "JOINS", From: "a", To: "b", Key: "k"}
			f.edges[id] = &store.Edge{EdgeID: id}
		},
		"a -JOINS-> b: the mirror has other properties: role is A, not B": func(f *fake) {
			id := store.EdgeID{Type: "JOINS", From: "a", To: "b"}
			f.edges[id] = &store.Edge{EdgeID: id, Props: store.PropsOf(map[string]any{"role": "B"})}
		},
		`a: the mirror does not find it by PIC "1"`: func(f *fake) {
			f.nodes["a"] = &store.Node{ID: "a", Kind: "Org", Props: f.nodes["a"].Props.With("identifiers", store.List{store.PropsOf(map[string]any{"scheme": "PIC", "value": "1"})})}
		},
		`a: the mirror does not find it by "old"`: func(f *fake) {
			f.nodes["a"] = &store.Node{ID: "a", Kind: "Org", Props: f.nodes["a"].Props.With("formerIds", store.List{"old"})}
		},
		`: the mirror finds other nodes by the word "other"`: func(f *fake) {
			f.nodes["a"] = &store.Node{ID: "a", Kind: "Org", Props: f.nodes["a"].Props.With("name", "Other")}
		},
		": the mirror counts 2 nodes and 1 edges, not 3 and 1": func(f *fake) { f.nodes["x"] = &store.Node{ID: "x", Kind: "Place"} },
	} {
		t.Run(what, func(t *testing.T) {
			f := newFake()
			m := open(t, f)
			apply(t, m, store.Batch{Nodes: []store.NodeRecord{
				{Ref: store.Ref{ID: "a", Kind: "Org"}, Props: store.PropsOf(map[string]any{"name": "One"})},
				{Ref: store.Ref{ID: "b", Kind: "Org"}, Props: store.PropsOf(map[string]any{"name": "Two"})},
			}, Edges: []store.EdgeRecord{{Type: "JOINS", From: store.Ref{ID: "a"}, To: store.Ref{ID: "b"}, Props: store.PropsOf(map[string]any{"role": "A"})}}})
			sound(t, m)
			f.set(func() { plant(f) })
			var found []string
			if err := m.Check(t.Context(), func(p store.Problem) { found = append(found, p.Subject+": "+p.What) }); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(found, "\n"), what) {
				t.Errorf("found only %q", found)
			}
		})
	}
}

// Every commit moves the one edge of a ring to the next node and counts up: a view in
// which the counts differ, or the edge is not one, shows two states.
func TestViewsShowOneState(t *testing.T) {
	const nodes, commits, readers = 20, 300, 4
	f := newFake()
	m := open(t, f)
	id := func(i int) string { return fmt.Sprint("n", i%nodes) }
	step := func(i int) store.Batch {
		var b store.Batch
		for n := range nodes {
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: id(n), Kind: "Place"}, Props: store.PropsOf(map[string]any{"name": fmt.Sprint("Count ", i), "size": i})})
		}
		b.Edges = []store.EdgeRecord{{Type: "PART_OF", From: store.Ref{ID: id(i)}, To: store.Ref{ID: id(i + 1)}}}
		if i > 0 {
			b.Steps = []store.Step{store.Unlink{Type: "PART_OF", From: store.Ref{ID: id(i - 1)}, To: store.Ref{ID: id(i)}}}
		}
		return b
	}
	apply(t, m, step(0))
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range readers {
		wg.Go(func() {
			last := uint64(0)
			for {
				select {
				case <-stop:
					return
				default:
				}
				err := m.View(context.Background(), store.Revision{}, func(r store.Reader) error {
					if n := r.Revision().Number; n < last {
						return fmt.Errorf("revision %d after %d", n, last)
					}
					last = r.Revision().Number
					return oneState(r, nodes, id)
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := 1; i < commits; i++ {
		if i%2 == 0 {
			apply(t, m, step(i))
		} else {
			apply(t, f, step(i)) // another process
		}
		if i == commits/2 {
			if err := m.Rebuild(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if i%50 == 0 {
			sound(t, m)
		}
	}
	close(stop)
	wg.Wait()
}

func oneState(r store.Reader, nodes int, id func(int) string) error {
	ctx, count := context.Background(), int64(r.Revision().Number-1)
	page, err := r.Find(ctx, []string{"Place"}, store.Window{First: store.All, Count: true, Order: []store.Term{{Path: []string{"name"}, Fold: true}}})
	if err != nil {
		return err
	}
	if page.Total != nodes {
		return fmt.Errorf("%d nodes", page.Total)
	}
	for _, h := range page.Hits {
		if h.Node.Props.Get("size") != store.Value(count) {
			return fmt.Errorf("revision %d shows %v", count+1, h.Node.Props)
		}
	}
	ids := make([]string, nodes)
	for i := range ids {
		ids[i] = id(i)
	}
	pages, err := r.Expand(ctx, ids, store.Rel{Type: "PART_OF", Dir: store.Both}, store.Window{First: store.All})
	if err != nil {
		return err
	}
	for i, p := range pages {
		want := 0
		if i == int(count)%nodes || i == int(count+1)%nodes {
			want = 1
		}
		if len(p.Hits) != want {
			return fmt.Errorf("revision %d: %s has %d edges", count+1, ids[i], len(p.Hits))
		}
	}
	found, err := r.Search(ctx, fmt.Sprint("count ", count), nil, store.SearchWindow{First: store.All})
	if err == nil && found.Total < nodes {
		err = fmt.Errorf("revision %d: found %d", count+1, found.Total)
	}
	return err
}

// A reader goes on while a commit is being made, however long that takes.
func TestViewsDoNotWait(t *testing.T) {
	f := newFake()
	m := open(t, f)
	apply(t, m, place("a", "One"))
	m.writing.Lock() // a commit that does not end
	apply(t, f, place("a", "Two"))
	for range 1000 {
		if got := nameOf(t, m, store.Revision{}, "a"); got != "One" {
			t.Fatalf("while a commit is being made it shows %q", got)
		}
	}
	m.writing.Unlock()
	if got := nameOf(t, m, f.rev(), "a"); got != "Two" {
		t.Errorf("after it, it shows %q", got)
	}
}

func TestClose(t *testing.T) {
	f := newFake()
	m, err := Open(t.Context(), f, testSchema(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, out, closed := make(chan bool), make(chan bool), make(chan error)
	go func() {
		_ = m.View(context.Background(), store.Revision{}, func(r store.Reader) error {
			in <- true
			<-out
			if f.closed {
				t.Error("the truth is closed under a view")
			}
			return nil
		})
	}()
	<-in
	waiting := make(chan error)
	go func() {
		waiting <- m.View(context.Background(), store.Revision{Epoch: "a", Number: 1}, func(store.Reader) error { return nil })
	}()
	go func() { closed <- m.Close() }()
	if err := <-waiting; !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("who waited for a revision: %v", err)
	}
	select {
	case <-closed:
		t.Error("Close did not wait for the view")
	case <-time.After(10 * time.Millisecond):
	}
	close(out)
	if err := <-closed; err != nil || !f.closed {
		t.Errorf("Close: %v", err)
	}
	for what, err := range map[string]error{
		"View":    m.View(t.Context(), store.Revision{}, func(store.Reader) error { return nil }),
		"Ready":   m.Ready(t.Context()),
		"Check":   m.Check(t.Context(), func(store.Problem) {}),
		"Rebuild": m.Rebuild(t.Context()),
		"Apply":   func() error { _, err := m.Apply(t.Context(), store.Batch{}); return err }(),
		"Revision": func() error {
			_, err := m.Revision(t.Context())
			return err
		}(),
	} {
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s of a closed store: %v", what, err)
		}
	}
	if err := m.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func TestOpenFails(t *testing.T) {
	f := newFake()
	f.broken = errors.New("no such file")
	if _, err := Open(t.Context(), f, testSchema(), Options{}); !errors.Is(err, f.broken) {
		t.Errorf("a truth that cannot be loaded: %v", err)
	}
	many := store.Schema{Kinds: map[string]store.Kind{}}
	for i := range maxKinds + 1 {
		many.Kinds[fmt.Sprint(i)] = store.Kind{}
	}
	if _, err := Open(t.Context(), newFake(), many, Options{}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("too many kinds: %v", err)
	}
}

func TestEndedContext(t *testing.T) {
	f := newFake()
	m := open(t, f)
	apply(t, m, place("a", "One"))
	ended, end := context.WithCancel(t.Context())
	end()
	if err := m.View(ended, store.Revision{}, func(store.Reader) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View: %v", err)
	}
	err := m.View(t.Context(), store.Revision{}, func(r store.Reader) error {
		_, err1 := r.Nodes(ended, []string{"a"})
		_, err2 := r.Find(ended, nil, store.Window{First: 1})
		_, err3 := r.Expand(ended, []string{"a"}, store.Rel{Type: "PART_OF"}, store.Window{First: 1})
		_, err4 := r.Search(ended, "one", nil, store.SearchWindow{First: 1})
		_, err5 := r.Step(ended, []store.Slot{1}, store.Rel{Type: "PART_OF"}, store.Period{})
		_, err6 := r.Slots(ended, []string{"a"})
		_, err7 := r.At(ended, []store.Slot{1})
		_, err8 := r.Identified(ended, []store.Identifier{{Scheme: "PIC", Value: "1"}})
		for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("call %d: %v", i+1, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
