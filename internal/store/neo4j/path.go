package neo4j

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"clustergraph/internal/store"
)

var _ store.Pathfinder = (*reader)(nil)

// maxWays is how many ways are put in order at most: between hubs there may be millions.
const maxWays = 5000

// Shortest is as [store.Pathfinder] says: one statement, with which the nodes of what it tells
// come whole. The database goes from both ends at once. For it, edges side by side make several
// ways; so they count as several.
func (r *reader) Shortest(ctx context.Context, route store.Route) (ways [][]store.Slot, known bool, err error) {
	c := r.compiler(ctx, route.When)
	question := c.shortest(route)
	err = r.ask(ctx, "paths", statement{params: c.params, parts: []part{question}}, func() func(int64, []any) error {
		ways, known = nil, false
		return func(_ int64, v []any) error {
			if known = num(v[0]) <= maxWays; known {
				ways = r.ways(v[1], v[2])
			}
			return nil
		}
	})
	if err != nil {
		return nil, false, err
	}
	return ways, known, nil
}

// ways reads lists of ids, and the rows of the nodes that have these.
func (r *reader) ways(lists, nodes any) (out [][]store.Slot) {
	slots := map[string]store.Slot{}
	for _, x := range items(nodes) {
		n := items(x)
		r.mu.Lock()
		slots[str(n[0])] = r.slots.slot(str(n[0]), str(n[1]))
		r.mu.Unlock()
		r.bring(n)
	}
	for _, list := range items(lists) {
		var way []store.Slot
		for _, id := range items(list) {
			way = append(way, slots[str(id)])
		}
		out = append(out, way)
	}
	return out
}

// shortest asks for the first ways of a route: one row, of how many there are in all (one more
// than are put in order stands for any number), of the ids on the first ones, and of the nodes
// that have these; no row if an id is not that of a node.
func (c *compiler) shortest(route store.Route) part {
	from, to, there := c.param(route.From), c.param(route.To), always
	through := always
	if route.Through != nil {
		through = never
		if kinds := c.l.known(route.Through); len(kinds) > 0 {
			through = phrase{"n:" + c.l.cover(kinds), true}
		}
	}
	if len(route.Avoid) > 0 {
		avoid := c.param(route.Avoid)
		through = and(through, phrase{"NOT n.id IN " + avoid, true})
		there = phrase{"all(id IN " + avoid + " WHERE EXISTS { (:" + nodeLabel + " {id: id}) })", true}
	}
	var all []phrase
	if holds := c.hold(route.Types); holds != always {
		all = append(all, phrase{"all(e IN relationships(p) WHERE " + holds.text + ")", true})
	}
	if through != always {
		all = append(all, phrase{"all(n IN nodes(p) WHERE " + or(through, phrase{"n = a", true}, phrase{"n = b", true}).text + ")", true})
	}
	c.params["most"], c.params["first"] = int64(maxWays)+1, int64(route.First)
	return part{
		body: "MATCH (a:" + nodeLabel + " {id: " + from + "}) MATCH (b:" + nodeLabel + " {id: " + to + "})" + clause(there) +
			" CALL (a, b) { MATCH p = allShortestPaths((a)-[:" + over(route.Types) + "*.." + strconv.Itoa(route.Longest) + "]-(b))" + clause(and(all...)) +
			" WITH p LIMIT $most WITH collect(DISTINCT nodes(p)) AS ways, count(*) AS count" +
			" RETURN count, COLLECT { UNWIND ways AS way RETURN way ORDER BY [n IN way | n.id] LIMIT $first } AS ways }",
		values: []string{"count", "[way IN ways | [n IN way | n.id]]",
			"COLLECT { UNWIND ways AS way UNWIND way AS n WITH DISTINCT n RETURN [n.id, n._kind, n._props] }"},
	}
}

// Joining is as [store.Pathfinder] says: one statement.
func (r *reader) Joining(ctx context.Context, pairs [][2]store.Slot, types []string, when store.Period) ([][]*store.Edge, error) {
	out := make([][]*store.Edge, len(pairs))
	c := r.compiler(ctx, when)
	if err := ctx.Err(); err != nil || len(pairs) == 0 {
		return out, err
	}
	asked := make([]any, len(pairs))
	for i, p := range pairs {
		ids := r.IDs(p[:])
		asked[i] = []any{int64(i), ids[0], ids[1]}
	}
	question := part{
		body: "UNWIND " + c.param(asked) + " AS x MATCH (n:" + nodeLabel + " {id: x[1]}) MATCH (m:" + nodeLabel + " {id: x[2]})" +
			" MATCH (n)-[e:" + over(types) + "]-(m)" + clause(c.hold(types)),
		values: []string{"x[0]", "type(e)", "startNode(e).id", "endNode(e).id", "e._key", "e._props"},
	}
	err := r.ask(ctx, "edges of paths", statement{params: c.params, parts: []part{question}}, func() func(int64, []any) error {
		clear(out)
		return func(_ int64, v []any) error {
			e, err := edge(str(v[1]), str(v[2]), str(v[3]), true, v[4], v[5])
			out[num(v[0])] = append(out[num(v[0])], e)
			return err
		}
	})
	if err != nil {
		return nil, err
	}
	for _, edges := range out {
		slices.SortFunc(edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
	}
	return out, nil
}

// over are edges of some types, as a pattern names them.
func over(types []string) string {
	types = each(types, quoted)
	slices.Sort(types)
	return strings.Join(types, "|")
}

// hold says that an edge e of one of some types holds in the period that is asked about.
func (c *compiler) hold(types []string) phrase {
	if c.when.Always() {
		return always
	}
	type bounds struct{ since, until, toSince, toUntil string }
	alike, first := map[bounds][]string{}, []bounds{}
	for _, typ := range types {
		t := c.l.schema.Edges[typ]
		b := bounds{t.Since, t.Until, t.ToSince, t.ToUntil}
		if alike[b] == nil {
			first = append(first, b)
		}
		alike[b] = append(alike[b], typ)
	}
	out := always
	for _, b := range first {
		holds := c.holds(store.Rel{Type: alike[b][0], Dir: store.Both}, "", "e", "")
		if holds != always && len(first) > 1 {
			holds = or(phrase{"NOT type(e) IN " + c.param(alike[b]), true}, holds)
		}
		out = and(out, holds)
	}
	return out
}
