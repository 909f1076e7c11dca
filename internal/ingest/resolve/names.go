package resolve

import (
	"math"
	"slices"
	"strings"
)

// What a term that has no counterpart counts, out of 1, if the other body's country, city or
// initials say the same.
const (
	saidByCountry  = 0.1
	saidByCity     = 0.15
	saidByInitials = 0.1
	saidByShort    = 0.3
	// A short word beside others may be made of initials in another language.
	perhapsInitials = 0.4
	// What it adds to how rare a name is that it says the body's country: there are not many
	// such bodies in one country.
	ofTheNation = 2
)

// soft is Soft-TFIDF (Cohen, Ravikumar, Fienberg 2003: A Comparison of String Distance Metrics
// for Name-Matching Tasks): the cosine of the names' terms, weighted by how rare they are,
// where a term also meets one that is spelt alike. What one name has beyond the other counts
// less where it says what is known of the other body anyway.
func (c *corpus) soft(x, y *entry, a, b *named, near match) (l likeness) {
	var dot, na, nb float64
	var leftA, leftB [32]int
	la, lb := leftA[:0], leftB[:0]
	oneWay, otherWay := 0, 0 // words that many names have, by how both names say them
	forms, kindOther := 0, false
	i, j := 0, 0
	for i < len(a.terms) || j < len(b.terms) {
		switch {
		case j == len(b.terms) || i < len(a.terms) && a.terms[i].key < b.terms[j].key:
			la = append(la, i)
			i++
		case i == len(a.terms) || a.terms[i].key > b.terms[j].key:
			lb = append(lb, j)
			j++
		default:
			w := a.weights[i]
			l.rarity += w
			if s, t := a.terms[i], b.terms[j]; s.class == ofWork || s.class == ofBody {
				switch how := alike(s.word, t.word); {
				case s.word == t.word:
					oneWay++
					forms++
				case how >= inflected:
					forms++
				case how == 0:
					otherWay++
					kindOther = kindOther || s.class == ofBody
				}
			}
			dot += w * w
			na += w * w
			nb += w * w
			i, j = i+1, j+1
		}
	}
	other := l.rarity
	short, long := acronyms(a, la, b, lb)
	if w, n := acronyms(b, lb, a, la); n > 0 {
		short, long = short+w, max(long, n)
	}
	joined := short + together(a, la, b, lb) + together(b, lb, a, la)
	dot, na, nb = dot+joined, na+joined, nb+joined
	l.rarity += math.Sqrt(joined)
	met := 0.0
	for k, i := range la {
		if i < 0 {
			continue
		}
		w := a.weights[i]
		best, at := 0.0, -1
		for k, j := range lb {
			if j < 0 {
				continue
			}
			s := meet(a.terms[i], b.terms[j])
			if near == differs && slices.Contains(x.cityWords, a.terms[i].key) && slices.Contains(y.cityWords, b.terms[j].key) {
				continue // each says its own city
			}
			if s < 1 && near != differs && (sameCity(x, a.terms[i], b.terms[j]) || sameCity(y, a.terms[i], b.terms[j])) {
				s = 1
			}
			if x.Country == "FI" && (ofFinns(a.terms[i].key, b.terms[j].key) || ofFinns(b.terms[j].key, a.terms[i].key)) {
				s = 1
			}
			if s > best {
				best, at = s, k
			}
		}
		if at >= 0 {
			v := b.weights[lb[at]]
			la[k], lb[at] = -1, -1
			// Two spellings are each rare for being spelt so: the commoner one tells how
			// rare the word is.
			m := min(w, v)
			l.rarity += m
			met += m
			l.otherTown = l.otherTown || near == partly && best < inflected && a.terms[i].class == plain && a.hasTerm("=municipality") && b.hasTerm("=municipality")
			dot += best * m * m
			na += m * m
			nb += m * m
			continue
		}
	}
	if other+met < littleElse {
		l.initials = long
	}
	var over [2]struct{ plain, known, place, nation, brand float64 }
	for side, left := range [2][]int{la, lb} {
		own, of, other, is := a, x, b, y
		if side == 1 {
			own, of, other, is = b, y, a, x
		}
		var sum float64
		hasShort := slices.ContainsFunc([2][]int{lb, la}[side], func(i int) bool {
			return i >= 0 && other.terms[i].class == plain && len(other.terms[i].key) <= 6 && other.terms[i].initialsOf(own.name)
		})
		for _, i := range left {
			if i < 0 {
				continue
			}
			t := own.terms[i]
			share := unsaid(t, own, of, other, is, near)
			if hasShort && t.class != ofNation && t.class != ofPlace {
				share = min(share, saidByShort) // "IRT Jules Verne"
			}
			w := own.weights[i] * share
			sum += w * w
			if t.class == plain || t.class == ofPlace {
				l.left[side].own += w
			} else {
				l.left[side].known += w
			}
			if t.class == ofNation && share < 1 && l.rarity > 0 {
				l.rarity += ofTheNation
			}
			if share < 1 && t.class == ofNation {
				over[side].nation += w
			} else if share < 1 && (t.class == ofPlace || slices.Contains(of.cityWords, t.key)) {
				over[side].place += w
			}
			if share == perhapsInitials {
				over[side].brand += w
			}
			if share == 1 {
				if t.class == plain || t.class == ofPlace || t.class == ofNation {
					over[side].plain += w
				} else if t.class == ofWork {
					over[side].known += w
				}
			}
		}
		if side == 0 {
			na += sum
		} else {
			nb += sum
		}
	}
	p, q := over[0], over[1]
	switch {
	case p.known > 0 && q.known > 0:
		l.rest = bothKnown
	case l.rarity == 0, (p.known > 0 || p.plain > 0) && (q.known > 0 || q.plain > 0),
		p.place > 0 && q.known+q.plain+q.nation > 0, q.place > 0 && p.known+p.plain+p.nation > 0:
		l.rest = bothOver
	case (p.plain > 0 || q.plain > 0) && l.rarity >= rare && oneBrand(a, la, b, lb):
		l.rest = brandMore
	case p.plain > 0 || q.plain > 0:
		l.rest = onePlain
	case p.known > 0 || q.known > 0:
		l.rest = oneKnown
	case p.brand > 0 || q.brand > 0:
		l.rest = brandMore
	}
	l.where = near == unknown && l.rarity < rare && (p.place > 0) != (q.place > 0)
	l.branch = near == differs && (ownCity(x, a, la) != ownCity(y, b, lb))
	l.elsewhere = near != agrees && (p.place > 0 && q.plain > 0 || q.place > 0 && p.plain > 0)
	l.translated = otherWay > oneWay && l.rarity >= enoughSaid && (p.known == 0 || q.known == 0)
	l.otherKind = kindOther && forms > 0
	l.sameForms = forms
	l.acronym = (!a.preferred || !b.preferred) && len(a.terms) == 1 && len(b.terms) == 1 && a.terms[0].class == plain && len(a.terms[0].key) <= 5
	l.form = formMatch(a.forms, b.forms)
	l.numbers = overlap(a.numbers, b.numbers)
	l.begins, l.first = begins(a, b)
	if l.glued = gluedMatch(a.glued, b.glued); l.glued == partly && (shortLeft(a, la) || shortLeft(b, lb)) {
		l.glued = differs // "HZ" and "HAN" are no spellings of one word
	}
	l.body, l.by, l.place = kinds(x, y, a, b, la, lb, near)
	if l.body != agrees && honoured(x, y, a, la, b, lb) {
		l.honoured, l.body = true, otherwise
	}
	l.twoPlaces = a.hasTerm("=university") && b.hasTerm("=university") && saysOwn(y, a, b, la) && saysOwn(x, b, a, lb)
	l.tailed = tailed(x, y, a, b) || tailed(y, x, b, a)
	if isPart(x, y, a, b) || isPart(y, x, b, a) {
		l.body, l.by, l.place = differs, asPart, false
	}
	l.place = l.place && onePlace(x, y, a, b, near) && l.rarity > 0 && l.rest < bothOver && (near != differs || l.rest == alikeAll)
	if na > 0 && nb > 0 {
		l.name = dot / math.Sqrt(na*nb)
	}
	if l.glued == agrees && l.name < exact { // "GS 1"
		l.name, l.rest = exact, alikeAll
		if l.body == differs {
			l.body = unknown
		}
		sum := 0.0
		for _, w := range a.weights {
			sum += w
		}
		l.rarity = max(l.rarity, sum)
	}
	if l.glued == partly && l.rest != alikeAll && len(a.said) != len(b.said) && min(len(a.glued), len(b.glued)) >= longGlued {
		l.name, l.rest = max(l.name, nameLevels[1]), alikeAll // "CENTRALESUPELEC", "Central Supélec"
		if l.body == differs {
			l.body = unknown
		}
	}
	if l.glued == partly && l.rest == alikeAll && l.body != differs {
		l.name = max(l.name, exact) // one slip is all that tells them apart
	}
	return l
}

// longGlued is of how many letters names are at least that differ by one, however they are parted into words.
const longGlued = 12

// shortLeft tells whether a short word is left of a name.
func shortLeft(n *named, left []int) bool {
	return slices.ContainsFunc(left, func(i int) bool { return i >= 0 && n.terms[i].class == plain && len(n.terms[i].key) < 5 })
}

// saysOwn tells whether what is left of a name is a place, not that of the other body, or a word of its own that is no acronym of either name.
func saysOwn(is *entry, n, other *named, left []int) bool {
	return slices.ContainsFunc(left, func(i int) bool {
		if i < 0 {
			return false
		}
		t := n.terms[i]
		return !is.isCity(t) && (t.class == ofPlace || len(t.key) > 3 && ownWord(t, n, other))
	})
}

// ownWord tells whether a term is a word that is not known, and no acronym: neither one by its letters nor of two names.
func ownWord(t term, n, other *named) bool {
	return t.class == plain && !likeInitials(t.key) && !t.initialsOf(n.name) && !t.initialsOf(other.name)
}

// ownCity tells whether what is left of a name is its body's city.
func ownCity(e *entry, n *named, left []int) bool {
	return slices.ContainsFunc(left, func(i int) bool { return i >= 0 && n.terms[i].class != ofBody && e.isCity(n.terms[i]) })
}

// rest is what two names have beyond each other.
type rest uint8

const (
	alikeAll  rest = iota // nothing that counts
	oneKnown              // one has words that many names have
	brandMore             // one has a brand or acronym beside what is the same
	onePlain              // one has words of its own
	bothOver              // both have words, of which some are their own
	bothKnown             // both have words that many names have: they say different things
)

// oneBrand tells whether all that two names do not have in common is the first or last word of one:
// its brand or acronym.
func oneBrand(a *named, la []int, b *named, lb []int) bool {
	n, at := a, -1
	for side, left := range [2][]int{la, lb} {
		for _, i := range left {
			if i < 0 {
				continue
			}
			if at >= 0 {
				return false
			}
			at = i
			if side == 1 {
				n = b
			}
		}
	}
	return at >= 0 && n.terms[at].class == plain && (n.terms[at].key == n.seq[0] || n.terms[at].key == n.seq[len(n.seq)-1])
}

// meet is how well a term stands for another that is not the same.
func meet(s, t term) float64 {
	if s.class == plain && t.class == plain {
		if a, b := s.raw, t.raw; len(a) == 1 && len(b) > 2 && a[0] == b[0] || len(b) == 1 && len(a) > 2 && a[0] == b[0] {
			return cognate // "G. Bacci"
		}
		return alike(s.key, t.key)
	}
	switch {
	case (s.class == plain && t.class == ofPlace || s.class == ofPlace && t.class == plain) && alike(s.word, t.word) > 0:
		return alike(s.word, t.word)
	case s.class == plain || t.class == plain: // "Univresity"
		if len(s.word) >= 5 && len(t.word) >= 5 && slip(s.word, t.word) {
			return misspelt
		}
	case s.class == ofWork && t.class == ofWork:
		if g := known().related[s.key]; g > 0 && g == known().related[t.key] {
			return cognate
		}
	case s.class == ofNation && t.class == ofNation && (isNation(s, t.key[1:]) || isNation(t, s.key[1:])):
		return 1
	case either(s, t, "=zavod", "=institute"), either(s, t, "=zavod", "=authority"), either(s, t, "=zavod", "=agency"):
		return 1
	case s.key == "=region" && t.key == "=regional", s.key == "=regional" && t.key == "=region":
		return 0.9
	}
	return 0
}

// either tells whether two terms are these, in whatever order.
func either(s, t term, one, other string) bool {
	return s.key == one && t.key == other || s.key == other && t.key == one
}

// together finds the terms of one name that the other has in parts, written together or
// apart, and what they weigh, squared.
func together(a *named, la []int, b *named, lb []int) (weight float64) {
	for k, i := range la {
		if i < 0 || a.terms[i].class != plain || len(a.terms[i].key) < 7 {
			continue
		}
		for j := 1; j < len(b.all); j++ {
			if b.pairs[j-1] != a.terms[i].key {
				continue
			}
			la[k] = -1
			weight += a.weights[i] * a.weights[i]
			for n, l := range lb {
				if l >= 0 && (stands(b.all[j-1], b.terms[l]) || stands(b.all[j], b.terms[l])) {
					lb[n] = -1
				}
			}
			break
		}
	}
	return weight
}

// acronyms finds the terms of one name that are initials of words beside each other in the
// other, "USAMV Cluj", what they weigh, squared, and the letters of the longest.
func acronyms(a *named, la []int, b *named, lb []int) (weight float64, letters int) {
	for k, i := range la {
		if i < 0 || a.terms[i].class != plain || len(a.terms[i].raw) < 3 || len(a.terms[i].raw) > longestAcronym {
			continue
		}
		w := a.terms[i].raw
		from, to := strings.Index(b.short, w), 0
		if from < 0 {
			continue
		}
		to = from + len(w)
		la[k] = -1
		weight += a.weights[i] * a.weights[i]
		letters = max(letters, len(w))
		for n, l := range lb {
			if l >= 0 && slices.ContainsFunc(b.said[from:to], func(s string) bool { return stands(s, b.terms[l]) }) {
				lb[n] = -1
			}
		}
	}
	return weight, letters
}

// enoughSaid is the rarity of what names in two languages have in common from which on they may be
// translations of each other.
const enoughSaid = 8

// littleElse is the rarity of what names have in common below which that is hardly more than a
// city.
const littleElse = 6

// rareWord is the weight of a word from which on it tells something where names begin with it.
const rareWord = 7

// begins tells whether one name is the beginning of the other, by the meaning of its words, and
// whether both begin with one rare word.
func begins(a, b *named) (more, bool) {
	s, t := unformed(a.seq), unformed(b.seq)
	if len(s) > len(t) {
		a, s, t = b, t, s
	}
	if len(s) == 0 {
		return no, false
	}
	first := false
	if s[0] == t[0] && s[0][0] != '=' {
		for i := range a.terms {
			first = first || a.terms[i].key == s[0] && a.weights[i] >= rareWord
		}
	}
	if len(s) == len(t) {
		return no, first
	}
	for i, k := range s {
		if k != t[i] && (k[0] == '=' || t[i][0] == '=' || alike(k, t[i]) == 0) {
			return no, first
		}
	}
	return more(min(int(severalMore), len(t)-len(s))), first
}

// unformed are the words of a name after a form that is also a kind: "Fundación Tecnalia".
func unformed(seq []string) []string {
	if len(seq) > 1 && formal[seq[0]] {
		return seq[1:]
	}
	return seq
}

// gluedMatch compares names without spaces: they are the same, differ by a slip, or one
// is the beginning of the other.
func gluedMatch(a, b string) match {
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case len(a) < 6:
		return unknown
	case a == b:
		return agrees
	case len(a) >= 10 && slip(a, b):
		return partly
	case len(a) >= 10 && b[:len(a)] == a:
		return otherwise
	}
	return differs
}

// stands tells whether a word is where a term comes from.
func stands(w string, t term) bool {
	if t.class == plain {
		return sound(w) == t.key
	}
	m, _ := means(w)
	return slices.ContainsFunc(m.terms, func(u term) bool { return u.key == t.key })
}

// any tells whether a name says something of a sort.
func (n *name) any(is func(term) bool) bool { return slices.ContainsFunc(n.terms, is) }

// hasTerm tells whether a name says something.
func (n *name) hasTerm(key string) bool {
	return n.any(func(t term) bool { return t.key == key })
}

// unsaid is how much a term counts that has no counterpart in another name.
func unsaid(t term, own *named, of *entry, other *named, is *entry, near match) float64 {
	switch t.class {
	case ofBody:
		switch {
		case t.key == "=university" && (own.hasTerm("=faculty") || own.hasTerm("=school")) && (other.hasTerm("=faculty") || other.hasTerm("=school")):
			return saidByInitials // what it is a part of
		case (t.key == "=council" || t.key == "=government" || t.key == "=authority") && own.governs() && other.governs():
			return saidByInitials // "county council"
		case formal[t.key] && !other.any(func(u term) bool { return u.class == ofBody }):
			return saidByShort // a legal form, too
		}
	case ofWork:
		switch {
		case (t.key == "=national" || t.key == "=federal" || t.key == "=public" && !own.hasTerm("=university")) && is.Country != "" && is.Country == of.Country:
			return saidByCountry
		case (t.key == "=research" || t.key == "=development" && own.hasTerm("=research")) && own.hasTerm("=institute") && other.hasTerm("=institute"):
			return saidByInitials // "Institute for Research and Development in"
		case neutral[t.key] && own.hasTerm("=university") && other.hasTerm("=university"):
			return saidByInitials // "Università degli studi"
		case t.key == "=autonomous" && own.governs() && other.governs():
			return saidByInitials // "Regione Autonoma Friuli Venezia Giulia"
		case ofChamber[t.key] && ofCommerce(own) && ofCommerce(other):
			return saidByInitials
		}
	case ofNation:
		if isNation(t, is.Country) {
			return saidByCountry
		}
	case plain, ofPlace:
		if t.class == plain && other.hasTerm("=municipality") && small(t) {
			return saidByCity // "Vilallonga de Ter"
		}
		for _, city := range is.cityWords {
			if city == t.key || city[0] != '=' && t.class == plain && alike(city, t.key) > 0 {
				return saidByCity
			}
		}
		if near != differs {
			for _, city := range of.cityWords {
				if city == t.key {
					return saidByCity
				}
			}
		}
		if t.class == plain && len(t.key) >= 2 && len(t.key) <= 8 {
			if t.initialsOf(other.name) || t.initialsOf(own.name) {
				return saidByInitials
			}
			if own.words > 2 && likeInitials(t.key) {
				return perhapsInitials
			}
		}
	}
	return 1
}

// initialsOf tells whether a term is made of the initials of a name, as it is written or as it sounds.
func (t term) initialsOf(n name) bool {
	return t.raw != "" && initialsOf(t.raw, n) || initialsOf(t.key, n)
}

// initialsOf tells whether a word is made of the initials of a name.
func initialsOf(w string, n name) bool {
	return n.words > 2 && (contains(n.initials, w) || contains(n.short, w))
}

func contains(s, w string) bool { return len(w) >= 3 && strings.Contains(s, w) || s == w }
