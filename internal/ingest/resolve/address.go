package resolve

import (
	"slices"
	"strings"

	"clustergraph/internal/text"
)

// Address is where a body has its seat, in its city, as a source writes it.
type Address struct{ Street, PostCode string }

// address is an [Address] as it is compared.
type address struct {
	post    string   // digits of the post code, or all of it where it has letters
	street  []string // words that tell the street, as they sound
	numbers []string // of the house
}

// located is what two bodies' addresses tell.
type located uint8

const (
	nowhere     located = iota // one is not known
	elsewhere                  // in two streets
	inDistrict                 // one post code, one street with other numbers, or a house that many have
	inStreet                   // one street, and of one the number is not known
	sameAddress                // one street and number
)

// Words for streets and buildings, which tell none of them, folded.
var ofStreets = wordSet(`strasse str street road avenue avda avenida viale piazza piazzale plaza place platz praca largo
	calle carrer carretera rua ulica utca ulitsa bulevard boulevard blvd bulevardul strada stradela corso square allee chemin route quai cours
	gata gatan vagen veien vegen straat laan plein odos leoforos caddesi sokak mahallesi bulvari tee katu tanav iela gatve prospekt prospect aleja aleje aleea
	numero floor etage building batiment gebaude house haus campus universitario cedex postbus postfach apartado apdo poste
	cesta namesti namestie trida ulice tere korut intezo splaiul calea piata soseaua lane drive crescent park parc zone industrial industrielle poligono km
	the of and les des der die das dem den dell della delle degli und`)

// Endings of words that are written together with them: "Altenbergerstrasse".
var streetEndings = []string{"strasse", "strase", "str", "gasse", "weg", "platz", "gatan", "vagen", "gade", "vej", "straat", "laan", "allee", "ring", "katu", "tie", "plein"}

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// Countries whose post codes have letters that tell.
var letteredCodes = map[string]bool{"GB": true, "IE": true, "MT": true}

// Least letters of a word that tells a street, and of a post code.
const (
	shortestStreet = 4
	shortestPost   = 3
	longestNumber  = 4
)

func addressOf(a Address, country string) address {
	var out address
	for _, r := range strings.Join(strings.Fields(text.Key(a.PostCode)), "") {
		if r >= '0' && r <= '9' || letteredCodes[country] && r >= 'a' && r <= 'z' {
			out.post += string(r)
		}
	}
	if len(out.post) < shortestPost || strings.Trim(out.post, "0") == "" {
		out.post = ""
	}
	for _, w := range strings.Fields(text.Key(elided(a.Street))) {
		digits := strings.TrimRightFunc(w, func(r rune) bool { return r < '0' || r > '9' })
		if digits != "" && strings.Trim(digits, "0123456789") == "" {
			if len(digits) <= longestNumber {
				out.numbers = append(out.numbers, strings.TrimLeft(digits, "0"))
			}
			continue
		}
		if ofStreets[w] || len(w) < shortestStreet {
			continue
		}
		for _, e := range streetEndings {
			if s, ok := strings.CutSuffix(w, e); ok && len(s) >= shortestStreet {
				w = s
				break
			}
		}
		out.street = append(out.street, sound(w))
	}
	return out
}

// door names an address among those of all bodies: of many behind one, none is told by it. It is empty
// if it is not known in which place.
func (a *address) door(country, city string) string {
	if len(a.numbers) == 0 || len(a.street) == 0 {
		return ""
	}
	if a.post != "" {
		city = a.post
	}
	if city == "" {
		return ""
	}
	return country + " " + city + " " + a.numbers[0]
}

// behindOneDoor is how many bodies have an address that tells something.
const behindOneDoor = 6

// located compares the addresses of two bodies.
func (c *corpus) located(x, y *entry, near match) located {
	best := nowhere
	for i := range x.addresses {
		for j := range y.addresses {
			a, b := &x.addresses[i], &y.addresses[j]
			best = max(best, locate(a, b, near, c.doors[x.doors[i]] > behindOneDoor || c.doors[y.doors[j]] > behindOneDoor))
		}
	}
	return best
}

func locate(a, b *address, near match, many bool) located {
	post := unknown
	if a.post != "" && b.post != "" {
		post = differs
		if a.post == b.post {
			post = agrees
		}
	}
	street := len(a.street) > 0 && len(b.street) > 0
	if street && slices.ContainsFunc(a.street, func(w string) bool {
		return slices.ContainsFunc(b.street, func(v string) bool { return alike(w, v) > 0 })
	}) && (post == agrees || near == agrees || near == partly) {
		switch number := overlap(a.numbers, b.numbers); {
		case many || number == differs:
			return inDistrict
		case number == agrees:
			return sameAddress
		}
		return inStreet
	}
	switch {
	case post == agrees:
		return inDistrict
	case street && (near == agrees || near == partly):
		return elsewhere
	}
	return nowhere
}
