package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// These bound what neighbourhoods can be asked for.
const (
	MaxNeighbours = 1000
	MaxDepth      = 6
)

// NeighbourhoodQuery says which neighbourhood is wanted.
type NeighbourhoodQuery struct {
	Of    string
	Depth int // in steps, from 0 to MaxDepth
	// Via are types of edges: only these are gone over, and on from nodes of any kind. Nil: all
	// but ABOUT and POSSIBLY_SAME_AS, and not on from places, topics, programmes and sources.
	Via []string
	// MinWeight is how many edges must tie a node to those nodes nearer by one that are gone on
	// from. Nodes that are tied by fewer are left out, and not gone on from either; but those
	// next to the node itself, which one edge ties mostly, are all told.
	MinWeight int
	First     int // how many nodes, from 1 to MaxNeighbours
	// When is valid time: only edges that hold in it count.
	When store.Period
}

// Neighbourhood is what is around a node. It is good as long as the view it was read from, and
// for one goroutine.
type Neighbourhood struct {
	walk
	NeighbourhoodQuery
	center store.Slot
	kind   kinds
	told   []neighbour
	cut    bool
}

// neighbour is a node of a level: by how many edges it is tied to those that are nearer, and
// whether it is gone on from.
type neighbour struct {
	slot   store.Slot
	id     string
	weight uint32
	on     bool
}

// Level is the nodes of a neighbourhood that are equally far away: how many there are, and how
// many are told.
type Level struct{ Depth, Nodes, Told int }

// Neighbourhood is what is around a node, over edges either way: the node itself, then the
// nearest first; of those that are equally near the ones that the most edges tie to nodes nearer
// by one that are gone on from; then by id.
//
// An id nobody has is an ErrNotFound, a bound out of its range an ErrInvalid, more than
// MaxTouched edges an ErrTooMuch. Cost: with the edges of the nodes nearer than the last that
// is told.
func (a *Analyst) Neighbourhood(ctx context.Context, r store.Reader, q NeighbourhoodQuery) (*Neighbourhood, error) {
	switch {
	case q.Depth < 0 || q.Depth > MaxDepth:
		return nil, fmt.Errorf("%w: depth: %d is not between 0 and %d", store.ErrInvalid, q.Depth, MaxDepth)
	case q.First < 1 || q.First > MaxNeighbours:
		return nil, fmt.Errorf("%w: first: %d is not between 1 and %d", store.ErrInvalid, q.First, MaxNeighbours)
	case q.MinWeight < 1:
		return nil, fmt.Errorf("%w: minWeight: %d is less than 1", store.ErrInvalid, q.MinWeight)
	}
	slots, nodes, err := lookUp(ctx, r, []string{q.Of})
	if err != nil {
		return nil, err
	}
	if slots[0] == 0 {
		return nil, fmt.Errorf("%w: there is no node %q", store.ErrNotFound, q.Of)
	}
	n := &Neighbourhood{
		walk:               walk{ways: a.ways.via(q.Via), ctx: ctx, r: r, when: q.When},
		NeighbourhoodQuery: q, center: slots[0],
	}
	n.kind = n.set([]string{nodes[0].Kind})
	return n, n.levels(func(level []neighbour) bool {
		room := q.First - len(n.told)
		if n.cut = len(level) > room; !n.cut {
			room = len(level)
		} else if room == 0 {
			return false
		}
		n.told = append(n.told, n.strongest(level)[:room]...)
		return !n.cut
	})
}

// levels calls with the nodes of each level, the nearest first, until it is told to stop.
func (n *Neighbourhood) levels(yield func([]neighbour) bool) error {
	t := newTable(1024)
	defer t.free()
	t.number(n.center)
	weight, on, of := []uint32{0}, []store.Slot{n.center}, n.kind
	if !yield([]neighbour{{slot: n.center, on: true}}) {
		return nil
	}
	for depth := range n.Depth {
		if len(on) == 0 {
			return nil
		}
		start := len(weight)
		reach := func(to kinds) (kinds, error) {
			fans, there, err := n.step(on, of, to)
			for _, fan := range fans {
				for _, s := range fan.To {
					x := int(t.number(s))
					if x == len(weight) {
						weight = append(weight, 0)
					}
					if x >= start {
						weight[x]++
					}
				}
			}
			return there, err
		}
		next, err := reach(n.through)
		if err != nil {
			return err
		}
		rest := len(weight) // from here on: those that are not gone on from
		if _, err := reach(n.set(n.kinds) &^ n.through); err != nil {
			return err
		}
		on, of = nil, next
		var level []neighbour
		for x := start; x < len(weight); x++ {
			if depth > 0 && int(weight[x]) < n.MinWeight {
				continue
			}
			level = append(level, neighbour{slot: t.met[x], weight: weight[x], on: x < rest})
			if x < rest {
				on = append(on, t.met[x])
			}
		}
		if !yield(level) {
			return nil
		}
	}
	return nil
}

// strongest sorts the nodes of a level.
func (n *Neighbourhood) strongest(level []neighbour) []neighbour {
	slots := make([]store.Slot, len(level))
	for i, x := range level {
		slots[i] = x.slot
	}
	for i, id := range n.r.IDs(slots) {
		level[i].id = id
	}
	slices.SortFunc(level, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.id, b.id))
	})
	return level
}

// Nodes are those that are told.
func (n *Neighbourhood) Nodes() []store.Slot {
	out := make([]store.Slot, len(n.told))
	for i, x := range n.told {
		out[i] = x.slot
	}
	return out
}

// Cut tells whether nodes within the depth were left out because First was reached.
func (n *Neighbourhood) Cut() bool { return n.cut }

// Levels are all levels, as far as the depth. Cost: with the edges of all nodes that are nearer
// than the depth.
func (n *Neighbourhood) Levels() ([]Level, error) {
	var out []Level
	room := n.First
	n.touched = 0
	err := n.levels(func(level []neighbour) bool {
		if len(level) > 0 {
			out = append(out, Level{len(out), len(level), min(room, len(level))})
			room -= min(room, len(level))
		}
		return true
	})
	return out, err
}

// Edges are all edges that count between two nodes that are told, in the order of their ids. Cost: with the edges of these nodes.
func (n *Neighbourhood) Edges() ([]*store.Edge, error) {
	told := make(map[store.Slot]bool, len(n.told))
	var on, rest []store.Slot
	for _, x := range n.told {
		told[x.slot] = true
		if x.on {
			on = append(on, x.slot)
		} else {
			rest = append(rest, x.slot)
		}
	}
	n.touched = 0
	all := n.set(n.kinds)
	var out []*store.Edge
	for _, part := range []struct {
		from   []store.Slot
		of, to kinds
	}{{on, n.through | n.kind, all}, {rest, all &^ n.through, all &^ n.through}} {
		fans, _, err := n.step(part.from, part.of, part.to)
		if err != nil {
			return nil, err
		}
		for _, fan := range fans {
			for k, s := range fan.To {
				if e := fan.Edge[k]; told[s] && e.From != e.To {
					out = append(out, e)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
	return slices.CompactFunc(out, func(a, b *store.Edge) bool { return a.EdgeID == b.EdgeID }), nil
}
