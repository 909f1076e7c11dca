package analysis

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/test/needs"
)

var (
	fit      = flag.Bool("fit", false, "fit the weights of suggestions anew (with -run Foretell -v)")
	foretold = flag.Int("foretell", 40, "how many actors partners are foretold of (with -run Foretell)")
)

// horizon is Horizon 2020 in a mirror, and as plain arrays over numbers in the order of ids.
type horizon struct {
	*large
	store store.Store
	began []string // by project: the first day; "" if unknown
	takes [][]uint32
}

func newHorizon(tb testing.TB) *horizon {
	h := &horizon{large: &large{number: map[string]uint32{}}}
	met := map[string]bool{}
	node := func(kind, id string, p props) {
		if !met[id] {
			met[id] = true
			p["name"] = id
			h.nodes = append(h.nodes, &store.Node{ID: id, Kind: kind, Props: slices.DeleteFunc(store.PropsOf(p), func(x store.Prop) bool { return x.Value == nil || x.Value == "" })})
		}
	}
	link := func(typ, from, to string) {
		if key := typ + " " + from + " " + to; !met[key] {
			met[key] = true
			h.edges = append(h.edges, &store.Edge{EdgeID: store.EdgeID{Type: typ, From: from, To: to}})
		}
	}
	began := map[string]string{}
	needs.Horizon2020(tb, "project.csv", func(get func(string) string) {
		id := "cordis:" + get("id")
		began[id] = get("startDate")
		node("Project", id, props{"start": dated(get("startDate")), "end": dated(get("endDate"))})
		if t := get("topics"); t != "" {
			node("Programme", "call:"+t, props{"level": "TOPIC"})
			link("FUNDED_BY", id, "call:"+t)
		}
	})
	needs.Horizon2020(tb, "organization.csv", func(get func(string) string) {
		id := "pic:" + get("organisationID")
		node("Organisation", id, props{"country": get("country"), "type": get("activityType")})
		link("PARTICIPATES_IN", id, "cordis:"+get("projectID"))
	})
	slices.SortFunc(h.nodes, func(a, b *store.Node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(h.edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
	h.began, h.takes = make([]string, len(h.nodes)), make([][]uint32, len(h.nodes))
	for i, n := range h.nodes {
		h.number[n.ID], h.began[i] = uint32(i), began[n.ID]
	}
	for _, e := range h.edges {
		if from, to := h.number[e.From], h.number[e.To]; e.Type == participatesIn {
			h.takes[from], h.takes[to] = append(h.takes[from], to), append(h.takes[to], from)
		}
	}
	var err error
	if h.store, err = mirror.Open(context.Background(), h, schema, mirror.Options{}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = h.store.Close() })
	return h
}

// past is what was known before a day, as plain arrays, and who became partners from then on
// until another.
type past struct {
	h         *horizon
	last      string     // the last day that was known
	known     [][]uint32 // by actor: projects that had begun; of actors without any, nil
	partners  [][]uint32 // by actor: ascending
	fresh     [][]uint32 // by actor: new partners, that were known before; ascending
	everybody []uint32   // all actors that were known
	surprised []uint32   // those with new partners
}

// split divides the projects at the first day of a year; only what began before the year `until`
// is foretold.
func (h *horizon) split(year, until int) *past {
	p := &past{h: h, last: fmt.Sprintf("%d-12-31", year-1)}
	n := len(h.nodes)
	meet := func(counts func(string) bool) ([][]uint32, [][]uint32) {
		takes, partners := make([][]uint32, n), make([][]uint32, n)
		for x, node := range h.nodes {
			if node.Kind != organisation {
				continue
			}
			for _, project := range h.takes[x] {
				if counts(h.began[project]) {
					takes[x] = append(takes[x], project)
					for _, y := range h.takes[project] {
						if y != uint32(x) {
							partners[x] = append(partners[x], y)
						}
					}
				}
			}
			slices.Sort(partners[x])
			partners[x] = slices.Compact(partners[x])
		}
		return takes, partners
	}
	// A project of which no date is known holds at any time.
	p.known, p.partners = meet(func(day string) bool { return day <= p.last })
	_, p.fresh = meet(func(day string) bool { return day > p.last && day < fmt.Sprint(until) })
	for x := range p.fresh {
		if p.known[x] == nil {
			p.fresh[x] = nil
			continue
		}
		p.everybody = append(p.everybody, uint32(x))
		p.fresh[x] = slices.DeleteFunc(p.fresh[x], func(y uint32) bool {
			_, partner := slices.BinarySearch(p.partners[x], y)
			return partner || p.known[y] == nil
		})
		if len(p.fresh[x]) > 0 {
			p.surprised = append(p.surprised, uint32(x))
		}
	}
	return p
}

// over sums up, for each actor, what the partners that it has in common with x weigh.
func (p *past) over(x uint32, weight func(degree int) float64) []float64 {
	out := make([]float64, len(p.partners))
	for _, y := range p.partners[x] {
		w := weight(len(p.partners[y]))
		for _, z := range p.partners[y] {
			out[z] += w
		}
	}
	return out
}

// foretelling is one actor's candidates: everybody who was known and was no partner.
type foretelling struct {
	who    []uint32 // ascending: by id
	fresh  []bool
	listed []bool // is suggested
	// By measure, at the same places.
	scores map[string][]float64
	values [][fitMeasures]float64 // of those that are listed
}

func (p *past) foretell(ctx context.Context, x uint32, rnd *rand.Rand) (*foretelling, error) {
	f := &foretelling{scores: map[string][]float64{}}
	for _, z := range p.everybody {
		if _, partner := slices.BinarySearch(p.partners[x], z); z == x || partner {
			continue
		}
		_, fresh := slices.BinarySearch(p.fresh[x], z)
		f.who, f.fresh = append(f.who, z), append(f.fresh, fresh)
	}
	f.listed, f.values = make([]bool, len(f.who)), make([][fitMeasures]float64, len(f.who))
	shipped := make([]float64, len(f.who))
	for i := range shipped {
		shipped[i] = -1 // is not suggested
	}
	when := store.Period{First: math.MinInt32, Last: dated(p.last).(store.Date).Last}
	err := p.h.store.View(ctx, store.Revision{}, func(r store.Reader) error {
		s, err := analyst.SuggestPartners(ctx, r, SuggestionQuery{For: []string{p.h.nodes[x].ID}, When: when})
		if err != nil {
			return err
		}
		for _, row := range s.rows {
			i, found := slices.BinarySearch(f.who, p.h.number[row.id])
			if !found {
				return fmt.Errorf("%s is suggested to %s, but is no candidate", row.id, p.h.nodes[x].ID)
			}
			f.listed[i], f.values[i], shipped[i] = true, row.values, row.values[Score]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	pick := func(all []float64) []float64 {
		out := make([]float64, len(f.who))
		for i, z := range f.who {
			out[i] = all[z]
		}
		return out
	}
	random, degree := make([]float64, len(f.who)), make([]float64, len(f.who))
	for i, z := range f.who {
		random[i], degree[i] = rnd.Float64(), float64(len(p.partners[x])*len(p.partners[z]))
		if len(p.partners[x]) == 0 {
			degree[i] = float64(len(p.partners[z]))
		}
	}
	f.scores["random"], f.scores["degree"], f.scores["score"] = random, degree, shipped
	f.scores["common partners"] = pick(p.over(x, func(int) float64 { return 1 }))
	f.scores["Adamic-Adar"] = pick(p.over(x, func(d int) float64 { return 1 / math.Log(float64(d)) }))
	f.scores["resource allocation"] = pick(p.over(x, func(d int) float64 { return 1 / float64(d) }))
	for name, m := range map[string]FitMeasure{"common partners": CommonPartners, "Adamic-Adar": AdamicAdar, "resource allocation": ResourceAllocation} {
		for i, plain := range f.scores[name] {
			if math.Abs(plain-f.values[i][m]) > 1e-9*(1+plain) {
				return nil, fmt.Errorf("%s of %s and %s is %v, not %v", name, p.h.nodes[x].ID, p.h.nodes[f.who[i]].ID, plain, f.values[i][m])
			}
		}
	}
	for name, m := range map[string]FitMeasure{"shared ways": SharedWays, "shared themes": SharedThemes, "experience": Experience, "same country": SameCountry, "complementarity": Complementarity} {
		out := make([]float64, len(f.who))
		for i := range out {
			out[i] = f.values[i][m]
		}
		f.scores[name] = out
	}
	return f, nil
}

// order are the measures as they are told.
var order = []string{"random", "degree", "common partners", "Adamic-Adar", "resource allocation", "shared ways", "shared themes", "experience", "same country", "complementarity", "score"}

// precision is how many of the first ten became partners; ties are broken by id.
func (f *foretelling) precision(score []float64) float64 {
	var at []int
	for i, x := range score {
		if len(at) == 10 && score[at[9]] >= x {
			continue
		}
		k := len(at)
		for k > 0 && score[at[k-1]] < x {
			k--
		}
		at = slices.Insert(at, k, i)
		at = at[:min(10, len(at))]
	}
	n := 0.0
	for _, i := range at {
		if f.fresh[i] {
			n++
		}
	}
	return n / 10
}

// area is how probable it is that who became a partner scores more than who did not, of all that
// count (Mann and Whitney's U): the area under the ROC curve. False if there is none of either.
func (f *foretelling) area(score []float64, counts func(int) bool) (float64, bool) {
	var yes, no []float64
	for i, s := range score {
		if counts(i) {
			if f.fresh[i] {
				yes = append(yes, s)
			} else {
				no = append(no, s)
			}
		}
	}
	slices.Sort(no)
	u := 0.0
	for _, s := range yes {
		below, _ := slices.BinarySearch(no, s)
		upTo, _ := slices.BinarySearchFunc(no, s, func(x, s float64) int {
			if x <= s {
				return -1
			}
			return 1
		})
		u += float64(below+upTo) / 2
	}
	return u / float64(len(yes)*len(no)), len(yes) > 0 && len(no) > 0
}

// sample are so many actors that got new partners.
func (p *past) sample(n int, rnd *rand.Rand) []uint32 {
	out := slices.Clone(p.surprised)
	rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:min(n, len(out))]
}

// interval is a mean over actors, and half the width of its 95 % interval.
func interval(of []float64) (mean, half float64) {
	mean, sd := stat.MeanStdDev(of, nil)
	return mean, 1.96 * sd / math.Sqrt(float64(len(of)))
}

func differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

// TestForetell holds suggestions to what happened: from what was known at the end of 2017, which
// known actors become partners in projects that begin in 2018 or later? The table is that of
// docs/analysis.md with -foretell 600.
func TestForetell(t *testing.T) {
	needs.Time(t)
	h := newHorizon(t)
	if *fit {
		h.fit(t)
	}
	p := h.split(2018, 9999)
	t.Logf("known: %d actors; %d of them got new partners among these", len(p.everybody), len(p.surprised))
	rnd := rand.New(rand.NewPCG(1, 1))
	precision, everybody, listed := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	var covered []float64
	for _, x := range p.sample(*foretold, rnd) {
		f, err := p.foretell(t.Context(), x, rnd)
		if err != nil {
			t.Fatal(err)
		}
		among := func(i int) bool { return f.listed[i] }
		yes, found := 0.0, 0.0
		for i := range f.who {
			if f.fresh[i] {
				yes++
				if f.listed[i] {
					found++
				}
			}
		}
		covered = append(covered, found/yes)
		// So that all others are not looked at for each measure: one in twenty, by chance.
		drawn := make([]bool, len(f.who))
		for i := range drawn {
			drawn[i] = f.fresh[i] || rnd.IntN(20) == 0
		}
		for _, name := range order {
			score := f.scores[name]
			precision[name] = append(precision[name], f.precision(score))
			if a, ok := f.area(score, func(i int) bool { return drawn[i] }); ok {
				everybody[name] = append(everybody[name], a)
			}
			if a, ok := f.area(score, among); ok {
				listed[name] = append(listed[name], a)
			}
		}
	}
	share, half := interval(covered)
	t.Logf("of the new partners, %.3f±%.3f are among those suggested; %d actors", share, half, len(covered))
	for _, name := range order {
		a, ha := interval(precision[name])
		b, hb := interval(listed[name])
		c, hc := interval(everybody[name])
		t.Logf("%-20s precision at 10 %.3f±%.3f   AUC among suggested %.3f±%.3f   among everybody %.3f±%.3f", name, a, ha, b, hb, c, hc)
	}
	for _, c := range []struct {
		what    string
		by      map[string][]float64
		against string
		least   float64
	}{
		{"precision at 10", precision, "random", 0.15}, {"precision at 10", precision, "degree", 0.015},
		{"AUC among suggested", listed, "random", 0.3}, {"AUC among suggested", listed, "degree", 0.025},
		{"AUC among suggested", listed, "common partners", 0.06},
		{"AUC among everybody", everybody, "random", 0.25},
		// The measures by themselves are told beside it, whoever is better.
		{"precision at 10", precision, "Adamic-Adar", -1}, {"precision at 10", precision, "common partners", -1},
		{"AUC among suggested", listed, "Adamic-Adar", -1}, {"AUC among suggested", listed, "shared ways", -1},
		{"AUC among suggested", listed, "experience", -1}, {"AUC among everybody", everybody, "degree", -1},
	} {
		d, half := interval(differences(c.by["score"], c.by[c.against]))
		t.Logf("%s: %+.3f±%.3f more than %s", c.what, d, half, c.against)
		if d < c.least {
			t.Errorf("%s: the score is %.3f better than %s; it was %.3f better", c.what, d, c.against, c.least)
		}
	}
}

// fit fits weights to what was known at the end of 2015 and began in 2016, chooses between the
// measures by what was known at the end of 2016 and began in 2017, and fits the weights of these
// once more to 2017. What began later is not looked at.
func (h *horizon) fit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	collect := func(year int) []*foretelling {
		p := h.split(year, year+1)
		var out []*foretelling
		for _, x := range p.sample(2**foretold, rnd) {
			f, err := p.foretell(t.Context(), x, rnd)
			if err != nil {
				t.Fatal(err)
			}
			// What is not listed is not compared.
			kept := &foretelling{}
			for i := range f.who {
				if f.listed[i] {
					kept.who, kept.fresh, kept.listed, kept.values = append(kept.who, f.who[i]), append(kept.fresh, f.fresh[i]), append(kept.listed, true), append(kept.values, f.values[i])
				}
			}
			out = append(out, kept)
		}
		return out
	}
	earlier, later := collect(2016), collect(2017)
	for _, measures := range [][]FitMeasure{
		{AdamicAdar}, {ResourceAllocation}, {SharedWays},
		{AdamicAdar, Experience}, {ResourceAllocation, Experience}, {SharedWays, Experience},
		{SharedWays, Experience, SharedThemes}, {SharedWays, Experience, SharedThemes, SameCountry},
		{AdamicAdar, Experience, SharedThemes, SameCountry},
		{SharedWays, Experience, SharedThemes, SameCountry, SameType},
		{SharedWays, Experience, SharedThemes, SameCountry, Complementarity},
		{SharedWays, AdamicAdar, Experience, SharedThemes, SameCountry, SameType},
	} {
		weights := regress(t, earlier, measures, rnd)
		var precision, area []float64
		for _, f := range later {
			score := make([]float64, len(f.who))
			for i := range score {
				for k, m := range measures {
					score[i] += weights[k] * feature(m, f.values[i])
				}
			}
			precision = append(precision, f.precision(score))
			if a, ok := f.area(score, func(int) bool { return true }); ok {
				area = append(area, a)
			}
		}
		p, hp := interval(precision)
		a, ha := interval(area)
		t.Logf("measures %v: 2016 gives %.2f, which foretells 2017 with precision at 10 %.4f±%.4f, AUC %.4f±%.4f; 2017 gives %.2f",
			measures, weights, p, hp, a, ha, regress(t, later, measures, rnd))
	}
}

func feature(m FitMeasure, values [fitMeasures]float64) float64 {
	return math.Log1p(cmp.Or(fitWeights[m].scale, 1) * values[m])
}

// regress fits weights by logistic regression (Newton's method): of each actor, up to ten new
// partners and forty others that might have been.
func regress(t *testing.T, of []*foretelling, measures []FitMeasure, rnd *rand.Rand) []float64 {
	var rows [][]float64
	var became []float64
	for _, f := range of {
		left := map[bool]int{true: 10, false: 40}
		for _, i := range rnd.Perm(len(f.who)) {
			if left[f.fresh[i]]--; left[f.fresh[i]] < 0 {
				continue
			}
			row := []float64{1}
			for _, m := range measures {
				row = append(row, feature(m, f.values[i]))
			}
			y := 0.0
			if f.fresh[i] {
				y = 1
			}
			rows, became = append(rows, row), append(became, y)
		}
	}
	k := len(measures) + 1
	w := mat.NewVecDense(k, nil)
	for range 50 {
		slope, curve := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
		for i := range k {
			curve.SetSym(i, i, 1e-6)
		}
		for i, row := range rows {
			x := mat.NewVecDense(k, row)
			p := 1 / (1 + math.Exp(-mat.Dot(w, x)))
			slope.AddScaledVec(slope, became[i]-p, x)
			curve.SymRankOne(curve, p*(1-p), x)
		}
		var step mat.VecDense
		if err := step.SolveVec(curve, slope); err != nil {
			t.Fatal(err)
		}
		w.AddVec(w, &step)
		if mat.Norm(&step, 2) < 1e-9 {
			break
		}
	}
	return w.RawVector().Data[1:]
}
