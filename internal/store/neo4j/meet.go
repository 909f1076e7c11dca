package neo4j

import (
	"context"
	"fmt"
	"strings"

	"clustergraph/internal/store"
)

// Meet is as [store.Reader] says: one statement. Far ends at which members of just one group
// arrive, or one member alone, are left out by the database, before anything is read of the
// edges there.
func (r *reader) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period) (store.Meeting, error) {
	if err := ctx.Err(); err != nil {
		return store.Meeting{}, err
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
	return m, nil
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
