package analysis

import (
	"context"
	"slices"

	"clustergraph/internal/store"
)

const (
	fundedBy     = "FUNDED_BY"
	classifiedAs = "CLASSIFIED_AS"

	programme = "Programme"
	network   = "Network"
	topic     = "Topic"
)

// facts are the participations that a breakdown rests on, and the actors and projects that
// stand at their ends by number.
type facts struct {
	ctx      context.Context
	r        store.Reader
	actors   []store.Slot // by number; 0 is nobody
	projects []store.Slot // likewise
	list     []fact
	from     per // the side by which the facts stand in order

	projectNodes []*store.Node // by number, once asked for
}

// fact is an edge by which an actor takes part in a project. Without one it is an actor
// that takes part in nothing, or a project in which nobody takes part.
type fact struct {
	actor, project uint32
	edge           *store.Edge
}

// facts are those a breakdown rests on. They are looked for from the side that has to be
// looked at anyway: that of the items, and of what they must be within.
func (a *Analyst) facts(ctx context.Context, r store.Reader, q BreakdownQuery) (*facts, error) {
	actors, projects, err := a.bounds(ctx, r, q)
	if err != nil {
		return nil, err
	}
	f := &facts{ctx: ctx, r: r, from: perActor}
	if projects != nil || actors == nil && (q.Of == OfProjects || q.Of == OfParticipations && q.Project != nil && q.Actor == nil) {
		f.from = perProject
		if f.projects, err = choose(ctx, r, projects, []string{project}, q.Project, q.When); err != nil {
			return nil, err
		}
		alone := q.Of == OfProjects && q.Actor == nil && q.Participation == nil
		f.actors, err = f.follow(f.projects, store.Rel{Type: participatesIn, Dir: store.In, Kinds: a.actors}, q, alone,
			func(from, to uint32, e *store.Edge) fact { return fact{actor: to, project: from, edge: e} })
		if err != nil {
			return nil, err
		}
		err = f.keep(f.actors, q.Actor, q.When, func(x fact) uint32 { return x.actor })
	} else {
		if f.actors, err = choose(ctx, r, actors, a.actors, q.Actor, q.When); err != nil {
			return nil, err
		}
		alone := q.Of == OfActors && q.Project == nil && q.Participation == nil
		f.projects, err = f.follow(f.actors, store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}, q, alone,
			func(from, to uint32, e *store.Edge) fact { return fact{actor: from, project: to, edge: e} })
		if err != nil {
			return nil, err
		}
		err = f.keep(f.projects, q.Project, q.When, func(x fact) uint32 { return x.project })
	}
	if err == nil && q.Of == OfProjects && !q.When.Always() {
		err = f.keepLasting(a.taking, q.When)
	}
	return f, err
}

// bounds are the actors or the projects that are within q.Within; nil: it bounds none.
func (a *Analyst) bounds(ctx context.Context, r store.Reader, q BreakdownQuery) (actors, projects []store.Slot, err error) {
	if q.Within == nil {
		return nil, nil, nil
	}
	ids := []string{*q.Within}
	slots, nodes, err := lookUp(ctx, r, ids)
	if err != nil {
		return nil, nil, err
	}
	of, err := check(ids, slots, nodes, slices.Concat(a.groups, []string{programme, place}), "within")
	if err != nil {
		return nil, nil, err
	}
	rel := store.Rel{Type: memberOf, Dir: store.In, Kinds: a.actors}
	switch kind := nodes[0].Kind; kind {
	case programme, place:
		if of, err = within(ctx, r, of, kind, q.When); err != nil {
			return nil, nil, err
		}
		rel.Type = locatedIn
		if kind == programme {
			rel = store.Rel{Type: fundedBy, Dir: store.In, Kinds: []string{project}}
		}
	}
	fan, err := r.Step(ctx, of, rel, q.When)
	if err != nil {
		return nil, nil, err
	}
	once := newTable(len(fan.To))
	defer once.free()
	for _, s := range fan.To {
		once.number(s)
	}
	if rel.Type == fundedBy {
		return nil, once.met, nil
	}
	return once.met, nil, nil
}

// choose are the nodes that pass, by number from 1: of some slots, or (nil) of all nodes of
// some kinds.
func choose(ctx context.Context, r store.Reader, of []store.Slot, kinds []string, t store.Test, when store.Period) ([]store.Slot, error) {
	out := []store.Slot{0}
	if of == nil {
		page, err := r.Find(ctx, kinds, store.Window{Where: t, First: store.All, When: when})
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(page.Hits))
		for i, h := range page.Hits {
			ids[i] = h.Node.ID
		}
		all, err := r.Slots(ctx, ids)
		return append(out, all...), err
	}
	if t == nil {
		return append(out, of...), nil
	}
	pass, err := r.Pass(ctx, of, t, when)
	if err != nil {
		return nil, err
	}
	for i, s := range of {
		if pass[i] {
			out = append(out, s)
		}
	}
	return out, nil
}

// follow makes facts of the edges that lead from some nodes, and numbers their far ends. If
// alone is set, a node that no edge leads from is a fact as well.
func (f *facts) follow(from []store.Slot, rel store.Rel, q BreakdownQuery, alone bool, of func(from, to uint32, e *store.Edge) fact) ([]store.Slot, error) {
	fan, err := f.r.Step(f.ctx, from[1:], rel, q.When)
	if err != nil {
		return nil, err
	}
	far := newTable(len(fan.To) + 1)
	defer far.free()
	far.number(0)
	f.list = make([]fact, 0, len(fan.To))
	for i := range len(from) - 1 {
		before := len(f.list)
		for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
			// A filter of edges looks at nothing but the edge.
			if e := fan.Edge[k]; q.Participation == nil || store.Holds(q.Participation, nil, store.Hit{Edge: e}, q.When) {
				f.list = append(f.list, of(uint32(i)+1, far.number(fan.To[k]), e))
			}
		}
		if alone && len(f.list) == before {
			f.list = append(f.list, of(uint32(i)+1, 0, nil))
		}
	}
	return far.met, nil
}

// keep leaves out the facts at one of whose ends stands what does not pass.
func (f *facts) keep(of []store.Slot, t store.Test, when store.Period, end func(fact) uint32) error {
	if t == nil || len(of) == 1 {
		return nil
	}
	pass, err := f.r.Pass(f.ctx, of[1:], t, when)
	f.list = slices.DeleteFunc(f.list, func(x fact) bool { return err == nil && !pass[end(x)-1] })
	return err
}

// keepLasting leaves out projects that are known to lie outside of a period.
func (f *facts) keepLasting(taking store.EdgeType, when store.Period) error {
	nodes, err := f.nodesOfProjects()
	f.list = slices.DeleteFunc(f.list, func(x fact) bool {
		return err == nil && !taking.Bounds(&store.Edge{}, nodes[x.project]).Meets(when)
	})
	return err
}

// nodesOfProjects are those of the projects, by number.
func (f *facts) nodesOfProjects() (_ []*store.Node, err error) {
	if f.projectNodes == nil {
		f.projectNodes, err = nodesOf(f.ctx, f.r, f.projects)
	}
	return f.projectNodes, err
}

// nodesOf are the nodes of some slots by number, of which 0 has none.
func nodesOf(ctx context.Context, r store.Reader, slots []store.Slot) ([]*store.Node, error) {
	nodes, err := r.At(ctx, slots[1:])
	return append([]*store.Node{nil}, nodes...), err
}

// end is the number of what stands at one side of a fact.
func (f *facts) end(i uint32, side per) uint32 {
	if side == perActor {
		return f.list[i].actor
	}
	return f.list[i].project
}

// order is one in which the facts of each actor (or project) stand side by side: it sorts by
// counting.
func (f *facts) order(side per) []uint32 {
	out := make([]uint32, len(f.list))
	if side == f.from {
		for i := range out {
			out[i] = uint32(i)
		}
		return out
	}
	n := len(f.actors)
	if side == perProject {
		n = len(f.projects)
	}
	at := make([]uint32, n+1)
	for i := range f.list {
		at[f.end(uint32(i), side)+1]++
	}
	for i := 1; i < len(at); i++ {
		at[i] += at[i-1]
	}
	for i := range f.list {
		x := f.end(uint32(i), side)
		out[at[x]] = uint32(i)
		at[x]++
	}
	return out
}

// amounts are what the facts add to the sum, by fact or, where projects are counted, by
// project; none of the measure Count.
func (f *facts) amounts(q BreakdownQuery) ([]sum, error) {
	name := contribution
	switch q.Measure {
	case Count:
		return nil, nil
	case TotalCost:
		name = "totalCost"
	}
	of := func(p store.Props) sum {
		if m, _ := p.Get(name).(store.Money); m.Currency == q.Currency {
			return sum{m.Amount, true}
		}
		return sum{}
	}
	if q.Of == OfProjects {
		nodes, err := f.nodesOfProjects()
		out := make([]sum, len(nodes))
		for i, n := range nodes {
			if n != nil {
				out[i] = of(n.Props)
			}
		}
		return out, err
	}
	out := make([]sum, len(f.list))
	for i, x := range f.list {
		if x.edge != nil {
			out[i] = of(x.edge.Props)
		}
	}
	return out, f.ctx.Err()
}
