package resolve

import (
	"slices"
	"strings"
)

// measured names what a comparison finds in numbers, in the order of [measures].
var measured = [...]string{
	"weights", "known as one", "known as two", "the other known as one",
	"name", "rarity",
	"own words left, fewer", "own words left, more", "known words left, fewer", "known words left, more",
	"words, fewer", "words, more", "which name, lower", "which name, higher",
	"trigrams of names", "trigrams of compared names", "trigrams of words left", "trigrams of cities", "trigrams of domain and name", "trigrams of domains", "trigrams of streets",
	"names they are known by", "rarest own word", "own words in common", "known words in common", "kinds in common",
	"sites", "digits of post codes",
	"city", "address", "body", "body differs by", "rest", "begins", "initials", "others", "anywhere",
}

// measures are what is known of a compared pair in numbers, which [forest] weighs together.
type measures [len(measured)]float64

// mostBits are more than matters.
const mostBits = 15

// notTold is the measure of what one of two bodies does not tell.
const notTold = -1

// measures measures a compared pair whose own weights, without what projects and registers say, are those of evidence.
func (c *corpus) measures(x, y *entry, l *likeness, evidence float64, k *knownAs) (m measures) {
	at := 0
	put := func(values ...float64) {
		at += copy(m[at:], values)
	}
	sorted := func(v, w float64) { put(min(v, w), max(v, w)) }
	for _, bits := range [...]float64{evidence, k.one, k.two, k.other} {
		put(max(-mostBits, min(mostBits, bits)))
	}
	put(l.name, l.rarity)
	a, b := &x.names[l.a], &y.names[l.b]
	sorted(l.left[0].own, l.left[1].own)
	sorted(l.left[0].known, l.left[1].known)
	sorted(float64(len(a.all)), float64(len(b.all)))
	first, second := &x.names[0], &y.names[0]
	which := [2]int{l.a, l.b}
	// One that a register has stands for the one that the body is known by.
	if a.listed {
		first, which[0] = a, 0
	}
	if b.listed {
		second, which[1] = b, 0
	}
	sorted(float64(which[0]), float64(which[1]))
	put(dice(trigrams(telling(first, x, y)...), trigrams(telling(second, x, y)...)), dice(trigrams(telling(a, x, y)...), trigrams(telling(b, x, y)...)),
		told(wordsLeft(a, b), wordsLeft(b, a)), told(x.cities, y.cities), c.domainInName(x, y), domainsAlike(x, y), streetsAlike(x, y))
	preferred := c.soft(x, y, first, second, l.city)
	put(preferred.nameScore(c.weights))
	rarest, own, known, kinds := 0.0, 0, 0, 0
	for i, t := range a.terms {
		switch {
		case !b.hasTerm(t.key):
		case t.class == plain || t.class == ofPlace:
			rarest = max(rarest, a.weights[i])
			own++
		case t.class == ofBody:
			kinds++
		case t.class == ofWork:
			known++
		}
	}
	put(rarest, float64(own), float64(known), float64(kinds))
	sites := 0
	for _, e := range [...]*entry{x, y} {
		sites += min(1, len(e.domains))
	}
	put(float64(sites), digitsAlike(x, y))
	anywhere := 0
	if l.anywhere {
		anywhere = 1
	}
	put(float64(l.city), float64(l.located), float64(l.body), float64(l.by), float64(l.rest), float64(l.begins), float64(l.initials), float64(l.others), float64(anywhere))
	return m
}

// left is the weight of the words that a name has and another has not, as far as nothing else says them.
type left struct {
	own, known float64
}

// telling are the words of a name that say something, but for the cities of two bodies; all of it, if these are all.
func telling(n *named, x, y *entry) (words []string) {
	for _, w := range n.said {
		m, _ := means(w)
		of := func(e *entry) bool {
			return slices.Contains(e.cityWords, sound(w)) || m.class == ofPlace && slices.ContainsFunc(m.terms, e.isCity)
		}
		if !of(x) && !of(y) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return n.all
	}
	return words
}

// wordsLeft are the words that a name has and another has not.
func wordsLeft(n, other *named) (words []string) {
	for _, t := range n.terms {
		if !other.hasTerm(t.key) {
			words = append(words, t.word)
		}
	}
	return words
}

// trigrams are the sequences of three letters of words and what stands between them, each once, in order.
func trigrams(words ...string) []uint32 {
	s := "  " + strings.Join(words, " ") + " "
	out := make([]uint32, 0, len(s))
	for i := 2; i < len(s); i++ {
		out = append(out, uint32(s[i-2])<<16|uint32(s[i-1])<<8|uint32(s[i]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// dice is how much of two sets is common, from 0 to 1 (Dice 1945).
func dice(a, b []uint32) float64 {
	return 2 * float64(commonSorted(a, b)) / float64(max(1, len(a)+len(b)))
}

// told is dice of words, of which two bodies tell some.
func told(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return notTold
	}
	return dice(trigrams(a...), trigrams(b...))
}

// domainInName is how much of what a rare domain of one says is in a name of the other.
func (c *corpus) domainInName(x, y *entry) float64 {
	best := float64(notTold)
	for _, of := range [...][2]*entry{{x, y}, {y, x}} {
		for i, d := range of[0].domains {
			if c.sites[d] > rareSite {
				continue
			}
			label := trigrams(of[0].labels[i].raw)
			for j := range of[1].names {
				in := commonSorted(label, trigrams(strings.Join(of[1].names[j].all, "")))
				best = max(best, float64(in)/float64(len(label)))
			}
		}
	}
	return best
}

func domainsAlike(x, y *entry) float64 {
	best := float64(notTold)
	for i := range x.labels {
		for j := range y.labels {
			best = max(best, told([]string{x.labels[i].raw}, []string{y.labels[j].raw}))
		}
	}
	return best
}

func streetsAlike(x, y *entry) float64 {
	best := float64(notTold)
	for i := range x.addresses {
		for j := range y.addresses {
			best = max(best, told(x.addresses[i].street, y.addresses[j].street))
		}
	}
	return best
}

// digitsAlike is how many digits two post codes have in common before the first that differs.
func digitsAlike(x, y *entry) float64 {
	best := notTold
	for i := range x.addresses {
		for j := range y.addresses {
			p, q := x.addresses[i].post, y.addresses[j].post
			if p == "" || q == "" {
				continue
			}
			n := 0
			for n < min(len(p), len(q)) && p[n] == q[n] {
				n++
			}
			best = max(best, n)
		}
	}
	return float64(best)
}
