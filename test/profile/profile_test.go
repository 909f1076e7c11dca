// Package profile imports the two public ECCP pages that the project began with into an
// empty store, and asks for everything they say through the GraphQL API.
package profile

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clustergraph/graph"
	"clustergraph/internal/ingest/eccp"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/test/needs"
	"clustergraph/test/stores"
)

func TestMain(m *testing.M) { neo4jtest.Main(m) }

var update = flag.Bool("update", false, "write the golden files anew")

// imported is a service over an empty store into which the two pages were imported.
func imported(t *testing.T, open func(*testing.T) store.Store) http.Handler {
	t.Helper()
	pages := needs.Data(t, "eccp")
	s := open(t)
	for _, name := range []string{"ict-cluster.txt", "serbian-cluster-association.txt"} {
		page, err := os.ReadFile(filepath.Join(pages, name))
		if err != nil {
			t.Fatal(err)
		}
		p, err := eccp.Parse(bytes.NewReader(page), eccp.Options{Retrieved: store.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Apply(t.Context(), p.Batch(nil)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	h, err := graph.New(s, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(t *testing.T, h http.Handler, query string, variables map[string]any) json.RawMessage {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var answer struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Errors != nil {
		t.Fatalf("status %d: %s%.2000s", w.Code, answer.Errors, w.Body)
	}
	return answer.Data
}

// TestPages imports the pages into each of the stores, and asks all of them alike.
func TestPages(t *testing.T) {
	stores.Each(t, func(t *testing.T, open func(*testing.T) store.Store) {
		h := imported(t, open)
		t.Run("headline both ways", func(t *testing.T) { headlineBothWays(t, h) })
		t.Run("every spelling finds the cluster", func(t *testing.T) { everySpellingFindsTheCluster(t, h) })
		t.Run("every fact", func(t *testing.T) { everyFact(t, h) })
	})
}

func headlineBothWays(t *testing.T, h http.Handler) {
	query, err := os.ReadFile("../../web/src/examples/01-partnerships.graphql")
	if err != nil {
		t.Fatal(err)
	}
	const balkan, serbian = "name:3b-ict-clusters-network", "eccp:serbian-cluster-association"
	for _, tc := range []struct {
		variables map[string]any
		swapped   bool
	}{{nil, false}, {map[string]any{"one": serbian, "other": balkan}, true}} {
		var data struct {
			Partnerships struct {
				TotalCount int
				Nodes      []struct {
					A, B           struct{ Name string }
					SharedProjects struct {
						Edges []struct{ Node struct{ Name string } }
					}
				}
			}
		}
		if err := json.Unmarshal(ask(t, h, string(query), tc.variables), &data); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"ICT Cluster of Central Serbia": "GIVE",
			"Autocluster Serbia":            "GIVE",
			"Vojvodina ICT Cluster":         "DANUBE ICT",
		}
		if data.Partnerships.TotalCount != len(want) || len(data.Partnerships.Nodes) != len(want) {
			t.Fatalf("variables %v: %d pairs: %+v", tc.variables, data.Partnerships.TotalCount, data.Partnerships.Nodes)
		}
		for _, p := range data.Partnerships.Nodes {
			a, b := p.A.Name, p.B.Name
			if tc.swapped {
				a, b = b, a
			}
			if a != "ICT Cluster" || len(p.SharedProjects.Edges) != 1 || want[b] != p.SharedProjects.Edges[0].Node.Name {
				t.Errorf("variables %v: unexpected pair %+v", tc.variables, p)
			}
			delete(want, b)
		}
	}
}

func everySpellingFindsTheCluster(t *testing.T, h http.Handler) {
	for _, text := range []string{
		"IKT Klaster", "ИКТ Клъстер", "ict cluster", "ICT CLUSTER",
		"Foundation “Cluster Information and Communication Technologies”",
		"foundation cluster information and communication technologies",
	} {
		var data struct {
			Search struct {
				Nodes []struct{ ID string }
			}
		}
		if err := json.Unmarshal(ask(t, h, `query($text: String!) { search(text: $text, first: 1) { nodes { id } } }`, map[string]any{"text": text}), &data); err != nil {
			t.Fatal(err)
		}
		if len(data.Search.Nodes) != 1 || data.Search.Nodes[0].ID != "eccp:ict-cluster" {
			t.Errorf("%q finds %v first", text, data.Search.Nodes)
		}
	}
}

// everyFact asks for every property and relation that the schema has of every node of
// each kind, with all statements.
func everyFact(t *testing.T, h http.Handler) {
	o := ontology.Served()
	for _, k := range o.Kinds {
		t.Run(k.Many, func(t *testing.T) {
			var got bytes.Buffer
			if err := json.Indent(&got, prose.redact(ask(t, h, everything(o, k), nil)), "", " "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden := filepath.Join("testdata", k.Many+".json")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s differs; look at `go test ./test/profile -update && git diff test/profile/testdata`\n%s", golden, difference(string(want), got.String()))
			}
		})
	}
}

// difference is the first place where two texts differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d:\n- %s\n+ %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines instead of %d", len(g), len(w))
}

// everything is a query for all that the schema has of the nodes of a kind.
func everything(o *ontology.Ontology, k *ontology.Kind) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{ %s(first: 200) { totalCount nodes { %s } } }", k.Many, selection(o, o.Type(k.Name), true))
	return b.String()
}

const statements = "statements(first: 100) { nodes { property value place basis confidence derived source { id } } }"

// selection is all that a type has but what analyses work out.
func selection(o *ontology.Ontology, t *ontology.Type, relations bool) string {
	var b strings.Builder
	for _, def := range t.Def.Fields {
		f := t.Field(def.Name)
		if f == nil {
			if !strings.HasPrefix(def.Name, "__") {
				fmt.Fprintf(&b, "%s ", def.Name) // computed parts of values
			}
			continue
		}
		switch {
		case f.Role == ontology.Statements:
			b.WriteString(statements + " ")
		case f.Role == ontology.Relation && relations:
			edge := o.Type(o.Schema.Types[o.Schema.Types[def.Type.Name()].Fields.ForName("edges").Type.Name()].Name)
			fmt.Fprintf(&b, "%s(first: 200) { totalCount edges { node { __typename id name } %s} } ", def.Name, selection(o, edge, false))
		case f.Role == ontology.Property && f.Of != nil:
			fmt.Fprintf(&b, "%s { %s} ", def.Name, selection(o, f.Of, false))
		case f.Role == ontology.Property && def.Name != "description":
			fmt.Fprintf(&b, "%s ", def.Name)
		}
	}
	return b.String()
}

// prose is what the pages say in sentences of their own: it is not copied into the golden
// files, but its statements' places are.
type redaction struct{ property string }

var prose = redaction{"description"}

func (r redaction) redact(data json.RawMessage) []byte {
	const before = `{"property":"`
	var out bytes.Buffer
	for {
		i := bytes.Index(data, []byte(before+r.property+`","value":"`))
		if i < 0 {
			out.Write(data)
			return out.Bytes()
		}
		i += len(before + r.property + `","value":"`)
		out.Write(data[:i])
		out.WriteString("(text)")
		data = data[i:]
		for j := 0; ; j++ {
			if data[j] == '\\' {
				j++
			} else if data[j] == '"' {
				data = data[j:]
				break
			}
		}
	}
}
