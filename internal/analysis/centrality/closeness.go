package centrality

import (
	"context"
	"math/bits"
	"sync/atomic"

	"clustergraph/internal/analysis/csr"
)

// Closeness is, for each node, 1 divided by its mean distance to the nodes it can reach, times
// the part of all other nodes that it can reach (Wasserman and Faust, Social network analysis,
// 1994, p. 200; in a connected graph it is that of Freeman, Centrality in social networks, Soc.
// Networks 1, 1979). Of a node without ties it is 0.
//
// Where all ties are equally long, 256 searches go on at a time (Then et al., The more the
// merrier: efficient multi-source graph traversal, PVLDB 8, 2014). Cost: nodes times ties, with
// InverseWeight times a logarithm; if the context ends before that, a [TooLongError] says so
// early.
func Closeness(ctx context.Context, g *csr.Graph, d Distance) ([]float64, error) {
	n := g.Len()
	out := make([]float64, n)
	value := func(sum float64, reached int) float64 {
		if sum == 0 {
			return 0
		}
		return float64(reached) / sum * float64(reached) / float64(n-1)
	}
	if d == Hops {
		sums, reached, err := manyBreadthFirst(ctx, g)
		if err != nil {
			return nil, err
		}
		for x := range out {
			out[x] = value(float64(sums[x]), int(reached[x]))
		}
		return out, nil
	}
	lengths := lengthsOf(g, d)
	err := share(ctx, n, func() func(int) (func(), error) {
		w := newWays(ctx, g, lengths)
		return func(x int) (func(), error) {
			if err := w.from(uint32(x), none); err != nil {
				return nil, err
			}
			sum := 0.0
			for _, y := range w.order {
				sum += w.far[y]
			}
			out[x] = value(sum, len(w.order)-1)
			return nil, nil
		}
	})
	return out, err
}

// together are as many searches as go on at a time, one bit for each.
type together [4]uint64

const searches = 256

// manyBreadthFirst are, for each node, the sum of its distances to all it can reach, and how
// many these are. A search tells the nodes it meets how far away its source is, so each node
// has but to count searches.
func manyBreadthFirst(ctx context.Context, g *csr.Graph) (sums, reached []int64, err error) {
	n := g.Len()
	sums, reached = make([]int64, n), make([]int64, n)
	err = share(ctx, (n+searches-1)/searches, func() func(int) (func(), error) {
		seen, here, next := make([]together, n), make([]together, n), make([]together, n)
		var at, then []uint32 // the nodes of here and next
		pulse := beat{ctx: ctx}
		return func(part int) (func(), error) {
			clear(seen)
			at = at[:0]
			for x := part * searches; x < min(n, (part+1)*searches); x++ {
				bit := x - part*searches
				seen[x][bit/64] |= 1 << (bit % 64)
				here[x] = seen[x]
				at = append(at, uint32(x))
			}
			for step := int64(1); len(at) > 0; step++ {
				then = then[:0]
				for _, x := range at {
					mine := here[x]
					here[x] = together{}
					to, _ := g.Row(x)
					for _, y := range to {
						to := &next[y]
						if *to == (together{}) {
							then = append(then, y)
						}
						for i, word := range mine {
							to[i] |= word
						}
					}
					if err := pulse.add(len(to)); err != nil {
						return nil, err
					}
				}
				at = at[:0]
				for _, y := range then {
					count := 0
					for i := range next[y] {
						fresh := next[y][i] &^ seen[y][i]
						seen[y][i] |= fresh
						here[y][i] = fresh
						count += bits.OnesCount64(fresh)
					}
					next[y] = together{}
					if count > 0 {
						at = append(at, y)
						atomic.AddInt64(&sums[y], step*int64(count))
						atomic.AddInt64(&reached[y], int64(count))
					}
				}
			}
			return nil, nil
		}
	})
	return sums, reached, err
}
