package export

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clustergraph/graph"
	forms "clustergraph/internal/export"
	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/jsonlines"
	"clustergraph/internal/ingest/sample"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/test/needs"
	"clustergraph/test/stores"
)

func TestMain(m *testing.M) { neo4jtest.Main(m) }

// files are what a store is exported as, in each form and shape and as rows of questions.
func files(t *testing.T, s store.Store, records forms.Records) map[string][]byte {
	t.Helper()
	x, err := graph.NewExporter(s, records, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []graph.Export
	for _, f := range forms.Formats {
		for _, shape := range []string{"graph", "partnerships", "two-mode"} {
			all = append(all, graph.Export{Format: f.Name, Shape: shape})
		}
	}
	all = append(all,
		graph.Export{Format: "graphml", AsOf: "2020-06"},
		graph.Export{Format: "graphml", Kinds: "Cluster,Network", Relations: "MEMBER_OF", Filter: `{"name": {"contains": "serbia"}}`},
		graph.Export{Format: "graphml", Shape: "partnerships", Between: `[{"membersOf": ["name:3b-ict-clusters-network"]}, {"membersOf": ["eccp:serbian-cluster-association"]}]`},
		graph.Export{Format: "graphml", Shape: "partnerships", Projection: `{"weight": "FRACTIONAL", "projects": {"name": {"startsWith": "D"}}}`},
		graph.Export{Format: "graphml", Shape: "two-mode", Filter: `{"actors": {"kind": {"eq": "CLUSTER"}}}`})
	for _, format := range []string{"csv", "xlsx"} {
		all = append(all,
			graph.Export{Format: format, Query: `{ actors(orderBy: [{field: NAME, direction: DESC}]) { nodes { id name country networks { nodes { name } } } } }`},
			graph.Export{Format: format, Query: `{ centrality(measure: BETWEENNESS) { nodes { actor { id name } value rank } } }`},
			graph.Export{Format: format, Query: `{ cluster(id: "eccp:ict-cluster") { partners { edges { node { b { id name } projectCount since sharedProjects { edges { roleB node { name } } } } } } } }`})
	}
	out := map[string][]byte{"jsonl": lines(t, s, records)}
	for _, e := range all {
		b := export(t, x, e)
		name := strings.Join([]string{e.Format, e.Shape, e.Kinds, e.AsOf, e.Between, e.Projection, e.Query}, " ")
		if e.Format != "xlsx" && e.Format != "kumu" {
			out[name] = ofRevision.ReplaceAll(b, nil)
			continue
		}
		for part, content := range parts(t, b) { // packed in no order
			out[name+" "+part] = content
		}
	}
	return out
}

// ofRevision is what GEXF says of where it is from: every store has revisions of its own.
var ofRevision = regexp.MustCompile("revision [0-9a-z-]+")

// lines are everything that a store holds, as JSON Lines, sorted: which subject comes first is
// each store's to say.
func lines(t *testing.T, s store.Store, records forms.Records) []byte {
	t.Helper()
	x, err := graph.NewExporter(s, records, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(export(t, x, graph.Export{Format: "jsonl"})), "\n")
	slices.Sort(all)
	return []byte(strings.Join(all, "\n"))
}

func export(t *testing.T, x *graph.Exporter, e graph.Export) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.Write(t.Context(), &b, e); err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	return b.Bytes()
}

// Whatever store a graph is kept in, its files are the same, byte by byte; and what one store
// wrote as JSON Lines another reads without loss, twice without change.
func TestStores(t *testing.T) {
	needs.Time(t) // a server, and all forms three times
	batches, err := sample.Batches()
	if err != nil {
		t.Fatal(err)
	}
	batches = append(append(batches, trouble()), marked(t)...)
	k := keep(t, batches...)
	want := files(t, k.store, k.truth)
	equal := func(what string, got map[string][]byte) {
		t.Helper()
		if !maps.EqualFunc(got, want, bytes.Equal) {
			for name := range want {
				if !bytes.Equal(got[name], want[name]) {
					t.Errorf("%s: %s is another than that of SQLite", what, name)
				}
			}
			for name := range got {
				if want[name] == nil {
					t.Errorf("%s: %s is too much", what, name)
				}
			}
		}
	}
	alone := stores.Server(t)
	for _, b := range batches {
		if _, err := alone.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	equal("Neo4j", files(t, alone, alone))
	mirrored, err := mirror.Open(t.Context(), alone, ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	equal("Neo4j with mirror", files(t, mirrored, alone))
	_ = mirrored.Close() // and Neo4j with it

	name := filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(name, k.bytes(t, graph.Export{Format: "jsonl"}), 0o600); err != nil {
		t.Fatal(err)
	}
	again := stores.Server(t)
	defer func() { _ = again.Close() }()
	for _, run := range []string{"first", "second"} {
		found, err := tabular.Find([]string{name}, tabular.Options{})
		if err != nil {
			t.Fatal(err)
		}
		schema := ontology.Served().Store
		_, err = ingest.Run(t.Context(), jsonlines.Importer{Schema: schema}, found, again, ingest.Options{By: "import jsonl", Schema: schema, Run: run, Decisions: &identity.Decisions{}, AsSaid: true,
			Rejects: func(p ingest.Problem, _ bool) error { t.Errorf("rejected: %s", p); return nil }})
		if err != nil {
			t.Fatal(err)
		}
	}
	same(t, "Neo4j that has read the lines", strings.Split(string(lines(t, again, again)), "\n"), strings.Split(string(want["jsonl"]), "\n"))
}
