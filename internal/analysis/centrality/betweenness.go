package centrality

import (
	"context"

	"clustergraph/internal/analysis/csr"
)

// Betweenness is, for each node, the sum over all pairs of other nodes of the part of their
// shortest ways that lead through it, divided by the number of these pairs: from 0 to 1
// (Freeman, A set of measures of centrality based on betweenness, Sociometry 40, 1977). A pair
// that no way joins adds nothing. In a graph of fewer than three nodes it is 0.
//
// It is worked out as by Brandes, A faster algorithm for betweenness centrality, J. Math.
// Sociology 25, 2001. Cost: nodes times ties, with InverseWeight times a logarithm; if the
// context ends before that, a [TooLongError] says so early.
func Betweenness(ctx context.Context, g *csr.Graph, d Distance) ([]float64, error) {
	n := g.Len()
	out := make([]float64, n)
	if n < 3 {
		return out, ctx.Err()
	}
	lengths := lengthsOf(g, d)
	parts := min(n, 8192) // not by processors, so that sums are the same on all machines
	err := share(ctx, parts, func() func(int) (func(), error) {
		w := newWays(ctx, g, lengths)
		depends, sums := make([]float64, n), make([]float64, n)
		return func(part int) (func(), error) {
			for s := part * n / parts; s < (part+1)*n/parts; s++ {
				if err := w.from(uint32(s), none); err != nil {
					return nil, err
				}
				w.gather(uint32(s), depends, sums)
			}
			return func() {
				for x, sum := range sums {
					out[x] += sum
					sums[x] = 0
				}
			}, nil
		}
	})
	if err != nil {
		return nil, err
	}
	// Each pair was met from both its ends.
	for x := range out {
		out[x] /= float64(n-1) * float64(n-2)
	}
	return out, nil
}

// gather adds up how much the shortest ways from the source depend on each node. depends is
// all 0 before and after.
func (w *ways) gather(source uint32, depends, sums []float64) {
	for i := len(w.order) - 1; i > 0; i-- {
		y := w.order[i]
		part := (1 + depends[y]) / w.counts[y]
		for i := w.g.Off[y]; i < w.g.Off[y+1]; i++ {
			if x := w.g.To[i]; w.before(i, x, y) {
				depends[x] += w.counts[x] * part
			}
		}
		sums[y] += depends[y]
		depends[y] = 0
	}
	depends[source] = 0
}
