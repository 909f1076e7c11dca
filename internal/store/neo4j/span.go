package neo4j

import (
	"fmt"
	"slices"

	"clustergraph/internal/store"
)

// A span says which rows of a list make a page: those from a position on, forward or
// backward, one more than are wanted, to see whether the list goes on.
type span struct {
	w     *store.Window
	back  bool
	from  *store.Position
	limit int             // how many rows to fetch; store.All: all
	other *store.Position // whether the list has rows on the other side of from, or on it
	first int
}

// checkWindow is an ErrInvalid if a window makes no sense.
func checkWindow(w *store.Window) error {
	if w.First < 0 || w.Last != nil && *w.Last < 0 {
		return fmt.Errorf("%w: first and last must not be negative", store.ErrInvalid)
	}
	for _, p := range []*store.Position{w.After, w.Before} {
		if p != nil && len(p.Keys) != len(w.Order) {
			return fmt.Errorf("%w: a position of %d values in an order of %d", store.ErrInvalid, len(p.Keys), len(w.Order))
		}
	}
	return nil
}

func newSpan(w *store.Window) span {
	crossed := w.After != nil && w.Before != nil && w.After.Compare(*w.Before, w.Order) >= 0
	if w.First == store.All && w.Last != nil && *w.Last != store.All && !crossed {
		return span{w: w, back: true, from: w.Before, limit: *w.Last + 1, other: w.Before, first: store.All}
	}
	c := span{w: w, from: w.After, limit: store.All, other: w.After, first: w.First}
	if crossed {
		c.first = 0
	}
	if c.first != store.All {
		c.limit = c.first + 1
	}
	return c
}

// sign is the direction in which rows are fetched.
func (c span) sign() int {
	if c.back {
		return -1
	}
	return 1
}

// found is a row of a list. Counts that the order asks for are among its keys.
type hit struct {
	store.Hit
	keys []store.Value
}

func (f hit) position() store.Position {
	p := store.Position{Keys: f.keys, Node: f.Node.ID}
	if f.Edge != nil {
		p.Edge = f.Edge.EdgeID
	}
	return p
}

// page makes the page of the rows that were fetched, in the order they were fetched in.
// other tells whether there are rows on the other side.
func (c span) page(rows []hit, other bool) store.Page {
	w := c.w
	var p store.Page
	if c.back {
		if len(rows) > *w.Last {
			rows, p.Prev = rows[:*w.Last], true
		}
		for i, r := range rows {
			if w.After != nil && r.position().Compare(*w.After, w.Order) <= 0 {
				rows, p.Prev = rows[:i], true
				break
			}
		}
		slices.Reverse(rows)
		p.Next = other
	} else {
		if len(rows) > c.first {
			rows, p.Next = rows[:c.first], true
		}
		for i, r := range rows {
			if w.Before != nil && r.position().Compare(*w.Before, w.Order) >= 0 {
				rows, p.Next = rows[:i], true
				break
			}
		}
		p.Prev = other
		if w.Last != nil && len(rows) > *w.Last {
			rows, p.Prev = rows[len(rows)-*w.Last:], true
		}
	}
	for _, r := range rows {
		p.Hits = append(p.Hits, r.Hit)
		if w.Keys {
			p.Keys = append(p.Keys, r.keys)
		}
	}
	return p
}

// whole makes the page of all rows of a list, which are in no order and may be more than
// those that pass.
func whole(rows []hit, g store.Neighbours, w *store.Window) store.Page {
	rows = slices.DeleteFunc(rows, func(f hit) bool { return !store.Holds(w.Where, g, f.Hit, w.When) })
	for i := range rows {
		rows[i].keys = keysOf(rows[i].Hit, w, g, nil)
	}
	slices.SortFunc(rows, func(a, b hit) int { return a.position().Compare(b.position(), w.Order) })
	from, to := 0, len(rows)
	for w.After != nil && from < to && rows[from].position().Compare(*w.After, w.Order) <= 0 {
		from++
	}
	for w.Before != nil && to > from && rows[to-1].position().Compare(*w.Before, w.Order) >= 0 {
		to--
	}
	if to-from > w.First {
		to = from + w.First
	}
	if w.Last != nil && to-from > *w.Last {
		from = to - *w.Last
	}
	p := store.Page{Prev: from > 0, Next: to < len(rows)}
	if w.Count {
		p.Total = len(rows)
	}
	for _, r := range rows[from:to] {
		p.Hits = append(p.Hits, r.Hit)
		if w.Keys {
			p.Keys = append(p.Keys, r.keys)
		}
	}
	return p
}

// keysOf are the values of the order's terms for a hit. counts tell those of the relations,
// by term; without them they are counted anew.
func keysOf(h store.Hit, w *store.Window, g store.Neighbours, counts []any) []store.Value {
	if len(w.Order) == 0 {
		return nil
	}
	keys := make([]store.Value, len(w.Order))
	for i, t := range w.Order {
		if t.Rel != nil && counts != nil {
			keys[i], counts = counts[0], counts[1:]
		} else {
			keys[i] = t.Key(g, h, w.When)
		}
	}
	return keys
}
