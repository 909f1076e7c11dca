package neo4j

import (
	"context"
	"encoding/hex"
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
}

// rows are lists as a parameter.
func rows[T any](of []T, row func(T) []any) []any {
	out := make([]any, len(of))
	for i, x := range of {
		out[i] = row(x)
	}
	return out
}

func (f *facts) Merges(_ context.Context, ids []string) (out []commit.Merge, err error) {
	if !f.merges {
		return nil, nil
	}
	err = f.each(`UNWIND $ids AS id
		MATCH (:_Id {id: id})-[:_MERGED_INTO*0..]->(root) WHERE NOT EXISTS { (root)-[:_MERGED_INTO]->() }
		WITH DISTINCT root
		MATCH (root)<-[:_MERGED_INTO*0..]-(into)<-[:_MERGED_INTO]-(former)
		RETURN former.id, into.id`, map[string]any{"ids": ids}, func(v []any) error {
		out = append(out, commit.Merge{Former: str(v[0]), Into: str(v[1])})
		return nil
	})
	return out, err
}

func (f *facts) Heads(_ context.Context, ids []string) (out []commit.Head, err error) {
	query := `UNWIND $ids AS id MATCH (n:Node {id: id}) RETURN n.id, n._kind, false`
	if f.denials {
		query = `UNWIND $ids AS id CALL (id) {
			MATCH (n:Node {id: id}) RETURN n, false AS denied UNION ALL MATCH (n:_Denied {id: id}) RETURN n, true AS denied
		} RETURN n.id, n._kind, denied`
	}
	err = f.each(query, map[string]any{"ids": ids}, func(v []any) error {
		out = append(out, commit.Head{ID: str(v[0]), Kind: str(v[1]), Denied: v[2] == true})
		return nil
	})
	return out, err
}

// The columns of records, of which the last ones are the same for both kinds.
const (
	nodeRecordColumns = `r.node, r.kind, r.source, r.place, r.part, r.props, r.at, r.rank, r.confidence, r.derived, r.by, r.run, r.revision`
	edgeRecordColumns = `r.from, r.type, r.to, r.edgeKey, r.states, r.source, r.place, r.part, r.props, r.at, r.rank, r.confidence, r.derived, r.by, r.run, r.revision`
	edgeColumns       = `r.from, r.type, r.to, r.edgeKey`

	// Keys are hinted at: the planner would rather seek the edges to a node, of which a
	// country or a call has as many as there are.
	nodeRecordsOf = `UNWIND $of AS x MATCH (r:_NodeRecord) USING INDEX r:_NodeRecord(key) WHERE r.key STARTS WITH x[0] AND r.node = x[1] RETURN ` + nodeRecordColumns
	edgeRecordsOf = `UNWIND $of AS x MATCH (r:_EdgeRecord) USING INDEX r:_EdgeRecord(key)
		WHERE r.key STARTS WITH x[0] AND r.from = x[1] AND r.type = x[2] AND r.to = x[3] AND coalesce(r.edgeKey, '') = x[4] RETURN ` + edgeRecordColumns
	edgeRecordsAt = `UNWIND $of AS x CALL (x) {
			MATCH (r:_EdgeRecord) USING INDEX r:_EdgeRecord(key) WHERE r.key STARTS WITH x[0] AND r.from = x[1] RETURN r
			UNION MATCH (r:_EdgeRecord) USING INDEX r:_EdgeRecord(to) WHERE r.to = x[1] RETURN r
		} WITH DISTINCT r RETURN ` + edgeRecordColumns
)

func (f *facts) NodeRecords(_ context.Context, ids []string) (out []*commit.Record, denied []string, err error) {
	out, err = f.nodeRecords(nodeRecordsOf,
		map[string]any{"of": rows(ids, func(id string) []any { return []any{nodeKey(id), id} })})
	if err != nil || !f.denials {
		return out, nil, err
	}
	err = f.each(`UNWIND $keys AS key MATCH (d:_NodeDenial {key: key}) RETURN d.node`, map[string]any{"keys": each(ids, nodeKey)}, func(v []any) error {
		denied = append(denied, str(v[0]))
		return nil
	})
	return out, denied, err
}

func (f *facts) nodeRecords(query string, params map[string]any) (out []*commit.Record, err error) {
	err = f.each(query, params, func(v []any) error {
		r, err := f.record(v[2:])
		if err != nil {
			return err
		}
		r.Subject.Node, r.Kind = str(v[0]), str(v[1])
		out = append(out, r)
		return nil
	})
	return out, err
}

// record reads what all records have, from source on.
func (f *facts) record(v []any) (r *commit.Record, err error) {
	r = &commit.Record{Source: str(v[0]), Place: str(v[1]), Part: int(num(v[2])), Rank: store.Rank(num(v[5])),
		Derived: v[7] == true, By: str(v[8]), Run: str(v[9]), Revision: uint64(num(v[10]))}
	r.Confidence = 1
	if c, ok := v[6].(float64); ok {
		r.Confidence = c
	}
	if r.Props, err = f.decode.Props([]byte(orNull(v[3]))); err != nil {
		return nil, damaged(err)
	}
	if at := str(v[4]); at != "" {
		if r.At, err = codec.ParseDateText(at); err != nil {
			return nil, damaged(err)
		}
	}
	return r, nil
}

func (f *facts) EdgeRecords(_ context.Context, edges []store.EdgeID) (out []*commit.Record, denied []store.EdgeID, err error) {
	of := map[string]any{"of": rows(edges, func(e store.EdgeID) []any { return []any{edgeKey(e), e.From, e.Type, e.To, e.Key} })}
	out, err = f.edgeRecords(edgeRecordsOf, of)
	if err != nil || !f.denials {
		return out, nil, err
	}
	denied, err = f.edges(`UNWIND $of AS x MATCH (r:_EdgeDenial {key: x[0]}) RETURN `+edgeColumns, of)
	return out, denied, err
}

func (f *facts) EdgeRecordsAt(_ context.Context, ids []string) (out []*commit.Record, denied []store.EdgeID, err error) {
	of := map[string]any{"of": rows(ids, func(id string) []any { return []any{nodeKey(id), id} })}
	out, err = f.edgeRecords(edgeRecordsAt, of)
	if err != nil || !f.denials {
		return out, nil, err
	}
	denied, err = f.edges(`UNWIND $of AS x CALL (x) {
			MATCH (r:_EdgeDenial) WHERE r.key STARTS WITH x[0] AND r.from = x[1] RETURN r
			UNION MATCH (r:_EdgeDenial) WHERE r.to = x[1] RETURN r
		} WITH DISTINCT r RETURN `+edgeColumns, of)
	return out, denied, err
}

func (f *facts) edgeRecords(query string, params map[string]any) (out []*commit.Record, err error) {
	err = f.each(query, params, func(v []any) error {
		r, err := f.record(v[5:])
		if err != nil {
			return err
		}
		r.Edge, r.States = edgeOf(v), v[4] == true
		out = append(out, r)
		return nil
	})
	return out, err
}

func (f *facts) edges(query string, params map[string]any) (out []store.EdgeID, err error) {
	err = f.each(query, params, func(v []any) error {
		out = append(out, edgeOf(v))
		return nil
	})
	return out, err
}

// edgeOf is the edge of columns that begin with [edgeColumns].
func edgeOf(v []any) store.EdgeID {
	return store.EdgeID{From: str(v[0]), Type: str(v[1]), To: str(v[2]), Key: str(v[3])}
}

func (f *facts) SaidBy(_ context.Context, sources []string, run *string) (out []store.Subject, err error) {
	params := map[string]any{"sources": sources, "run": nil}
	if run != nil {
		params["run"] = *run
	}
	err = f.each(`UNWIND $sources AS source MATCH (r:_NodeRecord {source: source}) WHERE $run IS NULL OR coalesce(r.run, '') <> $run AND r.rank < 4 RETURN DISTINCT r.node`,
		params, func(v []any) error {
			out = append(out, store.Subject{Node: str(v[0])})
			return nil
		})
	if err != nil {
		return nil, err
	}
	edges, err := f.edges(`UNWIND $sources AS source MATCH (r:_EdgeRecord {source: source}) WHERE $run IS NULL OR coalesce(r.run, '') <> $run AND r.rank < 4 RETURN DISTINCT `+edgeColumns, params)
	for _, e := range edges {
		out = append(out, store.Subject{Edge: e})
	}
	return out, err
}

func (f *facts) Claims(_ context.Context, ids []store.Identifier) (out []commit.Claim, err error) {
	err = f.each(`UNWIND $of AS x MATCH (i:_Identifier {scheme: x[0], value: x[1]}) RETURN i.scheme, i.value, i.node`,
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
	err = f.each(`UNWIND $of AS x MATCH (n:_Name {key: x[0]}) WHERE coalesce(n.whole, n.key) = x[1] RETURN x[1], n.node`,
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
	err = f.each(`UNWIND $ids AS id CALL (id) { MATCH (d:_Distinct {a: id}) RETURN d UNION MATCH (d:_Distinct {b: id}) RETURN d } WITH DISTINCT d RETURN d.a, d.b`,
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
	err = f.each(`UNWIND $hashes AS hash MATCH (e:_Erased {hash: hash}) RETURN e.hash`, map[string]any{"hashes": each(hashes, hexOf)}, func(v []any) error {
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
