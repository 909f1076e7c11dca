package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

// slowTies are the ties of a projection, found by trying every pair of actors on everything
// they could share. They are told as "a-b weight", in the order of a, then b.
func (f *fake) slowTies(p Projection) []string {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(p.When) }
	counts := func(n *store.Node) bool {
		if schema.Kinds[n.Kind].Family != "Actor" || !store.Holds(p.Actor, f, store.Hit{Node: n}, p.When) {
			return false
		}
		return p.MembersOf == nil || slices.ContainsFunc(f.edges, func(e *store.Edge) bool {
			return e.Type == "MEMBER_OF" && e.From == n.ID && holds(e) && slices.ContainsFunc(p.MembersOf, func(id string) bool { return f.get(id).ID == e.To })
		})
	}
	// shares are the edges by which an actor has part in something, if it counts.
	shares := func(a, what *store.Node) (out []*store.Edge) {
		for _, e := range f.edges {
			switch {
			case e.From != a.ID || e.To != what.ID || !holds(e):
			case p.Ties == SharedMemberships && e.Type == "MEMBER_OF":
				out = append(out, e)
			case p.Ties == SharedProjects && e.Type == "PARTICIPATES_IN" && what.Kind == "Project" && store.Holds(p.Participation, nil, store.Hit{Edge: e}, p.When) && store.Holds(p.Project, f, store.Hit{Node: what}, p.When):
				out = append(out, e)
			}
		}
		return out
	}
	euro := func(all []*store.Edge) (sum float64) {
		for _, e := range all {
			if m, ok := e.Props.Get("contribution").(store.Money); ok && m.Currency == "EUR" {
				sum += float64(m.Amount) / 100
			}
		}
		return sum
	}
	out := []string{}
	for _, a := range f.nodes {
		for _, b := range f.nodes {
			if a == b || !counts(a) || !counts(b) {
				continue
			}
			w, tied := 0.0, false
			for _, what := range f.nodes {
				as, bs := shares(a, what), shares(b, what)
				if len(as) == 0 || len(bs) == 0 {
					continue
				}
				tied = true
				n := 0
				for _, x := range f.nodes {
					if counts(x) && len(shares(x, what)) > 0 {
						n++
					}
				}
				switch p.Weight {
				case CountWeight:
					w++
				case FractionalWeight:
					w += 1 / float64(n-1)
				case ContributionWeight:
					w += euro(as) + euro(bs)
				}
			}
			if p.Weight == NoWeight {
				w = 1
			}
			if tied && w > 0 && w >= p.Least {
				out = append(out, fmt.Sprintf("%s-%s %.9f", a.ID, b.ID, w))
			}
		}
	}
	return out
}

// ties are those of a network, in the same way. Its rows have to be those of a csr.Graph.
func (n *projected) ties(t *rapid.T) []string {
	out := []string{}
	for x := range uint32(n.Len()) {
		to, weights := n.Row(x)
		if len(to) == 0 || !slices.IsSorted(to) || x > 0 && n.id(x-1) >= n.id(x) {
			t.Fatalf("%s is tied to %v", n.id(x), to)
		}
		if y, found := n.node(n.id(x)); !found || y != x {
			t.Fatalf("%s is node %d; want %d", n.id(x), y, x)
		}
		for i, y := range to {
			back, weightsBack := n.Row(y)
			if j, found := slices.BinarySearch(back, x); !found || weightsBack[j] != weights[i] {
				t.Fatalf("%s-%s is not the same from both ends", n.id(x), n.id(y))
			}
			out = append(out, fmt.Sprintf("%s-%s %.9f", n.id(x), n.id(y), weights[i]))
		}
	}
	return out
}

func randomProjection(t *rapid.T, groups []string) Projection {
	named := func(text string) store.Test {
		return store.Is{Path: []string{"name"}, Op: store.Prefix, Value: text, Fold: true}
	}
	p := Projection{
		Ties:   TieKind(rapid.IntRange(0, 1).Draw(t, "ties")),
		Weight: TieWeight(rapid.IntRange(0, 3).Draw(t, "weight")),
		Least:  rapid.SampledFrom([]float64{0, 0, 0.5, 1, 2, 3}).Draw(t, "least"),
		Actor: rapid.SampledFrom([]store.Test{nil, nil, named("o"), store.Is{Path: []string{"kind"}, Op: store.Eq, Value: "Organisation"},
			store.Related{Rel: store.Rel{Type: "PARTICIPATES_IN", Dir: store.Out}, Test: store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "COORDINATOR"}}}).Draw(t, "actor"),
		When: rapid.SampledFrom([]store.Period{{}, {}, during("2010", "2010"), during("2010-07-01", "2010-07-01"), during("2011", "2012")}).Draw(t, "when"),
	}
	if p.Ties == SharedProjects {
		p.Project = rapid.SampledFrom([]store.Test{nil, nil, named("p1"), store.Not{Test: named("p1")}}).Draw(t, "project")
		p.Participation = rapid.SampledFrom([]store.Test{nil, nil, store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Ne, Value: "OTHER"}}).Draw(t, "participation")
	}
	if rapid.Bool().Draw(t, "of members") {
		p.MembersOf = rapid.SliceOfN(rapid.SampledFrom(groups), 0, 3).Draw(t, "members of")
	}
	return p
}

// groups are the ids of networks and clusters.
func (f *fake) groups() (ids []string) {
	for _, n := range f.nodes {
		if slices.Contains(analyst.groups, n.Kind) {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// TestProjections holds projections to the plain reading of what they mean. The questions of
// one graph are asked of one snapshot, as they come.
func TestProjections(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomGraph(t)
		a := newAnalyst()
		for range 10 {
			p := randomProjection(t, f.groups())
			n, err := a.project(context.Background(), f, p)
			if p.Ties == SharedMemberships && p.Weight == ContributionWeight {
				if !errors.Is(err, store.ErrInvalid) {
					t.Fatalf("memberships that weigh what is paid: %v", err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := n.ties(t), f.slowTies(p); !slices.Equal(got, want) {
				t.Fatalf("%+v\n got %s\nwant %s", p, strings.Join(got, ", "), strings.Join(want, ", "))
			}
		}
	})
}

func TestProjectionsSayWhatIsWrong(t *testing.T) {
	named := store.Is{Path: []string{"name"}, Op: store.Eq, Value: "x"}
	for _, c := range []struct {
		p    Projection
		is   error
		want string
	}{
		{Projection{MembersOf: []string{"nobody"}}, store.ErrNotFound, `there is no node "nobody"`},
		{Projection{MembersOf: []string{"p1"}}, store.ErrInvalid, `membersOf: "p1" is of kind Project; give ids of kind Cluster, Network`},
		{Projection{Ties: SharedMemberships, Weight: ContributionWeight}, store.ErrInvalid, "memberships are not paid for"},
		{Projection{Ties: SharedMemberships, Project: named}, store.ErrInvalid, "leave them out where memberships tie"},
		{Projection{Ties: SharedMemberships, Participation: named}, store.ErrInvalid, "leave them out where memberships tie"},
	} {
		_, err := newAnalyst().project(context.Background(), ecosystem(), c.p)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v; want %s", c.p, err, c.want)
		}
	}
	n, err := newAnalyst().project(context.Background(), ecosystem(), Projection{Least: math.Inf(1)})
	if err != nil || n.Len() != 0 {
		t.Errorf("ties that nothing weighs as much as: %v, %v", n, err)
	}
}

// TestFormerIdsNameTheirNetworks: ids of networks may be former ones and repeated.
func TestFormerIdsNameTheirNetworks(t *testing.T) {
	a := newAnalyst()
	var ties []string
	for _, ids := range [][]string{{"n1"}, {"old-n1"}, {"n1", "old-n1"}} {
		n, err := a.project(context.Background(), ecosystem(), Projection{MembersOf: ids})
		if err != nil {
			t.Fatal(err)
		}
		ties = append(ties, fmt.Sprint(n.of, n.To, n.Weight))
	}
	if ties[0] != ties[1] || ties[0] != ties[2] || ties[0] == "[] [] []" {
		t.Error(ties)
	}
}
