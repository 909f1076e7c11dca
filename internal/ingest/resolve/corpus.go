package resolve

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

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
	domains   []string
	labels    []domainLabel // of these
	legal     legal
	label     string // to order entries by what they are, not by ids
}

// named is a name with the weights of its terms.
type named struct {
	name
	preferred bool     // the one it is known by
	listed    bool     // one that a register has for it
	pairs     []string // of its words and those after them, written together, as they sound
	glued     string   // all of them without forms, likewise
	ids       []int32  // of terms, in their order
	weights   []float64
}

// corpus is all bodies, and how often terms and domains occur among them.
type corpus struct {
	entries []entry
	terms   map[string]int32
	df      []int32
	class   []class
	text    []string
	sites   map[string]int32 // bodies with a domain
	having  [][]int32        // bodies that have a term
	weights *weights
}

// background is of how many bodies each class of terms is taken to occur in beside those of
// the graph, out of [backgroundBodies]: a small graph does not know which words are common.
var background = map[class]float64{plain: 0.5, ofBody: 1000, ofWork: 120, ofNation: 500, ofPlace: 60, form: 1000, nothing: 2000}

const backgroundBodies = 20000

// newCorpus takes bodies apart. Nothing depends on their order.
func newCorpus(bodies []Body) *corpus {
	c := &corpus{weights: learned, terms: map[string]int32{}, sites: map[string]int32{}}
	c.entries = make([]entry, len(bodies))
	for i := range bodies {
		b := &bodies[i]
		e := entry{Body: b}
		seen := map[int32]bool{}
		had := map[string]bool{}
		for _, s := range b.Cities {
			if k := cityKey(s); k != "" && !slices.Contains(e.cities, k) {
				e.cities = append(e.cities, k)
				e.cityNames = append(e.cityNames, append(cityWords(k, s), k))
			}
			for _, part := range afterCity(s) {
				if k := cityKey(part); len(k) >= shortestCity {
					e.around = append(e.around, k)
				}
			}
		}
		e.cityWords = slices.Concat(e.cityNames...)
		for nth, s := range slices.Concat(b.Names, b.others()) {
			listed := nth >= len(b.Names)
			if len(e.names) == mostNames && !listed || len(e.names) == 2*mostNames {
				continue
			}
			forms := readings(s)
			if listed {
				forms = forms[:1] // a register has what else a name says as another name
			}
			for _, form := range forms {
				n := analyse(form)
				key := strings.Join(keysOf(n), " ")
				if len(n.terms) == 0 || had[key] || (nth > 0 || !strings.HasPrefix(s, form)) && e.says(n) {
					continue
				}
				had[key] = true
				e.names = append(e.names, named{name: n, preferred: len(e.names) == 0, listed: listed})
			}
		}
		for _, s := range b.Sites {
			if d := Domain(s); d != "" && !slices.Contains(e.domains, d) {
				e.domains = append(e.domains, d)
				e.labels = append(e.labels, labelOf(s, d))
				c.sites[d]++
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
				id := c.term(t)
				nm.ids[k] = id
				if !nm.listed && !seen[id] { // how rare words are, the graph tells
					seen[id] = true
					c.having[id] = append(c.having[id], int32(i))
					c.df[id]++
				}
			}
		}
		for _, id := range b.Identifiers {
			if !slices.ContainsFunc(b.Names, func(n string) bool { slug := text.Slug(n); return slug != "" && strings.HasSuffix(id.Value, slug) }) {
				e.given = append(e.given, id)
			}
		}
		e.legal = legalOf(e.names)
		e.label = label(b)
		c.entries[i] = e
	}
	n := float64(len(bodies) + backgroundBodies)
	weight := make([]float64, len(c.df))
	for id, df := range c.df {
		weight[id] = math.Log(n / (float64(df) + background[c.class[id]]))
	}
	place := math.Log(n / background[ofPlace]) // the body's own city is not rare there
	for i := range c.entries {
		for j := range c.entries[i].names {
			nm := &c.entries[i].names[j]
			nm.weights = make([]float64, len(nm.ids))
			for k, id := range nm.ids {
				nm.weights[k] = weight[id]
				if slices.Contains(c.entries[i].cityWords, c.text[id]) {
					nm.weights[k] = min(weight[id], place)
				}
			}
		}
	}
	return c
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
	return !slices.ContainsFunc(n.terms, func(t term) bool {
		return t.class != ofNation && t.class != ofPlace && t.key != "=municipality" && !e.isCity(t)
	})
}

func keysOf(n name) []string {
	keys := make([]string, len(n.terms))
	for i, t := range n.terms {
		keys[i] = t.key
	}
	return keys
}

// activity begins what follows the legal form in some registers: "X d.o.o. za usluge", "X s.a.s.
// di A & C.".
var activity = regexp.MustCompile(`(?i)\b(?:d\.?\s?o\.?\s?o\.?,?\s+za|s\.?a\.?s\.?\s+di|s\.?n\.?c\.?\s+di)\s`)

// mostHyphens are how many of a name are looked at: each costs as much as the name is long.
const mostHyphens = 8

// readings are a name and the names in it: what stands in parentheses may be an acronym of
// what stands before, or its name in another language; what stands after a dash or slash may
// be another name, if it does not say that it is a part of the one before.
func readings(s string) []string {
	out := []string{s}
	if at := activity.FindStringIndex(s); at != nil && at[0] > 0 {
		out = append(out, s[:at[0]])
	}
	if open := strings.IndexAny(s, "(["); open > 0 {
		if end := strings.IndexAny(s[open:], ")]"); end > 0 {
			in, around := s[open+1:open+end], s[:open]+" "+s[open+end+1:]
			switch n := analyse(in); {
			case n.words > 2:
				out = append(out, around, in)
			case short(in) && analyse(around).words > 2:
				out = append(out, around)
			case len(n.terms) == 1 && (len(n.terms[0].key) <= 3 || initialsOf(n.terms[0].key, analyse(around))):
				out = append(out, around)
			}
		}
	}
	for _, sep := range []string{" - ", " – ", " — ", " / ", "- ", ", "} {
		if before, after, ok := strings.Cut(s, sep); ok {
			if sep == ", " {
				at := strings.LastIndex(s, sep)
				before, after = s[:at], s[at+len(sep):]
			}
			a, b := analyse(before), analyse(after)
			switch {
			case a.brand() && b.words > 2 && sep != ", ":
				out = append(out, after)
			case b.brand() && a.words > 2:
				out = append(out, before)
			case a.alone() && b.alone() && beside(a, b) && sep != ", ":
				out = append(out, before, after)
			}
			return out
		}
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
			return append(out, s[:at], s[at+1:])
		}
	}
	return out
}

// brand tells whether a name is one word that may be an acronym or brand: "CENEX".
func (n name) brand() bool {
	return len(n.terms) == 1 && n.terms[0].class == plain && len(n.all) == 1+len(n.forms) && !number(n.all[0])
}

// short tells whether what stands in parentheses is written as an acronym is: "(IFIN-HH)".
func short(s string) bool {
	return len(s) <= 2+longestAcronym && s == strings.ToUpper(s) && !strings.ContainsAny(s, " 0123456789")
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

// beside tells whether two names stand beside each other for one body: they are of one kind, or
// neither is a whole or a part.
func beside(a, b name) bool {
	nested := false
	for _, n := range []name{a, b} {
		for _, t := range n.terms {
			nested = nested || wholes[t.key] || parts[t.key] || t.key == "=hospital" || t.key == "=chamber"
		}
	}
	if !nested {
		return true
	}
	for _, t := range a.terms {
		if t.class == ofBody && slices.ContainsFunc(b.terms, func(u term) bool { return u.key == t.key }) {
			return true
		}
	}
	return false
}

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
		// "Mola di Bari" is not Bari, nor is "Valencia de Alcántara" Valencia.
		if m.class == ofPlace && len(terms) == 0 && !(i+taken+1 < len(words) && joining[words[i+taken]]) {
			return m.terms[0].key
		}
		for _, w := range words[i : i+taken] {
			if w[0] < '0' || w[0] > '9' {
				if m.class == nothing || w == "cedex" || w == "district" || w == "sector" || w == "sectorul" || w == "sect" {
					continue
				}
				terms = append(terms, sound(w))
			}
		}
		i += taken
	}
	return strings.Join(terms, " ")
}

// joining are the words by which a town tells which one of a name it is.
var joining = map[string]bool{"de": true, "del": true, "di": true, "da": true, "do": true, "d": true, "am": true, "an": true, "upon": true, "under": true,
	"nad": true, "pri": true, "pod": true, "sur": true, "sous": true, "bei": true, "ob": true, "na": true}

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
