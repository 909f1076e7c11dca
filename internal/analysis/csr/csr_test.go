package csr_test

import (
	"math/rand/v2"
	"testing"

	"clustergraph/internal/analysis/csr"
)

func TestGraphHoldsItsTies(t *testing.T) {
	for seed := range uint64(100) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := 2 + rnd.IntN(20)
		want := map[[2]uint32]float64{}
		var ties []csr.Tie
		for range rnd.IntN(60) {
			a, b := uint32(rnd.IntN(n)), uint32(rnd.IntN(n))
			if a == b {
				continue
			}
			w := float64(1 + rnd.IntN(4))
			ties = append(ties, csr.Tie{A: a, B: b, Weight: w})
			want[[2]uint32{a, b}] += w
			want[[2]uint32{b, a}] += w
		}
		g := csr.New(n, ties)
		if g.Len() != n || 2*g.Ties() != len(want) {
			t.Fatalf("seed %d: %d nodes and %d ties; want %d and %d", seed, g.Len(), g.Ties(), n, len(want)/2)
		}
		for x := range uint32(n) {
			to, weights := g.Row(x)
			sum := 0.0
			for i, y := range to {
				if weights[i] != want[[2]uint32{x, y}] {
					t.Errorf("seed %d: %d-%d weighs %v; want %v", seed, x, y, weights[i], want[[2]uint32{x, y}])
				}
				if i > 0 && to[i-1] >= y {
					t.Errorf("seed %d: the row of %d does not ascend: %v", seed, x, to)
				}
				sum += weights[i]
			}
			if g.Strength(x) != sum {
				t.Errorf("seed %d: the strength of %d is %v; want %v", seed, x, g.Strength(x), sum)
			}
		}
	}
}

func TestGraphRefusesWhatIsNoTie(t *testing.T) {
	for _, tie := range []csr.Tie{{A: 1, B: 1, Weight: 1}, {A: 0, B: 9, Weight: 1}, {A: 0, B: 1}, {A: 0, B: 1, Weight: -1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was taken", tie)
				}
			}()
			csr.New(3, []csr.Tie{tie})
		}()
	}
}
