package bench

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// cell is what one side did in one turn.
type cell struct {
	rate     float64 // answers in a second
	cpu, neo float64 // seconds of processor time for an answer, in the side and in Neo4j
}

// turns measures a question on all sides: in each round every side has a turn, and each
// round begins with another side, so that what else the machine does burdens all. The cells
// are by side and round.
func turns(b *testing.B, sides []*side, a asked, clients, rounds int, each time.Duration, neo4jPID int) [][]cell {
	b.Helper()
	out := make([][]cell, len(sides))
	for r := range rounds {
		for i := range sides {
			i := (i + r) % len(sides)
			c, err := turn(sides[i], a, clients, each, neo4jPID)
			if err != nil {
				b.Fatalf("%s, %s: %v", a.name, sides[i].name, err)
			}
			out[i] = append(out[i], c)
		}
	}
	return out
}

// turn lets some clients ask one side as fast as it answers, for some time and until
// everything was asked equally often.
func turn(s *side, a asked, clients int, each time.Duration, neo4jPID int) (cell, error) {
	requests := make([][]byte, len(a.variables))
	for i, v := range a.variables {
		var err error
		if requests[i], err = requestOf(s.address, s.path, s.body(a.question, v)); err != nil {
			return cell{}, err
		}
	}
	callers := make([]*client, clients)
	for i := range callers {
		var err error
		if callers[i], err = dial(s.address); err != nil {
			return cell{}, err
		}
		defer callers[i].close()
	}
	counts, errs := make([]int, clients), make([]error, clients)
	var next, end atomic.Int64
	end.Store(math.MaxInt64)
	cpu, neo, begin := processorTime(s.pid), processorTime(neo4jPID), time.Now()
	var all sync.WaitGroup
	for i, c := range callers {
		all.Go(func() {
			for {
				n := next.Add(1) - 1
				if n%int64(len(requests)) == 0 && n > 0 && time.Since(begin) >= each {
					end.CompareAndSwap(math.MaxInt64, n)
				}
				if n >= end.Load() {
					return
				}
				if errs[i] = c.send(requests[n%int64(len(requests))], discard); errs[i] != nil {
					return
				}
				counts[i]++
			}
		})
	}
	all.Wait()
	took := time.Since(begin).Seconds()
	n := 0
	for i := range counts {
		if errs[i] != nil {
			return cell{}, errs[i]
		}
		n += counts[i]
	}
	return cell{float64(n) / took, (processorTime(s.pid) - cpu) / float64(n), (processorTime(neo4jPID) - neo) / float64(n)}, nil
}

// spread is a figure that was taken several times.
type spread struct{ least, median, most float64 }

func spreadOf(x []float64) spread {
	x = slices.Clone(x)
	slices.Sort(x)
	if len(x) == 0 {
		return spread{math.NaN(), math.NaN(), math.NaN()}
	}
	return spread{x[0], (x[(len(x)-1)/2] + x[len(x)/2]) / 2, x[len(x)-1]}
}

// faster is how many times as fast as y x is, round by round.
func faster(x, y []cell) spread {
	rate := func(c cell) float64 { return c.rate }
	return ratios(each(x, rate), each(y, rate))
}

// dearer is how many times as much processor time x takes as y, Neo4j's included.
func dearer(x, y []cell) spread {
	all := func(c cell) float64 { return c.cpu + c.neo }
	return ratios(each(x, all), each(y, all))
}

// ratios are those of figures that were taken in turns.
func ratios(x, y []float64) spread {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] / y[i]
	}
	return spreadOf(out)
}

func each(cells []cell, f func(cell) float64) []float64 {
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = f(c)
	}
	return out
}
