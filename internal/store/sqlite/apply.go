package sqlite

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// Apply implements store.Truth. When it returns, the commit is on the disk, and followers
// in this process have it in their queues.
//
// Erasing a person costs what is stored, once: the log and the answers to earlier batches
// are searched for him.
func (t *Truth) Apply(ctx context.Context, b store.Batch) (store.Result, error) {
	leave, err := t.enter(ctx)
	if err != nil {
		return store.Result{}, err
	}
	defer leave()
	var d *commit.Delta
	var again *store.Result
	err = t.write(ctx, func(s *session) error {
		now, f, err := begin(s)
		if err != nil {
			return err
		}
		if again, err = repeated(s, b.ID, now.Revision.Epoch); err != nil || again != nil {
			return err
		}
		if d, err = commit.Plan(ctx, f, t.schema, now, b); err != nil {
			return err
		}
		return t.put(ctx, s, b, d)
	})
	if err != nil {
		return store.Result{}, err
	}
	if again != nil {
		return *again, nil
	}
	if d.Result.Commit.Revision.Number > 0 {
		t.feed.Tell(d.Result.Commit)
	}
	return d.Result, nil
}

// put writes what a batch changes.
func (t *Truth) put(ctx context.Context, s *session, b store.Batch, d *commit.Delta) error {
	w := newWriter(ctx, s)
	c := &d.Result.Commit
	c.At = t.now().UTC()
	w.rows(d)
	if b.ID != "" {
		w.do(`INSERT INTO batches (id, revision, time, applied_by, result) VALUES (?, ?, ?, ?, ?)`,
			b.ID, d.Result.Revision.Number, c.At.Format(time.RFC3339Nano), b.By, changelog.AnswerOf(d.Result).String())
	}
	if c.Revision.Number == 0 {
		c.At = time.Time{}
		return w.err
	}
	w.log(*c, len(d.Scrub) > 0, changelog.EncodeChanges(d.Changes))
	w.do(`UPDATE meta SET revision = ?`, c.Revision.Number)
	if w.err == nil && len(d.Scrub) > 0 {
		w.err = t.scrub(s, d)
	}
	if w.err == nil && t.now().Sub(t.pruned) > time.Hour {
		w.err = t.prune(s)
	}
	return w.err
}

// prune takes old entries from the log, some at a time so that no batch waits for long.
func (t *Truth) prune(s *session) error {
	const some = 1000
	deleted := 0
	err := s.exec(`DELETE FROM log WHERE revision IN (SELECT revision FROM log WHERE time < ? AND revision < (SELECT revision FROM meta) ORDER BY revision LIMIT ?)`,
		t.now().Add(-t.opts.KeepLog).UTC().Format(time.RFC3339Nano), some)
	if err == nil {
		err = s.row(`SELECT changes()`).Scan(&deleted)
	}
	if err == nil && deleted < some {
		t.pruned = t.now()
	}
	return err
}

// writer executes statements until one fails.
type writer struct {
	*session
	ctx context.Context
	n   int
	buf []byte
	err error

	encoded map[any]string // by node or edge
}

func newWriter(ctx context.Context, s *session) *writer {
	return &writer{session: s, ctx: ctx, encoded: map[any]string{}}
}

func (w *writer) do(query string, args ...any) {
	if w.err != nil {
		return
	}
	if w.n++; w.n%1000 == 0 && w.ctx.Err() != nil {
		w.err = w.ctx.Err()
		return
	}
	w.err = w.exec(query, args...)
}

func (w *writer) json(v store.Value) string {
	w.buf = codec.Append(w.buf[:0], v)
	return string(w.buf)
}

// inserter puts rows into a table, many with one statement.
type inserter struct {
	*writer
	one, many string // statements for one row, and for a chunk of them
	columns   int
	args      []any
}

func (w *writer) into(table string, columns int, tail string) *inserter {
	head, row := `INSERT INTO `+table+` VALUES `, `(?`+strings.Repeat(`, ?`, columns-1)+`)`
	return &inserter{writer: w, one: head + row + tail, many: head + strings.Repeat(row+`, `, chunk-1) + row + tail, columns: columns}
}

// chunk is how many rows go into one statement; what is left goes row by row.
const chunk = 32

func (i *inserter) row(values ...any) {
	if i.args = append(i.args, values...); len(i.args) == chunk*i.columns {
		i.do(i.many, i.args...)
		i.args = i.args[:0]
	}
}

func (i *inserter) end() {
	for row := range slices.Chunk(i.args, i.columns) {
		i.do(i.one, row...)
	}
}

// rows puts and deletes the rows that a batch changes. Edges and names go before the nodes
// they belong to.
func (w *writer) rows(d *commit.Delta) {
	for _, e := range d.GoneEdges {
		w.do(`DELETE FROM edges WHERE from_node = ? AND type = ? AND to_node = ? AND key = ?`, e.From, e.Type, e.To, e.Key)
	}
	for _, n := range d.GoneNames {
		w.do(`DELETE FROM names WHERE key = ? AND node = ?`, n.Key, n.Node)
	}
	for _, id := range d.GoneNodes {
		w.do(`DELETE FROM nodes WHERE id = ?`, id)
	}
	put := w.into(`nodes (id, kind, denied, props)`, 4, ` ON CONFLICT DO UPDATE SET kind = excluded.kind, denied = excluded.denied, props = excluded.props`)
	for _, n := range d.Nodes {
		put.row(n.ID, n.Kind, n.Denied, w.props(n.Node, n.Props))
	}
	put.end()
	put = w.into(`names (key, node)`, 2, ``)
	for _, n := range d.Names {
		put.row(n.Key, n.Node)
	}
	put.end()
	put = w.into(`edges (from_node, type, to_node, key, props)`, 5, ` ON CONFLICT DO UPDATE SET props = excluded.props`)
	for _, e := range d.Edges {
		put.row(e.From, e.Type, e.To, e.Key, w.props(e, e.Props))
	}
	put.end()
	for _, r := range d.GoneRecords {
		if e := r.Edge; r.Subject.Node == "" {
			w.do(`DELETE FROM edge_records WHERE from_node = ? AND type = ? AND to_node = ? AND key = ? AND source = ? AND place = ? AND part = ?`,
				e.From, e.Type, e.To, e.Key, r.Source, r.Place, r.Part)
		} else {
			w.do(`DELETE FROM node_records WHERE node = ? AND source = ? AND place = ? AND part = ?`, r.Subject.Node, r.Source, r.Place, r.Part)
		}
	}
	const said = `props, at, rank, confidence, derived, applied_by, run, revision)`
	const anew = ` ON CONFLICT DO UPDATE SET props = excluded.props, at = excluded.at, rank = excluded.rank, confidence = excluded.confidence,
		derived = excluded.derived, applied_by = excluded.applied_by, run = excluded.run, revision = excluded.revision, `
	nodes := w.into(`node_records (node, source, place, part, kind, `+said, 13, anew+`kind = excluded.kind`)
	edges := w.into(`edge_records (from_node, type, to_node, key, source, place, part, states, `+said, 16, anew+`states = excluded.states`)
	for _, r := range d.Records {
		if e := r.Edge; r.Subject.Node == "" {
			edges.row(e.From, e.Type, e.To, e.Key, r.Source, r.Place, r.Part, r.States, w.json(r.Props), codec.DateText(r.At), r.Rank, r.Confidence, r.Derived, r.By, r.Run, r.Revision)
		} else {
			nodes.row(r.Subject.Node, r.Source, r.Place, r.Part, r.Kind, w.json(r.Props), codec.DateText(r.At), r.Rank, r.Confidence, r.Derived, r.By, r.Run, r.Revision)
		}
	}
	nodes.end()
	edges.end()
	for _, c := range d.GoneClaims {
		w.do(`DELETE FROM identifiers WHERE scheme = ? AND value = ? AND node = ?`, c.Scheme, c.Value, c.Node)
	}
	put = w.into(`identifiers (scheme, value, node)`, 3, ``)
	for _, c := range d.Claims {
		put.row(c.Scheme, c.Value, c.Node)
	}
	put.end()
	for _, former := range d.GoneMerges {
		w.do(`DELETE FROM merges WHERE former = ?`, former)
	}
	for _, m := range d.Merges {
		w.do(`INSERT INTO merges (former, into_node) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET into_node = excluded.into_node`, m.Former, m.Into)
	}
	for _, of := range d.GoneDenied {
		if e := of.Edge; of.Node == "" {
			w.do(`DELETE FROM denied_edges WHERE from_node = ? AND type = ? AND to_node = ? AND key = ?`, e.From, e.Type, e.To, e.Key)
		} else {
			w.do(`DELETE FROM denied_nodes WHERE node = ?`, of.Node)
		}
	}
	for _, of := range d.Denied {
		if e := of.Edge; of.Node == "" {
			w.do(`INSERT INTO denied_edges (from_node, type, to_node, key) VALUES (?, ?, ?, ?)`, e.From, e.Type, e.To, e.Key)
		} else {
			w.do(`INSERT INTO denied_nodes (node) VALUES (?)`, of.Node)
		}
	}
	for _, p := range d.GoneDistinct {
		w.do(`DELETE FROM distinct_nodes WHERE a = ? AND b = ?`, p[0], p[1])
	}
	for _, p := range d.Distinct {
		w.do(`INSERT INTO distinct_nodes (a, b) VALUES (?, ?)`, p[0], p[1])
	}
	for _, h := range d.Erased {
		w.do(`INSERT INTO erased (hash) VALUES (?) ON CONFLICT DO NOTHING`, hex.EncodeToString(h[:]))
	}
}

// log adds an entry to the log; changes are null if they are not known. Of one that erased
// someone it keeps all but whom.
func (w *writer) log(c store.Commit, erases bool, changes any) {
	if erases {
		c.GoneNodes, c.GoneEdges = nil, nil // scrub knows them
	}
	i := changelog.Encode(c, w.props)
	w.do(`INSERT INTO log (revision, time, batch, applied_by, sources, nodes, edges, gone_nodes, gone_edges, erases, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Revision.Number, c.At.Format(time.RFC3339Nano), c.Batch, c.By, i.Sources, i.Nodes, i.Edges, i.GoneNodes, i.GoneEdges, erases, changes)
}

// props is what a node or edge holds, as JSON: for its row and for the log.
func (w *writer) props(of any, p store.Props) string {
	data, done := w.encoded[of]
	if !done {
		data = w.json(p)
		w.encoded[of] = data
	}
	return data
}

// repeated is the answer to a batch that was applied before; nil if it was not.
func repeated(s *session, id, epoch string) (*store.Result, error) {
	if id == "" {
		return nil, nil
	}
	var r *store.Result
	at := store.Revision{Epoch: epoch}
	var data raw
	err := s.each(`SELECT revision, result FROM batches WHERE id = ?`, []any{id}, func(scan func(...any) error) error {
		if err := scan(&at.Number, &data); err != nil {
			return err
		}
		a, err := changelog.ParseAnswer(data)
		if err != nil {
			return damaged(err)
		}
		r = a.Repeated(at)
		return nil
	})
	return r, err
}
