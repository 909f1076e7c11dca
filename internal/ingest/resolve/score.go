package resolve

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Matching follows Fellegi and Sunter (1969: A Theory for Record Linkage): what a comparison
// finds is told by features, each of which adds a weight, in bits, to the logarithm of how much
// likelier the pair is one body than two.
//
// The weights are those of a logistic regression on the tuning pairs of testdata, in which bodies that
// are one and bodies that are not count the same. They are kept near prior weights, set by
// judgement, as far as the pairs do not say otherwise (a normal prior, that is L2
// regularisation around them; its width was chosen by cross-validation, split by body). So
// what is rare in the pairs keeps the weight that was judged. weights.tsv has both;
// "go test ./internal/ingest/resolve -run TestWeights -fit" makes it.
//
//go:embed weights.tsv
var weightsFile string

// feature is something that a comparison finds.
type feature uint8

// Features, in the order of weights.tsv.
var features = []struct {
	name  string
	prior float64
}{
	{"name >= 0.985", 9}, {"name >= 0.93", 6}, {"name >= 0.87", 4}, {"name >= 0.80", 2.5}, {"name >= 0.72", 1.5},
	{"name >= 0.62", 0}, {"name >= 0.50", -2}, {"name >= 0.35", -4}, {"name < 0.35", -8},
	{"rest: none", 1.5}, {"rest: known words of one", -3}, {"rest: a brand of one", -0.5}, {"rest: own words of one", -2.5}, {"rest: words of both", -2}, {"rest: known words of both", -5},
	{"body: unknown", 0}, {"body: differs", -12}, {"body: may differ", -4}, {"body: nearly the same", -0.5}, {"body: the same", 0.5},
	{"body: unknown, and a rest", -4},
	{"form: unknown", 0}, {"form: differs", -5}, {"form: the same", 0.5},
	{"an acronym beside names", -10},
	{"rarity < 5", -4}, {"rarity < 6.5", -2}, {"rarity < 14", 0}, {"rarity < 20", 1}, {"rarity >= 20", 2},
	{"a city of one, and a word of the other", -2},
	{"begins it, one word more", 0}, {"begins it, two words more", 1}, {"begins it, several words more", 2},
	{"glued: differs", 0}, {"glued: the beginning", 2}, {"glued: a letter differs", 4}, {"glued: the same", 5},
	{"numbers differ", -6},
	{"a place and its municipality", 8},
	{"initials, 3 letters", -10}, {"initials, 4 letters", -5}, {"initials, 5 letters or more", -1},
	{"city: unknown", 0}, {"city: differs", -4}, {"city: nearly the same", 1}, {"city: the same", 1.5},
	{"city differs, names common", -5}, {"city the same, initials", 3},
	{"city differs, form differs", -2}, {"city differs, names rare", 2}, {"city the same, no rest", 0.5},
	{"site: unknown", 0}, {"site: differs", -0.5}, {"site: nearly the same", 2}, {"site: the same", 5},
	{"site the same, names of a group", -5}, {"site the same, names differ", -4}, {"site the same, universities", 2},
	{"a site says the other's name", 3}, {"a site says a part of the other's name", 1}, {"a site says the other's initials", 3},
	{"address: another street", -0.5}, {"address: another street, the same name", -0.5}, {"address: one post code", 0.5}, {"address: one street", 1.5}, {"address: the same", 4}, {"address the same, names differ", -3}, {"address the same, names of a group", -5},
	{"tax number differs", -1}, {"tax number the same", 7},
	{"translated, words of one", 1}, {"translated, words of both", 1.5},
	{"a few others have what is common", -1}, {"many others have what is common", -3},
	{"a common project", -3}, {"a second common project", -3},
	{"a company and an association", -6},
	{"acronyms of two names", -10},
	{"kinds in two words of one language", -2}, {"initials of names that say two things", -3}, {"site the same, kinds differ", -3}, {"address the same, kinds differ", -2},
	{"a common name, and where one is", -2},
	{"the only university of its city, and its name", 3}, {"translated, kinds may differ", 1.5},
	{"a city of one, where the other is not", -3},
	{"one is the other, and something after a dash", -2},
	{"one is a network, country unknown", -18},
	{"a short name beside names, city the same", 3},
	{"towns whose names differ by letters", -1},
	{"body differs: in kind", 2}, {"body differs: in field", 2}, {"body differs: by other names", 4}, {"body differs: a part", 2},
	{"site: differs, and may be another's", 0},
	{"half of a name", -2},
	{"the same common name, and where one is", -2},
	{"schools of one name in two cities", -4},
	{"universities of two places", -4},
	{"no own word in common, city the same", -1}, {"no own word in common, city not the same", -2},
	{"all", 0},
}

const (
	fName        = feature(0)
	fRest        = fName + 9
	fBody        = fRest + 6
	fBeside      = fBody + 5
	fForm        = fBeside + 1
	fAcronym     = fForm + 3
	fRarity      = fAcronym + 1
	fElsewhere   = fRarity + 5
	fBegins      = fElsewhere + 1
	fGlued       = fBegins + 3
	fNumbers     = fGlued + 4
	fPlace       = fNumbers + 1
	fInitials    = fPlace + 1
	fCity        = fInitials + 3
	fNamesake    = fCity + 4
	fCityInit    = fNamesake + 1
	fCityForm    = fCityInit + 1
	fCityRare    = fCityForm + 1
	fCityNone    = fCityRare + 1
	fSite        = fCityNone + 1
	fGroup       = fSite + 4
	fSiteOnly    = fGroup + 1
	fCampus      = fSiteOnly + 1
	fSays        = fCampus + 1
	fAddress     = fSays + 3
	fBehind      = fAddress + 5
	fNeighbours  = fBehind + 1
	fVAT         = fNeighbours + 1
	fTranslated  = fVAT + 2
	fOthers      = fTranslated + 2
	fCommon      = fOthers + 2
	fLegal       = fCommon + 2
	fShort       = fLegal + 1
	fOtherKind   = fShort + 1
	fTwoThings   = fOtherKind + 1
	fSiteKinds   = fTwoThings + 1
	fDoorKinds   = fSiteKinds + 1
	fWhere       = fDoorKinds + 1
	fHonoured    = fWhere + 1
	fAnyKind     = fHonoured + 1
	fBranch      = fAnyKind + 1
	fTailed      = fBranch + 1
	fNetwork     = fTailed + 1
	fShortThere  = fNetwork + 1
	fOtherTown   = fShortThere + 1
	fDiffering   = fOtherTown + 1
	fSiteNone    = fDiffering + 4
	fHalf        = fSiteNone + 1
	fWhereSame   = fHalf + 1
	fSchools     = fWhereSame + 1
	fTwoPlaces   = fSchools + 1
	fCommonWords = fTwoPlaces + 1
	fAll         = fCommonWords + 2
	allOf        = fAll + 1
)

// Least likeness of names, and rarity below which names are, for their features.
var (
	nameLevels   = [...]float64{0.985, 0.93, 0.87, 0.80, 0.72, 0.62, 0.50, 0.35}
	rarityLevels = [...]float64{5, 6.5, 14, 20}
)

// mostIfTwo is the level that counts at most for names of two kinds of bodies.
const mostIfTwo = 2

const (
	oneWord  = 10.5 // below this rarity a name is of one word, or of words that many have
	rare     = 14
	veryRare = 18
)

type weights [allOf]float64

// learned are the weights of weights.tsv.
var learned = mustReadWeights(weightsFile)

func mustReadWeights(file string) *weights {
	w, err := readWeights(file)
	if err != nil {
		panic(err) // it is part of the program
	}
	return w
}

func readWeights(file string) (*weights, error) {
	var w weights
	i := 0
	for s := bufio.NewScanner(strings.NewReader(file)); s.Scan(); {
		f := strings.Split(s.Text(), "\t")
		if s.Text() == "" || s.Text()[0] == '#' {
			continue
		}
		if i == len(w) || len(f) < 2 || f[0] != features[i].name {
			return nil, fmt.Errorf("weights.tsv: %q is not the feature that is expected there", f[0])
		}
		v, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			return nil, err
		}
		w[i] = v
		i++
	}
	if i < len(w) {
		return nil, fmt.Errorf("weights.tsv: %d features, not %d", i, len(w))
	}
	return &w, nil
}

// nameFeatures are those of the names.
func (l *likeness) nameFeatures(to []feature) []feature {
	level := slices.IndexFunc(nameLevels[:], func(x float64) bool { return l.name >= x })
	if level < 0 {
		level = len(nameLevels)
	}
	if l.body == differs && l.by == outright {
		level = max(level, mostIfTwo) // what they are is in no name twice
	}
	to = append(to, fName+feature(level), fRest+feature(l.rest), fBody+feature(l.body))
	if l.body == unknown && l.rest != alikeAll {
		to = append(to, fBeside)
	}
	switch l.form {
	case unknown:
		to = append(to, fForm)
	case differs:
		to = append(to, fForm+1)
	case agrees:
		to = append(to, fForm+2)
	}
	if l.acronym {
		to = append(to, fAcronym)
	}
	level = slices.IndexFunc(rarityLevels[:], func(x float64) bool { return l.rarity < x })
	if level < 0 {
		level = len(rarityLevels)
	}
	to = append(to, fRarity+feature(level))
	if l.elsewhere {
		to = append(to, fElsewhere)
	}
	if l.glued > unknown {
		to = append(to, fGlued+feature(l.glued)-1)
	}
	if l.numbers == differs {
		to = append(to, fNumbers)
	}
	if l.place {
		to = append(to, fPlace)
	}
	if l.initials > 0 {
		to = append(to, fInitials+feature(min(l.initials, 5)-3))
	}
	if l.half {
		to = append(to, fHalf)
	}
	return to
}

// features are all of them.
func (l *likeness) features(to []feature) []feature {
	to = l.nameFeatures(to)
	switch l.city {
	case unknown:
		to = append(to, fCity)
	case differs:
		to = append(to, fCity+1)
		switch {
		case l.rest != alikeAll:
		case l.rarity < oneWord && l.form != agrees:
			to = append(to, fNamesake)
		case l.rarity >= veryRare:
			to = append(to, fCityRare)
		}
		if l.form == differs {
			to = append(to, fCityForm)
		}
	case partly:
		to = append(to, fCity+2)
	case agrees:
		to = append(to, fCity+3)
		if l.rest == alikeAll && l.body != differs && l.body != otherwise && l.initials == 0 {
			to = append(to, fCityNone)
		}
		if l.initials > 0 {
			to = append(to, fCityInit)
		}
	}
	switch l.site {
	case unknown:
		to = append(to, fSite)
	case differs:
		to = append(to, fSite+1)
	case otherwise:
		to = append(to, fSiteNone)
	case partly:
		to = append(to, fSite+2)
	case agrees:
		to = append(to, fSite+3)
		if l.saysOther() {
			if l.first {
				to = append(to, fGroup)
			} else {
				to = append(to, fSiteOnly)
			}
		}
	}
	if l.campus {
		to = append(to, fCampus)
	}
	if l.says != saysNothing && (l.site == unknown || l.site == partly) {
		to = append(to, fSays+feature(l.says)-1)
	}
	switch {
	case l.rest == alikeAll || l.others == 0:
	case l.others < manyOthers:
		to = append(to, fOthers)
	default:
		to = append(to, fOthers+1)
	}
	if l.begins > no && l.body != differs && l.city != differs {
		to = append(to, fBegins+feature(l.begins)-1)
	}
	switch {
	case l.located == elsewhere && l.rest == alikeAll:
		to = append(to, fAddress+1)
	case l.located == elsewhere:
		to = append(to, fAddress)
	case l.located > elsewhere:
		to = append(to, fAddress+feature(l.located))
	}
	switch {
	case l.located < inStreet || !l.saysOther():
	case l.first:
		to = append(to, fNeighbours)
	default:
		to = append(to, fBehind)
	}
	to = pair(to, l.vat, fVAT)
	if l.translated && l.city != differs && l.rest != alikeAll && (l.body == agrees || l.body == unknown) {
		if l.rest < bothOver {
			to = append(to, fTranslated)
		} else {
			to = append(to, fTranslated+1)
		}
	}
	for i := range min(l.common, 2) {
		to = append(to, fCommon+feature(i))
	}
	for _, said := range [...]struct {
		is bool
		f  feature
	}{
		{l.legal, fLegal},
		{l.short, fShort},
		{l.otherKind, fOtherKind},
		{l.honoured && l.others == 0 && l.city != differs, fHonoured},
		{l.translated && l.city != differs && l.body == otherwise && !l.honoured, fAnyKind},
		{l.tailed, fTailed},
		{l.branch, fBranch},
		{l.where, fWhere},
		{l.contradicted, fTwoThings},
		{l.where && l.rest == alikeAll, fWhereSame},
		{l.schools, fSchools},
		{l.twoPlaces, fTwoPlaces},
		{l.generic && l.city == agrees, fCommonWords},
		{l.generic && l.city != agrees, fCommonWords + 1},
		{l.body == differs && l.site == agrees, fSiteKinds},
		{l.body == differs && l.located >= inStreet, fDoorKinds},
		{l.network && !l.countries, fNetwork},
		{l.otherTown, fOtherTown},
		{l.acronym && l.initials == 0 && l.city == agrees, fShortThere},
	} {
		if said.is {
			to = append(to, said.f)
		}
	}
	if l.body == differs && l.by != outright {
		to = append(to, fDiffering+feature(l.by)-1)
	}
	return append(to, fAll)
}

// saysOther tells whether the names say, or may say, two bodies that stand beside each other.
func (l *likeness) saysOther() bool {
	return l.rest >= bothOver || l.body == otherwise || l.body == differs || l.body == unknown && l.rest != alikeAll
}

func pair(to []feature, m match, f feature) []feature {
	switch m {
	case differs:
		return append(to, f)
	case agrees:
		return append(to, f+1)
	}
	return to
}

func (w *weights) sum(of []feature) (s float64) {
	for _, f := range of {
		s += w[f]
	}
	return s
}

// nameScore is the weight of what the names tell.
func (l *likeness) nameScore(w *weights) float64 {
	var some [24]feature
	return w.sum(l.nameFeatures(some[:0]))
}

// score is the sum of all weights.
func (l *likeness) score(w *weights) float64 {
	var some [48]feature
	return w.sum(l.features(some[:0])) + registerWeights[l.listed]
}

// evidence is the score without what projects and registers say.
func (c *corpus) evidence(l *likeness) float64 {
	return l.score(c.weights) - registerWeights[l.listed] - besideEachOther(l.common)
}

// besideEachOther is the weight of n projects that list both bodies; twoSources of n projects
// in which two sources do.
func besideEachOther(n int) (s float64) {
	for i := range min(n, 2) {
		s += learned[fCommon+feature(i)]
	}
	return s
}

func twoSources(n int) float64 { return 3 * float64(min(n, 2)) }
