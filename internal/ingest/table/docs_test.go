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
	schema := ontology.Served().Store
	truth, err := sqlite.Open(t.Context(), filepath.Join(folder, "graph.db"), schema, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer truth.Close()
	var left []string
	s, err := ingest.Run(t.Context(), im, find(t, nil, filepath.Join(folder, "projects.csv")), truth, ingest.Options{By: "test", Schema: schema, Run: "1",
		Rejects: func(p ingest.Problem, stored bool) error { left = append(left, p.String()); return nil }})
	if err != nil || s.Rows != 3 || s.Rejected != 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if told := strings.TrimSpace(block(t, "text", "line 4")); len(left) != 1 || !strings.Contains(left[0], told) {
		t.Errorf("left out is %q, want %q", left, told)
	}
	m, err := mirror.Open(t.Context(), truth, schema, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h, err := graph.New(m, graph.Options{Limits: read.DefaultLimits})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"query": block(t, "graphql", "")})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var got struct{ Data, Errors any }
	var want any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Errors != nil {
		t.Fatalf("%v %s", err, w.Body)
	}
	if err := json.Unmarshal([]byte(block(t, "json", "")), &want); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got.Data); d != "" {
		t.Errorf("the answer is another than the page's:\n%s\n%s", d, w.Body)
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
