package tabular

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/xuri/excelize/v2"
)

// mostWorkbook limits what a workbook unpacks to. Large sheets are kept in temporary files.
const mostWorkbook = 2 << 30

// xlsxTable reads a sheet row by row, twice: as it is stored, and as it is shown, which is how
// excelize tells that a number is a day.
type xlsxTable struct {
	raw, shown *excelize.Rows // the same rows
	sheets     []string       // of the workbook
	sheet      string         // this one
	names      []string
	first      int // the row of the header
	line       int
	dates1904  bool
	most       int // bytes of a field
	// says is how many bytes of text may still come: cells that share one text can say much more
	// than the workbook unpacks to.
	says     int64
	unstored cellsOf
	pending  *Row
}

// openXLSX opens a workbook; known is what is known of it since it was opened before, if it was.
func openXLSX(in *bufio.Reader, limits Options, o RowOptions, known *atomic.Pointer[workbook]) (table, func() error, error) {
	most := min(limits.MostBytes, mostWorkbook)
	packed, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, nil, err
	}
	if int64(len(packed)) > most {
		return nil, nil, fmt.Errorf("has more than %d bytes; export the sheet as csv", most)
	}
	says := most
	most = min(most, mostUnpacked(int64(len(packed)), limits.MostRatio))
	parts := known.Load()
	if parts == nil {
		if parts, err = look(packed, most); err != nil {
			return nil, nil, err
		}
		known.Store(parts)
	}
	book, err := excelize.OpenReader(bytes.NewReader(packed), excelize.Options{UnzipSizeLimit: most, UnzipXMLSizeLimit: min(most, 16<<20)})
	if err != nil {
		return nil, nil, fmt.Errorf("is no xlsx workbook that can be read: %w", err)
	}
	t, err := openSheet(book, limits, o)
	if err != nil {
		return nil, nil, errors.Join(err, book.Close())
	}
	t.unstored, t.says = parts.unstored[t.sheet], says
	return t, func() error {
		_, _ = t.raw.Close(), t.shown.Close() // what is wrong with rows is told of them
		return book.Close()
	}, nil
}

func openSheet(book *excelize.File, limits Options, o RowOptions) (*xlsxTable, error) {
	sheets := book.GetSheetList()
	if o.Sheet == "" {
		for len(sheets) > 0 {
			o.Sheet = sheets[0]
			t, err := readSheet(book, sheets, limits, o)
			if !errors.Is(err, ErrEmpty) {
				return t, err
			}
			sheets = sheets[1:]
		}
		return nil, ErrEmpty
	}
	return readSheet(book, sheets, limits, o)
}

func readSheet(book *excelize.File, sheets []string, limits Options, o RowOptions) (*xlsxTable, error) {
	i := slices.IndexFunc(sheets, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), strings.TrimSpace(o.Sheet)) })
	if i < 0 {
		return nil, fmt.Errorf("has no sheet %q, but %s", o.Sheet, strings.Join(sheets, ", "))
	}
	sheet := sheets[i]
	t := &xlsxTable{most: limits.MostField, says: math.MaxInt64, sheets: sheets, sheet: sheet}
	if p, err := book.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		t.dates1904 = *p.Date1904
	}
	var err error
	if t.raw, err = book.Rows(sheet); err != nil {
		return nil, err
	}
	if t.shown, err = book.Rows(sheet); err != nil {
		return nil, errors.Join(err, t.raw.Close())
	}
	first, err := t.next()
	var skipped *Fault
	for t.line <= o.SkipRows && (err == nil || errors.As(err, &skipped)) {
		first, err = t.next()
	}
	t.first = first.Line
	if err == io.EOF {
		err = ErrEmpty
	}
	if err != nil {
		return nil, errors.Join(err, t.raw.Close(), t.shown.Close())
	}
	if o.NoHeader {
		t.pending = &first
	}
	if !o.NoHeader {
		t.names = namesOf(first.Values)
		return t, nil
	}
	for i := range first.Values {
		t.names = append(t.names, strconv.Itoa(i+1))
	}
	return t, nil
}

// namesOf are the names of columns that a row is the header of.
func namesOf(values []string) (names []string) {
	for _, name := range values {
		names = append(names, cleanName(name))
	}
	return names
}

func (t *xlsxTable) columns() []string { return t.names }
func (t *xlsxTable) header() int       { return t.first }

// next leaves rows out that hold nothing.
func (t *xlsxTable) next() (Row, error) {
	if t.pending != nil {
		row := *t.pending
		t.pending = nil
		return row, nil
	}
	for t.raw.Next() && t.shown.Next() {
		t.line++
		raw, err := t.raw.Columns(excelize.Options{RawCellValue: true})
		shown, err2 := t.shown.Columns(excelize.Options{})
		if t.raw.Error() != nil {
			break // what comes next cannot be read
		}
		if err := cmp.Or(err, err2); err != nil {
			return Row{}, &Fault{Line: t.line, Why: "cannot be read: " + err.Error()}
		}
		empty := true
		for i, s := range raw {
			if i < len(shown) {
				raw[i] = t.cell(s, shown[i])
			}
			empty = empty && strings.TrimSpace(raw[i]) == "" && !t.unstored[position{t.line, i}]
			if len(raw[i]) > t.most {
				return Row{}, &Fault{Line: t.line, Why: fmt.Sprintf("has a cell of more than %d bytes", t.most), Text: beginning([]byte(raw[i]))}
			}
			t.says -= int64(len(raw[i])) + 1
		}
		if t.says < 0 {
			return Row{}, errSaysTooMuch
		}
		if !empty {
			return Row{Line: t.line, Values: raw}, nil
		}
	}
	switch err := cmp.Or(t.raw.Error(), t.shown.Error()); {
	case errors.Is(err, excelize.ErrMaxRows):
		return Row{}, fmt.Errorf("has a row with a number beyond %d, the last that a sheet has; save it again", excelize.TotalRows)
	case err != nil:
		return Row{}, err
	}
	return Row{}, io.EOF
}

var errSaysTooMuch = errors.New("says too much for a workbook, most of it again and again; export the sheet as csv")

var (
	shownDay   = regexp.MustCompile(`^\D{0,12}\d{1,4}[-/. ]+(\d{1,2}|\pL{3,12})[-/., ]+\d{1,4}\b|\pL{3,12} \d{1,2}, \d{2,4}\b`)
	shownMonth = regexp.MustCompile(`^\pL{3,12}[-/ ]\d{2,4}$`)
	shownYear  = regexp.MustCompile(`^[12]\d{3}$`)
	numeral    = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
)

// cell is the text of a cell: of a number as it is stored, unless its format shows a date, or
// the same number with more zeros, as in postal codes.
func (t *xlsxTable) cell(raw, shown string) string {
	if raw == shown && len(raw) < 16 {
		return raw
	}
	if shown == "TRUE" || shown == "FALSE" {
		return shown
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	layout := ""
	switch {
	case numeral.MatchString(shown):
		if m, err := strconv.ParseFloat(shown, 64); err == nil && m == n {
			return shown
		}
		if shownYear.MatchString(shown) && n >= 10_000 {
			layout = "2006"
		}
	case shownMonth.MatchString(shown):
		layout = "2006-01"
	case shownDay.MatchString(shown):
		layout = time.DateOnly
		if n != float64(int64(n)) {
			layout = time.DateTime
		}
	}
	if layout != "" {
		if day, err := excelize.ExcelDateToTime(n, t.dates1904); err == nil {
			return day.Round(time.Second).Format(layout)
		}
	}
	if strings.ContainsAny(raw, ".eE") {
		return strconv.FormatFloat(n, 'f', -1, 64) // 0.1, not 0.10000000000000001
	}
	return raw
}
