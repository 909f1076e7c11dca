package resolve

import (
	"cmp"
	"slices"
	"strings"

	"clustergraph/internal/text"
)

// term is a word of a name by its meaning, or by how it sounds if that is not known.
type term struct {
	key   string
	class class
	word  string // as it sounds
}

// name is a name, taken apart.
type name struct {
	// terms are each once, sorted by key, without those that say nothing and legal forms.
	terms   []term
	all     []string // its words, in their order
	words   int      // that say something
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
		for _, w := range words {
			n.terms = append(n.terms, term{sound(w), plain, sound(w)})
		}
		slices.SortFunc(n.terms, func(a, b term) int { return cmp.Compare(a.key, b.key) })
		n.terms = slices.Compact(n.terms)
	}
	n.all = words
	return n
}

func take(words []string, drop bool) name {
	var n name
	var all, short strings.Builder
	lone, others := "", 0 // the only word that means something, and the words beside it
	for i := 0; i < len(words); {
		m, taken := known.begin(words[i:])
		ok := taken > 0
		if !ok {
			taken = 1
			m, ok = known.meaning(words[i])
		}
		of := words[i : i+taken]
		i += taken
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
			short.WriteByte(w[0])
		}
		n.words += len(of)
		if !ok || len(m.terms) == 0 {
			for _, w := range of {
				n.terms = append(n.terms, term{sound(w), plain, sound(w)})
			}
			others++
			continue
		}
		for _, t := range m.terms {
			t.word = sound(strings.Join(of, " "))
			n.terms = append(n.terms, t)
		}
		switch {
		case m.class == ofWork && lone == "" && taken == 1:
			lone = of[0]
		case m.class != ofNation || len(m.terms) > 1:
			others++
		}
	}
	// Where that is all there is, it is a name, not what it means.
	if lone != "" && others == 0 {
		n.terms = slices.DeleteFunc(n.terms, func(t term) bool { return t.class != ofNation })
		n.terms = append(n.terms, term{sound(lone), plain, sound(lone)})
	}
	slices.SortFunc(n.terms, func(a, b term) int { return cmp.Compare(a.key, b.key) })
	n.terms = slices.CompactFunc(n.terms, func(a, b term) bool { return a.key == b.key })
	n.initials, n.short = all.String(), short.String()
	return n
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
func sound(w string) string { return sounds.Replace(w) }

// wordsOf are the folded words of a name.
func wordsOf(s string) []string {
	s = strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' || r == '`' || r == '´' {
			return ' '
		}
		return r
	}, s)
	return joinLetters(strings.Fields(text.Key(s)))
}
