package eccp

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// countries are the ISO 3166-1 codes by the folded names of countries: their names in the
// languages below, and the variants that the platform writes.
var countries = func() map[string]string {
	m := map[string]string{}
	namers := []display.Namer{}
	for _, tag := range []language.Tag{language.English, language.German, language.French, language.Romanian, language.Bulgarian, language.Italian, language.Spanish} {
		namers = append(namers, display.Regions(tag))
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string(a) + string(b))
			if err != nil || !r.IsCountry() || r.Canonicalize() != r || r.String() != string(a)+string(b) {
				continue
			}
			for _, n := range namers {
				if name := n.Name(r); name != "" {
					if key := text.Key(name); m[key] == "" {
						m[key] = r.String()
					}
				}
			}
		}
	}
	for name, code := range map[string]string{
		"Czech Republic": "CZ", "Slovak Republic": "SK", "Turkey": "TR", "Türkiye": "TR", "Macedonia": "MK", "FYROM": "MK",
		"Former Yugoslav Republic of Macedonia": "MK", "The former Yugoslav Republic of Macedonia": "MK", "Republic of North Macedonia": "MK", "North Macedonia": "MK",
		"UK": "GB", "Great Britain": "GB", "England": "GB", "USA": "US", "United States of America": "US", "Russian Federation": "RU",
		"Republic of Moldova": "MD", "Moldova, Republic of": "MD", "Kosovo*": "XK", "Kosovo": "XK", "Korea": "KR", "Republic of Korea": "KR", "Korea, Republic of": "KR", "South Korea": "KR",
		"Holland": "NL", "The Netherlands": "NL", "Bosnia and Herzegovina": "BA", "Viet Nam": "VN", "Iran": "IR", "Taiwan": "TW",
		"Hong Kong": "HK", "Macau": "MO", "Palestine": "PS", "Ivory Coast": "CI", "Cape Verde": "CV", "Swaziland": "SZ", "Burma": "MM",
		"Republic of Serbia": "RS", "UAE": "AE", "China (PRC)": "CN",
	} {
		m[text.Key(name)] = code
	}
	return m
}()

// countryCode is the ISO 3166-1 code of a name of a country.
func countryCode(name string) (string, bool) {
	code, ok := countries[text.Key(name)]
	return code, ok
}

// countryName is the English name of a country.
func countryName(code string) string {
	r, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.English.Regions().Name(r)
}

// country is the entity of a country, known by its code.
func (f *facts) country(code string, stated string, a at) *entity {
	e := f.node(kindPlace, countryName(code), a)
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
	if code, ok := countryCode(s); ok {
		return f.country(code, s, a)
	}
	if head, rest, ok := strings.Cut(s, ":"); ok {
		if code, ok := countryCode(head); ok {
			whole := f.country(code, strings.TrimSpace(head), a)
			if rest = strings.TrimSpace(rest); rest == "" {
				return whole
			}
			return f.within(rest, "REGION", whole, a)
		}
	}
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		if code, ok := countryCode(s[open+1 : len(s)-1]); ok {
			return f.within(strings.TrimSpace(s[:open]), "CITY", f.country(code, s[open+1:len(s)-1], a), a)
		}
	}
	if at := strings.LastIndex(s, ", "); at > 0 {
		if code, ok := countryCode(s[at+2:]); ok {
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

// languageCodes are the ISO 639-1 codes by the folded names of languages, in English and in
// themselves.
var languageCodes = func() map[string]string {
	m := map[string]string{}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			base, err := language.ParseBase(string(a) + string(b))
			if err != nil || base.String() != string(a)+string(b) {
				continue
			}
			tag := language.Make(base.String())
			for _, name := range []string{display.English.Languages().Name(base), display.Self.Name(tag)} {
				if name != "" && m[text.Key(name)] == "" {
					m[text.Key(name)] = base.String()
				}
			}
		}
	}
	for name, code := range map[string]string{"Moldovan": "ro", "Flemish": "nl", "Castilian": "es", "Farsi": "fa", "Slovene": "sl", "Montenegrin": "cnr",
		"Norwegian": "no", "Chinese": "zh", "Mandarin": "zh", "Serbo-Croatian": "sh", "Greek": "el", "Valencian": "ca", "Gaelic": "ga"} {
		m[text.Key(name)] = code
	}
	return m
}()

// readLanguages takes "Bulgarian English" or "German, French" apart; what is no language it
// returns as rest.
func readLanguages(s string) (codes store.List, rest string) {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '/' || r == '&' })
	var unknown []string
	for len(words) > 0 {
		n := 0
		for try := min(3, len(words)); try > 0; try-- {
			if code, ok := languageCodes[text.Key(strings.Join(words[:try], " "))]; ok {
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
	if _, ok := countryCode(s); ok {
		return []string{s}, nil
	}
	var parts []string
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(s, " - ", ";"), func(r rune) bool { return r == ';' || r == '/' }) {
		if _, ok := countryCode(part); ok { // "Korea, Republic of"
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
		if _, ok := countryCode(part); ok {
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
			if name := strings.Join(words[:try], " "); countries[text.Key(name)] != "" {
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
