package analysis

import (
	"cmp"
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

// topical adds topics to a graph, one above another, and a country.
func topical(t *rapid.T, f *fake) {
	for _, id := range []string{"t1", "t2", "t3"} {
		f.node("Topic", id, nil)
	}
	f.link("PART_OF", "t2", "t1", "", nil)
	for _, n := range slices.Clone(f.nodes) {
		if analystKnows(n) || n.Kind == project {
			if x := rapid.SampledFrom([]string{"", "t1", "t2", "t3"}).Draw(t, "topic"); x != "" {
				f.link("CLASSIFIED_AS", n.ID, x, "", nil)
			}
		}
	}
}

func analystKnows(n *store.Node) bool { return slices.Contains(analyst.actors, n.Kind) }

// TestCommunities holds what is told of communities to the ties they are made of: who is in
// which of them is up to package leiden.
func TestCommunities(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomGraph(t)
		topical(t, f)
		a := newAnalyst()
		q := CommunityQuery{Projection: randomProjection(t, f.groups()), Resolution: rapid.SampledFrom([]float64{0.5, 1, 3}).Draw(t, "resolution"), First: 100}
		if q.Projection.Weight == ContributionWeight {
			q.Projection.Weight, q.Projection.Ties = CountWeight, SharedProjects
		}
		q.Projection.Participation = nil // topics are of all projects that pass
		all, err := a.Communities(context.Background(), f, q)
		if err != nil {
			t.Fatal(err)
		}
		weight := map[[2]string]float64{}
		in := map[string]int{}
		twice := 0.0
		actors := map[string]bool{}
		for _, tie := range f.slowTies(q.Projection) {
			var w float64
			ends, rest, _ := strings.Cut(tie, " ")
			a, b, _ := strings.Cut(ends, "-")
			if _, err := fmt.Sscan(rest, &w); err != nil {
				t.Fatal(err)
			}
			weight[[2]string{a, b}] = w
			twice += w
			actors[a] = true
		}
		for i, c := range all {
			for k := range c.Size() {
				in[c.Member(k).ID] = i + 1
			}
		}
		if len(in) != len(actors) {
			t.Fatalf("%v are in communities; tied are %v", in, actors)
		}
		near := func(x, y float64) bool { return math.Abs(x-y) < 1e-6 }
		q1 := 0.0
		for i, c := range all {
			var inside, outside float64
			ties := 0
			for ends, w := range weight {
				switch {
				case in[ends[0]] != i+1:
				case in[ends[1]] != i+1:
					outside += w
				default:
					inside += w / 2
					ties++
				}
			}
			q1 += 2*inside/twice - q.Resolution*math.Pow((2*inside+outside)/twice, 2)
			if !near(inside, c.WeightWithin()) || !near(outside, c.WeightOutside()) || ties != 2*c.Ties() || c.Number != i+1 || c.Communities() != len(all) || c.Actors() != len(actors) {
				t.Fatalf("community %d: %v within, %v outside, %d ties; want %v, %v, %d", c.Number, c.WeightWithin(), c.WeightOutside(), c.Ties(), inside, outside, ties/2)
			}
			if want := float64(ties) / float64(c.Size()*(c.Size()-1)); c.Size() > 1 && !near(c.Density(), want) {
				t.Fatalf("density %v; want %v", c.Density(), want)
			}
			for k := range c.Size() {
				m := c.Member(k)
				var mine, every float64
				for ends, w := range weight {
					if ends[0] == m.ID {
						every += w
						if in[ends[1]] == i+1 {
							mine += w
						}
					}
				}
				if !near(m.Weight, mine) || !near(m.Strength, every) {
					t.Fatalf("%s weighs %v of %v; want %v of %v", m.ID, m.Weight, m.Strength, mine, every)
				}
				if k > 0 {
					if l := c.Member(k - 1); l.Weight < m.Weight || l.Weight == m.Weight && l.ID > m.ID {
						t.Fatalf("%v stands before %v", l, m)
					}
				}
			}
			for _, kind := range []NetworkKind{Topics, Networks} {
				got, err := c.Typical(kind, 100)
				if err != nil {
					t.Fatal(err)
				}
				if want := f.slowTypical(kind, q.Projection, in, i+1); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("typical %d of %d: %v; want %v", kind, i+1, got, want)
				}
			}
		}
		for _, c := range all {
			if !near(c.Modularity(), q1) {
				t.Fatalf("modularity %v; want %v", c.Modularity(), q1)
			}
		}
	})
}

// slowTypical is what is typical of a community, by trying everything.
func (f *fake) slowTypical(kind NetworkKind, p Projection, in map[string]int, of int) []Typical {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(p.When) }
	leads := func(from, typ, to string, stands bool) bool {
		return slices.ContainsFunc(f.edges, func(e *store.Edge) bool {
			return e.Type == typ && e.From == from && e.To == to && (!stands || holds(e))
		})
	}
	topic := func(id, topic string) bool {
		return leads(id, "CLASSIFIED_AS", topic, true) || topic == "t1" && leads(id, "CLASSIFIED_AS", "t2", true)
	}
	has := func(actor string, n *store.Node) bool {
		if kind == Networks {
			return n.Kind == "Network" && leads(actor, "MEMBER_OF", n.ID, true)
		}
		if n.Kind != "Topic" {
			return false
		}
		if topic(actor, n.ID) {
			return true
		}
		return slices.ContainsFunc(f.nodes, func(y *store.Node) bool {
			return y.Kind == project && store.Holds(p.Project, f, store.Hit{Node: y}, p.When) && analyst.taking.Bounds(&store.Edge{}, y).Meets(p.When) &&
				leads(actor, "PARTICIPATES_IN", y.ID, true) && topic(y.ID, n.ID)
		})
	}
	size := 0
	for _, c := range in {
		if c == of {
			size++
		}
	}
	var out []Typical
	for _, n := range f.nodes {
		t := Typical{ID: n.ID}
		for actor, c := range in {
			if has(actor, n) {
				t.Total++
				if c == of {
					t.Count++
				}
			}
		}
		if t.Count*len(in) > size*t.Total {
			t.Share = float64(t.Count) / float64(size)
			t.Lift = t.Share * float64(len(in)) / float64(t.Total)
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(x, y Typical) int {
		return cmp.Compare(y.Count*len(in)-size*y.Total, x.Count*len(in)-size*x.Total)
	})
	return out
}

// circles is two circles of four that one project ties, and how they came about.
func circles() *fake {
	f := &fake{}
	for _, side := range []string{"a", "b"} {
		for i := range 4 {
			f.node("Organisation", fmt.Sprint(side, i), nil)
		}
		for i := range 6 {
			id := fmt.Sprint("p", side, i)
			f.node("Project", id, props{"start": dated(fmt.Sprint(2010 + i)), "end": dated(fmt.Sprint(2010 + i))})
			f.link("PARTICIPATES_IN", fmt.Sprint(side, i%4), id, "", nil)
			f.link("PARTICIPATES_IN", fmt.Sprint(side, (i+1+i/4)%4), id, "", nil)
		}
	}
	f.node("Project", "between", props{"start": dated("2012"), "end": dated("2012")})
	f.link("PARTICIPATES_IN", "a0", "between", "", nil)
	f.link("PARTICIPATES_IN", "b0", "between", "", nil)
	return f
}

// tellCommunities writes communities down as their members.
func tellCommunities(all []Community) string {
	var out []string
	for _, c := range all {
		var ids []string
		for i := range c.Size() {
			ids = append(ids, c.Member(i).ID)
		}
		slices.Sort(ids)
		year := ""
		if c.Year != nil {
			year = fmt.Sprint(*c.Year, ": ")
		}
		out = append(out, fmt.Sprint(year, c.Number, " ", strings.Join(ids, "+")))
	}
	return strings.Join(out, "; ")
}

func TestWhichCommunities(t *testing.T) {
	both := "1 a0+a1+a2+a3; 2 b0+b1+b2+b3"
	for _, c := range []struct {
		why  string
		q    CommunityQuery
		want string
		err  string
	}{
		{"two circles", CommunityQuery{}, both, ""},
		{"another seed", CommunityQuery{Seed: math.MaxUint64}, both, ""},
		{"a resolution that keeps all together", CommunityQuery{Resolution: 0.01}, "1 a0+a1+a2+a3+b0+b1+b2+b3", ""},
		{"the first", CommunityQuery{First: 1}, "1 a0+a1+a2+a3", ""},
		{"large ones", CommunityQuery{MinSize: 5}, "", ""},
		{"that of an actor", CommunityQuery{Containing: []string{"b3"}}, "2 b0+b1+b2+b3", ""},
		{"that of nobody", CommunityQuery{Containing: []string{}}, "", ""},
		{"of an empty network", CommunityQuery{Projection: Projection{Least: 100}}, "", ""},
		{"of a time", CommunityQuery{Projection: Projection{When: during("2012", "2012")}}, "1 a0+b0; 2 a2+a3; 3 b2+b3", ""},
		{"of years", CommunityQuery{Yearly: true, Projection: Projection{When: during("2010", "2011")}}, "2010: 1 a0+a1; 2010: 2 b0+b1; 2011: 1 a1+a2; 2011: 2 b1+b2", ""},
		{"of years, until one", CommunityQuery{Yearly: true, Projection: Projection{When: store.Period{First: math.MinInt32, Last: during("2010", "2010").Last}}}, "2010: 1 a0+a1; 2010: 2 b0+b1", ""},
		{"of a year in which nothing was", CommunityQuery{Yearly: true, Projection: Projection{When: during("1990", "1990")}}, "", ""},
		{"of too many years", CommunityQuery{Yearly: true, Projection: Projection{When: during("1000", "2000")}}, "", "more than 200 years"},
		{"a wrong resolution", CommunityQuery{Resolution: -1}, "", "resolution: give a number above 0"},
		{"no number", CommunityQuery{Resolution: math.NaN()}, "", "resolution: give a number above 0"},
		{"too many", CommunityQuery{First: 1001}, "", "first: 1001 is not between 0 and 1000"},
		{"less than none", CommunityQuery{First: -1}, "", "first: -1 is not between 0 and 1000"},
		{"a negative size", CommunityQuery{MinSize: -1}, "", "minSize"},
		{"an unknown id", CommunityQuery{Containing: []string{"nobody"}}, "", `there is no node "nobody"`},
		{"an id of another kind", CommunityQuery{Containing: []string{"pa1"}}, "", `containing: "pa1" is of kind Project`},
	} {
		c.q.Resolution = cmp.Or(c.q.Resolution, 1)
		c.q.First = cmp.Or(c.q.First, 100)
		all, err := newAnalyst().Communities(context.Background(), circles(), c.q)
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v; want %s", c.why, err, c.err)
			}
		case err != nil || tellCommunities(all) != c.want:
			t.Errorf("%s: %s, %v; want %s", c.why, tellCommunities(all), err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newAnalyst().Communities(ctx, circles(), CommunityQuery{Resolution: 1, First: 1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
