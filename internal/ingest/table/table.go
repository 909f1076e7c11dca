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
// retrieval and the rows above the header.
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
		out = append(out, Mapping{name, m.about, m.parameters[:len(m.parameters)-len(everywhere)]})
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
// the mapping's parameters; each mapping has "retrieved", the day the tables were fetched, and
// "skipRows", how many rows stand above the header. An
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
	all, err := im.assign(ctx, files, to)
	if err != nil {
		return err
	}
	for _, t := range im.mapping.tables {
		names := places(all[t])
		for i, x := range all[t] {
			if err := r.read(ctx, t, x, names[i]); err != nil {
				return err
			}
		}
	}
	for _, source := range r.order {
		to.Complete(source)
	}
	return nil
}

// opened is a file, or a sheet of one, and as what it is read; rows is set if it was opened to
// look and cannot be again.
type opened struct {
	file  tabular.File
	sheet string
	as    *sheet // nil: as none
	why   []lack // it is not read as other tables
	rows  *tabular.Rows
}

// lack is why something is not read as a table.
type lack struct {
	of  *sheet
	why error
}

// assign finds out which files, or sheets of workbooks, are read as which table. Files of folders
// and zips, and sheets, that are none are told if they stand beside others.
func (im *Importer) assign(ctx context.Context, files []tabular.File, to ingest.Sink) (map[*sheet][]opened, error) {
	all := map[*sheet][]opened{}
	var others []ingest.Problem
	var faults []error
	for _, f := range files {
		looked, err := im.mapping.look(ctx, f)
		is := func(x opened) bool { return x.as != nil }
		if err == nil && !slices.ContainsFunc(looked, is) {
			err = im.mapping.none(ctx, looked)
		}
		if err != nil {
			if f.Named || ctx.Err() != nil {
				return nil, err
			}
			faults = append(faults, err)
			others = append(others, ingest.Problem{At: ingest.Place{File: f.Name}, Why: strings.TrimLeft(strings.TrimPrefix(err.Error(), f.Name), ": ")})
			continue
		}
		for _, x := range looked {
			if is(x) {
				all[x.as] = append(all[x.as], x)
				continue
			}
			at := ingest.Place{File: f.Name, Sheet: x.sheet}
			others = append(others, ingest.Problem{At: at, Why: "is not read: it does not have the columns that the mapping reads"})
		}
	}
	if len(all) == 0 {
		return nil, errors.Join(faults[:min(len(faults), mostFaults)]...)
	}
	for _, p := range others {
		if err := to.Reject(p); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// look finds out as which tables a file is read, or the sheets of a workbook: as the one that
// needs the most columns of those whose columns it has.
func (m *mapping) look(ctx context.Context, f tabular.File) (looked []opened, err error) {
	var faults []error
	groups := m.alike()
	for i, alike := range groups {
		if i > 0 && f.Sum == "" {
			break // it can be opened only once
		}
		o := alike[0].options
		o.Sheet = ""
		err := f.EachSheet(ctx, o, func(rows *tabular.Rows) error {
			at := slices.IndexFunc(looked, func(x opened) bool { return x.sheet == rows.Sheet() })
			if at < 0 {
				at = len(looked)
				looked = append(looked, opened{file: f, sheet: rows.Sheet()})
			}
			x := &looked[at]
			for _, t := range alike {
				why := m.lacks(t, rows)
				switch {
				case why != nil:
					x.why = append(x.why, lack{t, why})
				case x.as == nil || t.needs() > x.as.needs():
					x.as = t
				}
			}
			if f.Sum == "" {
				x.rows = rows
			}
			return nil
		})
		if err != nil {
			faults = append(faults, err)
		}
	}
	if len(faults) == len(groups) || ctx.Err() != nil || len(faults) > 0 && f.Sum == "" {
		return nil, faults[0] // else it is written as some of the tables are
	}
	return looked, nil
}

// alike are the tables whose files are written in the same way, but for their sheets.
func (m *mapping) alike() (groups [][]*sheet) {
	for _, t := range m.tables {
		i := slices.IndexFunc(groups, func(g []*sheet) bool {
			a, b := g[0].options, t.options
			return a.Delimiter == b.Delimiter && a.Encoding == b.Encoding && a.NoHeader == b.NoHeader && a.SkipRows == b.SkipRows
		})
		if i < 0 {
			groups = append(groups, []*sheet{t})
			continue
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// lacks tells why some rows are not those of a table; nil if they may be.
func (m *mapping) lacks(t *sheet, rows *tabular.Rows) error {
	if want, is := t.options.Sheet, rows.Sheet(); want != "" && is != "" && !strings.EqualFold(strings.TrimSpace(want), strings.TrimSpace(is)) {
		return fmt.Errorf("another name than the sheet %q", want)
	}
	_, err := m.bind(t, rows)
	if len(m.tables) == 1 && rows.Grows() {
		return nil // later rows may have the columns
	}
	return err
}

// none tells why a file, whose sheets were looked at, is read as no table.
func (m *mapping) none(ctx context.Context, looked []opened) error {
	var faults []error
	for _, x := range looked {
		name := ingest.Place{File: x.file.Name, Sheet: x.sheet}.String()
		if x.rows != nil {
			_ = x.rows.Close() // nothing was read
		}
		if len(m.tables) == 1 { // what its first sheet lacks will do
			return fmt.Errorf("%s has %w%s", name, x.why[0].why, m.below(ctx, x, m.tables[0]))
		}
		why := name + " is none of the tables that the mapping reads"
		for _, l := range x.why {
			why += fmt.Sprintf("\nAs %s: it has %v%s", l.of.name, l.why, m.below(ctx, x, l.of))
		}
		faults = append(faults, errors.New(why))
	}
	return errors.Join(faults...)
}

// below tells how to read a table whose header stands further down.
func (m *mapping) below(ctx context.Context, x opened, t *sheet) string {
	o := t.options
	if o.NoHeader {
		return ""
	}
	if x.sheet != "" {
		o.Sheet = x.sheet
	}
	skip := x.file.HeaderBelow(ctx, o, func(rows *tabular.Rows) bool {
		_, err := m.bind(t, rows)
		return err == nil
	})
	if skip == 0 {
		return ""
	}
	return fmt.Sprintf("\nLine %d has them: write file: {skipRows: %d} in the mapping, or add --set skipRows=%d", skip+1, skip, skip)
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
		why += "\nIts columns are " + rows.Listed()
	}
	if sheets := rows.Sheets(); len(sheets) > 1 {
		why += "\nThe workbook's sheets are " + strings.Join(sheets, ", ") + `; the mapping says which one in file: {sheet: "..."}`
	}
	return columns, errors.New(why)
}

// places tell the files and sheets of one table apart in the places of what they say; there is
// nothing to tell if it is one. A file is told by its name; files of one name, by their paths below
// the folder that all have in common, wherever that is.
func places(all []opened) []string {
	names := make([]string, len(all))
	if len(all) < 2 {
		return names
	}
	common := path.Dir(all[0].file.Name)
	files := map[string]string{} // by their bases; empty: there are several
	for _, x := range all {
		if other, had := files[x.file.Base]; had && other != x.file.Name {
			files[x.file.Base] = ""
		} else {
			files[x.file.Base] = x.file.Name
		}
		for common != "." && common != "/" && !strings.HasPrefix(x.file.Name, common+"/") {
			common = path.Dir(common)
		}
	}
	for i, x := range all {
		name := x.file.Base
		if files[name] == "" {
			name = strings.TrimPrefix(x.file.Name, strings.TrimSuffix(common, "/")+"/")
		}
		names[i] = strings.TrimSpace(name + " " + x.sheet)
	}
	return names
}

// read tells what one file says; place tells it apart from others of the table.
func (r *run) read(ctx context.Context, t *sheet, x opened, place string) error {
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
	prefix := ""
	if t.name != "" {
		prefix = t.name + " "
	}
	if place != "" {
		prefix = place + " "
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
			for _, n := range row.Notes() {
				if n.Column == problem.At.Column { // which may be why
					problem.Why += ": it " + n.Why
				}
			}
			return r.to.Reject(*problem)
		}
		told.Left = append(ingest.Noted(at, row), told.Left...)
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
