package analysis

import (
	"context"
	"slices"
	"sync"

	"clustergraph/internal/store"
)

// shortest asks a store for paths that it finds by itself: known is false if they must be looked
// for step by step. So must those that cost more than their steps, or that do not lead through
// hubs; those that are longer than the shortest; and those of ids that were not told as they
// are, so that it may be an error to ask.
func (a *Analyst) shortest(ctx context.Context, f store.Pathfinder, q PathQuery) (found []*Path, known bool, err error) {
	if q.Weight != Hops || q.MaxDegree != nil || q.First == 0 || q.From == q.To || slices.Contains(q.Avoid, q.From) || slices.Contains(q.Avoid, q.To) {
		return nil, false, nil
	}
	w := a.ways.via(q.Via)
	route := store.Route{From: q.From, To: q.To, When: q.When, Avoid: q.Avoid, Longest: q.MaxLength, First: q.First}
	for _, j := range w.joints {
		route.Types = append(route.Types, j.typ)
	}
	if q.Via == nil {
		route.Through = w.names(w.through)
	}
	if len(route.Types) == 0 {
		return nil, false, nil
	}
	ways, known, err := f.Shortest(ctx, route)
	if err != nil || !known || len(ways) > 0 && len(ways) < q.First && len(ways[0]) <= q.MaxLength {
		return nil, false, err
	}
	// The steps of all paths, each once, and who steps where.
	var steps [][2]store.Slot
	number := map[[2]store.Slot]int{}
	for _, way := range ways {
		for i := range len(way) - 1 {
			step := [2]store.Slot{way[i], way[i+1]}
			if _, met := number[step]; !met {
				number[step] = len(steps)
				steps = append(steps, step)
			}
		}
	}
	joining := sync.OnceValues(func() ([][]*store.Edge, error) { return f.Joining(ctx, steps, route.Types, q.When) })
	found = make([]*Path, 0, len(ways))
	for _, way := range ways {
		found = append(found, &Path{Nodes: way, Cost: len(way) - 1, edges: func() (out []*store.Edge, err error) {
			edges, err := joining()
			for i := range len(way) - 1 {
				if err == nil {
					out = append(out, edges[number[[2]store.Slot{way[i], way[i+1]}]]...)
				}
			}
			return out, err
		}})
	}
	return found, true, nil
}
