package export

import (
	"io"
	"slices"

	"clustergraph/internal/store"
)

// Kumu (https://docs.kumu.io) reads a workbook of two sheets, or two csv files: Elements with
// ID, Label, Type and fields of the user's own, and Connections with From, To (ids of
// elements), Direction, Type, Strength and more fields. Its fields Description, Tags, Start
// date and End date have meanings of their own.
type kumu struct {
	l           Layout
	description int // which column it is; -1: none
	// begin begins a sheet; row and end write it.
	begin func(sheet string, header []any) error
	row   func([]any) error
	end   func() error
	edges bool
}

func newKumu(l Layout, begin func(string, []any) error, row func([]any) error, end func() error) (writer, error) {
	k := &kumu{l: l, begin: begin, row: row, end: end}
	k.description = slices.IndexFunc(l.Nodes, func(c Column) bool { return c.Name == "description" })
	head := []any{"ID", "Label", "Type", "Description", "Start date", "End date"}
	for i, c := range l.Nodes {
		if i != k.description {
			head = append(head, c.Name)
		}
	}
	return k, begin("Elements", head)
}

func (k *kumu) node(n node) error {
	first, last := days(n.span)
	var description store.Value
	if k.description >= 0 {
		description = n.values[k.description]
	}
	row := []any{n.ID, n.Name(), n.Kind, description, first, last}
	for i, v := range n.values {
		if i != k.description {
			row = append(row, v)
		}
	}
	return k.row(row)
}

func (k *kumu) edge(e edge) error {
	if err := k.toEdges(); err != nil {
		return err
	}
	first, last := days(e.span)
	direction := "directed"
	if !k.l.Directed {
		direction = "mutual"
	}
	return k.row(append([]any{e.from.id, e.to.id, direction, e.typ, e.weight, first, last}, e.values...))
}

func (k *kumu) toEdges() error {
	if k.edges {
		return nil
	}
	k.edges = true
	head := []any{"From", "To", "Direction", "Type", "Strength", "Start date", "End date"}
	for _, c := range k.l.Edges {
		head = append(head, c.Name)
	}
	return k.begin("Connections", head)
}

func (k *kumu) close() error {
	if err := k.toEdges(); err != nil {
		return err
	}
	return k.end()
}

func newKumuSheets(w io.Writer, l Layout, _ string) (writer, error) {
	b := newWorkbook(w)
	return newKumu(l, b.begin, b.row, b.close)
}

func newKumuCSV(w io.Writer, l Layout, part string) (writer, error) {
	f := newFiles(w, part)
	var table *csvWriter
	row := func(values []any) error {
		for _, v := range values {
			table.cell(text(v), isText(v))
		}
		return table.end()
	}
	flush := func() error {
		if table == nil {
			return nil
		}
		return table.out.Flush()
	}
	begin := func(sheet string, header []any) error {
		if err := flush(); err != nil {
			return err
		}
		part := map[string]string{"Elements": "elements", "Connections": "connections"}[sheet]
		w, err := f.begin(part, part+".csv")
		if err != nil {
			return err
		}
		table = newCSV(w)
		return row(header)
	}
	return newKumu(l, begin, row, func() error {
		if err := flush(); err != nil {
			return err
		}
		return f.close()
	})
}
