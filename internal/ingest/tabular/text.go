package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// text is a file as text. What is UTF-8, or a one-byte encoding that a record may turn out
// to be in, is read as bytes, and its records are decoded (see decode); other encodings are
// decoded before.
type text struct {
	*bufio.Reader
	sure    bool // that it is UTF-8; if not, it was ASCII so far
	decoded bool // before: what was invalid is U+FFFD by now
	oneByte *encoding.Decoder
	guessed string // the first value that was read so; where stands which of a row it was
	where   int
}

// readText finds out the encoding of a text, unless it is named.
func readText(in *bufio.Reader, name string) (*text, error) {
	start, _ := in.Peek(sample)
	t := &text{Reader: in}
	var e encoding.Encoding
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		t.sure = true
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		e = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case name != "":
		var err error
		if e, err = encodingOf(name); err != nil {
			return nil, err
		}
		if e == unicode.UTF8 {
			t.sure, e = true, nil
		}
	default:
		switch little, big := zeros(start); {
		case little:
			e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
		case big:
			e = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
		case controls(start)*10 > len(start), controls(start)*50 > max(len(start), 1<<10):
			return nil, errors.New("is not text; save it as csv, xlsx or JSON Lines")
		}
		if good, bad := sequences(start); good > bad {
			t.sure = true
		} else if bad > 0 {
			t.oneByte = charmap.Windows1252.NewDecoder()
		}
	}
	if e != nil {
		*t = text{Reader: bufio.NewReaderSize(transform.NewReader(in, e.NewDecoder()), sample), sure: true, decoded: true}
	}
	if start, _ := t.Peek(sample); bytes.IndexByte(start, '\r') >= 0 && bytes.IndexByte(start, '\n') < 0 {
		t.Reader = bufio.NewReaderSize(returns{t.Reader}, sample)
	}
	return t, nil
}

func encodingOf(name string) (encoding.Encoding, error) {
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		e, err = htmlindex.Get(name)
	}
	if err != nil || e == nil {
		return nil, fmt.Errorf("the encoding %q is not known; write its IANA name, such as windows-1250", name)
	}
	return e, nil
}

// zeros tells whether a text is UTF-16, by the zero bytes beside ASCII characters.
func zeros(start []byte) (little, big bool) {
	var at [2]int
	for i, b := range start {
		if b == 0 {
			at[i%2]++
		}
	}
	enough := len(start)/20 + 2
	return at[1] >= enough && at[0]*20 < at[1], at[0] >= enough && at[1]*20 < at[0]
}

// controls counts the bytes that no text has, and others have one in nine of.
func controls(start []byte) (n int) {
	for _, b := range start {
		if b < ' ' && (b < '\t' || b > '\r') {
			n++
		}
	}
	return n
}

// sequences counts the characters of several bytes that are UTF-8, and the bytes that are not.
func sequences(start []byte) (good, bad int) {
	for len(start) > 0 {
		r, n := utf8.DecodeRune(start)
		switch {
		case n > 1:
			good++
		case r == utf8.RuneError && utf8.FullRune(start): // else it is cut off by the sample
			bad++
		}
		start = start[n:]
	}
	return good, bad
}

// returns makes line ends of the carriage returns that old files have instead.
type returns struct{ in io.Reader }

func (r returns) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// decode makes text of the values of a record, in place. Where one cannot be, it tells which
// and why.
func (t *text) decode(record []byte, values []string) (bad int, why string) {
	if t.oneByte == nil && !utf8.Valid(record) {
		if t.sure {
			return which(values, func(s string) bool { return !utf8.ValidString(s) }), "is not valid UTF-8; repair it, or name the file's encoding"
		}
		t.oneByte = charmap.Windows1252.NewDecoder()
	}
	switch {
	case bytes.IndexByte(record, 0) >= 0:
		return which(values, func(s string) bool { return strings.IndexByte(s, 0) >= 0 }), "holds a NUL byte; take it out"
	case t.oneByte != nil:
		for i, s := range values {
			if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
				continue
			}
			s, err := t.oneByte.String(s)
			if err != nil || strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 && r < 0xa0 || r == utf8.RuneError }) {
				return i, "is neither UTF-8 nor Windows-1252; name the file's encoding"
			}
			values[i] = s
			if t.guessed == "" {
				t.guessed, t.where = s, i
			}
		}
	case t.decoded && bytes.Contains(record, []byte("\ufffd")):
		return which(values, func(s string) bool { return strings.ContainsRune(s, utf8.RuneError) }), "is not valid in the file's encoding; repair it, or name another"
	case !t.sure && len(record) != utf8.RuneCount(record):
		t.sure = true
	}
	return -1, ""
}

func which(values []string, is func(string) bool) int {
	for i, s := range values {
		if is(s) {
			return i
		}
	}
	return 0
}
