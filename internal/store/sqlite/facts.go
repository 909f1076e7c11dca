package sqlite

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// facts answers from within a transaction: whatever it is asked, with one statement.
type facts struct {
	*session
	decode *codec.Decoder
	// Whether there are any rows at all; where there are none, nothing need be asked.
	merges, deniedNodes, deniedEdges, distinct, erased bool
}

// begin is where the store stands, and what can be asked of it.
func begin(s *session) (commit.Now, *facts, error) {
	var now commit.Now
	f := &facts{session: s, decode: codec.NewDecoder()}
	err := s.row(`SELECT epoch, revision, salt, EXISTS (SELECT 1 FROM merges), EXISTS (SELECT 1 FROM denied_nodes), EXISTS (SELECT 1 FROM denied_edges),
		EXISTS (SELECT 1 FROM distinct_nodes), EXISTS (SELECT 1 FROM erased) FROM meta`).
		Scan(&now.Revision.Epoch, &now.Revision.Number, &now.Salt, &f.merges, &f.deniedNodes, &f.deniedEdges, &f.distinct, &f.erased)
	return now, f, err
}

func (f *facts) Merges(ctx context.Context, ids []string) (out []commit.Merge, err error) {
	if !f.merges {
		return nil, nil
	}
	err = f.ask(ctx, `WITH RECURSIVE met (id) AS (
			SELECT value FROM json_each(?)
			UNION SELECT into_node FROM merges JOIN met ON former = id
			UNION SELECT former FROM merges JOIN met ON into_node = id)
		SELECT former, into_node FROM merges WHERE former IN (SELECT id FROM met)`, list(ids), func(scan func(...any) error) error {
		var m commit.Merge
		err := scan(&m.Former, &m.Into)
		out = append(out, m)
		return err
	})
	return out, err
}

func (f *facts) Heads(ctx context.Context, ids []string) (out []commit.Head, err error) {
	err = f.ask(ctx, `SELECT n.id, kind, denied FROM json_each(?) j CROSS JOIN nodes n ON n.id = j.value`, list(ids), func(scan func(...any) error) error {
		var h commit.Head
		err := scan(&h.ID, &h.Kind, &h.Denied)
		out = append(out, h)
		return err
	})
	return out, err
}

const nodeRecord = `node, source, place, part, kind, r.props, at, rank, confidence, derived, applied_by, run, revision`

func (f *facts) NodeRecords(ctx context.Context, ids []string) (out []*commit.Record, denied []string, err error) {
	arg := list(ids)
	out, err = f.nodeRecords(ctx, `SELECT `+nodeRecord+` FROM json_each(?) CROSS JOIN node_records r ON node = value`, arg)
	if err != nil || !f.deniedNodes {
		return out, nil, err
	}
	err = f.ask(ctx, `SELECT node FROM json_each(?) CROSS JOIN denied_nodes ON node = value`, arg, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		denied = append(denied, id)
		return err
	})
	return out, denied, err
}

func (f *facts) nodeRecords(ctx context.Context, query string, args ...any) (out []*commit.Record, err error) {
	var props raw
	var at sql.NullString
	err = f.askAll(ctx, query, args, func(scan func(...any) error) error {
		r := &commit.Record{}
		err := scan(&r.Subject.Node, &r.Source, &r.Place, &r.Part, &r.Kind, &props, &at, &r.Rank, &r.Confidence, &r.Derived, &r.By, &r.Run, &r.Revision)
		out = append(out, r)
		return f.finish(r, err, props, at)
	})
	return out, err
}

func (f *facts) finish(r *commit.Record, err error, props []byte, at sql.NullString) error {
	if err != nil {
		return err
	}
	if r.Props, err = f.decode.Props(props); err != nil {
		return damaged(err)
	}
	if at.Valid {
		if r.At, err = codec.ParseDateText(at.String); err != nil {
			return damaged(err)
		}
	}
	return nil
}

// damaged says that a row does not hold what we wrote.
func damaged(err error) error {
	return fmt.Errorf("%w: the file holds what this program does not write; restore a backup: %w", store.ErrUnavailable, err)
}

const edgeRecord = `from_node, r.type, to_node, r.key, source, place, part, states, r.props, at, rank, confidence, derived, applied_by, run, revision`

// onEdge compares the columns of an edge with the elements of a JSON list of lists.
const onEdge = `from_node = value ->> 0 AND r.type = value ->> 1 AND to_node = value ->> 2 AND r.key = value ->> 3`

func (f *facts) EdgeRecords(ctx context.Context, edges []store.EdgeID) (out []*commit.Record, denied []store.EdgeID, err error) {
	arg := changelog.Edges(edges)
	out, err = f.edgeRecords(ctx, `SELECT `+edgeRecord+` FROM json_each(?) CROSS JOIN edge_records r ON `+onEdge, arg)
	if err != nil || !f.deniedEdges {
		return out, nil, err
	}
	denied, err = f.edges(ctx, `SELECT from_node, r.type, to_node, r.key FROM json_each(?) CROSS JOIN denied_edges r ON `+onEdge, arg)
	return out, denied, err
}

func (f *facts) EdgeRecordsAt(ctx context.Context, ids []string) (out []*commit.Record, denied []store.EdgeID, err error) {
	arg := list(ids)
	out, err = f.edgeRecords(ctx, `SELECT `+edgeRecord+` FROM json_each(?1) CROSS JOIN edge_records r ON from_node = value
		UNION ALL SELECT `+edgeRecord+` FROM json_each(?1) CROSS JOIN edge_records r ON to_node = value WHERE from_node NOT IN (SELECT value FROM json_each(?1))`, arg)
	if err != nil || !f.deniedEdges {
		return out, nil, err
	}
	denied, err = f.edges(ctx, `SELECT from_node, r.type, to_node, r.key FROM json_each(?1) CROSS JOIN denied_edges r ON from_node = value
		UNION SELECT from_node, r.type, to_node, r.key FROM json_each(?1) CROSS JOIN denied_edges r ON to_node = value`, arg)
	return out, denied, err
}

func (f *facts) edgeRecords(ctx context.Context, query string, args ...any) (out []*commit.Record, err error) {
	var props raw
	var at sql.NullString
	err = f.askAll(ctx, query, args, func(scan func(...any) error) error {
		r := &commit.Record{}
		e := &r.Edge
		err := scan(&e.From, &e.Type, &e.To, &e.Key, &r.Source, &r.Place, &r.Part, &r.States, &props, &at, &r.Rank, &r.Confidence, &r.Derived, &r.By, &r.Run, &r.Revision)
		out = append(out, r)
		return f.finish(r, err, props, at)
	})
	return out, err
}

func (f *facts) edges(ctx context.Context, query string, args ...any) (out []store.EdgeID, err error) {
	err = f.askAll(ctx, query, args, func(scan func(...any) error) error {
		var e store.EdgeID
		err := scan(&e.From, &e.Type, &e.To, &e.Key)
		out = append(out, e)
		return err
	})
	return out, err
}

func (f *facts) SaidBy(ctx context.Context, sources []string, run *string) (out []store.Subject, err error) {
	arg := list(sources)
	err = f.askAll(ctx, `SELECT DISTINCT node FROM json_each(?1) CROSS JOIN node_records ON source = value AND source <> ''
		WHERE ?2 IS NULL OR run <> ?2 AND rank < 4`, []any{arg, run}, func(scan func(...any) error) error {
		var x store.Subject
		err := scan(&x.Node)
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	edges, err := f.edges(ctx, `SELECT DISTINCT from_node, r.type, to_node, r.key FROM json_each(?1) CROSS JOIN edge_records r ON source = value AND source <> ''
		WHERE ?2 IS NULL OR run <> ?2 AND rank < 4`, arg, run)
	for _, e := range edges {
		out = append(out, store.Subject{Edge: e})
	}
	return out, err
}

func (f *facts) Claims(ctx context.Context, ids []store.Identifier) (out []commit.Claim, err error) {
	arg := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			arg = append(arg, ',')
		}
		arg = codec.AppendStrings(arg, []string{id.Scheme, id.Value})
	}
	err = f.ask(ctx, `SELECT scheme, i.value, node FROM json_each(?) j CROSS JOIN identifiers i ON scheme = j.value ->> 0 AND i.value = j.value ->> 1`,
		string(append(arg, ']')), func(scan func(...any) error) error {
			var c commit.Claim
			err := scan(&c.Scheme, &c.Value, &c.Node)
			out = append(out, c)
			return err
		})
	return out, err
}

func (f *facts) Named(ctx context.Context, keys []string) (out []commit.Name, err error) {
	err = f.ask(ctx, `SELECT n.key, node FROM json_each(?) j CROSS JOIN names n ON n.key = j.value`, list(keys), func(scan func(...any) error) error {
		var n commit.Name
		err := scan(&n.Key, &n.Node)
		out = append(out, n)
		return err
	})
	return out, err
}

func (f *facts) Distinct(ctx context.Context, ids []string) (out [][2]string, err error) {
	if !f.distinct {
		return nil, nil
	}
	err = f.ask(ctx, `SELECT a, b FROM json_each(?1) CROSS JOIN distinct_nodes ON a = value
		UNION SELECT a, b FROM json_each(?1) CROSS JOIN distinct_nodes ON b = value`, list(ids), func(scan func(...any) error) error {
		var p [2]string
		err := scan(&p[0], &p[1])
		out = append(out, p)
		return err
	})
	return out, err
}

func (f *facts) Erased(ctx context.Context, hashes []commit.Hash) (out []commit.Hash, err error) {
	if !f.erased {
		return nil, nil
	}
	texts := make([]string, len(hashes))
	for i, h := range hashes {
		texts[i] = hex.EncodeToString(h[:])
	}
	err = f.ask(ctx, `SELECT hash FROM json_each(?) CROSS JOIN erased ON hash = value`, list(texts), func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		var h commit.Hash
		_, err := hex.Decode(h[:], []byte(text))
		out = append(out, h)
		return err
	})
	return out, err
}

func (f *facts) ask(ctx context.Context, query, arg string, row func(scan func(...any) error) error) error {
	return f.askAll(ctx, query, []any{arg}, row)
}

func (f *facts) askAll(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	n := 0
	return f.each(query, args, func(scan func(...any) error) error {
		if n++; n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return row(scan)
	})
}
