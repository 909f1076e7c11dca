// Package table imports any table by a mapping: a YAML file that says which columns make
// which nodes, edges, identifiers, dates and sources. docs/import-table.md tells how to write
// one, mapping.schema.json what may stand in it. Some mappings come with the program
// ([Ready]).
//
// A mapping is checked against the ontology when it is read: kinds, relations, properties and
// what is written into them. Columns are checked when a table is opened.
package table

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

//go:embed mappings/*.yaml
var ready embed.FS

// Mapping is a mapping that comes with the program, and what it is told beside the day of
// retrieval.
type Mapping struct {
	Name, About string
	Parameters  []Parameter
}

// Ready are the mappings that come with the program, by name.
func Ready() []Mapping {
	var out []Mapping
	for _, name := range readyNames() {
		m, err := parse("the mapping "+name, readyFile(name), nil)
		if err != nil {
			panic(err) // a test reads them all
		}
		out = append(out, Mapping{name, m.about, m.parameters[:len(m.parameters)-1]})
	}
	return out
}

func readyNames() []string {
	files, err := ready.ReadDir("mappings")
	if err != nil {
		panic(err) // they are compiled in
	}
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimSuffix(f.Name(), path.Ext(f.Name())))
	}
	return out
}

func readyFile(name string) []byte {
	raw, err := ready.ReadFile("mappings/" + name + ".yaml")
	if err != nil {
		panic(err) // as above
	}
	return raw
}

// Importer reads tables by a mapping.
type Importer struct {
	mapping *mapping
	sum     string
}

// Sum tells the mapping and its parameters apart from others: an import that was interrupted
// goes on only if they are the same.
func (im *Importer) Sum() string { return im.sum }

// Load reads a mapping: one that comes with the program, by its name, or a file. params are
// the mapping's parameters; each mapping has "retrieved", the day the tables were fetched. An
// error tells all that is wrong with the mapping, each with its line and column.
func Load(nameOrFile string, params map[string]string) (*Importer, error) {
	if params == nil {
		params = map[string]string{}
	}
	if slices.Contains(readyNames(), nameOrFile) {
		return load("the mapping "+nameOrFile, readyFile(nameOrFile), params)
	}
	raw, err := os.ReadFile(nameOrFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no mapping %q, and no such file%s; the mappings that come with the program are %s",
			nameOrFile, didYouMean(nameOrFile, readyNames()), strings.Join(readyNames(), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("the mapping cannot be read: %w", err)
	}
	return load(nameOrFile, raw, params)
}

func load(file string, raw []byte, params map[string]string) (*Importer, error) {
	m, err := parse(file, raw, params)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", raw, params)
	return &Importer{m, hex.EncodeToString(h.Sum(nil)[:16])}, nil
}

// Read tells what files say by the mapping. Where the mapping has several tables, a file is
// read by the one whose columns it has, and files are read in the tables' order.
func (im *Importer) Read(ctx context.Context, files []tabular.File, to ingest.Sink) error {
	r := &run{mapping: im.mapping, model: served(), to: to, told: map[[16]byte]struct{}{}, known: map[string]made{}, sources: map[string]store.Said{}}
	all, err := im.assign(ctx, files)
	if err != nil {
		return err
	}
	for _, t := range im.mapping.tables {
		mine := all[t]
		for _, x := range mine {
			if err := r.read(ctx, t, x, len(mine) > 1); err != nil {
				return err
			}
		}
	}
	for _, source := range r.order {
		to.Complete(source)
	}
	return nil
}

// opened is a file, or a sheet of one, that is read as a table; rows is set if it was opened
// to look and cannot be again.
type opened struct {
	file  tabular.File
	sheet string
	rows  *tabular.Rows
}

// assign finds out which files are read as which table.
func (im *Importer) assign(ctx context.Context, files []tabular.File) (map[*sheet][]opened, error) {
	all := map[*sheet][]opened{}
	if first := im.mapping.tables[0]; len(im.mapping.tables) == 1 {
		for _, f := range files {
			sheet, err := im.mapping.sheetOf(ctx, f, first)
			if err != nil {
				return nil, err
			}
			all[first] = append(all[first], opened{file: f, sheet: sheet})
		}
		return all, nil
	}
	look := im.mapping.tables[0].options
	for _, f := range files {
		look.Sheet = ""
		rows, err := f.Open(ctx, look)
		if err != nil {
			return nil, err
		}
		sheets := rows.Sheets()
		if f.Sum == "" { // standard input is read once
			if len(sheets) > 1 {
				_ = rows.Close() // nothing was read
				return nil, fmt.Errorf("%s is a workbook of several sheets, which are read one after the other; save it and name the file", f.Name)
			}
			t, why := im.mapping.match(f.Name, "", rows)
			if t == nil {
				_ = rows.Close()
				return nil, why
			}
			all[t] = append(all[t], opened{f, "", rows})
			continue
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
		if sheets == nil {
			sheets = []string{""}
		}
		var faults []error
		found := false
		for _, sheet := range sheets {
			look.Sheet = sheet
			rows, err := f.Open(ctx, look)
			if errors.Is(err, tabular.ErrEmpty) && len(sheets) > 1 {
				continue
			}
			if err != nil {
				return nil, err
			}
			t, why := im.mapping.match(f.Name, sheet, rows)
			if err := rows.Close(); err != nil {
				return nil, err
			}
			if t == nil {
				faults = append(faults, why)
				continue
			}
			found = true
			all[t] = append(all[t], opened{f, sheet, nil})
		}
		if !found {
			return nil, errors.Join(faults...)
		}
	}
	return all, nil
}

// sheetOf is the sheet of a workbook that a table is read from, where the mapping names none and
// it is not the first: the first one that has the columns. Empty otherwise; where none has
// them, what the first lacks is told when it is read.
func (m *mapping) sheetOf(ctx context.Context, f tabular.File, t *sheet) (string, error) {
	if f.Sum == "" || t.options.Sheet != "" {
		return "", nil
	}
	sheets, o := []string{""}, t.options
	for n := 0; n < len(sheets); n++ {
		o.Sheet = sheets[n]
		rows, err := f.Open(ctx, o)
		if n > 0 && errors.Is(err, tabular.ErrEmpty) {
			continue
		}
		if err != nil {
			return "", err
		}
		if n == 0 && len(rows.Sheets()) > 1 {
			sheets = append(sheets, rows.Sheets()[1:]...)
		}
		_, lacks := m.bind(t, rows)
		if err := rows.Close(); err != nil {
			return "", err
		}
		if lacks == nil {
			return sheets[n], nil
		}
	}
	return "", nil
}

// match is the table of a mapping that a file, or a sheet of it, can be read as: of several
// the one that needs the most columns.
func (m *mapping) match(file, of string, rows *tabular.Rows) (*sheet, error) {
	why := fmt.Sprintf("%s is none of the tables that the mapping reads", strings.TrimSpace(file+" "+of))
	var best *sheet
	for _, t := range m.tables {
		if want := t.options.Sheet; want != "" && !strings.EqualFold(want, of) {
			why += fmt.Sprintf("\nAs %s: it is not the sheet %q", t.name, want)
		} else if _, err := m.bind(t, rows); err != nil {
			why += fmt.Sprintf("\nAs %s: it has %v", t.name, err)
		} else if best == nil || t.needs() > best.needs() {
			best = t
		}
	}
	if best == nil {
		return nil, errors.New(why)
	}
	return best, nil
}

// needs counts the columns that a table must have.
func (t *sheet) needs() int {
	must := map[string]bool{}
	for _, r := range t.refs {
		if !r.optional {
			must[strings.Join(r.names, "|")] = true
		}
	}
	return len(must)
}

// bind finds the columns that a mapping speaks of in a table.
func (m *mapping) bind(t *sheet, rows *tabular.Rows) ([][]int, error) {
	columns := make([][]int, m.slots)
	has := rows.Columns()
	var missing []string
	named := map[string]bool{}
	for _, r := range slices.Concat(m.shared, t.refs) {
		for _, name := range r.names {
			if i := rows.Column(name); i >= 0 && !slices.Contains(columns[r.slot], i) {
				columns[r.slot] = append(columns[r.slot], i)
			}
		}
		name := strings.Join(r.names, `" or "`)
		if columns[r.slot] != nil || r.optional || named[name] {
			continue
		}
		named[name] = true
		why := fmt.Sprintf(`no column "%s" (line %d of the mapping)`, name, r.at.line)
		if near := nearest(r.names[0], has); near != "" {
			why += fmt.Sprintf("; did you mean %q?", near)
		}
		missing = append(missing, why)
	}
	if missing == nil {
		return columns, nil
	}
	if len(missing) > mostFaults {
		missing = append(missing[:mostFaults], fmt.Sprintf("%d more columns", len(missing)-mostFaults))
	}
	why := strings.Join(missing, "\nand ")
	if has != nil {
		why += "\nIts columns are " + strings.Join(has, ", ")
	}
	if sheets := rows.Sheets(); len(sheets) > 1 {
		why += "\nThe workbook's sheets are " + strings.Join(sheets, ", ") + `; the mapping says which one in file: {sheet: "..."}`
	}
	return columns, errors.New(why)
}

// read tells what one file says.
func (r *run) read(ctx context.Context, t *sheet, x opened, several bool) error {
	rows := x.rows
	if rows == nil {
		o := t.options
		if x.sheet != "" {
			o.Sheet = x.sheet
		}
		var err error
		if rows, err = x.file.Open(ctx, o); err != nil {
			return err
		}
	}
	defer rows.Close()
	columns, missing := r.bind(t, rows)
	if missing != nil && !rows.Grows() {
		return fmt.Errorf("%s has %w", rows.Name(), missing)
	}
	prefix := ""
	if t.name != "" {
		prefix = t.name + " "
	}
	if several {
		prefix = strings.TrimSpace(x.file.Base+" "+x.sheet) + " "
	}
	known := len(rows.Columns())
	serial := path.Ext(x.file.Base) == ".xlsx"
	_, err := ingest.EachRow(ctx, rows, r.to, func(at ingest.Place, row tabular.Row) error {
		if n := len(rows.Columns()); n > known {
			known = n
			columns, missing = r.bind(t, rows)
		}
		told, problem, err := r.tell(t, &cells{row: row, names: rows.Columns(), columns: columns, empty: r.empty}, serial, at, fmt.Sprintf("%srow %d", prefix, row.Line))
		switch {
		case err != nil:
			return err
		case problem != nil:
			return r.to.Reject(*problem)
		}
		told.Left = append(ingest.Reread(at, row), told.Left...)
		return r.to.Row(told)
	})
	if err != nil {
		return err
	}
	if missing != nil {
		return fmt.Errorf("%s has %w", rows.Name(), missing)
	}
	return rows.Close()
}
