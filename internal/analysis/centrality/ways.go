package centrality

import (
	"context"

	"clustergraph/internal/analysis/csr"
)

// ways finds the shortest ways from one node after another.
type ways struct {
	g       *csr.Graph
	lengths []float64 // of ties, as they stand in g; nil: all are 1
	beat

	// What is known of the last search.
	order  []uint32  // the nodes that were reached, the nearest first
	far    []float64 // how far away a node is; below 0: it was not reached
	counts []float64 // how many shortest ways lead to it

	settled []bool
	heap    heap
}

func newWays(ctx context.Context, g *csr.Graph, lengths []float64) *ways {
	n := g.Len()
	w := &ways{g: g, lengths: lengths, beat: beat{ctx: ctx}, far: make([]float64, n), counts: make([]float64, n)}
	if lengths != nil {
		w.settled = make([]bool, n)
	}
	for x := range w.far {
		w.far[x] = -1
	}
	return w
}

// lengthsOf are the lengths of all ties.
func lengthsOf(g *csr.Graph, d Distance) []float64 {
	if d == Hops {
		return nil
	}
	out := make([]float64, len(g.Weight))
	for i, w := range g.Weight {
		out[i] = 1 / w
	}
	return out
}

// like is by which part lengths may differ and still be equal.
const like = 1e-12

// from searches from a node, until another one is reached for sure; none: until all are.
func (w *ways) from(source, target uint32) error {
	for _, x := range w.order {
		w.far[x], w.counts[x] = -1, 0
	}
	w.order = w.order[:0]
	w.far[source], w.counts[source] = 0, 1
	if w.lengths == nil {
		return w.breadthFirst(source)
	}
	return w.dijkstra(source, target)
}

func (w *ways) breadthFirst(source uint32) error {
	w.order = append(w.order, source)
	for i := 0; i < len(w.order); i++ {
		x := w.order[i]
		next, ways := w.far[x]+1, w.counts[x]
		to, _ := w.g.Row(x)
		for _, y := range to {
			if w.far[y] < 0 {
				w.far[y] = next
				w.order = append(w.order, y)
			}
			if w.far[y] == next {
				w.counts[y] += ways
			}
		}
		if err := w.add(len(to)); err != nil {
			return err
		}
	}
	return nil
}

// dijkstra keeps nodes that were seen, and not settled, in the heap.
func (w *ways) dijkstra(source, target uint32) error {
	defer func() {
		for _, e := range w.heap {
			if !w.settled[e.node] {
				w.far[e.node], w.counts[e.node] = -1, 0
			}
		}
		for _, x := range w.order {
			w.settled[x] = false
		}
		w.heap = w.heap[:0]
	}()
	w.heap.push(entry{0, source})
	for len(w.heap) > 0 {
		e := w.heap.pop()
		x := e.node
		if w.settled[x] || e.far != w.far[x] {
			continue // a nearer way was found since
		}
		w.settled[x] = true
		w.order = append(w.order, x)
		if x == target {
			return nil
		}
		begin, end := w.g.Off[x], w.g.Off[x+1]
		for i := begin; i < end; i++ {
			y, far := w.g.To[i], e.far+w.lengths[i]
			switch {
			case w.settled[y]:
			case w.far[y] < 0 || far < w.far[y]*(1-like):
				w.far[y], w.counts[y] = far, w.counts[x]
				w.heap.push(entry{far, y})
			case far <= w.far[y]*(1+like):
				w.counts[y] += w.counts[x]
			}
		}
		if err := w.add(int(end - begin)); err != nil {
			return err
		}
	}
	return nil
}

// before tells whether the shortest ways to a node y lead over its i-th tie, whose other end
// is x.
func (w *ways) before(i, x, y uint32) bool {
	if w.far[x] < 0 || w.far[x] >= w.far[y] {
		return false
	}
	if w.lengths == nil {
		return true // it is nearer by 1: else it were not tied to y
	}
	far := w.far[x] + w.lengths[i]
	return far >= w.far[y]*(1-like) && far <= w.far[y]*(1+like)
}

// heap has the nearest entry first; of equally near ones that of the smallest node.
type heap []entry

type entry struct {
	far  float64
	node uint32
}

func (e entry) less(f entry) bool { return e.far < f.far || e.far == f.far && e.node < f.node }

func (h *heap) push(e entry) {
	s := append(*h, e)
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !e.less(s[up]) {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = e
	*h = s
}

func (h *heap) pop() entry {
	s := *h
	first, e := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	for i := 0; len(s) > 0; {
		down := 2*i + 1
		if down+1 < len(s) && s[down+1].less(s[down]) {
			down++
		}
		if down >= len(s) || !s[down].less(e) {
			s[i] = e
			break
		}
		s[i] = s[down]
		i = down
	}
	*h = s
	return first
}
