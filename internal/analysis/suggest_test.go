package analysis

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

// slowSuggestions measures every actor by the plain reading of the measures.
func (f *fake) slowSuggestions(q SuggestionQuery) map[string][fitMeasures]float64 {
	holds := func(e *store.Edge) bool { return schema.Edges[e.Type].Bounds(e, f.get(e.To)).Meets(q.When) }
	set := func(ids []string) map[string]bool {
		out := map[string]bool{}
		for _, id := range ids {
			out[f.get(id).ID] = true
		}
		return out
	}
	far := func(typ, id string, kinds ...string) map[string]bool {
		out := map[string]bool{}
		for _, e := range f.edges {
			if e.Type == typ && e.From == id && holds(e) && slices.Contains(kinds, f.get(e.To).Kind) {
				out[e.To] = true
			}
		}
		return out
	}
	both := func(a, b map[string]bool) (out []string) {
		for _, x := range slices.Sorted(maps.Keys(a)) {
			if b[x] {
				out = append(out, x)
			}
		}
		return out
	}
	projects, themes, all, countries := map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, n := range f.nodes {
		if schema.Kinds[n.Kind].Family != "Actor" {
			continue
		}
		projects[n.ID] = far("PARTICIPATES_IN", n.ID, "Project")
		all[n.ID] = far("CLASSIFIED_AS", n.ID, "Topic")
		for p := range projects[n.ID] {
			maps.Copy(all[n.ID], far("CLASSIFIED_AS", p, "Topic"))
			maps.Copy(all[n.ID], far("FUNDED_BY", p, "Programme"))
		}
		themes[n.ID] = maps.Clone(all[n.ID])
		for t := range themes[n.ID] {
			if level := f.get(t).Props.Text("level"); f.get(t).Kind == "Programme" && level != "CALL" && level != "TOPIC" {
				delete(themes[n.ID], t)
			}
		}
		countries[n.ID] = map[string]bool{}
		for up, more := far("LOCATED_IN", n.ID, "Place"), true; more; {
			more = false
			for p := range up {
				if code := f.get(p).Props.Text("code"); code != "" {
					countries[n.ID][code] = true
					continue
				}
				for over := range far("PART_OF", p, "Place") {
					if !up[over] {
						up[over], more = true, true
					}
				}
			}
		}
		if c := n.Props.Text("country"); len(countries[n.ID]) == 0 && c != "" {
			countries[n.ID][c] = true
		}
	}
	shared := func(x, y string) float64 {
		if x == y {
			return 0
		}
		return float64(len(both(projects[x], projects[y])))
	}
	degree := func(y string) (n float64) {
		for z := range projects {
			if shared(y, z) > 0 {
				n++
			}
		}
		return n
	}
	having := func(t string) (n float64) {
		for z := range themes {
			if themes[z][t] {
				n++
			}
		}
		return n
	}
	kind := func(id string) string {
		if n := f.get(id); n.Kind != "Organisation" {
			return n.Kind
		}
		return f.get(id).Props.Text("type")
	}
	under := func(topic string) bool {
		up := map[string]bool{topic: true}
		for range f.edges {
			for _, e := range f.edges {
				if e.Type == "PART_OF" && up[e.From] && f.get(e.From).Kind == f.get(e.To).Kind {
					up[e.To] = true
				}
			}
		}
		return len(both(up, set(q.Topics))) > 0
	}
	own := set(q.For)
	out := map[string][fitMeasures]float64{}
	for z := range projects {
		partner, led, on := false, false, false
		for t := range all[z] {
			on = on || q.Topics != nil && under(t)
		}
		var v [fitMeasures]float64
		newCountry, newType := len(countries[z]) > 0, kind(z) != ""
		knownCountry, knownType := false, false
		for x := range own {
			partner = partner || shared(x, z) > 0
			for _, y := range slices.Sorted(maps.Keys(projects)) {
				if shared(x, y) > 0 && shared(y, z) > 0 {
					led = true
					v[CommonPartners]++
					v[AdamicAdar] += 1 / math.Log(degree(y))
					v[ResourceAllocation] += 1 / degree(y)
					v[SharedWays] += shared(x, y) * shared(y, z) / degree(y)
				}
			}
			for _, t := range both(themes[x], themes[z]) {
				led = true
				v[SharedThemes] += 1 / math.Log(max(2, having(t)))
			}
			if len(both(countries[x], countries[z])) > 0 {
				v[SameCountry]++
				newCountry = false
			}
			if kind(x) == kind(z) && kind(x) != "" {
				v[SameType]++
				newType = false
			}
			knownCountry, knownType = knownCountry || len(countries[x]) > 0, knownType || kind(x) != ""
		}
		for m := CommonPartners; m < fitMeasures; m++ {
			v[m] /= float64(len(own))
		}
		v[Experience] = float64(len(projects[z]))
		if newCountry && knownCountry {
			v[Complementarity] += 0.5
		}
		if newType && knownType {
			v[Complementarity] += 0.5
		}
		for m, w := range fitWeights {
			v[Score] += w.weight * math.Log(1+w.scale*v[m])
		}
		switch {
		case own[z], set(q.Exclude)[z], partner && !q.Partners, !led && !on, q.Topics != nil && !on:
		case q.Countries != nil && len(both(countries[z], setOf(q.Countries))) == 0:
		case q.Types != nil && (f.get(z).Kind != "Organisation" || !slices.Contains(q.Types, f.get(z).Props.Text("type"))):
		default:
			out[z] = v
		}
	}
	return out
}

func setOf(of []string) map[string]bool {
	out := map[string]bool{}
	for _, x := range of {
		out[x] = true
	}
	return out
}

// classify draws what suggestions look at beside participations.
func (f *fake) classify(t *rapid.T) (topics, countries []string) {
	var projects, calls []string
	for _, n := range f.nodes {
		switch {
		case n.Kind == "Project":
			projects = append(projects, n.ID)
		case n.Kind == "Place":
			if code := rapid.SampledFrom([]string{"", "AA", "BB"}).Draw(t, "code"); code != "" {
				n.Props = n.Props.With("code", code).With("level", "COUNTRY")
			}
		case schema.Kinds[n.Kind].Family == "Actor":
			projects = append(projects, n.ID)
			values := map[string][]string{"country": {"", "AA", "CC"}, "type": {"", "HES", "PRC"}}
			for _, name := range []string{"country", "type"} { // in one order, so that a draw can be repeated
				if v := rapid.SampledFrom(values[name]).Draw(t, name); v != "" && (name != "type" || n.Kind == "Organisation") {
					n.Props = n.Props.With(name, v)
				}
			}
		}
	}
	for i := range 4 {
		topics = append(topics, fmt.Sprint("t", i))
		f.node("Topic", topics[i], nil)
	}
	for i, level := range []string{"CALL", "TOPIC", "FRAMEWORK"} {
		calls = append(calls, fmt.Sprint("g", i))
		f.node("Programme", calls[i], props{"level": level})
	}
	links := func(typ string, from, to []string, most int) {
		seen := map[store.EdgeID]bool{}
		for range rapid.IntRange(0, most).Draw(t, typ) {
			if len(from) == 0 {
				return
			}
			id := store.EdgeID{Type: typ, From: rapid.SampledFrom(from).Draw(t, "from"), To: rapid.SampledFrom(to).Draw(t, "to")}
			if !seen[id] && id.From != id.To {
				seen[id] = true
				f.link(typ, id.From, id.To, "", nil)
			}
		}
	}
	links("CLASSIFIED_AS", projects, topics, 6)
	links("PART_OF", topics, topics, 3)
	links("FUNDED_BY", slices.DeleteFunc(slices.Clone(projects), func(id string) bool { return f.get(id).Kind != "Project" }), calls, 6)
	return append(topics, calls...), []string{"AA", "BB", "CC"}
}

// TestSuggestionsSlow holds suggestions to the plain reading of what they mean.
func TestSuggestionsSlow(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		f := randomGraph(t)
		topics, countries := f.classify(t)
		var actors []string
		for _, n := range f.nodes {
			if schema.Kinds[n.Kind].Family == "Actor" {
				actors = append(actors, n.ID)
			}
		}
		some := func(of []string, least, most int, what string) []string {
			if least == 0 && rapid.IntRange(0, 3).Draw(t, "any "+what) > 0 {
				return nil
			}
			return rapid.SliceOfN(rapid.SampledFrom(of), least, most).Draw(t, what)
		}
		for range 5 {
			q := SuggestionQuery{
				For: some(actors, 1, 3, "for"), By: FitMeasure(rapid.IntRange(0, int(fitMeasures)-1).Draw(t, "by")),
				Topics: some(topics, 0, 2, "topics"), Countries: some(countries, 0, 2, "countries"), Types: some([]string{"HES", "PRC"}, 0, 1, "types"),
				Exclude: some(actors, 0, 2, "exclude"), Partners: rapid.Bool().Draw(t, "partners"), When: randomQuery(t).When,
			}
			p, err := analyst.SuggestPartners(context.Background(), f, q)
			if err != nil {
				t.Fatal(err)
			}
			want := f.slowSuggestions(q)
			if p.Len() != len(want) {
				t.Fatalf("%+v: %d are suggested, want %v", q, p.Len(), want)
			}
			for i := range p.Len() {
				x := p.At(i)
				id := f.IDs([]store.Slot{x.Actor()})[0]
				for m, v := range want[id] {
					if got := x.Value(FitMeasure(m)); math.Abs(got-v) > 1e-9 {
						t.Fatalf("%+v: measure %d of %s is %v, want %v", q, m, id, got, v)
					}
				}
				explained(t, p, i, len(slices.Compact(slices.Sorted(slices.Values(q.For)))))
				if i == 0 {
					continue
				}
				if a, b := p.Key(i-1), p.Key(i); cmp.Or(store.Compare(b[0], a[0]), store.Compare(b[1], a[1]), store.Compare(a[2], b[2])) >= 0 {
					t.Fatalf("%v before %v", a, b)
				}
			}
		}
	})
}

// explained checks that the reasons make up the score, and that what they rest on gives the
// measures.
func explained(t *rapid.T, p *Suggestions, i, seekers int) {
	x := p.At(i)
	score := 0.0
	for _, r := range x.Reasons() {
		score += r.Adds
		if r.Text == "" || r.Value != x.Value(r.Measure) || r.Value == 0 {
			t.Fatalf("%+v", r)
		}
	}
	if math.Abs(score-x.Value(Score)) > 1e-9 {
		t.Fatalf("the reasons add %v, the score is %v", score, x.Value(Score))
	}
	ways, weight := 0.0, 0.0
	for _, y := range x.SharedPartners() {
		ways += y.adds
	}
	for _, y := range slices.Concat(x.SharedTopics(), x.SharedProgrammes()) {
		weight += y.heavy
	}
	if math.Abs(ways/float64(seekers)-x.Value(SharedWays)) > 1e-9 || math.Abs(weight/float64(seekers)-x.Value(SharedThemes)) > 1e-9 {
		t.Fatalf("ways of %v and themes of %v are told, not %v and %v", ways, weight, x.Value(SharedWays), x.Value(SharedThemes))
	}
}

// TestSuggestionsAsNetworkx holds the measures over common partners to what networkx says.
func TestSuggestionsAsNetworkx(t *testing.T) {
	text, err := os.ReadFile("testdata/suggest.json")
	if err != nil {
		t.Fatal(err)
	}
	var networks []struct {
		Name     string
		Projects [][]string
		Pairs    []struct {
			A, B                           string
			Common                         float64
			AdamicAdar, ResourceAllocation float64
		}
	}
	if err := json.Unmarshal(text, &networks); err != nil {
		t.Fatal(err)
	}
	for _, n := range networks {
		f := &fake{}
		met := map[string]bool{}
		for i, who := range n.Projects {
			id := fmt.Sprintf("project %03d", i)
			f.node("Project", id, nil)
			for _, x := range who {
				if !met[x] {
					met[x] = true
					f.node("Organisation", x, nil)
				}
				f.link("PARTICIPATES_IN", x, id, "", nil)
			}
		}
		found := map[string]*Suggestion{}
		for x := range met {
			p, err := analyst.SuggestPartners(t.Context(), f, SuggestionQuery{For: []string{x}})
			if err != nil {
				t.Fatal(err)
			}
			for i := range p.Len() {
				found[x+"-"+f.IDs([]store.Slot{p.At(i).Actor()})[0]] = p.At(i)
			}
		}
		for _, p := range n.Pairs {
			for _, pair := range []string{p.A + "-" + p.B, p.B + "-" + p.A} {
				x, suggested := found[pair]
				delete(found, pair)
				if !suggested {
					if p.Common > 0 {
						t.Errorf("%s: %s is not suggested", n.Name, pair)
					}
					continue
				}
				if x.Value(CommonPartners) != p.Common || math.Abs(x.Value(AdamicAdar)-p.AdamicAdar) > 1e-12 || math.Abs(x.Value(ResourceAllocation)-p.ResourceAllocation) > 1e-12 {
					t.Errorf("%s: %s: %v, %v, %v; networkx says %+v", n.Name, pair, x.Value(CommonPartners), x.Value(AdamicAdar), x.Value(ResourceAllocation), p)
				}
			}
		}
		if len(found) > 0 {
			t.Errorf("%s: networkx knows no such pairs: %v", n.Name, slices.Collect(maps.Keys(found)))
		}
	}
}

// TestSuggestionsOfNothing asks what cannot be answered, and what has an empty answer.
func TestSuggestionsOfNothing(t *testing.T) {
	f := &fake{}
	for _, id := range []string{"a", "b", "alone"} {
		f.node("Organisation", id, nil)
	}
	f.node("Project", "p", nil)
	f.link("PARTICIPATES_IN", "a", "p", "", nil)
	f.link("PARTICIPATES_IN", "b", "p", "", nil)
	for _, c := range []struct {
		q    SuggestionQuery
		kind error
		says string
	}{
		{SuggestionQuery{}, store.ErrInvalid, "for: name at least one actor"},
		{SuggestionQuery{For: slices.Repeat([]string{"a"}, MaxSeekers+1)}, store.ErrInvalid, "name at most 50"},
		{SuggestionQuery{For: []string{"a", "nobody"}}, store.ErrNotFound, `"nobody"`},
		{SuggestionQuery{For: []string{"p"}}, store.ErrInvalid, `for: "p" is of kind Project`},
		{SuggestionQuery{For: []string{"a"}, Exclude: []string{"nobody"}}, store.ErrNotFound, `"nobody"`},
		{SuggestionQuery{For: []string{"a"}, Topics: []string{"b"}}, store.ErrInvalid, `topics: "b" is of kind Organisation`},
		{SuggestionQuery{For: []string{"a"}, Countries: []string{"Bulgaria"}}, store.ErrInvalid, `countries: "Bulgaria"`},
	} {
		if _, err := analyst.SuggestPartners(t.Context(), f, c.q); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
	for _, q := range []SuggestionQuery{
		{For: []string{"alone"}}, {For: []string{"a"}}, {For: []string{"a", "b"}, Partners: true},
		{For: []string{"a"}, Exclude: []string{"a"}}, {For: []string{"a"}, Topics: []string{}}, {For: []string{"a"}, Countries: []string{}},
	} {
		if p, err := analyst.SuggestPartners(t.Context(), f, q); err != nil || p.Len() != 0 {
			t.Errorf("%+v: %v, %v", q, p, err)
		}
	}
	ended, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := analyst.SuggestPartners(ended, f, SuggestionQuery{For: []string{"a"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
