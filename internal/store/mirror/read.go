package mirror

import (
	"context"
	"slices"
	"sort"
	"sync"

	"clustergraph/internal/store"
)

var _ store.Reader = (*snapshot)(nil)

// pulse is how many rows are worked on between two looks at the context.
const pulse = 4096

func (s *snapshot) Revision() store.Revision { return s.rev }

func (s *snapshot) Consistent() bool { return true }

func (s *snapshot) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	return s.truth.Statements(ctx, of, w)
}

func (s *snapshot) Log(ctx context.Context, since store.Since, tell func(store.Entry) error) error {
	return s.truth.Log(ctx, since, s.rev, tell)
}

func (s *snapshot) Nodes(ctx context.Context, ids []string) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	for i, id := range ids {
		if i%pulse == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out[i] = s.byID(id).node
	}
	return out, nil
}

func (s *snapshot) Identified(ctx context.Context, ids []store.Identifier) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	for i, id := range ids {
		if i%pulse == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out[i] = s.identified(id).node
	}
	return out, nil
}

func (s *snapshot) Slots(ctx context.Context, ids []string) ([]store.Slot, error) {
	out := make([]store.Slot, len(ids))
	for i, id := range ids {
		if i%pulse == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out[i] = s.slotOf(id)
	}
	return out, nil
}

func (s *snapshot) At(ctx context.Context, slots []store.Slot) ([]*store.Node, error) {
	out := make([]*store.Node, len(slots))
	for i, slot := range slots {
		if i%pulse == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if s.used(slot) {
			out[i] = s.at(slot)
		}
	}
	return out, nil
}

func (s *snapshot) IDs(slots []store.Slot) []string {
	out := make([]string, len(slots))
	for i, slot := range slots {
		if s.used(slot) {
			out[i] = s.at(slot).ID
		}
	}
	return out
}

func (s *snapshot) Pass(ctx context.Context, slots []store.Slot, t store.Test, when store.Period) ([]bool, error) {
	c, err := newCutter(ctx, s, &store.Window{Where: t, When: when})
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(slots))
	for i, slot := range slots {
		if err := c.tick(1); err != nil {
			return nil, err
		}
		out[i] = s.used(slot) && (c.where == nil || c.where(store.Hit{Node: s.at(slot)}, slot))
	}
	return out, c.err
}

// Meet leaves nothing out: to see where members meet costs as much as to follow them.
func (s *snapshot) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, _ int) (m store.Meeting, err error) {
	m.Members = make([]store.Fan, len(groups))
	most := 0
	for i, g := range groups {
		if g.By == nil {
			m.Members[i] = s.itself(g.Of)
		} else if m.Members[i], err = s.Step(ctx, g.Of, *g.By, when); err != nil {
			return store.Meeting{}, err
		}
		most += len(m.Members[i].To)
	}
	m.From = s.once(make([]store.Slot, 0, most), m.Members...)
	m.Fan, err = s.Step(ctx, m.From, rel, when)
	return m, err
}

// once adds the far ends of steps to a list, each once.
func (s *snapshot) once(list []store.Slot, steps ...store.Fan) []store.Slot {
	met := marks.Get().(*[]uint64)
	if words := int(s.slots)/64 + 1; len(*met) < words {
		*met = make([]uint64, words)
	}
	for _, step := range steps {
		for _, slot := range step.To {
			if word, bit := &(*met)[slot/64], uint64(1)<<(slot%64); *word&bit == 0 {
				*word |= bit
				list = append(list, slot)
			}
		}
	}
	for _, slot := range list {
		(*met)[slot/64] = 0
	}
	marks.Put(met)
	return list
}

// marks hold a bit for each slot, all of them off between uses.
var marks = sync.Pool{New: func() any { return new([]uint64) }}

// itself leads from each slot to itself, by no edge.
func (s *snapshot) itself(slots []store.Slot) store.Fan {
	f := store.Fan{Off: make([]uint32, 1, len(slots)+1), To: make([]store.Slot, 0, len(slots))}
	for _, slot := range slots {
		if s.used(slot) {
			f.To = append(f.To, slot)
		}
		f.Off = append(f.Off, uint32(len(f.To)))
	}
	f.Edge = make([]*store.Edge, len(f.To))
	return f
}

// used tells whether a slot is one that this snapshot may have handed out.
func (s *snapshot) used(slot store.Slot) bool { return slot != 0 && uint32(slot) <= s.slots }

// A path is a relation and a period as walks need them.
type path struct {
	out, in way // none where a direction is not followed
	kinds   kindSet
	when    store.Period
	timed   bool // whether links must be held against when
	typ     store.EdgeType
}

// none is a way that no edge goes.
const none = ^way(0)

func (s *snapshot) path(rel store.Rel, when store.Period) path {
	p := path{out: none, in: none, kinds: s.ontol.set(rel.Kinds), when: when}
	typ, ok := s.ontol.types[rel.Type]
	if !ok {
		return p
	}
	if rel.Dir != store.In {
		p.out = way(typ * 2)
	}
	if rel.Dir != store.Out {
		p.in = way(typ*2 + 1)
	}
	p.typ = s.ontol.edge[typ].store
	p.timed = !when.Always() && s.ontol.edge[typ].timed
	return p
}

// links are those that a path may follow from a node, in their order, and whether all of
// them pass; if not, each must be asked of [snapshot.passes]. Only Both makes a list.
func (s *snapshot) links(slot store.Slot, p *path) (l []link, all bool) {
	var kinds kindSet
	switch out, in := s.rel(slot, p.out), s.rel(slot, p.in); {
	case out == nil && in == nil:
		return nil, true
	case in == nil:
		l, kinds = out.links, out.kinds
	case out == nil:
		l, kinds = in.links, in.kinds
	default:
		l, kinds = merge(slot, out.links, in.links), out.kinds|in.kinds
	}
	if kinds&p.kinds == 0 {
		return nil, true
	}
	return l, !p.timed && kinds&^p.kinds == 0
}

// merge is both directions in the order of far id, from, to and key. A self-loop stands in
// both, and counts once.
func merge(self store.Slot, out, in []link) []link {
	l := make([]link, 0, len(out)+len(in))
	for len(out) > 0 || len(in) > 0 {
		switch {
		case len(in) > 0 && in[0].far == self:
			in = in[1:]
		case len(in) == 0 || len(out) > 0 && before(out[0].edge, in[0].edge):
			l, out = append(l, out[0]), out[1:]
		default:
			l, in = append(l, in[0]), in[1:]
		}
	}
	return l
}

// before orders an edge that leads out of a node and one that leads into it.
func before(out, in *store.Edge) bool {
	if out.To != in.From {
		return out.To < in.From
	}
	return out.EdgeID.Compare(in.EdgeID) < 0
}

// passes tells whether a link of a node is of the path's kinds and period.
func (s *snapshot) passes(slot store.Slot, l *link, p *path) bool {
	if !p.kinds.has(l.kind) {
		return false
	}
	if !p.timed {
		return true
	}
	var to *store.Node
	if p.typ.ToSince != "" || p.typ.ToUntil != "" {
		if to = s.at(l.far); to.ID != l.edge.To {
			to = s.at(slot)
		}
	}
	return p.typ.Bounds(l.edge, to).Meets(p.when)
}

func (s *snapshot) Each(n *store.Node, rel store.Rel, when store.Period, yield func(store.Hit) bool) {
	slot := s.slotOf(n.ID)
	if slot == 0 {
		return
	}
	p := s.path(rel, when)
	links, all := s.links(slot, &p)
	for i := range links {
		if l := &links[i]; all || s.passes(slot, l, &p) {
			if !yield(store.Hit{Node: s.at(l.far), Edge: l.edge}) {
				return
			}
		}
	}
}

func (s *snapshot) Step(ctx context.Context, from []store.Slot, rel store.Rel, when store.Period) (store.Fan, error) {
	p := s.path(rel, when)
	fan := store.Fan{Off: make([]uint32, len(from)+1)}
	total, work := 0, 0
	for _, slot := range from {
		if s.used(slot) {
			total += s.most(slot, &p)
		}
		if work++; work%pulse == 0 && ctx.Err() != nil {
			return store.Fan{}, ctx.Err()
		}
	}
	if ctx.Err() != nil {
		return store.Fan{}, ctx.Err()
	}
	fan.To, fan.Edge = make([]store.Slot, total), make([]*store.Edge, total)
	n := 0
	for i, slot := range from {
		if s.used(slot) {
			links, all := s.links(slot, &p)
			if all {
				to, edge := fan.To[n:n+len(links)], fan.Edge[n:n+len(links)]
				for j := range links {
					to[j], edge[j] = links[j].far, links[j].edge
				}
				n += len(links)
			} else {
				for j := range links {
					if l := &links[j]; s.passes(slot, l, &p) {
						fan.To[n], fan.Edge[n] = l.far, l.edge
						n++
					}
				}
			}
			if work += len(links); work > pulse {
				if work = 0; ctx.Err() != nil {
					return store.Fan{}, ctx.Err()
				}
			}
		}
		fan.Off[i+1] = uint32(n)
	}
	fan.To, fan.Edge = fan.To[:n:n], fan.Edge[:n:n]
	return fan, nil
}

// most is how many links [snapshot.links] has at most.
func (s *snapshot) most(slot store.Slot, p *path) int {
	n := 0
	for _, w := range [2]way{p.out, p.in} {
		if r := s.rel(slot, w); r != nil && r.kinds&p.kinds != 0 {
			n += len(r.links)
		}
	}
	return n
}

func (s *snapshot) Expand(ctx context.Context, ids []string, rel store.Rel, w store.Window) ([]store.Page, error) {
	c, err := newCutter(ctx, s, &w)
	if err != nil {
		return nil, err
	}
	p := s.path(rel, w.When)
	// The lists are looked up first, so that all pages can share one array of hits.
	type list struct {
		slot  store.Slot
		links []link
		all   bool
	}
	var few [128]list
	lists := few[:0]
	if len(ids) > len(few) {
		lists = make([]list, 0, len(ids))
	}
	total := 0
	for i, id := range ids {
		if i%pulse == pulse-1 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l := list{slot: s.slotOf(id)}
		if l.slot != 0 {
			l.links, l.all = s.links(l.slot, &p)
		}
		lists = append(lists, l)
		total += min(len(l.links), w.First)
	}
	pages := make([]store.Page, len(ids))
	c.hits = make([]store.Hit, 0, total)
	for i, l := range lists {
		if len(l.links) == 0 {
			continue
		}
		if l.all && w.Where == nil && len(w.Order) == 0 {
			c.slice(&pages[i], l.links)
			continue
		}
		c.start(len(w.Order) == 0)
		for j := range l.links {
			if k := &l.links[j]; l.all || s.passes(l.slot, k, &p) {
				h := store.Hit{Node: s.at(k.far), Edge: k.edge}
				if !c.weigh(h, k.far) {
					break
				}
			}
		}
		if c.err != nil {
			return nil, c.err
		}
		c.cut(&pages[i])
	}
	return pages, c.tick(0)
}

// slice cuts a page out of links that all pass and stand in the order asked for.
func (c *cutter) slice(page *store.Page, links []link) {
	w := c.w
	lo, hi := 0, len(links)
	at := func(pos *store.Position, past bool) int {
		return sort.Search(len(links), func(i int) bool {
			here := store.Position{Node: c.s.at(links[i].far).ID, Edge: links[i].edge.EdgeID}
			c := here.Compare(store.Position{Node: pos.Node, Edge: pos.Edge}, nil)
			return c > 0 || c == 0 && !past
		})
	}
	if w.After != nil {
		lo = at(w.After, true)
	}
	if w.Before != nil {
		hi = max(lo, at(w.Before, false))
	}
	if hi-lo > w.First {
		hi = lo + w.First
	}
	if w.Last != nil && hi-lo > *w.Last {
		lo = hi - *w.Last
	}
	from := len(c.hits)
	c.hits = slices.Grow(c.hits, hi-lo)[:from+hi-lo]
	hits := c.hits[from:len(c.hits):len(c.hits)]
	for i := range hits {
		l := &links[lo+i]
		hits[i] = store.Hit{Node: c.s.at(l.far), Edge: l.edge}
	}
	page.Hits = hits
	page.Prev, page.Next = lo > 0, hi < len(links)
	if w.Count {
		page.Total = len(links)
	}
	if w.Keys {
		page.Keys = make([][]store.Value, len(hits))
	}
	c.tick(len(hits))
}
