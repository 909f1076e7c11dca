package eccp

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/store"
)

// The forms of headings.
var (
	monthHeading    = regexp.MustCompile(`^(\p{L}{3,12}\s+\d{4})\s*[-–—,:]\s*(.+)$`)
	establishmentOf = regexp.MustCompile(`(?i)^(?:establishment|foundation|creation|launch) of (?:the )?(.+)$`)
)

// context is what the sentences of an article are about when they do not say it: "the
// project", "the event", "the hub".
type context struct {
	section   fieldKey
	project   *entity
	programme *entity
	event     *entity
	// day and spot are those of a heading such as "April 2019 – Eindhoven (Netherlands)".
	day  *store.Date
	spot *entity
	// speakers tells that the list below names speakers.
	speakers bool
	// leads tells that a lead partner stood right above: names below are partners.
	leads bool
	// listing is the project whose partners the list below names.
	listing *entity
	// aside is another project that an earlier sentence of the paragraph was about.
	aside *entity
	// level is the level of the HTML heading that opened the project.
	level int
	// founding is the network whose establishment the article is about.
	founding *entity
	// offers tells that the article's event is about projects.
	offers bool
}

// pendingRole is a person's role in something that is known as a project or as an actor
// only when the whole page is read.
type pendingRole struct {
	person *entity
	role   string
	in     string
	at     at
}

// readProse reads all running text.
func (r *reader) readProse() {
	var c context
	all := articles(r.p.prose)
	described := false
	for i := range all {
		a := &all[i]
		if a.section != c.section || a.opens {
			c = context{section: a.section}
		}
		r.heading(a, &c)
		for _, p := range a.body {
			if (a.section == fAbout || a.section == fStrategy) && !described && !p.bullet && proseLike(p.line) {
				described = true
				r.describe(p)
			}
			r.paragraph(p, a, &c)
		}
	}
	r.settleRoles()
	r.settleAbout()
	r.settleEnds()
}

// settleRoles decides which of the things people work for are projects.
func (r *reader) settleRoles() {
	for _, p := range r.pending {
		if e := r.find(kindProject, p.in); e != nil {
			r.relate(worksOn, p.person, e, p.at, "role", p.role)
			continue
		}
		if e := r.actor(p.in, "", p.at); e != nil {
			r.relate(affiliatedWith, p.person, e, p.at, "role", p.role)
		}
	}
}

// settleAbout says of events which of the projects that the page knows they are about.
func (r *reader) settleAbout() {
	for _, m := range r.told {
		for _, e := range r.mentioned(m.text, m.line) {
			if r.edges[edgeKey{partOf, m.event, e}] == nil {
				r.relate(about, m.event, e, sentence(m.line).likely())
			}
		}
	}
}

// settleEnds computes the end of each project that says its start and duration but no end.
func (r *reader) settleEnds() {
	for _, e := range r.entities {
		if e.kind != kindProject {
			continue
		}
		var start *saying
		var months *saying
		ended := false
		var stated at
		for i := range e.says {
			switch s := &e.says[i]; s.prop {
			case "start":
				if start == nil {
					start = s
				}
			case "durationMonths":
				if months == nil {
					months = s
				}
			case "end":
				ended = true
				stated = s.at
			}
		}
		if ended {
			r.say(e, "endDerived", false, stated)
		}
		if start != nil && months != nil && !ended {
			r.say(e, "end", plusMonths(start.value.(store.Date), months.value.(int64)), months.at.computed())
			r.say(e, "endDerived", true, months.at.computed())
		}
	}
}

// nameWords is a run of words as names are written, with small words inside.
const nameWords = `(?:[\p{Lu}\d][\p{L}\d.&'+/-]*|\p{Ll}+\p{Lu}[\p{L}\d]*)(?:\s+(?:(?:of|for|the|and|de|di|du|la|&|-|–)\s+)*(?:[\p{Lu}\d][\p{L}\d.&'+/-]*|\p{Ll}+\p{Lu}[\p{L}\d]*))*`

// heading reads a heading for what the text below it is about.
func (r *reader) heading(a *article, c *context) {
	if a.head == nil || r.prose > maxProse {
		return
	}
	h := *a.head
	r.prose += len(h.text)
	if len(h.text) > maxSentence {
		r.notRead(h.no, h.text, "is too long for a heading")
		return
	}
	at := sentence(h.no)
	c.speakers, c.founding, c.listing = false, nil, nil
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

// paragraph reads one paragraph sentence by sentence.
func (r *reader) paragraph(p paragraph, a *article, c *context) {
	if r.prose += len(p.text); r.prose > maxProse {
		if r.prose-len(p.text) <= maxProse {
			r.notRead(p.no, p.text, "from here on the page has more running text than a profile; the rest is not read")
		}
		return
	}
	at := sentence(p.no)
	if c.leads && !p.bullet {
		c.leads = false
	}
	if c.project != nil && a.section == fProgrammes || c.project != nil && !p.bullet {
		r.links(p, c)
	}
	c.aside = nil
	if p.bullet {
		r.bullet(p, c)
		return
	}
	c.listing = nil
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
		if m := projectLabel.FindStringSubmatch(s); m != nil && c.project != nil && r.labelled(m[1], strings.TrimRight(m[2], "."), paragraph{line: line{no: p.no, text: s}}, c) {
			continue
		}
		r.sentence(s, p.no, a, c)
		if partnersBelow.MatchString(s) {
			c.listing = c.project
		}
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
	if c.listing != nil {
		r.partnerItem(p.text, p.no, c)
		return
	}
	if c.project != nil && utf8.RuneCountInString(p.text) < 60 {
		r.dates(p.text, p.no, c.project, true)
		r.money(p.text, p.no, c.project)
	}
	if c.event != nil && c.speakers {
		r.speakerLine(p.text, at, c)
	}
}

// sentence reads one sentence by all rules. Each rule reads one thing and leaves the rest
// to the others.
func (r *reader) sentence(s string, line int, a *article, c *context) {
	at := sentence(line)
	subject := c.project
	named := false
	if in, ok := introduction(s); ok && (a.section == fProgrammes || !in.glossed) {
		subject, named = r.introduce(in, s, line, a, c), true
		if subject != c.project {
			c.aside = subject
		}
	}
	if c.aside != nil && !named && subject != nil && !mentions(s, subject) {
		// "The project" may be either.
		if ofProject.MatchString(s) {
			r.notRead(line, s, "speaks of a project, but of which of two is not told")
		}
		subject = nil
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

func firstMatch(re *regexp.Regexp, s string) string {
	m := re.FindStringSubmatch(s)
	for i := 1; i < len(m); i++ {
		if m[i] != "" {
			return m[i]
		}
	}
	return ""
}
