package resolve

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clustergraph/internal/text"
)

// cities.tsv.gz is names of European cities of more than 15,000 people in all languages of the
// Latin script, from GeoNames (geonames.org, CC BY 4.0). Made by package authority.
//
//go:embed cities.tsv.gz
var citiesFile []byte

// gazetteer knows cities by all their names.
type gazetteer struct {
	cities []string         // names, separated by "|"
	by     map[string]int32 // by country and folded name
}

// citiesKnown is read once: it takes a tenth of a second and 3 MB.
var citiesKnown = sync.OnceValue(func() *gazetteer {
	z, err := gzip.NewReader(bytes.NewReader(citiesFile))
	if err != nil {
		panic(err) // it is part of the program
	}
	g := &gazetteer{by: map[string]int32{}}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for usual := range 2 { // the usual name of a city goes before other names of others
		if usual == 0 {
			for s.Scan() {
				_, names, _ := strings.Cut(s.Text(), "\t")
				name, _, _ := strings.Cut(names, "|")
				g.add(s.Text()[:2], name, len(g.cities))
				g.cities = append(g.cities, s.Text())
			}
			continue
		}
		for i, line := range g.cities {
			g.cities[i] = line[3:]
			for _, name := range strings.Split(line[3:], "|") {
				g.add(line[:2], name, i)
			}
		}
	}
	if s.Err() != nil {
		panic(s.Err())
	}
	return g
})

func (g *gazetteer) add(country, name string, at int) {
	k := country + text.Key(name)
	if _, taken := g.by[k]; !taken {
		g.by[k] = int32(at)
	}
}

// find is the usual name of a city, as cityKey has it, and the words that stand for it in other
// names; both are empty if it is not known.
func (g *gazetteer) find(country, city string) (usual string, words []string) {
	at, ok := g.by[country+city]
	if !ok {
		return "", nil
	}
	for i, name := range strings.Split(g.cities[at], "|") {
		if i == 0 {
			usual = cityKey(name)
		}
		for _, w := range strings.Fields(text.Key(name)) {
			if len(w) >= shortestCity && !slices.Contains(words, sound(w)) {
				if _, known := means(w); !known {
					words = append(words, sound(w))
				}
			}
		}
	}
	return usual, words
}

// shortestCity is the letters of the shortest word that may stand for a city.
const shortestCity = 4
