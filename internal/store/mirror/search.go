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

// found is a candidate of a search.
type found struct {
	slot  store.Slot
	exact bool
	words int // of its shortest name that matches
	id    string
}

// before orders candidates as [store.Candidates] cuts them.
func (a found) compare(b found) int {
	if a.exact != b.exact {
		if a.exact {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.words, b.words), strings.Compare(a.id, b.id))
}

func (s *snapshot) Search(ctx context.Context, wanted string, kinds []string, w store.SearchWindow) (store.Matches, error) {
	if w.First < 0 {
		return store.Matches{}, fmt.Errorf("%w: first must not be negative", store.ErrInvalid)
	}
	keys := text.Keys(wanted)
	best, err := s.matching(ctx, keys, s.ontol.set(kinds))
	if err != nil {
		return store.Matches{}, err
	}
	hits := make([]store.Match, 0, len(best))
	for i, f := range best {
		if i%256 == 0 && ctx.Err() != nil {
			return store.Matches{}, ctx.Err()
		}
		m := store.Match{Node: s.at(f.slot)}
		for _, n := range s.cards.at(uint32(f.slot)).names {
			if score := store.ScoreKeys(keys, n.key); score > m.Score {
				m.Score, m.Name = score, n.text
			}
		}
		hits = append(hits, m)
	}
	slices.SortFunc(hits, func(a, b store.Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Node.ID, b.Node.ID))
	})
	page := store.Matches{Hits: hits, Total: len(hits)}
	if p := w.After; p != nil {
		at := slices.IndexFunc(hits, func(m store.Match) bool {
			return m.Score < p.Score || m.Score == p.Score && m.Node.ID > p.Node
		})
		if at < 0 {
			at = len(hits)
		}
		page.Hits = hits[at:]
	}
	if len(page.Hits) > w.First {
		page.Hits, page.Next = page.Hits[:w.First:w.First], true
	}
	return page, nil
}

// matching are the candidates for some keys.
func (s *snapshot) matching(ctx context.Context, keys []string, kinds kindSet) ([]found, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var all []found
	seen := make([]uint64, s.slots/64+1)
	work := 0
	var err error
	for _, key := range keys {
		words := strings.Fields(key)
		if len(words) == 0 {
			continue
		}
		s.withPrefix(s.rarest(words), func(slots []store.Slot) bool {
			for _, slot := range slots {
				if work++; work%pulse == 0 {
					if err = ctx.Err(); err != nil {
						return false
					}
				}
				if seen[slot/64]>>(slot%64)&1 != 0 {
					continue
				}
				c := s.cards.at(uint32(slot))
				if !kinds.has(c.kind) {
					continue
				}
				if f, ok := c.matches(keys); ok {
					seen[slot/64] |= 1 << (slot % 64)
					f.slot, f.id = slot, s.at(slot).ID
					all = append(all, f)
				}
			}
			if len(all) >= 8*store.Candidates {
				all = shorten(all)
			}
			return true
		})
	}
	return shorten(all), err
}

// shorten leaves the candidates that count.
func shorten(all []found) []found {
	if len(all) > store.Candidates {
		slices.SortFunc(all, found.compare)
		all = all[:store.Candidates]
	}
	return all
}

// matches tells whether a name has all words of one of some keys, as beginnings of its own.
func (c *card) matches(keys []string) (f found, ok bool) {
	for i := range c.names {
		n := &c.names[i]
		for _, key := range keys {
			if key == "" || !begins(n.key, key) {
				continue
			}
			if !ok || n.words < f.words {
				f.words = n.words
			}
			f.exact = f.exact || n.key == key
			ok = true
		}
	}
	return f, ok
}

// begins tells whether every word of key begins a word of name.
func begins(name, key string) bool {
	for w := range strings.FieldsSeq(key) {
		at := 0
		for {
			i := strings.Index(name[at:], w)
			if i < 0 {
				return false
			}
			if at += i; at == 0 || name[at-1] == ' ' {
				break
			}
			at++
		}
	}
	return true
}

// rarest is the word that the fewest nodes have.
func (s *snapshot) rarest(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	best, fewest := words[0], int(^uint(0)>>1)
	for _, w := range words {
		n := 0
		s.withPrefix(w, func(slots []store.Slot) bool {
			n += len(slots)
			return n < fewest
		})
		if n < fewest {
			best, fewest = w, n
		}
	}
	return best
}

// withPrefix yields the nodes of each word with a prefix.
func (s *snapshot) withPrefix(prefix string, yield func([]store.Slot) bool) {
	s.words.Ascend(prefix, func(word string, slots []store.Slot) bool {
		return strings.HasPrefix(word, prefix) && yield(slots)
	})
}
