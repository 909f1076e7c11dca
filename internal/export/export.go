// Package export writes a graph, or a network worked out of it, as the files that other
// programs read: GEXF, GraphML, Kumu, VOSviewer, tables, and JSON Lines that hold everything.
//
// What is exported is read from one view of a store, a page at a time, and written at once:
// beside the view, four bytes for each node of the graph are held, whatever the size of the
// result. (Excel's format wants its parts finished one by one; large ones wait in temporary
// files.) The same graph makes the same bytes.
package export

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// Format is a form of files.
type Format struct {
	Name string // as users write it: "gexf"
	// Extension and MediaType are those of the file as a whole.
	Extension, MediaType string
	// Parts are files within it that can be had alone; PartType is their media type, and
	// PartExtension how their names end.
	Parts                   []string
	PartType, PartExtension string

	// linked formats have one link between two nodes, and no directions.
	linked bool
	open   func(w io.Writer, l Layout, part string) (writer, error)
}

// The media types that formats share.
const (
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mediaZip  = "application/zip"
	mediaCSV  = "text/csv; charset=utf-8"
	mediaTSV  = "text/tab-separated-values; charset=utf-8"
)

// Formats are all forms a graph is written in by [Write].
var Formats = []Format{
	{Name: "gexf", Extension: "gexf", MediaType: "application/gexf+xml; charset=utf-8", open: newGEXF},
	{Name: "graphml", Extension: "graphml", MediaType: "application/graphml+xml; charset=utf-8", open: newGraphML},
	{Name: "kumu", Extension: "xlsx", MediaType: mediaXLSX, open: newKumuSheets},
	{Name: "kumu-csv", Extension: "zip", MediaType: mediaZip, Parts: []string{"elements", "connections"}, PartType: mediaCSV, PartExtension: "csv", open: newKumuCSV},
	{Name: "vosviewer", Extension: "zip", MediaType: mediaZip, Parts: []string{"map", "network"}, PartType: mediaTSV, PartExtension: "txt", linked: true, open: newVOSFiles},
	{Name: "vosviewer-json", Extension: "json", MediaType: "application/json; charset=utf-8", linked: true, open: newVOSJSON},
	{Name: "csv", Extension: "zip", MediaType: mediaZip, Parts: []string{"nodes", "edges"}, PartType: mediaCSV, PartExtension: "csv", open: newTablesCSV},
	{Name: "xlsx", Extension: "xlsx", MediaType: mediaXLSX, open: newTablesXLSX},
}

// FormatOf is a format by name; an ErrInvalid names those there are.
func FormatOf(name string) (Format, error) {
	var names []string
	for _, f := range Formats {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("%w: there is no format %q; use %s or jsonl", store.ErrInvalid, name, strings.Join(names, ", "))
}

// CheckPart is an ErrInvalid if the format has no such part; the empty part is the whole.
func (f Format) CheckPart(part string) error {
	switch {
	case part == "" || slices.Contains(f.Parts, part):
		return nil
	case len(f.Parts) == 0:
		return fmt.Errorf("%w: %s is one file; leave the part out", store.ErrInvalid, f.Name)
	}
	return fmt.Errorf("%w: %s has no part %q; use %s, or none for all of them in a zip", store.ErrInvalid, f.Name, part, strings.Join(f.Parts, " or "))
}

// Layout is what a file tells before its first node.
type Layout struct {
	Directed     bool
	Revision     string // of the graph
	Nodes, Edges []Column
	kinds        []string          // of the ontology
	colours      map[string]colour // by kind
}

// node is a node as it is written.
type node struct {
	*store.Node
	number int // from 1, in the order of the file
	span   store.Period
	values []store.Value // by Layout.Nodes
}

// edge is an edge as it is written.
type edge struct {
	id       string // made of its type, ends and key
	from, to end
	typ      string
	weight   float64
	span     store.Period
	values   []store.Value // by Layout.Edges
}

// end is one end of an edge.
type end struct {
	id     string
	number int
}

// writer writes one file: first all nodes, then all edges.
type writer interface {
	node(node) error
	edge(edge) error
	close() error
}

// Write writes what a query asks for. part is one of the format's parts, or empty. Errors of
// the query (ErrInvalid, ErrNotFound, ErrConflict) come before the first byte. Cost: with
// the nodes that are looked at and the edges that are written; of the partnership network
// the pairs are worked out twice.
func Write(ctx context.Context, w io.Writer, f Format, part string, r store.Reader, o *ontology.Ontology, q Query) error {
	if err := f.CheckPart(part); err != nil {
		return err
	}
	g, err := walk(ctx, r, o, q)
	if err != nil {
		return err
	}
	out, err := f.open(w, g.layout(), part)
	if err != nil {
		return err
	}
	if err := g.nodes(out.node); err != nil {
		return err
	}
	edges := g.edges
	if f.linked {
		edges = g.links
	}
	if err := edges(out.edge); err != nil {
		return err
	}
	return out.close()
}

// colour is a colour that a kind has wherever it is drawn.
type colour struct{ r, g, b uint8 }

// palette are colours that most people can tell apart (Tableau 10).
var palette = []colour{{78, 121, 167}, {242, 142, 43}, {225, 87, 89}, {118, 183, 178}, {89, 161, 79}, {237, 201, 72}, {176, 122, 161}, {255, 157, 167}, {156, 117, 95}, {186, 176, 172}}

// look says how nodes of the ontology's kinds look.
func (l *Layout) look(o *ontology.Ontology) {
	l.colours = map[string]colour{}
	for i, k := range o.Kinds {
		l.kinds = append(l.kinds, k.Name)
		l.colours[k.Name] = palette[i%len(palette)]
	}
}

// String is the colour as the web writes it: "#4e79a7".
func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }
