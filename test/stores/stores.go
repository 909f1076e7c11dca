// Package stores gives tests the three stores that the program can answer from, with the
// schema that is served: what is asked of one is to be asked of all, and answered alike.
package stores

import (
	"path/filepath"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/sqlite"
)

// Each runs a test with each of the stores. open makes an empty one, which is closed when
// the test that it is given ends; before the next is opened the one before must not be used
// any more. The package's TestMain has to call neo4jtest.Main. With -short, which the race
// detector's run is given, Neo4j is left out: its store has a run of its own there.
func Each(t *testing.T, test func(t *testing.T, open func(*testing.T) store.Store)) {
	t.Helper()
	t.Run("sqlite with mirror", func(t *testing.T) {
		test(t, func(t *testing.T) store.Store { return mirrored(t, File(t)) })
	})
	if testing.Short() {
		return
	}
	t.Run("neo4j with mirror", func(t *testing.T) {
		test(t, func(t *testing.T) store.Store { return mirrored(t, Server(t)) })
	})
	t.Run("neo4j", func(t *testing.T) {
		test(t, func(t *testing.T) store.Store {
			s := Server(t)
			t.Cleanup(func() { _ = s.Close() })
			return s
		})
	})
}

// File is an empty SQLite file. Whoever asks for it closes it.
func File(t *testing.T) store.Truth {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Server is the database of this process's Neo4j, emptied. Whoever asks for it closes it.
func Server(t *testing.T) *neo4j.Store {
	t.Helper()
	server := neo4jtest.Shared(t)
	server.Wipe(t)
	s, err := neo4j.Open(t.Context(), ontology.Served().Store, neo4j.Options{
		Address: server.URL(), User: server.User, Password: server.Password, Database: server.Database,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mirrored(t *testing.T, truth store.Truth) store.Store {
	t.Helper()
	s, err := mirror.Open(t.Context(), truth, ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
