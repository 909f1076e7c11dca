package values

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// misreadings are the encodings that UTF-8 is mistaken for.
var misreadings = []struct {
	name string
	of   *charmap.Charmap
}{{"Windows-1252", charmap.Windows1252}, {"Mac Roman", charmap.Macintosh}}

// Misread gives back a text that somebody wrote in UTF-8 and somebody else read in another
// encoding, "D√ºsseldorf" or "DÃ¼sseldorf", and says which. It is false for what was read right:
// that all signs beyond ASCII make UTF-8 of Latin letters together does not happen by chance. Cost: with the text, if it is not plain ASCII.
func Misread(s string) (meant, encoding string, ok bool) {
	plain := true
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] < utf8.RuneSelf
	}
	if plain {
		return "", "", false
	}
	for _, e := range misreadings {
		meant, err := e.of.NewEncoder().String(s)
		if err == nil && utf8.ValidString(meant) && latin(meant) {
			return meant, e.name, true
		}
	}
	return "", "", false
}

// latin tells whether a text is of Latin letters and of what stands between them. Those of other
// scripts are told of two signs that do stand beside each other: "–é" would be one of Cyrillic.
func latin(s string) bool {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf, r >= 0xA0 && r <= 0x24F, r >= 0x1E00 && r <= 0x1EFF, r >= 0x2010 && r <= 0x203A, r == '€', r == '™', r == '№':
		default:
			return false
		}
	}
	return true
}
