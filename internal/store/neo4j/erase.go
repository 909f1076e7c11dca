package neo4j

import (
	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
)

// scrub takes people out of the log and out of the answers to earlier batches.
func scrub(t *tx, ids []string) error {
	for _, id := range ids {
		if err := scrubLog(t, id); err != nil {
			return err
		}
		if err := scrubBatches(t, id); err != nil {
			return err
		}
	}
	return nil
}

func scrubLog(t *tx, id string) error {
	d := codec.NewDecoder()
	var changed []any
	err := t.each(`MATCH (c:_Commit) WHERE c.nodes CONTAINS $id OR c.edges CONTAINS $id OR c.goneNodes CONTAINS $id OR c.goneEdges CONTAINS $id
		RETURN c.revision, c.nodes, c.edges, c.goneNodes, c.goneEdges`, map[string]any{"id": string(codec.AppendString(nil, id))}, func(v []any) error {
		var c store.Commit
		if err := changelog.Decode(d, &c, []byte("[]"), []byte(str(v[1])), []byte(str(v[2])), []byte(str(v[3])), []byte(str(v[4]))); err != nil {
			return damaged(err)
		}
		changelog.Scrub(&c, id)
		i := changelog.Encode(c, changelog.Plain)
		changed = append(changed, map[string]any{"revision": v[0], "images": map[string]any{"nodes": i.Nodes, "edges": i.Edges, "goneNodes": i.GoneNodes, "goneEdges": i.GoneEdges}})
		return nil
	})
	if err != nil || len(changed) == 0 {
		return err
	}
	return t.do(`UNWIND $rows AS r MATCH (c:_Commit {revision: r.revision}) SET c += r.images`, map[string]any{"rows": changed})
}

func scrubBatches(t *tx, id string) error {
	var changed []any
	err := t.each(`MATCH (b:_Batch) WHERE b.result CONTAINS $id RETURN b.id, b.result`, map[string]any{"id": changelog.Quoted(id)}, func(v []any) error {
		a, err := changelog.ParseAnswer([]byte(str(v[1])))
		if err != nil {
			return damaged(err)
		}
		a.Scrub(id)
		changed = append(changed, []any{v[0], a.String()})
		return nil
	})
	if err != nil || len(changed) == 0 {
		return err
	}
	return t.do(`UNWIND $rows AS r MATCH (b:_Batch {id: r[0]}) SET b.result = r[1]`, map[string]any{"rows": changed})
}
