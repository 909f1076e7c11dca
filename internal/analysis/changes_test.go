package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
	"clustergraph/test/draw"
)

// state is all that there is, as a reader sees it.
type state struct {
	nodes map[string]*store.Node
	edges map[store.EdgeID]*store.Edge
	at    store.Revision
}

func stateOf(t interface{ Fatal(...any) }, s store.Store) state {
	is := state{nodes: map[string]*store.Node{}, edges: map[store.EdgeID]*store.Edge{}}
	err := s.View(context.Background(), store.Revision{}, func(g store.Reader) error {
		is.at = g.Revision()
		page, err := g.Find(context.Background(), nil, store.Window{First: store.All})
		if err != nil {
			return err
		}
		var ids []string
		for _, h := range page.Hits {
			is.nodes[h.Node.ID] = h.Node
			ids = append(ids, h.Node.ID)
		}
		for typ := range schema.Edges {
			pages, err := g.Expand(context.Background(), ids, store.Rel{Type: typ}, store.Window{First: store.All})
			if err != nil {
				return err
			}
			for _, p := range pages {
				for _, h := range p.Hits {
					is.edges[h.Edge.EdgeID] = h.Edge
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func changesOf(s store.Store, q ChangesQuery) (out []Change, until store.Revision, err error) {
	verr := s.View(context.Background(), store.Revision{}, func(g store.Reader) error {
		out, until, err = Changes(context.Background(), g, q)
		return nil
	})
	return out, until, errors.Join(verr, err)
}

// TestChanges compares what is told of random windows with what is there before and after.
func TestChanges(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		s := storetest.NewOracle(schema)
		id := func() string { return rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id") }
		ref := func() store.Ref { return store.Ref{ID: id()} }
		kind := func() string { return rapid.SampledFrom([]string{"Organisation", "Cluster"}).Draw(t, "kind") }
		apply := func() {
			b := store.Batch{By: rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "by")}
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0, 1:
				i := id()
				b.Nodes = []store.NodeRecord{{Ref: store.Ref{ID: i, Kind: kind(), Name: i}, Props: store.PropsOf(map[string]any{"city": rapid.SampledFrom([]string{"x", "y"}).Draw(t, "city")})}}
			case 2, 3:
				b.Edges = []store.EdgeRecord{{Type: "MEMBER_OF", From: ref(), To: ref(), Props: store.PropsOf(map[string]any{"role": rapid.SampledFrom([]string{"MEMBER", "FOUNDER"}).Draw(t, "role")})}}
			case 4:
				b.Steps = []store.Step{store.Remove{Node: ref()}}
			case 5:
				b.Steps = []store.Step{store.Merge{Keep: ref(), Drop: ref()}}
			case 6:
				b.Steps = []store.Step{store.Unmerge{Former: id()}}
			}
			_, _ = s.Apply(context.Background(), b) // what cannot be done is not
		}
		for range rapid.IntRange(0, 15).Draw(t, "batches before") {
			apply()
		}
		was := stateOf(t, s)
		for range rapid.IntRange(0, 10).Draw(t, "batches") {
			apply()
		}
		is := stateOf(t, s)
		got, until, err := changesOf(s, ChangesQuery{Since: store.Since{Revision: was.at}})
		if err != nil || until != is.at {
			t.Fatal(until, err)
		}
		told := map[store.Subject]store.What{}
		for i, c := range got {
			told[c.Subject] = c.What
			if i > 0 && (c.Revision.Number < got[i-1].Revision.Number || compareKeys(got[i-1].Key(), c.Key()) >= 0) {
				t.Errorf("%v comes after %v", c, got[i-1])
			}
			if c.Revision.Number <= was.at.Number || c.Time.IsZero() || c.By == "" {
				t.Errorf("%+v is not of the window", c)
			}
		}
		check := func(of store.Subject, before, after, same bool, differs []string) {
			want := map[[2]bool]store.What{{false, true}: store.New, {true, false}: store.Gone, {true, true}: store.Changed}[[2]bool{before, after}]
			switch what := told[of]; {
			case what == want, same && what == 0: // who changed and changed back is told
			default:
				t.Errorf("%v: told %d, want %d", of, what, want)
			}
			for _, c := range got {
				for _, p := range differs {
					if c.Subject == of && c.Props != nil && !slices.Contains(c.Props, p) {
						t.Errorf("%v: %s differs, too: %v", of, p, c.Props)
					}
				}
			}
			delete(told, of)
		}
		for _, i := range []string{"a", "b", "c", "d"} {
			x, y := was.nodes[i], is.nodes[i]
			same, differs := x == nil && y == nil, []string(nil)
			if x != nil && y != nil {
				same = x.Kind == y.Kind && store.Equal(x.Props, y.Props)
				if x.Kind != y.Kind {
					differs = append(differs, "kind")
				}
				if !store.Equal(x.Get("city"), y.Get("city")) {
					differs = append(differs, "city")
				}
			}
			check(store.Subject{Node: i}, x != nil, y != nil, same, differs)
			for _, j := range []string{"a", "b", "c", "d"} {
				e := store.EdgeID{Type: "MEMBER_OF", From: i, To: j}
				x, y := was.edges[e], is.edges[e]
				check(store.Subject{Edge: e}, x != nil, y != nil, x == nil && y == nil || x != nil && y != nil && store.Equal(x.Props, y.Props), nil)
			}
		}
		if len(told) > 0 {
			t.Errorf("told of nobody: %v", told)
		}
		// In steps, the same is told as at once; and a filter leaves out the rest.
		var last store.Revision
		for at := was.at; at != is.at; at = last {
			var some []Change
			if some, last, err = changesOf(s, ChangesQuery{Since: store.Since{Revision: at}, Enough: 1}); err != nil {
				t.Fatal(err)
			}
			if last.Number <= at.Number {
				t.Fatalf("it does not go on from %v: %v", at, some)
			}
		}
		clusters, _, err := changesOf(s, ChangesQuery{Since: store.Since{Revision: was.at}, Kinds: []string{"Cluster"}})
		if err != nil {
			t.Fatal(err)
		}
		relations, _, err := changesOf(s, ChangesQuery{Since: store.Since{Revision: was.at}, Relations: []string{"MEMBER_OF"}})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(slices.Clone(got), func(c Change) bool { return c.Node == "" || c.Kind != "Cluster" })
		if fmt.Sprint(clusters) != fmt.Sprint(want) {
			t.Errorf("clusters: %v, want %v", clusters, want)
		}
		want = slices.DeleteFunc(slices.Clone(got), func(c Change) bool { return c.Node != "" })
		if fmt.Sprint(relations) != fmt.Sprint(want) {
			t.Errorf("memberships: %v, want %v", relations, want)
		}
	})
}

func compareKeys(a, b []store.Value) int {
	for i := range a {
		if c := store.CompareNull(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}

// TestChangesOfErased tells that someone was erased, and nothing else of him.
func TestChangesOfErased(t *testing.T) {
	s := storetest.NewOracle(schema)
	for _, b := range []store.Batch{
		{By: "ann", Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "h", Kind: "Person", Name: "Jane"}}, {Ref: store.Ref{ID: "o", Kind: "Organisation", Name: "O"}}},
			Edges: []store.EdgeRecord{{Type: "AFFILIATED_WITH", From: store.Ref{ID: "h"}, To: store.Ref{ID: "o"}}}},
		{By: "bob", Steps: []store.Step{store.Erase{Node: store.Ref{ID: "h"}}}},
	} {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	got, _, err := changesOf(s, ChangesQuery{Erasures: true})
	if err != nil || len(got) != 2 || got[0].Node != "o" || !got[1].Erased || got[1].By != "bob" || got[1].Subject != (store.Subject{}) {
		t.Errorf("%+v %v", got, err)
	}
	if got, _, _ = changesOf(s, ChangesQuery{Kinds: []string{"Organisation"}}); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestChangesGiveUp ends a long window with its context.
func TestChangesGiveUp(t *testing.T) {
	s := storetest.NewOracle(schema)
	for i := range 3 {
		if _, err := s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: fmt.Sprint(i), Kind: "Cluster", Name: "x"}}}}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.View(t.Context(), store.Revision{}, func(g store.Reader) error {
		_, _, err := Changes(ctx, g, ChangesQuery{})
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
