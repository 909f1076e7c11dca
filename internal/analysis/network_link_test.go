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

func (f *fake) Nodes(ctx context.Context, ids []string) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	for i, id := range ids {
		out[i] = f.get(id)
	}
	return out, ctx.Err()
}

// tellLinks writes links down, with all that they rest on.
func tellLinks(l *NetworkLinks) ([]string, error) {
	out := []string{}
	for i := range l.Len() {
		x := l.At(i)
		pairs, err := x.PartnerPairs()
		if err != nil {
			return nil, err
		}
		if x.SharedMembers() != len(x.Members()) || x.SharedProjects() != len(x.Projects()) {
			return nil, fmt.Errorf("%s-%s: %d members and %d projects are not %v and %v", x.A(), x.B(), x.SharedMembers(), x.SharedProjects(), x.Members(), x.Projects())
		}
		text := fmt.Sprintf("%s-%s %s in %s, %d", x.A(), x.B(), strings.Join(x.Members(), "+"), strings.Join(x.Projects(), "+"), pairs)
		for _, s := range x.Contribution() {
			text += fmt.Sprintf(" %v %s %d/%d", s.Amount, s.Currency, s.Known, s.Of)
		}
		out = append(out, text)
	}
	return out, nil
}

// slowLinks finds links by trying each two networks, each actor and each project.
func (f *fake) slowLinks(q LinkQuery) []string {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(q.When) }
	kind := []string{Networks: "Network", Clusters: "Cluster", Countries: "Place", Regions: "Place", Programmes: "Programme", Topics: "Topic"}[q.Kind]
	ofProjects := q.Kind == Programmes || q.Kind == Topics
	isCountry := func(n *store.Node) bool { return n.Kind == "Place" && n.Props.Get("level") == "COUNTRY" }
	var networks, actors, projects []*store.Node
	for _, n := range f.nodes {
		switch {
		case n.Kind == kind && (q.Kind != Countries || isCountry(n)) && (q.Kind != Regions || n.Props.Get("level") == "REGION"):
			if q.IDs == nil || slices.ContainsFunc(q.IDs, func(id string) bool { return f.get(id) == n }) {
				networks = append(networks, n)
			}
		}
		hit := store.Hit{Node: n}
		if schema.Kinds[n.Kind].Family == "Actor" && store.Holds(q.Where.Actor, f, hit, q.When) {
			actors = append(actors, n)
		}
		if n.Kind == "Project" && store.Holds(q.Where.Project, f, hit, q.When) && (!ofProjects || schema.Edges["PARTICIPATES_IN"].Bounds(&store.Edge{}, n).Meets(q.When)) {
			projects = append(projects, n)
		}
	}
	// above are a node and all that it lies in.
	above := func(id string) map[string]bool {
		up := map[string]bool{id: true}
		for range f.edges {
			for _, e := range f.edges {
				if e.Type == "PART_OF" && up[e.From] && f.get(e.To).Kind == f.get(id).Kind && holds(e) {
					up[e.To] = true
				}
			}
		}
		return up
	}
	// by tells the nodes of a kind to which a relation leads, and those above them.
	by := func(n *store.Node, typ string) map[string]bool {
		out := map[string]bool{}
		for _, e := range f.edges {
			if e.Type == typ && e.From == n.ID && f.get(e.To).Kind == kind && holds(e) {
				if typ == "MEMBER_OF" {
					out[e.To] = true
				} else {
					maps.Copy(out, above(e.To))
				}
			}
		}
		return out
	}
	taking := func(x, p *store.Node) (out []*store.Edge) {
		for _, e := range f.edges {
			if e.Type == "PARTICIPATES_IN" && e.From == x.ID && e.To == p.ID && holds(e) {
				out = append(out, e)
			}
		}
		return out
	}
	belongs, projectBelongs := map[*store.Node]map[string]bool{}, map[*store.Node]map[string]bool{}
	for _, p := range projects {
		switch q.Kind {
		case Programmes:
			projectBelongs[p] = by(p, "FUNDED_BY")
		case Topics:
			projectBelongs[p] = by(p, "CLASSIFIED_AS")
		}
		if q.Where.Actor != nil && !slices.ContainsFunc(actors, func(x *store.Node) bool { return taking(x, p) != nil }) {
			projectBelongs[p] = nil
		}
	}
	for _, x := range actors {
		belongs[x] = map[string]bool{}
		switch q.Kind {
		case Networks, Clusters:
			belongs[x] = by(x, "MEMBER_OF")
		case Countries:
			belongs[x] = by(x, "LOCATED_IN")
			if !slices.ContainsFunc(slices.Collect(maps.Keys(belongs[x])), func(id string) bool { return isCountry(f.get(id)) }) {
				for _, n := range f.nodes {
					if isCountry(n) && n.Props.Get("code") == x.Props.Get("country") {
						belongs[x][n.ID] = true
						break
					}
				}
			}
		case Regions:
			belongs[x] = by(x, "LOCATED_IN")
		case Topics:
			belongs[x] = by(x, "CLASSIFIED_AS")
		}
		for p, of := range projectBelongs {
			if taking(x, p) != nil {
				maps.Copy(belongs[x], of)
			}
		}
	}
	type found struct {
		text        string
		a, b        *store.Node
		m, p, pairs int
		euro        store.Value
	}
	var links []found
	for _, a := range networks {
		for _, b := range networks {
			if a.ID >= b.ID || q.Kind > Clusters && (above(a.ID)[b.ID] || above(b.ID)[a.ID]) {
				continue
			}
			l := found{a: a, b: b}
			var members, shared []string
			for _, x := range actors {
				if belongs[x][a.ID] && belongs[x][b.ID] {
					members = append(members, x.ID)
				}
			}
			sums, known, of := map[string]store.Cents{}, map[string]int{}, 0
			pairs := map[string]int{} // 1: in a project of a, 2: of b
			for _, p := range projects {
				met := false
				for _, x := range actors {
					for _, y := range actors {
						if x == y || taking(x, p) == nil || taking(y, p) == nil {
							continue
						}
						pair := min(x.ID, y.ID) + " " + max(x.ID, y.ID)
						if ofProjects {
							if projectBelongs[p][a.ID] {
								pairs[pair] |= 1
							}
							if projectBelongs[p][b.ID] {
								pairs[pair] |= 2
							}
						} else if belongs[x][a.ID] && belongs[y][b.ID] {
							met, pairs[pair] = true, 3
						}
					}
				}
				if ofProjects {
					met = projectBelongs[p][a.ID] && projectBelongs[p][b.ID]
				}
				if !met {
					continue
				}
				shared = append(shared, p.ID)
				for _, x := range actors {
					if !ofProjects && !belongs[x][a.ID] && !belongs[x][b.ID] {
						continue
					}
					for _, e := range taking(x, p) {
						of++
						if m, ok := e.Props.Get("contribution").(store.Money); ok {
							sums[m.Currency] += m.Amount
							known[m.Currency]++
						}
					}
				}
			}
			for _, in := range pairs {
				if in == 3 {
					l.pairs++
				}
			}
			l.m, l.p = len(members), len(shared)
			if l.m+l.p == 0 || l.m < q.Where.MinMembers || l.p < q.Where.MinProjects || l.pairs < q.Where.MinPairs {
				continue
			}
			l.text = fmt.Sprintf("%s-%s %s in %s, %d", a.ID, b.ID, strings.Join(members, "+"), strings.Join(shared, "+"), l.pairs)
			for _, c := range slices.Sorted(maps.Keys(sums)) {
				l.text += fmt.Sprintf(" %v %s %d/%d", sums[c], c, known[c], of)
			}
			if known["EUR"] > 0 {
				l.euro = sums["EUR"]
			}
			links = append(links, l)
		}
	}
	order := q.Order
	if order == nil {
		order = []Term[LinkKey]{{ByLinkProjects, true}}
	}
	slices.SortFunc(links, func(x, y found) int {
		for _, t := range order {
			key := func(l found) store.Value {
				switch t.By {
				case ByLinkProjects:
					return int64(l.p)
				case ByLinkMembers:
					return int64(l.m)
				case ByLinkPairs:
					return int64(l.pairs)
				case ByLinkContribution:
					return l.euro
				case ByLinkNameA:
					return store.Fold(l.a.Name())
				}
				return store.Fold(l.b.Name())
			}
			c := store.CompareNull(key(x), key(y))
			if t.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Or(strings.Compare(x.a.ID, y.a.ID), strings.Compare(x.b.ID, y.b.ID))
	})
	out := []string{}
	for _, l := range links {
		out = append(out, l.text)
	}
	return out
}

// randomLinks draws a question about links.
func randomLinks(t *rapid.T, f *fake) LinkQuery {
	q := LinkQuery{
		Kind: NetworkKind(rapid.IntRange(0, int(Topics)).Draw(t, "kind")),
		When: rapid.SampledFrom([]store.Period{{}, {}, during("2010", "2010"), during("2011", "2012"), during("2000", "2009")}).Draw(t, "when"),
	}
	q.Where.MinMembers = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "members")
	q.Where.MinProjects = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "projects")
	q.Where.MinPairs = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "pairs")
	q.Where.Actor = rapid.SampledFrom([]store.Test{nil, nil, nil, store.Is{Path: []string{"type"}, Op: store.Eq, Value: "PRC"}}).Draw(t, "actor")
	q.Where.Project = rapid.SampledFrom([]store.Test{nil, nil, nil, store.Is{Path: []string{"start"}, Op: store.IsNull, Value: false}}).Draw(t, "project")
	q.Order = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Term[LinkKey] {
		return Term[LinkKey]{LinkKey(rapid.IntRange(0, int(ByLinkNameB)).Draw(t, "by")), rapid.Bool().Draw(t, "desc")}
	}), 0, 3).Draw(t, "order")
	if len(q.Order) == 0 {
		q.Order = nil
	}
	return q
}

// TestSlowLinks holds links to the plain reading of what they mean: those of the whole graph and
// those of some networks, which are read in different ways.
func TestSlowLinks(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomWorld(t)
		a := newAnalyst()
		for range 10 {
			q := randomLinks(t, f)
			if rapid.Bool().Draw(t, "some") {
				var all []string
				form := a.networkForm(q.Kind)
				for _, n := range f.nodes {
					if form.has(n) {
						all = append(all, n.ID)
					}
				}
				if q.IDs = []string{}; len(all) > 0 {
					q.IDs = rapid.SliceOfN(rapid.SampledFrom(all), 0, 5).Draw(t, "ids")
				}
			}
			l, err := a.NetworkLinks(context.Background(), f, q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := tellLinks(l)
			if want := f.slowLinks(q); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%+v: %v\n got %s\nwant %s", q, err, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
			for i := range l.Len() - 1 {
				c := 0
				for k, v := range l.Key(i) {
					if c = store.CompareNull(v, l.Key(i + 1)[k]); l.Desc()[k] {
						c = -c
					}
					if c != 0 {
						break
					}
				}
				if c >= 0 {
					t.Fatalf("%+v: %v does not come before %v", q, l.Key(i), l.Key(i+1))
				}
			}
		}
	})
}

// TestLinksArePartnerships holds the pairs of partners of each two networks, clusters and regions
// to what partnerships between these tell.
func TestLinksArePartnerships(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomWorld(t)
		for _, c := range []struct {
			kind NetworkKind
			by   By
		}{{Networks, MembersOf}, {Clusters, MembersOf}, {Regions, At}} {
			when := rapid.SampledFrom([]store.Period{{}, during("2010", "2010"), during("2011", "2012")}).Draw(t, "when")
			l, err := newAnalyst().NetworkLinks(context.Background(), f, LinkQuery{Kind: c.kind, When: when})
			if err != nil {
				t.Fatal(err)
			}
			for i := range l.Len() {
				x := l.At(i)
				got, err := x.PartnerPairs()
				if err != nil {
					t.Fatal(err)
				}
				p, err := analyst.Partnerships(context.Background(), f, []Side{{By: c.by, IDs: []string{x.A()}}, {By: c.by, IDs: []string{x.B()}}}, PartnershipQuery{When: when})
				if err != nil || p.Len() != got {
					t.Fatalf("%s and %s: %d pairs of partners, want %d: %v", x.A(), x.B(), got, p.Len(), err)
				}
			}
		}
	})
}

func TestLinksRefused(t *testing.T) {
	f := ecosystem()
	f.node("Place", "Plovdiv", props{"level": "CITY"})
	for _, c := range []struct {
		q    LinkQuery
		want error
		says string
	}{
		{LinkQuery{IDs: []string{"n1", "nobody"}}, store.ErrNotFound, `"nobody"`},
		{LinkQuery{IDs: []string{"a"}}, store.ErrInvalid, `ids: "a" is of kind Organisation; give ids of kind Network`},
		{LinkQuery{Kind: Countries, IDs: []string{"Plovdiv"}}, store.ErrInvalid, `ids: "Plovdiv" is not a place of level COUNTRY`},
		{LinkQuery{IDs: make([]string, MaxNetworks+1)}, ErrTooMuch, "5001 networks"},
	} {
		if _, err := analyst.NetworkLinks(context.Background(), f, c.q); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %v with %s", err, c.want, c.says)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	for _, ids := range [][]string{nil, {"n1", "n2"}} {
		if _, err := newAnalyst().NetworkLinks(ended, f, LinkQuery{IDs: ids}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

// TestTooManyNetworks has members of more networks than links are told between, and of fewer that
// are all linked.
func TestTooManyNetworks(t *testing.T) {
	for _, c := range []struct {
		networks int
		least    int
		want     error
		says     string
	}{{MaxNetworks + 1, 0, ErrTooMuch, "give ids"}, {1500, 0, ErrTooMuch, "more than 1000000 links"}, {1500, 2, nil, ""}, {1000, 0, nil, ""}} {
		n := &incidence{projects: []string{"p"}, partAt: []uint32{0, 0}, edgeAt: []uint32{0}, actors: []string{"x"}}
		var all []entry
		for x := range uint32(c.networks) {
			n.networks = append(n.networks, fmt.Sprint(x))
			all = append(all, entry{0, x})
		}
		n.ofActor = listsOf(1, all)
		err := n.prune()
		var l *linkage
		if err == nil {
			l, err = count(context.Background(), n, LinkConditions{MinMembers: c.least})
		}
		switch {
		case !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.says):
			t.Errorf("%d networks: %v", c.networks, err)
		case err == nil && c.least == 0 && len(l.links) != c.networks*(c.networks-1)/2:
			t.Errorf("%d networks: %d links", c.networks, len(l.links))
		}
	}
}
