package resolve

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"
)

// likeness is how alike two bodies are, by each of the fields that are compared.
type likeness struct {
	name      float64 // Soft-TFIDF, from 0 to 1
	body      match   // what they are: universities, agencies
	rest      rest    // what the names have beyond each other
	rarity    float64 // of the words the names have in common: the natural logarithm of one in how many
	city      match
	site      match
	vat       match
	network   bool  // one is a network, the other is not
	acronym   bool  // the names are short, and not those the bodies are known by
	countries bool  // both are known, and the same
	form      match // of their legal forms
	common    int   // projects both are partners of, under two names
	listed    inListings
	a, b      int // which names are most alike
	// of these names:
	begins  more  // whether one is the beginning of the other
	glued   match // as they are written without spaces
	numbers match // in them
	first   bool  // both begin with one rare word
	place   bool  // one is a place's, the other its municipality's
	// the names are in two languages: what is left of them may be a translation, too
	translated bool
	// letters of a word of one that are the initials of the other, if little else is common
	initials int
	says     saying // what the domain of one says of the other's names
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

// compare compares two bodies.
func (c *corpus) compare(x, y *entry) likeness {
	l := likeness{name: -1}
	if len(x.names) == 0 || len(y.names) == 0 {
		return likeness{}
	}
	near := c.near(x, y)
	for i := range x.names {
		for j := range y.names {
			m := c.soft(x, y, &x.names[i], &y.names[j], near)
			m.a, m.b = i, j
			if l.name < 0 || m.nameScore(c.weights) > l.nameScore(c.weights) {
				l = m
			}
		}
	}
	if l.listed, _, _ = x.listedWith(y.Body); l.listed == oneRecord {
		l = c.oneName(l)
	}
	if a, b := &x.names[l.a], &y.names[l.b]; l.body != differs && !(a.preferred && b.preferred) && !(l.name >= exact && l.rest == alikeAll) {
		// Short names among the others say less than the body is: "UBremen" is no city.
		if lacks(&x.names[0], y) || lacks(&y.names[0], x) {
			l.body = differs
		}
	}
	if l.acronym {
		// Among other names, an acronym says what the name it is known by says.
		if k := x.names[l.a].terms[0].key; initialsOf(k, x.names[0].name) || initialsOf(k, y.names[0].name) {
			l.acronym, l.initials = false, max(3, len(k))
		}
	}
	l.network = (x.Kind == network) != (y.Kind == network)
	l.place = l.place && !l.network
	l.city = near
	if near == differs && l.rest == alikeAll && (l.place || l.name >= exact && governs(&x.names[l.a])) {
		l.city = partly // there is one of them, and its offices may be anywhere in it
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
	l.vat = overlap(x.VAT, y.VAT)
	l.countries = x.Country != "" && x.Country == y.Country
	l.common = commonSorted(x.Projects, y.Projects)
	return l
}

const (
	network = "Network"
	exact   = 0.985 // the likeness of names that are the same
)

// governs tells whether a name is of a body of which each place or country has one.
func governs(n *named) bool {
	return has(n, func(t term) bool {
		return t.key == "=county" || t.key == "=region" || t.key == "=ministry" || t.key == "=municipality"
	}) && has(n, func(t term) bool { return t.class != ofBody })
}

// lacks tells whether a name says what a body is, plainly, and no name of the other does.
func lacks(n *named, other *entry) bool {
	return slices.ContainsFunc(n.terms, func(t term) bool {
		return t.class == ofBody && !mild[t.key] && !formal[t.key] && !loose[t.key] &&
			!slices.ContainsFunc(other.names, func(m named) bool { return hasTerm(&m, t.key) })
	})
}

// near tells whether two bodies have their seats in one city.
func (c *corpus) near(x, y *entry) match {
	if len(x.cities) == 0 || len(y.cities) == 0 {
		return unknown
	}
	best := differs
	for _, a := range x.cities {
		for _, b := range y.cities {
			switch {
			case a == b:
				return agrees
			case a[0] == '=' || b[0] == '=':
			case alike(a, b) > 0, strings.HasPrefix(a, b+" "), strings.HasPrefix(b, a+" "):
				best = partly
			}
		}
	}
	if best == differs && (overlap(x.cities, y.around) == agrees || overlap(x.around, y.cities) == agrees) {
		return partly
	}
	return best
}

// university tells whether a name is a university's, and none of a part of it.
func university(n *named) bool {
	return hasTerm(n, "=university") && !has(n, func(t term) bool {
		return parts[t.key] && t.key != "=school" || t.key == "=hospital" || t.key == "=museum" || t.key == "=library"
	})
}

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

// siteMatch tells whether two bodies have a domain in common that few others have.
func (c *corpus) siteMatch(x, y *entry) match {
	best := unknown
	told := [2]bool{}
	for i, a := range x.domains {
		told[0] = told[0] || c.sites[a] <= rareSite
		for j, b := range y.domains {
			told[1] = told[1] || c.sites[b] <= rareSite
			if a == b && c.sites[a] <= rareSite {
				best = agrees
			} else if a == b && c.sites[a] <= 3*rareSite {
				best = max(best, partly)
			} else if l := x.labels[i].raw; a != b && c.sites[a]+c.sites[b] <= rareSite && len(l) >= shortestLabel && l == y.labels[j].raw {
				best = max(best, partly) // "windesheim.nl", "windesheim.com"
			}
		}
	}
	if best == unknown && told[0] && told[1] {
		return differs
	}
	return best
}

// rareSite is how many bodies have a domain that tells something.
const rareSite = 4

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

func commonSorted(a, b []int32) int {
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

// Kinds of bodies of which a word more or less in a name changes little: "Cluster X" may be
// known as X.
var mild = map[string]bool{"=municipality": true, "=centre": true, "=network": true, "=cluster": true, "=agency": true,
	"=authority": true, "=government": true, "=council": true,
	"=institute": true, "=zavod": true, "=laboratory": true, "=programme": true, "=fund": true, "=hub": true, "=group": true}

// Those of them that are told apart by no name: "Umweltbundesamt" is an agency.
var public = map[string]bool{"=agency": true, "=authority": true, "=council": true, "=government": true, "=municipality": true}

// Those of them that a county or ministry has beside itself.
var serving = map[string]bool{"=agency": true, "=centre": true, "=network": true, "=cluster": true, "=institute": true, "=zavod": true,
	"=laboratory": true, "=programme": true, "=fund": true, "=hub": true}

// Those of them that companies and bodies of a group are told apart by.
var grouped = map[string]bool{"=laboratory": true, "=programme": true, "=hub": true, "=group": true, "=institute": true, "=centre": true}

// Kinds that companies have in their names without being such.
var loose = map[string]bool{"=network": true, "=group": true, "=hub": true, "=programme": true, "=fund": true, "=holding": true,
	"=foundation": true, "=association": true, "=consortium": true, "=cooperative": true, "=laboratory": true, "=centre": true, "=authority": true}

// Legal forms that are also kinds: they change nothing, unless the other body is of a kind
// that would have them beside itself: the foundation of a university.
var formal = map[string]bool{"=zavod": true, "=foundation": true, "=association": true, "=consortium": true, "=cooperative": true}

// A part of a whole may be named with the whole or without: "Faculty of Economics, University
// of Belgrade". The whole named with a part is that part.
var (
	wholes = map[string]bool{"=university": true, "=academy": true, "=ministry": true, "=government": true, "=county": true, "=region": true}
	parts  = map[string]bool{"=faculty": true, "=department": true, "=institute": true, "=school": true, "=laboratory": true, "=centre": true, "=authority": true}
)

// Words of a university's name that do not tell it from others.
var neutral = map[string]bool{"=national": true, "=science": true, "=study": true, "=research": true}

// Words that a municipality has beside its kind.
var ofMunicipality = map[string]bool{"=municipality": true, "=council": true, "=administration": true, "=authority": true,
	"=county": true, "=metropolitan": true, "=government": true, "=rights": true, "=big": true, "=public": true}

// Words that tell the reach of a body, besides those of places.
var reaching = map[string]bool{"=regional": true, "=local": true, "=north": true, "=south": true, "=east": true, "=west": true, "=central": true, "=county": true, "=region": true, "=municipality": true}

// kinds compares what two names say their bodies are, by the terms that only one of them has.
// place tells whether one is a place, and the other its municipality.
func kinds(x, y *entry, a, b *named, la, lb []int) (_ match, place bool) {
	only := map[string]bool{}
	for _, i := range la {
		if i >= 0 {
			only[a.terms[i].key] = true
		}
	}
	both, part, whole, beyond, technical := false, false, false, false, false
	for _, i := range lb {
		if i >= 0 {
			only[b.terms[i].key] = true
		}
	}
	for _, t := range slices.Concat(a.terms, b.terms) {
		if only[t.key] {
			continue
		}
		if t.class == ofBody {
			both = both || !loose[t.key]
			part = part || parts[t.key]
			whole = whole || t.key == "=university" || t.key == "=academy"
		}
		technical = technical || t.key == "=technology"
		own := x.isCity(t) || y.isCity(t)
		beyond = beyond || t.class == ofWork && !own || t.class == ofBody && t.key != "=municipality" || t.class == plain && !own
	}
	// "Institute of Technology" is what some technical universities call themselves.
	technical = technical && only["=university"] && only["=institute"]
	found := unknown
	if both {
		found = agrees
	}
	var reach, nation, milds, works, governed, says [2]bool
	under := false // one is an office of a ministry
	group, publics := false, true
	for side, of := range [2][]int{la, lb} {
		n, other := a, b
		if side == 1 {
			n, other = b, a
		}
		municipality := has(n, func(t term) bool { return t.key == "=municipality" })
		for _, i := range of {
			if i < 0 {
				continue
			}
			t := n.terms[i]
			own := x.isCity(t) || y.isCity(t)
			reach[side] = reach[side] || reaching[t.key] || own
			works[side] = works[side] || t.class == ofWork && !ofMunicipality[t.key] && !own
			says[side] = says[side] || t.class == ofWork && !neutral[t.key] || t.class == plain && !own && !likeInitials(t.key) && !initialsOf(t.key, other.name)
			under = under || parts[t.key] && hasTerm(n, "=ministry") && hasTerm(other, "=ministry")
			governed[side] = governed[side] || t.key == "=municipality"
			nation[side] = nation[side] || t.class == ofNation || t.key == "=national"
			switch {
			case t.class == ofNation:
				if x.Country != "" && !isNation(t, x.Country) {
					return differs, false // "German-Slovak"
				}
				continue
			case !beyond && (municipality && ofMunicipality[t.key] || own):
				found, place = partly, true // "Bradford", "City of Bradford Metropolitan District Council"
			case !beyond:
				return differs, false // all that is the same is the city
			case t.key == "=university" && !part && hasTerm(other, "=academy"):
				found = partly // "Åbo Akademi University"
			case whole && t.key == "=technology" && hasTerm(a, "=applied") && hasTerm(b, "=applied"):
				found = partly // "Technical University of Applied Sciences"
			case whole && (t.class == ofWork && !neutral[t.key] || t.key == "=municipality" || !part && t.class == plain && !own && !likeInitials(t.key) && !initialsOf(t.key, other.name)):
				return differs, false // universities and their parts are told apart by what they teach, and by names
			case t.class != ofBody:
			case technical && (t.key == "=university" || t.key == "=institute"):
				found = unknown
			case wholes[t.key] && part:
			case parts[t.key] && whole && !part:
				return differs, false
			case formal[t.key] && !has(other, func(u term) bool { return u.class == ofBody && !mild[u.key] && !formal[u.key] }):
				if t.key == "=foundation" && len(other.forms) > 0 {
					return otherwise, false // what owns a company, or is owned by it
				}
				found = min(found, partly)
			case serving[t.key] && governs(other) && !has(other, func(u term) bool { return serving[u.key] }):
				return differs, false // a county's agency
			case mild[t.key]:
				milds[side] = true
				publics = publics && public[t.key]
				group = group || grouped[t.key]
				if found != differs {
					found = partly
				}
			default:
				return differs, false
			}
		}
	}
	if reach[0] && nation[1] || reach[1] && nation[0] || works[0] && governed[1] || works[1] && governed[0] ||
		whole && part && says[0] && says[1] || under {
		return differs, false
	}
	if milds[0] && milds[1] && !publics || group && !both || (governs(a) || governs(b)) && (len(a.forms) > 0) != (len(b.forms) > 0) {
		return otherwise, place
	}
	return found, place
}

// isCity tells whether a term stands for the city of a body, alone or as a part of its name.
func (e *entry) isCity(t term) bool {
	return slices.ContainsFunc(e.cityWords, func(w string) bool {
		return w == t.key || t.class != ofBody && w == t.word || t.class == plain && alike(w, t.key) > cognate
	})
}

func has(n *named, is func(term) bool) bool { return slices.ContainsFunc(n.terms, is) }

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
				if s.word == t.word {
					oneWay++
				} else if alike(s.word, t.word) == 0 {
					otherWay++
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
			return i >= 0 && other.terms[i].class == plain && len(other.terms[i].key) <= 6 && initialsOf(other.terms[i].key, own.name)
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
	l.translated = otherWay > oneWay && l.rarity >= enoughSaid && (p.known == 0 || q.known == 0)
	l.acronym = (!a.preferred || !b.preferred) && len(a.terms) == 1 && len(b.terms) == 1 && a.terms[0].class == plain && len(a.terms[0].key) <= 5
	l.form = formMatch(a.forms, b.forms)
	l.numbers = overlap(a.numbers, b.numbers)
	l.begins, l.first = begins(a, b)
	l.glued = gluedMatch(a.glued, b.glued)
	l.body, l.place = kinds(x, y, a, b, la, lb)
	if l.body == differs && honoured(x, y, a, la, b, lb) {
		l.body = otherwise
	}
	l.place = l.place && l.rarity > 0 && l.rest < bothOver && (near != differs || l.rest == alikeAll)
	if na > 0 && nb > 0 {
		l.name = dot / math.Sqrt(na*nb)
	}
	if l.glued == partly && l.rest == alikeAll && l.body != differs {
		l.name = max(l.name, exact) // one slip is all that tells them apart
	}
	return l
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

// honoured tells whether two names are those of a university of one city, of which one has a name
// besides it: "Friedrich-Schiller-Universität Jena".
func honoured(x, y *entry, a *named, la []int, b *named, lb []int) bool {
	if !hasTerm(a, "=university") || !hasTerm(b, "=university") {
		return false
	}
	city := false
	for _, t := range a.terms {
		city = city || (t.class == ofPlace || t.class == plain) && (x.isCity(t) || y.isCity(t)) && hasTerm(b, t.key)
	}
	more := [2]bool{}
	for side, left := range [2][]int{la, lb} {
		for _, i := range left {
			if i < 0 {
				continue
			}
			t := [2]*named{a, b}[side].terms[i]
			if neutral[t.key] {
				continue
			}
			if t.class != plain || len(t.key) < 4 {
				return false
			}
			more[side] = true
		}
	}
	return city && more[0] != more[1]
}

// isNation tells whether a term stands for a country.
func isNation(t term, country string) bool {
	return t.key[1:] == country || t.key == "=SLO" && (country == "SI" || country == "SK")
}

// sameCity tells whether two terms are names of one city of a body.
func sameCity(e *entry, s, t term) bool {
	return s.class == plain && t.class == plain && slices.ContainsFunc(e.cityNames, func(words []string) bool {
		return slices.Contains(words, s.key) && slices.Contains(words, t.key)
	})
}

// meet is how well a term stands for another that is not the same.
func meet(s, t term) float64 {
	if s.class == plain && t.class == plain {
		return alike(s.key, t.key)
	}
	switch {
	case (s.class == plain && t.class == ofPlace || s.class == ofPlace && t.class == plain) && alike(s.word, t.word) > 0:
		return alike(s.word, t.word)
	case s.class == plain || t.class == plain: // "Univresity"
		if len(s.word) >= 5 && len(t.word) >= 5 && slip(s.word, t.word) {
			return misspelt
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

// slip tells whether words differ by a letter, by two swapped or by two beside each other.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	begin := 0
	for begin < len(a) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < len(a)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return len(b)-begin-end <= 2
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

// Words that chambers of commerce have or leave out; others are told apart by them.
var ofChamber = map[string]bool{"=commerce": true, "=industry": true, "=agriculture": true, "=crafts": true, "=maritime": true, "=economy": true, "=service": true}

// ofCommerce tells of a chamber whether it is one of commerce, or of nothing that its name tells.
func ofCommerce(n *named) bool {
	return hasTerm(n, "=chamber") && (hasTerm(n, "=commerce") || hasTerm(n, "=economy") || !has(n, func(t term) bool { return ofChamber[t.key] }))
}

func hasTerm(n *named, key string) bool {
	return has(n, func(t term) bool { return t.key == key })
}

// unsaid is how much a term counts that has no counterpart in another name.
func unsaid(t term, own *named, of *entry, other *named, is *entry, near match) float64 {
	switch t.class {
	case ofBody:
		switch {
		case t.key == "=university" && (hasTerm(own, "=faculty") || hasTerm(own, "=school")) && (hasTerm(other, "=faculty") || hasTerm(other, "=school")):
			return saidByInitials // what it is a part of
		case (t.key == "=council" || t.key == "=government" || t.key == "=authority") && governs(own) && governs(other):
			return saidByInitials // "county council"
		case formal[t.key] && !has(other, func(u term) bool { return u.class == ofBody }):
			return saidByShort // a legal form, too
		}
	case ofWork:
		switch {
		case (t.key == "=national" || t.key == "=federal" || t.key == "=public" && !hasTerm(own, "=university")) && is.Country != "" && is.Country == of.Country:
			return saidByCountry
		case (t.key == "=research" || t.key == "=development" && hasTerm(own, "=research")) && hasTerm(own, "=institute") && hasTerm(other, "=institute"):
			return saidByInitials // "Institute for Research and Development in"
		case neutral[t.key] && hasTerm(own, "=university") && hasTerm(other, "=university"):
			return saidByInitials // "Università degli studi"
		case ofChamber[t.key] && ofCommerce(own) && ofCommerce(other):
			return saidByInitials
		}
	case ofNation:
		if isNation(t, is.Country) {
			return saidByCountry
		}
	case plain, ofPlace:
		for _, city := range is.cityWords {
			if city == t.key || alike(city, t.key) > 0 {
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
			if initialsOf(t.key, other.name) || initialsOf(t.key, own.name) {
				return saidByInitials
			}
			if own.words > 2 && likeInitials(t.key) {
				return perhapsInitials
			}
		}
	}
	return 1
}

// initials tells whether a word is made of the initials of a name.
func initialsOf(w string, n name) bool {
	return n.words > 2 && (contains(n.initials, w) || contains(n.short, w))
}

func contains(s, w string) bool { return len(w) >= 3 && strings.Contains(s, w) || s == w }

// alike is how alike two words are: 0 unless they are spellings or forms of one word.
func alike(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 {
		return 0
	}
	if a[0] != b[0] && a[len(a)-1] != b[len(b)-1] {
		return 0
	}
	if ending, ok := strings.CutPrefix(b, a); ok && len(a) >= 5 && endings[ending] {
		return 0.97
	}
	if strings.TrimRight(a, "aeiou") == strings.TrimRight(b, "aeiou") && len(strings.TrimRight(a, "aeiou")) >= 4 {
		return 0.97
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	if same >= 6 && same*5 >= len(a)*3 && len(b)-same <= 5 { // "nuclear", "nucleaire"
		return cognate
	}
	if cognates(a, b) {
		return cognate
	}
	if len(b)-len(a) > 2 {
		return 0
	}
	if s := float64(edlib.JaroWinklerSimilarity(a, b)); s >= spelling && edlib.OSADamerauLevenshteinDistance(a, b) <= 1+len(a)/8 {
		return 1 - 2*(1-s)
	}
	return 0
}

// roots are the letters that languages write otherwise in the words they have in common, of
// Greek and Latin above all.
var roots = strings.NewReplacer("cc", "k", "ks", "k", "c", "k", "z", "s", "h", "")

// cognates tells whether two words begin alike but for letters that languages write otherwise:
// "acclimatization", "aklimatyzacja".
func cognates(a, b string) bool {
	if len(a) < 6 || a[0] != b[0] && !strings.ContainsRune("ckhszg", rune(a[0])) {
		return false
	}
	a, b = rootsSeen.of(a, roots.Replace), rootsSeen.of(b, roots.Replace)
	if len(a) > len(b) {
		a, b = b, a
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	return same >= 6 && same*5 >= len(a)*3 && len(b)-same <= 5
}

// endings are those of the cases and adjectives of names: "mariboru", "poznanska", "tampereen".
var endings = map[string]bool{"a": true, "e": true, "i": true, "u": true, "o": true, "s": true, "n": true, "k": true, "h": true,
	"an": true, "en": true, "er": true, "em": true, "om": true, "im": true, "ei": true, "ia": true, "ie": true, "iu": true, "ou": true, "os": true,
	"as": true, "es": true, "is": true, "us": true, "ian": true, "ski": true, "ska": true, "ske": true, "sko": true, "skii": true, "skie": true, "skeho": true, "skega": true}

// likeInitials tells whether a word looks as if it were made of initials.
func likeInitials(w string) bool {
	vowels := 0
	for i := range len(w) {
		if strings.IndexByte("aeiou", w[i]) >= 0 {
			vowels++
		}
	}
	return len(w) <= 3 || len(w) <= 5 && vowels <= 1
}

// misspelt is how well a word meets a known one that differs by a letter or two swapped.
const misspelt = 0.9

// cognate is how well words of two languages meet that begin alike.
const cognate = 0.8

// spelling is the least Jaro-Winkler similarity of two spellings of one word.
const spelling = 0.92
