package eccp

import (
	"regexp"
	"strings"

	"clustergraph/internal/text"
)

// The forms of names that depend on whose page it is.
var (
	legalFormWords = map[string]bool{"foundation": true, "association": true, "fondatsiia": true, "fondation": true, "stiftung": true, "asociatia": true, "fundatia": true}
	selfWords      = map[string]bool{"we": true, "our cluster": true, "our organisation": true, "our organization": true, "our network": true, "our association": true, "cluster": true, "our cluster organisation": true}
	euPrefix       = regexp.MustCompile(`^(?:[Tt]he )?(?:European Union|EU|EC|European Commission)(?:'s)?\s+`)
	frameworks     = regexp.MustCompile(`^(?:horizon 2020|horizon europe|h2020|fp[5-7])$`)
)

// describe takes the first paragraph about the body for its description, and reads what it
// says of the body's name and size.
func (r *reader) describe(p paragraph) {
	for _, l := range r.p.doc.lines {
		if l.no == p.no && !l.blank() {
			r.say(r.self, "description", l.text, sentence(p.no))
			break
		}
	}
	if m := shortAfterName.FindStringSubmatch(p.text); m != nil && r.isSelf(m[1]) && caps(m[2]) >= 2 {
		r.called(r.self, m[2], sentence(p.no))
	}
	if m := legalNameRE.FindStringSubmatch(p.text); m != nil && r.isSelf(m[4]) {
		a := sentence(p.no)
		legal := strings.TrimSpace(strings.Join(strings.Fields(m[1]+` "`+m[3]+`"`), " "))
		r.called(r.self, legal, a)
		r.called(r.self, m[3], a)
		if r.self.kind == kindCluster {
			r.say(r.self, "legalName", legal, a)
			r.say(r.self, "legalForm", m[2], a)
		}
	}
}

// legalNameRE is the full name of a body with its legal form, and its short name in
// brackets: Foundation "Cluster X" (X).
var legalNameRE = regexp.MustCompile(`^(?:[Tt]he )?((Foundation|Association|Cooperative|Company|Society|Union|Verein|Stiftung|Asociația|Asociatia|Fundația))\s+"([^"]+)"\s*\(([^)]+)\)`)

// shortAfterName is the body's short name behind its name: "Serbian Cluster Association - SCAN".
var shortAfterName = regexp.MustCompile(`^(?:The )?([^-–()]{3,100}?)\s*(?:[-–]\s*|\()(\p{Lu}[\p{L}\d]{1,11})\b`)

// isSelf tells whether a name is the body's own: one of its names, or its legal form and
// one.
func (r *reader) isSelf(name string) bool {
	name = cleanName(name)
	if e := r.find(r.self.kind, name); e == r.self {
		return true
	}
	head, rest, ok := strings.Cut(name, " ")
	if ok && legalFormWords[text.Key(head)] {
		return r.find(r.self.kind, rest) == r.self
	}
	return selfWords[text.Key(name)]
}

// actor is the body of a name in running text: "VTT (Finland)", "X Cluster - XC", "BWCON
// GMBH (bwcon GmbH)", "Foundation ICT Cluster". kind is what the text calls it, if it does.
func (r *reader) actor(name, kind string, a at) *entity {
	name = cleanName(name)
	inner := ""
	if open := strings.LastIndex(name, "("); open > 0 && strings.HasSuffix(name, ")") {
		name, inner = strings.TrimSpace(name[:open]), strings.TrimSpace(name[open+1:len(name)-1])
	}
	name = cleanName(name)
	if text.Key(name) == "" || len(name) > maxName {
		return nil
	}
	if r.isSelf(name) {
		r.called(r.self, name, a)
		r.say(r.self, "", nil, a)
		return r.self
	}
	long, short := name, ""
	if m := suffixRE.FindStringSubmatch(name); m != nil && caps(m[2]) >= 2 {
		long, short = m[1], m[2]
	} else if head, rest, ok := cutDash(name); ok && acronymLike(rest) {
		// "Some Hub - DigiTech 4.0" is known by its own name, not by what it is.
		long, short = rest, head
	}
	if kind == "" {
		kind = actorKind(name, "")
	}
	var e *entity
	if short != "" && r.find(kind, long) == nil && r.find(kind, short) != nil {
		e = r.find(kind, short)
		r.say(e, "", nil, a)
	} else {
		e = r.node(kind, long, a)
	}
	if short != "" {
		r.called(e, long, a)
		r.called(e, short, a)
		r.called(e, name, a)
	} else if head, _, ok := cutDash(name); ok && acronymLike(head) && !strings.Contains(head, " ") {
		r.called(e, head, a)
	}
	if inner != "" {
		if p := r.place(inner, a); p != nil {
			r.relate(locatedIn, e, p, a)
		} else if len(inner) < 60 && !strings.ContainsAny(inner, ".;") && (acronymLike(inner) || text.Key(inner) == text.Key(name) || startsName(inner) && !strings.Contains(inner, " and ")) {
			r.called(e, inner, a)
		}
	}
	if kind == kindNetwork {
		r.hubType(e, a)
	}
	return e
}

// hubType tells the sort of a network that its name tells.
func (r *reader) hubType(e *entity, a at) {
	switch key := text.Key(e.name); {
	case strings.Contains(key, "european digital innovation hub"):
		r.say(e, "type", "EDIH", a)
	case strings.Contains(key, "digital innovation hub"):
		r.say(e, "type", "DIH", a)
	}
}

// actors are the bodies of several names.
func (r *reader) actors(names []string, kind string, a at) []*entity {
	var out []*entity
	for _, n := range names {
		if e := r.actor(n, kind, a); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// project is the entity of a project by its short name, its title or both.
func (r *reader) project(short, title string, a at) *entity {
	short, title = cleanName(short), cleanName(title)
	var e *entity
	for _, n := range []string{short, title} {
		if e == nil && n != "" {
			e = r.find(kindProject, n)
		}
	}
	name := short
	if name == "" {
		name = title
	}
	if e == nil {
		e = r.node(kindProject, name, a)
	}
	r.say(e, "", nil, a)
	r.decide(e, title)
	if acronymLike(short) && text.Key(short) == text.Key(e.name) && !acronymLike(e.name) && !e.decided {
		e.name = short
	}
	if short != "" {
		r.called(e, short, a)
		if acronymLike(short) {
			r.say(e, "acronym", short, a)
		}
	}
	if title != "" && text.Key(title) != text.Key(short) && text.Key(title) != text.Key(e.name) {
		r.called(e, title, a)
		r.say(e, "title", title, a)
	}
	return e
}

// programme is the entity of a programme, a fund or a framework.
func (r *reader) programme(name string, a at) *entity {
	name = euPrefix.ReplaceAllString(cleanName(name), "")
	if text.Key(name) == "" || len(name) > maxName {
		return nil
	}
	e := r.node(kindProgramme, name, a)
	switch key := text.Key(e.name); {
	case frameworks.MatchString(key):
		r.say(e, "level", "FRAMEWORK", a)
	case strings.HasSuffix(key, " fund"), strings.HasSuffix(key, " fonds"):
		r.say(e, "level", "FUND", a)
	default:
		r.say(e, "level", "PROGRAMME", a)
	}
	return e
}
