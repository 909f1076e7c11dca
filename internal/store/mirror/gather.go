package mirror

import (
	"context"

	"clustergraph/internal/store"
)

// Gather follows each way from the members.
func (s *snapshot) Gather(ctx context.Context, of store.Group, ways []store.Way, when store.Period) (g store.Gathering, err error) {
	members := s.itself(of.Of)
	if of.By != nil {
		if members, err = s.Step(ctx, of.Of, *of.By, when); err != nil {
			return g, err
		}
	}
	g.Members = s.once(make([]store.Slot, 0, len(members.To)), members)
	g.Ways = make([]store.Gathered, len(ways))
	for i, w := range ways {
		if err := w.Check(s.ontol.schema); err != nil {
			return store.Gathering{}, err
		}
		fan, err := s.Step(ctx, g.Members, w.Rel, when)
		if err != nil {
			return store.Gathering{}, err
		}
		to := &g.Ways[i]
		if w.Sum != nil {
			to.Sums = make([]store.Sum, len(g.Members))
			for m := range g.Members {
				for _, e := range fan.Edge[fan.Off[m]:fan.Off[m+1]] {
					to.Sums[m].Add(*w.Sum, e)
				}
			}
			continue
		}
		to.Ends = ends(fan)
		if w.Up == nil {
			continue
		}
		to.Tree = s.once(nil, to.Ends)
		if to.Above, err = s.climb(ctx, &to.Tree, *w.Up, when); err != nil {
			return store.Gathering{}, err
		}
	}
	return g, ctx.Err()
}

// climb follows a relation from some slots, and from those that it adds to them, as far as it
// leads.
func (s *snapshot) climb(ctx context.Context, tree *[]store.Slot, up store.Rel, when store.Period) (store.Fan, error) {
	met := make(map[store.Slot]bool, len(*tree))
	for _, slot := range *tree {
		met[slot] = true
	}
	all := store.Fan{Off: []uint32{0}}
	for done := 0; done < len(*tree); {
		from := (*tree)[done:]
		fan, err := s.Step(ctx, from, up, when)
		if err != nil {
			return store.Fan{}, err
		}
		fan = ends(fan)
		for _, end := range fan.Off[1:] {
			all.Off = append(all.Off, uint32(len(all.To))+end)
		}
		all.To = append(all.To, fan.To...)
		done += len(from)
		for _, slot := range fan.To {
			if !met[slot] {
				met[slot] = true
				*tree = append(*tree, slot)
			}
		}
	}
	return all, nil
}

// ends leaves of a step each far end once, and no edges. It changes the step.
func ends(fan store.Fan) store.Fan {
	n, begin := uint32(0), uint32(0)
	for i, end := range fan.Off[1:] {
		start := n
		for _, to := range fan.To[begin:end] { // parallel edges stand side by side
			if n == start || fan.To[n-1] != to {
				fan.To[n] = to
				n++
			}
		}
		begin, fan.Off[i+1] = end, n
	}
	return store.Fan{Off: fan.Off, To: fan.To[:n:n]}
}
