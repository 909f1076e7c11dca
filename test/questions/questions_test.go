// Package questions asks the questions that the project exists for, each as one request: of
// the sample, and of Horizon 2020 with the Danube programme and URBACT's networks. The answers
// are kept as golden files; every figure in them is worked out once more by testdata/check.py
// with pandas and networkx, from tables of nodes and edges, and what it prints is kept, too.
package questions

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clustergraph/graph"
	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/keep"
	"clustergraph/internal/ingest/sample"
	"clustergraph/internal/ingest/table"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/sqlite"
	"clustergraph/test/needs"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestQuestions(t *testing.T) {
	t.Run("sample", func(t *testing.T) {
		ask(t, "sample", func(t *testing.T, path string) {
			s := open(t, path)
			batches, err := sample.Batches()
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range batches {
				if _, err := s.Apply(t.Context(), b); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	})
	t.Run("europe", func(t *testing.T) {
		needs.Time(t)
		ask(t, "europe", func(t *testing.T, path string) {
			importHorizon2020(t, path)
			s := open(t, path)
			load(t, s, keep.Importer{}, "interreg")
			for _, part := range []string{"networks", "membership"} {
				urbact, err := table.Load("urbact-"+part, nil)
				if err != nil {
					t.Fatal(err)
				}
				load(t, s, urbact, "networks/urbact_"+part+".csv")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// open opens a SQLite file, which need not be there.
func open(t *testing.T, path string) store.Truth {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// load imports a file or folder of the real data, which takes the place of what was imported
// from its source before.
func load(t *testing.T, s store.Truth, importer ingest.Importer, name string) ingest.Summary {
	t.Helper()
	files, err := tabular.Find([]string{needs.Data(t, name)}, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := ingest.Run(t.Context(), importer, files, s, ingest.Options{By: "test", Schema: ontology.Served().Store, Run: rand.Text(), Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// ask asks all questions of a set of data, which fills a file, and has the answers checked.
func ask(t *testing.T, set string, fill func(t *testing.T, path string)) {
	path := filepath.Join(t.TempDir(), "graph.db")
	fill(t, path)
	s, err := mirror.Open(t.Context(), open(t, path), ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h, err := graph.New(s, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("no questions", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		t.Run(name, func(t *testing.T) {
			compare(t, filepath.Join("testdata", set, name+".json"), answer(t, h, file, filepath.Join("testdata", set, name+".vars.json")))
		})
	}
	t.Run("check", func(t *testing.T) {
		check := exec.Command(needs.Venv(t, "examples"), filepath.Join("testdata", "check.py"), tables(t, s), filepath.Join("testdata", set))
		var told bytes.Buffer
		check.Stderr = &told
		printed, err := check.Output()
		if err != nil {
			t.Errorf("%v\n%s%s", err, printed, told.Bytes())
		}
		compare(t, filepath.Join("testdata", set, "check.txt"), printed)
	})
}

var revision = regexp.MustCompile(`"extensions":\{"revision":"[0-9a-z-]+"\}`)

// answer is what a question is answered, one line for each value.
func answer(t *testing.T, h http.Handler, file, vars string) []byte {
	t.Helper()
	query, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	variables, err := os.ReadFile(vars)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"query": string(query), "variables": json.RawMessage(variables)})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	got := revision.ReplaceAll(w.Body.Bytes(), []byte(`"extensions":{"revision":"(another one in each run)"}`))
	var out bytes.Buffer
	if err := json.Indent(&out, got, "", "  "); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	out.WriteByte('\n')
	if bytes.Contains(out.Bytes(), []byte(`"errors": [`)) {
		t.Errorf("%s: %s", file, out.Bytes())
	}
	return out.Bytes()
}

// compare holds what was got to a golden file.
func compare(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// tables is a folder with the graph as two tables: nodes.csv and edges.csv.
func tables(t *testing.T, s store.Store) string {
	t.Helper()
	x, err := graph.NewExporter(s, nil, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	if err := x.Write(t.Context(), &zipped, graph.Export{Format: "csv"}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(zipped.Bytes()), int64(zipped.Len()))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range []string{"nodes.csv", "edges.csv"} {
		in, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, in); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
