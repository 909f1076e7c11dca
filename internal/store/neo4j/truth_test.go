package neo4j

import (
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/storetest"
)

// TestTruth holds a database to what a mirror needs of it.
func TestTruth(t *testing.T) {
	storetest.RunTruth(t, func(t *testing.T, schema store.Schema) store.Truth { return empty(t, schema) })
}

// TestContractOfMirror holds a database with a mirror in front to the contract.
func TestContractOfMirror(t *testing.T) {
	storetest.Run(t, func(t *testing.T, schema store.Schema) store.Store {
		s, err := mirror.Open(t.Context(), empty(t, schema), schema, mirror.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
