package eccp

import (
	"regexp"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// The forms by which running text speaks of events and of who takes part in them.
var (
	eventNoun     = `(?:webinar|conference|seminar|workshop|training|forum|summit|event|meeting|round ?table|trade fair|fair|congress|hackathon|info ?day|symposium|expo|konferenz|conférence|conferința|конференция)`
	eventTitle    = regexp.MustCompile(`(?i)\b(` + eventNoun + `)s?\s*[:,]?\s*"([^"]{4,200})"`)
	titledEvent   = regexp.MustCompile(`(?i)"([^"]{4,200})"\s+(` + eventNoun + `)\b`)
	heldEvent     = regexp.MustCompile(`(?i)^the (.{5,140}?) (?:was held|took place|will take place|will be held|is held) `)
	atEvent       = regexp.MustCompile(`\b(?:in|during|at|attended|within)\s+the\s+([\p{Lu}\d][^."]{0,90}?\b(?i:` + eventNoun + `))\b`)
	companyVisit  = regexp.MustCompile(`(?i)^company visit\b[^"]{0,40}?"([^"]+)"(?:\s*\(([^)]+)\))?|^company visit\s+(.+)$`)
	organisedMeet = regexp.MustCompile(`\borgani[sz]ed the (.{3,60}?\b(?:` + eventNoun + `))\b(?:\s+in\s+([\p{Lu}][\p{L}-]+))?`)
	happens       = regexp.MustCompile(`(?i)\b(?:was held|took place|will take place|will be held|held|takes place)\b`)
	organisedBy   = regexp.MustCompile(`(?i)\b(?:co-?)?organi[sz]ed (?:jointly )?by (?:the )?`)
	hostedBy      = regexp.MustCompile(`(?i)\bhosted by (?:the )?`)
	sponsorsWere  = regexp.MustCompile(`(?i)\bsponsors?(?: of the event)? (?:were|was|are|is)\s+`)
	bracketRole   = regexp.MustCompile(`((?:\p{Lu}[\p{L}'-]+\s+){1,3}\p{Lu}[\p{L}'-]+) \(([^(),]{3,80}), ([^()]{2,80})\)`)
	titledPerson  = regexp.MustCompile(`^(Mr|Ms|Mrs|Dr|Prof)\.?\s+((?:\p{Lu}[\p{L}'-]+\s*){2,4}?)((?:,[^,]{2,80}){0,3}?),?\s+(?i:(presented|participated|spoke|attended|opened|moderated|gave|talked|took part))\b`)
	plainPerson   = regexp.MustCompile(`^((?:\p{Lu}[\p{L}'-]+ ){1,3}\p{Lu}[\p{L}'-]+) (presented|spoke|talked|opened|moderated) `)
	organisers    = regexp.MustCompile(`((?:\p{Lu}[\p{L}'-]+ ){1,3}\p{Lu}[\p{L}'-]+) and ((?:\p{Lu}[\p{L}'-]+ ){1,3}\p{Lu}[\p{L}'-]+) organi[sz]ed\b`)
	numbered      = regexp.MustCompile(`\d\)\s*([\p{Lu}\d][\p{L}\d]*(?:[ -][\p{Lu}\d][\p{L}\d]*){0,2})(?:[,.:;(]|\s|$)`)
	// presented is a project that a talk is about, by its short name alone.
	presented = regexp.MustCompile(`(?i:presentation of|speaking on|spoke (?:about|on)|talking about|talked about|presenting|presented|information (?:for|on|about)|introduction (?:of|to)|focused on|described|discussion with)\s+(?:the )?([\p{Lu}\d][\p{L}\d]*[\p{Lu}\d][\p{L}\d]*)(?:'s?\s+(?i:open calls?|funding|project|opportunities|[a-z]+ opportunities)|'?\s+(?i:open calls?|funding opportunities)|\s+[-–]\s+(\S[^-–:.,]*)|[.,]|$)`)
	// plainAcronyms are short forms of things that are no projects.
	plainAcronyms = map[string]bool{"ai": true, "ict": true, "it": true, "sme": true, "smes": true, "hpc": true, "eu": true, "ec": true, "iot": true, "dih": true, "dihs": true,
		"edih": true, "edihs": true, "usa": true, "uk": true, "gdpr": true, "ceo": true, "b2b": true, "vr": true, "ar": true, "5g": true, "een": true, "un": true, "rtd": true,
		"ket": true, "kets": true, "ris3": true, "s3": true, "esg": true, "eccp": true, "ngo": true, "ngos": true, "hr": true, "pr": true, "ip": true, "ml": true, "nato": true, "oecd": true, "iso": true}
)

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

var speakersRE = regexp.MustCompile(`(?i)\bspeakers?\b|\bpanel(?:l?ists)?\b|\blecturers?\b`)

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
