package eccp

import (
	"regexp"
	"strings"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// The words and forms by which running text speaks of projects.
var (
	standsFor      = regexp.MustCompile(`^([\p{Lu}\d][\p{L}\d.-]*(?: [\p{Lu}\d][\p{L}\d.-]*){0,3}) (?:stands for|steht für|signifie) (.+)$`)
	leadLine       = regexp.MustCompile(`(?i)^(.+?)\s*[-–:,(]\s*(lead partner|project coordinator|coordinator|lead beneficiary|project leader|leader|project partner|partner)\)?$`)
	projectHeading = regexp.MustCompile(`^(.+?) [Pp]roject$`)
	partners       = regexp.MustCompile(`(?i)^(?:the |our |other |all |further )*(?:project |consortium )?partners?(?: (?:in|of|for|within) (?:the|this) (?:project|consortium|partnership))?(?: organi[sz]ations)? (?:are|is|include)\s*:?\s+(.+)$|` +
		`^(?:the |our |other )*(?:project |consortium )?partners?(?: (?:in|of) (?:the|this) project)?\s*:\s*(.+)$|` +
		`^(?:die )?(?:projekt)?partner(?: (?:im|des|in diesem) projekts?)? sind\s*:?\s+(.+)$|` +
		`^(?:les )?partenaires(?: du projet)? sont\s*:?\s+(.+)$|` +
		`^parteneri[i]?(?: (?:în proiect|proiectului|din proiect))? sunt\s*:?\s+(.+)$|` +
		`^партньори(?:те)?(?: (?:по|в|на) проекта)? са\s*:?\s+(.+)$`)
	consortium    = regexp.MustCompile(`(?i)\b(?:consortium|partnership|escp|project)\b[^.;:]{0,90}?\b(?:includes?|consists? of|comprises?|is composed of|brings? together|unites?|gathers?|is made up of|is formed by|involves?)\b\s*(.*)$`)
	countedHead   = regexp.MustCompile(`(?i)^(` + number + `)\s+(?:[\p{L}-]+\s+){0,3}?(partners|organi[sz]ations|members|clusters|institutions|companies|entities)\b(?:\s+from\s+(?:` + number + `)\s+(?:[\p{L}-]+\s+){0,2}?countries)?\s*:?\s*(?:representing\s+|namely\s+|:\s*)?`)
	coordinatedBy = regexp.MustCompile(`(?i)\b(?:coordinated|co-ordinated|led|lead|leaded|leading|managed|headed) by\s+(?:the )?`)
	coordinatorIs = regexp.MustCompile(`(?i)\b(?:project coordinator|coordinator of the project|lead partner(?: of the project)?|project leader|consortium leader) (?:is|was)\s+(?:the )?`)
	isCoordinator = regexp.MustCompile(`^(?:[Tt]he )?(.+?) (?:is|was|acts as) (?:the )?(?:project )?(?:coordinator|lead partner|leader) (?:of|in) (?:the|this) `)
	partnerIn     = regexp.MustCompile(`^(?:[Tt]he )?(.{2,100}?) (?:is|was|are|were|participates?|takes? part|is participating|is taking part)\s*(?:as )?(?:an? |one of the )?(?:active |associated |full |project )?(partners?|coordinator|lead partner|participants?)?\s*(?:in|of) (?:an? |the )?`)
	funded        = regexp.MustCompile(`(?i)\b(co-?financed|co-?funded|financed|funded|financially supported|receives? funding|received funding|funding|finanziert|gefördert|financé|finanțat|cofinanțat)\s+(?:under|by|within|from|through|in|via|durch|aus|vom|par|de|prin|din|de către)\s+(?:the )?(?:framework of )?(?:the )?`)
	supported     = regexp.MustCompile(`(?i)\bsupported by\s+(?:the )?`)
	programWord   = regexp.MustCompile(`(?i)^\s*(?:research and innovation |funding |framework |support |cooperation |transnational )*program(?:me|m)?s?\b`)
	grantNo       = regexp.MustCompile(`(?i)\bgrant agreement\s*(?:no\.?|number|id|n°|nr\.?|№)?\s*:?\s*((?:\d ?){6,12})`)
	underCall     = regexp.MustCompile(`(?i)\b(?:under|within) the call\s+(?:for\s+)?"([^"]+)"`)
	callFor       = regexp.MustCompile(`\bprogram(?:me)? call for ([^".]{8,160}?)(?:,|\.|$)`)
	callCode      = regexp.MustCompile(`\b([A-Z][A-Z0-9]{2,}(?:\s?-\s?[A-Z0-9]{2,12})*\s?-\s?\d{2,4}(?:\s?[-–]\s?\d{2,4})*)\s+call\b`)
	startWord     = regexp.MustCompile(`(?i)\b(?:start(?:ed|s|ing|date)?|began|begins|launched|kicked off|gestartet|begann|projektstart|projektbeginn)\b|\bdémarré|\bcommencé|\sînceput\b|започна`)
	endWord       = regexp.MustCompile(`(?i)\b(?:end(?:ed|s|ing| date)|finished|finishes|completed|concluded|until|runs to)\b`)
	fromTo        = regexp.MustCompile(`(?i)\bfrom\b(.{4,30}?)\b(?:to|until|till)\b(.{4,30})`)
	durationWord  = regexp.MustCompile(`(?i)\bduration\b|\blasts?\b|\bdurée\b|\bdauer\b|\blaufzeit\b|\bdurata\b`)
	budgetWord    = regexp.MustCompile(`(?i)\b(?:budget|total cost|total value|gesamtbudget|bugetul)\b`)
	grantWord     = regexp.MustCompile(`(?i)\b(?:eu|european) (?:contribution|funding|co-?funding|co-?financing)\b|\bgrant (?:of|amount)\b`)
	openCall      = regexp.MustCompile(`(?i)\b(first|second|third|fourth|1st|2nd|3rd|4th|next|last)?\s*open call\b`)
	intermediary  = regexp.MustCompile(`(?i)\bas an? (Intermediary Organi[sz]ation[^,]*?)\s*,`)
	underProgram  = regexp.MustCompile(`(?i)\b(?:under|in|within|of) the program(?:me)?\s+"?`)
	sinceYear     = regexp.MustCompile(`(?i)^(?:from|since)\s+((?:19|20)\d\d)\b`)
	withinProject = regexp.MustCompile(`(?i)\bwithin\b|\bin the framework of\b|\bunder the framework of\b|\bas part of\b`)
	quantity      = regexp.MustCompile(`(?i)\b(more than|over|at least|up to|about|around|approximately|some)?\s*(` + number + `)(\+)?\s+((?:[\p{L}-]+\s+){0,3}?)(partners?|clusters?|countries|smes?|members|organi[sz]ations|companies|people|employees|regions|universities|enterprises|start-?ups)\b`)
	introQuoted   = regexp.MustCompile(`(?i)(?:\b(?:project|projekt|projet|proiectul|progetto|proyecto)|проект\p{L}*)\s+"([^"]{3,200})"\s*,?\s*(?:\(([^()]{2,30})\))?\s*([A-Z]{2}\w{3,}[\w./-]{4,}\d)?`)
	introBracket  = regexp.MustCompile(`\b[Pp]roje(?:ct|kt|t)\s+([\p{Lu}\d][\p{L}\d.-]*(?: [\p{Lu}\d][\p{L}\d.-]*){0,3})\s*\(\s*([^()]{6,200}?)\s*\)`)
	introTitle    = regexp.MustCompile(`((?:\p{Lu}[\p{L}\d'&/-]*\s+)(?:[\p{L}\d'&/-]+\s+){0,7})\(([\p{Lu}\d][\p{L}\d-]{1,14})\)\s+(?:[Pp]roject\b|has started|have started|started|is |was |aims|main objective)`)
	introLong     = regexp.MustCompile(`\bproject ([\p{Lu}][^.:;"()]{5,160}?) [-–] ([\p{Lu}\d][\p{Lu}\d]*(?: [\p{Lu}\d][\p{Lu}\d]*){0,3})\b`)
	introShort    = regexp.MustCompile(`((?:\p{Lu}[\p{L}\d'&/-]*\s+){2,8})[-–] ([\p{Lu}\d][\p{Lu}\d]+) project\b`)
	introName     = regexp.MustCompile(`\b(?:an?|the|of|our|this|for|in|within|[Pp]resent\w*|on)\s+((?:[\p{Lu}\d][\p{L}\d.'-]*\s+){1,4})(?:project|initiative)\b`)
	introLeading  = regexp.MustCompile(`\b(?:[Pp]roject|[Pp]rojekt|[Pp]rojet|proiectul|proiectului)\s+([\p{Lu}\d][\p{L}\d.-]*\d?[\p{L}\d]*)\b`)
	notProjects   = map[string]bool{"european": true, "eu": true, "the": true, "this": true, "our": true, "european union": true, "international": true, "new": true,
		"horizon": true, "horizon 2020": true, "interreg": true, "national": true, "european industry": true, "eu funded": true, "eu-funded": true, "danube": true, "name": true, "manager": true, "coordinator": true, "partner": true, "partners": true}
	yearToYear   = regexp.MustCompile(`(?i)\bfrom\s+((?:19|20)\d\d)\s+(?:to|until|till)\s+((?:19|20)\d\d)\b`)
	inYear       = regexp.MustCompile(`(?i)\b(?:started|began|launched) in ((?:19|20)\d\d)\b`)
	untilYear    = regexp.MustCompile(`(?i)\b(?:until|till|ended in|finished in|completed in) ((?:19|20)\d\d)\b`)
	implemented  = regexp.MustCompile(`^(?:[Tt]he )?(.{2,80}?) (?:has implemented|implemented|implements|is implementing|carries out|has carried out) (?:a|the|an) `)
	groupBracket = regexp.MustCompile(`([^();,]{3,120}?)\s*\(([^()]*)\)`)
	groupColon   = regexp.MustCompile(`(` + number + `)\s+([\p{Lu}][^:;]{2,80}):\s*`)
	gluedCount   = regexp.MustCompile(`(\p{Ll})(\d{1,2} \p{Lu}\p{L}+ )`)
	fromCountry  = regexp.MustCompile(`^(.*?)\s+from\s+(.+)$`)
	sizeWord     = regexp.MustCompile(`(?i)\b(?:consortium|partnership|escp|partners|includes?|consists?|comprises?|represent\w*|employ\w*|brings? together|unit(?:es|ing)|gathers?)\b`)
	qualifies    = map[string]bool{"associate": true, "associated": true, "industrial": true, "ict": true, "member": true, "intermediary": true, "associate meta-cluster": true}
)

// genericHeads are headings of parts of an article about a project, in every project's text.
var genericHeads = regexp.MustCompile(`(?i)^(?:about|objectives?|aims?|goals?|results?|expected|partners?|consortium|contacts?|activities|target|summary|background|overview|outputs?|budget|duration|open calls?|benefits?|what|why|how|who|main|specific|general|project name|name|description|introduction|news|more|further|six|five|four|three|the )\b`)

// projectHeading reads a heading of the section of programmes: "ACRONYM - Title",
// "Title - ACRONYM", "ACRONYM stands for Title", or a title whose text says that it is a
// project.
func (r *reader) projectHeading(h paragraph, a *article, c *context) {
	at := sentence(h.no)
	open := func(e *entity) {
		c.project, c.programme, c.event, c.level = e, nil, nil, h.heading
		r.relate(participatesIn, r.self, e, at.listed())
	}
	s := h.text
	if m := standsFor.FindStringSubmatch(s); m != nil {
		open(r.project(m[1], strings.TrimRight(m[2], "."), at))
		return
	}
	before, after, ok := cutDash(s)
	if !ok {
		if b, t, colon := strings.Cut(s, ": "); colon {
			before, after, ok = b, t, true
		}
	}
	if e := r.programmeOf(s, a, c, at); e != nil {
		c.project, c.programme, c.event = nil, e, nil
		return
	}
	if ok && isFund(before) && acronymLike(after) {
		e := r.project(after, "", at)
		r.relate(fundedBy, e, r.programme(before, at), at)
		open(e)
		return
	}
	if ok && !genericHeads.MatchString(before) {
		last := before
		tail := after
		if i := strings.LastIndex(s, " - "); i >= 0 {
			last, tail = strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+3:])
		}
		switch {
		case acronymLike(before), len(strings.Fields(before)) <= 4 && len(strings.Fields(after)) > len(strings.Fields(before)) && !acronymLike(tail):
			open(r.project(before, after, at))
			return
		case acronymLike(tail) && last != "":
			open(r.project(tail, last, at))
			return
		}
	}
	named := r.introduced(a)
	if named == "" && programmeHead.MatchString(s) && startsName(s) && !genericHeads.MatchString(s) {
		c.project, c.event, c.programme = nil, nil, r.programme(s, at)
		r.relate(participatesIn, r.self, c.programme, at.listed())
		return
	}
	if named != "" {
		if c.project != nil && r.find(kindProject, named) == c.project {
			return
		}
		e := r.find(kindProject, named)
		if e == nil && similar(named, s) || e == nil && c.project == nil {
			e = r.project("", s, at)
		}
		if e != nil {
			r.called(e, s, at)
			open(e)
		} else if in, ok := introduction(firstSentence(a)); ok && in.strong {
			// The first sentence names it otherwise than the heading; both are its names.
			e := r.project(in.short, in.title, at.on(a.body[0].no))
			r.called(e, s, at.likely())
			open(e)
		}
		return
	}
	if genericHeads.MatchString(s) || r.mentionsCurrent(s, c) {
		if c.project != nil {
			if partnersBelow.MatchString(s + ":") {
				c.listing = c.project
			}
			r.projectRules(s, h.no, c.project, c, ofProject.MatchString(s) || mentions(s, c.project))
		}
		return
	}
	body := bodyText(a)
	top := c.project == nil || h.heading > 0 && c.level > 0 && h.heading <= c.level
	if m := projectHeading.FindStringSubmatch(s); m != nil && startsName(m[1]) {
		open(r.project(m[1], "", at))
	} else if projectWord.MatchString(body) && startsName(s) && (top || strings.Contains(text.Key(body), text.Key(s))) {
		open(r.project("", s, at))
	} else if h.heading == 0 || h.heading <= c.level {
		// A heading that the text does not take up may be of another project or of a part
		// of this one. What stands below is nobody's.
		c.project = nil
	}
}

// programmeHead is a heading that names a programme, a fund, a framework.
var programmeHead = regexp.MustCompile(`(?i)\b(?:programme|program|fund)\b`)

// listed is what a section of a profile says by naming a project among the body's own: that
// it takes part, but not how.
func (a at) listed() at { a.conf = derivedText; return a }

var projectWord = regexp.MustCompile(`(?i)\b(?:project|projekt|projet|proiect\p{L}*|progetto|proyecto)\b|проект`)

func firstSentence(a *article) string {
	if len(a.body) == 0 {
		return ""
	}
	list := sentences(a.body[0].text)
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func bodyText(a *article) string {
	var b strings.Builder
	for _, p := range a.body {
		b.WriteString(p.text)
		b.WriteByte('\n')
	}
	return b.String()
}

// mentionsCurrent tells whether a heading is of a part of the current project's text.
func (r *reader) mentionsCurrent(s string, c *context) bool {
	if c.project == nil {
		return false
	}
	return strings.Contains(" "+text.Key(s)+" ", " "+text.Key(c.project.name)+" ")
}

// programmeOf finds the programme that an article is about itself: its first paragraphs
// name it, and the heading has its words.
func (r *reader) programmeOf(head string, a *article, c *context, at at) *entity {
	for i, p := range a.body {
		if i > 2 {
			break
		}
		for _, s := range sentences(p.text) {
			m := underProgram.FindStringIndex(s)
			if m == nil {
				continue
			}
			name, _ := takeName(s[m[1]:])
			if name == "" || !shareWords(name, head, 2) {
				continue
			}
			e := r.programme(name, sentence(p.no))
			_, tail, ok := cutDash(head)
			if !ok {
				tail = head
			}
			r.called(e, tail, at)
			return e
		}
	}
	return nil
}

func shareWords(a, b string, want int) bool {
	in := map[string]bool{}
	for _, w := range strings.Fields(text.Key(a)) {
		in[w] = len(w) > 3
	}
	n := 0
	for _, w := range strings.Fields(text.Key(b)) {
		if in[w] {
			n++
		}
	}
	return n >= want
}

// introduced is the name by which the text of an article introduces a project.
func (r *reader) introduced(a *article) string {
	n := 0
	for _, p := range a.body {
		if n += len(p.text); n > maxProse-r.prose {
			return "" // what stands here is not read either
		}
		for _, s := range sentences(p.text) {
			if len(s) > maxSentence {
				continue
			}
			if in, ok := introduction(s); ok && in.strong {
				if in.short != "" {
					return in.short
				}
				return in.title
			}
		}
	}
	return ""
}

// leadPartner reads "X - lead partner".
func (r *reader) leadPartner(m []string, at at, c *context) {
	role := "PARTICIPANT"
	if !strings.HasSuffix(strings.ToLower(m[2]), "partner") || strings.HasPrefix(strings.ToLower(m[2]), "lead") {
		role = "COORDINATOR"
	}
	for _, e := range r.actors([]string{m[1]}, "", at) {
		r.relate(participatesIn, e, c.project, at, "role", role, "roleText", m[2])
	}
	c.leads = true
}

// partnerLine reads a line below that of a lead partner: a body's name alone.
func (r *reader) partnerLine(h paragraph, a *article, c *context) bool {
	if len(a.body) > 0 || c.project == nil || h.gaps > 3 || len(h.text) > 100 {
		return false
	}
	if before, _, ok := cutDash(h.text); ok && acronymLike(before) || standsFor.MatchString(h.text) {
		return false
	}
	if m := leadLine.FindStringSubmatch(h.text); m != nil {
		return false
	}
	if !orgLike(h.text) {
		return false
	}
	at := sentence(h.no).likely()
	for _, e := range r.actors([]string{h.text}, "", at) {
		r.relate(participatesIn, e, c.project, at, "role", "PARTICIPANT")
	}
	return true
}

// orgLike tells whether a line is the name of a body: by a word of bodies, a legal form, or
// capitals throughout.
func orgLike(s string) bool {
	if hasStem(s, clusterStems) || hasStem(s, bodyStems) {
		return true
	}
	for _, w := range strings.Fields(text.Key(s)) {
		if legalForms[w] {
			return true
		}
	}
	return strings.ToUpper(s) == s && caps(s) >= 3
}

var roleAtPlace = regexp.MustCompile(`^(.{3,80}?)\s+[-–—]\s+(.{2,100})$`)

// contactPerson reads a person's name in a line, and the role and body in the next.
func (r *reader) contactPerson(h paragraph, a *article, c *context) bool {
	_, who, ok := person(h.text)
	if !ok || len(a.body) == 0 {
		return false
	}
	m := roleAtPlace.FindStringSubmatch(a.body[0].text)
	if m == nil || !isContactRole(m[1]) {
		return false
	}
	p := r.node(kindPerson, who, sentence(h.no))
	at := sentence(a.body[0].no)
	if e := r.actor(m[2], "", at); e != nil {
		r.relate(affiliatedWith, p, e, at)
	}
	if c.project != nil {
		r.relate(worksOn, p, c.project, at.likely(), "role", m[1])
	}
	a.body = a.body[1:]
	return true
}

// intro is how a sentence names a project.
type intro struct {
	short, title, grant string
	// strong tells that the sentence introduces it, not only mentions it.
	strong bool
	// glossed tells that it only explains a short name, which may be anybody's.
	glossed bool
}

// introduction finds the project that a sentence names.
func introduction(s string) (intro, bool) {
	if m := introQuoted.FindStringSubmatch(s); m != nil {
		return intro{short: m[2], title: m[1], grant: m[3], strong: true}, true
	}
	if m := introBracket.FindStringSubmatch(s); m != nil {
		return intro{short: m[1], title: m[2], strong: true}, true
	}
	if m := introLong.FindStringSubmatch(s); m != nil && acronymLike(m[2]) {
		return intro{short: m[2], title: m[1], strong: true}, true
	}
	if m := introTitle.FindStringSubmatch(s); m != nil && caps(m[2]) >= 2 {
		title := trimLead(m[1])
		if title != "" && !hasStem(title, clusterStems[:1]) {
			return intro{short: m[2], title: title, strong: true}, true
		}
	}
	if m := introShort.FindStringSubmatch(s); m != nil {
		return intro{short: m[2], title: strings.TrimSpace(m[1]), strong: true}, true
	}
	if m := standsFor.FindStringSubmatch(s); m != nil {
		return intro{short: m[1], title: strings.TrimRight(m[2], "."), strong: true, glossed: true}, true
	}
	for _, m := range introName.FindAllStringSubmatch(s, -1) {
		name := strings.TrimSpace(m[1])
		if _, country := vocabulary.CountryNamed(name); !country && !notProjects[strings.ToLower(name)] {
			return intro{short: name}, true
		}
	}
	if m := introLeading.FindStringSubmatch(s); m != nil && acronymLike(m[1]) {
		return intro{short: m[1]}, true
	}
	return intro{}, false
}

// trimLead takes from a title what belongs to the sentence before it.
func trimLead(s string) string {
	s = strings.TrimSpace(s)
	for {
		w, rest, ok := strings.Cut(s, " ")
		if !ok || w != "The" && w != "In" && w != "Within" && w != "Our" && w != "Project" && w != "This" && w != "Of" {
			return s
		}
		s = strings.TrimSpace(rest)
	}
}

// introduce makes the project that a sentence names, and decides whether what follows is
// about it.
func (r *reader) introduce(in intro, s string, line int, a *article, c *context) *entity {
	at := sentence(line)
	if !in.strong {
		at = at.likely()
		if e := r.find(kindProject, in.short); e == nil && c.project != nil && similar(in.short, c.project.name) {
			return c.project
		}
		if !acronymLike(in.short) && r.find(kindProject, in.short) == nil && c.project != nil && a.section == fProgrammes {
			return c.project
		}
		// "The X project" may be anybody's name for it; without capitals or a heading it is
		// no name to found a project on.
		if r.find(kindProject, in.short) == nil && len(strings.Fields(in.short)) == 1 && caps(in.short) < 2 && c.event == nil {
			return c.project
		}
	}
	e := r.project(in.short, in.title, at)
	if in.grant != "" {
		r.say(e, "grantNumber", in.grant, at)
	}
	if a.section != fProgrammes && c.event == nil && (in.strong || c.project == nil) {
		c.project = e
	}
	if a.section == fProgrammes && (in.strong || c.project == nil) && c.programme == nil {
		if c.project != e {
			c.project = e
			r.relate(participatesIn, r.self, e, at.listed())
		}
	}
	if c.event != nil {
		kind := about
		if i := strings.Index(s, in.name()); i > 0 && withinProject.MatchString(s[max(0, i-120):i]) {
			kind = partOf
		}
		r.relate(kind, c.event, e, at)
	}
	return e
}

func (in intro) name() string {
	if in.title != "" {
		return in.title
	}
	return in.short
}

// ofProject tells of a sentence that its subject is the project the article is about, and
// not, say, its website that was launched.
var ofProject = regexp.MustCompile(`(?i)^it\b|^its\b|\b(?:project|projekt|projet|consortium|partnership|escp|initiative|action|duration|budget|laufzeit|dauer|projektstart|projektbeginn)\b|\bproiect|проект`)

// projectRules read what a sentence says of a project. of tells that the sentence names it,
// or something that stands for it.
func (r *reader) projectRules(s string, line int, p *entity, c *context, of bool) {
	at := sentence(line)
	if of && (c.event == nil || p != c.project) {
		r.dates(s, line, p, false)
	}
	if of {
		r.money(s, line, p)
	}
	r.funding(s, line, p)
	if m := grantNo.FindStringSubmatch(s); m != nil {
		no := strings.ReplaceAll(m[1], " ", "")
		r.say(p, "grantNumber", no, at)
		if (len(no) == 6 || len(no) == 9) && cordisProgramme.MatchString(s) {
			r.identified(p, schemeCORDIS, no, at)
		}
	}
	r.partnerRules(s, line, p, of)
	if c.event == nil {
		r.quantities(s, line, p)
	}
	if m := openCall.FindStringSubmatch(s); m != nil && startWord.MatchString(s) {
		if d, _, _, ok := findDate(s); ok {
			name := p.name + " Open Call"
			if m[1] != "" {
				name = p.name + " " + strings.ToUpper(m[1][:1]) + m[1][1:] + " Open Call"
			}
			call := r.node(kindProgramme, name, at.likely())
			r.say(call, "level", "CALL", at)
			r.say(call, "start", d.from, at.likely())
			r.relate(partOf, call, p, at)
		}
	}
}

var cordisProgramme = regexp.MustCompile(`(?i)\bhorizon (?:2020|europe)\b|\bH2020\b|\bFP[67]\b`)

// dates reads the start, the end and the duration of a project.
func (r *reader) dates(s string, line int, p *entity, short bool) {
	at := sentence(line)
	if openCall.MatchString(s) {
		return
	}
	if m := fromTo.FindStringSubmatch(s); m != nil {
		from, ok := readDate(strings.Trim(m[1], " ,."))
		if ok {
			if to, _, _, ok := findDate(m[2]); ok {
				r.say(p, "start", from, at)
				r.say(p, "end", to.to, at)
				return
			}
		}
	}
	if m := yearToYear.FindStringSubmatch(s); m != nil {
		r.sayDate(p, "start", m[1], at)
		r.sayDate(p, "end", m[2], at)
	} else if m := inYear.FindStringSubmatch(s); m != nil {
		r.sayDate(p, "start", m[1], at)
	} else if m := untilYear.FindStringSubmatch(s); m != nil {
		r.sayDate(p, "end", m[1], at)
	}
	if d, start, _, ok := findDate(s); ok {
		word := startWord.FindStringIndex(s)
		end := endWord.FindStringIndex(s)
		switch {
		case word != nil && (end == nil || abs(word[0]-start) <= abs(end[0]-start)) && abs(word[0]-start) < 160:
			r.say(p, "start", d.from, at)
			if end != nil && end[0] > start {
				if to, after, _, ok := findDate(s[end[1]:]); ok && after < 30 {
					r.say(p, "end", to.to, at)
				}
			}
		case end != nil && start >= end[0] && start-end[1] < 30:
			r.say(p, "end", d.to, at)
		}
	}
	if months, ok := readDuration(s); ok {
		whole := durationRE.FindString(s)
		if durationWord.MatchString(s) || short && len(strings.Trim(s, " .")) == len(whole) {
			r.say(p, "durationMonths", months, at)
		}
	}
}

func (r *reader) sayDate(e *entity, prop, s string, at at) {
	if d, err := store.ParseDate(s); err == nil {
		r.say(e, prop, d, at)
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// money reads the budget of a project and what its programme pays.
func (r *reader) money(s string, line int, p *entity) {
	for prop, word := range map[string]*regexp.Regexp{"contribution": grantWord, "totalCost": budgetWord} {
		at := word.FindStringIndex(s)
		if at == nil {
			continue
		}
		if m, ok := findMoney(s[at[0]:]); ok {
			r.say(p, prop, m, sentence(line))
		}
	}
}

// funding reads the programmes and funders of a project.
func (r *reader) funding(s string, line int, p *entity) {
	at := sentence(line)
	var call string
	if m := underCall.FindStringSubmatch(s); m != nil {
		call = m[1]
	} else if m := callCode.FindStringSubmatch(s); m != nil {
		call = strings.NewReplacer(" ", "", "–", "-").Replace(m[1])
	} else if m := callFor.FindStringSubmatch(s); m != nil {
		call = strings.TrimSpace(m[1])
	}
	for _, m := range funded.FindAllStringIndex(s, -1) {
		names, rest, sure := takeNames(s[m[1]:])
		if len(names) == 0 || !sure {
			r.notRead(line, s, "says that it is funded, but by whom is not told apart")
			continue
		}
		for i, n := range names {
			if isFund(n) || i == len(names)-1 && programWord.MatchString(rest) {
				pr := r.programme(n, at)
				r.relate(fundedBy, p, pr, at, "call", call)
				if m := grantNo.FindStringSubmatch(s); m != nil {
					r.relate(fundedBy, p, pr, at, "grantNumber", strings.ReplaceAll(m[1], " ", ""))
				}
			} else if e := r.actor(n, "", at); e != nil {
				r.relate(supportedBy, p, e, at, "role", "FUNDER", "roleText", strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s[m[0]:m[1]])), " the"))
			}
		}
	}
	for _, m := range supported.FindAllStringIndex(s, -1) {
		before := strings.ToLower(strings.TrimSpace(s[:m[0]]))
		if strings.HasSuffix(before, "financially") {
			continue
		}
		names, rest, sure := takeNames(s[m[1]:])
		if len(names) == 0 || !sure {
			continue
		}
		role := ""
		if strings.Contains(before, "preparation") {
			role = "PREPARATION"
		}
		for i, n := range names {
			if i == len(names)-1 && programWord.MatchString(rest) {
				r.relate(fundedBy, p, r.programme(n, at), at, "call", call)
			} else if e := r.actor(n, "", at); e != nil && e != r.self {
				r.relate(supportedBy, p, e, at, "role", role, "roleText", "supported by")
			}
		}
	}
}

// partnerRules read who takes part in a project.
func (r *reader) partnerRules(s string, line int, p *entity, of bool) {
	at := sentence(line)
	for _, re := range []*regexp.Regexp{coordinatedBy, coordinatorIs} {
		for _, m := range re.FindAllStringIndex(s, -1) {
			if strings.HasPrefix(strings.ToLower(s[m[0]:m[1]]), "managed") && !projectWord.MatchString(s[:m[0]]) {
				continue
			}
			if !of {
				continue
			}
			names, _, sure := takeNames(strings.TrimSpace(s[m[1]:]))
			if !sure || len(names) == 0 {
				r.notRead(line, s, "says that it is coordinated, but by whom is not told apart")
				continue
			}
			for _, e := range r.actors(names, "", at) {
				r.relate(participatesIn, e, p, at, "role", "COORDINATOR")
			}
		}
	}
	if m := isCoordinator.FindStringSubmatch(s); m != nil && (r.isSelf(m[1]) || startsName(m[1]) && len(m[1]) < 80) && projectWord.MatchString(s) {
		for _, e := range r.actors([]string{m[1]}, "", at) {
			r.relate(participatesIn, e, p, at, "role", "COORDINATOR")
		}
	} else if m := partnerIn.FindStringSubmatch(s); m != nil && m[2] != "" && r.isSelf(m[1]) && projectWord.MatchString(s) {
		role := "PARTICIPANT"
		if strings.Contains(m[2], "coordinator") || strings.Contains(m[2], "lead") {
			role = "COORDINATOR"
		}
		r.relate(participatesIn, r.self, p, at, "role", role, "roleText", m[2])
	}
	if implemented.MatchString(s) {
		if m := implemented.FindStringSubmatch(s); r.isSelf(m[1]) {
			r.relate(participatesIn, r.self, p, at, "roleText", "has implemented")
		}
	}
	if m := firstMatch(partners, s); m != "" {
		r.partnerList(m, "", "", 0, line, p)
		return
	}
	if m := consortium.FindStringSubmatch(s); m != nil {
		r.consortium(m[1], s, line, p)
	}
}

// partnerList reads an enumeration of partners. kind is what the text calls them all.
func (r *reader) partnerList(s, kind, roleText string, want int, line int, p *entity) {
	at := sentence(line)
	l := splitNames(following.ReplaceAllString(s, ""), want)
	if !l.sure || len(l.names) == 0 {
		r.notRead(line, s, "an enumeration of partners that cannot be told apart for certain")
		return
	}
	for _, n := range l.names {
		at := at
		if !namelike(n) {
			if roleText == "" || len(strings.Fields(n)) > 3 {
				r.notRead(line, n, "stands among partners but is not written as a name")
				continue
			}
			// Within a group of partners a short name may be in small letters: "time.lex".
			at.conf = derivedText
		}
		if e := r.actor(n, kind, at); e != nil {
			r.relate(participatesIn, e, p, at, "roleText", roleText)
			// An enumeration of partners has the coordinator among them.
			r.relate(participatesIn, e, p, at.likely(), "role", "PARTICIPANT")
		}
	}
}

// partnersBelow introduces a list of partners.
var partnersBelow = regexp.MustCompile(`(?i)^(?:the |our |all |other |further )*(?:project |consortium )?partners?(?: (?:in|of|for|within) (?:the|this) (?:project|consortium|partnership))?(?: organi[sz]ations)?(?: (?:are|include))?(?: the following| as follows)?\s*:$|` +
	`^(?:die )?(?:projekt)?partner(?: (?:im|des) projekts?)?(?: sind)?\s*:$|^(?:les )?partenaires(?: du projet)?(?: sont)?\s*:$|^(?:los )?socios(?: del proyecto)?(?: son)?\s*:$|` +
	`^partenerii?(?: (?:în proiect|proiectului|din proiect))?(?: sunt)?\s*:$|^партньори(?:те)?(?: (?:по|в|на) проекта)?(?: са)?\s*:$|^партнери(?: про[єе]кту)?\s*:$`)

// partnerItem reads one item of such a list: "X (Country)", "X, Country", "X - coordinator".
func (r *reader) partnerItem(s string, line int, c *context) {
	if m := leadLine.FindStringSubmatch(s); m != nil {
		r.leadPartner(m, sentence(line), c)
		c.leads = false
		return
	}
	s = strings.Trim(s, " .;,")
	if head, rest, ok := strings.Cut(s, ", "); ok {
		if _, country := vocabulary.CountryNamed(rest); country {
			s = head + " (" + rest + ")"
		}
	}
	if !namelike(s) {
		r.notRead(line, s, "stands in a list of partners but is not written as a name")
		return
	}
	if e := r.actor(s, "", sentence(line)); e != nil {
		r.relate(participatesIn, e, c.listing, sentence(line).likely(), "role", "PARTICIPANT")
	}
}

// following introduces an enumeration: "the following partners:".
var following = regexp.MustCompile(`(?i)^(?:as follows|(?:of )?(?:the )?following(?: [\p{L}-]+){0,2})\s*:\s*`)

// namelike tells whether an item of an enumeration is written as a name: most of its words
// that can have one have a capital.
func namelike(s string) bool {
	if len(s) > maxName {
		return false
	}
	named, small := 0, 0
	for _, w := range strings.Fields(s) {
		switch {
		case within[strings.ToLower(w)]:
		case startsName(w):
			named++
		default:
			small++
		}
	}
	return named > 0 && small <= named+1 && small <= 3
}

// consortium reads who a consortium consists of: an enumeration, or groups of partners with
// what they are before brackets or a colon.
func (r *reader) consortium(s, whole string, line int, p *entity) {
	if rest := following.ReplaceAllString(s, ""); rest != s {
		r.partnerList(rest, "", "", 0, line, p)
		return
	}
	head := countedHead.FindString(s)
	s = strings.TrimSpace(s[len(head):])
	// "8 partners from 6 countries:5 clusters: A, B;2 ..." with the space lost.
	s = gluedCount.ReplaceAllString(s, "$1; $2")
	if groups := groupColon.FindAllStringSubmatchIndex(s, -1); len(groups) > 0 && strings.TrimSpace(s[:groups[0][0]]) == "" {
		for i, g := range groups {
			end := len(s)
			if i+1 < len(groups) {
				end = groups[i+1][0]
			}
			want, _ := readCount(s[g[2]:g[3]])
			label := strings.TrimSpace(s[g[4]:g[5]])
			if m := fromCountry.FindStringSubmatch(label); m != nil {
				label = m[1]
			}
			r.partnerList(s[g[1]:end], groupKind(label), label, int(want), line, p)
		}
		return
	}
	if groups := groupBracket.FindAllStringSubmatch(s, -1); len(groups) > 0 && (len(groups) > 1 || strings.Contains(groups[0][2], ",")) && bracketGroups(groups) {
		for _, g := range groups {
			label := strings.TrimSpace(leadingConjunction.ReplaceAllString(strings.TrimSpace(g[1]), ""))
			r.partnerList(g[2], "", label, 0, line, p)
		}
		return
	}
	if head == "" && !startsName(s) {
		return
	}
	name, rest := takeName(s)
	if name == "" || strings.TrimSpace(strings.Trim(rest, ".")) != "" && head == "" {
		return
	}
	if strings.Contains(name, ",") || conjunction.MatchString(name) {
		r.partnerList(name, "", "", 0, line, p)
	}
}

// bracketGroups tells whether brackets hold partners: then what stands before each is a
// common noun, not a name whose country or short form they hold.
func bracketGroups(groups [][]string) bool {
	lists := 0
	for _, g := range groups {
		if _, ok := vocabulary.CountryNamed(g[2]); ok {
			return false
		}
		if strings.Contains(g[2], ",") {
			lists++
		}
	}
	return lists > 0
}

// groupKind is the kind of the partners of a group of several: "5 ICT Clusters".
func groupKind(label string) string {
	key := text.Key(label)
	if strings.HasSuffix(key, "clusters") || strings.HasSuffix(key, "cluster") || strings.HasSuffix(key, "klaster") {
		return kindCluster
	}
	return ""
}

// quantities reads the numbers a text declares of a project or a body.
func (r *reader) quantities(s string, line int, e *entity) {
	if !sizeWord.MatchString(s) {
		return
	}
	for _, m := range quantity.FindAllStringSubmatch(s, -1) {
		n, ok := readCount(m[2])
		if !ok {
			continue
		}
		if m[3] == "" && m[1] == "" && n < 2 && !strings.Contains(strings.ToLower(m[5]), "partner") {
			continue
		}
		name := strings.ToLower(m[5])
		if q := strings.ToLower(strings.TrimSpace(m[4])); qualifies[q] || q != "" && q != "european" && strings.HasPrefix(name, "cluster") {
			name = q + " " + name
		}
		r.indicator(e, name, float64(n), "", bound(m[1], m[3]), sentence(line))
	}
}

func bound(word, plus string) string {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "more than", "over", "at least":
		return boundAtLeast
	case "up to":
		return boundAtMost
	case "about", "around", "approximately", "some":
		return boundAbout
	}
	if plus != "" {
		return boundAtLeast
	}
	return boundExactly
}

// programmeRules read what a sentence says of a programme that the body takes part in
// itself.
func (r *reader) programmeRules(s string, line int, c *context) {
	at := sentence(line)
	if m := intermediary.FindStringSubmatch(s); m != nil {
		props := []store.Value{"role", "INTERMEDIARY", "roleText", m[1]}
		if y := sinceYear.FindStringSubmatch(s); y != nil {
			if d, err := store.ParseDate(y[1]); err == nil {
				props = append(props, "since", d)
			}
		}
		r.relate(participatesIn, r.self, c.programme, at, props...)
	}
	for _, m := range funded.FindAllStringIndex(s, -1) {
		names, rest, sure := takeNames(s[m[1]:])
		for i, n := range names {
			if sure && (isFund(n) || i == len(names)-1 && programWord.MatchString(rest)) {
				if e := r.programme(n, at); e != nil {
					r.relate(partOf, c.programme, e, at.likely())
				}
			}
		}
	}
}

// projectLabel is a line of a project's text that is written as a label and its value.
var projectLabel = regexp.MustCompile(`(?i)^((?:project )?(?:start(?:ing)?(?: date)?|end(?: date)?|duration|period|(?:total )?budget|coordinator|leader|lead partner|partners|programme|program|acronym|title)|funding programme|funded by|financed by|funding|project name|project|coordinated by|coordination)\s*:\s*(.+)$`)

// labelled reads such a line; false if its label is one that sentences are read by too.
func (r *reader) labelled(label, s string, p paragraph, c *context) bool {
	at := sentence(p.no)
	label = strings.TrimPrefix(strings.ToLower(label), "project ")
	switch label {
	case "acronym", "title", "name", "project":
		before, after, ok := cutDash(s)
		switch {
		case label == "title" && c.project != nil:
			r.called(c.project, s, at)
			r.say(c.project, "title", s, at)
		case ok && acronymLike(before):
			c.project = r.project(before, after, at)
		case c.project != nil && label == "acronym":
			r.called(c.project, s, at)
			r.say(c.project, "acronym", s, at)
		default:
			c.project = r.project(s, "", at)
		}
		if c.section == fProgrammes {
			r.relate(participatesIn, r.self, c.project, at.listed())
		}
		return true
	}
	if c.project == nil {
		return false
	}
	if from, to, ok := cutDash(strings.TrimRight(s, ".")); ok && label == "period" {
		first, known := readDate(from)
		last, ends := readDate(to)
		if known && ends {
			r.say(c.project, "start", first, at)
			r.say(c.project, "end", last, at)
			return true
		}
	}
	r.dates(p.text, p.no, c.project, true)
	r.money(p.text, p.no, c.project)
	switch label {
	case "coordinator", "leader", "lead partner", "coordinated by", "coordination":
		if name := cleanName(s); namelike(name) {
			r.relate(participatesIn, r.actor(name, "", at), c.project, at, "role", "COORDINATOR")
			return true
		}
	case "partners":
		r.partnerList(s, "", "", 0, p.no, c.project)
		return true
	case "programme", "program", "funding programme", "funded by", "financed by", "funding":
		names, _, sure := takeNames(s)
		for _, n := range names {
			if sure && (isFund(n) || strings.Contains(label, "program")) {
				r.relate(fundedBy, c.project, r.programme(n, at), at)
			} else if sure {
				r.relate(supportedBy, c.project, r.actor(n, "", at), at, "role", "FUNDER")
			}
		}
		if !sure || len(names) == 0 {
			r.notRead(p.no, s, "says who funds the project, but the names cannot be told apart")
		}
		return true
	}
	return false
}
