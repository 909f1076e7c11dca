package mirror

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// A cutter cuts pages out of lists of hits by one window. It holds at most twice the page
// and a little, unless the page is everything.
type cutter struct {
	s     *snapshot
	ctx   context.Context
	w     *store.Window
	where condition
	near  *neighbours
	work  int
	err   error // of the context
	hits  []store.Hit
	cards [][]int                  // by term and kind: where on the card the key stands; -1: nowhere
	rels  []func(store.Slot) int64 // by term: what counts its related rows

	// of one list
	sorted     bool // hits come in the order asked for
	rows       []row
	full       bool // rows held the page before: only what belongs before the last may come in
	total      int
	prev, next bool
	scratch    []store.Value
	arena      []store.Value
}

type row struct {
	store.Hit
	keys []store.Value
}

// position is a row's place, but for its keys.
func (r *row) position() store.Position {
	p := store.Position{Node: r.Node.ID}
	if r.Edge != nil {
		p.Edge = r.Edge.EdgeID
	}
	return p
}

func newCutter(ctx context.Context, s *snapshot, w *store.Window) (*cutter, error) {
	if w.First < 0 || w.Last != nil && *w.Last < 0 {
		return nil, fmt.Errorf("%w: first and last must not be negative", store.ErrInvalid)
	}
	for _, p := range []*store.Position{w.After, w.Before} {
		if p != nil && len(p.Keys) != len(w.Order) {
			return nil, fmt.Errorf("%w: a position of %d values in an order of %d", store.ErrInvalid, len(p.Keys), len(w.Order))
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &cutter{s: s, ctx: ctx, w: w}
	c.near = &neighbours{s, c}
	c.where = c.ready(w.Where)
	if len(w.Order) > 0 {
		c.scratch = make([]store.Value, len(w.Order))
		c.cards = make([][]int, len(w.Order))
		c.rels = make([]func(store.Slot) int64, len(w.Order))
		for i, t := range w.Order {
			if t.Rel != nil {
				c.rels[i] = c.count(*t.Rel)
			} else {
				c.cards[i] = s.ontol.onCards(t.On, t.Path, t.Fold)
			}
		}
	}
	return c, nil
}

// onCards tells by kind where on a node's card a value stands as a term or a condition
// wants it; -1: nowhere. Nil: on no card.
func (o *ontology) onCards(on store.Side, path []string, fold bool) (at []int) {
	if on != store.OnNode || len(path) != 1 {
		return nil
	}
	at = make([]int, len(o.kind))
	found := false
	for k := range o.kind {
		at[k] = o.kind[k].index(path[0])
		if i := at[k]; i >= 0 && o.kind[k].indexed[i].fold != fold {
			at[k] = -1
		}
		found = found || at[k] >= 0
	}
	if !found {
		return nil
	}
	return at
}

// tick counts work, and looks at the context now and then.
func (c *cutter) tick(n int) error {
	if c.work += n; c.work > pulse && c.err == nil {
		c.work = 0
		c.err = c.ctx.Err()
	}
	return c.err
}

// neighbours follows relations for conditions, and stops when the context has ended.
type neighbours struct {
	s *snapshot
	c *cutter
}

func (n *neighbours) Each(node *store.Node, rel store.Rel, when store.Period, yield func(store.Hit) bool) {
	n.s.Each(node, rel, when, func(h store.Hit) bool { return n.c.tick(1) == nil && yield(h) })
}

// start begins a list.
func (c *cutter) start(sorted bool) {
	c.sorted, c.rows, c.full = sorted, c.rows[:0], false
	c.total, c.prev, c.next = 0, false, false
}

// weigh takes the next hit of a list into account; false: no more are wanted.
func (c *cutter) weigh(h store.Hit, slot store.Slot) bool {
	if c.tick(1) != nil {
		return false
	}
	if c.where != nil && !c.where(h, slot) {
		return true
	}
	c.total++
	r := row{h, c.scratch}
	for i := range c.w.Order {
		r.keys[i] = c.key(i, h, slot)
	}
	if c.w.After != nil && c.compareTo(&r, c.w.After) <= 0 {
		c.prev = true
		return true
	}
	if c.w.Before != nil && c.compareTo(&r, c.w.Before) >= 0 {
		c.next = true
		return !c.sorted || c.w.Count
	}
	// Now r is between After and Before.
	if c.fromEnd() {
		if c.sorted || !c.full || c.compare(&r, &c.rows[0]) > 0 {
			c.keep(r)
		} else {
			c.prev = true
		}
		if k := *c.w.Last; len(c.rows) >= 2*k+256 {
			c.sort()
			c.rows = append(c.rows[:0], c.rows[len(c.rows)-k:]...)
			c.prev, c.full = true, k > 0
		}
		return true
	}
	k := c.w.First
	if c.sorted {
		if len(c.rows) == k {
			c.next = true
			return c.w.Count
		}
		c.keep(r)
		return true
	}
	if k == 0 || c.full && c.compare(&r, &c.rows[k-1]) > 0 {
		c.next = true
		return true
	}
	c.keep(r)
	if k < store.All/4 && len(c.rows) >= 2*k+256 {
		c.sort()
		c.rows = c.rows[:k]
		c.next, c.full = true, true
	}
	return true
}

// fromEnd tells whether the page is the end of what lies between After and Before.
func (c *cutter) fromEnd() bool {
	return c.w.Last != nil && *c.w.Last < store.All/4 && c.w.First == store.All
}

// key is the value of a term.
func (c *cutter) key(i int, h store.Hit, slot store.Slot) store.Value {
	if c.rels[i] != nil {
		return c.rels[i](slot)
	}
	if at := c.cards[i]; at != nil {
		card := c.s.cards.at(uint32(slot))
		if n := at[card.kind]; n >= 0 {
			return card.keys[n]
		}
	}
	return c.w.Order[i].Key(c.near, h, c.w.When)
}

// keep adds a row, with its keys, which are scratch so far.
func (c *cutter) keep(r row) {
	if n := len(r.keys); n > 0 {
		if cap(c.arena)-len(c.arena) < n {
			c.arena = make([]store.Value, 0, min(max(64, 2*cap(c.arena)), 4096)*n)
		}
		from := len(c.arena)
		c.arena = append(c.arena, r.keys...)
		r.keys = c.arena[from:len(c.arena):len(c.arena)]
	}
	c.rows = append(c.rows, r)
}

func (c *cutter) sort() {
	if !c.sorted {
		slices.SortFunc(c.rows, func(a, b row) int { return c.compare(&a, &b) })
	}
}

// compare orders rows, as [store.Position.Compare] does.
func (c *cutter) compare(a, b *row) int {
	if d := c.compareOrder(a.keys, b.keys); d != 0 {
		return d
	}
	if a.Node != b.Node {
		return strings.Compare(a.Node.ID, b.Node.ID)
	}
	if a.Edge == nil {
		return 0
	}
	return a.Edge.EdgeID.Compare(b.Edge.EdgeID)
}

func (c *cutter) compareTo(a *row, pos *store.Position) int {
	if d := c.compareOrder(a.keys, pos.Keys); d != 0 {
		return d
	}
	return a.position().Compare(*pos, nil)
}

func (c *cutter) compareOrder(a, b []store.Value) int {
	for i := range c.w.Order {
		d := compareKeys(a[i], b[i])
		if c.w.Order[i].Desc {
			d = -d
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

// cut makes the page of the list that was weighed.
func (c *cutter) cut(page *store.Page) {
	c.sort()
	if len(c.rows) > c.w.First {
		c.rows, c.next = c.rows[:c.w.First], true
	}
	if l := c.w.Last; l != nil && len(c.rows) > *l {
		c.rows, c.prev = c.rows[len(c.rows)-*l:], true
	}
	from := len(c.hits)
	for i := range c.rows {
		c.hits = append(c.hits, c.rows[i].Hit)
	}
	page.Hits = c.hits[from:len(c.hits):len(c.hits)]
	if c.w.Keys {
		page.Keys = make([][]store.Value, len(c.rows))
		for i := range c.rows {
			page.Keys[i] = c.rows[i].keys
		}
	}
	if c.w.Count {
		page.Total = c.total
	}
	page.Prev, page.Next = c.prev, c.next
}
