package resolve

import (
	"slices"
	"strings"
)

// A domain is a name that a body gave itself: its acronym, its first words, or all of them. What
// the domain of one body says is looked for in the names of the other, which may be in another
// language than its own: "vib.be" in "Vlaams Instituut voor Biotechnologie".

// domainLabel is what a domain says before its public suffix; of a site that stands below another's
// domain, what its host says: "nyckelfonden.regionorebrolan.se" is not the region's own.
type domainLabel struct {
	below bool
	raw   string // without hyphens
	glued string // as it sounds
	name  name   // its parts between hyphens as words
}

func labelOf(site, domain string) domainLabel {
	l, _, _ := strings.Cut(domain, ".")
	below := false
	if above, _, ok := strings.Cut(strings.ToLower(site), "."+domain); ok {
		above = above[strings.LastIndexAny(above, "./@")+1:]
		if below = (len(above) > 2 || len(above) == 2 && !languages[above] && analyse(l).where()) && !strings.HasPrefix(above, "www") && above != "web" && above != "portal"; below {
			l = above
		}
	}
	raw := strings.ReplaceAll(l, "-", "")
	return domainLabel{below, raw, sounds.Replace(raw), analyse(strings.ReplaceAll(l, "-", " "))}
}

// languages are hosts of two letters that tell the language of a site.
var languages = map[string]bool{"en": true, "de": true, "fr": true, "it": true, "es": true, "pt": true, "pl": true, "cs": true, "cz": true, "sk": true, "sl": true, "si": true, "hr": true, "sr": true, "hu": true,
	"ro": true, "bg": true, "el": true, "gr": true, "tr": true, "ru": true, "uk": true, "nl": true, "da": true, "sv": true, "no": true, "fi": true, "et": true, "lv": true, "lt": true, "eu": true}

const (
	shortestInitials = 3 // letters
	shortestLabel    = 4 // of one that is a word
	surelyInitials   = 5 // letters from which on initials tell something of bodies in two cities
)

// saying is what a domain says of a name, the most telling first.
type saying uint8

const (
	saysAll saying = iota + 1
	saysPart
	saysInitials
	saysNothing
)

// says tells what the rare domains of a body say of another's names: a part counts only where its
// own name, with which that other is compared, does not say it anyway.
func (c *corpus) says(x, y *entry, own *named, near match) saying {
	best := saysNothing
	for i, d := range x.domains {
		l := &x.labels[i]
		if c.sites[d] > rareSite || !slices.ContainsFunc(l.name.terms, func(t term) bool {
			return t.class != ofNation && t.class != ofPlace && !x.isCity(t) && !y.isCity(t)
		}) {
			continue // it says no more than a place: "leeds.ac.uk"
		}
		for j := range y.names {
			n := &y.names[j]
			part := l.in(n)
			switch {
			case len(l.raw) >= shortestLabel && l.glued == n.glued, part && len(l.name.terms) == unnational(n):
				return saysAll
			case n.words > 2 && len(l.raw) >= shortestInitials && (l.raw == n.initials || l.raw == n.short) && !slices.Contains(own.all, l.raw) && (near != differs || len(l.raw) >= surelyInitials):
				best = min(best, saysInitials)
			case part && !l.in(own):
				best = min(best, saysPart)
			}
		}
	}
	return best
}

// in tells whether a name has all that a label says, and that is more than a place.
func (l *domainLabel) in(n *named) bool {
	own := false
	for _, t := range l.name.terms {
		if !n.hasTerm(t.key) {
			return false
		}
		own = own || t.class == plain && len(t.key) >= shortestLabel || len(l.name.terms) > 1 && t.class != ofNation && t.class != ofPlace
	}
	return own
}

// unnational are how many terms of a name say more than a country.
func unnational(n *named) (k int) {
	for _, t := range n.terms {
		if t.class != ofNation {
			k++
		}
	}
	return k
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
				if l, m := &x.labels[i], &y.labels[j]; l.below == m.below && l.raw == m.raw {
					best = agrees
				} else {
					best = max(best, partly)
				}
			} else if a == b && c.sites[a] <= 3*rareSite {
				best = max(best, partly)
			} else if l := x.labels[i].raw; a != b && c.sites[a]+c.sites[b] <= rareSite && len(l) >= shortestLabel && l == y.labels[j].raw && !x.labels[i].below && !y.labels[j].below {
				best = max(best, partly) // "windesheim.nl", "windesheim.com"
			}
		}
	}
	if best == unknown && told[0] && told[1] {
		if c.foreign(x) || c.foreign(y) {
			return otherwise
		}
		return differs
	}
	return best
}

// foreign tells whether the rare domains of a body say nothing of any of its names: sources tell the site of
// a project or of a whole, too.
func (c *corpus) foreign(e *entry) bool {
	for i, d := range e.domains {
		if c.sites[d] <= rareSite && slices.ContainsFunc(e.names, func(n named) bool { return e.labels[i].tells(&n) }) {
			return false
		}
	}
	return true
}

// tells tells whether a label may be made of a name, or of a part of it.
func (l *domainLabel) tells(n *named) bool {
	if len(l.glued) > 0 && strings.HasPrefix(n.glued, l.glued) || len(l.raw) > 1 && (strings.Contains(n.initials, l.raw) || strings.Contains(n.short, l.raw)) {
		return true
	}
	for _, w := range n.all {
		if w = sound(w); len(w) >= shortestLabel && strings.Contains(l.glued, w[:shortestLabel]) || len(w) > 1 && strings.HasPrefix(l.glued, w) {
			return true
		}
	}
	return slices.ContainsFunc(l.name.terms, func(t term) bool { return t.class != plain && n.hasTerm(t.key) })
}

// rareSite is how many bodies have a domain that tells something.
const rareSite = 4
