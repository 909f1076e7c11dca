package eccp

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookalikes are the Cyrillic letters that look like Latin ones.
var lookalikes = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ј': 'j', 'ѕ': 's',
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'Х': 'X', 'І': 'I', 'Ј': 'J', 'Ѕ': 'S',
}

// cyrillic is lookalikes the other way round.
var cyrillic = func() map[rune]rune {
	m := make(map[rune]rune, len(lookalikes))
	for c, l := range lookalikes {
		if c != 'і' && c != 'І' {
			m[l] = c
		}
	}
	return m
}()

// repair gives a line as its author meant it: composed characters, no invisible ones, any
// white space as one space, and letters of the wrong script replaced in words that mix
// Latin and Cyrillic. Quotes and dashes stay as they are.
func repair(s string) string {
	s = norm.NFC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || unicode.Is(unicode.Zs, r) || r == '\u2028' || r == '\u2029':
			return ' '
		case r == '\u2010' || r == '\u2011':
			return '-'
		case unicode.Is(unicode.Cf, r) && r != '\u200d', r == '\ufffc':
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = repairWord(w)
	}
	return strings.Join(words, " ")
}

// repairWord replaces letters of the other script where every one of them has a lookalike
// in the script that the rest of the word is written in.
func repairWord(w string) string {
	var latin, cyr, latinOnly, cyrOnly int
	for _, r := range w {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
			if _, ok := cyrillic[r]; !ok {
				latinOnly++
			}
		case unicode.Is(unicode.Cyrillic, r):
			cyr++
			if _, ok := lookalikes[r]; !ok {
				cyrOnly++
			}
		}
	}
	var table map[rune]rune
	switch {
	case latin == 0 || cyr == 0:
		return w
	case cyrOnly == 0:
		table = lookalikes
	case latinOnly == 0:
		table = cyrillic
	default:
		return w
	}
	return strings.Map(func(r rune) rune {
		if m, ok := table[r]; ok {
			return m
		}
		return r
	}, w)
}
