package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// mostFields is how many fields a record may have: each takes some 40 bytes, even an empty one.
const mostFields = 1 << 18

// errTooLong is a record of more bytes than are kept, or of more fields.
var errTooLong = errors.New("is longer than a row may be")

// lines gives text out line by line, and keeps the lines of the record that is being read:
// where it turns out to be broken, reading goes on at its second line. What is kept is at
// most one record and what was read behind one that was broken.
type lines struct {
	in   *bufio.Reader
	most int // bytes of a record
	// between stands between two fields; empty: there are none.
	between []byte

	kept     []byte // lines, the last one perhaps without its end
	from, at int    // where in kept the record begins, and what is not given out yet does
	first    int    // the number of the record's first line
	passed   int    // how many lines end before at
	fields   int    // of the record, as far as it is given out; more where quotes hold what is between
	err      error  // of in, told once kept is given out
}

// skip leaves out lines until so many are passed, before any is read; what is not there is
// skipped, too.
func (l *lines) skip(n int) error {
	for l.passed < n {
		switch _, err := l.in.ReadSlice('\n'); err {
		case nil:
			l.passed++
		case io.EOF:
			return nil
		case bufio.ErrBufferFull:
		default:
			return err
		}
	}
	return nil
}

// begin begins a record.
func (l *lines) begin() {
	if l.at == len(l.kept) {
		l.kept, l.at = l.kept[:0], 0
		if cap(l.kept) > 1<<20 {
			l.kept = nil
		}
	}
	l.from, l.fields = l.at, 0
}

// record is what was given out since begin, without blank lines before it.
func (l *lines) record() []byte { return l.kept[l.from:l.at] }

// fault is what is wrong with the record.
func (l *lines) fault(format string, args ...any) *Fault {
	return &Fault{Line: l.first, Why: fmt.Sprintf(format, args...), Text: beginning(l.kept[l.from:])}
}

// Read gives out at most one line. Blank lines before a record are left out.
func (l *lines) Read(p []byte) (int, error) {
	for {
		if l.at == len(l.kept) {
			if err := l.fill(); err != nil {
				return 0, err
			}
		}
		part := l.kept[l.at:]
		if i := bytes.IndexByte(part, '\n'); i >= 0 {
			part = part[:i+1]
		}
		if l.at == l.from {
			l.first = l.passed + 1
			if len(part) <= 2 && len(bytes.TrimRight(part, "\r\n")) == 0 {
				l.at += len(part)
				l.from = l.at
				l.passed++
				continue
			}
		}
		if l.at-l.from+len(part) > l.most {
			return 0, errTooLong
		}
		if len(l.between) > 0 {
			if l.fields += bytes.Count(part[:min(len(part), len(p))], l.between); l.fields > mostFields {
				return 0, errTooLong
			}
		}
		n := copy(p, part)
		l.at += n
		if l.kept[l.at-1] == '\n' {
			l.passed++
		}
		return n, nil
	}
}

// line is the next line that is not blank, as a record.
func (l *lines) line() ([]byte, error) {
	l.begin()
	for {
		if l.at > l.from && l.kept[l.at-1] == '\n' {
			return l.record(), nil
		}
		var discard [4096]byte
		_, err := l.Read(discard[:])
		if err == io.EOF && l.at > l.from {
			return l.record(), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// fill keeps one more line, or the part of a long one that fits the buffer of in.
func (l *lines) fill() error {
	if l.err != nil {
		return l.err
	}
	if l.from > len(l.kept)/2 {
		l.kept = l.kept[:copy(l.kept, l.kept[l.from:])]
		l.at -= l.from
		l.from = 0
	}
	part, err := l.in.ReadSlice('\n')
	l.kept = append(l.kept, part...)
	if err != bufio.ErrBufferFull {
		l.err = err
	}
	if len(part) == 0 {
		return l.err
	}
	return nil
}

// again goes on behind the first line of the record. The rest of a line that is too long is
// left out.
func (l *lines) again() {
	if i := bytes.IndexByte(l.kept[l.from:], '\n'); i >= 0 {
		l.at = l.from + i + 1
		l.passed = l.first
		return
	}
	l.at = len(l.kept)
	for l.err == nil {
		_, err := l.in.ReadSlice('\n')
		if err == nil {
			l.passed++
			return
		}
		if err != bufio.ErrBufferFull {
			l.err = err
		}
	}
}
