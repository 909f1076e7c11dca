package analysis

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

// slow finds partnerships by trying every pair of participations, and tells them as
// fake.tell and fake.tellMore do.
func (f *fake) slow(sides []Side, around string, q PartnershipQuery) (told, toldMore []string) {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(q.When) }
	// belongs tells by what an actor belongs to a side, in the order asked.
	belongs := func(id string, s Side) (vias []string, yes bool) {
		for _, of := range s.IDs {
			of = f.get(of).ID
			if s.By == Actors && of == id {
				yes = true
			}
			if s.By == MembersWithin && len(f.ways(id, of, s.Depth, holds)) > 0 {
				vias, yes = appendOnce(vias, of), true
			}
			for _, e := range f.edges {
				if e.From != id || !holds(e) {
					continue
				}
				if s.By == MembersOf && e.Type == "MEMBER_OF" && e.To == of {
					vias, yes = appendOnce(vias, of), true
				}
				if s.By == At && e.Type == "LOCATED_IN" {
					up := map[string]bool{e.To: true}
					for range f.edges {
						for _, p := range f.edges {
							if p.Type == "PART_OF" && up[p.From] {
								up[p.To] = true
							}
						}
					}
					yes = yes || up[of]
				}
			}
		}
		return vias, yes
	}
	type pair struct {
		a, b     string
		projects []string
		text     string
		more     string
		since    store.Value
		latest   store.Value
		euro     store.Value
	}
	standsA, standsB, stands := map[string]bool{}, map[string]bool{}, map[string]bool{}
	inAll, paidAll := map[string]bool{}, map[*store.Edge]bool{}
	var pairs []*pair
	actors := slices.DeleteFunc(slices.Clone(f.nodes), func(n *store.Node) bool { return schema.Kinds[n.Kind].Family != "Actor" })
	for _, a := range actors {
		for _, b := range actors {
			if a == b || around != "" && a.ID != around {
				continue
			}
			var viaA, viaB, howA, howB []string
			if around == "" {
				var inA, inB []int
				for i, s := range sides {
					if _, yes := belongs(a.ID, s); yes {
						inA = append(inA, i)
					}
					if _, yes := belongs(b.ID, s); yes {
						inB = append(inB, i)
					}
				}
				if len(inA) == 0 || len(inB) == 0 {
					continue
				}
				if len(sides) == 1 {
					if a.ID > b.ID {
						continue
					}
				} else {
					// a before b: on some sides i < j.
					if inA[0] >= inB[len(inB)-1] {
						continue
					}
					if inB[0] < inA[len(inA)-1] { // and the other way, too
						if inB[0] < inA[0] || inB[0] == inA[0] && b.ID < a.ID {
							continue
						}
					}
				}
				for _, i := range inA {
					if v, _ := belongs(a.ID, sides[i]); len(sides) == 1 || i < inB[len(inB)-1] {
						viaA = appendOnce(viaA, v...)
						howA = append(howA, f.how(a.ID, sides[i], holds)...)
					}
				}
				for _, i := range inB {
					if v, _ := belongs(b.ID, sides[i]); len(sides) == 1 || i > inA[0] {
						viaB = appendOnce(viaB, v...)
						howB = append(howB, f.how(b.ID, sides[i], holds)...)
					}
				}
			}
			if !store.Holds(q.Where.A, f, store.Hit{Node: a}, q.When) || !store.Holds(q.Where.B, f, store.Hit{Node: b}, q.When) {
				continue
			}
			x := &pair{a: a.ID, b: b.ID}
			sums, known := map[string]store.Cents{}, map[string]int{}
			of := 0
			var edges []*store.Edge
			projects := slices.Clone(f.nodes)
			slices.SortStableFunc(projects, func(p, r *store.Node) int { return store.CompareNull(p.Props.Get("start"), r.Props.Get("start")) })
			for _, p := range projects {
				taking := func(n *store.Node) (out []*store.Edge) {
					for _, e := range f.edges {
						if e.Type == "PARTICIPATES_IN" && e.From == n.ID && e.To == p.ID && holds(e) && store.Holds(q.Where.Participation, nil, store.Hit{Edge: e}, q.When) {
							out = append(out, e)
						}
					}
					return out
				}
				as, bs := taking(a), taking(b)
				if p.Kind != "Project" || len(as) == 0 || len(bs) == 0 || !store.Holds(q.Where.Project, f, store.Hit{Node: p}, q.When) {
					continue
				}
				x.projects = append(x.projects, p.ID)
				edges = append(append(edges, as...), bs...)
				tell := func(es []*store.Edge) (role, since store.Value, until int32) {
					until = -1 << 31
					for _, e := range es {
						role = cmp.Or(role, e.Props.Get("role"))
						if e.Props.Get("role") == "COORDINATOR" {
							role = "COORDINATOR"
							break
						}
					}
					for _, e := range es {
						s := cmp.Or(e.Props.Get("since"), p.Props.Get("start"))
						if store.CompareNull(s, since) < 0 {
							since = s
						}
						last := int32(1<<31 - 1)
						if u, ok := cmp.Or(e.Props.Get("until"), p.Props.Get("end")).(store.Date); ok {
							last = u.Last
						}
						until = max(until, last)
						of++
						if m, ok := e.Props.Get("contribution").(store.Money); ok {
							sums[m.Currency] += m.Amount
							known[m.Currency]++
						}
					}
					return role, since, until
				}
				roleA, sinceA, untilA := tell(as)
				roleB, sinceB, untilB := tell(bs)
				x.text += fmt.Sprintf(" %s(%v,%v)", p.ID, roleA, roleB)
				if sinceA != nil && sinceB != nil {
					both := sinceA
					if store.Compare(sinceB, both) > 0 {
						both = sinceB
					}
					if f := both.(store.Date).First; f <= untilA && f <= untilB {
						if store.CompareNull(both, x.since) < 0 {
							x.since = both
						}
						if x.latest == nil || store.Compare(both, x.latest) > 0 {
							x.latest = both
						}
					}
				}
			}
			if len(x.projects) == 0 || len(x.projects) < q.Where.MinProjects {
				continue
			}
			x.text = fmt.Sprintf("%s-%s %d%s since %v", x.a, x.b, len(x.projects), x.text, x.since)
			for _, c := range slices.Sorted(maps.Keys(sums)) {
				x.text += fmt.Sprintf(" %v %s %d/%d", sums[c], c, known[c], of)
			}
			if known["EUR"] > 0 {
				x.euro = sums["EUR"]
			}
			x.text += " via " + strings.Join(viaA, "+") + "|" + strings.Join(viaB, "+")
			x.more = fmt.Sprintf("%s-%s latest %v %s|%s", x.a, x.b, x.latest, strings.Join(howA, " "), strings.Join(howB, " "))
			pairs = append(pairs, x)
			standsA[x.a], standsB[x.b], stands[x.a], stands[x.b] = true, true, true, true
			for _, p := range x.projects {
				inAll[p] = true
			}
			for _, e := range edges {
				paidAll[e] = true
			}
		}
	}
	order := q.Order
	if order == nil {
		order = []Term[Key]{{ByProjects, true}}
	}
	slices.SortFunc(pairs, func(x, y *pair) int {
		for _, t := range order {
			key := func(x *pair) store.Value {
				switch t.By {
				case ByProjects:
					return int64(len(x.projects))
				case BySince:
					return x.since
				case ByLatest:
					return x.latest
				case ByContribution:
					return x.euro
				case ByNameA:
					return store.Fold(f.get(x.a).Name())
				}
				return store.Fold(f.get(x.b).Name())
			}
			c := store.CompareNull(key(x), key(y))
			if t.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Or(strings.Compare(x.a, y.a), strings.Compare(x.b, y.b))
	})
	told = []string{}
	for _, x := range pairs {
		told, toldMore = append(told, x.text), append(toldMore, x.more)
	}
	all := fmt.Sprintf("%d with %d: %d, in %s", len(standsA), len(standsB), len(stands), strings.Join(slices.Sorted(maps.Keys(inAll)), "+"))
	sums, known := map[string]store.Cents{}, map[string]int{}
	for e := range paidAll {
		if m, ok := e.Props.Get("contribution").(store.Money); ok {
			sums[m.Currency] += m.Amount
			known[m.Currency]++
		}
	}
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		all += fmt.Sprintf(" %v %s %d/%d", sums[c], c, known[c], len(paidAll))
	}
	return told, append(toldMore, all)
}

func appendOnce(to []string, more ...string) []string {
	for _, x := range more {
		if !slices.Contains(to, x) {
			to = append(to, x)
		}
	}
	return to
}

// ways are the shortest chains of memberships, up to a depth, by which an actor belongs to a
// network: the edges from the network on down. Members in between are told by the first way to
// them.
func (f *fake) ways(id, network string, depth int, holds func(*store.Edge) bool) (out [][]*store.Edge) {
	if id == network || depth == 0 {
		return nil
	}
	for d := 1; d <= depth && out == nil; d++ {
		for _, between := range f.nodes { // by id
			above := [][]*store.Edge{nil}
			if between.ID != network {
				if above = f.ways(between.ID, network, d-1, holds); len(above) == 0 || len(above[0]) != d-1 {
					continue
				}
			} else if d > 1 {
				continue
			}
			for _, e := range f.edges {
				if e.Type == "MEMBER_OF" && e.From == id && e.To == between.ID && holds(e) {
					out = append(out, append(slices.Clone(above[0]), e))
				}
			}
		}
	}
	return out
}

// how tells the memberships by which an actor belongs to a side.
func (f *fake) how(id string, s Side, holds func(*store.Edge) bool) (out []string) {
	if s.By != MembersOf && s.By != MembersWithin {
		return nil
	}
	if s.By == MembersOf {
		s.Depth = 1
	}
	var ids []string
	for _, of := range s.IDs {
		ids = appendOnce(ids, f.get(of).ID)
	}
	for _, of := range ids {
		for _, way := range f.ways(id, of, s.Depth, holds) {
			text := fmt.Sprint(of, len(way))
			since, until := way[0].Props.Get("since"), way[0].Props.Get("until")
			for _, e := range way[1:] {
				text += "/" + e.To
				if s := e.Props.Get("since"); since != nil && (s == nil || store.Compare(s, since) > 0) {
					since = s
				}
				if u := e.Props.Get("until"); store.CompareNull(u, until) < 0 {
					until = u
				}
			}
			out = append(out, fmt.Sprintf("%s %v %v-%v", text, way[len(way)-1].Props.Get("role"), since, until))
		}
	}
	return out
}

// randomGraph draws a small, dense graph: overlapping networks, members of both, parallel
// edges, dates and amounts that are there or not.
func randomGraph(t *rapid.T) *fake {
	f := &fake{}
	date := rapid.Custom(func(t *rapid.T) store.Value {
		return dated(rapid.SampledFrom([]string{"", "", "2009", "2010", "2010-01", "2010-06-30", "2010-Q3", "2011", "2012-01"}).Draw(t, "date"))
	})
	var actors, projects, groups, places []string
	for i := range rapid.IntRange(2, 7).Draw(t, "actors") {
		id := fmt.Sprint("a", i)
		kind := rapid.SampledFrom([]string{"Organisation", "Cluster"}).Draw(t, "kind")
		f.node(kind, id, props{"name": rapid.SampledFrom([]string{"Öl", "ol", "Zeta", "zeta"}).Draw(t, "name")})
		actors = append(actors, id)
		if kind == "Cluster" {
			groups = append(groups, id)
		}
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "networks") {
		f.node("Network", fmt.Sprint("n", i), nil)
		groups = append(groups, fmt.Sprint("n", i))
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "projects") {
		id := fmt.Sprint("p", i)
		f.node(rapid.SampledFrom([]string{"Project", "Project", "Project", "Programme"}).Draw(t, "kind"), id, nil)
		n := f.get(id)
		n.Props = n.Props.With("start", date.Draw(t, "start")).With("end", date.Draw(t, "end"))
		projects = append(projects, id)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "places") {
		f.node("Place", fmt.Sprint("x", i), nil)
		places = append(places, fmt.Sprint("x", i))
	}
	seen := map[store.EdgeID]bool{}
	link := func(typ string, from, to []string, most int, more func() props) {
		if len(from) == 0 || len(to) == 0 {
			return
		}
		for range rapid.IntRange(most/2, most).Draw(t, typ) {
			id := store.EdgeID{Type: typ, From: rapid.SampledFrom(from).Draw(t, "from"), To: rapid.SampledFrom(to).Draw(t, "to"), Key: rapid.SampledFrom([]string{"", "", "k"}).Draw(t, "key")}
			if !seen[id] && id.From != id.To {
				seen[id] = true
				f.link(typ, id.From, id.To, id.Key, more())
			}
		}
	}
	span := func() props { return props{"since": date.Draw(t, "since"), "until": date.Draw(t, "until")} }
	link("MEMBER_OF", actors, groups, 14, span)
	link("LOCATED_IN", slices.Concat(actors, projects), places, 6, func() props { return nil })
	link("PART_OF", places, places, 3, func() props { return nil })
	link("PARTICIPATES_IN", actors, projects, 24, func() props {
		p := span()
		p["role"] = rapid.SampledFrom([]any{nil, "COORDINATOR", "PARTICIPANT", "OTHER"}).Draw(t, "role")
		p["contribution"] = rapid.SampledFrom([]any{nil, eur(1), eur(3), store.Money{Amount: 250, Currency: "CHF"}}).Draw(t, "contribution")
		return p
	})
	return f
}

func randomQuery(t *rapid.T) PartnershipQuery {
	var q PartnershipQuery
	if rapid.Bool().Draw(t, "when") {
		q.When = rapid.SampledFrom([]store.Period{during("2010", "2010"), during("2010-07-01", "2010-07-01"), during("2011", "2012"), during("2000", "2009")}).Draw(t, "period")
	}
	name := func(s string) store.Test {
		return rapid.SampledFrom([]store.Test{nil, nil, nil,
			store.Is{Path: []string{"name"}, Op: store.Prefix, Value: s, Fold: true},
			store.Related{Rel: store.Rel{Type: "PARTICIPATES_IN", Dir: store.Both}, Test: store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "COORDINATOR"}},
		}).Draw(t, "test")
	}
	q.Where = Conditions{Participation: rapid.SampledFrom([]store.Test{nil, nil, store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Ne, Value: "COORDINATOR"}}).Draw(t, "participation"), MinProjects: rapid.IntRange(0, 2).Draw(t, "least"), Project: name("p1"), A: name("o"), B: name("z")}
	q.Order = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Term[Key] {
		return Term[Key]{Key(rapid.IntRange(0, int(ByNameB)).Draw(t, "by")), rapid.Bool().Draw(t, "desc")}
	}), 0, 3).Draw(t, "order")
	if len(q.Order) == 0 {
		q.Order = nil
	}
	return q
}

// idsBy are who can stand on a side, by the ways to say so.
func (f *fake) idsBy() map[By][]string {
	ids := map[By][]string{}
	for _, n := range f.nodes {
		switch n.Kind {
		case "Place":
			ids[At] = append(ids[At], n.ID)
		case "Cluster":
			ids[Actors] = append(ids[Actors], n.ID)
			ids[MembersOf] = append(ids[MembersOf], n.ID)
			ids[MembersWithin] = ids[MembersOf]
		case "Network":
			ids[MembersOf] = append(ids[MembersOf], n.ID)
			ids[MembersWithin] = ids[MembersOf]
		case "Organisation":
			ids[Actors] = append(ids[Actors], n.ID)
		}
	}
	return ids
}

func randomSide(ids map[By][]string) *rapid.Generator[Side] {
	return rapid.Custom(func(t *rapid.T) Side {
		by := rapid.SampledFrom([]By{MembersOf, MembersOf, MembersWithin, Actors, At}).Draw(t, "by")
		s := Side{By: by, Depth: rapid.IntRange(1, 3).Draw(t, "depth")}
		if len(ids[by]) > 0 {
			s.IDs = rapid.SliceOfN(rapid.SampledFrom(ids[by]), 0, 4).Draw(t, "ids")
		}
		return s
	})
}

// TestSlow holds partnerships to the plain reading of what they mean.
func TestSlow(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomGraph(t)
		ids := f.idsBy()
		side := randomSide(ids)
		for range 10 {
			sides := rapid.SliceOfN(side, 0, 3).Draw(t, "sides")
			q := randomQuery(t)
			p, err := analyst.Partnerships(context.Background(), f, sides, q)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, f, p, sides, "", q)
		}
		q := randomQuery(t)
		lists, err := analyst.Partners(context.Background(), f, ids[Actors], q)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range ids[Actors] {
			compare(t, f, lists[i], nil, id, q)
		}
	})
}

// TestFirst holds the first partnerships to those of all, whatever a store leaves out.
func TestFirst(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomGraph(t)
		if rapid.Bool().Draw(t, "leaves all out") {
			f.whim = func() bool { return rapid.Bool().Draw(t, "tell") }
		}
		ids := f.idsBy()
		for range 10 {
			sides := rapid.SliceOfN(randomSide(ids), 1, 3).Draw(t, "sides")
			sides = append(sides, sides[0])[:rapid.SampledFrom([]int{2, 2, 2, 2, len(sides)}).Draw(t, "how many")]
			if all := ids[Actors]; rapid.Bool().Draw(t, "everybody") {
				sides = []Side{{By: Actors, IDs: all}, {By: Actors, IDs: all[rapid.IntRange(0, len(all)-1).Draw(t, "but"):]}}
			}
			q := randomQuery(t)
			if rapid.IntRange(0, 4).Draw(t, "plain") > 0 { // near to what a store may leave out for
				q.Order = rapid.SampledFrom([][]Term[Key]{nil, {{ByProjects, true}}, {{ByProjects, false}}, {{ByProjects, true}, {ByNameB, true}}}).Draw(t, "plain order")
				q.Where = Conditions{MinProjects: q.Where.MinProjects}
				switch rapid.IntRange(0, 5).Draw(t, "condition") {
				case 0:
					q.Where.Project = store.Is{Path: []string{"start"}, Op: store.IsNull, Value: rapid.Bool().Draw(t, "dated")}
				case 1:
					q.Where.Participation = store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.IsNull, Value: rapid.Bool().Draw(t, "role")}
				case 2:
					q.Where.A = store.Is{Path: []string{"name"}, Op: store.Prefix, Value: "z", Fold: true}
				}
			}
			q.First = rapid.SampledFrom([]int{1, 1, 2, 3, 100}).Draw(t, "first")
			p, err := analyst.Partnerships(context.Background(), f, sides, q)
			if err != nil {
				t.Fatal(err)
			}
			firstOf(t, f, p, sides, "", q)
		}
		q := randomQuery(t)
		q.First = 2
		lists, err := analyst.Partners(context.Background(), f, ids[Actors], q)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range ids[Actors] {
			firstOf(t, f, lists[i], nil, id, q)
		}
	})
}

func firstOf(t *rapid.T, f *fake, p *Partnerships, sides []Side, around string, q PartnershipQuery) {
	t.Helper()
	want, wantHow := f.slow(sides, around, q)
	n := min(q.First, len(want))
	want, wantHow = want[:n], wantHow[:n]
	got, err := f.tell(p)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%+v, %+v: %v\n got %s\nwant %s", sides, q, err, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if got, err = f.tellHow(p); err != nil || !slices.Equal(got, wantHow) {
		t.Fatalf("%+v, %+v: %v\n got %s\nwant %s", sides, q, err, strings.Join(got, "\n     "), strings.Join(wantHow, "\n     "))
	}
}

func compare(t *rapid.T, f *fake, p *Partnerships, sides []Side, around string, q PartnershipQuery) {
	t.Helper()
	want, wantMore := f.slow(sides, around, q)
	// Any page may be looked at first.
	if n := p.Len(); n > 0 {
		p.At(rapid.IntRange(0, n-1).Draw(t, "first"))
	}
	got, err := f.tell(p)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%v\n got %s\nwant %s", err, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if got, err = f.tellMore(p); err != nil || !slices.Equal(got, wantMore) {
		t.Fatalf("%+v: %v\n got %s\nwant %s", sides, err, strings.Join(got, "\n     "), strings.Join(wantMore, "\n     "))
	}
}
