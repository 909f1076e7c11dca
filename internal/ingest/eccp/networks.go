package eccp

import (
	"regexp"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// The forms by which running text speaks of networks and of the body itself.
var (
	foundedBy      = regexp.MustCompile(`^(?:[Tt]he )?(` + nameWords + `|[Tt]he (?:network|cluster|association|hub)|It) (?:is|was|has been)\b.{0,60}?\b(?:founded|established|created|set up)\b(?:\s+in\s+(\d{4}))?(?:\s+on\s+(.{6,24}?))?\s+by\s+(.+)$`)
	whoFounded     = regexp.MustCompile(`(?i)^the (` + number + `) (.{3,60}?) (?:that|who|which) (?:founded|established|created|set up) (?:the )?(.{3,100}?)(?: (?:are|come|were|include)\b[^:]*)?:\s*(.+)$`)
	theyFounded    = regexp.MustCompile(`^(.{5,400}?)\s+(?:combined .{3,80}? and |jointly |together |have )*(?:founded|established|created|set up) (?:the )?("[^"]{4,200}"|` + nameWords + `)`)
	membersAre     = regexp.MustCompile(`(?i)^(?:the |its |our )*(founding )?(members|founders)(?: of (?:the )?(.{3,100}?))? (?:are|include|is)\s*:?\s+(.+)$`)
	memberOfRE     = regexp.MustCompile(`^(.{2,100}?) (?:is|are) (?:also )?(?:an? )?(?:(founding|active|associated|proud|full) )?members? of (?:the )?(.+)$`)
	operatedBy     = regexp.MustCompile(`(?:[Tt]he )?(` + nameWords + `),?\s+(?:managed|operated|run) by (?:the )?`)
	becamePart     = regexp.MustCompile(`\bbecame an? (` + nameWords + `?) Supporting Organi[sz]ation`)
	leaderOfHub    = regexp.MustCompile(`(?i)\bleader of (?:one of )?(?:the )?(?:\d+ )?(proto-hubs?|digital innovation hubs?|hubs?|dihs?)\s+(?:"|the )?`)
	unitingMembers = regexp.MustCompile(`(?i)\b(?:unit(?:es|ing)|has|with|brings? together|gather(?:s|ing)|counts|compris(?:es|ing)|includ(?:es|ing))\s+(more than |over )?(` + number + `)\s+members\b`)
	universities   = regexp.MustCompile(`(?i)\band\s+(` + number + `)\s+(?:[\p{L}-]+\s+){0,2}universit(?:y|ies)\b`)
	includingSMEs  = regexp.MustCompile(`(?i)\b(?:including|of which|among them)\s+(more than |over )?(` + number + `)\s+(?:[\p{L}-]+\s+){0,2}SMEs?\b`)
	employRE       = regexp.MustCompile(`(?i)\bemploy(?:s|ing)?\s+(more than |over |about )?(` + number + `)(\+)?\s+(?:people|persons|workers|employees)`)
	earnRE         = regexp.MustCompile(`(?i)\b(?:earn|turnover|revenues?|sales)\b[^.]{0,40}?(over|more than|about)?\s*(?:[€$£]|EUR)`)
)

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
