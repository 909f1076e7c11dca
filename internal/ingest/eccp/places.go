package eccp

import (
	"strings"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
)

// country is the entity of a country, known by its code.
func (f *facts) country(code string, stated string, a at) *entity {
	e := f.node(kindPlace, vocabulary.CountryName(code), a)
	f.identified(e, schemeCountry, code, a)
	f.called(e, stated, a)
	f.say(e, "code", code, a)
	f.say(e, "level", "COUNTRY", a)
	return e
}

// place reads "Bulgaria: South-West (Bulgaria)", "Eindhoven (Netherlands)", "Spain" and
// gives the smallest place it names; nil if it names no country.
func (f *facts) place(s string, a at) *entity {
	s = strings.TrimSpace(strings.Trim(s, ".,;"))
	if code, ok := vocabulary.CountryNamed(s); ok {
		return f.country(code, s, a)
	}
	if head, rest, ok := strings.Cut(s, ":"); ok {
		if code, ok := vocabulary.CountryNamed(head); ok {
			whole := f.country(code, strings.TrimSpace(head), a)
			if rest = strings.TrimSpace(rest); rest == "" {
				return whole
			}
			return f.within(rest, "REGION", whole, a)
		}
	}
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		if code, ok := vocabulary.CountryNamed(s[open+1 : len(s)-1]); ok {
			return f.within(strings.TrimSpace(s[:open]), "CITY", f.country(code, s[open+1:len(s)-1], a), a)
		}
	}
	if at := strings.LastIndex(s, ", "); at > 0 {
		if code, ok := vocabulary.CountryNamed(s[at+2:]); ok {
			return f.within(strings.TrimSpace(s[:at]), "CITY", f.country(code, s[at+2:], a), a)
		}
	}
	return nil
}

func (f *facts) within(name, level string, whole *entity, a at) *entity {
	e := f.node(kindPlace, name, a)
	f.say(e, "level", level, a)
	f.relate(partOf, e, whole, a)
	return e
}

// readLanguages takes "Bulgarian English" or "German, French" apart; what is no language it
// returns as rest.
func readLanguages(s string) (codes store.List, rest string) {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '/' || r == '&' })
	var unknown []string
	for len(words) > 0 {
		n := 0
		for try := min(3, len(words)); try > 0; try-- {
			if code, ok := vocabulary.LanguageNamed(strings.Join(words[:try], " ")); ok {
				codes, n = append(codes, code), try
				break
			}
		}
		if n == 0 {
			if w := words[0]; w != "-" && w != "and" {
				unknown = append(unknown, w)
			}
			n = 1
		}
		words = words[n:]
	}
	return codes, strings.Join(unknown, " ")
}

// readCountries finds the names of countries that a line enumerates. What is none it
// returns as rest.
func readCountries(s string) (names []string, rest []string) {
	if _, ok := vocabulary.CountryNamed(s); ok {
		return []string{s}, nil
	}
	var parts []string
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(s, " - ", ";"), func(r rune) bool { return r == ';' || r == '/' }) {
		if _, ok := vocabulary.CountryNamed(part); ok { // "Korea, Republic of"
			parts = append(parts, part)
		} else {
			parts = append(parts, strings.Split(part, ",")...)
		}
	}
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if _, ok := vocabulary.CountryNamed(part); ok {
			names = append(names, part)
			continue
		}
		got, left := spacedCountries(part)
		names = append(names, got...)
		if left != "" {
			rest = append(rest, left)
		}
	}
	return names, rest
}

// spacedCountries reads names of countries that only spaces separate: "France United States".
func spacedCountries(s string) (names []string, rest string) {
	words := strings.Fields(s)
	var unknown []string
	for len(words) > 0 {
		n := 0
		for try := min(6, len(words)); try > 0; try-- {
			name := strings.Join(words[:try], " ")
			if _, ok := vocabulary.CountryNamed(name); ok {
				names, n = append(names, name), try
				break
			}
		}
		if n == 0 {
			unknown, n = append(unknown, words[0]), 1
		}
		words = words[n:]
	}
	return names, strings.Join(unknown, " ")
}
