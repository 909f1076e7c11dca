package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

var _ store.Pathfinder = (*graph)(nil)

// RunPathfinder holds a store whose readers find paths to what [store.Pathfinder] says.
func RunPathfinder(t *testing.T, open Opener) {
	p := newPair(t, open, Schema())
	p.tangled()
	draw.Check(t, func(rt *rapid.T) {
		q := *p
		q.tb = rt
		ids := append([]string{"former", "nobody"}, pathIDs...)
		one := func(what string) string { return rapid.SampledFrom(ids).Draw(rt, what) }
		// Few forms, as a database plans each anew; all else is drawn.
		route := rapid.SampledFrom([]store.Route{
			{Types: []string{"MEMBER_OF", "PARTICIPATES_IN"}, Longest: 6},
			{Types: []string{"PARTICIPATES_IN", "MEMBER_OF"}, Longest: 2, When: period("2012", "2013")},
			{Types: everyType, Longest: 6, Through: []string{"Organisation", "Network", "Project"}},
			{Types: everyType, Longest: 6, Through: []string{"Organisation", "Network", "Project"}, When: period("2012", "2013"), Avoid: []string{""}},
			{Types: append([]string{"UNKNOWN"}, everyType...), Longest: 4, Through: []string{}, When: period("", "2009")},
		}).Draw(rt, "route")
		route.From, route.To, route.First = one("from"), one("to"), rapid.IntRange(1, 12).Draw(rt, "first")
		if route.From == route.To {
			return
		}
		if route.Avoid != nil {
			route.Avoid = slices.DeleteFunc([]string{one("avoid"), one("avoid")}, func(id string) bool { return id == route.From || id == route.To })
		}
		same(&q, fmt.Sprintf("Shortest %+v", route), func(r store.Reader) (out []string, err error) {
			f := r.(store.Pathfinder)
			ways, known, err := f.Shortest(q.ctx, route)
			if err != nil || !known {
				return nil, err
			}
			out = append(out, "known")
			var pairs [][2]store.Slot
			var nodes []store.Slot
			for _, way := range ways {
				out = append(out, fmt.Sprintf("%q", r.IDs(way)))
				nodes = append(nodes, way...)
				for i := range len(way) - 1 {
					pairs = append(pairs, [2]store.Slot{way[i], way[i+1]})
				}
			}
			edges, err := f.Joining(q.ctx, pairs, route.Types, route.When)
			if err != nil {
				return nil, err
			}
			for i, all := range edges {
				out = append(out, fmt.Sprintf("%q", r.IDs(pairs[i][:])))
				for _, e := range all {
					out = append(out, fmt.Sprint(e.EdgeID, e.Props))
				}
			}
			told, err := r.At(q.ctx, nodes)
			if err != nil {
				return nil, err
			}
			for _, n := range told {
				out = append(out, fmt.Sprint(n.ID, n.Kind, n.Props))
			}
			return out, nil
		})
	})
	t.Run("a context that has ended", func(t *testing.T) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		q := *p
		q.tb = t
		q.view(func(r store.Reader) error {
			slots, err := r.Slots(q.ctx, pathIDs[:2])
			if err != nil {
				return err
			}
			_, _, err = r.(store.Pathfinder).Shortest(ended, store.Route{From: pathIDs[0], To: pathIDs[1], Types: everyType, Longest: 3, First: 1})
			q.equal("Shortest", err, context.Canceled)
			_, err = r.(store.Pathfinder).Joining(ended, [][2]store.Slot{{slots[0], slots[1]}}, everyType, store.Period{})
			q.equal("Joining", err, context.Canceled)
			return nil
		})
	})
}

var (
	everyType = []string{"AFFILIATED_WITH", "LOCATED_IN", "MEMBER_OF", "PARTICIPATES_IN", "PART_OF"}
	// pathIDs are in another order as UTF-16 than as bytes, and in another one without regard
	// to case.
	pathIDs = []string{"a", "B", "b", "c:1", "c:10", "c:2", "Z", "é", "\uff5e", "\U0001f600", "n1", "n2", "p1", "p2", "p3", "x1", "x2", "x3"}
)

// tangled tells of a graph in which there are many ways from one node to another, and often
// several edges from one to the next.
func (p *pair) tangled() {
	rnd := rand.New(rand.NewPCG(5, 6))
	one := func(from []string) string { return from[rnd.IntN(len(from))] }
	b := batch(node("Organisation", "former"))
	for i, id := range pathIDs {
		props := m{}
		kind := map[byte]string{'n': "Network", 'p': "Project", 'x': "Place"}[id[0]]
		if kind == "Project" {
			props = m{"start": date(one(datePool)), "end": date(one(datePool))}
		}
		if kind == "" {
			kind = one([]string{"Organisation", "Organisation", "Project", "Person"})
		}
		n := node(kind, id, props)
		n.Ref.Name = fmt.Sprint("name ", i) // or some would meet by name
		b.Nodes = append(b.Nodes, n)
	}
	for i := range 70 {
		e := edge(one(everyType), one(pathIDs), one(pathIDs))
		if i%3 == 0 {
			e.Props = store.PropsOf(m{"since": date(one(datePool)), "until": date(one(datePool))})
		}
		if i%7 == 0 {
			e.Key = fmt.Sprint("k", i)
		}
		b.Edges = append(b.Edges, e)
		if i%5 == 0 { // one beside it
			b.Edges = append(b.Edges, edge(one(everyType), one([]string{e.From.ID, e.To.ID}), e.To.ID))
		}
	}
	b.Steps = append(b.Steps, store.Merge{Keep: at(pathIDs[0]), Drop: at("former")})
	if _, err := p.store.Apply(p.ctx, b); err != nil {
		p.Fatal(err)
	}
	if _, err := p.oracle.Apply(p.ctx, b); err != nil {
		p.Fatal(err)
	}
}

// Shortest tries every way, the shorter ones first.
func (g *graph) Shortest(ctx context.Context, route store.Route) (ways [][]store.Slot, known bool, err error) {
	for _, id := range append([]string{route.From, route.To}, route.Avoid...) {
		if g.own(id) == nil {
			return nil, false, ctx.Err()
		}
	}
	next := map[string][]string{}
	for _, a := range g.nodes {
		for _, b := range g.nodes {
			if len(g.joining(a.ID, b.ID, route.Types, route.When)) > 0 {
				next[a.ID] = append(next[a.ID], b.ID)
			}
		}
	}
	var found [][]string
	for length := 1; length <= route.Longest && found == nil; length++ {
		var walk func(ids []string)
		walk = func(ids []string) {
			last := ids[len(ids)-1]
			if last == route.To {
				if len(ids) == length+1 {
					found = append(found, ids)
				}
				return
			}
			if len(ids) > length || last != route.From &&
				(slices.Contains(route.Avoid, last) || route.Through != nil && !slices.Contains(route.Through, g.byID[last].Kind)) {
				return
			}
			for _, id := range next[last] {
				if !slices.Contains(ids, id) {
					walk(append(slices.Clip(ids), id))
				}
			}
		}
		walk([]string{route.From})
	}
	slices.SortFunc(found, func(a, b []string) int { return slices.Compare(a, b) })
	for _, ids := range found[:min(len(found), route.First)] {
		slots, err := g.Slots(ctx, ids)
		if err != nil {
			return nil, false, err
		}
		ways = append(ways, slots)
	}
	return ways, true, ctx.Err()
}

func (g *graph) joining(a, b string, types []string, when store.Period) (out []*store.Edge) {
	for _, e := range g.edges {
		if (e.From == a && e.To == b || e.From == b && e.To == a) && slices.Contains(types, e.Type) &&
			g.state.schema.Edges[e.Type].Bounds(e, g.byID[e.To]).Meets(when) {
			out = append(out, e)
		}
	}
	return out
}

// Joining looks at every edge.
func (g *graph) Joining(ctx context.Context, pairs [][2]store.Slot, types []string, when store.Period) (out [][]*store.Edge, err error) {
	for _, p := range pairs {
		ids := g.IDs(p[:])
		out = append(out, g.joining(ids[0], ids[1], types, when))
	}
	return out, ctx.Err()
}
