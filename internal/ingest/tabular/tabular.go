// Package tabular reads tables: csv, tsv, xlsx and JSON Lines, from files, folders, zips and
// standard input. It finds out the encoding and the delimiter, tells each row with its line,
// and goes on after a row that is broken. It trusts no file: paths that lead out of a zip,
// zips that unpack to too much and fields without an end are told and survived.
package tabular

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"clustergraph/internal/ingest/values"
)

// Options limit what is read. The zero value has the defaults.
type Options struct {
	// Formats are the endings that count in folders and zips, such as ".csv"; those that
	// an argument names itself are always read. nil: .csv, .tsv, .txt, .xlsx, .jsonl, .ndjson.
	Formats []string
	// Stdin is what the argument "-" stands for.
	Stdin io.Reader
	// Left is told, by Find, what is left out of folders and zips, and why. nil: it is an error.
	Left func(LeftOut)
	// MostBytes limits what one zip unpacks to (default 16 GiB), and MostRatio how many
	// times its packed size one entry does beyond 64 MiB (default 200).
	MostBytes int64
	MostRatio int
	// MostField limits a field and MostRow a row, in bytes (defaults 8 MiB and 32 MiB).
	MostField, MostRow int
}

// File is one table, not yet opened. It may be opened several times, but standard input.
type File struct {
	// Name tells users which it is: "data/h2020.zip/project.csv". Base is its last part in
	// lower case, "project.csv".
	Name, Base string
	// Named tells that an argument named it itself, not a folder or zip that it is in.
	Named bool
	// Size is its size in bytes, unpacked; -1: unknown.
	Size int64
	// Sum tells its content and its name apart from others', cheaply: of a zip by the
	// entry's checksum and size, of a file by size and time. Empty for standard input.
	Sum string

	open    func() (io.ReadCloser, error)
	book    *atomic.Pointer[workbook] // what is known of it, if it is one
	options Options
	watch   func(bytes int64)
}

// Watched is the file that also tells tell how many of its bytes are read, now and then,
// each time it is opened; from the goroutine that reads.
func (f File) Watched(tell func(bytes int64)) File {
	f.watch = tell
	return f
}

// RowOptions say what the file itself does not.
type RowOptions struct {
	Delimiter rune   // 0: found out among ; , tab |
	Encoding  string // an IANA name; empty: found out (UTF-8, UTF-16, else Windows-1252). A BOM outranks it
	Sheet     string // of a spreadsheet; empty: the first that holds anything
	// SkipRows is how many rows of a sheet, or lines of another file, stand above the header and are
	// left out, blank ones too; so CSV on the Web (W3C) calls it. JSON Lines have no header.
	SkipRows int
	NoHeader bool // columns are named "1", "2", ...
	// Progress is told, now and then, how many bytes of the file (unpacked) are read.
	Progress func(bytes int64)
}

// ErrEmpty is what opening a table gives that has not even a header. One with a header alone
// opens, and has no rows.
var ErrEmpty = errors.New("has no header and no rows")

// table is an open table of one format.
type table interface {
	columns() []string
	// header is the line of the columns' names.
	header() int
	// next is the next row. Values beyond the columns have no name. A *Fault need not tell
	// the file.
	next() (Row, error)
}

// Rows are the rows of an open table.
type Rows struct {
	ctx   context.Context
	file  string
	table table
	close func() error
	ended error
	notes []Note // of the row that was read last

	index   map[string]int // of the columns that are known, by folded name
	indexed int
	again   map[int]string // those of them that have another of their name behind, and its name there
	asked   map[int]bool   // those that were asked for
}

// Open reads the header. What the file is, is told by its first bytes and its name's ending.
//
// csv: fields are those of encoding/csv. A quote that stands within a field is text if the
// row has as many fields as the header; a row that leaves one open is a Fault, and reading
// goes on in the next line. Blank lines, and empty fields beyond the header's, do not count.
//
// xlsx: the header is the first row that is not empty, behind those that are skipped, and values beyond it have no name.
// Days are told as 2005-01-31, by the cell's format; numbers as they are stored (0.125 of
// "12.5%"), with the zeros that are shown ("01234"); truth values as TRUE and FALSE. The packed
// workbook is kept in memory, large sheets in temporary files.
//
// JSON Lines: one object a line. The keys of an object within it are "outer.inner"; arrays of
// plain values are joined with "; ", other arrays stay JSON; null is empty.
func (f File) Open(ctx context.Context, o RowOptions) (*Rows, error) {
	fail := func(err error) (*Rows, error) { return nil, fmt.Errorf("%s: %w", f.Name, err) }
	in, err := f.begin(ctx)
	if err != nil {
		return fail(err)
	}
	watched := &watched{in: in, ctx: ctx, tell: func(n int64) {
		if o.Progress != nil {
			o.Progress(n)
		}
		if f.watch != nil {
			f.watch(n)
		}
	}}
	t, done, err := openTable(f, bufio.NewReaderSize(watched, sample), o)
	if errors.Is(err, ErrEmpty) && o.SkipRows > 0 {
		err = fmt.Errorf("%w behind the %d that are skipped", err, o.SkipRows)
	}
	if err != nil {
		return fail(errors.Join(err, in.Close()))
	}
	r := newRows(t)
	r.ctx, r.file = ctx, f.Name
	r.close = func() error { return errors.Join(done(), in.Close()) }
	return r, nil
}

// EachSheet opens the table of a file, or of a workbook each sheet that holds anything, one after
// the other: Rows.Sheet is what to open it by again. Rows are closed after each; those of standard
// input, which can be read only once, are for each to close. o names no sheet.
func (f File) EachSheet(ctx context.Context, o RowOptions, each func(*Rows) error) error {
	sheets := []string{""}
	for n := 0; n < len(sheets); n++ {
		o.Sheet = sheets[n]
		rows, err := f.Open(ctx, o)
		if n > 0 && errors.Is(err, ErrEmpty) {
			continue
		}
		if err != nil {
			return err
		}
		if all := rows.Sheets(); n == 0 && len(all) > 1 {
			sheets = append(sheets, all[1:]...)
		}
		if f.Sum == "" {
			if len(sheets) > 1 {
				return errors.Join(fmt.Errorf("%s is a workbook of several sheets, which are read one after the other; save it and name the file", f.Name), rows.Close())
			}
			return each(rows)
		}
		if err := errors.Join(each(rows), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

// mostAbove is how many rows are looked through for a header.
const mostAbove = 20

// HeaderBelow looks for a table whose header stands further down than where it was looked for:
// it is the first whose columns is likes, and skip what RowOptions.SkipRows is for it; 0 if there
// is none in the next 20 rows. Standard input cannot be looked through.
func (f File) HeaderBelow(ctx context.Context, o RowOptions, is func(*Rows) bool) (skip int) {
	if f.Sum == "" {
		return 0
	}
	rows, err := f.Open(ctx, o)
	if err != nil {
		return 0
	}
	defer rows.Close()
	sheet, workbook := rows.table.(*xlsxTable) // opening it costs, and its rows have any width
	header := rows.Header()
	for range mostAbove {
		var below *Rows
		switch {
		case workbook:
			row, err := sheet.next()
			if err != nil {
				return 0
			}
			below = newRows(&xlsxTable{names: namesOf(row.Values), first: row.Line})
		default:
			o.SkipRows = max(o.SkipRows+1, header)
			next, err := f.Open(ctx, o)
			if errors.Is(err, ErrEmpty) || ctx.Err() != nil {
				return 0
			}
			if err != nil {
				continue // no header can be read there
			}
			if err := next.Close(); err != nil {
				return 0
			}
			header, below = next.Header(), next
		}
		if is(below) {
			return below.Header() - 1
		}
	}
	return 0
}

// Text is the file as UTF-8 text, whatever its encoding, for those who read another form than
// tables.
func (f File) Text(ctx context.Context) (io.ReadCloser, error) {
	in, err := f.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	tell := f.watch
	if tell == nil {
		tell = func(int64) {}
	}
	text, err := readText(bufio.NewReaderSize(&watched{in: in, ctx: ctx, tell: tell}, sample), "")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, errors.Join(err, in.Close()))
	}
	return struct {
		io.Reader
		io.Closer
	}{text, in}, nil
}

func newRows(t table) *Rows {
	return &Rows{table: t, index: map[string]int{}, again: map[int]string{}, asked: map[int]bool{}}
}

// sample is how many bytes of a file are looked at to find out what it is.
const sample = 256 << 10

func openTable(f File, in *bufio.Reader, o RowOptions) (table, func() error, error) {
	nothing := func() error { return nil }
	start, err := in.Peek(sample)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	ending := path.Ext(f.Base)
	switch {
	case len(start) == 0:
		return nil, nil, ErrEmpty
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return openXLSX(in, f.options, o, f.book)
	case bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return nil, nil, errors.New("is a workbook of an old form or with a password; save it as xlsx without one")
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return nil, nil, errors.New("is compressed by gzip; unpack it first, or name the file so (x.csv.gz)")
	case ending == ".xlsx":
		return nil, nil, errors.New("is no xlsx workbook; save it as one, or name it by what it is")
	}
	text, err := readText(in, o.Encoding)
	if err != nil {
		return nil, nil, err
	}
	start, _ = text.Peek(sample)
	start = bytes.TrimLeft(start, " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, nil, ErrEmpty
	case start[0] == '[' && strings.Contains(ending, "json"):
		return nil, nil, errors.New("is a JSON array; write one object a line, as jq -c '.[]' does")
	case start[0] == '{' || ending == ".jsonl" || ending == ".ndjson" || ending == ".json":
		t, err := openJSONLines(text, f.options)
		return t, nothing, err
	}
	t, err := openCSV(text, f.options, o)
	return t, nothing, err
}

// begin opens what the file holds.
func (f File) begin(ctx context.Context) (io.ReadCloser, error) {
	if f.Sum != "" {
		return f.open()
	}
	in, err := await(ctx, f.open)
	if err != nil {
		return nil, err
	}
	return &waiting{ReadCloser: in, ctx: ctx}, nil
}

// await does what may wait for another program or for a person, as long as nobody stops it; then it
// is left alone.
func await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type done struct {
		what T
		err  error
	}
	all := make(chan done, 1)
	go func() {
		what, err := do()
		all <- done{what, err}
	}()
	select {
	case d := <-all:
		return d.what, d.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// waiting is a pipe or standard input. Nobody waits for it longer than its context lasts.
type waiting struct {
	io.ReadCloser
	ctx context.Context
	// own is read into: who is left alone may still write there.
	own []byte
}

func (w *waiting) Read(p []byte) (int, error) {
	if len(w.own) < len(p) {
		w.own = make([]byte, len(p))
	}
	n, err := await(w.ctx, func() (int, error) { return w.ReadCloser.Read(w.own[:len(p)]) })
	return copy(p, w.own[:n]), err
}

// watched tells how much is read, and ends when its context does.
type watched struct {
	in         io.Reader
	ctx        context.Context
	tell       func(int64)
	read, told int64
}

func (w *watched) Read(p []byte) (int, error) {
	if err := context.Cause(w.ctx); err != nil {
		return 0, err
	}
	n, err := w.in.Read(p)
	w.read += int64(n)
	if w.read-w.told >= 64<<10 || err != nil && w.read > w.told {
		w.told = w.read
		w.tell(w.read)
	}
	return n, err
}

// Columns are the columns' names as the header writes them, spaces and BOM trimmed; of
// several with one name, the first counts. Of JSON Lines they are the keys of the objects
// read so far: a later object may add some at the end, which Row.Named knows too.
func (r *Rows) Columns() []string { return r.table.columns() }

// Listed are the columns' names as a message tells them: the first ones, if there are many.
func (r *Rows) Listed() string {
	const most = 40
	columns, more := r.Columns(), ""
	if n := len(columns) - most; n > 1 {
		columns, more = columns[:most], fmt.Sprintf(" and %d more", n)
	}
	short := make([]string, len(columns))
	for i, name := range columns {
		if short[i] = name; len(name) > mostText {
			short[i] = strings.ToValidUTF8(name[:mostText], "") + "…"
		}
	}
	return strings.Join(short, ", ") + more
}

// Column is the place of the first of some names that the table has, blind to case, spaces,
// "_" and "-"; -1 if it has none.
func (r *Rows) Column(names ...string) int {
	columns := r.Columns()
	for ; r.indexed < len(columns); r.indexed++ {
		name := foldName(columns[r.indexed])
		if first, taken := r.index[name]; taken {
			r.again[first] = columns[r.indexed]
		} else if name != "" {
			r.index[name] = r.indexed
		}
	}
	for _, name := range names {
		if i, ok := r.index[foldName(name)]; ok {
			r.asked[i] = true
			return i
		}
	}
	return -1
}

// Note is what is to be told of a column as a whole, or of a value in it.
type Note struct{ Column, Text, Why string }

// Notes tell, once the rows are read, what is to be told of the table: that its encoding is none
// that is sure, and which of the columns that were asked for stand in it again.
func (r *Rows) Notes() (notes []Note) {
	for i, name := range r.Columns() {
		if again, is := r.again[i]; is && r.asked[i] {
			notes = append(notes, Note{name, "", fmt.Sprintf("stands there again, as %q: the first one is read", again)})
		}
	}
	if t, ok := r.table.(*csvTable); ok && t.text.guessed != "" {
		notes = append(notes, Note{cmp.Or(r.name(t.text.where), fmt.Sprint(t.text.where+1)), t.text.guessed,
			"is not UTF-8, and read as Windows-1252, like all of the file; if that reads wrong, save it as UTF-8, or name its encoding in a mapping"})
	}
	return notes
}

func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// Header is the line that the columns' names stand in, or with NoHeader the first row; 0 of JSON
// Lines.
func (r *Rows) Header() int { return r.table.header() }

// Sheets are the names of the sheets of the workbook that the table is in, without empty ones
// before the first if that was opened; nil if it is in none.
func (r *Rows) Sheets() []string {
	if t, ok := r.table.(*xlsxTable); ok {
		return t.sheets
	}
	return nil
}

// File is the name of the file that the table is in.
func (r *Rows) File() string { return r.file }

// Sheet is the name of the sheet that is read of a workbook of several; empty otherwise.
func (r *Rows) Sheet() string {
	if t, ok := r.table.(*xlsxTable); ok && len(t.sheets) > 1 {
		return t.sheet
	}
	return ""
}

// Name tells users which table it is: the file's name and, of a workbook of several, the sheet.
func (r *Rows) Name() string {
	if s := r.Sheet(); s != "" {
		return r.file + ", sheet " + s
	}
	return r.file
}

// Grows tells whether later rows may add columns, as those of JSON Lines do.
func (r *Rows) Grows() bool {
	_, ok := r.table.(*jsonTable)
	return ok
}

// Next is the next row; io.EOF after the last. A *Fault tells of a row that cannot be read,
// and reading can go on; any other error ends it.
func (r *Rows) Next() (Row, error) {
	if r.ended != nil {
		return Row{}, r.ended
	}
	if r.ctx.Err() != nil {
		r.ended = fmt.Errorf("%s: %w", r.file, context.Cause(r.ctx))
		return Row{}, r.ended
	}
	row, err := r.table.next()
	if err == nil {
		r.notes = nil
		row.of = r
		return row, nil
	}
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		fault.File, fault.Sheet = r.file, r.Sheet()
		return Row{}, fault
	case err == io.EOF:
		r.ended = err
	default:
		r.ended = fmt.Errorf("%s: %w", r.file, err)
	}
	return Row{}, r.ended
}

// Close closes the file.
func (r *Rows) Close() error {
	if r.ended == nil {
		r.ended = errors.New("the table is closed")
	}
	if err := r.close(); err != nil {
		return fmt.Errorf("%s: %w", r.file, err)
	}
	return nil
}

// Row is one row; it is good until the next is read, its strings longer.
type Row struct {
	Line   int // of its first line; the header's is 1
	Values []string
	of     *Rows
}

// At is the value at the place of a column, spaces trimmed; empty if the column is -1 or the
// row ends before it. One that was read in a wrong encoding before it came into the file is read
// again ([values.Misread]).
func (r Row) At(column int) string {
	if column < 0 || column >= len(r.Values) {
		return ""
	}
	if r.Values[column] == "" {
		if t, ok := r.of.table.(*xlsxTable); ok && t.unstored[position{r.Line, column}] {
			r.of.note(Note{r.of.name(column), "", "is a formula whose value is not in the file, and is not worked out; open it in a spreadsheet program and save it"})
		}
		return ""
	}
	if meant, encoding, ok := values.Misread(r.Values[column]); ok {
		r.of.note(Note{r.of.name(column), r.Values[column], fmt.Sprintf("is UTF-8 that was once read as %s; read again as %q", encoding, meant)})
		r.Values[column] = meant
	}
	return strings.TrimSpace(r.Values[column])
}

// Notes are what is to be told of the values of the row that were asked for: those that were
// read again, and formulas that nobody worked out.
func (r Row) Notes() []Note { return r.of.notes }

func (r *Rows) note(n Note) {
	if !slices.Contains(r.notes, n) {
		r.notes = append(r.notes, n)
	}
}

// name is the name of a column; empty if it has none.
func (r *Rows) name(column int) string {
	if names := r.Columns(); column < len(names) {
		return names[column]
	}
	return ""
}

// Named is the value in the column that Rows.Column finds; it knows the keys of JSON Lines
// that came after the first object.
func (r Row) Named(names ...string) string { return r.At(r.of.Column(names...)) }

// Fault is a row that could not be read.
type Fault struct {
	File   string
	Sheet  string // of a workbook of several
	Line   int
	Column string // may be empty
	Why    string // what is wrong, and what to do
	Text   string // the beginning of it
}

func (f *Fault) Error() string {
	s := f.File
	if f.Sheet != "" {
		s += ", sheet " + f.Sheet
	}
	s += fmt.Sprintf(", line %d", f.Line)
	if f.Column != "" {
		s += ", column " + f.Column
	}
	s += ": " + f.Why
	if f.Text != "" {
		s += fmt.Sprintf(": %q", f.Text)
	}
	return s
}

// mostText is how many bytes of a row that cannot be read are told.
const mostText = 200

func beginning(text []byte) string {
	text, _, _ = bytes.Cut(text, []byte("\n"))
	end := ""
	if len(text) > mostText {
		text, end = text[:mostText], "…"
	}
	return strings.ToValidUTF8(strings.TrimSuffix(string(text), "\r"), "\ufffd") + end
}
