package mirror

import (
	"context"
	"math"

	"github.com/tidwall/btree"

	"clustergraph/internal/store"
)

func (s *snapshot) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	c, err := newCutter(ctx, s, &w)
	if err != nil {
		return store.Page{}, err
	}
	set := s.ontol.set(kinds)
	members := 0
	for k := range s.kinds {
		if set.has(uint32(k)) {
			members += s.kinds[k].ids.Len()
		}
	}
	var page store.Page
	o, walkable := s.walkable(set, &w)
	if walkable && (w.Where == nil || !w.Count) {
		// Candidates are better than a walk if they are few: of a walk that stops at the
		// end of the page one row in members/candidates passes.
		few := max(int(math.Sqrt(float64(min(w.First, members))*float64(members))), members/8)
		if w.Where == nil || !c.fromCandidates(set, few) {
			c.walk(&page, o)
			if w.Count {
				page.Total = members
			}
			return page, c.err
		}
	} else if w.Where == nil || !c.fromCandidates(set, members/2) {
		if walkable {
			c.start(true)
			next := o.from(nil, false, true)
			for x, ok := next(); ok && c.weigh(store.Hit{Node: s.at(x.slot)}, x.slot); x, ok = next() {
			}
		} else {
			c.scan(set)
		}
	}
	if c.err != nil {
		return store.Page{}, c.err
	}
	c.cut(&page)
	return page, nil
}

// fromCandidates weighs the candidates for Where, if there are at most so many.
func (c *cutter) fromCandidates(kinds kindSet, limit int) bool {
	slots, ok := c.s.candidates(c.w.Where, kinds, limit)
	if !ok {
		return false
	}
	c.start(false)
	for _, slot := range distinct(slots) {
		if kinds.has(c.s.cards.at(uint32(slot)).kind) && !c.weigh(store.Hit{Node: c.s.at(slot)}, slot) {
			break
		}
	}
	return true
}

// scan weighs all nodes of some kinds.
func (c *cutter) scan(kinds kindSet) {
	c.start(false)
	for k := range c.s.kinds {
		if kinds.has(uint32(k)) {
			c.s.kinds[k].ids.Scan(func(x item) bool { return c.weigh(store.Hit{Node: c.s.at(x.slot)}, x.slot) })
		}
	}
}

// walk cuts the page by walking trees in its order from where it begins, no further than
// it must.
func (c *cutter) walk(page *store.Page, o order) {
	w := *c.w
	pass := func(x item) bool {
		return c.tick(1) == nil && (c.where == nil || c.where(store.Hit{Node: c.s.at(x.slot)}, x.slot))
	}
	// goesOn tells whether a row passes from a position on, it included.
	goesOn := func(p *store.Position, back bool) bool {
		if p == nil {
			return false
		}
		next := o.from(p, back, true)
		for x, ok := next(); ok && c.err == nil; x, ok = next() {
			if pass(x) {
				return true
			}
		}
		return false
	}
	var rows []item
	crossed := w.After != nil && w.Before != nil && w.After.Compare(*w.Before, w.Order) >= 0
	if c.fromEnd() && !crossed {
		next := o.from(w.Before, true, false)
		for x, ok := next(); ok && c.err == nil; x, ok = next() {
			if !pass(x) {
				continue
			}
			if len(rows) == *w.Last || w.After != nil && o.compare(x, w.After) <= 0 {
				page.Prev = true
				break
			}
			rows = append(rows, x)
		}
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
		page.Next = goesOn(w.Before, false)
	} else {
		page.Prev = goesOn(w.After, true)
		next := o.from(w.After, false, false)
		for x, ok := next(); ok && c.err == nil; x, ok = next() {
			if !pass(x) {
				continue
			}
			if len(rows) == w.First || w.Before != nil && o.compare(x, w.Before) >= 0 {
				page.Next = true
				break
			}
			rows = append(rows, x)
		}
		if w.Last != nil && len(rows) > *w.Last {
			rows, page.Prev = rows[len(rows)-*w.Last:], true
		}
	}
	if c.err != nil {
		return
	}
	page.Hits = make([]store.Hit, len(rows))
	for i, x := range rows {
		page.Hits[i].Node = c.s.at(x.slot)
	}
	if w.Keys {
		page.Keys = make([][]store.Value, len(rows))
		if len(w.Order) > 0 {
			keys := make([]store.Value, len(rows))
			for i, x := range rows {
				keys[i] = x.key
				if o.byID {
					keys[i] = x.id
				}
				page.Keys[i] = keys[i : i+1 : i+1]
			}
		}
	}
}

// order is one that trees are in: their values up or down, and within one value the ids.
type order struct {
	trees         []*tree
	down, idsDown bool
	byID          bool // the one term is the id
}

// walkable tells in which trees the window's order stands, if it does.
func (s *snapshot) walkable(kinds kindSet, w *store.Window) (order, bool) {
	var o order
	at := func(k int) *tree { return s.kinds[k].ids }
	switch len(w.Order) {
	case 0:
	case 1:
		t := w.Order[0]
		if t.On != store.OnNode || t.Rel != nil || len(t.Path) != 1 {
			return o, false
		}
		o.down = t.Desc
		if t.Path[0] == "id" {
			o.byID, o.idsDown = true, t.Desc
			if t.Fold {
				return o, false
			}
			break
		}
		cards := s.ontol.onCards(t.On, t.Path, t.Fold)
		if cards == nil {
			return o, false
		}
		for k := range s.kinds {
			if kinds.has(uint32(k)) && cards[k] < 0 && s.kinds[k].ids.Len() > 0 {
				return o, false
			}
		}
		at = func(k int) *tree { return s.kinds[k].props[cards[k]] }
	default:
		return o, false
	}
	for _, p := range []*store.Position{w.After, w.Before} {
		// Only what a page told can be found in a tree; what was made up cannot.
		if p != nil && (p.Edge != store.EdgeID{} || o.byID && p.Keys[0] != store.Value(p.Node)) {
			return o, false
		}
	}
	for k := range s.kinds {
		if kinds.has(uint32(k)) && s.kinds[k].ids.Len() > 0 {
			o.trees = append(o.trees, at(k))
		}
	}
	return o, true
}

// compare orders a place in a tree and a position.
func (o *order) compare(x item, p *store.Position) int {
	y := o.place(p)
	switch {
	case o.before(x, y, false):
		return -1
	case o.before(y, x, false):
		return 1
	}
	return 0
}

func (o *order) place(p *store.Position) item {
	x := item{id: p.Node}
	if !o.byID && len(p.Keys) > 0 {
		x.key = p.Keys[0]
	}
	return x
}

// before orders two places as a walk meets them.
func (o *order) before(a, b item, back bool) bool {
	if a.key != nil || b.key != nil {
		if c := compareKeys(a.key, b.key); c != 0 {
			return c < 0 != (o.down != back)
		}
	}
	if o.idsDown != back {
		return a.id > b.id
	}
	return a.id < b.id
}

// from walks the trees from a position (nil: from the beginning; back: from the end), that
// position included or not.
func (o *order) from(p *store.Position, back, included bool) func() (item, bool) {
	all := make([]cursor, 0, len(o.trees))
	for _, t := range o.trees {
		c := cursor{it: t.Iter(), down: o.down != back, idsDown: o.idsDown != back}
		if p == nil {
			c.begin()
		} else if x := o.place(p); c.seek(x) && !included && c.at.id == x.id && compareKeys(c.at.key, x.key) == 0 {
			c.next()
		}
		if c.ok {
			all = append(all, c)
		}
	}
	return func() (item, bool) {
		if len(all) == 0 {
			return item{}, false
		}
		best := 0
		for i := 1; i < len(all); i++ {
			if o.before(all[i].at, all[best].at, back) {
				best = i
			}
		}
		x := all[best].at
		if !all[best].next() {
			all = append(all[:best], all[best+1:]...)
		}
		return x, true
	}
}

// A cursor walks one tree: its values up or down, and the ids within one value up or down.
// Where the two differ it goes from group to group of equal values.
type cursor struct {
	it            btree.IterG[item]
	down, idsDown bool
	at            item
	ok            bool
}

// last is an id after all others: ids are UTF-8.
const last = "\xff"

func (c *cursor) here(ok bool) bool {
	if c.ok = ok; ok {
		c.at = c.it.Item()
	}
	return ok
}

func (c *cursor) begin() bool {
	if c.down {
		return c.here(c.it.Last()) && (c.idsDown || c.group(c.at.key))
	}
	return c.here(c.it.First()) && (!c.idsDown || c.group(c.at.key))
}

// group goes to where the walk of the items of one value begins; there is one.
func (c *cursor) group(key store.Value) bool {
	if c.idsDown {
		return c.below(item{key: key, id: last})
	}
	return c.here(c.it.Seek(item{key: key}))
}

// below goes to the last item before a place.
func (c *cursor) below(x item) bool {
	if c.it.Seek(x) {
		return c.here(c.it.Prev())
	}
	return c.here(c.it.Last())
}

// seek goes to the first item that the walk meets at a place or after it.
func (c *cursor) seek(x item) bool {
	if !c.idsDown {
		c.here(c.it.Seek(x))
	} else if !c.here(c.it.Seek(x)) || c.at.id != x.id || compareKeys(c.at.key, x.key) != 0 {
		c.below(x)
	}
	if c.down == c.idsDown || c.ok && compareKeys(c.at.key, x.key) == 0 {
		return c.ok
	}
	return c.nextGroup(x.key)
}

func (c *cursor) next() bool {
	key := c.at.key
	if c.idsDown {
		c.here(c.it.Prev())
	} else {
		c.here(c.it.Next())
	}
	if c.down == c.idsDown || c.ok && compareKeys(c.at.key, key) == 0 {
		return c.ok
	}
	return c.nextGroup(key)
}

// nextGroup goes to the next value after one.
func (c *cursor) nextGroup(key store.Value) bool {
	if c.down {
		return c.below(item{key: key}) && c.group(c.at.key)
	}
	return c.here(c.it.Seek(item{key: key, id: last})) && c.group(c.at.key)
}
