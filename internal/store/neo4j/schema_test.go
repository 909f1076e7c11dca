package neo4j

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// opens a database that is wiped and then changed by Cypher; the error of opening it.
func opening(t *testing.T, schema store.Schema, change func(*Options), cypher ...string) error {
	t.Helper()
	s := empty(t, storetest.Schema())
	small(t, s)
	for _, c := range cypher {
		foreign(t, s, c)
	}
	opts := s.opts
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&opts)
	}
	s, err := Open(t.Context(), schema, opts)
	if err == nil {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	server := neo4jtest.Shared(t)
	if _, err := driver.ExecuteQuery(t.Context(), server.Driver(t), `DROP INDEX other IF EXISTS`, nil, driver.EagerResultTransformer, driver.ExecuteQueryWithDatabase(server.Database)); err != nil {
		t.Fatal(err)
	}
	return err
}

// TestUnfitDatabases are told apart, each with what to do.
func TestUnfitDatabases(t *testing.T) {
	const nothing = `MATCH (n) DETACH DELETE n`
	for _, tc := range []struct {
		name   string
		change func(*Options)
		cypher []string
		kind   error
		says   string
	}{
		{"all is well", nil, nil, nil, ""},
		{"nobody there", func(o *Options) { o.Address = "bolt://127.0.0.1:1" }, nil, store.ErrUnavailable, "cannot be reached"},
		{"no address", func(o *Options) { o.Address = "localhost" }, nil, store.ErrInvalid, "the address"},
		{"another database", func(o *Options) { o.Database = "nowhere" }, nil, store.ErrUnavailable, "does not exist"},
		{"a later layout", nil, []string{`MATCH (g:_Graph) SET g.layout = 1000`}, store.ErrUnavailable, "later version of clustergraph"},
		{"data of another program", nil, []string{nothing, `CREATE (:Project {title: 'mine'})`}, store.ErrUnavailable, "nodes of another program with the label Project"},
		{"data of another program under other labels", nil, []string{nothing, `CREATE (:Beer {name: 'Pils'})`}, nil, ""},
		{"an index of another program in the way", nil, []string{`DROP INDEX clustergraph_names`, `CREATE FULLTEXT INDEX other FOR (n:Node) ON EACH [n._names]`}, store.ErrUnavailable, "may be in the way"},
		{"no index, and none may be made", func(o *Options) { o.NoSchema = true }, []string{`DROP INDEX clustergraph_names`}, store.ErrUnavailable, "lacks clustergraph_names"},
		{"all there, and none may be made", func(o *Options) { o.NoSchema = true }, nil, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := opening(t, storetest.Schema(), tc.change, tc.cypher...)
			if !errors.Is(err, tc.kind) || err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestServersThatAreTooOld are told by what they call themselves.
func TestServersThatAreTooOld(t *testing.T) {
	for agent, want := range map[string]bool{"Neo4j/5.26.0": true, "Neo4j/5.26.29": true, "Neo4j/2025.11.2": true, "Neo4j/5.25.1": false, "Neo4j/4.4.40": false, "Neo4j/5": false, "Memgraph": false, "Neo4j/5.30-dev": true} {
		if newEnough(agent) != want {
			t.Errorf("%s: %v", agent, !want)
		}
	}
}

// TestOntologyChanges brings a database to another ontology.
func TestOntologyChanges(t *testing.T) {
	with := func(kind, property string, typ store.Type) store.Schema {
		s := storetest.Schema()
		if typ.Name == "" {
			delete(s.Kinds[kind].Props, property)
		} else {
			s.Kinds[kind].Props[property] = typ
		}
		return s
	}
	if err := opening(t, with("Organisation", "size", store.Type{Name: store.Text}), nil); !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), "Organisation.size was Int and is Text") {
		t.Errorf("a number that is to be a text: %v", err)
	}
	if err := opening(t, with("Organisation", "size", store.Type{Name: store.Float, Index: true}), nil); err != nil {
		t.Errorf("a number that may have a point: %v", err)
	}
	indexed := with("Organisation", "description", store.Type{Name: store.Text, Index: true})
	if err := opening(t, indexed, nil); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), indexed, optionsFor(neo4jtest.Shared(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if p := problems(t, s); len(p) > 0 { // twins of unknown values, too
		t.Errorf("after an index more: %q", p)
	}
	if err := s.read(t.Context(), `SHOW INDEXES YIELD name WHERE name = 'clustergraph_Organisation_description_id' RETURN count(*)`, nil, func(v []any) error {
		if num(v[0]) != 1 {
			t.Error("there is no index on descriptions")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestMigrationsRunOnce however many instances open the database.
func TestMigrationsRunOnce(t *testing.T) {
	s := empty(t, storetest.Schema())
	opts := s.opts
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var ran atomic.Int32
	was := migrations
	defer func() { migrations = was }()
	migrations = append(was[:len(was):len(was)], func(_ context.Context, _ *Store, tx *tx) error {
		ran.Add(1)
		return tx.do(`CREATE (:Migrated)`, nil)
	})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := Open(t.Context(), storetest.Schema(), opts)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if ran.Load() != 1 {
		t.Errorf("it ran %d times", ran.Load())
	}
}

// TestOpeningWhatIsUpToDate costs a few round trips, and writes nothing.
func TestOpeningWhatIsUpToDate(t *testing.T) {
	s := empty(t, storetest.Schema())
	small(t, s)
	agent, version, ontology, err := s.meta(t.Context())
	if err != nil || version != layoutVersion() || ontology != s.layout.hash() || !newEnough(agent) {
		t.Errorf("%s %d %s %v", agent, version, ontology, err)
	}
	f, err := s.look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if missing, drop := s.layout.compare(f); len(missing)+len(drop) > 0 {
		t.Errorf("missing %v, too many %v", missing, drop)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
