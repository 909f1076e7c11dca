package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// mostColumns is how many keys JSON Lines may have, as many as a spreadsheet has columns.
const mostColumns = 16_384

// jsonTable reads one object a line.
type jsonTable struct {
	lines   *lines
	most    int // bytes of a field
	decoder *jsontext.Decoder
	names   []string
	index   map[string]int
	values  []string
	ahead   []ahead // what was read to find the first object
}

type ahead struct {
	row Row
	err error
}

// mostKey is how many bytes the name of a column may have. Keys behind keys repeat them: without a
// limit, a line of some megabytes takes the square of them.
const mostKey = 4096

func openJSONLines(in *text, limits Options) (table, error) {
	t := &jsonTable{lines: &lines{in: in.Reader, most: limits.MostRow}, most: limits.MostField,
		decoder: jsontext.NewDecoder(bytes.NewReader(nil)), index: map[string]int{}}
	const patience = 100 // lines that are no objects, before the first
	for {
		row, err := t.read()
		if err == io.EOF && len(t.ahead) == 0 {
			return nil, ErrEmpty
		}
		t.ahead = append(t.ahead, ahead{row, err})
		var fault *Fault
		switch {
		case err == nil || err == io.EOF:
			t.values = nil // they are the row's, which is still to be told
			return t, nil
		case !errors.As(err, &fault):
			return nil, err
		case len(t.ahead) == patience:
			first := t.ahead[0].err.(*Fault)
			return nil, fmt.Errorf("is not JSON Lines, one object a line: line %d %s: %q", first.Line, first.Why, first.Text)
		}
	}
}

func (t *jsonTable) header() int { return 0 }

func (t *jsonTable) columns() []string { return t.names }

func (t *jsonTable) next() (Row, error) {
	if len(t.ahead) > 0 {
		a := t.ahead[0]
		t.ahead = t.ahead[1:]
		return a.row, a.err
	}
	return t.read()
}

func (t *jsonTable) read() (Row, error) {
	line, err := t.lines.line()
	if err == errTooLong {
		fault := t.lines.fault("has more than %d bytes", t.lines.most)
		t.lines.again()
		return Row{}, fault
	}
	if err != nil {
		return Row{}, err
	}
	clear(t.values)
	t.decoder.Reset(bytes.NewReader(line))
	if t.decoder.PeekKind() != '{' {
		err = errors.New("is not a JSON object; write one object a line")
	} else if err = t.object(""); err == nil {
		if _, err = t.decoder.ReadToken(); err == io.EOF {
			return Row{Line: t.lines.first, Values: t.values}, nil
		}
		err = errors.New("goes on behind its object; write one object a line")
	}
	fault := t.lines.fault("%s", strings.Replace(err.Error(), "jsontext:", "is not a JSON object:", 1))
	var large *tooLarge
	if errors.As(err, &large) {
		fault.Column = large.name
	}
	return Row{}, fault
}

// tooLarge is a value that is larger than a field may be.
type tooLarge struct {
	name string
	most int
}

func (e *tooLarge) Error() string { return fmt.Sprintf("has more than %d bytes", e.most) }

// object reads an object whose keys are behind a prefix.
func (t *jsonTable) object(prefix string) error {
	if _, err := t.decoder.ReadToken(); err != nil {
		return err
	}
	for t.decoder.PeekKind() != '}' {
		key, err := t.decoder.ReadToken()
		if err != nil {
			return err
		}
		last := key.String()
		if len(prefix)+len(last) > mostKey {
			return fmt.Errorf("has a key of more than %d bytes, with those that it stands behind", mostKey)
		}
		name := prefix + last
		if t.decoder.PeekKind() == '{' {
			if err := t.object(name + "."); err != nil {
				return err
			}
			continue
		}
		raw, err := t.decoder.ReadValue()
		if err != nil {
			return err
		}
		if err := t.set(name, plain(raw)); err != nil {
			return err
		}
	}
	_, err := t.decoder.ReadToken()
	return err
}

func (t *jsonTable) set(name, value string) error {
	if len(value) > t.most {
		return &tooLarge{name, t.most}
	}
	i, ok := t.index[name]
	if !ok {
		if len(t.names) == mostColumns {
			return fmt.Errorf("has the key %q beyond the %d that are read", name, mostColumns)
		}
		i = len(t.names)
		t.index[name] = i
		t.names = append(t.names, name)
	}
	for len(t.values) <= i {
		t.values = append(t.values, "")
	}
	t.values[i] = value
	return nil
}

// plain is the text of a JSON value.
func plain(raw jsontext.Value) string {
	switch raw.Kind() {
	case 'n':
		return ""
	case '"':
		s, _ := jsontext.AppendUnquote(nil, raw)
		return string(s)
	case '[':
		var parts []string
		d := jsontext.NewDecoder(bytes.NewReader(raw))
		d.ReadToken()
		for d.PeekKind() != ']' {
			v, _ := d.ReadValue()
			if k := v.Kind(); k == '[' || k == '{' {
				return string(raw)
			}
			if s := plain(v); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "; ")
	}
	return string(raw)
}
