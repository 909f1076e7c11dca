package resolve

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsFile string

//go:embed places.txt
var placesFile string

// class is what a word of a name is good for.
type class uint8

const (
	plain    class = iota // of one body or few: "tecnalia"
	nothing               // "of", "the"
	form                  // a legal form
	ofBody                // what a body is: "university"
	ofWork                // what it does, and other words of many names
	ofNation              // a country
	ofPlace               // a city or region that is known under several names
	anEnding              // no word by itself
)

var sections = map[string]class{"nothing": nothing, "form": form, "body": ofBody, "word": ofWork, "country": ofNation, "city": ofPlace, "ending": anEnding}

// meaning is what a word or phrase stands for: terms that are the same in all languages.
type meaning struct {
	class class
	terms []term
}

// lexicon knows words by what they mean.
type lexicon struct {
	whole    map[string]meaning
	prefixes map[string]meaning
	shortest int // bytes of the shortest prefix
	longest  int // and of the longest
	endings  map[string]bool
	// related has for what words mean the group of those by which it may be translated, too.
	related map[string]int
	// phrases are those that begin with a word, the longest first.
	phrases map[string][]phrase
}

type phrase struct {
	words []string
	meaning
}

// known is what the files tell, read when it is first needed: most commands do not compare names.
var known = sync.OnceValue(func() *lexicon { return mustRead(wordsFile, placesFile) })

func mustRead(files ...string) *lexicon {
	l, err := readLexicon(files...)
	if err != nil {
		panic(err)
	}
	return l
}

// readLexicon reads files whose form words.txt tells.
func readLexicon(files ...string) (*lexicon, error) {
	l := &lexicon{whole: map[string]meaning{}, prefixes: map[string]meaning{}, shortest: 99, endings: map[string]bool{}, phrases: map[string][]phrase{}, related: map[string]int{}}
	group := 0
	for _, contents := range files {
		var in class
		related := false
		s := bufio.NewScanner(strings.NewReader(contents))
		for line := 1; s.Scan(); line++ {
			text := s.Text()
			if text == "" || text[0] == '#' {
				continue
			}
			if text[0] == '[' {
				if related = text == "[related]"; related {
					continue
				}
				var ok bool
				if in, ok = sections[strings.Trim(text, "[]")]; !ok {
					return nil, fmt.Errorf("line %d: unknown section %s", line, text)
				}
				continue
			}
			if related {
				group++
				for _, m := range strings.Fields(text) {
					l.related["="+m] = group
				}
				continue
			}
			head, words, ok := strings.Cut(text, ":")
			if !ok {
				return nil, fmt.Errorf("line %d: no colon", line)
			}
			m := meaning{class: in}
			if head != "" {
				for _, t := range strings.Split(head, "+") {
					m.terms = append(m.terms, term{key: "=" + t, class: in})
				}
			}
			for _, w := range patterns(words) {
				if in == anEnding {
					l.endings[w] = true
				} else if !l.add(w, m) {
					return nil, fmt.Errorf("line %d: %q stands for something already", line, w)
				}
			}
		}
	}
	l.classify()
	for _, of := range l.phrases {
		slices.SortStableFunc(of, func(a, b phrase) int { return len(b.words) - len(a.words) })
	}
	return l, nil
}

// classify gives each term of meanings that have several the class that it has by itself.
func (l *lexicon) classify() {
	alone := map[string]class{}
	each := func(do func(m meaning)) {
		for _, m := range l.whole {
			do(m)
		}
		for _, m := range l.prefixes {
			do(m)
		}
		for _, of := range l.phrases {
			for _, p := range of {
				do(p.meaning)
			}
		}
	}
	each(func(m meaning) {
		if len(m.terms) == 1 {
			k := m.terms[0].key
			alone[k] = max(m.class, alone[k]) // whatever order they come in
		}
	})
	each(func(m meaning) {
		for i, t := range m.terms {
			if c, ok := alone[t.key]; ok {
				m.terms[i].class = c
			}
		}
	})
}

// patterns are the words of a line; those in quotes are phrases.
func patterns(s string) []string {
	var out []string
	for i, part := range strings.Split(s, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

func (l *lexicon) add(w string, m meaning) bool {
	if words := strings.Fields(w); len(words) > 1 {
		for _, p := range l.phrases[words[0]] {
			if slices.Equal(p.words, words) {
				return false
			}
		}
		l.phrases[words[0]] = append(l.phrases[words[0]], phrase{words, m})
		return true
	}
	in := l.whole
	if stem, ok := strings.CutSuffix(strings.TrimSpace(w), "*"); ok {
		w, in = stem, l.prefixes
		l.shortest, l.longest = min(l.shortest, len(w)), max(l.longest, len(w))
	}
	if _, taken := in[w]; taken {
		return false
	}
	in[w] = m
	return true
}

// means is the lexicon's meaning, remembered.
func means(w string) (meaning, bool) {
	v := meaningsSeen.of(w, func(w string) meaningSeen {
		m, ok := known().meaning(w)
		return meaningSeen{m, ok}
	})
	return v.meaning, v.ok
}

// meaning is what a word means; of a compound, or of words written together, what its parts
// do.
func (l *lexicon) meaning(w string) (meaning, bool) {
	m, rest, ok := l.cover(w)
	if ok && (rest <= ending || l.endings[w[len(w)-rest:]] && l.fits(w, rest)) {
		return m, true
	}
	town := ok && m.class == ofPlace && rest > ending+1 // "Balatonfüred", with more than an ending
	best, least := meaning{}, len(w)
	for at := 2; at < part && at < len(w)-2*part; at++ { // "kaipolitikon"
		small, ok := l.whole[w[:at]]
		m, rest, known := l.cover(w[at:])
		if ok && small.class == nothing && known && l.fits(w, rest) && len(w)-at-rest >= 2*part-2 {
			return m, true
		}
	}
	if strings.HasSuffix(w, "polis") {
		return m, ok && !town && l.fits(w, rest) // "Naturpolis" is no police
	}
	for at := part; at <= len(w)-part; at++ {
		left, lrest, lok := l.cover(w[:at])
		right, rrest, rok := l.cover(w[at:])
		if !lok || !rok || at-lrest < part || len(w)-at-rrest < part {
			continue
		}
		if lrest > linking && !l.endings[w[at-lrest:at]] || !l.fits(w[at:], rrest) || lrest+rrest >= least {
			continue
		}
		least = lrest + rrest
		switch {
		case left.class == nothing || left.class == form:
			best = right
		case right.class == nothing || right.class == form:
			best = left
		default:
			best = meaning{max(left.class, right.class), slices.Concat(left.terms, right.terms)}
		}
	}
	if least < len(w) {
		return best, true
	}
	return m, ok && !town && l.fits(w, rest)
}

// Letters of a word: the least that a part of a compound has, the most that join two parts,
// and the most of the ending of a short one.
const (
	part    = 4
	linking = 3
	ending  = 3
)

// fits tells whether the rest of a word can be its ending.
func (l *lexicon) fits(w string, rest int) bool {
	most := ending
	switch beginning := len(w) - rest; {
	case beginning >= 6:
		most = 7
	case beginning == 5:
		most = 5
	}
	return rest <= most || l.endings[w[len(w)-rest:]]
}

// cover is what a word means, and how many of its letters say nothing of it.
func (l *lexicon) cover(w string) (m meaning, rest int, ok bool) {
	if m, ok := l.whole[w]; ok {
		return m, 0, true
	}
	for n := min(len(w), l.longest); n >= l.shortest; n-- {
		if m, ok := l.prefixes[w[:n]]; ok {
			return m, len(w) - n, true
		}
	}
	return meaning{}, len(w), false
}

// begin is the longest phrase that words begin with, and of how many words it is.
func (l *lexicon) begin(words []string) (meaning, int) {
	for _, p := range l.phrases[words[0]] {
		if n := len(p.words); n <= len(words) && slices.Equal(p.words[:n-1], words[:n-1]) &&
			(words[n-1] == p.words[n-1] || len(p.words[n-1]) >= part && words[n-1] == p.words[n-1]+"s") { // "Västra Götalands"
			return p.meaning, n
		}
	}
	return meaning{}, 0
}

// longestMute is of how many letters a word is at most that, alone, is rather an acronym.
const longestMute = 4

// mayBeBrand tells of a word that says a kind of bodies whether, if it is all of a name, it is rather a brand that begins
// so, or an acronym: "Comarch", "Hublet", "SAV".
func (l *lexicon) mayBeBrand(w string, m meaning) bool {
	_, whole := l.whole[w]
	return len(m.terms) == 1 && !whole || len(w) <= longestMute
}
