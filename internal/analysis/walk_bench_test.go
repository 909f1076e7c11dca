package analysis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/storetest"
	"clustergraph/test/needs"
)

// plainWalk is the edges that paths go over as adjacency arrays, over numbers in the order of
// ids, and what a search over them needs.
type plainWalk struct {
	ids     []string
	ragged  // neighbours, ascending
	dist    [2][]uint8
	left    []uint8
	touched []uint32
}

func newPlainWalk(l *large) *plainWalk {
	w := &plainWalk{}
	number := map[string]uint32{}
	for _, n := range l.nodes {
		number[n.ID] = uint32(len(w.ids))
		w.ids = append(w.ids, n.ID)
	}
	around := make([][]uint32, len(w.ids))
	for _, e := range l.edges {
		if e.Type == "PARTICIPATES_IN" || e.Type == "MEMBER_OF" {
			x, y := number[e.From], number[e.To]
			around[x], around[y] = append(around[x], y), append(around[y], x)
		}
	}
	w.off = []uint32{0}
	for _, list := range around {
		slices.Sort(list)
		w.to = append(w.to, slices.Compact(list)...)
		w.off = append(w.off, uint32(len(w.to)))
	}
	for i := range w.dist {
		w.dist[i] = slices.Repeat([]uint8{far}, len(w.ids))
	}
	w.left = slices.Repeat([]uint8{far}, len(w.ids))
	return w
}

// shortest are the first of the shortest paths between two nodes, at most so many.
func (w *plainWalk) shortest(from, to uint32, most int) (out [][]uint32) {
	for _, x := range w.touched {
		w.dist[0][x], w.dist[1][x], w.left[x] = far, far, far
	}
	w.touched = append(w.touched[:0], from, to)
	w.dist[0][from], w.dist[1][to] = 0, 0
	frontier := [2][]uint32{{from}, {to}}
	var depth [2]uint8
	for met := false; !met; {
		side := 0
		if len(frontier[1]) <= len(frontier[0]) {
			side = 1
		}
		if len(frontier[side]) == 0 {
			return nil
		}
		depth[side]++
		var next []uint32
		mine, theirs := w.dist[side], w.dist[1-side]
		for _, x := range frontier[side] {
			for _, y := range w.to[w.off[x]:w.off[x+1]] {
				if mine[y] == far {
					mine[y] = depth[side]
					met = met || theirs[y] != far
					next = append(next, y)
				}
			}
		}
		w.touched = append(w.touched, next...)
		frontier[side] = next
	}
	length := depth[0] + depth[1]
	var here []uint32
	for _, x := range frontier[1] {
		if w.dist[0][x] == depth[0] {
			here = append(here, x)
		}
	}
	for left := depth[1] + 1; left < length; left++ {
		var next []uint32
		for _, x := range here {
			for _, y := range w.to[w.off[x]:w.off[x+1]] {
				if w.dist[0][y] == length-left && w.left[y] == far {
					w.left[y] = left
					next = append(next, y)
				}
			}
		}
		here = next
	}
	path := []uint32{from}
	var walk func(x uint32)
	walk = func(x uint32) {
		for _, y := range w.to[w.off[x]:w.off[x+1]] {
			if len(out) == most {
				return
			}
			if rest := length - uint8(len(path)); min(w.dist[1][y], w.left[y]) != rest {
				continue
			}
			path = append(path, y)
			if y == to {
				out = append(out, slices.Clone(path))
			} else {
				walk(y)
			}
			path = path[:len(path)-1]
		}
	}
	walk(from)
	return out
}

// BenchmarkGrowth asks what is around organisations, and for a path between two of them, in a
// graph and in one that is ten times larger.
func BenchmarkGrowth(b *testing.B) {
	type question struct {
		name string
		ask  func(r store.Reader, from, to string) (touched int, err error)
		// Only those count for which so many edges are looked at: hubs grow with the graph.
		least, most int
	}
	ask := []question{
		{"paths", func(r store.Reader, from, to string) (int, error) {
			p, err := analyst.newPaths(context.Background(), r, PathQuery{From: from, To: to, MaxLength: 6, First: 1})
			if err != nil {
				return 0, err
			}
			defer p.free()
			_, err = p.find()
			return p.touched, err
		}, 50, 150},
		{"neighbourhood", func(r store.Reader, from, _ string) (int, error) {
			n, err := analyst.Neighbourhood(context.Background(), r, NeighbourhoodQuery{Of: from, Depth: 2, MinWeight: 1, First: 100})
			if err != nil {
				return 0, err
			}
			return n.touched, err
		}, 0, MaxTouched},
	}
	medians := map[string][]time.Duration{}
	for _, part := range []int{10, 1} {
		l := generated(storetest.Full().Part(part))
		s, w := opened(b, l)
		pairs := w.pairs(l, 200, 1)
		for _, q := range ask {
			var all []time.Duration
			for _, p := range pairs {
				view(b, s, func(r store.Reader) error {
					var least time.Duration
					for range 50 {
						start := time.Now()
						touched, err := q.ask(r, w.ids[p[0]], w.ids[p[1]])
						if d := time.Since(start); least == 0 || d < least {
							least = d
						}
						if err != nil || touched < q.least || touched > q.most {
							return err
						}
					}
					all = append(all, least)
					return nil
				})
			}
			slices.Sort(all)
			medians[q.name] = append(medians[q.name], all[len(all)/2])
		}
	}
	for _, q := range ask {
		b.ReportMetric(float64(medians[q.name][1])/float64(medians[q.name][0]), q.name+"-in-ten-times-more")
	}
}

// participations are those of Horizon 2020, of the real tables.
func participations(b *testing.B) *large {
	l, seen := &large{}, map[store.EdgeID]bool{}
	nodes := map[string]bool{}
	node := func(kind, id string) {
		if !nodes[id] {
			nodes[id] = true
			l.nodes = append(l.nodes, &store.Node{ID: id, Kind: kind, Props: store.PropsOf(map[string]any{"name": id})})
		}
	}
	needs.Horizon2020(b, "organization.csv", func(get func(string) string) {
		e := store.EdgeID{Type: participatesIn, From: "pic:" + get("organisationID"), To: "cordis:" + get("projectID")}
		node("Organisation", e.From)
		node("Project", e.To)
		if !seen[e] {
			seen[e] = true
			l.edges = append(l.edges, &store.Edge{EdgeID: e})
		}
	})
	return l
}

func generated(size storetest.Size) *large {
	l := &large{}
	l.nodes, l.edges = storetest.EcosystemGraph(size, 1)
	return l
}

// opened is a mirror of a graph, and the same as arrays.
func opened(b testing.TB, l *large) (store.Store, *plainWalk) {
	b.Helper()
	slices.SortFunc(l.nodes, func(a, b *store.Node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
	s, err := mirror.Open(context.Background(), l, schema, mirror.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s, newPlainWalk(l)
}

// pairs are actors that are connected by as many shortest paths as are wanted, or more.
func (w *plainWalk) pairs(l *large, n, paths int) (out [][2]uint32) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for len(out) < n {
		x, y := rnd.IntN(len(w.ids)), rnd.IntN(len(w.ids))
		if x == y || l.nodes[x].Kind != "Organisation" || l.nodes[y].Kind != "Organisation" {
			continue
		}
		if found := w.shortest(uint32(x), uint32(y), paths); len(found) == paths && len(found[0]) <= 7 {
			out = append(out, [2]uint32{uint32(x), uint32(y)})
		}
	}
	return out
}

// BenchmarkPaths asks for the paths between a hundred pairs of organisations.
func BenchmarkPaths(b *testing.B) {
	for _, c := range []struct {
		name string
		of   func() *large
	}{
		{"Horizon 2020", func() *large { return participations(b) }},
		{"generated", func() *large { return generated(storetest.Full()) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := c.of()
			s, w := opened(b, l)
			for _, paths := range []int{1, 10, 100} {
				pairs := w.pairs(l, 100, paths)
				for _, via := range [][]string{nil, {participatesIn, memberOf}} {
					b.Run(fmt.Sprintf("%d paths via %v", paths, via), func(b *testing.B) {
						ask := func(r store.Reader, p [2]uint32) ([]*Path, error) {
							return analyst.Paths(context.Background(), r, PathQuery{From: w.ids[p[0]], To: w.ids[p[1]], Via: via, MaxLength: 6, First: paths})
						}
						view(b, s, func(r store.Reader) error {
							for _, p := range pairs {
								found, err := ask(r, p)
								if err != nil {
									return err
								}
								for i, want := range w.shortest(p[0], p[1], paths) {
									for k, id := range r.IDs(found[i].Nodes) {
										if id != w.ids[want[k]] {
											return fmt.Errorf("%s: not %v", r.IDs(found[i].Nodes), want)
										}
									}
								}
							}
							return nil
						})
						inTurn(b, len(pairs), func(i int) {
							view(b, s, func(r store.Reader) error {
								_, err := ask(r, pairs[i])
								return err
							})
						}, func(i int) { w.shortest(pairs[i][0], pairs[i][1], paths) })
					})
				}
			}
		})
	}
}

func view(b testing.TB, s store.Store, ask func(store.Reader) error) {
	b.Helper()
	if err := s.View(context.Background(), store.Revision{}, ask); err != nil {
		b.Fatal(err)
	}
}

// inTurn reports how much longer n questions take over a store than over arrays. Of each the
// least of all runs counts: whatever else runs here only adds to it.
func inTurn(b *testing.B, n int, graph, arrays func(i int)) {
	b.ReportAllocs()
	least := [2][]time.Duration{make([]time.Duration, n), make([]time.Duration, n)}
	for b.Loop() {
		for i := range n {
			for k, run := range []func(int){graph, arrays} {
				start := time.Now()
				run(i)
				if d := time.Since(start); least[k][i] == 0 || d < least[k][i] {
					least[k][i] = d
				}
			}
		}
	}
	var sums [2]time.Duration
	for k := range sums {
		for _, d := range least[k] {
			sums[k] += d
		}
	}
	b.ReportMetric(float64(sums[0]), "graph-ns")
	b.ReportMetric(float64(sums[1]), "arrays-ns")
	b.ReportMetric(float64(sums[0])/float64(sums[1]), "ratio")
}
