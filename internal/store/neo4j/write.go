package neo4j

import (
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
	layout  *layout
	denials bool // whether a node may have been denied before
	err     error

	encoded map[any]string // what nodes and edges hold, as JSON: for their own rows and for the log
}

func newWriter(f *facts, l *layout) *writer {
	return &writer{tx: f.tx, layout: l, denials: f.denials, encoded: map[any]string{}}
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
	of := slices.Collect(func(yield func(any) bool) {
		for _, id := range ids {
			if !yield(id) {
				return
			}
		}
	})
	w.all(`UNWIND $rows AS id MATCH (n:Node {id: id}) DETACH DELETE n`, of)
	w.all(`UNWIND $rows AS id MATCH (n:_Denied {id: id}) DETACH DELETE n`, of)
}

func (w *writer) nodes(nodes []commit.Node) {
	var denied, back []any
	kinds := map[string][]any{}
	for _, n := range nodes {
		if n.Denied {
			denied = append(denied, map[string]any{"id": n.ID, kindName: n.Kind, propsName: w.props(n.Node, n.Props)})
			continue
		}
		back = append(back, n.ID)
		row := w.layout.node(n.Node)
		w.encoded[n.Node], _ = row[propsName].(string)
		kinds[n.Kind] = append(kinds[n.Kind], row)
	}
	if len(denied) > 0 {
		w.all(`UNWIND $rows AS r MATCH (n:Node {id: r.id}) SET n:_Denied REMOVE n`+colons(w.layout.all()), denied)
		w.all(`UNWIND $rows AS r MERGE (n:_Denied {id: r.id}) SET n = r`, denied)
	}
	if w.denials {
		w.all(`UNWIND $rows AS id MATCH (n:_Denied {id: id}) SET n:Node REMOVE n:_Denied`, back)
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		w.all(w.layout.mergeNode(kind), kinds[kind])
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
		w.all(`UNWIND $rows AS r MATCH (a:Node {id: r[0]}) MATCH (b:Node {id: r[1]}) MERGE (a)-[e:`+quoted(typ)+` {_key: r[2]}]->(b) SET e = r[3]`,
			rows(edges, func(e *store.Edge) []any {
				row := w.layout.edge(e)
				if data, ok := row[propsName].(string); ok {
					w.encoded[e] = data
				}
				return []any{e.From, e.To, e.Key, row}
			}))
	})
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

func (w *writer) records(d *commit.Delta) {
	var goneNodes, goneEdges []any
	var nodes, edges struct{ fresh, renewed []any }
	for _, r := range d.GoneRecords {
		if r.Subject.Node != "" {
			goneNodes = append(goneNodes, recordKey(r))
		} else {
			goneEdges = append(goneEdges, recordKey(r))
		}
	}
	for _, r := range d.Records {
		// Each property costs, and there are many records: what most have alike is left out.
		row := map[string]any{"key": recordKey(r), "rank": int64(r.Rank), "revision": int64(r.Revision)}
		if r.Part != 0 {
			row["part"] = r.Part
		}
		if r.Confidence != 1 {
			row["confidence"] = r.Confidence
		}
		if len(r.Props) > 0 {
			row["props"] = string(codec.Append(nil, r.Props))
		}
		known := func(name, value string) {
			if value != "" {
				row[name] = value
			}
		}
		known("source", r.Source)
		known("place", r.Place)
		known("by", r.By)
		known("run", r.Run)
		if at := codec.DateText(r.At); at != nil {
			row["at"] = at
		}
		if r.Derived {
			row["derived"] = true
		}
		if r.Subject.Node != "" {
			row["node"] = r.Subject.Node
			known("kind", r.Kind)
			if d.Renewed[r] {
				nodes.renewed = append(nodes.renewed, row)
			} else {
				nodes.fresh = append(nodes.fresh, row)
			}
			continue
		}
		row["from"], row["type"], row["to"] = r.Edge.From, r.Edge.Type, r.Edge.To
		known("edgeKey", r.Edge.Key)
		if r.States {
			row["states"] = true
		}
		if d.Renewed[r] {
			edges.renewed = append(edges.renewed, row)
		} else {
			edges.fresh = append(edges.fresh, row)
		}
	}
	w.all(`UNWIND $rows AS key MATCH (r:_NodeRecord {key: key}) DELETE r`, goneNodes)
	w.all(`UNWIND $rows AS key MATCH (r:_EdgeRecord {key: key}) DELETE r`, goneEdges)
	w.all(`UNWIND $rows AS r MATCH (x:_NodeRecord {key: r.key}) SET x = r`, nodes.renewed)
	w.all(`UNWIND $rows AS r MATCH (x:_EdgeRecord {key: r.key}) SET x = r`, edges.renewed)
	w.all(`UNWIND $rows AS r CREATE (x:_NodeRecord) SET x = r`, nodes.fresh)
	w.all(`UNWIND $rows AS r CREATE (x:_EdgeRecord) SET x = r`, edges.fresh)
}

func (w *writer) claims(d *commit.Delta) {
	row := func(c commit.Claim) []any { return []any{c.Scheme, c.Value, c.Node} }
	w.all(`UNWIND $rows AS r MATCH (i:_Identifier {scheme: r[0], value: r[1]}) WHERE i.node = r[2] DELETE i`, rows(d.GoneClaims, row))
	w.all(`UNWIND $rows AS r CREATE (:_Identifier {scheme: r[0], value: r[1], node: r[2]})`, rows(d.Claims, row))
}

func (w *writer) merges(d *commit.Delta) {
	w.all(`UNWIND $rows AS r MATCH (a:_Id {id: r[0]})-[m:_MERGED_INTO]->(b) DELETE m
		WITH collect(a) + collect(b) AS all UNWIND all AS x WITH DISTINCT x WHERE NOT EXISTS { (x)-[:_MERGED_INTO]-() } DELETE x`, rows(d.GoneMerges, func(id string) []any { return []any{id} }))
	w.all(`UNWIND $rows AS r MERGE (a:_Id {id: r[0]}) MERGE (b:_Id {id: r[1]})
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
