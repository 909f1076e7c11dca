package mirror

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
	"clustergraph/internal/text"
)

// part is a snapshot large enough that lists are cut before they are sorted, blocks split,
// and searches find more than they may weigh.
func part(t *testing.T) *snapshot {
	t.Helper()
	nodes, edges := storetest.EcosystemGraph(storetest.Full().Part(15), 1)
	s, err := load(t.Context(), told{newFake(), &graph{nodes, edges}}, ecosystemSchema(), newInterner())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func idsOf(p store.Page) []string {
	out := make([]string, len(p.Hits))
	for i, h := range p.Hits {
		out[i] = h.Node.ID
	}
	return out
}

// A list is the same however it is asked for: as a whole or page by page, forward or
// backward, by an index or by looking at everything.
func TestPagesOfLongLists(t *testing.T) {
	s, ctx := part(t), context.Background()
	orders := map[string][]store.Term{
		"id": nil, "id down": {{Path: []string{"id"}, Desc: true}},
		"start": {{Path: []string{"start"}}}, "start down": {{Path: []string{"start"}, Desc: true}},
		"name": {{Path: []string{"name"}, Fold: true}}, "type down, then name": {{Path: []string{"type"}, Desc: true}, {Path: []string{"name"}, Fold: true}},
		"partners down": {{Rel: &store.Rel{Type: "PARTICIPATES_IN", Dir: store.Both}, Desc: true}},
	}
	start, _ := store.ParseDate("2015")
	wheres := map[string]store.Test{
		"all":          nil,
		"type is HES":  store.Is{Path: []string{"type"}, Op: store.Eq, Value: "HES"},
		"since 2015":   store.Is{Path: []string{"start"}, Op: store.Gte, Value: start},
		"called smart": store.Is{Path: []string{"name"}, Op: store.Prefix, Value: "smart", Fold: true},
		"of a project": store.Related{Rel: store.Rel{Type: "PARTICIPATES_IN"}, Test: store.Is{Path: []string{"id"}, Op: store.In_, Value: store.List{project(1), project(2)}}},
	}
	for name, order := range orders {
		for what, where := range wheres {
			for _, kinds := range [][]string{nil, {"Project"}, {"Organisation", "Cluster"}} {
				w := store.Window{Where: where, Order: order, First: store.All, Keys: true, Count: true}
				whole := must(s.Find(ctx, kinds, w))
				at := fmt.Sprintf("%s by %s of %q", what, name, kinds)
				if whole.Total != len(whole.Hits) || whole.Next || whole.Prev {
					t.Fatalf("%s: %d of %d", at, len(whole.Hits), whole.Total)
				}
				for i := 1; i < len(whole.Hits); i++ {
					if whole.At(i-1).Compare(whole.At(i), order) >= 0 {
						t.Fatalf("%s: %v before %v", at, whole.At(i-1), whole.At(i))
					}
				}
				if where != nil { // no index tells of this
					w.Where = store.Not{Test: store.Not{Test: where}}
					if other := must(s.Find(ctx, kinds, w)); !slices.Equal(idsOf(other), idsOf(whole)) {
						t.Fatalf("%s: %d by an index, %d without", at, len(whole.Hits), len(other.Hits))
					}
					w.Where = where
				}
				ids := idsOf(whole)
				for _, counted := range []bool{false, true} {
					w.Count = counted
					w.First, w.After, w.Last, w.Before = len(ids)/3+1, nil, nil, nil
					var got []string
					for {
						p := must(s.Find(ctx, kinds, w))
						got = append(got, idsOf(p)...)
						if counted && p.Total != len(ids) || p.Prev != (w.After != nil) {
							t.Fatalf("%s: total %d, prev %v", at, p.Total, p.Prev)
						}
						if !p.Next {
							break
						}
						end := p.At(len(p.Hits) - 1)
						w.After = &end
					}
					if !slices.Equal(got, ids) {
						t.Fatalf("%s: forward %d, not %d", at, len(got), len(ids))
					}
					got = nil
					last := len(ids)/3 + 1
					w.First, w.After, w.Last = store.All, nil, &last
					for {
						p := must(s.Find(ctx, kinds, w))
						got = append(idsOf(p), got...)
						if p.Next != (w.Before != nil) {
							t.Fatalf("%s: next %v", at, p.Next)
						}
						if !p.Prev {
							break
						}
						begin := p.At(0)
						w.Before = &begin
					}
					if !slices.Equal(got, ids) {
						t.Fatalf("%s: backward %d, not %d", at, len(got), len(ids))
					}
				}
			}
		}
	}
}

// The best of a search that finds too many are those that the contract says.
func TestSearchOfMany(t *testing.T) {
	s := part(t)
	for _, wanted := range []string{"a", "s", "smart", "s c", "institut", "Клъстер", "e e", "o", "Smart Green"} {
		want := weighAll(s, wanted, nil)
		for _, first := range []int{10, store.All} {
			got := must(s.Search(t.Context(), wanted, nil, store.SearchWindow{First: first}))
			if n := min(first, len(want)); got.Total != len(want) || !slices.EqualFunc(got.Hits, want[:n], sameMatch) {
				t.Errorf("%q: %d of %d, not of %d", wanted, len(got.Hits), got.Total, len(want))
			}
		}
		kinds := []string{"Cluster", "Project"}
		if got, want := must(s.Search(t.Context(), wanted, kinds, store.SearchWindow{First: store.All})), weighAll(s, wanted, kinds); !slices.EqualFunc(got.Hits, want, sameMatch) {
			t.Errorf("%q of %q: %d, not %d", wanted, kinds, len(got.Hits), len(want))
		}
	}
}

func sameMatch(a, b store.Match) bool {
	return a.Node == b.Node && a.Score == b.Score && a.Name == b.Name
}

// weighAll searches by looking at every name.
func weighAll(s *snapshot, wanted string, kinds []string) []store.Match {
	type weighed struct {
		store.Match
		other, words int
	}
	var all []weighed
	for slot := range s.slots {
		n := s.at(store.Slot(slot + 1))
		if n == nil || kinds != nil && !slices.Contains(kinds, n.Kind) {
			continue
		}
		m := weighed{Match: store.Match{Node: n}, other: 1, words: 1 << 20}
		for _, name := range s.ontol.schema.Kinds[n.Kind].NamesOf(n) {
			score := store.Score(wanted, name)
			if score > m.Score {
				m.Score, m.Name = score, name
			}
			if score > 0 {
				m.words = min(m.words, len(strings.Fields(text.Key(name))))
			}
			if score == 1 {
				m.other = 0
			}
		}
		if m.Score > 0 {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b weighed) int {
		return cmp.Or(a.other-b.other, a.words-b.words, strings.Compare(a.Node.ID, b.Node.ID))
	})
	if len(all) > store.Candidates {
		all = all[:store.Candidates]
	}
	slices.SortFunc(all, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Node.ID, b.Node.ID))
	})
	out := make([]store.Match, len(all))
	for i := range all {
		out[i] = all[i].Match
	}
	return out
}

// Many commits keep the postings, the tables and the trees of a larger graph whole.
func TestManyCommits(t *testing.T) {
	f := newFake()
	nodes, edges := storetest.EcosystemGraph(storetest.Full().Part(60), 1)
	for _, n := range nodes {
		f.nodes[n.ID] = n
	}
	for _, e := range edges {
		f.edges[e.EdgeID] = e
	}
	m, err := Open(t.Context(), f, ecosystemSchema(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 40 {
		var b store.Batch
		gone := map[string]bool{}
		for range 20 {
			n := nodes[rnd.IntN(len(nodes))]
			if !gone[n.ID] && f.nodes[n.ID] != nil {
				gone[n.ID] = true
				b.Steps = append(b.Steps, store.Remove{Node: store.Ref{ID: n.ID}})
			}
		}
		for j := range 60 {
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: fmt.Sprintf("new:%d-%d", i, j), Kind: "Organisation"},
				Props: store.PropsOf(map[string]any{"name": fmt.Sprintf("Smart Company %d", rnd.IntN(50)), "type": "PRC",
					"identifiers": []map[string]any{{"scheme": "NEW", "value": fmt.Sprint(i, " ", j)}}})})
		}
		if _, err := m.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, m)
}
