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
)

// Side is a group of actors. Ids may be former ones and may be repeated; a side may be
// empty.
type Side struct {
	By  By
	IDs []string
}

// belonging says that an actor belongs to a side, and by which network or cluster.
type belonging struct {
	actor store.Slot
	side  uint32
	via   store.Slot // 0: by none
}

// sides are the sides as a store is asked for them. An id nobody has is an ErrNotFound, a
// node of another kind than its side wants an ErrInvalid. All ids are looked up at once.
func (a *Analyst) sides(ctx context.Context, r store.Reader, sides []Side, when store.Period) ([]store.Group, error) {
	var ids []string
	for _, s := range sides {
		ids = append(ids, s.IDs...)
	}
	slots, nodes, err := lookUp(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	out := make([]store.Group, len(sides))
	for i, s := range sides {
		kinds, want := a.groups, "membersOf"
		by := &store.Rel{Type: memberOf, Dir: store.In, Kinds: a.actors}
		switch s.By {
		case Actors:
			kinds, want, by = a.actors, "actors", nil
		case At:
			kinds, want, by = []string{place}, "place", &store.Rel{Type: locatedIn, Dir: store.In, Kinds: a.actors}
		}
		n := len(s.IDs)
		of, err := check(s.IDs, slots[:n], nodes[:n], kinds, want)
		slots, nodes = slots[n:], nodes[n:]
		if err == nil && s.By == At {
			of, err = within(ctx, r, of, place, when)
		}
		if err != nil {
			return nil, err
		}
		out[i] = store.Group{Of: of, By: by}
	}
	return out, nil
}

// belongings are those of all sides, side by side.
func belongings(sides []Side, groups []store.Group, m store.Meeting) []belonging {
	var out []belonging
	for i, members := range m.Members {
		out = slices.Grow(out, len(members.To))
		for j, of := range groups[i].Of {
			via := of
			if sides[i].By != MembersOf {
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
