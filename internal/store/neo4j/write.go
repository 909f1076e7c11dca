package neo4j

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// chunk is how many rows go with one statement.
const chunk = 5000

// writer executes statements until one fails. Each statement has one text whatever it
// writes, so that the server plans it once.
type writer struct {
	*tx
	layout *layout
	found  *facts // what is there already
	copies bool   // whether rows are of a copy: others of the same nodes and edges may be there
	err    error

	encoded map[any]string // what nodes and edges hold, as JSON: for their own rows and for the log
}

func newWriter(f *facts, l *layout) *writer {
	return &writer{tx: f.tx, layout: l, found: f, encoded: map[any]string{}}
}

func (w *writer) do(cypher string, params map[string]any) {
	if w.err == nil {
		w.err = w.tx.do(cypher, params)
	}
}

// all runs a statement with rows, some at a time; not at all if there are none.
func (w *writer) all(cypher string, rows []any) {
	for some := range slices.Chunk(rows, chunk) {
		w.do(cypher, map[string]any{"rows": some})
	}
}

// props is what a node or edge holds, as JSON.
func (w *writer) props(of any, p store.Props) string {
	data, done := w.encoded[of]
	if !done {
		data = string(codec.Append(nil, p))
		w.encoded[of] = data
	}
	return data
}

// rows puts and deletes the rows that a batch changes. Edges go before the nodes they are
// at.
func (w *writer) rows(d *commit.Delta) {
	for _, n := range d.Nodes {
		if err := checkID(n.ID); err != nil && w.err == nil {
			w.err = err
		}
	}
	w.goneEdges(d.GoneEdges)
	w.goneNodes(d.GoneNodes)
	w.nodes(d.Nodes)
	w.edges(d.Edges)
	w.names(d)
	w.records(d)
	w.claims(d)
	w.merges(d)
	w.marks(d)
}

// byType are edges by their type, the types in order.
func byType[T any](edges []T, typ func(T) string, each func(typ string, edges []T)) {
	groups := map[string][]T{}
	for _, e := range edges {
		groups[typ(e)] = append(groups[typ(e)], e)
	}
	for _, t := range slices.Sorted(maps.Keys(groups)) {
		each(t, groups[t])
	}
}

func (w *writer) goneEdges(edges []store.EdgeID) {
	byType(edges, func(e store.EdgeID) string { return e.Type }, func(typ string, edges []store.EdgeID) {
		w.all(`UNWIND $rows AS r MATCH (:Node {id: r[0]})-[e:`+quoted(typ)+` {_key: r[2]}]->(:Node {id: r[1]}) DELETE e`,
			rows(edges, func(e store.EdgeID) []any { return []any{e.From, e.To, e.Key} }))
	})
}

func (w *writer) goneNodes(ids []string) {
	of := anys(ids)
	w.all(`UNWIND $rows AS id MATCH (n:Node {id: id}) DETACH DELETE n`, of)
	w.all(`UNWIND $rows AS id MATCH (n:_Denied {id: id}) DETACH DELETE n`, of)
}

func (w *writer) nodes(nodes []commit.Node) {
	var denied, back []any
	fresh, kinds := map[string][]any{}, map[string][]any{}
	for _, n := range nodes {
		if n.Denied {
			denied = append(denied, map[string]any{"id": n.ID, kindName: n.Kind, propsName: w.props(n.Node, n.Props)})
			continue
		}
		row := w.layout.node(n.Node)
		w.encoded[n.Node], _ = row[propsName].(string)
		if there, asked := w.found.heads[n.ID]; asked && !there {
			fresh[n.Kind] = append(fresh[n.Kind], row)
			continue
		}
		back = append(back, n.ID)
		kinds[n.Kind] = append(kinds[n.Kind], row)
	}
	if len(denied) > 0 {
		w.all(`UNWIND $rows AS r MATCH (n:Node {id: r.id}) SET n:_Denied REMOVE n`+colons(w.layout.all()), denied)
		w.all(`UNWIND $rows AS r MERGE (n:_Denied {id: r.id}) SET n = r`, denied)
	}
	if w.found.denials {
		w.all(`UNWIND $rows AS id MATCH (n:_Denied {id: id}) SET n:Node REMOVE n:_Denied`, back)
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		w.all(w.layout.mergeNode(kind), kinds[kind])
	}
	for _, kind := range slices.Sorted(maps.Keys(fresh)) {
		w.all(`UNWIND $rows AS r CREATE (n`+colons(w.layout.labels[kind])+`) SET n = r`, fresh[kind])
	}
}

// mergeNode is the statement that puts nodes of a kind.
func (l *layout) mergeNode(kind string) string {
	labels := l.labels[kind]
	q := `UNWIND $rows AS r MERGE (n:Node {id: r.id}) SET n = r, n` + colons(labels[1:])
	var others []string
	if len(labels) == 3 {
		for _, k := range l.family[labels[1]] {
			if k != kind {
				others = append(others, k)
			}
		}
	}
	if len(others) > 0 {
		q += ` REMOVE n` + colons(others)
	}
	return q
}

// colons are labels as Cypher wants them: :Actor:Cluster.
func colons(labels []string) string {
	var b strings.Builder
	for _, l := range labels {
		b.WriteString(":" + quoted(l))
	}
	return b.String()
}

func (w *writer) edges(edges []*store.Edge) {
	byType(edges, func(e *store.Edge) string { return e.Type }, func(typ string, edges []*store.Edge) {
		var fresh, others []any
		for _, e := range edges {
			props := w.layout.edge(e)
			if data, ok := props[propsName].(string); ok {
				w.encoded[e] = data
			}
			if w.isNew(e.EdgeID) {
				fresh = append(fresh, []any{e.From, e.To, props})
			} else {
				others = append(others, []any{e.From, e.To, e.Key, props})
			}
		}
		w.between(`MATCH (n:Node {id: id})`, `CREATE (a)-[e:`+quoted(typ)+`]->(b) SET e = r[2]`, "edges", fresh)
		w.all(`UNWIND $rows AS r MATCH (a:Node {id: r[0]}) MATCH (b:Node {id: r[1]}) MERGE (a)-[e:`+quoted(typ)+` {_key: r[2]}]->(b) SET e = r[3]`, others)
	})
}

// isNew tells whether an edge is not in the graph yet: nothing was said of it, nor of one
// that may have become it.
func (w *writer) isNew(e store.EdgeID) bool {
	rows, asked := w.found.edgeRows[e]
	return asked && len(rows) == 0 && !w.found.grouped[e.From] && !w.found.grouped[e.To]
}

func (w *writer) names(d *commit.Delta) {
	row := func(n commit.Name) []any {
		if key := bounded(n.Key); key != n.Key {
			return []any{key, n.Node, n.Key}
		}
		return []any{n.Key, n.Node, nil}
	}
	w.all(`UNWIND $rows AS r MATCH (n:_Name {key: r[0]}) WHERE n.node = r[1] AND coalesce(n.whole, n.key) = coalesce(r[2], r[0]) DELETE n`, rows(d.GoneNames, row))
	w.all(`UNWIND $rows AS r CREATE (:_Name {key: r[0], node: r[1], whole: r[2]})`, rows(d.Names, row))
}

const (
	unsay   = `UNWIND $rows AS element MATCH ()-[r:_SAID]->() WHERE elementId(r) = element DELETE r`
	sayAnew = `UNWIND $rows AS r MATCH ()-[x:_SAID]->() WHERE elementId(x) = r[0] SET x.said = r[1]`
)

// say puts new records of edges. Their ends are there, or the database is damaged.
func (w *writer) say(fresh []any) {
	ends := `MATCH (n:_Id {node: id})`
	if w.copies { // which may tell of edges before their ends
		ends = `MERGE (n:_Id {node: id})`
	}
	w.between(ends, `CREATE (a)-[:_SAID {type: r[2], edgeKey: r[3], source: r[4], said: r[5]}]->(b)`, "statements on edges", fresh)
}

// between runs a statement for rows that begin with the ids of two nodes, a and b. Many rows
// are at the same nodes: each node is looked for once, by find (as n, by its id), and rows then
// tell its place among those found. All are found, or the database is damaged.
func (w *writer) between(find, do, what string, rows []any) {
	for some := range slices.Chunk(rows, chunk) {
		if w.err != nil {
			return
		}
		ends := places{}
		for _, row := range some {
			row := row.([]any)
			row[0], row[1] = ends.of(str(row[0])), ends.of(str(row[1]))
		}
		w.err = w.each(`UNWIND range(0, size($ids) - 1) AS i WITH i, $ids[i] AS id `+find+` WITH i, n ORDER BY i WITH collect(n) AS n WHERE size(n) = size($ids)
			UNWIND $rows AS r WITH n[r[0]] AS a, n[r[1]] AS b, r `+do+` RETURN count(*)`,
			map[string]any{"ids": ends.ids, "rows": some}, func(v []any) error {
				if n := num(v[0]); int(n) != len(some) {
					return damaged(fmt.Errorf("of %d %s %d find both ends", len(some), what, n))
				}
				return nil
			})
	}
}

// records puts what is said. Of a node all of it is written anew.
func (w *writer) records(d *commit.Delta) {
	var fresh, gone []any
	said := map[string][]saidRow{}
	of := func(id string) []saidRow {
		rows, met := said[id]
		if o := w.found.originals[id]; !met && o != nil {
			rows = slices.Clone(o.said)
		}
		return rows
	}
	ends := map[string]bool{} // where something was said
	for _, r := range d.GoneRecords {
		if r.Subject.Node != "" {
			said[r.Subject.Node] = slices.DeleteFunc(of(r.Subject.Node), func(x saidRow) bool { return x.at == placeOf(r) })
			ends[r.Subject.Node] = true
			continue
		}
		if element := w.element(r); element != "" {
			gone = append(gone, element)
		}
		ends[r.Edge.From], ends[r.Edge.To] = true, true
	}
	var renewed []any
	for _, r := range d.Records {
		data := string(appendRecord(nil, r))
		if id := r.Subject.Node; id != "" {
			rows := of(id)
			if i := slices.IndexFunc(rows, func(x saidRow) bool { return x.at == placeOf(r) }); i >= 0 {
				rows[i].json = data
			} else {
				rows = append(rows, saidRow{placeOf(r), data})
			}
			said[id] = rows
			continue
		}
		if d.Renewed[r] {
			renewed = append(renewed, []any{w.element(r), data})
		} else {
			fresh = append(fresh, []any{r.Edge.From, r.Edge.To, r.Edge.Type, nilIfEmpty(r.Edge.Key), nilIfEmpty(r.Source), data})
		}
	}
	w.said(said)
	w.all(unsay, gone)
	w.all(sayAnew, renewed)
	w.say(fresh)
	w.all(`UNWIND $rows AS id MATCH (x:_Id {node: id}) WHERE x.said IS NULL AND NOT EXISTS { (x)--() } DELETE x`, anys(slices.Sorted(maps.Keys(ends))))
}

// element is where a record of an edge lies.
func (w *writer) element(r *commit.Record) string {
	for _, x := range w.found.edgeRows[r.Edge] {
		if x.at == placeOf(r) {
			return x.element
		}
	}
	return ""
}

// said puts all that is said of original nodes.
func (w *writer) said(of map[string][]saidRow) {
	var fresh, others, none []any
	for _, id := range slices.Sorted(maps.Keys(of)) {
		rows := of[id]
		if len(rows) == 0 {
			none = append(none, id)
			continue
		}
		slices.SortStableFunc(rows, func(a, b saidRow) int { return comparePlaces(a.at, b.at) })
		sources := each(rows, func(x saidRow) string { return x.at.source })
		row := []any{id, each(rows, func(x saidRow) string { return x.json }), slices.DeleteFunc(slices.Compact(sources), func(s string) bool { return s == "" })}
		if w.found.isNew(id) {
			fresh = append(fresh, row)
		} else {
			others = append(others, row)
		}
	}
	w.all(`UNWIND $rows AS id MATCH (x:_Id {node: id}) REMOVE x.said, x.sources`, none)
	w.all(`UNWIND $rows AS r CREATE (:_Id {node: r[0], said: r[1], sources: r[2]})`, fresh)
	if w.copies {
		w.all(`UNWIND $rows AS r MERGE (x:_Id {node: r[0]}) SET x.said = coalesce(x.said, []) + r[1], x.sources = coalesce(x.sources, []) + [s IN r[2] WHERE NOT s IN coalesce(x.sources, [])]`, others)
	} else {
		w.all(`UNWIND $rows AS r MERGE (x:_Id {node: r[0]}) SET x.said = r[1], x.sources = r[2]`, others)
	}
}

func anys(of []string) []any {
	out := make([]any, len(of))
	for i, x := range of {
		out[i] = x
	}
	return out
}

func (w *writer) claims(d *commit.Delta) {
	row := func(c commit.Claim) []any { return []any{c.Scheme, c.Value, c.Node} }
	w.all(`UNWIND $rows AS r MATCH (i:_Identifier {scheme: r[0], value: r[1]}) WHERE i.node = r[2] DELETE i`, rows(d.GoneClaims, row))
	w.all(`UNWIND $rows AS r CREATE (:_Identifier {scheme: r[0], value: r[1], node: r[2]})`, rows(d.Claims, row))
}

func (w *writer) merges(d *commit.Delta) {
	w.all(`UNWIND $rows AS r MATCH (a:_Id {node: r[0]})-[m:_MERGED_INTO]->(b) DELETE m
		WITH collect(a) + collect(b) AS all UNWIND all AS x WITH DISTINCT x WHERE x.said IS NULL AND NOT EXISTS { (x)--() } DELETE x`, rows(d.GoneMerges, func(id string) []any { return []any{id} }))
	w.all(`UNWIND $rows AS r MERGE (a:_Id {node: r[0]}) MERGE (b:_Id {node: r[1]})
		WITH a, b OPTIONAL MATCH (a)-[old:_MERGED_INTO]->() DELETE old
		WITH DISTINCT a, b CREATE (a)-[:_MERGED_INTO]->(b)`, rows(d.Merges, func(m commit.Merge) []any { return []any{m.Former, m.Into} }))
}

// marks puts denials, pairs of distinct nodes, and what is kept of erased people.
func (w *writer) marks(d *commit.Delta) {
	split := func(of []store.Subject) (nodes, edges []any) {
		for _, x := range of {
			if e := x.Edge; x.Node == "" {
				edges = append(edges, []any{edgeKey(e), e.From, e.Type, e.To, e.Key})
			} else {
				nodes = append(nodes, []any{nodeKey(x.Node), x.Node})
			}
		}
		return nodes, edges
	}
	nodes, edges := split(d.GoneDenied)
	w.all(`UNWIND $rows AS r MATCH (x:_NodeDenial {key: r[0]}) DELETE x`, nodes)
	w.all(`UNWIND $rows AS r MATCH (x:_EdgeDenial {key: r[0]}) DELETE x`, edges)
	nodes, edges = split(d.Denied)
	w.all(`UNWIND $rows AS r CREATE (:_NodeDenial {key: r[0], node: r[1]})`, nodes)
	w.all(`UNWIND $rows AS r CREATE (:_EdgeDenial {key: r[0], from: r[1], type: r[2], to: r[3], edgeKey: r[4]})`, edges)
	pair := func(p [2]string) []any { return []any{p[0], p[1]} }
	w.all(`UNWIND $rows AS r MATCH (x:_Distinct {a: r[0]}) WHERE x.b = r[1] DELETE x`, rows(d.GoneDistinct, pair))
	w.all(`UNWIND $rows AS r CREATE (:_Distinct {a: r[0], b: r[1]})`, rows(d.Distinct, pair))
	w.all(`UNWIND $rows AS r MERGE (:_Erased {hash: r[0]})`, rows(d.Erased, func(h commit.Hash) []any { return []any{hexOf(h)} }))
}
