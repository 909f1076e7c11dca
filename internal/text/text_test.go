package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestKeysMeetAcrossCaseAccentsAndScripts(t *testing.T) {
	for _, tc := range []struct{ a, b, reason string }{
		{"IKT Klaster", "ИКТ Клъстер", "a Cyrillic name finds its Latin twin, ъ as a"},
		{"IKT Kluster", "ИКТ Клъстер", "and ъ as u"},
		{"3B ICT Clusters' Network", "3b ict clusters’ network", "apostrophes and case do not count"},
		{"Universität Łódź", "universitat lodz", "nor do accents"},
		{"Foundation “Cluster”", `Foundation "Cluster`, "nor unclosed quotes"},
		{"Pécs‐Baranya", "Pecs-Baranya", "nor which hyphen"},
	} {
		meet := slices.ContainsFunc(Keys(tc.a), func(k string) bool { return slices.Contains(Keys(tc.b), k) })
		if !meet {
			t.Errorf("%q %q and %q %q do not meet: %s", tc.a, Keys(tc.a), tc.b, Keys(tc.b), tc.reason)
		}
	}
}

func TestKeyTellsOtherNamesApart(t *testing.T) {
	for _, tc := range [][2]string{{"ICT Cluster", "ICT Network"}, {"ICT Cluster", "Vojvodina ICT Cluster"}, {"北京", "上海"}, {"😀", "🎉"}} {
		if Key(tc[0]) != "" && Key(tc[0]) == Key(tc[1]) {
			t.Errorf("%q and %q share the key %q", tc[0], tc[1], Key(tc[0]))
		}
	}
}

func TestFoldKeepsPunctuationAndCollapsesSpace(t *testing.T) {
	if got := Fold("  C++\u00a0&\tÉtude "); got != "c++ & etude" {
		t.Errorf("got %q", got)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "ИКТ Клъстер", "a\xffb", "  x  ", "Ⅷ ﬁ", "\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if Fold(once) != once {
			t.Errorf("Fold is not stable: %q -> %q -> %q", s, once, Fold(once))
		}
		if !slices.Contains(Keys(s), Key(s)) || !slices.Contains(Folds(s), once) {
			t.Errorf("the first reading of %q is missing", s)
		}
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Errorf("%q -> %q is not UTF-8", s, once)
		}
		if strings.Contains(Slug(s), " ") {
			t.Errorf("slug %q has a space", Slug(s))
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"ict cluster of central serbia", "ICT Cluster of Central Serbia", "ИКТ Клъстер България"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}
