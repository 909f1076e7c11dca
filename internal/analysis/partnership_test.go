package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

type props = map[string]any

func eur(n int) store.Money { return store.Money{Amount: store.Cents(n * 100), Currency: "EUR"} }

// ecosystem is two networks that share a member, and three projects.
func ecosystem() *fake {
	f := &fake{former: map[string]string{"old-n1": "n1"}}
	for _, id := range []string{"n1", "n2", "n3"} {
		f.node("Network", id, nil)
	}
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		f.node("Organisation", id, props{"name": map[string]string{"a": "Öl", "b": "zeta", "c": "Alpha", "d": "beta", "e": "e"}[id]})
	}
	f.node("Project", "p1", props{"start": dated("2010"), "end": dated("2012")})
	f.node("Project", "p2", props{"start": dated("2015-03")})
	f.node("Project", "p3", nil)
	f.node("Programme", "g1", nil)
	f.node("Place", "BG", nil)
	f.node("Place", "Sofia", nil)
	f.link("PART_OF", "Sofia", "BG", "", nil)
	f.link("LOCATED_IN", "a", "Sofia", "", nil)
	f.link("LOCATED_IN", "d", "BG", "", nil)
	f.link("LOCATED_IN", "p1", "BG", "", nil)

	f.link("MEMBER_OF", "a", "n1", "", nil)
	f.link("MEMBER_OF", "b", "n1", "", props{"until": dated("2013")})
	f.link("MEMBER_OF", "c", "n2", "", nil)
	f.link("MEMBER_OF", "d", "n2", "", nil)
	f.link("MEMBER_OF", "d", "n1", "", nil)
	f.link("MEMBER_OF", "d", "n1", "again", nil)
	f.link("MEMBER_OF", "d", "n3", "", nil)

	f.link("PARTICIPATES_IN", "a", "p1", "", props{"role": "COORDINATOR", "contribution": eur(10)})
	f.link("PARTICIPATES_IN", "c", "p1", "", props{"role": "PARTICIPANT", "since": dated("2011-06")})
	f.link("PARTICIPATES_IN", "b", "p1", "", nil)
	f.link("PARTICIPATES_IN", "a", "p2", "", nil)
	f.link("PARTICIPATES_IN", "c", "p2", "x", props{"role": "PARTICIPANT", "contribution": eur(5)})
	f.link("PARTICIPATES_IN", "c", "p2", "y", props{"role": "COORDINATOR", "contribution": store.Money{Amount: 700, Currency: "CHF"}})
	f.link("PARTICIPATES_IN", "d", "p3", "", nil)
	f.link("PARTICIPATES_IN", "c", "p3", "", nil)
	f.link("PARTICIPATES_IN", "b", "p3", "", nil)
	f.link("PARTICIPATES_IN", "e", "p3", "", nil)
	f.link("PARTICIPATES_IN", "a", "g1", "", nil)
	f.link("PARTICIPATES_IN", "d", "g1", "", nil)
	return f
}

func during(first, last string) store.Period {
	return store.Period{First: dated(first).(store.Date).First, Last: dated(last).(store.Date).Last}
}

func TestPartnerships(t *testing.T) {
	members := func(ids ...string) Side { return Side{By: MembersOf, IDs: ids} }
	some := func(ids ...string) Side { return Side{By: Actors, IDs: ids} }
	named := func(name string) store.Test { return store.Is{Path: []string{"name"}, Op: store.Eq, Value: name} }
	ac := "a-c 2 p1(COORDINATOR,PARTICIPANT) p2(<nil>,COORDINATOR) since 2011-06 7.00 CHF 1/5 15.00 EUR 2/5 via n1|n2"
	bc := "b-c 2 p1(<nil>,PARTICIPANT) p3(<nil>,<nil>) since 2011-06 via n1|n2"
	dc := "d-c 1 p3(<nil>,<nil>) since <nil> via n1|n2"
	bd := "b-d 1 p3(<nil>,<nil>) since <nil> via n1|n2"
	for _, c := range []struct {
		why  string
		of   []Side
		q    PartnershipQuery
		want []string
	}{
		{"two networks: pairs across, by the number of projects; who is in both stands where the pair can be read so; programmes do not count",
			[]Side{members("n1"), members("n2")}, PartnershipQuery{}, []string{ac, bc, bd, dc}},
		{"a former id, and ids and sides said twice, change nothing",
			[]Side{members("old-n1", "n1"), members("n2")}, PartnershipQuery{}, []string{ac, bc, bd, dc}},
		{"the other way round the same pairs",
			[]Side{members("n2"), members("n1")}, PartnershipQuery{}, []string{
				"c-a 2 p1(PARTICIPANT,COORDINATOR) p2(COORDINATOR,<nil>) since 2011-06 7.00 CHF 1/5 15.00 EUR 2/5 via n2|n1",
				"c-b 2 p1(PARTICIPANT,<nil>) p3(<nil>,<nil>) since 2011-06 via n2|n1",
				"c-d 1 p3(<nil>,<nil>) since <nil> via n2|n1",
				"d-b 1 p3(<nil>,<nil>) since <nil> via n2|n1"}},
		{"one side: pairs within it, the smaller id first; all networks by which they belong",
			[]Side{members("n1", "n3")}, PartnershipQuery{}, []string{
				"a-b 1 p1(COORDINATOR,<nil>) since 2010 10.00 EUR 1/2 via n1|n1",
				"b-d 1 p3(<nil>,<nil>) since <nil> via n1|n1+n3"}},
		{"one side said twice is one side, except that all pairs are across",
			[]Side{members("n2"), members("n2")}, PartnershipQuery{}, []string{"c-d 1 p3(<nil>,<nil>) since <nil> via n2|n2"}},
		{"three sides: across any two of them",
			[]Side{some("a"), some("b"), some("c", "d")}, PartnershipQuery{Where: Conditions{MinProjects: 2}}, []string{
				strings.Replace(ac, "n1|n2", "|", 1), strings.Replace(bc, "n1|n2", "|", 1)}},
		{"a place is what lies in it, too",
			[]Side{{By: At, IDs: []string{"BG"}}, some("c")}, PartnershipQuery{}, []string{
				strings.Replace(ac, "n1|n2", "|", 1), strings.Replace(dc, "n1|n2", "|", 1)}},
		{"memberships must hold", []Side{members("n1"), members("n2")}, PartnershipQuery{When: during("2014", "2014")}, []string{dc}},
		{"and both participations", []Side{members("n1"), members("n2")}, PartnershipQuery{When: during("2010", "2010")}, []string{
			"b-c 1 p3(<nil>,<nil>) since <nil> via n1|n2", bd, dc}},
		{"only projects that count are counted and told",
			[]Side{members("n1"), members("n2")}, PartnershipQuery{Where: Conditions{Project: named("p1")}}, []string{
				"a-c 1 p1(COORDINATOR,PARTICIPANT) since 2011-06 10.00 EUR 1/2 via n1|n2", "b-c 1 p1(<nil>,PARTICIPANT) since 2011-06 via n1|n2"}},
		{"conditions on the partners", []Side{members("n1"), members("n2")}, PartnershipQuery{Where: Conditions{A: store.Not{Test: named("Öl")}, B: named("Alpha")}}, []string{bc, dc}},
		{"in the order of names, blind to case and accents", []Side{members("n1"), members("n2")}, PartnershipQuery{Order: []Term[Key]{{By: ByNameA}, {By: ByNameB, Desc: true}}}, []string{dc, ac, bd, bc}},
		{"since when, what is unknown first when descending", []Side{members("n1"), members("n2")}, PartnershipQuery{Order: []Term[Key]{{By: BySince, Desc: true}, {By: ByProjects}}}, []string{bd, dc, ac, bc}},
		{"paid in euro, what is unknown last when ascending", []Side{members("n1")}, PartnershipQuery{Order: []Term[Key]{{By: ByContribution}}}, []string{
			"a-b 1 p1(COORDINATOR,<nil>) since 2010 10.00 EUR 1/2 via n1|n1", "b-d 1 p3(<nil>,<nil>) since <nil> via n1|n1"}},
		{"the fewest projects first", []Side{members("n1"), members("n2")}, PartnershipQuery{Order: []Term[Key]{{By: ByProjects}}}, []string{bd, dc, ac, bc}},
		{"no side, no pair", nil, PartnershipQuery{}, []string{}},
		{"an empty side, no pair", []Side{members(), members("n2")}, PartnershipQuery{}, []string{}},
		{"an empty side leaves the others", []Side{members(), members("n1"), members("n2")}, PartnershipQuery{Where: Conditions{MinProjects: 2}}, []string{ac, bc}},
		{"a network without members, no pair", []Side{members("n3")}, PartnershipQuery{}, []string{}},
	} {
		t.Run(c.why, func(t *testing.T) {
			f := ecosystem()
			p, err := analyst.Partnerships(context.Background(), f, c.of, c.q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.tell(p)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%v\n got %s\nwant %s", err, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
			}
		})
	}
}

func TestPartners(t *testing.T) {
	f := ecosystem()
	lists, err := analyst.Partners(context.Background(), f, []string{"c", "n1", "d", "c"}, PartnershipQuery{})
	if err != nil {
		t.Fatal(err)
	}
	c := []string{
		"c-a 2 p1(PARTICIPANT,COORDINATOR) p2(COORDINATOR,<nil>) since 2011-06 7.00 CHF 1/5 15.00 EUR 2/5 via |",
		"c-b 2 p1(PARTICIPANT,<nil>) p3(<nil>,<nil>) since 2011-06 via |",
		"c-d 1 p3(<nil>,<nil>) since <nil> via |",
		"c-e 1 p3(<nil>,<nil>) since <nil> via |",
	}
	d := []string{
		"d-b 1 p3(<nil>,<nil>) since <nil> via |",
		"d-c 1 p3(<nil>,<nil>) since <nil> via |",
		"d-e 1 p3(<nil>,<nil>) since <nil> via |",
	}
	for i, want := range [][]string{c, {}, d, c} {
		got, err := f.tell(lists[i])
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v\n got %s\nwant %s", err, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

func TestSince(t *testing.T) {
	for _, c := range []struct{ why, start, sinceA, untilA, sinceB, untilB, want string }{
		{"of the project", "2010", "", "", "", "", "2010"},
		{"the later of two", "2010", "2011-06", "", "2011", "", "2011-06"},
		{"one that is as late, but told less precisely, is later", "2010", "2011-01", "", "2011", "", "2011"},
		{"one is unknown", "", "2011-01", "", "", "", "<nil>"},
		{"the other had left", "2010", "", "2010-12", "2011", "", "<nil>"},
		{"on the last day", "2010", "", "2011-01", "2011", "", "2011"},
	} {
		f := &fake{}
		f.node("Organisation", "a", nil)
		f.node("Organisation", "b", nil)
		f.node("Project", "p", nil)
		f.nodes[2].Props = f.nodes[2].Props.With("start", dated(c.start))
		f.link("PARTICIPATES_IN", "a", "p", "", props{"since": dated(c.sinceA), "until": dated(c.untilA)})
		f.link("PARTICIPATES_IN", "b", "p", "", props{"since": dated(c.sinceB), "until": dated(c.untilB)})
		p, err := analyst.Partnerships(context.Background(), f, []Side{{By: Actors, IDs: []string{"a", "b"}}}, PartnershipQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := f.tell(p); len(got) != 1 || got[0] != "a-b 1 p(<nil>,<nil>) since "+c.want+" via |" {
			t.Errorf("%s: %v, want %s", c.why, got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		of   Side
		want error
		name string
	}{
		{Side{By: MembersOf, IDs: []string{"n1", "nobody"}}, store.ErrNotFound, `"nobody"`},
		{Side{By: MembersOf, IDs: []string{"a"}}, store.ErrInvalid, `membersOf: "a" is of kind Organisation; give ids of kind Cluster, Network`},
		{Side{By: Actors, IDs: []string{"p1"}}, store.ErrInvalid, `actors: "p1" is of kind Project`},
		{Side{By: At, IDs: []string{"n1"}}, store.ErrInvalid, `place: "n1" is of kind Network; give ids of kind Place`},
	} {
		_, err := analyst.Partnerships(context.Background(), ecosystem(), []Side{{By: MembersOf, IDs: []string{"n2"}}, c.of}, PartnershipQuery{})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%v, want %v with %s", err, c.want, c.name)
		}
	}
	if _, err := analyst.Partners(context.Background(), ecosystem(), []string{"x"}, PartnershipQuery{}); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := analyst.Partnerships(ended, ecosystem(), []Side{{By: MembersOf, IDs: []string{"n2"}}}, PartnershipQuery{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestKeys(t *testing.T) {
	order := []Term[Key]{{By: ByProjects, Desc: true}, {By: BySince}, {By: ByContribution}, {By: ByNameA}, {By: ByNameB}}
	p, err := analyst.Partnerships(context.Background(), ecosystem(), []Side{{By: MembersOf, IDs: []string{"n1"}}, {By: MembersOf, IDs: []string{"n2"}}}, PartnershipQuery{Order: order})
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Value{int64(2), dated("2011-06"), store.Cents(1500), "ol", "alpha", "a", "c"}
	if got := p.Key(0); slices.CompareFunc(got, want, store.CompareNull) != 0 {
		t.Errorf("%v, want %v", got, want)
	}
	if got := p.Desc(); !slices.Equal(got, []bool{true, false, false, false, false, false, false}) {
		t.Error(got)
	}
	for i := range p.Len() - 1 {
		c := 0
		for k, desc := range p.Desc() {
			if c = store.CompareNull(p.Key(i)[k], p.Key(i + 1)[k]); desc {
				c = -c
			}
			if c != 0 {
				break
			}
		}
		if c >= 0 {
			t.Errorf("%v does not come before %v", p.Key(i), p.Key(i+1))
		}
	}
}

// TestTooMuch has everybody in one project: n actors make n(n-1)/2 pairs.
func TestTooMuch(t *testing.T) {
	for _, c := range []struct {
		n    int
		want error
	}{{1000, nil}, {1414, nil}, {1416, ErrTooMuch}} {
		r := &crowd{}
		ids := make([]string, c.n)
		for i := range ids {
			ids[i] = fmt.Sprint("x", i)
			r.nodes = append(r.nodes, &store.Node{ID: ids[i], Kind: "Organisation"})
			r.edges = append(r.edges, &store.Edge{EdgeID: store.EdgeID{Type: "PARTICIPATES_IN", From: ids[i], To: "p"}})
		}
		r.nodes = append(r.nodes, &store.Node{ID: "p", Kind: "Project"})
		p, err := analyst.Partnerships(context.Background(), r, []Side{{By: Actors, IDs: ids}}, PartnershipQuery{})
		if !errors.Is(err, c.want) || err == nil && p.Len() != c.n*(c.n-1)/2 {
			t.Errorf("%d actors: %v", c.n, err)
		}
		if p, err = analyst.Partnerships(context.Background(), r, []Side{{By: Actors, IDs: ids}}, PartnershipQuery{First: 3}); err != nil || p.Len() != 3 {
			t.Fatalf("the first of %d actors: %v", c.n, err)
		}
		for i, want := range []string{"x0 x1", "x0 x10", "x0 x100"} {
			if got := strings.Join(r.IDs([]store.Slot{p.At(i).A(), p.At(i).B()}), " "); got != want {
				t.Errorf("%d: %s, want %s", i, got, want)
			}
		}
		for _, some := range []int{2, 707, 708} {
			want := error(nil)
			if some*(c.n-1) > MaxPairs {
				want = ErrTooMuch
			}
			if _, err := analyst.Partners(context.Background(), r, ids[:some], PartnershipQuery{}); !errors.Is(err, want) {
				t.Errorf("%d of %d actors: %v, want %v", some, c.n, err, want)
			}
		}
	}
}

// crowd is many actors in one project: a fake that looks nothing up.
type crowd struct {
	store.Reader
	nodes []*store.Node
	edges []*store.Edge
}

func (c *crowd) Slots(_ context.Context, ids []string) ([]store.Slot, error) {
	out := make([]store.Slot, len(ids))
	for i, id := range ids {
		n, _ := strconv.Atoi(id[1:])
		out[i] = store.Slot(n + 1)
	}
	return out, nil
}

func (c *crowd) At(_ context.Context, slots []store.Slot) ([]*store.Node, error) {
	out := make([]*store.Node, len(slots))
	for i, s := range slots {
		out[i] = c.nodes[s-1]
	}
	return out, nil
}

func (c *crowd) IDs(slots []store.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = c.nodes[s-1].ID
	}
	return out
}

func (c *crowd) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, _ int) (m store.Meeting, err error) {
	for _, g := range groups {
		members := store.Fan{To: g.Of, Edge: make([]*store.Edge, len(g.Of))}
		for i := range len(g.Of) + 1 {
			members.Off = append(members.Off, uint32(i))
		}
		m.Members, m.From = append(m.Members, members), append(m.From, g.Of...)
	}
	m.Fan, err = c.Step(ctx, m.From, rel, when)
	return m, err
}

func (c *crowd) Step(_ context.Context, from []store.Slot, rel store.Rel, _ store.Period) (store.Fan, error) {
	f := store.Fan{Off: []uint32{0}}
	for _, s := range from {
		if rel.Dir == store.Out {
			f.To, f.Edge = append(f.To, store.Slot(len(c.nodes))), append(f.Edge, c.edges[s-1])
		} else {
			for i, e := range c.edges {
				f.To, f.Edge = append(f.To, store.Slot(i+1)), append(f.Edge, e)
			}
		}
		f.Off = append(f.Off, uint32(len(f.To)))
	}
	return f, nil
}
