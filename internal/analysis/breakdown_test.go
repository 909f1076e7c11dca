package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

func (f *fake) Find(ctx context.Context, kinds []string, w store.Window) (p store.Page, err error) {
	for _, n := range f.nodes {
		if slices.Contains(kinds, n.Kind) && store.Holds(w.Where, f, store.Hit{Node: n}, w.When) {
			p.Hits = append(p.Hits, store.Hit{Node: n})
		}
	}
	return p, ctx.Err()
}

// tellGroups writes a breakdown down.
func tellGroups(b *Breakdown) []string {
	out := []string{}
	for i := range b.Len() {
		g := b.At(i)
		var keys []string
		for _, k := range g.Keys {
			if k == nil {
				keys = append(keys, "?")
			} else {
				keys = append(keys, fmt.Sprintf("%s/%s/%s", k.ID, k.Code, k.Name))
			}
		}
		share := "?"
		if s, ok := g.Share.(float64); ok {
			share = fmt.Sprintf("%.4f", s)
		}
		out = append(out, fmt.Sprintf("%s: %d by %d, %v of %d/%d, %s", strings.Join(keys, " "), g.Count, g.Actors, g.Value, g.Known, g.Of, share))
	}
	return out
}

// slowBreakdown reads the meaning of a breakdown out loud: every item is asked for every one
// of its participations.
func (f *fake) slowBreakdown(q BreakdownQuery) []string {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(q.When) }
	isActor := func(n *store.Node) bool { return slices.Contains(analyst.actors, n.Kind) }
	// far are the far ends of the edges that lead from a node.
	far := func(typ, from, kind string) (out []*store.Node) {
		for _, e := range f.edges {
			if e.Type == typ && e.From == from && holds(e) && f.get(e.To).Kind == kind && !slices.Contains(out, f.get(e.To)) {
				out = append(out, f.get(e.To))
			}
		}
		return out
	}
	// nearest are the ones of some levels at or above a node.
	nearest := func(n *store.Node, levels ...string) (out []*store.Node) {
		reached := []*store.Node{n}
		for i := 0; i < len(reached); i++ {
			if slices.Contains(levels, reached[i].Props.Text("level")) {
				out = append(out, reached[i])
				continue
			}
			for _, up := range far("PART_OF", reached[i].ID, n.Kind) {
				if !slices.Contains(reached, up) {
					reached = append(reached, up)
				}
			}
		}
		return out
	}
	// lies tells whether a node is another or part of it.
	lies := func(n *store.Node, in string) bool {
		reached := []*store.Node{n}
		for i := 0; i < len(reached); i++ {
			if reached[i].ID == in {
				return true
			}
			for _, up := range far("PART_OF", reached[i].ID, n.Kind) {
				if !slices.Contains(reached, up) {
					reached = append(reached, up)
				}
			}
		}
		return false
	}
	var within *store.Node
	if q.Within != nil {
		within = f.get(*q.Within)
	}
	actorWithin := func(a *store.Node) bool {
		if within == nil || within.Kind == "Programme" {
			return true
		}
		if within.Kind == "Place" {
			return slices.ContainsFunc(far("LOCATED_IN", a.ID, "Place"), func(p *store.Node) bool { return lies(p, within.ID) })
		}
		return slices.Contains(far("MEMBER_OF", a.ID, within.Kind), within)
	}
	projectWithin := func(p *store.Node) bool {
		return within == nil || within.Kind != "Programme" ||
			slices.ContainsFunc(far("FUNDED_BY", p.ID, "Programme"), func(g *store.Node) bool { return lies(g, within.ID) })
	}
	passes := func(t store.Test, n *store.Node) bool { return store.Holds(t, f, store.Hit{Node: n}, q.When) }
	type taking struct {
		a, p *store.Node
		e    *store.Edge
	}
	var all []taking
	for _, e := range f.edges {
		a, p := f.get(e.From), f.get(e.To)
		if e.Type == "PARTICIPATES_IN" && holds(e) && p.Kind == "Project" && actorWithin(a) && projectWithin(p) && passes(q.Actor, a) && passes(q.Project, p) &&
			store.Holds(q.Participation, f, store.Hit{Edge: e}, q.When) {
			all = append(all, taking{a, p, e})
		}
	}
	// Those that count without taking part.
	if q.Participation == nil {
		for _, n := range f.nodes {
			one := func(x taking) bool { return x.a == n || x.p == n }
			switch {
			case slices.ContainsFunc(all, one):
			case q.Of == OfProjects && n.Kind == "Project" && q.Actor == nil && (within == nil || within.Kind == "Programme") && passes(q.Project, n) && projectWithin(n):
				all = append(all, taking{p: n})
			case q.Of == OfActors && isActor(n) && q.Project == nil && (within == nil || within.Kind != "Programme") && passes(q.Actor, n) && actorWithin(n):
				all = append(all, taking{a: n})
			}
		}
	}
	if q.Of == OfProjects {
		all = slices.DeleteFunc(all, func(x taking) bool {
			start, _ := x.p.Props.Get("start").(store.Date)
			end, ok := x.p.Props.Get("end").(store.Date)
			if !ok {
				end.Last = 1 << 30
			}
			return !q.When.Always() && (x.p.Props.Get("start") != nil && start.First > q.When.Last || end.Last < q.When.First)
		})
	}
	name := func(nodes ...*store.Node) (out []string) {
		for _, n := range nodes {
			out = append(out, fmt.Sprintf("%s/%s/%s", n.ID, n.Props.Text("code"), n.Name()))
		}
		return out
	}
	text := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{"/" + s + "/" + s}
	}
	// named is what a code stands for.
	named := func(code, kind, level string) []string {
		for _, n := range f.nodes {
			if n.Kind == kind && n.Props.Text("code") == code && n.Props.Text("level") == level {
				return name(n)
			}
		}
		return text(code)
	}
	keys := func(by Dimension, x taking) (out []string) {
		switch {
		case x.a == nil && slices.Contains([]Dimension{Country, Region, ActorKind, ActorType, Network, Role}, by):
			return nil
		case x.p == nil && slices.Contains([]Dimension{Programme, Framework, Call, Role, Year}, by):
			return nil
		}
		above := func(of []*store.Node, levels ...[]string) {
			for _, n := range of {
				for _, l := range levels {
					if near := nearest(n, l...); len(near) > 0 {
						out = append(out, name(near...)...)
						break
					}
				}
			}
		}
		switch by {
		case Country:
			if above(far("LOCATED_IN", x.a.ID, "Place"), []string{"COUNTRY"}); len(out) == 0 && x.a.Props.Text("country") != "" {
				return named(x.a.Props.Text("country"), "Place", "COUNTRY")
			}
		case Region:
			above(far("LOCATED_IN", x.a.ID, "Place"), []string{"REGION"})
		case ActorKind:
			return []string{"/" + strings.ToUpper(x.a.Kind) + "/" + x.a.Kind}
		case ActorType:
			return text(x.a.Props.Text("type"))
		case Network:
			return name(far("MEMBER_OF", x.a.ID, "Network")...)
		case Programme:
			above(far("FUNDED_BY", x.p.ID, "Programme"), []string{"PROGRAMME", "FUND", ""}, []string{"FRAMEWORK"})
		case Framework:
			above(far("FUNDED_BY", x.p.ID, "Programme"), []string{"FRAMEWORK"})
		case Call:
			if above(far("FUNDED_BY", x.p.ID, "Programme"), []string{"CALL"}); len(out) == 0 {
				for _, e := range f.edges {
					if e.Type == "FUNDED_BY" && e.From == x.p.ID {
						out = append(out, named(e.Props.Text("call"), "Programme", "CALL")...)
					}
				}
			}
		case Topic:
			of := x.p
			if q.Of == OfActors {
				of = x.a
			}
			if of != nil {
				return name(far("CLASSIFIED_AS", of.ID, "Topic")...)
			}
		case Year:
			year := func(x taking) string {
				var v store.Value
				if x.p != nil {
					v = x.p.Props.Get("start")
				}
				if q.Of != OfProjects && x.e != nil {
					v = cmp.Or(x.e.Props.Get("since"), v)
				}
				if v == nil {
					return ""
				}
				return v.(store.Date).String()[:4]
			}
			if !q.Cumulative || year(x) == "" {
				return text(year(x))
			}
			for _, y := range all {
				if year(y) >= year(x) {
					out = append(out, text(year(y))...)
				}
			}
		case Role:
			return text(x.e.Props.Text("role"))
		}
		return out
	}
	type group struct {
		items, actors map[any]bool
		sum           store.Cents
		known, of     int
	}
	groups := map[string]*group{}
	put := func(key string, x taking) {
		g := groups[key]
		if g == nil {
			g = &group{items: map[any]bool{}, actors: map[any]bool{}}
			groups[key] = g
		}
		if x.a != nil {
			g.actors[x.a] = true
		}
		var item any = x.e
		var paid store.Props
		switch q.Of {
		case OfProjects:
			item, paid = x.p, x.p.Props
		case OfActors:
			item = x.a
		}
		counted := g.items[item]
		g.items[item] = true
		if q.Of != OfProjects {
			if x.e == nil {
				return
			}
			paid = x.e.Props
		} else if counted {
			return
		}
		g.of++
		if m, ok := paid.Get(map[Measure]string{Contribution: "contribution", TotalCost: "totalCost"}[q.Measure]).(store.Money); ok && m.Currency == cmp.Or(q.Currency, "EUR") {
			g.sum += m.Amount
			g.known++
		}
	}
	if len(q.By) == 0 {
		groups[""] = &group{}
		groups[""].items, groups[""].actors = map[any]bool{}, map[any]bool{}
	}
	for _, x := range all {
		put("total", x)
		lists := [][]string{}
		for _, by := range q.By {
			k := keys(by, x)
			slices.Sort(k)
			if k = slices.Compact(k); len(k) == 0 {
				k = []string{"?"}
			}
			lists = append(lists, k)
		}
		switch len(lists) {
		case 0:
			put("", x)
		case 1:
			for _, k := range lists[0] {
				put(k, x)
			}
		case 2:
			for _, k := range lists[0] {
				for _, l := range lists[1] {
					put(k+" "+l, x)
				}
			}
		}
	}
	total := groups["total"]
	delete(groups, "total")
	value := func(g *group) store.Value {
		switch {
		case q.Measure == Count:
			return int64(len(g.items))
		case g.known == 0:
			return nil
		}
		return g.sum
	}
	order := slices.SortedFunc(maps.Keys(groups), func(x, y string) int {
		v, w := value(groups[x]), value(groups[y])
		c := -store.CompareNull(v, w)
		if v == nil || w == nil {
			c = -c
		}
		xs, ys := strings.Split(x, " "), strings.Split(y, " ")
		for i := range xs {
			part := func(s string, n int) store.Value {
				if p := strings.Split(s, "/"); len(p) == 3 && p[n] != "" {
					return map[bool]string{true: store.Fold(p[n]), false: p[n]}[n == 2]
				}
				return nil
			}
			for _, n := range []int{1, 2, 0} {
				c = cmp.Or(c, store.CompareNull(part(xs[i], n), part(ys[i], n)))
			}
		}
		return c
	})
	out := []string{}
	for _, key := range order {
		g := groups[key]
		known, of := g.known, g.of
		if q.Measure == Count {
			known, of = len(g.items), len(g.items)
		}
		share := "?"
		switch v := value(g).(type) {
		case int64:
			if total != nil {
				share = fmt.Sprintf("%.4f", float64(v)/float64(len(total.items)))
			}
		case store.Cents:
			if total.sum != 0 {
				share = fmt.Sprintf("%.4f", float64(v)/float64(total.sum))
			}
		}
		out = append(out, fmt.Sprintf("%s: %d by %d, %v of %d/%d, %s", key, len(g.items), len(g.actors), value(g), known, of, share))
	}
	return out
}

// randomWorld is a random graph with all that a breakdown looks at.
func randomWorld(t *rapid.T) *fake {
	f := randomGraph(t)
	set := func(n *store.Node, name string, from ...any) {
		n.Props = n.Props.With(name, rapid.SampledFrom(from).Draw(t, name))
	}
	var actors, projects, places []string
	for _, n := range f.nodes {
		switch n.Kind {
		case "Project":
			projects = append(projects, n.ID)
			set(n, "contribution", nil, eur(5), eur(9), store.Money{Amount: 10, Currency: "CHF"})
			set(n, "totalCost", nil, eur(20))
		case "Place":
			places = append(places, n.ID)
			set(n, "level", nil, "COUNTRY", "REGION", "CITY")
			n.Props = n.Props.With("code", strings.ToUpper(n.ID))
		case "Network", "Organisation", "Cluster":
			actors = append(actors, n.ID)
			set(n, "country", nil, "X0", "X1", "X7")
			if n.Kind != "Cluster" {
				set(n, "type", nil, "HES", "PRC")
			}
		}
	}
	var programmes, topics []string
	for i := range rapid.IntRange(1, 5).Draw(t, "programmes") {
		id := fmt.Sprint("g", i)
		f.node("Programme", id, props{"level": rapid.SampledFrom([]any{nil, "FRAMEWORK", "PROGRAMME", "FUND", "TOPIC", "CALL"}).Draw(t, "level"), "code": "c" + id})
		n := f.get(id)
		n.Props = slices.DeleteFunc(n.Props, func(p store.Prop) bool { return p.Value == nil })
		programmes = append(programmes, id)
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "topics") {
		f.node("Topic", fmt.Sprint("t", i), nil)
		topics = append(topics, fmt.Sprint("t", i))
	}
	seen := map[store.EdgeID]bool{}
	for _, e := range f.edges {
		seen[e.EdgeID] = true
	}
	link := func(typ string, from, to []string, most int, more func() props) {
		for range rapid.IntRange(0, most).Draw(t, typ) {
			if len(from) == 0 || len(to) == 0 {
				return
			}
			id := store.EdgeID{Type: typ, From: rapid.SampledFrom(from).Draw(t, "from"), To: rapid.SampledFrom(to).Draw(t, "to"), Key: rapid.SampledFrom([]string{"", "k"}).Draw(t, "key")}
			if !seen[id] && id.From != id.To {
				seen[id] = true
				f.link(typ, id.From, id.To, id.Key, more())
			}
		}
	}
	none := func() props { return nil }
	link("FUNDED_BY", projects, programmes, 6, func() props {
		return props{"call": rapid.SampledFrom([]any{nil, "cg1", "other"}).Draw(t, "call")}
	})
	link("PART_OF", programmes, programmes, 5, none)
	link("PART_OF", places, places, 3, none)
	link("CLASSIFIED_AS", slices.Concat(projects, actors), topics, 8, none)
	return f
}

// restsRightly works a group's figures out of what it is said to rest on.
func restsRightly(b *Breakdown, q BreakdownQuery, i int) error {
	g := b.At(i)
	projects, err := b.Projects(i)
	if err != nil {
		return err
	}
	edges, err := b.Participations(i)
	if err != nil {
		return err
	}
	actors := map[string]bool{}
	paid, known := store.Cents(0), 0
	for _, e := range edges {
		actors[e.From] = true
		if m, ok := e.Props.Get("contribution").(store.Money); ok && m.Currency == cmp.Or(q.Currency, "EUR") {
			paid, known = paid+m.Amount, known+1
		}
		if _, found := slices.BinarySearch(projects, e.To); !found {
			return fmt.Errorf("%v takes part in a project the group does not rest on: %v", e, projects)
		}
	}
	switch {
	case q.Of == OfProjects && len(projects) != g.Count:
		return fmt.Errorf("%+v rests on the projects %v", g, projects)
	case q.Of == OfParticipations && len(edges) != g.Count:
		return fmt.Errorf("%+v rests on %d participations", g, len(edges))
	case q.Of != OfActors && len(actors) != g.Actors || len(actors) > g.Actors:
		return fmt.Errorf("%+v rests on participations of %d actors", g, len(actors))
	case q.Of != OfProjects && q.Measure == Contribution && (known != g.Known || known > 0 && g.Value != paid):
		return fmt.Errorf("%+v rests on participations that are paid %v (%d known)", g, paid, known)
	}
	return nil
}

// TestSlowBreakdown holds breakdowns to the plain reading of what they mean.
func TestSlowBreakdown(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomWorld(t)
		a, ids := newAnalyst(), []*string{nil, nil} // one: answers may rest on what earlier ones left behind
		for _, n := range f.nodes {
			if n.Kind != "Project" && n.Kind != "Topic" && n.Kind != "Organisation" {
				ids = append(ids, &n.ID)
			}
		}
		for range 10 {
			q := BreakdownQuery{
				Of:         Item(rapid.IntRange(0, int(OfParticipations)).Draw(t, "of")),
				By:         rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(0, int(Network)), func(n int) Dimension { return Dimension(n) }), 0, 2, rapid.ID).Draw(t, "by"),
				Cumulative: rapid.Bool().Draw(t, "cumulative"),
				Measure:    Measure(rapid.IntRange(0, int(TotalCost)).Draw(t, "measure")),
				Within:     rapid.SampledFrom(ids).Draw(t, "within"),
				Currency:   rapid.SampledFrom([]string{"", "EUR", "CHF"}).Draw(t, "currency"),
				When:       rapid.SampledFrom([]store.Period{{}, {}, during("2010", "2010"), during("2011", "2012"), during("2000", "2009")}).Draw(t, "when"),
				Actor: rapid.SampledFrom([]store.Test{nil, nil, nil, store.Is{Path: []string{"type"}, Op: store.Eq, Value: "PRC"},
					store.Related{Rel: store.Rel{Type: "MEMBER_OF", Dir: store.Out}}}).Draw(t, "actor"),
				Project: rapid.SampledFrom([]store.Test{nil, nil, nil, store.Is{Path: []string{"start"}, Op: store.IsNull, Value: false},
					store.Under{Rel: store.Rel{Type: "FUNDED_BY", Dir: store.Out}, IDs: []string{"g0"}}}).Draw(t, "project"),
				Participation: rapid.SampledFrom([]store.Test{nil, nil, nil, store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "COORDINATOR"}}).Draw(t, "participation"),
			}
			b, err := a.Breakdown(context.Background(), f, q)
			if err != nil {
				t.Fatal(err)
			}
			got, want := tellGroups(b), f.slowBreakdown(q)
			if !slices.Equal(got, want) {
				t.Fatalf("%+v\n got %s\nwant %s", q, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
			for i := range b.Len() {
				if err := restsRightly(b, q, i); err != nil {
					t.Fatalf("%+v: %v", q, err)
				}
			}
			for i := range b.Len() - 1 {
				c := 0
				for k, v := range b.Key(i) {
					if c = store.CompareNull(v, b.Key(i + 1)[k]); c != 0 {
						if k < len(b.Desc()) && b.Desc()[k] {
							c = -c
						}
						break
					}
				}
				if c >= 0 {
					t.Fatalf("%+v: %v does not come before %v", q, b.Key(i), b.Key(i+1))
				}
			}
		}
	})
}

func TestBreakdownRefused(t *testing.T) {
	nobody, project := "nobody", "p1"
	for _, c := range []struct {
		q    BreakdownQuery
		want error
		says string
	}{
		{BreakdownQuery{Within: &nobody}, store.ErrNotFound, `"nobody"`},
		{BreakdownQuery{Within: &project}, store.ErrInvalid, `within: "p1" is of kind Project; give ids of kind Cluster, Network, Programme, Place`},
		{BreakdownQuery{Currency: "euro"}, store.ErrInvalid, `"euro"`},
		{BreakdownQuery{By: []Dimension{Country, Country}}, store.ErrInvalid, "twice"},
		{BreakdownQuery{By: []Dimension{Country, Year, Role}}, store.ErrInvalid, "one or two"},
	} {
		if _, err := newAnalyst().Breakdown(context.Background(), ecosystem(), c.q); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %v with %s", err, c.want, c.says)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := newAnalyst().Breakdown(ended, ecosystem(), BreakdownQuery{By: []Dimension{Country}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestCountriesOutliveParticipations counts what is read after a participation was changed: its
// actor's row, and nothing of where actors are.
func TestCountriesOutliveParticipations(t *testing.T) {
	s := ring(t, 50)
	a := newAnalyst()
	ask := func() (c *counting) {
		if err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
			c = &counting{Reader: r}
			_, err := a.Breakdown(t.Context(), c, BreakdownQuery{Of: OfParticipations, By: []Dimension{Country}, Measure: Contribution})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	ask()
	link := store.EdgeRecord{Type: participatesIn, From: store.Ref{ID: "o3"}, To: store.Ref{ID: "p9"}}
	if _, err := s.Apply(t.Context(), store.Batch{Edges: []store.EdgeRecord{link}}); err != nil {
		t.Fatal(err)
	}
	if c := ask(); c.found != 0 || c.stepped != 1 {
		t.Errorf("%d times looked for nodes, edges of %d followed; want 0 and 1", c.found, c.stepped)
	}
}
