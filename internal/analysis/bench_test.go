package analysis

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/storetest"
)

// large is a generated ecosystem of 60,000 organisations, 35,000 projects, 180,000
// participations and 200 networks, in a mirror; and the same as plain adjacency arrays over
// numbers in the order of ids.
type large struct {
	store.Truth
	nodes []*store.Node
	edges []*store.Edge

	number            map[string]uint32
	members, projects [][]uint32
	head              []uint32 // scratch of plain
	next              []link
}

// link is a member in a list of members.
type link struct{ who, next uint32 }

var revision = store.Revision{Epoch: "e", Number: 1}

func (l *large) Load(_ context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	for _, n := range l.nodes {
		if err := node(n); err != nil {
			return revision, err
		}
	}
	for _, e := range l.edges {
		if err := edge(e); err != nil {
			return revision, err
		}
	}
	return revision, nil
}

func (l *large) Revision(context.Context) (store.Revision, error) { return revision, nil }
func (l *large) Close() error                                     { return nil }

func (l *large) Follow(ctx context.Context, _ store.Revision, _ func(store.Commit) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// networks makes networks of 600 down to 10 members by a rule on ids alone: h is the FNV-1a
// hash of an organisation's id. Of a hundred, twenty are in network h/100, and five of these
// in h/100,000 as well; network(x) is the square of x mod 1000, over 5,000.
func (l *large) networks() {
	id := func(x uint64) string { r := x % 1000; return fmt.Sprintf("N%d", r*r/5000) }
	for i := range 200 {
		l.nodes = append(l.nodes, &store.Node{ID: fmt.Sprint("N", i), Kind: "Network", Props: store.PropsOf(map[string]any{"name": fmt.Sprint("N", i)})})
	}
	for _, n := range l.nodes {
		if n.Kind != "Organisation" && n.Kind != "Cluster" {
			continue
		}
		hash := fnv.New64a()
		fmt.Fprint(hash, n.ID)
		h := hash.Sum64()
		if h%100 < 20 {
			l.edges = append(l.edges, &store.Edge{EdgeID: store.EdgeID{Type: "MEMBER_OF", From: n.ID, To: id(h / 100)}})
		}
		if h%100 < 5 && id(h/100_000) != id(h/100) {
			l.edges = append(l.edges, &store.Edge{EdgeID: store.EdgeID{Type: "MEMBER_OF", From: n.ID, To: id(h / 100_000)}})
		}
	}
}

func newLarge(b testing.TB) (*large, store.Store) {
	l := &large{number: map[string]uint32{}}
	l.nodes, l.edges = storetest.EcosystemGraph(storetest.Full(), 1)
	l.networks()
	return l, l.open(b)
}

// open puts the graph in order, makes the arrays of it, and a mirror.
func (l *large) open(b testing.TB) store.Store {
	slices.SortFunc(l.nodes, func(a, b *store.Node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
	for i, n := range l.nodes {
		l.number[n.ID] = uint32(i)
	}
	l.members, l.projects = make([][]uint32, len(l.nodes)), make([][]uint32, len(l.nodes))
	l.head, l.next = make([]uint32, len(l.nodes)), make([]link, 1)
	for _, e := range l.edges {
		from, to := l.number[e.From], l.number[e.To]
		switch {
		case e.Type == "MEMBER_OF":
			l.members[to] = append(l.members[to], from)
		case e.Type == "PARTICIPATES_IN":
			l.projects[from] = append(l.projects[from], to)
		}
	}
	s, err := mirror.Open(context.Background(), l, schema, mirror.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// plainPair is what the plain arrays answer for a pair.
type plainPair struct {
	a, b, n  uint32
	projects []uint32
}

// plain is the answer over plain arrays: the number of pairs, and the first 100 of them,
// most shared projects first, with the projects.
func (l *large) plain(one, other []string, side []uint8, count []uint32) (int, []plainPair) {
	var first, second []uint32 // each once
	collect := func(ids []string, mark uint8) (out []uint32) {
		for _, id := range ids {
			for _, x := range l.members[l.number[id]] {
				if side[x]&mark == 0 {
					side[x] |= mark
					out = append(out, x)
				}
			}
		}
		return out
	}
	first, second = collect(one, 1), collect(other, 2)
	// Who of the second side takes part in a project: lists through arrays.
	l.next = l.next[:1]
	for _, y := range second {
		for _, p := range l.projects[y] {
			l.next = append(l.next, link{y, l.head[p]})
			l.head[p] = uint32(len(l.next) - 1)
		}
	}
	var pairs []plainPair
	var met []uint32
	for _, x := range first {
		met = met[:0]
		for _, p := range l.projects[x] {
			for at := l.head[p]; at != 0; at = l.next[at].next {
				if y := l.next[at].who; y != x {
					if count[y] == 0 {
						met = append(met, y)
					}
					count[y]++
				}
			}
		}
		for _, y := range met {
			// Of two members of both sides, the pair is told once.
			if side[x]&side[y] != 3 || x < y {
				pairs = append(pairs, plainPair{a: x, b: y, n: count[y]})
			}
			count[y] = 0
		}
	}
	for _, x := range first {
		side[x] = 0
	}
	for _, y := range second {
		side[y] = 0
		for _, p := range l.projects[y] {
			l.head[p] = 0
		}
	}
	slices.SortFunc(pairs, func(x, y plainPair) int {
		return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	page := pairs[:min(100, len(pairs))]
	for i := range page {
		x := &page[i]
		for _, p := range l.projects[x.a] {
			if _, shared := slices.BinarySearch(l.projects[x.b], p); shared {
				x.projects = append(x.projects, p)
			}
		}
	}
	return len(pairs), page
}

// BenchmarkHeadline asks which partners share projects across two networks: all pairs are
// found, and the first 100 are told with their shared projects.
func BenchmarkHeadline(b *testing.B) {
	l, s := newLarge(b)
	side, count := make([]uint8, len(l.nodes)), make([]uint32, len(l.nodes))
	own := func(from, to int) (ids []string) {
		for i := from; i < to; i++ {
			ids = append(ids, fmt.Sprint("eccp:network-", i))
		}
		return ids
	}
	for _, c := range []struct {
		name string
		a, b []string
	}{
		{"two networks of 45 frequent partners", own(0, 1), own(1, 2)},
		{"two networks of 900 and 400 others", []string{"N0"}, []string{"N1"}},
		{"sides of 1,000", own(0, 30), own(30, 60)},
	} {
		sides := []Side{{By: MembersOf, IDs: c.a}, {By: MembersOf, IDs: c.b}}
		n, first := l.plain(c.a, c.b, side, count)
		told := func(r store.Reader) error {
			p, err := analyst.Partnerships(context.Background(), r, sides, PartnershipQuery{})
			if err != nil {
				return err
			}
			if p.Len() != n {
				return fmt.Errorf("%d pairs, want %d", p.Len(), n)
			}
			for i := range first {
				x := p.At(i)
				shared, err := x.Shared()
				if err != nil {
					return err
				}
				if len(shared) != len(first[i].projects) || x.Projects() != len(shared) {
					return fmt.Errorf("pair %d: %d projects, want %d", i, len(shared), len(first[i].projects))
				}
			}
			return nil
		}
		b.Run(fmt.Sprintf("%s/%d pairs", c.name, n), func(b *testing.B) {
			b.ReportAllocs()
			// Both are measured turn by turn, so that whatever else runs here slows both.
			var graph, arrays []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := s.View(context.Background(), store.Revision{}, told); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				l.plain(c.a, c.b, side, count)
				graph, arrays = append(graph, middle.Sub(start)), append(arrays, time.Since(middle))
			}
			slices.Sort(graph)
			slices.Sort(arrays)
			g, a := graph[len(graph)/2], arrays[len(arrays)/2]
			b.ReportMetric(float64(g), "graph-ns")
			b.ReportMetric(float64(a), "arrays-ns")
			b.ReportMetric(float64(g)/float64(a), "ratio")
		})
	}
}
