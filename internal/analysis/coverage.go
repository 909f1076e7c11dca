package analysis

import (
	"context"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Coverage is what a source declares about how many there are of something, beside how many
// the graph names: "28 partners declared, 27 named".
type Coverage struct {
	Of       string // partners, countries, clusters; members
	Declared float64
	Bound    store.Value // EXACTLY, AT_LEAST, ...; nil: nobody says
	Named    int
}

// Coverages tell, at the places of some projects and actors, what their sources declare and
// the graph can count: of a project, by its indicators, the partners, their countries, and the
// clusters among them; of a network or cluster the members, by its indicators and its composition.
//
// Cost: with the participations and memberships of those that declare something.
func (a *Analyst) Coverages(ctx context.Context, r store.Reader, of []*store.Node, when store.Period) ([][]Coverage, error) {
	out := make([][]Coverage, len(of))
	var ids []string // of those that declare something
	var at []int
	for i, n := range of {
		if out[i] = a.declared(n); len(out[i]) > 0 {
			ids, at = append(ids, n.ID), append(at, i)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	slots, err := r.Slots(ctx, ids)
	if err != nil {
		return nil, err
	}
	counted := map[string]func() ([]int, error){
		"members": func() ([]int, error) { return a.ends(ctx, r, slots, memberOf, a.actors, when) },
		"partners": func() ([]int, error) {
			return a.ends(ctx, r, slots, participatesIn, a.actors, when)
		},
		"clusters": func() ([]int, error) {
			return a.ends(ctx, r, slots, participatesIn, []string{cluster}, when)
		},
		"countries": func() ([]int, error) { return a.countriesOf(ctx, r, slots, when) },
	}
	counts := map[string][]int{}
	for k, i := range at {
		for j := range out[i] {
			c := &out[i][j]
			if counts[c.Of] == nil {
				if counts[c.Of], err = counted[c.Of](); err != nil {
					return nil, err
				}
			}
			c.Named = counts[c.Of][k]
		}
	}
	return out, nil
}

// declared is what is declared of a node that the graph can count.
func (a *Analyst) declared(n *store.Node) (out []Coverage) {
	what := []string{"partners", "countries", "clusters"}
	if n.Kind != project {
		if what = []string{"members"}; !slices.Contains(a.groups, n.Kind) {
			return nil
		}
	}
	put := func(of string, declared store.Value, bound store.Value) {
		c := Coverage{Of: of, Bound: bound}
		switch v := declared.(type) {
		case float64:
			c.Declared = v
		case int64:
			c.Declared = float64(v)
		default:
			return
		}
		if !slices.ContainsFunc(out, func(d Coverage) bool { return d.Of == of }) {
			out = append(out, c)
		}
	}
	put("members", store.Part(n.Props.Get("composition"), []string{"totalMembers"}), nil)
	indicators, _ := n.Props.Get("indicators").(store.List) // the preferred first
	for _, v := range indicators {
		p, _ := v.(store.Props)
		if name := strings.ToLower(p.Text("name")); slices.Contains(what, name) && p.Get("unit") == nil {
			put(name, p.Get("value"), p.Get("bound"))
		}
	}
	slices.SortFunc(out, func(c, d Coverage) int { return strings.Compare(c.Of, d.Of) })
	return out
}

// ends is how many different nodes of some kinds each of some nodes is reached from.
func (a *Analyst) ends(ctx context.Context, r store.Reader, of []store.Slot, typ string, kinds []string, when store.Period) ([]int, error) {
	fan, err := r.Step(ctx, of, store.Rel{Type: typ, Dir: store.In, Kinds: kinds}, when)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(of))
	for i := range of {
		row := slices.Clone(fan.To[fan.Off[i]:fan.Off[i+1]])
		slices.Sort(row)
		out[i] = len(slices.Compact(row))
	}
	return out, nil
}

// countriesOf is how many different countries the partners of each of some projects come from.
func (a *Analyst) countriesOf(ctx context.Context, r store.Reader, of []store.Slot, when store.Period) ([]int, error) {
	fan, err := r.Step(ctx, of, store.Rel{Type: participatesIn, Dir: store.In, Kinds: a.actors}, when)
	if err != nil {
		return nil, err
	}
	partners := newTable(len(fan.To))
	defer partners.free()
	numbers := make([]uint32, len(fan.To))
	for k, s := range fan.To {
		numbers[k] = partners.number(s) + 1
	}
	c, err := a.countries(ctx, r, partners.met, when)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(of))
	for i := range of {
		var countries []uint32
		for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
			n := numbers[k]
			countries = append(countries, c.list[c.from[n]:c.until[n]]...)
		}
		slices.Sort(countries)
		countries = slices.Compact(countries)
		if out[i] = len(countries); out[i] > 0 && countries[0] == 0 { // where it is unknown
			out[i]--
		}
	}
	return out, nil
}
