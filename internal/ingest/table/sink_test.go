package table

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// sink writes down what an importer tells, as text, and keeps it.
type sink struct {
	text     bytes.Buffer
	nodes    []store.NodeRecord
	edges    []store.EdgeRecord
	rows     int
	rejected []ingest.Problem
	left     []ingest.Problem
	complete []store.Ref
}

func (s *sink) Row(r ingest.Row) error {
	s.rows++
	fmt.Fprintf(&s.text, "row %d\n", r.At.Line)
	s.records(r.Nodes, r.Edges)
	for _, p := range r.Left {
		fmt.Fprintf(&s.text, "  left out: %s\n", p)
	}
	s.left = append(s.left, r.Left...)
	return nil
}

func (s *sink) Reject(p ingest.Problem) error {
	fmt.Fprintf(&s.text, "rejected: %s\n", p)
	s.rejected = append(s.rejected, p)
	return nil
}

func (s *sink) Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	fmt.Fprintln(&s.text, "prepared")
	s.records(nodes, edges)
	return nil
}

func (s *sink) Complete(source store.Ref) {
	fmt.Fprintf(&s.text, "complete: %s\n", refText(source))
	s.complete = append(s.complete, source)
}

func (s *sink) records(nodes []store.NodeRecord, edges []store.EdgeRecord) {
	for _, n := range nodes {
		fmt.Fprintf(&s.text, "  %s%s\n", refText(n.Ref), saysText(n.Said, n.Props))
	}
	for _, e := range edges {
		fmt.Fprintf(&s.text, "  %s -%s-> %s%s\n", refText(e.From), strings.Join(strings.Fields(e.Type+" "+e.Key), " "), refText(e.To), saysText(e.Said, e.Props))
	}
	s.nodes, s.edges = append(s.nodes, nodes...), append(s.edges, edges...)
}

func refText(r store.Ref) string {
	s := fmt.Sprintf("%s %q", r.Kind, r.Name)
	if r.ID != "" {
		s += " (" + r.ID + ")"
	}
	for _, id := range r.Identifiers {
		s += fmt.Sprintf(" %s:%s", id.Scheme, id.Value)
	}
	return s
}

func saysText(said store.Said, props store.Props) string {
	s := ""
	if said.Place != "" {
		s += " @ " + said.Place
	}
	if said.At != (store.Date{}) {
		s += " of " + said.At.String()
	}
	if len(props) > 0 {
		s += " " + string(codec.Append(nil, props))
	}
	return s
}

// readAs reads tables by a mapping and says what they told.
func readAs(t testing.TB, mapping string, params map[string]string, files ...string) *sink {
	t.Helper()
	im, err := Load(mapping, params)
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	if err := im.Read(context.Background(), find(t, nil, files...), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func find(t testing.TB, stdin *strings.Reader, files ...string) []tabular.File {
	t.Helper()
	o := tabular.Options{}
	if stdin != nil {
		o.Stdin = stdin
	}
	found, err := tabular.Find(files, o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// nothing is a sink that keeps nothing.
type nothing struct{}

func (nothing) Row(ingest.Row) error                                 { return nil }
func (nothing) Reject(ingest.Problem) error                          { return nil }
func (nothing) Prepare([]store.NodeRecord, []store.EdgeRecord) error { return nil }
func (nothing) Complete(store.Ref)                                   {}
