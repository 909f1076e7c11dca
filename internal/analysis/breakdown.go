package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// BreakdownQuery says what is counted, by what it is divided, and what is measured.
//
// Everything rests on participations in projects: an item counts only by those that hold in
// When, that pass Participation, and whose actor and project pass Actor and Project and are
// within Within. Where nothing is asked of participations and of their other ends, a project
// in which nobody takes part and an actor that takes part in nothing count as well.
type BreakdownQuery struct {
	Of Item
	// By are the dimensions: none (one group of all), one, or two different ones.
	By []Dimension
	// Cumulative counts in each Year that is told what began in it or in a year before.
	Cumulative bool
	Measure    Measure
	// Within is the id or a former id of what bounds the items; nil: nothing does. Of a
	// network or cluster, the actors are its members; of a place, they are located there or
	// at a place that is part of it; of a programme, the projects are funded by it or by one
	// that is part of it.
	Within *string
	// Currency is that of the amounts that are summed up, three capital letters; empty: EUR.
	// Amounts in others are not known.
	Currency string

	Project, Actor store.Test
	Participation  store.Test // of what stands on the edge alone
	// When is valid time. Of projects only those count that are not known to have ended
	// before or to begin after.
	When store.Period
}

// Item is what a breakdown counts.
type Item uint8

// The items: projects, actors, and the edges by which actors take part in projects.
const (
	OfProjects Item = iota
	OfActors
	OfParticipations
)

// Measure is what is summed up besides counts.
type Measure uint8

// The measures. The amounts are those of the projects themselves where projects are counted,
// else of the participations.
const (
	Count Measure = iota
	Contribution
	TotalCost
)

// MaxGroups is how many groups one breakdown may have.
const MaxGroups = 1_000_000

// DimensionKey is one value of a dimension.
type DimensionKey struct {
	ID   string // of the node, if it is one
	Code string // of a place, programme or topic; a year; an enum value
	Name string
}

// Group is what of a breakdown has the same keys.
type Group struct {
	Keys  []*DimensionKey // by dimension; nil is unknown
	Count int             // of distinct items
	// Actors are the distinct actors by whose participations the items are in the group.
	Actors int
	// Value is the sum of the amounts that are known, nil if none is; of the measure Count,
	// the count.
	Value store.Value
	// Known is how many amounts are in the sum, Of how many there would be if all were
	// known; of the measure Count both are the count.
	Known, Of int
	// Share is Value as a part of that of all items together; nil if that is unknown or 0.
	Share store.Value
}

// Breakdown is items in groups, in a total order: what measures most first, unknown sums
// last, then by the keys' codes, names and ids, unknown ones last.
type Breakdown struct {
	measure Measure
	columns []*column
	groups  []tally
	total   tally

	facts *facts
	// Of each group the facts it rests on, from restOff[i] to restOff[i+1]; once asked for.
	rest, restOff []uint32
}

// Breakdown divides items by dimensions. An item that has several keys, such as an actor in
// two networks, counts in each of them, with all its money; so the groups may be more than
// the whole. One that has none counts in the group without key.
//
// An id nobody has is an ErrNotFound; a node that nothing can be within, an impossible
// currency, more than two dimensions or one twice are an ErrInvalid. More than MaxGroups
// groups are an ErrTooMuch.
// Cost: with the participations within Within, and what the dimensions ask of their ends; if
// nothing is to be within, with the participations of the whole graph, whose topology is read
// once for each revision, and with what the conditions ask of all actors or projects.
func (a *Analyst) Breakdown(ctx context.Context, r store.Reader, q BreakdownQuery) (*Breakdown, error) {
	q.Currency = cmp.Or(q.Currency, "EUR")
	switch {
	case len(q.Currency) != 3 || strings.Trim(q.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return nil, fmt.Errorf("%w: currency: %q is not one; write three capital letters, such as EUR", store.ErrInvalid, q.Currency)
	case len(q.By) > 2:
		return nil, fmt.Errorf("%w: by: %d dimensions are too many; give one or two", store.ErrInvalid, len(q.By))
	case len(q.By) == 2 && q.By[0] == q.By[1]:
		return nil, fmt.Errorf("%w: by: the same dimension twice; give two different ones, or one", store.ErrInvalid)
	}
	f, err := a.facts(ctx, r, q)
	if err != nil {
		return nil, err
	}
	b := &Breakdown{measure: q.Measure, facts: f}
	for _, by := range q.By {
		c, err := a.column(f, by)
		if err != nil {
			return nil, err
		}
		b.columns = append(b.columns, c)
	}
	if err := b.count(ctx, f, q); err != nil {
		return nil, err
	}
	slices.SortFunc(b.groups, b.compare)
	return b, nil
}

// tally is a group while it is counted.
type tally struct {
	keys          [2]uint32 // their numbers
	count, actors uint32
	sum           sum
	known, of     uint32
	// The numbers of what was counted last; 0: nothing.
	project, actor uint32
}

// count puts the facts into groups.
func (b *Breakdown) count(ctx context.Context, f *facts, q BreakdownQuery) error {
	amounts, err := f.amounts(q)
	if err != nil {
		return err
	}
	columns := [2]*column{&undivided, &undivided}
	copy(columns[:], b.columns)
	index := newIndex(columns[0].len(), columns[1].len())
	if len(b.columns) == 0 {
		b.groups = []tally{{}}
		index.put(0, 0, 0)
	}
	// Facts come in an order in which those of one actor (or project) stand side by side, so
	// that what was counted last tells whether it was counted before. As long as they have the
	// same keys they are taken together, and then added to each group.
	each := func(side per, take func(facts []uint32), add func(*tally)) error {
		order, err := f.order(side)
		if err != nil {
			return err
		}
		alike := columns[0].same(side) && columns[1].same(side)
		for i, n, next := 0, 0, 0; i < len(order); i, n = next, n+1 {
			if n%pulse == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			for next = i + 1; alike && next < len(order) && f.end(order[next], side) == f.end(order[i], side); {
				next++
			}
			take(order[i:next])
			add(&b.total)
			for _, k := range columns[0].of(f, order[i]) {
				for _, l := range columns[1].of(f, order[i]) {
					g, found := index.get(k, l)
					if !found {
						if g = uint32(len(b.groups)); g == MaxGroups {
							return fmt.Errorf("%w: there are more than %d groups: divide by less, or only what is within a network, programme or place (within)", ErrTooMuch, MaxGroups)
						}
						b.groups = append(b.groups, tally{keys: [2]uint32{k, l}})
						index.put(k, l, g)
					}
					add(&b.groups[g])
				}
			}
		}
		return nil
	}
	var now tally // what was taken
	actor := func(t *tally) {
		if now.actor != t.actor {
			t.actor = now.actor
			t.actors++
		}
	}
	if q.Of == OfProjects {
		if err := each(perProject, func(facts []uint32) {
			now = tally{project: f.list[facts[0]].project, of: 1}
			now.add(amounts, now.project)
		}, func(t *tally) {
			if now.project != t.project {
				t.project = now.project
				t.count++
				t.addAll(now)
			}
		}); err != nil {
			return err
		}
		return each(perActor, func(facts []uint32) { now = tally{actor: f.list[facts[0]].actor} }, actor)
	}
	return each(perActor, func(facts []uint32) {
		if f.sums != nil {
			now = f.tally(f.list[facts[0]].actor)
			return
		}
		now = tally{actor: f.list[facts[0]].actor, of: uint32(len(facts))}
		if f.list[facts[0]].edge == nil {
			now.of = 0
			return
		}
		for _, i := range facts {
			now.add(amounts, i)
		}
	}, func(t *tally) {
		actor(t)
		t.addAll(now)
		if t.count = t.actors; q.Of == OfParticipations {
			t.count = t.of
		}
	})
}

// pulse is how many facts are worked on between two looks at the context.
const pulse = 4096

// add adds the i-th of some amounts, if there are any and it is known.
func (t *tally) add(amounts []sum, i uint32) {
	if amounts != nil && amounts[i].known {
		t.sum.add(amounts[i])
		t.known++
	}
}

func (t *tally) addAll(u tally) {
	t.sum.add(u.sum)
	t.known += u.known
	t.of += u.of
}

// index finds groups by the numbers of their keys: in an array if that is not too large.
type index struct {
	width  int
	dense  []uint32 // 1 + the group
	sparse map[[2]uint32]uint32
}

func newIndex(height, width int) *index {
	if height*width <= MaxGroups {
		return &index{width: width, dense: make([]uint32, height*width)}
	}
	return &index{sparse: map[[2]uint32]uint32{}}
}

func (x *index) get(k, l uint32) (uint32, bool) {
	if x.dense != nil {
		g := x.dense[int(k)*x.width+int(l)]
		return g - 1, g != 0
	}
	g, found := x.sparse[[2]uint32{k, l}]
	return g, found
}

func (x *index) put(k, l, g uint32) {
	if x.dense != nil {
		x.dense[int(k)*x.width+int(l)] = g + 1
	} else {
		x.sparse[[2]uint32{k, l}] = g
	}
}

// compare orders groups.
func (b *Breakdown) compare(x, y tally) int {
	c := 0
	if b.measure == Count {
		c = cmp.Compare(y.count, x.count)
	} else if c = x.sum.compare(y.sum); x.sum.known && y.sum.known {
		c = -c
	}
	for i, column := range b.columns {
		c = cmp.Or(c, cmp.Compare(column.place[x.keys[i]], column.place[y.keys[i]]))
	}
	return c
}

// Len is how many groups there are.
func (b *Breakdown) Len() int { return len(b.groups) }

// At is the i-th group.
func (b *Breakdown) At(i int) Group {
	t := b.groups[i]
	g := Group{Count: int(t.count), Actors: int(t.actors), Known: int(t.known), Of: int(t.of), Value: t.sum.value()}
	for j, c := range b.columns {
		g.Keys = append(g.Keys, c.keys[t.keys[j]])
	}
	part, whole := float64(t.sum.amount), float64(b.total.sum.amount)
	if b.measure == Count {
		g.Value, g.Known, g.Of = int64(t.count), int(t.count), int(t.count)
		part, whole = float64(t.count), float64(b.total.count)
	}
	if g.Value != nil && whole != 0 {
		g.Share = part / whole
	}
	return g
}

// Projects are the ids of those that the i-th group rests on. Cost: once with all that is
// broken down, then with those of the group.
func (b *Breakdown) Projects(i int) ([]string, error) {
	rest, err := b.restsOn(i)
	if err != nil {
		return nil, err
	}
	slots, err := b.facts.slots(perProject)
	if err != nil {
		return nil, err
	}
	var of []store.Slot
	for _, k := range rest {
		if p := b.facts.list[k].project; p != 0 {
			of = append(of, slots[p])
		}
	}
	slices.Sort(of)
	ids := b.facts.r.IDs(slices.Compact(of))
	slices.Sort(ids)
	return ids, nil
}

// Participations are those that the i-th group rests on, in the order of edges. Cost as for
// Projects.
func (b *Breakdown) Participations(i int) ([]*store.Edge, error) {
	rest, err := b.restsOn(i)
	if err != nil {
		return nil, err
	}
	var out []*store.Edge
	for _, k := range rest {
		if e := b.facts.list[k].edge; e != nil {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(x, y *store.Edge) int { return x.Compare(y.EdgeID) })
	return out, nil
}

// restsOn are the facts that a group rests on, none of them added up.
func (b *Breakdown) restsOn(i int) ([]uint32, error) {
	if b.restOff == nil {
		if err := b.facts.single(); err != nil {
			return nil, err
		}
		place := map[[2]uint32]uint32{}
		for g, t := range b.groups {
			place[t.keys] = uint32(g)
		}
		columns := [2]*column{&undivided, &undivided}
		copy(columns[:], b.columns)
		each := func(add func(group, fact uint32)) {
			for k := range uint32(len(b.facts.list)) {
				for _, x := range columns[0].of(b.facts, k) {
					for _, y := range columns[1].of(b.facts, k) {
						add(place[[2]uint32{x, y}], k)
					}
				}
			}
		}
		b.restOff = make([]uint32, len(b.groups)+2)
		each(func(g, _ uint32) { b.restOff[g+2]++ })
		for g := 2; g < len(b.restOff); g++ {
			b.restOff[g] += b.restOff[g-1]
		}
		b.rest = make([]uint32, b.restOff[len(b.restOff)-1])
		each(func(g, k uint32) {
			b.rest[b.restOff[g+1]] = k
			b.restOff[g+1]++
		})
	}
	return b.rest[b.restOff[i]:b.restOff[i+1]], nil
}

// Key is the place of the i-th group in the order.
func (b *Breakdown) Key(i int) []store.Value {
	t := b.groups[i]
	out := []store.Value{!t.sum.known, t.sum.value()}
	if b.measure == Count {
		out = []store.Value{false, int64(t.count)}
	}
	for j, c := range b.columns {
		out = append(out, c.keys[t.keys[j]].order()...)
	}
	return out
}

// Desc says which values of Key descend.
func (b *Breakdown) Desc() []bool { return []bool{false, true} }

// order is the key's place among those of its dimension: the unknown one comes last.
func (k *DimensionKey) order() []store.Value {
	if k == nil {
		return []store.Value{nil, nil, nil}
	}
	out := []store.Value{nil, store.Fold(k.Name), k.ID}
	if k.Code != "" {
		out[0] = k.Code
	}
	return out
}
