package resolve

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// side is one of the two bodies of a labelled pair.
type side struct{ source, name, country, city, site, pic string }

// labelled is a pair that a person has looked at.
type labelled struct {
	part, reason string
	same         bool
	a, b         side
}

// The parts of the labelled pairs: words, weights and thresholds were chosen on the first; the
// second was labelled apart from that, and no body is in both. pairs-2.tsv and pairs-3.tsv were held-out
// parts until their errors had been read; pairs-4.tsv was read in a graph, of what came near merging.
var labelFiles = map[string][]string{
	tuning:  {"pairs.tsv", "pairs-2.tsv", "pairs-3.tsv", "pairs-4.tsv"},
	heldOut: {"heldout.tsv"},
}

const (
	tuning  = "tuning"
	heldOut = "held-out"
)

// readPairs reads the pairs of a part.
func readPairs(t testing.TB, part string) []labelled {
	t.Helper()
	var out []labelled
	for _, file := range labelFiles[part] {
		out = append(out, readFile(t, part, file)...)
	}
	return out
}

func readFile(t testing.TB, part, file string) []labelled {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []labelled
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 15 {
			t.Fatalf("%s, line %d: %d columns", file, i+1, len(f))
		}
		if i == 0 {
			continue
		}
		out = append(out, labelled{part, f[14], f[1] == "same", side{f[2], f[3], f[4], f[5], f[6], f[7]}, side{f[8], f[9], f[10], f[11], f[12], f[13]}})
	}
	return out
}

// register is whose list a side is from: the weekly file and the seed are extracts of CORDIS.
func (s side) register() string {
	if s.source == "weekly" || s.source == "seed" {
		return "cordis"
	}
	return s.source
}

// groups are those that a pair is counted in. A graph merges no two bodies that have two PICs.
func (p labelled) groups() []string {
	one, other := min(p.a.register(), p.b.register()), max(p.a.register(), p.b.register())
	out := []string{"within " + one}
	if one != other {
		out = []string{"across sources", one + " and " + other}
	}
	if p.a.register() != "cordis-plus" && p.b.register() != "cordis-plus" {
		out = append(out, realPairs)
	}
	if strings.HasPrefix(p.reason, "renamed:") {
		out = append(out, "by another name")
	}
	if p.a.pic == "" || p.b.pic == "" || p.a.pic == p.b.pic {
		out = append(out, onePIC)
	}
	return out
}

const (
	onePIC = "one PIC at most"
	// Those of CORDIS at two dates are artificial: an import meets them by the PIC that was left out.
	realPairs = "without CORDIS at two dates"
)

// bodies are the sides of pairs, each once, without the identifiers that would decide.
func bodies(pairs []labelled) ([]Body, map[side]int) {
	var out []Body
	at := map[side]int{}
	for _, p := range pairs {
		for _, s := range []side{p.a, p.b} {
			if _, ok := at[s]; ok {
				continue
			}
			at[s] = len(out)
			b := Body{ID: fmt.Sprint("n", len(out)), Kind: "Organisation", Names: []string{s.name}, Country: s.country}
			if s.city != "" {
				b.Cities = []string{s.city}
			}
			if s.site != "" {
				b.Sites = []string{s.site}
			}
			out = append(out, b)
		}
	}
	return out, at
}

func TestNoBodyIsInBothParts(t *testing.T) {
	_, tuned := bodies(readPairs(t, tuning))
	_, held := bodies(readPairs(t, heldOut))
	for s := range held {
		if _, ok := tuned[s]; ok {
			t.Errorf("%v", s)
		}
	}
}
