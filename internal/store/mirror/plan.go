package mirror

import (
	"math"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// candidates are slots among which are all nodes of some kinds that pass a test, perhaps
// more than once; false if that would be more than limit, or if no index tells.
func (s *snapshot) candidates(t store.Test, kinds kindSet, limit int) ([]store.Slot, bool) {
	switch t := t.(type) {
	case store.And:
		return s.fewest(t, kinds, limit)
	case store.Or:
		var all []store.Slot
		for _, x := range t {
			slots, ok := s.candidates(x, kinds, limit-len(all))
			if !ok {
				return nil, false
			}
			all = append(all, slots...)
		}
		return all, true
	case store.Is:
		return s.byValue(t, kinds, limit)
	case store.Elem:
		return s.byIdentifier(t)
	case store.Related:
		if t.Quant != store.Some || t.Test == nil {
			return nil, false
		}
		far, ok := s.candidates(t.Test, s.ontol.set(t.Rel.Kinds), limit)
		if !ok {
			return nil, false
		}
		return s.backwards(distinct(far), t.Rel, limit)
	case store.Under:
		return s.below(t, limit)
	}
	return nil, false
}

// fewest are the candidates for the condition that has the fewest: all are tried with a
// limit that grows until one keeps it.
func (s *snapshot) fewest(tests store.And, kinds kindSet, limit int) ([]store.Slot, bool) {
	if len(tests) == 1 {
		return s.candidates(tests[0], kinds, limit)
	}
	for try := 64; ; try *= 4 {
		try = min(try, limit)
		for _, t := range tests {
			if slots, ok := s.candidates(t, kinds, try); ok {
				return slots, true
			}
		}
		if try == limit {
			return nil, false
		}
	}
}

func (s *snapshot) byValue(t store.Is, kinds kindSet, limit int) ([]store.Slot, bool) {
	if t.On != store.OnNode || len(t.Path) != 1 {
		return nil, false
	}
	operands := store.List{t.Value}
	switch t.Op {
	case store.Ne, store.Contains:
		return nil, false
	case store.In_:
		operands, _ = t.Value.(store.List)
	case store.IsNull:
		if t.Value != true {
			return nil, false
		}
		operands = store.List{nil}
	}
	if len(operands) > limit {
		return nil, false
	}
	if t.Path[0] == "id" {
		return s.byIDs(t, operands)
	}
	var trees []*tree
	for k := range s.kinds {
		if !kinds.has(uint32(k)) || s.kinds[k].ids.Len() == 0 {
			continue
		}
		p := s.ontol.kind[k].index(t.Path[0])
		if p < 0 || s.ontol.kind[k].indexed[p].fold != t.Fold {
			return nil, false
		}
		trees = append(trees, s.kinds[k].props[p])
	}
	var out []store.Slot
	for _, v := range operands {
		if v == nil && t.Op != store.IsNull {
			continue // nothing passes
		}
		from, in := between(t.Op, v)
		for _, tree := range trees {
			take := func(x item) bool {
				if !in(x.key) {
					return false
				}
				out = append(out, x.slot)
				return len(out) <= limit
			}
			if from.key == nil && t.Op != store.IsNull {
				tree.Scan(take)
			} else {
				tree.Ascend(from, take)
			}
			if len(out) > limit {
				return nil, false
			}
		}
	}
	return out, true
}

// between is the stretch of a tree in which all values stand that pass a comparison: its
// first place (of nil: from the first value on), and whether it goes on with a value.
func between(op store.Op, v store.Value) (from item, in func(store.Value) bool) {
	d, date := v.(store.Date)
	switch op {
	case store.Lt, store.Lte:
		return item{}, func(x store.Value) bool {
			if y, ok := x.(store.Date); ok && date {
				return y.First <= d.Last
			}
			return x != nil && store.Compare(x, v) <= 0
		}
	case store.Gt, store.Gte:
		if date {
			v = store.Date{First: d.First, Last: math.MinInt32}
		}
		return item{key: v}, func(x store.Value) bool { return x != nil }
	case store.Prefix:
		prefix, ok := v.(string)
		return item{key: v}, func(x store.Value) bool {
			y, is := x.(string)
			return ok && is && strings.HasPrefix(y, prefix)
		}
	}
	return item{key: v}, func(x store.Value) bool { return compareKeys(x, v) == 0 }
}

func (s *snapshot) byIDs(t store.Is, ids store.List) ([]store.Slot, bool) {
	if t.Op != store.Eq && t.Op != store.In_ || t.Fold {
		return nil, false
	}
	out := make([]store.Slot, 0, len(ids))
	for _, v := range ids {
		if id, ok := v.(string); ok {
			if slot := s.exactly(id); slot != 0 {
				out = append(out, slot)
			}
		}
	}
	return out, true
}

// byIdentifier meets the condition that some identifier has a scheme and a value.
func (s *snapshot) byIdentifier(t store.Elem) ([]store.Slot, bool) {
	and, ok := t.Test.(store.And)
	if t.On != store.OnNode || len(t.Path) != 1 || t.Path[0] != "identifiers" || t.Quant != store.Some || !ok {
		return nil, false
	}
	var i store.Identifier
	for _, x := range and {
		is, ok := x.(store.Is)
		if !ok || is.On != store.OnElem || is.Op != store.Eq || is.Fold || len(is.Path) != 1 {
			continue
		}
		switch v, _ := is.Value.(string); is.Path[0] {
		case "scheme":
			i.Scheme = v
		case "value":
			i.Value = v
		}
	}
	n, err := i.Normal()
	if err != nil || n != i {
		return nil, false // the index knows identifiers as they are kept
	}
	if e := s.identified(i); e.slot != 0 {
		return []store.Slot{e.slot}, true
	}
	return nil, true
}

// backwards are the nodes from which a relation leads to one of some slots.
func (s *snapshot) backwards(far []store.Slot, rel store.Rel, limit int) ([]store.Slot, bool) {
	p := s.path(reverse(rel), store.Period{})
	var out []store.Slot
	for _, slot := range far {
		if len(out)+s.most(slot, &p) > limit {
			return nil, false
		}
		links, _ := s.links(slot, &p)
		for i := range links {
			out = append(out, links[i].far)
		}
	}
	return out, true
}

// reverse leads back along a relation, to nodes of any kind.
func reverse(rel store.Rel) store.Rel {
	back := store.Rel{Type: rel.Type, Dir: rel.Dir}
	switch rel.Dir {
	case store.Out:
		back.Dir = store.In
	case store.In:
		back.Dir = store.Out
	}
	return back
}

// below are the nodes from which a relation leads, any number of times, to one of some ids.
func (s *snapshot) below(t store.Under, limit int) ([]store.Slot, bool) {
	seen := map[store.Slot]bool{}
	var out []store.Slot
	for _, id := range t.IDs {
		if slot := s.slotOf(id); slot != 0 && !seen[slot] {
			seen[slot] = true
			out = append(out, slot)
		}
	}
	p := s.path(reverse(t.Rel), store.Period{})
	for i := 0; i < len(out); i++ {
		links, _ := s.links(out[i], &p)
		for j := range links {
			if far := links[j].far; !seen[far] {
				seen[far] = true
				out = append(out, far)
			}
		}
		if len(out) > limit {
			return nil, false
		}
	}
	return out, true
}

// distinct sorts slots and leaves each once.
func distinct(slots []store.Slot) []store.Slot {
	slices.Sort(slots)
	return slices.Compact(slots)
}
