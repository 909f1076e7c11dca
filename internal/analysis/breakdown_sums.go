package analysis

import (
	"context"
	"slices"

	"clustergraph/internal/store"
)

var takesPart = store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}

// summable tells whether a breakdown of what is within a group rests on no more of single
// participations than how many there are and what they add up to, actor by actor.
func (q BreakdownQuery) summable(g store.Group) bool {
	return g.By.Type != fundedBy && q.Of != OfProjects && q.Project == nil && q.Participation == nil &&
		!slices.ContainsFunc(q.By, func(by Dimension) bool { return !by.ofActors(q.Of) })
}

// ofActors tells whether the keys of a dimension are those of actors.
func (by Dimension) ofActors(of Item) bool {
	switch by {
	case Country, Region, ActorKind, ActorType, Network:
		return true
	case Topic:
		return of == OfActors
	}
	return false
}

// way leads to what the keys of a dimension are, or lie above; false if they stand in the actors
// and projects themselves.
func (by Dimension) way() (store.Way, bool) {
	switch by {
	case Country, Region:
		return store.Way{Rel: store.Rel{Type: locatedIn, Kinds: []string{place}}, Up: &store.Rel{Type: partOf, Kinds: []string{place}}}, true
	case Programme, Framework, Call:
		return store.Way{Rel: funded, Up: &store.Rel{Type: partOf, Kinds: []string{programme}}}, true
	case Topic:
		return store.Way{Rel: store.Rel{Type: classifiedAs, Kinds: []string{topic}}}, true
	case Network:
		return store.Way{Rel: store.Rel{Type: memberOf, Kinds: []string{network}}}, true
	}
	return store.Way{}, false
}

// summed are facts that the store adds up by actor. It gathers at once what the dimensions will
// ask for.
func (a *Analyst) summed(ctx context.Context, r store.Reader, q BreakdownQuery, g store.Group) (*facts, error) {
	if q.Actor != nil {
		actors, _, err := bounded(ctx, r, q, g)
		if err != nil {
			return nil, err
		}
		if actors, err = choose(ctx, r, actors, q.Actor, q.When); err != nil {
			return nil, err
		}
		g = store.Group{Of: actors[1:]}
	}
	ways := []store.Way{{Rel: takesPart, Sum: &store.Summed{Property: q.amount(), Currency: q.Currency}}}
	f := &facts{ctx: ctx, r: r, q: q, from: perActor, around: map[string]store.Gathered{}}
	for _, by := range q.By {
		if w, leads := by.way(); leads && !slices.ContainsFunc(ways, func(x store.Way) bool { return x.Rel.Type == w.Rel.Type }) {
			ways = append(ways, w)
		}
	}
	got, err := r.Gather(ctx, g, ways, q.When)
	if err != nil {
		return nil, err
	}
	f.sums = append([]store.Sum{{}}, got.Ways[0].Sums...)
	for i, w := range ways[1:] {
		f.around[w.Rel.Type] = got.Ways[i+1]
	}
	f.ends[perActor.place()].slots = append([]store.Slot{0}, got.Members...)
	for i, s := range f.sums {
		if s.Edges > 0 || i > 0 && q.Of == OfActors {
			f.list = append(f.list, fact{actor: uint32(i)})
		}
	}
	return f, nil
}

// tally is what an actor's participations are together.
func (f *facts) tally(actor uint32) tally {
	s := f.sums[actor]
	return tally{actor: actor, of: uint32(s.Edges), known: uint32(s.Known), sum: sum{s.Amount, s.Known > 0}}
}

// single makes facts that were added up single ones, with the same actors. Cost: with these.
func (f *facts) single() error {
	if f.sums == nil {
		return nil
	}
	projects, err := f.follow(f.ends[perActor.place()].slots, takesPart, f.q, f.q.Of == OfActors,
		func(from, to uint32, e *store.Edge) fact { return fact{actor: from, project: to, edge: e} })
	f.ends[perProject.place()].slots, f.sums = projects, nil
	return err
}

// gather is where a way leads from the nodes at a side.
func (f *facts) gather(side per, w store.Way) (store.Gathered, error) {
	if g, known := f.around[w.Rel.Type]; known {
		return g, nil
	}
	of, err := f.slots(side)
	if err != nil {
		return store.Gathered{}, err
	}
	g, err := f.r.Gather(f.ctx, store.Group{Of: of[1:]}, []store.Way{w}, f.q.When)
	if err != nil {
		return store.Gathered{}, err
	}
	if len(g.Members) != len(of)-1 {
		return store.Gathered{}, errChanged
	}
	return g.Ways[0], nil
}
