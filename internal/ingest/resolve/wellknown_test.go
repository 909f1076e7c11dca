package resolve

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/text"

	"golang.org/x/text/language"
)

// Two lines with one name would tell neither, and two of one body would tell that it is two.
func TestWellKnownBodiesAreSound(t *testing.T) {
	host := regexp.MustCompile(`^[\pL\d-]+(\.[\pL\d-]+)+$`)
	names, sites := map[string]string{}, map[string]string{}
	for country, of := range wellKnown() {
		if _, err := language.ParseRegion(country); err != nil {
			t.Errorf("%s is no country", country)
		}
		if !slices.IsSortedFunc(of, func(a, b *Body) int { return cmp.Compare(sortKey(a), sortKey(b)) }) {
			t.Errorf("%s: not sorted", country)
		}
		for _, b := range of {
			for _, site := range b.Sites {
				if other := sites[site]; other != "" || !host.MatchString(site) {
					t.Errorf("%s and %s have the site %q", b.ID, other, site)
				}
				sites[site] = b.ID
			}
			for _, s := range b.Names {
				k := country + " " + text.Key(s)
				if other := names[k]; other != "" || s != strings.Join(strings.Fields(s), " ") {
					t.Errorf("%s and %s, of %s, have the name %q", b.ID, other, country, s)
				}
				names[k] = b.ID
			}
		}
	}
	if len(names) < 50_000 {
		t.Errorf("%d names", len(names))
	}
}

func sortKey(b *Body) string { return text.Key(b.Names[0]) }

func TestWellKnownBodies(t *testing.T) {
	for _, c := range []struct {
		reason string
		a, b   Body
		merge  bool
		why    string // is said; "-": nothing of well-known bodies
	}{
		{"names in two languages", actor("UNIVERZITA KARLOVA", "CZ", "Praha 1"), actor("Charles University in Prague", "CZ", ""), true, "both are known as Univerzita Karlova (cuni.cz)"},
		{"an older name", actor("Zoologisches Forschungsmuseum Alexander Koenig", "DE", "Bonn"), actor("LEIBNIZ-INSTITUT ZUR ANALYSE DES BIODIVERSITATSWANDELS", "DE", "BONN"), true, "both are known as "},
		{"several of its names at once", actor("Luonnonvarakeskus Luke", "FI", "Jokioinen"), actor("Natural Resources Institute Finland", "FI", "Helsinki"), true, "both are known as "},
		{"nearly one of its names", actor("Charles Univresity, Prague", "CZ", "Praha"), actor("Univerzita Karlova", "CZ", "Praha"), true, "both are known as "},
		{"another country", actor("Univerzita Karlova", "SK", ""), actor("Charles University", "SK", ""), false, "-"},
		{"no country", actor("Univerzita Karlova", "", "Praha"), actor("Charles University", "", "Praha"), false, "-"},
		{"two well-known bodies", actor("Technische Universität Dresden", "DE", "Dresden"), actor("Hochschule für Technik und Wirtschaft Dresden", "DE", "Dresden"), false, "-"},
		{"a part of it", actor("Charles University, Faculty of Arts", "CZ", "Praha"), actor("Univerzita Karlova", "CZ", "Praha"), false, "-"},
		{"a company of its name", actor("Tekes Consulting GmbH", "FI", "Turku"), actor("Business Finland", "FI", "Helsinki"), false, "-"},
	} {
		found := Find([]Body{c.a, c.b}, Default, nil)
		merge, why := len(found) == 1 && found[0].Merge, ""
		if len(found) == 1 {
			why = found[0].String()
		}
		if merge != c.merge {
			t.Errorf("%s: merged %v: %s", c.reason, merge, why)
		}
		if c.why == "-" && strings.Contains(why, "known as") || c.why != "-" && !strings.Contains(why, c.why) {
			t.Errorf("%s: said %q, not %q", c.reason, why, c.why)
		}
	}
}

// What is known of bodies of other countries changes nothing, nor does the order of the bodies.
func TestWellKnownBodiesInAnyOrder(t *testing.T) {
	bodies := []Body{actor("Univerzita Karlova", "CZ", "Praha"), actor("Charles University", "CZ", ""), actor("Charles University Prague", "CZ", "Prague"), actor("Charles University", "US", "")}
	want := Find(bodies, Default, nil)
	slices.Reverse(bodies)
	got := Find(bodies, Default, nil)
	if len(want) != 3 || len(got) != len(want) {
		t.Fatalf("%d pairs, and %d in reverse", len(want), len(got))
	}
	for i := range want {
		if want[i].Weight != got[i].Weight || want[i].String() != got[i].String() {
			t.Errorf("%v, and %v in reverse", want[i], got[i])
		}
	}
}

// Who works with it in a project is not it.
func TestPartnersOfOneProjectAreNotKnownAsOne(t *testing.T) {
	a, b := actor("Univerzita Karlova", "CZ", "Praha"), actor("Charles University", "CZ", "Praha")
	a.Projects, b.Projects = []int32{1}, []int32{1}
	if found := Find([]Body{a, b}, Default, nil); len(found) != 1 || found[0].Merge {
		t.Errorf("%v", found)
	}
}

func TestWhatIsNoListOfBodies(t *testing.T) {
	for _, file := range []string{"CZ\tPraha\tcuni.cz", "Czechia\tPraha\tcuni.cz\tUniverzita Karlova", "CZ\tPraha\tcuni.cz\t"} {
		if _, err := readWellKnown(file); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v", file, err)
		}
	}
}
