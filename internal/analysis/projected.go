package analysis

import (
	"context"

	"clustergraph/internal/store"
)

// Projected is what a projection makes of a graph, with the communities in it. It stays good when
// the view it was read from is gone.
type Projected struct {
	ties  *projected
	found *division
}

// Project is the network of a projection. Its communities are those of Communities with the
// resolution 1 and the seed 0. Cost: as that of Communities; the network is in memory.
func (a *Analyst) Project(ctx context.Context, r store.Reader, p Projection) (*Projected, error) {
	ties, err := a.project(ctx, r, p)
	if err != nil {
		return nil, err
	}
	found, err := a.divide(ctx, r, p, 1, 0)
	return &Projected{ties, found}, err
}

// IDs are those of the actors by number, ascending.
func (n *Projected) IDs() []string {
	out := make([]string, n.ties.Len())
	for x := range out {
		out[x] = n.ties.id(uint32(x))
	}
	return out
}

// Ties are the numbers of those to whom an actor is tied, ascending, and the weights of these
// ties. They are shared: do not change them.
func (n *Projected) Ties(x int) ([]uint32, []float64) { return n.ties.Row(uint32(x)) }

// Strength is what an actor's ties weigh together.
func (n *Projected) Strength(x int) float64 { return n.found.strength[x] }

// Community is the number of an actor's community: 1 is the largest.
func (n *Projected) Community(x int) int { return int(n.found.partition.Of[x]) + 1 }
