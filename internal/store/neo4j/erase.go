package neo4j

import (
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
)

// What erasing means for the bytes of the server's files. Once Apply has returned, nothing
// that can be asked of the database tells of the person: no node, relationship, record, name,
// identifier, index, entry of the log or answer to a batch. But Neo4j only marks deleted
// records as free, and writes over them when it needs the space; and its transaction logs
// keep what was written until they are pruned (db.tx_log.rotation.retention_policy), as do
// backups. None of this can be done from within: where the bytes matter, set a short
// retention, and after erasing copy the store into an empty database (clustergraph copy) or
// let neo4j-admin database copy compact it; then delete the old files.

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
	quoted := string(codec.AppendString(nil, id))
	err := t.each(`MATCH (c:_Commit) WHERE any(x IN [c.nodes, c.edges, c.goneNodes, c.goneEdges, c.changes] WHERE NOT x IS :: STRING OR x CONTAINS $id)
		RETURN c.revision, c.nodes, c.edges, c.goneNodes, c.goneEdges, c.changes`, map[string]any{"id": quoted}, func(v []any) error {
		if err := unpack(v); err != nil {
			return err
		}
		if !slices.ContainsFunc(v[1:], func(x any) bool { return strings.Contains(str(x), quoted) }) {
			return nil
		}
		var c store.Commit
		if err := changelog.Decode(d, &c, []byte("[]"), []byte(str(v[1])), []byte(str(v[2])), []byte(str(v[3])), []byte(str(v[4]))); err != nil {
			return damaged(err)
		}
		changelog.Scrub(&c, id)
		i := changelog.Encode(c, changelog.Plain)
		images := map[string]any{"nodes": pack(i.Nodes), "edges": pack(i.Edges), "goneNodes": pack(i.GoneNodes), "goneEdges": pack(i.GoneEdges)}
		changes, err := changesOf(v[5])
		if err != nil {
			return err
		}
		if changes != nil {
			images["changes"] = pack(changelog.EncodeChanges(changelog.ScrubChanges(changes, id)))
		}
		changed = append(changed, map[string]any{"revision": v[0], "images": images})
		return nil
	})
	if err != nil || len(changed) == 0 {
		return err
	}
	return t.do(`UNWIND $rows AS r MATCH (c:_Commit {revision: r.revision}) SET c += r.images`, map[string]any{"rows": changed})
}

func scrubBatches(t *tx, id string) error {
	var changed []any
	quoted := changelog.Quoted(id)
	err := t.each(`MATCH (b:_Batch) WHERE NOT b.result IS :: STRING OR b.result CONTAINS $id RETURN b.id, b.result`, map[string]any{"id": quoted}, func(v []any) error {
		if err := unpack(v); err != nil {
			return err
		}
		if !strings.Contains(str(v[1]), quoted) {
			return nil
		}
		a, err := changelog.ParseAnswer([]byte(str(v[1])))
		if err != nil {
			return damaged(err)
		}
		a.Scrub(id)
		changed = append(changed, []any{v[0], pack(a.String())})
		return nil
	})
	if err != nil || len(changed) == 0 {
		return err
	}
	return t.do(`UNWIND $rows AS r MATCH (b:_Batch {id: r[0]}) SET b.result = r[1]`, map[string]any{"rows": changed})
}
