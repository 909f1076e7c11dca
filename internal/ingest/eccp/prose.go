package eccp

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"clustergraph/internal/text"
)

// paragraph is a stretch of running text with the line it begins on. Quotes and
// apostrophes in it are the plain ones, so that rules know one of each.
type paragraph struct {
	line
	gaps int // how many blank lines stand before it
}

// article is a heading (or none) and the paragraphs up to the next one.
type article struct {
	section fieldKey
	opens   bool // it is the first of its section
	head    *paragraph
	body    []paragraph
}

var plainMarks = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "’", "'", "‘", "'", "‛", "'", "`", "'", "´", "'", "''", `"`)

// articles takes the running text apart at its headings.
func articles(blocks []prose) []article {
	var out []article
	for _, b := range blocks {
		current := article{section: b.section, opens: true}
		paragraphs := paragraphsOf(b.lines)
		for i, p := range paragraphs {
			if !isHeading(paragraphs, i) || ofContact(current, p) {
				current.body = append(current.body, p)
				continue
			}
			if current.head != nil || len(current.body) > 0 {
				out = append(out, current)
			}
			head := p
			current = article{section: b.section, head: &head}
		}
		if current.head != nil || len(current.body) > 0 {
			out = append(out, current)
		}
	}
	return out
}

// ofContact tells whether a paragraph is the role and body below the name of a person.
func ofContact(a article, p paragraph) bool {
	if a.head == nil || len(a.body) > 0 || p.heading > 0 {
		return false
	}
	_, _, named := person(a.head.text)
	m := roleAtPlace.FindStringSubmatch(p.text)
	return named && m != nil && isContactRole(m[1])
}

func isContactRole(s string) bool { return roleWord.MatchString(s) }

// paragraphsOf joins lines that a program broke in the middle of a sentence.
func paragraphsOf(lines []line) []paragraph {
	var out []paragraph
	gaps := 0
	for _, l := range lines {
		if l.blank() {
			gaps++
			continue
		}
		l.text = plainMarks.Replace(l.text)
		first, _ := utf8.DecodeRuneInString(l.text)
		if n := len(out); n > 0 && gaps == 0 && !l.bullet && l.heading == 0 && out[n-1].heading == 0 &&
			unicode.IsLower(first) && utf8.RuneCountInString(out[n-1].text) > 40 && !strings.ContainsAny(out[n-1].text[len(out[n-1].text)-1:], ".!?:;") {
			out[n-1].text += " " + l.text
			continue
		}
		out = append(out, paragraph{l, gaps})
		gaps = 0
	}
	return out
}

// isHeading tells whether a paragraph is a heading: marked as one in HTML; in text, a short
// line by itself that ends no sentence.
func isHeading(all []paragraph, i int) bool {
	p := all[i]
	if p.heading > 0 {
		return true
	}
	n := utf8.RuneCountInString(p.text)
	if p.bullet || n > 180 || n < 3 || (p.gaps == 0 && i > 0 && !all[i-1].bullet && all[i-1].heading == 0) {
		return false
	}
	if i+1 < len(all) && all[i+1].gaps == 0 && !all[i+1].bullet {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(p.text)
	if strings.ContainsRune(`.!?:;,…`, last) || strings.Contains(p.text, "@") || addressRE.MatchString(p.text) || mentionsMail.MatchString(p.text) {
		return false
	}
	if statement.MatchString(p.text) || projectLabel.MatchString(p.text) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(p.text, `"'(`))
	return !unicode.IsLower(first) && len(sentences(p.text)) == 1
}

// statement is a line that says something, even if it ends without a mark.
var statement = regexp.MustCompile(`(?i)\s(?:is|are|was|were|has|have|will)\s`)

var mentionsMail = regexp.MustCompile(`(?i)^(?:e-?mail|tel|phone|website|linkedin|twitter|facebook)\b`)

// sentences takes a paragraph apart where a sentence ends and another begins, but not
// within brackets or quotes.
func sentences(s string) []string {
	var out []string
	start, depth := 0, 0
	quoted := false
	runes := []rune(s)
	for i, r := range runes {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth = max(0, depth-1)
		case '"':
			quoted = !quoted
		}
		if r != '.' && r != '!' && r != '?' && r != '。' && r != '।' {
			continue
		}
		if (depth > 0 || quoted) && i-start < 600 {
			continue
		}
		j := i + 1
		for j < len(runes) && strings.ContainsRune(`")]»`, runes[j]) {
			j++
		}
		if j < len(runes) && (runes[j] != ' ' && r != '。' && r != '।') {
			continue
		}
		for j < len(runes) && runes[j] == ' ' {
			j++
		}
		if j < len(runes) {
			if unicode.IsLower(runes[j]) {
				continue
			}
			word := i
			for word > start && runes[word-1] != ' ' {
				word--
			}
			if r == '.' && abbreviation(string(runes[word:i+1])) {
				continue
			}
		}
		out = append(out, strings.TrimSpace(string(runes[start:j])))
		start, depth, quoted = j, 0, false
	}
	if rest := strings.TrimSpace(string(runes[start:])); rest != "" {
		out = append(out, rest)
	}
	return out
}

// similar tells whether two titles have most of their words in common.
func similar(a, b string) bool {
	wa, wb := strings.Fields(text.Key(a)), strings.Fields(text.Key(b))
	if len(wa) == 0 || len(wb) == 0 {
		return false
	}
	in := map[string]bool{}
	for _, w := range wa {
		in[w] = true
	}
	common := 0
	all := len(in)
	for _, w := range wb {
		if in[w] {
			common++
			delete(in, w)
		} else {
			all++
		}
	}
	return common*10 >= all*6
}
