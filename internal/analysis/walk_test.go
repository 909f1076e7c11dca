package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"pgregory.net/rapid"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
	"clustergraph/test/draw"
)

var times = []store.Period{{}, {First: 14000, Last: 15000}, {First: 17000, Last: 17000}}

// tangle draws a graph of all kinds and types, in which much is tied to a few.
func tangle(t *rapid.T) *fake {
	f := &fake{}
	o := ontology.Served()
	few := []string{"Organisation", "Project", "Organisation", "Project", "Network", "Place", "Person", "Programme"}
	n := rapid.SampledFrom([]int{2, 4, 6, 8, 9, 10}).Draw(t, "nodes")
	for i := range n {
		kind := rapid.SampledFrom(few).Draw(t, "kind")
		f.node(kind, fmt.Sprintf("%c%d", 'a'+rapid.IntRange(0, 25).Draw(t, "name"), i), nil)
	}
	type joined struct {
		typ      string
		from, to *store.Node
	}
	var may []joined
	for typ := range schema.Edges {
		for _, x := range f.nodes {
			for _, y := range f.nodes {
				if o.Links(typ, x.Kind, y.Kind) {
					may = append(may, joined{typ, x, y})
				}
			}
		}
	}
	slices.SortFunc(may, func(a, b joined) int {
		return cmp.Or(strings.Compare(a.typ, b.typ), strings.Compare(a.from.ID, b.from.ID), strings.Compare(a.to.ID, b.to.ID))
	})
	if len(may) == 0 {
		return f
	}
	for range rapid.SampledFrom([]int{0, n, 2 * n, 3 * n}).Draw(t, "edges") {
		e := rapid.SampledFrom(may).Draw(t, "edge")
		if f.has(e.typ, e.from.ID, e.to.ID) {
			continue
		}
		var props map[string]any
		if schema.Edges[e.typ].Since != "" && rapid.Bool().Draw(t, "dated") {
			props = map[string]any{"since": dated(rapid.SampledFrom([]string{"2005", "2010", "2016"}).Draw(t, "since")), "until": dated(rapid.SampledFrom([]string{"", "2017"}).Draw(t, "until"))}
		}
		f.link(e.typ, e.from.ID, e.to.ID, "", props)
	}
	return f
}

func (f *fake) has(typ, from, to string) bool {
	return slices.ContainsFunc(f.edges, func(e *store.Edge) bool { return e.Type == typ && e.From == from && e.To == to })
}

// asked draws the types to go over: nil as often as any.
func asked(t *rapid.T) []string {
	if rapid.Bool().Draw(t, "all types") {
		return nil
	}
	return rapid.SliceOfDistinct(rapid.SampledFrom([]string{"MEMBER_OF", "PARTICIPATES_IN", "LOCATED_IN", "PART_OF", "AFFILIATED_WITH", "FUNDED_BY", "POSSIBLY_SAME_AS"}), rapid.ID).Draw(t, "via")
}

// counting tells, in the plainest way, which edges count and through which nodes one may go.
func (f *fake) counting(via []string, when store.Period) (edges []*store.Edge, through func(id string) bool) {
	for _, e := range f.edges {
		counts := slices.Contains(via, e.Type)
		if via == nil {
			counts = e.Type != "POSSIBLY_SAME_AS" && e.Type != "ABOUT"
		}
		if counts && e.From != e.To && schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(when) {
			edges = append(edges, e)
		}
	}
	return edges, func(id string) bool {
		return via != nil || !slices.Contains([]string{"Place", "Programme", "Topic", "Source"}, f.get(id).Kind)
	}
}

func other(e *store.Edge, id string) string {
	switch id {
	case e.From:
		return e.To
	case e.To:
		return e.From
	}
	return ""
}

// slowPaths tries every way.
func (f *fake) slowPaths(q PathQuery) []string {
	edges, through := f.counting(q.Via, q.When)
	others := func(id string) int {
		met := map[string]bool{}
		for _, e := range edges {
			if x := other(e, id); x != "" && through(x) {
				met[x] = true
			}
		}
		return len(met)
	}
	type way struct {
		ids  []string
		cost int
	}
	var all []way
	var walk func(ids []string)
	walk = func(ids []string) {
		last := ids[len(ids)-1]
		if last == q.To {
			w := way{ids: slices.Clone(ids), cost: len(ids) - 1}
			if q.Weight == Strength {
				w.cost = 0
				for _, id := range ids[1 : len(ids)-1] {
					w.cost += max(0, others(id)-1)
				}
			}
			all = append(all, w)
			return
		}
		if len(ids) > q.MaxLength || last != q.From &&
			(!through(last) || slices.Contains(q.Avoid, last) || q.MaxDegree != nil && others(last) > *q.MaxDegree) {
			return
		}
		for _, n := range f.nodes {
			if !slices.Contains(ids, n.ID) && slices.ContainsFunc(edges, func(e *store.Edge) bool { return other(e, last) == n.ID }) {
				walk(append(ids, n.ID))
			}
		}
	}
	walk([]string{q.From})
	slices.SortFunc(all, func(a, b way) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(len(a.ids), len(b.ids)), slices.Compare(a.ids, b.ids))
	})
	out := []string{}
	for _, w := range all[:min(len(all), q.First)] {
		var told []*store.Edge
		for i, id := range w.ids[1:] {
			for _, e := range edges {
				if other(e, id) == w.ids[i] {
					told = append(told, e)
				}
			}
		}
		out = append(out, fmt.Sprint(w.cost, w.ids, edgeIDs(told)))
	}
	return out
}

func edgeIDs(edges []*store.Edge) (out []store.EdgeID) {
	for _, e := range edges {
		out = append(out, e.EdgeID)
	}
	return out
}

func (f *fake) tellPaths(found []*Path) ([]string, error) {
	out := []string{}
	for _, p := range found {
		edges, err := p.Edges()
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprint(p.Cost, f.IDs(p.Nodes), edgeIDs(edges)))
	}
	return out, nil
}

// finder is a graph that finds the shortest paths by itself, if it knows them.
type finder struct {
	*fake
	knows bool
	told  bool // whether it was asked for what it knows
}

func (f *finder) Shortest(_ context.Context, r store.Route) (out [][]store.Slot, known bool, err error) {
	f.told = f.knows
	for _, id := range append([]string{r.From, r.To}, r.Avoid...) {
		f.told = f.told && f.get(id) != nil && f.get(id).ID == id
	}
	if !f.told {
		return nil, false, nil
	}
	for n := 1; n <= r.Longest && out == nil; n++ {
		var walk func(ids []string)
		walk = func(ids []string) {
			last := ids[len(ids)-1]
			switch {
			case len(ids) == n+1 && last == r.To:
				slots, _ := f.Slots(context.Background(), ids)
				out = append(out, slots)
				return
			case len(ids) == n+1 || slices.Contains(ids[:len(ids)-1], last) || last == r.To:
				return
			case last != r.From && (slices.Contains(r.Avoid, last) || r.Through != nil && !slices.Contains(r.Through, f.get(last).Kind)):
				return
			}
			for _, x := range f.nodes {
				if len(f.between(last, x.ID, r.Types, r.When)) > 0 {
					walk(append(slices.Clip(ids), x.ID))
				}
			}
		}
		walk([]string{r.From})
	}
	slices.SortFunc(out, func(a, b []store.Slot) int { return slices.Compare(a, b) }) // slots are in the order of ids
	return out[:min(len(out), r.First)], true, nil
}

func (f *fake) between(a, b string, types []string, when store.Period) (out []*store.Edge) {
	for _, e := range f.edges {
		if e.From != e.To && other(e, a) == b && slices.Contains(types, e.Type) && schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(when) {
			out = append(out, e)
		}
	}
	return out
}

func (f *finder) Joining(_ context.Context, pairs [][2]store.Slot, types []string, when store.Period) (out [][]*store.Edge, err error) {
	for _, p := range pairs {
		ids := f.IDs(p[:])
		out = append(out, f.between(ids[0], ids[1], types, when))
	}
	return out, nil
}

func TestPaths(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := tangle(t)
		ids := f.IDs(slotsOf(len(f.nodes)))
		q := PathQuery{
			Via: asked(t), When: rapid.SampledFrom(times).Draw(t, "when"),
			Weight:    rapid.SampledFrom([]PathWeight{Hops, Strength}).Draw(t, "weight"),
			MaxLength: rapid.IntRange(1, 8).Draw(t, "longest"), First: rapid.IntRange(0, 12).Draw(t, "first"),
		}
		ends := rapid.Permutation(ids).Draw(t, "ends")
		q.From, q.To = ends[0], ends[1]
		q.Avoid = ends[2:min(len(ends), 2+rapid.IntRange(0, 2).Draw(t, "avoid"))]
		if rapid.IntRange(0, 2).Draw(t, "hubs") == 0 {
			n := rapid.IntRange(0, 4).Draw(t, "degree")
			q.MaxDegree = &n
		}
		want := f.slowPaths(q)
		for name, r := range map[string]store.Reader{"step by step": f, "found by the store": &finder{fake: f, knows: true}, "not found by the store": &finder{fake: f}} {
			found, err := analyst.Paths(context.Background(), r, q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.tellPaths(found)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %+v\n%s\nwant\n%s", name, q, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

// Who finds paths by itself is asked for them, if it knows them.
func TestPathsFoundByTheStore(t *testing.T) {
	f := &finder{fake: &fake{former: map[string]string{"old": "a"}}, knows: true}
	f.node("Organisation", "a", nil)
	for _, p := range []string{"p", "q"} {
		f.node("Project", p, nil)
		f.node("Organisation", "o"+p, nil)
		f.link("PARTICIPATES_IN", "a", p, "", nil)
		f.link("PARTICIPATES_IN", "o"+p, p, "", nil)
	}
	f.link("PARTICIPATES_IN", "oq", "p", "", nil)
	for _, c := range []struct {
		of   PathQuery
		told bool
		want []string
	}{
		{PathQuery{From: "a", To: "oq", MaxLength: 6, First: 2}, true, []string{"a p oq", "a q oq"}},
		{PathQuery{From: "a", To: "oq", MaxLength: 6, First: 1}, true, []string{"a p oq"}},
		{PathQuery{From: "a", To: "oq", MaxLength: 6, First: 1, Avoid: []string{"p"}}, true, []string{"a q oq"}},
		{PathQuery{From: "a", To: "op", MaxLength: 2, First: 9}, true, []string{"a p op"}},
		{PathQuery{From: "a", To: "op", MaxLength: 1, First: 9}, true, nil},
		{PathQuery{From: "a", To: "op", MaxLength: 4, First: 2}, true, []string{"a p op", "a q oq p op"}},
		{PathQuery{From: "old", To: "op", MaxLength: 2, First: 1}, false, []string{"a p op"}},
	} {
		found, err := analyst.Paths(t.Context(), f, c.of)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range found {
			got = append(got, strings.Join(f.IDs(p.Nodes), " "))
		}
		if !slices.Equal(got, c.want) || f.told != c.told {
			t.Errorf("%+v: %q (told by the store: %v), not %q", c.of, got, f.told, c.want)
		}
	}
}

// The lengths and costs of paths are those that gonum finds, in a graph with hubs.
func TestPathsAsGonum(t *testing.T) {
	l := generated(storetest.Full().Part(150))
	s, w := opened(t, l)
	hops, strength := simple.NewUndirectedGraph(), simple.NewWeightedDirectedGraph(0, math.Inf(1))
	around := func(x int64) []uint32 { return w.to[w.off[x]:w.off[x+1]] }
	for x := range int64(len(w.ids)) {
		for _, y := range around(x) {
			hops.SetEdge(simple.Edge{F: simple.Node(x), T: simple.Node(y)})
			strength.SetWeightedEdge(simple.WeightedEdge{F: simple.Node(x), T: simple.Node(y), W: float64(len(around(int64(y))) - 1)})
		}
	}
	for _, p := range w.pairs(l, 20, 1) {
		from, to := simple.Node(p[0]), simple.Node(p[1])
		q := PathQuery{From: w.ids[from.ID()], To: w.ids[to.ID()], MaxLength: MaxPathLength, First: 5, Via: []string{participatesIn, memberOf}}
		ask := func() (out []*Path) {
			view(t, s, func(r store.Reader) (err error) {
				out, err = analyst.Paths(t.Context(), r, q)
				return err
			})
			return out
		}
		found := ask()
		for i, want := range path.YenKShortestPaths(hops, q.First, math.Inf(1), from, to) {
			if found[i].Cost != len(want)-1 {
				t.Errorf("%s to %s: path %d of %d steps, not %d", q.From, q.To, i, found[i].Cost, len(want)-1)
			}
		}
		q.Weight, q.First = Strength, 1
		nodes, cost := path.DijkstraFrom(from, strength).To(to.ID())
		cost -= float64(len(around(to.ID())) - 1) // it is the end, and not gone through
		if found := ask(); len(nodes) <= q.MaxLength && found[0].Cost != int(cost) {
			t.Errorf("%s to %s costs %d, not %v", q.From, q.To, found[0].Cost, cost)
		}
	}
}

// What lies further away than the answer is not looked at.
func TestWalksAreLocal(t *testing.T) {
	touched := func(more int) (paths, around int) {
		f := &fake{}
		chain := func(name string, n int) {
			for i := range n {
				f.node("Organisation", fmt.Sprint(name, "-o", i), nil)
				f.node("Project", fmt.Sprint(name, "-p", i), nil)
				f.link("PARTICIPATES_IN", fmt.Sprint(name, "-o", i), fmt.Sprint(name, "-p", i), "", nil)
				if i > 0 {
					f.link("PARTICIPATES_IN", fmt.Sprint(name, "-o", i), fmt.Sprint(name, "-p", i-1), "", nil)
				}
			}
		}
		chain("a", 10)
		for i := range more {
			chain(fmt.Sprint("b", i), 3)
			f.link("PARTICIPATES_IN", fmt.Sprint("b", i, "-o0"), "a-p9", "", nil)
		}
		p, err := analyst.newPaths(t.Context(), f, PathQuery{From: "a-o1", To: "a-o3", MaxLength: 8, First: 1})
		if err != nil {
			t.Fatal(err)
		}
		if found, err := p.find(); err != nil || len(found) != 1 || found[0].Cost != 4 {
			t.Fatal(found, err)
		}
		n, err := analyst.Neighbourhood(t.Context(), f, NeighbourhoodQuery{Of: "a-o1", Depth: 3, MinWeight: 1, First: 100})
		if err != nil {
			t.Fatal(err)
		}
		return p.touched, n.touched
	}
	paths, around := touched(0)
	if more, further := touched(9); more != paths || further != around {
		t.Errorf("paths look at %d edges, %d in a larger graph; neighbourhoods at %d, %d", paths, more, around, further)
	}
}

func slotsOf(n int) (out []store.Slot) {
	for i := range n {
		out = append(out, store.Slot(i+1))
	}
	return out
}

func TestPathsRefused(t *testing.T) {
	f := &fake{former: map[string]string{"old": "a"}}
	f.node("Organisation", "a", nil)
	f.node("Project", "p", nil)
	f.link("PARTICIPATES_IN", "a", "p", "", nil)
	good := PathQuery{From: "a", To: "p", MaxLength: 3, First: 3}
	less := -1
	for _, c := range []struct {
		of   func(*PathQuery)
		is   error
		says string
	}{
		{func(q *PathQuery) { q.From = "nobody" }, store.ErrNotFound, `"nobody"`},
		{func(q *PathQuery) { q.Avoid = []string{"nobody"} }, store.ErrNotFound, `"nobody"`},
		{func(q *PathQuery) { q.To = "a" }, store.ErrInvalid, "the same node"},
		{func(q *PathQuery) { q.To = "old" }, store.ErrInvalid, "the same node"},
		{func(q *PathQuery) { q.Avoid = []string{"p"} }, store.ErrInvalid, "avoid"},
		{func(q *PathQuery) { q.MaxLength = 0 }, store.ErrInvalid, "maxLength"},
		{func(q *PathQuery) { q.MaxLength = MaxPathLength + 1 }, store.ErrInvalid, "maxLength"},
		{func(q *PathQuery) { q.First = MaxPaths + 1 }, store.ErrInvalid, "first"},
		{func(q *PathQuery) { q.MaxDegree = &less }, store.ErrInvalid, "maxDegree"},
	} {
		q := good
		c.of(&q)
		for _, r := range []store.Reader{f, &finder{fake: f, knows: true}} {
			if _, err := analyst.Paths(t.Context(), r, q); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v: %v", q, err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	if _, err := analyst.Paths(ctx, f, good); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	good.First = 0
	if found, err := analyst.Paths(t.Context(), f, good); err != nil || len(found) != 0 {
		t.Error(found, err)
	}
}

// slowNeighbourhood spreads from the node edge by edge.
func (f *fake) slowNeighbourhood(q NeighbourhoodQuery) string {
	edges, through := f.counting(q.Via, q.When)
	level, on := map[string]int{q.Of: 0}, []string{q.Of}
	told, left := []string{q.Of}, map[string]bool{}
	counts := []int{1}
	for depth := 1; depth <= q.Depth && len(on) > 0; depth++ {
		weight := map[string]int{}
		for _, e := range edges {
			for _, id := range on {
				if x := other(e, id); x != "" && !left[x] {
					if _, met := level[x]; !met {
						weight[x]++
					}
				}
			}
		}
		on = nil
		var here []string
		for id, w := range weight {
			if depth > 1 && w < q.MinWeight {
				left[id] = true
				continue
			}
			level[id] = depth
			here = append(here, id)
			if through(id) {
				on = append(on, id)
			}
		}
		slices.SortFunc(here, func(a, b string) int { return cmp.Or(cmp.Compare(weight[b], weight[a]), strings.Compare(a, b)) })
		told = append(told, here...)
		if len(here) > 0 {
			counts = append(counts, len(here))
		}
	}
	cut := len(told) > q.First
	told = told[:min(len(told), q.First)]
	levels, room := []Level{}, q.First
	for i, n := range counts {
		levels = append(levels, Level{i, n, min(n, room)})
		room -= min(n, room)
	}
	var between []store.EdgeID
	for _, e := range f.edges {
		if slices.Contains(edges, e) && slices.Contains(told, e.From) && slices.Contains(told, e.To) {
			between = append(between, e.EdgeID)
		}
	}
	return fmt.Sprint(told, between, cut, levels)
}

func TestNeighbourhood(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := tangle(t)
		q := NeighbourhoodQuery{
			Of: rapid.SampledFrom(f.nodes).Draw(t, "of").ID, Depth: rapid.IntRange(0, 4).Draw(t, "depth"),
			Via: asked(t), When: rapid.SampledFrom(times).Draw(t, "when"),
			MinWeight: rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "weight"), First: rapid.IntRange(1, 10).Draw(t, "first"),
		}
		n, err := analyst.Neighbourhood(context.Background(), f, q)
		if err != nil {
			t.Fatal(err)
		}
		edges, err := n.Edges()
		if err != nil {
			t.Fatal(err)
		}
		levels, err := n.Levels()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(f.IDs(n.Nodes()), edgeIDs(edges), n.Cut(), levels), f.slowNeighbourhood(q); got != want {
			t.Fatalf("%+v\n%s\nwant\n%s", q, got, want)
		}
	})
}

func TestNeighbourhoodRefused(t *testing.T) {
	f := &fake{}
	f.node("Organisation", "a", nil)
	good := NeighbourhoodQuery{Of: "a", Depth: 1, MinWeight: 1, First: 10}
	for _, c := range []struct {
		of   func(*NeighbourhoodQuery)
		is   error
		says string
	}{
		{func(q *NeighbourhoodQuery) { q.Of = "nobody" }, store.ErrNotFound, `"nobody"`},
		{func(q *NeighbourhoodQuery) { q.Depth = -1 }, store.ErrInvalid, "depth"},
		{func(q *NeighbourhoodQuery) { q.Depth = MaxDepth + 1 }, store.ErrInvalid, "depth"},
		{func(q *NeighbourhoodQuery) { q.First = 0 }, store.ErrInvalid, "first"},
		{func(q *NeighbourhoodQuery) { q.First = MaxNeighbours + 1 }, store.ErrInvalid, "first"},
		{func(q *NeighbourhoodQuery) { q.MinWeight = 0 }, store.ErrInvalid, "minWeight"},
	} {
		q := good
		c.of(&q)
		if _, err := analyst.Neighbourhood(t.Context(), f, q); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
