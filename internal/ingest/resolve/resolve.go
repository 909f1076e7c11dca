// Package resolve tells which actors of a graph are likely one body under several names, from
// their names, countries, cities, web domains, tax numbers and projects.
//
// Pairs that share something rare are compared (block.go, compare.go), by Soft-TFIDF of their names'
// words (names.go, spelling.go), each by what it means (name.go, words.txt), by what they are
// (kinds.go), and by their cities and domains (city.go, domain.go).
// Cities, regions and countries are known by their names in several languages (places.txt). What
// agrees and what differs is weighed by the method of Fellegi and Sunter, by weights that were
// learned from labelled pairs (score.go, weights.tsv), and trees weigh together what cannot be added (measures.go, trees.go).
// Pairs above one weight are merged; those above a lower one are for a person to look at.
//
// What is found depends on the bodies alone, not on their order or ids: weights of words come
// from the whole graph, and what competes is decided by names and identifiers.
package resolve

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Thresholds are weights in bits, as [Pair.Weight].
type Thresholds struct {
	// Merge is from which weight on two bodies are one.
	Merge float64
	// Review is from which weight on a person should look at them.
	Review float64
}

// Default are thresholds chosen for precision: by cross-validation on the labelled pairs, and by
// reading the merges of Horizon 2020 with the Danube programme and URBACT. docs/identity.md has
// the numbers.
var Default = Thresholds{Merge: 1, Review: -1.2}

// Pair is two bodies that may be one.
type Pair struct {
	A, B   int     // places in the bodies that were given
	Weight float64 // log2 of how much likelier they are one than two
	Merge  bool    // surely enough; otherwise for review
	// Why tells what speaks for it and against it.
	Why []string
}

// Confidence is the probability that the two are one, where as many candidates are as are not.
func (p Pair) Confidence() float64 { return 1 / (1 + math.Exp2(-p.Weight)) }

// Find tells the pairs of bodies that may be one, the surest first. distinct tells of two
// bodies that they were decided to be two; it may be nil. Cost: with the bodies and the pairs
// that share something rare (some 14 for each of 36,000); it keeps a few kilobytes for each body.
func Find(bodies []Body, t Thresholds, distinct func(a, b *Body) bool) []Pair {
	c := newCorpus(bodies)
	found := c.find(t, distinct)
	c.settle(found, distinct)
	return found
}

// find is Find without looking at what cannot be merged together.
func (c *corpus) find(t Thresholds, distinct func(a, b *Body) bool) []Pair {
	met := make([]int32, len(c.entries))
	blocks := c.block()
	var found []Pair
	is := c.meetWellKnown(t.Review)
	judge := func(a, b int32) {
		a, b = c.ordered(a, b)
		if p, ok := c.judge(a, b, is, t); ok && (distinct == nil || !distinct(c.entries[a].Body, c.entries[b].Body)) {
			found = append(found, p)
		}
	}
	for i := range c.entries {
		blocks.candidates(int32(i), met, func(j int32) {
			if is[i].of < 0 || is[i].of != is[j].of {
				judge(int32(i), j)
			}
		})
	}
	pairsOfKnown(is, judge)
	c.sort(found)
	return found
}

// mostRaised is by how many bits what else is told may fall short of what is for review, to ask trees: of 2,749 labelled pairs
// that fell shorter, cross-validated, trees raised none so far.
const mostRaised = 3

// judge tells of two bodies whether they may be one.
func (c *corpus) judge(a, b int32, is []identified, t Thresholds) (Pair, bool) {
	x, y := &c.entries[a], &c.entries[b]
	if x.Country != "" && y.Country != "" && x.Country != y.Country {
		return Pair{}, false
	}
	l := c.compare(x, y)
	bothKnown := is[a].of >= 0 && is[a].of == is[b].of
	if l.score(c.weights) < t.Review-mostRaised && !bothKnown {
		return Pair{}, false
	}
	w := c.weigh(a, b, &l, is)
	if w < t.Review {
		return Pair{}, false
	}
	return Pair{A: int(a), B: int(b), Weight: w, Why: c.why(x, y, &l),
		// Neither registers nor well-known bodies know whether a source that lists two as partners means two.
		Merge: w >= t.Merge && !((l.listed == oneRecord || l.known != nil) && l.common > 0)}, true
}

// weigh is the weight of a compared pair by all that is known: what its features add up to or, if that is more, what well-known
// bodies say, and what trees add to it.
func (c *corpus) weigh(a, b int32, l *likeness, is []identified) float64 {
	x, y := &c.entries[a], &c.entries[b]
	c.compete(x, y, l)
	evidence := c.evidence(l)
	k := c.knownAs(a, b, is, l)
	if k.one > evidence {
		l.known = &c.wellKnown[k.of]
	}
	w := max(evidence, k.one)
	if len(x.names) > 0 && len(y.names) > 0 && l.listed != oneRecord {
		m := c.measures(x, y, l, evidence, &k)
		w += c.trees.sum(&m)
	}
	return w + registerWeights[l.listed] + besideEachOther(l.common)
}

// ordered puts two bodies in an order that does not depend on their places.
func (c *corpus) ordered(a, b int32) (first, second int32) {
	if c.order(b, a) < 0 {
		return b, a
	}
	return a, b
}

// sort puts the surest first; of equal ones not their places or ids decide, but what they are.
func (c *corpus) sort(found []Pair) {
	slices.SortFunc(found, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.Weight, p.Weight), c.order(int32(p.A), int32(q.A)), c.order(int32(p.B), int32(q.B)))
	})
}

// settle takes merges back that cannot all be: two bodies with two identifiers of one
// register are not merged, neither directly nor by what both are merged with.
func (c *corpus) settle(found []Pair, distinct func(a, b *Body) bool) {
	group := make([]int, len(c.entries))
	members := make([][]int, len(c.entries))
	for i := range group {
		group[i], members[i] = i, []int{i}
	}
	blocked := func(p *Pair, a, b int) string {
		for _, i := range members[a] {
			for _, j := range members[b] {
				x, y := c.entries[i].Body, c.entries[j].Body
				if s := conflicting(c.entries[i].given, c.entries[j].given); s != "" {
					return "they have two identifiers of the register " + s
				}
				if x.Country != "" && y.Country != "" && x.Country != y.Country {
					return "what would be merged with them is in two countries"
				}
				if distinct != nil && distinct(x, y) {
					return "what would be merged with them was decided to be two"
				}
				if in, m, n := x.listedWith(y); in == twoRecords && !(i == p.A && j == p.B) && !(i == p.B && j == p.A) {
					return fmt.Sprintf("what would be merged with them is two bodies in %s: %s and %s", m.file, m.id, n.id)
				}
			}
		}
		return ""
	}
	for i := range found {
		p := &found[i]
		if !p.Merge {
			continue
		}
		a, b := group[p.A], group[p.B]
		if a == b {
			continue
		}
		if why := blocked(p, a, b); why != "" {
			p.Merge = false
			p.Why = append(p.Why, "not merged: "+why)
			continue
		}
		if len(members[a]) < len(members[b]) {
			a, b = b, a
		}
		for _, m := range members[b] {
			group[m] = a
		}
		members[a] = append(members[a], members[b]...)
		members[b] = nil
	}
}

// conflicting is a register in which two bodies have identifiers, and none in common; empty
// if there is none.
func conflicting(a, b []store.Identifier) string {
	found := ""
	for _, x := range a {
		same, other := false, false
		for _, y := range b {
			if x.Scheme == y.Scheme {
				same = same || x.Value == y.Value
				other = true
			}
		}
		if other && !same && (found == "" || x.Scheme < found) {
			found = x.Scheme
		}
	}
	return found
}

// why tells what a comparison found.
func (c *corpus) why(x, y *entry, l *likeness) []string {
	why := []string{fmt.Sprintf("names %.0f %% alike", 100*l.name)}
	if l.rest == alikeAll && l.name > 0.98 {
		why[0] = "names that say the same" // in other words, another language or as an acronym
		if x.names[l.a].joined == y.names[l.b].joined {
			why[0] = "the same name"
		}
	}
	listed := whyListed(x.Body, y.Body)
	for _, s := range []string{whyNamed(x, l.a), whyNamed(y, l.b), listed} {
		if s != "" {
			why = append(why, s)
		}
	}
	switch { // however alike
	case l.known != nil:
		why = []string{whyKnown(l.known)}
	case l.listed == oneRecord:
		why = []string{listed}
	}
	add := func(m match, agree, part, differ string) {
		switch {
		case m == agrees && agree != "":
			why = append(why, agree)
		case m == partly && part != "":
			why = append(why, part)
		case m == differs && differ != "":
			why = append(why, differ)
		}
	}
	if l.known == nil {
		add(l.body, "", "", "different kinds of bodies by their names")
	}
	if l.countries {
		why = append(why, "the same country")
	}
	if l.anywhere {
		why = append(why, "offices in different cities")
	} else {
		add(l.city, "the same city", "nearly the same city", "different cities")
	}
	switch l.located {
	case sameAddress:
		why = append(why, "the same address")
	case inStreet:
		why = append(why, "the same street")
	case elsewhere:
		why = append(why, "different streets")
	}
	add(l.site, "the same web domain", "a shared web domain", "different web domains")
	add(l.vat, "the same tax number", "", "different tax numbers")
	if l.common > 0 {
		why = append(why, fmt.Sprintf("partners beside each other in %d projects", l.common))
	}
	return why
}

// String is what a person reads of the reasons.
func (p Pair) String() string { return strings.Join(p.Why, ", ") }
