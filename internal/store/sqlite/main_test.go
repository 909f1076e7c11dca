package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/storetest"
)

// TestMain also plays other processes that use the same file: tests start this binary again
// with what it is to do.
func TestMain(m *testing.M) {
	if what := os.Getenv("CLUSTERGRAPH_CHILD"); what != "" {
		if err := children[what](os.Getenv("CLUSTERGRAPH_FILE")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "clustergraph-bench")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		files.dir, files.of = dir, map[storetest.Size]string{}
		return m.Run()
	}())
}

var children = map[string]func(path string) error{
	// import applies batches until it is killed, and tells which ones it was told are done.
	"import": func(path string) error {
		t, err := Open(context.Background(), path, storetest.Schema(), Options{})
		if err != nil {
			return err
		}
		from, err := strconv.Atoi(os.Getenv("CLUSTERGRAPH_FROM"))
		for ; err == nil; from++ {
			if _, err = t.Apply(context.Background(), numbered(from)); err == nil {
				fmt.Println(from)
			}
		}
		return err
	},
	// write applies one batch and tells when.
	"write": func(path string) error {
		t, err := Open(context.Background(), path, storetest.Schema(), Options{})
		if err != nil {
			return err
		}
		if _, err := t.Apply(context.Background(), numbered(1)); err != nil {
			return err
		}
		fmt.Println(time.Now().UnixNano())
		return t.Close()
	},
	// open only says why it cannot.
	"open": func(path string) error {
		t, err := Open(context.Background(), path, storetest.Schema(), Options{})
		if err != nil {
			return err
		}
		return errors.Join(errors.New("opened"), t.Close())
	},
}

// numbered is a batch whose parts can be told to belong together.
func numbered(n int) store.Batch {
	b := store.Batch{ID: fmt.Sprint("batch ", n), By: "tester"}
	for i := range 4 {
		id := fmt.Sprintf("n%d-%d", n, i)
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: id, Kind: "Organisation", Name: fmt.Sprint("Organisation ", n, " ", i)}, Props: store.PropsOf(map[string]any{"size": n})})
		b.Edges = append(b.Edges, store.EdgeRecord{Type: "MEMBER_OF", From: store.Ref{ID: id}, To: store.Ref{ID: fmt.Sprintf("n%d-0", n)}})
	}
	return b
}

func open(t testing.TB, path string) *Truth {
	t.Helper()
	truth, err := Open(t.Context(), path, storetest.Schema(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := truth.Close(); err != nil {
			t.Error(err)
		}
	})
	return truth
}

func fresh(t testing.TB) *Truth { return open(t, filepath.Join(t.TempDir(), "graph.db")) }

func apply(t testing.TB, truth *Truth, b store.Batch) store.Result {
	t.Helper()
	r, err := truth.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// content is what a file holds, as text.
func content(t testing.TB, truth *Truth) map[string]string {
	t.Helper()
	out := map[string]string{}
	_, err := truth.Load(t.Context(), func(n *store.Node) error {
		out[n.ID] = fmt.Sprint(n.Kind, n.Props)
		return nil
	}, func(e *store.Edge) error {
		out[commit.EdgeName(e.EdgeID)] = fmt.Sprint(e.Props)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func healthy(t testing.TB, truth *Truth) {
	t.Helper()
	if err := truth.Check(t.Context(), func(p store.Problem) { t.Errorf("%s: %s", p.Subject, p.What) }); err != nil {
		t.Error(err)
	}
}
