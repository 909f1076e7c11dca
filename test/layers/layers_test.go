// Package layers proves that the rules of .depguard.yaml bite: a module that
// breaks each of them is reported line by line, and what is allowed is not.
package layers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// imports are statements "package P imports Q", and whether the rules refuse it.
var imports = []struct {
	from, imports string
	refused       bool
	reason        string
}{
	{"internal/store", "clustergraph/internal/text", false, "the contract may fold text"},
	{"internal/store", "context", false, "and use the standard library"},
	{"internal/store", "clustergraph/internal/ontology", true, "the contract knows nobody"},
	{"internal/store", "github.com/vektah/gqlparser/v2", true, "not even a library"},
	{"internal/store", "database/sql", true, "nor a database"},
	{"internal/store/commit", "clustergraph/internal/store", false, "what truths share knows the contract"},
	{"internal/store/commit", "clustergraph/graph", true, "and not who asks"},
	{"internal/store/sqlite", "clustergraph/internal/store/commit", false, "a truth uses what truths share"},
	{"internal/store/sqlite", "modernc.org/sqlite", false, "SQLite is for its store"},
	{"internal/store/sqlite", "clustergraph/internal/store/mirror", true, "a store never imports another"},
	{"internal/store/sqlite", "clustergraph/internal/ontology", true, "a store is told its schema"},
	{"internal/store/mirror", "clustergraph/internal/store/sqlite", true, "a mirror knows no truth by name"},
	{"internal/store/mirror", "modernc.org/sqlite", true, "nor a database"},
	{"internal/store/mirror", "clustergraph/internal/read", true, "nor who asks"},
	{"internal/store/mirror", "github.com/neo4j/neo4j-go-driver/v5/neo4j", true, "of any kind"},
	{"internal/store/neo4j", "github.com/neo4j/neo4j-go-driver/v5/neo4j", false, "the driver is for the store made of Neo4j"},
	{"internal/store/neo4j/neo4jtest", "github.com/neo4j/neo4j-go-driver/v5/neo4j", false, "and for its tests"},
	{"internal/store/neo4j", "clustergraph/internal/store/neo4j/neo4jtest", true, "which the store does not need to run"},
	{"test/stores", "clustergraph/internal/store/neo4j/neo4jtest", false, "who gives tests their stores starts servers"},
	{"cmd/clustergraph", "clustergraph/internal/store/neo4j/neo4jtest", true, "the program starts none"},
	{"internal/ontology", "github.com/neo4j/neo4j-go-driver/v5/neo4j", true, "nobody else talks to Neo4j"},
	{"internal/ontology", "database/sql", true, "a database is for its store alone"},
	{"internal/ontology", "clustergraph/internal/store", false, "the ontology makes a store's schema"},
	{"internal/ontology", "github.com/99designs/gqlgen", true, "gqlgen is for graph, read and server"},
	{"internal/read", "github.com/99designs/gqlgen", false, "read writes gqlgen's answers"},
	{"internal/read", "clustergraph/internal/store", false, "from what the contract gives"},
	{"internal/read", "clustergraph/internal/store/mirror", true, "whoever gives it"},
	{"internal/analysis", "clustergraph/internal/store", false, "analyses ask the contract"},
	{"internal/analysis", "clustergraph/internal/store/mirror", true, "and no store"},
	{"internal/analysis", "github.com/99designs/gqlgen", true, "and never GraphQL"},
	{"internal/analysis/leiden", "clustergraph/internal/analysis/csr", false, "measures are of arrays"},
	{"internal/analysis/leiden", "clustergraph/internal/store", true, "wherever these are from"},
	{"internal/analysis/centrality", "clustergraph/internal/ontology", true, "whatever they are of"},
	{"internal/ingest/eccp", "clustergraph/internal/store", false, "importers make batches"},
	{"internal/ingest/eccp", "clustergraph/internal/store/sqlite", true, "for any store"},
	{"internal/ingest/eccp", "github.com/vektah/gqlparser/v2", true, "without GraphQL"},
	{"internal/ingest/eccp", "clustergraph/graph", true, "in any form"},
	{"internal/server", "clustergraph/graph", true, "the server is given its handler"},
	{"internal/server", "clustergraph/internal/store", true, "and what tells readiness"},
	{"graph", "clustergraph/internal/read", false, "the GraphQL layer reads"},
	{"graph", "clustergraph/internal/server", false, "and asks who is calling"},
	{"graph", "clustergraph/internal/store/sqlite", true, "from whatever keeps the graph"},
	{"graph", "clustergraph/cmd/clustergraph", true, "nobody imports the program"},
	{"cmd/clustergraph", "clustergraph/internal/store/sqlite", false, "which wires everything"},
	{"cmd/clustergraph", "clustergraph/graph", false, "which wires everything"},
}

// libraries are the foreign modules that the rules name.
var libraries = []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/neo4j/neo4j-go-driver/v5", "modernc.org/sqlite"}

func TestRulesBite(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	checker := filepath.Join(t.TempDir(), "depguard")
	run(t, root, "go", "build", "-o", checker, "github.com/OpenPeeDeeP/depguard/v2/cmd/depguard")

	module := t.TempDir()
	rules, err := os.ReadFile(filepath.Join(root, ".depguard.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(module, ".depguard.yaml"), string(rules))
	manifest := "module clustergraph\n\ngo 1.26.0\n"
	for i, l := range libraries {
		version := "v0.0.0"
		if major := regexp.MustCompile(`/v(\d+)$`).FindStringSubmatch(l); major != nil {
			version = "v" + major[1] + ".0.0"
		}
		folder := fmt.Sprintf("library%d", i)
		manifest += fmt.Sprintf("require %s %s\nreplace %s => ./%s\n", l, version, l, folder)
		write(t, filepath.Join(module, folder, "go.mod"), "module "+l+"\n")
		for _, p := range []string{"", "neo4j"} {
			write(t, filepath.Join(module, folder, p, "a.go"), "package library\n")
		}
	}
	write(t, filepath.Join(module, "go.mod"), manifest)

	// Each import stands in a file of its own, so that a report names it.
	var want []string
	var importers []string
	for i, c := range imports {
		if p, own := strings.CutPrefix(c.imports, "clustergraph/"); own {
			write(t, filepath.Join(module, p, "bare.go"), "package bare\n")
		}
		importers = append(importers, c.from)
		if c.refused {
			want = append(want, fmt.Sprintf("import%d", i))
		}
	}
	slices.Sort(importers)
	var got []string
	for _, from := range slices.Compact(importers) {
		// One importer at a time, because together they would import each other.
		var files []string
		for i, c := range imports {
			if c.from == from {
				f := filepath.Join(module, from, fmt.Sprintf("import%d.go", i))
				write(t, f, fmt.Sprintf("package bare\n\nimport _ %q\n", c.imports))
				files = append(files, f)
			}
		}
		out := check(t, module, checker, "./"+from)
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range regexp.MustCompile(`(import\d+)\.go:\d+:\d+: import `).FindAllStringSubmatch(out, -1) {
			got = append(got, m[1])
		}
	}
	for i, c := range imports {
		name := fmt.Sprintf("import%d", i)
		if slices.Contains(got, name) != slices.Contains(want, name) {
			t.Errorf("%s: %s imports %s: refused is %v, want %v", c.reason, c.from, c.imports, !c.refused, c.refused)
		}
	}
}

// check runs the linter, which fails if it has something to report.
func check(t *testing.T, folder, checker, packages string) string {
	t.Helper()
	c := exec.Command(checker, packages)
	c.Dir = folder
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "errors in package") || strings.Contains(string(out), "Could not find or read") {
		t.Fatalf("the linter did not run on %s:\n%s", packages, out)
	}
	return string(out)
}

func run(t *testing.T, folder string, command ...string) {
	t.Helper()
	c := exec.Command(command[0], command[1:]...)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
