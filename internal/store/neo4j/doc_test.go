package neo4j

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/ingest/sample"
	"clustergraph/internal/ontology"
)

var updateDocs = flag.Bool("update", false, "write the answers in docs/neo4j.md anew")

// question is a block of Cypher in the document, with the table below it.
var question = regexp.MustCompile("(?s)```cypher\n(.*?)```\n(?:\n((?:\\|[^\n]*\n)+))?")

// TestDocument asks the questions of docs/neo4j.md as its reader would, of the sample, and
// compares the answers with the tables there.
func TestDocument(t *testing.T) {
	const file = "../../../docs/neo4j.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := empty(t, ontology.Served().Store)
	defer s.Close()
	batches, err := sample.Batches()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	asked := 0
	answered := question.ReplaceAllStringFunc(string(page), func(block string) string {
		asked++
		part := question.FindStringSubmatch(block)
		table := answer(t, s, part[1])
		if !*updateDocs && part[2] != table {
			t.Errorf("%s\nanswers\n%s\nthe document says\n%s", part[1], table, part[2])
		}
		return "```cypher\n" + part[1] + "```\n\n" + table
	})
	if asked != 10 {
		t.Errorf("%d questions, want 10", asked)
	}
	if *updateDocs {
		if err := os.WriteFile(file, []byte(answered), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// answer is what a question answers, as a table of Markdown.
func answer(t *testing.T, s *Store, cypher string) string {
	t.Helper()
	session := s.driver.NewSession(t.Context(), neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: s.opts.Database, BookmarkManager: s.bookmarks})
	defer session.Close(t.Context())
	result, err := session.Run(t.Context(), cypher, nil)
	if err != nil {
		t.Fatalf("%s\n%v", cypher, err)
	}
	keys, err := result.Keys()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	row := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	row(keys)
	row(strings.Split(strings.Repeat("---,", len(keys)-1)+"---", ","))
	rows := 0
	for result.Next(t.Context()) {
		var cells []string
		for _, v := range result.Record().Values {
			cell, _ := v.(string)
			if cell == "" && v != nil {
				text, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				cell = string(text)
			}
			cells = append(cells, strings.ReplaceAll(cell, "|", "\\|"))
		}
		row(cells)
		rows++
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	if rows == 0 {
		t.Errorf("%s\nfinds nothing", cypher)
	}
	return b.String()
}
