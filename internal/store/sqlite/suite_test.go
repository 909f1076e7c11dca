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

// BenchmarkStore measures a file with a mirror in front that hold an ecosystem; with -short
// one of a tenth.
func BenchmarkStore(b *testing.B) {
	size := storetest.Full()
	if testing.Short() {
		size = size.Part(10)
	}
	storetest.Bench(b, ecosystemSchema(), size, func(b *testing.B, dir string, schema store.Schema) store.Store {
		truth, err := Open(b.Context(), filepath.Join(dir, "graph.db"), schema, Options{})
		if err != nil {
			b.Fatal(err)
		}
		s, err := mirror.Open(b.Context(), truth, schema, mirror.Options{})
		if err != nil {
			b.Fatal(err)
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
