package analysis

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
)

// large is a generated ecosystem: 60,000 organisations, 35,000 projects, 180,000
// participations (some organisations have thousands), and 200 networks of 597 down to 11
// members; and the same as plain adjacency arrays over numbers in the order of ids.
type large struct {
	store.Truth
	nodes []*store.Node
	edges []*store.Edge

	members, projects, partners [][]uint32 // of networks; of organisations; of projects
	roles                       [][]*store.Edge
}

func (l *large) Load(_ context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	for _, n := range l.nodes {
		if err := node(n); err != nil {
			return store.Revision{}, err
		}
	}
	for _, e := range l.edges {
		if err := edge(e); err != nil {
			return store.Revision{}, err
		}
	}
	return store.Revision{Epoch: "e", Number: 1}, nil
}
func (l *large) Revision(context.Context) (store.Revision, error) {
	return store.Revision{Epoch: "e", Number: 1}, nil
}
func (l *large) Follow(ctx context.Context, _ store.Revision, _ func(store.Commit) error) error {
	<-ctx.Done()
	return ctx.Err()
}
func (l *large) Close() error { return nil }

var ecosystem60k = sync.OnceValues(func() (*large, store.Store) {
	const organisations, projects, participations, networks = 60_000, 35_000, 180_000, 200
	r := rand.New(rand.NewPCG(1, 2))
	l := &large{members: make([][]uint32, networks), projects: make([][]uint32, organisations), partners: make([][]uint32, projects), roles: make([][]*store.Edge, organisations)}
	id := map[string][]string{}
	add := func(kind, prefix string, n int, more func(i int) map[string]any) {
		for i := range n {
			s := fmt.Sprintf("%s:%09d", prefix, i)
			id[kind] = append(id[kind], s)
			m := more(i)
			m["name"] = fmt.Sprintf("%s %x", kind, i*7919)
			l.nodes = append(l.nodes, &store.Node{ID: s, Kind: kind, Props: store.PropsOf(m)})
		}
	}
	add("Organisation", "pic", organisations, func(int) map[string]any { return map[string]any{} })
	add("Project", "cordis", projects, func(i int) map[string]any {
		return map[string]any{"start": dated(fmt.Sprintf("20%02d-%02d", 14+i%7, 1+i%12))}
	})
	add("Network", "network", networks, func(int) map[string]any { return map[string]any{} })
	link := func(typ, from, to string, props map[string]any) *store.Edge {
		e := &store.Edge{EdgeID: store.EdgeID{Type: typ, From: from, To: to}, Props: store.PropsOf(props)}
		l.edges = append(l.edges, e)
		return e
	}
	for i, o := range id["Organisation"] {
		h := fnv.New64a()
		fmt.Fprint(h, o)
		n := h.Sum64()
		if n%100 >= 20 {
			continue
		}
		network := func(x uint64) int { r := int(x % 1000); return r * r * networks / 1_000_000 }
		first := network(n / 100)
		l.members[first] = append(l.members[first], uint32(i))
		link("MEMBER_OF", o, id["Network"][first], nil)
		if second := network(n / 100_000); n%100 < 5 && second != first {
			l.members[second] = append(l.members[second], uint32(i))
			link("MEMBER_OF", o, id["Network"][second], nil)
		}
	}
	number := r.Perm(organisations)
	seen := map[[2]uint32]bool{}
	for len(seen) < participations {
		u := r.Float64()
		o, p := uint32(number[int(organisations*u*u*u)]), uint32(r.IntN(projects))
		if seen[[2]uint32{o, p}] {
			continue
		}
		seen[[2]uint32{o, p}] = true
		l.projects[o] = append(l.projects[o], p)
		l.partners[p] = append(l.partners[p], o)
		l.roles[o] = append(l.roles[o], link("PARTICIPATES_IN", id["Organisation"][o], id["Project"][p], map[string]any{
			"role": "PARTICIPANT", "contribution": store.Money{Amount: store.Cents(100 * (1 + o)), Currency: "EUR"}}))
	}
	s, err := mirror.Open(context.Background(), l, schema, mirror.Options{})
	if err != nil {
		panic(err)
	}
	return l, s
})

// plainPair is what the plain arrays answer for a pair.
type plainPair struct {
	a, b, n  uint32
	projects []uint32
}

// plain is the answer over plain arrays: the number of pairs, and the first 100 of them,
// most shared projects first, with the projects.
func (l *large) plain(a, b int, side []bool, count []uint32) (int, []plainPair) {
	for _, y := range l.members[b] {
		side[y] = true
	}
	var pairs []plainPair
	var met []uint32
	for _, x := range l.members[a] {
		met = met[:0]
		for _, p := range l.projects[x] {
			for _, y := range l.partners[p] {
				if side[y] && y != x {
					if count[y] == 0 {
						met = append(met, y)
					}
					count[y]++
				}
			}
		}
		for _, y := range met {
			// Of two members of both sides, the pair is told once.
			if !(side[x] && y < x && slices.Contains(l.members[a], y)) {
				pairs = append(pairs, plainPair{a: x, b: y, n: count[y]})
			}
			count[y] = 0
		}
	}
	for _, y := range l.members[b] {
		side[y] = false
	}
	slices.SortFunc(pairs, func(x, y plainPair) int {
		return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	first := pairs[:min(100, len(pairs))]
	for i := range first {
		x := &first[i]
		for _, p := range l.projects[x.a] {
			if slices.Contains(l.partners[p], x.b) {
				x.projects = append(x.projects, p)
			}
		}
	}
	return len(pairs), first
}

// BenchmarkHeadline asks which partners share projects across two networks: all pairs are
// found, and the first 100 are told with their shared projects.
func BenchmarkHeadline(b *testing.B) {
	l, s := ecosystem60k()
	for _, c := range []struct {
		name string
		a, b int
	}{{"small", 150, 180}, {"medium", 40, 50}, {"large", 0, 1}} {
		sides := []Side{{MembersOf, []string{fmt.Sprintf("network:%09d", c.a)}}, {MembersOf, []string{fmt.Sprintf("network:%09d", c.b)}}}
		side, count := make([]bool, len(l.projects)), make([]uint32, len(l.projects))
		n, _ := l.plain(c.a, c.b, side, count)
		b.Run(c.name+"/graph", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				err := s.View(context.Background(), store.Revision{}, func(r store.Reader) error {
					p, err := analyst.Partnerships(context.Background(), r, sides, PartnershipQuery{})
					if err != nil {
						return err
					}
					if p.Len() != n {
						b.Errorf("%d pairs, want %d", p.Len(), n)
					}
					for i := range min(100, p.Len()) {
						if _, err := p.At(i).Shared(); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n), "pairs")
		})
		b.Run(c.name+"/arrays", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.plain(c.a, c.b, side, count)
			}
		})
	}
}
