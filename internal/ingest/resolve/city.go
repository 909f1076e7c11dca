package resolve

import (
	"slices"
	"strings"
)

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
			case strings.HasPrefix(a, b+" "), strings.HasPrefix(b, a+" "):
				best = partly
			case a[0] == '=' || b[0] == '=':
			case alikeCities(a, b):
				best = partly
			}
		}
	}
	if best == differs && (overlap(x.cities, y.around) == agrees || overlap(x.around, y.cities) == agrees) {
		return partly
	}
	return best
}

// alikeCities tells whether two names of cities are spellings of one, word for word: "Villeneuve-sur-Lot"
// and "Villeneuve-d'Ascq" only begin alike.
func alikeCities(a, b string) bool {
	for a != "" && b != "" {
		var v, w string
		v, a, _ = strings.Cut(a, " ")
		w, b, _ = strings.Cut(b, " ")
		if alike(v, w) <= cognate {
			return false
		}
	}
	return a == b
}

// oneSpelling tells whether the cities of two bodies are spellings of one.
func oneSpelling(x, y *entry) bool {
	return slices.ContainsFunc(x.cities, func(a string) bool {
		return slices.ContainsFunc(y.cities, func(b string) bool { return a[0] != '=' && b[0] != '=' && alikeCities(a, b) })
	})
}

// isCity tells whether a term stands for the city of a body, alone or as a part of its name.
func (e *entry) isCity(t term) bool {
	return slices.ContainsFunc(e.cityWords, func(w string) bool {
		return w == t.key || t.class != ofBody && w == t.word || t.class == plain && alike(w, t.key) > cognate
	})
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
