package export

import (
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"clustergraph/internal/store"
)

// A sheet holds no more rows, and a cell no more characters: Excel's limits.
const (
	sheetRows = 1_048_576
	cellText  = 32_767
)

// workbook writes the sheets of an xlsx file, one after the other. A sheet that is full is
// followed by one of the same name with a number.
type workbook struct {
	file   *excelize.File
	to     io.Writer
	sheet  *excelize.StreamWriter
	name   string
	copies int
	rows   int
	header []any
}

func newWorkbook(w io.Writer) *workbook { return &workbook{file: excelize.NewFile(), to: w} }

// begin begins a sheet.
func (b *workbook) begin(name string, header []any) error {
	b.name, b.copies, b.header = name, 1, header
	return b.open(name)
}

func (b *workbook) open(name string) error {
	if err := b.flush(); err != nil {
		return err
	}
	var err error
	if len(b.file.GetSheetList()) == 1 && b.file.GetSheetList()[0] == "Sheet1" {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if b.sheet, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err := b.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	b.rows = 1
	return b.sheet.SetRow("A1", b.header)
}

// row writes a row of values: nil, bool, int64, float64, string, store.Date, store.Cents.
// Texts are written as such, never as formulas.
func (b *workbook) row(values []any) error {
	if b.rows == sheetRows {
		b.copies++
		if err := b.open(b.name + " " + strconv.Itoa(b.copies)); err != nil {
			return err
		}
	}
	b.rows++
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = cell(v)
	}
	return b.sheet.SetRow("A"+strconv.Itoa(b.rows), cells)
}

func cell(v any) any {
	switch v := v.(type) {
	case nil, bool, float64:
		return v
	case int64:
		if v > 1<<53 || v < -1<<53 {
			return strconv.FormatInt(v, 10) // Excel's numbers are not as exact
		}
		return v
	case store.Cents:
		if v > 1e15 || v < -1e15 {
			return v.String()
		}
		return float64(v) / 100
	}
	s := printable(text(v))
	if utf8.RuneCountInString(s) > cellText {
		s = string([]rune(s)[:cellText-1]) + "…"
	}
	if s == "" {
		return nil
	}
	return s
}

func (b *workbook) flush() error {
	if b.sheet == nil {
		return nil
	}
	return b.sheet.Flush()
}

func (b *workbook) close() error {
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.file.Write(b.to); err != nil {
		return err
	}
	return b.file.Close()
}
