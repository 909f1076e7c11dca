package values

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// misreadings are the encodings that UTF-8 is mistaken for.
var misreadings = []struct {
	name string
	of   *charmap.Charmap
}{{"Windows-1252", charmap.Windows1252}, {"Mac Roman", charmap.Macintosh}}

// Misread gives back a text that somebody wrote in UTF-8 and somebody else read in another
// encoding, "D√ºsseldorf" or "DÃ¼sseldorf", once or several times, and says which. It is false
// for what was read right, and where that is not sure: all signs beyond ASCII have to make
// UTF-8 of Latin letters together, and one of them at least such as stand together in no text.
// Cost: with the text, if it is not plain ASCII.
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
		if err != nil || !utf8.ValidString(meant) || !latin(meant) || !strange([]rune(s), meant) {
			continue
		}
		if before, _, again := Misread(meant); again {
			meant = before
		}
		return meant, e.name, true
	}
	return "", "", false
}

// latin tells whether a text is of letters that European languages write in Latin script, and
// of what stands between them. Those of others are told of two signs that do stand beside each
// other: "–é" would be one of Cyrillic, "«é" one of Pinyin.
func latin(s string) bool {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf, r >= 0xA0 && r <= 0x17F, r >= 0x218 && r <= 0x21B, r >= 0x1E00 && r <= 0x1EFF, r >= 0x2010 && r <= 0x203A, r == '€', r == '™', r == '№':
		default:
			return false
		}
	}
	return true
}

// behind are the signs that do stand behind others: "JOSÉ…", "√π".
const behind = "\u00a0‘’“”–—…•·™®´»›°¹²³π∞"

// strange tells whether signs stand together as in no text. Each sign of read is a byte of meant.
func strange(read []rune, meant string) bool {
	for i, r := range meant {
		n := utf8.RuneLen(r)
		if n == 1 {
			continue
		}
		lead, sign, before, after := read[i], read[i+1], ' ', ' '
		if i > 0 {
			before = read[i-1]
		}
		if i+n < len(read) {
			after = read[i+n]
		}
		switch {
		case !strings.ContainsRune(behind, sign):
			return true
		case unicode.IsUpper(lead) && unicode.IsLower(before): // SocietÃ
			return true
		case !unicode.IsLetter(lead) && (wordly(before) || wordly(after)): // Cefal√π
			return true
		case wordly(after) && sign != '\u00a0' && sign != '’': // KÃ–LN, but not Å’s
			return true
		}
	}
	return false
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
