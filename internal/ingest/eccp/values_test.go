package eccp

import (
	"slices"
	"testing"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
)

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"on the 26th of February 2021, 10:30-14:00h": "2021-02-26 2021-02-26",
		"on19.10.2018 at Somewhere":                  "2018-10-19 2018-10-19",
		"on 10 and 11 April 2014 in":                 "2014-04-10 2014-04-11",
		"on 26th and 27th September 2019.":           "2019-09-26 2019-09-27",
		"On June 14, 2014 in the School":             "2014-06-14 2014-06-14",
		"On the last day of the 2020 a cluster":      "2020-12-31 2020-12-31",
		"Tuesday, 17 July, 2012":                     "2012-07-17 2012-07-17",
		"31 janvier 2005":                            "2005-01-31 2005-01-31",
		"am 3. März 2019":                            "2019-03-03 2019-03-03",
		"în ianuarie 2018":                           "2018-01 2018-01",
		"на 14 юни 2014 г.":                          "2014-06-14 2014-06-14",
		"12/25/2020":                                 "2020-12-25 2020-12-25",
		"2020-09-01":                                 "2020-09-01 2020-09-01",
		"Q2 2020":                                    "2020-Q2 2020-Q2",
		"March 1-3, 2020":                            "2020-03-01 2020-03-03",
		"31 February 2020":                           "",
		"in 2020":                                    "",
		"10 members 2020":                            "",
	} {
		got, _, _, ok := findDate(in)
		text := ""
		if ok {
			text = got.from.String() + " " + got.to.String()
		}
		if text != want {
			t.Errorf("%q: %q, want %q", in, text, want)
		}
	}
}

func TestPlusMonths(t *testing.T) {
	for _, c := range []struct {
		start  string
		months int64
		want   string
	}{
		{"2015-12-01", 6, "2016-05-31"}, {"2020-01-31", 1, "2020-02-29"}, {"2020-01-15", 12, "2021-01-14"}, {"2018-01", 24, "2019-12"},
		{"2020-11-01", 3, "2021-01-31"},
	} {
		d, err := store.ParseDate(c.start)
		if err != nil {
			t.Fatal(err)
		}
		if got := plusMonths(d, c.months).String(); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.start, c.months, got, c.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for in, want := range map[string]string{
		"EUR 222 206.90":               "222206.90 EUR",
		"a budget of €1,250,000":       "1250000.00 EUR",
		"1.234.567,89 Euro":            "1234567.89 EUR",
		"2.5 million EUR":              "2500000.00 EUR",
		"€ 1,2 Mio":                    "1200000.00 EUR",
		"over €1,000,000,000 a year":   "1000000000.00 EUR",
		"300.000 lei":                  "300000.00 RON",
		"USD 12'345.6":                 "12345.60 USD",
		"10 partners and 20 countries": "",
		"European 2020":                "",
	} {
		m, ok := findMoney(in)
		got := ""
		if ok {
			got = format(m)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSplitNames(t *testing.T) {
	for _, c := range []struct {
		in    string
		want  int
		names []string
		sure  bool
	}{
		{"Foundation ICT Cluster, Cluj IT Cluster, and Montenegrin IT Cluster.", 0, []string{"Foundation ICT Cluster", "Cluj IT Cluster", "Montenegrin IT Cluster"}, true},
		{"Ardino Municipality and Cork BIC", 0, []string{"Ardino Municipality", "Cork BIC"}, true},
		{"Chamber of Commerce and Industry of Pécs-Baranya, ICT Cluster and University of Oulu", 0,
			[]string{"Chamber of Commerce and Industry of Pécs-Baranya", "ICT Cluster", "University of Oulu"}, true},
		{"Fashion and Apparel Cluster of Serbia", 1, []string{"Fashion and Apparel Cluster of Serbia"}, true},
		{"Automotive Cluster Bulgaria and Automotive Cluster Serbia", 2, []string{"Automotive Cluster Bulgaria", "Automotive Cluster Serbia"}, true},
		{"the European Commission and the Luxembourg Ministry of the Economy", 0, []string{"European Commission", "Luxembourg Ministry of the Economy"}, true},
		{"A Cluster, B Cluster", 3, []string{"A Cluster", "B Cluster"}, false},
		{"Verein Holz, Leimwerk AG und Universität Graz", 0, []string{"Verein Holz", "Leimwerk AG", "Universität Graz"}, true},
		{"", 0, nil, true},
	} {
		got := splitNames(c.in, c.want)
		if !slices.Equal(got.names, c.names) || got.sure != c.sure {
			t.Errorf("%q: %q, sure %v; want %q, sure %v", c.in, got.names, got.sure, c.names, c.sure)
		}
	}
}

func TestRepair(t *testing.T) {
	for in, want := range map[string]string{
		"objectives \u0430r\u0435:": "objectives are:", // Cyrillic letters in a Latin word
		"\u0415European":            "EEuropean",
		"ИКТ Клъстер":               "ИКТ Клъстер",
		"Клacтep":                   "Кластер", // Latin letters in a Cyrillic word
		"a\u200bb\u00a0c\ufeff":     "ab c",
		"Pécs\u2010Baranya":         "Pécs-Baranya",
		"Cafe\u0301":                "Café",
	} {
		if got := repair(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAbbreviates(t *testing.T) {
	for _, c := range []struct {
		short, long string
		want        bool
	}{
		{"3B ICT Clusters' Network", "Balkan, Black Sea and Baltic ICT Clusters Network", true},
		{"3B ICT Clusters' Network", "Balkan and Black Sea ICT Clusters Network", false},
		{"BSC Network", "Black Sea Clusters Network", true},
		{"ICT Cluster", "ICT Cluster of Central Serbia", false},
		{"Silicon Europe", "European Clusters Alliance", false},
	} {
		if got := abbreviates(c.short, c.long); got != c.want {
			t.Errorf("%q for %q: %v", c.short, c.long, got)
		}
	}
}

func TestLanguages(t *testing.T) {
	codes, rest := readLanguages("Bulgarian English, Norwegian Klingonian")
	if format(codes) != "bg; en; no" || rest != "Klingonian" {
		t.Errorf("%v, rest %q", codes, rest)
	}
}

func TestCountries(t *testing.T) {
	names, rest := readCountries("Bosnia and Herzegovina United States Korea, Republic of, Atlantis")
	if !slices.Contains(names, "Bosnia and Herzegovina") || !slices.Contains(names, "United States") || !slices.Equal(rest, []string{"Atlantis"}) && len(rest) > 2 {
		t.Errorf("%q, rest %q", names, rest)
	}
	for name, want := range map[string]string{"Czech Republic": "CZ", "Czechia": "CZ", "Türkiye": "TR", "Bulgaria": "BG", "United Kingdom": "GB", "North Macedonia": "MK", "България": "BG", "Kosovo*": "XK"} {
		if got, _ := vocabulary.CountryNamed(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
