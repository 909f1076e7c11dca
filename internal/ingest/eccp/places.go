package eccp

import (
	"strings"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
)

// country is the entity of a country, known by its code.
func (f *facts) country(code string, stated string, a at) *entity {
	e := f.placed(vocabulary.CountryRef(code), a)
	e.country = code
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
			return f.region(rest, code, whole, a)
		}
	}
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		if code, ok := vocabulary.CountryNamed(s[open+1 : len(s)-1]); ok {
			return f.city(strings.TrimSpace(s[:open]), code, f.country(code, s[open+1:len(s)-1], a), a)
		}
	}
	if at := strings.LastIndex(s, ", "); at > 0 {
		if code, ok := vocabulary.CountryNamed(s[at+2:]); ok {
			return f.city(strings.TrimSpace(s[:at]), code, f.country(code, s[at+2:], a), a)
		}
	}
	return nil
}

// region is the entity of a region of a country, known by its NUTS code where its name tells it.
func (f *facts) region(name, country string, whole *entity, a at) *entity {
	e := f.within(vocabulary.RegionIn(name, country), "REGION", whole, a)
	if code, ok := vocabulary.RegionNamed(name, country); ok {
		f.say(e, "code", code, a)
	}
	return e
}

// city is the entity of a city of a country.
func (f *facts) city(name, country string, whole *entity, a at) *entity {
	return f.within(vocabulary.CityRef(name, country), "CITY", whole, a)
}

func (f *facts) within(ref store.Ref, level string, whole *entity, a at) *entity {
	e := f.placed(ref, a)
	e.country = whole.country
	f.say(e, "level", level, a)
	f.relate(partOf, e, whole, a)
	return e
}

// placed is the entity of a place, made where it is new. Its identifiers tell it apart from
// others of its name: a city, its region and its country may all be called Luxembourg.
func (f *facts) placed(ref store.Ref, a at) *entity {
	if len(ref.Identifiers) == 0 {
		return f.node(kindPlace, ref.Name, a)
	}
	id := ref.Identifiers[0]
	key := kindPlace + "\x00" + id.Scheme + ":" + id.Value
	e := f.byName[key]
	if e == nil {
		e = &entity{kind: kindPlace, name: ref.Name, named: a}
		f.entities = append(f.entities, e)
		f.byName[key] = e
	}
	f.say(e, "", nil, a)
	f.identified(e, id.Scheme, id.Value, a)
	f.decide(e, ref.Name)
	if ref.Name != e.name {
		f.say(e, "aliases", store.List{ref.Name}, a)
	}
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
