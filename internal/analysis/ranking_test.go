package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/analysis/csr"
	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

// slowNetwork is the network of a projection, and who its nodes are.
func (f *fake) slowNetwork(t *rapid.T, p Projection) (*csr.Graph, []string) {
	var ids []string
	type tie struct {
		a, b string
		w    float64
	}
	var all []tie
	for _, text := range f.slowTies(p) {
		ends, weight, _ := strings.Cut(text, " ")
		x := tie{}
		x.a, x.b, _ = strings.Cut(ends, "-")
		if _, err := fmt.Sscan(weight, &x.w); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(ids, x.a) {
			ids = append(ids, x.a)
		}
		if x.a < x.b {
			all = append(all, x)
		}
	}
	slices.Sort(ids)
	var ties []csr.Tie
	for _, x := range all {
		ties = append(ties, csr.Tie{A: uint32(slices.Index(ids, x.a)), B: uint32(slices.Index(ids, x.b)), Weight: x.w})
	}
	return csr.New(len(ids), ties), ids
}

// slowGroups are the groups of some actors.
func (f *fake) slowGroups(ids []string, g Groups, when store.Period) [][]uint32 {
	out := make([][]uint32, len(ids))
	known := map[string]uint32{}
	add := func(x int, group string) {
		if _, met := known[group]; !met {
			known[group] = uint32(len(known))
		}
		if !slices.Contains(out[x], known[group]) {
			out[x] = append(out[x], known[group])
		}
	}
	for x, id := range ids {
		switch {
		case g.MembersOf != nil:
			for _, e := range f.edges {
				if e.Type == "MEMBER_OF" && e.From == id && slices.Contains(g.MembersOf, e.To) && schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(when) {
					add(x, e.To)
				}
			}
		case g.Actors != nil:
			for i, list := range g.Actors {
				if slices.Contains(list, id) {
					add(x, fmt.Sprint(i))
				}
			}
		default:
			// An actor's groups are what it alone is divided into.
			alone := store.Is{Path: []string{"id"}, Op: store.Eq, Value: id}
			for _, line := range f.slowBreakdown(BreakdownQuery{Of: OfActors, By: []Dimension{g.By}, Actor: alone, When: when}) {
				if key, _, _ := strings.Cut(line, ": "); key != "?" {
					add(x, key)
				}
			}
		}
	}
	return out
}

// slowYears are those in which an edge that ties is known to begin, hold or end.
func (f *fake) slowYears(p Projection) (out []int) {
	typ := map[TieKind]string{SharedProjects: "PARTICIPATES_IN", SharedMemberships: "MEMBER_OF"}[p.Ties]
	for year := 2000; year < 2025; year++ {
		when := during(fmt.Sprint(year), fmt.Sprint(year))
		known := func(e *store.Edge) bool {
			hold := schema.Edges[e.Type].Bounds(e, f.get(e.To))
			if typ == "PARTICIPATES_IN" && f.get(e.To).Kind != "Project" || e.Type != typ || !hold.Meets(p.When) || !hold.Meets(when) {
				return false
			}
			if !p.When.Always() {
				hold = store.Period{First: max(hold.First, p.When.First), Last: min(hold.Last, p.When.Last)}
			}
			begins, ends := hold.First != math.MinInt32, hold.Last != math.MaxInt32
			in := func(day int32) bool { return day >= when.First && day <= when.Last }
			return begins && ends && hold.Meets(when) || begins && in(hold.First) || ends && in(hold.Last)
		}
		if !p.When.Always() && p.When.Meets(when) || slices.ContainsFunc(f.edges, known) {
			out = append(out, year)
		}
	}
	return out
}

// TestRankings holds rankings to what package centrality says of networks, groups and years that
// are found by trying everything.
func TestRankings(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomWorld(t)
		a := newAnalyst()
		for range 4 {
			q := RankingQuery{By: CentralityMeasure(rapid.IntRange(0, int(Brokerage)).Draw(t, "by")), Projection: randomProjection(t, f.groups()), Yearly: rapid.Bool().Draw(t, "yearly")}
			if q.Projection.Weight == ContributionWeight && q.Projection.Ties == SharedMemberships {
				q.Projection.Weight = CountWeight
			}
			q.Only = rapid.SampledFrom([]store.Test{nil, store.Is{Path: []string{"kind"}, Op: store.Eq, Value: "Cluster"}}).Draw(t, "only")
			top := math.MaxInt
			if rapid.Bool().Draw(t, "first") {
				top = rapid.IntRange(1, 3).Draw(t, "top")
				q.Top = &top
			}
			distance, damping, groups := centrality.Hops, 0.85, Groups{By: Network}
			switch q.By {
			case Betweenness, Closeness:
				if q.Projection.Weight != FractionalWeight && rapid.Bool().Draw(t, "inverse") { // slowTies rounds
					distance = centrality.InverseWeight
					q.Distance = &distance
				}
			case PageRank:
				damping = rapid.SampledFrom([]float64{0, 0.5, 0.85}).Draw(t, "damping")
				q.Damping = &damping
			case Brokerage:
				groups = rapid.SampledFrom([]Groups{{By: Network}, {By: Country}, {By: Region}, {By: ActorType}, {By: ActorKind}, {MembersOf: f.groups()}, {Actors: [][]string{{"a0", "a1", "a0"}, {}, {"a1", "n0"}}}}).Draw(t, "groups")
				q.Groups = &groups
			}
			got, err := a.Rankings(context.Background(), f, q)
			if err != nil {
				t.Fatal(err)
			}
			years := []int{0}
			if q.Yearly {
				years = f.slowYears(q.Projection)
			}
			next := 0
			for _, year := range years {
				p := q.Projection
				if q.Yearly {
					when := during(fmt.Sprint(year), fmt.Sprint(year))
					if p.When.Always() {
						p.When = when
					} else {
						p.When = store.Period{First: max(p.When.First, when.First), Last: min(p.When.Last, when.Last)}
					}
				}
				g, ids := f.slowNetwork(t, p)
				var want []float64
				var roles []centrality.Roles
				switch q.By {
				case Degree:
					want = centrality.Degree(g)
				case WeightedDegree:
					want = centrality.WeightedDegree(g)
				case Betweenness:
					want, err = centrality.Betweenness(context.Background(), g, distance)
				case Closeness:
					want, err = centrality.Closeness(context.Background(), g, distance)
				case Eigenvector:
					want, err = centrality.Eigenvector(context.Background(), g)
				case PageRank:
					want, err = centrality.PageRank(context.Background(), g, damping)
				case Constraint:
					want, err = centrality.Constraint(context.Background(), g)
				case Brokerage:
					roles, err = centrality.Brokerage(context.Background(), g, f.slowGroups(ids, groups, p.When))
					for _, r := range roles {
						want = append(want, r.Sum())
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-6*max(1, math.Abs(y)) }
				begin, pass := next, 0
				for next < got.Len() && got.At(next).Year == year {
					next++
				}
				for x, id := range ids {
					if !store.Holds(q.Only, f, store.Hit{Node: f.get(id)}, q.Projection.When) {
						continue
					}
					pass++
					i := begin
					for ; i < next && got.At(i).ID != id; i++ {
					}
					if i == next {
						// Those who are not told are no better than those who are.
						last := got.At(next - 1).Value
						if next-begin < top || !near(want[x], last) && (want[x] > last) != (q.By == Constraint) {
							t.Fatalf("%+v: %s is not told of %d", q, id, year)
						}
						continue
					}
					k := got.At(i)
					better := 0
					for _, w := range want {
						if !near(w, want[x]) && (w > want[x]) != (q.By == Constraint) {
							better++
						}
					}
					if !near(k.Value, want[x]) || k.Size != len(ids) || k.Error != nil || k.Rank != better+1 && q.By != Eigenvector {
						t.Fatalf("%+v: %+v; want %v, place %d of %d", q, k, want[x], better+1, len(ids))
					}
					if roles != nil && fmt.Sprintf("%.6f", *k.Roles) != fmt.Sprintf("%.6f", roles[x]) {
						t.Fatalf("%+v: %s has roles %v; want %v", q, id, *k.Roles, roles[x])
					}
				}
				if next-begin != min(pass, top) {
					t.Fatalf("%+v: %d places of %d; want %d", q, next-begin, year, min(pass, top))
				}
			}
			if next != got.Len() {
				t.Fatalf("%+v: %d places; want %d", q, got.Len(), next)
			}
			for i := range max(0, got.Len()-1) {
				if c := compareRows(got.Key(i), got.Key(i+1), got.Desc()); c >= 0 {
					t.Fatalf("%v stands before %v", got.Key(i), got.Key(i+1))
				}
			}
		}
	})
}

// compareRows compares places in an order.
func compareRows(a, b []store.Value, desc []bool) int {
	for i := range a {
		if c := store.CompareNull(a[i], b[i]); c != 0 {
			if i < len(desc) && desc[i] {
				return -c
			}
			return c
		}
	}
	return 0
}

func TestSampledRankingsTellTheirErrors(t *testing.T) {
	q := RankingQuery{By: Betweenness, Sample: &centrality.Sampling{Error: 0.1, Confidence: 0.9, Seed: 4}}
	exact, err := newAnalyst().Rankings(context.Background(), ecosystem(), RankingQuery{By: Betweenness})
	if err != nil || exact.Len() < 3 {
		t.Fatal(exact, err)
	}
	values := map[string]float64{}
	for i := range exact.Len() {
		values[exact.At(i).ID] = exact.At(i).Value
	}
	got, err := newAnalyst().Rankings(context.Background(), ecosystem(), q)
	if err != nil || got.Len() != exact.Len() {
		t.Fatal(got, err)
	}
	for i := range got.Len() {
		k := got.At(i)
		if k.Error == nil || *k.Error > 0.1 || math.Abs(k.Value-values[k.ID]) > *k.Error {
			t.Errorf("%s has %v, give or take %v; it is %v", k.ID, k.Value, *k.Error, values[k.ID])
		}
	}
}

func TestRankingsRefused(t *testing.T) {
	hops, half := centrality.Hops, 0.5
	sampling := func(off, sure float64) *centrality.Sampling {
		return &centrality.Sampling{Error: off, Confidence: sure}
	}
	for _, c := range []struct {
		q    RankingQuery
		is   error
		want string
	}{
		{RankingQuery{Projection: Projection{MembersOf: []string{"nobody"}}}, store.ErrNotFound, `there is no node "nobody"`},
		{RankingQuery{By: Brokerage, Groups: &Groups{MembersOf: []string{"nobody"}}}, store.ErrNotFound, `there is no node "nobody"`},
		{RankingQuery{By: Brokerage, Groups: &Groups{MembersOf: []string{"p1"}}}, store.ErrInvalid, `groups: membersOf: "p1" is of kind Project`},
		{RankingQuery{By: Brokerage, Groups: &Groups{Actors: [][]string{{}, {"p1"}}}}, store.ErrInvalid, `groups: actors: "p1" is of kind Project`},
		{RankingQuery{By: Brokerage, Groups: &Groups{MembersOf: []string{}}}, store.ErrInvalid, "groups: there are none"},
		{RankingQuery{By: Degree, Groups: &Groups{By: Network}}, store.ErrInvalid, "groups: only BROKERAGE"},
		{RankingQuery{By: Degree, Distance: &hops}, store.ErrInvalid, "distance: only BETWEENNESS and CLOSENESS"},
		{RankingQuery{By: Closeness, Sample: sampling(0.1, 0.9)}, store.ErrInvalid, "sample: only BETWEENNESS"},
		{RankingQuery{By: Betweenness, Sample: sampling(0, 0.9)}, store.ErrInvalid, "sample: the error 0 is impossible"},
		{RankingQuery{By: Betweenness, Sample: sampling(1, 0.9)}, store.ErrInvalid, "sample: the error 1 is impossible"},
		{RankingQuery{By: Betweenness, Sample: sampling(math.NaN(), 0.9)}, store.ErrInvalid, "sample: the error NaN is impossible"},
		{RankingQuery{By: Betweenness, Sample: sampling(0.1, 1)}, store.ErrInvalid, "sample: the confidence 1 is impossible"},
		{RankingQuery{By: Degree, Top: ptr(0)}, store.ErrInvalid, "top: 0 are none"},
		{RankingQuery{By: Degree, Damping: &half}, store.ErrInvalid, "damping: only PAGERANK"},
		{RankingQuery{By: PageRank, Damping: ptr(1.0)}, store.ErrInvalid, "damping: 1 is impossible"},
	} {
		_, err := newAnalyst().Rankings(context.Background(), ecosystem(), c.q)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v; want %s", c.q, err, c.want)
		}
	}
	// Networks of nobody have no rankings.
	for by := Degree; by <= Brokerage; by++ {
		k, err := newAnalyst().Rankings(context.Background(), ecosystem(), RankingQuery{By: by, Projection: Projection{MembersOf: []string{}}})
		if err != nil || k.Len() != 0 {
			t.Errorf("measure %d of nobody: %v, %v", by, k, err)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// TestRankingsOfNoTime asks for what takes longer than there is time: that is found out early, and
// does not spoil the answer for those who have more.
func TestRankingsOfNoTime(t *testing.T) {
	a, f := newAnalyst(), ecosystem()
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := a.Rankings(ctx, f, RankingQuery{By: Betweenness}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if k, err := a.Rankings(t.Context(), f, RankingQuery{By: Betweenness}); err != nil || k.Len() == 0 {
		t.Error(k, err)
	}
	err := tooLong(&centrality.TooLongError{Needs: time.Minute, Has: time.Second}, &projected{Graph: csr.New(2, []csr.Tie{{A: 0, B: 1, Weight: 1}})}, "estimate it, or")
	if want := "of 2 actors with 1 ties it would take about 1m0s, and there are 1s: estimate it, or ask for a projection to fewer actors"; err.Error() != want {
		t.Errorf("%v; want %s", err, want)
	}
}
