package export

import (
	"io"
	"strconv"

	"clustergraph/internal/store"
)

// The columns that every table has before those of the layout.
var (
	nodeHeader = []string{"id", "kind", "name"}
	edgeHeader = []string{"type", "from", "to", "weight"}
)

func header(fixed []string, columns []Column) []string {
	out := append([]string(nil), fixed...)
	for _, c := range columns {
		out = append(out, c.Name)
	}
	return out
}

// tablesCSV writes nodes.csv and edges.csv.
type tablesCSV struct {
	*files
	l     Layout
	table *csvWriter
	edges bool
}

func newTablesCSV(w io.Writer, l Layout, part string) (writer, error) {
	t := &tablesCSV{files: newFiles(w, part), l: l}
	return t, t.open("nodes", header(nodeHeader, l.Nodes))
}

func (t *tablesCSV) open(part string, header []string) error {
	w, err := t.begin(part, part+".csv")
	if err != nil {
		return err
	}
	t.table = newCSV(w)
	_, _ = t.table.out.WriteString(byteOrderMark)
	return t.table.row(header...)
}

func (t *tablesCSV) node(n node) error {
	for _, s := range []string{n.ID, n.Kind, n.Name()} {
		t.table.cell(s, true)
	}
	return t.values(n.values)
}

func (t *tablesCSV) values(values []store.Value) error {
	for _, v := range values {
		t.table.cell(text(v), isText(v))
	}
	return t.table.end()
}

func isText(v store.Value) bool {
	switch v.(type) {
	case bool, int64, float64, store.Date, store.Cents:
		return false
	}
	return true
}

func (t *tablesCSV) edge(e edge) error {
	if err := t.toEdges(); err != nil {
		return err
	}
	for _, s := range []string{e.typ, e.from.id, e.to.id} {
		t.table.cell(s, true)
	}
	t.table.cell(strconv.FormatFloat(e.weight, 'f', -1, 64), false)
	return t.values(e.values)
}

func (t *tablesCSV) toEdges() error {
	if t.edges {
		return nil
	}
	t.edges = true
	if err := t.table.out.Flush(); err != nil {
		return err
	}
	return t.open("edges", header(edgeHeader, t.l.Edges))
}

func (t *tablesCSV) close() error {
	if err := t.toEdges(); err != nil {
		return err
	}
	if err := t.table.out.Flush(); err != nil {
		return err
	}
	return t.files.close()
}

// tablesXLSX writes the sheets Nodes and Edges.
type tablesXLSX struct {
	*workbook
	l     Layout
	edges bool
}

func newTablesXLSX(w io.Writer, l Layout, _ string) (writer, error) {
	t := &tablesXLSX{workbook: newWorkbook(w), l: l}
	return t, t.begin("Nodes", cells(header(nodeHeader, l.Nodes)))
}

func cells(texts []string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}

func (t *tablesXLSX) node(n node) error {
	return t.row(append([]any{n.ID, n.Kind, n.Name()}, n.values...))
}

func (t *tablesXLSX) edge(e edge) error {
	if err := t.toEdges(); err != nil {
		return err
	}
	return t.row(append([]any{e.typ, e.from.id, e.to.id, e.weight}, e.values...))
}

func (t *tablesXLSX) toEdges() error {
	if t.edges {
		return nil
	}
	t.edges = true
	return t.begin("Edges", cells(header(edgeHeader, t.l.Edges)))
}

func (t *tablesXLSX) close() error {
	if err := t.toEdges(); err != nil {
		return err
	}
	return t.workbook.close()
}
