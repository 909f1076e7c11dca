package resolve

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Well-known bodies, each with its names in several languages, its older ones and its acronyms:
// what names do not tell, as that "Univerzita Karlova" is Charles University. Two bodies that are
// each likely one of these are likely one.
//
//go:embed bodies.tsv
var bodiesFile string

// wellKnown are the bodies of bodies.tsv by country, read when they are first needed.
var wellKnown = sync.OnceValue(func() map[string][]*Body {
	all, err := readWellKnown(bodiesFile)
	if err != nil {
		panic(err) // it is part of the program
	}
	return all
})

// readWellKnown reads lines of country, city, web domain and names, which " | " stands between.
func readWellKnown(file string) (map[string][]*Body, error) {
	out := map[string][]*Body{}
	s := bufio.NewScanner(strings.NewReader(file))
	for line := 1; s.Scan(); line++ {
		if strings.HasPrefix(s.Text(), "#") {
			continue
		}
		f := strings.Split(s.Text(), "\t")
		if len(f) != 4 || len(f[0]) != 2 || f[3] == "" {
			return nil, fmt.Errorf("bodies.tsv, line %d: it has to have a country, a city, a domain and names", line)
		}
		b := &Body{ID: fmt.Sprint("line ", line), Country: f[0], Names: strings.Split(f[3], " | ")}
		if f[1] != "" {
			b.Cities = f[1:2]
		}
		if f[2] != "" {
			b.Sites = f[2:3]
		}
		out[b.Country] = append(out[b.Country], b)
	}
	return out, s.Err()
}

// wellKnownIn are the well-known bodies of the countries of others.
func wellKnownIn(bodies []Body) (of []*Body) {
	seen := map[string]bool{"": true}
	for i := range bodies {
		if country := bodies[i].Country; !seen[country] {
			seen[country] = true
			of = append(of, wellKnown()[country]...)
		}
	}
	return of
}

// identified is which well-known body one is likely.
type identified struct {
	of     int32 // place in wellKnown; -1 if none is likely
	weight float64
}

// nearlyAsLikely is by how many bits another well-known body may be less likely than one, if the
// one is to be taken.
const nearlyAsLikely = 1

// mostKnown is of how many well-known bodies of a country something tells at most which one a body is.
const mostKnown = 25

// meetWellKnown finds for each body the well-known one that it is likeliest, from a weight on.
// Cost: with the bodies and the well-known ones that share something rare with them.
func (c *corpus) meetWellKnown(least float64) []identified {
	identify := c.identifier(least)
	out := make([]identified, len(c.entries))
	for i := range c.entries {
		out[i] = identify(i)
	}
	return out
}

// identifier is meetWellKnown of one body at a time.
func (c *corpus) identifier(least float64) func(i int) identified {
	having := map[uint64][]int32{}
	for k := range c.wellKnown {
		e := &c.wellKnown[k]
		for _, at := range c.keys(e, true) {
			at ^= key(e.Country)
			if list := having[at]; len(list) == 0 || list[len(list)-1] != int32(k) {
				having[at] = append(list, int32(k))
			}
		}
	}
	met := make([]int32, len(c.wellKnown))
	return func(i int) identified {
		e := &c.entries[i]
		best, second := identified{-1, least}, least-nearlyAsLikely
		if e.Country == "" {
			return best
		}
		for _, at := range c.keys(e, true) {
			of := having[at^key(e.Country)]
			if len(of) > mostKnown {
				continue
			}
			for _, k := range of {
				if met[k] == int32(i)+1 {
					continue
				}
				met[k] = int32(i) + 1
				w := c.likelyWellKnown(e, &c.wellKnown[k], best.weight-nearlyAsLikely)
				switch {
				case w > best.weight || w == best.weight && best.of < 0:
					best, second = identified{k, w}, max(second, best.weight)
				case w > second:
					second = w
				}
			}
		}
		if best.of >= 0 && best.weight-second < nearlyAsLikely && second >= least {
			best.of = -1
		}
		return best
	}
}

// mostLetters are those of a name that tells only in its city or by its domain which body it is.
const mostLetters = 4

// likelyWellKnown is the weight of being a well-known body; it need not be exact below another weight.
func (c *corpus) likelyWellKnown(e, of *entry, least float64) float64 {
	l := c.compare(e, of)
	w := l.score(c.weights)
	if m := of.names[l.b]; len(m.terms) == 1 && m.terms[0].class == plain && len(m.terms[0].key) <= mostLetters && l.city != agrees && l.site != agrees {
		if l.name >= exact && len(e.cities) == 0 && len(e.names) == 1 && m.initialsOfAny(of) {
			return shortAlone
		}
		return least - 1 // many have these initials
	}
	if l.place && !slices.ContainsFunc(of.names, func(m named) bool { return m.governs() }) && !slices.ContainsFunc(e.names, func(n named) bool { return n.preferred && e.says(n.name) && !n.hasTerm("=municipality") }) {
		return least - 1 // "Town of Outokumpu", and the company of its name
	}
	if l.initials > 0 && l.initials <= shortestInitials && l.site != agrees && slices.ContainsFunc(of.names, func(m named) bool { return m.words > 2 }) {
		return least - 1 // it has these initials, but another name
	}
	if w < namesOfOne && slices.ContainsFunc(e.names, func(n named) bool { return saysSeveral(e, &n, of, l.city == differs) }) {
		return namesOfOne
	}
	if w < onlyUniversity && l.city != differs && slices.ContainsFunc(e.names, func(n named) bool { return sameButApplied(&n, of) }) {
		return onlyUniversity
	}
	if w >= least {
		c.compete(e, of, &l)
		w = l.score(c.weights)
	}
	return w
}

// byAnother is by how many bits it is less likely that two are one by way of a well-known body than that
// each is that body, by judgement.
const byAnother = 1

// knownAs is what well-known bodies tell of a pair, in bits; without any, nothing.
type knownAs struct {
	of    int32   // the well-known body that both are
	one   float64 // that both are one
	two   float64 // that they are two, each another
	other float64 // that one is the well-known body that the other is
}

// unknownBody is less than anything that is told.
const unknownBody = -99

// knownAs tells what well-known bodies tell of a compared pair. That both are one is as likely as what is less likely of them.
func (c *corpus) knownAs(a, b int32, is []identified, l *likeness) knownAs {
	k := knownAs{-1, unknownBody, unknownBody, unknownBody}
	p, q := is[a], is[b]
	x, y := &c.entries[a], &c.entries[b]
	switch {
	case p.of < 0 || q.of < 0:
	case p.of != q.of:
		k.two = min(p.weight, q.weight)
	default:
		k.of, k.one = p.of, min(p.weight, q.weight)-byAnother
		if x.legal.unlike(y.legal) {
			k.one += c.weights[fLegal]
		} else if l.form == differs {
			k.one += c.weights[fForm+1]
		}
		if l.body == differs && l.by == asPart {
			k.one -= surelyKnown // it may be a part of it
		}
		if x.carried && y.carried { // "CEITEC – Masaryk University": known without what they are parts of
			k.one = min(k.one, c.evidence(l))
		}
	}
	if p.of >= 0 {
		k.other = min(p.weight, c.likelyWellKnown(y, &c.wellKnown[p.of], unknownBody))
	}
	if q.of >= 0 {
		k.other = max(k.other, min(q.weight, c.likelyWellKnown(x, &c.wellKnown[q.of], unknownBody)))
	}
	return k
}

// whyKnown tells which well-known body two are.
func whyKnown(of *entry) string {
	if len(of.Sites) > 0 {
		return fmt.Sprintf("both are known as %s (%s)", of.Names[0], of.Sites[0])
	}
	return fmt.Sprintf("both are known as %s", of.Names[0])
}

// pairsOfKnown tells the pairs of bodies that are likely one well-known body.
func pairsOfKnown(is []identified, yield func(a, b int32)) {
	by := map[int32][]int32{}
	var order []int32
	for i, k := range is {
		if k.of < 0 {
			continue
		}
		if by[k.of] == nil {
			order = append(order, k.of)
		}
		by[k.of] = append(by[k.of], int32(i))
	}
	slices.Sort(order)
	for _, k := range order {
		for i, a := range by[k] {
			for _, b := range by[k][i+1:] {
				yield(a, b)
			}
		}
	}
}

// shortAlone is the weight of being a well-known body by its initials alone, where nobody tells a city nor
// another name, by judgement.
const shortAlone = 2.5

// initialsOfAny tells whether a name of one word is made of the initials of a name of a body.
func (n *named) initialsOfAny(of *entry) bool {
	return slices.ContainsFunc(of.names, func(m named) bool { return n.terms[0].initialsOf(m.name) })
}

// namesOfOne is the weight of a name that is several of one well-known body, such as "Försvarshögskolan,
// Swedish Defence University", by judgement.
const namesOfOne = 6

// onlyUniversity is the weight of being a university by a name that leaves out what kind of one it is, by judgement.
const onlyUniversity = 3

// sameButApplied tells whether a name is a university's that says all that a name of a well-known one says, but
// for whether its sciences are applied.
func sameButApplied(n *named, of *entry) bool {
	lacks := func(a, b *named) bool {
		return a.any(func(t term) bool { return t.key != "=applied" && !neutral[t.key] && !b.hasTerm(t.key) })
	}
	return university(n) && n.placed() && slices.ContainsFunc(of.names, func(m named) bool { return university(&m) && !lacks(n, &m) && !lacks(&m, n) })
}

// saysSeveral tells whether a name is one of a well-known body, which says more than an acronym, and words
// of other names of it. Elsewhere it has to have a word of its own.
func saysSeveral(e *entry, n *named, of *entry, elsewhere bool) bool {
	rest := map[string]bool{}
	own := false
	for _, t := range n.terms {
		rest[t.key] = true
		own = own || t.class == plain && !e.isCity(t) && !of.isCity(t)
	}
	whole, short := false, 0
	for i := range of.names {
		m := &of.names[i]
		if rural(e, n, m) {
			return false
		}
		if !slices.ContainsFunc(m.terms, func(t term) bool { return !n.hasTerm(t.key) }) {
			whole = whole || len(m.terms) > 1
			short++
		}
		for _, t := range m.terms {
			delete(rest, t.key)
		}
	}
	if !whole && short < 2 || elsewhere && !own {
		return false
	}
	for _, t := range n.terms {
		if rest[t.key] && !isNation(t, of.Country) && !e.isCity(t) && !of.isCity(t) {
			return false
		}
	}
	return true
}

// surelyKnown is by how many bits it is less likely that a body is a well-known one if it may be a part of it, by judgement.
const surelyKnown = 4
