package resolve

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"clustergraph/internal/text"
)

// term is a word of a name by its meaning, or by how it sounds if that is not known.
type term struct {
	key   string
	class class
	word  string // as it sounds
	raw   string // of a word whose meaning is not known: as it is written
}

// name is a name, taken apart.
type name struct {
	// terms are each once, sorted by key, without those that say nothing and legal forms.
	terms   []term
	all     []string // its words, in their order
	seq     []string // keys of terms, in their order
	joined  string   // its words without forms, written together
	numbers []string // in it
	words   int      // that say something
	said    []string // these
	dropped bool     // small words that do not begin it were left out
	forms   []term   // legal forms that there is no confusing
	// initials are those of all words that are no legal forms, and of those that say something.
	initials, short string
}

// analyse takes a name apart.
func analyse(s string) name {
	words := wordsOf(s)
	n := take(words, true)
	if len(n.terms) < 2 && n.dropped { // small words tell "Bio-on" and "Bio-pro" apart
		n = take(words, false)
	}
	if len(n.terms) == 0 {
		n.seq = nil
		for _, w := range words {
			n.terms = append(n.terms, term{sound(w), plain, sound(w), w})
			n.seq = append(n.seq, sound(w))
		}
		n.sortTerms()
		n.joined = strings.Join(words, "")
	}
	n.all = words
	for i, w := range words {
		if number(w) || w == "i" && i > 0 && i == len(words)-1 {
			n.numbers = append(n.numbers, w)
		}
	}
	slices.Sort(n.numbers)
	return n
}

// sortTerms brings terms into the order they are compared in, each once.
func (n *name) sortTerms() {
	slices.SortFunc(n.terms, func(a, b term) int { return cmp.Compare(a.key, b.key) })
	n.terms = slices.CompactFunc(n.terms, func(a, b term) bool { return a.key == b.key })
}

// number tells whether a word is a number, also a Roman one of more than one letter.
func number(w string) bool {
	return strings.Trim(w, "0123456789") == "" || len(w) > 1 && strings.Trim(w, "iv") == "" && w != "vi"
}

func take(words []string, drop bool) name {
	var n name
	var all, short, joined strings.Builder
	lone, others := "", 0 // the only word that means something, and the words beside it
	town := false         // it is a municipality's
	for i := 0; i < len(words); {
		m, taken := known().begin(words[i:])
		ok := taken > 0
		if !ok {
			taken = 1
			m, ok = means(words[i])
		}
		of := words[i : i+taken]
		i += taken
		if ok && m.class == form && i == taken && of[0] == "ag" && len(words) > 1 {
			continue // "Ag. Anargyroi", a saint
		}
		if ok && m.class == form {
			n.forms = append(n.forms, m.terms...)
			continue
		}
		for _, w := range of {
			all.WriteByte(w[0])
		}
		if ok && m.class == nothing && (drop || i == taken || len(of[0]) == 1) {
			n.dropped = n.dropped || i > taken
			continue
		}
		for _, w := range of {
			joined.WriteString(w)
			if len(of) > 1 && known().whole[w].class == nothing {
				continue
			}
			short.WriteByte(w[0])
			n.said = append(n.said, w)
		}
		n.words += len(of)
		if !ok || len(m.terms) == 0 {
			for _, w := range of {
				n.terms = append(n.terms, term{sound(w), plain, sound(w), w})
				n.seq = append(n.seq, sound(w))
			}
			others++
			continue
		}
		for _, t := range m.terms {
			t.word = sound(strings.Join(of, " "))
			n.terms = append(n.terms, t)
			n.seq = append(n.seq, t.key)
		}
		switch {
		case len(m.terms) == 1 && m.terms[0].key == "=municipality":
			town = true
		case lone == "" && taken == 1 && (m.class == ofWork && len(m.terms) < 3 && !saysBody(m.terms) || m.class == ofBody && known().mayBeBrand(of[0], m)):
			lone = of[0]
		case m.class != ofNation || len(m.terms) > 1:
			others++
		}
	}
	// Where that is all there is, it is a name, not what it means.
	if m, _ := means(lone); lone != "" && others == 0 && !(town && (reaching[m.terms[0].key] || ofMunicipality[m.terms[0].key])) {
		n.terms = slices.DeleteFunc(n.terms, func(t term) bool { return t.class != ofNation && t.key != "=municipality" })
		for i, k := range n.seq {
			if town && k == m.terms[0].key {
				n.seq[i] = sound(lone)
			}
		}
		n.terms = append(n.terms, term{sound(lone), plain, sound(lone), lone})
	}
	n.sortTerms()
	n.initials, n.short, n.joined = all.String(), short.String(), joined.String()
	return n
}

// saysBody tells whether one of terms is what a body is: "ympäristökeskus".
func saysBody(terms []term) bool {
	return slices.ContainsFunc(terms, func(t term) bool { return t.class == ofBody })
}

// joinLetters makes one word of letters that stand alone beside each other: "s p a" is "spa".
func joinLetters(words []string) []string {
	out := words[:0:0]
	open := false
	for _, w := range words {
		single := len(w) == 1
		if single && open {
			out[len(out)-1] += w
		} else {
			out = append(out, w)
		}
		open = single
	}
	return out
}

// sounds are spelling variants, of transliterations above all, that are written alike: the
// umlauts (ue), Greek (ph, ch, y), Cyrillic (zh, ts, ya), and double letters.
var sounds = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "ph", "f", "sch", "s", "tsch", "c", "sh", "s", "zh", "z", "ch", "h", "th", "t",
	"ck", "k", "ts", "c", "tz", "c", "cz", "c", "sz", "s", "dj", "d", "ij", "i", "y", "i", "j", "i", "w", "v", "q", "k", "x", "ks", "aa", "a", "ee", "e", "ii", "i", "oo", "o", "uu", "u",
	"bb", "b", "dd", "d", "ff", "f", "gg", "g", "kk", "k", "ll", "l", "mm", "m", "nn", "n", "pp", "p", "rr", "r", "ss", "s", "tt", "t", "zz", "z")

// sound is a word without the differences between spellings.
func sound(w string) string { return soundsSeen.of(w, sounds.Replace) }

// seen remembers what was worked out of words, of which texts have the same again and again: so
// many of them, at most.
type seen[V any] struct {
	mu sync.RWMutex
	by map[string]V
}

const mostSeen = 1 << 18

var (
	soundsSeen   seen[string]
	rootsSeen    seen[string]
	meaningsSeen seen[meaningSeen]
)

type meaningSeen struct {
	meaning
	ok bool
}

func (s *seen[V]) of(w string, work func(string) V) V {
	s.mu.RLock()
	v, ok := s.by[w]
	s.mu.RUnlock()
	if ok {
		return v
	}
	v = work(w)
	s.mu.Lock()
	if s.by == nil || len(s.by) >= mostSeen {
		s.by = map[string]V{}
	}
	s.by[w] = v
	s.mu.Unlock()
	return v
}

// wordsOf are the folded words of a name.
func wordsOf(s string) []string {
	return joinLetters(strings.Fields(text.Key(elided(s))))
}

// lostApostrophe stands where one was lost: "dArt Contemporain".
var lostApostrophe = regexp.MustCompile(`(^|\s)([dl])(\p{Lu}\p{Ll})`)

// possessive is the English "'s".
var possessive = regexp.MustCompile(`(?i)(\pL)['’` + "`" + `´]s\b`)

// elided puts a space for each apostrophe: what is elided is a word.
func elided(s string) string {
	s = possessive.ReplaceAllString(lostApostrophe.ReplaceAllString(s, "$1$2 $3"), "$1")
	return strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' || r == '‘' || r == '`' || r == '´' {
			return ' '
		}
		return r
	}, s)
}
