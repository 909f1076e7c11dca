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
func (r *reader) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period) (store.Meeting, error) {
	if err := ctx.Err(); err != nil {
		return store.Meeting{}, err
	}
	if len(groups) == 2 {
		return r.meetTwo(ctx, groups, rel, when)
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
// edges to members, for each group; the edges to far ends; the nodes of all of these.
func (r *reader) meetTwo(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period) (store.Meeting, error) {
	c := r.compiler(ctx, when)
	starts := make([][]string, len(groups))
	by, meets := make([]steps, len(groups)), steps{}
	var match []string
	var members, arrived, nodes []string // what is collected
	leads := true
	for i, g := range groups {
		starts[i] = r.IDs(g.Of)
		ids := once(starts[i])
		leads = leads && len(ids) > 0
		n, b, x, e := fmt.Sprint("n", i), fmt.Sprint("b", i), fmt.Sprint("x", i), fmt.Sprint("e", i)
		start := n
		if g.By == nil {
			start = x
		}
		match = append(match, "MATCH ("+start+":"+nodeLabel+") WHERE "+start+".id IN "+c.param(ids))
		if g.By != nil {
			pattern, _, ok := c.relation(n, *g.By, b, x)
			leads = leads && ok
			match = append(match, "MATCH "+pattern+clause(c.holds(*g.By, n, b, x)))
			members = append(members, "collect(DISTINCT ["+n+", "+b+", "+x+"])")
		} else {
			members = append(members, "[]")
		}
		far := rel
		where := always
		if i == 0 {
			far.Kinds = nil // the kind is looked at once
		} else {
			where = phrase{"x0 <> x1", true}
		}
		pattern, _, ok := c.relation(x, far, e, "p")
		leads = leads && ok
		join := ""
		if i > 0 {
			join = " USING JOIN ON p"
		}
		match = append(match, "MATCH "+pattern+join+clause(and(c.holds(rel, x, e, "p"), where)))
		arrived = append(arrived, "collect(DISTINCT ["+x+", "+e+", p])")
		nodes = append(nodes, "collect(DISTINCT "+x+")")
	}
	if !leads {
		return r.meeting(groups, starts, by, meets), nil
	}
	ends := func(list, rel string, of store.Rel) string {
		return "[r IN " + list + " | [r[0].id, r[2].id, r[1]._key, r[1]._props, " + begins(of, "r[0]", "r[1]") + "]]"
	}
	told := []string{"[n IN nodes | [n.id, n._kind, CASE WHEN size(nodes) <= $along THEN n._props END]]", ends("arrived", "r", rel)}
	for i, g := range groups {
		if g.By != nil {
			told = append(told, ends(fmt.Sprint("m", i), "r", *g.By))
		} else {
			told = append(told, "[]")
		}
	}
	c.params["along"] = int64(along)
	q := statement{params: c.params, parts: []part{{
		body: strings.Join(match, " ") + " WITH " + members[0] + " AS m0, " + members[1] + " AS m1, " + strings.Join(arrived, " + ") + " AS arrived, " +
			strings.Join(nodes, " + ") + " + collect(DISTINCT p) AS nodes",
		values: told,
	}}}
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
					if met[at] { // a member of both groups arrives twice
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
