package vocabulary

import (
	_ "embed"
	"strings"
	"sync"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// regionCode is a NUTS code as it is kept, and the country it lies in: in capitals, with the
// country letters of NUTS (EL, UK).
func regionCode(s string) (code, country string, ok bool) {
	code = strings.ToUpper(strings.TrimSpace(s))
	if len(code) < 2 || len(code) > 5 {
		return "", "", false
	}
	for _, c := range []byte(code) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return "", "", false
		}
	}
	country, ok = countryCoded(code[:2])
	switch country {
	case "GR":
		code = "EL" + code[2:]
	case "GB":
		code = "UK" + code[2:]
	}
	return code, country, ok
}

// RegionRef addresses the node of a region by its NUTS code ("RS22"; GR and GB are taken for
// EL and UK), or of a country if the code is that of one. The zero Ref: it is no NUTS code.
func RegionRef(code string) store.Ref {
	code, country, ok := regionCode(code)
	switch {
	case !ok:
		return store.Ref{}
	case len(code) == 2:
		return CountryRef(country)
	}
	return store.Ref{Kind: "Place", Identifiers: []store.Identifier{{Scheme: SchemeRegion, Value: code}}}
}

// broaderRegion is the code of what a region lies in.
func broaderRegion(code string) string {
	if len(code) == 5 && strings.HasPrefix(code, "UKN1") {
		return "UKN0" // Northern Ireland has more than ten regions of NUTS 3
	}
	return code[:len(code)-1]
}

// Region makes the region of a NUTS code, the regions it lies in and its country: RS22 lies in
// RS2, that in RS, that in Serbia. Only the first has the name (empty: unknown); the others
// are known by their codes until somebody names them. Nothing is made if it is no NUTS code.
// Codes are taken as they are: of a code that means another area in another version of NUTS
// the node is the same.
func Region(code, name string, said store.Said) (nodes []store.NodeRecord, edges []store.EdgeRecord) {
	code, country, ok := regionCode(code)
	if !ok {
		return nil, nil
	}
	name = strings.TrimSpace(name)
	for ; len(code) > 2; code, name = broaderRegion(code), "" {
		ref, broader := RegionRef(code), RegionRef(broaderRegion(code))
		edges = append(edges, store.EdgeRecord{Type: "PART_OF", From: ref, To: broader, Said: said})
		ref.Name = name
		nodes = append(nodes, store.NodeRecord{Ref: ref, Said: said, Props: store.PropsOf(map[string]any{"code": code, "level": "REGION"})})
	}
	return append(nodes, CountryNode(country, said)), edges
}

//go:embed regions.txt
var regionNames string

// regionsByName are NUTS codes by country and key of a name.
var regionsByName = sync.OnceValue(func() map[[2]string]string {
	m := map[[2]string]string{}
	for line := range strings.Lines(regionNames) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		names := strings.Split(line, " | ")
		_, country, _ := regionCode(names[0])
		for _, name := range names[1:] {
			m[[2]string{country, text.Key(name)}] = names[0]
		}
	}
	return m
})

// namesOfRegion are the names that the table has of a NUTS code.
func namesOfRegion(code string) []string {
	for line := range strings.Lines(regionNames) {
		if names := strings.Split(strings.TrimSpace(line), " | "); names[0] == code {
			return names[1:]
		}
	}
	return nil
}

// RegionNamed is the NUTS code of the region that a text names, in its own language or in
// English, within a country (ISO 3166-1 alpha-2): "South-West (Bulgaria)", "Югозападен" and
// "Yugozapaden" in BG are BG41. Of a region that stands at several levels (Berlin) it is that of
// NUTS 2. It knows the regions of NUTS 2, and those of NUTS 1 that sources name.
func RegionNamed(name, country string) (code string, ok bool) {
	m := regionsByName()
	if code, ok = m[[2]string{country, text.Key(name)}]; ok {
		return code, true
	}
	// "Limburg (NL)"
	head, tail, found := strings.Cut(strings.TrimSpace(name), "(")
	inner, found2 := strings.CutSuffix(tail, ")")
	if c, is := Country(inner); found && found2 && is && c == country {
		code, ok = m[[2]string{country, text.Key(head)}]
	}
	return code, ok
}

// SchemePlace is the scheme of identifiers of places that no register has: cities, and regions
// that are not of NUTS. Made of country and name, it keeps a city apart from the region and the
// city abroad that are called the same, whoever names it first.
const SchemePlace = "PLACE"

// CityRef addresses a city by its name, in a country by its ISO 3166-1 alpha-2 code.
func CityRef(name, country string) store.Ref { return placeRef(name, country, country+"/") }

// RegionIn addresses the region that a name stands for within a country: by its NUTS code, see
// [RegionNamed]; one that it does not know by its name.
func RegionIn(name, country string) store.Ref {
	if code, ok := RegionNamed(name, country); ok {
		ref := RegionRef(code)
		ref.Name = name
		return ref
	}
	return placeRef(name, country, country+"/region/")
}

func placeRef(name, country, prefix string) store.Ref {
	ref := store.Ref{Kind: "Place", Name: name}
	// What a name says about the country is no part of it.
	if open := strings.LastIndexByte(name, '('); open > 0 {
		if c, ok := Country(strings.TrimSuffix(name[open+1:], ")")); ok && c == country {
			name = name[:open]
		}
	}
	if id, err := (store.Identifier{Scheme: SchemePlace, Value: prefix + text.Slug(name)}).Normal(); err == nil && text.Key(name) != "" {
		ref.Identifiers = []store.Identifier{id}
	}
	return ref
}
