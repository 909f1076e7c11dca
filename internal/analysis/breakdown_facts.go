package analysis

import (
	"context"
	"fmt"
	"slices"

	"clustergraph/internal/store"
)

const (
	fundedBy     = "FUNDED_BY"
	classifiedAs = "CLASSIFIED_AS"

	programme = "Programme"
	cluster   = "Cluster"
	network   = "Network"
	topic     = "Topic"
)

// facts are the participations that a breakdown rests on, and the actors and projects that
// stand at their ends by number, from 1; 0 is nobody.
type facts struct {
	ctx  context.Context
	r    store.Reader
	list []fact
	from per // the side by which the facts stand in order
	ends [2]ends

	// Of facts that the store has added up, where a fact is all participations of an actor: the
	// sums by number, and by type of edges what else it told (see summed).
	sums   []store.Sum
	around map[string]store.Gathered

	projectNodes []*store.Node // by number, once asked for

	// Of facts about the whole graph: where they are kept.
	whole        *snapshot
	otherTakings func(*delta) bool // that of the analyst
	plain        bool              // nothing but the query's items and time says which facts there are
	q            BreakdownQuery
}

// ends are the nodes at one side of facts by number: slots, or (of the whole graph) a roll,
// whose slots are looked up when they are asked for.
type ends struct {
	slots []store.Slot
	roll  *roll
}

// fact is an edge by which an actor takes part in a project. Without one it is an actor
// that takes part in nothing, or a project in which nobody takes part.
type fact struct {
	actor, project uint32
	edge           *store.Edge
}

// place is that of a side in facts.ends.
func (p per) place() int {
	if p == perActor {
		return 0
	}
	return 1
}

// slots are those of the nodes at a side, by number.
func (f *facts) slots(side per) ([]store.Slot, error) {
	e := &f.ends[side.place()]
	if e.slots == nil {
		slots, err := e.roll.slots(f.ctx, f.r)
		if err != nil {
			return nil, err
		}
		e.slots = append([]store.Slot{0}, slots...)
	}
	return e.slots, nil
}

// size is how many numbers a side has.
func (f *facts) size(side per) int {
	if e := f.ends[side.place()]; e.roll != nil {
		return len(e.roll.ids) + 1
	}
	return len(f.ends[side.place()].slots)
}

// facts are those a breakdown rests on: of what they must be within, else of the whole graph.
func (a *Analyst) facts(ctx context.Context, r store.Reader, q BreakdownQuery) (*facts, error) {
	if q.Within == nil {
		return a.factsOfAll(ctx, r, q)
	}
	bounds, err := a.bounds(ctx, r, q)
	if err != nil {
		return nil, err
	}
	if q.summable(bounds) {
		return a.summed(ctx, r, q, bounds)
	}
	actors, projects, err := bounded(ctx, r, q, bounds)
	if err != nil {
		return nil, err
	}
	f := &facts{ctx: ctx, r: r, q: q, from: perActor}
	if projects != nil {
		f.from = perProject
		if projects, err = choose(ctx, r, projects, q.Project, q.When); err != nil {
			return nil, err
		}
		alone := q.Of == OfProjects && q.Actor == nil && q.Participation == nil
		actors, err = f.follow(projects, store.Rel{Type: participatesIn, Dir: store.In, Kinds: a.actors}, q, alone,
			func(from, to uint32, e *store.Edge) fact { return fact{actor: to, project: from, edge: e} })
		if err != nil {
			return nil, err
		}
		err = f.keep(actors, q.Actor, q.When, func(x fact) uint32 { return x.actor })
	} else {
		if actors, err = choose(ctx, r, actors, q.Actor, q.When); err != nil {
			return nil, err
		}
		alone := q.Of == OfActors && q.Project == nil && q.Participation == nil
		projects, err = f.follow(actors, takesPart, q, alone,
			func(from, to uint32, e *store.Edge) fact { return fact{actor: from, project: to, edge: e} })
		if err != nil {
			return nil, err
		}
		err = f.keep(projects, q.Project, q.When, func(x fact) uint32 { return x.project })
	}
	f.ends = [2]ends{{slots: actors}, {slots: projects}}
	if err == nil && q.Of == OfProjects && !q.When.Always() {
		err = f.keepLasting(a.taking, q.When)
	}
	return f, err
}

// factsOfAll are facts about the whole graph, over its snapshot: numbers are those of its rolls,
// and what does not depend on conditions is kept with it.
func (a *Analyst) factsOfAll(ctx context.Context, r store.Reader, q BreakdownQuery) (*facts, error) {
	s := a.snapshot(r)
	l, err := s.participations(ctx, r, a)
	if err != nil {
		return nil, err
	}
	f := &facts{ctx: ctx, r: r, q: q, from: perActor, ends: [2]ends{{roll: l.from}, {roll: l.to}},
		whole: s, otherTakings: a.otherTakings, plain: q.Project == nil && q.Actor == nil && q.Participation == nil}
	f.list, err = remembered(f, "facts", a.otherTakings, func() ([]fact, error) { return f.ofAll(a.taking, l) })
	return f, err
}

// kept is the key of what is worked out from facts without conditions.
type kept struct {
	what string
	of   Item
	when store.Period
}

// remembered keeps what is worked out with the snapshot, if it is of the whole graph without
// conditions. other tells what changes it.
func remembered[T any](f *facts, what string, other func(*delta) bool, work func() (T, error)) (T, error) {
	if f.whole == nil || !f.plain {
		return work()
	}
	return hold(f.ctx, f.r, f.whole, f.whole.parts, kept{what, f.q.Of, f.q.When}, other, work)
}

// ofAll are the facts about the whole graph, by actor.
func (f *facts) ofAll(taking store.EdgeType, l *links) ([]fact, error) {
	actors, err := l.from.passing(f.ctx, f.r, f.q.Actor, f.q.When)
	if err != nil {
		return nil, err
	}
	projects, err := l.to.passing(f.ctx, f.r, f.q.Project, f.q.When)
	if err != nil {
		return nil, err
	}
	if f.q.Of == OfProjects && !f.q.When.Always() {
		if projects, err = f.lasting(taking, projects); err != nil {
			return nil, err
		}
	}
	idle := f.q.Of == OfActors && f.q.Project == nil && f.q.Participation == nil
	empty := f.q.Of == OfProjects && f.q.Actor == nil && f.q.Participation == nil
	list := make([]fact, 0, len(l.ends))
	joined := make([]bool, len(l.to.ids))
	for x := range uint32(len(l.from.ids)) {
		if x%pulse == 0 && f.ctx.Err() != nil {
			return nil, f.ctx.Err()
		}
		if actors != nil && !actors[x] {
			continue
		}
		before := len(list)
		for k := l.off[x]; k < l.off[x+1]; k++ {
			y := l.ends[k]
			// A filter of edges looks at nothing but the edge.
			if l.holds(k, f.q.When) && (projects == nil || projects[y]) &&
				(f.q.Participation == nil || store.Holds(f.q.Participation, nil, store.Hit{Edge: l.edge[k]}, f.q.When)) {
				list = append(list, fact{x + 1, y + 1, l.edge[k]})
				joined[y] = true
			}
		}
		if idle && len(list) == before {
			list = append(list, fact{actor: x + 1})
		}
	}
	var nobodys []fact // nobody's come first: counting takes who was counted last for nobody
	for y := range uint32(len(l.to.ids)) {
		if empty && !joined[y] && (projects == nil || projects[y]) {
			nobodys = append(nobodys, fact{project: y + 1})
		}
	}
	return append(nobodys, list...), nil
}

// lasting leaves, of projects that pass (nil: all), those that are not known to lie outside of
// the time.
func (f *facts) lasting(taking store.EdgeType, projects []bool) ([]bool, error) {
	nodes, err := f.nodesOfProjects()
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(nodes)-1)
	for y, n := range nodes[1:] {
		out[y] = (projects == nil || projects[y]) && taking.Bounds(&store.Edge{}, n).Meets(f.q.When)
	}
	return out, nil
}

// bounds are the actors or the projects that are within q.Within.
func (a *Analyst) bounds(ctx context.Context, r store.Reader, q BreakdownQuery) (store.Group, error) {
	ids := []string{*q.Within}
	slots, nodes, err := lookUp(ctx, r, ids)
	if err != nil {
		return store.Group{}, err
	}
	of, err := check(ids, slots, nodes, slices.Concat(a.groups, []string{programme, place}), "within")
	if err != nil {
		return store.Group{}, err
	}
	rel := store.Rel{Type: memberOf, Dir: store.In, Kinds: a.actors}
	switch kind := nodes[0].Kind; kind {
	case programme, place:
		if of, err = within(ctx, r, of, kind, q.When); err != nil {
			return store.Group{}, err
		}
		rel.Type = locatedIn
		if kind == programme {
			rel = store.Rel{Type: fundedBy, Dir: store.In, Kinds: []string{project}}
		}
	}
	return store.Group{Of: of, By: &rel}, nil
}

// bounded are the actors, or else the projects, of a group; the other is nil.
func bounded(ctx context.Context, r store.Reader, q BreakdownQuery, g store.Group) (actors, projects []store.Slot, err error) {
	fan, err := r.Step(ctx, g.Of, *g.By, q.When)
	if err != nil {
		return nil, nil, err
	}
	once := newTable(len(fan.To))
	defer once.free()
	for _, s := range fan.To {
		once.number(s)
	}
	if g.By.Type == fundedBy {
		return nil, once.met, nil
	}
	return once.met, nil, nil
}

// choose are those of some nodes that pass, by number from 1.
func choose(ctx context.Context, r store.Reader, of []store.Slot, t store.Test, when store.Period) ([]store.Slot, error) {
	out := []store.Slot{0}
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
		f.projectNodes, err = f.nodes(perProject)
	}
	return f.projectNodes, err
}

// nodes are those at a side by number, of which 0 has none.
func (f *facts) nodes(side per) ([]*store.Node, error) {
	slots, err := f.slots(side)
	if err != nil {
		return nil, err
	}
	nodes, err := f.r.At(f.ctx, slots[1:])
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
func (f *facts) order(side per) ([]uint32, error) {
	return remembered(f, fmt.Sprint("order ", side), f.otherTakings, func() ([]uint32, error) {
		out := make([]uint32, len(f.list))
		if side == f.from {
			for i := range out {
				out[i] = uint32(i)
			}
			return out, nil
		}
		at := make([]uint32, f.size(side)+1)
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
		return out, nil
	})
}

// amount is the property that is summed up; empty of the measure Count.
func (q BreakdownQuery) amount() string {
	return map[Measure]string{Contribution: contribution, TotalCost: "totalCost"}[q.Measure]
}

// amounts are what the facts add to the sum, by fact or, where projects are counted, by
// project; none of the measure Count.
func (f *facts) amounts(q BreakdownQuery) ([]sum, error) {
	name := q.amount()
	if name == "" || f.sums != nil {
		return nil, nil
	}
	of := func(p store.Props) sum {
		if m, _ := p.Get(name).(store.Money); m.Currency == q.Currency {
			return sum{m.Amount, true}
		}
		return sum{}
	}
	other := func(d *delta) bool {
		return f.otherTakings(d) || q.Of == OfProjects && d.ofNodes([]string{project}, name)
	}
	return remembered(f, "amounts "+name+" "+q.Currency, other, func() ([]sum, error) {
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
	})
}
