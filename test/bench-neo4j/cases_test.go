package bench

import (
	"math/rand/v2"
	"slices"
	"strings"

	"clustergraph/internal/text"
)

// asked is a question with what it is asked of, in turns.
type asked struct {
	question
	key       string // for -cases
	wanted    wanted
	variables []map[string]any
	kept      bool // what the answer rests on is kept until the graph changes
}

// wanted is how many times as fast as @neo4j/graphql the service is wanted to be. Of by
// hand, it is everywhere byHand that is wanted.
type wanted struct{ service, mirror float64 }

// byHand is how many times as long as by hand the service without mirror may take.
const byHand = 1.25

// cases are the questions as they are asked of some data. With a part of it some have less
// to find, and those that find nothing are still asked.
func cases(d *data) []asked {
	pairs := func(names ...string) (out []map[string]any) {
		for _, n := range names {
			a, b, _ := strings.Cut(n, "-")
			out = append(out, map[string]any{"a": networkID(a), "b": networkID(b)})
		}
		return out
	}
	var places, both []map[string]any
	for _, c := range []string{"BG", "AT", "PT", "FI", "EL", "CZ", "IE", "SE"} {
		places = append(places, map[string]any{"place": countryID(c)})
	}
	for _, c := range []string{"DE-BG", "ES-AT", "IT-FI", "FR-PT", "UK-EL", "NL-CZ"} {
		x, y, _ := strings.Cut(c, "-")
		both = append(both, map[string]any{"coordinator": countryID(x), "partner": countryID(y)})
	}
	var networks []map[string]any
	for _, n := range []string{"N000", "N010", "N045", "N100", "N160"} {
		networks = append(networks, map[string]any{"of": networkID(n)})
	}
	return []asked{
		{lookup, "lookup", wanted{3, 5}, d.someIDs(50), false},
		{nested, "nested", wanted{1.8, 5}, places, false},
		{small, "small", wanted{2, 20}, pairs("N150-N180", "N120-N170", "N197-N199"), false},
		{middle, "middle", wanted{2, 20}, pairs("N040-N050", "N030-N060", "N055-N035"), false},
		{large, "large", wanted{1.25, 20}, pairs("N000-N001", "N002-N000", "N001-N003"), false},
		{search, "search", wanted{2, 20}, d.someWords(30), false},
		{filtered, "filtered", wanted{4, 20}, both, false},
		{path, "path", wanted{2, 20}, d.somePairs(8, false), false},
		{paths, "paths", wanted{2, 20}, d.somePairs(4, true), false},
		{contribution, "contribution", wanted{1.8, 20}, []map[string]any{{}}, true},
		{within, "within", wanted{1.8, 20}, networks, false},
	}
}

func (d *data) someIDs(n int) []map[string]any {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]map[string]any, n)
	for i := range out {
		out[i] = map[string]any{"id": "pic:" + d.organisations[r.IntN(len(d.organisations))].pic}
	}
	return out
}

// someWords are the words that most names have, among those that a search need not choose
// from: the contract lets a store weigh a thousand nodes at most, and how the thousand are
// told from the rest is nobody's habit but ours.
func (d *data) someWords(n int) []map[string]any {
	names := map[string]int{} // by the beginning of a word, how many organisations have it
	var keys [][]string
	for _, o := range d.organisations {
		words := strings.Fields(text.Key(o.name) + " " + text.Key(o.short))
		slices.Sort(words)
		words = slices.Compact(words)
		keys = append(keys, words)
		for _, w := range words {
			names[w] = 0
		}
	}
	for _, words := range keys {
		begin := map[string]bool{}
		for _, w := range words {
			for i := 1; i <= len(w); i++ {
				begin[w[:i]] = true
			}
		}
		for w := range begin {
			if _, known := names[w]; known {
				names[w]++
			}
		}
	}
	var words []string
	for w, n := range names {
		if len(w) > 4 && n < 900 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		if names[a] != names[b] {
			return names[b] - names[a]
		}
		return strings.Compare(a, b)
	})
	out := make([]map[string]any, min(n, len(words)))
	for i := range out {
		out[i] = map[string]any{"text": words[i]}
	}
	return out
}
