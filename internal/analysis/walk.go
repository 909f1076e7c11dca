package analysis

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// MaxTouched is how many edges a question that goes from node to node may look at; more would
// take too long, and too much memory.
const MaxTouched = 2_000_000

// Edges of these types say nothing of how two nodes have to do with each other, and through
// nodes of these kinds everything is near to everything: they are gone over and through only
// if the edges' types are asked for.
var (
	tellingNothing = []string{"ABOUT", "POSSIBLY_SAME_AS"}
	tyingAll       = []string{place, "Programme", "Source", "Topic"}
)

// kinds is a set of kinds, by their places in [ways.kinds].
type kinds uint64

// ways are the edges that may be gone over, either way, and the kinds of nodes that may be
// gone through.
type ways struct {
	kinds   []string
	joints  []joint
	through kinds
}

// joint is a type of edges, and what it joins: by kind, the kinds at the other ends.
type joint struct {
	typ string
	far []kinds
}

// newWays are all edges, and all kinds.
func newWays(o *ontology.Ontology) *ways {
	w := &ways{}
	for _, k := range o.Kinds {
		w.kinds = append(w.kinds, k.Name)
	}
	w.through = w.set(w.kinds)
	for typ := range o.Store.Edges {
		j := joint{typ, make([]kinds, len(w.kinds))}
		for x, from := range w.kinds {
			for y, to := range w.kinds {
				if o.Links(typ, from, to) {
					j.far[x] |= 1 << y
					j.far[y] |= 1 << x
				}
			}
		}
		w.joints = append(w.joints, j)
	}
	slices.SortFunc(w.joints, func(a, b joint) int { return strings.Compare(a.typ, b.typ) })
	return w
}

// via are the ways over edges of some types, through everything; nil: all that tell something.
func (w *ways) via(types []string) *ways {
	out := &ways{kinds: w.kinds, through: w.through}
	if types == nil {
		out.through &^= w.set(tyingAll)
	}
	for _, j := range w.joints {
		if types == nil && !slices.Contains(tellingNothing, j.typ) || slices.Contains(types, j.typ) {
			out.joints = append(out.joints, j)
		}
	}
	return out
}

func (w *ways) set(names []string) (out kinds) {
	for _, name := range names {
		out |= 1 << slices.Index(w.kinds, name)
	}
	return out
}

func (w *ways) names(of kinds) (out []string) {
	for i, name := range w.kinds {
		if of&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// rels are the ways from nodes of some kinds to nodes of others: one for each type of edges
// that leads there, with the kinds it leads to.
func (w *ways) rels(from, to kinds) iter.Seq2[store.Rel, kinds] {
	return func(yield func(store.Rel, kinds) bool) {
		for _, j := range w.joints {
			far := kinds(0)
			for i, there := range j.far {
				if from&(1<<i) != 0 {
					far |= there
				}
			}
			rel := store.Rel{Type: j.typ, Dir: store.Both}
			if far&^to != 0 {
				far &= to
				rel.Kinds = w.names(far)
			}
			if far != 0 && !yield(rel, far) {
				return
			}
		}
	}
}

// walk goes over edges, and counts how many it looks at.
type walk struct {
	*ways
	ctx     context.Context
	r       store.Reader
	when    store.Period
	touched int
}

// step is a step from some nodes over all edges that lead from their kinds to others: fans
// that lead anywhere, and to which kinds they lead.
func (w *walk) step(slots []store.Slot, from, to kinds) (fans []store.Fan, far kinds, err error) {
	if len(slots) == 0 {
		return nil, 0, nil
	}
	for rel, there := range w.rels(from, to) {
		fan, err := w.r.Step(w.ctx, slots, rel, w.when)
		if err != nil {
			return nil, 0, err
		}
		if w.touched += len(fan.To); w.touched > MaxTouched {
			return nil, 0, fmt.Errorf("%w: more than %d edges would have to be looked at: ask for less far, or name types of edges that tie fewer nodes (via)", ErrTooMuch, MaxTouched)
		}
		if len(fan.To) > 0 {
			fans, far = append(fans, fan), far|there
		}
	}
	return fans, far, nil
}
