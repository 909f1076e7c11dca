package resolve

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clustergraph/internal/ingest/values"
)

// side is one of the two bodies of a labelled pair; its aliases are joined by " | ".
type side struct{ source, name, aliases, country, city, street, postCode, site, pic string }

// labelled is a pair that a person has looked at.
type labelled struct {
	part, file, reason string
	same               bool
	weight             float64 // how many pairs it stands for, relative to those of other files
	a, b               side
}

// The parts of the labelled pairs: words, weights and thresholds were chosen on the first; the
// others were labelled apart from that, and no body is in two parts. Some of the first were held-out parts until
// their errors had been read. pairs-10.tsv is half of one that was held out: its errors have been read,
// but nothing was learned from it.
var labelFiles = map[string][]string{
	tuning:      {"pairs.tsv", "pairs-2.tsv", "pairs-3.tsv", "pairs-4.tsv", "pairs-5.tsv", "pairs-6.tsv", "pairs-7.tsv", "pairs-8.tsv", "pairs-9.tsv", "pairs-11.tsv", "pairs-12.tsv", "pairs-13.tsv", "pairs-14.tsv", "pairs-15.tsv", "pairs-16.tsv", "pairs-17.tsv", "pairs-18.tsv", "pairs-19.tsv"},
	lookedAt:    {"pairs-10.tsv"},
	heldOut:     {"heldout.tsv", "heldout-2.tsv", "heldout-3.tsv", "heldout-4.tsv", "heldout-5.tsv"},
	heldWeighed: {"heldout-6.tsv"},
}

// chosenFiles were drawn by what was said of them, and stand for all that there were by their weights.
var chosenFiles = []string{"pairs-9.tsv", "pairs-11.tsv", "pairs-12.tsv", "pairs-13.tsv", "pairs-14.tsv", "pairs-17.tsv", "pairs-18.tsv", "pairs-19.tsv"}

// lastFiles are those of the tuning part that were held out last.
var lastFiles = []string{"pairs-6.tsv", "pairs-7.tsv", "pairs-8.tsv"}

const (
	tuning   = "tuning"
	lookedAt = "looked at"
	heldOut  = "held-out"
	// heldWeighed were sampled from all candidates of some 170,000 records, by what was said of them: each stands for as many as
	// its weight. Nobody has read their errors.
	heldWeighed = "held-out, sampled"
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
	var header []string
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 {
			header = f
			continue
		}
		if len(f) != len(header) {
			t.Fatalf("%s, line %d: %d columns", file, i+1, len(f))
		}
		p := labelled{part: part, file: file, weight: 1}
		of := &p.b
		for j, column := range header {
			switch column {
			case "source": // begins a side
				of = map[bool]*side{true: &p.a, false: &p.b}[p.a.source == ""]
				of.source = f[j]
			case "name":
				of.name = meant(f[j])
			case "aliases":
				of.aliases = f[j]
			case "country":
				of.country = f[j]
			case "city":
				of.city = meant(f[j])
			case "street":
				of.street = f[j]
			case "postCode":
				of.postCode = f[j]
			case "domain":
				of.site = f[j]
			case "pic":
				of.pic = f[j]
			case "label":
				p.same = f[j] == "same"
			case "weight":
				if p.weight, err = strconv.ParseFloat(f[j], 64); err != nil {
					t.Fatalf("%s, line %d: %v", file, i+1, err)
				}
			case "reason":
				p.reason = f[j]
			case "part":
			default:
				t.Fatalf("%s: an unknown column: %q", file, column)
			}
		}
		if p.a.name == "" || p.b.name == "" {
			t.Fatalf("%s, line %d: no name", file, i+1)
		}
		out = append(out, p)
	}
	return out
}

// meant is a text as an import keeps it.
func meant(s string) string {
	if meant, _, ok := values.Misread(s); ok {
		return meant
	}
	return s
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
	if slices.Contains(chosenFiles, p.file) {
		out = append(out, chosen)
	} else if p.part == tuning {
		out = append(out, drawn)
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
	chosen = "chosen by what was said of them"
	drawn  = "drawn at random or written down"
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
			if s.aliases != "" {
				b.Names = append(b.Names, strings.Split(s.aliases, " | ")...)
			}
			if s.city != "" {
				b.Cities = []string{s.city}
			}
			if s.street != "" || s.postCode != "" {
				b.Addresses = []Address{{s.street, s.postCode}}
			}
			if s.site != "" {
				b.Sites = []string{s.site}
			}
			out = append(out, b)
		}
	}
	return out, at
}

// A file of pairs that no test reads would tell nothing.
func TestAllPairsAreRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f = filepath.Base(f); !slices.Contains(slices.Concat(labelFiles[tuning], labelFiles[lookedAt], labelFiles[heldOut], labelFiles[heldWeighed]), f) {
			t.Errorf("%s is in no part", f)
		}
	}
}

func TestNoBodyIsInTwoParts(t *testing.T) {
	met := map[side]string{}
	for part := range labelFiles {
		_, of := bodies(readPairs(t, part))
		for s := range of {
			if other := met[s]; other != "" {
				t.Errorf("%v is in the parts %s and %s", s, part, other)
			}
			met[s] = part
		}
	}
}
