// Package tabular reads tables: csv, tsv, xlsx and JSON Lines, from files, folders, zips and
// standard input. It finds out the encoding and the delimiter, tells each row with its line,
// and goes on after a row that is broken. It trusts no file: paths that lead out of a zip,
// zips that unpack to too much and fields without an end are told and survived.
package tabular

import (
	"context"
	"io"
)

// Options limit what is read. The zero value has the defaults.
type Options struct {
	// Formats are the endings that count in folders and zips, such as ".csv"; those that
	// an argument names itself are always read. nil: .csv, .tsv, .txt, .xlsx, .jsonl, .ndjson.
	Formats []string
	// Stdin is what the argument "-" stands for.
	Stdin io.Reader
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
	// Size is its size in bytes, unpacked; -1: unknown.
	Size int64
	// Sum tells its content and its name apart from others', cheaply: of a zip by the
	// entry's checksum and size, of a file by size and time. Empty for standard input.
	Sum string

	open    func() (io.ReadCloser, error)
	options Options
}

// Find lists the tables that arguments name: files, folders (and what is below them), zips
// (and what is in them), "-"; in the arguments' order, and by name within one. An argument
// that names none is an error that says what was looked for.
func Find(args []string, o Options) ([]File, error) { panic("not written yet") }

// RowOptions say what the file itself does not.
type RowOptions struct {
	Delimiter rune   // 0: found out among ; , tab |
	Encoding  string // an IANA name; empty: found out (BOM, UTF-8, UTF-16, else Windows-1252)
	Sheet     string // of a spreadsheet; empty: the first
	NoHeader  bool   // columns are named "1", "2", ...
	// Progress is told, now and then, how many bytes of the file (unpacked) are read.
	Progress func(bytes int64)
}

// Rows are the rows of an open table.
type Rows struct{}

// Open reads the header.
func (f File) Open(ctx context.Context, o RowOptions) (*Rows, error) { panic("not written yet") }

// Columns are the columns' names as the header writes them, spaces and BOM trimmed. Of JSON
// Lines they are the keys of the first object; later keys are known by Row.Named too.
func (r *Rows) Columns() []string { panic("not written yet") }

// Column is the place of the first of some names that the table has, blind to case, spaces,
// "_" and "-"; -1 if it has none.
func (r *Rows) Column(names ...string) int { panic("not written yet") }

// Next is the next row; io.EOF after the last. A *Fault tells of a row that cannot be read,
// and reading can go on; any other error ends it.
func (r *Rows) Next() (Row, error) { panic("not written yet") }

// Close closes the file.
func (r *Rows) Close() error { panic("not written yet") }

// Row is one row; it is good until the next is read, its strings longer.
type Row struct {
	Line   int // of its first line; the header's is 1
	Values []string
}

// At is the value at the place of a column, spaces trimmed; empty if the column is -1 or the
// row ends before it.
func (r Row) At(column int) string { panic("not written yet") }

// Fault is a row that could not be read.
type Fault struct {
	File   string
	Line   int
	Column string // may be empty
	Why    string // what is wrong, and what to do
	Text   string // the beginning of it
}

func (f *Fault) Error() string { panic("not written yet") }
