package neo4j

import (
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

var (
	_ store.Store = (*Store)(nil)
	_ store.Truth = (*Store)(nil)
)

// TestContract holds the store to the contract where it answers by itself.
func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T, schema store.Schema) store.Store { return empty(t, schema) })
}
