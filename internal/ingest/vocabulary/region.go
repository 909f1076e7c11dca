package vocabulary

import (
	"strings"

	"clustergraph/internal/store"
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
	for n := len(code); n > 2; n-- {
		ref := RegionRef(code[:n])
		if n == len(code) {
			ref.Name = strings.TrimSpace(name)
		}
		nodes = append(nodes, store.NodeRecord{Ref: ref, Said: said, Props: store.PropsOf(map[string]any{"code": code[:n], "level": "REGION"})})
		edges = append(edges, store.EdgeRecord{Type: "PART_OF", From: RegionRef(code[:n]), To: RegionRef(code[:n-1]), Said: said})
	}
	return append(nodes, CountryNode(country, said)), edges
}
