package read

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math"

	"clustergraph/internal/store"
)

// A cursor is where a row stands in its list: the values it is ordered by, its id and its
// edge. It holds no revision, so it means the same after a write or a restart, and goes on
// working when its row is gone. Before these stands a hash of what made the list (its
// type, order and filter), so that a cursor used elsewhere is refused.

var errCursor = errors.New("this is not a cursor of this list: take one from an answer to the same field with the same filter and order, or leave it out")

// The tags of values.
const (
	tagNull = iota
	tagFalse
	tagTrue
	tagInt
	tagFloat
	tagString
	tagDate
	tagCents
	tagMoney
)

var encoding = base64.RawURLEncoding

// appendCursor writes the cursor of a position.
func appendCursor(out []byte, list uint64, p store.Position) []byte {
	var space [128]byte
	b := binary.BigEndian.AppendUint64(space[:0], list)
	b = append(b, byte(len(p.Keys)))
	for _, v := range p.Keys {
		b = appendValue(b, v)
	}
	b = appendText(b, p.Node)
	if p.Edge != (store.EdgeID{}) {
		b = appendText(b, p.Edge.Type)
		b = appendText(b, p.Edge.From)
		b = appendText(b, p.Edge.To)
		b = appendText(b, p.Edge.Key)
	}
	return encoding.AppendEncode(out, b)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendValue(b []byte, v store.Value) []byte {
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, tagTrue)
		}
		return append(b, tagFalse)
	case int64:
		return binary.AppendVarint(append(b, tagInt), v)
	case float64:
		return binary.BigEndian.AppendUint64(append(b, tagFloat), math.Float64bits(v))
	case string:
		return appendText(append(b, tagString), v)
	case store.Date:
		return binary.AppendVarint(binary.AppendVarint(append(b, tagDate), int64(v.First)), int64(v.Last))
	case store.Cents:
		return binary.AppendVarint(append(b, tagCents), int64(v))
	case store.Money:
		return appendText(binary.AppendVarint(append(b, tagMoney), int64(v.Amount)), v.Currency)
	}
	return append(b, tagNull)
}

// anyKeys stands for a number of keys that is not known.
const anyKeys = -1

// parseCursor reads a cursor of a list whose positions have so many keys.
func parseCursor(s string, list uint64, keys int) (*store.Position, error) {
	b, err := encoding.DecodeString(s)
	if err != nil || len(b) < 9 || binary.BigEndian.Uint64(b) != list || keys != anyKeys && int(b[8]) != keys {
		return nil, errCursor
	}
	d := decoder{b: b[9:]}
	p := &store.Position{Keys: make([]store.Value, b[8])}
	for i := range p.Keys {
		p.Keys[i] = d.value()
	}
	p.Node = d.text()
	if len(d.b) > 0 {
		p.Edge = store.EdgeID{Type: d.text(), From: d.text(), To: d.text(), Key: d.text()}
	}
	if d.failed || len(d.b) > 0 {
		return nil, errCursor
	}
	return p, nil
}

// decoder reads what the functions above wrote; failed says that it could not.
type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.failed, d.b = true, nil
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) varint() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.failed, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) text() string {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || n > uint64(len(d.b)) {
		d.failed, d.b = true, nil
		return ""
	}
	d.b = d.b[size:]
	return string(d.take(int(n)))
}

func (d *decoder) day() int32 {
	n := d.varint()
	if int64(int32(n)) != n {
		d.failed = true
	}
	return int32(n)
}

func (d *decoder) value() store.Value {
	tag := d.take(1)
	if tag == nil {
		return nil
	}
	switch tag[0] {
	case tagNull:
		return nil
	case tagFalse:
		return false
	case tagTrue:
		return true
	case tagInt:
		return d.varint()
	case tagFloat:
		if b := d.take(8); b != nil {
			return math.Float64frombits(binary.BigEndian.Uint64(b))
		}
	case tagString:
		return d.text()
	case tagDate:
		return store.Date{First: d.day(), Last: d.day()}
	case tagCents:
		return store.Cents(d.varint())
	case tagMoney:
		return store.Money{Amount: store.Cents(d.varint()), Currency: d.text()}
	}
	d.failed = true
	return nil
}

// listID is the hash that a list's cursors carry: of its name and of what decides about
// its order and rows, but not of where it starts, which page is asked for, or when.
func listID(args Args, name ...string) uint64 {
	h := fnv.New64a()
	var b []byte
	for _, part := range name {
		b = append(append(b, part...), 0)
	}
	for _, name := range args.Names() {
		switch name {
		case "first", "after", "last", "before", "asOf", "during":
		default:
			b = canonical(append(append(b, 0), name...), args.values[name])
		}
	}
	_, _ = h.Write(b) // a hash takes everything
	return h.Sum64()
}

// canonical writes a coerced value so that equal values are equal bytes.
func canonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case Args:
		b = append(b, '{')
		for _, name := range v.Names() {
			b = canonical(append(append(b, name...), ':'), v.values[name])
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for _, x := range v {
			b = canonical(append(b, ','), x)
		}
		return append(b, ']')
	}
	return appendValue(b, v)
}

// compareKeys orders two positions of a [List].
func compareKeys(a, b []store.Value, desc []bool) int {
	for i := range min(len(a), len(b)) {
		c := store.CompareNull(a[i], b[i])
		if i < len(desc) && desc[i] {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}
