package resolve

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/register"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// registered is a register of a table: lines of id, name, country, city and url.
func registered(t *testing.T, lines ...string) *Registers {
	t.Helper()
	return registerOf(t, "list.csv", "id,name,country,city,url\n"+strings.Join(lines, "\n")+"\n")
}

func registerOf(t *testing.T, name, content string) *Registers {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	left := func(err error) { t.Error(err) }
	from, err := register.Open(file, left)
	if err != nil {
		t.Fatal(err)
	}
	return NewRegisters([]*register.Register{from}, left)
}

// compared finds the pairs of bodies with a register, each as its names and what becomes of it.
func compared(t *testing.T, r *Registers, bodies ...Body) map[string]Pair {
	t.Helper()
	out := map[string]Pair{}
	for _, p := range found(t, r, bodies) {
		sides := []string{bodies[p.A].Names[0], bodies[p.B].Names[0]}
		slices.Sort(sides)
		out[strings.Join(sides, " = ")] = p
	}
	return out
}

func found(t *testing.T, r *Registers, bodies []Body) []Pair {
	t.Helper()
	if err := r.Meet(context.Background(), bodies); err != nil {
		t.Fatal(err)
	}
	return Find(bodies, Thresholds{Merge: Default.Merge, Review: -40}, nil)
}

// A name in another legal form is another's, and one acronym tells nothing: both meet no record.
// So does one elsewhere, by city and by domain.
func TestNamesThatMeetNoRecord(t *testing.T) {
	r := registered(t, "1,Crown Engineering Works d.d.,SI,Ljubljana,crown.si", "1,KIN,SI,,")
	elsewhere := actor("Crown Engineering Works", "SI", "Idrija")
	elsewhere.Sites = []string{"works.si"}
	bodies := []Body{actor("Crown Engineering Works d.o.o.", "SI", "Ljubljana"), actor("KIN", "SI", "Idrija"), elsewhere, actor("Crown Engineering Works", "SI", "Idrija")}
	if found(t, r, bodies); len(bodies[0].Met)+len(bodies[1].Met)+len(bodies[2].Met) > 0 || len(bodies[3].Met) != 1 {
		t.Errorf("met %v, %v, %v, %v", bodies[0].Met, bodies[1].Met, bodies[2].Met, bodies[3].Met)
	}
}

// Each register has ids of its own: one body in each is not two bodies.
func TestSeveralRegisters(t *testing.T) {
	r := registered(t, "1,Univerzita Kvapilova,CZ,,")
	other := registered(t, "2,Kvapilova Universita,CZ,,")
	r.from = append(r.from, other.from...)
	bodies := []Body{actor("Univerzita Kvapilova", "CZ", "Praha"), actor("Kvapilova Universita", "CZ", "Praha")}
	pairs := found(t, r, bodies)
	if r.Actors != 2 || len(pairs) != 1 || !pairs[0].Merge || strings.Contains(pairs[0].String(), "two bodies") {
		t.Errorf("of %d actors: %v", r.Actors, pairs)
	}
}

func actor(name, country, city string, ids ...string) Body {
	b := Body{ID: name + country, Kind: "Organisation", Names: []string{name}, Country: country}
	if city != "" {
		b.Cities = []string{city}
	}
	for _, id := range ids {
		scheme, value, _ := strings.Cut(id, ":")
		b.Identifiers = append(b.Identifiers, store.Identifier{Scheme: scheme, Value: value})
	}
	return b
}

func TestRegister(t *testing.T) {
	const kvapilova, bertram = "Univerzita Kvapilova", "Bertram University"
	pair := bertram + " = " + kvapilova
	both := []string{"https://ror.org/024d6js02,Bertram University,CZ,Prague,kvap.cz", "https://ror.org/024d6js02,Univerzita Kvapilova,CZ,,", "https://ror.org/024d6js02,UK,CZ,,"}
	if p := compared(t, nil, actor(kvapilova, "CZ", "Praha 1"), actor(bertram, "CZ", "Prague"))[pair]; p.Merge {
		t.Fatalf("they are merged without a register: %s", p)
	}
	site := func(b Body, url string) Body { b.Sites = []string{url}; return b }
	for _, c := range []struct {
		reason   string
		register []string
		bodies   []Body
		pair     string
		merge    bool
		why      string // is said of the pair; "-": nothing of a register
	}{
		{"names of one record", both, []Body{actor("UNIVERZITA KVAPILOVA", "CZ", ""), actor(bertram, "CZ", "")}, "Bertram University = UNIVERZITA KVAPILOVA", true,
			"both are names of https://ror.org/024d6js02 in list.csv, line 2"},
		{"whatever the city", both, []Body{actor(kvapilova, "CZ", "Plzen"), actor(bertram, "CZ", "Praha 1")}, pair, true, "both are names of"},
		{"another country", both, []Body{actor(kvapilova, "SK", ""), actor("Bertram University Prague", "SK", "")}, "Bertram University Prague = " + kvapilova, false, "-"},
		{"no country: it is only compared", both, []Body{actor(kvapilova, "", ""), actor(bertram, "CZ", "")}, pair, true,
			`by the name "Univerzita Kvapilova" that list.csv has for`},
		{"with what is not its acronym behind it", both, []Body{actor("UNIVERZITA KVAPILOVA V PRAZE - UKV", "CZ", "Praha"), actor(bertram, "CZ", "Prague")}, bertram + " = UNIVERZITA KVAPILOVA V PRAZE - UKV", true, "by the name"},
		{"the acronym that it is", append(both, "https://ror.org/024d6js02,Czech National Research Hall,CZ,,"), []Body{actor("Czech National Research Hall (CNRH)", "CZ", ""), actor(bertram, "CZ", "")},
			bertram + " = Czech National Research Hall (CNRH)", true, "both are names of"},
		{"one word alone", both, []Body{actor("UK", "CZ", ""), actor(bertram, "CZ", "")}, bertram + " = UK", false, "-"},
		{"one word in its city", []string{"1,Tesniko,SI,Ljubljana,", "1,Zavod za gradbenistvo Slovenije,SI,,"},
			[]Body{actor("Tesniko", "SI", "Ljubljana"), actor("Zavod za gradbeništvo Slovenije", "SI", "")}, "Tesniko = Zavod za gradbeništvo Slovenije", true, "both are names of 1 in"},
		{"two of one word", []string{"1,Tesniko,SI,Ljubljana,", "1,Gradivo,SI,,"}, []Body{actor("Tesniko", "SI", "Ljubljana"), actor("Gradivo d.d.", "SI", "Ljubljana")}, "Gradivo d.d. = Tesniko", true, "both are names of 1 in"},
		{"a city is not what lists it as a name", []string{"1,Universidade do Porto,PT,Porto,", "1,Porto,PT,,"},
			[]Body{actor("Universidade do Porto", "PT", "Porto"), actor("Porto", "PT", "Porto")}, "Porto = Universidade do Porto", false, "-"},
		{"words that many names have, elsewhere", []string{"1,Institute of Physics,CZ,Praha,", "1,Fyzikální ústav Kvapilov,CZ,,"},
			[]Body{actor("Institute of Physics", "CZ", "Brno"), actor("Fyzikální ústav Kvapilov", "CZ", "Praha")}, "Fyzikální ústav Kvapilov = Institute of Physics", false, ""},
		{"a name that two have", append(both, "2,Univerzita Kvapilova,CZ,,"), []Body{actor(kvapilova, "CZ", ""), actor(bertram, "CZ", "")}, pair, false, "-"},
		{"of which the city tells one", append(both, "2,Univerzita Kvapilova,CZ,Karlovy Vary,"), []Body{actor(kvapilova, "CZ", "Praha 1"), actor(bertram, "CZ", "")}, pair, true, "both are names of"},
		{"or the domain", append(both, "2,Univerzita Kvapilova,CZ,Praha,other.cz"), []Body{site(actor(kvapilova, "CZ", "Praha 1"), "https://www.kvap.cz/cs"), actor(bertram, "CZ", "")}, pair, true, "both are names of"},
		{"an identifier", both, []Body{actor("Kvapilovo uceni prazske", "CZ", "", "ROR:024d6js02"), actor(bertram, "CZ", "")}, bertram + " = Kvapilovo uceni prazske", true,
			"both are https://ror.org/024d6js02 in list.csv, line 2"},
		{"an identifier, in another city, of names that many have", []string{"https://ror.org/024d6js02,Institute of Physics,CZ,Praha,"}, []Body{actor("Alfabeta", "CZ", "Brno", "ROR:024d6js02"), actor("Institute of Physics", "CZ", "Praha")},
			"Alfabeta = Institute of Physics", true, "both are https://ror.org/024d6js02 in list.csv, line 2"},
		{"two records", append(both, "2,Univerzita Kvapilova v Plzni,CZ,,"), []Body{actor("Univerzita Kvapilova v Plzni", "CZ", "Plzen"), actor(kvapilova, "CZ", "Plzen")},
			kvapilova + " = Univerzita Kvapilova v Plzni", false, "list.csv has two bodies: "},
		{"near one of its other names", both, []Body{actor(kvapilova, "CZ", "Praha"), actor("Bertram Univresity in Prague", "CZ", "Praha")}, "Bertram Univresity in Prague = " + kvapilova, true,
			`by the name "Bertram University" that list.csv has for https://ror.org/024d6js02`},
	} {
		p, told := compared(t, registered(t, c.register...), c.bodies...)[c.pair]
		if p.Merge != c.merge {
			t.Errorf("%s: merged %v: %s", c.reason, p.Merge, p)
		}
		if why := p.String(); told && (c.why == "-" && strings.Contains(why, "list.csv") || c.why != "-" && !strings.Contains(why, c.why)) || !told && c.merge {
			t.Errorf("%s: said %q, not %q", c.reason, why, c.why)
		}
	}
}

// Records that are not active, and those that say they belong together, as ROR has them.
func TestRecordsOfROR(t *testing.T) {
	type named struct {
		Value string   `json:"value"`
		Types []string `json:"types"`
	}
	record := func(id, status string, relations map[string]string, names ...string) map[string]any {
		var ns []named
		for _, n := range names {
			ns = append(ns, named{n, []string{"label"}})
		}
		var rel []map[string]string
		for kind, of := range relations {
			rel = append(rel, map[string]string{"type": kind, "id": of})
		}
		return map[string]any{"id": id, "status": status, "names": ns, "relationships": rel,
			"locations": []any{map[string]any{"geonames_details": map[string]any{"country_code": "NO", "name": "Bergen"}}}}
	}
	for _, c := range []struct {
		reason  string
		records []map[string]any
		merge   bool
		why     string
	}{
		{"withdrawn for another", []map[string]any{record("a", "withdrawn", map[string]string{"successor": "b"}, "Vestlandsforsking Stiftinga"), record("b", "active", nil, "Western Norway Research Institute")}, true, "both are names of b"},
		{"withdrawn for none", []map[string]any{record("a", "withdrawn", nil, "Vestlandsforsking Stiftinga", "Western Norway Research Institute")}, false, "-"},
		{"inactive", []map[string]any{record("a", "inactive", nil, "Vestlandsforsking Stiftinga", "Western Norway Research Institute")}, true, "both are names of a"},
		{"one after the other", []map[string]any{record("a", "inactive", map[string]string{"successor": "b"}, "Vestlandsforsking Stiftinga"), record("b", "active", nil, "Western Norway Research Institute")}, false, "has one after the other: "},
		{"a part of the other", []map[string]any{record("a", "active", map[string]string{"parent": "b"}, "Vestlandsforsking Stiftinga"), record("b", "active", nil, "Western Norway Research Institute")}, false, "has two bodies that are related: "},
	} {
		data, err := json.Marshal(c.records)
		if err != nil {
			t.Fatal(err)
		}
		bodies := []Body{actor("Vestlandsforsking Stiftinga", "NO", "Bergen"), actor("Western Norway Research Institute", "NO", "Bergen")}
		r := registerOf(t, "ror.json", string(data))
		if err := r.Meet(context.Background(), bodies); err != nil {
			t.Fatal(err)
		}
		c1 := newCorpus(bodies)
		l := c1.compare(&c1.entries[0], &c1.entries[1])
		if got := l.score(c1.weights) >= Default.Merge; got != c.merge {
			t.Errorf("%s: merged %v", c.reason, got)
		}
		if why := strings.Join(c1.why(&c1.entries[0], &c1.entries[1], &l), ", "); c.why == "-" && strings.Contains(why, "ror.json") || c.why != "-" && !strings.Contains(why, c.why) {
			t.Errorf("%s: said %q, not %q", c.reason, why, c.why)
		}
	}
}

// What a register says of two can be outweighed, and what rules a merge out does so with it, too.
func TestRegisterDoesNotRuleAll(t *testing.T) {
	ctx, schema := context.Background(), ontology.Served().Store
	one := []string{"1,Univerzita Kvapilova,CZ,,", "1,Bertram University,CZ,,"}
	for _, c := range []struct {
		reason   string
		ids      [2]string
		sources  [2]string
		distinct bool
		merge    bool
	}{
		{reason: "nothing against it", merge: true},
		{reason: "two PICs", ids: [2]string{"1", "2"}},
		{reason: "decided to be two", distinct: true},
		{reason: "one source lists both in a project", sources: [2]string{"a", "a"}},
		{reason: "two sources do", sources: [2]string{"a", "b"}, merge: true},
	} {
		s := open(t)
		source := func(v string) store.Ref {
			return store.Ref{Kind: "Source", Name: "source " + v, Identifiers: []store.Identifier{{Scheme: "DATASET", Value: v}}}
		}
		project := store.Ref{Kind: "Project", Name: "P", Identifiers: []store.Identifier{{Scheme: "CORDIS", Value: "1"}}}
		b := store.Batch{By: "test", Nodes: []store.NodeRecord{{Ref: source("a")}, {Ref: source("b")}, {Ref: project}}}
		for i, name := range []string{"Univerzita Kvapilova", "Bertram University"} {
			ref := store.Ref{Kind: "Organisation", Name: name}
			if c.ids[i] != "" {
				ref.Identifiers = []store.Identifier{{Scheme: "PIC", Value: c.ids[i]}}
			}
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: ref, Props: store.PropsOf(map[string]any{"country": "CZ"})})
			if c.sources[i] != "" {
				said := store.Said{Source: source(c.sources[i]), Place: name, Rank: store.FromRegister}
				b.Edges = append(b.Edges, store.EdgeRecord{Type: "PARTICIPATES_IN", From: ref, To: project, Said: said, Props: store.PropsOf(map[string]any{"role": "PARTICIPANT"})})
			}
		}
		if _, err := s.Apply(ctx, b); err != nil {
			t.Fatal(err)
		}
		d := &identity.Decisions{}
		if c.distinct {
			if err := d.Add("mine", strings.NewReader("distinct | Actor | Univerzita Kvapilova | Bertram University | source: x | reviewer: y\n")); err != nil {
				t.Fatal(err)
			}
		}
		plan, err := Make(ctx, s, schema, Default, d, registered(t, one...))
		if err != nil {
			t.Fatal(err)
		}
		if got := merges(plan.Pairs) == 1; got != c.merge {
			t.Errorf("%s: merged %v: %v", c.reason, got, plan.Pairs)
		}
		if !c.merge && !c.distinct && (len(plan.Pairs) != 1 || !strings.Contains(plan.Pairs[0].String(), "both are names of 1")) {
			t.Errorf("%s: is not for review: %v", c.reason, plan.Pairs)
		}
	}
}

// What would join two bodies of a register is merged with one of them only.
func TestRegisterKeepsGroupsApart(t *testing.T) {
	bodies := []Body{actor("Kvapilova University", "SI", "Celje"), actor("Univerza Kvapilova", "SI", "Celje"), actor("University Kvapilova", "SI", "Celje")}
	if got := merges(found(t, nil, bodies)); got != 3 {
		t.Fatalf("%d are merged without a register", got)
	}
	pairs := found(t, registered(t, "1,Kvapilova University,SI,,", "2,Univerza Kvapilova,SI,,"), bodies)
	if merges(pairs) != 1 {
		t.Errorf("two bodies of a register are one: %v", pairs)
	}
	if !slices.ContainsFunc(pairs, func(p Pair) bool {
		return strings.Contains(p.String(), "not merged: what would be merged with them is two bodies in list.csv: ")
	}) {
		t.Errorf("it is not said why: %v", pairs)
	}
}

// What is kept grows with what the graph's names meet, not with the register.
func TestRegisterKeepsWhatIsMet(t *testing.T) {
	for _, n := range []int{100, 10_000} {
		lines := []string{"1,Univerzita Kvapilova,CZ,,", "1,Bertram University,CZ,,", "1,Kvapil-Universität Prag,CZ,,", "2,Bertram University,US,,"}
		for i := range n {
			lines = append(lines, fmt.Sprintf("x%d,Kvapilov Institute %d,CZ,Praha,", i, i))
		}
		r := registered(t, lines...)
		bodies := []Body{actor("Bertram University", "CZ", "")}
		if err := r.Meet(context.Background(), bodies); err != nil {
			t.Fatal(err)
		}
		if r.Records != n+2 || r.Kept != 1 || r.Actors != 1 {
			t.Errorf("of %d records %d are kept, %d actors meet", r.Records, r.Kept, r.Actors)
		}
		if names := bodies[0].others(); len(names) != 3 {
			t.Errorf("the names of the record, in whatever line, are %q", names)
		}
	}
}

// What is found does not depend on the order of a register, but for the lines that are told.
func TestOrderOfRegisterDoesNotCount(t *testing.T) {
	lines := []string{"1,Univerzita Kvapilova,CZ,,", "1,Bertram University,CZ,Prague,", "2,Bertram College,CZ,,", "2,Univerzita Kvapilova,CZ,Plzen,", "3,Kvapilov Institute,CZ,,"}
	bodies := func() []Body {
		return []Body{actor("Univerzita Kvapilova", "CZ", "Praha"), actor("Bertram University", "CZ", ""), actor("Bertram College", "CZ", "Plzen"), actor("Kvapilov Institute", "CZ", "")}
	}
	want := compared(t, registered(t, lines...), bodies()...)
	slices.Reverse(lines)
	got := compared(t, registered(t, lines...), bodies()...)
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d pairs, not %d", len(got), len(want))
	}
	for pair, p := range want {
		if q := got[pair]; q.Weight != p.Weight || q.Merge != p.Merge {
			t.Errorf("%s: %v, not %v", pair, q, p)
		}
	}
}

// That two are one record tells more than one name does.
func TestRecordTellsMoreThanOneName(t *testing.T) {
	name := compared(t, nil, actor("Bertram University", "CZ", ""), actor("The Bertram University", "CZ", ""))["Bertram University = The Bertram University"]
	record := compared(t, registered(t, "1,Univerzita Kvapilova,CZ,,", "1,Bertram University,CZ,,"), actor("Bertram University", "CZ", ""), actor("Univerzita Kvapilova", "CZ", ""))["Bertram University = Univerzita Kvapilova"]
	if !name.Merge || record.Weight < name.Weight+2 {
		t.Errorf("one name weighs %.1f, one record %.1f", name.Weight, record.Weight)
	}
}

// What a register has for one actor changes nothing between others, and a part of a name that it has
// is no name.
func TestRegisterTellsOfItsBodiesOnly(t *testing.T) {
	const dresden = "Hochschule fuer Technik und Wirtschaft Dresden"
	bodies := []Body{actor(dresden, "DE", "Dresden"), actor("Korona Inzeniring", "DE", "Fulda"), actor("Korona Inzenirink GmbH", "DE", "Fulda")}
	others := "Korona Inzeniring = Korona Inzenirink GmbH"
	before := compared(t, nil, bodies...)[others]
	after := compared(t, registered(t, "1,"+dresden+",DE,,", "1,HTWD - University of Applied Sciences,DE,,", "1,Korona Inzeniring Dresden,DE,,"), bodies...)[others]
	if before.Weight != after.Weight || before.Weight == 0 {
		t.Errorf("others weigh %v, and %v with a register", before.Weight, after.Weight)
	}
	if names := newCorpus(bodies).entries[0].names; len(names) != 3 {
		t.Errorf("it is compared by %d names", len(names))
	}
}
