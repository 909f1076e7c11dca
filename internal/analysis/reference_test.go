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
)

// slow finds partnerships by trying every pair of participations, and tells them as
// fake.tell does.
func (f *fake) slow(sides []Side, around string, q PartnershipQuery) []string {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(q.When) }
	// belongs tells by what an actor belongs to a side, in the order asked.
	belongs := func(id string, s Side) (vias []string, yes bool) {
		for _, of := range s.IDs {
			of = f.get(of).ID
			if s.By == Actors && of == id {
				yes = true
			}
			for _, e := range f.edges {
				if e.From != id || !holds(e) {
					continue
				}
				if s.By == MembersOf && e.Type == "MEMBER_OF" && e.To == of {
					if !slices.Contains(vias, of) {
						vias = append(vias, of)
					}
					yes = true
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
		since    store.Value
		euro     store.Value
	}
	var pairs []*pair
	actors := slices.DeleteFunc(slices.Clone(f.nodes), func(n *store.Node) bool { return schema.Kinds[n.Kind].Family != "Actor" })
	for _, a := range actors {
		for _, b := range actors {
			if a == b || around != "" && a.ID != around {
				continue
			}
			var viaA, viaB []string
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
				add := func(vias []string, more []string) []string {
					for _, v := range more {
						if !slices.Contains(vias, v) {
							vias = append(vias, v)
						}
					}
					return vias
				}
				for _, i := range inA {
					if v, _ := belongs(a.ID, sides[i]); len(sides) == 1 || i < inB[len(inB)-1] {
						viaA = add(viaA, v)
					}
				}
				for _, i := range inB {
					if v, _ := belongs(b.ID, sides[i]); len(sides) == 1 || i > inA[0] {
						viaB = add(viaB, v)
					}
				}
			}
			if !store.Holds(q.Where.A, f, store.Hit{Node: a}, q.When) || !store.Holds(q.Where.B, f, store.Hit{Node: b}, q.When) {
				continue
			}
			x := &pair{a: a.ID, b: b.ID}
			sums, known := map[string]store.Cents{}, map[string]int{}
			of := 0
			projects := slices.Clone(f.nodes)
			slices.SortStableFunc(projects, func(p, r *store.Node) int { return store.CompareNull(p.Props.Get("start"), r.Props.Get("start")) })
			for _, p := range projects {
				taking := func(n *store.Node) (out []*store.Edge) {
					for _, e := range f.edges {
						if e.Type == "PARTICIPATES_IN" && e.From == n.ID && e.To == p.ID && holds(e) {
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
					if f := both.(store.Date).First; f <= untilA && f <= untilB && store.CompareNull(both, x.since) < 0 {
						x.since = both
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
			pairs = append(pairs, x)
		}
	}
	order := q.Order
	if order == nil {
		order = []Term{{ByProjects, true}}
	}
	slices.SortFunc(pairs, func(x, y *pair) int {
		for _, t := range order {
			key := func(x *pair) store.Value {
				switch t.By {
				case ByProjects:
					return int64(len(x.projects))
				case BySince:
					return x.since
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
	out := []string{}
	for _, x := range pairs {
		out = append(out, x.text)
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
	q.Where = Conditions{MinProjects: rapid.IntRange(0, 2).Draw(t, "least"), Project: name("p1"), A: name("o"), B: name("z")}
	q.Order = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Term {
		return Term{Key(rapid.IntRange(0, int(ByNameB)).Draw(t, "by")), rapid.Bool().Draw(t, "desc")}
	}), 0, 3).Draw(t, "order")
	if len(q.Order) == 0 {
		q.Order = nil
	}
	return q
}

// TestSlow holds partnerships to the plain reading of what they mean.
func TestSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := randomGraph(t)
		ids := map[By][]string{}
		for _, n := range f.nodes {
			switch n.Kind {
			case "Place":
				ids[At] = append(ids[At], n.ID)
			case "Cluster":
				ids[Actors] = append(ids[Actors], n.ID)
				ids[MembersOf] = append(ids[MembersOf], n.ID)
			case "Network":
				ids[MembersOf] = append(ids[MembersOf], n.ID)
			case "Organisation":
				ids[Actors] = append(ids[Actors], n.ID)
			}
		}
		side := rapid.Custom(func(t *rapid.T) Side {
			by := rapid.SampledFrom([]By{MembersOf, MembersOf, Actors, At}).Draw(t, "by")
			if len(ids[by]) == 0 {
				return Side{By: by}
			}
			return Side{by, rapid.SliceOfN(rapid.SampledFrom(ids[by]), 0, 4).Draw(t, "ids")}
		})
		for range 10 {
			sides := rapid.SliceOfN(side, 0, 3).Draw(t, "sides")
			q := randomQuery(t)
			p, err := analyst.Partnerships(context.Background(), f, sides, q)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, f, p, f.slow(sides, "", q))
		}
		q := randomQuery(t)
		lists, err := analyst.Partners(context.Background(), f, ids[Actors], q)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range ids[Actors] {
			compare(t, f, lists[i], f.slow(nil, id, q))
		}
	})
}

func compare(t *rapid.T, f *fake, p *Partnerships, want []string) {
	t.Helper()
	// Any page may be looked at first.
	if n := p.Len(); n > 0 {
		p.At(rapid.IntRange(0, n-1).Draw(t, "first"))
	}
	got, err := f.tell(p)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%v\n got %s\nwant %s", err, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
