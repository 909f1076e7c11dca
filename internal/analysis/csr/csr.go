// Package csr holds undirected, weighted graphs as compressed sparse rows: three arrays,
// which measures of whole networks run over.
package csr

import (
	"cmp"
	"fmt"
	"slices"
)

// Graph is an undirected graph without loops and without parallel ties. Nodes are numbered
// from 0. Whoever has a Graph only reads it, so it can be shared.
type Graph struct {
	// The ties of node x stand from Off[x] to Off[x+1]: To is the other end, ascending within
	// a row, Weight (above 0) that of the tie. Each tie stands in the rows of both ends.
	Off    []uint32
	To     []uint32
	Weight []float64
}

// Len is the number of nodes.
func (g *Graph) Len() int { return len(g.Off) - 1 }

// Ties is the number of ties, each counted once.
func (g *Graph) Ties() int { return len(g.To) / 2 }

// Row are the ends and weights of the ties of a node.
func (g *Graph) Row(x uint32) ([]uint32, []float64) {
	begin, end := g.Off[x], g.Off[x+1]
	return g.To[begin:end], g.Weight[begin:end]
}

// Strength is the sum of the weights of a node's ties.
func (g *Graph) Strength(x uint32) (sum float64) {
	_, weights := g.Row(x)
	for _, w := range weights {
		sum += w
	}
	return sum
}

// Tie is a tie between two nodes.
type Tie struct {
	A, B   uint32
	Weight float64
}

// New makes a graph of n nodes from ties, whose order does not matter; those between the same
// nodes become one, with the sum of their weights (added in the order given). A loop, a node
// above n, and a weight that is not above 0 are mistakes of the caller: it panics.
// Cost: n + m log m.
func New(n int, ties []Tie) *Graph {
	both := make([]Tie, 0, 2*len(ties))
	for _, t := range ties {
		if t.A == t.B || int(t.A) >= n || int(t.B) >= n || !(t.Weight > 0) {
			panic(fmt.Sprintf("csr: %v is no tie of a graph of %d nodes", t, n))
		}
		both = append(both, t, Tie{t.B, t.A, t.Weight})
	}
	slices.SortStableFunc(both, func(s, t Tie) int { return cmp.Or(cmp.Compare(s.A, t.A), cmp.Compare(s.B, t.B)) })
	g := &Graph{Off: make([]uint32, n+1)}
	for i, t := range both {
		if i > 0 && both[i-1].A == t.A && both[i-1].B == t.B {
			g.Weight[len(g.Weight)-1] += t.Weight
			continue
		}
		g.To, g.Weight = append(g.To, t.B), append(g.Weight, t.Weight)
		g.Off[t.A+1]++
	}
	for x := range n {
		g.Off[x+1] += g.Off[x]
	}
	return g
}
