// Package register reads registers of bodies that users bring, for the names that each body has
// there: the data dump of ROR (ror.org) in its schemas 1 and 2, and tables with a row for each
// name. It reads record by record, and keeps of each that it was told.
package register

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
)

// Register is what one argument of a user names: a file, a folder or a zip.
type Register struct {
	path  string // of the argument
	name  string // of it, for people that do not have it where it lies
	files []tabular.File
}

// Record is what a register says of a body at one place; at others it may say more.
type Record struct {
	// ID is unique in the register: "https://ror.org/024d6js02". Again tells that something was
	// told of it before: a table has a row for each name.
	ID    string
	Again bool
	// Names are those in full: acronyms are many bodies'.
	Names []string
	// Country is an ISO 3166-1 alpha-2 code; empty if unknown.
	Country string
	Cities  []string
	// Sites are URLs or hosts of its pages.
	Sites       []string
	Identifiers []store.Identifier
	Status      Status
	// Related are the ids of those that it is a part of, that are parts of it, or that it says
	// are others: they are not the same body.
	Related []string
	// Followed are the ids of those that came after it: of a record that was withdrawn, the one
	// to use in its place. Following are those before it.
	Followed, Following []string
	// File and Place tell where it stands: "ror-data.zip", "record 5".
	File, Place string
}

// Status is what became of a record.
type Status uint8

// Statuses, as ROR has them: an inactive body has been; a record that was withdrawn is of none,
// or of one that has another record.
const (
	Active Status = iota
	Inactive
	Withdrawn
)

// About tells users what is read.
const About = `a register is ROR's data dump (JSON), or a table with the columns id, name and country and, if known, city and url, a row for each name`

var formats = []string{".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx"}

// Open finds the files of a register. told is told what of a folder or zip is left out.
func Open(arg string, told func(error)) (*Register, error) {
	if arg == "-" {
		return nil, errors.New("a register is read more than once, and cannot come from standard input; save it as a file")
	}
	files, err := tabular.Find([]string{arg}, tabular.Options{Formats: formats, Left: func(l tabular.LeftOut) { told(l) }})
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(arg)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is no file; a register is read more than once, so save it as one", arg)
	}
	// ROR publishes the same as JSON and as a table with other columns.
	if slices.ContainsFunc(files, isJSON) {
		files = slices.DeleteFunc(files, func(f tabular.File) bool {
			if isJSON(f) {
				return false
			}
			told(fmt.Errorf("%s: is left out: JSON stands beside it", f.Name))
			return true
		})
	}
	path := strings.ToValidUTF8(filepath.ToSlash(arg), "\ufffd")
	full, err := filepath.Abs(arg) // of "."
	if err != nil {
		return nil, err
	}
	return &Register{path: path, name: strings.ToValidUTF8(filepath.Base(full), "\ufffd"), files: files}, nil
}

func isJSON(f tabular.File) bool {
	return strings.HasSuffix(f.Base, ".json") || strings.HasSuffix(f.Base, ".jsonl") || strings.HasSuffix(f.Base, ".ndjson")
}

// Read tells all records, file by file; each is good until the next. What cannot be read of a
// file is told to left, and reading goes on behind it; if that is all there is, the file is no
// register, which is an error. Cost: with the files; memory with the largest record, and some 16
// bytes for each.
func (r *Register) Read(ctx context.Context, left func(error), yield func(*Record) error) error {
	told := ingest.Told{}
	for _, f := range r.files {
		in := &reading{file: f, name: r.name, told: told, left: left, yield: yield}
		if len(r.files) > 1 {
			in.name += strings.TrimPrefix(f.Name, r.path)
		}
		if err := in.read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reading is a file that is being read.
type reading struct {
	file  tabular.File
	name  string // in what is told of records
	told  ingest.Told
	left  func(error)
	yield func(*Record) error
	good  int
	held  []*Fault // before the first good record: this may be no register
}

// Fault is what is wrong at one place of a register.
type Fault struct {
	File, Place, Field string
	Why                string // and what to do
}

func (f *Fault) Error() string {
	s := f.File
	for _, part := range []string{f.Place, f.Field} {
		if part != "" {
			s += ", " + part
		}
	}
	return s + ": " + f.Why
}

// patience is after how many records at fault, and none before that is not, a file is taken for
// something else.
const patience = 100

func (in *reading) read(ctx context.Context) error {
	fault := func(f *Fault) error {
		f.File = in.file.Name
		if in.good > 0 {
			in.left(f)
			return nil
		}
		if in.held = append(in.held, f); len(in.held) >= patience {
			return in.noRegister()
		}
		return nil
	}
	read := in.table
	if !strings.HasSuffix(in.file.Base, ".xlsx") {
		is, err := in.holdsJSON(ctx)
		if err != nil {
			return err
		}
		if is {
			read = in.json
		}
	}
	if err := read(ctx, fault); err != nil {
		return err
	}
	if in.good == 0 {
		return in.noRegister()
	}
	return nil
}

func (in *reading) noRegister() error {
	if len(in.held) == 0 {
		return fmt.Errorf("%s: has no records; %s", in.file.Name, About)
	}
	return fmt.Errorf("%w (no other record can be read either, so this is no register that is known; %s)", in.held[0], About)
}

// holdsJSON looks at how the text begins.
func (in *reading) holdsJSON(ctx context.Context) (bool, error) {
	if isJSON(in.file) {
		return true, nil
	}
	text, err := in.file.Text(ctx)
	if err != nil {
		return false, err
	}
	defer text.Close()
	start := make([]byte, 1<<10)
	n, err := io.ReadFull(text, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, fmt.Errorf("%s: %w", in.file.Name, err)
	}
	start = bytes.TrimLeftFunc(start[:n], unicode.IsSpace)
	return len(start) > 0 && (start[0] == '[' || start[0] == '{'), nil
}

// tell tells a record if it says what it has to.
func (in *reading) tell(r *Record, fault func(*Fault) error) error {
	r.File = in.name
	switch {
	case r.ID == "":
		return fault(&Fault{Place: r.Place, Field: "id", Why: "is missing; each record has one"})
	case len(r.Names) == 0 && r.Status != Withdrawn:
		return fault(&Fault{Place: r.Place, Field: "names", Why: "are missing; a record has at least one that is no acronym"})
	}
	for _, f := range in.held {
		in.left(f)
	}
	in.held = nil
	in.good++
	r.Again = !in.told.New(r.ID)
	return in.yield(r)
}

// Columns of a table, the first three being needed.
var columns = []string{"id", "name", "country", "city", "url"}

func (in *reading) table(ctx context.Context, fault func(*Fault) error) error {
	rows, err := in.file.Open(ctx, tabular.RowOptions{})
	if err != nil {
		return err
	}
	defer rows.Close()
	var at [5]int
	var lacks []string
	used := map[int]bool{}
	for i, c := range columns {
		at[i] = rows.Column(c)
		used[at[i]] = true
		if at[i] < 0 && i < 3 {
			lacks = append(lacks, c)
		}
	}
	if len(lacks) > 0 {
		return fmt.Errorf("%s: has no column %s; %s. Its columns are %s", in.file.Name, quoted(lacks), About, quoted(rows.Columns()))
	}
	var others []string
	for i, c := range rows.Columns() {
		if !used[i] && c != "" {
			others = append(others, c)
		}
	}
	if len(others) > 0 {
		in.left(fmt.Errorf("%s: the columns %s are not read; those that are are %s", in.file.Name, quoted(others), strings.Join(columns, ", ")))
	}
	for {
		row, err := rows.Next()
		var broken *tabular.Fault
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &broken):
			f := &Fault{Place: fmt.Sprint("line ", broken.Line), Why: broken.Why}
			if broken.Column != "" {
				f.Field = "column " + broken.Column
			}
			if err := fault(f); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		r := Record{ID: row.At(at[0]), Place: fmt.Sprint("line ", row.Line), Cities: some(row.At(at[3])), Sites: some(row.At(at[4]))}
		name, country := row.At(at[1]), row.At(at[2])
		if r.ID == "" && name == "" && country == "" {
			continue
		}
		r.Identifiers = identifiersOf(r.ID)
		r.Names = some(name)
		if country != "" {
			code, ok := vocabulary.Country(country)
			if !ok {
				if err := fault(&Fault{Place: r.Place, Field: "column country", Why: fmt.Sprintf("%q is no country; write a code of ISO 3166-1, such as CZ, or a name", country)}); err != nil {
					return err
				}
				continue
			}
			r.Country = code
		}
		if err := in.tell(&r, fault); err != nil {
			return err
		}
	}
}

func quoted(s []string) string {
	const most = 20
	var b strings.Builder
	for i, v := range s {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == most {
			fmt.Fprintf(&b, "and %d more", len(s)-most)
			break
		}
		fmt.Fprintf(&b, "%q", v[:min(len(v), 100)])
	}
	return b.String()
}

// some are those of values that say something.
func some(values ...string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// hosts are those of registers whose identifiers are written as URLs.
var hosts = map[string]string{"ror.org": "ROR", "wikidata.org": "WIKIDATA", "grid.ac": "GRID", "isni.org": "ISNI"}

// identifiersOf is what an id of a register says by itself: "https://ror.org/024d6js02",
// "PIC:999978530".
func identifiersOf(id string) []store.Identifier {
	scheme, value, ok := strings.Cut(id, ":")
	if ok && strings.HasPrefix(value, "//") {
		host, path, _ := strings.Cut(strings.TrimPrefix(value[2:], "www."), "/")
		scheme, value = hosts[strings.ToLower(host)], path
	}
	if !ok || scheme == "" || scheme != strings.ToUpper(scheme) {
		return nil
	}
	return []store.Identifier{Plain(store.Identifier{Scheme: scheme, Value: value})}
}

// Plain is an identifier without the ways of writing it: the URL before it, spaces within it, and
// case.
func Plain(id store.Identifier) store.Identifier {
	v := strings.TrimRight(id.Value, "/")
	if strings.Contains(v, "/") {
		v = v[strings.LastIndexByte(v, '/')+1:]
	}
	return store.Identifier{Scheme: strings.ToUpper(strings.TrimSpace(id.Scheme)), Value: strings.ToLower(strings.ReplaceAll(v, " ", ""))}
}
