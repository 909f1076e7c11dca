package resolve

import (
	"strings"
	"testing"
)

// Names are foreign input: whatever they are, bodies are compared without a crash, and a body is itself.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"Landscape Research WSL,Research Programme - Forests / Climate", "CIC bioGUNE (Asoc. Centro)", "Ag. Anargyroi", `Foundation "Almtal"`, "X c/o Y", "a,b/c,d - e", "(", "„“", "Sogn - UMR 7266"} {
		f.Add(s, "Almtal", "Povo – Trento")
	}
	f.Fuzz(func(t *testing.T, one, other, city string) {
		if len(one)+len(other)+len(city) > 300 || strings.ContainsAny(one+other+city, "\x00") {
			t.Skip()
		}
		body := func(id, name string) Body {
			return Body{ID: id, Kind: "Organisation", Names: []string{name, other}, Country: "SM", Cities: []string{city}}
		}
		Find([]Body{body("a", one), body("b", other), body("c", one+" "+other)}, Default, nil)
	})
}
