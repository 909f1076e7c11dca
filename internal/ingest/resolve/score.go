package resolve

import "slices"

// Matching follows Fellegi and Sunter (1969: A Theory for Record Linkage): each field that is
// compared adds log2(m/u), where m is how often it agrees so in pairs of one body and u how
// often in pairs of two. The weights start from the counts on the tuning part of
// testdata/pairs.tsv, smoothed and rounded; what is rare there (what names with nothing in
// common tell, say) is set by judgement. What rare agreement weighs more for is in the terms'
// own weights (Winkler 1989) and in rarity.

// nameLevels are weights of likeness of names, each from a least value on.
var nameLevels = []struct{ least, weight float64 }{
	{0.985, 9}, {0.93, 6}, {0.87, 4}, {0.80, 2.5}, {0.72, 1.5}, {0.62, 0}, {0.50, -2}, {0.35, -4}, {0, -8},
}

var (
	restWeights     = [...]float64{alikeAll: 1.5, oneKnown: -3, onePlain: -2.5, bothOver: -2, bothKnown: -5}
	bodyWeights     = [...]float64{unknown: 0, differs: -12, otherwise: -4, partly: -0.5, agrees: 0.5}
	formWeights     = [...]float64{unknown: 0, differs: -5, partly: 0, agrees: 0.5}
	cityWeights     = [...]float64{unknown: 0, differs: -4, partly: 1, agrees: 1.5}
	siteWeights     = [...]float64{unknown: 0, differs: -1.5, partly: 2, agrees: 5}
	registerWeights = [...]float64{unknown: 0, differs: -6, partly: 0, agrees: 8}
	vatWeights      = [...]float64{unknown: 0, differs: -1, partly: 0, agrees: 7}
)

const (
	besideAName     = -4 // "Enel" and "Enel Energia" may well be two companies of one group
	otherBranch     = -2 // other words, another city: another branch or chapter
	ofNetwork       = -8 // a network and a company of one name, nobody knows where
	sharedAcronym   = -8 // many bodies have one acronym
	namesake        = -5 // a name of one word in two cities
	oneWord         = 10.5
	ofOneGroup      = -5 // one domain of several bodies
	commonProject   = -3 // of each project that lists both as partners, of the first two
	twoSources      = 3  // of each project that two sources list them in, of the first two
	unknownCountry  = -1.5
	commonName      = -2 // names whose common words are those of many bodies
	veryCommonName  = -4
	commonRarity    = 6.5
	veryCommonBelow = 5
	rare            = 14
	veryRare        = 20
)

// nameScore is the weight of what the names tell.
func (l *likeness) nameScore() float64 {
	i := slices.IndexFunc(nameLevels, func(x struct{ least, weight float64 }) bool { return l.name >= x.least })
	s := nameLevels[i].weight + restWeights[l.rest] + bodyWeights[l.body] + formWeights[l.form]
	if l.body == unknown && l.rest != alikeAll {
		s += besideAName
	}
	if l.acronym {
		s += sharedAcronym
	}
	switch {
	case l.rarity < veryCommonBelow:
		s += veryCommonName
	case l.rarity < commonRarity:
		s += commonName
	case l.body == differs:
	case l.rarity > veryRare:
		s += 2
	case l.rarity > rare:
		s++
	}
	return s
}

// score is the sum of weights: the logarithm, to base 2, of how much likelier the pair is one
// body than two.
func (l *likeness) score() float64 {
	s := l.nameScore() + cityWeights[l.city] + siteWeights[l.site] + vatWeights[l.vat] + registerWeights[l.register] + commonProject*float64(min(l.common, 2))
	switch {
	case l.city != differs:
	case l.rest != alikeAll:
		s += otherBranch
	case l.rarity < oneWord:
		s += namesake
	}
	if l.site == agrees && (l.rest >= bothOver || l.body == otherwise || l.body == unknown && l.rest != alikeAll) {
		s += ofOneGroup
	}
	if l.network && !l.countries {
		s += ofNetwork
	}
	if !l.countries {
		s += unknownCountry
		if l.rarity < rare && l.city != agrees {
			s += unknownCountry
		}
	}
	return s
}
