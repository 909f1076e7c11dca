package vocabulary

import (
	"encoding/csv"
	"os"
	"testing"

	"clustergraph/test/needs"
)

func TestCodesAreThoseOfISO(t *testing.T) {
	f, err := os.Open(needs.Data(t, "vocab/iso3166_all.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"XK": true}
	for _, row := range rows[1:] {
		name, alpha2, alpha3 := row[0], row[1], row[2]
		want[alpha2] = true
		for _, s := range []string{name, alpha2, alpha3, CountryName(alpha2)} {
			if got, _ := Country(s); got != alpha2 {
				t.Errorf("%q is %q, want %s", s, got, alpha2)
			}
		}
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			if got, ok := Country(code); ok != want[code] && code != "EL" && code != "UK" || ok && want[code] && got != code {
				t.Errorf("%s is %q, %v", code, got, ok)
			}
		}
	}
}

func TestCountriesAreReadInAllForms(t *testing.T) {
	for in, want := range map[string]string{
		"BG": "BG", "bg": "BG", "EL": "GR", "UK": "GB", "GR": "GR", "GB": "GB", "SRB": "RS", "XK": "XK", "Serbia": "RS", " SERBIA ": "RS",
		"MAGYARORSZÁG": "HU", "Österreich": "AT", "БЪЛГАРИЯ": "BG", "Bulgarie": "BG", "Czech Republic": "CZ", "Czechia": "CZ", "Türkiye": "TR",
		"HU Hungary / MAGYARORSZÁG": "HU", "BG Bulgaria / БЪЛГАРИЯ (BULGARIA)": "BG", "RS  / Serbia": "RS", "BA  / Bosnia and Herzegovina": "BA",
		"CZ Czech Republic / ČESKÁ REPUBLIKA": "CZ", "ME Montenegro / CRNA GORA": "ME", "EL Greece / ΕΛΛΑΔΑ": "GR", "UK United Kingdom": "GB",
		"Bulgaria (BG)": "BG", "Deutschland / Germany": "DE", "Bosnia and Herzegovina": "BA", "Kosovo*": "XK", "Viet Nam": "VN", "USA": "US",
		"The Netherlands": "NL", "Korea (Republic of)": "KR",
		"": "", "Danube": "", "and": "", "can": "", "HU Austria": "", "Bulgaria / Serbia": "", "XX": "", "ZZ": "", "EU": "", "-": "", "/": "",
		"Georgia": "GE", "DD": "", "SU": "",
	} {
		got, ok := Country(in)
		if got != want || ok != (want != "") {
			t.Errorf("Country(%q) is %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, word := range []string{"bg", "IN", "AND", "is"} {
		if code, ok := CountryNamed(word); ok {
			t.Errorf("%q names no country, yet it is %s", word, code)
		}
	}
	if n := CountryName("NL"); n != "Netherlands" {
		t.Errorf("NL is called %q", n)
	}
}

func FuzzCountry(f *testing.F) {
	for _, s := range []string{"HU Hungary / MAGYARORSZÁG", "Bulgaria (BG)", "EL", "srb", "/(", "UK \xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := Country(s)
		if ok != (code != "") {
			t.Fatalf("%q: %q, %v", s, code, ok)
		}
		if again, _ := Country(code); ok && again != code {
			t.Fatalf("%q is %q, which is %q", s, code, again)
		}
		if named, is := Country(CountryName(code)); ok && (!is || named != code) {
			t.Fatalf("the name of %q is of %q", code, named)
		}
	})
}
