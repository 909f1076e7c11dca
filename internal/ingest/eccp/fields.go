package eccp

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// Schemes of identifiers and of vocabularies.
const (
	schemeECCP   = "ECCP"
	schemeCORDIS = "CORDIS"
	schemeNACE   = "NACE"

	vocabularyIPC            = "IPC"
	vocabularyS3             = "S3"
	vocabularyEcosystem      = "ECOSYSTEM"
	vocabularyTechnology     = "TECHNOLOGY"
	vocabularyCrossSector    = "CROSS_SECTOR"
	vocabularySector         = "SECTOR"
	vocabularySpecialisation = "SPECIALISATION"
)

// reader turns a profile into facts.
type reader struct {
	*facts
	p       *profile
	self    *entity
	pending []pendingRole
	told    []toldOf
	// prose counts the bytes of running text that were read, looks the searches for names of
	// projects.
	prose, looks int
}

// toldOf is a sentence that is told of an event.
type toldOf struct {
	event *entity
	text  string
	line  int
}

// readFields reads what stands under labels. News comes last: it is about projects that the
// rest of the page names.
func (r *reader) readFields() {
	r.dropLong()
	r.readEstablished()
	r.readComposition()
	r.readSingles()
	r.readTeam()
	r.readTopics()
	r.readServices()
	r.readTargets()
	r.readMemberships()
	r.readContact()
	r.readNews()
	r.readUnkept()
}

var (
	completionRE  = regexp.MustCompile(`^(\d{1,3})\s*%\s*completed?$`)
	representedRE = regexp.MustCompile(`^(.+?)\s+[-–,]?\s*legally represented by\s+(.+)$`)
	suffixRE      = regexp.MustCompile(`^(.*\S)\s+[-–]\s+(\p{Lu}[\p{L}\d]{1,11})$`)
)

// readHeader reads what stands before the first label: the name, the name in another
// language, the place, the contact person, how much of the profile is filled in.
func (r *reader) readHeader() {
	a := field(r.p.name.no)
	kind := kindCluster
	if r.p.isNetwork() {
		kind = kindNetwork
	}
	name, operator := r.p.name.text, ""
	if m := representedRE.FindStringSubmatch(name); m != nil {
		name, operator = m[1], m[2]
	}
	short := ""
	if m := suffixRE.FindStringSubmatch(name); m != nil && caps(m[2]) >= 2 {
		name, short = m[1], m[2]
	}
	r.self = r.node(kind, name, a)
	slug := slugOf(r.p.doc.url)
	if slug == "" {
		slug = text.Slug(r.self.name)
	}
	r.identified(r.self, schemeECCP, slug, a)
	if r.p.doc.url != "" {
		r.say(r.self, "url", r.p.doc.url, a)
	}
	if short != "" {
		r.called(r.self, short, a)
		r.called(r.self, name+" - "+short, a)
	}
	// The page's text leaves the legal form out.
	if key := family(kind) + "\x00" + text.Key(legalSuffix.ReplaceAllString(name, "")); r.byName[key] == nil {
		r.byName[key] = r.self
	}
	if operator != "" {
		op := r.node(actorKind(operator, kindOrganisation), operator, a)
		r.relate(operates, op, r.self, a)
	}
	placed := false
	var lines []value
	for _, v := range r.p.header {
		if imageRE.MatchString(v.text) {
			continue
		}
		if m := completionRE.FindStringSubmatch(v.text); m != nil {
			n, _ := strconv.ParseInt(m[1], 10, 64)
			if n <= 100 {
				r.say(r.self, "profileCompletion", n, field(v.no))
				continue
			}
		}
		lines = append(lines, v)
	}
	for i, v := range lines {
		at := field(v.no)
		if levelRE.MatchString(v.text) && (strings.Contains(v.text, "ECEI") || strings.Contains(strings.ToLower(v.text), "label")) {
			r.readLabel(v)
			continue
		}
		if !placed {
			if p := r.readPlace(v.text, at); p {
				placed = true
				continue
			}
		}
		if placed {
			if _, who, ok := teamMember(v.text); ok {
				at.conf = likelyField
				r.affiliate(who, "", "Contact person", r.self, at)
				continue
			}
		} else if i == 0 && r.nativeName(v, at) {
			continue
		}
		if text.Key(v.text) != text.Key(r.p.name.text) {
			r.notRead(v.no, v.text, "a line of the header that is neither a name, a place, a person nor the completion")
		}
	}
}

// legalSuffix is a legal form behind a name.
var legalSuffix = regexp.MustCompile(`(?i),?\s+(?:e\.\s?V\.|g?GmbH|AG|S\.?A\.?S\.?|S\.A\.|S\.?L\.?|Ltd\.?|d\.o\.o\.|AISBL|ASBL|o\.p\.s\.|z\.\s?s\.|S\.?r\.?l\.?|Sp\. z o\.o\.)$`)

func (r *reader) readPlace(s string, a at) bool {
	if e := r.place(s, a); e != nil {
		r.relate(locatedIn, r.self, e, a)
		return true
	}
	return false
}

// nativeName takes the line below the name for the name in another language, if it can be
// a name.
func (r *reader) nativeName(v value, a at) bool {
	if len(v.text) > maxName || sentenceEnd.MatchString(v.text) || strings.ContainsAny(v.text, ":@") {
		return false
	}
	if text.Key(v.text) == text.Key(r.self.name) && v.text == r.self.name {
		return true
	}
	a.conf = likelyField
	if r.self.kind == kindCluster && !acronymLike(v.text) {
		r.say(r.self, "nativeName", v.text, a)
	}
	r.called(r.self, v.text, a)
	return true
}

func (r *reader) readEstablished() {
	prop := "established"
	if r.self.kind == kindNetwork {
		prop = "founded"
	}
	for _, v := range r.p.fields[fEstablished] {
		if d, ok := readDate(v.text); ok {
			r.say(r.self, prop, d, field(v.no))
		} else {
			r.notRead(v.no, v.text, "is not understood as a date")
		}
	}
	for _, v := range r.p.fields[fStaff] {
		if staffRE.MatchString(v.text) {
			if r.self.kind == kindCluster {
				r.say(r.self, "managementStaff", strings.ReplaceAll(strings.ReplaceAll(v.text, " ", ""), "–", "-"), field(v.no))
			}
		} else {
			r.notRead(v.no, v.text, "is not understood as a number of staff (such as 1-5)")
		}
	}
}

// count is one number of the composition with what labels it.
type count struct {
	value
	n    int64
	asks fieldKey
}

// readComposition reads the counts of the members. A count whose label is missing is taken
// for the SMEs only where its place says so and the sum of the parts proves it.
func (r *reader) readComposition() {
	var counts []count
	put := func(v value, s string, asks fieldKey) {
		if n, ok := readCount(s); ok {
			counts = append(counts, count{v, n, asks})
		} else {
			r.notRead(v.no, v.text, "is not understood as a number of members")
		}
	}
	for _, v := range r.p.fields[fComposition] {
		if m := countLine.FindStringSubmatch(v.text); m != nil && (m[2] == "" || compositionParts[labels[text.Key(m[2])]] != "") {
			put(v, strings.TrimSpace(m[1]), labels[text.Key(m[2])])
			continue
		}
		asks := labels[text.Key(v.text)]
		if last := len(counts) - 1; compositionParts[asks] != "" && last >= 0 && counts[last].asks == noField {
			counts[last].asks = asks
		} else {
			r.notRead(v.no, v.text, "stands in the composition but is neither a count nor a label after one")
		}
	}
	for asks := range compositionParts {
		for _, v := range r.p.fields[asks] {
			put(v, v.text, asks)
		}
	}
	parts := map[fieldKey]int64{}
	lines := map[fieldKey]at{}
	missing := -1
	for i, c := range counts {
		if c.asks != noField {
			if _, twice := parts[c.asks]; twice {
				r.notRead(c.no, c.text, "states "+compositionParts[c.asks]+" a second time; the first is kept")
				continue
			}
			parts[c.asks], lines[c.asks] = c.n, field(c.no)
		} else if missing >= 0 {
			missing = len(counts)
		} else {
			missing = i
		}
	}
	if missing >= 0 && missing < len(counts) {
		c := counts[missing]
		total, known := parts[fTotal]
		_, stated := parts[fSMEs]
		sum := c.n
		for asks, n := range parts {
			if asks != fTotal && asks != fStartUps {
				sum += n
			}
		}
		switch {
		case stated:
			r.notRead(c.no, c.text, "a count without a label, and the SMEs have theirs")
		case !known || sum != total:
			r.notRead(c.no, c.text, fmt.Sprintf("a count without a label; taken for the SMEs the parts would make %d, not the stated total", sum))
		default:
			parts[fSMEs] = c.n
			lines[fSMEs] = at{line: c.no, rank: store.FromField, conf: likelyField, derived: true}
			r.notRead(c.no, c.text, fmt.Sprintf("the label is missing; taken for the SMEs because then the parts make the total of %d", total))
		}
	} else if missing == len(counts) && missing > 0 {
		for _, c := range counts {
			if c.asks == noField {
				r.notRead(c.no, c.text, "one of several counts without a label: which it is cannot be told")
			}
		}
	}
	if r.self.kind != kindCluster {
		for asks, n := range parts {
			r.indicator(r.self, compositionParts[asks], float64(n), "", boundExactly, lines[asks])
		}
		return
	}
	for asks, n := range parts {
		r.say(r.self, "composition", store.PropsOf(map[string]any{compositionParts[asks]: n}), lines[asks])
	}
}

// Bounds of indicators.
const (
	boundExactly = "EXACTLY"
	boundAtLeast = "AT_LEAST"
	boundAtMost  = "AT_MOST"
	boundAbout   = "ABOUT"
)

func (r *reader) indicator(e *entity, name string, n float64, unit, bound string, a at) {
	m := map[string]any{"name": name, "value": n, "bound": bound}
	if unit != "" {
		m["unit"] = unit
	}
	r.say(e, "indicators", store.List{store.PropsOf(m)}, a)
}

// readSingles reads the labels that ask for one value.
func (r *reader) readSingles() {
	if r.self.kind == kindCluster {
		for _, v := range r.p.fields[fLegalForm] {
			r.say(r.self, "legalForm", v.text, field(v.no))
		}
		for _, v := range r.p.fields[fLanguages] {
			codes, rest := readLanguages(v.text)
			if len(codes) > 0 {
				r.say(r.self, "languages", codes, field(v.no))
			}
			if rest != "" {
				r.notRead(v.no, rest, "is not understood as a language")
			}
		}
		for _, v := range r.p.fields[fLabel] {
			r.readLabel(v)
		}
	}
	for _, v := range r.p.fields[fTeamLink] {
		link := webAddress(v.text)
		if link == "" && len(v.links) > 0 {
			link = v.links[0]
		}
		if link == "" {
			r.notRead(v.no, v.text, "is not understood as a web address")
			continue
		}
		r.link(r.self, "team", link, field(v.no))
	}
}

var levelRE = regexp.MustCompile(`(?i)\b(gold|silver|bronze)\b`)

// readLabel reads "Gold Label", "ECEI Silver", "Cluster labelled by ECEI - Bronze".
func (r *reader) readLabel(v value) {
	m := levelRE.FindString(v.text)
	if m == "" {
		r.notRead(v.no, v.text, "names no level (gold, silver, bronze) of a quality label")
		return
	}
	name := "Cluster Excellence Label"
	if strings.Contains(strings.ToUpper(v.text), "ECEI") {
		name = "ECEI"
	}
	props := map[string]any{"name": name, "level": strings.ToUpper(m[:1]) + strings.ToLower(m[1:])}
	if d, _, _, ok := findDate(v.text); ok {
		props["date"] = d.from
	}
	r.say(r.self, "labels", store.List{store.PropsOf(props)}, field(v.no))
}

func (r *reader) link(e *entity, kind, address string, a at) {
	r.say(e, "links", store.List{store.PropsOf(map[string]any{"kind": kind, "value": address})}, a)
}

// affiliate says that a person has a role in an actor.
func (r *reader) affiliate(name, honorific, role string, in *entity, a at) *entity {
	p := r.node(kindPerson, name, a)
	if honorific != "" {
		r.say(p, "honorific", honorific+".", a)
	}
	r.relate(affiliatedWith, p, in, a, "role", role)
	return p
}

// readTeam reads the management team: names, each with its role below where one is told.
func (r *reader) readTeam() {
	lines := r.p.fields[fTeam]
	// The page may put each role above its name.
	above := ""
	roleFirst := len(lines) > 1 && isRole(lines[0].text) && !phoneRE.MatchString(lines[1].text) && !isRole(lines[1].text)
	for i := 0; i < len(lines); i++ {
		v := lines[i]
		if roleFirst && isRole(v.text) && i+1 < len(lines) && !isRole(lines[i+1].text) {
			above = v.text
			continue
		}
		name, role := v.text, above
		above = ""
		if head, rest, ok := cutDash(v.text); ok {
			name, role = head, rest
		}
		if head, rest, ok := strings.Cut(v.text, ", "); ok && isRole(rest) {
			name, role = head, rest
		}
		honorific, who, ok := teamMember(name)
		switch {
		case ok && !roleWord.MatchString(who):
			a := field(v.no)
			if role == "" && i+1 < len(lines) && !lines[i+1].gap && isRole(lines[i+1].text) {
				role = lines[i+1].text
				i++
			}
			r.affiliate(who, honorific, role, r.self, a)
		case isRole(v.text) && i+1 < len(lines) && phoneRE.MatchString(lines[i+1].text):
			r.notRead(v.no, v.text, "a role in the management team, but nobody is named")
			i++
		case isRole(v.text):
			r.notRead(v.no, v.text, "a role in the management team, but nobody is named")
		case phoneRE.MatchString(v.text), strings.Contains(v.text, "@"):
			// How a person is reached is not kept.
		default:
			r.notRead(v.no, v.text, "stands in the management team but is neither a name nor a role")
		}
	}
}

var (
	roleWord = regexp.MustCompile(`(?i)\b(manager|director|head|chair(?:man|woman|person)?|president|coordinator|officer|responsible|secretary|ceo|cto|cfo|coo|assistant|expert|consultant|advisor|adviser|leader|member|founder|partner|lead|representative|spokesperson|specialist|communications?|marketing|leiter(?:in)?|gesch\p{L}+ftsf\p{L}+hrer(?:in)?|directeur|directrice|responsable|administrator|moderator|professor|lecturer|researcher|engineer|analyst|deputy|vice|gerente|(?:projekt|cluster)leiter(?:in)?)\b|директор|мениджър|менеджер|ръководител|керівник|διευθυντ`)
	phoneRE  = regexp.MustCompile(`^\+?[\d\s()/.-]{6,}$`)
)

func isRole(s string) bool {
	return len(s) < 100 && roleWord.MatchString(s) && !strings.Contains(s, "@")
}

// teamMember reads a name where only names of people are expected: also one in capitals
// throughout, or in a script that has none.
func teamMember(s string) (honorific, name string, ok bool) {
	if honorific, name, ok = person(s); ok {
		return honorific, name, true
	}
	words := strings.Fields(s)
	if len(words) < 1 || len(words) > 4 || isRole(s) {
		return "", "", false
	}
	cased := false
	for _, r := range s {
		cased = cased || unicode.IsLower(r) || unicode.IsUpper(r)
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != ' ' && r != '-' && r != '\'' && r != '.' {
			return "", "", false
		}
	}
	if cased && (strings.ToUpper(s) != s || len(words) < 2) {
		return "", "", false
	}
	return "", s, true
}

// cutDash splits at the first dash between spaces.
func cutDash(s string) (before, after string, ok bool) {
	for _, sep := range []string{" – ", " — ", " - "} {
		if b, a, found := strings.Cut(s, sep); found && (!ok || len(b) < len(before)) {
			before, after, ok = strings.TrimSpace(b), strings.TrimSpace(a), true
		}
	}
	return before, after, ok
}

// topic is the entity of a term of a vocabulary.
func (r *reader) topic(scheme, code, name string, a at) *entity {
	ref := vocabulary.TermRef(scheme, code, name)
	key := kindTopic + "\x00" + scheme + "\x00" + text.Key(name)
	if len(ref.Identifiers) > 0 {
		key = kindTopic + "\x00" + scheme + ":" + ref.Identifiers[0].Value
	}
	e := r.byName[key]
	if e == nil {
		e = &entity{kind: kindTopic, name: name, ids: ref.Identifiers, named: a}
		r.entities = append(r.entities, e)
		r.byName[key] = e
	}
	r.say(e, "", nil, a)
	r.say(e, "scheme", scheme, a)
	if code != "" {
		r.say(e, "code", code, a)
	}
	return e
}

// termRE is a term with a code: "S94 Activities of membership organisations".
var termRE = regexp.MustCompile(`^([A-U])\s?(\d{2})(?:\.?(\d{1,2}))?\s+(.+)$`)

func (r *reader) readTopics() {
	for _, k := range []fieldKey{fSectors, fNACE} {
		for _, v := range r.p.fields[k] {
			for _, term := range splitTerms(v.text, naceStart) {
				r.readNACE(term, k, v)
			}
		}
	}
	for _, v := range r.p.fields[fTechnology] {
		for _, term := range splitTerms(v.text, ipcStart) {
			r.readIPC(term, v)
		}
	}
	for k, scheme := range map[fieldKey]string{fS3: vocabularyS3, fCrossSector: vocabularyCrossSector, fEcosystems: vocabularyEcosystem, fSpecialisation: vocabularySpecialisation} {
		for _, v := range r.p.fields[k] {
			terms := splitTerms(v.text, nil)
			switch k {
			case fSpecialisation:
				terms = []string{v.text}
			case fEcosystems:
				terms = wholeEcosystems(terms)
			}
			for _, term := range terms {
				a := field(v.no)
				head, rest, _ := strings.Cut(term, ":")
				head, rest = strings.TrimSpace(head), strings.TrimSpace(rest)
				switch {
				case k == fSpecialisation:
					head, rest = term, ""
				case head == "":
					head, rest = rest, ""
				}
				if head == "" {
					continue
				}
				broad := r.topic(scheme, "", head, a)
				if rest == "" {
					r.relate(classifiedAs, r.self, broad, a)
					continue
				}
				t := r.topic(scheme, "", rest, a)
				r.relate(partOf, t, broad, a)
				r.relate(classifiedAs, r.self, t, a)
			}
		}
	}
}

// wholeEcosystems puts names of ecosystems together that have dashes within: "Mobility -
// Transport - Automotive".
func wholeEcosystems(terms []string) []string {
	var out []string
	for len(terms) > 0 {
		n := 1
		for try := min(3, len(terms)); try > 1; try-- {
			if _, ok := vocabulary.Ecosystem(strings.Join(terms[:try], " - ")); ok {
				n = try
				break
			}
		}
		out = append(out, strings.Join(terms[:n], " - "))
		terms = terms[n:]
	}
	return out
}

var (
	naceStart = regexp.MustCompile(`^[^:]*:?\s*[A-U]\s?\d{2}`)
	ipcStart  = regexp.MustCompile(`^[A-H]\s*\\?:`)
)

// splitTerms takes "A:B - A:C" apart at the dashes behind which a new term begins. Where
// terms have a broader one before a colon, a dash without one behind belongs to the term.
func splitTerms(s string, begins *regexp.Regexp) []string {
	parts := strings.Split(s, " - ")
	out := parts[:1]
	colons := strings.Contains(strings.ReplaceAll(parts[0], `\:`, ""), ":")
	for _, part := range parts[1:] {
		if begins != nil && begins.MatchString(strings.TrimSpace(part)) || begins == nil && (!colons || strings.Contains(part, ":")) {
			out = append(out, part)
		} else {
			out[len(out)-1] += " - " + part
		}
	}
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// readNACE reads "Section: S94 Division", "Division: S9411 Class", or a sector without a
// code.
func (r *reader) readNACE(term string, k fieldKey, v value) {
	a := field(v.no)
	if term == "" {
		return
	}
	broader, rest := "", term
	m := termRE.FindStringSubmatch(rest)
	for at := 0; m == nil && at >= 0; {
		next := strings.IndexByte(term[at:], ':')
		if next < 0 {
			break
		}
		at += next + 1
		broader, rest = strings.TrimSpace(term[:at-1]), strings.TrimSpace(term[at:])
		m = termRE.FindStringSubmatch(rest)
	}
	if m == nil {
		if k == fNACE {
			r.notRead(v.no, term, "has no NACE code")
			return
		}
		r.relate(classifiedAs, r.self, r.topic(vocabularySector, "", term, a), a)
		return
	}
	section, division, group, name := m[1], m[2], m[3], m[4]
	code := section + division
	if group != "" {
		code += "." + group
	}
	t := r.topic(schemeNACE, code, name, a)
	r.relate(classifiedAs, r.self, t, a)
	if broader == "" {
		return
	}
	above := section
	if group != "" {
		above = section + division
	}
	r.relate(partOf, t, r.topic(schemeNACE, above, broader, a), a)
}

// readIPC reads `G\: Physics:Information and communication technology ...`; a technology
// without a section of the patent classification is a term of the platform's own.
func (r *reader) readIPC(term string, v value) {
	a := field(v.no)
	if !ipcStart.MatchString(term) {
		r.relate(classifiedAs, r.self, r.topic(vocabularyTechnology, "", term, a), a)
		return
	}
	term = strings.Replace(term, `\:`, ":", 1)
	code := term[:1]
	_, rest, _ := strings.Cut(term, ":")
	name, narrower, ok := strings.Cut(rest, ":")
	section := r.topic(vocabularyIPC, code, strings.TrimSpace(name), a)
	if narrower = strings.TrimSpace(narrower); !ok || narrower == "" {
		r.relate(classifiedAs, r.self, section, a)
		return
	}
	t := r.topic(vocabularyIPC, "", narrower, a)
	r.relate(partOf, t, section, a)
	r.relate(classifiedAs, r.self, t, a)
}

func (r *reader) readServices() {
	if r.self.kind != kindCluster {
		return
	}
	for prop, k := range map[string]fieldKey{"supportServices": fServices, "upskillingServices": fUpskilling} {
		for _, v := range r.p.fields[k] {
			var l store.List
			for _, s := range splitTerms(v.text, nil) {
				if s != "" {
					l = append(l, s)
				}
			}
			r.say(r.self, prop, l, field(v.no))
		}
	}
}

// readTargets reads the countries the body wants to work with and what it does there.
func (r *reader) readTargets() {
	type wish struct {
		to *entity
		at at
	}
	wishes := map[fieldKey][]wish{}
	for _, v := range r.p.fields[fCountries] {
		names, rest := readCountries(v.text)
		for _, n := range names {
			code, _ := vocabulary.CountryNamed(n)
			wishes[v.scope] = append(wishes[v.scope], wish{r.country(code, n, field(v.no)), field(v.no)})
		}
		for _, x := range rest {
			r.notRead(v.no, x, "is not understood as a country")
		}
	}
	scopes := map[fieldKey]string{fInternational: "INTERNATIONAL", fTransnational: "TRANSNATIONAL"}
	for scope, list := range wishes {
		for _, w := range list {
			r.relate(targets, r.self, w.to, w.at, "scope", scopes[scope])
		}
	}
	for scope, k := range map[fieldKey]fieldKey{fInternational: fInternationalActivities, fTransnational: fTransnationalActivities} {
		for _, v := range r.p.fields[k] {
			var l store.List
			for _, s := range splitTerms(v.text, nil) {
				if s != "" {
					l = append(l, s)
				}
			}
			if len(wishes[scope]) == 0 {
				r.notRead(v.no, v.text, "activities of cooperation without a country they are for")
				continue
			}
			for _, w := range wishes[scope] {
				r.relate(targets, r.self, w.to, field(v.no), "activities", l)
			}
		}
	}
}

// networkTypes are what the platform calls the sorts of networks.
var networkTypes = map[string]string{
	"network": "NETWORK", "cluster network": "NETWORK", "meta cluster": "META_CLUSTER", "metacluster": "META_CLUSTER", "partnership": "PARTNERSHIP",
	"alliance": "ALLIANCE", "national association of clusters": "ASSOCIATION", "national cluster association": "ASSOCIATION",
	"national association": "ASSOCIATION", "association": "ASSOCIATION", "platform": "PLATFORM", "euroclusters": "CONSORTIUM", "escp": "PARTNERSHIP",
	"european strategic cluster partnership": "PARTNERSHIP",
}

// notMembership are the lines of the list of memberships that name none: the heads of its
// columns, and ways to say that there is none.
var notMembership = map[string]bool{"": true, "profile name": true, "location": true, "network type": true, "no": true, "none": true, "n a": true, "no memberships": true}

// readMemberships reads the networks the body is a member of: a name on each line, with its
// long form, place or sort below.
func (r *reader) readMemberships() {
	var last *entity
	for _, v := range r.p.fields[fMemberships] {
		a := field(v.no)
		key := text.Key(v.text)
		if notMembership[key] {
			continue
		}
		if last != nil {
			if kind, ok := networkTypes[key]; ok {
				r.say(last, "type", kind, a)
				continue
			}
			if p := r.place(v.text, a); p != nil {
				r.relate(locatedIn, last, p, a)
				continue
			}
			if abbreviates(last.name, v.text) || abbreviates(v.text, last.name) {
				r.called(last, v.text, a)
				continue
			}
		}
		if proseLike(v.line) || len(v.text) > maxName {
			r.notRead(v.no, v.text, "stands among the memberships but is no name")
			continue
		}
		if name, place, kind, ok := membershipRow(v.text); ok {
			last = r.node(kindNetwork, name, a)
			r.relate(memberOf, r.self, last, a)
			r.relate(locatedIn, last, r.place(place, a), a)
			r.say(last, "type", kind, a)
			continue
		}
		names := []string{v.text}
		if strings.ContainsAny(v.text, ",;") {
			names = splitNames(v.text, 0).names
		}
		for _, n := range names {
			last = r.node(kindNetwork, n, a)
			r.relate(memberOf, r.self, last, a)
		}
	}
}

// membershipRow takes a row of the table of memberships apart that stands on one line:
// "Some Network Belgium Meta cluster".
func membershipRow(s string) (name, place, kind string, ok bool) {
	words := strings.Fields(s)
	for n := min(5, len(words)-2); n > 0; n-- {
		kind, ok = networkTypes[text.Key(strings.Join(words[len(words)-n:], " "))]
		if !ok {
			continue
		}
		rest := words[:len(words)-n]
		for k := min(4, len(rest)-1); k > 0; k-- {
			place = strings.Join(rest[len(rest)-k:], " ")
			if _, known := vocabulary.CountryNamed(place); known {
				return strings.Join(rest[:len(rest)-k], " "), place, kind, true
			}
		}
	}
	return "", "", "", false
}

// readContact reads how the institution is reached.
func (r *reader) readContact() {
	single := map[fieldKey]string{fStreet: "street", fPostCode: "postCode", fCity: "city"}
	for k, prop := range single {
		for _, v := range r.p.fields[k] {
			r.say(r.self, prop, v.text, field(v.no))
		}
	}
	for _, v := range r.p.fields[fCountry] {
		if !r.readPlace(v.text, field(v.no)) {
			r.notRead(v.no, v.text, "is not understood as a country")
		}
	}
	for _, v := range r.p.fields[fRegion] {
		var e *entity
		for _, c := range r.p.fields[fCountry] {
			if code, ok := vocabulary.CountryNamed(c.text); ok {
				e = r.region(v.text, code, r.country(code, c.text, field(c.no)), field(v.no))
			}
		}
		if e == nil {
			e = r.node(kindPlace, v.text, field(v.no))
			r.say(e, "level", "REGION", field(v.no))
		}
		r.relate(locatedIn, r.self, e, field(v.no))
	}
	for _, k := range []fieldKey{fWebsite, fSocial} {
		for _, v := range r.p.fields[k] {
			r.readLink(r.self, v.line, field(v.no))
		}
	}
	for k, kind := range map[fieldKey]string{fPhone: "PHONE", fEmail: "EMAIL"} {
		for _, v := range r.p.fields[k] {
			r.readContactValue(kind, v)
		}
	}
	for _, v := range r.p.fields[fContact] {
		switch {
		case strings.Contains(v.text, "@"):
			r.readContactValue("EMAIL", v)
		case phoneRE.MatchString(v.text):
			r.readContactValue("PHONE", v)
		case addressRE.MatchString(v.text):
			r.readLink(r.self, v.line, field(v.no))
		default:
			r.notRead(v.no, v.text, "stands among the contacts but is neither an address, a phone number nor a link")
		}
	}
}

var (
	mailRE    = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	addressRE = regexp.MustCompile(`https?://[^\s<>"”]+`)
)

func (r *reader) readContactValue(kind string, v value) {
	s := v.text
	if kind == "EMAIL" {
		if s = mailRE.FindString(s); s == "" {
			r.notRead(v.no, v.text, "the page hides the e-mail address")
			return
		}
	}
	r.say(r.self, "contacts", store.List{store.PropsOf(map[string]any{"kind": kind, "value": s})}, field(v.no))
}

// readLink reads the addresses of a line: the body's website, or its page elsewhere.
func (r *reader) readLink(e *entity, l line, a at) {
	found := addressRE.FindAllString(l.text, -1)
	if len(found) == 0 {
		found = l.links
	}
	if len(found) == 0 && strings.HasPrefix(l.text, "www.") && !strings.Contains(l.text, " ") {
		found = []string{"https://" + l.text}
	}
	for _, s := range found {
		s = strings.TrimRight(s, ".,;)")
		if webAddress(s) == "" {
			continue
		}
		kind := linkKind(s)
		if kind == "website" && e.kind != kindCluster && e.kind != kindNetwork {
			r.say(e, "url", s, a)
		}
		r.link(e, kind, s, a)
	}
	if len(found) == 0 && e == r.self {
		r.notRead(l.no, l.text, "is not understood as a web address")
	}
}

func linkKind(s string) string {
	for _, site := range []string{"linkedin", "facebook", "twitter", "instagram", "youtube", "xing"} {
		if strings.Contains(s, site+".com") {
			return site
		}
	}
	return "website"
}

var newsRE = regexp.MustCompile(`(?i)^(?:(news|document|event|publication)s?\b.*?)?\bpublished:\s*(.+)$`)

// readNews reads the headings of news with their dates. A date without a heading below is
// reported.
func (r *reader) readNews() {
	lines := r.p.fields[fNews]
	for i, v := range lines {
		m := newsRE.FindStringSubmatch(v.text)
		if m == nil {
			if i == 0 || newsRE.FindStringSubmatch(lines[i-1].text) == nil {
				r.notRead(v.no, v.text, "stands among the news without a date")
			}
			continue
		}
		d, ok := readDate(m[2])
		if !ok {
			r.notRead(v.no, v.text, "the date of the news is not understood")
			continue
		}
		if i+1 == len(lines) || newsRE.MatchString(lines[i+1].text) {
			r.notRead(v.no, v.text, "a piece of news without a heading")
			continue
		}
		title := lines[i+1]
		a := field(v.no)
		e := &entity{kind: kindSource, name: title.text, named: field(title.no)}
		r.entities = append(r.entities, e)
		r.say(e, "", nil, field(title.no))
		r.say(e, "type", "NEWS", a)
		r.say(e, "published", d, a)
		if len(title.links) > 0 {
			r.say(e, "url", title.links[0], field(title.no))
		}
		r.relate(about, e, r.self, a)
		for _, p := range r.mentioned(title.text, title.no) {
			r.relate(about, e, p, at{line: title.no, rank: store.FromText, conf: likelyText})
		}
	}
}

// dropLong takes away what is too long for a value of a label.
func (r *reader) dropLong() {
	for k, values := range r.p.fields {
		r.p.fields[k] = slices.DeleteFunc(values, func(v value) bool {
			if len(v.text) > maxValue {
				r.notRead(v.no, v.text, "is too long for a value of a label")
			}
			return len(v.text) > maxValue
		})
	}
}

// mentioned are the projects of the page that s names.
func (r *reader) mentioned(s string, line int) []*entity {
	if r.looks > maxLooks {
		return nil
	}
	if r.looks += len(r.entities); r.looks > maxLooks {
		r.notRead(line, s, "from here on it is not read which projects this is about: the page names too many")
		return nil
	}
	var out []*entity
	for _, e := range r.entities {
		if e.kind == kindProject && mentions(s, e) {
			out = append(out, e)
		}
	}
	return out
}

// mentions tells whether s names a project by its short name, letter by letter.
func mentions(s string, p *entity) bool {
	name := p.name
	if !acronymLike(name) && len(strings.Fields(name)) < 2 {
		return false
	}
	for rest, off := s, 0; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		before, after := s[:off+i], s[off+i+len(name):]
		if !endsInWord(before) && !beginsWithWord(after) {
			return true
		}
		off += i + len(name)
		rest = after
	}
}

func endsInWord(s string) bool     { return s != "" && wordByte(s[len(s)-1]) }
func beginsWithWord(s string) bool { return s != "" && wordByte(s[0]) }

func wordByte(b byte) bool {
	return b >= 0x80 || b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// readUnkept reports the values that the platform asks for and the model has no place for.
func (r *reader) readUnkept() {
	for _, k := range []fieldKey{fUnkept, fHeading, noField} {
		for _, v := range r.p.fields[k] {
			why := "the model has no place for this label's value"
			if k != fUnkept {
				why = "stands under no label that is known"
			}
			r.notRead(v.no, v.text, why)
		}
	}
}
