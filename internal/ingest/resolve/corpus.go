package resolve

import (
	"cmp"
	"iter"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"clustergraph/internal/store"
	"clustergraph/internal/text"

	"golang.org/x/net/publicsuffix"
)

// Body is what is known of an actor.
type Body struct {
	ID, Kind string
	// Names are all of it, the preferred first.
	Names []string
	// Country is an ISO 3166-1 alpha-2 code; empty if unknown.
	Country string
	// Cities are the cities of its seat, as sources write them.
	Cities []string
	// Addresses are those of its seat.
	Addresses []Address
	// Sites are URLs or hosts of its pages.
	Sites       []string
	Identifiers []store.Identifier
	// VAT are its tax numbers: evidence, though some are shared.
	VAT []string
	// Projects are what it takes part in, as numbers that are the same for all bodies; sorted.
	Projects []int32
	// Met are what it is in registers; [Registers.Meet] finds them.
	Met []Met
}

// mostNames is of how many names of a body the matcher takes notice.
const mostNames = 12

// entry is a Body as it is compared.
type entry struct {
	*Body
	names     []named
	cities    []string           // keys of words
	around    []string           // keys of what sources tell beside a city: a district, a region, another name
	cityNames [][]string         // the same, and the words of each
	cityWords []string           // all of these
	given     []store.Identifier // those that are not made of its names
	addresses []address
	doors     []string // of these
	domains   []string
	labels    []domainLabel // of these
	legal     legal
	carried   bool   // it is told what it is a part of
	inCountry bool   // it is told for a company's in one country
	label     string // to order entries by what they are, not by ids
}

// named is a name with the weights of its terms.
type named struct {
	name
	preferred bool     // the one it is known by
	alias     bool     // it has it beside the one it is known by
	listed    bool     // one that a register has for it
	unplaced  bool     // where it is was left out, or what it is a part of
	carried   bool     // what it is a part of was left out
	half      bool     // what stands on the other side of a slash, or before a dash, was left out
	part      [2]name  // what stands before and after a dash, if the one may be a part of the other
	pairs     []string // of its words and those after them, written together, as they sound
	glued     string   // all of them without forms, likewise
	ids       []int32  // of terms, in their order
	weights   []float64
}

// corpus is all bodies, and how often terms and domains occur among them.
type corpus struct {
	entries []entry
	// wellKnown are those of bodies.tsv that bodies of these countries may be.
	wellKnown []entry
	terms     map[string]int32
	df        []int32
	class     []class
	text      []string
	sites     map[string]int32 // bodies with a domain
	doors     map[string]int32 // bodies with an address
	having    [][]int32        // bodies that have a term
	weights   *weights
	trees     *forest
}

// background is of how many bodies each class of terms is taken to occur in beside those of
// the graph, out of [backgroundBodies]: a small graph does not know which words are common.
var background = map[class]float64{plain: 0.5, ofBody: 1000, ofWork: 120, ofNation: 500, ofPlace: 60, form: 1000, nothing: 2000}

const backgroundBodies = 20000

// wellKnownShare is what a well-known body counts for among these: there are three times as many.
const wellKnownShare = 1. / 3

// newCorpus takes bodies apart. Nothing depends on their order.
func newCorpus(bodies []Body) *corpus {
	c := &corpus{weights: learned, trees: grown(), terms: map[string]int32{}, sites: map[string]int32{}, doors: map[string]int32{}}
	c.entries = make([]entry, len(bodies))
	for i := range bodies {
		e := c.entry(&bodies[i], false)
		c.count(int32(i), &e)
		c.entries[i] = e
	}
	for _, b := range wellKnownIn(bodies) {
		c.wellKnown = append(c.wellKnown, c.entry(b, true)) // how rare domains are, the graph tells
	}
	// A small graph does not know which words are common: well-known bodies tell of some, too.
	n := float64(len(bodies) + backgroundBodies)
	among := make([]int32, len(c.df))
	for k := range c.wellKnown {
		for id := range c.wellKnown[k].termIDs() {
			among[id]++
		}
	}
	weight := make([]float64, len(c.df))
	for id, df := range c.df {
		weight[id] = math.Log(n / (float64(df) + background[c.class[id]] + wellKnownShare*float64(among[id])))
	}
	place := math.Log(n / background[ofPlace]) // the body's own city is not rare there
	for _, entries := range [][]entry{c.entries, c.wellKnown} {
		for i := range entries {
			for j := range entries[i].names {
				nm := &entries[i].names[j]
				nm.weights = make([]float64, len(nm.ids))
				for k, id := range nm.ids {
					nm.weights[k] = weight[id]
					if slices.Contains(entries[i].cityWords, c.text[id]) {
						nm.weights[k] = min(weight[id], place)
					}
				}
			}
		}
	}
	return c
}

// entry takes a body apart. Of one in a list of names, these say no more than they are.
func (c *corpus) entry(b *Body, inList bool) entry {
	e := entry{Body: b}
	had := map[string]bool{}
	for _, s := range citiesOf(b.Cities) {
		if k := cityKey(s); k != "" && !slices.Contains(e.cities, k) {
			e.cities = append(e.cities, k)
			e.cityNames = append(e.cityNames, append(cityWords(k, s), k))
		}
		for _, part := range afterCity(s) {
			if k := cityKey(part); len(k) >= shortestCity {
				e.around = append(e.around, k)
			}
		}
		if k := province(s); k != "" {
			e.around = append(e.around, k)
		}
	}
	e.cityWords = slices.Concat(e.cityNames...)
	for nth, s := range slices.Concat(b.Names, b.others()) {
		if at := careOf.FindStringIndex(s); at != nil && at[0] > 0 {
			s = s[:at[0]]
		}
		listed := nth >= len(b.Names)
		if len(e.names) == mostNames && !listed || len(e.names) == 2*mostNames {
			continue
		}
		forms := []reading{{name: s}} // a register has what else a name says as another name
		if !listed && !inList {
			forms = readings(s)
		}
		for _, form := range forms {
			n := analyse(form.name)
			n.as(b.Country)
			key := strings.Join(keysOf(n), " ")
			if len(n.terms) == 0 || had[key] || (nth > 0 || !strings.HasPrefix(s, form.name)) && e.says(n) && !n.hasTerm("=municipality") {
				continue
			}
			if nth > 0 && !listed && len(n.all) == 1 && !n.specific() && len(e.names) > 0 && len(n.terms) < len(e.names[0].terms) && !n.any(func(t term) bool { return !e.names[0].hasTerm(t.key) }) {
				continue // "CAS", beside an institute of the Chinese Academy of Sciences
			}
			had[key] = true
			e.carried = e.carried || form.carried
			e.names = append(e.names, named{name: n, preferred: len(e.names) == 0, alias: nth > 0, listed: listed, unplaced: form.unplaced, carried: form.carried, half: form.half, part: partOf(form.name)})
		}
	}
	city := ""
	if len(e.cities) > 0 {
		city = e.cities[0]
	}
	for _, s := range b.Addresses {
		if a := addressOf(s, b.Country); a.post != "" || len(a.street) > 0 {
			e.addresses, e.doors = append(e.addresses, a), append(e.doors, a.door(b.Country, city))
		}
	}
	for _, s := range b.Sites {
		if d := Domain(s); d != "" && !slices.Contains(e.domains, d) {
			e.domains = append(e.domains, d)
			e.labels = append(e.labels, labelOf(s, d))
		}
	}
	for j := range e.names {
		nm := &e.names[j]
		nm.glued = sounds.Replace(nm.joined)
		nm.pairs = make([]string, max(0, len(nm.all)-1))
		for k := range nm.pairs {
			nm.pairs[k] = sounds.Replace(nm.all[k] + nm.all[k+1])
		}
		nm.ids = make([]int32, len(nm.terms))
		for k, t := range nm.terms {
			nm.ids[k] = c.term(t)
		}
	}
	for _, id := range b.Identifiers {
		if !slices.ContainsFunc(b.Names, func(n string) bool { slug := text.Slug(n); return slug != "" && strings.HasSuffix(id.Value, slug) }) {
			e.given = append(e.given, id)
		}
	}
	e.legal = legalOf(e.names)
	e.inCountry = slices.ContainsFunc(b.Names, ofOneCountry)
	e.label = label(b)
	return e
}

// count counts what a body has that others may have, too.
func (c *corpus) count(i int32, e *entry) {
	for j, door := range e.doors {
		if door != "" && !slices.Contains(e.doors[:j], door) {
			c.doors[door]++
		}
	}
	for _, d := range e.domains {
		c.sites[d]++
	}
	for id := range e.termIDs() {
		c.having[id] = append(c.having[id], i)
		c.df[id]++
	}
}

// termIDs yields the terms of the names of a body that no register has for it, each once.
func (e *entry) termIDs() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		seen := map[int32]bool{}
		for j := range e.names {
			for _, id := range e.names[j].ids {
				if !e.names[j].listed && !seen[id] {
					if seen[id] = true; !yield(id) {
						return
					}
				}
			}
		}
	}
}

// shortestCity is the letters of the shortest word that may stand for a city.
const shortestCity = 4

// cityWords are the words that stand for a city, by its key and as it was told.
func cityWords(key, city string) []string {
	var words []string
	for _, w := range strings.Fields(cityText(city)) {
		if w = sound(w); len(w) >= shortestCity && w[0] > '9' && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	for _, w := range strings.Fields(key) {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// says tells of another name of a body whether it says no more than where the body is: bodies
// are listed under short names such as "Varna".
func (e *entry) says(n name) bool {
	municipality := n.hasTerm("=municipality")
	return !slices.ContainsFunc(n.terms, func(t term) bool {
		return t.class != ofNation && t.class != ofPlace && !(municipality && ofMunicipality[t.key]) && !e.isCity(t)
	})
}

func keysOf(n name) []string {
	keys := make([]string, len(n.terms))
	for i, t := range n.terms {
		keys[i] = t.key
	}
	return keys
}

// shortestNumber is of how many digits one has at least that stands in parentheses for a register's.
const shortestNumber = 5

// activity begins what follows the legal form in some registers: "X d.o.o. za usluge", "X s.a.s.
// di A & C.".
var activity = regexp.MustCompile(`(?i)\b(?:d\.?\s?o\.?\s?o\.?,?\s+za|s\.?a\.?s\.?\s+di|s\.?n\.?c\.?\s+di)\s`)

// formInside is a legal form that what a company does may follow: "X GmbH Gesellschaft für Technologie".
var formInside = regexp.MustCompile(`(?i)\s(?:gmbh|oy|ab|b\.?v\.?|n\.?v\.?|ltd\.?|llc|d\.?o\.?o\.?|k\.?f\.?t\.?|s\.\s?r\.\s?[ol]\.|sro|srl|s\.p\.a\.|spa|s\.a\.|sp\.? z o\.?\s?o\.?|anonym[iy] [\pL ]*?et(?:ai|e)r[ie]+a|drustvo s ogranicenom odgovornoscu|korlatolt felelossegu tarsasag)(?:[\s,]|$)`)

// tradingAs stands between what a Swedish register calls an association and its name.
var tradingAs = regexp.MustCompile(`(?i)^.*\smed\s+firma\s+`)

// ofLaboratory is the number of a French laboratory, which tells it from all others.
var ofLaboratory = regexp.MustCompile(`(?i)(?:^|[^\pL])(UMR|UPR|UMS|USR|UMI|UPRES|EA)(?:[\s_-]|CNRS|INSERM|INRAE?|n°)*(\d{4})\b`)

// onBehalfOf stands between a body and whom it acts for.
var onBehalfOf = regexp.MustCompile(`(?i)\s(?:on behalf of|namens|im auftrag|i\.\s?a\.|in name of|represented by|vertreten durch|représentée? par|rappresentat[oa] da|reprezentat[aă] prin|w imieniu|prin)\s`)

// quoted is a name in quotation marks after what kind of body it is: "Educational Institution “Polotsk State University”".
var quoted = regexp.MustCompile(`^([\pL ]+)\s["“”„«‘]+([^"“”„«»]+)["“”»’]+\.?$`)

// careOf stands between a body and one at whose address it is.
var careOf = regexp.MustCompile(`(?i)\sc/o\s`)

// onceCalled begins in parentheses what a body was called before.
var onceCalled = regexp.MustCompile(`(?i)^(?:formerly|formally known as|previously|former|ex|anciennement|ancien|ehemals|ehem\.?|fr[uü]her|vormals|voormalig|voorheen|tidligere|tidigare|gi[aà]|antes|antiguo|anterior|b[yý]val[ayáý]|dawniej|fost[aă]?|bivš[ai]|volt|korábban|entinen)[\s:-]+`)

// patron is whom Polish schools and universities are named after: "Uniwersytet Medyczny im. Karola Marcinkowskiego w Poznaniu".
var patron = regexp.MustCompile(`(?i)^(.*(?:uniwersytet|akademi|politechnik|szko[lł]|instytut|szpital|muzeum|biblioteka|teatr|liceum|zesp[oó][lł]).*?)\s+(?:im\.?|imienia)\s+.*?((?:\s+(?:w|we)\s.*)?)$`)

// unbranded is a name without a word in capitals that it begins or ends with, where others are not
// in capitals: "University of Western Macedonia UOWM". Empty if there is none.
func unbranded(s string) string {
	words := strings.Fields(s)
	n := len(words)
	if n < 4 {
		return ""
	}
	small := 0
	for _, w := range words {
		if len(w) > 3 && strings.ToUpper(w) != w {
			small++
		}
	}
	brand := func(w string, rest []string) bool {
		if len(w) < 2 || len(w) > longestAcronym || strings.IndexFunc(w, func(r rune) bool { return !unicode.IsUpper(r) }) >= 0 {
			return false
		}
		name, of := analyse(w), analyse(strings.Join(rest, " "))
		if name.brand() && of.whole() && !name.terms[0].abbreviates(of) {
			return false // "CREAT Chamber of Agriculture", a part of it
		}
		return name.brand() && (saysBody(analyse(strings.Join(rest, " ")).terms) || likeInitials(name.terms[0].key) || name.terms[0].initialsOf(analyse(strings.Join(rest, " "))))
	}
	little := func(w string) bool { // "Ville de LYON"
		m, ok := means(text.Key(w))
		return ok && m.class == nothing
	}
	switch {
	case small < 2:
		return ""
	case brand(words[n-1], words[:n-1]) && !little(words[n-2]):
		return strings.Join(words[:n-1], " ")
	case brand(words[0], words[1:]) && !little(words[1]):
		return strings.Join(words[1:], " ")
	}
	return ""
}

// specific tells whether a name is more than a kind of bodies, as "University of Applied Sciences" is.
func (n name) specific() bool {
	said, fields := 0, 0
	for _, t := range n.terms {
		switch {
		case t.class == plain || t.class == ofPlace || t.class == ofNation:
			return true
		case t.key == "=applied" || neutral[t.key]:
			continue
		case t.class == ofWork:
			fields++
		}
		said++
	}
	return fields > 1 || said > 2 || fields == 1 && len(n.terms) > 2
}

// placed tells whether a name has a place's or a word of its own.
func (n name) placed() bool {
	return n.any(func(t term) bool { return t.class == plain || t.class == ofPlace })
}

// own tells whether a name has a word that is not known, and so its own.
func (n name) own() bool {
	return n.any(func(t term) bool { return t.class == plain })
}

// endsList tells of what stands after a comma whether it ends a list.
var endsList = regexp.MustCompile(`(?i)^[\pL ]*\s(?:and|und|et|y|e|i|si|și|a|og|och|ja|en|és|&)\s`)

// mostHyphens are how many of a name are looked at: each costs as much as the name is long.
const mostHyphens = 8

// reading is a name in a name.
type reading struct {
	name     string
	unplaced bool // without where it is, or what it is a part of
	carried  bool // without what it is a part of
	half     bool // without what stands on the other side of a slash, or before a dash
}

// readings are a name and the names in it: what stands in parentheses may be an acronym of
// what stands before, or its name in another language; what stands after a dash or slash may
// be another name, if it does not say that it is a part of the one before.
func readings(s string) (out []reading) {
	add := func(unplaced bool, names ...string) {
		for _, n := range names {
			out = append(out, reading{name: n, unplaced: unplaced})
		}
	}
	add(false, s)
	if at := activity.FindStringIndex(s); at != nil && at[0] > 0 {
		add(false, s[:at[0]])
	}
	if at := formInside.FindStringIndex(s); at != nil && at[0] > 0 && analyse(s[at[1]:]).words > 1 && analyse(s[:at[0]]).own() {
		add(false, s[:at[1]])
	}
	if at := patron.FindStringSubmatchIndex(s); at != nil {
		add(false, s[:at[3]]+s[at[4]:at[5]])
	}
	if at := tradingAs.FindStringIndex(s); at != nil {
		add(false, s[at[1]:])
	}
	for _, lab := range ofLaboratory.FindAllStringSubmatch(s, -1) {
		add(false, strings.ToUpper(lab[1])+" "+lab[2])
	}
	if at := onBehalfOf.FindStringIndex(s); at != nil && at[0] > 0 && analyse(s[:at[0]]).specific() {
		add(false, s[:at[0]])
	}
	if at := quoted.FindStringSubmatch(s); at != nil {
		kind, own := analyse(at[1]), analyse(at[2])
		if (own.specific() || own.own()) && !kind.any(func(t term) bool {
			return t.class == plain || t.class == ofPlace || t.class == ofBody && !formal[t.key] && t.key != "=institute"
		}) {
			add(false, at[2])
		}
	}
	if rest := unplaced(s); rest != s && analyse(rest).specific() {
		add(true, rest)
	}
	if rest := unbranded(s); rest != "" {
		if n := analyse(rest); n.specific() && n.placed() && !n.where() {
			add(false, rest)
		}
	}
	if open := strings.IndexAny(s, "(["); open > 0 {
		if end := strings.IndexAny(s[open:], ")]"); end > 0 {
			in, around := s[open+1:open+end], strings.TrimSpace(strings.TrimSpace(s[:open])+" "+strings.TrimSpace(s[open+end+1:]))
			switch n, outer := analyse(in), analyse(around); {
			case onceCalled.MatchString(in):
				add(false, around, onceCalled.ReplaceAllString(in, ""))
			case len(n.forms) > 0 && n.own():
				add(false, around, in) // "Øresundsinstituttet (Öi Service AB)"
			case n.where() && n.any(func(t term) bool { return t.class != ofBody }) && outer.specific():
				add(true, around) // "Altran (France)", "Dumbrăviţa (Judetul Timiş)"
			case strings.Trim(in, "0123456789 ") == "":
				if len(in) >= shortestNumber {
					add(false, around) // in a register
				}
			case n.words > 2 && (!n.apart() || beside(outer, n)):
				add(false, around, in)
			case in == strings.ToLower(in) && strings.Contains(in, " ") && !saysBody(n.terms):
				add(false, around) // "(drop out)"
			case n.words > 2 && (outer.spelledOut(n) || outer.unsaid()):
				add(false, around, in) // "CIC bioGUNE (Centro de Investigación Cooperativa en Biociencias)"
			case n.words > 2: // it says which part of the body
			case short(in) && outer.words > 1 && outer.specific():
				add(false, around)
			case len(n.terms) == 1 && (len(n.terms[0].key) <= 3 || n.terms[0].abbreviates(outer)):
				add(false, around)
			}
		}
	}
	s = tightComma.ReplaceAllString(s, "$1, $2")
	if before, after, comma := halves(s); after != "" {
		a, b := analyse(before), analyse(after)
		sep := s[len(before) : len(s)-len(after)]
		switch {
		case a.carries(b, strings.ContainsAny(sep, "-–—")):
			out = append(out, reading{name: after, unplaced: true, carried: true})
		case b.carries(a, !comma):
			out = append(out, reading{name: before, unplaced: true, carried: true})
		}
		switch {
		case (a.brand() || a.brandPlaced() || len(a.all) == 1 && initialsOf(a.all[0], b)) && b.words > 1 && !comma && (b.words > 2 || saysBody(b.terms)):
			if b.specific() {
				add(false, after)
			}
			if saysBody(b.terms) {
				add(false, before)
			}
		case b.brand() && a.words > 0 && !a.where() && b.terms[0].abbreviates(a):
			add(false, before)
			if saysBody(a.terms) && !comma {
				add(false, after)
			}
		case !comma && !saysBody(a.terms) && !a.brand() && b.hasTerm("=municipality") && b.placed():
			add(false, after) // "West Sweden/Municipality of Svenljunga"
		case b.where() && (a.alone() || a.brand() || a.hasTerm("=municipality")) && !slices.ContainsFunc(b.all, func(w string) bool { return ofSites[w] }), !comma && len(b.numbers) > 0 && !b.apart(): // "phase 1 only"
			add(true, before)
		case beside(a, b) && (!comma || len(a.terms) == len(b.terms)):
			add(false, before, after)
		case !a.whole() && !b.whole() && !a.any(isPartly) && !b.any(isPartly) && !comma:
			slash := strings.Contains(sep, "/")
			own := []string{after} // of a dash: what stands before is a whole, often
			if slash {
				own = append(own, before)
			}
			for _, half := range own {
				if n := analyse(half); slash && n.brand() && len(half) > longestAcronym/2 || n.specific() && n.own() && n.words > 1 {
					out = append(out, reading{name: half, half: true})
				}
			}
		}
		return out
	}
	hyphens := 0
	for at := range len(s) { // "Arabako Foru Aldundia-Diputación Foral de Álava"
		if s[at] != '-' {
			continue
		}
		if hyphens++; hyphens > mostHyphens {
			break
		}
		a, b := analyse(s[:at]), analyse(s[at+1:])
		if a.words > 2 && a.alone() && b.alone() && saysBody(b.terms) && beside(a, b) {
			add(false, s[:at], s[at+1:])
			return out
		}
	}
	return out
}

// carries tells whether a name is a whole's, of which another may be a part: "Ministry of Health, TicSalut Foundation".
// One word is a place after a comma, and a part, by its acronym, after a dash.
func (n name) carries(part name, dash bool) bool {
	if n.hasTerm("=land") && part.hasTerm("=ministry") {
		return true
	}
	return (n.whole() || n.brand() && ofResearch[n.all[0]]) && !part.whole() && !n.any(func(t term) bool { return parts[t.key] }) &&
		(dash && part.brand() && !part.terms[0].abbreviates(n) && !slices.Contains(n.said, part.terms[0].raw) || saysBody(part.terms) && part.specific() && (part.placed() || len(part.terms) > 3))
}

// isPartly tells of a term whether it is a kind of parts of a body.
func isPartly(t term) bool { return ofParts[t.key] }

// whole tells whether a name says a kind of bodies that have parts.
func (n name) whole() bool {
	return n.any(func(t term) bool { return wholes[t.key] || t.key == "=municipality" || t.key == "=chamber" })
}

// ofResearch are organisations that sources name before their laboratories.
var ofResearch = map[string]bool{"cnrs": true, "inserm": true, "inra": true, "inrae": true, "irstea": true, "ird": true, "cirad": true, "inria": true, "cea": true, "csic": true, "cnr": true, "enea": true}

// partOf is what stands before and after a dash, a slash or a comma, or before and in parentheses, if
// it is more than one name in two languages, a place or an acronym: then the one may be a part of the other.
func partOf(s string) (of [2]name) {
	var before, after string
	if open := strings.IndexAny(s, "(["); open > 0 {
		if end := strings.IndexAny(s[open:], ")]"); end > 0 {
			if in := s[open+1 : open+end]; len(strings.Fields(in)) > 1 {
				before, after = s[:open], in
			} else {
				s = strings.TrimSpace(s[:open]) + s[open+end+1:] // "(Feports), Département d'Innovation"
			}
		}
	}
	if after == "" {
		comma := false
		if before, after, comma = halves(tightComma.ReplaceAllString(s, "$1, $2")); comma && endsList.MatchString(after) {
			return of // "Chamber of Commerce, Industry and Agriculture"
		}
	}
	a, b := analyse(before), analyse(after)
	if after == "" || a.spelledOut(b) || len(a.terms) == 0 || len(b.terms) == 0 || beside(a, b) || b.brand() && b.terms[0].abbreviates(a) || b.where() ||
		!b.any(func(t term) bool { return !formal[t.key] }) {
		return of
	}
	return [2]name{a, b}
}

// apart tells whether a name says more than a place, an acronym or a brand.
func (n name) apart() bool {
	known := 0
	for _, t := range n.terms {
		if t.class == ofBody || t.class == ofWork {
			known++
		}
	}
	return (known > 0 || n.field()) && !n.brand() && !n.where()
}

// field tells whether a name is one known word, as "Wirtschaftsförderung".
func (n name) field() bool {
	if len(n.all) != 1 {
		return false
	}
	m, ok := means(n.all[0])
	return ok && (m.class == ofWork || m.class == ofBody)
}

// tightComma is a comma without a space: "Landscape Research WSL,Research Programme".
var tightComma = regexp.MustCompile(`(\pL),(\pL)`)

// halves are what stands before and after the first dash or slash of a name, or else after its last comma.
func halves(s string) (before, after string, comma bool) {
	for _, sep := range []string{" - ", " – ", " — ", " / ", "- ", "/", ", "} {
		if sep == ", " {
			if at := strings.LastIndex(s, sep); at > 0 {
				return s[:at], s[at+len(sep):], true
			}
			break
		}
		// "A/S" is a legal form
		if a, b, ok := strings.Cut(s, sep); ok && (sep != "/" || len(a) >= shortestHalf && len(b) >= shortestHalf) {
			return a, b, false
		}
	}
	return s, "", false
}

// abbreviates tells whether a word may be made of a name: of its initials, or of letters of its words
// in their order, as "Unizar" of "Universidad de Zaragoza".
func (t term) abbreviates(n name) bool {
	if t.initialsOf(n) {
		return true
	}
	if slices.Contains(n.said, t.raw) {
		return false // "Technische Universität Darmstadt, Darmstadt"
	}
	rest := strings.Join(n.said, "")
	for i := range len(t.raw) {
		at := strings.IndexByte(rest, t.raw[i])
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		rest = rest[at+1:]
	}
	return len(t.raw) >= 3
}

// brand tells whether a name is one word that may be an acronym or brand: "CENEX".
func (n name) brand() bool {
	if len(n.terms) != 1 || n.terms[0].class != plain || len(n.all) != 1+len(n.forms) || number(n.all[0]) {
		return false
	}
	m, known := means(n.all[0])
	return !known || m.class == form
}

// brandPlaced tells whether a name is a brand or acronym, and where that is: "UMIT Tirol".
func (n name) brandPlaced() bool {
	plains := 0
	for _, t := range n.terms {
		if t.class == plain {
			plains++
		} else if t.class != ofPlace && t.class != ofNation {
			return false
		}
	}
	return plains == 1 && len(n.terms) == 2
}

// unsaid tells whether a name has words of its own, and none says what the body is or does.
func (n name) unsaid() bool {
	return n.own() && !n.any(func(t term) bool { return (t.class == ofBody || t.class == ofWork) && !formal[t.key] })
}

// spelledOut tells whether another name says what an acronym in a name is made of: "Trento RISE".
func (n name) spelledOut(of name) bool {
	return n.any(func(t term) bool { return t.class == plain && len(t.key) > 2 && t.initialsOf(of) })
}

// short tells whether what stands in parentheses is written as an acronym is: "(IFIN-HH)".
func short(s string) bool {
	capitals := strings.IndexFunc(strings.TrimLeftFunc(s, unicode.IsUpper), unicode.IsUpper) >= 0 // "KraCeBoh"
	return len(s) <= 2+longestAcronym && (capitals || s == strings.ToUpper(s) || strings.Contains(s, "_")) && !strings.ContainsAny(s, " 0123456789")
}

// alone tells whether what a name says is enough for a name.
func (n name) alone() bool {
	said, own := 0, false
	for _, t := range n.terms {
		if t.class != ofNation {
			said++
		}
		own = own || t.class == plain
	}
	return n.words > 1 && (own || said > 2)
}

// beside tells whether two names stand beside each other for one body: in two languages they have
// most of what they say in common. What else stands after a name is a part of its body.
func beside(a, b name) bool {
	if len(a.terms) > len(b.terms) {
		a, b = b, a
	}
	said, common, more, kind := 0, 0, 0, false
	for _, t := range a.terms {
		if t.class == ofNation {
			continue
		}
		said++
		if slices.ContainsFunc(b.terms, func(u term) bool { return u.key == t.key || meet(t, u) > 0 }) {
			common++
			kind = kind || t.class == ofBody
		}
	}
	for _, t := range b.terms {
		if t.class != ofNation {
			more++
		}
	}
	more -= said // "Université de Saragosse - Universidad de Zaragoza grupo Guia"
	return said > 1 && (2*common > said+1 || common == said) && more <= max(1, said/2) && (kind || !saysBody(a.terms) && !saysBody(b.terms))
}

// where tells whether a name says no more than a place.
func (n name) where() bool {
	return len(n.terms) > 0 && !n.any(func(t term) bool {
		return t.class != ofPlace && t.class != ofNation && t.key != "=north" && t.key != "=south" && t.key != "=east" && t.key != "=west" && t.key != "=upper" && t.key != "=lower" && t.key != "=region" && t.key != "=county"
	})
}

// Words that a whole has none of beside a place: "Universitätsklinikum Schleswig-Holstein, Campus Kiel".
var ofSites = map[string]bool{"campus": true, "standort": true, "sede": true, "site": true, "section": true, "sezione": true}

// unplaced is a name without the places that stand after it, between commas: "Technical University of
// Moldova, Republic of Moldova, Region of Chisinau".
func unplaced(s string) string {
	for {
		at := strings.LastIndex(s, ", ")
		if at < 0 {
			return s
		}
		if tail := analyse(s[at+2:]); !tail.where() || slices.ContainsFunc(tail.all, func(w string) bool { return ofSites[w] }) {
			return s
		}
		s = s[:at]
	}
}

// shortestHalf is of how many letters one is at least that stands before or after a slash.
const shortestHalf = 4

func (c *corpus) term(t term) int32 {
	id, ok := c.terms[t.key]
	if !ok {
		id = int32(len(c.df))
		c.terms[t.key] = id
		c.df = append(c.df, 0)
		c.having = append(c.having, nil)
		c.class = append(c.class, t.class)
		c.text = append(c.text, t.key)
	}
	return id
}

// label tells bodies apart by what they are.
func label(b *Body) string {
	ids := make([]string, len(b.Identifiers))
	for i, id := range b.Identifiers {
		ids[i] = id.Scheme + ":" + id.Value
	}
	slices.Sort(ids)
	names := slices.Clone(b.Names)
	slices.Sort(names)
	return strings.Join(ids, "\x01") + "\x00" + strings.Join(names, "\x01") + "\x00" + b.Country + "\x00" + b.Kind
}

// cityKey is a city without post codes, districts and what is told in parentheses; a city
// of several names by the one that places.txt has.
func cityKey(s string) string {
	if all := strings.Fields(text.Key(elided(s))); len(all) > 1 { // "Frankfurt (Oder)"
		if m, taken := known().begin(all); taken == len(all) && m.class == ofPlace {
			return m.terms[0].key
		}
	}
	var terms []string
	words := strings.Fields(cityText(s))
	for i := 0; i < len(words); {
		m, taken := known().begin(words[i:])
		if taken == 0 {
			taken = 1
			m, _, _ = known().cover(words[i])
		}
		// "Mola di Bari" is not Bari, nor is "Valencia de Alcántara" Valencia; "Kranjska Gora" is more than Kranj.
		if m.class == ofPlace && len(terms) == 0 && !(i+taken+1 < len(words) && joining[words[i+taken]]) {
			key := m.terms[0].key
			for _, w := range words[i+taken:] {
				if m, known := means(w); (!known || m.class == ofPlace && len(m.terms) == 1 && m.terms[0].key != key) && len(w) >= shortestCity && w[0] > '9' && !ofOffices[w] {
					key += " " + sound(w)
				}
			}
			return key
		}
		for _, w := range words[i : i+taken] {
			if w[0] < '0' || w[0] > '9' {
				if m.class == nothing || ofOffices[w] {
					continue
				}
				terms = append(terms, sound(w))
			}
		}
		i += taken
	}
	return strings.Join(terms, " ")
}

// dashes stand between a city and a district: "Povo – Trento".
var dashes = strings.NewReplacer(" – ", "; ", " — ", "; ", " - ", "; ")

// citiesOf are cities, each of the names that stand beside each other by itself: "Laas/Lasa".
func citiesOf(told []string) (all []string) {
	for _, s := range told {
		s = dashes.Replace(s)
		parts := strings.Split(s, "/")
		if slices.ContainsFunc(parts, func(p string) bool { return len(strings.TrimSpace(p)) < shortestCity }) {
			parts = []string{s}
		}
		all = append(all, parts...)
	}
	return all
}

// province is the known place that stands last after another, as in "DERIO VIZCAYA".
func province(s string) string {
	words := strings.Fields(cityText(s))
	if len(words) < 2 || joining[words[len(words)-2]] {
		return ""
	}
	if m, ok := means(words[len(words)-1]); ok && m.class == ofPlace {
		return m.terms[0].key
	}
	return ""
}

// ofOffices are words behind a city's name that tell a part of it.
var ofOffices = map[string]bool{"cedex": true, "district": true, "sector": true, "sectorul": true, "sect": true, "commune": true, "comuna": true, "village": true, "municipality": true, "town": true}

// joining are the words by which a town tells which one of a name it is.
var joining = map[string]bool{"de": true, "del": true, "di": true, "da": true, "do": true, "d": true, "am": true, "an": true, "upon": true, "under": true,
	"nad": true, "pri": true, "pod": true, "sur": true, "sous": true, "bei": true, "ob": true, "na": true, "u": true}

// cityText is a city, folded, without what follows its name.
func cityText(s string) string {
	if i := strings.IndexFunc(s, cityEnds); i > 0 {
		s = s[:i]
	}
	return text.Key(elided(s))
}

// afterCity are the names that follow that of a city.
func afterCity(s string) []string {
	parts := strings.FieldsFunc(s, cityEnds)
	return parts[min(1, len(parts)):]
}

func cityEnds(r rune) bool { return strings.ContainsRune("(),;/", r) }

// shared are hosts on which anyone may have pages.
var shared = map[string]bool{"facebook.com": true, "linkedin.com": true, "twitter.com": true, "x.com": true, "youtube.com": true,
	"instagram.com": true, "google.com": true, "wikipedia.org": true, "europa.eu": true, "github.com": true, "gmail.com": true}

// Domain is the registrable domain of a URL or host ("www.ul.pt/x": "ul.pt"), by the Public
// Suffix List; empty if there is none or anyone may have pages there.
func Domain(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	if i := strings.IndexAny(s, "/?#:"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(strings.Trim(s, ". "))
	if err != nil || shared[d] {
		return ""
	}
	return d
}

// order is by what bodies are, then by id, for the same results whatever came first.
func (c *corpus) order(a, b int32) int {
	x, y := &c.entries[a], &c.entries[b]
	return cmp.Or(strings.Compare(x.label, y.label), strings.Compare(x.ID, y.ID))
}
