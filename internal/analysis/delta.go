package analysis

import (
	"context"
	"errors"
	"slices"

	"clustergraph/internal/store"
)

// delta is what the change log tells of the time between two revisions, as far as a snapshot looks
// at it: a later snapshot carries on what the earlier one knew, and reads only what was touched.
type delta struct {
	// known is false if the log does not tell, or tells of so much that to read anew is as cheap:
	// then anything may have changed.
	known bool
	nodes map[string]*touched        // by id
	near  map[string]map[string]bool // by type of edge: where touched edges begin
	far   map[string]map[string]bool // and where they end
}

// touched is what became of a node, all changes taken together.
type touched struct {
	kind  string // the last one
	kinds bool   // it was of another kind meanwhile, nobody knows which
	there bool   // it is there in the end
	moved bool   // it came, went or changed its kind
	props []string
}

// maxTouched is how many changes are looked at; more are not worth it.
const maxTouched = 20_000

// since is what changed since a number of the epoch. It is read once for all who ask.
func (s *snapshot) since(ctx context.Context, r store.Reader, number uint64) (*delta, error) {
	return remember(ctx, s.deltas, number, func() (*delta, error) {
		d := &delta{known: true, nodes: map[string]*touched{}, near: map[string]map[string]bool{}, far: map[string]map[string]bool{}}
		seen := 0
		err := r.Log(ctx, store.Since{Revision: store.Revision{Epoch: s.revision.Epoch, Number: number}}, func(e store.Entry) error {
			// Of who was erased, earlier entries do not tell any more.
			if seen += len(e.Changes); seen > maxTouched || e.Erases {
				return errEnough
			}
			d.take(e.Changes)
			return ctx.Err()
		})
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && !errors.Is(err, errEnough) && !errors.Is(err, store.ErrBehind) && !errors.Is(err, store.ErrUnavailable):
			return nil, err
		case err != nil: // a mirror answers on while its log is away
			return &delta{}, nil
		}
		return d, nil
	})
}

func (d *delta) take(changes []store.Change) {
	for _, c := range changes {
		if c.Node == "" {
			if d.near[c.Edge.Type] == nil {
				d.near[c.Edge.Type], d.far[c.Edge.Type] = map[string]bool{}, map[string]bool{}
			}
			d.near[c.Edge.Type][c.Edge.From], d.far[c.Edge.Type][c.Edge.To] = true, true
			continue
		}
		n := d.nodes[c.Node]
		if n == nil {
			n = &touched{kind: c.Kind}
			d.nodes[c.Node] = n
		}
		other := slices.Contains(c.Props, "kind") || c.Kind != n.kind
		n.kind, n.there = c.Kind, c.What != store.Gone
		n.kinds = n.kinds || other
		n.moved = n.moved || other || c.What != store.Changed
		n.props = union(n.props, c.Props)
	}
}

func (d *delta) bytes() int64 {
	const each = 200
	n := len(d.nodes)
	for typ, near := range d.near {
		n += len(near) + len(d.far[typ])
	}
	return int64(n) * each
}

// nothing tells whether no node and no edge is other than it was.
func (d *delta) nothing() bool { return d.known && len(d.nodes) == 0 && len(d.near) == 0 }

// anyProperty stands for all properties.
const anyProperty = "*"

// ofNodes tells whether a node of some kinds came or went, or changed one of some properties.
func (d *delta) ofNodes(kinds []string, props ...string) bool {
	if !d.known {
		return true
	}
	for _, n := range d.nodes {
		switch {
		case !n.kinds && !slices.Contains(kinds, n.kind):
		case n.moved, slices.Contains(props, anyProperty),
			slices.ContainsFunc(props, func(p string) bool { return slices.Contains(n.props, p) }):
			return true
		}
	}
	return false
}

// ofEdges tells whether an edge of some types came, went or changed.
func (d *delta) ofEdges(types ...string) bool {
	return !d.known || slices.ContainsFunc(types, func(t string) bool { return len(d.near[t]) > 0 })
}

// ofLinks tells whether any of the edges of a type between nodes of some kinds may be other than it
// was, or hold at other times.
func (d *delta) ofLinks(typ string, t store.EdgeType, from, to []string) bool {
	return d.ofEdges(typ) || d.ofNodes(from) || d.ofNodes(to, t.ToSince, t.ToUntil)
}

// after is a roll as it is after a delta.
func (l *roll) after(d *delta) *roll {
	var gone, come []string
	for id, n := range d.nodes {
		if !n.moved {
			continue
		}
		_, was := l.number(id)
		switch is := n.there && slices.Contains(l.kinds, n.kind); {
		case was && !is:
			gone = append(gone, id)
		case is && !was:
			come = append(come, id)
		}
	}
	if len(gone)+len(come) == 0 {
		return l
	}
	slices.Sort(gone)
	slices.Sort(come)
	out := &roll{kinds: l.kinds, ids: make([]string, 0, len(l.ids)+len(come)-len(gone))}
	for _, id := range l.ids {
		for len(come) > 0 && come[0] < id {
			out.ids, come = append(out.ids, come[0]), come[1:]
		}
		if len(gone) > 0 && gone[0] == id {
			gone = gone[1:]
			continue
		}
		out.ids = append(out.ids, id)
	}
	out.ids = append(out.ids, come...)
	return out
}

// none is the number of nobody.
const none = ^uint32(0)

// renumbered tells by number in l that in next, or none; nil: all are the same.
func (l *roll) renumbered(next *roll) []uint32 {
	if l == next {
		return nil
	}
	out := make([]uint32, len(l.ids))
	y := 0
	for x, id := range l.ids {
		for y < len(next.ids) && next.ids[y] < id {
			y++
		}
		out[x] = none
		if y < len(next.ids) && next.ids[y] == id {
			out[x] = uint32(y)
		}
	}
	return out
}

// after are the links as they are after a delta, whose rolls are from and to: the rows of nodes from
// which touched edges lead are read again, the others copied. It is nil if so much was touched
// that they are better read anew. Cost: that of copying; what is read grows with what was touched.
func (l *links) after(ctx context.Context, r store.Reader, d *delta, t store.EdgeType, from, to *roll) (*links, error) {
	rows, err := l.rows(ctx, r, d, from, to)
	if err != nil {
		return nil, err
	}
	redated := to.redated(d, t)
	switch {
	case len(rows)+len(redated) == 0 && from == l.from && to == l.to:
		return l, nil
	case len(rows) > 1000+len(from.ids)/8 || len(redated) > 1000+len(to.ids)/8:
		return nil, nil
	}
	fresh, err := l.again(ctx, r, rows, t, from, to)
	if err != nil {
		return nil, err
	}
	out, err := l.spliced(rows, fresh, from, to)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.turn()
	return out, out.redate(ctx, r, redated, t)
}

// redated are the nodes whose dates stand in for those of edges to them, if they may be other ones.
func (l *roll) redated(d *delta, t store.EdgeType) []uint32 {
	var out []uint32
	if t.ToSince == "" && t.ToUntil == "" {
		return nil
	}
	for id, n := range d.nodes {
		if y, found := l.number(id); found && (n.moved || slices.Contains(n.props, t.ToSince) || slices.Contains(n.props, t.ToUntil)) {
			out = append(out, uint32(y))
		}
	}
	return out
}

// sharers tells which nodes of from may share other things, or share with others, than before the
// delta; nil: it may be all. These are all to whom touched edges lead or led, and all who share
// what is at their other ends.
func (l *links) sharers(d *delta, t store.EdgeType) []bool {
	again := make([]bool, len(l.from.ids))
	for id := range d.near[l.typ] {
		if x, found := l.from.number(id); found {
			again[x] = true
		}
	}
	far := l.to.redated(d, t)
	for id := range d.far[l.typ] {
		if y, found := l.to.number(id); found {
			far = append(far, uint32(y))
		}
	}
	for _, n := range d.nodes {
		if n.kinds {
			return nil // the log does not tell its edges
		}
	}
	for _, y := range far {
		for _, k := range l.backRow(y) {
			again[l.start[k]] = true
		}
	}
	return again
}

// rows are the numbers in from, ascending, of the nodes whose edges may be other than they were.
func (l *links) rows(ctx context.Context, r store.Reader, d *delta, from, to *roll) ([]uint32, error) {
	var out []uint32
	for id := range d.near[l.typ] {
		if x, found := from.number(id); found {
			out = append(out, uint32(x))
		}
	}
	// Of a node that only became of another kind, the log tells no edges.
	var come []string
	for id, n := range d.nodes {
		if !n.moved {
			continue
		}
		if x, found := from.number(id); found {
			out = append(out, uint32(x))
		}
		_, was := l.to.number(id)
		if _, is := to.number(id); is && !was {
			come = append(come, id)
		}
	}
	if len(come) > 0 {
		slots, err := r.Slots(ctx, come)
		if err != nil {
			return nil, err
		}
		if slices.Contains(slots, 0) {
			return nil, errChanged
		}
		fan, err := r.Step(ctx, slots, store.Rel{Type: l.typ, Dir: store.In, Kinds: from.kinds}, store.Period{})
		if err != nil {
			return nil, err
		}
		for _, id := range r.IDs(fan.To) {
			x, found := from.number(id)
			if !found {
				return nil, errChanged
			}
			out = append(out, uint32(x))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// again reads some rows: links that have edges in no other.
func (l *links) again(ctx context.Context, r store.Reader, rows []uint32, t store.EdgeType, from, to *roll) (*links, error) {
	out := &links{off: []uint32{0}}
	if len(rows) == 0 {
		return out, nil
	}
	ids := make([]string, len(rows))
	for i, x := range rows {
		ids[i] = from.ids[x]
	}
	slots, err := r.Slots(ctx, ids)
	if err != nil {
		return nil, err
	}
	if slices.Contains(slots, 0) {
		return nil, errChanged
	}
	fan, err := r.Step(ctx, slots, store.Rel{Type: l.typ, Dir: store.Out, Kinds: to.kinds}, store.Period{})
	if err != nil {
		return nil, err
	}
	out.off, out.edge, out.ends, out.hold = fan.Off, fan.Edge, make([]uint32, len(fan.To)), make([]store.Period, len(fan.To))
	for k, id := range r.IDs(fan.To) {
		y, found := to.number(id)
		if !found {
			return nil, errChanged
		}
		out.ends[k] = uint32(y)
	}
	stand, err := standFor(ctx, r, fan.To, t)
	if err != nil {
		return nil, err
	}
	for k, e := range out.edge {
		out.hold[k] = t.Bounds(e, stand.node(uint32(k)))
	}
	return out, nil
}

// spliced are links of other rolls, in which the given rows are those of fresh. They are not turned.
func (l *links) spliced(rows []uint32, fresh *links, from, to *roll) (*links, error) {
	most := len(l.ends) + len(fresh.ends)
	out := &links{typ: l.typ, from: from, to: to, off: make([]uint32, 1, len(from.ids)+1), ends: make([]uint32, 0, most),
		edge: make([]*store.Edge, 0, most), hold: make([]store.Period, 0, most), start: make([]uint32, 0, most)}
	far := l.to.renumbered(to)
	old := 0
	for x, id := range from.ids {
		for old < len(l.from.ids) && l.from.ids[old] < id {
			old++
		}
		of, begin, end := l, uint32(0), uint32(0)
		switch {
		case len(rows) > 0 && rows[0] == uint32(x):
			of, rows = fresh, rows[1:]
			i := len(fresh.off) - 1 - len(rows) - 1
			begin, end = fresh.off[i], fresh.off[i+1]
		case old < len(l.from.ids) && l.from.ids[old] == id:
			begin, end = l.row(uint32(old))
		}
		for k := begin; k < end; k++ {
			y := of.ends[k]
			if of == l && far != nil {
				if y = far[y]; y == none {
					continue // it is of another kind now
				}
			}
			out.ends, out.edge, out.hold, out.start = append(out.ends, y), append(out.edge, of.edge[k]), append(out.hold, of.hold[k]), append(out.start, uint32(x))
		}
		out.off = append(out.off, uint32(len(out.ends)))
	}
	if len(out.ends) > MaxEdges {
		return nil, tooManyEdges(l.typ)
	}
	return out, nil
}

// redate looks up once more when the edges to some nodes hold.
func (l *links) redate(ctx context.Context, r store.Reader, nodes []uint32, t store.EdgeType) error {
	if len(nodes) == 0 {
		return nil
	}
	ids := make([]string, len(nodes))
	for i, y := range nodes {
		ids[i] = l.to.ids[y]
	}
	slots, err := r.Slots(ctx, ids)
	if err != nil {
		return err
	}
	stand, err := standFor(ctx, r, slots, t)
	if err != nil {
		return err
	}
	for i, y := range nodes {
		for _, k := range l.backRow(y) {
			l.hold[k] = t.Bounds(l.edge[k], stand.node(uint32(i)))
		}
	}
	return nil
}
