package neo4j

import (
	"fmt"
	"strings"

	"clustergraph/internal/store"
)

// A sortKey is one step of an order in Cypher: expressions, the most significant first,
// which are all null, or none.
type sortKey struct {
	by   []string
	desc bool
	inf  bool // null is told as infinity
	rank int  // of the type of the values; 0: there are none
	// mixed is set if values of other types may stand there: then by begins with the rank.
	mixed bool
	split func(store.Value) []any // a value as by has it
}

// rankOf is the place of a value's type in the order of types.
func rankOf(v store.Value) int {
	switch v.(type) {
	case bool:
		return 1
	case int64, float64:
		return 2
	case string:
		return 3
	case store.Date:
		return 4
	case store.Cents:
		return 5
	case store.Money:
		return 6
	case store.List:
		return 7
	}
	return 8
}

// sortBy writes the terms of an order; false if Cypher does not sort so. What is long to say,
// and said again wherever a row is compared, becomes a variable: with tells how, and counts
// are the names of those that are keys of a row. No index could have served for them.
func (c *compiler) sortBy(r subject, order []store.Term) (keys []sortKey, with, counts []string, ok bool) {
	name := func(x string) string {
		v := c.fresh("k")
		with = append(with, x+" AS "+v)
		return v
	}
	for _, t := range order {
		if t.Rel != nil {
			count := name(c.counted(r.node, *t.Rel))
			counts = append(counts, count)
			keys = append(keys, sortKey{by: []string{count}, desc: t.Desc, rank: 2, split: itself})
			continue
		}
		k, ok := c.sortTerm(r, t)
		if !ok {
			return nil, nil, nil, false
		}
		if k.mixed {
			k.by[0] = name(k.by[0])
		}
		keys = append(keys, k)
	}
	return keys, with, counts, true
}

func itself(v store.Value) []any { return []any{v} }

// sortTerm writes the order by what stands at a path.
func (c *compiler) sortTerm(r subject, t store.Term) (sortKey, bool) {
	var known, unknown []place
	for _, w := range c.resolve(r, t.On, t.Path) {
		switch {
		case w.null:
			unknown = append(unknown, place{typ: store.Type{List: true}}) // only to tell that not all are known
		case w.known:
			known = append(known, w.place)
		default:
			unknown = append(unknown, w.place)
		}
	}
	if len(known) == 0 && len(unknown) == 0 {
		return sortKey{desc: t.Desc}, true
	}
	if len(known) == 0 {
		return sortKey{}, false
	}
	p := known[0]
	for _, q := range known {
		if q.typ.Name != p.typ.Name || q.typ.List {
			return sortKey{}, false
		}
		p.typ.Index = p.typ.Index && q.typ.Index
	}
	if len(unknown) > 0 {
		p.typ.Index = false
	}
	k := sortKey{desc: t.Desc, inf: p.indexed(), split: itself}
	either := func(plain string) string {
		if k.inf {
			return p.twin()
		}
		return plain
	}
	switch p.typ.Name {
	case store.Bool:
		k.rank, k.by = 1, []string{either(p.plain())}
	case store.Int, store.Float:
		k.rank, k.by = 2, []string{either(p.plain())}
	case store.String, store.Text:
		k.rank, k.by = 3, []string{p.plain()}
		switch {
		case t.Fold && p.typ.Name == store.String:
			return sortKey{}, false
		case t.Fold && k.inf:
			k.by = []string{p.twin(), "coalesce(" + p.column(longName(p.name)) + ", '')"}
			k.split = func(v store.Value) []any {
				s := v.(string)
				if len(s) <= longest {
					return []any{s, ""}
				}
				return []any{cut(s), s}
			}
		case t.Fold:
			k.by = []string{"CASE WHEN " + p.plain() + " IS NOT NULL THEN coalesce(" + p.column(longName(p.name)) + ", " + p.twin() + ") END"}
		default:
			k.inf = false
		}
	case store.DateOf:
		k.rank = 4
		if k.inf {
			k.by, k.split = []string{p.twin()}, func(v store.Value) []any { return []any{dateTwin(v.(store.Date))} }
		} else {
			k.by, k.split = []string{p.first(), p.last()}, func(v store.Value) []any { d := v.(store.Date); return []any{day(d.First), day(d.Last)} }
		}
	case centsOf:
		k.rank, k.inf, k.by, k.split = 5, false, []string{p.cents()}, func(v store.Value) []any { return []any{int64(v.(store.Cents))} }
	case store.MoneyOf:
		k.rank = 6
		if k.inf {
			k.by, k.split = []string{p.twin()}, func(v store.Value) []any { return []any{moneyTwin(v.(store.Money))} }
		} else {
			k.by, k.split = []string{p.cents(), p.money()}, func(v store.Value) []any { m := v.(store.Money); return []any{int64(m.Amount), m.Currency} }
		}
	default:
		return sortKey{}, false
	}
	if len(unknown) > 0 {
		k.mixed = true
		k.by = append([]string{rankIn(p)}, k.by...)
	}
	return k, true
}

// rankIn is the rank of what stands at a place, whatever it is; null if nothing does.
func rankIn(p place) string {
	return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN CASE WHEN %s IS NULL THEN 5 ELSE 6 END WHEN %s IS NOT NULL THEN 4"+
		" WHEN %s IS NULL THEN CASE WHEN %s IS NULL THEN null WHEN %[5]s = 0 THEN 8 ELSE 7 END"+
		" WHEN %[4]s IS :: STRING THEN 3 WHEN %[4]s IS :: BOOLEAN THEN 1 WHEN %[4]s IS :: INTEGER | FLOAT THEN 2 ELSE 7 END",
		p.cents(), p.money(), p.first(), p.plain(), p.of+"."+quoted(sizeName(p.name)))
}

// null tells whether a key is null.
func (k sortKey) null(c *compiler) phrase {
	if k.inf {
		return phrase{k.by[0] + " = " + c.infinity(), true}
	}
	return phrase{k.by[0] + " IS NULL", true}
}

func (k sortKey) notNull(c *compiler) phrase {
	if k.inf {
		return phrase{k.by[0] + " <> " + c.infinity(), true}
	}
	return phrase{k.by[0] + " IS NOT NULL", true}
}

// against compares a key with a value in the direction that sign says: further is where it
// comes after (before, if sign is negative), and same where it is equal; neither need be sure.
// Positions with nil have texts of their own: the database plans a text anew for parameters of
// other types anyway, and takes the longer the longer the text is.
func (k sortKey) against(c *compiler, v store.Value, sign int) (further, same phrase) {
	if k.desc {
		sign = -sign
	}
	switch {
	case k.rank == 0:
		return constant(v != nil && sign > 0), constant(v == nil)
	case v == nil && sign > 0:
		return never, k.null(c)
	case v == nil:
		return k.notNull(c), k.null(c)
	}
	rank := rankOf(v)
	var values []string
	if k.mixed {
		values = append(values, c.param(int64(rank)))
	} else if rank != k.rank { // whatever stands there, it is on the same side
		switch {
		case sign > 0 && k.rank > rank:
			return always, never
		case sign > 0:
			return k.null(c), never
		case k.rank < rank:
			return k.notNull(c), never
		}
		return never, never
	}
	if rank == k.rank {
		for _, x := range k.split(v) {
			values = append(values, c.param(x))
		}
	}
	same = phrase{equals(k.by, values), false}
	if sign > 0 {
		return or(k.null(c), phrase{lexically(k.by, values, " > "), false}), same
	}
	return phrase{lexically(k.by, values, " < "), false}, same
}

func equals(by, values []string) string {
	var all []string
	for i := range values {
		all = append(all, by[i]+" = "+values[i])
	}
	return strings.Join(all, " AND ")
}

// lexically compares by the first difference.
func lexically(by, values []string, word string) string {
	out := by[0] + word + values[0]
	if len(values) == 1 {
		return out
	}
	return "(" + out + " OR " + by[0] + " = " + values[0] + " AND " + lexically(by[1:], values[1:], word) + ")"
}

// A list is how the rows of a list are told apart: by keys, then by node and edge.
type list struct {
	keys []sortKey
	id   string
	// of edges: their type, the ids of their ends, and their keys; and what tells apart those
	// that lead to one node, in their order
	typ, from, to, key string
	ties               []string
}

// further says that a row comes after a position, or before it if sign is negative.
func (l list) further(c *compiler, pos *store.Position, sign int) phrase {
	word := " < "
	if sign > 0 {
		word = " > "
	}
	var edge phrase
	switch d := strings.Compare(l.typ, pos.Edge.Type); {
	case l.typ == "": // a row without an edge comes before those with one
		edge = constant(pos.Edge != (store.EdgeID{}) && sign < 0)
	case d != 0:
		edge = constant(d*sign > 0)
	default:
		edge = l.furtherEdge(c, pos, word)
	}
	node := c.param(pos.Node)
	out := or(phrase{l.id + word + node, true}, and(phrase{l.id + " = " + node, true}, edge))
	for i := len(l.keys) - 1; i >= 0; i-- {
		further, same := l.keys[i].against(c, pos.Keys[i], sign)
		if further != never && further != always && same != never && same != always {
			// CASE, because the planner turns OR and AND into a normal form that grows fast.
			out = phrase{"CASE WHEN " + further.text + " THEN true WHEN " + same.text + " THEN " + out.text + " ELSE false END", out.sure}
			continue
		}
		out = or(further, and(same, out))
	}
	return out
}

// furtherEdge says of a row that leads to the position's node that its edge comes after that of
// the position, as word says. The end of the edge at that node is known then.
func (l list) furtherEdge(c *compiler, pos *store.Position, word string) phrase {
	out := never
	for _, part := range []struct{ by, at string }{{l.key, pos.Edge.Key}, {l.to, pos.Edge.To}, {l.from, pos.Edge.From}} {
		if part.by != l.id {
			at := c.param(part.at)
			out = or(phrase{part.by + word + at, true}, and(phrase{part.by + " = " + at, true}, out))
		} else if pos.Node != part.at {
			out = constant((pos.Node > part.at) == (word == " > "))
		}
	}
	return out
}

// there says what always holds of the first key, and of ids: that they are there. So the
// planner may take rows from an index in their order.
func (l list) there() phrase {
	out := phrase{l.id + " IS NOT NULL", true}
	if len(l.keys) > 0 && !l.keys[0].inf {
		return always
	}
	if len(l.keys) > 0 {
		out = and(phrase{l.keys[0].by[0] + " IS NOT NULL", true}, out)
	}
	return out
}

// sorted is the order, or the reverse of it.
func (l list) sorted(back bool) string {
	var all []string
	put := func(x string, desc bool) {
		if desc != back {
			x += " DESC"
		}
		all = append(all, x)
	}
	for _, k := range l.keys {
		for _, x := range k.by {
			put(x, k.desc)
		}
	}
	put(l.id, false)
	for _, x := range l.ties {
		put(x, false)
	}
	return strings.Join(all, ", ")
}
