package resolve

import (
	"context"
	"fmt"
	"slices"

	"clustergraph/internal/ingest/register"
	"clustergraph/internal/store"
)

// Registers tell what names do not: that two of them are one body's, because a register that
// users bring lists both. What a register says is used while pairs are looked for, and kept
// nowhere. A nil *Registers knows nothing.
type Registers struct {
	// Records is how many records were read, rows with one id being one; Kept, how many of them are
	// kept, because a name or an identifier of theirs is in the graph; Actors, how many actors were
	// told to be one of these.
	Records, Kept, Actors int

	from []*register.Register
	left func(error)
	of   []*listing // of each register; nil until it is read
}

// NewRegisters are registers, not read yet. left is told what cannot be read of them.
func NewRegisters(from []*register.Register, left func(error)) *Registers {
	return &Registers{from: from, left: left}
}

// listing is what is kept of a register.
type listing struct {
	byName map[uint64][]bearer
	byID   map[store.Identifier][]*listed
}

// listed is a body of a register.
type listed struct {
	id, country string
	names       []string
	only        []string // those of them that no other body of the country has, and that tell something
	towns       []string // as the register writes them
	cities      []string // keys of these
	domains     []string
	identifiers []store.Identifier
	status      register.Status
	related     []string
	followed    []string
	following   []string
	place       string
	file        string
	register    int
}

// bearer is a body of a register by one of its names.
type bearer struct {
	*listed
	forms []term
}

// Met is a body of a register that an actor is.
type Met struct {
	*listed
	named bool // it is met by a name, not by an identifier
}

// Meet finds the bodies of registers that actors are: for each, at most one of each register, by
// its identifiers, else by the first of its names that tells one. A name, folded and without legal
// forms, tells a body of the same country that has it there, unless several have it and neither
// web domain nor city tell which, or both differ. A name of one word, or of words that many names
// have, needs the same city or domain.
//
// The first call reads the registers, twice: what has a name in the graph is kept. Later ones do
// not, since merges leave all names. Cost: with the registers; memory with what is kept.
func (r *Registers) Meet(ctx context.Context, bodies []Body) error {
	if r == nil {
		return nil
	}
	if r.of == nil {
		known := knownOf(bodies)
		for i, from := range r.from {
			l, err := r.read(ctx, from, i, known)
			if err != nil {
				return err
			}
			r.of = append(r.of, l)
		}
	}
	r.Actors = 0
	for i := range bodies {
		b := &bodies[i]
		b.Met = nil
		for _, l := range r.of {
			if m, ok := l.meet(b); ok {
				b.Met = append(b.Met, m)
			}
		}
		if len(b.Met) > 0 {
			r.Actors++
		}
	}
	return nil
}

// inRegister is a name as it is looked up.
type inRegister struct {
	key   string
	forms []term
	word  bool // one only
	own   bool // some word of it is not one that many names have
}

// inRegisters are the ways to look a name up, of a body in some cities: as it is, and without an
// acronym of it that stands behind or before it. One that says no more than the city is none:
// sources that list cities name them so.
func inRegisters(s string, cities []string) []inRegister {
	n := analyse(s)
	if onlyPlace(n, cities) {
		return nil
	}
	out := lookedUp(nil, n)
	if last := len(n.all) - 1; last > 2 {
		for _, cut := range []struct {
			word string
			rest []string
		}{{n.all[last], n.all[:last]}, {n.all[0], n.all[1:]}} {
			if len(cut.word) < 3 || len(cut.word) > longestAcronym {
				continue
			}
			if rest := take(cut.rest, true); rest.words > 2 && (rest.short == cut.word || rest.initials == cut.word) {
				out = lookedUp(out, rest)
			}
		}
	}
	return out
}

func lookedUp(to []inRegister, n name) []inRegister {
	k := inRegister{key: sounds.Replace(n.joined), forms: n.forms, word: len(n.said) < 2}
	if k.key == "" {
		return to
	}
	for _, t := range n.terms {
		k.own = k.own || t.class == plain || t.class == ofPlace || t.class == ofNation
	}
	return append(to, k)
}

func onlyPlace(n name, cities []string) bool {
	e := entry{}
	for _, c := range cities {
		e.cityWords = append(e.cityWords, cityWords(cityKey(c), c)...)
	}
	return e.says(n)
}

// knownOf are the names of bodies, each with the country, and their identifiers.
func knownOf(bodies []Body) map[uint64]bool {
	known := map[uint64]bool{}
	for i := range bodies {
		b := &bodies[i]
		for _, id := range b.Identifiers {
			id = register.Plain(id)
			known[key("id", id.Scheme, id.Value)] = true
		}
		if b.Country == "" {
			continue
		}
		known[key("country", b.Country)] = true
		for _, s := range b.Names {
			for _, k := range inRegisters(s, b.Cities) {
				known[key("name", k.key, b.Country)] = true
			}
		}
	}
	return known
}

// read keeps of a register what is known.
func (r *Registers) read(ctx context.Context, from *register.Register, number int, known map[uint64]bool) (*listing, error) {
	wanted := map[string]bool{}
	err := from.Read(ctx, r.left, func(rec *register.Record) error {
		if !rec.Again {
			r.Records++
		}
		instead, ok := inPlaceOf(rec)
		if !ok {
			return nil
		}
		is := slices.ContainsFunc(rec.Identifiers, func(id store.Identifier) bool { return known[key("id", id.Scheme, id.Value)] })
		for i := 0; i < len(rec.Names) && !is && known[key("country", rec.Country)]; i++ {
			is = slices.ContainsFunc(inRegisters(rec.Names[i], rec.Cities), func(k inRegister) bool { return known[key("name", k.key, rec.Country)] })
		}
		if is {
			wanted[rec.ID], wanted[instead] = true, true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	by := map[string]*listed{}
	var order []*listed
	err = from.Read(ctx, func(error) {}, func(rec *register.Record) error {
		if !wanted[rec.ID] {
			return nil
		}
		l := by[rec.ID]
		if l == nil {
			l = &listed{id: rec.ID, country: rec.Country, place: rec.Place, file: rec.File, register: number}
			by[rec.ID] = l
			order = append(order, l)
		}
		l.add(rec)
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Kept += len(order)
	return list(order, by), nil
}

// inPlaceOf is the id of the record to use for one. One that was withdrawn is of no body, or was
// the second of a body that has another: that comes after it.
func inPlaceOf(rec *register.Record) (id string, ok bool) {
	switch {
	case rec.Status != register.Withdrawn:
		return rec.ID, true
	case len(rec.Followed) == 1:
		return rec.Followed[0], true
	}
	return "", false
}

func (l *listed) add(rec *register.Record) {
	l.status = max(l.status, rec.Status)
	if l.country == "" {
		l.country = rec.Country
	}
	l.names = union(l.names, rec.Names...)
	l.identifiers = union(l.identifiers, rec.Identifiers...)
	l.related = union(l.related, rec.Related...)
	l.followed = union(l.followed, rec.Followed...)
	l.following = union(l.following, rec.Following...)
	l.towns = union(l.towns, rec.Cities...)
	for _, c := range rec.Cities {
		if k := cityKey(c); k != "" {
			l.cities = union(l.cities, k)
		}
	}
	for _, s := range rec.Sites {
		if d := Domain(s); d != "" {
			l.domains = union(l.domains, d)
		}
	}
}

func union[T comparable](all []T, more ...T) []T {
	for _, v := range more {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// list makes what is kept findable.
func list(all []*listed, by map[string]*listed) *listing {
	var good []*listed
	for _, l := range all {
		if l.status != register.Withdrawn {
			good = append(good, l)
			continue
		}
		if instead := by[l.followed[0]]; instead != nil && instead.status != register.Withdrawn && instead.country == l.country {
			instead.names = union(instead.names, l.names...)
			instead.identifiers = union(instead.identifiers, l.identifiers...)
		}
	}
	out := &listing{byName: map[uint64][]bearer{}, byID: map[store.Identifier][]*listed{}}
	for _, l := range good {
		for _, id := range l.identifiers {
			out.byID[id] = union(out.byID[id], l)
		}
		for _, s := range l.names {
			for _, k := range inRegisters(s, l.towns) {
				at := key(k.key, l.country)
				if !slices.ContainsFunc(out.byName[at], func(b bearer) bool { return b.listed == l }) {
					out.byName[at] = append(out.byName[at], bearer{l, k.forms})
				}
			}
		}
	}
	for _, l := range good {
		for _, s := range l.names {
			if k := inRegisters(s, l.towns); len(k) > 0 && !k[0].word && k[0].own && len(out.byName[key(k[0].key, l.country)]) == 1 {
				l.only = append(l.only, s)
			}
		}
	}
	return out
}

// meet finds the one body of a register that an actor is.
func (l *listing) meet(b *Body) (Met, bool) {
	var by []*listed
	for _, id := range b.Identifiers {
		by = union(by, l.byID[register.Plain(id)]...)
	}
	if len(by) == 1 {
		return Met{by[0], false}, true
	}
	if len(by) > 1 || b.Country == "" {
		return Met{}, false
	}
	var cities, domains []string
	for _, c := range b.Cities {
		if k := cityKey(c); k != "" {
			cities = union(cities, k)
		}
	}
	for _, s := range b.Sites {
		if d := Domain(s); d != "" {
			domains = union(domains, d)
		}
	}
	for _, s := range b.Names {
		for _, k := range inRegisters(s, b.Cities) {
			var may []*listed
			for _, o := range l.byName[key(k.key, b.Country)] {
				if formMatch(k.forms, o.forms) != differs {
					may = append(may, o.listed)
				}
			}
			for _, tells := range []func(*listed) bool{
				func(o *listed) bool { return overlap(o.domains, domains) == agrees },
				func(o *listed) bool { return nearby(o.cities, cities) == agrees },
			} {
				if some := those(may, tells); len(may) > 1 && len(some) > 0 {
					may = some
				}
			}
			if len(may) != 1 {
				continue
			}
			site, city := overlap(may[0].domains, domains), nearby(may[0].cities, cities)
			if site == agrees || city == agrees || k.own && !k.word && !(site == differs && city == differs) {
				return Met{may[0], true}, true
			}
		}
	}
	return Met{}, false
}

func those(all []*listed, is func(*listed) bool) (some []*listed) {
	for _, l := range all {
		if is(l) {
			some = append(some, l)
		}
	}
	return some
}

// nearby compares cities by their keys.
func nearby(a, b []string) match {
	m := overlap(a, b)
	if m == differs && slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return x[0] != '=' && y[0] != '=' && alike(x, y) > 0 })
	}) {
		return agrees
	}
	return m
}

// others are the names that registers have for a body.
func (b *Body) others() (names []string) {
	for _, m := range b.Met {
		names = append(names, m.only...)
	}
	return names
}

// inListings is what registers say of two bodies, the more telling last.
type inListings uint8

const (
	notListed  inListings = iota
	oneAfter              // two records, of which one came after the other: who can say if that is one body?
	twoRecords            // of one register
	oneRecord
)

// Weights of what registers say, in bits, by judgement: the labelled pairs know no register. That
// two bodies of a country have names of one record by chance is rarer than one in some hundreds, the
// names that many have being left out; that a register has one body twice is rarer still, and has to
// count for more than names that are the same but for the order of their words. That the names are as good as the same is in the weights of names, besides.
var registerWeights = [...]float64{oneRecord: 8, twoRecords: -10}

// oneName is what is found of the names of two bodies that are names of one record: no less than if
// they were the same name, of words that many have.
func (c *corpus) oneName(l likeness) likeness {
	same := likeness{name: 1, rarity: oneWord, a: l.a, b: l.b, listed: l.listed}
	if l.nameScore(c.weights) > same.nameScore(c.weights) {
		return l
	}
	return same
}

// listedWith compares what two bodies are in registers, and tells by which records.
func (b *Body) listedWith(other *Body) (in inListings, x, y *Met) {
	for i := range b.Met {
		for j := range other.Met {
			m, n := &b.Met[i], &other.Met[j]
			found := notListed
			switch {
			case m.listed == n.listed:
				found = oneRecord
			case m.register != n.register:
			case slices.Contains(m.followed, n.id), slices.Contains(n.followed, m.id), slices.Contains(m.following, n.id), slices.Contains(n.following, m.id):
				found = oneAfter
			default:
				found = twoRecords
			}
			if found > in {
				in, x, y = found, m, n
			}
		}
	}
	return in, x, y
}

// whyListed tells what registers say of two bodies; empty if nothing.
func whyListed(a, b *Body) string {
	in, x, y := a.listedWith(b)
	switch {
	case in == oneRecord && x.named && y.named:
		return fmt.Sprintf("both are names of %s in %s, %s", x.id, x.file, x.place)
	case in == oneRecord:
		return fmt.Sprintf("both are %s in %s, %s", x.id, x.file, x.place)
	case in == oneAfter:
		return fmt.Sprintf("%s has one after the other: %s and %s", x.file, x.id, y.id)
	case in == twoRecords && (slices.Contains(x.related, y.id) || slices.Contains(y.related, x.id)):
		return fmt.Sprintf("%s has two bodies that are related: %s and %s", x.file, x.id, y.id)
	case in == twoRecords:
		return fmt.Sprintf("%s has two bodies: %s and %s", x.file, x.id, y.id)
	}
	return ""
}

// whyNamed tells which of two names that are compared a register has, beside those of the graph.
func whyNamed(e *entry, name int) string {
	if name >= len(e.names) || !e.names[name].listed {
		return ""
	}
	for _, m := range e.Met {
		for _, s := range m.only {
			if slices.Equal(analyse(s).all, e.names[name].all) {
				return fmt.Sprintf("by the name %q that %s has for %s", s, m.file, m.id)
			}
		}
	}
	return ""
}
