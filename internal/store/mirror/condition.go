package mirror

import (
	"strings"

	"clustergraph/internal/store"
)

// A condition is a [store.Test] made ready for one window. It means the same as
// [store.Holds]; it goes from slot to slot instead of looking ids up, and reads from cards
// what is folded there.
type condition func(h store.Hit, slot store.Slot) bool

// ready makes a test ready; nil of nil, which passes all.
func (c *cutter) ready(t store.Test) condition {
	switch t := t.(type) {
	case nil:
		return nil
	case store.And:
		all := make([]condition, len(t))
		for i := range t {
			all[i] = c.ready(t[i])
		}
		return func(h store.Hit, slot store.Slot) bool {
			for _, x := range all {
				if !x(h, slot) {
					return false
				}
			}
			return true
		}
	case store.Or:
		all := make([]condition, len(t))
		for i := range t {
			all[i] = c.ready(t[i])
		}
		return func(h store.Hit, slot store.Slot) bool {
			for _, x := range all {
				if x(h, slot) {
					return true
				}
			}
			return false
		}
	case store.Not:
		x := c.ready(t.Test)
		return func(h store.Hit, slot store.Slot) bool { return !x(h, slot) }
	case store.Is:
		if at := c.s.ontol.onCards(t.On, t.Path, t.Fold); at != nil {
			compares := ready(t)
			return func(h store.Hit, slot store.Slot) bool {
				card := c.s.cards.at(uint32(slot))
				if i := at[card.kind]; i >= 0 {
					return compares(card.keys[i])
				}
				return store.Holds(t, c.near, h, c.w.When)
			}
		}
		if t.On == store.OnEdge && !t.Fold && len(t.Path) > 0 {
			compares := ready(t)
			return func(h store.Hit, _ store.Slot) bool {
				if h.Edge == nil {
					return compares(nil)
				}
				return compares(store.Part(h.Edge.Props.Get(t.Path[0]), t.Path[1:]))
			}
		}
	case store.Related:
		return c.related(t)
	case store.Count:
		count := c.count(t.Rel)
		return func(_ store.Hit, slot store.Slot) bool { return store.Compares(count(slot), t.Op, t.Value) }
	case store.Under:
		var under map[store.Slot]bool // of most windows that have such a condition all rows are asked
		return func(_ store.Hit, slot store.Slot) bool {
			if under == nil {
				under = c.under(t)
			}
			return under[slot]
		}
	}
	return func(h store.Hit, _ store.Slot) bool { return store.Holds(t, c.near, h, c.w.When) }
}

// ready is the comparison of a condition, made ready.
func ready(t store.Is) func(store.Value) bool {
	want, ok := t.Value.(string)
	if !ok {
		return func(v store.Value) bool { return store.Compares(v, t.Op, t.Value) }
	}
	text := func(does func(s string) bool) func(store.Value) bool {
		return func(v store.Value) bool { s, ok := v.(string); return ok && does(s) }
	}
	switch t.Op {
	case store.Eq:
		return text(func(s string) bool { return s == want })
	case store.Prefix:
		return text(func(s string) bool { return strings.HasPrefix(s, want) })
	case store.Contains:
		return text(func(s string) bool { return strings.Contains(s, want) })
	}
	return func(v store.Value) bool { return store.Compares(v, t.Op, t.Value) }
}

func (c *cutter) related(t store.Related) condition {
	p, passes := c.s.path(t.Rel, c.w.When), c.ready(t.Test)
	return func(_ store.Hit, slot store.Slot) bool {
		links, all := c.s.links(slot, &p)
		for i := range links {
			l := &links[i]
			if !all && !c.s.passes(slot, l, &p) {
				continue
			}
			if c.tick(1) != nil {
				return false
			}
			if (passes == nil || passes(store.Hit{Node: c.s.at(l.far), Edge: l.edge}, l.far)) != (t.Quant == store.Every) {
				return t.Quant == store.Some
			}
		}
		return t.Quant != store.Some
	}
}

// count counts the hits of a relation, without looking at them if all pass.
func (c *cutter) count(rel store.Rel) func(store.Slot) int64 {
	p := c.s.path(rel, c.w.When)
	return func(slot store.Slot) int64 {
		links, all := c.s.links(slot, &p)
		if all {
			return int64(len(links))
		}
		n := int64(0)
		for i := range links {
			if c.s.passes(slot, &links[i], &p) {
				n++
			}
		}
		_ = c.tick(len(links))
		return n
	}
}

// under are all nodes for which the condition holds, found by going back from its ids.
func (c *cutter) under(t store.Under) map[store.Slot]bool {
	in := map[store.Slot]bool{}
	var next []store.Slot
	reach := func(slot store.Slot) {
		if slot != 0 && !in[slot] {
			in[slot] = true
			next = append(next, slot)
		}
	}
	for _, id := range t.IDs {
		reach(c.s.slotOf(id))
	}
	kinds := c.s.ontol.set(t.Rel.Kinds)
	p := c.s.path(reverse(t.Rel), c.w.When)
	for ; len(next) > 0; next = next[1:] {
		// The relation's kinds are those of the end it leads to, which is where we stand.
		if !kinds.has(c.s.cards.at(uint32(next[0])).kind) {
			continue
		}
		links, all := c.s.links(next[0], &p)
		if c.tick(len(links)) != nil {
			break
		}
		for i := range links {
			if l := &links[i]; all || c.s.passes(next[0], l, &p) {
				reach(l.far)
			}
		}
	}
	return in
}
