package neo4j

import (
	"flag"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// TestMain asks fewer generated questions than other stores are asked, unless it is told how
// many (-rapid.checks): Neo4j plans each of them first, which takes most of the time.
func TestMain(m *testing.M) {
	flag.Parse()
	told := false
	flag.Visit(func(f *flag.Flag) { told = told || f.Name == "rapid.checks" })
	if !told {
		if err := flag.Set("rapid.checks", "15"); err != nil {
			panic(err)
		}
	}
	neo4jtest.AskMuch()
	neo4jtest.Main(m)
}

// optionsFor are how a server is reached.
func optionsFor(s *neo4jtest.Server) Options {
	return Options{Address: s.URL(), User: s.User, Password: s.Password, Database: s.Database}
}

// empty is a store on the shared server, which is wiped first; the test closes it.
func empty(t testing.TB, schema store.Schema) *Store {
	t.Helper()
	return emptyOn(t, neo4jtest.Shared(t), schema)
}

// emptyOn is a store on a server that tests share.
func emptyOn(t testing.TB, server *neo4jtest.Server, schema store.Schema) *Store {
	t.Helper()
	server.Wipe(t)
	s, err := Open(t.Context(), schema, optionsFor(server))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fresh is a store on the shared server for a test of its own.
func fresh(t testing.TB) *Store {
	t.Helper()
	s := empty(t, storetest.Schema())
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
