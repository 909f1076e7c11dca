package neo4j

import (
	"strings"

	"clustergraph/internal/store"
)

// Conditions that all must hold, of which one is about related nodes that an index finds,
// are better asked from there: the database would look at all nodes of a kind, and for each
// of them follow the relation. So one such condition, the one whose start is most certain,
// is written as a path that leads here instead of as an EXISTS.

// How surely an index finds few nodes, the surest first.
const (
	byID = iota
	byIDs
	byValue
	byRange
	byNothing
)

// matched writes the nodes of a list that pass: MATCH and what follows, and what is still
// to be tested.
func (c *compiler) matched(of subject, where store.Test) (string, phrase) {
	match := "MATCH (" + of.node + ":" + c.l.cover(of.kinds) + ")"
	tests := conjuncts(where)
	i := c.anchor(of, tests)
	if i < 0 {
		return match, and(c.test(of, where), c.seekable(of, tests))
	}
	path := c.path(of, tests[i].(store.Related), true)
	rest := append(append(store.And{}, tests[:i]...), tests[i+1:]...)
	return path + " WITH DISTINCT " + of.node, c.test(of, rest)
}

// seekable says that the id is there, where an index of a property and the id could serve: it
// serves only who asks for both.
func (c *compiler) seekable(of subject, tests []store.Test) phrase {
	for _, t := range tests {
		if class := c.own(of, t); class == byValue || class == byRange {
			return phrase{of.node + ".id IS NOT NULL", true}
		}
	}
	return always
}

// conjuncts are the conditions that all must hold.
func conjuncts(t store.Test) (out []store.Test) {
	and, ok := t.(store.And)
	if !ok {
		if t != nil {
			out = append(out, t)
		}
		return out
	}
	for _, x := range and {
		out = append(out, conjuncts(x)...)
	}
	return out
}

// anchor is which of some conditions is better followed from its far end; -1: none.
func (c *compiler) anchor(of subject, tests []store.Test) int {
	best, at, most := byNothing, -1, 0
	for i, t := range tests {
		r, ok := t.(store.Related)
		if !ok {
			if c.own(of, t) < byNothing {
				return -1 // the planner will begin there
			}
			continue
		}
		if r.Quant != store.Some {
			continue
		}
		far := conjuncts(r.Test)
		if class := c.certainty(subject{node: "m", kinds: c.l.known(r.Rel.Kinds)}, far); class < best || class == best && class < byNothing && len(far) > most {
			best, at, most = class, i, len(far)
		}
	}
	return at
}

// certainty tells how well an index finds the nodes that pass.
func (c *compiler) certainty(of subject, tests []store.Test) int {
	best := byNothing
	for _, t := range tests {
		if r, ok := t.(store.Related); ok && r.Quant == store.Some {
			best = min(best, c.certainty(subject{node: "m", kinds: c.l.known(r.Rel.Kinds)}, conjuncts(r.Test)))
		}
		best = min(best, c.own(of, t))
	}
	return best
}

// own tells how well an index of the nodes themselves finds those that pass a condition.
func (c *compiler) own(of subject, t store.Test) int {
	switch t := t.(type) {
	case store.Under:
		return byIDs
	case store.Is:
		if t.On != store.OnNode || t.Value == nil {
			return byNothing
		}
		if t.Path[0] == "id" && len(t.Path) == 1 && !t.Fold {
			switch t.Op {
			case store.Eq:
				return byID
			case store.In_:
				return byIDs
			}
			return byNothing
		}
		if len(t.Path) != 1 {
			return byNothing
		}
		for _, kind := range of.kinds {
			p := c.l.schema.Kinds[kind].Props[t.Path[0]]
			if !p.Index || t.Fold != (p.Name == store.Text) && (p.Name == store.Text || p.Name == store.String) {
				return byNothing
			}
		}
		switch t.Op {
		case store.Eq, store.In_:
			return byValue
		case store.Lt, store.Lte, store.Gt, store.Gte, store.Prefix:
			return byRange
		}
	}
	return byNothing
}

// path writes the way from where an index finds the far end of a condition.
func (c *compiler) path(of subject, t store.Related, labelled bool) string {
	edge, far := c.fresh("e"), c.fresh("n")
	pattern, to, ok := c.relation(of.node, t.Rel, edge, far)
	if !ok {
		return "MATCH (" + of.node + ") WHERE false"
	}
	if labelled {
		pattern = strings.Replace(pattern, "("+of.node+")", "("+of.node+":"+c.l.cover(of.kinds)+")", 1)
	}
	if strings.HasSuffix(pattern, "("+far+")") { // an index needs a label
		pattern = strings.TrimSuffix(pattern, ")") + ":" + nodeLabel + ")"
	}
	tests := conjuncts(t.Test)
	before := ""
	if i := c.anchor(to, tests); i >= 0 {
		before = c.path(to, tests[i].(store.Related), false) + " "
		tests = append(append([]store.Test{}, tests[:i]...), tests[i+1:]...)
	}
	return before + "MATCH " + pattern + clause(and(c.holds(t.Rel, of.node, edge, far), c.test(to, store.And(tests)), c.seekable(to, tests)))
}
