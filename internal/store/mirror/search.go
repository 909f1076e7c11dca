package mirror

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

func (s *snapshot) Search(ctx context.Context, wanted string, kinds []string, w store.SearchWindow) (store.Matches, error) {
	if w.First < 0 {
		return store.Matches{}, fmt.Errorf("%w: first must not be negative", store.ErrInvalid)
	}
	found := finder{s: s, ctx: ctx, kinds: s.ontol.set(kinds)}
	for _, key := range text.Keys(wanted) {
		switch words := strings.Fields(key); len(words) {
		case 0:
		case 1:
			found.byWord(key)
		default:
			found.byWords(key, words)
		}
	}
	best := found.candidates()
	page := store.Matches{Total: len(best)}
	want := store.Want(wanted)
	// The best are kept in their order as they are met; most of the others are worse than all
	// of them.
	compare := func(a, b store.Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Node.ID, b.Node.ID))
	}
	for _, f := range best {
		if found.tick(16) != nil {
			break
		}
		full := len(page.Hits) == w.First
		least := 0.0
		if full && w.First > 0 {
			least = page.Hits[w.First-1].Score
		}
		m := store.Match{}
		names := s.cards.at(uint32(f.slot)).names
		for i := range names {
			n := &names[i]
			if want.Most(len(n.key), n.words()) < least {
				continue
			}
			if score := want.Score(n.key); score > m.Score {
				m.Score, m.Name = score, n.text
			}
		}
		if m.Score < least { // so it comes after After, too
			page.Next = true
			continue
		}
		m.Node = s.at(f.slot)
		if p := w.After; p != nil && (m.Score > p.Score || m.Score == p.Score && m.Node.ID <= p.Node) {
			continue
		}
		at, _ := slices.BinarySearchFunc(page.Hits, m, compare)
		if full {
			if page.Next = true; at == w.First {
				continue
			}
			page.Hits = page.Hits[:w.First-1]
		}
		page.Hits = slices.Insert(page.Hits, at, m)
	}
	if err := found.tick(pulse); err != nil {
		return store.Matches{}, err
	}
	return page, nil
}

// candidate is a node that a search found.
type candidate struct {
	slot  store.Slot
	other bool // not the same name
	words int  // of the shortest of its names that match
}

// A finder collects candidates, and keeps those that count.
type finder struct {
	s     *snapshot
	ctx   context.Context
	kinds kindSet
	work  int
	err   error // of the context
	all   []candidate
	full  bool // the first [store.Candidates] of all are sorted, and are so many
}

func (f *finder) tick(n int) error {
	if f.work += n; f.work >= pulse && f.err == nil {
		f.work = 0
		f.err = f.ctx.Err()
	}
	return f.err
}

// compare orders candidates as [store.Candidates] are cut: it looks at ids only if it must.
func (f *finder) compare(a, b candidate) int {
	switch {
	case a.other != b.other && b.other:
		return -1
	case a.other != b.other:
		return 1
	case a.words != b.words:
		return a.words - b.words
	}
	return strings.Compare(f.s.at(a.slot).ID, f.s.at(b.slot).ID)
}

func (f *finder) add(c candidate) {
	if f.full && f.compare(c, f.all[store.Candidates-1]) > 0 {
		return
	}
	if f.all = append(f.all, c); len(f.all) >= 4*store.Candidates {
		f.all = f.candidates()
	}
}

// candidates are those that count, each once.
func (f *finder) candidates() []candidate {
	// One node may have been found by several readings of the text.
	slices.SortFunc(f.all, func(a, b candidate) int { return cmp.Compare(a.slot, b.slot) })
	once := f.all[:0]
	for _, c := range f.all {
		if n := len(once); n > 0 && once[n-1].slot == c.slot {
			once[n-1].other = once[n-1].other && c.other
			once[n-1].words = min(once[n-1].words, c.words)
		} else {
			once = append(once, c)
		}
	}
	f.all = once
	if len(f.all) > store.Candidates {
		slices.SortFunc(f.all, f.compare)
		f.all, f.full = f.all[:store.Candidates], true
	}
	return f.all
}

// byWord adds the nodes that have a name with a word that begins with key. Postings tell
// all that is needed.
func (f *finder) byWord(key string) {
	var many []uint16 // by slot: words and one, as many as postings say; 0: not found
	total := 0
	f.s.withPrefix(key, func(_ string, l *postings) bool { total += l.n; return total < pulse })
	if total < pulse {
		f.all = slices.Grow(f.all, total)
	} else {
		many = make([]uint16, f.s.slots+1)
	}
	f.s.withPrefix(key, func(word string, l *postings) bool {
		for _, block := range l.blocks {
			if f.tick(len(block)) != nil {
				return false
			}
			for _, p := range block {
				switch {
				case !f.kinds.has(uint32(p.kind)):
				case word == key && p.words == 1:
					f.add(candidate{p.slot, false, 1})
				case many == nil:
					f.add(candidate{p.slot, true, int(p.words)}) // perhaps once more for another word
				case many[p.slot] == 0 || p.words < many[p.slot]:
					many[p.slot] = p.words
				}
			}
		}
		return true
	})
	for slot, words := range many {
		if words > 0 {
			f.add(candidate{store.Slot(slot), true, int(words)})
		}
	}
}

// byWords adds the nodes that have a name with all words of key. Whom the rarest word finds
// is looked for among those of the others, as far as that is less than to look at the
// names, and then at the names.
func (f *finder) byWords(key string, words []string) {
	type counted struct {
		word string
		n    int
	}
	counts := make([]counted, len(words))
	for i, w := range words {
		counts[i].word = w
		f.s.withPrefix(w, func(_ string, l *postings) bool { counts[i].n += l.n; return true })
	}
	slices.SortFunc(counts, func(a, b counted) int { return a.n - b.n })
	each := func(word string, yield func(posting)) {
		f.s.withPrefix(word, func(_ string, l *postings) bool {
			for _, block := range l.blocks {
				for _, p := range block {
					yield(p)
				}
			}
			return f.tick(l.n) == nil
		})
	}
	var slots []store.Slot
	each(counts[0].word, func(p posting) {
		if f.kinds.has(uint32(p.kind)) {
			slots = append(slots, p.slot)
		}
	})
	for _, c := range counts[1:] {
		const names = 16 // what it costs to look at a name, in postings
		if c.n > names*len(slots) {
			break
		}
		has := make([]uint64, f.s.slots/64+1)
		each(c.word, func(p posting) { has[p.slot/64] |= 1 << (p.slot % 64) })
		slots = slices.DeleteFunc(slots, func(slot store.Slot) bool { return has[slot/64]>>(slot%64)&1 == 0 })
	}
	for _, slot := range slots {
		if f.tick(8) != nil {
			return
		}
		c, ok := candidate{slot, true, 0}, false
		names := f.s.cards.at(uint32(slot)).names
		for i := range names {
			if n := &names[i]; begins(n.key, words) {
				if words := n.words(); !ok || words < c.words {
					c.words = words
				}
				c.other, ok = c.other && n.key != key, true
			}
		}
		if ok {
			f.add(c)
		}
	}
}

// begins tells whether every one of some words begins a word of a name.
func begins(name string, words []string) bool {
	for _, w := range words {
		for at := 0; ; at++ {
			i := strings.Index(name[at:], w)
			if i < 0 {
				return false
			}
			if at += i; at == 0 || name[at-1] == ' ' {
				break
			}
		}
	}
	return true
}
