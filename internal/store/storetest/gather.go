package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// far are the slots of the far ends of a relation, each once, by id.
func (g *graph) far(slot store.Slot, rel store.Rel, when store.Period) (out []store.Slot) {
	if slot == 0 {
		return nil
	}
	g.Each(g.nodes[slot-1], rel, when, func(h store.Hit) bool {
		out = append(out, g.slot(h.Node)) // in the order of ids
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// Gather asks each node for itself.
func (g *graph) Gather(ctx context.Context, of store.Group, ways []store.Way, when store.Period) (out store.Gathering, err error) {
	for _, slot := range of.Of {
		members := []store.Slot{slot}
		if of.By != nil {
			members = g.far(slot, *of.By, when)
		}
		for _, m := range members {
			if m > 0 && !slices.Contains(out.Members, m) {
				out.Members = append(out.Members, m)
			}
		}
	}
	step := func(from []store.Slot, rel store.Rel) store.Fan {
		fan := store.Fan{Off: []uint32{0}}
		for _, slot := range from {
			fan.To = append(fan.To, g.far(slot, rel, when)...)
			fan.Off = append(fan.Off, uint32(len(fan.To)))
		}
		return fan
	}
	for _, w := range ways {
		t := g.state.schema.Edges[w.Rel.Type].Props
		if w.Sum != nil && w.Sum.Property != "" && (t[w.Sum.Property].Name != store.MoneyOf || t[w.Sum.Property].List) {
			return store.Gathering{}, fmt.Errorf("%w: no money", store.ErrInvalid)
		}
		var to store.Gathered
		if w.Sum != nil {
			for _, m := range out.Members {
				var sum store.Sum
				g.Each(g.nodes[m-1], w.Rel, when, func(h store.Hit) bool {
					sum.Edges++
					if m, ok := h.Edge.Props.Get(w.Sum.Property).(store.Money); ok && m.Currency == w.Sum.Currency {
						sum.Known++
						sum.Amount += m.Amount
					}
					return true
				})
				to.Sums = append(to.Sums, sum)
			}
		} else {
			to.Ends = step(out.Members, w.Rel)
			if w.Up != nil {
				to.Tree = slices.Clone(to.Ends.To)
				for i := 0; i < len(to.Tree); i++ {
					to.Tree = append(to.Tree, g.far(to.Tree[i], *w.Up, when)...)
					to.Tree = firsts(to.Tree)
				}
				to.Tree = firsts(to.Tree)
				to.Above = step(to.Tree, *w.Up)
			}
		}
		out.Ways = append(out.Ways, to)
	}
	return out, ctx.Err()
}

// firsts leaves each slot where it stands first.
func firsts(all []store.Slot) (out []store.Slot) {
	for _, s := range all {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// gathering is what is gathered, told by ids, a line for each member and for each node of a
// tree. Members of a relation, and trees, have no order.
func gathering(p *pair, ids []string, by *store.Rel, ways []store.Way, when store.Period) func(store.Reader) ([]string, error) {
	return func(r store.Reader) ([]string, error) {
		of, err := r.Slots(p.ctx, ids)
		if err != nil {
			return nil, err
		}
		g, err := r.Gather(p.ctx, store.Group{Of: of, By: by}, ways, when)
		if err != nil {
			return nil, err
		}
		if len(g.Ways) != len(ways) {
			return nil, fmt.Errorf("%d ways of %d", len(g.Ways), len(ways))
		}
		told := func(from []store.Slot, f store.Fan) ([]string, error) {
			if len(f.Off) != len(from)+1 || int(f.Off[len(from)]) != len(f.To) || f.Edge != nil {
				return nil, fmt.Errorf("a fan of %d from %d: %v", len(f.To), len(from), f)
			}
			lines := r.IDs(from)
			for i := range lines {
				lines[i] += fmt.Sprintf(" > %q", r.IDs(f.To[f.Off[i]:f.Off[i+1]]))
			}
			return lines, nil
		}
		out := r.IDs(g.Members)
		var trees []string
		for i, w := range ways {
			var lines []string
			if w.Sum != nil {
				for _, s := range g.Ways[i].Sums {
					lines = append(lines, fmt.Sprintf("%+v", s))
				}
			} else if lines, err = told(g.Members, g.Ways[i].Ends); err != nil {
				return nil, err
			}
			if len(lines) != len(out) {
				return nil, fmt.Errorf("way %d tells of %d members of %d", i, len(lines), len(out))
			}
			for m := range out {
				out[m] += "; " + lines[m]
			}
			if w.Sum != nil || w.Up == nil {
				continue
			}
			above, err := told(g.Ways[i].Tree, g.Ways[i].Above)
			if err != nil {
				return nil, err
			}
			nodes, err := r.At(p.ctx, g.Ways[i].Tree)
			if err != nil {
				return nil, err
			}
			for t := range above {
				above[t] = fmt.Sprintf("way %d: %s %s %v", i, above[t], nodes[t].Kind, nodes[t].Props)
			}
			slices.Sort(above)
			trees = append(trees, above...)
		}
		if by != nil {
			slices.Sort(out)
		}
		return append(out, trees...), nil
	}
}

// gathers are groups and ways of each sort. They are few, as a store may make a plan for each.
var gathers = []struct {
	by   *store.Rel
	ways []store.Way
}{
	{nil, nil},
	{&members, []store.Way{{Rel: projectsOnly, Sum: paid("EUR")}, {Rel: store.Rel{Type: "LOCATED_IN"}, Up: &store.Rel{Type: "PART_OF", Kinds: []string{"Place"}}}, {Rel: store.Rel{Type: "MEMBER_OF", Kinds: []string{"Network", "Cluster"}}}}},
	{&store.Rel{Type: "PARTICIPATES_IN", Dir: store.Both}, []store.Way{{Rel: store.Rel{Type: "MEMBER_OF", Dir: store.Both}, Sum: &store.Summed{}}, {Rel: store.Rel{Type: "PARTICIPATES_IN", Dir: store.Both}, Sum: paid("CHF")}}},
	{nil, []store.Way{{Rel: projectsOnly, Sum: paid("EUR")}, {Rel: store.Rel{Type: "MEMBER_OF"}, Up: &store.Rel{Type: "MEMBER_OF", Kinds: []string{"Network"}}},
		{Rel: store.Rel{Type: "PART_OF"}, Up: &store.Rel{Type: "PART_OF", Dir: store.Both}}, {Rel: store.Rel{Type: "MEMBER_OF", Dir: store.Both}, Up: &store.Rel{Type: "PARTICIPATES_IN"}}}},
	{nil, []store.Way{{Rel: store.Rel{Type: "NO_TYPE"}, Up: &members}, {Rel: store.Rel{Type: "MEMBER_OF", Kinds: []string{"NoKind"}}, Sum: &store.Summed{}}, {Rel: store.Rel{Type: "LOCATED_IN"}, Up: &store.Rel{Type: "NO_TYPE"}}}},
	{&store.Rel{Type: "NO_TYPE"}, []store.Way{{Rel: projectsOnly, Sum: paid("EUR")}, {Rel: store.Rel{Type: "LOCATED_IN"}, Up: &store.Rel{Type: "PART_OF"}}}},
}

var projectsOnly = store.Rel{Type: "PARTICIPATES_IN", Kinds: []string{"Project"}}

func paid(currency string) *store.Summed {
	return &store.Summed{Property: "contribution", Currency: currency}
}

var gatherTests = []test{
	{"what is gathered of members", "Gather tells who the members of a group are and, of each, what some ways tell: over the edges that hold in a period.", func(p *pair) {
		p.world()
		for _, ids := range [][]string{{}, {"nobody"}, {"n1"}, {"c1", "old", "nobody", "c1", "o1"}, {"n1", "n2", "c2", "rs11", "p1"}} {
			for _, when := range []store.Period{{}, period("2013", "2013"), period("2020", "2020"), period("", "2009")} {
				for _, g := range gathers {
					same(p, fmt.Sprintf("Gather %q by %v %v: %v", ids, g.by, when, g.ways), gathering(p, ids, g.by, g.ways, when))
				}
			}
		}
	}},
	{"sums are exact, of one currency", "Sum counts the edges and adds up their money", func(p *pair) {
		one := func(key string, props ...m) any {
			e := edge("PARTICIPATES_IN", "a", "p", props...)
			e.Key = key
			return e
		}
		large := store.Money{Amount: 99_999_999_999_999_999, Currency: "EUR"}
		records := []any{node("Organisation", "a"), node("Project", "p"), one("", m{"contribution": large}), one("x", m{"contribution": store.Money{Amount: -3, Currency: "EUR"}}),
			one("y", m{"contribution": store.Money{Amount: 5, Currency: "CHF"}}), one("z")}
		for i := range 8 {
			records = append(records, one(strings.Repeat("k", i+1), m{"contribution": large}))
		}
		p.say(records...)
		for currency, want := range map[string]store.Sum{"EUR": {Edges: 12, Known: 10, Amount: 9*large.Amount - 3}, "CHF": {Edges: 12, Known: 1, Amount: 5}, "": {Edges: 12}} {
			w := store.Way{Rel: projectsOnly, Sum: paid(currency)}
			sums := same(p, currency, func(r store.Reader) ([]store.Sum, error) {
				of, err := r.Slots(p.ctx, []string{"a"})
				if err != nil {
					return nil, err
				}
				g, err := r.Gather(p.ctx, store.Group{Of: of}, []store.Way{w}, store.Period{})
				if err != nil {
					return nil, err
				}
				return g.Ways[0].Sums, nil
			})
			p.equal(currency, sums, []store.Sum{want})
		}
	}},
	{"what is no money is not summed up", "A sum over a property that the type of edges does not declare as one amount of money is an ErrInvalid.", func(p *pair) {
		p.world()
		for _, w := range []store.Way{{Rel: members, Sum: &store.Summed{Property: "role"}}, {Rel: members, Sum: &store.Summed{Property: "contribution"}}, {Rel: store.Rel{Type: "NO_TYPE"}, Sum: &store.Summed{Property: "contribution"}}} {
			p.view(func(r store.Reader) error {
				of, err := r.Slots(p.ctx, []string{"n1"})
				if err != nil {
					return err
				}
				if _, err := r.Gather(p.ctx, store.Group{Of: of}, []store.Way{w}, store.Period{}); !errors.Is(err, store.ErrInvalid) {
					p.Errorf("%v: %v", w, err)
				}
				return nil
			})
		}
	}},
}
