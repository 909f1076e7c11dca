package centrality_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/graph/network"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"pgregory.net/rapid"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/analysis/csr"
	"clustergraph/test/draw"
)

// said is what testdata/oracle.py prints of a graph.
type said struct {
	Name   string
	Nodes  int
	Ties   [][3]float64
	Groups [][]uint32

	Degree, WeightedDegree, Betweenness, BetweennessInverse, Closeness, ClosenessInverse []float64

	Eigenvector, PageRank []float64
	Constraint            []*float64
	Brokerage             [][5]float64
}

func oracle(t *testing.T) (out []said) {
	text, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *said) graph() *csr.Graph {
	var ties []csr.Tie
	for _, t := range s.Ties {
		ties = append(ties, csr.Tie{A: uint32(t[0]), B: uint32(t[1]), Weight: t[2]})
	}
	return csr.New(s.Nodes, ties)
}

type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}

// equal compares values, to a part in 10^9 or to 10^-9.
func equal(t failer, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for x := range want {
		if !near(got[x], want[x]) {
			t.Errorf("%s of %d is %v, want %v", what, x, got[x], want[x])
		}
	}
}

func near(x, y float64) bool {
	return math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-9*max(1, math.Abs(y))
}

// must is a measure that has an answer.
func must[T any](t failer, measure func(context.Context) (T, error)) T {
	t.Helper()
	out, err := measure(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMeasuresAreThoseOfNetworkx(t *testing.T) {
	for _, s := range oracle(t) {
		t.Run(s.Name, func(t *testing.T) {
			g := s.graph()
			by := func(measure func(context.Context, *csr.Graph, centrality.Distance) ([]float64, error), d centrality.Distance) []float64 {
				return must(t, func(ctx context.Context) ([]float64, error) { return measure(ctx, g, d) })
			}
			equal(t, "degree", centrality.Degree(g), s.Degree)
			equal(t, "weighted degree", centrality.WeightedDegree(g), s.WeightedDegree)
			equal(t, "betweenness", by(centrality.Betweenness, centrality.Hops), s.Betweenness)
			equal(t, "betweenness by weights", by(centrality.Betweenness, centrality.InverseWeight), s.BetweennessInverse)
			equal(t, "closeness", by(centrality.Closeness, centrality.Hops), s.Closeness)
			equal(t, "closeness by weights", by(centrality.Closeness, centrality.InverseWeight), s.ClosenessInverse)
			equal(t, "eigenvector", must(t, func(ctx context.Context) ([]float64, error) { return centrality.Eigenvector(ctx, g) }), s.Eigenvector)
			equal(t, "page rank", must(t, func(ctx context.Context) ([]float64, error) { return centrality.PageRank(ctx, g, 0.85) }), s.PageRank)
			constraint := make([]float64, g.Len())
			for x, c := range s.Constraint {
				if constraint[x] = math.NaN(); c != nil {
					constraint[x] = *c
				}
			}
			equal(t, "constraint", must(t, func(ctx context.Context) ([]float64, error) { return centrality.Constraint(ctx, g) }), constraint)
			roles := must(t, func(ctx context.Context) ([]centrality.Roles, error) { return centrality.Brokerage(ctx, g, s.Groups) })
			for x, want := range s.Brokerage {
				r := roles[x]
				equal(t, "roles", []float64{r.Coordinator, r.Gatekeeper, r.Representative, r.Consultant, r.Liaison}, want[:])
			}
		})
	}
}

// drawn is a random graph with whole weights, and as gonum has it, by weight and by length.
func drawn(t *rapid.T) (*csr.Graph, *simple.WeightedUndirectedGraph, *simple.WeightedUndirectedGraph) {
	n := rapid.IntRange(3, 25).Draw(t, "nodes")
	weight := rapid.SampledFrom([]float64{0.5, 1, 2, 4})
	weights := simple.NewWeightedUndirectedGraph(0, 0)
	lengths := simple.NewWeightedUndirectedGraph(0, math.Inf(1))
	for x := range n {
		weights.AddNode(simple.Node(x))
		lengths.AddNode(simple.Node(x))
	}
	var ties []csr.Tie
	seen := map[[2]uint32]bool{}
	for range rapid.IntRange(0, 60).Draw(t, "ties") {
		a, b := rapid.Uint32Range(0, uint32(n)-1).Draw(t, "a"), rapid.Uint32Range(0, uint32(n)-1).Draw(t, "b")
		if a == b || seen[[2]uint32{a, b}] {
			continue
		}
		seen[[2]uint32{a, b}], seen[[2]uint32{b, a}] = true, true
		w := weight.Draw(t, "weight")
		ties = append(ties, csr.Tie{A: a, B: b, Weight: w})
		weights.SetWeightedEdge(weights.NewWeightedEdge(simple.Node(a), simple.Node(b), w))
		lengths.SetWeightedEdge(lengths.NewWeightedEdge(simple.Node(a), simple.Node(b), 1/w))
	}
	return csr.New(n, ties), weights, lengths
}

// TestMeasuresAreThoseOfGonum compares with another library on random graphs, connected or not.
func TestMeasuresAreThoseOfGonum(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		g, weights, lengths := drawn(t)
		n := g.Len()
		pairs := float64(n-1) * float64(n-2)
		list := func(of map[int64]float64, scale float64) []float64 {
			out := make([]float64, n)
			for x, v := range of {
				out[x] = v / scale
			}
			return out
		}
		equal(t, "betweenness", must(t, func(ctx context.Context) ([]float64, error) {
			return centrality.Betweenness(ctx, g, centrality.Hops)
		}), list(network.Betweenness(weights), pairs))
		all := path.DijkstraAllPaths(lengths)
		equal(t, "betweenness by weights", must(t, func(ctx context.Context) ([]float64, error) {
			return centrality.Betweenness(ctx, g, centrality.InverseWeight)
		}), list(network.BetweennessWeighted(lengths, all), pairs))
		want := make([]float64, n)
		for x := range n {
			sum, reached := 0.0, 0.0
			for y := range n {
				if d := all.Weight(int64(x), int64(y)); x != y && !math.IsInf(d, 1) {
					sum, reached = sum+d, reached+1
				}
			}
			if reached > 0 {
				want[x] = reached / sum * reached / float64(n-1)
			}
		}
		equal(t, "closeness by weights", must(t, func(ctx context.Context) ([]float64, error) {
			return centrality.Closeness(ctx, g, centrality.InverseWeight)
		}), want)
	})
}

// random is a random graph of many nodes, with short ways.
func random(n, ties int, seed uint64) *csr.Graph {
	rnd := rand.New(rand.NewPCG(seed, 0))
	var out []csr.Tie
	for range ties {
		// The square makes some nodes have many ties.
		a, b := uint32(rnd.Float64()*rnd.Float64()*float64(n)), uint32(rnd.IntN(n))
		if a != b {
			out = append(out, csr.Tie{A: a, B: b, Weight: float64(1 + rnd.IntN(3))})
		}
	}
	return csr.New(n, out)
}

func TestManySearchesAtATimeAreAsOneByOne(t *testing.T) {
	for _, ties := range []int{300, 900, 4000} {
		g := random(700, ties, uint64(ties))
		one := *g
		one.Weight = slices.Repeat([]float64{1}, len(g.Weight))
		equal(t, "closeness", must(t, func(ctx context.Context) ([]float64, error) { return centrality.Closeness(ctx, g, centrality.Hops) }),
			must(t, func(ctx context.Context) ([]float64, error) {
				return centrality.Closeness(ctx, &one, centrality.InverseWeight)
			}))
	}
}

// TestSampledBetweennessIsWithinItsErrors counts how often a sample is off by more than it says:
// that is to happen in at most one tenth of all; here it is far rarer, as bounds are for the worst.
func TestSampledBetweennessIsWithinItsErrors(t *testing.T) {
	for _, d := range []centrality.Distance{centrality.Hops, centrality.InverseWeight} {
		for _, s := range oracle(t) {
			g := s.graph()
			want := must(t, func(ctx context.Context) ([]float64, error) { return centrality.Betweenness(ctx, g, d) })
			wrong, bias, samples := 0, make([]float64, g.Len()), 0
			const runs = 20
			for seed := range uint64(runs) {
				e := must(t, func(ctx context.Context) (*centrality.Estimate, error) {
					return centrality.SampleBetweenness(ctx, g, d, centrality.Sampling{Error: 0.05, Confidence: 0.9, Seed: seed})
				})
				off := false
				for x := range want {
					off = off || math.Abs(e.Values[x]-want[x]) > e.Errors[x]
					if e.Errors[x] > 0.05+1e-12 {
						t.Fatalf("%s: an error of %v", s.Name, e.Errors[x])
					}
					bias[x] += (e.Values[x] - want[x]) / runs
				}
				if off {
					wrong++
				}
				samples += e.Samples
			}
			if wrong > 1 {
				t.Errorf("%s: %d of %d samples are off by more than they say", s.Name, wrong, runs)
			}
			// All samples together are off by no more than five standard deviations.
			for x := range bias {
				if sigma := math.Sqrt(max(want[x]*(1-want[x]), 0) / float64(samples)); math.Abs(bias[x]) > 5*sigma+1e-4 {
					t.Errorf("%s: the mean of node %d is off by %v, %v standard deviations", s.Name, x, bias[x], bias[x]/sigma)
				}
			}
		}
	}
}

func TestErrorsAreSmallerForMoreSamples(t *testing.T) {
	g := random(2000, 8000, 1)
	var last int
	for _, off := range []float64{0.1, 0.03, 0.01} {
		e := must(t, func(ctx context.Context) (*centrality.Estimate, error) {
			return centrality.SampleBetweenness(ctx, g, centrality.Hops, centrality.Sampling{Error: off, Confidence: 0.95, Seed: 1})
		})
		if e.Samples <= last || slices.Max(e.Errors) > off {
			t.Errorf("error %v: %d samples after %d, and a greatest error of %v", off, e.Samples, last, slices.Max(e.Errors))
		}
		last = e.Samples
	}
}

// TestAllMachinesSayTheSame compares the bits that one processor and several make.
func TestAllMachinesSayTheSame(t *testing.T) {
	g := random(400, 1500, 2)
	all := func() (out []float64) {
		for _, d := range []centrality.Distance{centrality.Hops, centrality.InverseWeight} {
			out = append(out, must(t, func(ctx context.Context) ([]float64, error) { return centrality.Betweenness(ctx, g, d) })...)
			out = append(out, must(t, func(ctx context.Context) ([]float64, error) { return centrality.Closeness(ctx, g, d) })...)
			out = append(out, must(t, func(ctx context.Context) (*centrality.Estimate, error) {
				return centrality.SampleBetweenness(ctx, g, d, centrality.Sampling{Error: 0.05, Confidence: 0.9, Seed: 3})
			}).Values...)
		}
		return out
	}
	many := all()
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	for range 2 {
		if !slices.Equal(all(), many) {
			t.Fatal("the values differ")
		}
		runtime.GOMAXPROCS(5)
	}
}

func TestGraphsWithNothingInThem(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3} {
		g := csr.New(n, nil)
		zero := make([]float64, n)
		for _, d := range []centrality.Distance{centrality.Hops, centrality.InverseWeight} {
			equal(t, "betweenness", must(t, func(ctx context.Context) ([]float64, error) { return centrality.Betweenness(ctx, g, d) }), zero)
			equal(t, "closeness", must(t, func(ctx context.Context) ([]float64, error) { return centrality.Closeness(ctx, g, d) }), zero)
			equal(t, "sampled betweenness", must(t, func(ctx context.Context) (*centrality.Estimate, error) {
				return centrality.SampleBetweenness(ctx, g, d, centrality.Sampling{Error: 0.1, Confidence: 0.9})
			}).Values, zero)
		}
		same, parts := make([]float64, n), make([]float64, n)
		for x := range n {
			same[x], parts[x] = 1/math.Sqrt(float64(n)), 1/float64(n)
		}
		equal(t, "eigenvector", must(t, func(ctx context.Context) ([]float64, error) { return centrality.Eigenvector(ctx, g) }), same)
		equal(t, "page rank", must(t, func(ctx context.Context) ([]float64, error) { return centrality.PageRank(ctx, g, 0.85) }), parts)
		if c := must(t, func(ctx context.Context) ([]float64, error) { return centrality.Constraint(ctx, g) }); len(c) != n || n > 0 && !math.IsNaN(c[0]) {
			t.Errorf("constraint of no ties: %v", c)
		}
		if r := must(t, func(ctx context.Context) ([]centrality.Roles, error) {
			return centrality.Brokerage(ctx, g, make([][]uint32, n))
		}); len(r) != n || n > 0 && r[0].Sum() != 0 {
			t.Errorf("roles of no ties: %v", r)
		}
	}
}

// TestMeasuresEnd asks with contexts that have ended, that end soon, and that end before all can
// be done.
func TestMeasuresEnd(t *testing.T) {
	g := random(20_000, 400_000, 3)
	groups := make([][]uint32, g.Len())
	for x := range groups {
		groups[x] = []uint32{uint32(x % 9)}
	}
	measures := map[string]func(context.Context) error{
		"betweenness": func(ctx context.Context) error { _, err := centrality.Betweenness(ctx, g, centrality.Hops); return err },
		"betweenness by weights": func(ctx context.Context) error {
			_, err := centrality.Betweenness(ctx, g, centrality.InverseWeight)
			return err
		},
		"closeness": func(ctx context.Context) error { _, err := centrality.Closeness(ctx, g, centrality.Hops); return err },
		"sampled betweenness": func(ctx context.Context) error {
			_, err := centrality.SampleBetweenness(ctx, g, centrality.Hops, centrality.Sampling{Error: 0.001, Confidence: 0.9})
			return err
		},
		"eigenvector": func(ctx context.Context) error { _, err := centrality.Eigenvector(ctx, g); return err },
		"page rank":   func(ctx context.Context) error { _, err := centrality.PageRank(ctx, g, 0.9999); return err },
		"constraint":  func(ctx context.Context) error { _, err := centrality.Constraint(ctx, g); return err },
		"brokerage":   func(ctx context.Context) error { _, err := centrality.Brokerage(ctx, g, groups); return err },
	}
	for name, measure := range measures {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if err := measure(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, when the deadline has passed", name, err)
		}
		cancel()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	start := time.Now()
	var long *centrality.TooLongError
	if err := measures["betweenness by weights"](ctx); !errors.As(err, &long) || long.Needs < 10*time.Second {
		t.Errorf("betweenness that takes minutes: %v", err)
	}
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("that was found out after %v", took)
	}
}
