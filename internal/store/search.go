package store

import (
	"strings"

	"clustergraph/internal/text"
)

// Candidates is how many nodes a search weighs at most.
const Candidates = 1000

// SearchWindow cuts a page of matches.
type SearchWindow struct {
	First int            // below 0: ErrInvalid
	After *MatchPosition // only what comes later
}

// MatchPosition is a place among matches.
type MatchPosition struct {
	Score float64
	Node  string
}

// Match is a node found by name.
type Match struct {
	Node  *Node
	Score float64 // from 0 to 1; 1 is the same name
	Name  string  // the name that matched best, as it is written; of equals the first
}

// Matches is a page of matches.
type Matches struct {
	Hits  []Match
	Total int // of all pages
	Next  bool
}

// Names are the names a node is searched by, the preferred one first, each once.
func (k Kind) NamesOf(n *Node) []string {
	var out []string
	add := func(s string) {
		for _, x := range out {
			if x == s {
				return
			}
		}
		if s != "" {
			out = append(out, s)
		}
	}
	for _, p := range k.Names {
		switch v := n.Props.Get(p).(type) {
		case string:
			add(v)
		case List:
			for _, x := range v {
				if s, ok := x.(string); ok {
					add(s)
				}
			}
		}
	}
	return out
}

// Score tells how well a searched text matches a name: 0 if a word of the text begins no
// word of the name, 1 if they have a key in common, else below 1: the mean of the share of
// the name's letters that the text has, and of how whole and how early the matched words
// are. It is a fixed rule, so that all stores rank alike; cost: with the words of both.
func Score(search, name string) float64 {
	best, wanted := 0.0, Want(search)
	for _, key := range text.Keys(name) {
		best = max(best, wanted.Score(key))
	}
	return best
}

// Wanted is a searched text that was read once, to be held against many names.
type Wanted []wanted

type wanted struct {
	key   string
	words []string
}

// Want reads a searched text.
func Want(search string) Wanted {
	var w Wanted
	for _, key := range text.Keys(search) {
		w = append(w, wanted{key, strings.Fields(key)})
	}
	return w
}

// Score is [Score] for one of the [text.Keys] of a name.
func (w Wanted) Score(key string) float64 {
	best := 0.0
	for i := range w {
		best = max(best, w[i].score(key))
	}
	return best
}

// Most is at least what a key of so many bytes and words, one blank between each, can score: who
// keeps the best of many names need not score those that cannot be among them.
func (w Wanted) Most(bytes, words int) float64 {
	most := 0.0
	for i := range w {
		blanks := len(w[i].words) - 1
		share := float64(len(w[i].key)-blanks) / float64(bytes-words+1)
		if share >= 1 {
			return 1
		}
		// Summed in the order of score, so that it rounds to no less.
		most = max(most, 0.99*(2*share+1+1)/4)
	}
	return most
}

func (w *wanted) score(name string) float64 {
	if w.key == "" || name == "" {
		return 0
	}
	if w.key == name {
		return 1
	}
	if len(w.words) == 1 {
		return w.scoreWord(name)
	}
	var few [16]string // most names need no more
	words := few[:0]
	for n := range strings.FieldsSeq(name) {
		words = append(words, n)
	}
	whole, early, letters := 0.0, 0.0, 0
	for i, w := range w.words {
		at := -1
		for j, n := range words {
			if strings.HasPrefix(n, w) && (at < 0 || n == w && words[at] != w) {
				at = j
			}
		}
		if at < 0 {
			return 0
		}
		letters += len(w)
		whole += float64(len(w)) / float64(len(words[at]))
		if at == i {
			early++
		}
	}
	n := float64(len(w.words))
	share := float64(letters) / float64(len(name)-len(words)+1)
	return 0.99 * (2*min(share, 1) + whole/n + early/n) / 4
}

// scoreWord is score of a text of one word, which is most of them.
func (w *wanted) scoreWord(name string) float64 {
	words, at, found := 0, -1, 0 // at is which word is found, and found how long it is
	whole := false
	for begin := 0; begin <= len(name); words++ {
		end := strings.IndexByte(name[begin:], ' ')
		if end < 0 {
			end = len(name) - begin
		}
		if word := name[begin : begin+end]; !whole && (at < 0 || len(word) == len(w.key)) && strings.HasPrefix(word, w.key) {
			at, found, whole = words, len(word), len(word) == len(w.key)
		}
		begin += end + 1
	}
	if at < 0 {
		return 0
	}
	early := 0.0
	if at == 0 {
		early = 1
	}
	share := float64(len(w.key)) / float64(len(name)-words+1)
	return 0.99 * (2*min(share, 1) + float64(len(w.key))/float64(found) + early) / 4
}
