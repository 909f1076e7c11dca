package tabular

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// csvTable reads with encoding/csv, line by line, and recovers from what that refuses.
type csvTable struct {
	text  *text
	lines *lines
	csv   *csv.Reader
	names []string
	first int // the line of the header
	most  int // bytes of a field
	// doubtful is set after a row that may have left a quote open, until one reads well: a line
	// may be the rest of the broken row, and is not mended.
	doubtful bool
	pending  []string // the first row, if it is no header
}

func openCSV(in *text, limits Options, o RowOptions) (table, error) {
	t := &csvTable{text: in, lines: &lines{in: in.Reader, most: limits.MostRow}, most: limits.MostField}
	start, _ := in.Peek(sample)
	if d, n := separatorLine(start); n > 0 {
		if _, err := in.Discard(n); err != nil {
			return nil, err
		}
		t.lines.passed++
		if o.Delimiter == 0 {
			o.Delimiter = d
		}
	}
	if err := t.lines.skip(o.SkipRows); err != nil {
		return nil, err
	}
	if o.Delimiter == 0 {
		start, end := in.Peek(sample)
		if i := bytes.LastIndexByte(start, '\n'); end == nil && i >= 0 { // there is more: the last line may not be whole
			start = start[:i+1]
		}
		o.Delimiter = delimiterOf(start)
	}
	t.csv = csv.NewReader(bufio.NewReaderSize(t.lines, 64<<10))
	t.csv.Comma, t.lines.between = o.Delimiter, []byte(string(o.Delimiter))
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true

	t.lines.begin()
	first, err := t.csv.Read()
	switch err {
	case io.EOF:
		return nil, ErrEmpty
	case errTooLong:
		return nil, fmt.Errorf("its header %w", err)
	}
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		record, ok := t.lines.record(), false
		if end := bytes.IndexByte(record, '\n'); end < 0 || end+1 == len(record) {
			first, ok = t.mend(record)
		}
		if err = nil; !ok {
			err = fmt.Errorf("its header, line %d, cannot be read: a quote is not closed, or stands within a field", t.lines.first)
		}
	}
	if err != nil {
		return nil, err
	}
	first = append([]string(nil), first...)
	t.first = t.lines.first
	if o.NoHeader {
		t.pending = first
		for i := range first {
			t.names = append(t.names, strconv.Itoa(i+1))
		}
		return t, nil
	}
	t.text.decode(t.lines.record(), first) // a name that cannot be decoded is still a name
	for len(first) > 1 && strings.TrimSpace(first[len(first)-1]) == "" {
		first = first[:len(first)-1]
	}
	for _, name := range first {
		t.names = append(t.names, cleanName(name))
	}
	return t, nil
}

func cleanName(s string) string {
	return strings.ToValidUTF8(strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "\ufeff\u200b")), "\ufffd")
}

// separatorLine reads the line "sep=;" that spreadsheets write and want first.
func separatorLine(start []byte) (delimiter rune, size int) {
	line, _, ok := bytes.Cut(start, []byte("\n"))
	rest, is := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\r")), []byte("sep="))
	d, n := utf8.DecodeRune(rest)
	if !ok || !is || n == 0 || n != len(rest) {
		return 0, 0
	}
	return d, len(line) + 1
}

// delimiterOf is the delimiter by which most of the first records have as many fields as the
// header, of several the one that makes most fields.
func delimiterOf(start []byte) rune {
	const records = 50
	best, bestRank := ';', [3]int{}
	for _, d := range []rune{';', ',', '\t', '|'} {
		r := csv.NewReader(bytes.NewReader(start))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = d, -1, true, true
		width, alike, read := 0, 0, 0
		for ; read < records; read++ {
			fields, err := r.Read()
			if err != nil {
				break
			}
			if read == 0 {
				width = len(fields)
			}
			for len(fields) > width && fields[len(fields)-1] == "" {
				fields = fields[:len(fields)-1]
			}
			if len(fields) == width {
				alike++
			}
		}
		rank := [3]int{0, alike, width}
		if width > 1 && alike*2 >= read {
			rank[0] = 1
		}
		for i := range rank {
			if rank[i] != bestRank[i] {
				if rank[i] > bestRank[i] {
					best, bestRank = d, rank
				}
				break
			}
		}
	}
	return best
}

func (t *csvTable) columns() []string { return t.names }
func (t *csvTable) header() int       { return t.first }

func (t *csvTable) next() (Row, error) {
	values, err := t.record()
	if err != nil {
		return Row{}, err
	}
	record := t.lines.record()
	if bad, why := t.text.decode(record, values); bad >= 0 {
		return Row{}, &Fault{Line: t.lines.first, Column: t.names[bad], Why: why, Text: beginning([]byte(values[bad]))}
	}
	if len(record) > t.most {
		if bad := which(values, func(s string) bool { return len(s) > t.most }); len(values[bad]) > t.most {
			return Row{}, &Fault{Line: t.lines.first, Column: t.names[bad], Why: fmt.Sprintf("has more than %d bytes", t.most), Text: beginning([]byte(values[bad]))}
		}
	}
	return Row{Line: t.lines.first, Values: values}, nil
}

// record is the next record with as many fields as there are columns.
func (t *csvTable) record() ([]string, error) {
	if first := t.pending; first != nil {
		t.pending = nil
		return first, nil
	}
	t.lines.begin()
	values, err := t.csv.Read()
	values, fits := t.fit(values)
	if err != nil || !fits {
		return t.recover(values, err)
	}
	t.doubtful = false
	return values, nil
}

// fit cuts off empty fields beyond the columns, and tells whether as many remain as there are
// columns.
func (t *csvTable) fit(values []string) ([]string, bool) {
	for len(values) > len(t.names) && strings.TrimSpace(values[len(values)-1]) == "" {
		values = values[:len(values)-1]
	}
	return values, len(values) == len(t.names)
}

// recover is a row that encoding/csv refuses and that can be read nevertheless, or the Fault
// that it is. Reading goes on behind it; behind its first line, if a quote may have been left
// open there.
func (t *csvTable) recover(values []string, err error) ([]string, error) {
	record := t.lines.record()
	end := bytes.IndexByte(record, '\n') + 1
	several := end > 0 && (end < len(record) || err == errTooLong)
	var broken *csv.ParseError
	errors.As(err, &broken)
	switch {
	case err == nil && (!several || !t.hidesRow(record[end:])):
		return nil, t.lines.fault("has %s, and the header %d; quote fields that hold the delimiter or a line break", fields(len(values)), len(t.names))
	case broken != nil && !several:
		if mended, ok := t.mend(record); ok && !t.doubtful {
			if mended, ok = t.fit(mended); ok {
				return mended, nil
			}
		}
		t.doubtful = true
		return nil, t.lines.fault("a quote is not closed, or stands within a field; close it, or double it")
	case err == errTooLong && !several && t.lines.fields > mostFields:
		err = t.lines.fault("has more than %d fields", mostFields)
	case err == errTooLong && !several:
		err = t.lines.fault("has more than %d bytes", t.lines.most)
	case err == nil || broken != nil || err == errTooLong:
		err = t.lines.fault("a quote is opened and not closed; close it, or double it")
		t.doubtful = true
	default:
		return nil, err
	}
	t.lines.again()
	return nil, err
}

func fields(n int) string {
	if n == 1 {
		return "1 field"
	}
	return fmt.Sprint(n, " fields")
}

// hidesRow tells whether one of the lines that a record has swallowed is a row by itself.
func (t *csvTable) hidesRow(rest []byte) bool {
	for len(t.names) > 1 && len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		r := t.reader(line)
		values, err := r.Read()
		if values, fits := t.fit(values); err == nil && fits && len(values) > 1 {
			return true
		}
		rest = after
	}
	return false
}

func (t *csvTable) reader(text []byte) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = t.csv.Comma, -1
	return r
}

// mend reads one line with spaces before quotes, or with quotes within fields, as text. A
// quote that stays open is not mended.
func (t *csvTable) mend(line []byte) ([]string, bool) {
	if t.csv.Comma != '\t' {
		r := t.reader(line)
		r.TrimLeadingSpace = true
		if values, err := r.Read(); err == nil {
			return values, true
		}
	}
	// Behind the line stands another: if it is not read by itself, a quote is open.
	const mark = "behind"
	r := t.reader(append(append(bytes.TrimRight(bytes.Clone(line), "\r\n"), '\n'), mark...))
	r.LazyQuotes = true
	values, err := r.Read()
	if err != nil {
		return nil, false
	}
	behind, err := r.Read()
	return values, err == nil && len(behind) == 1 && behind[0] == mark
}
