// Package codec writes values of the graph as plain JSON and reads them back exactly, so
// that what a truth keeps can be read with any tool.
//
// Numbers with a point or an exponent are float64, all others int64. What JSON has no word
// for is an object whose first name begins with @:
//
//	{"@date":"2005-01"}                     a Date (without a text of its own: {"@days":[10,20]})
//	{"@cents":50000.00}                     Cents
//	{"@money":222206.90,"currency":"EUR"}   Money
//
// A property whose name begins with @ is written with one more.
package codec

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"clustergraph/internal/store"
)

// AppendString adds a string. What is not UTF-8 in it becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // its error only tells of the replacement
	return b
}

// AppendStrings adds a list of strings.
func AppendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(b, s)
	}
	return append(b, ']')
}

// Append adds a value. It must be one that a graph can hold; nil is null.
func Append(b []byte, v store.Value) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		start := len(b)
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
		if !bytes.ContainsAny(b[start:], ".e") {
			b = append(b, ".0"...)
		}
		return b
	case string:
		return AppendString(b, v)
	case store.Date:
		return appendDate(b, v)
	case store.Cents:
		b = append(b, `{"@cents":`...)
		b = appendCents(b, v)
		return append(b, '}')
	case store.Money:
		b = append(b, `{"@money":`...)
		b = appendCents(b, v.Amount)
		b = append(b, `,"currency":`...)
		return append(AppendString(b, v.Currency), '}')
	case store.List:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = Append(b, x)
		}
		return append(b, ']')
	case store.Props:
		b = append(b, '{')
		for i, p := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if strings.HasPrefix(p.Name, "@") {
				b = AppendString(b, "@"+p.Name)
			} else {
				b = AppendString(b, p.Name)
			}
			b = append(b, ':')
			b = Append(b, p.Value)
		}
		return append(b, '}')
	}
	panic(fmt.Sprintf("codec: a %T cannot stand in a graph", v))
}

// appendDate writes a date by its text, if that is read back as the same.
func appendDate(b []byte, d store.Date) []byte {
	if s := d.String(); len(s) <= len("2005-01-31") {
		if back, err := store.ParseDate(s); err == nil && back == d {
			b = append(b, `{"@date":"`...)
			b = append(b, s...)
			return append(b, `"}`...)
		}
	}
	b = append(b, `{"@days":[`...)
	b = strconv.AppendInt(b, int64(d.First), 10)
	b = append(b, ',')
	b = strconv.AppendInt(b, int64(d.Last), 10)
	return append(b, "]}"...)
}

func appendCents(b []byte, c store.Cents) []byte {
	n := uint64(c)
	if c < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendUint(b, n/100, 10)
	return append(b, '.', byte('0'+n/10%10), byte('0'+n%10))
}

func parseCents(s []byte) (store.Cents, error) {
	digits, negative := bytes.CutPrefix(s, []byte("-"))
	whole, part, _ := bytes.Cut(digits, []byte("."))
	n, err := strconv.ParseUint(string(whole)+string(part), 10, 64)
	if limit := uint64(1)<<63 - 1; err != nil || len(part) != 2 || n > limit && !(negative && n == limit+1) {
		return 0, fmt.Errorf("%s is not an amount with two places", s)
	}
	if negative {
		n = -n
	}
	return store.Cents(n), nil
}

// A Decoder reads values. It keeps the names of properties, so that equal ones share their
// memory. It is not for several goroutines at once.
type Decoder struct {
	names map[string]string
	in    bytes.Buffer
	json  *jsontext.Decoder
}

// NewDecoder is a Decoder that has met no names yet.
func NewDecoder() *Decoder {
	d := &Decoder{names: map[string]string{}}
	d.json = jsontext.NewDecoder(&d.in, jsontext.AllowDuplicateNames(true)) // names are checked here
	return d
}

// Props reads an object; null is none. Names that are out of order, as after an edit by
// hand, are sorted; a name that stands twice is an error.
func (d *Decoder) Props(data []byte) (store.Props, error) {
	v, err := d.Value(data)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case store.Props:
		return v, nil
	}
	return nil, fmt.Errorf("%.100q is not an object of properties", data)
}

// Value reads a value.
func (d *Decoder) Value(data []byte) (store.Value, error) {
	d.in.Reset()
	d.in.Write(data)
	d.json.Reset(&d.in, jsontext.AllowDuplicateNames(true))
	v, err := d.value()
	if err == nil && len(bytes.TrimSpace(data[min(int(d.json.InputOffset()), len(data)):])) > 0 {
		err = fmt.Errorf("more follows the value")
	}
	if err != nil {
		return nil, fmt.Errorf("reading %.100q: %w", data, err)
	}
	return v, nil
}

func (d *Decoder) value() (store.Value, error) {
	switch d.json.PeekKind() {
	case '[':
		return d.list()
	case '{':
		return d.object()
	case '0':
		raw, err := d.json.ReadValue()
		if err != nil {
			return nil, err
		}
		return number(raw)
	}
	t, err := d.json.ReadToken()
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case '"':
		return t.String(), nil
	case 't', 'f':
		return t.Bool(), nil
	case 'n':
		return nil, nil
	}
	return nil, fmt.Errorf("unexpected %v", t)
}

func number(raw []byte) (store.Value, error) {
	if bytes.ContainsAny(raw, ".eE") {
		return strconv.ParseFloat(string(raw), 64)
	}
	return strconv.ParseInt(string(raw), 10, 64)
}

func (d *Decoder) list() (store.Value, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	out := store.List{}
	for d.json.PeekKind() != ']' {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := d.json.ReadToken()
	return out, err
}

func (d *Decoder) object() (store.Value, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	var out store.Props
	sorted := true
	for d.json.PeekKind() != '}' {
		name, err := d.name()
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(name, "@") {
			if !strings.HasPrefix(name, "@@") {
				if len(out) > 0 {
					return nil, fmt.Errorf("%s stands beside other names", name)
				}
				return d.special(name)
			}
			name = name[1:]
		}
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		sorted = sorted && (len(out) == 0 || out[len(out)-1].Name < name)
		if out == nil {
			out = make(store.Props, 0, 6)
		}
		out = append(out, store.Prop{Name: name, Value: v})
	}
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	if !sorted {
		slices.SortStableFunc(out, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
		for i := 1; i < len(out); i++ {
			if out[i].Name == out[i-1].Name {
				return nil, fmt.Errorf("%q stands twice", out[i].Name)
			}
		}
	}
	if out == nil {
		out = store.Props{}
	}
	return slices.Clip(out), nil
}

// name reads the name of a property, without memory of its own if it was met before.
func (d *Decoder) name() (string, error) {
	raw, err := d.json.ReadValue()
	if err != nil {
		return "", err
	}
	if name, met := d.names[string(raw)]; met {
		return name, nil
	}
	plain, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", err
	}
	name := string(plain)
	if len(d.names) < 10000 { // names are few, unless someone keeps data in them
		d.names[string(raw)] = name
	}
	return name, nil
}

// special reads the rest of an object that stands for a value JSON has no word for.
func (d *Decoder) special(name string) (v store.Value, err error) {
	raw, err := d.json.ReadValue()
	if err != nil {
		return nil, err
	}
	switch name {
	case "@date":
		var text []byte
		if text, err = jsontext.AppendUnquote(nil, raw); err == nil {
			v, err = store.ParseDate(string(text))
		}
	case "@days":
		var date store.Date
		_, err = fmt.Sscanf(string(raw), "[%d,%d]", &date.First, &date.Last)
		v = date
	case "@cents":
		v, err = parseCents(raw)
	case "@money":
		var m store.Money
		if m.Amount, err = parseCents(raw); err != nil {
			return nil, err
		}
		next, err := d.name()
		if err != nil || next != "currency" {
			return nil, fmt.Errorf("money without a currency: %w", err)
		}
		if m.Currency, err = d.name(); err != nil {
			return nil, err
		}
		v = m
	default:
		err = fmt.Errorf("%s is not known; a name that begins with @ is written with one more", name)
	}
	if err != nil {
		return nil, err
	}
	if end, err := d.json.ReadToken(); err != nil || end.Kind() != '}' {
		return nil, fmt.Errorf("%s stands beside other names", name)
	}
	return v, nil
}
