package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Suggestion is an actor that could be a partner, and why.
type Suggestion struct {
	s *seeking
	x *suggestion
}

// Actor is who is suggested.
func (p *Suggestion) Actor() store.Slot { return p.s.slots[p.x.who] }

// Value is what a measure says of the actor.
func (p *Suggestion) Value(m FitMeasure) float64 { return p.x.values[m] }

// Reason is what one measure says for an actor.
type Reason struct {
	Measure FitMeasure
	Value   float64
	Adds    float64 // to the score; 0 if the score does not look at it
	Text    string
}

// Reasons are the measures that say something, in their order. Cost: with the shared partners.
func (p *Suggestion) Reasons() []Reason {
	partners, topics, calls := len(p.SharedPartners()), 0, 0
	for _, t := range p.themes() {
		if t.kind == topic {
			topics++
		} else {
			calls++
		}
	}
	var out []Reason
	for m := CommonPartners; m < fitMeasures; m++ {
		v := p.x.values[m]
		if v == 0 {
			continue
		}
		r := Reason{Measure: m, Value: v, Adds: m.part(v)}
		switch m {
		case CommonPartners:
			r.Text = plural(partners, "actor shares", "actors share") + " projects with both sides"
		case AdamicAdar:
			r.Text = "shared partners, those with few partners before those with many (1 / ln degree)"
		case ResourceAllocation:
			r.Text = "shared partners, each divided among all partners that it has (1 / degree)"
		case SharedWays:
			r.Text = "shared partners, by how many projects lead over them (projects * projects / degree)"
		case SharedThemes:
			var both []string
			if topics > 0 {
				both = append(both, plural(topics, "topic", "topics"))
			}
			if calls > 0 {
				both = append(both, plural(calls, "call or call topic", "calls or call topics"))
			}
			r.Text = "works on " + strings.Join(both, " and ") + " of both sides, rare ones before common ones (1 / ln actors)"
		case Experience:
			r.Text = "takes part in " + plural(int(v), "project", "projects")
		case SameCountry:
			r.Text = "is located in the same country" + p.partly(v)
		case SameType:
			r.Text = "is of the same type" + p.partly(v)
		case Complementarity:
			r.Text = "is of another country and of another type"
			if !p.x.newType {
				r.Text = "is of another country"
			} else if !p.x.newCountry {
				r.Text = "is of another type"
			}
		}
		out = append(out, r)
	}
	return out
}

// partly tells that something holds for some of those who look.
func (p *Suggestion) partly(share float64) string {
	if n := len(p.s.own); n > 1 {
		return fmt.Sprintf(" as %.0f of the %d", share*float64(n), n)
	}
	return ""
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// SharedPartner is an actor that shares projects with one of those who look, and with the one
// that is suggested.
type SharedPartner struct {
	Actor store.Slot
	id    string
	// Projects with those who look (one with several of them counts for each), and with whom
	// is suggested.
	Here, There int
	adds        float64
}

// Key is the place of the shared partner in the order: who adds most to SharedWays comes first.
func (p SharedPartner) Key() []store.Value { return []store.Value{p.adds, p.id} }

// SharedPartners are those over whom ways lead. Cost: with the participations in the projects in
// which the actor meets them.
func (p *Suggestion) SharedPartners() []SharedPartner {
	s := p.s
	count := map[uint32]int{}
	for _, mine := range s.of(p.x.who) {
		for _, other := range s.in(mine.project) {
			if y := other.member; y != p.x.who && s.partner[y] != 0 {
				count[y]++
			}
		}
	}
	out := make([]SharedPartner, 0, len(count))
	at := make([]store.Slot, 0, len(count))
	for y, n := range count {
		of := s.partners[s.partner[y]-1]
		out = append(out, SharedPartner{Actor: s.slots[y], Here: of.shared, There: n, adds: of.ways(n)})
		at = append(at, s.slots[y])
	}
	for i, id := range s.r.IDs(at) {
		out[i].id = id
	}
	slices.SortFunc(out, func(x, y SharedPartner) int { return cmp.Or(cmp.Compare(y.adds, x.adds), strings.Compare(x.id, y.id)) })
	return out
}

// themes are those that the actor shares with those who look, those that weigh most first.
func (p *Suggestion) themes() []theme {
	var out []theme
	for _, t := range p.s.themes {
		if _, has := slices.BinarySearch(t.all, p.x.who); has {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(t, u theme) int { return cmp.Compare(u.heavy, t.heavy) })
	return out
}

// SharedTheme is a topic or programme that both sides work on.
type SharedTheme struct {
	Node  store.Slot
	id    string
	heavy float64
}

// Key is the place of the theme in the order: what weighs most comes first.
func (t SharedTheme) Key() []store.Value { return []store.Value{t.heavy, t.id} }

// SharedTopics are the topics that both sides work on.
func (p *Suggestion) SharedTopics() []SharedTheme { return p.shared(topic) }

// SharedProgrammes are the calls and call topics that fund projects of both sides.
func (p *Suggestion) SharedProgrammes() []SharedTheme { return p.shared(programme) }

func (p *Suggestion) shared(kind string) []SharedTheme {
	var out []SharedTheme
	for _, t := range p.themes() {
		if t.kind == kind {
			out = append(out, SharedTheme{t.slot, t.id, t.heavy})
		}
	}
	return out
}
