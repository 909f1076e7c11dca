package sqlite

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

var _ commit.Movable = (*Truth)(nil)

// A piece of a copy has at most so many rows, and not much more than so many bytes.
const (
	pieceRows  = 2000
	pieceBytes = 4 << 20
)

// part is a table, or a part of one, as it is told to a copy: by its key.
type part struct {
	table string
	what  string // columns
	key   []string
	none  string // a key before all, as it stands in a query
	// row adds a row to a piece, and returns its key and how large it is.
	row func(f *facts, scan func(...any) error, p *commit.Piece) (key []string, size int, err error)
}

func (x part) query() string {
	keys := strings.Join(x.key, ", ")
	return `SELECT ` + x.what + ` FROM ` + x.table + ` r WHERE (` + keys + `) > (` + x.none + `) ORDER BY ` + keys
}

// parts are all that the file holds, nodes before the edges that stand on them.
var parts = []part{
	{"nodes", `id, kind, denied, props`, []string{"id"}, `?`, func(f *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		n := commit.Node{Node: &store.Node{}}
		var data raw
		err := scan(&n.ID, &n.Kind, &n.Denied, &data)
		if err == nil {
			n.Props, err = f.decode.Props(data)
		}
		p.Put.Nodes = append(p.Put.Nodes, n)
		return []string{n.ID}, len(data), err
	}},
	{"edges", `from_node, type, to_node, key, props`, []string{"from_node", "type", "to_node", "key"}, `?, ?, ?, ?`, func(f *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		e := &store.Edge{}
		var data raw
		err := scan(&e.From, &e.Type, &e.To, &e.Key, &data)
		if err == nil {
			e.Props, err = f.decode.Props(data)
		}
		p.Put.Edges = append(p.Put.Edges, e)
		return []string{e.From, e.Type, e.To, e.Key}, len(data), err
	}},
	{"names", `key, node`, []string{"key", "node"}, `?, ?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var n commit.Name
		err := scan(&n.Key, &n.Node)
		p.Put.Names = append(p.Put.Names, n)
		return []string{n.Key, n.Node}, 0, err
	}},
	{"identifiers", `scheme, value, node`, []string{"scheme", "value", "node"}, `?, ?, ?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var c commit.Claim
		err := scan(&c.Scheme, &c.Value, &c.Node)
		p.Put.Claims = append(p.Put.Claims, c)
		return []string{c.Scheme, c.Value, c.Node}, 0, err
	}},
	{"node_records", nodeRecord, []string{"node", "source", "place", "part"}, `?, ?, ?, CAST(? AS INTEGER)`, func(f *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var props raw
		var at sql.NullString
		r := &commit.Record{}
		err := f.finish(r, scan(&r.Subject.Node, &r.Source, &r.Place, &r.Part, &r.Kind, &props, &at, &r.Rank, &r.Confidence, &r.Derived, &r.By, &r.Run, &r.Revision), props, at)
		p.Put.Records = append(p.Put.Records, r)
		return []string{r.Subject.Node, r.Source, r.Place, strconv.Itoa(r.Part)}, len(props), err
	}},
	{"edge_records", edgeRecord, []string{"from_node", "type", "to_node", "key", "source", "place", "part"}, `?, ?, ?, ?, ?, ?, CAST(? AS INTEGER)`, func(f *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var props raw
		var at sql.NullString
		r := &commit.Record{}
		e := &r.Edge
		err := f.finish(r, scan(&e.From, &e.Type, &e.To, &e.Key, &r.Source, &r.Place, &r.Part, &r.States, &props, &at, &r.Rank, &r.Confidence, &r.Derived, &r.By, &r.Run, &r.Revision), props, at)
		p.Put.Records = append(p.Put.Records, r)
		return []string{e.From, e.Type, e.To, e.Key, r.Source, r.Place, strconv.Itoa(r.Part)}, len(props), err
	}},
	{"merges", `former, into_node`, []string{"former"}, `?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var m commit.Merge
		err := scan(&m.Former, &m.Into)
		p.Put.Merges = append(p.Put.Merges, m)
		return []string{m.Former}, 0, err
	}},
	{"denied_nodes", `node`, []string{"node"}, `?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var x store.Subject
		err := scan(&x.Node)
		p.Put.Denied = append(p.Put.Denied, x)
		return []string{x.Node}, 0, err
	}},
	{"denied_edges", `from_node, type, to_node, key`, []string{"from_node", "type", "to_node", "key"}, `?, ?, ?, ?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var e store.EdgeID
		err := scan(&e.From, &e.Type, &e.To, &e.Key)
		p.Put.Denied = append(p.Put.Denied, store.Subject{Edge: e})
		return []string{e.From, e.Type, e.To, e.Key}, 0, err
	}},
	{"distinct_nodes", `a, b`, []string{"a", "b"}, `?, ?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var d [2]string
		err := scan(&d[0], &d[1])
		p.Put.Distinct = append(p.Put.Distinct, d)
		return d[:], 0, err
	}},
	{"erased", `hash`, []string{"hash"}, `?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var text string
		var h commit.Hash
		err := scan(&text)
		if err == nil {
			_, err = hex.Decode(h[:], []byte(text))
		}
		p.Put.Erased = append(p.Put.Erased, h)
		return []string{text}, 0, err
	}},
	{"batches", `id, revision, time, applied_by, result`, []string{"id"}, `?`, func(_ *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var b commit.Applied
		var at string
		err := scan(&b.ID, &b.Revision, &at, &b.By, &b.Answer)
		if err == nil {
			b.Time, err = time.Parse(time.RFC3339Nano, at)
		}
		p.Batches = append(p.Batches, b)
		return []string{b.ID}, len(b.Answer), err
	}},
	{"log", `revision, time, batch, applied_by, sources, nodes, edges, gone_nodes, gone_edges, erases, changes`, []string{"revision"}, `CAST(? AS INTEGER)`, func(f *facts, scan func(...any) error, p *commit.Piece) ([]string, int, error) {
		var e commit.Entry
		var at string
		var sources, nodes, edges, goneNodes, goneEdges, changes raw
		err := scan(&e.Revision.Number, &at, &e.Batch, &e.By, &sources, &nodes, &edges, &goneNodes, &goneEdges, &e.Erases, &changes)
		if err == nil {
			e.At, err = time.Parse(time.RFC3339Nano, at)
		}
		if err == nil {
			err = changelog.Decode(f.decode, &e.Commit, sources, nodes, edges, goneNodes, goneEdges)
		}
		if err == nil && changes != nil {
			e.Changes, err = changelog.DecodeChanges(changes)
		}
		p.Log = append(p.Log, e)
		return []string{strconv.FormatUint(e.Revision.Number, 10)}, len(nodes) + len(edges), err
	}},
}

// Rows implements commit.Movable. It counts the rows of all tables.
func (t *Truth) Rows(ctx context.Context) (n int, err error) {
	err = t.read(ctx, func(s *session) error {
		for _, x := range parts {
			var some int
			if err := s.row(`SELECT count(*) FROM ` + x.table).Scan(&some); err != nil {
				return err
			}
			n += some
		}
		return nil
	})
	return n, err
}

// Dump implements commit.Movable. Others may write meanwhile: it tells what was there when
// it began.
func (t *Truth) Dump(ctx context.Context, begin func(commit.Now) (commit.Mark, error), tell func(*commit.Piece) error) error {
	var told error // by those who were called, which is passed on as it is
	err := t.read(ctx, func(s *session) error {
		now, err := stands(s)
		if err != nil {
			return err
		}
		var mark commit.Mark
		if mark, told = begin(now); told != nil {
			return told
		}
		f := &facts{session: s, decode: codec.NewDecoder()}
		for i := mark.Part; i < len(parts); i++ {
			args := make([]any, len(parts[i].key))
			for k := range args {
				args[k] = ""
				if parts[i].key[k] == "part" {
					args[k] = "-1"
				}
				if i == mark.Part && k < len(mark.After) {
					args[k] = mark.After[k]
				}
			}
			p, size := &commit.Piece{}, 0
			flush := func() error {
				if told = tell(p); told != nil {
					return told
				}
				f.decode = codec.NewDecoder() // which keeps the names it has met
				p, size = &commit.Piece{}, 0
				return ctx.Err()
			}
			err := s.each(parts[i].query(), args, func(scan func(...any) error) error {
				key, bytes, err := parts[i].row(f, scan, p)
				if err != nil {
					return damaged(err)
				}
				p.At = commit.Mark{Part: i, After: key}
				if size += bytes; p.Rows() >= pieceRows || size > pieceBytes {
					return flush()
				}
				return nil
			})
			if err == nil && p.Rows() > 0 {
				err = flush()
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if told != nil {
		return told
	}
	return err
}

// stands is where the store stands.
func stands(s *session) (commit.Now, error) {
	now, _, err := begin(s)
	return now, err
}

// unfinished is the copy that the file holds a part of; nil if it holds none. The table is
// there as long as the copy is not finished.
func unfinished(s *session) (*copying, error) {
	var is bool
	if err := s.row(`SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'copying')`).Scan(&is); err != nil || !is {
		return nil, err
	}
	c := &copying{}
	var mark string
	err := s.row(`SELECT epoch, revision, mark FROM copying`).Scan(&c.of.Epoch, &c.of.Number, &mark)
	if err == nil {
		err = json.Unmarshal([]byte(mark), &c.mark)
	}
	return c, err
}

// copying is an unfinished copy: of what, and how far it is.
type copying struct {
	of   store.Revision
	mark commit.Mark
}

// notCopying refuses a file with an unfinished copy, unless it is opened to finish it.
func (t *Truth) notCopying(s *session) error {
	if t.opts.Copying {
		return nil
	}
	c, err := unfinished(s)
	if err != nil || c == nil {
		return err
	}
	return fmt.Errorf("%w: %s holds an unfinished copy of another store (revision %s); finish it with the same \"clustergraph copy\" again, or choose another file", store.ErrUnavailable, t.path, c.of)
}

// BeginCopy implements commit.Movable.
func (t *Truth) BeginCopy(ctx context.Context, of commit.Now) (mark commit.Mark, err error) {
	leave, err := t.enter(ctx)
	if err != nil {
		return mark, err
	}
	defer leave()
	err = t.write(ctx, func(s *session) error {
		c, err := unfinished(s)
		switch {
		case err != nil:
			return err
		case c == nil:
			var full bool
			err := s.row(`SELECT revision > 0 OR EXISTS (SELECT 1 FROM node_records) OR EXISTS (SELECT 1 FROM batches) FROM meta`).Scan(&full)
			if err == nil && full {
				err = fmt.Errorf("%w: %s holds a graph already; copy into a file that is empty, or not there", store.ErrConflict, t.path)
			}
			if err != nil {
				return err
			}
			if err := s.exec(`CREATE TABLE copying (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL, revision INTEGER NOT NULL, mark TEXT NOT NULL) STRICT`); err != nil {
				return err
			}
		case c.of == of.Revision:
			mark = c.mark
			return nil
		case c.of.Epoch != of.Revision.Epoch:
			return fmt.Errorf("%w: %s holds an unfinished copy of another store (revision %s); copy into a file that is empty, or not there", store.ErrConflict, t.path, c.of)
		default:
			for _, table := range tables {
				if err := s.exec(`DELETE FROM ` + table); err != nil {
					return err
				}
			}
		}
		return s.exec(`INSERT OR REPLACE INTO copying (id, epoch, revision, mark) VALUES (1, ?, ?, '{}')`, of.Revision.Epoch, of.Revision.Number)
	})
	return mark, err
}

// TakePiece implements commit.Movable.
func (t *Truth) TakePiece(ctx context.Context, of commit.Now, p *commit.Piece) error {
	mark, err := json.Marshal(p.At)
	if err != nil {
		return err
	}
	return t.taking(ctx, of, func(s *session) error {
		w := newWriter(ctx, s)
		w.rows(&p.Put)
		for _, b := range p.Batches {
			w.do(`INSERT INTO batches (id, revision, time, applied_by, result) VALUES (?, ?, ?, ?, ?)`, b.ID, b.Revision, b.Time.Format(time.RFC3339Nano), b.By, b.Answer)
		}
		for _, e := range p.Log {
			var changes any
			if e.Changes != nil {
				changes = changelog.EncodeChanges(e.Changes)
			}
			w.log(e.Commit, e.Erases, changes)
		}
		w.do(`UPDATE copying SET mark = ?`, string(mark))
		return w.err
	})
}

// EndCopy implements commit.Movable.
func (t *Truth) EndCopy(ctx context.Context, of commit.Now) error {
	err := t.taking(ctx, of, func(s *session) error {
		if err := s.exec(`DROP TABLE copying`); err != nil {
			return err
		}
		return s.exec(`UPDATE meta SET epoch = ?, revision = ?, salt = ?`, of.Revision.Epoch, of.Revision.Number, of.Salt)
	})
	if err == nil {
		t.feed.Replaced()
	}
	return err
}

// taking changes a file in which a copy is being made, if nobody else did.
func (t *Truth) taking(ctx context.Context, of commit.Now, do func(*session) error) error {
	leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return t.write(ctx, func(s *session) error {
		c, err := unfinished(s)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		now, err := stands(s)
		if err != nil {
			return err
		}
		if c == nil || c.of != of.Revision || now.Revision.Number != 0 {
			return fmt.Errorf("%w: %s was changed by someone else while it was copied into; copy into another file", store.ErrConflict, t.path)
		}
		return do(s)
	})
}
