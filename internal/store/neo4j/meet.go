package neo4j

import (
	"context"
	"fmt"
	"strings"

	"clustergraph/internal/store"
)

// Meet is as [store.Reader] says: one statement. Far ends at which members of just one group
// arrive, or one member alone, are left out by the database, before anything is read of the
// edges there. Of two groups so are the members that meet nobody.
func (r *reader) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, pairs int) (store.Meeting, error) {
	if err := ctx.Err(); err != nil {
		return store.Meeting{}, err
	}
	if len(groups) == 2 {
		return r.meetTwo(ctx, groups, rel, when, pairs)
	}
	c := r.compiler(ctx, when)
	q := statement{params: c.params}
	starts := make([][]string, len(groups))
	asks := make([]int, len(groups)) // which part tells the members; 0: they are known
	var members []string
	for i, g := range groups {
		starts[i] = r.IDs(g.Of)
		ids := once(starts[i])
		if len(ids) == 0 {
			continue
		}
		if g.By == nil {
			members = append(members, fmt.Sprintf("UNWIND %s AS id MATCH (x:Node {id: id}) RETURN %d AS g, x", c.param(ids), i))
			continue
		}
		question, ok := c.step(*g.By, ids)
		if !ok {
			continue
		}
		q.parts = append(q.parts, question)
		asks[i] = len(q.parts)
		pattern, _, _ := c.relation("n", *g.By, "b", "x")
		members = append(members, fmt.Sprintf("UNWIND %s AS id MATCH (n:Node {id: id}) MATCH %s%s RETURN %d AS g, x",
			c.param(ids), pattern, clause(c.holds(*g.By, "n", "b", "x")), i))
	}
	if len(members) > 0 {
		if question, ok := c.meet(members, rel, len(groups) > 1); ok {
			q.parts = append(q.parts, question)
		}
	}
	by := make([]steps, len(groups))
	var meets steps
	if len(q.parts) > 0 {
		err := r.ask(ctx, "meet", q, func() func(int64, []any) error {
			of := map[int64]int{}
			for i, n := range asks {
				if by[i] = (steps{}); n > 0 {
					of[int64(n)] = i
				}
			}
			meets = steps{}
			return func(part int64, v []any) error {
				if i, is := of[part]; is {
					return r.addRow(by[i], *groups[i].By, v)
				}
				return r.addMeeting(meets, rel, v)
			}
		})
		if err != nil {
			return store.Meeting{}, err
		}
	}
	return r.meeting(groups, starts, by, meets), nil
}

// meeting puts together who the members of groups are, and where they meet. starts are the
// ids of the groups, by the edges from these to members.
func (r *reader) meeting(groups []store.Group, starts [][]string, by []steps, meets steps) store.Meeting {
	m := store.Meeting{Members: make([]store.Fan, len(groups))}
	met := map[store.Slot]bool{}
	for i, g := range groups {
		if g.By == nil {
			m.Members[i] = themselves(g.Of, starts[i])
		} else {
			m.Members[i] = by[i].fan(starts[i])
		}
		for _, s := range m.Members[i].To {
			if !met[s] {
				met[s] = true
				m.From = append(m.From, s)
			}
		}
	}
	m.Fan = meets.fan(r.IDs(m.From))
	return m
}

// along is how many nodes come along with where two groups meet: few pairs are mostly asked
// for what stands in them, and then nothing more need be read.
const along = 400

// meetTwo is Meet of two groups. The database joins what their members lead to, so that it
// looks at no far end that one of them alone leads to, and all that it tells is one row: the
// edges to members, for each group; the edges to far ends; the nodes of all of these. If just
// the first pairs are wanted, it ranks and cuts them before it looks at an edge or a property
// other than ids.
func (r *reader) meetTwo(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, pairs int) (store.Meeting, error) {
	c := r.compiler(ctx, when)
	starts := make([][]string, len(groups))
	by, meets := make([]steps, len(groups)), steps{}
	sides := make([]meetingSide, len(groups))
	leads := true
	for i, g := range groups {
		starts[i] = r.IDs(g.Of)
		ids := once(starts[i])
		_, _, ok := c.relation("", rel, "", "")
		sides[i] = meetingSide{By: g.By, ids: c.param(ids)}
		if leads = leads && ok && len(ids) > 0; g.By != nil {
			_, _, ok = c.relation("", *g.By, "", "")
			leads = leads && ok
		}
	}
	if !leads {
		return r.meeting(groups, starts, by, meets), nil
	}
	question := c.whole(sides, rel)
	if pairs > 0 {
		c.params["pairs"] = int64(pairs)
		question = c.first(sides, rel)
	}
	c.params["along"] = int64(along)
	q := statement{params: c.params, parts: []part{question}}
	err := r.ask(ctx, "meet", q, func() func(int64, []any) error {
		return func(_ int64, v []any) error {
			kinds := map[string]string{}
			for _, x := range items(v[0]) {
				n := items(x)
				kinds[str(n[0])] = str(n[1])
				r.bring(n)
			}
			type arrival struct{ from, to, key, own any }
			take := func(to steps, rel store.Rel, rows any) error {
				met := map[arrival]bool{}
				for _, x := range items(rows) {
					row := items(x)
					at := arrival{row[0], row[1], row[2], row[4]}
					if met[at] { // a member of both groups arrives twice, one of several pairs as often
						continue
					}
					met[at] = true
					if err := r.add(to, rel, str(row[0]), str(row[1]), kinds[str(row[1])], row[2], row[3], row[4]); err != nil {
						return err
					}
				}
				return nil
			}
			meets = steps{}
			if err := take(meets, rel, v[1]); err != nil {
				return err
			}
			for i, g := range groups {
				by[i] = steps{}
				if g.By == nil {
					continue
				}
				if err := take(by[i], *g.By, v[2+i]); err != nil {
					return err
				}
			}
			return nil
		}
	})
	if err != nil {
		return store.Meeting{}, err
	}
	return r.meeting(groups, starts, by, meets), nil
}

// meetingSide is a group, as the compiler asks for it.
type meetingSide struct {
	By  *store.Rel
	ids string // the parameter
}

// joined matches the members of two groups, x0 and x1, with a far end p that both lead to, by
// e0 and e1. Where a group has a relation, ni leads to xi by bi.
func (c *compiler) joined(sides []meetingSide, rel store.Rel) string {
	var match []string
	for i, side := range sides {
		n, b, x, e := fmt.Sprint("n", i), fmt.Sprint("b", i), fmt.Sprint("x", i), fmt.Sprint("e", i)
		if side.By == nil {
			match = append(match, "MATCH ("+x+":"+nodeLabel+") WHERE "+x+".id IN "+side.ids)
		} else {
			match = append(match, "MATCH ("+n+":"+nodeLabel+") WHERE "+n+".id IN "+side.ids, c.pattern(n, *side.By, b, x, always))
		}
		if i == 0 {
			far := rel
			far.Kinds = nil // the kind is looked at once
			pattern, _, _ := c.relation(x, far, e, "p")
			match = append(match, "MATCH "+pattern+clause(c.holds(rel, x, e, "p")))
			continue
		}
		pattern, _, _ := c.relation(x, rel, e, "p")
		match = append(match, "MATCH "+pattern+" USING JOIN ON p"+clause(and(c.holds(rel, x, e, "p"), phrase{"x0 <> x1", true})))
	}
	return strings.Join(match, " ")
}

// pattern matches a relation from a node, for the edges that hold and pass.
func (c *compiler) pattern(from string, rel store.Rel, edge, far string, where phrase) string {
	pattern, _, _ := c.relation(from, rel, edge, far)
	return "MATCH " + pattern + clause(and(c.holds(rel, from, edge, far), where))
}

// toldEdges tells a list of edges with the nodes at their ends, as [reader.meetTwo] reads them.
func toldEdges(list string, of store.Rel) string {
	return "[r IN " + list + " | [r[0].id, r[2].id, r[1]._key, r[1]._props, " + begins(of, "r[0]", "r[1]") + "]]"
}

// nodesAlong tells the nodes of a list, with what stands in them if these are few.
const nodesAlong = "[n IN nodes | [n.id, n._kind, CASE WHEN size(nodes) <= $along THEN n._props END]]"

// whole asks for all edges by which members of two groups meet.
func (c *compiler) whole(sides []meetingSide, rel store.Rel) part {
	members, told := []string{"[]", "[]"}, []string{nodesAlong, toldEdges("arrived", rel), "[]", "[]"}
	for i, side := range sides {
		if side.By != nil {
			members[i] = fmt.Sprintf("collect(DISTINCT [n%[1]d, b%[1]d, x%[1]d])", i)
			told[2+i] = toldEdges(fmt.Sprint("m", i), *side.By)
		}
	}
	return part{
		body: c.joined(sides, rel) + " WITH " + members[0] + " AS m0, " + members[1] + " AS m1," +
			" collect(DISTINCT [x0, e0, p]) + collect(DISTINCT [x1, e1, p]) AS arrived," +
			" collect(DISTINCT x0) + collect(DISTINCT x1) + collect(DISTINCT p) AS nodes",
		values: told,
	}
}

// first asks for the edges by which the first pairs meet. Two members of both groups are met
// twice, either way round; all others stand as the contract orders them.
func (c *compiler) first(sides []meetingSide, rel store.Rel) part {
	isMember := func(x string, i int) string {
		side := sides[i]
		if side.By == nil {
			return x + ".id IN " + side.ids
		}
		n, b := c.fresh("m"), c.fresh("d")
		return "EXISTS { " + c.pattern(n, *side.By, b, x, phrase{n + ".id IN " + side.ids, true}) + " }"
	}
	found := []string{"collect([x0, es0]) + collect([x1, es1]) AS arrived"}
	grouped, kept := "collect(e0) AS es0, collect(e1) AS es1", "es0, es1"
	flat := []string{edgesFrom("arrived", rel)}
	told := []string{nodesAlong, toldEdges("arrived", rel), "[]", "[]"}
	for i, side := range sides {
		if side.By == nil {
			continue
		}
		m, bs := fmt.Sprint("m", i), fmt.Sprint("bs", i)
		grouped, kept = fmt.Sprintf("%s, collect(b%d) AS %s", grouped, i, bs), kept+", "+bs
		found = append(found, fmt.Sprintf("collect([x%d, %s]) AS %s", i, bs, m))
		flat = append(flat, edgesFrom(m, turnedRound(*side.By)))
		told[2+i] = "[r IN " + m + " | [r[2].id, r[0].id, r[1]._key, r[1]._props, " + begins(*side.By, "r[2]", "r[1]") + "]]"
	}
	return part{
		body: c.joined(sides, rel) + " WITH x0, x1, count(DISTINCT p) AS size, " + grouped +
			" WHERE x0.id < x1.id OR NOT " + isMember("x0", 1) + " OR NOT " + isMember("x1", 0) +
			" WITH x0, x1, size, " + kept + " ORDER BY size DESC, x0.id, x1.id LIMIT $pairs" +
			" WITH " + strings.Join(found, ", ") + " WITH " + strings.Join(flat, ", ") +
			" WITH *, COLLECT { UNWIND arrived AS r UNWIND [r[0], r[2]] AS n RETURN DISTINCT n } AS nodes",
		values: told,
	}
}

// edgesFrom makes of a list of nodes, each with a list of edges of a relation from it, a list
// of nodes, edges and far ends. An edge of several pairs stands there as often; to tell it once
// costs the database more than to tell it again.
func edgesFrom(list string, rel store.Rel) string {
	far := map[store.Dir]string{store.Out: "endNode(e)", store.In: "startNode(e)",
		store.Both: "CASE WHEN startNode(e) = x THEN endNode(e) ELSE startNode(e) END"}[rel.Dir]
	return "COLLECT { UNWIND " + list + " AS r WITH r[0] AS x, r[1] AS es UNWIND es AS e RETURN [x, e, " + far + "] } AS " + list
}

// turnedRound is a relation against its direction.
func turnedRound(rel store.Rel) store.Rel {
	rel.Dir = map[store.Dir]store.Dir{store.Out: store.In, store.In: store.Out, store.Both: store.Both}[rel.Dir]
	return rel
}

// themselves leads from each slot that has an id to itself, by no edge.
func themselves(of []store.Slot, ids []string) store.Fan {
	f := store.Fan{Off: make([]uint32, 1, len(of)+1)}
	for i, s := range of {
		if ids[i] != "" {
			f.To, f.Edge = append(f.To, s), append(f.Edge, nil)
		}
		f.Off = append(f.Off, uint32(len(f.To)))
	}
	return f
}

// meet asks for the edges of a relation from members, told as questions for g (the number
// of a group) and x (a member of it): a row for each far end at which two members arrive
// that are not of one and the same group alone.
func (c *compiler) meet(members []string, rel store.Rel, several bool) (part, bool) {
	pattern, _, ok := c.relation("x", rel, "e", "p")
	where := "size(arrived) > 1 AND count > 1"
	if several {
		where += " AND least <> most"
	}
	return part{
		body: "CALL () { " + strings.Join(members, " UNION ") + " }" +
			" WITH x, min(g) AS least, max(g) AS most MATCH " + pattern + clause(c.holds(rel, "x", "e", "p")) +
			" WITH p, collect([x, e]) AS arrived, count(DISTINCT x) AS count, min(least) AS least, max(most) AS most WHERE " + where,
		values: []string{"p.id", "p._kind", "[a IN arrived | [a[0].id, a[1]._key, a[1]._props, " + begins(rel, "a[0]", "a[1]") + "]]"},
	}, ok
}

// addMeeting takes in a row of what [compiler.meet] asks for.
func (r *reader) addMeeting(to steps, rel store.Rel, v []any) error {
	rows, _ := v[2].([]any)
	for _, x := range rows {
		row, _ := x.([]any)
		if err := r.add(to, rel, str(row[0]), str(v[0]), str(v[1]), row[1], row[2], row[3]); err != nil {
			return err
		}
	}
	return nil
}

// Pass is as [store.Reader] says: one statement, which tells the nodes that pass. Only what
// Cypher cannot say is tried here.
func (r *reader) Pass(ctx context.Context, slots []store.Slot, t store.Test, when store.Period) ([]bool, error) {
	out := make([]bool, len(slots))
	ids := r.IDs(slots)
	asked := once(ids)
	if err := ctx.Err(); err != nil || len(asked) == 0 {
		return out, err
	}
	c := r.compiler(ctx, when)
	where := c.test(subject{node: "n", kinds: c.l.known(nil)}, t)
	if c.err != nil {
		return nil, c.err
	}
	values := []string{"n.id"}
	if c.partly {
		values = append(values, "n._kind", "n._props")
	}
	q := statement{params: c.params, parts: []part{{body: "UNWIND " + c.param(asked) + " AS id MATCH (n:Node {id: id})" + clause(where), values: values}}}
	var pass map[string]bool
	var tried []*store.Node
	err := r.ask(ctx, "pass", q, func() func(int64, []any) error {
		pass, tried = map[string]bool{}, nil
		return func(_ int64, v []any) error {
			if !c.partly {
				pass[str(v[0])] = true
				return nil
			}
			n, err := r.node(v[0], v[1], v[2])
			tried = append(tried, n)
			return err
		}
	})
	if err != nil {
		return nil, err
	}
	near := &near{reader: r, ctx: ctx}
	for _, n := range tried {
		pass[n.ID] = store.Holds(t, near, store.Hit{Node: n}, when)
	}
	for i, id := range ids {
		out[i] = pass[id]
	}
	return out, near.err
}
