package resolve

import (
	"slices"
	"strings"
)

// governs tells whether a name is of a body of which each place or country has one.
func governs(n *named) bool {
	return has(n, func(t term) bool {
		return t.key == "=county" || t.key == "=region" || t.key == "=ministry" || t.key == "=municipality"
	}) && has(n, func(t term) bool { return t.class != ofBody })
}

// legal is what the law takes a body for, as far as its names tell.
type legal uint8

const (
	ofShares  legal = 1 << iota // a company
	ofMembers                   // an association
	founded                     // a foundation
)

// unlike tells whether one is a company and the other none: "Robert Bosch Stiftung GmbH" is none.
func (l legal) unlike(m legal) bool {
	return l == ofShares && (m == ofMembers || m&founded != 0) || m == ofShares && (l == ofMembers || l&founded != 0)
}

// Legal forms of companies. That of the British is in the names of charities, too.
var ofCompanies = map[string]bool{"=OYJ": true, "=OY": true, "=PLC": true, "=SPZOO": true, "=AD": true, "=OOD": true, "=DD": true, "=DOO": true,
	"=ZRT": true, "=KFT": true, "=AB": true, "=NV": true, "=BV": true, "=SAS": true, "=SRL": true, "=SA": true, "=GMBH": true, "=AG": true,
	"=ASF": true, "=APS": true, "=SRO": true, "=LDA": true}

// foundationForm is that of the Dutch, whose schools and institutes have it in their registered
// names as companies have theirs.
const foundationForm = "=STICHTING"

// owned tells whether a name is of a company, which a foundation of that name owns, or is owned by.
func owned(n *named) bool {
	return slices.ContainsFunc(n.forms, func(f term) bool { return f.key != foundationForm })
}

// legalOf is what all names of a body tell.
func legalOf(names []named) (l legal) {
	for i := range names {
		for _, f := range names[i].forms {
			switch {
			case ofCompanies[f.key]:
				l |= ofShares
			case f.key == "=EV", f.key == "=ASBL":
				l |= ofMembers
			case f.key == foundationForm:
				l |= founded
			}
		}
		for _, t := range names[i].terms {
			// "Société", "organisation" and "partnership" are what companies are called, too.
			if t.key == "=foundation" {
				l |= founded
			} else if t.key == "=association" && !strings.HasPrefix(t.word, "soci") && !strings.HasPrefix(t.word, "organ") && !strings.HasPrefix(t.word, "partner") {
				l |= ofMembers
			}
		}
	}
	return l
}

// lacks tells whether a name says what a body is, plainly, and no name of the other does.
func lacks(n *named, other *entry) bool {
	return slices.ContainsFunc(n.terms, func(t term) bool {
		return t.class == ofBody && !mild[t.key] && !formal[t.key] && !loose[t.key] &&
			!slices.ContainsFunc(other.names, func(m named) bool { return hasTerm(&m, t.key) })
	})
}

// university tells whether a name is a university's, and none of a part of it.
func university(n *named) bool {
	return hasTerm(n, "=university") && !has(n, func(t term) bool {
		return parts[t.key] && t.key != "=school" || t.key == "=hospital" || t.key == "=museum" || t.key == "=library"
	})
}

// Kinds of bodies of which a word more or less in a name changes little: "Cluster X" may be
// known as X.
var mild = map[string]bool{"=municipality": true, "=centre": true, "=network": true, "=cluster": true, "=agency": true,
	"=authority": true, "=government": true, "=council": true,
	"=institute": true, "=zavod": true, "=laboratory": true, "=programme": true, "=fund": true, "=hub": true, "=group": true}

// Those of them that are told apart by no name: "Umweltbundesamt" is an agency.
var public = map[string]bool{"=agency": true, "=authority": true, "=council": true, "=government": true, "=municipality": true}

// Those of them that a county or ministry has beside itself.
var serving = map[string]bool{"=agency": true, "=centre": true, "=network": true, "=cluster": true, "=institute": true, "=zavod": true,
	"=laboratory": true, "=programme": true, "=fund": true, "=hub": true}

// Those of them that companies and bodies of a group are told apart by.
var grouped = map[string]bool{"=laboratory": true, "=programme": true, "=hub": true, "=group": true, "=institute": true, "=centre": true}

// Kinds that companies have in their names without being such.
var loose = map[string]bool{"=network": true, "=group": true, "=hub": true, "=programme": true, "=fund": true, "=holding": true,
	"=foundation": true, "=association": true, "=consortium": true, "=cooperative": true, "=laboratory": true, "=centre": true, "=authority": true}

// Legal forms that are also kinds: they change nothing, unless the other body is of a kind
// that would have them beside itself: the foundation of a university.
var formal = map[string]bool{"=zavod": true, "=foundation": true, "=association": true, "=consortium": true, "=cooperative": true}

// A part of a whole may be named with the whole or without: "Faculty of Economics, University
// of Belgrade". The whole named with a part is that part.
var (
	wholes = map[string]bool{"=university": true, "=academy": true, "=ministry": true, "=government": true, "=county": true, "=region": true}
	parts  = map[string]bool{"=faculty": true, "=department": true, "=institute": true, "=school": true, "=laboratory": true, "=centre": true, "=authority": true}
)

// Words of a university's name that do not tell it from others.
var neutral = map[string]bool{"=national": true, "=science": true, "=study": true, "=research": true}

// Words that a municipality has beside its kind.
var ofMunicipality = map[string]bool{"=municipality": true, "=council": true, "=administration": true, "=authority": true,
	"=county": true, "=metropolitan": true, "=government": true, "=rights": true, "=big": true, "=public": true}

// Words that a town has, and no district around it.
var ofTowns = map[string]bool{"city": true, "town": true, "miesto": true, "miestas": true, "pilsetas": true, "pilseta": true, "linn": true, "linna": true,
	"mesto": true, "miasto": true, "miasta": true, "grad": true, "stadt": true}

// Words that tell the reach of a body, besides those of places.
var reaching = map[string]bool{"=regional": true, "=local": true, "=north": true, "=south": true, "=east": true, "=west": true, "=central": true, "=county": true, "=region": true, "=municipality": true}

// kinds compares what two names say their bodies are, by the terms that only one of them has.
// place tells whether one is a place, and the other its municipality.
func kinds(x, y *entry, a, b *named, la, lb []int) (_ match, place bool) {
	only := map[string]bool{}
	for _, i := range la {
		if i >= 0 {
			only[a.terms[i].key] = true
		}
	}
	both, part, whole, beyond, technical := false, false, false, false, false
	for _, i := range lb {
		if i >= 0 {
			only[b.terms[i].key] = true
		}
	}
	for _, t := range slices.Concat(a.terms, b.terms) {
		if only[t.key] {
			continue
		}
		if t.class == ofBody {
			both = both || !loose[t.key]
			part = part || parts[t.key]
			whole = whole || t.key == "=university" || t.key == "=academy"
		}
		technical = technical || t.key == "=technology"
		own := x.isCity(t) || y.isCity(t)
		beyond = beyond || t.class == ofWork && !own || t.class == ofBody && t.key != "=municipality" || t.class == plain && !own
	}
	// "Institute of Technology" is what some technical universities call themselves.
	technical = technical && only["=university"] && only["=institute"]
	found := unknown
	if both {
		found = agrees
	}
	var reach, nation, milds, works, governed, says [2]bool
	under := false     // one is an office of a ministry
	var office [2]bool // of a region or a county, if it says what for
	group, publics := false, true
	for side, of := range [2][]int{la, lb} {
		n, other := a, b
		if side == 1 {
			n, other = b, a
		}
		municipality := has(n, func(t term) bool { return t.key == "=municipality" })
		for _, i := range of {
			if i < 0 {
				continue
			}
			t := n.terms[i]
			own := x.isCity(t) || y.isCity(t)
			reach[side] = reach[side] || reaching[t.key] || own
			works[side] = works[side] || t.class == ofWork && !ofMunicipality[t.key] && !own
			says[side] = says[side] || t.class == ofWork && !neutral[t.key] || t.class == plain && !own && !likeInitials(t.key) && !initialsOf(t.key, other.name)
			under = under || parts[t.key] && hasTerm(n, "=ministry") && hasTerm(other, "=ministry")
			office[side] = office[side] || parts[t.key] && (hasTerm(n, "=region") && hasTerm(other, "=region") || hasTerm(n, "=county") && hasTerm(other, "=county"))
			governed[side] = governed[side] || t.key == "=municipality"
			nation[side] = nation[side] || t.class == ofNation || t.key == "=national"
			switch {
			case t.class == ofNation:
				if x.Country != "" && !isNation(t, x.Country) {
					return differs, false // "German-Slovak"
				}
				continue
			case !beyond && t.key == "=metropolitan" && !hasTerm(n, "=council") && !hasTerm(n, "=county"):
				return differs, false // what towns and their surroundings have together
			case !beyond && t.key == "=county" && municipality && !hasTerm(n, "=metropolitan") && !hasTerm(n, "=council") && slices.ContainsFunc(other.all, func(w string) bool { return ofTowns[w] }):
				return differs, false // "Vilnius City", "Vilnius District Municipality"
			case !beyond && (municipality && ofMunicipality[t.key] || own):
				found, place = partly, true // "Bradford", "City of Bradford Metropolitan District Council"
			case !beyond:
				return differs, false // all that is the same is the city
			case t.key == "=university" && !part && hasTerm(other, "=academy"):
				found = partly // "Åbo Akademi University"
			case whole && t.key == "=technology" && hasTerm(a, "=applied") && hasTerm(b, "=applied"):
				found = partly // "Technical University of Applied Sciences"
			case whole && (t.class == ofWork && !neutral[t.key] || t.key == "=municipality" || !part && t.class == plain && !own && !likeInitials(t.key) && !initialsOf(t.key, other.name)):
				return differs, false // universities and their parts are told apart by what they teach, and by names
			case t.class != ofBody:
			case technical && (t.key == "=university" || t.key == "=institute"):
				found = unknown
			case wholes[t.key] && part:
			case parts[t.key] && whole && !part:
				return differs, false
			case formal[t.key] && !has(other, func(u term) bool { return u.class == ofBody && !mild[u.key] && !formal[u.key] }):
				if t.key == "=foundation" && owned(other) {
					return otherwise, false // what owns a company, or is owned by it
				}
				found = min(found, partly)
			case serving[t.key] && governs(other) && !has(other, func(u term) bool { return serving[u.key] }):
				return differs, false // a county's agency
			case mild[t.key]:
				milds[side] = true
				publics = publics && public[t.key]
				group = group || grouped[t.key]
				if found != differs {
					found = partly
				}
			default:
				return differs, false
			}
		}
	}
	if reach[0] && nation[1] || reach[1] && nation[0] || works[0] && governed[1] || works[1] && governed[0] ||
		whole && part && says[0] && says[1] || under || office[0] && works[0] || office[1] && works[1] {
		return differs, false
	}
	if milds[0] && milds[1] && !publics || group && !both || (governs(a) || governs(b)) && (len(a.forms) > 0) != (len(b.forms) > 0) {
		return otherwise, place
	}
	return found, place
}

// honoured tells whether two names are those of a university of one city, of which one has a name
// besides it: "Friedrich-Schiller-Universität Jena".
func honoured(x, y *entry, a *named, la []int, b *named, lb []int) bool {
	if !hasTerm(a, "=university") || !hasTerm(b, "=university") {
		return false
	}
	city := false
	for _, t := range a.terms {
		city = city || (t.class == ofPlace || t.class == plain) && (x.isCity(t) || y.isCity(t)) && hasTerm(b, t.key)
	}
	more := [2]bool{}
	for side, left := range [2][]int{la, lb} {
		for _, i := range left {
			if i < 0 {
				continue
			}
			t := [2]*named{a, b}[side].terms[i]
			if neutral[t.key] {
				continue
			}
			if t.class != plain || len(t.key) < 4 {
				return false
			}
			more[side] = true
		}
	}
	return city && more[0] != more[1]
}

// Words that chambers of commerce have or leave out; others are told apart by them.
var ofChamber = map[string]bool{"=commerce": true, "=industry": true, "=agriculture": true, "=crafts": true, "=maritime": true, "=economy": true, "=service": true}

// ofCommerce tells of a chamber whether it is one of commerce, or of nothing that its name tells.
func ofCommerce(n *named) bool {
	return hasTerm(n, "=chamber") && (hasTerm(n, "=commerce") || hasTerm(n, "=economy") || !has(n, func(t term) bool { return ofChamber[t.key] }))
}
