package eccp

import (
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// Names of relations and properties as the ontology spells them.
const (
	memberOf       = "MEMBER_OF"
	participatesIn = "PARTICIPATES_IN"
	fundedBy       = "FUNDED_BY"
	supportedBy    = "SUPPORTED_BY"
	partOf         = "PART_OF"
	affiliatedWith = "AFFILIATED_WITH"
	worksOn        = "WORKS_ON"
	takesPartIn    = "TAKES_PART_IN"
	about          = "ABOUT"
	locatedIn      = "LOCATED_IN"
	targets        = "TARGETS"
	classifiedAs   = "CLASSIFIED_AS"
	operates       = "OPERATES"
)

// Confidences, by how the fact was read.
const (
	sureField   = 0.98 // a labelled field
	likelyField = 0.85 // a field without its label, told by its place
	sureText    = 0.85 // a sentence that says just this
	likelyText  = 0.7  // a sentence whose subject is told by what stands around it
	derivedText = 0.6  // computed
)

// at is where and how surely something is said.
type at struct {
	line    int
	rank    store.Rank
	conf    float64
	derived bool
}

func field(line int) at       { return at{line: line, rank: store.FromField, conf: sureField} }
func sentence(line int) at    { return at{line: line, rank: store.FromText, conf: sureText} }
func (a at) likely() at       { a.conf = likelyText; return a }
func (a at) computed() at     { a.conf, a.derived = derivedText, true; return a }
func (a at) on(line int) at   { a.line = line; return a }
func (a at) place() string    { return fmt.Sprintf("line %d", a.line) }
func (a at) better(b at) bool { return a.rank > b.rank || a.rank == b.rank && a.conf > b.conf }

// entity is a node to be.
type entity struct {
	kind string
	name string
	ids  []store.Identifier
	// named is how the preferred name was met: a better place gives a better name.
	named at
	says  []saying
	// country is the code of the country of a place.
	country string
	// decided tells that the name is an identity decision's.
	decided bool
	// body is the body that identity decisions know it as, nil if none does; stated is the
	// name by which the page and they agree. What only they say is not among ids and says.
	body   *identity.Body
	stated string
}

// relation is an edge to be.
type relation struct {
	kind     string
	from, to *entity
	says     []saying
}

// saying is one property said at one place. A prop of "" says that the subject is there.
type saying struct {
	prop  string
	value store.Value
	at    at
}

// facts is what a profile says. Names of one body meet in one entity: by the identity
// decisions, and by the name without regard to case, accents and script.
type facts struct {
	decisions *identity.Decisions
	entities  []*entity
	relations []*relation
	byName    map[string]*entity // family and key of a name
	edges     map[edgeKey]*relation
	unread    []Unread
}

type edgeKey struct {
	kind     string
	from, to *entity
}

func newFacts(d *identity.Decisions) *facts {
	return &facts{decisions: d, byName: map[string]*entity{}, edges: map[edgeKey]*relation{}}
}

// family is the group of kinds whose names meet.
func family(kind string) string {
	switch kind {
	case kindCluster, kindOrganisation, kindNetwork:
		return "Actor"
	}
	return kind
}

// telling orders the kinds of actors: a Cluster tells more than an Organisation.
var telling = map[string]int{kindOrganisation: 1, kindNetwork: 2, kindCluster: 3}

// node is the entity of a name, made where it is new; it says that the name stands at a.
func (f *facts) node(kind, name string, a at) *entity {
	stated := name
	canonical, _ := f.decisions.Canonical(family(kind), name)
	e := f.byName[family(kind)+"\x00"+text.Key(canonical)]
	if e == nil {
		e = f.byName[family(kind)+"\x00"+text.Key(stated)]
	}
	if e == nil {
		e = &entity{kind: kind, name: canonical, named: a, decided: f.decisions.Body(family(kind), name) != nil}
		f.entities = append(f.entities, e)
	}
	if telling[kind] > telling[e.kind] {
		e.kind = kind
	}
	f.say(e, "", nil, a)
	f.decide(e, stated)
	if key := family(kind) + "\x00" + text.Key(canonical); f.byName[key] == nil {
		f.byName[key] = e
	}
	f.called(e, stated, a)
	return e
}

// decide notes which body an entity is by a name that the page states.
func (f *facts) decide(e *entity, stated string) {
	b := f.decisions.Body(family(e.kind), stated)
	if b == nil || e.body != nil && e.body != b {
		return
	}
	if e.body == nil || stated == e.name {
		e.body, e.stated = b, stated
	}
}

// find is the entity of a name, if there is one.
func (f *facts) find(kind, name string) *entity {
	canonical, _ := f.decisions.Canonical(family(kind), name)
	if e := f.byName[family(kind)+"\x00"+text.Key(canonical)]; e != nil {
		return e
	}
	return f.byName[family(kind)+"\x00"+text.Key(name)]
}

// called gives an entity another name.
func (f *facts) called(e *entity, name string, a at) {
	key := family(e.kind) + "\x00" + text.Key(name)
	if text.Key(name) == "" || f.byName[key] != nil && f.byName[key] != e {
		return
	}
	known := f.byName[key] == e
	f.byName[key] = e
	if !known && name != e.name {
		f.say(e, "aliases", store.List{name}, a)
	}
}

// identified gives an entity an identifier; what cannot be one (a placeholder) is none.
func (f *facts) identified(e *entity, scheme, value string, a at) {
	id, err := store.Identifier{Scheme: scheme, Value: value}.Normal()
	if err != nil {
		return
	}
	if !slices.Contains(e.ids, id) {
		e.ids = append(e.ids, id)
		f.say(e, "", nil, a)
	}
}

// say adds a property; what is said twice at one place is said once.
func (f *facts) say(e *entity, prop string, value store.Value, a at) {
	e.says = addSaying(e.says, saying{prop, value, a})
}

// relate says that an edge is there, with properties in pairs of name and value; a nil or
// empty value is unknown and left out. An edge from a node to itself is none. Where an actor
// is tells its country as well.
func (f *facts) relate(kind string, from, to *entity, a at, props ...store.Value) {
	if from == nil || to == nil || from == to {
		return
	}
	k := edgeKey{kind, from, to}
	r := f.edges[k]
	if r == nil {
		r = &relation{kind: kind, from: from, to: to}
		f.edges[k] = r
		f.relations = append(f.relations, r)
	}
	r.says = addSaying(r.says, saying{"", nil, a})
	if kind == locatedIn && family(from.kind) == "Actor" && to.country != "" {
		f.say(from, "country", to.country, a)
	}
	for i := 0; i+1 < len(props); i += 2 {
		if v := props[i+1]; v != nil && v != "" {
			r.says = addSaying(r.says, saying{props[i].(string), v, a})
		}
	}
}

// tells tells whether anything is said of a property of e.
func (e *entity) tells(prop string) bool {
	return slices.ContainsFunc(e.says, func(s saying) bool { return s.prop == prop })
}

// addSaying adds s unless it is there already; it looks among the latest, where what the
// same place says stands.
func addSaying(all []saying, s saying) []saying {
	for i := len(all) - 1; i >= max(0, len(all)-256); i-- {
		t := all[i]
		if t.prop != s.prop || t.at.line != s.at.line || !store.Equal(t.value, s.value) {
			continue
		}
		if s.at.better(t.at) {
			all[i].at = s.at
		}
		return all
	}
	return append(all, s)
}

// notRead reports a line that was not understood.
func (f *facts) notRead(line int, quote, why string) {
	f.unread = append(f.unread, Unread{Line: line, Text: shorten(quote, 120), Why: why})
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n])) + "…"
}
