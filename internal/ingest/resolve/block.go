package resolve

import (
	"hash/maphash"
	"slices"
)

// Blocking: bodies are compared if they have a key in common that not too many have. Keys are
// words that mean nothing known, by their beginning; pairs of the rarest terms of a name; the
// initials of a name, and names that may be initials; the city with what a body is; rare
// domains, and names that these may say; tax numbers. A key that too many have is taken with the country, then with the
// city.
const (
	mostInBlock = 60
	stem        = 5 // bytes of a word's beginning
	rarestTerms = 5 // of a name, that make pairs
	shortNation = 5 // terms of a name that is taken by the nation and one more
	// letters of the longest word that may be made of initials
	longestAcronym = 8
	longestDomain  = 3 // words of a name that may be written together as a domain
)

var seed = maphash.MakeSeed() // of keys that live as long as a run

func key(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, p := range parts {
		h.WriteString(p)
		h.WriteByte(0)
	}
	return h.Sum64()
}

type posting struct {
	key  uint64
	body int32
}

// blocks are the candidates of bodies.
type blocks struct {
	lists [][]int32 // of each block, sorted
	of    [][]int32 // of each body, its blocks
}

// block puts bodies into blocks.
func (c *corpus) block() *blocks {
	var all []posting
	seen := map[uint64]bool{}
	for i := range c.entries {
		clear(seen)
		for _, k := range c.keys(&c.entries[i], false) {
			if !seen[k] {
				seen[k] = true
				all = append(all, posting{k, int32(i)})
			}
		}
	}
	b := &blocks{of: make([][]int32, len(c.entries))}
	for _, more := range []func(e *entry) []string{
		func(e *entry) []string { return []string{e.Country} },
		func(e *entry) []string { return e.cities },
		nil,
	} {
		slices.SortFunc(all, func(x, y posting) int {
			switch {
			case x.key < y.key:
				return -1
			case x.key > y.key:
				return 1
			}
			return int(x.body - y.body)
		})
		var rest []posting
		for from := 0; from < len(all); {
			to := from + 1
			for to < len(all) && all[to].key == all[from].key {
				to++
			}
			run := all[from:to]
			from = to
			switch {
			case len(run) < 2:
			case len(run) <= mostInBlock:
				list := make([]int32, len(run))
				for i, p := range run {
					list[i] = p.body
					b.of[p.body] = append(b.of[p.body], int32(len(b.lists)))
				}
				b.lists = append(b.lists, list)
			case more != nil:
				for _, p := range run {
					for _, s := range more(&c.entries[p.body]) {
						if s != "" {
							rest = append(rest, posting{p.key ^ key(s), p.body})
						}
					}
				}
			}
		}
		all = rest
	}
	return b
}

// keys are the keys of a body; byNames those that its names tell, not what it is in which city.
func (c *corpus) keys(e *entry, byNames bool) []uint64 {
	var out []uint64
	for i := range e.names {
		n := &e.names[i]
		order := make([]int, len(n.terms))
		for j := range order {
			order[j] = j
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case n.weights[a] > n.weights[b]:
				return -1
			case n.weights[a] < n.weights[b]:
				return 1
			}
			return 0
		})
		var rare []string
		for _, j := range order {
			t := n.terms[j]
			w := t.key
			if t.class == plain && len(w) > stem {
				w = w[:stem]
			}
			if t.class == plain || t.class == ofPlace || len(n.terms) == 1 {
				out = append(out, key("word", w))
			}
			if t.class != ofNation && len(rare) < rarestTerms {
				rare = append(rare, w)
			}
		}
		slices.Sort(rare)
		for x := range rare {
			for y := x + 1; y < len(rare); y++ {
				out = append(out, key("words", rare[x], rare[y]))
			}
		}
		if e.says(n.name) { // a city under its name
			for _, city := range e.cities {
				out = append(out, key("in", city, "=municipality"))
			}
		}
		if nation := slices.IndexFunc(n.terms, func(t term) bool { return t.class == ofNation }); nation >= 0 && len(n.terms) <= shortNation {
			for _, t := range n.terms { // "Finnish Environment Institute": its kind may be told by another word
				if t.class == ofWork {
					out = append(out, key("of", n.terms[nation].key, t.key))
				}
			}
		}
		for _, t := range n.terms {
			if t.class == ofBody && !byNames {
				for _, city := range e.cities {
					out = append(out, key("in", city, t.key))
				}
			}
			if t.class == plain && len(t.key) <= longestAcronym {
				out = append(out, key("initials", t.key))
			}
		}
		if n.words > 2 {
			out = append(out, key("initials", sound(n.initials)), key("initials", sound(n.short)))
		}
		if n.words <= longestDomain {
			out = append(out, key("glued", n.glued))
		}
		for j := 1; j < len(n.all); j++ { // written together by others
			if joined := n.pairs[j-1]; len(joined) > stem+2 {
				out = append(out, key("word", joined[:stem]))
			}
		}
	}
	for i, d := range e.domains {
		out = append(out, key("site", d))
		if l := e.labels[i].glued; c.sites[d] <= rareSite && len(l) >= shortestInitials {
			out = append(out, key("glued", l), key("initials", l), key("word", l[:min(len(l), stem)]))
		}
	}
	for _, d := range e.doors {
		if d != "" {
			out = append(out, key("door", d))
		}
	}
	for _, m := range e.Met {
		out = append(out, key("listed", m.id, m.file))
	}
	for _, v := range e.VAT {
		out = append(out, key("vat", v))
	}
	return out
}

// candidates tells the bodies that a body is to be compared with, of those after it.
func (b *blocks) candidates(body int32, met []int32, yield func(int32)) {
	for _, l := range b.of[body] {
		list := b.lists[l]
		at, _ := slices.BinarySearch(list, body)
		for _, other := range list[at+1:] {
			if met[other] != body+1 {
				met[other] = body + 1
				yield(other)
			}
		}
	}
}
