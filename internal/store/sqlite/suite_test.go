package sqlite

import (
	"path/filepath"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/storetest"
)

// TestContract holds a file with a mirror in front to the contract.
func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T, schema store.Schema) store.Store {
		truth, err := Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := mirror.Open(t.Context(), truth, schema, mirror.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// TestTruth holds a file to what a mirror needs of it.
func TestTruth(t *testing.T) {
	storetest.RunTruth(t, func(t *testing.T, schema store.Schema) store.Truth {
		truth, err := Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return truth
	})
}
