package neo4jtest

import (
	"encoding/binary"
	"errors"
	"math"
)

// packstream reads values in PackStream, the encoding of Bolt's messages, as the Bolt
// protocol specification (neo4j.com/docs/bolt, "PackStream") lays it down: a marker byte
// tells the type and small sizes; sizes and numbers are big-endian. What is read: nil, bool,
// int64, float64, []byte, string, []any, map[string]any, structure.
//
// It is made for what a test overhears, which may be anything: it never trusts a size.
type packstream struct {
	rest  []byte
	depth int
}

// structure is a value with a type of its own: a date, a point, or a whole message.
type structure struct {
	Tag    byte
	Fields []any
}

var (
	errShort = errors.New("the value is cut off")
	errDeep  = errors.New("values are nested too deeply")
	errMark  = errors.New("there is no such marker in PackStream")
	errKey   = errors.New("the key of a dictionary is not a string")
)

// deepest is how deeply values may be nested; drivers send a handful of levels.
const deepest = 64

// value reads the next value.
func (p *packstream) value() (any, error) {
	if p.depth++; p.depth > deepest {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	m, err := p.take(1)
	if err != nil {
		return nil, err
	}
	marker := m[0]
	switch small := int(marker & 0x0f); marker & 0xf0 { // types whose size is in the marker
	case 0x80:
		return p.text(small)
	case 0x90:
		return p.list(small)
	case 0xa0:
		return p.dictionary(small)
	case 0xb0:
		return p.structure(small)
	}
	switch {
	case marker <= 0x7f || marker >= 0xf0:
		return int64(int8(marker)), nil
	case marker == 0xc0:
		return nil, nil
	case marker == 0xc2 || marker == 0xc3:
		return marker == 0xc3, nil
	case marker == 0xc1:
		n, err := p.number(8)
		return math.Float64frombits(n), err
	case marker >= 0xc8 && marker <= 0xcb:
		bytes := 1 << (marker - 0xc8)
		n, err := p.number(bytes)
		unused := 64 - 8*bytes
		return int64(n<<unused) >> unused, err // with its sign
	case marker >= 0xcc && marker <= 0xce:
		return sized(p, marker-0xcc, p.take)
	case marker >= 0xd0 && marker <= 0xd2:
		return sized(p, marker-0xd0, p.text)
	case marker >= 0xd4 && marker <= 0xd6:
		return sized(p, marker-0xd4, p.list)
	case marker >= 0xd8 && marker <= 0xda:
		return sized(p, marker-0xd8, p.dictionary)
	}
	return nil, errMark
}

// sized reads a size of 1, 2 or 4 bytes, then the value.
func sized[T any](p *packstream, power byte, read func(int) (T, error)) (any, error) {
	n, err := p.number(1 << power)
	if err != nil {
		return nil, err
	}
	return read(int(n))
}

// take is the next n bytes, shared with the message.
func (p *packstream) take(n int) ([]byte, error) {
	if n > len(p.rest) {
		return nil, errShort
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b, nil
}

func (p *packstream) number(bytes int) (uint64, error) {
	b, err := p.take(bytes)
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[8-bytes:], b)
	return binary.BigEndian.Uint64(wide[:]), nil
}

func (p *packstream) text(n int) (string, error) {
	b, err := p.take(n)
	return string(b), err
}

func (p *packstream) list(n int) ([]any, error) {
	if n > len(p.rest) { // each takes a byte at least
		return nil, errShort
	}
	l := make([]any, 0, min(n, 16))
	for range n {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	return l, nil
}

func (p *packstream) dictionary(n int) (map[string]any, error) {
	if n > len(p.rest) {
		return nil, errShort
	}
	d := make(map[string]any, min(n, 16))
	for range n {
		k, err := p.value()
		if err != nil {
			return nil, err
		}
		key, is := k.(string)
		if !is {
			return nil, errKey
		}
		if d[key], err = p.value(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (p *packstream) structure(n int) (structure, error) {
	tag, err := p.take(1)
	if err != nil {
		return structure{}, err
	}
	fields, err := p.list(n)
	return structure{tag[0], fields}, err
}
