package storetest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

// Size is how large a generated ecosystem is.
type Size struct {
	Organisations, Projects, Participations, Networks, Memberships int
}

// Full is the size of the ecosystem that speed is promised for.
func Full() Size {
	return Size{Organisations: 60_000, Projects: 35_000, Participations: 180_000, Networks: 200, Memberships: 9_000}
}

// Part is a size that is so many times smaller.
func (s Size) Part(of int) Size {
	return Size{s.Organisations / of, s.Projects / of, s.Participations / of, max(2, s.Networks/of), s.Memberships / of}
}

// What stands in an ecosystem of any size.
const (
	places, regions    = 40, 6 // countries, and regions of each
	topics             = 300
	programmes, ofEach = 4, 50 // frameworks, and calls of each
	ecosystemSource    = "ecosystem"
	batchSize          = 5_000
)

// Ecosystem is a generated ecosystem: organisations, some of them clusters, in projects and
// networks, with places, topics and programmes. The same size and seed make the same. A
// few organisations take part in very many projects and most in few, as it is. The kinds
// and properties are those of the project's ontology. Nodes come before the edges on them,
// as batches of at most 5,000 records.
func Ecosystem(size Size, seed uint64) iter.Seq[store.Batch] {
	return func(yield func(store.Batch) bool) {
		b, run := store.Batch{}, 0
		flush := func() bool {
			run++
			b.ID, b.By = fmt.Sprintf("ecosystem-%d-%d", seed, run), "generator"
			more := yield(b)
			b = store.Batch{}
			return more
		}
		said := store.Said{Source: store.Ref{ID: ecosystemSource}, Rank: store.FromRegister}
		for r := range ecosystem(size, seed) {
			said.Place = fmt.Sprintf("row %d", r.row)
			if r.node != nil {
				n := r.node
				record := store.NodeRecord{Ref: store.Ref{ID: n.ID, Kind: n.Kind, Name: n.Name()}, Said: said, Props: n.Props.With("name", nil).With("identifiers", nil)}
				record.Identifiers = identifiersOf(n.Props.Get("identifiers"))
				b.Nodes = append(b.Nodes, record)
			} else {
				e := r.edge
				b.Edges = append(b.Edges, store.EdgeRecord{Type: e.Type, From: at(e.From), To: at(e.To), Said: said, Props: e.Props})
			}
			if len(b.Nodes)+len(b.Edges) == batchSize && !flush() {
				return
			}
		}
		if len(b.Nodes)+len(b.Edges) > 0 {
			flush()
		}
	}
}

// EcosystemGraph is what the batches of [Ecosystem] make, as a store would hold it.
func EcosystemGraph(size Size, seed uint64) (nodes []*store.Node, edges []*store.Edge) {
	for r := range ecosystem(size, seed) {
		if r.node != nil {
			nodes = append(nodes, r.node)
		} else {
			edges = append(edges, r.edge)
		}
	}
	return nodes, edges
}

// row is one thing that the ecosystem's source says.
type row struct {
	row  int
	node *store.Node
	edge *store.Edge
}

var nameWords = strings.Fields("Advanced Agro Alpine Automotive Balkan Baltic Bio Central Circular Clean Cloud Creative Cyber Danube Data Digital Eco Energy Food Forest Future Global Green Health Industrial Innovative Innovation Institute Lab Logistics Marine Medical Mobility Nano National Northern Optical Packaging Photonics Plastics Polymer Power Quantum Rail Regional Robotics Rural Smart Solar Southern Space Sustainable Systems Technology Textile Tourism University Urban Water Western Wood Клъстер Институт Łódź Müller Île")

// ecosystem generates the rows: nodes first, then the edges, none of them twice.
func ecosystem(size Size, seed uint64) iter.Seq[row] {
	return func(yield func(row) bool) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n, on := 0, true
		put := func(r row) {
			if on {
				r.row = n
				n++
				on = yield(r)
			}
		}
		node := func(kind, id, name string, props m) {
			p := store.PropsOf(props).With("name", name)
			scheme, value, ok := strings.Cut(id, ":")
			if ok {
				p = p.With("identifiers", store.List{store.PropsOf(m{"scheme": strings.ToUpper(scheme), "value": value})})
			}
			put(row{node: &store.Node{ID: id, Kind: kind, Props: p}})
		}
		seen := map[store.EdgeID]bool{}
		edge := func(typ, from, to string, props m) bool {
			id := store.EdgeID{Type: typ, From: from, To: to}
			if seen[id] || from == to {
				return false
			}
			seen[id] = true
			put(row{edge: &store.Edge{EdgeID: id, Props: store.PropsOf(props)}})
			return true
		}
		word := func() string { return nameWords[rnd.IntN(len(nameWords))] }
		name := func(i int) string { return fmt.Sprintf("%s %s %s %d", word(), word(), word(), i) }
		year := func(from, span int) store.Date { return date(fmt.Sprint(from + rnd.IntN(span))) }
		eur := func(most int) store.Money {
			return store.Money{Amount: store.Cents(rnd.IntN(most * 100)), Currency: "EUR"}
		}
		pick := func(from ...string) string { return from[rnd.IntN(len(from))] }

		node("Source", ecosystemSource, "Generated ecosystem", m{"type": "REGISTER"})
		place := func(i int) string { return fmt.Sprintf("nuts:P%02d", i) }
		region := func(i int) string { return fmt.Sprintf("nuts:P%02d%d", i/regions, i%regions) }
		topic := func(i int) string { return fmt.Sprintf("euroscivoc:%d", i+1) }
		programme := func(i int) string { return fmt.Sprintf("programme:F%d", i) }
		call := func(i int) string { return fmt.Sprintf("programme:F%d-%02d", i/ofEach, i%ofEach) }
		organisation := func(i int) string { return fmt.Sprintf("pic:9%08d", i) }
		project := func(i int) string { return fmt.Sprintf("cordis:%06d", i) }
		network := func(i int) string { return fmt.Sprintf("eccp:network-%d", i) }
		for i := range places {
			node("Place", place(i), "Country "+fmt.Sprint(i), m{"code": fmt.Sprintf("P%02d", i), "level": "COUNTRY"})
		}
		for i := range places * regions {
			node("Place", region(i), "Region "+fmt.Sprint(i), m{"code": region(i)[5:], "level": "REGION"})
		}
		for i := range topics {
			node("Topic", topic(i), word()+" "+fmt.Sprint(i), m{"code": fmt.Sprint(i + 1), "scheme": "EuroSciVoc"})
		}
		for i := range programmes {
			node("Programme", programme(i), "Framework "+fmt.Sprint(i), m{"code": programme(i)[10:], "level": "FRAMEWORK"})
		}
		for i := range programmes * ofEach {
			node("Programme", call(i), "Call "+fmt.Sprint(i), m{"code": call(i)[10:], "level": "CALL"})
		}
		for i := range size.Organisations {
			if i%30 == 0 {
				node("Cluster", organisation(i), name(i), m{"established": year(1990, 30), "city": "City " + word(), "legalName": strings.ToUpper(name(i))})
				continue
			}
			node("Organisation", organisation(i), name(i), m{"type": pick("PRC", "PRC", "PRC", "HES", "REC", "PUB", "OTH"), "sme": rnd.IntN(2) == 0, "city": "City " + word()})
		}
		for i := range size.Projects {
			start := 2007 + rnd.IntN(18)
			props := m{"acronym": fmt.Sprintf("%s%d", strings.ToUpper(word()), i), "title": name(i) + " for " + name(i), "totalCost": eur(5_000_000), "fundingScheme": pick("RIA", "IA", "CSA"),
				"start": date(fmt.Sprintf("%d-%02d-01", start, 1+rnd.IntN(12)))}
			if rnd.IntN(20) > 0 { // some ends are not known
				props["end"] = date(fmt.Sprint(start + 1 + rnd.IntN(4)))
			}
			node("Project", project(i), props["acronym"].(string), props)
		}
		for i := range size.Networks {
			node("Network", network(i), name(i)+" Network", m{"type": "META_CLUSTER", "founded": year(1995, 25)})
		}

		for i := range places * regions {
			edge("PART_OF", region(i), place(i/regions), nil)
		}
		for i := range programmes * ofEach {
			edge("PART_OF", call(i), programme(i/ofEach), nil)
		}
		for i := 1; i < topics; i++ {
			edge("PART_OF", topic(i), topic(i/4), nil)
		}
		for i := range size.Organisations {
			edge("LOCATED_IN", organisation(i), region(rnd.IntN(places*regions)), nil)
		}
		for i := range size.Projects {
			edge("FUNDED_BY", project(i), call(rnd.IntN(programmes*ofEach)), m{"grantNumber": fmt.Sprintf("%06d", i)})
			edge("CLASSIFIED_AS", project(i), topic(rnd.IntN(topics)), nil)
		}
		if size.Organisations > 0 && size.Projects > 0 {
			often := rand.NewZipf(rnd, 1.1, 20, uint64(size.Organisations-1))
			for made, tried := 0, 0; made < size.Participations && tried < 20*size.Participations; tried++ {
				props := m{"role": "PARTICIPANT", "contribution": eur(500_000)}
				if rnd.IntN(6) == 0 {
					props["role"] = "COORDINATOR"
				}
				if rnd.IntN(50) == 0 {
					props["until"] = year(2015, 8)
				}
				// The numbers are spread, so that those who take part often are not all neighbours.
				who := int(often.Uint64()) * 7919 % size.Organisations
				if edge("PARTICIPATES_IN", organisation(who), project(rnd.IntN(size.Projects)), props) {
					made++
				}
			}
			for made, tried := 0, 0; made < size.Memberships && tried < 20*size.Memberships; tried++ {
				who := int(often.Uint64()) * 7919 % size.Organisations
				if edge("MEMBER_OF", organisation(who), network(rnd.IntN(size.Networks)), m{"since": year(1998, 25), "role": "MEMBER"}) {
					made++
				}
			}
		}
	}
}

// Bench measures a store that holds an ecosystem of a size. open opens an empty store; if
// it is called with a directory that it was called with before, it opens the store that is
// there.
func Bench(b *testing.B, schema store.Schema, size Size, open func(b *testing.B, dir string, schema store.Schema) store.Store) {
	ctx, dir := b.Context(), b.TempDir()
	s := open(b, dir, schema)
	for batch := range Ecosystem(size, 1) {
		if _, err := s.Apply(ctx, batch); err != nil {
			b.Fatal(err)
		}
	}
	var organisations, in []string
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		organisations = append(organisations, fmt.Sprintf("pic:9%08d", rnd.IntN(size.Organisations)))
	}
	for i := range 2 {
		in = append(in, fmt.Sprintf("eccp:network-%d", i))
	}
	reads := []struct {
		name string
		read func(i int, r store.Reader) error
	}{
		{"Nodes/100", func(i int, r store.Reader) error {
			_, err := r.Nodes(ctx, organisations[i%10*100:][:100])
			return err
		}},
		{"Expand/100", func(i int, r store.Reader) error {
			_, err := r.Expand(ctx, organisations[i%10*100:][:100], projects, store.Window{First: 100})
			return err
		}},
		{"Expand/100 by date, since 2015", func(i int, r store.Reader) error {
			_, err := r.Expand(ctx, organisations[i%10*100:][:100], projects, store.Window{First: 10, When: period("2015", ""), Order: []store.Term{{Path: []string{"start"}, Desc: true}}, Keys: true, Count: true})
			return err
		}},
		{"two hops from 100", func(i int, r store.Reader) error {
			from, err := r.Slots(ctx, organisations[i%10*100:][:100])
			if err != nil {
				return err
			}
			fan, err := r.Step(ctx, from, projects, store.Period{})
			if err != nil {
				return err
			}
			_, err = r.Step(ctx, fan.To, partners, store.Period{})
			return err
		}},
		{"partners across two networks", func(_ int, r store.Reader) error { return across(b, r, in) }},
		{"Find/by id", func(_ int, r store.Reader) error {
			_, err := r.Find(ctx, []string{"Organisation"}, store.Window{First: 100})
			return err
		}},
		{"Find/by an indexed property", func(_ int, r store.Reader) error {
			_, err := r.Find(ctx, []string{"Project"}, store.Window{First: 100, Order: []store.Term{{Path: []string{"start"}, Desc: true}}})
			return err
		}},
		{"Find/by an indexed condition", func(i int, r store.Reader) error {
			day := date(fmt.Sprintf("%d-%02d-01", 2007+i%18, 1+i%12))
			_, err := r.Find(ctx, []string{"Project"}, store.Window{First: 100, Where: is("start", store.Eq, day), Count: true})
			return err
		}},
		{"Find/by a condition on all", func(_ int, r store.Reader) error {
			_, err := r.Find(ctx, []string{"Project"}, store.Window{First: 100, Where: folds("title", store.Contains, "quantum rail"), Count: true})
			return err
		}},
		{"Search/one word", func(i int, r store.Reader) error {
			_, err := r.Search(ctx, nameWords[i%len(nameWords)], nil, store.SearchWindow{First: 20})
			return err
		}},
		{"Search/two beginnings", func(i int, r store.Reader) error {
			_, err := r.Search(ctx, nameWords[i%len(nameWords)][:3]+" tech", nil, store.SearchWindow{First: 20})
			return err
		}},
		{"Statements/100", func(i int, r store.Reader) error {
			var of []store.Subject
			for _, id := range organisations[i%10*100:][:100] {
				of = append(of, store.Subject{Node: id})
			}
			_, err := r.Statements(ctx, of, store.StatementWindow{First: 100})
			return err
		}},
	}
	for _, q := range reads {
		b.Run(q.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := s.View(ctx, store.Revision{}, func(r store.Reader) error { return q.read(i, r) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	written := 0
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprintf("Apply/%d", n), func(b *testing.B) {
			for b.Loop() {
				batch := store.Batch{By: "bench"}
				for range n {
					written++
					batch.Nodes = append(batch.Nodes, store.NodeRecord{Ref: named("Organisation", fmt.Sprintf("Written %d", written), "BENCH", fmt.Sprint("w", written)), Said: store.Said{Rank: store.FromRegister}})
				}
				if _, err := s.Apply(ctx, batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s := open(b, dir, schema)
			if err := s.View(ctx, store.Revision{}, func(r store.Reader) error {
				nodes, err := r.Nodes(ctx, organisations[:1])
				if err == nil && nodes[0] == nil {
					b.Fatal("the store that was opened again is empty")
				}
				return err
			}); err != nil {
				b.Fatal(err)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// across counts the pairs of members of two networks that share a project, over slots.
func across(b *testing.B, r store.Reader, networks []string) error {
	ctx := b.Context()
	from, err := r.Slots(ctx, networks)
	if err != nil {
		return err
	}
	both, err := r.Step(ctx, from, members, store.Period{})
	if err != nil {
		return err
	}
	in, err := r.Step(ctx, both.To, projects, store.Period{})
	if err != nil {
		return err
	}
	left := map[store.Slot][]store.Slot{} // the members of the first network by project
	pairs := map[[2]store.Slot]int{}
	for i, member := range both.To {
		for _, project := range in.To[in.Off[i]:in.Off[i+1]] {
			if uint32(i) < both.Off[1] {
				left[project] = append(left[project], member)
				continue
			}
			for _, partner := range slices.Compact(left[project]) {
				pairs[[2]store.Slot{partner, member}]++
			}
		}
	}
	return nil
}
