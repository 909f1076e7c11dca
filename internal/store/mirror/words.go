package mirror

import (
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// posting is a node that has a word in one of its names.
type posting struct {
	slot  store.Slot
	kind  uint16
	words uint16 // of the shortest name (in words) that has the word
}

// postings are those of one word, by slot, in blocks, so that a node more or less copies
// one block.
type postings struct {
	blocks [][]posting
	n      int
}

// blockSize is how long a block may grow before it is cut in two.
const blockSize = 256

// wordOp is a posting that comes, changes or (goes) goes.
type wordOp struct {
	word string
	posting
	goes bool
}

// with is the postings after some ops, which are in the order of slots, each slot once.
func (l *postings) with(ops []wordOp) *postings {
	out := new(postings)
	blocks := [][]posting{nil}
	if l != nil {
		blocks = l.blocks
	}
	for i, b := range blocks {
		n := len(ops)
		if i+1 < len(blocks) {
			first := blocks[i+1][0].slot
			n, _ = slices.BinarySearchFunc(ops, first, func(o wordOp, s store.Slot) int { return int(o.slot) - int(s) })
		}
		if n > 0 {
			b = merged(b, ops[:n])
			ops = ops[n:]
		}
		out.n += len(b)
		for ; len(b) > blockSize; b = b[blockSize/2:] {
			out.blocks = append(out.blocks, b[:blockSize/2:blockSize/2])
		}
		if len(b) > 0 {
			out.blocks = append(out.blocks, b)
		}
	}
	return out
}

func merged(b []posting, ops []wordOp) []posting {
	out := make([]posting, 0, len(b)+len(ops))
	for _, o := range ops {
		at, found := slices.BinarySearchFunc(b, o.slot, func(p posting, s store.Slot) int { return int(p.slot) - int(s) })
		out = append(out, b[:at]...)
		b = b[at:]
		if found {
			b = b[1:]
		}
		if !o.goes {
			out = append(out, o.posting)
		}
	}
	return append(out, b...)
}

// wordsOf are the words of a card's names, each once, with what its posting says.
func wordsOf(c *card, slot store.Slot) map[string]posting {
	out := make(map[string]posting, 8)
	for _, n := range c.names {
		p := posting{slot, uint16(c.kind), uint16(min(n.words, 1<<16-1))}
		for w := range strings.FieldsSeq(n.key) {
			if old, ok := out[w]; !ok || p.words < old.words {
				out[w] = p
			}
		}
	}
	return out
}

// reword changes the postings of the words that the ops are of.
func (t *tx) reword() {
	if len(t.wordOps) == 0 {
		return
	}
	slices.SortFunc(t.wordOps, func(a, b wordOp) int {
		if c := strings.Compare(a.word, b.word); c != 0 {
			return c
		}
		return int(a.slot) - int(b.slot)
	})
	t.words = t.words.Copy()
	for ops := t.wordOps; len(ops) > 0; {
		word, n := ops[0].word, 1
		for n < len(ops) && ops[n].word == word {
			n++
		}
		old, _ := t.words.Get(word)
		if l := old.with(ops[:n]); l.n > 0 {
			t.words.Set(word, l)
		} else {
			t.words.Delete(word)
		}
		ops = ops[n:]
	}
}

// withPrefix yields the postings of each word with a prefix.
func (s *snapshot) withPrefix(prefix string, yield func(word string, l *postings) bool) {
	s.words.Ascend(prefix, func(word string, l *postings) bool {
		return strings.HasPrefix(word, prefix) && yield(word, l)
	})
}
