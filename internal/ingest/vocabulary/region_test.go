package vocabulary

import (
	"encoding/csv"
	"os"
	"reflect"
	"strings"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
	"clustergraph/test/needs"
)

func TestARegionBringsWhatItLiesIn(t *testing.T) {
	said := store.Said{Place: "row 2", Rank: store.FromRegister}
	for code, want := range map[string][]string{
		"RS22": {"NUTS:RS22 Name", "NUTS:RS2 ", "ISO3166:RS Serbia"}, "gb": {"ISO3166:GB United Kingdom"},
		"gr30": {"NUTS:EL30 Name", "NUTS:EL3 ", "ISO3166:GR Greece"}, "UKI31": {"NUTS:UKI31 Name", "NUTS:UKI3 ", "NUTS:UKI ", "ISO3166:GB United Kingdom"},
		"UKN16": {"NUTS:UKN16 Name", "NUTS:UKN0 ", "NUTS:UKN ", "ISO3166:GB United Kingdom"},
		"":      nil, "XX1": nil, "B": nil, "BG4111": nil, "BG-4": nil, "Ünited": nil,
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

func TestNamesOfRegionsAreOneRegions(t *testing.T) {
	seen := map[[2]string]string{}
	for line := range strings.Lines(regionNames) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		names := strings.Split(line, " | ")
		code, country, ok := regionCode(names[0])
		if !ok || code != names[0] || len(code) < 3 || len(code) > 4 || len(names) < 2 {
			t.Fatalf("not a region: %q", line)
		}
		for _, name := range names[1:] {
			k := [2]string{country, text.Key(name)}
			if was := seen[k]; was != "" && was != code || k[1] == "" {
				t.Errorf("%q is %s and %s", name, was, code)
			}
			seen[k] = code
		}
	}
}

func TestWordsForRegionsAreMatched(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"South-West (Bulgaria)", "BG"}: "BG41", {"Югозападен", "BG"}: "BG41", {"Yugozapaden", "BG"}: "BG41", {"North-West (Romania)", "RO"}: "RO11",
		{"Limburg (NL)", "NL"}: "NL42", {"Limburg", "BE"}: "BE22", {"SOUTH WEST (ENGLAND)", "GB"}: "UKK", {"Wien", "AT"}: "AT13", {"Vienna", "AT"}: "AT13",
		{"South-West (Bulgaria)", "RO"}: "", {"South-West (Romania)", "BG"}: "", {"Sofia", "BG"}: "", {"", "BG"}: "", {"()", "BG"}: "",
	} {
		if got, _ := RegionNamed(in[0], in[1]); got != want {
			t.Errorf("%q in %s is %q, want %q", in[0], in[1], got, want)
		}
	}
	if a, b := CityRef("Sofia", "BG"), RegionIn("Sofia", "BG"); a.Identifiers[0].Value != "BG/sofia" || b.Identifiers[0].Value != "BG/region/sofia" {
		t.Errorf("city %v, region %v", a, b)
	}
	if ref := RegionIn("Nowhere (Bulgaria)", "BG"); ref.Identifiers[0].Value != "BG/region/nowhere" || ref.Name != "Nowhere (Bulgaria)" {
		t.Errorf("an unknown region is %v", ref)
	}
	if ref := RegionIn("South-West (Bulgaria)", "BG"); ref.Identifiers[0] != (store.Identifier{Scheme: "NUTS", Value: "BG41"}) || ref.Name != "South-West (Bulgaria)" {
		t.Errorf("a known region is %v", ref)
	}
}

// TestOfficialNamesAreMatched holds the table that is written by hand to Eurostat's.
func TestOfficialNamesAreMatched(t *testing.T) {
	f, err := os.Open(needs.Data(t, "vocab/NUTS_AT_2016.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	official := map[string]string{}
	for _, row := range rows[1:] {
		official[row[1]] = row[2]
		if len(row[1]) != 4 {
			continue
		}
		country, _ := Country(row[0])
		if got, _ := RegionNamed(row[2], country); got != row[1] {
			t.Errorf("%q in %s is %q, want %s", row[2], country, got, row[1])
		}
	}
	newer := map[string]bool{"HR02": true, "HR05": true, "HR06": true, "NO08": true, "NO09": true, "NO0A": true}
	for line := range strings.Lines(regionNames) {
		code, _, ok := strings.Cut(line, " | ")
		if ok && official[code] == "" && !newer[code] {
			t.Errorf("Eurostat has no %s", code)
		}
	}
}

func FuzzRegionNamed(f *testing.F) {
	f.Add("South-West (Bulgaria)", "BG")
	f.Add("((", "")
	f.Fuzz(func(t *testing.T, name, country string) {
		if code, ok := RegionNamed(name, country); ok {
			if _, in, valid := regionCode(code); !valid || in != country {
				t.Fatalf("%q in %q is %q", name, country, code)
			}
		}
		for _, ref := range []store.Ref{RegionIn(name, country), CityRef(name, country)} {
			if ref.Kind != "Place" || ref.Name != name {
				t.Fatalf("%q in %q is %v", name, country, ref)
			}
		}
	})
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
