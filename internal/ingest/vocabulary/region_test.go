package vocabulary

import (
	"reflect"
	"testing"

	"clustergraph/internal/store"
)

func TestARegionBringsWhatItLiesIn(t *testing.T) {
	said := store.Said{Place: "row 2", Rank: store.FromRegister}
	for code, want := range map[string][]string{
		"RS22": {"NUTS:RS22 Name", "NUTS:RS2 ", "ISO3166:RS Serbia"}, "gb": {"ISO3166:GB United Kingdom"},
		"gr30": {"NUTS:EL30 Name", "NUTS:EL3 ", "ISO3166:GR Greece"}, "UKI31": {"NUTS:UKI31 Name", "NUTS:UKI3 ", "NUTS:UKI ", "ISO3166:GB United Kingdom"},
		"": nil, "XX1": nil, "B": nil, "BG4111": nil, "BG-4": nil, "Ünited": nil,
	} {
		nodes, edges := Region(code, " Name ", said)
		var got []string
		for i, n := range nodes {
			got = append(got, n.Identifiers[0].Scheme+":"+n.Identifiers[0].Value+" "+n.Name)
			if !reflect.DeepEqual(n.Said, said) {
				t.Errorf("%s: not said as told", code)
			}
			if i > 0 && (!reflect.DeepEqual(edges[i-1].From.Identifiers, nodes[i-1].Identifiers) || !reflect.DeepEqual(edges[i-1].To.Identifiers, n.Identifiers)) {
				t.Errorf("%s: edge %d leads from %v to %v", code, i-1, edges[i-1].From, edges[i-1].To)
			}
		}
		if !reflect.DeepEqual(got, want) || len(edges) != max(0, len(nodes)-1) {
			t.Errorf("Region(%q) makes %q with %d edges, want %q", code, got, len(edges), want)
		}
	}
}

func FuzzRegion(f *testing.F) {
	f.Add("RS22")
	f.Add("el30")
	f.Fuzz(func(t *testing.T, code string) {
		nodes, edges := Region(code, "", store.Said{})
		if (len(nodes) == 0) != (RegionRef(code).Kind == "") || len(edges) != max(0, len(nodes)-1) {
			t.Fatalf("%q: %d nodes, %d edges, ref %v", code, len(nodes), len(edges), RegionRef(code))
		}
	})
}
