package vocabulary

import (
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// Schemes of terms: of their identifiers, and of the Topic's property.
const (
	SchemeNACE      = "NACE"      // economic activities, Rev. 2: "S94.11"
	SchemeEcosystem = "ECOSYSTEM" // the 14 industrial ecosystems of the European Union
	SchemeLanguage  = "ISO639"    // languages: alpha-2
)

// TermRef addresses the topic of a term of a vocabulary: by its code there, else by its name.
// Terms of one name in two vocabularies are two topics, and a term is the same topic whoever
// names it first. NACE codes and names of ecosystems are read in all forms that sources write.
func TermRef(scheme, code, name string) store.Ref {
	ref := store.Ref{Kind: "Topic", Name: name}
	code = strings.TrimSpace(code)
	switch scheme {
	case SchemeNACE:
		if c, ok := NACE(code); ok {
			code = c
		}
	case SchemeEcosystem:
		if slug, ok := Ecosystem(name); ok && code == "" {
			code = slug
		}
	}
	if code == "" {
		code = text.Slug(name)
	}
	if id, err := (store.Identifier{Scheme: scheme, Value: code}).Normal(); err == nil {
		ref.Identifiers = []store.Identifier{id}
	}
	return ref
}

// divisions are the first divisions of the sections of NACE Rev. 2, by which a code tells its
// section.
var divisions = []struct {
	from, to string
	section  byte
}{
	{"01", "03", 'A'}, {"05", "09", 'B'}, {"10", "33", 'C'}, {"35", "35", 'D'}, {"36", "39", 'E'}, {"41", "43", 'F'}, {"45", "47", 'G'},
	{"49", "53", 'H'}, {"55", "56", 'I'}, {"58", "63", 'J'}, {"64", "66", 'K'}, {"68", "68", 'L'}, {"69", "75", 'M'}, {"77", "82", 'N'},
	{"84", "84", 'O'}, {"85", "85", 'P'}, {"86", "88", 'Q'}, {"90", "93", 'R'}, {"94", "96", 'S'}, {"97", "98", 'T'}, {"99", "99", 'U'},
}

// NACE is a code of NACE Rev. 2 as the graph keeps it, the letter of its section before it:
// "S94.11" for "94.11", "S9411", "S 94.11" and "NACE S94.11". A code whose letter is not that of
// its division is none.
func NACE(s string) (code string, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(s, "NACE")), ":")
	s = strings.NewReplacer(" ", "", ".", "").Replace(s)
	letter := byte(0)
	if s != "" && s[0] >= 'A' && s[0] <= 'U' {
		letter, s = s[0], s[1:]
	}
	if letter != 0 && s == "" {
		return string(letter), true
	}
	if len(s) < 2 || len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	for _, d := range divisions {
		if s[:2] < d.from || s[:2] > d.to {
			continue
		}
		if letter != 0 && letter != d.section {
			return "", false
		}
		code = string(d.section) + s[:2]
		if len(s) > 2 {
			code += "." + s[2:]
		}
		return code, true
	}
	return "", false
}

// broaderNACE is the code of the term that contains another: S94.11, S94.1, S94, S; empty for a
// section.
func broaderNACE(code string) string {
	switch len(code) {
	case 0, 1:
		return ""
	case 3:
		return code[:1]
	case 5:
		return code[:3]
	}
	return code[:len(code)-1]
}

// ecosystemNames are what sources call the 14 industrial ecosystems of the European Union's
// industrial strategy, by the slug that identifies each.
var ecosystemNames = map[string][]string{
	"aerospace-defence":        {"Aerospace & Defence", "Aerospace and Defence"},
	"agri-food":                {"Agri-food", "Agrifood", "Agro-food"},
	"construction":             {"Construction"},
	"cultural-creative":        {"Creative & Cultural Industries", "Cultural and Creative Industries", "Cultural & Creative Industries", "Creative and Cultural Industries"},
	"digital":                  {"Digital"},
	"electronics":              {"Electronics"},
	"energy-intensive":         {"Energy Intensive Industries", "Energy-intensive industries", "Energy Intensive Industry"},
	"health":                   {"Health", "Healthcare"},
	"mobility-transport":       {"Mobility-Transport-Automotive", "Mobility, Transport & Automotive", "Mobility, transport and automotive"},
	"proximity-social-economy": {"Proximity & Social Economy", "Proximity and Social Economy", "Proximity, Social Economy & Civil Security", "Proximity, Social Economy and Civil Security", "Social economy"},
	"renewable-energy":         {"Renewable Energy", "Energy-Renewables", "Energy - Renewables", "Renewables"},
	"retail":                   {"Retail"},
	"textile":                  {"Textile", "Textiles"},
	"tourism":                  {"Tourism"},
}

var ecosystems = func() map[string]string {
	m := map[string]string{}
	for slug, names := range ecosystemNames {
		for _, name := range names {
			m[text.Key(name)] = slug
		}
	}
	return m
}()

// Ecosystem is the slug that identifies the industrial ecosystem that a text names:
// "aerospace-defence" for "Aerospace and Defence".
func Ecosystem(s string) (slug string, ok bool) {
	slug, ok = ecosystems[text.Key(s)]
	return slug, ok
}
