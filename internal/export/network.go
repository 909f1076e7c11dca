package export

import (
	"clustergraph/internal/analysis"
	"clustergraph/internal/store"
)

// inNetwork is told of each actor of a projection beside its properties: the number of its
// community, how many ties it has, and what these weigh together.
var inNetwork = []Column{{Name: "community", Type: store.Int}, {Name: "degree", Type: store.Int}, {Name: "weightedDegree", Type: store.Float}}

// project finds who stands in the network of a projection.
func (g *graph) project() (err error) {
	g.kinds = g.o.Type(actor).Kinds
	p := *g.q.Projection
	p.When = g.q.When
	if g.network, err = analysis.New(g.o).Project(g.ctx, g.r, p); err != nil {
		return err
	}
	slots, err := g.r.Slots(g.ctx, g.network.IDs())
	g.order = slots
	return err
}

// standing is what inNetwork tells of the actor with a number in the file.
func (g *graph) standing(number int) []store.Value {
	x := number - 1
	to, _ := g.network.Ties(x)
	return []store.Value{int64(g.network.Community(x)), int64(len(to)), g.network.Strength(x)}
}

// ties tells the ties of the network, each from the end with the smaller id.
func (g *graph) ties(tell func(edge) error) error {
	ids := g.network.IDs()
	for x, a := range ids {
		if err := g.ctx.Err(); err != nil {
			return err
		}
		to, weights := g.network.Ties(x)
		for i, y := range to {
			if int(y) < x {
				continue
			}
			b := ids[y]
			e := edge{id: edgeID(store.EdgeID{Type: tiedTo, From: a, To: b}), from: end{a, x + 1}, to: end{b, int(y) + 1}, typ: tiedTo, weight: weights[i], span: unbounded}
			if err := tell(e); err != nil {
				return err
			}
		}
	}
	return nil
}
