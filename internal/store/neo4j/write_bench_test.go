package neo4j

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// BenchmarkImport applies the batches of an ecosystem and, turn by turn, writes the same
// nodes and edges with the bare driver under labels of their own: UNWIND and MERGE, plain
// properties, a unique constraint on ids, and nothing else. The ratio of the times is what
// counts.
func BenchmarkImport(b *testing.B) {
	server := neo4jtest.Shared(b)
	size := storetest.Full().Part(6)
	if testing.Short() {
		size = size.Part(10)
	}
	for b.Loop() {
		server.Wipe(b)
		s, err := Open(b.Context(), ontology.Served().Store, optionsFor(server))
		if err != nil {
			b.Fatal(err)
		}
		bare := newBareWriter(b, s)
		var ours, theirs time.Duration
		nodes, edges := 0, 0
		for batch := range storetest.Ecosystem(size, 1) {
			start := time.Now()
			r, err := s.Apply(b.Context(), batch)
			if err != nil {
				b.Fatal(err)
			}
			ours += time.Since(start)
			nodes, edges = nodes+len(r.Commit.Nodes), edges+len(r.Commit.Edges)
			start = time.Now()
			bare.write(r.Commit)
			theirs += time.Since(start)
			if testing.Verbose() {
				b.Logf("%d nodes, %d edges: %v of %v", len(r.Commit.Nodes), len(r.Commit.Edges), ours.Round(time.Millisecond), theirs.Round(time.Millisecond))
			}
		}
		bare.close()
		b.ReportMetric(ours.Seconds()/theirs.Seconds(), "times-bare")
		b.ReportMetric(float64(nodes+edges)/ours.Seconds(), "rows/s")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSmallBatch applies a batch of one node, as an editor's change makes it.
func BenchmarkSmallBatch(b *testing.B) {
	s := fresh(b)
	apply(b, s, store.Batch{Nodes: []store.NodeRecord{org("a", "Alpha", nil)}})
	i := 0
	for b.Loop() {
		i++
		apply(b, s, store.Batch{Nodes: []store.NodeRecord{org("a", "Alpha", map[string]any{"size": i})}})
	}
}

// bareWriter writes with the driver alone.
type bareWriter struct {
	b *testing.B
	*Store
	session neo4j.SessionWithContext
}

func newBareWriter(b *testing.B, s *Store) *bareWriter {
	x := &bareWriter{b: b, Store: s, session: s.driver.NewSession(b.Context(), neo4j.SessionConfig{DatabaseName: s.opts.Database})}
	x.run(`CREATE CONSTRAINT bare IF NOT EXISTS FOR (n:Bare) REQUIRE n.id IS UNIQUE`, nil)
	return x
}

func (x *bareWriter) close() {
	x.run(`DROP CONSTRAINT bare IF EXISTS`, nil)
	_ = x.session.Close(x.b.Context())
}

func (x *bareWriter) run(cypher string, params map[string]any) {
	r, err := x.session.Run(x.b.Context(), cypher, params)
	if err == nil {
		_, err = r.Consume(x.b.Context())
	}
	if err != nil {
		x.b.Fatal(err)
	}
}

// plain are properties as someone would write them who needs no more.
func plain(all map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range all {
		if name[0] != '_' {
			out[name] = v
		}
	}
	return out
}

func (x *bareWriter) write(c store.Commit) {
	kinds, types := map[string][]any{}, map[string][]any{}
	for _, n := range c.Nodes {
		kinds[n.Kind] = append(kinds[n.Kind], map[string]any{"id": n.ID, "props": plain(x.layout.node(n))})
	}
	for _, e := range c.Edges {
		types[e.Type] = append(types[e.Type], map[string]any{"from": e.From, "to": e.To, "props": plain(x.layout.edge(e))})
	}
	_, err := x.session.ExecuteWrite(x.b.Context(), func(tx neo4j.ManagedTransaction) (any, error) {
		run := func(cypher string, rows []any) error {
			r, err := tx.Run(x.b.Context(), cypher, map[string]any{"rows": rows})
			if err == nil {
				_, err = r.Consume(x.b.Context())
			}
			return err
		}
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			if err := run(fmt.Sprintf("UNWIND $rows AS r MERGE (n:Bare {id: r.id}) SET n += r.props, n:`Bare%s`", kind), kinds[kind]); err != nil {
				return nil, err
			}
		}
		for _, typ := range slices.Sorted(maps.Keys(types)) {
			if err := run(fmt.Sprintf("UNWIND $rows AS r MATCH (a:Bare {id: r.from}) MATCH (b:Bare {id: r.to}) MERGE (a)-[e:`BARE_%s`]->(b) SET e += r.props", typ), types[typ]); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	if err != nil {
		x.b.Fatal(err)
	}
}
