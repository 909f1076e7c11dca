package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// TruthOpener opens an empty truth of its own for a test, which closes it.
type TruthOpener func(t *testing.T, schema store.Schema) store.Truth

// truthTest is one sentence of the contract of truths.
type truthTest struct {
	name, reason string
	run          func(t *testing.T, truth store.Truth)
}

// RunTruth holds a truth to what a mirror needs of it: all of the history loads and is told
// in order, however it is read. What batches mean is tested by [Run], on a mirror of it.
func RunTruth(t *testing.T, open TruthOpener) {
	for _, tc := range truthTests {
		t.Run(tc.name, func(t *testing.T) {
			truth := open(t, Schema())
			defer func() {
				if err := truth.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				if t.Failed() {
					t.Logf("the contract: %s", tc.reason)
				}
			}()
			tc.run(t, truth)
			if err := truth.Check(t.Context(), func(p store.Problem) { t.Errorf("Check: %s: %s", p.Subject, p.What) }); err != nil {
				t.Errorf("Check: %v", err)
			}
		})
	}
}

func diff(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := difference(want, got); d != "" {
		t.Errorf("%s: -want +got\n%s", what, d)
	}
}

func applyBoth(t *testing.T, truth store.Truth, oracle *Oracle, b store.Batch) store.Revision {
	t.Helper()
	r, err := truth.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := oracle.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return r.Revision
}

// load makes a replica of all there is.
func load(t *testing.T, truth store.Truth) (*replica, store.Revision) {
	t.Helper()
	made := newReplica()
	at, err := truth.Load(t.Context(), func(n *store.Node) error {
		if len(made.edges) > 0 || made.nodes[n.ID] != nil {
			t.Errorf("%s comes after an edge, or twice", n.ID)
		}
		made.nodes[n.ID] = n
		return nil
	}, func(e *store.Edge) error {
		if made.edges[e.EdgeID] != nil || made.nodes[e.From] == nil || made.nodes[e.To] == nil {
			t.Errorf("%v comes twice, or without its ends", e.EdgeID)
		}
		made.edges[e.EdgeID] = e
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return made, at
}

// follow reads the next commits.
func follow(t *testing.T, truth store.Truth, after store.Revision, n int) (told []store.Commit) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done := errors.New("done")
	err := truth.Follow(ctx, after, func(c store.Commit) error {
		if told = append(told, c); len(told) == n {
			return done
		}
		return nil
	})
	if !errors.Is(err, done) {
		t.Fatalf("%d of %d commits: %v", len(told), n, err)
	}
	return told
}

// truthTests are tests of sentences on truths.
var truthTests = []truthTest{
	{"load tells all there is", "Load tells every node and then every edge, in any order, as of one revision, which it returns.", func(t *testing.T, truth store.Truth) {
		oracle := NewOracle(Schema())
		for _, records := range history {
			last := applyBoth(t, truth, oracle, batch(records...))
			got, at := load(t, truth)
			want, _ := load(t, oracle)
			diff(t, "loaded", got, want)
			now, err := truth.Revision(t.Context())
			if err != nil || now != last || at != last {
				t.Errorf("Revision %v (%v), loaded %v, applied %v", now, err, at, last)
			}
		}
	}},
	{"an empty truth", "The zero Revision is before all.", func(t *testing.T, truth store.Truth) {
		made, at := load(t, truth)
		now, err := truth.Revision(t.Context())
		if len(made.nodes)+len(made.edges) != 0 || err != nil || at != now || at.Epoch == "" {
			t.Errorf("%v at %v, %v %v", made, at, now, err)
		}
	}},
	{"load gives up", "Load tells every node and then every edge", func(t *testing.T, truth store.Truth) {
		applyBoth(t, truth, NewOracle(Schema()), batch(history[0]...))
		mine := errors.New("mine")
		seen := 0
		if _, err := truth.Load(t.Context(), func(*store.Node) error { seen++; return mine }, func(*store.Edge) error { return nil }); !errors.Is(err, mine) || seen != 1 {
			t.Errorf("node: %v after %d", err, seen)
		}
		if _, err := truth.Load(t.Context(), func(*store.Node) error { return nil }, func(*store.Edge) error { return mine }); !errors.Is(err, mine) {
			t.Errorf("edge: %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := truth.Load(ended, func(*store.Node) error { return nil }, func(*store.Edge) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}},
	{"follow tells every commit in order, each once", "Follow tells every commit after a revision, ... in their order, each once", func(t *testing.T, truth store.Truth) {
		oracle := NewOracle(Schema())
		_, start := load(t, truth)
		var revisions []store.Revision
		var results []store.Commit
		for _, records := range history[:8] { // the last one erases
			b := batch(records...)
			r, err := truth.Apply(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := oracle.Apply(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			revisions, results = append(revisions, r.Revision), append(results, r.Commit)
		}
		for from := range revisions {
			after := start
			if from > 0 {
				after = revisions[from-1]
			}
			told := follow(t, truth, after, len(revisions)-from)
			for i, c := range told {
				c.At = results[from+i].At // to the second or finer
				diff(t, fmt.Sprintf("commit %d", from+i), c, results[from+i])
			}
		}
		made := newReplica()
		for _, c := range follow(t, truth, start, len(revisions)) {
			made.take(c)
		}
		want, _ := load(t, oracle)
		diff(t, "made of the log", made, want)
	}},
	{"follow waits for more", "and waits for more until the context ends: then it returns the context's error. ... A commit is told within a second.", func(t *testing.T, truth store.Truth) {
		_, start := load(t, truth)
		ctx, cancel := context.WithCancel(t.Context())
		told := make(chan store.Commit)
		ended := make(chan error)
		go func() {
			ended <- truth.Follow(ctx, start, func(c store.Commit) error { told <- c; return nil })
		}()
		for i := range 5 {
			r, err := truth.Apply(t.Context(), batch(node("Organisation", "a", size(i))))
			if err != nil {
				t.Fatal(err)
			}
			select {
			case c := <-told:
				if c.Revision != r.Revision {
					t.Errorf("told %v, applied %v", c.Revision, r.Revision)
				}
			case <-time.After(time.Second):
				t.Fatal("not told within a second")
			}
		}
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("it does not end")
		}
	}},
	{"follow ends as tell does", "and what tell returns if that is not nil", func(t *testing.T, truth store.Truth) {
		_, start := load(t, truth)
		applyBoth(t, truth, NewOracle(Schema()), batch(history[0]...))
		mine := errors.New("mine")
		if err := truth.Follow(t.Context(), start, func(store.Commit) error { return mine }); !errors.Is(err, mine) {
			t.Errorf("%v", err)
		}
	}},
	{"follow tells who is behind", "It returns ErrBehind if commits after the revision are no longer in the log or the epoch is another one", func(t *testing.T, truth store.Truth) {
		last := applyBoth(t, truth, NewOracle(Schema()), batch(history[0]...))
		for _, r := range []store.Revision{{Epoch: "another", Number: last.Number}, {Epoch: "another"}} {
			if err := truth.Follow(t.Context(), r, func(store.Commit) error { return nil }); !errors.Is(err, store.ErrBehind) {
				t.Errorf("%v: %v", r, err)
			}
		}
	}},
	{"an erased person is gone in every entry that told of it", "A node that was erased is gone in every entry that told of it.", func(t *testing.T, truth store.Truth) {
		oracle := NewOracle(Schema())
		loaded, start := load(t, truth)
		var last store.Revision
		for _, records := range history {
			last = applyBoth(t, truth, oracle, batch(records...))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		done := errors.New("done")
		err := truth.Follow(ctx, start, func(c store.Commit) error {
			for _, n := range c.Nodes {
				if n.ID == "orcid:1" {
					t.Errorf("%v tells %v", c.Revision, n)
				}
			}
			for _, e := range c.Edges {
				if e.From == "orcid:1" {
					t.Errorf("%v tells %v", c.Revision, e)
				}
			}
			loaded.take(c)
			if c.Revision == last {
				return done
			}
			return nil
		})
		switch {
		case errors.Is(err, done):
			want, _ := load(t, oracle)
			diff(t, "made of the log", loaded, want)
		case !errors.Is(err, store.ErrBehind): // loading anew is a way to forget, too
			t.Error(err)
		}
	}},
	{"load shows one state while others write", "as of one revision", func(t *testing.T, truth store.Truth) {
		pockets := func(i int) store.Batch {
			return batch(node("Organisation", "a", size(100-i)), node("Organisation", "b", size(i)))
		}
		if _, err := truth.Apply(t.Context(), pockets(0)); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		wait.Go(func() {
			for i := range 60 {
				if _, err := truth.Apply(t.Context(), pockets(i+1)); err != nil {
					t.Error(err)
				}
			}
		})
		for range 20 {
			made, at := load(t, truth)
			a, b := made.nodes["a"].Get("size").(int64), made.nodes["b"].Get("size").(int64)
			if a+b != 100 {
				t.Errorf("at %v: %d and %d", at, a, b)
			}
		}
		wait.Wait()
	}},
	{"writers meet while others follow", "Follow tells every commit after a revision, by this process or another, in their order, each once", func(t *testing.T, truth store.Truth) {
		_, start := load(t, truth)
		var wait sync.WaitGroup
		for w := range 4 {
			wait.Go(func() {
				for i := range 10 {
					if _, err := truth.Apply(t.Context(), batch(node("Organisation", fmt.Sprint(w, "-", i)))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		told := follow(t, truth, start, 40)
		wait.Wait()
		made := newReplica()
		for i, c := range told {
			made.take(c)
			if want := start.Number + uint64(i) + 1; c.Revision.Number != want {
				t.Errorf("commit %d has the number %d", i, c.Revision.Number)
			}
		}
		if len(made.nodes) != 40 {
			t.Errorf("%d nodes", len(made.nodes))
		}
	}},
	{"the log up to a revision", "Log is as that of Reader, up to a revision in the place of the view's; it is an ErrBehind, too, if that is of another epoch.", func(t *testing.T, truth store.Truth) {
		oracle := NewOracle(Schema())
		_, start := load(t, truth)
		var revisions []store.Revision
		for _, records := range history {
			revisions = append(revisions, applyBoth(t, truth, oracle, batch(records...)))
		}
		for i, r := range revisions {
			var got, want []store.Entry
			if err := truth.Log(t.Context(), store.Since{Revision: start}, r, func(e store.Entry) error { got = append(got, e); return nil }); err != nil {
				t.Fatal(err)
			}
			if err := oracle.Log(t.Context(), store.Since{}, store.Revision{Epoch: oracle.epoch, Number: uint64(i) + 1}, func(e store.Entry) error { want = append(want, e); return nil }); err != nil {
				t.Fatal(err)
			}
			for j := range got {
				if got[j].At.IsZero() || got[j].Revision != revisions[j] {
					t.Errorf("%v at %v", got[j].Revision, got[j].At)
				}
				got[j].At, got[j].Revision = want[j].At, want[j].Revision
			}
			diff(t, "up to "+r.String(), got, want)
		}
		if err := truth.Log(t.Context(), store.Since{}, store.Revision{Epoch: "another", Number: 1}, func(store.Entry) error { return nil }); !errors.Is(err, store.ErrBehind) {
			t.Errorf("up to a revision of another epoch: %v", err)
		}
	}},
	{"statements are told by the truth, too", "Statements are as those of Reader.", func(t *testing.T, truth store.Truth) {
		oracle := NewOracle(Schema())
		for _, records := range history[:2] {
			applyBoth(t, truth, oracle, batch(records...))
		}
		of := []store.Subject{{Node: "a"}, {Node: "nobody"}, {Edge: store.EdgeID{Type: "MEMBER_OF", From: "a", To: "n"}}, {Edge: store.EdgeID{Type: "ABOUT", From: "a", To: "b"}}}
		got, err := truth.Statements(t.Context(), of, store.StatementWindow{First: 3, Skip: 1})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := oracle.Statements(t.Context(), of, store.StatementWindow{First: 3, Skip: 1})
		for _, pages := range [][]store.StatementPage{got, want} {
			for i := range pages {
				for j := range pages[i].Statements {
					pages[i].Statements[j].Revision = store.Revision{}
				}
			}
		}
		diff(t, "statements", got, want)
	}},
}
