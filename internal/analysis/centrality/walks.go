package centrality

import (
	"context"
	"fmt"
	"math"
	"slices"

	"clustergraph/internal/analysis/csr"
)

// Rounds is how often the measures that approach their values step by step may do so.
const Rounds = 20_000

// ConvergenceError says that so many rounds were not enough.
type ConvergenceError struct{ Rounds int }

// Error says how many they were.
func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("the values still change after %d rounds", e.Rounds)
}

// Eigenvector is the eigenvector of the greatest eigenvalue of the matrix of weights, of length 1
// and without negative values (Bonacich, Factoring and weighting approaches to status scores and
// clique identification, J. Math. Sociology 2, 1972).
//
// Of a graph that is not connected it is what power iteration from equal values approaches, as in
// networkx: 0 in all components but that of the greatest eigenvalue. If several components share it
// (their eigenvalues differ by less than a part in 10^9), each has its own eigenvector, times the sum
// of that. In a graph without ties all values are equal.
//
// Each component is iterated on its own, so that one cannot slow another down, with the matrix
// plus 1 on its diagonal, which has the same eigenvectors and does not swing in bipartite graphs,
// until the values change by less than 10^-13 of their length. Cost: ties times rounds; these depend
// on the gap between the two greatest eigenvalues. More than Rounds are a [ConvergenceError].
func Eigenvector(ctx context.Context, g *csr.Graph) ([]float64, error) {
	n := g.Len()
	out := make([]float64, n)
	of, parts := components(g)
	members := make([][]uint32, parts)
	most := make([]float64, parts) // no eigenvalue is greater than the greatest sum of a row
	for x, c := range of {
		members[c] = append(members[c], uint32(x))
		most[c] = max(most[c], g.Strength(uint32(x)))
	}
	order := make([]int, parts)
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(c, d int) int { return len(members[d]) - len(members[c]) })
	var leading []int
	greatest := 0.0
	for _, c := range order {
		if most[c] < greatest*(1-same) {
			continue
		}
		value, err := eigen(ctx, g, members[c], out)
		if err != nil {
			return nil, err
		}
		if value > greatest*(1+same) {
			leading = leading[:0]
		}
		if value >= greatest*(1-same) {
			leading = append(leading, c)
			greatest = max(greatest, value)
		}
	}
	leads := make([]bool, parts)
	for _, c := range leading {
		leads[c] = true
		sum := 0.0
		for _, x := range members[c] {
			sum += out[x]
		}
		for _, x := range members[c] {
			out[x] *= sum
		}
	}
	length := 0.0
	for x, c := range of {
		if !leads[c] {
			out[x] = 0
		}
		length += out[x] * out[x]
	}
	for x := range out {
		out[x] /= math.Sqrt(length)
	}
	return out, nil
}

// same is by which part eigenvalues may differ and still be equal.
const same = 1e-9

// eigen puts the leading eigenvector of a component, of length 1, into its nodes' places; and
// tells the eigenvalue.
func eigen(ctx context.Context, g *csr.Graph, members []uint32, x []float64) (float64, error) {
	pulse := beat{ctx: ctx}
	for _, i := range members {
		x[i] = 1 / math.Sqrt(float64(len(members)))
	}
	next := make([]float64, len(members))
	// The 1 on the diagonal is to be of the size of the weights.
	unit := 0.0
	for _, i := range members {
		unit = max(unit, g.Strength(i)/float64(max(1, g.Off[i+1]-g.Off[i])))
	}
	for range Rounds {
		length := 0.0
		for k, i := range members {
			to, weights := g.Row(i)
			sum := unit * x[i]
			for j, y := range to {
				sum += weights[j] * x[y]
			}
			next[k] = sum
			length += sum * sum
			if err := pulse.add(len(to) + 1); err != nil {
				return 0, err
			}
		}
		length = math.Sqrt(length)
		if length == 0 {
			return 0, nil // a node without ties
		}
		change := 0.0
		for k, i := range members {
			v := next[k] / length
			change += (v - x[i]) * (v - x[i])
			x[i] = v
		}
		if math.Sqrt(change) < 1e-13 {
			return length - unit, nil
		}
	}
	return 0, &ConvergenceError{Rounds}
}

// PageRank is how often a walk is at each node that, with the probability damping, follows a tie
// chosen by its weight, and else starts anew anywhere (Brin and Page, The anatomy of a large-scale
// hypertextual web search engine, 1998); from a node without ties it always starts anew. All
// values together are 1. damping is from 0 to below 1.
//
// It is iterated until the values change by less than 10^-12 in all. Cost: ties times rounds, of
// which there are log(10^-12) / log(damping) at most.
func PageRank(ctx context.Context, g *csr.Graph, damping float64) ([]float64, error) {
	n := g.Len()
	x, next, flow := make([]float64, n), make([]float64, n), make([]float64, n)
	strength := WeightedDegree(g)
	for i := range x {
		x[i] = 1 / float64(n)
	}
	pulse := beat{ctx: ctx}
	for range Rounds {
		stuck := 0.0
		for i, v := range x {
			if strength[i] == 0 {
				stuck += v
			} else {
				flow[i] = v / strength[i]
			}
		}
		anew := (1-damping)/float64(n) + damping*stuck/float64(n)
		change := 0.0
		for i := range next {
			to, weights := g.Row(uint32(i))
			sum := 0.0
			for j, y := range to {
				sum += weights[j] * flow[y]
			}
			next[i] = anew + damping*sum
			change += math.Abs(next[i] - x[i])
			if err := pulse.add(len(to) + 1); err != nil {
				return nil, err
			}
		}
		x, next = next, x
		if change < 1e-12 {
			return x, nil
		}
	}
	return nil, &ConvergenceError{Rounds}
}
