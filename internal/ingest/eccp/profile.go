package eccp

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/text"
)

// value is one line that stands under a label.
type value struct {
	line
	// scope is the kind of cooperation whose part the label is.
	scope fieldKey
	// gap tells that a blank line stands before it.
	gap bool
}

// prose is a stretch of running text.
type prose struct {
	section fieldKey
	lines   []line
}

// profile is a page taken apart by its labels and headings.
type profile struct {
	doc *document
	// crumb is the kind of profile that the page's breadcrumb tells: "Cluster Networks".
	crumb string
	name  value
	// header is what stands before the first label.
	header []value
	fields map[fieldKey][]value
	// seen are the labels that the page has, with or without a value, and their lines.
	seen   map[fieldKey]int
	prose  []prose
	labels int
	// older tells that a label of the older layout's own was met.
	older bool
	cut   *cut
}

var (
	crumbRE = regexp.MustCompile(`^Home\s*(?:>|»|›|/)\s*([^>»›/]+?)\s*(?:>|»|›|/)\s*(.+)$`)
	// imageRE is the text that stands for a picture.
	imageRE = regexp.MustCompile(`(?i)^(?:logo\b.*|.*\blogo|image|.*\.(?:png|jpe?g|gif|svg|webp))$`)
)

// valueFields hold short values; a paragraph of text under them belongs to no label.
var longValues = map[fieldKey]bool{fSectors: true, fNACE: true, fTechnology: true, fS3: true, fServices: true, fUpskilling: true,
	fInternationalActivities: true, fTransnationalActivities: true, fUnkept: true, fSpecialisation: true, fCrossSector: true, fEcosystems: true, fCountries: true}

// proseFields are sections of running text.
var proseFields = map[fieldKey]bool{fAbout: true, fProgrammes: true, fStrategy: true, fBestPractices: true}

// bulletsOnly are the fields of lists whose end is the end of the list: what follows
// without a bullet is running text.
var bulletsOnly = map[fieldKey]bool{fUpskilling: true, fComposition: true, fEstablished: true, fStaff: true}

// group says within which labels a bare label is one.
var contactGroup = map[fieldKey]bool{fContact: true, fCountry: true, fRegion: true, fCity: true, fStreet: true, fPostCode: true, fWebsite: true, fPhone: true, fEmail: true, fSocial: true}

// compositionParts are the labels of the counts.
var compositionParts = map[fieldKey]string{fTotal: "totalMembers", fSMEs: "smes", fStartUps: "startUps", fLarge: "largeCompanies",
	fResearch: "researchOrganisations", fCivil: "civilSociety", fOther: "otherActors"}

// takeApart finds the labels of either layout and what stands under them. It is an *Error
// if the page is no profile.
func takeApart(d *document) (*profile, error) {
	p := &profile{doc: d, fields: map[fieldKey][]value{}, seen: map[fieldKey]int{}}
	lines := p.start(d.lines)
	current, scope := noField, noField
	inHeader, gap, composing := true, false, false
	var block *prose
	open := func(section fieldKey) {
		p.prose = append(p.prose, prose{section: section})
		block = &p.prose[len(p.prose)-1]
	}
	for _, l := range lines {
		if l.blank() {
			if block != nil {
				block.lines = append(block.lines, l)
			}
			gap = true
			continue
		}
		asks, inline, ok := labelOf(l.text)
		if !ok && bareLabel(l.text, current) {
			asks, ok = labels[text.Key(l.text)], true
		}
		if ok && l.bullet && !composing && block != nil {
			ok = false
		}
		if ok && block != nil && asks != fContact && (contactGroup[asks] || compositionParts[asks] != "") {
			// Running text has such lines of its own: "Website: ...".
			ok = false
		}
		// A line of the newer layout's composition: the count, and its label beside or below.
		if composing && current == fComposition && !ok && (l.bullet || compositionLine(l.text)) && countLine.MatchString(l.text) {
			p.fields[fComposition] = append(p.fields[fComposition], value{l, scope, gap})
			gap = false
			continue
		}
		if ok && asks == fNoise && len(l.links) > 0 && (current == fTeamLink || current == fWebsite) {
			// "View" that leads to the address the label asks for.
			ok = false
		}
		if ok && asks == fNoise {
			gap = false
			continue
		}
		if ok {
			if part := compositionParts[asks]; part != "" && composing && inline == "" && !strings.HasSuffix(l.text, ":") && (l.bullet || len(p.fields[fComposition]) > 0) {
				// Counts stand before their labels here; a label without one is an empty field.
				if p.countWaits() {
					p.fields[fComposition] = append(p.fields[fComposition], value{l, scope, gap})
				}
				p.seen[asks] = l.no
				gap = false
				continue
			}
			inHeader, gap, block = false, false, nil
			p.labels++
			p.older = p.older || text.Key(l.text) == "general information"
			if p.seen[asks] == 0 {
				p.seen[asks] = l.no
			}
			switch asks {
			case fInternational, fTransnational:
				scope = asks
			case fHeading, fMemberships:
				scope = noField
			case fInternationalActivities:
				scope = fInternational
			case fTransnationalActivities:
				scope = fTransnational
			}
			composing = asks == fComposition || composing && compositionParts[asks] != ""
			current = asks
			if proseFields[asks] {
				open(asks)
			}
			if inline != "" {
				l.text = inline
				p.fields[asks] = append(p.fields[asks], value{l, scope, false})
			}
			continue
		}
		switch {
		case inHeader:
			if completionRE.MatchString(l.text) {
				p.labels++ // as telling as a label
			}
			p.header = append(p.header, value{l, scope, gap})
		case block != nil:
			block.lines = append(block.lines, l)
		case (bulletsOnly[current] && !l.bullet && !p.takesValue(current, l)) || (!longValues[current] && current != fNews && proseLike(l)):
			open(noField)
			block.lines = append(block.lines, line{no: l.no}, l)
			composing = false
		default:
			p.fields[current] = append(p.fields[current], value{l, scope, gap})
		}
		gap = false
	}
	p.headerProse()
	if p.labels < 2 && p.crumb == "" {
		return nil, &Error{Why: "no profile of the platform: of its labels and headings (\"About us\", \"Cluster composition\", \"Sectoral industries\", \"Home > Cluster Organisations > ...\") fewer than two are there"}
	}
	if p.name.text == "" {
		return nil, &Error{Why: "no name: the page has neither a title before its first label nor a breadcrumb"}
	}
	p.cut = p.whereCut()
	p.dropBroken()
	return p, nil
}

// countWaits tells whether the last line of the composition is a count that has no label
// yet: then a label belongs to it, and not to the line that follows.
func (p *profile) countWaits() bool {
	values := p.fields[fComposition]
	if len(values) == 0 {
		return false
	}
	m := countLine.FindStringSubmatch(values[len(values)-1].text)
	return m != nil && m[2] == ""
}

// takesValue tells whether a line can be the value of a field that is written on one line:
// in the older layout the date and the band stand below their labels.
func (p *profile) takesValue(current fieldKey, l line) bool {
	if len(p.fields[current]) > 0 {
		return false
	}
	switch current {
	case fEstablished:
		_, ok := readDate(l.text)
		return ok
	case fStaff:
		return staffRE.MatchString(l.text)
	case fUpskilling:
		return utf8.RuneCountInString(l.text) < 200 && !proseLike(l)
	}
	return false
}

// start finds where the profile begins: at the page's first heading in HTML, at the first
// line in text. A breadcrumb before it tells what sort of profile it is.
func (p *profile) start(lines []line) []line {
	first := 0
	if p.doc.html {
		for i, l := range lines {
			if l.heading == 1 && !siteName(l.text) {
				first = i
				break
			}
		}
	}
	var rest []line
	for i, l := range lines {
		if m := crumbRE.FindStringSubmatch(l.text); m != nil && p.crumb == "" && (i < 400) {
			p.crumb = m[1]
			p.name = value{line: line{no: l.no, text: m[2]}}
			if i >= first {
				// In a text, what stands above the breadcrumb is the site's menu.
				rest = nil
				continue
			}
		}
		if i >= first {
			rest = append(rest, l)
		}
	}
	if p.doc.html && p.crumb == "" {
		p.crumbOfList(lines[:first])
	}
	return rest
}

// crumbOfList reads a breadcrumb that is marked up as a list.
func (p *profile) crumbOfList(lines []line) {
	var words []line
	for _, l := range lines {
		if !l.blank() {
			words = append(words, l)
		}
	}
	for i := len(words) - 1; i > 0; i-- {
		if crumbKinds[text.Key(words[i].text)] && text.Key(words[i-1].text) == "home" {
			p.crumb = words[i].text
			return
		}
	}
}

// crumbKinds are the sorts of profiles that a breadcrumb tells.
var crumbKinds = map[string]bool{"cluster organisations": true, "cluster networks": true, "cluster organisation": true, "cluster network": true,
	"meta clusters": true, "national cluster associations": true, "networks": true}

// isNetwork tells whether the page is the profile of a network of clusters.
func (p *profile) isNetwork() bool {
	key := text.Key(p.crumb)
	return strings.Contains(key, "network") || strings.Contains(key, "meta cluster") || strings.Contains(key, "association") || strings.Contains(key, "partnership")
}

// headerProse takes the name from the header; what stands below it in a page without an
// "About us" is its text.
func (p *profile) headerProse() {
	var rest []value
	var body []line
	for _, v := range p.header {
		if proseLike(v.line) || v.bullet || sentenceEnd.MatchString(v.text) && strings.Count(v.text, " ") > 3 {
			body = append(body, line{no: v.no}, v.line)
			continue
		}
		rest = append(rest, v)
	}
	p.header = rest
	if len(body) > 0 {
		p.prose = append([]prose{{section: fAbout, lines: body}}, p.prose...)
	}
	p.dropMenu()
	title, _, _ := strings.Cut(repair(p.doc.title), " | ")
	for i, v := range p.header {
		if imageRE.MatchString(v.text) && i+1 < len(p.header) || p.crumb != "" && p.name.text != "" && !sameTitle(v.text, p.name.text) {
			continue
		}
		if v.heading == 0 && p.doc.html && title != "" && !siteName(title) && !sameTitle(v.text, title) && p.hasLine(title) {
			continue
		}
		p.name = v
		p.header = append(p.header[:i:i], p.header[i+1:]...)
		return
	}
}

// dropMenu takes the site's menu from the header: where many lines stand before the place,
// the name is in the last block of them.
func (p *profile) dropMenu() {
	at := slices.IndexFunc(p.header, func(v value) bool { return isPlace(v.text) })
	if at <= 4 || p.crumb != "" {
		return
	}
	first := at - 1
	for first > 0 && !p.header[first].gap {
		first--
	}
	p.header = p.header[first:]
}

// isPlace tells whether a line names a country, alone or before a region.
func isPlace(s string) bool {
	head, _, _ := strings.Cut(s, ":")
	_, ok := vocabulary.CountryNamed(head)
	return ok
}

func (p *profile) hasLine(s string) bool {
	return slices.ContainsFunc(p.header, func(v value) bool { return sameTitle(v.text, s) })
}

// sameTitle tells whether two titles are one, whole or shortened.
func sameTitle(a, b string) bool {
	ka, kb := text.Key(a), text.Key(b)
	return ka == kb || len(ka) > 8 && len(kb) > 8 && (strings.HasPrefix(ka, kb) || strings.HasPrefix(kb, ka))
}

// siteName tells whether a heading is the platform's own.
func siteName(s string) bool { return strings.Contains(text.Key(s), "cluster collaboration platform") }

var (
	countLine = regexp.MustCompile(`^(\d[\d .,']*)\s*(\D*)$`)
	staffRE   = regexp.MustCompile(`^(?:\d+\s*[-–]\s*\d+|[<>]?\s*\d+\+?|more than \d+)$`)
)

// compositionLine tells whether a line of the composition is a count, alone or with its
// label.
func compositionLine(s string) bool {
	m := countLine.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	return m[2] == "" || compositionParts[labels[text.Key(m[2])]] != ""
}

// bareLabel tells whether a line is one of the labels that need their group around them.
func bareLabel(s string, current fieldKey) bool {
	asks, ok := labels[text.Key(s)]
	switch {
	case !ok:
		return false
	case compositionParts[asks] != "":
		return current == fComposition || compositionParts[current] != ""
	case contactGroup[asks]:
		return contactGroup[current]
	}
	return false
}

// proseLike tells whether a line is running text.
func proseLike(l line) bool {
	if l.bullet || l.heading > 0 {
		return false
	}
	n := utf8.RuneCountInString(l.text)
	return n > 200 || (n > 60 && sentenceEnd.MatchString(l.text))
}

var sentenceEnd = regexp.MustCompile(`[.!?…。]["”»)]?$`)

// dropBroken takes a label that the page ends within from the values of the label before.
func (p *profile) dropBroken() {
	if p.cut == nil || !brokenLabel(text.Key(p.cut.whole)) {
		return
	}
	for asks, values := range p.fields {
		if n := len(values); n > 0 && values[n-1].no == p.cut.Line {
			p.fields[asks] = values[:n-1]
		}
	}
}

// cut is where a page ends too early.
type cut struct {
	Unread
	whole string
}

// whereCut tells where the page ends too early, nil if it does not seem to: within a label,
// within a sentence, or before its HTML ends.
func (p *profile) whereCut() *cut {
	var last line
	for _, l := range p.doc.lines {
		if !l.blank() {
			last = l
		}
	}
	why := ""
	switch {
	case p.doc.unclosed && p.doc.html:
		why = "the HTML ends before its </html>: what follows is missing"
	case p.doc.html:
	case brokenLabel(text.Key(last.text)):
		why = "the page ends within a label: what follows is missing"
	case !last.bullet && utf8.RuneCountInString(last.text) > 80 && !sentenceEnd.MatchString(last.text) && !strings.HasSuffix(last.text, ":") && len(p.prose) > 0:
		if lines := p.prose[len(p.prose)-1].lines; len(lines) > 0 && lines[len(lines)-1].no == last.no {
			why = "the page ends within a sentence: what follows is missing"
		}
	}
	if why == "" {
		return nil
	}
	return &cut{Unread{Line: last.no, Text: shorten(last.text, 120), Why: why}, last.text}
}
