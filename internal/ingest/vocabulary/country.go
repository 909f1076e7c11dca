package vocabulary

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// Schemes of the identifiers that places have.
const (
	SchemeCountry = "ISO3166" // of countries: alpha-2
	SchemeRegion  = "NUTS"    // of regions
)

// namesIn are the languages whose names of countries are known: those of Europe's official
// registers. The first one that has a name says whose it is.
var namesIn = []string{"en", "de", "fr", "ro", "bg", "it", "es", "pt", "nl", "da", "sv", "nb", "fi", "et", "lv", "lt", "pl", "cs",
	"sk", "sl", "hr", "sr", "bs", "mk", "sq", "el", "hu", "tr", "uk", "ru", "is"}

// variants are names of countries beside those of the Unicode CLDR, by code: short and
// official ones, former ones, and what registers write.
var variants = map[string][]string{
	"AE": {"UAE"}, "BA": {"Bosnia and Herzegovina", "Bosnia", "Bosna i Hercegovina"}, "BO": {"Plurinational State of Bolivia", "Bolivia (Plurinational State of)"},
	"BQ": {"Bonaire, Sint Eustatius and Saba"}, "BN": {"Brunei Darussalam"}, "CD": {"Congo, Democratic Republic of the", "Democratic Republic of the Congo", "DR Congo"}, "CG": {"Congo", "Republic of the Congo"},
	"CI": {"Ivory Coast"}, "CN": {"China (PRC)", "People's Republic of China"}, "CV": {"Cape Verde"}, "CZ": {"Czech Republic", "Česká republika"},
	"DE": {"Federal Republic of Germany"}, "FK": {"Falkland Islands (Malvinas)"}, "FM": {"Micronesia (Federated States of)"}, "GB": {"UK", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland",
		"United Kingdom of Great Britain and Northern Ireland"}, "GS": {"South Georgia and the South Sandwich Islands"}, "GR": {"Hellas", "Hellenic Republic", "Ellada"}, "HK": {"Hong Kong"}, "HM": {"Heard Island and McDonald Islands"},
	"IE": {"Republic of Ireland", "Eire"}, "IR": {"Iran", "Iran (Islamic Republic of)", "Islamic Republic of Iran"}, "KP": {"Korea (Democratic People's Republic of)"},
	"KR": {"Korea", "Republic of Korea", "Korea, Republic of", "South Korea"}, "LA": {"Lao People's Democratic Republic"},
	"MD": {"Republic of Moldova", "Moldova, Republic of", "Moldavia"}, "MK": {"Macedonia", "FYROM", "Former Yugoslav Republic of Macedonia",
		"The former Yugoslav Republic of Macedonia", "Republic of North Macedonia", "North Macedonia", "FYR of Macedonia", "FYR Macedonia"},
	"MF": {"Saint Martin (French part)"}, "MM": {"Burma", "Myanmar"}, "MO": {"Macau", "Macao"}, "NL": {"Holland", "The Netherlands", "Netherlands, Kingdom of the"}, "PS": {"Palestine", "Palestine, State of", "State of Palestine"},
	"RS": {"Republic of Serbia"}, "RU": {"Russian Federation"}, "SK": {"Slovak Republic"}, "SY": {"Syrian Arab Republic"}, "SX": {"Sint Maarten (Dutch part)"}, "SZ": {"Swaziland", "Eswatini"}, "SH": {"Saint Helena, Ascension and Tristan da Cunha"}, "ST": {"Sao Tome and Principe"},
	"TR": {"Turkey", "Türkiye"}, "TW": {"Taiwan", "Taiwan, Province of China"}, "TZ": {"Tanzania, United Republic of", "United Republic of Tanzania"},
	"UM": {"United States Minor Outlying Islands"}, "US": {"USA", "U.S.A.", "United States of America"}, "VA": {"Holy See"}, "VC": {"Saint Vincent and the Grenadines"}, "VG": {"Virgin Islands (British)"}, "VI": {"Virgin Islands (U.S.)"}, "VE": {"Venezuela (Bolivarian Republic of)"}, "VN": {"Viet Nam"}, "XK": {"Kosovo*", "Kosovo"},
}

// notAssigned are codes that the Unicode CLDR has and ISO 3166-1 does not: parts of
// countries, unions of them, and former ones.
var notAssigned = map[string]bool{"AC": true, "AN": true, "CP": true, "CQ": true, "CS": true, "DG": true, "EA": true, "EZ": true, "FQ": true,
	"IC": true, "NT": true, "PC": true, "SU": true, "TA": true, "UN": true, "YU": true}

// spelledOut makes the English of the CLDR that of registers.
var spelledOut = strings.NewReplacer(" & ", " and ", "St. ", "Saint ")

// countryTable knows countries by their codes and by the keys of their names.
type countryTable struct{ alpha2, alpha3, names map[string]string }

var countries = sync.OnceValue(func() countryTable {
	t := countryTable{map[string]string{"EL": "GR", "UK": "GB"}, map[string]string{}, map[string]string{}}
	var regions []language.Region
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.Canonicalize() != r || r.String() != code || notAssigned[code] {
				continue
			}
			regions = append(regions, r)
			t.alpha2[code] = code
			if three := r.ISO3(); three != "ZZZ" {
				t.alpha3[three] = code
			}
		}
	}
	for code, names := range variants {
		for _, name := range names {
			t.names[text.Key(name)] = code
		}
	}
	for _, tag := range namesIn {
		names := display.Regions(language.MustParse(tag))
		for _, r := range regions {
			name := names.Name(r)
			for _, key := range append(text.Keys(name), text.Key(spelledOut.Replace(name))) {
				if t.names[key] == "" && len(key) > 2 {
					t.names[key] = r.String()
				}
			}
		}
	}
	return t
})

// CountryNamed is the ISO 3166-1 alpha-2 code of the country that a text names, in English,
// in a language of Europe, or as registers write it: "Serbia", "MAGYARORSZÁG", "Viet Nam",
// "UK". Codes are no names; see [Country].
func CountryNamed(s string) (code string, ok bool) {
	code, ok = countries().names[text.Key(s)]
	return code, ok
}

// Country is the ISO 3166-1 alpha-2 code of the country that a text stands for: a name (see
// [CountryNamed]), alpha-2 or alpha-3, EL and UK as the European Union writes them for GR and
// GB, or several of these beside each other that agree: "HU Hungary / MAGYARORSZÁG",
// "Bulgaria (BG)". Kosovo is XK. It costs a look-up for a code, and folds a name.
func Country(s string) (code string, ok bool) {
	s = strings.TrimSpace(s)
	if code, ok = countryCoded(s); ok {
		return code, true
	}
	if code, ok = CountryNamed(s); ok {
		return code, true
	}
	first, rest, found := strings.Cut(s, " ")
	if found && len(first) == 2 {
		code, ok = countryCoded(first)
		if !ok {
			return "", false
		}
		s = rest
	}
	// What stands beside each other must agree; of names in two scripts one is enough.
	known := ""
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '(' || r == ')' || r == '|' || r == ';' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		c, is := countryCoded(part)
		if !is {
			c, is = CountryNamed(part)
		}
		switch {
		case !is && code == "":
			return "", false
		case !is:
		case known == "":
			known = c
		case known != c:
			return "", false
		}
	}
	if known == "" || code != "" && code != known {
		return "", false
	}
	return known, true
}

func countryCoded(s string) (code string, ok bool) {
	switch len(s) {
	case 2:
		code, ok = countries().alpha2[s]
		if !ok {
			code, ok = countries().alpha2[strings.ToUpper(s)]
		}
	case 3:
		// In lower case it is a word: "and", "can", "per".
		code, ok = countries().alpha3[s]
	}
	return code, ok
}

// CountryName is the English name of a country by its ISO 3166-1 alpha-2 code, as the Unicode
// CLDR has it; the code itself if there is no such country.
func CountryName(code string) string {
	r, err := language.ParseRegion(code)
	if err != nil || !r.IsCountry() {
		return code
	}
	return display.English.Regions().Name(r)
}

// CountryRef addresses the node of a country by its ISO 3166-1 alpha-2 code.
func CountryRef(code string) store.Ref {
	return store.Ref{Kind: "Place", Name: CountryName(code), Identifiers: []store.Identifier{{Scheme: SchemeCountry, Value: code}}}
}

// CountryNode is the record that makes the node of a country.
func CountryNode(code string, said store.Said) store.NodeRecord {
	return store.NodeRecord{Ref: CountryRef(code), Said: said, Props: store.PropsOf(map[string]any{"code": code, "level": "COUNTRY"})}
}
