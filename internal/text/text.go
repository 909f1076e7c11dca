// Package text makes names comparable: without regard to case, accents or script.
// Every store and importer folds with it, so that all of them meet the same names.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// Fold is s in lower-case ASCII as far as a transliteration is known (Cyrillic, Greek and
// others become Latin, accents go), with white space collapsed to single spaces and
// punctuation kept. A Bulgarian ъ becomes a; see [Folds] for its other reading. Text that
// transliterates to nothing is kept in lower case. The cost grows with len(s); ASCII text
// that is folded already is returned as it is.
func Fold(s string) string { return fold(s, 'а') }

func fold(s string, hard rune) string {
	if folded(s) {
		return s
	}
	if !ascii(s) {
		s = norm.NFKC.String(s)
		if strings.ContainsAny(s, "ъЪ") {
			s = strings.Map(func(r rune) rune {
				if r == 'ъ' || r == 'Ъ' {
					return hard
				}
				return r
			}, s)
		}
		if latin := unidecode.Unidecode(s); strings.TrimSpace(latin) != "" {
			s = latin
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(s)), " ")
}

// folded tells whether Fold would change nothing; it is what most calls meet.
func folded(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf, 'A' <= c && c <= 'Z', c < ' ', c == 0x7f:
			return false
		case c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' '):
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Key is the folded s reduced to its words: letters and digits, one space between words,
// apostrophes dropped ("Clusters' Network" and "clusters network" have the same key). It
// is empty only if s has no letter or digit in any script. Two names are the same name if
// they share one of their [Keys].
func Key(s string) string { return words(Fold(s)) }

// Keys are the keys of each reading of s: one, or two where a Bulgarian ъ may be met as a
// and as u.
func Keys(s string) []string {
	first := Key(s)
	if !strings.ContainsAny(s, "ъЪ") {
		return []string{first}
	}
	if second := words(fold(s, 'у')); second != first {
		return []string{first, second}
	}
	return []string{first}
}

// Folds are the foldings of each reading of s, as [Keys] are of its key.
func Folds(s string) []string {
	first := Fold(s)
	if !strings.ContainsAny(s, "ъЪ") {
		return []string{first}
	}
	if second := fold(s, 'у'); second != first {
		return []string{first, second}
	}
	return []string{first}
}

func words(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'' || r == '`':
		default:
			gap = true
		}
	}
	return b.String()
}

// Slug is the key of s with hyphens for spaces, as ids use it; empty if the key is.
func Slug(s string) string { return strings.ReplaceAll(Key(s), " ", "-") }
