package resolve

import (
	"slices"
	"strings"
)

// governs tells whether a name is of a body of which each place or country has one.
func (n *name) governs() bool {
	return n.any(func(t term) bool {
		return t.key == "=county" || t.key == "=region" || t.key == "=ministry" || t.key == "=municipality"
	}) && n.any(func(t term) bool { return t.class != ofBody })
}

// as gives the words of a name that not all countries mean alike what they mean in one.
func (n *name) as(country string) {
	changed := false
	for i := range n.terms {
		t := &n.terms[i]
		was := t.key
		switch {
		case t.class == plain && abbreviated[country] == t.raw && t.raw != "":
			t.key, t.class = "="+country, ofNation // "Ministrstvo za promet RS"
		case t.key == "=applied" && t.word == "universiti colege" && country != "GB" && country != "IE":
			t.key, t.class = "=university", ofBody // as Scandinavians translate theirs
		case t.key == "=college" && t.word == "college" && withColleges[country]:
			t.key = "=university"
		case (t.key == "=faculty" || t.key == "=department") && t.word == "department" && withDepartments[country] && !n.hasTerm("=university") && (n.all[0] == "department" || n.hasTerm("=federal")):
			t.key = "=ministry" // "Department of Health"
		case country == "FR" && (t.key == "=faculty" || t.key == "=department") && n.all[0] == t.word && !n.any(func(u term) bool {
			return u.class == ofWork || u.class == ofBody && u.key != "=faculty" && u.key != "=department" && u.key != "=county"
		}):
			t.key = "=county" // "Département de l'Hérault"
		case t.key == "=village" && withVillages[country] && !n.any(func(u term) bool { return (u.class == ofWork || u.class == ofBody) && u.key != "=village" }):
			t.key, t.class = "=municipality", ofBody // an "obec" or "község"
		case country == "SE" && t.key == "=county" && n.hasTerm("=region"):
			t.key = "=region" // "Region Jönköpings län"
		case country == "AT" && t.key == "=land" && len(n.terms) == 2 && n.any(func(u term) bool { return u.class == ofPlace }):
			t.key, t.class = "=county", ofBody // "Land Niederösterreich"
		case country == "AT" && (t.key == "=regional" || t.key == "=national" || t.key == "=land") && n.hasTerm("=government"):
			t.key, t.class = "=county", ofBody // "Regional Government"
		case country == "GB" && t.class == plain && t.raw == "lb" && n.all[0] == "lb":
			t.key, t.class = "=municipality", ofBody // "LB Camden"
		case country == "LT" && t.key == "=region" && n.hasTerm("=municipality"):
			t.key = "=county" // a "rajonas"
		case (country == "IT" || country == "FR") && t.key == "=regional" && n.hasTerm("=government"), (country == "IT" || country == "FR") && t.key == "=government" && n.hasTerm("=region"):
			t.key, t.class = "=region", ofBody // "Regional Government of Lombardy"
		case country == "LV" && t.key == "=county":
			t.key = "=municipality" // a "novads"
		case country != "GB" && country != "IE" && country != "LV" && country != "" && t.key == "=municipality" && t.word == "district council":
			t.key = "=county" // a "raion" or "okres"
		default:
			continue
		}
		changed = true
		for k, s := range n.seq {
			if s == was {
				n.seq[k] = t.key
			}
		}
	}
	if changed {
		n.sortTerms()
	}
}

// national tells whether a name says that its body is a country's.
func (n *name) national(country string) bool {
	return n.words > 2 && n.any(func(t term) bool {
		return t.class == ofNation && isNation(t, country) || t.key == "=national" || t.key == "=federal"
	})
}

// withColleges are countries whose universities of applied sciences are translated so, too.
var withColleges = map[string]bool{"CZ": true, "SK": true, "HU": true, "PL": true, "NO": true, "SE": true, "DK": true, "FI": true, "IS": true, "BG": true, "EE": true, "LV": true}

// abbreviated are the initials by which names of some countries say that they are theirs.
var abbreviated = map[string]string{"LV": "lr", "LT": "lr", "SI": "rs", "RS": "rs", "SK": "sr", "CZ": "cr", "HR": "rh", "PL": "rp", "MK": "rm"}

// withVillages are countries whose municipalities are translated so.
var withVillages = map[string]bool{"CZ": true, "SK": true, "HU": true, "PL": true, "RO": true, "RS": true, "AL": true, "UA": true}

// withAcademies are countries whose academies of one field became universities, or are translated so.
var withAcademies = map[string]bool{"PL": true, "UA": true, "BY": true, "RO": true, "BG": true, "HU": true, "EE": true, "LV": true, "LT": true}

// withDepartments are countries whose ministries are called so.
var withDepartments = map[string]bool{"CH": true, "GB": true, "IE": true, "US": true, "ZA": true}

// unique tells of bodies of one name whether a country has one of it: a county or ministry, a national
// body, or a university that tells which.
func unique(country string, a, b *named) bool {
	return a.governs() || (country == "GB" || country == "IE") && a.hasTerm("=council") && a.placed() || a.national(country) && b.national(country) || university(a) && university(b) && a.placed()
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

// ofOneCountry tells whether a name is of a company in one country, as ROR writes them: "Alstom (France)".
func ofOneCountry(s string) bool {
	before, in, ok := strings.Cut(strings.TrimSuffix(s, ")"), " (")
	if !ok || before == "" || len(in)+len(before)+3 != len(s) {
		return false
	}
	n := analyse(in)
	return len(n.terms) == 1 && n.terms[0].class == ofNation
}

// lacks tells whether a name says what a body is, plainly, and no name of the other does.
func lacks(n *named, other *entry) bool {
	return slices.ContainsFunc(n.terms, func(t term) bool {
		return t.class == ofBody && !mild[t.key] && !formal[t.key] && !loose[t.key] &&
			!(ofArea[t.key] && n.any(func(u term) bool { return servingArea[u.key] })) &&
			!slices.ContainsFunc(other.names, func(m named) bool { return m.hasTerm(t.key) })
	})
}

// university tells whether a name is a university's, and none of a part of it.
func university(n *named) bool {
	return n.hasTerm("=university") && !n.any(func(t term) bool {
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

// Kinds that have an association or a foundation beside themselves.
var endowed = map[string]bool{"=university": true, "=chamber": true, "=hospital": true, "=county": true, "=region": true, "=municipality": true, "=council": true, "=ministry": true,
	"=museum": true, "=library": true, "=academy": true, "=church": true, "=company": true, "=bank": true, "=park": true, "=government": true}

// A part of a whole may be named with the whole or without: "Faculty of Economics, University
// of Belgrade". The whole named with a part is that part.
var (
	wholes = map[string]bool{"=university": true, "=academy": true, "=ministry": true, "=government": true, "=county": true, "=region": true}
	parts  = map[string]bool{"=faculty": true, "=department": true, "=institute": true, "=school": true, "=laboratory": true, "=centre": true, "=authority": true}
)

// Words of a university's name that do not tell it from others.
var neutral = map[string]bool{"=national": true, "=science": true, "=study": true, "=research": true}

// fields are how many a university of applied sciences has in its name: of several, it may be known
// without any.
func fields(n *named) (k int) {
	for _, t := range n.terms {
		if t.class == ofWork && t.key != "=applied" && !neutral[t.key] {
			k++
		}
	}
	return k
}

// Words that a municipality has beside its kind.
var ofMunicipality = map[string]bool{"=municipality": true, "=council": true, "=administration": true, "=authority": true,
	"=county": true, "=metropolitan": true, "=government": true, "=rights": true, "=big": true, "=public": true}

// Words that a town has, and no district around it.
var ofTowns = map[string]bool{"city": true, "town": true, "miesto": true, "miestas": true, "pilsetas": true, "pilseta": true, "valstspilsetas": true, "linn": true, "linna": true,
	"mesto": true, "miasto": true, "miasta": true, "grad": true, "stadt": true, "miejska": true, "miejski": true, "miejskiej": true, "urban": true}

// Words that tell the reach of a body, besides those of places.
var reaching = map[string]bool{"=regional": true, "=local": true, "=north": true, "=south": true, "=east": true, "=west": true, "=central": true, "=county": true, "=region": true, "=municipality": true}

// saysTown tells whether a name says that it is a town's.
func saysTown(n *named) bool {
	return slices.ContainsFunc(n.all, func(w string) bool { return ofTowns[w] })
}

// onePlace tells whether two names have one place in common: by one word, or, of bodies in one city, each by some name of it.
func onePlace(x, y *entry, a, b *named, near match) bool {
	city := func(n *named) bool {
		return n.any(func(t term) bool { return x.isCity(t) || y.isCity(t) })
	}
	return near == agrees && city(a) && city(b) || a.any(func(t term) bool {
		return (t.class == plain || t.class == ofPlace || x.isCity(t)) && b.hasTerm(t.key)
	})
}

// Words of the communes that lie around a town of their name, and countries where they do.
var (
	ofCommunes = map[string]bool{"wiejska": true, "wiejskiej": true, "commune": true, "vald": true, "valla": true, "vallavalitsus": true, "parish": true, "rural": true, "pagasts": true, "pagasta": true, "novads": true, "novada": true}
	withRural  = map[string]bool{"PL": true, "EE": true, "LV": true}
)

// encircled are towns of Poland around which a rural commune of the same name lies ("gmina obwarzankowa"): there
// "Gmina Kołobrzeg" is not the town, as elsewhere.
var encircled = func() map[string]bool {
	of := map[string]bool{}
	for _, town := range strings.Split(`
	aleksandrow kujawski; augustow; bartoszyce; biala podlaska; bialogard; bielsk podlaski; bochnia; boleslawiec; braniewo; brodnica; brzeziny; chelm;
	chelmno; chelmza; chodziez; chojnice; chojnow; ciechanow; czarnkow; czluchow; darlowo; debica; dzialdowo; dzierzoniow; elblag; elk; garwolin; gizycko;
	glogow; gniezno; gorlice; gostynin; grajewo; grudziadz; grybow; hajnowka; ilawa; inowroclaw; jaroslaw; jaslo; kamienna gora; ketrzyn; kolno; kolo;
	kolobrzeg; koscian; koscierzyna; krasnik; krasnystaw; kutno; kwidzyn; lancut; lebork; leczyca; lezajsk; lidzbark warminski; limanowa; lipno; lomza;
	lowicz; lubaczow; luban; lubartow; lubawa; lubin; lukow; malbork; miedzyrzec podlaski; mielec; minsk mazowiecki; mlawa; mragowo; nowa ruda; nowa sol;
	nowe miasto lubawskie; nowy targ; olawa; olesnica; ostroda; ostrow mazowiecka; ostrow wielkopolski; oswiecim; ozorkow; pabianice; plonsk; pruszcz
	gdanski; przemysl; przeworsk; puck; pulawy; raciaz; radomsko; radziejow; radzyn podlaski; rawa mazowiecka; rypin; sanok; siedlce; siemiatycze;
	sieradz; sierpc; skierniewice; slupca; slupsk; sochaczew; sokolow podlaski; stargard; starogard gdanski; suwalki; swidnica; swidwin; szczecinek;
	szczytno; tarnow; tczew; terespol; tomaszow lubelski; tomaszow mazowiecki; turek; ustka; wabrzezno; wagrowiec; walcz; wejherowo; wloclawek; wlodawa;
	wysokie mazowieckie; zagan; zambrow; zamosc; zary; zdunska wola; zgierz; zgorzelec; zlotoryja; zlotow`, ";") {
		of[strings.Join(strings.Fields(town), " ")] = true
	}
	return of
}()

// encircles tells whether a name is that of a rural commune around a town of its name.
func encircles(n *named) bool {
	town, ok := strings.CutSuffix(strings.Join(n.all, " "), " gmina")
	for _, commune := range []string{"gmina ", "gemeinde ", "obec ", "commune of "} {
		if !ok {
			town, ok = strings.CutPrefix(town, commune)
		}
	}
	return ok && encircled[strings.TrimPrefix(town, "wiejska ")]
}

// rural tells whether one of two names is a town's and the other that of the commune around it.
func rural(x *entry, a, b *named) bool {
	commune := func(n *named) bool {
		return !saysTown(n) && (x.Country == "PL" && encircles(n) || slices.ContainsFunc(n.all, func(w string) bool { return ofCommunes[w] }) || x.Country == "EE" && slices.Contains(n.all, "municipality") ||
			x.Country == "LV" && slices.Contains(n.all, "district"))
	}
	town := func(n *named) bool { return saysTown(n) || x.Country == "PL" && n.preferred && n.where() }
	return withRural[x.Country] && (town(a) && commune(b) || town(b) && commune(a))
}

// branded tells whether two names have a word in common that is their own, and no place's.
func branded(x, y *entry, a, b *named) bool {
	return a.any(func(t term) bool {
		return t.class == plain && len(t.key) > 3 && b.hasTerm(t.key) && !x.isCity(t) && !y.isCity(t)
	})
}

// Kinds that tell in the name of another kind of body for where it is.
var ofArea = map[string]bool{"=county": true, "=region": true}

// Kinds of bodies that an area has.
var servingArea = map[string]bool{"=agency": true, "=chamber": true, "=museum": true, "=library": true, "=hospital": true, "=institute": true, "=authority": true, "=fund": true}

// sharedKind tells whether both names are of a kind of bodies that an area has.
func sharedKind(a, b *named, only map[string]bool) bool {
	return a.any(func(t term) bool { return servingArea[t.key] && !only[t.key] && b.hasTerm(t.key) })
}

// differing is how two bodies differ in what they are.
type differing uint8

const (
	outright     differing = iota // a city and its chamber
	inKind                        // words of kinds that may be one body's: a college and an academy
	inField                       // universities, in what they teach or their names
	byOtherNames                  // as names say that are not those that are most alike
	asPart                        // a part of it
)

// sharedField tells whether both names say one field.
func sharedField(a, b *named, only map[string]bool) bool {
	return a.any(func(t term) bool { return t.class == ofWork && !neutral[t.key] && !only[t.key] && b.hasTerm(t.key) })
}

// kinds compares what two names say their bodies are, by the terms that only one of them has.
// place tells whether one is a place, and the other its municipality.
func kinds(x, y *entry, a, b *named, la, lb []int, near match) (_ match, by differing, place bool) {
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
	hospitals := a.hasTerm("=hospital") && b.hasTerm("=hospital")
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
	var reach, nation, milds, works, governed, counties, says [2]bool
	under := false     // one is an office of a ministry
	var office [2]bool // of a region or a county, if it says what for
	group, publics := false, true
	for side, of := range [2][]int{la, lb} {
		n, other := a, b
		if side == 1 {
			n, other = b, a
		}
		municipality := n.hasTerm("=municipality")
		for _, i := range of {
			if i < 0 {
				continue
			}
			t := n.terms[i]
			own := x.isCity(t) || y.isCity(t)
			reach[side] = reach[side] || reaching[t.key] || own
			works[side] = works[side] || t.class == ofWork && !ofMunicipality[t.key] && !own
			says[side] = says[side] || t.class == ofWork && !neutral[t.key] || !own && ownWord(t, n, other)
			under = under || parts[t.key] && n.hasTerm("=ministry") && other.hasTerm("=ministry")
			office[side] = office[side] || (parts[t.key] || t.key == "=service") && (municipality && other.hasTerm("=municipality") || n.hasTerm("=region") && other.hasTerm("=region") || n.hasTerm("=county") && other.hasTerm("=county"))
			governed[side] = governed[side] || t.key == "=municipality"
			counties[side] = counties[side] || t.key == "=county"
			nation[side] = nation[side] || t.class == ofNation || t.key == "=national"
			switch {
			case t.class == ofNation:
				if x.Country != "" && !isNation(t, x.Country) {
					return differs, outright, false // "German-Slovak"
				}
				continue
			case !beyond && t.key == "=metropolitan" && !n.hasTerm("=council") && !n.hasTerm("=county"):
				return differs, outright, false // what towns and their surroundings have together
			case t.key == "=county" && municipality && !n.hasTerm("=metropolitan") && !n.hasTerm("=council") && other.hasTerm("=municipality") && saysTown(other) && !saysTown(n):
				return differs, outright, false // "Vilnius City", "Vilnius District Municipality"
			case !beyond && ofArea[t.key] && t.class == ofBody && other.where() && !x.isCity(other.terms[0]) && !y.isCity(other.terms[0]):
				found, place = partly, true // "Noord-Brabant", whose seat is elsewhere
			case !beyond && near == unknown && own && t.key != "=municipality" && (len(x.cities) == 0) != (len(y.cities) == 0) && cityOf(x, y, n, other, t):
				return differs, outright, false // "Duszniki Zdrój" and "Duszniki"
			case !beyond && t.key == "=authority" && strings.HasPrefix(t.word, "admin") && other.where():
				found, place = partly, true // "Administration of Saint Petersburg"
			case !beyond && t.key == "=council" && (x.Country == "GB" || x.Country == "IE") && other.where():
				found, place = partly, true
			case !beyond && (municipality && ofMunicipality[t.key] || own):
				found, place = partly, true // "Bradford", "City of Bradford Metropolitan District Council"
			case !beyond && t.class == plain && small(t):
			case !beyond && near == agrees && t.class == plain && longer(n, of, other, [2][]int{lb, la}[side]):
				found, place = partly, true // "Drosendorf-Zissersdorf", whose seat is in Drosendorf
			case !beyond:
				return differs, outright, false // all that is the same is the city
			case t.key == "=university" && !part && other.hasTerm("=academy"):
				found = partly // "Åbo Akademi University"
			case t.key == "=academy" && !part && withAcademies[x.Country] && other.hasTerm("=university") && sharedField(a, b, only):
				found = partly // "Akademia Medyczna", a university since
			case whole && t.key == "=technology" && a.hasTerm("=applied") && b.hasTerm("=applied"):
				found = partly // "Technical University of Applied Sciences"
			case whole && t.key == "=applied" && branded(x, y, a, b):
				found = min(found, partly) // "Hanze University", "Hanze Hogeschool"
			case whole && both && t.class == ofWork && fields(n) > 1 && n.hasTerm("=applied") && !other.any(func(u term) bool { return u.class == ofWork && u.key != "=applied" }):
				found = min(found, partly) // "Hochschule Karlsruhe – Technik und Wirtschaft"
			case whole && !hospitals && (t.class == ofWork && !neutral[t.key] || t.key == "=municipality" || !part && !own && ownWord(t, n, other)):
				return differs, inField, false // universities and their parts are told apart by what they teach, and by names
			case t.class != ofBody:
			case technical && (t.key == "=university" || t.key == "=institute"):
				found = unknown
			case wholes[t.key] && part:
			case parts[t.key] && whole && !part:
				return differs, outright, false
			case formal[t.key] && !other.any(func(u term) bool {
				return u.class == ofBody && (endowed[u.key] || t.key != "=foundation" && t.key != "=association" && !mild[u.key] && !formal[u.key])
			}):
				if t.key == "=foundation" && owned(other) {
					return otherwise, 0, false // what owns a company, or is owned by it
				}
				found = min(found, partly)
			case t.key == "=county" && (x.Country == "GB" || x.Country == "IE") && a.hasTerm("=council") && b.hasTerm("=council") && !a.hasTerm("=municipality") && !b.hasTerm("=municipality"):
				found = min(found, partly) // "East Sussex Council"
			case t.key == "=region" && n.hasTerm("=regional") && other.hasTerm("=regional") && other.hasTerm("=council"):
				found = min(found, partly) // "Conseil Régional Région PACA"
			case ofArea[t.key] && both && !governed[side] && sharedKind(a, b, only):
				found = min(found, partly) // "Development Agency of Dubrovnik-Neretva County"
			case serving[t.key] && n.hasTerm("=chamber") && other.hasTerm("=chamber") && !other.any(func(u term) bool { return serving[u.key] }):
				return differs, outright, false // a chamber's agency
			case serving[t.key] && other.governs() && !other.any(func(u term) bool { return serving[u.key] }):
				return differs, outright, false // a county's agency
			case mild[t.key]:
				milds[side] = true
				publics = publics && public[t.key]
				group = group || grouped[t.key]
				if found != differs {
					found = partly
				}
			default:
				return differs, inKind, false
			}
		}
	}
	if governed[0] && counties[1] || governed[1] && counties[0] || reach[0] && nation[1] || reach[1] && nation[0] || works[0] && governed[1] || works[1] && governed[0] ||
		whole && part && says[0] && says[1] || under || office[0] && works[0] || office[1] && works[1] || rural(x, a, b) {
		return differs, outright, false
	}
	if milds[0] && milds[1] && !publics || group && !both || (a.governs() || b.governs()) && (len(a.forms) > 0) != (len(b.forms) > 0) {
		return otherwise, 0, place
	}
	return found, 0, place
}

// cityOf tells whether a term that only one name has is one of several words of a city, of which both names have
// another.
func cityOf(x, y *entry, n, other *named, t term) bool {
	for _, e := range []*entry{x, y} {
		for _, words := range e.cityNames {
			if slices.Contains(words, t.key) || slices.Contains(words, t.word) {
				return n.any(func(u term) bool {
					return u.key != t.key && other.hasTerm(u.key) && (slices.Contains(words, u.key) || slices.Contains(words, u.word))
				})
			}
		}
	}
	return false
}

// small tells whether a word is one of the little ones that say nothing.
func small(t term) bool {
	m, ok := means(t.raw)
	return ok && m.class == nothing
}

// longer tells whether a name is a municipality's, and another that or the place's, which has one word less. Large
// cities have others below them: "London Borough of Islington".
func longer(n *named, left []int, other *named, leftOther []int) bool {
	words := 0
	for _, i := range left {
		if i >= 0 && n.terms[i].key != "=municipality" {
			words++
			if !slices.ContainsFunc(n.seq[:max(0, slices.Index(n.seq, n.terms[i].key))], func(k string) bool { return k != "=municipality" && other.hasTerm(k) }) {
				return false // "Seniorenbeirat der Stadt Cham": it does not stand behind the place
			}
		}
	}
	return words == 1 && n.hasTerm("=municipality") && !n.any(func(t term) bool { return t.class == ofPlace && other.hasTerm(t.key) }) && !slices.ContainsFunc(leftOther, func(i int) bool { return i >= 0 && other.terms[i].key != "=municipality" })
}

// isPart tells whether a name is of a part of a body of which another is the whole name.
func isPart(x, y *entry, a, b *named) bool {
	whole, tail := &a.part[0], &a.part[1]
	if len(b.part[0].terms) == 0 && whole.apart() && tail.apart() {
		switch {
		case saysBody(whole.terms) && !saysKind(tail, whole) && saysSame(x, y, whole, &b.name):
			return true // "Turku School of Economics, the Centre of Future Studies"
		case saysItIsPart(tail, whole) && saysSame(x, y, whole, &b.name), saysItIsPart(whole, tail) && saysSame(x, y, tail, &b.name):
			return true
		}
	}
	// "Universidad Carlos III de Madrid Servicio de investigación"
	s, t := unformed(a.seq), unformed(b.seq)
	return len(t) > 1 && len(s) > len(t) && ofParts[s[len(t)]] && !(s[len(t)] == "=authority" && b.governs()) && slices.Equal(s[:len(t)], t)
}

// saysKind tells whether what stands after a name says a kind that it has, too, or that has parts itself.
func saysKind(tail, whole *name) bool {
	return tail.any(func(t term) bool {
		return t.class == ofBody && (wholes[t.key] || t.key == "=municipality" || t.key == "=council" || whole.hasTerm(t.key))
	})
}

// tailed tells whether a name is another and something after a dash, which may be a part of its body.
func tailed(x, y *entry, a, b *named) bool {
	return len(a.part[0].terms) > 0 && len(b.part[0].terms) == 0 && saysSame(x, y, &a.part[0], &b.name)
}

// saysItIsPart tells whether what stands beside a name is a kind of part that it has not itself.
func saysItIsPart(n, whole *name) bool {
	if n.field() {
		return whole.governs() // "Landkreis Grafschaft Bentheim - Wirtschaftsförderung"
	}
	if whole.hasTerm("=chamber") && whole.placed() && !n.placed() && !n.hasTerm("=chamber") {
		return true // "Camera di commercio di Genova, Studi e Statistica"
	}
	return n.any(func(t term) bool { return ofParts[t.key] && !whole.hasTerm(t.key) })
}

// saysSame tells whether two names say the same but for where that is.
func saysSame(x, y *entry, a, b *name) bool {
	own := false
	lacks := func(m, n *name) bool {
		return slices.ContainsFunc(m.terms, func(t term) bool {
			if t.class == ofNation || x.isCity(t) || y.isCity(t) {
				return false
			}
			own = true
			return !slices.ContainsFunc(n.terms, func(u term) bool { return u.key == t.key || meet(t, u) > 0 })
		})
	}
	return !lacks(a, b) && !lacks(b, a) && own
}

// Kinds of parts that may be told right after their whole.
var ofParts = map[string]bool{"=faculty": true, "=department": true, "=laboratory": true, "=service": true, "=authority": true, "=programme": true, "=institute": true, "=school": true, "=group": true}

// honoured tells whether two names are those of a university of one city, of which one has a name
// besides it: "Friedrich-Schiller-Universität Jena".
func honoured(x, y *entry, a *named, la []int, b *named, lb []int) bool {
	if !a.hasTerm("=university") || !b.hasTerm("=university") {
		return false
	}
	city := false
	for _, t := range a.terms {
		city = city || (t.class == ofPlace || t.class == plain && (x.isCity(t) || y.isCity(t))) && b.hasTerm(t.key)
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
			if t.class == plain && len(t.key) < 4 {
				continue // "Gr. T. Popa"
			}
			if t.class != plain {
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
	return n.hasTerm("=chamber") && (n.hasTerm("=commerce") || n.hasTerm("=economy") || !n.any(func(t term) bool { return ofChamber[t.key] }))
}
