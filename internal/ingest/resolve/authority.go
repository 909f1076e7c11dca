package resolve

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// ror.tsv.gz is names of European research bodies, universities and ministries by the Research
// Organization Registry (ror.org, CC0), of which it has about half: those records that were
// changed since 2022 (ror-records at d93fc6678 of 2026-06-23). Made by package authority.
//
//go:embed ror.tsv.gz
var rorFile []byte

// authority knows bodies by all their names: "Univerzita Karlova" is Charles University.
type authority struct {
	records []record
	by      map[string][]int32 // of records, by country and key of a name
	short   map[string][]int32 // by country and acronym
}

type record struct {
	cities, domains []string
	names           []name
}

// bodiesKnown is read once: it takes up to a second and 52 MB.
var bodiesKnown = sync.OnceValue(func() *authority {
	z, err := gzip.NewReader(bytes.NewReader(rorFile))
	if err != nil {
		panic(err) // it is part of the program
	}
	a := &authority{by: map[string][]int32{}, short: map[string][]int32{}}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		f := strings.Split(s.Text(), "\t")
		country, at := f[1], int32(len(a.records))
		r := record{domains: strings.Split(f[3], "|")}
		if k := cityKey(f[2]); k != "" {
			r.cities = []string{k}
		}
		had := map[string]bool{}
		for _, s := range strings.Split(f[5], "|") {
			n := analyse(s)
			k := country + nameKey(n)
			if len(n.terms) == 0 || had[k] {
				continue
			}
			had[k] = true
			r.names = append(r.names, n)
			a.by[k] = append(a.by[k], at)
		}
		for _, s := range strings.Split(f[4], "|") {
			if n := analyse(s); len(n.terms) == 1 {
				a.short[country+n.terms[0].key] = append(a.short[country+n.terms[0].key], at)
			}
		}
		a.records = append(a.records, r)
	}
	if s.Err() != nil {
		panic(s.Err())
	}
	return a
})

func nameKey(n name) string { return strings.Join(keysOf(n), " ") }

// longAcronym is the letters of an acronym that few bodies of a country have.
const longAcronym = 5

// severalTerms is of how many terms a name is that no two bodies of a country have.
const severalTerms = 4

// find is the only record of a name in a country that the city and the domains do not speak
// against; of a short acronym, the only one that they speak for; of a long name, the only one. It is -1 if there is none.
func (a *authority) find(n name, country string, cities, domains []string) int32 {
	if country == "" {
		return -1
	}
	same := a.by[country+nameKey(n)]
	if r := a.among(same, cities, domains, false); r >= 0 {
		return r
	}
	if len(same) == 1 && len(n.terms) >= severalTerms {
		return same[0] // as if it had moved, or had several seats
	}
	if len(n.terms) == 1 && n.terms[0].class == plain {
		return a.among(a.short[country+n.terms[0].key], cities, domains, len(n.terms[0].key) < longAcronym)
	}
	return -1
}

func (a *authority) among(list []int32, cities, domains []string, confirmed bool) int32 {
	found, best, several := int32(-1), unknown, false
	for _, i := range list {
		r := &a.records[i]
		m := overlap(cities, r.cities)
		if m != agrees && nearest(cities, r.cities) == partly {
			m = unknown
		}
		if overlap(domains, r.domains) == agrees {
			m = agrees + 1
		}
		switch {
		case m == differs || confirmed && m < agrees || m < best:
		case m == best && found >= 0:
			several = several || found != i
		default:
			found, best, several = i, m, false
		}
	}
	if several {
		return -1
	}
	return found
}

// nearest tells whether cities are the same or written alike.
func nearest(a, b []string) match {
	best := differs
	for _, a := range a {
		for _, b := range b {
			switch {
			case a == b:
				return agrees
			case a[0] == '=' || b[0] == '=':
			case alike(a, b) > 0, strings.HasPrefix(a, b+" "), strings.HasPrefix(b, a+" "):
				best = partly
			}
		}
	}
	return best
}

// known adds to the names of a body those that the authority has for it.
func (e *entry) known(a *authority) (more []name) {
	e.record = -1
	for i := range e.names {
		if e.says(e.names[i].name) {
			continue
		}
		r := a.find(e.names[i].name, e.Country, e.cities, e.domains)
		if r < 0 {
			continue
		}
		if e.record >= 0 && e.record != r {
			e.record = -1 // its names are of two
			return nil
		}
		e.record = r
	}
	if e.record < 0 {
		return nil
	}
	for _, n := range a.records[e.record].names {
		if !slices.ContainsFunc(e.names, func(m named) bool { return nameKey(m.name) == nameKey(n) }) {
			more = append(more, n)
		}
	}
	return more
}
