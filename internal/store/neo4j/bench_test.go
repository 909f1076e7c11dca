package neo4j

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// BenchmarkBesideCypher asks the store, and then the bare driver the same in Cypher written
// by hand for it, turn by turn, so that whatever else runs here slows both. The ratio of
// the medians is what counts.
func BenchmarkBesideCypher(b *testing.B) {
	s := large(b)
	ctx := b.Context()
	analyst := analysis.New(ontology.Served())
	bare := func(cypher string, params map[string]any) (rows int) {
		session := s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: s.opts.Database, FetchSize: neo4j.FetchAll})
		defer func() { _ = session.Close(ctx) }()
		result, err := session.Run(ctx, cypher, params)
		if err != nil {
			b.Fatal(err)
		}
		for result.Next(ctx) {
			rows++
		}
		if err := result.Err(); err != nil {
			b.Fatal(err)
		}
		return rows
	}
	organisation := func(i int) string { return fmt.Sprintf("pic:9%08d", i*7%3000) }
	for _, c := range []struct {
		name   string
		ask    func(i int, r store.Reader) (rows int, err error)
		cypher func(i int) (string, map[string]any)
		same   bool // both tell as many rows
	}{
		{"lookup", func(i int, r store.Reader) (int, error) {
			n, err := r.Nodes(ctx, []string{organisation(i)})
			return len(n), err
		}, func(i int) (string, map[string]any) {
			return `MATCH (n:Node {id: $id}) RETURN n.id, n.name, n.city, n.type, n.sme`, map[string]any{"id": organisation(i)}
		}, true},
		{"20 organisations x 10 projects x 10 partners", func(i int, r store.Reader) (int, error) {
			page, err := r.Find(ctx, []string{"Organisation"}, store.Window{First: 20, After: &store.Position{Node: organisation(i)}})
			if err != nil {
				return 0, err
			}
			projects, err := r.Expand(ctx, idsOf(page), projects, store.Window{First: 10})
			if err != nil {
				return 0, err
			}
			_, err = r.Expand(ctx, idsOf(projects...), partners, store.Window{First: 10})
			return len(idsOf(projects...)), err
		}, func(i int) (string, map[string]any) {
			return `MATCH (o:Organisation) WHERE o.id > $id WITH o ORDER BY o.id LIMIT 20
				CALL (o) { MATCH (o)-[r:PARTICIPATES_IN]->(p:Project) WITH r, p ORDER BY p.id LIMIT 10 RETURN r, p }
				CALL (p) { MATCH (p)<-[:PARTICIPATES_IN]-(q:Actor) WITH q ORDER BY q.id LIMIT 10 RETURN collect([q.id, q.name, q.city, q.type]) AS qs }
				RETURN o.id, o.name, r.role, p.id, p.acronym, p.title, qs ORDER BY o.id, p.id`, map[string]any{"id": organisation(i)}
		}, false},
		{"partners across two networks", func(i int, r store.Reader) (int, error) {
			sides := []analysis.Side{{By: analysis.MembersOf, IDs: []string{fmt.Sprintf("eccp:network-%d", i%5)}}, {By: analysis.MembersOf, IDs: []string{fmt.Sprintf("eccp:network-%d", 5+i%5)}}}
			p, err := analyst.Partnerships(ctx, r, sides, analysis.PartnershipQuery{})
			if err != nil {
				return 0, err
			}
			var slots []store.Slot
			for i := range min(20, p.Len()) {
				shared, err := p.At(i).Shared()
				if err != nil {
					return 0, err
				}
				for _, x := range shared[:min(5, len(shared))] {
					slots = append(slots, x.Project)
				}
				slots = append(slots, p.At(i).A(), p.At(i).B())
			}
			_, err = r.At(ctx, slots)
			return min(20, p.Len()), err
		}, func(i int) (string, map[string]any) {
			return `MATCH (:Network {id: $a})<-[:MEMBER_OF]-(x:Actor)-[:PARTICIPATES_IN]->(p:Project)
				MATCH (p)<-[:PARTICIPATES_IN]-(y:Actor)-[:MEMBER_OF]->(:Network {id: $b}) WHERE x <> y
				WITH x, y, count(p) AS shared ORDER BY shared DESC, x.id, y.id LIMIT 20
				CALL (x, y) { MATCH (x)-[:PARTICIPATES_IN]->(p)<-[:PARTICIPATES_IN]-(y) WITH p ORDER BY p.id LIMIT 5 RETURN collect(p.acronym) AS acronyms }
				RETURN x.id, x.name, y.id, y.name, shared, acronyms ORDER BY shared DESC, x.id, y.id`, map[string]any{"a": fmt.Sprintf("eccp:network-%d", i%5), "b": fmt.Sprintf("eccp:network-%d", 5+i%5)}
		}, false},
		{"search", func(i int, r store.Reader) (int, error) {
			m, err := r.Search(ctx, words20[i%len(words20)], nil, store.SearchWindow{First: 20})
			return len(m.Hits), err
		}, func(i int) (string, map[string]any) {
			return `CALL db.index.fulltext.queryNodes('` + namesIndex + `', $q) YIELD node, score RETURN score, node.id, node.name ORDER BY score DESC, node.id LIMIT 20`, map[string]any{"q": words20[i%len(words20)] + "*"}
		}, true},
		{"a list filtered by two related nodes, counted", func(i int, r store.Reader) (int, error) {
			coordinates := store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "COORDINATOR"}
			p, err := r.Find(ctx, []string{"Project"}, store.Window{First: 50, Order: byStart, Count: true,
				Where: store.And{partner(located(i)), partner(located(i+100), coordinates)}})
			return len(p.Hits), err
		}, func(i int) (string, map[string]any) {
			return `MATCH (a:Place)<-[:LOCATED_IN]-(:Actor)-[:PARTICIPATES_IN {role:'COORDINATOR'}]->(p:Project)
				WHERE a.id IN $y AND EXISTS { (p)<-[:PARTICIPATES_IN]-(:Actor)-[:LOCATED_IN]->(b:Place) WHERE b.id IN $x }
				WITH DISTINCT p ORDER BY p._start DESC, p.id WITH collect(p) AS ps UNWIND ps[..50] AS p
				RETURN size(ps), p.id, p.acronym, p.title, p.start`, map[string]any{"x": regions(i), "y": regions(i + 100)}
		}, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var ours, theirs []time.Duration
			asked := 0
			s.asked = func(string, map[string]any) { asked++ }
			defer func() { s.asked = nil }()
			n := 0
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				rows := 0
				if err := s.View(ctx, store.Revision{}, func(r store.Reader) (err error) { rows, err = c.ask(i, r); return err }); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				cypher, params := c.cypher(i)
				want := bare(cypher, params)
				ours, theirs = append(ours, middle.Sub(start)), append(theirs, time.Since(middle))
				if c.same && rows != want {
					b.Fatalf("%d rows, and by hand %d", rows, want)
				}
				n++
			}
			slices.Sort(ours)
			slices.Sort(theirs)
			o, t := ours[len(ours)/2], theirs[len(theirs)/2]
			b.ReportMetric(float64(o)/1e6, "store-ms")
			b.ReportMetric(float64(t)/1e6, "cypher-ms")
			b.ReportMetric(float64(o)/float64(t), "ratio")
			b.ReportMetric(float64(asked)/float64(n), "statements")
		})
	}
}

var words20 = []string{"quantum", "green", "rail", "solar", "health", "ocean", "urban", "space"}

// idsOf are the ids of pages, each once.
func idsOf(pages ...store.Page) (out []string) {
	met := map[string]bool{}
	for _, p := range pages {
		for _, h := range p.Hits {
			if !met[h.Node.ID] {
				met[h.Node.ID] = true
				out = append(out, h.Node.ID)
			}
		}
	}
	return out
}
