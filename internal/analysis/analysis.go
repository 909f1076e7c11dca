// Package analysis answers questions about a graph that are more than following relations:
// who shares projects with whom. It reads through store.Reader alone, so every store
// answers alike, and knows nothing of GraphQL.
//
// Questions here are local: they go outwards in steps over edges, without looking at nodes
// that are not asked for, and cost what the answer touches, not what is stored.
package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// The relations and kinds that analyses speak of.
const (
	memberOf       = "MEMBER_OF"
	participatesIn = "PARTICIPATES_IN"
	locatedIn      = "LOCATED_IN"
	partOf         = "PART_OF"

	project = "Project"
	place   = "Place"
	actor   = "Actor" // an interface of kinds
)

// MaxPairs is how many pairs one answer may have, in all its lists; more would not fit into
// memory together with those of other requests.
const MaxPairs = 1_000_000

// ErrTooMuch says that an answer would become too large. Its message is for users.
var ErrTooMuch = errors.New("too much")

// Analyst answers questions about graphs of one ontology. It is safe for concurrent use.
type Analyst struct {
	actors []string          // the kinds of actors
	groups []string          // those that have members
	taking store.EdgeType    // how participations stand in time
	values map[string]string // of the enum of kinds, by kind
	edges  map[string]store.EdgeType
	ways   *ways // all of them

	mu     sync.Mutex
	newest *snapshot // of the newest revision that was asked about
}

// New makes an Analyst for graphs of an ontology.
func New(o *ontology.Ontology) *Analyst {
	a := &Analyst{actors: o.Type(actor).Kinds, taking: o.Store.Edges[participatesIn], values: map[string]string{}, edges: o.Store.Edges}
	for _, k := range o.Kinds {
		a.values[k.Name] = k.Value
		if slices.ContainsFunc(a.actors, func(member string) bool { return o.Links(memberOf, member, k.Name) }) {
			a.groups = append(a.groups, k.Name)
		}
	}
	a.ways = newWays(o)
	return a
}

// By is a way to say who stands on a side.
type By uint8

// A side is the members of some networks or clusters, some actors, or the actors located at
// a place or at one that is part of it.
const (
	MembersOf By = iota
	Actors
	At
	// MembersWithin are the members of networks or clusters, members of these members, and so
	// on, as deep as the side says.
	MembersWithin
)

// Side is a group of actors. Ids may be former ones and may be repeated; a side may be
// empty.
type Side struct {
	By  By
	IDs []string
	// Depth is how deep MembersWithin goes: 1 are the members, 2 the members of members, too, up
	// to MaxDescent. An actor belongs by the least depth at which it is met.
	Depth int
}

// MaxDescent is how deep a side may go.
const MaxDescent = 10

// belonging says that an actor belongs to a side, and by which network or cluster.
type belonging struct {
	actor store.Slot
	side  uint32
	via   store.Slot // 0: by none
}

// group is a side as a store is asked for it.
type group struct {
	store.Group
	by     By
	within []descent // of MembersWithin: who belongs to it, and how
	told   []uint32  // the places in within that belongings tell of
}

// descent is that an actor belongs to a network or cluster: as a member, or as a member of one
// who does.
type descent struct {
	actor, of store.Slot
	above     int32 // the place of the descent of whom it is a member; -1: it is one of the network itself
	depth     int32
	edge      *store.Edge
}

// sides are the sides as a store is asked for them. An id nobody has is an ErrNotFound, a
// node of another kind than its side wants an ErrInvalid. All ids are looked up at once.
func (a *Analyst) sides(ctx context.Context, r store.Reader, sides []Side, when store.Period) ([]group, error) {
	var ids []string
	for _, s := range sides {
		ids = append(ids, s.IDs...)
	}
	slots, nodes, err := lookUp(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	out := make([]group, len(sides))
	for i, s := range sides {
		kinds, want := a.groups, "membersOf"
		by := &store.Rel{Type: memberOf, Dir: store.In, Kinds: a.actors}
		switch {
		case s.By == Actors:
			kinds, want, by = a.actors, "actors", nil
		case s.By == At:
			kinds, want, by = []string{place}, "place", &store.Rel{Type: locatedIn, Dir: store.In, Kinds: a.actors}
		case s.By == MembersWithin && (s.Depth < 1 || s.Depth > MaxDescent):
			return nil, fmt.Errorf("%w: membersWithin: depth is %d; give one from 1 to %d", store.ErrInvalid, s.Depth, MaxDescent)
		case s.By == MembersWithin:
			want = "membersWithin"
		}
		n := len(s.IDs)
		of, err := check(s.IDs, slots[:n], nodes[:n], kinds, want)
		slots, nodes = slots[n:], nodes[n:]
		if err == nil && s.By == At {
			of, err = within(ctx, r, of, place, when)
		}
		var descents []descent
		if err == nil && s.By == MembersWithin {
			if descents, err = a.descend(ctx, r, of, s.Depth, when); err == nil {
				of, by = once(descents), nil
			}
		}
		if err != nil {
			return nil, err
		}
		out[i] = group{Group: store.Group{Of: of, By: by}, by: s.By, within: descents}
	}
	return out, nil
}

// descend tells who belongs to some networks or clusters, network by network, by the least depth
// at which they are met; by each membership of that depth, those of smaller depths first.
func (a *Analyst) descend(ctx context.Context, r store.Reader, of []store.Slot, depth int, when store.Period) ([]descent, error) {
	var out []descent
	for _, root := range of {
		met := map[store.Slot]int32{root: 0} // at which depth
		next, above := []store.Slot{root}, []int32{-1}
		for d := int32(1); d <= int32(depth) && len(next) > 0; d++ {
			fan, err := r.Step(ctx, next, store.Rel{Type: memberOf, Dir: store.In, Kinds: a.actors}, when)
			if err != nil {
				return nil, err
			}
			var members []store.Slot
			var places []int32
			for i := range next {
				for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
					member := fan.To[k]
					at, known := met[member]
					if known && at < d {
						continue
					}
					if !known {
						met[member] = d
						members, places = append(members, member), append(places, int32(len(out)))
					}
					out = append(out, descent{member, root, above[i], d, fan.Edge[k]})
				}
			}
			if next, above = members, places; len(out) > MaxPairs {
				return nil, fmt.Errorf("%w: membersWithin: there are more than %d memberships: go less deep", ErrTooMuch, MaxPairs)
			}
		}
	}
	return out, nil
}

// once are the actors of some descents, each once.
func once(descents []descent) []store.Slot {
	t := newTable(len(descents))
	defer t.free()
	for _, d := range descents {
		t.number(d.actor)
	}
	return t.met
}

// belongings are those of all sides, side by side: one for each membership, in the order of
// group.told, else of the edges of the members. Who meets nobody may be left out.
func belongings(groups []group, m store.Meeting) []belonging {
	var out []belonging
	for i, g := range groups {
		members := m.Members[i]
		out = slices.Grow(out, len(members.To)+len(g.within))
		if g.within != nil {
			meets := map[store.Slot]bool{}
			for _, x := range members.To {
				meets[x] = true
			}
			for k, d := range g.within {
				if meets[d.actor] {
					out = append(out, belonging{d.actor, uint32(i), d.of})
					groups[i].told = append(groups[i].told, uint32(k))
				}
			}
			continue
		}
		for j, of := range g.Of {
			via := of
			if g.by != MembersOf {
				via = 0
			}
			for _, x := range members.To[members.Off[j]:members.Off[j+1]] {
				out = append(out, belonging{x, uint32(i), via})
			}
		}
	}
	return out
}

// lookUp are the slots and nodes of some ids.
func lookUp(ctx context.Context, r store.Reader, ids []string) ([]store.Slot, []*store.Node, error) {
	slots, err := r.Slots(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	nodes, err := r.At(ctx, slots)
	return slots, nodes, err
}

// check are the slots of some ids, each once, if all are of nodes of the right kinds.
func check(ids []string, slots []store.Slot, nodes []*store.Node, kinds []string, want string) ([]store.Slot, error) {
	once := newTable(len(slots))
	defer once.free()
	for i, s := range slots {
		if s == 0 {
			return nil, fmt.Errorf("%w: there is no node %q", store.ErrNotFound, ids[i])
		}
		if n := nodes[i]; !slices.Contains(kinds, n.Kind) {
			return nil, fmt.Errorf("%w: %s: %q is of kind %s; give ids of kind %s", store.ErrInvalid, want, ids[i], n.Kind, strings.Join(kinds, ", "))
		}
		once.number(s)
	}
	return once.met, nil
}

// within are some nodes of a kind and all of the kind that are part of them, however deep,
// each once.
func within(ctx context.Context, r store.Reader, of []store.Slot, kind string, when store.Period) ([]store.Slot, error) {
	seen := map[store.Slot]bool{}
	for _, p := range of {
		seen[p] = true
	}
	all := slices.Clone(of)
	for next := of; len(next) > 0; {
		fan, err := r.Step(ctx, next, store.Rel{Type: partOf, Dir: store.In, Kinds: []string{kind}}, when)
		if err != nil {
			return nil, err
		}
		next = nil
		for _, p := range fan.To {
			if !seen[p] {
				seen[p] = true
				next = append(next, p)
			}
		}
		all = append(all, next...)
	}
	return all, nil
}

// table numbers slots in the order in which they are met.
type table struct {
	numbers []uint32     // by slot: 1 + its number; slots are dense
	met     []store.Slot // by number
}

var tables = sync.Pool{New: func() any { return &table{} }}

// newTable has room for n slots. Give it back with free.
func newTable(n int) *table {
	t := tables.Get().(*table)
	t.met = make([]store.Slot, 0, n)
	return t
}

// free lets others use the table; met stays with who has it.
func (t *table) free() {
	for _, s := range t.met {
		t.numbers[s] = 0
	}
	t.met = nil
	tables.Put(t)
}

// number is that of a slot; a slot that was not met gets the next one.
func (t *table) number(s store.Slot) uint32 {
	if int(s) >= len(t.numbers) {
		t.numbers = append(t.numbers, make([]uint32, int(s)+1-len(t.numbers)+len(t.numbers)/4)...)
	}
	if t.numbers[s] == 0 {
		t.met = append(t.met, s)
		t.numbers[s] = uint32(len(t.met))
	}
	return t.numbers[s] - 1
}
