package table

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clustergraph/graph"
	"clustergraph/internal/ingest"
	"clustergraph/internal/ontology"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/sqlite"
)

const page = "../../../docs/import-table.md"

// block is the first block of the page in a language that begins with some text.
func block(t *testing.T, language, begins string) string {
	t.Helper()
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), "```"+language+"\n"+begins)
	if !ok {
		t.Fatalf("the page has no %s that begins with %q", language, begins)
	}
	text, _, _ := strings.Cut(rest, "```")
	return begins + text
}

// The example of the page does what the page says.
func TestPage(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{"projects.csv": block(t, "csv", ""), "my-mapping.yaml": block(t, "yaml", "source:")} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	im, err := Load(filepath.Join(folder, "my-mapping.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	truth := emptyStore(t)
	var left []string
	s, err := ingest.Run(t.Context(), im, find(t, nil, filepath.Join(folder, "projects.csv")), truth, ingest.Options{By: "test", Schema: ontology.Served().Store, Run: "1",
		Rejects: func(p ingest.Problem, stored bool) error { left = append(left, p.String()); return nil }})
	if err != nil || s.Rows != 3 || s.Rejected != 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if told := strings.TrimSpace(block(t, "text", "line 4")); len(left) != 1 || !strings.Contains(left[0], told) {
		t.Errorf("left out is %q, want %q", left, told)
	}
	var want any
	if err := json.Unmarshal([]byte(block(t, "json", "")), &want); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, ask(t, truth, block(t, "graphql", ""))); d != "" {
		t.Errorf("the answer is another than the page's:\n%s", d)
	}
}

func emptyStore(t *testing.T) store.Truth {
	t.Helper()
	truth, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = truth.Close() })
	return truth
}

// ask is the data that a query gives.
func ask(t *testing.T, truth store.Truth, query string) any {
	t.Helper()
	m, err := mirror.Open(t.Context(), truth, ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h, err := graph.New(m, graph.Options{Limits: read.DefaultLimits})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var got struct{ Data, Errors any }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Errors != nil {
		t.Fatalf("%v %s", err, w.Body)
	}
	return got.Data
}

// Bodies of one name in two countries are two, whatever the order of rows.
func TestBodiesOfOneName(t *testing.T) {
	truth := emptyStore(t)
	folder := t.TempDir()
	for run, rows := range []string{
		"One;Ministry of Finance (BG), University of Novi Sad (RS)\nTwo;Ministry of Finance (RS)\n",
		"Two;Ministry of Finance (RS)\nOne;Ministry of Finance (BG), University of Novi Sad (RS)\nThree;Ministry of Finance (RS), Ministry of Finance (BG)\n",
	} {
		file := filepath.Join(folder, "projects.csv")
		if err := os.WriteFile(file, []byte("Title;Partners\n"+strings.ReplaceAll(rows, ",", "|")), 0o644); err != nil {
			t.Fatal(err)
		}
		im, err := Load("projects-with-partners", map[string]string{"name": "A list"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ingest.Run(t.Context(), im, find(t, nil, file), truth, ingest.Options{By: "test", Schema: ontology.Served().Store, Run: string(rune('0' + run)), Replace: true}); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(ask(t, truth, `{ organisations(orderBy: [{field: NAME}, {field: COUNTRY}]) { nodes { name country projects(orderBy: [{field: NAME}]) { nodes { name } } } } }`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"organisations":{"nodes":[{"country":"BG","name":"Ministry of Finance","projects":{"nodes":[{"name":"One"},{"name":"Three"}]}},` +
		`{"country":"RS","name":"Ministry of Finance","projects":{"nodes":[{"name":"Three"},{"name":"Two"}]}},` +
		`{"country":"RS","name":"University of Novi Sad","projects":{"nodes":[{"name":"One"}]}}]}}`
	if string(raw) != want {
		t.Errorf("got  %s\nwant %s", raw, want)
	}
}

// The page tells of a mistake what the program does.
func TestPageOnMistakes(t *testing.T) {
	raw := strings.Replace(block(t, "yaml", "source:"), "      start:", "      begin:", 1)
	_, err := load("my-mapping.yaml", []byte(raw), map[string]string{})
	want, _, _ := strings.Cut(block(t, "text", "my-mapping.yaml"), "...")
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

// The page speaks of every field that a mapping can have.
func TestPageTellsAll(t *testing.T) {
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for _, fields := range []map[string]any{schema.Properties, schema.Defs["node"].Properties, schema.Defs["edge"].Properties, schema.Defs["condition"].Properties} {
		for _, name := range sortedKeys(fields) {
			if !strings.Contains(string(raw), "`"+name+"`") && !strings.Contains(string(raw), name+": ") {
				t.Errorf("the page does not tell of %s", name)
			}
		}
	}
}
