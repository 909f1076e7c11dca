package neo4j

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// facts answers from within a transaction: whatever it is asked, with one statement.
type facts struct {
	*tx
	decode *codec.Decoder
	// Whether there ever were any; where there were none, nothing need be asked.
	merges, denials, distinct, erased bool

	// What was found tells the writer what need not be looked for again.
	originals map[string]*original // by id; nil if there is none
	edgeRows  map[store.EdgeID][]edgeRow
	heads     map[string]bool // asked for: whether there is such a node
	grouped   map[string]bool // ids that stand in a merge
}

// original is what lies at an original node.
type original struct{ said []saidRow }

// saidRow is a record of a node as it lies there.
type saidRow struct {
	at   recordPlace
	json string
}

// edgeRow is a record of an edge, and where it lies.
type edgeRow struct {
	at      recordPlace
	element string
}

func newFacts(t *tx) *facts {
	return &facts{tx: t, decode: codec.NewDecoder(), originals: map[string]*original{}, edgeRows: map[store.EdgeID][]edgeRow{}, heads: map[string]bool{}, grouped: map[string]bool{}}
}

// isNew tells whether an original node was asked for, and is none yet.
func (f *facts) isNew(id string) bool {
	o, asked := f.originals[id]
	return asked && o == nil
}

// rows are lists as a parameter.
func rows[T any](of []T, row func(T) []any) []any {
	out := make([]any, len(of))
	for i, x := range of {
		out[i] = row(x)
	}
	return out
}

// places are ids, each once, by which rows tell their ends: many are at the same nodes, so each
// is looked for once.
type places struct {
	ids []string
	at  map[string]int64
}

// of is the place of an id.
func (p *places) of(id string) int64 {
	at, met := p.at[id]
	if !met {
		if p.at == nil {
			p.at = map[string]int64{}
		}
		at = int64(len(p.ids))
		p.at[id] = at
		p.ids = append(p.ids, id)
	}
	return at
}

func (f *facts) Merges(_ context.Context, ids []string) (out []commit.Merge, err error) {
	if !f.merges {
		return nil, nil
	}
	err = f.gather(`UNWIND $ids AS id
		MATCH (:_Id {node: id})-[:_MERGED_INTO*0..]->(root) WHERE NOT EXISTS { (root)-[:_MERGED_INTO]->() }
		WITH DISTINCT root
		MATCH (root)<-[:_MERGED_INTO*0..]-(into)<-[:_MERGED_INTO]-(former)
		RETURN former.node, into.node`, map[string]any{"ids": ids}, func(v []any) error {
		m := commit.Merge{Former: str(v[0]), Into: str(v[1])}
		f.grouped[m.Former], f.grouped[m.Into] = true, true
		out = append(out, m)
		return nil
	})
	return out, err
}

func (f *facts) Heads(_ context.Context, ids []string) (out []commit.Head, err error) {
	for _, id := range ids {
		f.heads[id] = false
	}
	query := `UNWIND $ids AS id MATCH (n:Node {id: id}) RETURN n.id, n._kind, false`
	if f.denials {
		query = `UNWIND $ids AS id CALL (id) {
			MATCH (n:Node {id: id}) RETURN n, false AS denied UNION ALL MATCH (n:_Denied {id: id}) RETURN n, true AS denied
		} RETURN n.id, n._kind, denied`
	}
	err = f.gather(query, map[string]any{"ids": ids}, func(v []any) error {
		f.heads[str(v[0])] = true
		out = append(out, commit.Head{ID: str(v[0]), Kind: str(v[1]), Denied: v[2] == true})
		return nil
	})
	return out, err
}

const (
	edgeColumns = `r.from, r.type, r.to, r.edgeKey`
	// saidColumns begin as edgeColumns do.
	saidColumns = `startNode(r).node, r.type, endNode(r).node, r.edgeKey, r.said, elementId(r)`

	nodeRecordsOf = `UNWIND $ids AS id MATCH (x:_Id {node: id}) RETURN x.node, x.said`
	// Both ends are found first, which the planner would not: of one, such as a country, there
	// may be many edges. Of an end that is not there stands 0.
	edgeRecordsOf = `UNWIND range(0, size($ids) - 1) AS i WITH i, $ids[i] AS id OPTIONAL MATCH (n:_Id {node: id}) WITH i, n ORDER BY i WITH collect(coalesce(n, 0)) AS n
		UNWIND $of AS x WITH n[x[0]] AS a, n[x[2]] AS b, x[1] AS type, x[3] AS key WHERE a <> 0 AND b <> 0
		MATCH (a)-[r:_SAID]->(b) WHERE r.type = type AND coalesce(r.edgeKey, '') = key RETURN a.node, type, b.node, key, r.said, elementId(r)`
	edgeRecordsAt = `UNWIND $ids AS id MATCH (x:_Id {node: id}) MATCH (x)-[r:_SAID]-() WITH DISTINCT r RETURN ` + saidColumns
)

func (f *facts) NodeRecords(_ context.Context, ids []string) (out []*commit.Record, denied []string, err error) {
	for _, id := range ids {
		f.originals[id] = nil
	}
	err = f.gather(nodeRecordsOf, map[string]any{"ids": ids}, func(v []any) error {
		o := &original{}
		f.originals[str(v[0])] = o
		return f.said(v, func(r *commit.Record, json string) {
			o.said = append(o.said, saidRow{placeOf(r), json})
			out = append(out, r)
		})
	})
	if err != nil || !f.denials {
		return out, nil, err
	}
	err = f.gather(`UNWIND $keys AS key MATCH (d:_NodeDenial {key: key}) RETURN d.node`, map[string]any{"keys": each(ids, nodeKey)}, func(v []any) error {
		denied = append(denied, str(v[0]))
		return nil
	})
	return out, denied, err
}

// said tells the records in a row of an original node's id and what is said of it.
func (f *facts) said(v []any, tell func(r *commit.Record, json string)) error {
	list, _ := v[1].([]any)
	for _, x := range list {
		r, err := readRecord(f.decode, str(x))
		if err != nil {
			return err
		}
		r.Subject.Node = str(v[0])
		tell(r, str(x))
	}
	return nil
}

func (f *facts) EdgeRecords(_ context.Context, edges []store.EdgeID) (out []*commit.Record, denied []store.EdgeID, err error) {
	var of []any
	ends := places{}
	for _, e := range edges {
		f.edgeRows[e] = nil
		if !f.isNew(e.From) && !f.isNew(e.To) {
			of = append(of, []any{ends.of(e.From), e.Type, ends.of(e.To), e.Key})
		}
	}
	if len(of) > 0 {
		out, err = f.edgeRecords(edgeRecordsOf, map[string]any{"ids": ends.ids, "of": of})
	}
	if err != nil || !f.denials {
		return out, nil, err
	}
	denied, err = f.edges(`UNWIND $keys AS key MATCH (r:_EdgeDenial {key: key}) RETURN `+edgeColumns, map[string]any{"keys": each(edges, edgeKey)})
	return out, denied, err
}

func (f *facts) EdgeRecordsAt(_ context.Context, ids []string) (out []*commit.Record, denied []store.EdgeID, err error) {
	known := slices.DeleteFunc(slices.Clone(ids), f.isNew)
	if len(known) > 0 {
		out, err = f.edgeRecords(edgeRecordsAt, map[string]any{"ids": known})
	}
	if err != nil || !f.denials {
		return out, nil, err
	}
	denied, err = f.edges(`UNWIND $of AS x CALL (x) {
			MATCH (r:_EdgeDenial) WHERE r.key STARTS WITH x[0] AND r.from = x[1] RETURN r
			UNION MATCH (r:_EdgeDenial) WHERE r.to = x[1] RETURN r
		} WITH DISTINCT r RETURN `+edgeColumns, map[string]any{"of": rows(ids, func(id string) []any { return []any{nodeKey(id), id} })})
	return out, denied, err
}

// edgeRecords reads rows of [saidColumns].
func (f *facts) edgeRecords(query string, params map[string]any) (out []*commit.Record, err error) {
	err = f.gather(query, params, func(v []any) error {
		r, err := edgeRecord(f.decode, v)
		if err != nil {
			return err
		}
		f.edgeRows[r.Edge] = append(f.edgeRows[r.Edge], edgeRow{placeOf(r), str(v[5])})
		out = append(out, r)
		return nil
	})
	return out, err
}

func (f *facts) edges(query string, params map[string]any) (out []store.EdgeID, err error) {
	err = f.gather(query, params, func(v []any) error {
		out = append(out, edgeOf(v))
		return nil
	})
	return out, err
}

// edgeOf is the edge of columns that begin with [edgeColumns].
func edgeOf(v []any) store.EdgeID {
	return store.EdgeID{From: str(v[0]), Type: str(v[1]), To: str(v[2]), Key: str(v[3])}
}

// SaidBy looks at every record, as few ask for it.
func (f *facts) SaidBy(_ context.Context, sources []string, run *string) (out []store.Subject, err error) {
	met := map[store.Subject]bool{}
	take := func(r *commit.Record) {
		if met[r.Subject] || !slices.Contains(sources, r.Source) || run != nil && (r.Run == *run || r.Rank == store.ByHand) {
			return
		}
		met[r.Subject] = true
		out = append(out, r.Subject)
	}
	params := map[string]any{"sources": sources}
	err = f.each(`MATCH (x:_Id) WHERE any(s IN x.sources WHERE s IN $sources) RETURN x.node, x.said`, params, func(v []any) error {
		return f.said(v, func(r *commit.Record, _ string) { take(r) })
	})
	if err != nil {
		return nil, err
	}
	err = f.each(`MATCH ()-[r:_SAID]->() WHERE r.source IN $sources RETURN `+saidColumns, params, func(v []any) error {
		r, err := edgeRecord(f.decode, v)
		if err == nil {
			take(r)
		}
		return err
	})
	return out, err
}

func (f *facts) Claims(_ context.Context, ids []store.Identifier) (out []commit.Claim, err error) {
	err = f.gather(`UNWIND $of AS x MATCH (i:_Identifier {scheme: x[0], value: x[1]}) RETURN i.scheme, i.value, i.node`,
		map[string]any{"of": rows(ids, func(id store.Identifier) []any { return []any{id.Scheme, id.Value} })}, func(v []any) error {
			out = append(out, claimOf(v))
			return nil
		})
	return out, err
}

func claimOf(v []any) commit.Claim {
	return commit.Claim{Identifier: store.Identifier{Scheme: str(v[0]), Value: str(v[1])}, Node: str(v[2])}
}

func (f *facts) Named(_ context.Context, keys []string) (out []commit.Name, err error) {
	err = f.gather(`UNWIND $of AS x MATCH (n:_Name {key: x[0]}) WHERE coalesce(n.whole, n.key) = x[1] RETURN x[1], n.node`,
		map[string]any{"of": rows(keys, func(k string) []any { return []any{bounded(k), k} })}, func(v []any) error {
			out = append(out, commit.Name{Key: str(v[0]), Node: str(v[1])})
			return nil
		})
	return out, err
}

func (f *facts) Distinct(_ context.Context, ids []string) (out [][2]string, err error) {
	if !f.distinct {
		return nil, nil
	}
	err = f.gather(`UNWIND $ids AS id CALL (id) { MATCH (d:_Distinct {a: id}) RETURN d UNION MATCH (d:_Distinct {b: id}) RETURN d } WITH DISTINCT d RETURN d.a, d.b`,
		map[string]any{"ids": ids}, func(v []any) error {
			out = append(out, [2]string{str(v[0]), str(v[1])})
			return nil
		})
	return out, err
}

func (f *facts) Erased(_ context.Context, hashes []commit.Hash) (out []commit.Hash, err error) {
	if !f.erased {
		return nil, nil
	}
	err = f.gather(`UNWIND $hashes AS hash MATCH (e:_Erased {hash: hash}) RETURN e.hash`, map[string]any{"hashes": each(hashes, hexOf)}, func(v []any) error {
		var h commit.Hash
		_, err := hex.Decode(h[:], []byte(str(v[0])))
		out = append(out, h)
		return err
	})
	return out, err
}

func hexOf(h commit.Hash) string { return hex.EncodeToString(h[:]) }

func each[T, U any](of []T, f func(T) U) []U {
	out := make([]U, len(of))
	for i, x := range of {
		out[i] = f(x)
	}
	return out
}

// str, num and moment are values as the driver tells them; what is left out is the zero
// value.
func str(v any) string       { s, _ := v.(string); return s }
func num(v any) int64        { n, _ := v.(int64); return n }
func moment(v any) time.Time { t, _ := v.(time.Time); return t.UTC() }
