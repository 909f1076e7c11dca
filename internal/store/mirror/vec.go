package mirror

import "slices"

// A vec is a list whose copies cost nothing and share what they have in common: a version
// is copied as a value, and an edit copies only the chunk (and the shelf of chunks) that
// holds the element, once per transaction. Transactions are told apart by numbers that no
// two ever share, so what carries a transaction's number is its own and may be changed in
// place; everything else belongs to readers.
type vec[T any] struct {
	top   []*shelf[T]
	owner uint64 // whose top is
}

const (
	chunkBits = 4 // 16 elements: more would make a write copy more, fewer a read miss caches more often
	shelfBits = 9
	chunkMask = 1<<chunkBits - 1
	shelfMask = 1<<shelfBits - 1
)

type shelf[T any] struct {
	of    [1 << shelfBits]*chunk[T]
	owner uint64
}

type chunk[T any] struct {
	v     [1 << chunkBits]T
	owner uint64
}

// at is an element in a chunk that was edited into being; it must not be changed.
func (v *vec[T]) at(i uint32) *T {
	return &v.top[i>>(chunkBits+shelfBits)].of[i>>chunkBits&shelfMask].v[i&chunkMask]
}

// find is at for elements that may be in no chunk; nil then.
func (v *vec[T]) find(i uint32) *T {
	at := int(i >> (chunkBits + shelfBits))
	if at >= len(v.top) {
		return nil
	}
	c := v.top[at].of[i>>chunkBits&shelfMask]
	if c == nil {
		return nil
	}
	return &c.v[i&chunkMask]
}

// edit is an element that transaction tx may change; elements up to it come into being.
func (v *vec[T]) edit(i uint32, tx uint64) *T {
	if v.owner != tx {
		v.top, v.owner = slices.Clone(v.top), tx
	}
	at := int(i >> (chunkBits + shelfBits))
	for len(v.top) <= at {
		v.top = append(v.top, &shelf[T]{owner: tx})
	}
	s := v.top[at]
	if s.owner != tx {
		c := *s
		c.owner = tx
		s = &c
		v.top[at] = s
	}
	at = int(i >> chunkBits & shelfMask)
	c := s.of[at]
	switch {
	case c == nil:
		c = &chunk[T]{owner: tx}
		s.of[at] = c
	case c.owner != tx:
		n := *c
		n.owner = tx
		c = &n
		s.of[at] = c
	}
	return &c.v[i&chunkMask]
}
