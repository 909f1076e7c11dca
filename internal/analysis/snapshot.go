package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// MaxEdges is how many edges of one type a question about the whole graph may run over; more
// would not fit into memory together with what is worked out from them.
const MaxEdges = 20_000_000

// snapshot is what questions about the whole graph run over: the topology of one revision as
// arrays. Its parts are worked out when they are first asked for, once for all who ask at the same
// time, and kept as long as the revision is the newest that was asked about. What the snapshot
// before it knew is carried on, by the change log, where that is less work than to read. Nodes
// are numbered, not told by slots, so that a snapshot outlives the view it was read from.
type snapshot struct {
	revision store.Revision
	parts    *memo // rolls, links and columns
	networks *memo // projections
	results  *memo // rankings and the like, by question
	deltas   *memo // what changed, by the number since which
}

// These bound what is kept of one revision: values, and their bytes. Of what earlier ones left,
// and nobody has asked for since, as much is kept again. Of what is too large to keep, one is in
// memory for each request that runs over it.
const (
	keptParts    = 64
	partsBytes   = 2 << 30
	keptNetworks = 64
	networkBytes = 512 << 20
	keptResults  = 256
	resultBytes  = 256 << 20
	keptDeltas   = 16
	deltaBytes   = 64 << 20
)

// snapshot is that of the revision a view shows.
func (a *Analyst) snapshot(r store.Reader) *snapshot {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := r.Revision(); a.newest == nil || a.newest.revision != now {
		s := &snapshot{now, newMemo(keptParts, partsBytes), newMemo(keptNetworks, networkBytes), newMemo(keptResults, resultBytes), newMemo(keptDeltas, deltaBytes)}
		if old := a.newest; old != nil && old.revision.Epoch == now.Epoch {
			if old.revision.Number > now.Number {
				return s // of an older view that goes on: it is not kept
			}
			s.parts.inherit(old.parts, old.revision.Number)
			s.networks.inherit(old.networks, old.revision.Number)
			s.results.inherit(old.results, old.revision.Number)
		}
		a.newest = s
	}
	return a.newest
}

// roll are the nodes of some kinds, numbered from 0 in the order of their ids.
type roll struct {
	kinds []string
	ids   []string
}

// number is that of the node with an id.
func (l *roll) number(id string) (int, bool) { return slices.BinarySearch(l.ids, id) }

// bytes are those of the list: the ids are the store's, where it has them in memory.
func (l *roll) bytes() int64 { return int64(len(l.ids)) * 16 }

// slots are those of the nodes in a view of the same revision. Cost: with the nodes.
func (l *roll) slots(ctx context.Context, r store.Reader) ([]store.Slot, error) {
	return r.Slots(ctx, l.ids)
}

// carry is what is remembered under a key or, of what an earlier snapshot left, what the first
// function makes of that and what changed since; if it makes nothing of it, it is what work says.
func carry[T any](ctx context.Context, r store.Reader, s *snapshot, m *memo, key any, on func(old T, d *delta) (T, bool, error), work func() (T, error)) (T, error) {
	return remember(ctx, m, key, func() (T, error) {
		if left, found := m.left(key); found {
			d, err := s.since(ctx, r, left.number)
			if err != nil {
				var none T
				return none, err
			}
			if value, good, err := on(left.value.(T), d); good || err != nil {
				return value, err
			}
		}
		return work()
	})
}

// hold is what is remembered under a key, or what an earlier snapshot left, if other tells that
// nothing on which that rests is other than it was; else what work says.
func hold[T any](ctx context.Context, r store.Reader, s *snapshot, m *memo, key any, other func(*delta) bool, work func() (T, error)) (T, error) {
	return carry(ctx, r, s, m, key, func(old T, d *delta) (T, bool, error) { return old, d.nothing() || !other(d), nil }, work)
}

// anything says of what rests on anything: that it is as it was only if nothing changed at all.
func anything(*delta) bool { return true }

// roll is that of some kinds. Cost, once: with their nodes.
func (s *snapshot) roll(ctx context.Context, r store.Reader, kinds []string) (*roll, error) {
	on := func(old *roll, d *delta) (*roll, bool, error) { return old.after(d), d.known, nil }
	return carry(ctx, r, s, s.parts, "roll "+strings.Join(kinds, " "), on, func() (*roll, error) {
		page, err := r.Find(ctx, kinds, store.Window{First: store.All})
		if err != nil {
			return nil, err
		}
		l := &roll{kinds: kinds, ids: make([]string, len(page.Hits))}
		for i, h := range page.Hits {
			l.ids[i] = h.Node.ID
		}
		return l, nil
	})
}

// links are all edges of one type between nodes of two rolls, from both sides.
type links struct {
	typ      string
	from, to *roll
	// The edges of node x of from stand from off[x] to off[x+1]: the ends are numbers of to.
	// Parallel edges stand side by side.
	off  []uint32
	ends []uint32
	edge []*store.Edge
	hold []store.Period // the days on which the edge is known to hold
	// The edges of node y of to, by their places in ends: back[backOff[y]:backOff[y+1]].
	backOff []uint32
	back    []uint32
	start   []uint32 // by edge: the node of from
}

// row is where the edges of a node of from stand.
func (l *links) row(x uint32) (begin, end uint32) { return l.off[x], l.off[x+1] }

// backRow are the places of the edges of a node of to.
func (l *links) backRow(y uint32) []uint32 { return l.back[l.backOff[y]:l.backOff[y+1]] }

// holds tells whether an edge holds in a period.
func (l *links) holds(k uint32, when store.Period) bool { return l.hold[k].Meets(when) }

// links are the edges of a type from nodes of some kinds to nodes of others. Cost, once: with
// these nodes and edges.
func (s *snapshot) links(ctx context.Context, r store.Reader, typ string, t store.EdgeType, from, to []string) (*links, error) {
	key := fmt.Sprintf("links %s %s > %s", typ, strings.Join(from, " "), strings.Join(to, " "))
	rolls := func() (near, far *roll, err error) {
		if near, err = s.roll(ctx, r, from); err == nil {
			far, err = s.roll(ctx, r, to)
		}
		return near, far, err
	}
	on := func(old *links, d *delta) (*links, bool, error) {
		if !d.known {
			return nil, false, nil
		}
		near, far, err := rolls()
		if err != nil {
			return nil, false, err
		}
		l, err := old.after(ctx, r, d, t, near, far)
		return l, l != nil, err
	}
	return carry(ctx, r, s, s.parts, key, on, func() (*links, error) {
		l := &links{typ: typ}
		var err error
		if l.from, l.to, err = rolls(); err != nil {
			return nil, err
		}
		far, err := l.to.slots(ctx, r)
		if err != nil {
			return nil, err
		}
		near, err := l.from.slots(ctx, r)
		if err != nil {
			return nil, err
		}
		if err := l.read(ctx, r, store.Rel{Type: typ, Dir: store.Out, Kinds: to}, near, far); err != nil {
			return nil, err
		}
		stand, err := standFor(ctx, r, far, t)
		if err != nil {
			return nil, err
		}
		l.hold = make([]store.Period, len(l.ends))
		for k := range l.hold {
			l.hold[k] = t.Bounds(l.edge[k], stand.node(l.ends[k]))
		}
		l.turn()
		return l, nil
	})
}

// read reads the edges from near to far, slots of the nodes of both rolls.
func (l *links) read(ctx context.Context, r store.Reader, rel store.Rel, near, far []store.Slot) error {
	if slices.Contains(near, 0) || slices.Contains(far, 0) {
		return errChanged
	}
	number := make([]uint32, 1+slices.Max(append([]store.Slot{0}, far...))) // by slot: 1 + the number
	for y, slot := range far {
		number[slot] = uint32(y) + 1
	}
	l.off = make([]uint32, 1, len(near)+1)
	for some := range slices.Chunk(near, chunk) {
		fan, err := r.Step(ctx, some, rel, store.Period{})
		if err != nil {
			return err
		}
		if len(l.ends)+len(fan.To) > MaxEdges {
			return tooManyEdges(rel.Type)
		}
		for i := range some {
			for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
				to := fan.To[k]
				if int(to) >= len(number) || number[to] == 0 {
					return errChanged
				}
				l.ends, l.edge, l.start = append(l.ends, number[to]-1), append(l.edge, fan.Edge[k]), append(l.start, uint32(len(l.off)-1))
			}
			l.off = append(l.off, uint32(len(l.ends)))
		}
	}
	return nil
}

func tooManyEdges(typ string) error {
	return fmt.Errorf("%w: more than %d edges of type %s are too many for a question about the whole graph", ErrTooMuch, MaxEdges, typ)
}

// errChanged is what a view that cannot hold still comes to. The store asks again.
var errChanged = fmt.Errorf("%w: the graph changed while it was read; ask again", store.ErrUnavailable)

// stand are the dates of nodes that stand in for those their edges lack.
type stand struct {
	nodes []*store.Node // of nothing but these dates; nil: none are needed
}

func (s stand) node(y uint32) *store.Node {
	if s.nodes == nil {
		return nil
	}
	return s.nodes[y]
}

// chunk is how many nodes are looked at together, so that they need not all be in memory.
const chunk = 10_000

func standFor(ctx context.Context, r store.Reader, slots []store.Slot, t store.EdgeType) (stand, error) {
	if t.ToSince == "" && t.ToUntil == "" {
		return stand{}, nil
	}
	out := stand{make([]*store.Node, 0, len(slots))}
	for some := range slices.Chunk(slots, chunk) {
		nodes, err := r.At(ctx, some)
		if err != nil {
			return stand{}, err
		}
		for _, n := range nodes {
			if n == nil {
				return stand{}, errChanged
			}
			var dates store.Props
			for _, name := range []string{t.ToSince, t.ToUntil} {
				if v := n.Props.Get(name); v != nil {
					dates = dates.With(name, v)
				}
			}
			out.nodes = append(out.nodes, &store.Node{Props: dates})
		}
	}
	return out, nil
}

// bytes are those that links take. Edges are the store's, where it has them in memory.
func (l *links) bytes() int64 {
	const edge, period = 8, 8
	return int64(len(l.ends))*(3*4+edge+period) + int64(len(l.off)+len(l.backOff))*4
}

// turn finds the edges from their other side.
func (l *links) turn() {
	l.backOff = make([]uint32, len(l.to.ids)+2)
	for _, y := range l.ends {
		l.backOff[y+2]++
	}
	for i := 2; i < len(l.backOff); i++ {
		l.backOff[i] += l.backOff[i-1]
	}
	l.back = make([]uint32, len(l.ends))
	for k, y := range l.ends {
		l.back[l.backOff[y+1]] = uint32(k)
		l.backOff[y+1]++
	}
	l.backOff = l.backOff[:len(l.to.ids)+1]
}

// participations are all of actors in projects.
func (s *snapshot) participations(ctx context.Context, r store.Reader, a *Analyst) (*links, error) {
	return s.links(ctx, r, participatesIn, a.taking, a.actors, []string{project})
}

// memberships are all of actors in networks and clusters.
func (s *snapshot) memberships(ctx context.Context, r store.Reader, a *Analyst) (*links, error) {
	return s.links(ctx, r, memberOf, a.edges[memberOf], a.actors, a.groups)
}

// amounts are one for each edge of links, in cents of a currency; unknown where there is
// none. Cost, once: with the edges.
func (s *snapshot) amounts(ctx context.Context, r store.Reader, l *links, property, currency string) ([]store.Cents, error) {
	key := fmt.Sprintf("amounts %s %s > %s %s %s", strings.Join(l.from.kinds, " "), strings.Join(l.to.kinds, " "), property, currency, l.typ)
	other := func(d *delta) bool { return d.ofEdges(l.typ) || d.ofNodes(l.from.kinds) || d.ofNodes(l.to.kinds) }
	return hold(ctx, r, s, s.parts, key, other, func() ([]store.Cents, error) {
		out := make([]store.Cents, len(l.edge))
		for k, e := range l.edge {
			out[k] = unknown
			if m, ok := e.Props.Get(property).(store.Money); ok && m.Currency == currency {
				out[k] = m.Amount
			}
		}
		return out, ctx.Err()
	})
}

// unknown stands in a column for an amount that nobody tells.
const unknown = store.Cents(math.MinInt64)

// passing tells which nodes of a roll pass a condition; nil: all do. Cost: with the nodes.
func (l *roll) passing(ctx context.Context, r store.Reader, t store.Test, when store.Period) ([]bool, error) {
	if t == nil {
		return nil, nil
	}
	slots, err := l.slots(ctx, r)
	if err != nil {
		return nil, err
	}
	return r.Pass(ctx, slots, t, when)
}
