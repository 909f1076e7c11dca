package export

import (
	"fmt"
	"io"

	"clustergraph/internal/store"
)

// Table writes the rows of one table.
type Table interface {
	// Row writes a row; values are as in a [Column].
	Row(values []store.Value) error
	// Close ends the file.
	Close() error
}

// NewTable begins a table as csv or xlsx, by the header.
func NewTable(w io.Writer, format string, header []string) (Table, error) {
	switch format {
	case "csv":
		t := csvTable{newCSV(w)}
		_, _ = t.out.WriteString(byteOrderMark) // bufio keeps the error
		return t, t.row(header...)
	case "xlsx":
		b := newWorkbook(w)
		return xlsxTable{b}, b.begin("Rows", cells(header))
	}
	return nil, fmt.Errorf("%w: rows are written as csv or xlsx, not as %s", store.ErrInvalid, format)
}

type csvTable struct{ *csvWriter }

func (t csvTable) Row(values []store.Value) error {
	for _, v := range values {
		t.cell(text(v), isText(v))
	}
	return t.end()
}

func (t csvTable) Close() error { return t.out.Flush() }

type xlsxTable struct{ *workbook }

func (t xlsxTable) Row(values []store.Value) error { return t.row(values) }

func (t xlsxTable) Close() error { return t.close() }
