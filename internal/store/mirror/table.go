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

// A table finds nodes by hash; whether a node is the one that was meant, its user sees. It
// is an open hash table in a [vec]: copies cost nothing, and a lookup touches one bucket of
// the size of a cache line. It doubles when it is full, which costs with its size and keeps
// no reader waiting.
type table struct {
	buckets vec[bucket]
	mask    uint32 // buckets there are, less one
	full    int    // places that are or were taken
	n       int    // entries
}

const bucketSize = 4

type bucket [bucketSize]entry

// entry is free with slot 0, and was taken with slot gone.
type entry struct {
	hash uint32
	slot store.Slot
	node *store.Node
}

const gone = ^store.Slot(0)

func newTable(entries int, tx uint64) table {
	buckets := uint32(16)
	for int(buckets)*bucketSize/2 < entries {
		buckets *= 2
	}
	t := table{mask: buckets - 1}
	for b := uint32(0); b < buckets; b += 1 << chunkBits {
		t.buckets.edit(b, tx)
	}
	return t
}

// hits tells, bit by bit, which entries of a bucket have a hash, without a branch that a
// processor would guess wrong.
func (b *bucket) hits(hash uint32) (at uint32) {
	for i := range b {
		x := b[i].hash ^ hash
		at |= (((x | -x) >> 31) ^ 1) << i
	}
	return at
}

// ends tells whether a search ends here: the bucket was never full.
func (b *bucket) ends() bool { return b[bucketSize-1].slot == 0 }

// add puts an entry in, which must not be there.
func (t *table) add(hash uint32, slot store.Slot, node *store.Node, tx uint64) {
	if (t.full+1)*3 > int(t.mask+1)*bucketSize*2 {
		t.grow(tx)
	}
	for b := hash & t.mask; ; b = (b + 1) & t.mask {
		for i, e := range t.buckets.at(b) {
			if e.slot == 0 {
				t.buckets.edit(b, tx)[i] = entry{hash, slot, node}
				t.full++
				t.n++
				return
			}
		}
	}
}

func (t *table) grow(tx uint64) {
	n := newTable(t.n*2, tx)
	for b := range t.mask + 1 {
		for _, e := range t.buckets.at(b) {
			if e.slot != 0 && e.slot != gone {
				n.add(e.hash, e.slot, e.node, tx)
			}
		}
	}
	*t = n
}

// set gives an entry another node; nil: it goes. The entry is there.
func (t *table) set(hash uint32, slot store.Slot, node *store.Node, tx uint64) {
	for b := hash & t.mask; ; b = (b + 1) & t.mask {
		for i, e := range t.buckets.at(b) {
			if e.slot == slot && e.hash == hash {
				if e.node = node; node == nil {
					e.slot = gone
					t.n--
				}
				t.buckets.edit(b, tx)[i] = e
				return
			}
		}
		if t.buckets.at(b).ends() {
			return
		}
	}
}
