package eccp

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// nameWords is a run of words as names are written, with small words inside.
const nameWords = `(?:[\p{Lu}\d][\p{L}\d.&'+/-]*|\p{Ll}+\p{Lu}[\p{L}\d]*)(?:\s+(?:(?:of|for|the|and|de|di|du|la|&|-|–)\s+)*(?:[\p{Lu}\d][\p{L}\d.&'+/-]*|\p{Ll}+\p{Lu}[\p{L}\d]*))*`

var (
	monthHeading    = regexp.MustCompile(`^(\p{L}{3,12}\s+\d{4})\s*[-–—,:]\s*(.+)$`)
	standsFor       = regexp.MustCompile(`^([\p{Lu}\d][\p{L}\d.-]*(?: [\p{Lu}\d][\p{L}\d.-]*){0,3}) (?:stands for|steht für|signifie) (.+)$`)
	leadLine        = regexp.MustCompile(`(?i)^(.+?)\s*[-–:,(]\s*(lead partner|project coordinator|coordinator|lead beneficiary|project leader|leader|project partner|partner)\)?$`)
	establishmentOf = regexp.MustCompile(`(?i)^(?:establishment|foundation|creation|launch) of (?:the )?(.+)$`)
	projectHeading  = regexp.MustCompile(`^(.+?) [Pp]roject$`)
	eventNoun       = `(?:webinar|conference|seminar|workshop|training|forum|summit|event|meeting|round ?table|trade fair|fair|congress|hackathon|info ?day|symposium|expo|konferenz|conférence|conferința|конференция)`
	eventTitle      = regexp.MustCompile(`(?i)\b(` + eventNoun + `)s?\s*[:,]?\s*"([^"]{4,200})"`)
	titledEvent     = regexp.MustCompile(`(?i)"([^"]{4,200})"\s+(` + eventNoun + `)\b`)
	heldEvent       = regexp.MustCompile(`(?i)^the (.{5,140}?) (?:was held|took place|will take place|will be held|is held) `)
	atEvent         = regexp.MustCompile(`\b(?:in|during|at|attended|within)\s+the\s+([\p{Lu}\d][^."]{0,90}?\b(?i:` + eventNoun + `))\b`)
	companyVisit    = regexp.MustCompile(`(?i)^company visit\b[^"]{0,40}?"([^"]+)"(?:\s*\(([^)]+)\))?|^company visit\s+(.+)$`)
	organisedMeet   = regexp.MustCompile(`\borgani[sz]ed the (.{3,60}?\b(?:` + eventNoun + `))\b(?:\s+in\s+([\p{Lu}][\p{L}-]+))?`)
	happens         = regexp.MustCompile(`(?i)\b(?:was held|took place|will take place|will be held|held|takes place)\b`)
	partners        = regexp.MustCompile(`(?i)^(?:the |our |other |all |further )*(?:project |consortium )?partners?(?: (?:in|of|for|within) (?:the|this) (?:project|consortium|partnership))?(?: organi[sz]ations)? (?:are|is|include)\s*:?\s+(.+)$|` +
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
	foundedBy     = regexp.MustCompile(`^(?:[Tt]he )?(` + nameWords + `|[Tt]he (?:network|cluster|association|hub)|It) (?:is|was|has been)\b.{0,60}?\b(?:founded|established|created|set up)\b(?:\s+in\s+(\d{4}))?(?:\s+on\s+(.{6,24}?))?\s+by\s+(.+)$`)
	whoFounded    = regexp.MustCompile(`(?i)^the (` + number + `) (.{3,60}?) (?:that|who|which) (?:founded|established|created|set up) (?:the )?(.{3,100}?)(?: (?:are|come|were|include)\b[^:]*)?:\s*(.+)$`)
	theyFounded   = regexp.MustCompile(`^(.{5,400}?)\s+(?:combined .{3,80}? and |jointly |together |have )*(?:founded|established|created|set up) (?:the )?("[^"]{4,200}"|` + nameWords + `)`)
	membersAre    = regexp.MustCompile(`(?i)^(?:the |its |our )*(founding )?(members|founders)(?: of (?:the )?(.{3,100}?))? (?:are|include|is)\s*:?\s+(.+)$`)
	memberOfRE    = regexp.MustCompile(`^(.{2,100}?) (?:is|are) (?:also )?(?:an? )?(?:(founding|active|associated|proud|full) )?members? of (?:the )?(.+)$`)
	operatedBy    = regexp.MustCompile(`(?:[Tt]he )?(` + nameWords + `),?\s+(?:managed|operated|run) by (?:the )?`)
	becamePart    = regexp.MustCompile(`\bbecame an? (` + nameWords + `?) Supporting Organi[sz]ation`)
	leaderOfHub   = regexp.MustCompile(`(?i)\bleader of (?:one of )?(?:the )?(?:\d+ )?(proto-hubs?|digital innovation hubs?|hubs?|dihs?)\s+(?:"|the )?`)
	intermediary  = regexp.MustCompile(`(?i)\bas an? (Intermediary Organi[sz]ation[^,]*?)\s*,`)
	underProgram  = regexp.MustCompile(`(?i)\b(?:under|in|within|of) the program(?:me)?\s+"?`)
	sinceYear     = regexp.MustCompile(`(?i)^(?:from|since)\s+((?:19|20)\d\d)\b`)
	organisedBy   = regexp.MustCompile(`(?i)\b(?:co-?)?organi[sz]ed (?:jointly )?by (?:the )?`)
	hostedBy      = regexp.MustCompile(`(?i)\bhosted by (?:the )?`)
	sponsorsWere  = regexp.MustCompile(`(?i)\bsponsors?(?: of the event)? (?:were|was|are|is)\s+`)
	withinProject = regexp.MustCompile(`(?i)\bwithin\b|\bin the framework of\b|\bunder the framework of\b|\bas part of\b`)
	bracketRole   = regexp.MustCompile(`((?:\p{Lu}[\p{L}'-]+\s+){1,3}\p{Lu}[\p{L}'-]+) \(([^(),]{3,80}), ([^()]{2,80})\)`)
	titledPerson  = regexp.MustCompile(`^(Mr|Ms|Mrs|Dr|Prof)\.?\s+((?:\p{Lu}[\p{L}'-]+\s*){2,4}?)((?:,[^,]{2,80}){0,3}?),?\s+(?i:(presented|participated|spoke|attended|opened|moderated|gave|talked|took part))\b`)
	plainPerson   = regexp.MustCompile(`^((?:\p{Lu}[\p{L}'-]+ ){1,3}\p{Lu}[\p{L}'-]+) (presented|spoke|talked|opened|moderated) `)
	organisers    = regexp.MustCompile(`((?:\p{Lu}[\p{L}'-]+ ){1,3}\p{Lu}[\p{L}'-]+) and ((?:\p{Lu}[\p{L}'-]+ ){1,3}\p{Lu}[\p{L}'-]+) organi[sz]ed\b`)
	quantity      = regexp.MustCompile(`(?i)\b(more than|over|at least|up to|about|around|approximately|some)?\s*(` + number + `)(\+)?\s+((?:[\p{L}-]+\s+){0,3}?)(partners?|clusters?|countries|smes?|members|organi[sz]ations|companies|people|employees|regions|universities|enterprises|start-?ups)\b`)
)

// genericHeads are headings of parts of an article about a project, in every project's text.
var genericHeads = regexp.MustCompile(`(?i)^(?:about|objectives?|aims?|goals?|results?|expected|partners?|consortium|contacts?|activities|target|summary|background|overview|outputs?|budget|duration|open calls?|benefits?|what|why|how|who|main|specific|general|project name|name|description|introduction|news|more|further|six|five|four|three|the )\b`)

// heading reads a heading for what the text below it is about.
func (r *reader) heading(a *article, c *context) {
	if a.head == nil {
		return
	}
	h := *a.head
	at := sentence(h.no)
	c.speakers, c.founding = false, nil
	if c.leads && r.partnerLine(h, a, c) {
		return
	}
	c.leads = false
	if m := monthHeading.FindStringSubmatch(h.text); m != nil {
		if d, ok := readDate(m[1]); ok {
			if spot := r.place(m[2], at); spot != nil {
				c.day, c.spot, c.event, c.project = &d, spot, nil, nil
				return
			}
		}
	}
	if m := leadLine.FindStringSubmatch(h.text); m != nil && c.project != nil {
		r.leadPartner(m, at, c)
		return
	}
	if r.contactPerson(h, a, c) {
		return
	}
	if a.section == fProgrammes {
		r.projectHeading(h, a, c)
		return
	}
	c.day, c.spot, c.event, c.project, c.programme = nil, nil, nil, nil, nil
	c.offers = projectWord.MatchString(bodyText(a))
	if e := r.eventIn(h.text, c, at); e != nil {
		c.event = e
		return
	}
	if m := establishmentOf.FindStringSubmatch(h.text); m != nil {
		name, _ := takeName(m[1])
		if name = cleanName(name); actorKind(name, "") == kindNetwork {
			c.founding = r.actor(name, kindNetwork, at)
		}
		return
	}
	if m := projectHeading.FindStringSubmatch(h.text); m != nil && startsName(m[1]) && len(strings.Fields(m[1])) <= 6 {
		c.project = r.project(m[1], "", at)
		return
	}
	r.sentence(h.text, h.no, a, c)
}

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
	for _, p := range a.body {
		for _, s := range sentences(p.text) {
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

var (
	introQuoted  = regexp.MustCompile(`(?i)(?:\b(?:project|projekt|projet|proiectul|progetto|proyecto)|проект\p{L}*)\s+"([^"]{3,200})"\s*,?\s*(?:\(([^()]{2,30})\))?\s*([A-Z]{2}\w{3,}[\w./-]{4,}\d)?`)
	introBracket = regexp.MustCompile(`\b[Pp]roje(?:ct|kt|t)\s+([\p{Lu}\d][\p{L}\d.-]*(?: [\p{Lu}\d][\p{L}\d.-]*){0,3})\s*\(\s*([^()]{6,200}?)\s*\)`)
	introTitle   = regexp.MustCompile(`((?:\p{Lu}[\p{L}\d'&/-]*\s+)(?:[\p{L}\d'&/-]+\s+){0,7})\(([\p{Lu}\d][\p{L}\d-]{1,14})\)\s+(?:[Pp]roject\b|has started|have started|started|is |was |aims|main objective)`)
	introLong    = regexp.MustCompile(`\bproject ([\p{Lu}][^.:;"()]{5,160}?) [-–] ([\p{Lu}\d][\p{Lu}\d]*(?: [\p{Lu}\d][\p{Lu}\d]*){0,3})\b`)
	introShort   = regexp.MustCompile(`((?:\p{Lu}[\p{L}\d'&/-]*\s+){2,8})[-–] ([\p{Lu}\d][\p{Lu}\d]+) project\b`)
	introName    = regexp.MustCompile(`\b(?:an?|the|of|our|this|for|in|within|[Pp]resent\w*|on)\s+((?:[\p{Lu}\d][\p{L}\d.'-]*\s+){1,4})(?:project|initiative)\b`)
	introLeading = regexp.MustCompile(`\b(?:[Pp]roject|[Pp]rojekt|[Pp]rojet|proiectul|proiectului)\s+([\p{Lu}\d][\p{L}\d.-]*\d?[\p{L}\d]*)\b`)
	notProjects  = map[string]bool{"european": true, "eu": true, "the": true, "this": true, "our": true, "european union": true, "international": true, "new": true,
		"horizon": true, "horizon 2020": true, "interreg": true, "national": true, "european industry": true, "eu funded": true, "eu-funded": true, "danube": true, "name": true, "manager": true, "coordinator": true, "partner": true, "partners": true}
)

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
		if name := strings.TrimSpace(m[1]); !notProjects[strings.ToLower(name)] && countries[text.Key(name)] == "" {
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

// paragraph reads one paragraph sentence by sentence.
func (r *reader) paragraph(p paragraph, a *article, c *context) {
	at := sentence(p.no)
	if c.leads && !p.bullet {
		c.leads = false
	}
	if c.project != nil && a.section == fProgrammes || c.project != nil && !p.bullet {
		r.links(p, c)
	}
	if p.bullet {
		r.bullet(p, c)
		return
	}
	if m := leadLine.FindStringSubmatch(p.text); m != nil && c.project != nil && len(p.text) < 120 {
		r.leadPartner(m, at, c)
		return
	}
	if m := projectLabel.FindStringSubmatch(p.text); m != nil && (a.section == fProgrammes || c.project != nil) {
		if r.labelled(m[1], m[2], p, c) {
			return
		}
	}
	for _, s := range sentences(p.text) {
		if len(s) > maxSentence {
			r.notRead(p.no, s, "is too long for a sentence")
			continue
		}
		r.sentence(s, p.no, a, c)
	}
	if c.event != nil {
		r.told = append(r.told, toldOf{c.event, p.text, p.no})
	}
}

// links reads the web addresses in the text of a project.
func (r *reader) links(p paragraph, c *context) {
	for _, s := range addressRE.FindAllString(p.text, -1) {
		s = strings.TrimRight(s, ".,;)")
		if webAddress(s) == "" {
			continue
		}
		at := sentence(p.no).likely()
		kind := linkKind(s)
		if kind == "website" && strings.HasPrefix(strings.ToLower(p.text), "website") {
			at.conf = sureText
			r.say(c.project, "url", s, at)
		}
		r.link(c.project, kind, s, at)
	}
}

// bullet reads one item of a list: a duration, a start, a speaker.
func (r *reader) bullet(p paragraph, c *context) {
	at := sentence(p.no)
	if c.project != nil && utf8.RuneCountInString(p.text) < 60 {
		r.dates(p.text, p.no, c.project, true)
		r.money(p.text, p.no, c.project)
	}
	if c.event != nil && c.speakers {
		r.speakerLine(p.text, at, c)
	}
}

// speakerLine reads "Name - Role at Body", "Name - Role, Body and Role, Body".
func (r *reader) speakerLine(s string, at at, c *context) {
	name, rest, ok := cutDash(s)
	if !ok {
		name, rest, ok = strings.Cut(s, ", ")
	}
	honorific, who, isPerson := person(name)
	if !ok || !isPerson {
		r.notRead(at.line, s, "stands among the speakers but does not begin with a name and a dash")
		return
	}
	p := r.node(kindPerson, who, at)
	if honorific != "" {
		r.say(p, "honorific", honorific+".", at)
	}
	r.relate(takesPartIn, p, c.event, at, "role", "SPEAKER")
	r.roles(p, rest, at)
}

var roleAnd = regexp.MustCompile(`\s+and\s+`)

// roles reads a person's roles: "Senior Expert, Agoria and Project Manager, ADMA".
func (r *reader) roles(p *entity, s string, at at) {
	parts := []string{s}
	for _, m := range roleAnd.FindAllStringIndex(s, -1) {
		words := strings.Fields(s[m[1]:])
		if roleWord.MatchString(strings.Join(words[:min(2, len(words))], " ")) {
			parts = []string{s[:m[0]], s[m[1]:]}
		}
	}
	for _, part := range parts {
		role, in := cutRole(strings.TrimSpace(part))
		if in == "" && !roleWord.MatchString(role) && orgLike(role) {
			role, in = "", role
		}
		if in == "" {
			r.notRead(at.line, part, "a role whose body is not told apart")
			continue
		}
		r.pending = append(r.pending, pendingRole{p, role, cleanName(in), at})
	}
}

// cutRole splits a role from the body it is in.
func cutRole(s string) (role, in string) {
	for _, sep := range []string{" at the ", " at ", " bei ", " chez "} {
		if i := strings.LastIndex(s, sep); i > 0 && startsName(s[i+len(sep):]) {
			return s[:i], s[i+len(sep):]
		}
	}
	if i := strings.LastIndex(s, ", "); i > 0 {
		return s[:i], s[i+2:]
	}
	if i := strings.Index(s, " of "); i > 0 && roleWord.MatchString(s[:i]) {
		return s[:i], strings.TrimPrefix(s[i+4:], "the ")
	}
	return s, ""
}

// sentence reads one sentence by all rules. Each rule reads one thing and leaves the rest
// to the others.
func (r *reader) sentence(s string, line int, a *article, c *context) {
	at := sentence(line)
	subject := c.project
	named := false
	if in, ok := introduction(s); ok && (a.section == fProgrammes || !in.glossed) {
		subject, named = r.introduce(in, s, line, a, c), true
	}
	if speakersRE.MatchString(s) && strings.HasSuffix(s, ":") {
		c.speakers = true
	}
	r.eventRules(s, line, c, subject)
	r.talks(s, line, c)
	r.networkRules(s, line, c)
	if subject != nil {
		r.projectRules(s, line, subject, c, named || ofProject.MatchString(s) || mentions(s, subject))
	} else if c.programme != nil {
		r.programmeRules(s, line, c)
	} else if a.section == fProgrammes || c.event == nil {
		if m := firstMatch(partners, s); m != "" || consortium.MatchString(s) && coordinatedBy.MatchString(s) {
			r.notRead(at.line, s, "names partners, but of which project is not told")
		}
	}
	r.selfRules(s, line)
}

var speakersRE = regexp.MustCompile(`(?i)\bspeakers?\b|\bpanel(?:l?ists)?\b|\blecturers?\b`)

func firstMatch(re *regexp.Regexp, s string) string {
	m := re.FindStringSubmatch(s)
	for i := 1; i < len(m); i++ {
		if m[i] != "" {
			return m[i]
		}
	}
	return ""
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

var (
	yearToYear = regexp.MustCompile(`(?i)\bfrom\s+((?:19|20)\d\d)\s+(?:to|until|till)\s+((?:19|20)\d\d)\b`)
	inYear     = regexp.MustCompile(`(?i)\b(?:started|began|launched) in ((?:19|20)\d\d)\b`)
	untilYear  = regexp.MustCompile(`(?i)\b(?:until|till|ended in|finished in|completed in) ((?:19|20)\d\d)\b`)
)

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

var (
	implemented = regexp.MustCompile(`^(?:[Tt]he )?(.{2,80}?) (?:has implemented|implemented|implements|is implementing|carries out|has carried out) (?:a|the|an) `)
)

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

var (
	groupBracket = regexp.MustCompile(`([^();,]{3,120}?)\s*\(([^()]*)\)`)
	groupColon   = regexp.MustCompile(`(` + number + `)\s+([\p{Lu}][^:;]{2,80}):\s*`)
	gluedCount   = regexp.MustCompile(`(\p{Ll})(\d{1,2} \p{Lu}\p{L}+ )`)
	fromCountry  = regexp.MustCompile(`^(.*?)\s+from\s+(.+)$`)
)

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
		if _, ok := countryCode(g[2]); ok {
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

var (
	sizeWord  = regexp.MustCompile(`(?i)\b(?:consortium|partnership|escp|partners|includes?|consists?|comprises?|represent\w*|employ\w*|brings? together|unit(?:es|ing)|gathers?)\b`)
	qualifies = map[string]bool{"associate": true, "associated": true, "industrial": true, "ict": true, "member": true, "intermediary": true, "associate meta-cluster": true}
)

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

// networkRules read who founded, runs and belongs to networks.
func (r *reader) networkRules(s string, line int, c *context) {
	at := sentence(line)
	if m := whoFounded.FindStringSubmatch(s); m != nil {
		want, _ := readCount(m[1])
		to := r.groupNamed(m[3], at)
		r.join(to, m[4], groupKind(m[2]), int(want), "FOUNDER", nil, line)
	} else if m := membersAre.FindStringSubmatch(s); m != nil {
		to := r.self
		if m[3] != "" {
			to = r.groupNamed(m[3], at)
		}
		role := "MEMBER"
		if m[1] != "" || strings.EqualFold(m[2], "founders") {
			role = "FOUNDER"
		}
		if m[3] == "" || to != nil {
			r.join(to, m[4], "", 0, role, nil, line)
		}
	} else if m := foundedBy.FindStringSubmatch(s); m != nil {
		r.founded(m, line)
	} else if m := theyFounded.FindStringSubmatch(s); m != nil {
		r.founders(m, line)
	}
	if m := memberOfRE.FindStringSubmatch(s); m != nil && r.isSelf(m[1]) {
		names, _, sure := takeNames(andOf.ReplaceAllString(m[3], " and "))
		if sure {
			role := "MEMBER"
			if m[2] == "founding" {
				role = "FOUNDER"
			}
			for _, n := range names {
				if e := r.actor(n, actorKind(n, kindNetwork), at); e != nil && (e.kind == kindNetwork || e.kind == kindCluster) {
					r.relate(memberOf, r.self, e, at, "role", role)
				}
			}
		} else {
			r.notRead(line, s, "says of what it is a member, but the names cannot be told apart")
		}
	}
	if m := operatedBy.FindStringSubmatchIndex(s); m != nil && !projectWord.MatchString(s[m[2]:m[3]]) {
		what := s[m[2]:m[3]]
		names, _, sure := takeNames(s[m[1]:])
		if sure && len(names) > 0 && hasStem(what, networkStems) {
			hub := r.hub(what, at)
			for _, e := range r.actors(names, "", at) {
				r.relate(operates, e, hub, at)
			}
			if b := becamePart.FindStringSubmatch(s); b != nil {
				props := []store.Value{"role", "SUPPORTING", "roleText", "Supporting Organisation"}
				if d, _, _, ok := findDate(s); ok {
					props = append(props, "since", d.from)
				}
				r.relate(participatesIn, hub, r.project(b[1], "", at), at, props...)
			}
		}
	}
	if m := leaderOfHub.FindStringSubmatchIndex(s); m != nil {
		if name, _ := takeName(s[m[1]:]); name != "" {
			hub := r.hub(name, at)
			if strings.HasPrefix(strings.ToLower(s[m[2]:m[3]]), "proto") {
				r.say(hub, "type", "PROTO_HUB", at)
			} else {
				r.say(hub, "type", "DIH", at)
			}
			r.relate(operates, r.self, hub, at)
		}
	}
	for _, m := range hubNamed.FindAllStringSubmatch(s, -1) {
		r.hub(m[1], at.likely())
	}
}

// andOf joins the names of "a member of X and of the Y".
var andOf = regexp.MustCompile(`\s+and (?:a member )?of (?:the )?`)

// hubNamed is a hub with its own name behind a dash: "Bulgarian Innovation Hub - DigiTech 4.0".
var hubNamed = regexp.MustCompile(`\b((?:\p{Lu}[\p{L}\d]*\s+(?:and |of |for )?){1,6}Hub\s+[-–]\s+\p{Lu}[\p{L}\d]*(?: \d(?:\.\d)?)?)`)

// hub is the network of a hub's name.
func (r *reader) hub(name string, at at) *entity {
	e := r.actor(name, kindNetwork, at)
	if hasStem(name, []string{"hub"}) {
		r.hubType(e, at)
	}
	return e
}

// groupNamed is the network or cluster that a text speaks of; nil if it does not say which.
func (r *reader) groupNamed(name string, at at) *entity {
	name = cleanName(name)
	switch text.Key(name) {
	case "network", "cluster", "association", "it", "this network", "our network", "our cluster", "this cluster":
		return r.self
	}
	if r.isSelf(name) {
		return r.self
	}
	if !startsName(name) {
		return nil
	}
	kind := actorKind(name, kindNetwork)
	return r.actor(name, kind, at)
}

// join makes members of the names of an enumeration.
func (r *reader) join(to *entity, s, kind string, want int, role string, since store.Value, line int) {
	if to == nil {
		r.notRead(line, s, "names members, but of what is not told")
		return
	}
	l := splitNames(s, want)
	if !l.sure || len(l.names) == 0 {
		r.notRead(line, s, "an enumeration of members that cannot be told apart for certain")
		return
	}
	at := sentence(line)
	for _, n := range l.names {
		if !namelike(n) {
			r.notRead(line, n, "stands among members but is not written as a name")
			continue
		}
		if e := r.actor(n, kind, at); e != nil {
			r.relate(memberOf, e, to, at, "role", role, "since", since)
		}
	}
}

// founded reads "X was founded in 2011 by A and B". The founders of a movement may be
// people.
func (r *reader) founded(m []string, line int) {
	at := sentence(line)
	net := r.groupNamed(m[1], at)
	names, _, sure := takeNames(m[4])
	if net == nil || !sure || len(names) == 0 {
		r.notRead(line, m[0], "says who founded something, but the names cannot be told apart")
		return
	}
	var since store.Value
	if m[2] != "" {
		if d, err := store.ParseDate(m[2]); err == nil {
			since = d
		}
	} else if d, ok := readDate(m[3]); ok && m[3] != "" {
		since = d
	}
	if since != nil {
		prop := "founded"
		if net.kind == kindCluster {
			prop = "established"
		}
		if net.kind != kindOrganisation {
			r.say(net, prop, since, at)
		}
	}
	for _, n := range names {
		if _, who, ok := person(n); ok {
			r.affiliate(who, "", "Founder", net, at)
		} else if e := r.actor(n, "", at); e != nil && net.kind != kindOrganisation {
			r.relate(memberOf, e, net, at, "role", "FOUNDER", "since", since)
		}
	}
}

// founders reads "A, B and C founded the X". Only an enumeration or a body's name can have
// founded something; anything else is a sentence about it.
func (r *reader) founders(m []string, line int) {
	at := sentence(line)
	who, what := m[1], unquote(m[2])
	var since store.Value
	if d, start, end, ok := findDate(who); ok && start < 16 {
		since = d.from
		who = strings.TrimLeft(who[end:], " ,")
	}
	kind := actorKind(what, "")
	if !r.isSelf(what) && kind != kindNetwork && kind != kindCluster {
		return
	}
	l := splitNames(who, 0)
	if len(l.names) == 0 || !l.sure {
		return
	}
	for _, n := range l.names {
		if !namelike(n) {
			return
		}
	}
	if _, one, ok := person(l.names[0]); ok && len(l.names) == 1 {
		// Whether one name of two words is a person's or a firm's cannot be told.
		r.notRead(line, m[0], "says that "+one+" founded something, but not whether that is a person")
		return
	}
	to := r.groupNamed(what, at)
	if to == nil {
		return
	}
	if since != nil {
		if to.kind == kindNetwork {
			r.say(to, "founded", since, at)
		} else {
			r.say(to, "established", since, at)
		}
	}
	for _, e := range r.actors(l.names, "", at) {
		r.relate(memberOf, e, to, at, "role", "FOUNDER", "since", since)
	}
}

// eventTypes are the types of events by the folded noun.
var eventTypes = map[string]string{"webinar": "WEBINAR", "conference": "CONFERENCE", "seminar": "SEMINAR", "workshop": "WORKSHOP", "training": "TRAINING",
	"forum": "CONFERENCE", "summit": "CONFERENCE", "congress": "CONFERENCE", "symposium": "CONFERENCE", "meeting": "MEETING", "round table": "MEETING",
	"roundtable": "MEETING", "fair": "FAIR", "trade fair": "FAIR", "expo": "FAIR", "hackathon": "COMPETITION", "konferenz": "CONFERENCE", "conferinta": "CONFERENCE"}

// eventIn finds the event that a sentence or a heading names.
func (r *reader) eventIn(s string, c *context, at at) *entity {
	title, noun, venue := "", "", ""
	switch {
	case eventTitle.MatchString(s):
		m := eventTitle.FindStringSubmatch(s)
		title, noun = m[2], m[1]
	case titledEvent.MatchString(s):
		m := titledEvent.FindStringSubmatch(s)
		title, noun = m[1], m[2]
	case heldEvent.MatchString(s):
		m := heldEvent.FindStringSubmatch(s)
		if m[1] = strings.TrimSpace(m[1]); eventNounRE.MatchString(m[1]) && len(strings.Fields(m[1])) > 1 {
			title, noun = m[1], eventNounRE.FindString(m[1])
		}
	case atEvent.MatchString(s):
		m := atEvent.FindStringSubmatchIndex(s)
		if name := s[m[2]:m[3]]; len(strings.Fields(name)) > 1 {
			title, noun = name, eventNounRE.FindString(name)
			if after, ok := strings.CutPrefix(s[m[1]:], " at "); ok {
				venue, _ = takeName(after)
			}
		}
	case organisedMeet.MatchString(s):
		m := organisedMeet.FindStringSubmatch(s)
		title, noun = m[1], eventNounRE.FindString(m[1])
		if m[2] != "" {
			title += " in " + m[2]
		}
	case companyVisit.MatchString(s):
		return r.visit(s, c, at)
	}
	if title = strings.Join(strings.Fields(title), " "); title == "" {
		return nil
	}
	if c.event != nil && similar(c.event.name, title) {
		r.called(c.event, title, at)
		return c.event
	}
	e := r.node(kindEvent, title, at)
	if kind := eventTypes[text.Key(noun)]; kind != "" {
		r.say(e, "type", kind, at)
		if kind == "WEBINAR" {
			r.say(e, "format", "ONLINE", at.likely())
		}
	}
	if venue != "" {
		r.say(e, "venue", venue, at)
	}
	r.setting(e, c, at)
	return e
}

var eventNounRE = regexp.MustCompile(`(?i)\b` + eventNoun + `\b`)

// setting gives an event the date and the place of the heading above it.
func (r *reader) setting(e *entity, c *context, at at) {
	if c.day != nil {
		r.say(e, "start", *c.day, at.likely())
	}
	if c.spot != nil {
		r.relate(locatedIn, e, c.spot, at.likely())
	}
}

// visit reads a visit to a company, which hosts it.
func (r *reader) visit(s string, c *context, at at) *entity {
	m := companyVisit.FindStringSubmatch(s)
	name, short := m[1], m[2]
	if name == "" {
		name, _ = takeName(m[3])
		name = cleanName(name)
	}
	if name == "" {
		return nil
	}
	host := r.actor(name, actorKind(name, kindOrganisation), at)
	if host == nil {
		return nil
	}
	if short != "" {
		r.called(host, short, at)
	}
	e := r.node(kindEvent, "Company visit: "+host.name, at)
	r.say(e, "type", "COMPANY_VISIT", at)
	r.setting(e, c, at)
	r.relate(takesPartIn, host, e, at, "role", "HOST")
	return e
}

// eventRules read what a sentence says of an event.
func (r *reader) eventRules(s string, line int, c *context, project *entity) {
	at := sentence(line)
	if e := r.eventIn(s, c, at); e != nil && e != c.event {
		c.event = e
		if project != nil && r.edges[edgeKey{partOf, e, project}] == nil {
			if withinProject.MatchString(s) {
				r.relate(partOf, e, project, at)
			} else {
				r.relate(about, e, project, at.likely())
			}
		}
	}
	if c.event == nil {
		return
	}
	r.eventDate(s, line, c)
	r.eventActors(s, line, c)
	for _, m := range bracketRole.FindAllStringSubmatch(s, -1) {
		if _, who, ok := person(m[1]); ok {
			p := r.node(kindPerson, who, at)
			r.relate(takesPartIn, p, c.event, at, "role", "SPEAKER")
			r.roles(p, m[2]+", "+m[3], at)
		}
	}
	if m := titledPerson.FindStringSubmatch(s); m != nil {
		if _, who, ok := person(m[2]); ok {
			p := r.node(kindPerson, who, at)
			r.say(p, "honorific", m[1]+".", at)
			r.relate(takesPartIn, p, c.event, at, "role", speaking(m[4]))
			if tail := strings.Trim(m[3], " ,"); tail != "" {
				r.roles(p, tail, at)
			}
		}
	} else if m := plainPerson.FindStringSubmatch(s); m != nil {
		if _, who, ok := person(m[1]); ok {
			r.relate(takesPartIn, r.node(kindPerson, who, at), c.event, at, "role", speaking(m[2]))
		}
	}
	for _, m := range organisers.FindAllStringSubmatch(s, -1) {
		for _, n := range m[1:] {
			if _, who, ok := person(n); ok {
				r.relate(takesPartIn, r.node(kindPerson, who, at), c.event, at, "role", "ORGANISER")
			}
		}
	}
}

func speaking(verb string) string {
	switch strings.ToLower(verb) {
	case "participated", "attended", "took part":
		return "PARTICIPANT"
	case "moderated":
		return "MODERATOR"
	}
	return "SPEAKER"
}

// eventDate reads when and where an event was.
func (r *reader) eventDate(s string, line int, c *context) {
	at := sentence(line)
	m := happens.FindStringIndex(s)
	var d span
	var end int
	if m != nil {
		got, start, stop, ok := findDate(s[m[1]:])
		if ok && start <= 40 {
			d, end = got, m[1]+stop
		} else if got, start, _, ok := findDate(s[:m[0]]); ok && start <= 8 {
			d, end = got, m[1]
		} else {
			return
		}
	} else if o := organisedMeet.FindStringIndex(s); o != nil && strings.HasPrefix(s, "On ") {
		got, start, stop, ok := findDate(s)
		if !ok || start > 6 {
			return
		}
		d, end = got, stop
	} else {
		return
	}
	r.say(c.event, "start", d.from, at)
	if d.to != d.from {
		r.say(c.event, "end", d.to, at)
	}
	if c.founding != nil && !c.founding.tells("founded") {
		if year, err := store.ParseDate(d.from.FirstDay().String()[:4]); err == nil {
			r.say(c.founding, "founded", year, at.computed())
			r.relate(about, c.event, c.founding, at.likely())
		}
	}
	rest := strings.TrimLeft(s[end:], " ,")
	for _, prep := range []string{"at the ", "at ", "in the ", "in "} {
		after, ok := strings.CutPrefix(rest, prep)
		if !ok || !startsName(after) {
			continue
		}
		if place := r.cityIn(after, at); place != nil {
			r.relate(locatedIn, c.event, place, at)
			return
		}
		venue, _ := takeName(after)
		venue = strings.Trim(danglingArticle.ReplaceAllString(venue, ""), " ,")
		if venue != "" {
			r.say(c.event, "venue", venue, at)
		}
		return
	}
}

var danglingArticle = regexp.MustCompile(`,?\s*(?:The|This|It|In|On|At|A)$`)

// cityIn reads "Sofia, Bulgaria", "Eindhoven (Netherlands)" at the beginning of s.
func (r *reader) cityIn(s string, at at) *entity {
	name, _ := takeName(s)
	if e := r.place(name, at); e != nil {
		return e
	}
	return nil
}

// eventActors read who organises, hosts, sponsors and supports an event.
func (r *reader) eventActors(s string, line int, c *context) {
	at := sentence(line)
	for _, x := range []struct {
		re   *regexp.Regexp
		role string
	}{{organisedBy, "ORGANISER"}, {hostedBy, "HOST"}, {sponsorsWere, "SPONSOR"}} {
		for _, m := range x.re.FindAllStringIndex(s, -1) {
			names, _, sure := takeNames(s[m[1]:])
			if !sure || len(names) == 0 {
				r.notRead(line, s, "says who organises or sponsors an event, but the names cannot be told apart")
				continue
			}
			for _, n := range names {
				e := r.find(kindPerson, n)
				if e == nil {
					e = r.actor(n, "", at)
				}
				r.relate(takesPartIn, e, c.event, at, "role", x.role)
			}
		}
	}
	if m := supported.FindStringIndex(s); m != nil && organisedMeet.MatchString(s) {
		names, _, sure := takeNames(s[m[1]:])
		if sure {
			for _, e := range r.actors(names, "", at) {
				r.relate(supportedBy, c.event, e, at, "roleText", "supported by")
			}
		}
	}
}

var (
	unitingMembers = regexp.MustCompile(`(?i)\b(?:unit(?:es|ing)|has|with|brings? together|gather(?:s|ing)|counts|compris(?:es|ing)|includ(?:es|ing))\s+(more than |over )?(` + number + `)\s+members\b`)
	includingSMEs  = regexp.MustCompile(`(?i)\b(?:including|of which|among them)\s+(more than |over )?(` + number + `)\s+(?:[\p{L}-]+\s+){0,2}SMEs?\b`)
	universities   = regexp.MustCompile(`(?i)\band\s+(` + number + `)\s+(?:[\p{L}-]+\s+){0,2}universit(?:y|ies)\b`)
	employRE       = regexp.MustCompile(`(?i)\bemploy(?:s|ing)?\s+(more than |over |about )?(` + number + `)(\+)?\s+(?:people|persons|workers|employees)`)
	earnRE         = regexp.MustCompile(`(?i)\b(?:earn|turnover|revenues?|sales)\b[^.]{0,40}?(over|more than|about)?\s*(?:[€$£]|EUR)`)
)

// selfRules read what a sentence says of the size of the body that the page is of.
func (r *reader) selfRules(s string, line int) {
	at := sentence(line)
	if m := unitingMembers.FindStringSubmatch(s); m != nil && r.self.kind == kindCluster {
		if r.ofSelf(s) {
			if n, ok := readCount(m[2]); ok && m[1] == "" {
				r.compositionText("totalMembers", n, at)
			}
			if m := includingSMEs.FindStringSubmatch(s); m != nil && m[1] == "" {
				if n, ok := readCount(m[2]); ok {
					r.compositionText("smes", n, at)
				}
			}
			if m := universities.FindStringSubmatch(s); m != nil {
				if n, ok := readCount(m[1]); ok {
					r.compositionText("researchOrganisations", n, at.likely())
				}
			}
		}
	}
	if !strings.HasPrefix(s, "Their members") && !strings.HasPrefix(s, "Its members") && !strings.HasPrefix(s, "Our members") && !r.ofSelf(s) {
		return
	}
	if m := employRE.FindStringSubmatch(s); m != nil {
		if n, ok := readCount(m[2]); ok {
			r.indicator(r.self, "people employed by members", float64(n), "", bound(m[1], m[3]), at)
		}
	}
	if m := earnRE.FindStringSubmatchIndex(s); m != nil {
		if sum, ok := findMoney(s[m[0]:]); ok {
			word := ""
			if m[2] >= 0 {
				word = s[m[2]:m[3]]
			}
			r.indicator(r.self, "yearly income of members", float64(sum.Amount)/100, sum.Currency, bound(word, ""), at)
		}
	}
}

func (r *reader) compositionText(part string, n int64, at at) {
	r.say(r.self, "composition", store.PropsOf(map[string]any{part: n}), at)
}

// ofSelf tells whether a sentence has the body as its subject.
func (r *reader) ofSelf(s string) bool {
	head := s[:min(len(s), 160)]
	for _, w := range []string{"We ", "Our cluster ", "The cluster ", "It "} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	if m := legalNameRE.FindStringSubmatch(s); m != nil && r.isSelf(m[4]) {
		return true
	}
	name, _ := takeName(head)
	return name != "" && r.isSelf(name)
}

var (
	numbered = regexp.MustCompile(`\d\)\s*([\p{Lu}\d][\p{L}\d]*(?:[ -][\p{Lu}\d][\p{L}\d]*){0,2})(?:[,.:;(]|\s|$)`)
	// presented is a project that a talk is about, by its short name alone.
	presented = regexp.MustCompile(`(?i:presentation of|speaking on|spoke (?:about|on)|talking about|talked about|presenting|presented|information (?:for|on|about)|introduction (?:of|to)|focused on|described|discussion with)\s+(?:the )?([\p{Lu}\d][\p{L}\d]*[\p{Lu}\d][\p{L}\d]*)(?:'s?\s+(?i:open calls?|funding|project|opportunities|[a-z]+ opportunities)|'?\s+(?i:open calls?|funding opportunities)|\s+[-–]\s+(\S[^-–:.,]*)|[.,]|$)`)
	// plainAcronyms are short forms of things that are no projects.
	plainAcronyms = map[string]bool{"ai": true, "ict": true, "it": true, "sme": true, "smes": true, "hpc": true, "eu": true, "ec": true, "iot": true, "dih": true, "dihs": true,
		"edih": true, "edihs": true, "usa": true, "uk": true, "gdpr": true, "ceo": true, "b2b": true, "vr": true, "ar": true, "5g": true, "een": true, "un": true, "rtd": true,
		"ket": true, "kets": true, "ris3": true, "s3": true, "esg": true, "eccp": true, "ngo": true, "ngos": true, "hr": true, "pr": true, "ip": true, "ml": true, "nato": true, "oecd": true, "iso": true}
)

// talks reads the projects that the talks of an event are about. A short name in capitals
// is a project's only where the article says that the talks are about projects.
func (r *reader) talks(s string, line int, c *context) {
	if c.event == nil || !c.offers {
		return
	}
	at := sentence(line)
	if projectWord.MatchString(s) || strings.Contains(s, "projects") {
		for _, m := range numbered.FindAllStringSubmatchIndex(s, -1) {
			name := s[m[2]:m[3]]
			if !acronymLike(name) || plainAcronyms[text.Key(name)] {
				continue
			}
			e := r.project(name, "", at.likely())
			r.relate(about, c.event, e, at.likely())
			part := s[m[1]:]
			if next := numbered.FindStringIndex(part); next != nil {
				part = part[:next[0]]
			}
			if f := frameworkName.FindString(part); f != "" {
				r.relate(fundedBy, e, r.programme(f, at), at.likely())
			}
		}
	}
	for _, m := range introName.FindAllStringSubmatch(s, -1) {
		if name := strings.TrimSpace(m[1]); acronymLike(name) && !plainAcronyms[text.Key(name)] && !notProjects[strings.ToLower(name)] {
			r.relate(about, c.event, r.project(name, "", at.likely()), at.likely())
		}
	}
	for _, m := range presented.FindAllStringSubmatch(s, -1) {
		name, gloss := m[1], strings.TrimSpace(m[2])
		if !acronymLike(name) || plainAcronyms[text.Key(name)] || r.find(kindCluster, name) != nil {
			continue
		}
		if !startsName(gloss) {
			gloss = ""
		}
		r.relate(about, c.event, r.project(name, gloss, at.likely()), at.likely())
	}
}

var frameworkName = regexp.MustCompile(`\bHorizon (?:2020|Europe)\b`)

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
