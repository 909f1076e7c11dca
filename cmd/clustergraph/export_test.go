package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExport(t *testing.T) {
	at := newStore(t)
	must(t, "import", "sample", "--store", at)
	file := filepath.Join(t.TempDir(), "partners.gexf")
	must(t, "export", "--store", at, "--format", "gexf", "--shape", "partnerships", "--filter", `{"minProjects": 2}`, "-o", file)
	written, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(written), `label="VTT"`) || strings.Contains(string(written), `label="WAAG"`) {
		t.Errorf("the network of those who share two projects: %v\n%.300s", err, written)
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the file lie %v, %v", left, err)
	}
	for _, c := range []struct {
		reason string
		args   []string
		says   string
	}{
		{"no format", nil, "--format"},
		{"an unknown format", []string{"--format", "pdf"}, "gexf"},
		{"a file that is there", []string{"--format", "gexf", "-o", file}, "--overwrite"},
		{"a folder that is not", []string{"--format", "gexf", "-o", "/nowhere/x.gexf"}, "/nowhere"},
		{"a filter that is none", []string{"--format", "gexf", "--filter", `{"nam": {"eq": "x"}}`}, `no field "nam"`},
		{"a query in a file that is missing", []string{"--format", "csv", "--query", "@/nowhere/q.graphql"}, "/nowhere/q.graphql"},
		{"an empty query", []string{"--format", "csv", "--query", " "}, "--query is empty"},
		{"which of two operations", []string{"--format", "csv", "--query", "query A{clusters{nodes{id}}} query B{networks{nodes{id}}}"}, "several operations"},
		{"a store that is missing", []string{"--format", "gexf", "--store", "sqlite:/nowhere/graph.db"}, "/nowhere/graph.db"},
	} {
		code, out, errs := start(t, nil, append([]string{"export", "--store", at}, c.args...)...)
		if code == exitDone || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit code %d, %q, %s", c.reason, code, out, errs)
		}
	}

	t.Run("everything, and back", func(t *testing.T) {
		all, again := filepath.Join(t.TempDir(), "all.jsonl"), newStore(t)
		must(t, "export", "--store", at, "--format", "jsonl", "-o", all)
		must(t, "import", "jsonl", all, "--store", again)
		lines, err := os.ReadFile(all)
		if err != nil {
			t.Fatal(err)
		}
		if code, out, errs := start(t, nil, "export", "--store", again, "--format", "jsonl"); code != exitDone || out != string(lines) {
			t.Errorf("the second export differs: exit code %d, %s", code, errs)
		}
	})

	t.Run("from a server", func(t *testing.T) {
		address, stop := serving(t, nil, "--store", at)
		defer stop()
		r, err := http.Get(address + "/export/csv?" + url.Values{"query": {`{ network(id: "eccp:serbian-cluster-association") { members { nodes { name } } } }`}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		rows, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK || strings.Count(string(rows), "\r\n") != 8 || !strings.Contains(string(rows), "Vojvodina ICT Cluster,") {
			t.Errorf("%s, %v: %s", r.Status, err, rows)
		}
	})
}
