package derive

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

var update = flag.Bool("update", false, "write the golden files anew")

func small(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/small.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestAPI derives a small ontology that has one of each thing derivation knows.
func TestAPI(t *testing.T) {
	got, err := API(&ast.Source{Name: "small.graphqls", Input: small(t)})
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/small.api.graphqls"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("derived (+) is not %s (-); if it is meant, go test -update\n%s", golden, d)
	}
}

// TestFaults breaks the small ontology in one place at a time.
func TestFaults(t *testing.T) {
	tests := []struct {
		reason   string
		old, new string
		at       string // the line that is named begins with this
		want     string
	}{
		{"no SDL", "type Query {", "type Query }", "type Query }", "Unexpected }"},
		{"a relation to something that is no node", "houses: [House!]! @rel", "houses: [Size!]! @rel", "houses:", "a relation has the type [X!]!"},
		{"a relation to one node", "houses: [House!]! @rel", "houses: House @rel", "houses:", "a relation has the type [X!]!"},
		{"a relation of a value", "weight: Float!", "\n weight: [Dog!]! @rel(type: \"LIVES_IN\")", "weight:", "only kinds and interfaces of kinds have relations"},
		{"no way back", "lodgers: [Lodger!]! @rel(type: \"LIVES_IN\", dir: IN)", "lodgers: Int", "houses:", "nothing leads back: House has no field"},
		{"a way back for some kinds only", "lodgers: [Lodger!]!", "lodgers: [Dog!]!", "houses:", "House has no field with @rel(type: \"LIVES_IN\", dir: IN) to Cat"},
		{"edges described twice", "type Query {", "interface Again implements Link @edge(type: \"LIVES_IN\") { a: Int }\ntype Query {", "interface Again", "described twice"},
		{"edges that nothing follows", "type Query {", "interface Hunt implements Link @edge(type: \"HUNTS\") { a: Int }\ntype Query {", "interface Hunt", "no field follows edges of type HUNTS"},
		{"an edge that is no Link", "Stay implements Link", "Stay", "interface Stay", "does not implement Link"},
		{"a bound that is no date", `since: "since"`, `since: "node"`, "interface Stay", "since is node, which is no Date"},
		{"a stand-in that is nowhere", `toSince: "built"`, `toSince: "founded"`, "interface Stay", "no Date of any kind that LIVES_IN leads to"},
		{"a root field taken", `many: "dogs"`, `many: "cats"`, "type Dog", "the root field cats is that of Cat already"},
		{"a root field taken by hand", `one: "dog"`, `one: "search"`, "type Dog", "the root field search is that of Query already"},
		{"a tree of nothing", `tree: "PART_OF"`, `tree: "LIVES_IN"`, "type House", "no LIVES_IN leads from House to House"},
		{"a kind that is no node", "type Size {", "type Size @kind(one: \"size\", many: \"sizes\") {", "type Size", "does not implement Node"},
		{"a node that is no kind", "type Cat implements Lodger & Node @kind(one: \"cat\", many: \"cats\")", "type Cat implements Lodger & Node", "type Cat", "has no @kind"},
		{"an unknown interface", "type Cat implements Lodger & Node", "type Cat implements Beast & Node", "type Cat", "implements Beast, which is no interface"},
		{"an unknown type", "lives: Int", "lives: Number", "lives:", "there is no type Number"},
		{"an unknown type of an argument", "search(text: String!)", "search(text: Words)", "search(", "there is no type Words"},
		{"an index on a list", "prey: [String!]!", "prey: [String!]! @index", "prey:", "only a property with a single value"},
		{"a name that filters use", "lives: Int", "or: Int", "type Cat", "or already means something else"},
		{"a name of a derived type", "enum Breed", "enum CatFilter { A }\nenum Breed", "enum CatFilter", "CatFilter is the name of a derived type"},
		{"a type twice", "enum Breed", "enum Cat { A }\nenum Breed", "enum Cat", "Cat is defined twice"},
		{"no plain edge", "interface Link @edge {", "interface Link {", "houses:", "no interface with @edge says what an edge without properties is"},
		{"unknown totals of a connection", `edge: "Find"`, `edge: "Find", totals: "Sum"`, "search(", "there is no type Sum"},
		{"an unknown edge of a connection", `edge: "Find"`, `edge: "Found"`, "search(", "there is no type Found"},
		{"nothing to ask", "type Query {", "type Questions {", "", "type Query is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			text := small(t)
			if strings.Count(text, tt.old) != 1 {
				t.Fatalf("%q stands %d times in the small ontology", tt.old, strings.Count(text, tt.old))
			}
			text = strings.Replace(text, tt.old, tt.new, 1)
			_, err := API(&ast.Source{Name: "small.graphqls", Input: text})
			if err == nil {
				t.Fatal("no error")
			}
			for _, line := range strings.Split(err.Error(), "\n") {
				if strings.Contains(line, tt.want) && strings.HasPrefix(line, where(text, tt.at)) {
					return
				}
			}
			t.Errorf("%s does not say %q of %q", err, tt.want, where(text, tt.at))
		})
	}
}

// where is how an error names the line that begins with some words.
func where(text, words string) string {
	if words == "" {
		return ""
	}
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), words) {
			return "small.graphqls:" + strconv.Itoa(i+1) + ":"
		}
	}
	return "no line has " + words
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"startUps": "START_UPS", "Cluster": "CLUSTER", "a": "A", "": ""} {
		if got := Upper(name); got != want {
			t.Errorf("Upper(%q) = %q, want %q", name, got, want)
		}
	}
	if got := camel("PARTICIPATES_IN"); got != "participatesIn" {
		t.Errorf("camel: %q", got)
	}
}
