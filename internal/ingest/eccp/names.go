package eccp

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"clustergraph/internal/text"
)

// Kinds of the ontology that a profile speaks of.
const (
	kindCluster      = "Cluster"
	kindOrganisation = "Organisation"
	kindNetwork      = "Network"
	kindPerson       = "Person"
	kindProject      = "Project"
	kindProgramme    = "Programme"
	kindEvent        = "Event"
	kindPlace        = "Place"
	kindTopic        = "Topic"
	kindSource       = "Source"
)

// The words below tell what sort of body a name names. They are stems of folded words, in
// the languages that names on the platform are written in.
var (
	clusterStems = []string{"cluster", "klaster", "klastr", "klastar", "klaszter", "klustur", "grappe"}
	networkStems = []string{"network", "netzwerk", "reseau", "alliance", "allianz", "retea", "mrezha", "hub", "consortium"}
	bodyStems    = []string{
		"universi", "institut", "associa", "asocia", "foundation", "fondat", "fundati", "stiftung", "chamber", "kammer",
		"chambre", "camera", "centr", "center", "zentrum", "agenc", "agentur", "municipal", "ministr", "federation",
		"council", "school", "college", "academy", "academi", "union", "society", "group", "park", "company", "compan",
		"commission", "office", "bank", "embassy", "region", "city", "government", "authority", "incubator", "laborator",
		"fraunhofer", "verein", "verband", "gesellschaft", "hochschule", "ecole", "technopole", "pole", "club", "forum",
		"initiative", "platform", "partnership", "systems", "solutions", "services", "industries", "organisation", "organization",
	}
	legalForms = map[string]bool{
		"gmbh": true, "ltd": true, "llc": true, "inc": true, "oy": true, "ab": true, "srl": true, "sa": true, "ag": true,
		"ood": true, "eood": true, "ad": true, "doo": true, "kft": true, "zrt": true, "bv": true, "nv": true, "spa": true,
		"sas": true, "sarl": true, "plc": true, "ev": true, "zs": true, "sro": true, "as": true, "aps": true,
	}
	fundStems = []string{"programme", "program", "fund", "fonds", "fond", "strateg", "horizon", "interreg", "cosme", "erasmus", "life", "facility"}
	// generic words do not tell bodies apart on their own: "Information and Communication
	// Technologies" is half a name on either side of its "and".
	generic = map[string]bool{
		"commerce": true, "industry": true, "industries": true, "information": true, "communication": true, "communications": true,
		"technology": true, "technologies": true, "research": true, "development": true, "science": true, "sciences": true,
		"innovation": true, "innovations": true, "design": true, "tool": true, "die": true, "fashion": true, "food": true,
		"drink": true, "beverage": true, "transport": true, "energy": true, "environment": true, "economy": true, "education": true,
		"culture": true, "art": true, "arts": true, "metal": true, "wood": true, "furniture": true, "textile": true, "clothing": true,
		"agriculture": true, "health": true, "services": true, "manufacturing": true, "engineering": true, "software": true,
		"digital": true, "green": true, "smart": true, "advanced": true, "finance": true, "trade": true, "tourism": true,
		"sports": true, "security": true, "defence": true, "space": true, "crafts": true, "professions": true, "employment": true,
		"leather": true, "footwear": true, "electronics": true, "automation": true, "robotics": true, "mechatronics": true,
		"medium": true, "small": true, "business": true, "export": true, "investment": true, "regional": true, "public": true,
		"work": true, "works": true, "social": true, "labour": true, "logistics": true, "construction": true, "mobility": true,
	}
)

func hasStem(s string, stems []string) bool {
	for _, w := range strings.Fields(text.Key(s)) {
		for _, stem := range stems {
			if strings.HasPrefix(w, stem) {
				return true
			}
		}
	}
	return false
}

// actorKind is the kind of body that a name tells; other is what it is if the name does not
// tell.
func actorKind(name, other string) string {
	key := text.Key(name)
	switch {
	case strings.Contains(key, "digital innovation hub"), strings.HasSuffix(key, " dih"):
		return kindNetwork
	case clusterNetwork.MatchString(key):
		return kindNetwork
	case hasStem(name, clusterStems) && !eventOfCluster.MatchString(key):
		return kindCluster
	case other != "":
		return other
	case hasStem(name, networkStems[:6]):
		return kindNetwork
	}
	return kindOrganisation
}

var (
	clusterNetwork = regexp.MustCompile(`\bclust\w* (network|alliance|association)|\b(network|alliance|association) of clusters\b|\bcluster(allianz|netzwerk|verbund)`)
	eventOfCluster = regexp.MustCompile(`\b(university|institute|ministry)\b`)
)

// isFund tells whether a name is that of a programme rather than of a body.
func isFund(name string) bool { return hasStem(name, fundStems) }

// complete tells whether s can be a whole name on its own, so that an "and" beside it
// separates names instead of belonging to one.
func complete(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 {
		return false
	}
	lower, plain := false, false
	for _, w := range words {
		bare := strings.Trim(w, `.,;:"'()`)
		key := text.Key(bare)
		if caps(bare) >= 2 || legalForms[key] {
			return true
		}
		r, _ := utf8.DecodeRuneInString(bare)
		switch {
		case unicode.IsLower(r):
			lower = true
		case generic[key]:
			plain = true
		}
	}
	if hasStem(s, clusterStems) || hasStem(s, networkStems) || hasStem(s, bodyStems) || isFund(s) {
		return !generic[text.Key(words[0])] || len(words) > 1
	}
	return !lower && !plain
}

// caps is how many capital letters and digits s has.
func caps(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n
}

// list is several names and whether it is certain where each begins and ends.
type list struct {
	names []string
	sure  bool
}

var conjunction = regexp.MustCompile(`\s(?:and|und|et|y|și|и|as well as|sowie)\s`)

// leadingConjunction opens the last item of a list after a comma.
var leadingConjunction = regexp.MustCompile(`^(?:and|und|et|y|și|и|as well as|sowie)\s+`)

// splitNames takes an enumeration apart: "A, B and C". An "and" within a name is told from
// one between names by what stands on both sides of it. want is how many names there are,
// if that is told elsewhere; 0 if not.
func splitNames(s string, want int) list {
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), ".;:"))
	var items []string
	for _, part := range splitTop(s, ",;") {
		if part = strings.TrimSpace(part); part != "" {
			items = append(items, part)
		}
	}
	out := list{sure: true}
	if len(items) == 0 {
		return out
	}
	last := len(items) - 1
	closed := false
	if rest := leadingConjunction.ReplaceAllString(items[last], ""); rest != items[last] {
		items[last], closed = rest, true
	}
	if !closed {
		if cut := conjunctionIn(items[last]); cut != nil {
			items = append(items[:last], cut...)
		} else if len(items) != want {
			// An "and" behind what could be a name, with something behind it that could not.
			for _, c := range topConjunctions(items[last]) {
				left, right := items[last][:c[0]], items[last][c[1]:]
				if complete(left) && !generic[text.Key(firstWord(right))] {
					out.sure = false
				}
			}
		}
	}
	for _, item := range items {
		if name := cleanName(item); name != "" {
			out.names = append(out.names, name)
		}
	}
	if want > 0 && len(out.names) != want {
		out.sure = false
	}
	return out
}

// conjunctionIn splits s at the conjunctions that stand between whole names; nil if none
// does.
func conjunctionIn(s string) []string {
	for _, at := range topConjunctions(s) {
		left, right := strings.TrimSpace(s[:at[0]]), strings.TrimSpace(s[at[1]:])
		if startsName(right) && complete(left) && complete(right) {
			if more := conjunctionIn(right); more != nil {
				return append([]string{left}, more...)
			}
			return []string{left, right}
		}
	}
	return nil
}

func topConjunctions(s string) [][]int {
	var out [][]int
	for _, at := range conjunction.FindAllStringIndex(s, -1) {
		if depthAt(s, at[0]) == 0 {
			out = append(out, at)
		}
	}
	return out
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return w
}

// startsName tells whether a name can begin here: with a capital, a figure or a quote, or
// an article before one.
func startsName(s string) bool {
	s = leadingArticle.ReplaceAllString(s, "")
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, `"“„«'(`))
	return unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsDigit(r) || (unicode.IsLetter(r) && !unicode.IsLower(r)) ||
		caps(firstWord(s)) >= 2
}

var leadingArticle = regexp.MustCompile(`^(?:[Tt]he|an?|der|die|das|den|dem|le|la|les)\s+`)

// depthAt is how many brackets are open before s[at].
func depthAt(s string, at int) int {
	depth := 0
	for _, r := range s[:at] {
		switch r {
		case '(', '[', '“', '„', '«':
			depth++
		case ')', ']', '”', '»':
			depth = max(0, depth-1)
		}
	}
	return depth
}

// splitTop splits s at the separators that stand outside brackets.
func splitTop(s, separators string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range s {
		switch {
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth = max(0, depth-1)
		case depth == 0 && strings.ContainsRune(separators, r):
			out = append(out, s[start:i])
			start = i + utf8.RuneLen(r)
		}
	}
	return append(out, s[start:])
}

// cleanName is a name without an article, quotes around it and marks behind it. A dot that
// belongs to it ("Ltd.") stays.
func cleanName(s string) string {
	s = leadingArticle.ReplaceAllString(strings.TrimSpace(s), "")
	s = strings.TrimRight(s, " ,;:")
	if pairs := strings.Count(s, "("); pairs > strings.Count(s, ")") {
		s = strings.TrimRight(s[:strings.LastIndexByte(s, '(')], " ,;:")
	}
	return strings.TrimSpace(unquote(s))
}

// quotes are the ways to quote a title.
const (
	openQuote  = `["“„”«‟]`
	closeQuote = `["”“»‟]`
)

var quotedRE = regexp.MustCompile(`^` + openQuote + `\s*([^"“”„«»]+?)\s*` + closeQuote + `$`)

func unquote(s string) string {
	if m := quotedRE.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return s
}

// maxName bounds what is taken for a name; a longer stretch of text is a sentence.
const maxName = 160

// within are the words that stand inside names in small letters.
var within = map[string]bool{
	"of": true, "for": true, "the": true, "and": true, "de": true, "di": true, "du": true, "des": true, "della": true, "del": true,
	"la": true, "le": true, "les": true, "da": true, "do": true, "für": true, "der": true, "die": true, "und": true, "von": true, "et": true,
	"e": true, "y": true, "pentru": true, "și": true, "în": true, "za": true, "i": true, "на": true, "за": true, "и": true, "&": true, "-": true, "–": true, "+": true,
}

// takeNames reads the names that s begins with, up to where the sentence goes on in small
// letters: "X and Y and is funded by" gives X and Y. rest is what follows.
func takeNames(s string) (names []string, rest string, sure bool) {
	name, rest := takeName(s)
	if name == "" {
		return nil, s, false
	}
	l := splitNames(name, 0)
	return l.names, rest, l.sure
}

// takeName reads the stretch of s that is written as names are.
func takeName(s string) (name, rest string) {
	end, pending, depth := 0, 0, 0
	quoted := false
	pos := 0
	for pos < len(s) {
		for pos < len(s) && s[pos] == ' ' {
			pos++
		}
		start := pos
		for pos < len(s) && s[pos] != ' ' {
			pos++
		}
		w := s[start:pos]
		if w == "" {
			break
		}
		bare := strings.TrimRight(w, `,;:.!?`)
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `("“„«'‘`))
		opening := strings.ContainsAny(w[:min(3, len(w))], `"“„«`) && !quoted
		named := unicode.IsUpper(first) || unicode.IsDigit(first) || (unicode.IsLetter(first) && !unicode.IsLower(first)) ||
			caps(bare) >= 2 || quoted || depth > 0 || opening
		switch {
		case named:
			end, pending = start+len(bare), 0
		case within[w] || within[strings.ToLower(w)] && pending == 0:
			if pending++; pending > 2 {
				return finishName(s, end)
			}
		default:
			if n := bodyAhead(s[start:]); n > 0 && end > 0 {
				end, pending = start+n, 0
				pos = end
				w, bare = "", ""
				break
			}
			return finishName(s, end)
		}
		depth += strings.Count(w, "(") - strings.Count(w, ")")
		if n := len(quoteRE.FindAllString(w, -1)); n%2 == 1 {
			quoted = !quoted
			if !quoted && !opening {
				return finishName(s, start+len(bare))
			}
		} else if n > 0 {
			return finishName(s, start+len(bare))
		}
		if len(bare) < len(w) && depth <= 0 && !quoted {
			switch mark := w[len(bare)]; {
			case mark == ',':
				end = start + len(bare)
				if !startsName(leadingConjunction.ReplaceAllString(strings.TrimSpace(s[pos:]), "")) {
					return finishName(s, end)
				}
				pending = 0
			case mark == '.' && abbreviation(bare+"."):
				end = start + len(w)
			default:
				return finishName(s, end)
			}
		}
	}
	return finishName(s, end)
}

// bodyAhead is how long the words in small letters are that end a name of a body which
// began with capitals: "promotion agency". It looks two words ahead.
func bodyAhead(s string) int {
	n := 0
	for range 2 {
		w := firstWord(s[n:])
		bare := strings.TrimRight(w, `,;:.!?`)
		if bare == "" || within[bare] || strings.HasSuffix(bare, "ed") || strings.HasSuffix(bare, "ing") || len(bare) < 4 {
			return 0
		}
		if hasStem(bare, bodyStems[:12]) || bodyNouns[bare] {
			return n + len(bare)
		}
		if len(bare) < len(w) {
			return 0
		}
		n += len(w)
		for n < len(s) && s[n] == ' ' {
			n++
		}
	}
	return 0
}

// bodyNouns end names of bodies when written small.
var bodyNouns = map[string]bool{"agency": true, "university": true, "municipality": true, "chamber": true, "association": true, "institute": true, "foundation": true, "cluster": true, "centre": true, "center": true}

var quoteRE = regexp.MustCompile(`["“”„«»]`)

func finishName(s string, end int) (string, string) {
	name := strings.TrimSpace(s[:end])
	return strings.TrimSpace(leadingArticle.ReplaceAllString(name, "")), s[end:]
}

// abbreviations end with a dot that ends no sentence.
var abbreviations = map[string]bool{
	"mr.": true, "ms.": true, "mrs.": true, "dr.": true, "prof.": true, "eng.": true, "ing.": true, "dipl.": true, "e.g.": true, "i.e.": true,
	"etc.": true, "no.": true, "nr.": true, "ltd.": true, "inc.": true, "co.": true, "st.": true, "vs.": true, "approx.": true, "ca.": true,
	"jr.": true, "d.o.o.": true, "a.d.": true, "s.r.l.": true, "s.a.": true, "e.v.": true, "z.b.": true, "bzw.": true, "mln.": true, "mio.": true,
	"str.": true, "s.p.a.": true, "a.s.": true, "s.r.o.": true, "corp.": true, "h.e.": true, "m.sc.": true, "ph.d.": true,
}

func abbreviation(w string) bool {
	w = strings.ToLower(strings.TrimLeft(w, `("“`))
	return abbreviations[w] || (utf8.RuneCountInString(w) == 2 && w != "i.")
}

// acronymLike tells whether s looks like the short name of a project: BOWI, DigITBrain,
// "DANUBE ICT", KITT4SMEs.
func acronymLike(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 4 || len(s) > 40 {
		return false
	}
	for _, w := range words {
		if caps(w) < 2 && !(strings.ContainsAny(w, "0123456789") && caps(w) > 0) && !versionRE.MatchString(w) {
			return false
		}
	}
	return caps(s) >= 2
}

var versionRE = regexp.MustCompile(`^\d+(\.\d+)?$`)

// personRE is a name of a person: two to four words with capitals.
var personRE = regexp.MustCompile(`^((?:(?:Mr|Ms|Mrs|Dra|Dr|Prof|Eng|Dipl\.-Ing|Ing|Mag|Mgr)\.?\s+)*)(\p{Lu}[\p{L}'’-]+(?:\s+(?:\p{Lu}\.|(?:van|von|de|di|del|da)\b|\p{Lu}[\p{L}'’-]+)){1,3})$`)

// person reads a name of a person and the title before it. A name that has a word of
// bodies in it, or is written in capitals, is nobody's.
func person(s string) (honorific, name string, ok bool) {
	m := personRE.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || hasStem(m[2], clusterStems) || hasStem(m[2], bodyStems) || hasStem(m[2], networkStems) || isFund(m[2]) {
		return "", "", false
	}
	for _, w := range strings.Fields(m[2]) {
		key := text.Key(w)
		if generic[key] || legalForms[key] || notPersons[key] {
			return "", "", false
		}
	}
	if strings.ToUpper(m[2]) == m[2] {
		return "", "", false
	}
	return strings.TrimRight(m[1], ". "), m[2], true
}

// notPersons are words with a capital that stand in headings and titles.
var notPersons = map[string]bool{
	"project": true, "open": true, "call": true, "calls": true, "about": true, "european": true, "conference": true, "webinar": true,
	"event": true, "events": true, "factory": true, "best": true, "practices": true, "news": true, "general": true, "main": true,
	"new": true, "international": true, "transnational": true, "national": true, "support": true, "team": true, "management": true,
	"ict": true, "it": true, "manager": true, "director": true, "coordinator": true, "data": true, "contact": true, "the": true,
	"cooperation": true, "activities": true, "strategy": true, "members": true, "member": true, "mission": true, "vision": true,
}

// abbreviates tells whether short can be the short form of long: both end in the same
// words, and what is left of short stands for what is left of long, as initials ("BSC",
// Black Sea Clusters) or as a count of a letter ("3B": Balkan, Black, Baltic).
func abbreviates(short, long string) bool {
	a, b := strings.Fields(text.Key(short)), strings.Fields(text.Key(long))
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) != 1 || len(b) < 2 {
		return false
	}
	initials := ""
	for _, w := range b {
		if !within[w] {
			initials += w[:1]
		}
	}
	if a[0] == initials {
		return true
	}
	if m := countedLetter.FindStringSubmatch(a[0]); m != nil {
		n, _ := readCount(m[1])
		return int64(strings.Count(initials, m[2])) == n
	}
	return false
}

var countedLetter = regexp.MustCompile(`^(\d)([a-z])$`)
