package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"clustergraph/test/needs"
)

// TestGrowth adds a kind, a property and a relation to schema.graphqls in a copy of the
// module, generates, and asks the copy for them: no other file has to change.
func TestGrowth(t *testing.T) {
	needs.Time(t)
	questions, err := os.ReadFile("testdata/patent_test.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := copyModule(t)
	t.Setenv("GOPROXY", "off") // nothing is downloaded
	t.Chdir(dir)
	const before = `  "whether it is a small or medium enterprise"`
	written := string(original["schema.graphqls"])
	if !strings.Contains(written, before) {
		t.Fatal("schema.graphqls no longer has the line that this test adds to")
	}
	written = strings.Replace(written, before, `  "how many people work there"
  employees: Int @index
  "the patents it holds"
  patents: [Patent!]! @rel(type: "HOLDS")
`+before, 1) + `
"An invention that is protected."
type Patent implements Node @kind(one: "patent", many: "patents") {
  "when it was granted"
  granted: Date @index
  "who holds it"
  holders: [Organisation!]! @rel(type: "HOLDS", dir: IN)
}
"Holding a patent."
interface Holding implements Relationship @edge(type: "HOLDS") {
  "the part that is held, in percent"
  share: Int
}
`
	if err := os.WriteFile("schema.graphqls", []byte(written), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("graph", "patent_test.go"), questions, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "test", "-vet=off", "-run", "TestPatent", "./graph").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
