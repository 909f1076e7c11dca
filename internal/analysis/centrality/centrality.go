// Package centrality measures how central nodes are in undirected, weighted networks. It knows
// nothing of what they are networks of.
//
// Each measure says whose definition it follows; where networkx has it, the values are those of
// networkx. The same graph gives the same bits, however many processors there are. A graph
// without nodes has no values. Measures look at the context now and then, and give up with its
// error.
package centrality

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"clustergraph/internal/analysis/csr"
)

// Degree is the number of ties of each node. Cost: with the nodes.
func Degree(g *csr.Graph) []float64 {
	out := make([]float64, g.Len())
	for x := range out {
		out[x] = float64(g.Off[x+1] - g.Off[x])
	}
	return out
}

// WeightedDegree is the sum of the weights of each node's ties, also called strength. Cost: with
// the ties.
func WeightedDegree(g *csr.Graph) []float64 {
	out := make([]float64, g.Len())
	for x := range out {
		out[x] = g.Strength(uint32(x))
	}
	return out
}

// Distance is how long a tie is.
type Distance uint8

// The distances.
const (
	// Hops makes each tie as long as any other.
	Hops Distance = iota
	// InverseWeight is 1 divided by the weight: strong ties are short (Newman, Scientific
	// collaboration networks II, Phys. Rev. E 64, 2001). Lengths of ways that differ by less
	// than a part in 10^12 are taken to be equal, as sums of such numbers are not exact.
	InverseWeight
)

// TooLongError says that a measure would take longer than there is time. It is found out early:
// the first part tells how long all would take.
type TooLongError struct{ Needs, Has time.Duration }

// Error says how long it would take.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("it would take about %v, and there are %v", e.Needs.Round(time.Second), e.Has.Round(time.Second))
}

// pilot is for how long work is done before it is asked how long all of it will take.
const pilot = 200 * time.Millisecond

// crew is who works on the parts of a measure.
type crew struct {
	mu   sync.Mutex
	turn *sync.Cond
	next int // the next part to be begun
	done int // how many are finished, in order
	err  error
}

// share does parts of equal work, numbered from 0, on all processors. Each of these has a worker
// of its own, which is told parts in ascending order, one after another. It may return what is
// to be finished in the order of the parts, one at a time, so that sums do not depend on who is
// faster. An error ends all.
func share(ctx context.Context, parts int, worker func() func(part int) (finish func(), err error)) error {
	c := &crew{}
	c.turn = sync.NewCond(&c.mu)
	start := time.Now()
	var wait sync.WaitGroup
	for range min(parts, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			work := worker()
			for {
				part := c.begin()
				if part >= parts {
					return
				}
				finish, err := work(part)
				if err == nil {
					err = Ended(ctx)
				}
				c.finish(part, finish, err)
				c.hasTime(ctx, start, parts)
			}
		})
	}
	wait.Wait()
	return c.err
}

// begin is the next part; none if all ends.
func (c *crew) begin() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return math.MaxInt
	}
	c.next++
	return c.next - 1
}

// finish waits for the parts before.
func (c *crew) finish(part int, do func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && c.err == nil {
		c.err = err
	}
	for c.done != part && c.err == nil {
		c.turn.Wait()
	}
	if c.err == nil {
		if do != nil {
			do()
		}
		c.done++
	}
	c.turn.Broadcast()
}

// hasTime ends all if it is sure to take longer than the context goes on.
func (c *crew) hasTime(ctx context.Context, start time.Time, parts int) {
	deadline, bounded := ctx.Deadline()
	took := time.Since(start)
	if !bounded || took < pilot {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	needs, has := time.Duration(float64(took)/float64(max(1, c.done))*float64(parts)), deadline.Sub(start)
	if c.err == nil && c.done < parts/2 && needs > has+has/4 {
		c.err = &TooLongError{Needs: needs, Has: has}
		c.turn.Broadcast()
	}
}

// pulse is how many steps are gone between two looks at the context.
const pulse = 1 << 16

// beat counts steps, and looks at the context now and then.
type beat struct {
	ctx   context.Context
	steps int
}

// steps counts n steps more.
func (b *beat) add(n int) error {
	if b.steps += n; b.steps >= pulse {
		b.steps = 0
		return Ended(b.ctx)
	}
	return nil
}

// Ended is why a context ended, or nil. It looks at the clock itself: where all processors are at work, the
// timer of a deadline comes late.
func Ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if deadline, bounded := ctx.Deadline(); bounded && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// components numbers the connected components, by their smallest nodes; by node.
func components(g *csr.Graph) (of []uint32, n int) {
	of = make([]uint32, g.Len())
	for x := range of {
		of[x] = none
	}
	var queue []uint32
	for x := range of {
		if of[x] != none {
			continue
		}
		of[x] = uint32(n)
		queue = append(queue[:0], uint32(x))
		for len(queue) > 0 {
			y := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			to, _ := g.Row(y)
			for _, z := range to {
				if of[z] == none {
					of[z] = uint32(n)
					queue = append(queue, z)
				}
			}
		}
		n++
	}
	return of, n
}

const none = ^uint32(0)
