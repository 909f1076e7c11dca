package neo4j

import (
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

var (
	_ store.Store = (*Store)(nil)
	_ store.Truth = (*Store)(nil)
)

// TestContract holds the store to the contract where it answers by itself, on every version
// of Neo4j. The versions are asked by one code, so they share what only varies its texts.
func TestContract(t *testing.T) {
	neo4jtest.EachNumbered(t, func(t *testing.T, server *neo4jtest.Server, number, of int) {
		storetest.RunShare(t, storetest.Share{Number: number, Of: of}, func(t *testing.T, schema store.Schema) store.Store { return emptyOn(t, server, schema) })
	})
}

// TestContractOfMirror holds a database with a mirror in front to the contract. What the mirror
// needs of it TestContract and TestTruth ask of each version; so these share the tests.
func TestContractOfMirror(t *testing.T) {
	neo4jtest.EachNumbered(t, func(t *testing.T, server *neo4jtest.Server, number, of int) {
		storetest.RunShare(t, storetest.Share{Number: number, Of: of, Tests: true}, func(t *testing.T, schema store.Schema) store.Store {
			s, err := mirror.Open(t.Context(), emptyOn(t, server, schema), schema, mirror.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}

// TestTruth holds a database to what a mirror needs of it.
func TestTruth(t *testing.T) {
	neo4jtest.Each(t, func(t *testing.T, server *neo4jtest.Server) {
		storetest.RunTruth(t, func(t *testing.T, schema store.Schema) store.Truth { return emptyOn(t, server, schema) })
	})
}

// TestPathfinder holds a database to what it says of paths, on every version of Neo4j.
func TestPathfinder(t *testing.T) {
	neo4jtest.Each(t, func(t *testing.T, server *neo4jtest.Server) {
		storetest.RunPathfinder(t, func(t *testing.T, schema store.Schema) store.Store { return emptyOn(t, server, schema) })
	})
}
