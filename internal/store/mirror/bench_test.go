package mirror

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

// ecosystemSchema declares what the ecosystem has, and indexes as the project's ontology.
func ecosystemSchema() store.Schema {
	text, date := store.Type{Name: store.Text, Index: true}, store.Type{Name: store.DateOf, Index: true}
	str := store.Type{Name: store.String, Index: true}
	actor := store.Kind{Names: []string{"name", "aliases", "legalName"}, Props: map[string]store.Type{"name": text, "type": str, "city": text}}
	other := store.Kind{Names: []string{"name", "aliases"}, Props: map[string]store.Type{"name": text, "code": str}}
	return store.Schema{
		Kinds: map[string]store.Kind{
			"Organisation": actor, "Cluster": actor, "Network": actor, "Place": other, "Topic": other, "Programme": other, "Source": other,
			"Project": {Names: []string{"name", "aliases", "acronym", "title"}, Props: map[string]store.Type{"name": text, "acronym": text, "start": date, "end": date,
				"totalCost": {Name: store.MoneyOf, Index: true}}},
		},
		Edges: map[string]store.EdgeType{
			"PARTICIPATES_IN": {Since: "since", Until: "until", ToSince: "start", ToUntil: "end"},
			"MEMBER_OF":       {Since: "since", Until: "until"},
		},
	}
}

type graph struct {
	nodes []*store.Node
	edges []*store.Edge
}

var full = storetest.Full()

func ecosystem(size storetest.Size) *graph {
	nodes, edges := storetest.EcosystemGraph(size, 1)
	return &graph{nodes, edges}
}

func org(i int) string     { return fmt.Sprintf("pic:9%08d", i) }
func project(i int) string { return fmt.Sprintf("cordis:%06d", i) }
func network(i int) string { return fmt.Sprintf("eccp:network-%d", i) }

// arrays are plain adjacency arrays: what the mirror is measured against.
type arrays struct {
	ids   map[string]int32
	nodes []*store.Node
	ways  map[string]*[2]adjacency
}

type adjacency struct {
	off  []uint32
	to   []uint32
	edge []*store.Edge
}

func (a *adjacency) of(i uint32) ([]uint32, []*store.Edge) {
	return a.to[a.off[i]:a.off[i+1]], a.edge[a.off[i]:a.off[i+1]]
}

func arraysOf(g *graph) *arrays {
	a := &arrays{ids: make(map[string]int32, len(g.nodes)), nodes: slices.Clone(g.nodes), ways: map[string]*[2]adjacency{}}
	slices.SortFunc(a.nodes, func(x, y *store.Node) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	})
	for i, n := range a.nodes {
		a.ids[n.ID] = int32(i)
	}
	for _, typ := range []string{"PARTICIPATES_IN", "MEMBER_OF"} {
		var both [2]adjacency
		for dir := range both {
			c := adjacency{off: make([]uint32, len(a.nodes)+1)}
			ends := func(e *store.Edge) (uint32, uint32) {
				if dir == 0 {
					return uint32(a.ids[e.From]), uint32(a.ids[e.To])
				}
				return uint32(a.ids[e.To]), uint32(a.ids[e.From])
			}
			var rows []*store.Edge
			for _, e := range g.edges {
				if e.Type == typ {
					rows = append(rows, e)
				}
			}
			slices.SortFunc(rows, func(x, y *store.Edge) int {
				xn, xf := ends(x)
				yn, yf := ends(y)
				if xn != yn {
					return int(xn) - int(yn)
				}
				return int(xf) - int(yf)
			})
			for _, e := range rows {
				near, far := ends(e)
				c.off[near+1]++
				c.to, c.edge = append(c.to, far), append(c.edge, e)
			}
			for i := range a.nodes {
				c.off[i+1] += c.off[i]
			}
			both[dir] = c
		}
		a.ways[typ] = &both
	}
	return a
}

func (a *arrays) Nodes(ids []string) []*store.Node {
	out := make([]*store.Node, len(ids))
	for i, id := range ids {
		if n, ok := a.ids[id]; ok {
			out[i] = a.nodes[n]
		}
	}
	return out
}

func (a *arrays) Expand(ids []string, w *adjacency) []store.Page {
	pages := make([]store.Page, len(ids))
	at := make([]int32, len(ids))
	total := 0
	for i, id := range ids {
		n, ok := a.ids[id]
		if !ok {
			n = -1
		} else {
			total += int(w.off[n+1] - w.off[n])
		}
		at[i] = n
	}
	hits := make([]store.Hit, 0, total)
	for i, n := range at {
		if n >= 0 {
			from := len(hits)
			to, edge := w.of(uint32(n))
			for j := range to {
				hits = append(hits, store.Hit{Node: a.nodes[to[j]], Edge: edge[j]})
			}
			pages[i].Hits = hits[from:len(hits):len(hits)]
		}
	}
	return pages
}

func (a *arrays) Step(from []uint32, w *adjacency) (off, to []uint32, edge []*store.Edge) {
	off = make([]uint32, len(from)+1)
	total := 0
	for _, n := range from {
		total += int(w.off[n+1] - w.off[n])
	}
	to, edge = make([]uint32, 0, total), make([]*store.Edge, 0, total)
	for i, n := range from {
		t, e := w.of(n)
		to, edge = append(to, t...), append(edge, e...)
		off[i+1] = uint32(len(to))
	}
	return off, to, edge
}

// theWorld is a graph in the mirror and in arrays.
type theWorld struct {
	g *graph
	m *Store
	a *arrays
}

// world is what all benchmarks share: it is made once.
var world = sync.OnceValue(func() *theWorld { return newWorld(full) })

func newWorld(size storetest.Size) *theWorld {
	g := ecosystem(size)
	m, err := Open(context.Background(), told{newFake(), g}, ecosystemSchema(), Options{})
	if err != nil {
		panic(err)
	}
	return &theWorld{g, m, arraysOf(g)}
}

// told is a truth that begins with a graph.
type told struct {
	*fake
	g *graph
}

func (t told) Load(_ context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	for _, n := range t.g.nodes {
		_ = node(n)
	}
	for _, e := range t.g.edges {
		_ = edge(e)
	}
	return t.rev(), nil
}

// ratio runs two ways to one answer by turns, and reports how much longer the first takes,
// as the least of both: what disturbs one run disturbs no other.
func ratio(b *testing.B, mirror, plain func()) {
	var times [2][]time.Duration
	b.ReportAllocs()
	for b.Loop() {
		for i, f := range []func(){mirror, plain} {
			start := time.Now()
			f()
			times[i] = append(times[i], time.Since(start))
		}
	}
	for i := range times {
		slices.Sort(times[i])
	}
	median := func(d []time.Duration) float64 { return float64(d[len(d)/2]) }
	b.ReportMetric(median(times[0]), "mirror-ns")
	b.ReportMetric(median(times[1]), "arrays-ns")
	r := median(times[0]) / median(times[1])
	b.ReportMetric(r, "ratio")
	if r > 3 && len(times[0]) > 100 {
		b.Errorf("%.2f times as long as plain arrays", r)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var (
	participates = store.Rel{Type: "PARTICIPATES_IN"}
	participants = store.Rel{Type: "PARTICIPATES_IN", Dir: store.In}
	members      = store.Rel{Type: "MEMBER_OF", Dir: store.In}
	all          = store.Window{First: store.All}
)

// sets are different hundreds of organisations, so that a benchmark does not measure a
// cache that one hundred fit into.
func sets(size storetest.Size) [][]string {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([][]string, 200)
	for i := range out {
		for range 100 {
			out[i] = append(out[i], org(r.IntN(size.Organisations)))
		}
	}
	return out
}

func BenchmarkAgainstArrays(b *testing.B) {
	w, ctx := world(), context.Background()
	in := sets(full)
	next := func() func() []string {
		i := 0
		return func() []string { i++; return in[i%len(in)] }
	}
	s := w.m.now.Load().snapshot
	out, back := &w.a.ways["PARTICIPATES_IN"][0], &w.a.ways["PARTICIPATES_IN"][1]
	b.Run("nodes", func(b *testing.B) {
		x, y := next(), next()
		ratio(b, func() { must(s.Nodes(ctx, x())) }, func() { w.a.Nodes(y()) })
	})
	b.Run("expand", func(b *testing.B) {
		x, y := next(), next()
		ratio(b, func() { must(s.Expand(ctx, x(), participates, all)) }, func() { w.a.Expand(y(), out) })
	})
	b.Run("twohops/expand", func(b *testing.B) {
		x, y := next(), next()
		ids := func(pages []store.Page) []string {
			seen := map[*store.Node]bool{}
			var out []string
			for _, p := range pages {
				for _, h := range p.Hits {
					if !seen[h.Node] {
						seen[h.Node] = true
						out = append(out, h.Node.ID)
					}
				}
			}
			return out
		}
		ratio(b, func() {
			must(s.Expand(ctx, ids(must(s.Expand(ctx, x(), participates, all))), participants, all))
		}, func() { w.a.Expand(ids(w.a.Expand(y(), out)), back) })
	})
	b.Run("twohops/step", func(b *testing.B) {
		x, y := next(), next()
		ratio(b, func() {
			fan := must(s.Step(ctx, must(s.Slots(ctx, x())), participates, store.Period{}))
			must(s.Step(ctx, fan.To, participants, store.Period{}))
		}, func() {
			ids := y()
			from := make([]uint32, len(ids))
			for i, id := range ids {
				from[i] = uint32(w.a.ids[id])
			}
			_, to, _ := w.a.Step(from, out)
			w.a.Step(to, back)
		})
	})
	b.Run("headline", func(b *testing.B) {
		x, y := 0, 0
		ratio(b, func() { x++; headline(s, network(x%100), network(x%100+1)) },
			func() { y++; headlineArrays(w.a, network(y%100), network(y%100+1)) })
	})
}

// headline counts the projects that members of two networks share, by pair.
func headline(s store.Reader, a, b string) map[[2]store.Slot]int {
	ctx := context.Background()
	sides := must(s.Step(ctx, must(s.Slots(ctx, []string{a, b})), members, store.Period{}))
	left, right := sides.To[:sides.Off[1]], map[store.Slot]bool{}
	for _, m := range sides.To[sides.Off[1]:] {
		right[m] = true
	}
	shared := must(s.Step(ctx, left, participates, store.Period{}))
	partners := must(s.Step(ctx, shared.To, participants, store.Period{}))
	pairs := map[[2]store.Slot]int{}
	for i, m := range left {
		for j := shared.Off[i]; j < shared.Off[i+1]; j++ {
			for _, p := range partners.To[partners.Off[j]:partners.Off[j+1]] {
				if p != m && right[p] {
					pairs[[2]store.Slot{m, p}]++
				}
			}
		}
	}
	return pairs
}

func headlineArrays(a *arrays, x, y string) map[[2]uint32]int {
	member, out, in := &a.ways["MEMBER_OF"][1], &a.ways["PARTICIPATES_IN"][0], &a.ways["PARTICIPATES_IN"][1]
	left, _ := member.of(uint32(a.ids[x]))
	others, _ := member.of(uint32(a.ids[y]))
	right := map[uint32]bool{}
	for _, m := range others {
		right[m] = true
	}
	pairs := map[[2]uint32]int{}
	for _, m := range left {
		shared, _ := out.of(m)
		for _, p := range shared {
			partners, _ := in.of(p)
			for _, q := range partners {
				if q != m && right[q] {
					pairs[[2]uint32{m, q}]++
				}
			}
		}
	}
	return pairs
}

// What the mirror is measured against answers as it does.
func TestAnswersOfArrays(t *testing.T) {
	size := full.Part(10)
	w, ctx := newWorld(size), context.Background()
	s := w.m.now.Load().snapshot
	for _, ids := range sets(size)[:5] {
		got := must(s.Expand(ctx, ids, participates, all))
		for i, p := range w.a.Expand(ids, &w.a.ways["PARTICIPATES_IN"][0]) {
			if len(p.Hits) != len(got[i].Hits) {
				t.Fatalf("%s: %d hits, not %d", ids[i], len(got[i].Hits), len(p.Hits))
			}
			for j, h := range p.Hits {
				if g := got[i].Hits[j]; g.Node.ID != h.Node.ID || g.Edge.EdgeID != h.Edge.EdgeID {
					t.Fatalf("%s: %v, not %v", ids[i], g, h)
				}
			}
		}
	}
	pairs := 0
	for i := range size.Networks - 1 {
		got, want := headline(s, network(i), network(i+1)), headlineArrays(w.a, network(i), network(i+1))
		if pairs += len(want); len(got) != len(want) {
			t.Fatalf("%d pairs, not %d", len(got), len(want))
		}
	}
	if pairs == 0 {
		t.Error("no network's members meet those of the next")
	}
}

func BenchmarkSearch(b *testing.B) {
	w, ctx := world(), context.Background()
	s := w.m.now.Load().snapshot
	name := must(s.Nodes(ctx, []string{org(12345)}))[0].Name()
	for _, q := range []struct{ what, text string }{{"name", name}, {"word", "tech"}, {"two-words", "quant rail"}, {"letter", "a"}, {"two-letters", "a b"}} {
		b.Run(q.what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(s.Search(ctx, q.text, nil, store.SearchWindow{First: 10}))
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	w, ctx := world(), context.Background()
	s := w.m.now.Load().snapshot
	byName := []store.Term{{Path: []string{"name"}, Fold: true}}
	down := []store.Term{{Path: []string{"start"}, Desc: true}}
	year, _ := store.ParseDate("2015")
	orgs, projs := []string{"Organisation"}, []string{"Project"}
	for _, q := range []struct {
		what  string
		kinds []string
		w     store.Window
	}{
		{"by-id", orgs, store.Window{First: 100}},
		{"by-name", orgs, store.Window{First: 100, Order: byName, Count: true, Keys: true}},
		{"by-start-down", projs, store.Window{First: 100, Order: down}},
		{"type", orgs, store.Window{First: 100, Order: byName, Where: store.Is{Path: []string{"type"}, Op: store.Eq, Value: "HES"}}},
		{"type-counted", orgs, store.Window{First: 100, Order: byName, Count: true, Where: store.Is{Path: []string{"type"}, Op: store.Eq, Value: "HES"}}},
		{"contains", orgs, store.Window{First: 100, Count: true, Where: store.Is{Path: []string{"name"}, Op: store.Contains, Value: "quantum rail", Fold: true}}},
		{"started-in", projs, store.Window{First: 100, Where: store.And{
			store.Is{Path: []string{"start"}, Op: store.Gte, Value: year}, store.Is{Path: []string{"start"}, Op: store.Lte, Value: year}}}},
		{"partner-is", projs, store.Window{First: 100, Count: true, Where: store.Related{Rel: participants, Test: store.Is{Path: []string{"id"}, Op: store.Eq, Value: org(5000)}}}},
		{"by-partners", projs, store.Window{First: 10, Order: []store.Term{{Rel: &participants, Desc: true}}}},
	} {
		b.Run(q.what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(s.Find(ctx, q.kinds, q.w))
			}
		})
	}
}

// BenchmarkExpandWindows are windows that cannot be cut out of a list as it stands.
func BenchmarkExpandWindows(b *testing.B) {
	w, ctx := world(), context.Background()
	s := w.m.now.Load().snapshot
	in := sets(full)
	year, _ := store.ParseDate("2015")
	for _, q := range []struct {
		what string
		w    store.Window
	}{
		{"all", all},
		{"period", store.Window{First: store.All, When: store.Period(year)}},
		{"where", store.Window{First: store.All, Where: store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "COORDINATOR"}}},
		{"by-name", store.Window{First: store.All, Order: []store.Term{{Path: []string{"name"}, Fold: true}}}},
		{"by-name-10-counted", store.Window{First: 10, Count: true, Keys: true, Order: []store.Term{{Path: []string{"name"}, Fold: true}}}},
	} {
		b.Run(q.what, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				must(s.Expand(ctx, in[i%len(in)], participates, q.w))
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	g := ecosystem(full)
	heap := func() float64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	var s *snapshot
	before := heap()
	for b.Loop() {
		s = must(load(context.Background(), told{newFake(), g}, ecosystemSchema(), newInterner()))
	}
	whole := heap() - before
	edges := s.edges
	s = must(load(context.Background(), told{newFake(), &graph{nodes: g.nodes}}, ecosystemSchema(), newInterner()))
	bare := heap() - before
	b.ReportMetric(whole/1e6, "MB")
	b.ReportMetric(bare/float64(s.nodes), "B/node")
	b.ReportMetric((whole-bare)/float64(edges), "B/edge")
	runtime.KeepAlive(g)
	runtime.KeepAlive(s)
}

// commits makes commits of new participations, each after the one before.
func commits(s *snapshot, size int) func() *store.Commit {
	r := rand.New(rand.NewPCG(5, uint64(size)))
	rev, n := s.rev, 0
	return func() *store.Commit {
		rev.Number++
		c := &store.Commit{Revision: rev, At: time.Now()}
		for range size {
			n++
			c.Edges = append(c.Edges, &store.Edge{EdgeID: store.EdgeID{Type: "PARTICIPATES_IN", From: org(r.IntN(full.Organisations)), To: project(r.IntN(full.Projects)), Key: fmt.Sprint(n)},
				Props: store.PropsOf(map[string]any{"role": "PARTICIPANT"})})
		}
		return c
	}
}

// newNodes makes commits of new organisations, each in a region.
func newNodes(s *snapshot, size int) func() *store.Commit {
	r := rand.New(rand.NewPCG(6, uint64(size)))
	rev, n := s.rev, 0
	return func() *store.Commit {
		rev.Number++
		c := &store.Commit{Revision: rev, At: time.Now()}
		for range size {
			n++
			id := fmt.Sprintf("name:new-%d", n)
			c.Nodes = append(c.Nodes, &store.Node{ID: id, Kind: "Organisation", Props: store.PropsOf(map[string]any{"name": fmt.Sprintf("New Company %d", n), "type": "PRC"})})
			c.Edges = append(c.Edges, &store.Edge{EdgeID: store.EdgeID{Type: "LOCATED_IN", From: id, To: fmt.Sprintf("nuts:P%02d%d", r.IntN(40), r.IntN(6))}})
		}
		return c
	}
}

func BenchmarkApply(b *testing.B) {
	w := world()
	for _, size := range []int{1, 1000} {
		for what, make := range map[string]func(*snapshot, int) func() *store.Commit{"edges": commits, "nodes": newNodes} {
			b.Run(fmt.Sprintf("%d-%s", size, what), func(b *testing.B) {
				s, in := w.m.now.Load().snapshot, newInterner()
				next := make(s, size)
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					c := next()
					b.StartTimer()
					s = must(s.apply(c, in))
				}
			})
		}
	}
}

// BenchmarkReadersUnderImport reads the headline while nothing else happens, and while an
// import commits a thousand nodes with an edge each after another, at the pace at which a
// disk takes them.
func BenchmarkReadersUnderImport(b *testing.B) {
	w, ctx := world(), context.Background()
	m := must(Open(ctx, told{newFake(), w.g}, ecosystemSchema(), Options{}))
	defer func() { _ = m.Close() }()
	const onDisk = 20 * time.Millisecond
	read := func() []time.Duration {
		took := make([]time.Duration, 1000)
		for i := range took {
			start := time.Now()
			_ = m.View(ctx, store.Revision{}, func(r store.Reader) error {
				headline(r, network(i%100), network(i%100+1))
				return nil
			})
			took[i] = time.Since(start)
		}
		slices.Sort(took)
		return took
	}
	for b.Loop() {
		quiet := read()
		stop, done, rows := make(chan bool), make(chan bool), 0
		go func() {
			defer close(done)
			next := newNodes(m.now.Load().snapshot, 1000)
			for {
				m.offer(*next())
				rows += 2000
				select {
				case <-stop:
					return
				case <-time.After(onDisk):
				}
			}
		}()
		start := time.Now()
		busy := read()
		took := time.Since(start)
		close(stop)
		<-done
		us := func(d time.Duration) float64 { return float64(d) / 1e3 }
		b.ReportMetric(us(quiet[len(quiet)/2]), "quiet-p50-us")
		b.ReportMetric(us(quiet[len(quiet)*99/100]), "quiet-p99-us")
		b.ReportMetric(us(busy[len(busy)/2]), "busy-p50-us")
		b.ReportMetric(us(busy[len(busy)*99/100]), "busy-p99-us")
		b.ReportMetric(us(busy[len(busy)/2])/us(quiet[len(quiet)/2]), "ratio")
		b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
	}
}
