package export

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clustergraph/graph"
	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/jsonlines"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/sqlite"
)

// marked says things that are hard to keep: by hand, in several forms, of merged nodes that
// share an identifier, of nodes of one name, of what is taken away.
func marked(t *testing.T) []store.Batch {
	date := func(s string) store.Date {
		d, err := store.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	id := func(s string) store.Ref { return store.Ref{ID: s} }
	is := func(scheme, value string) []store.Identifier {
		return []store.Identifier{{Scheme: scheme, Value: value}}
	}
	source := store.Ref{ID: "src", Kind: "Source", Name: "A source", Identifiers: is("DATASET", "set")}
	self := store.NodeRecord{Ref: source, Said: store.Said{Source: source, Rank: store.FromRegister, At: date("2024")}, Props: store.PropsOf(map[string]any{"url": "https://example.org"})}
	other := store.NodeRecord{Ref: store.Ref{ID: "a-src", Kind: "Source", Name: "Another"}, Said: store.Said{Source: id("src"), Place: "row 1", Rank: store.FromField}}
	node := func(ref store.Ref, said store.Said, props map[string]any) store.NodeRecord {
		return store.NodeRecord{Ref: ref, Said: said, Props: store.PropsOf(props)}
	}
	row := func(n int) store.Said {
		return store.Said{Source: id("src"), Place: fmt.Sprint("row ", n), Rank: store.FromRegister, At: date("2020-Q2"), Confidence: 0.25}
	}
	hand := store.Said{}
	org := func(name, at string) store.Ref { return store.Ref{ID: at, Kind: "Organisation", Name: name} }
	return []store.Batch{
		{By: "one", Run: "r1", Nodes: []store.NodeRecord{self, other,
			node(store.Ref{ID: "twin", Kind: "Organisation", Name: "Twin", Identifiers: is("ROR", "1")}, row(1), map[string]any{"country": "BG"}),
			node(store.Ref{ID: "twin-2", Kind: "Organisation", Name: "Twin", Identifiers: is("ROR", "2")}, row(2), map[string]any{"country": "RS"}),
			node(store.Ref{ID: "m1", Kind: "Organisation", Name: "Merged one", Identifiers: is("PIC", "10")}, row(3), map[string]any{"aliases": []string{"M"}}),
			node(store.Ref{ID: "m2", Kind: "Cluster", Name: "Merged two", Identifiers: is("PIC", "20")}, row(4), map[string]any{"established": date("2001"),
				"composition": map[string]any{"smes": 3}, "coordinates": map[string]any{"latitude": 1.5, "longitude": 2.0}}),
			node(store.Ref{ID: "m3", Kind: "Organisation", Name: "Merged three", Identifiers: is("PIC", "30")}, row(5), nil),
			node(org("Gone", "gone"), row(6), map[string]any{"city": "Sofia"}), node(org("Stays", "stays"), row(7), nil),
			node(org("Apart", "apart"), hand, nil), node(org("Also apart", "apart-2"), hand, nil),
			node(store.Ref{ID: "p", Kind: "Project", Name: "P"}, row(8), map[string]any{"totalCost": store.Money{Amount: -1, Currency: "USD"}, "start": date("2020-01-31")}),
			node(store.Ref{ID: "ann", Kind: "Person", Name: "Ann"}, row(9), map[string]any{"honorific": "Dr."}),
			node(store.Ref{ID: "u1", Kind: "Organisation", Name: "University of Somewhere", Identifiers: is("PIC", "41")}, row(13), map[string]any{"country": "FR"}),
			node(store.Ref{ID: "u2", Kind: "Organisation", Name: "University of Somewhere", Identifiers: is("PIC", "42")}, row(14), map[string]any{"country": "FR"}),
			node(id("ann"), row(10), map[string]any{"description": "no name here"}),
		}, Edges: []store.EdgeRecord{
			{Type: "PARTICIPATES_IN", From: id("m2"), To: id("p"), Said: row(1), Props: store.PropsOf(map[string]any{"contribution": store.Money{Amount: 12345, Currency: "EUR"}})},
			{Type: "PARTICIPATES_IN", From: id("m2"), To: id("p"), Key: "a key", Said: row(2)},
			{Type: "PARTICIPATES_IN", From: id("m3"), To: id("p"), Said: row(3)},
			{Type: "PARTICIPATES_IN", From: id("stays"), To: id("p"), Said: row(4)},
			{Type: "OPERATES", From: id("gone"), To: id("stays"), Said: row(5), Props: store.PropsOf(map[string]any{"unknown to the schema": date("2020")})},
		}},
		// The same place again, in part by hand: in several forms.
		{By: "two", Run: "r2", Nodes: []store.NodeRecord{
			node(org("Stays", "stays"), row(7), map[string]any{"city": "Plovdiv", "sme": true, "not in the schema": []any{int64(1), "x"}}),
			node(id("stays"), store.Said{Source: id("src"), Place: "row 7", At: date("2021")}, map[string]any{"city": nil, "legalName": "By Hand"}),
			node(id("stays"), hand, map[string]any{"url": nil, "coordinates": map[string]any{"latitude": 4.0, "longitude": nil}}),
			node(id("p"), row(8), map[string]any{"totalCost": store.Money{Amount: 5, Currency: "EUR"}, "start": date("2020-01-31")}),
		}},
		{By: "three", Steps: []store.Step{store.Merge{Keep: id("m2"), Drop: id("m3")}, store.Merge{Keep: id("m1"), Drop: id("m2")}}},
		// Each says an identifier of the other by now.
		{By: "four", Nodes: []store.NodeRecord{
			node(store.Ref{ID: "m1", Kind: "Organisation", Name: "Merged one", Identifiers: is("PIC", "20")}, row(11), nil),
			node(store.Ref{ID: "m3", Kind: "Organisation", Identifiers: append(is("PIC", "10"), is("A:B", "c")...)}, row(12), nil),
		}, Steps: []store.Step{store.Distinct{A: id("apart"), B: id("apart-2")}, store.Remove{Node: id("gone")}, store.Unlink{Type: "PARTICIPATES_IN", From: id("stays"), To: id("p")}}},
	}
}

// open is an empty store.
func open(t *testing.T) *sqlite.Truth {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "new.db"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// load imports lines; nothing may be rejected.
func load(t *testing.T, s *sqlite.Truth, lines []byte, i jsonlines.Importer, records int) ingest.Summary {
	t.Helper()
	name := filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(name, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := tabular.Find([]string{name}, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i.Schema = ontology.Served().Store
	sum, err := ingest.Run(t.Context(), i, files, s, ingest.Options{By: "import jsonl", Schema: i.Schema, Run: t.Name() + fmt.Sprint(records), Records: records, Decisions: &identity.Decisions{}, AsSaid: !i.Meet,
		Rejects: func(p ingest.Problem, _ bool) error { t.Errorf("rejected: %s", p); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// content is what a store holds, line by line, but who applied it, when and at which
// revision: nodes, edges, records, merges, marks.
func content(t *testing.T, s *sqlite.Truth) []string {
	t.Helper()
	var out []string
	err := s.Dump(context.Background(), func(commit.Now) (commit.Mark, error) { return commit.Mark{}, nil }, func(p *commit.Piece) error {
		d := &p.Put
		for _, n := range d.Nodes {
			out = append(out, fmt.Sprint("node ", n.ID, n.Kind, n.Denied, n.Props))
		}
		for _, e := range d.Edges {
			out = append(out, fmt.Sprint("edge ", e.EdgeID, e.Props))
		}
		for _, x := range d.Names {
			out = append(out, fmt.Sprint("name ", x))
		}
		for _, x := range d.Claims {
			out = append(out, fmt.Sprint("identifier ", x))
		}
		for _, x := range d.Merges {
			out = append(out, fmt.Sprint("merge ", x))
		}
		for _, x := range d.Denied {
			out = append(out, fmt.Sprint("denied ", x))
		}
		for _, x := range d.Distinct {
			out = append(out, fmt.Sprint("distinct ", x))
		}
		for _, r := range d.Records {
			about := fmt.Sprint(r.Subject, r.Source, r.Place)
			for _, x := range r.Props {
				out = append(out, fmt.Sprint("said ", about, x.Name, x.Value, r.At, r.Rank, r.Confidence, r.Derived))
			}
			if r.Kind != "" {
				out = append(out, fmt.Sprint("said ", about, r.Kind, r.At, r.Rank, r.Confidence))
			}
			if r.States {
				out = append(out, fmt.Sprint("said ", about, r.At, r.Rank, r.Confidence))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// Nothing is lost: read into an empty store, an export makes the same graph, of which the
// same is said, and the same lines again.
func TestJSONLines(t *testing.T) {
	for name, k := range map[string]*kept{"sample": sampled(t), "trouble": sampled(t, trouble()), "marks": keep(t, marked(t)...)} {
		t.Run(name, func(t *testing.T) {
			lines := k.bytes(t, graph.Export{Format: "jsonl"})
			for _, records := range []int{1, 7, 4000} {
				s := open(t)
				load(t, s, lines, jsonlines.Importer{}, records)
				same(t, "content", content(t, s), content(t, k.truth))
				again := &kept{truth: s, store: k.store}
				if got := again.bytes(t, graph.Export{Format: "jsonl"}); !bytes.Equal(got, lines) {
					same(t, "lines", strings.Split(string(got), "\n"), strings.Split(string(lines), "\n"))
					t.Errorf("in batches of %d the second export differs from the first", records)
				}
				before, _ := s.Revision(t.Context())
				sum := load(t, s, lines, jsonlines.Importer{}, records+1)
				if name != "marks" && sum.Nodes.New+sum.Nodes.Changed+sum.Edges.New+sum.Edges.Changed > 0 || sum.Revision.Number < before.Number {
					t.Errorf("a second import changes something: %+v", sum)
				}
				same(t, "content after a second import", content(t, s), content(t, k.truth))
			}
		})
	}
}

// Who was erased is not brought back by an export from before, under no name.
func TestErasedStayAway(t *testing.T) {
	lines := keep(t, marked(t)...).bytes(t, graph.Export{Format: "jsonl"})
	s := open(t)
	ann := store.Ref{Kind: "Person", Name: "Ann"}
	for _, b := range []store.Batch{{Nodes: []store.NodeRecord{{Ref: ann}}}, {Steps: []store.Step{store.Erase{Node: ann}}}} {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(name, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := tabular.Find([]string{name}, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	schema := ontology.Served().Store
	if _, err := ingest.Run(t.Context(), jsonlines.Importer{Schema: schema}, files, s, ingest.Options{Schema: schema, Run: "again", Decisions: &identity.Decisions{}, AsSaid: true}); err != nil {
		t.Fatal(err)
	}
	for _, line := range content(t, s) {
		if strings.Contains(line, "Person") || strings.Contains(line, "clustergraph import of") || strings.Contains(line, " ann") {
			t.Errorf("it is back: %s", line)
		}
	}
}

// With Meet nodes are met by identifier and name, whatever their ids.
func TestJSONLinesMeet(t *testing.T) {
	s := open(t)
	if _, err := s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{
		{Ref: store.Ref{ID: "mine", Kind: "Organisation", Name: "Whatever", Identifiers: []store.Identifier{{Scheme: "PIC", Value: "986451977"}}}},
		{Ref: store.Ref{ID: "also-mine", Kind: "Project", Name: "DANUBE ICT"}},
	}}); err != nil {
		t.Fatal(err)
	}
	load(t, s, sampled(t).bytes(t, graph.Export{Format: "jsonl"}), jsonlines.Importer{Meet: true}, 100)
	joined := false
	for _, line := range content(t, s) {
		if strings.HasPrefix(line, "node eccp:ict-cluster") || strings.HasPrefix(line, "node name:danube-ict") {
			t.Errorf("not met: %.80s", line)
		}
		joined = joined || strings.HasPrefix(line, "edge {PARTICIPATES_IN mine also-mine }")
	}
	if !joined {
		t.Error("the edge between the two nodes that were met is missing")
	}
}
