package mirror

import (
	"cmp"
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

func compareWords(a, b wordOp) int { return strings.Compare(a.word, b.word) }

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

// wordsOf are the words of a card's names, sorted, each once, with what its posting says.
func wordsOf(c *card, slot store.Slot) []wordOp {
	var few [32]wordOp
	all := few[:0]
	for _, n := range c.names {
		p := posting{slot, uint16(c.kind), uint16(min(n.words(), 1<<16-1))}
		for w := range strings.FieldsSeq(n.key) {
			all = append(all, wordOp{word: w, posting: p})
		}
	}
	slices.SortFunc(all, func(a, b wordOp) int {
		return cmp.Or(compareWords(a, b), cmp.Compare(a.words, b.words))
	})
	return slices.Clone(slices.CompactFunc(all, func(a, b wordOp) bool { return a.word == b.word }))
}

// respell changes the words by which a node is found.
func (t *tx) respell(slot store.Slot, was, is *card) {
	old, words := wordsOf(was, slot), wordsOf(is, slot) // of a node that goes there are none
	for len(old) > 0 || len(words) > 0 {
		switch {
		case len(words) == 0 || len(old) > 0 && old[0].word < words[0].word:
			old[0].goes = true
			t.wordOps, old = append(t.wordOps, old[0]), old[1:]
		case len(old) == 0 || words[0].word < old[0].word:
			t.wordOps, words = append(t.wordOps, words[0]), words[1:]
		default:
			if old[0] != words[0] {
				t.wordOps = append(t.wordOps, words[0])
			}
			old, words = old[1:], words[1:]
		}
	}
}

// reword changes the postings of the words that the ops are of.
func (t *tx) reword() {
	if len(t.wordOps) == 0 {
		return
	}
	slices.SortFunc(t.wordOps, func(a, b wordOp) int {
		return cmp.Or(compareWords(a, b), cmp.Compare(a.slot, b.slot))
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
