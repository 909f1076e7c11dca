package export

import (
	"archive/zip"
	"bufio"
	"io"
	"strings"
)

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\ufeff"

// csvWriter writes rows of RFC 4180 (commas, quotes where needed, CRLF).
type csvWriter struct {
	out   *bufio.Writer
	first bool // no cell of the row yet
}

func newCSV(w io.Writer) *csvWriter { return &csvWriter{bufio.NewWriterSize(w, 64<<10), true} }

// cell writes a cell. A text that a spreadsheet would take for a formula is written with an
// apostrophe before it, which spreadsheets show as text; numbers and dates never are.
func (c *csvWriter) cell(s string, isText bool) {
	if !c.first {
		_ = c.out.WriteByte(',') // bufio keeps the error for Flush
	}
	c.first = false
	if isText {
		s = safe(s)
	}
	if !strings.ContainsAny(s, "\",\r\n") && strings.TrimSpace(s) == s {
		_, _ = c.out.WriteString(s)
		return
	}
	_, _ = c.out.WriteString(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
}

func (c *csvWriter) end() error {
	c.first = true
	_, err := c.out.WriteString("\r\n")
	return err
}

func (c *csvWriter) row(cells ...string) error {
	for _, s := range cells {
		c.cell(s, true)
	}
	return c.end()
}

// safe makes a text one that a spreadsheet shows as it is (OWASP, "CSV Injection"), without
// characters that no text has.
func safe(s string) string {
	s = printable(s)
	if begins := strings.TrimLeft(s, " "); begins != "" && strings.ContainsAny(begins[:1], "=+-@\t\r\n") || strings.HasPrefix(s, "＝") ||
		strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") {
		return "'" + s
	}
	return s
}

// printable has U+FFFD in the place of control characters, as XML has.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}

// files are two files, told one after the other, in a zip; or one of them alone.
type files struct {
	zip  *zip.Writer // nil: one alone
	w    io.Writer
	part string
	ends func() error // flushes the file that is open
}

func newFiles(w io.Writer, part string) *files {
	f := &files{w: w, part: part, ends: func() error { return nil }}
	if part == "" {
		f.zip = zip.NewWriter(w)
	}
	return f
}

// begin begins a file; it goes nowhere if another one was asked for.
func (f *files) begin(part, name string) (io.Writer, error) {
	switch {
	case f.zip != nil:
		return f.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	case f.part == part:
		return f.w, nil
	}
	return io.Discard, nil
}

func (f *files) close() error {
	if f.zip == nil {
		return nil
	}
	return f.zip.Close()
}
