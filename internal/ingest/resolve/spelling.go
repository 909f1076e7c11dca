package resolve

import (
	"strings"

	"github.com/hbollon/go-edlib"
)

// slip tells whether words differ by a letter, by two swapped or by two beside each other.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	begin := 0
	for begin < len(a) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < len(a)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return len(b)-begin-end <= 2 && !strings.ContainsAny(a[begin:len(a)-end], digits) && !strings.ContainsAny(b[begin:len(b)-end], digits)
}

const digits = "0123456789"

// alike is how alike two words are: 0 unless they are spellings or forms of one word.
func alike(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= 4 && (b == a+"s" || ofFinns(a, b)) {
		return inflected
	}
	if len(a) < 5 {
		return 0
	}
	if a[0] != b[0] && a[len(a)-1] != b[len(b)-1] {
		return 0
	}
	if ending, ok := strings.CutPrefix(b, a); ok && len(a) >= 5 && endings[ending] {
		return inflected
	}
	if strings.TrimRight(a, "aeiou") == strings.TrimRight(b, "aeiou") && len(strings.TrimRight(a, "aeiou")) >= 4 {
		return inflected
	}
	if stem := strings.TrimRight(a, "aeiou"); len(stem) >= 5 && len(stem) < len(a) {
		if ending, ok := strings.CutPrefix(b, stem); ok && genitives[ending] {
			return inflected
		}
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	if same >= 5 && same >= len(a)-2 && len(b)-len(a) <= 1 && (a[len(a)-1] == 'n') != (b[len(b)-1] == 'n') && strings.IndexByte("aeiou", a[len(a)-1]^b[len(b)-1]^'n') >= 0 {
		return inflected // "Kontiolahti", "Kontiolahden"
	}
	best := 0.0
	if same >= 6 && same*5 >= len(a)*3 && len(b)-same <= 5 || cognates(a, b) { // "nuclear", "nucleaire"
		best = cognate
	}
	if len(b)-len(a) > 2 {
		return best
	}
	if s := float64(edlib.JaroWinklerSimilarity(a, b)); s >= spelling && edlib.OSADamerauLevenshteinDistance(a, b) <= 1+len(a)/8 {
		return max(best, 1-2*(1-s))
	}
	return best
}

// weak are what the consonants of Finnish become before the ending of the genitive, as they sound.
var weak = [...]struct{ strong, weak string }{{"nk", "ng"}, {"mp", "m"}, {"nt", "n"}, {"lt", "l"}, {"rt", "r"}, {"ht", "hd"}, {"s", "d"}, {"t", "d"}, {"p", "v"}, {"k", ""}}

// ofFinns tells whether a word is the Finnish genitive of another: "Juva", "Juvan"; "Outokumpu", "Outokummun"; "Kuhmoinen", "Kuhmoisten".
func ofFinns(word, genitive string) bool {
	stem, ok := strings.CutSuffix(genitive, "n")
	if !ok {
		return false
	}
	if stem == word {
		return true
	}
	if before, ok := strings.CutSuffix(word, "as"); ok {
		body, ok := strings.CutSuffix(stem, "a")
		return ok && (body == before || len(body) > 3 && body[:len(body)-1]+"d" == before && body[len(body)-1] == 't') // "Haukipudas", "Haukiputaan"
	}
	end := len(word) - 1
	if strings.IndexByte("aeiou", word[end]) < 0 || stem == "" || stem[:len(stem)-1] == "" || stem[len(stem)-1] != word[end] && !(word[end] == 'i' && stem[len(stem)-1] == 'e') {
		return false
	}
	body, other := word[:end], stem[:len(stem)-1]
	if body == other {
		return true
	}
	for _, g := range weak {
		if before, ok := strings.CutSuffix(body, g.strong); ok && before+g.weak == other {
			return true
		}
	}
	return false
}

// roots are the letters that languages write otherwise in the words they have in common, of
// Greek and Latin above all.
var roots = strings.NewReplacer("cc", "k", "ks", "k", "c", "k", "z", "s", "h", "")

// cognates tells whether two words begin alike but for letters that languages write otherwise:
// "acclimatization", "aklimatyzacja".
func cognates(a, b string) bool {
	if len(a) < 6 || a[0] != b[0] && !strings.ContainsRune("ckhszg", rune(a[0])) {
		return false
	}
	a, b = rootsSeen.of(a, roots.Replace), rootsSeen.of(b, roots.Replace)
	if len(a) > len(b) {
		a, b = b, a
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	return same >= 6 && same*5 >= len(a)*3 && len(b)-same <= 5
}

// endings are those of the cases and adjectives of names: "mariboru", "poznanska", "tampereen".
var endings = map[string]bool{"a": true, "e": true, "i": true, "u": true, "o": true, "s": true, "n": true, "k": true, "h": true,
	"an": true, "en": true, "er": true, "em": true, "om": true, "im": true, "ei": true, "ia": true, "ie": true, "iu": true, "ou": true, "os": true,
	"ar": true, "or": true, "na": true, "et": true, "ns": true, "as": true, "es": true, "is": true, "us": true, "ian": true, "ski": true, "ska": true, "ske": true, "sko": true, "skii": true, "skie": true, "skeho": true, "skiej": true, "skich": true, "skim": true, "skiego": true, "ego": true, "iego": true, "iej": true, "ich": true, "ych": true, "skega": true}

// genitives are those of the Baltic languages, in place of a vowel: "Kalvarijos".
var genitives = map[string]bool{"os": true, "ios": true, "aus": true, "iaus": true, "es": true, "ies": true, "as": true, "iu": true}

// likeInitials tells whether a word looks as if it were made of initials.
func likeInitials(w string) bool {
	vowels := 0
	for i := range len(w) {
		if strings.IndexByte("aeiou", w[i]) >= 0 {
			vowels++
		}
	}
	return len(w) <= 3 || len(w) <= 5 && vowels <= 1
}

// misspelt is how well a word meets a known one that differs by a letter or two swapped.
const misspelt = 0.9

// inflected is how well two forms of one word meet, at least.
const inflected = 0.97

// cognate is how well words of two languages meet that begin alike.
const cognate = 0.8

// spelling is the least Jaro-Winkler similarity of two spellings of one word.
const spelling = 0.92
