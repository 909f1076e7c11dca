package resolve

import (
	"cmp"
	"slices"
)

// likeness is how alike two bodies are, by each of the fields that are compared.
type likeness struct {
	name      float64 // Soft-TFIDF, from 0 to 1
	body      match   // what they are: universities, agencies
	by        differing
	rest      rest    // what the names have beyond each other
	rarity    float64 // of the words the names have in common: the natural logarithm of one in how many
	city      match
	anywhere  bool // the cities differ, but the country has one such body, and its offices may be anywhere in it
	site      match
	vat       match
	located   located // where both have their seats
	legal     bool    // one is a company, the other an association or a foundation
	short     bool    // the names are acronyms that both have beside others
	network   bool    // one is a network, the other is not
	acronym   bool    // the names are short, and not those the bodies are known by
	countries bool    // both are known, and the same
	form      match   // of their legal forms
	common    int     // projects both are partners of, under two names
	listed    inListings
	known     *entry  // the well-known body that both are
	a, b      int     // which names are most alike
	left      [2]left // what each of these has that the other has not
	// of these names:
	begins    more  // whether one is the beginning of the other
	glued     match // as they are written without spaces
	numbers   match // in them
	first     bool  // both begin with one rare word
	elsewhere bool  // one says its city, the other something else, and not that it is there
	tailed    bool  // one is the other, and something after a dash
	branch    bool  // one says its city, where the other is not
	half      bool  // one is what stands on one side of a slash, or after a dash
	where     bool  // one says where it is, and of the other it is not known
	otherTown bool  // both are a town's, whose names differ by letters
	place     bool  // one is a place's, the other its municipality's
	// the names are in two languages: what is left of them may be a translation, too
	translated bool
	schools    bool // both are schools, in two cities
	generic    bool // all that the names have is what many names have
	twoPlaces  bool // both are universities, and each says a place or name that the other does not
	// they say in two words of one language what kind they are
	otherKind bool
	sameForms int // known words that both have in one form
	// initials or an acronym are all that names have in common of which others, of one language, say two things
	contradicted bool
	// letters of a word of one that are the initials of the other, if little else is common
	initials int
	says     saying // what the domain of one says of the other's names
	honoured bool   // universities of one city, of which one has a name besides it
	campus   bool   // two universities of one domain
	others   int    // bodies of the country that have all that these names have in common, at most manyOthers
}

// more is how many words a name has that another is the beginning of.
type more uint8

const (
	no more = iota
	oneMore
	twoMore
	severalMore
)

// match is how the values of a field agree.
type match uint8

const (
	unknown match = iota
	differs
	otherwise // differs, but may be the same
	partly
	agrees
)

// compare compares two bodies by those of their names that tell most.
func (c *corpus) compare(x, y *entry) likeness {
	l, whole := likeness{name: -1}, likeness{name: -1}
	if len(x.names) == 0 || len(y.names) == 0 {
		return likeness{}
	}
	near := c.near(x, y)
	towns := near == partly && !oneSpelling(x, y)
	for i := range x.names {
		for j := range y.names {
			at := near
			if towns && x.says(x.names[i].name) && y.says(y.names[j].name) {
				at = differs // "Varese Ligure" is not Varese, though a body in the one may be in the other
			}
			if a, b := x.names[i].unplaced, y.names[j].unplaced; a && b && at < partly || (a || b) && at == differs {
				continue // "Regional Museum – Pleven" and "Regional Museum – Vidin"
			}
			if x.names[i].carried && (y.carried || y.names[j].whole()) || y.names[j].carried && (x.carried || x.names[i].whole()) {
				continue // "CEITEC – Brno University of Technology" and "CEITEC – Masaryk University"
			}
			if x.names[i].half && y.names[j].half {
				continue
			}
			m := c.soft(x, y, &x.names[i], &y.names[j], at)
			m.a, m.b, m.city = i, j, at
			m.half = x.names[i].half || y.names[j].half
			if l.name < 0 || m.nameScore(c.weights) > l.nameScore(c.weights) {
				l = m
			}
			if !m.byInitials() && (whole.name < 0 || m.nameScore(c.weights) > whole.nameScore(c.weights)) {
				whole = m
			}
		}
	}
	short := l.byInitials()
	if l = c.finish(x, y, near, l); short && whole.name >= 0 {
		// What speaks against initials is known by now: other names may tell more.
		if whole = c.finish(x, y, near, whole); whole.score(c.weights) > l.score(c.weights) {
			return whole
		}
	}
	return l
}

// byInitials tells whether names are compared of which one is an acronym.
func (l *likeness) byInitials() bool { return l.acronym || l.initials > 0 }

// shortened tells whether another name of a company leaves out what the one it is known by says that
// it does, and another body's do not say it.
func (e *entry) shortened(n *named, other *entry) bool {
	if !n.alias || e.legal != ofShares || slices.ContainsFunc(n.terms, func(t term) bool { return !e.names[0].hasTerm(t.key) }) {
		return false
	}
	return slices.ContainsFunc(e.names[0].terms, func(t term) bool {
		return (t.class == ofWork || t.class == plain) && !n.hasTerm(t.key) && !slices.ContainsFunc(other.names, func(m named) bool { return m.hasTerm(t.key) })
	})
}

// town tells whether the name a body is known by is its city's alone.
func (e *entry) town(i int) bool { return i == 0 && len(e.cities) > 0 && e.says(e.names[0].name) }

// ofTrade are words of companies that are no legal form by themselves.
var ofTrade = map[string]bool{"co": true, "aie": true, "gie": true}

// noTown tells of a body whether it is a company, or says by the name it is known by, not by that which
// is compared, that it is something else than a town.
func (e *entry) noTown(i int) bool {
	return e.legal == ofShares || e.inCountry || slices.ContainsFunc(e.names[i].all, func(w string) bool { return ofTrade[w] }) || e.names[i].alias && e.names[0].any(func(t term) bool {
		return (t.class == ofBody || t.class == ofWork) && !ofMunicipality[t.key]
	})
}

// acronymOf tells whether a name of a body is one word that may be an acronym or brand, beside
// where the body is.
func (e *entry) acronymOf(n *named) bool {
	brands := 0
	for _, t := range n.terms {
		switch {
		case t.class == ofNation || t.class == ofPlace || e.isCity(t):
		case t.class == plain:
			brands++
		default:
			return false
		}
	}
	return brands == 1
}

// finish compares all but the names, of which those are known that are most alike.
func (c *corpus) finish(x, y *entry, near match, l likeness) likeness {
	if l.listed, _, _ = x.listedWith(y.Body); l.listed == oneRecord {
		l = c.oneName(l)
	}
	if a, b := &x.names[l.a], &y.names[l.b]; l.body != differs && !(a.preferred && b.preferred) && !(l.name >= exact && l.rest == alikeAll && (a.own() || b.own())) {
		// Short names among the others say less than the body is: "UBremen" is no city.
		if lacks(&x.names[0], y) || lacks(&y.names[0], x) {
			l.body, l.by = differs, byOtherNames
		}
	}
	if a, b := &x.names[l.a], &y.names[l.b]; l.rest == alikeAll && (x.shortened(a, y) || y.shortened(b, x)) {
		l.rest, l.name, l.glued = oneKnown, min(l.name, nearlyAll), unknown // "Tata Steel" is not all that "Tata Steel Nederland Technology BV" is
	}
	if x.town(l.a) && y.noTown(l.b) || y.town(l.b) && x.noTown(l.a) || x.inCountry && y.names[l.b].hasTerm("=municipality") || y.inCountry && x.names[l.a].hasTerm("=municipality") {
		l.body, l.by, l.place = differs, outright, false // a town, and a body known by its name
	}
	if l.byInitials() {
		a, b := &x.names[l.a], &y.names[l.b]
		l.short = !a.preferred && !b.preferred && x.names[0].words > 1 && y.names[0].words > 1
	}
	if a, b := &x.names[l.a], &y.names[l.b]; (l.byInitials() || x.acronymOf(a) && y.acronymOf(b)) && !(a.preferred && x.acronymOf(a)) && !(b.preferred && y.acronymOf(b)) {
		m := c.soft(x, y, &x.names[0], &y.names[0], near)
		l.contradicted = !m.translated && m.rest >= bothOver
	}
	if l.acronym {
		// Among other names, an acronym says what the name it is known by says.
		if k := x.names[l.a].terms[0].key; initialsOf(k, x.names[0].name) || initialsOf(k, y.names[0].name) {
			l.acronym, l.initials = false, max(3, len(k))
		}
	}
	if l.legal = x.legal.unlike(y.legal); l.legal {
		l.body, l.by = differs, outright
	}
	l.network = (x.Kind == network) != (y.Kind == network)
	l.place = l.place && len(x.names[l.a].forms) == 0 && len(y.names[l.b].forms) == 0 && !l.network && x.legal != ofShares && y.legal != ofShares
	l.countries = x.Country != "" && x.Country == y.Country
	if near = l.city; near == differs && l.countries && l.rest == alikeAll && (l.place || l.name >= exact && unique(x.Country, &x.names[l.a], &y.names[l.b])) {
		l.city, l.anywhere = partly, true
	}
	l.site = c.siteMatch(x, y)
	a, b := &x.names[l.a], &y.names[l.b]
	l.says = min(c.says(x, y, a, near), c.says(y, x, b, near))
	if l.initials > 0 && l.initials <= shortestInitials && near != agrees && l.site != agrees && l.says != saysInitials {
		l.acronym = true // many names have these initials
	}
	if l.site == agrees && l.body == differs && university(a) && university(b) {
		l.campus, l.body = true, otherwise // a domain has one of them
	}
	l.schools = l.city == differs && a.hasTerm("=school") && b.hasTerm("=school") && !a.hasTerm("=university") && !b.hasTerm("=university")
	l.generic = l.rest == alikeAll && l.initials == 0 && !ownOf(x, a) && !ownOf(y, b)
	l.vat = overlap(x.VAT, y.VAT)
	l.located = c.located(x, y, near)
	l.common = commonSorted(x.Projects, y.Projects)
	return l
}

const (
	nearlyAll = 0.9 // the likeness of names of which one leaves something out
	network   = "Network"
	exact     = 0.985 // the likeness of names that are the same
)

// manyOthers are so many bodies that what they have in common tells none of them.
const manyOthers = 3

// compete looks for others that what the names of a compared pair have in common may mean. It can
// only speak against the pair, so it is left out where that is not needed.
func (c *corpus) compete(x, y *entry, l *likeness) {
	if len(x.names) > 0 && len(y.names) > 0 && l.rest != alikeAll {
		l.others = c.others(x, y, &x.names[l.a], &y.names[l.b])
	}
}

// others counts the bodies of a country that have all terms that two names have in common, up to
// manyOthers: "National Institute for Research and Development in" is what many are called.
func (c *corpus) others(x, y *entry, a, b *named) int {
	var some [32]int32
	common := some[:0]
	for i, t := range a.terms {
		if t.class != ofNation && slices.Contains(b.ids, a.ids[i]) {
			common = append(common, a.ids[i])
		}
	}
	if len(common) == 0 {
		return 0
	}
	rarest := slices.MinFunc(common, func(s, t int32) int { return cmp.Or(cmp.Compare(c.df[s], c.df[t]), cmp.Compare(c.text[s], c.text[t])) })
	n := 0
	for _, k := range c.having[rarest] {
		e := &c.entries[k]
		if e.Body == x.Body || e.Body == y.Body || e.Country != x.Country && e.Country != "" {
			continue
		}
		if slices.ContainsFunc(e.names, func(m named) bool {
			return !slices.ContainsFunc(common, func(id int32) bool { return !slices.Contains(m.ids, id) })
		}) {
			if n++; n == manyOthers {
				break
			}
		}
	}
	return n
}

func overlap(a, b []string) match {
	if len(a) == 0 || len(b) == 0 {
		return unknown
	}
	for _, s := range a {
		if slices.Contains(b, s) {
			return agrees
		}
	}
	return differs
}

// formMatch compares legal forms, of those that there is no confusing.
func formMatch(a, b []term) match {
	if len(a) == 0 || len(b) == 0 {
		return unknown
	}
	translated := false
	for _, t := range a {
		translated = translated || t.key == "=PLC"
		if slices.ContainsFunc(b, func(u term) bool { return u.key == t.key }) {
			return agrees
		}
	}
	if translated || slices.ContainsFunc(b, func(t term) bool { return t.key == "=PLC" }) {
		return unknown // how others than the British translate theirs
	}
	return differs
}

// commonSorted is how many two lists in order, each without doubles, have in common.
func commonSorted[T cmp.Ordered](a, b []T) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// ownOf tells whether a name of a body has a word that is not known, or a place that is not the body's city.
func ownOf(e *entry, n *named) bool {
	return n.any(func(t term) bool { return t.class == plain && !e.isCity(t) || t.class == ofPlace && !e.isCity(t) })
}
