package neo4j

import (
	"context"
	"strings"

	"clustergraph/internal/store"
)

// A walk cuts a page out of an order that indexes have, reading little more than the page:
// that of ids, or of one indexed property. Rows are found by stretches of an index: those
// that tie with the position, those beyond it, and those whose value is unknown, each cut
// to the page before they are put together.
type walk struct {
	labels []string // that cover the kinds; each has the index
	x      string   // the twin of the property; empty: the order is that of ids
	known  string   // %s: says that a twin is that of a value
	twin   func(store.Value) any
	rank   int
	desc   bool
}

// walkable tells whether a window can be cut so.
func (c *compiler) walkable(of subject, w *store.Window) (walk, bool) {
	if all, ok := w.Where.(store.And); w.Where != nil && !(ok && len(all) == 0) || len(w.Order) > 1 {
		return walk{}, false
	}
	if k := newSpan(w); k.limit == store.All {
		return walk{}, false
	}
	k := walk{labels: strings.Split(c.l.cover(of.kinds), "|")}
	if len(w.Order) == 0 {
		return k, true
	}
	t := w.Order[0]
	if t.Rel != nil || t.On != store.OnNode || len(t.Path) != 1 {
		return walk{}, false
	}
	k.desc = t.Desc
	if t.Path[0] == "id" && !t.Fold {
		for _, p := range []*store.Position{w.After, w.Before} {
			if p != nil && p.Keys[0] != p.Node {
				return walk{}, false
			}
		}
		return k, true
	}
	typ := c.l.schema.Kinds[of.kinds[0]].Props[t.Path[0]]
	for _, kind := range of.kinds {
		if other := c.l.schema.Kinds[kind].Props[t.Path[0]]; !other.Index || other.List || other.Name != typ.Name {
			return walk{}, false
		}
	}
	if t.Fold != (typ.Name == store.Text) {
		return walk{}, false
	}
	k.x, k.known, k.twin = quoted(twinName(t.Path[0])), "%s >= ''", func(v store.Value) any { return v }
	switch typ.Name {
	case store.Bool:
		k.rank, k.known = 1, "%s >= false"
	case store.Int, store.Float:
		k.rank, k.known = 2, "%s < $inf"
	case store.String, store.Text:
		k.rank, k.twin = 3, func(v store.Value) any { return cut(v.(string)) }
	case store.DateOf:
		k.rank, k.known, k.twin = 4, "%s < $inf", func(v store.Value) any { return dateTwin(v.(store.Date)) }
	case store.MoneyOf:
		k.rank, k.twin = 6, func(v store.Value) any { return moneyTwin(v.(store.Money)) }
	default:
		return walk{}, false
	}
	for _, p := range []*store.Position{w.After, w.Before} {
		if p != nil && p.Keys[0] != nil && rankOf(p.Keys[0]) != k.rank {
			return walk{}, false
		}
	}
	return k, true
}

// stretch is a part of an index.
type stretch struct {
	where string // of the variable %s
	all   bool   // of all known values, which may have many rows each
}

// stretches are what lies beyond a position in a direction, in the order of values: back is
// against the list's order, with also takes the position itself in.
func (k walk) stretches(c *compiler, pos *store.Position, back, with bool) (out []stretch) {
	word, idWord := " > ", " > "
	if back {
		idWord = " < "
	}
	desc := k.desc != back
	if desc {
		word = " < "
	}
	if k.x == "" {
		if pos == nil {
			return []stretch{{where: "%s.id IS NOT NULL"}}
		}
		if with {
			word = strings.TrimRight(word, " ") + "= "
		}
		return []stretch{{where: "%s.id" + word + c.param(pos.Node)}}
	}
	x := "%s." + k.x
	unknown := x + " = " + c.infinity()
	there := " AND %s.id IS NOT NULL"
	known := strings.ReplaceAll(k.known, "%s", x)
	if pos == nil {
		if desc == back {
			return []stretch{{where: x + " IS NOT NULL" + there}}
		}
		if desc {
			return []stretch{{where: unknown + there}, {where: known, all: true}}
		}
		return []stretch{{where: known, all: true}, {where: unknown + there}}
	}
	if with {
		idWord = strings.TrimRight(idWord, " ") + "= "
	}
	tie := " AND %s.id" + idWord + c.param(pos.Node)
	if pos.Keys[0] == nil {
		out = []stretch{{where: unknown + tie}}
		if desc {
			out = append(out, stretch{where: known, all: true})
		}
		return out
	}
	v := c.param(k.twin(pos.Keys[0]))
	out = []stretch{{where: x + " = " + v + tie}}
	further := x + word + v
	if !desc && strings.Contains(k.known, "<") {
		further += " AND " + known
	}
	out = append(out, stretch{where: further, all: true})
	if !desc {
		out = append(out, stretch{where: unknown + there})
	}
	return out
}

// rows writes the rows of stretches, as many as are wanted.
func (k walk) rows(label string, s stretch, back bool) string {
	at := func(v string) string { return strings.ReplaceAll(s.where, "%s", v) }
	desc, idDesc := k.desc != back, back
	if k.x == "" {
		idDesc = desc
	}
	order := func(v string) string {
		out := v + ".id"
		if idDesc {
			out += " DESC"
		}
		if k.x != "" {
			if desc {
				return v + "." + k.x + " DESC, " + out
			}
			return v + "." + k.x + ", " + out
		}
		return out
	}
	there := ""
	if s.all {
		there = " AND n.id IS NOT NULL"
	}
	if k.x == "" || desc == idDesc || !s.all {
		if !s.all && k.x != "" && desc != idDesc { // all of one value: in the order of ids
			desc = idDesc
		}
		return "MATCH (n:" + label + ") WHERE " + at("n") + there + " WITH n ORDER BY " + order("n") + " LIMIT $k"
	}
	// Values go one way and ids the other, which no index has. The last value that the page
	// may need is found first; of it alone there may be many rows.
	word, least, down := " > ", "min", " DESC"
	if !desc {
		word, least, down = " < ", "max", ""
	}
	ids := "n." + k.x + ", n.id"
	if idDesc {
		ids = "n." + k.x + " DESC, n.id DESC"
	}
	return "MATCH (m:" + label + ") WHERE " + at("m") + " AND m.id IS NOT NULL WITH m." + k.x + " AS v ORDER BY v" + down + " LIMIT $k WITH " + least + "(v) AS last WHERE last IS NOT NULL" +
		" CALL (last) { MATCH (n:" + label + ") WHERE n." + k.x + word + "last AND " + at("n") + there + " RETURN n" +
		" UNION ALL MATCH (n:" + label + ") WHERE n." + k.x + " = last AND n.id IS NOT NULL WITH n ORDER BY " + ids + " LIMIT $k RETURN n }"
}

// order is that of the list, or the reverse.
func (k walk) order(back bool) string {
	desc, idDesc := k.desc != back, back
	if k.x == "" {
		idDesc = desc
	}
	out := "n.id"
	if idDesc {
		out += " DESC"
	}
	if k.x == "" {
		return out
	}
	if desc {
		return "n." + k.x + " DESC, " + out
	}
	return "n." + k.x + ", " + out
}

// population asks how many nodes have a label, which the database knows.
func population(label string) part {
	return part{body: "MATCH (n:" + label + ") WITH count(n) AS total", values: []string{"total"}}
}

// walk cuts the page.
func (r *reader) walk(ctx context.Context, c *compiler, s span, k walk) (store.Page, error) {
	c.params["k"] = int64(s.limit)
	var all []string
	for _, label := range k.labels {
		for _, x := range k.stretches(c, s.from, s.back, false) {
			all = append(all, k.rows(label, x, s.back))
		}
	}
	rows := part{body: all[0], values: []string{"n.id", "n._kind", "n._props"}}
	if len(all) > 1 || strings.HasPrefix(all[0], "MATCH (m") {
		rows.body = "CALL () { " + strings.Join(all, " RETURN n UNION ALL ") + " RETURN n } WITH n ORDER BY " + k.order(s.back) + " LIMIT $k"
	}
	q := statement{params: c.params, parts: []part{rows}}
	others := 0
	if s.other != nil {
		all = nil
		for _, label := range k.labels {
			for _, x := range k.stretches(c, s.other, !s.back, true) {
				there := ""
				if x.all {
					there = " AND n.id IS NOT NULL"
				}
				all = append(all, "MATCH (n:"+label+") WHERE "+strings.ReplaceAll(x.where, "%s", "n")+there+" RETURN n LIMIT 1")
			}
		}
		q.parts = append(q.parts, part{body: "CALL () { " + strings.Join(all, " UNION ALL ") + " }", most: 1})
		others = len(q.parts)
	}
	if s.w.Count {
		for _, label := range k.labels {
			q.parts = append(q.parts, population(label))
		}
	}
	var hits []hit
	var other bool
	var total int64
	err := r.ask(ctx, "find", q, func() func(int64, []any) error {
		hits, other, total = nil, false, 0
		return func(part int64, v []any) error {
			switch {
			case part == 1:
				n, err := r.node(v[0], v[1], v[2])
				if err != nil {
					return err
				}
				h := store.Hit{Node: n}
				hits = append(hits, hit{h, keysOf(h, s.w, nil, nil)})
			case int(part) == others:
				other = true
			default:
				total += num(v[0])
			}
			return nil
		}
	})
	if err != nil {
		return store.Page{}, err
	}
	p := s.page(hits, other)
	if s.w.Count {
		p.Total = int(total)
	}
	return p, nil
}
