package neo4j

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clustergraph/internal/store"
)

// A compiler writes conditions and orders in Cypher. All values become parameters, and all
// names are those of the schema, so that questions of one shape have one text: the server
// keeps plans by text, and makes a new one in 20 to 150 ms.
//
// What it writes means exactly what [store.Holds] means, except where partly is set: then
// it lets more through, and what is found must be tried.
type compiler struct {
	l      *layout
	when   store.Period
	params map[string]any
	n      int // of parameters
	vars   int
	// below tells the ids of the nodes for which an Under holds.
	below func(store.Under) ([]string, error)

	partly  bool // something cannot be said in Cypher
	negated bool // what is being written will be turned round
	err     error
}

// phrase is a condition in Cypher. It may be null, which counts as false, unless it is sure.
type phrase struct {
	text string
	sure bool
}

var (
	always = phrase{"true", true}
	never  = phrase{"false", true}
)

func constant(holds bool) phrase {
	if holds {
		return always
	}
	return never
}

func maybe(format string, args ...any) phrase { return phrase{fmt.Sprintf(format, args...), false} }

func and(all ...phrase) phrase { return join(all, " AND ", always, never) }
func or(all ...phrase) phrase  { return join(all, " OR ", never, always) }

// join joins phrases by a word: none changes nothing, all decides.
func join(phrases []phrase, word string, none, all phrase) phrase {
	var texts []string
	sure := true
	for _, x := range phrases {
		switch x {
		case none:
			continue
		case all:
			return all
		}
		texts = append(texts, x.text)
		sure = sure && x.sure
	}
	switch len(texts) {
	case 0:
		return none
	case 1:
		return phrase{texts[0], sure}
	}
	return phrase{"(" + strings.Join(texts, word) + ")", sure}
}

func turned(x phrase) phrase {
	switch {
	case x == always:
		return never
	case x == never:
		return always
	case x.sure:
		return phrase{"NOT " + x.text, true}
	}
	return phrase{"NOT coalesce(" + x.text + ", false)", true}
}

// not turns round what is written.
func (c *compiler) not(write func() phrase) phrase {
	c.negated = !c.negated
	x := write()
	c.negated = !c.negated
	return turned(x)
}

// unsure stands for what cannot be said: it lets pass, so that it can be tried.
func (c *compiler) unsure() phrase {
	c.partly = true
	return constant(!c.negated)
}

// param is a value as a parameter.
func (c *compiler) param(v any) string {
	name := "p" + strconv.Itoa(c.n)
	c.n++
	c.params[name] = v
	return "$" + name
}

// infinity is the twin of what is unknown.
func (c *compiler) infinity() string {
	c.params["inf"] = unknown
	return "$inf"
}

// fresh is a variable of its own.
func (c *compiler) fresh(prefix string) string {
	c.vars++
	return prefix + strconv.Itoa(c.vars)
}

// subject is what a condition is tried on: variables, and what is known of them.
type subject struct {
	node  string
	kinds []string // that the node may be of, sorted
	edge  string   // empty: none
	typ   string   // of the edge
	elem  *place   // nil: none
}

// test writes a condition; nil is always.
func (c *compiler) test(r subject, t store.Test) phrase {
	switch t := t.(type) {
	case nil:
		return always
	case store.And:
		all := make([]phrase, len(t))
		for i := range t {
			all[i] = c.test(r, t[i])
		}
		return and(all...)
	case store.Or:
		all := make([]phrase, len(t))
		for i := range t {
			all[i] = c.test(r, t[i])
		}
		return or(all...)
	case store.Not:
		return c.not(func() phrase { return c.test(r, t.Test) })
	case store.Is:
		return c.each(r, t.On, t.Path, constant(store.Compares(nil, t.Op, t.Value)), func(p place) phrase { return c.compare(p, t) })
	case store.Elem:
		return c.each(r, t.On, t.Path, constant(t.Quant != store.Some), func(p place) phrase { return c.elements(r, p, t) })
	case store.Related:
		return c.related(r, t)
	case store.Count:
		return c.count(r, t)
	case store.Under:
		ids, err := c.below(t)
		if err != nil && c.err == nil {
			c.err = err
		}
		if len(ids) == 0 {
			return never
		}
		return phrase{r.node + ".id IN " + c.param(ids), true}
	}
	c.err = fmt.Errorf("%w: a condition of the type %T", store.ErrInvalid, t)
	return never
}

// each writes a condition on what stands at a path, for each of the ways in which it may
// lie there; ofNull is what holds where nothing can stand.
func (c *compiler) each(r subject, on store.Side, path []string, ofNull phrase, write func(place) phrase) phrase {
	var texts []phrase
	var kinds [][]string
	params, n, vars := c.params, c.n, c.vars
	for _, w := range c.resolve(r, on, path) {
		x := ofNull
		if !w.null {
			if len(texts) > 0 { // perhaps it is said as the first was
				here, at := c.n, c.vars
				c.params, c.n, c.vars = map[string]any{}, n, vars
				if x = write(w.place); x == texts[0] {
					at = max(at, c.vars)
				}
				c.params, c.n, c.vars = params, here, at
			}
			if len(texts) == 0 || x != texts[0] {
				x = write(w.place)
			}
		}
		if i := slices.Index(texts, x); i >= 0 {
			kinds[i] = append(kinds[i], w.kinds...)
			continue
		}
		texts, kinds = append(texts, x), append(kinds, w.kinds)
	}
	switch len(texts) {
	case 0:
		return ofNull
	case 1:
		return texts[0]
	}
	// CASE, because the planner turns OR and AND into a normal form that grows fast.
	most := 0
	for i := range kinds {
		if len(kinds[i]) > len(kinds[most]) {
			most = i
		}
	}
	out := phrase{"CASE", true}
	for i := range texts {
		if i != most {
			out.text += " WHEN " + r.node + ":" + c.l.cover(kinds[i]) + " THEN " + texts[i].text
		}
		out.sure = out.sure && texts[i].sure
	}
	out.text += " ELSE " + texts[most].text + " END"
	return out
}

// relation is the pattern of a relation from a node, to a far end and by an edge that get
// these names; false if it leads nowhere.
func (c *compiler) relation(from string, rel store.Rel, edge, far string) (pattern string, to subject, ok bool) {
	to = subject{node: far, kinds: c.l.known(rel.Kinds), edge: edge, typ: rel.Type}
	if _, known := c.l.schema.Edges[rel.Type]; !known || len(to.kinds) == 0 {
		return "", to, false
	}
	label := ""
	if rel.Kinds != nil && len(to.kinds) < len(c.l.kinds) {
		label = ":" + c.l.cover(to.kinds)
	}
	left, right := "-", "->"
	switch rel.Dir {
	case store.In:
		left, right = "<-", "-"
	case store.Both:
		right = "-"
	}
	return fmt.Sprintf("(%s)%s[%s:%s]%s(%s%s)", from, left, edge, quoted(rel.Type), right, far, label), to, true
}

// holds says that an edge holds in the period that is asked about. from and far are the
// nodes at its ends.
func (c *compiler) holds(rel store.Rel, from, edge, far string) phrase {
	if c.when.Always() {
		return always
	}
	t := c.l.schema.Edges[rel.Type]
	to := far
	switch rel.Dir {
	case store.In:
		to = from
	case store.Both:
		to = "endNode(" + edge + ")"
	}
	bound := func(own, stand string, column func(string) string) string {
		var all []string
		if own != "" {
			all = append(all, edge+"."+quoted(column(own)))
		}
		if stand != "" {
			all = append(all, to+"."+quoted(column(stand)))
		}
		if len(all) == 2 {
			return "coalesce(" + all[0] + ", " + all[1] + ")"
		}
		return strings.Join(all, "")
	}
	out := always
	if x := bound(t.Since, t.ToSince, firstName); x != "" {
		out = and(out, phrase{fmt.Sprintf("coalesce(%s <= %s, true)", x, c.param(day(c.when.Last))), true})
	}
	if x := bound(t.Until, t.ToUntil, lastName); x != "" {
		out = and(out, phrase{fmt.Sprintf("coalesce(%s >= %s, true)", x, c.param(day(c.when.First))), true})
	}
	return out
}

// related writes that enough hits of a relation pass.
func (c *compiler) related(r subject, t store.Related) phrase {
	edge, far := c.fresh("e"), c.fresh("n")
	pattern, to, ok := c.relation(r.node, t.Rel, edge, far)
	if !ok {
		return constant(t.Quant != store.Some)
	}
	exists := func(pass phrase) phrase {
		where := and(c.holds(t.Rel, r.node, edge, far), pass)
		if where == never {
			return never
		}
		return phrase{"EXISTS { " + pattern + clause(where) + " }", true}
	}
	switch t.Quant {
	case store.None:
		return c.not(func() phrase { return exists(c.test(to, t.Test)) })
	case store.Every:
		return c.not(func() phrase { return exists(c.not(func() phrase { return c.test(to, t.Test) })) })
	}
	return exists(c.test(to, t.Test))
}

// clause is a WHERE, unless what it would say always holds.
func clause(where phrase) string {
	if where == always {
		return ""
	}
	return " WHERE " + where.text
}

// counted is how many hits a relation has.
func (c *compiler) counted(from string, rel store.Rel) string {
	edge, far := c.fresh("e"), c.fresh("n")
	pattern, _, ok := c.relation(from, rel, edge, far)
	if !ok {
		return "0"
	}
	return "COUNT { " + pattern + clause(c.holds(rel, from, edge, far)) + " }"
}

func (c *compiler) count(r subject, t store.Count) phrase {
	is := store.Is{Op: t.Op, Value: t.Value}
	if t.Op == store.IsNull {
		return constant(store.Compares(int64(0), t.Op, t.Value))
	}
	return c.number(c.counted(r.node, t.Rel), is)
}
