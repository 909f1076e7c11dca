package mirror

import (
	"hash/maphash"

	"clustergraph/internal/store"
)

// seed is one for all tables, so that versions of a table agree.
var seed = maphash.MakeSeed()

func hashID(id string) uint32 { return uint32(maphash.String(seed, id)) }

func hashIdentifier(i store.Identifier) uint32 {
	return uint32(maphash.String(seed, i.Value) + 31*maphash.String(seed, i.Scheme))
}

// A table finds slots by hash; whether a slot is the one that was meant, its user sees at
// the node. It is an open hash table in a [vec]: copies cost nothing, and a lookup touches
// one bucket of the size of a cache line. It doubles when it is full, which costs with its
// size and keeps no reader waiting.
type table struct {
	buckets vec[bucket]
	mask    uint32 // buckets there are, less one
	full    int    // places that are or were taken
	n       int    // entries
}

type bucket [8]entry

// entry is free with slot 0, and was taken with slot gone.
type entry struct {
	hash uint32
	slot store.Slot
}

const gone = ^store.Slot(0)

func newTable(entries int, tx uint64) table {
	buckets := uint32(8)
	for int(buckets)*len(bucket{})*5/8 < entries {
		buckets *= 2
	}
	t := table{mask: buckets - 1}
	for b := uint32(0); b < buckets; b += 1 << chunkBits {
		t.buckets.edit(b, tx)
	}
	return t
}

// add puts an entry in, which must not be there.
func (t *table) add(hash uint32, slot store.Slot, tx uint64) {
	if (t.full+1)*4 > int(t.mask+1)*len(bucket{})*3 {
		t.grow(tx)
	}
	for b := hash & t.mask; ; b = (b + 1) & t.mask {
		for i, e := range t.buckets.at(b) {
			if e.slot == 0 {
				t.buckets.edit(b, tx)[i] = entry{hash, slot}
				t.full++
				t.n++
				return
			}
		}
	}
}

func (t *table) grow(tx uint64) {
	n := newTable(t.n*2, tx)
	t.each(func(e entry) { n.add(e.hash, e.slot, tx) })
	*t = n
}

// drop takes an entry out; it tells whether it was there.
func (t *table) drop(hash uint32, slot store.Slot, tx uint64) bool {
	for b := hash & t.mask; ; b = (b + 1) & t.mask {
		for i, e := range t.buckets.at(b) {
			switch {
			case e.slot == 0:
				return false
			case e == entry{hash, slot}:
				t.buckets.edit(b, tx)[i].slot = gone
				t.n--
				return true
			}
		}
	}
}

func (t *table) each(f func(entry)) {
	for b := range t.mask + 1 {
		for _, e := range t.buckets.at(b) {
			if e.slot != 0 && e.slot != gone {
				f(e)
			}
		}
	}
}
