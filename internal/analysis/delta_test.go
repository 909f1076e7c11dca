package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
	"clustergraph/test/draw"
)

// counting counts what is read.
type counting struct {
	store.Reader
	found, stepped, logs int
	log                  error // in place of telling
	times                int   // each change is told so often; 0: once
}

func (c *counting) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	c.found++
	return c.Reader.Find(ctx, kinds, w)
}

func (c *counting) Step(ctx context.Context, from []store.Slot, rel store.Rel, when store.Period) (store.Fan, error) {
	c.stepped += len(from)
	return c.Reader.Step(ctx, from, rel, when)
}

func (c *counting) Log(ctx context.Context, since store.Since, tell func(store.Entry) error) error {
	if c.logs++; c.log != nil {
		return c.log
	}
	return c.Reader.Log(ctx, since, func(e store.Entry) error {
		e.Changes = slices.Repeat(e.Changes, max(1, c.times))
		return tell(e)
	})
}

// parts are all kinds of what is kept of the whole graph, written down.
func parts(ctx context.Context, a *Analyst, r store.Reader) (map[string]string, error) {
	out := map[string]string{}
	var first error
	put := func(name string, v any, err error) {
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", name, err)
		}
		out[name] = fmt.Sprint(v)
	}
	s := a.snapshot(r)
	for _, rel := range []struct {
		typ      string
		from, to []string
	}{
		{participatesIn, a.actors, []string{project}}, {memberOf, a.actors, a.groups}, {locatedIn, a.actors, []string{place}},
		{partOf, []string{place}, []string{place}}, {fundedBy, []string{project}, []string{programme}}, {participatesIn, []string{cluster}, []string{programme}},
	} {
		l, err := s.links(ctx, r, rel.typ, a.edges[rel.typ], rel.from, rel.to)
		name := fmt.Sprint(rel.typ, rel.from, rel.to)
		if err != nil {
			return nil, err
		}
		var edges []string
		for _, e := range l.edge {
			edges = append(edges, fmt.Sprint(e.EdgeID, e.Props))
		}
		put(name, []any{l.from.ids, l.to.ids, l.off, l.ends, l.start, l.hold, l.back, l.backOff, edges}, nil)
		if rel.typ == participatesIn {
			paid, err := s.amounts(ctx, r, l, contribution, "EUR")
			put(name+" paid", paid, err)
		}
	}
	for i, p := range []Projection{
		{}, {Ties: SharedMemberships}, {Weight: ContributionWeight}, {When: store.Period{First: 14000, Last: 15000}},
		{Actor: store.Is{Path: []string{"city"}, Op: store.Eq, Value: "x"}}, {MembersOf: nil, Weight: FractionalWeight},
	} {
		n, err := a.project(ctx, r, p)
		if err != nil {
			return nil, err
		}
		put(fmt.Sprint("projection ", i), []any{n.Off, n.To, n.Weight, n.of, n.actors.ids}, nil)
		for _, by := range []CentralityMeasure{Degree, PageRank, Brokerage} {
			k, err := a.Rankings(ctx, r, RankingQuery{By: by, Projection: p})
			if err != nil {
				return nil, err
			}
			var ranks []string
			for at := range k.Len() {
				x := k.At(at)
				if x.Roles == nil {
					x.Roles = &centrality.Roles{}
				}
				ranks = append(ranks, fmt.Sprint(x.ID, x.Value, x.Rank, x.Size, *x.Roles))
			}
			put(fmt.Sprint("ranking ", i, by), ranks, nil)
		}
		g, err := a.divide(ctx, r, p, 1, 0)
		if err != nil {
			return nil, err
		}
		put(fmt.Sprint("communities ", i), []any{g.partition.Of, g.members, g.strength, g.weightIn}, nil)
	}
	for _, kind := range []NetworkKind{Networks, Clusters, Countries, Programmes} {
		l, err := a.NetworkLinks(ctx, r, LinkQuery{Kind: kind})
		if err != nil {
			return nil, err
		}
		var told []string
		for i := range l.Len() {
			x := l.At(i)
			pairs, err := x.PartnerPairs()
			put("pairs", nil, err)
			told = append(told, fmt.Sprint(x.A(), x.B(), pairs, x.Contribution(), l.Key(i)))
		}
		put(fmt.Sprint("links ", kind), told, nil)
	}
	all := []Dimension{Country, Region, ActorKind, ActorType, Programme, Framework, Call, Topic, Year, Role, Network}
	for _, of := range []struct {
		item     Item
		when     store.Period
		measures []Measure
		by       []Dimension
	}{
		{OfParticipations, store.Period{}, []Measure{Count, Contribution}, all},
		{OfActors, store.Period{}, []Measure{Count, Contribution}, []Dimension{Country, ActorKind, ActorType, Topic, Network}},
		{OfActors, store.Period{First: 14000, Last: 15000}, []Measure{Count}, []Dimension{Country}},
		{OfProjects, store.Period{}, []Measure{Count, TotalCost}, []Dimension{Programme, Topic, Year}},
		{OfProjects, store.Period{First: 14000, Last: 15000}, []Measure{Count}, []Dimension{Year}},
	} {
		for _, measure := range of.measures {
			for _, by := range of.by {
				b, err := a.Breakdown(ctx, r, BreakdownQuery{Of: of.item, By: []Dimension{by}, When: of.when, Measure: measure})
				if err != nil {
					return nil, err
				}
				var groups []string
				for i := range b.Len() {
					x := b.At(i)
					for _, k := range x.Keys {
						groups = append(groups, fmt.Sprintf("%+v", k))
					}
					x.Keys = nil
					groups = append(groups, fmt.Sprintf("%+v", x))
				}
				put(fmt.Sprint("breakdown ", of.item, of.when, by, measure), groups, nil)
			}
		}
	}
	if s.parts.kept.Len() == keptParts {
		first = errors.New("there are so many parts that some went")
	}
	return out, first
}

// ids are those of all nodes of a kind of a random graph.
var ids = map[string][]string{
	"Organisation": {"a", "b", "c", "d"}, "Cluster": {"a", "e"}, "Network": {"a", "n", "m"}, "Project": {"p", "q", "r"},
	"Place": {"x", "y"}, "Programme": {"f", "g"}, "Topic": {"t"}, "Person": {"h"}, "Event": {"v"},
}

// outset are the edges that the first batch says.
var outset = []store.EdgeID{
	{Type: memberOf, From: "b", To: "a"}, {Type: memberOf, From: "c", To: "n"}, {Type: memberOf, From: "b", To: "m"}, {Type: memberOf, From: "a", To: "n"}, {Type: participatesIn, From: "a", To: "f"},
	{Type: participatesIn, From: "a", To: "p"}, {Type: participatesIn, From: "b", To: "p"}, {Type: participatesIn, From: "a", To: "q"}, {Type: participatesIn, From: "c", To: "q"},
	{Type: locatedIn, From: "b", To: "x"}, {Type: partOf, From: "x", To: "y"}, {Type: fundedBy, From: "p", To: "g"}, {Type: fundedBy, From: "q", To: "g"}, {Type: fundedBy, From: "q", To: "f"}, {Type: partOf, From: "g", To: "f"},
}

// randomBatch says something of few nodes, so that things meet, merge, go and come back.
func randomBatch(t *rapid.T, no int) store.Batch {
	pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, what) }
	ref := func(kinds ...string) store.Ref { return store.Ref{ID: pick("id", ids[pick("kind", kinds...)]...)} }
	actors := []string{"Organisation", "Cluster", "Network"}
	say := func(b *store.Batch, kind string) {
		id := pick("id", ids[kind]...)
		props := map[string]any{}
		set := func(name string, v store.Value) {
			if rapid.Bool().Draw(t, name) {
				props[name] = v
			}
		}
		switch kind {
		case "Project":
			set("start", dated(pick("start", "2008", "2010-05", "2020")))
			set("end", dated(pick("end", "2008-04", "2012", "2024")))
			set("totalCost", store.Money{Amount: store.Cents(rapid.IntRange(0, 3).Draw(t, "cents")), Currency: "EUR"})
		case "Place":
			set("level", pick("level", "COUNTRY", "REGION"))
			set("code", pick("code", "RS", "AT"))
		case "Programme":
			set("level", pick("level", "FRAMEWORK", "PROGRAMME", "CALL"))
		case "Organisation":
			set("type", pick("type", "HES", "REC"))
			set("country", pick("country", "RS", "AT"))
			set("city", pick("city", "x", "y"))
		}
		said := store.Said{Place: pick("place", "", "1")}
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: id, Kind: kind, Name: pick("name", id, id+"2")}, Said: said, Props: store.PropsOf(props)})
	}
	link := func(b *store.Batch) {
		e := store.EdgeRecord{Key: pick("key", "", "", "2"), Said: store.Said{Place: pick("place", "", "1")}}
		props := map[string]any{}
		switch e.Type = pick("type", participatesIn, participatesIn, participatesIn, memberOf, locatedIn, partOf, fundedBy, classifiedAs, "ABOUT"); e.Type {
		case participatesIn:
			e.From, e.To = ref(actors...), ref("Project", "Project", "Project", "Programme")
			if rapid.Bool().Draw(t, "paid") {
				props["contribution"] = store.Money{Amount: store.Cents(rapid.IntRange(1, 300).Draw(t, "cents")), Currency: pick("currency", "EUR", "RSD")}
			}
			props["role"] = pick("role", "COORDINATOR", "PARTICIPANT")
			fallthrough
		case memberOf:
			if e.Type == memberOf {
				e.From, e.To = ref(actors...), ref("Network", "Cluster")
			}
			if rapid.Bool().Draw(t, "since") {
				props["since"] = dated(pick("since", "2007", "2011"))
			}
		case locatedIn:
			e.From, e.To = ref(actors...), ref("Place")
		case partOf:
			kind := pick("kind", "Place", "Programme")
			e.From, e.To = ref(kind), ref(kind)
		case fundedBy:
			e.From, e.To = ref("Project"), ref("Programme")
		case classifiedAs:
			e.From, e.To = ref("Project", "Organisation"), ref("Topic")
		default:
			e.From, e.To = ref("Event"), ref(actors...)
		}
		e.Props = store.PropsOf(props)
		b.Edges = append(b.Edges, e)
	}
	b := store.Batch{By: "ann", ID: fmt.Sprint(no)}
	if no == 0 {
		// What rests on time, on what lies in what and on who is in which networks differs from the
		// outset, so that single changes of these show.
		props := map[string]map[string]any{
			"f": {"level": "FRAMEWORK"}, "g": {"level": "CALL"}, "x": {"level": "REGION"}, "y": {"level": "COUNTRY", "code": "RS"}, "q": {"start": dated("2007")},
		}
		for _, kind := range []string{"Organisation", "Cluster", "Network", "Project", "Place", "Programme", "Topic", "Event", "Person"} {
			for _, id := range ids[kind] {
				if kind == "Organisation" || id != "a" {
					b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: id, Kind: kind, Name: id}, Props: store.PropsOf(props[id])})
				}
			}
		}
		for _, e := range outset {
			b.Edges = append(b.Edges, store.EdgeRecord{Type: e.Type, From: store.Ref{ID: e.From}, To: store.Ref{ID: e.To}})
		}
		return b
	}
	for range rapid.IntRange(1, 3).Draw(t, "records") {
		// Of a range, small numbers are drawn most; of a list, all alike.
		switch pick("what", "link", "link", "link", "say", "say", "unlink", "unlink", "other kind", "remove", "merge", "unmerge", "distinct") {
		case "link":
			link(&b)
		case "say":
			say(&b, pick("kind", "Organisation", "Cluster", "Project", "Project", "Project", "Place", "Programme", "Event"))
		case "unlink":
			typ := pick("type", participatesIn, memberOf, locatedIn, partOf, fundedBy, "")
			e := store.EdgeID{Type: participatesIn, From: pick("from", ids["Organisation"]...), To: pick("to", ids["Project"]...)}
			if typ != "" {
				e = rapid.SampledFrom(slices.DeleteFunc(slices.Clone(outset), func(e store.EdgeID) bool { return e.Type != typ })).Draw(t, "edge")
			}
			b.Steps = append(b.Steps, store.Unlink{Type: e.Type, From: store.Ref{ID: e.From}, To: store.Ref{ID: e.To}})
		case "other kind":
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: "a", Kind: pick("kind", actors...)}})
		case "remove":
			b.Steps = append(b.Steps, store.Remove{Node: ref("Organisation", "Network", "Project", "Place", "Programme")})
		case "merge":
			kind := pick("kind", "Organisation", "Network", "Project")
			b.Steps = append(b.Steps, store.Merge{Keep: ref(kind, "Organisation"), Drop: ref(kind)})
		case "unmerge":
			b.Steps = append(b.Steps, store.Unmerge{Former: ref("Organisation", "Network", "Project").ID})
		case "distinct":
			b.Steps = append(b.Steps, store.Distinct{A: ref("Organisation"), B: ref("Organisation")})
		}
	}
	return b
}

// TestWhatIsCarriedOnIsWhatWouldBeRead holds all that a snapshot knows, after each of some random
// commits, to one that was read anew. Not everything is asked after each of them, so that parts are
// carried on over several.
func TestWhatIsCarriedOnIsWhatWouldBeRead(t *testing.T) {
	check := func(t *rapid.T) {
		s := storetest.NewOracle(schema)
		a := newAnalyst()
		for no := range rapid.IntRange(2, 12).Draw(t, "batches") {
			_, _ = s.Apply(context.Background(), randomBatch(t, no)) // what cannot be done is not
			asked := rapid.SampledFrom([]string{"all", "all", "all", "some", "nothing"}).Draw(t, "asked")
			if no > 0 && asked == "nothing" {
				continue
			}
			if err := s.View(context.Background(), store.Revision{}, func(r store.Reader) error {
				if asked == "some" {
					_, err := a.snapshot(r).participations(context.Background(), r, a)
					return err
				}
				got, err := parts(context.Background(), a, r)
				if err != nil {
					return err
				}
				want, err := parts(context.Background(), newAnalyst(), r)
				for name := range want {
					if got[name] != want[name] {
						t.Errorf("after batch %d, %s:\n%v\nwant\n%v", no, name, got[name], want[name])
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// A hundred checks miss some of the faults that were planted, such as to overlook that the end of
	// a project changed and nothing else.
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) { draw.Check(t, check) })
	}
}

// ring is an ecosystem of so many actors that to read it anew shows.
func ring(t *testing.T, n int) store.Store {
	s := storetest.NewOracle(schema)
	b := store.Batch{}
	for i := range n {
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: fmt.Sprint("o", i), Kind: "Organisation", Name: fmt.Sprint("o", i)}},
			store.NodeRecord{Ref: store.Ref{ID: fmt.Sprint("p", i), Kind: "Project", Name: fmt.Sprint("p", i)}})
	}
	for i := range n {
		for _, p := range []int{i, (i + 1) % n} {
			b.Edges = append(b.Edges, store.EdgeRecord{Type: participatesIn, From: store.Ref{ID: fmt.Sprint("o", i)}, To: store.Ref{ID: fmt.Sprint("p", p)}})
		}
	}
	if _, err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOnlyWhatWasTouchedIsRead counts what is read after a commit, and which rankings stay. The log is
// read once, and once more if parts were left over from an earlier commit.
func TestOnlyWhatWasTouchedIsRead(t *testing.T) {
	s := ring(t, 50)
	a := newAnalyst()
	ask := func(logs error) *counting {
		var c *counting
		if err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
			c = &counting{Reader: r, log: logs}
			for _, by := range []CentralityMeasure{Degree, PageRank} {
				if _, err := a.Rankings(t.Context(), c, RankingQuery{By: by}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	ref := func(id string) store.Ref { return store.Ref{ID: id} }
	say := func(id string, props map[string]any) store.Batch {
		return store.Batch{Nodes: []store.NodeRecord{{Ref: ref(id), Props: store.PropsOf(props)}}}
	}
	link := store.Batch{Edges: []store.EdgeRecord{{Type: participatesIn, From: ref("o3"), To: ref("p9")}}}
	if c := ask(nil); c.found != 2 || c.stepped != 50 || c.logs != 0 {
		t.Errorf("at first: %+v", c)
	}
	ties := func() int {
		for _, key := range a.newest.networks.kept.Keys() {
			r, _ := a.newest.networks.kept.Peek(key)
			return r.value.(*projected).Ties()
		}
		return 0
	}
	if c := ask(nil); c.found+c.stepped+c.logs != 0 {
		t.Errorf("again: %+v", c)
	}
	for _, tc := range []struct {
		name           string
		b              store.Batch
		log            error
		found, stepped int
		same           bool
	}{
		{"a text", say("o1", map[string]any{"city": "x"}), nil, 0, 0, true},
		{"the dates of a project", say("p1", map[string]any{"start": dated("2020")}), nil, 0, 0, false},
		{"an edge", link, nil, 0, 1, false},
		{"something else", store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "x", Kind: "Event", Name: "x"}}}}, nil, 0, 0, true},
		{"nothing that is seen", store.Batch{Steps: []store.Step{store.Distinct{A: ref("o1"), B: ref("o2")}}}, nil, 0, 0, true},
		{"a merge", store.Batch{Steps: []store.Step{store.Merge{Keep: ref("o7"), Drop: ref("o8")}}}, nil, 0, 1, false},
		{"who knows what", say("o1", map[string]any{"city": "y"}), fmt.Errorf("%w: it is long ago", store.ErrBehind), 2, 49, false},
		{"while the log is away", say("o1", map[string]any{"city": "z"}), fmt.Errorf("%w: now", store.ErrUnavailable), 2, 49, false},
	} {
		before := a.newest
		rank, _ := before.results.kept.Peek(before.results.kept.Keys()[0])
		if _, err := s.Apply(t.Context(), tc.b); err != nil {
			t.Fatal(tc.name, err)
		}
		c := ask(tc.log)
		now, _ := a.newest.results.kept.Peek(before.results.kept.Keys()[0])
		if c.found != tc.found || c.stepped != tc.stepped || c.logs < 1 || c.logs > 2 || a.newest == before || (rank.value == now.value) != tc.same {
			t.Errorf("%s: %+v, the same ranking %v; want %d, %d, %v", tc.name, c, rank.value == now.value, tc.found, tc.stepped, tc.same)
		}
		if c := ask(nil); c.found+c.stepped+c.logs != 0 {
			t.Errorf("%s, again: %+v", tc.name, c)
		}
	}
	if ties() != 50+2-1 {
		t.Errorf("%d ties", ties())
	}
}

// TestWhatChangedMuchIsReadAnew is for windows that tell of more than is worth to look at, or of
// someone who was erased.
func TestWhatChangedMuchIsReadAnew(t *testing.T) {
	for name, change := range map[string]func(s *storetest.Oracle){
		"much": func(s *storetest.Oracle) {
			_, _ = s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "e", Kind: "Event", Name: "e"}}}})
		},
		"someone erased": func(s *storetest.Oracle) {
			_, _ = s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "h", Kind: "Person", Name: "H"}}}})
			_, _ = s.Apply(t.Context(), store.Batch{Steps: []store.Step{store.Erase{Node: store.Ref{ID: "h"}}}})
		},
	} {
		s := ring(t, 10).(*storetest.Oracle)
		a := newAnalyst()
		for i, want := range []int{2, 2} {
			if err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
				c := &counting{Reader: r}
				if name == "much" {
					c.times = maxTouched + 1
				}
				_, err := a.snapshot(c).participations(t.Context(), c, a)
				if c.found != want {
					t.Errorf("%s: %d lists are read at %d", name, c.found, i)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			change(s)
		}
	}
}

func TestHeirsAreBounded(t *testing.T) {
	put := func(m *memo, key string, n heavy) {
		if _, err := remember(t.Context(), m, key, func() (heavy, error) { return n, nil }); err != nil {
			t.Error(err)
		}
	}
	first, second, third := newMemo(3, 100), newMemo(3, 100), newMemo(3, 100)
	put(first, "a", 40)
	put(first, "b", 40)
	second.inherit(first, 1)
	put(second, "c", 50)
	put(second, "b", 10)
	if _, found := second.left("b"); found {
		t.Error("what is kept anew is still inherited")
	}
	third.inherit(second, 2)
	for key, want := range map[string]heir{"a": {heavy(40), 40, 1}, "b": {heavy(10), 10, 2}, "c": {heavy(50), 50, 2}} {
		if got, _ := third.left(key); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	put(third, "d", 20)
	fourth := newMemo(3, 100)
	fourth.inherit(third, 3)
	if len(fourth.heirs) != 3 || fourth.heirs["d"].number != 3 {
		t.Errorf("%v", fourth.heirs)
	}
	small := newMemo(3, 60)
	small.inherit(second, 2) // b and c are its own
	if _, found := small.left("a"); found || len(small.heirs) != 2 {
		t.Errorf("%v", small.heirs)
	}
}
