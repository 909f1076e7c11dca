package neo4j

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

var _ commit.Movable = (*Store)(nil)

// An unfinished copy is told by a node beside the graph:
//
//	(:_Copying)   epoch, revision: of what it is a copy; mark: how far it has come

// section is some of what the database holds, as it is told to a copy: pages in the order of
// keys. A statement is given the last key ($a, $b, $c) and how many rows to tell ($n).
type section struct {
	rows   int
	cypher string
	row    func(d *codec.Decoder, v []any, p *commit.Piece) (key []string, err error)
}

// after is how a page is cut by one key.
func after(n string) string { return ` WHERE ` + n + ` > $a WITH * ORDER BY ` + n + ` LIMIT $n ` }

// sections are all that the database holds, nodes before the edges that stand on them.
var sections = []section{
	{2000, `MATCH (n:Node)` + after("n.id") + `RETURN n.id, n._kind, n._props, false`, nodeRow},
	{2000, `MATCH (n:_Denied)` + after("n.id") + `RETURN n.id, n._kind, n._props, true`, nodeRow},
	{1000, `MATCH (a:Node)` + after("a.id") + `OPTIONAL MATCH (a)-[e]->(b:Node) WHERE e._key IS NOT NULL
		WITH a, collect([type(e), b.id, e._key, e._props]) AS edges RETURN a.id, edges ORDER BY a.id`, func(d *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		edges, _ := v[1].([]any)
		for _, x := range edges {
			e, _ := x.([]any)
			if e[0] == nil {
				continue
			}
			props, err := d.Props([]byte(orNull(e[3])))
			if err != nil {
				return nil, damaged(err)
			}
			p.Put.Edges = append(p.Put.Edges, &store.Edge{EdgeID: store.EdgeID{Type: str(e[0]), From: str(v[0]), To: str(e[1]), Key: str(e[2])}, Props: props})
		}
		return []string{str(v[0])}, nil
	}},
	{5000, `MATCH (n:_Name) WHERE n.key >= $a AND (n.key > $a OR n.node > $b OR n.node = $b AND coalesce(n.whole, n.key) > $c)
		WITH n, coalesce(n.whole, n.key) AS whole ORDER BY n.key, n.node, whole LIMIT $n RETURN n.key, n.node, whole`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		p.Put.Names = append(p.Put.Names, commit.Name{Key: str(v[2]), Node: str(v[1])})
		return []string{str(v[0]), str(v[1]), str(v[2])}, nil
	}},
	{5000, `MATCH (i:_Identifier) WHERE i.scheme >= $a AND (i.scheme > $a OR i.value > $b OR i.value = $b AND i.node > $c)
		WITH i ORDER BY i.scheme, i.value, i.node LIMIT $n RETURN i.scheme, i.value, i.node`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		p.Put.Claims = append(p.Put.Claims, claimOf(v))
		return []string{str(v[0]), str(v[1]), str(v[2])}, nil
	}},
	{2000, `MATCH (x:_Id) WHERE x.node > $a AND x.said IS NOT NULL WITH * ORDER BY x.node LIMIT $n RETURN x.node, x.said`, func(d *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		f := facts{decode: d}
		return []string{str(v[0])}, f.said(v, func(r *commit.Record, _ string) { p.Put.Records = append(p.Put.Records, r) })
	}},
	{1000, `MATCH (a:_Id)` + after("a.node") + `OPTIONAL MATCH (a)-[r:_SAID]->(b)
		WITH a, collect([a.node, r.type, b.node, r.edgeKey, r.said]) AS edges RETURN a.node, edges ORDER BY a.node`, func(d *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		edges, _ := v[1].([]any)
		for _, x := range edges {
			e, _ := x.([]any)
			if e[1] == nil {
				continue
			}
			r, err := edgeRecord(d, e)
			if err != nil {
				return nil, err
			}
			p.Put.Records = append(p.Put.Records, r)
		}
		return []string{str(v[0])}, nil
	}},
	{5000, `MATCH (a:_Id)-[:_MERGED_INTO]->(b)` + after("a.node") + `RETURN a.node, b.node`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		p.Put.Merges = append(p.Put.Merges, commit.Merge{Former: str(v[0]), Into: str(v[1])})
		return []string{str(v[0])}, nil
	}},
	{5000, `MATCH (r:_NodeDenial)` + after("r.key") + `RETURN r.key, r.node`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		p.Put.Denied = append(p.Put.Denied, store.Subject{Node: str(v[1])})
		return []string{str(v[0])}, nil
	}},
	{5000, `MATCH (r:_EdgeDenial)` + after("r.key") + `RETURN r.key, ` + edgeColumns, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		p.Put.Denied = append(p.Put.Denied, store.Subject{Edge: edgeOf(v[1:])})
		return []string{str(v[0])}, nil
	}},
	{5000, `MATCH (d:_Distinct) WHERE d.a >= $a AND (d.a > $a OR d.b > $b) WITH d ORDER BY d.a, d.b LIMIT $n RETURN d.a, d.b`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		p.Put.Distinct = append(p.Put.Distinct, [2]string{str(v[0]), str(v[1])})
		return []string{str(v[0]), str(v[1])}, nil
	}},
	{5000, `MATCH (e:_Erased)` + after("e.hash") + `RETURN e.hash`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		var h commit.Hash
		_, err := hex.Decode(h[:], []byte(str(v[0])))
		p.Put.Erased = append(p.Put.Erased, h)
		return []string{str(v[0])}, err
	}},
	{200, `MATCH (b:_Batch)` + after("b.id") + `RETURN b.id, b.revision, b.time, b.by, b.result`, func(_ *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		if err := unpack(v); err != nil {
			return nil, err
		}
		p.Batches = append(p.Batches, commit.Applied{ID: str(v[0]), Revision: uint64(num(v[1])), Time: moment(v[2]), By: str(v[3]), Answer: str(v[4])})
		return []string{str(v[0])}, nil
	}},
	{20, `MATCH (c:_Commit) WHERE c.revision > toInteger($a) WITH c ORDER BY c.revision LIMIT $n
		RETURN c.revision, c.time, c.batch, c.by, c.sources, c.nodes, c.edges, c.goneNodes, c.goneEdges, c.erases, c.changes`, func(d *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
		if err := unpack(v); err != nil {
			return nil, err
		}
		c, err := commitOf(d, "", v)
		if err != nil {
			return nil, err
		}
		changes, err := changesOf(v[10])
		p.Log = append(p.Log, commit.Entry{Commit: c, Erases: v[9] == true, Changes: changes})
		return []string{strconv.FormatInt(num(v[0]), 10)}, err
	}},
}

func nodeRow(d *codec.Decoder, v []any, p *commit.Piece) ([]string, error) {
	key := []string{str(v[0])}
	if v[2] == nil {
		return key, nil // not ours; Check tells of it
	}
	props, err := d.Props([]byte(str(v[2])))
	if err != nil {
		return nil, damaged(err)
	}
	p.Put.Nodes = append(p.Put.Nodes, commit.Node{Node: &store.Node{ID: key[0], Kind: str(v[1]), Props: props}, Denied: v[3] == true})
	return key, nil
}

// Rows implements commit.Movable. The database keeps all counts but that of what is said of nodes.
func (s *Store) Rows(ctx context.Context) (int, error) {
	nodes, edges, err := s.Size(ctx)
	if err != nil {
		return 0, err
	}
	all := nodes + edges
	ask := `MATCH ()-[:_MERGED_INTO]->() RETURN count(*) AS n UNION ALL MATCH ()-[:_SAID]->() RETURN count(*) AS n UNION ALL MATCH (x:_Id) RETURN sum(size(x.said)) AS n`
	for _, label := range own {
		if label != "_Id" {
			ask += ` UNION ALL MATCH (:` + label + `) RETURN count(*) AS n`
		}
	}
	err = s.read(ctx, ask, nil, func(v []any) error {
		all += int(num(v[0]))
		return nil
	})
	return all, err
}

// own are the labels of what the service keeps beside the graph, and moves with it.
var own = []string{"_Denied", "_Name", "_Identifier", "_Id", "_NodeDenial", "_EdgeDenial", "_Distinct", "_Erased", "_Batch", "_Commit"}

// Dump implements commit.Movable. It reads page by page, and then looks whether anyone has
// written meanwhile.
func (s *Store) Dump(ctx context.Context, begin func(commit.Now) (commit.Mark, error), tell func(*commit.Piece) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	now, err := s.standing(ctx)
	if err != nil {
		return err
	}
	mark, err := begin(now)
	if err != nil {
		return err
	}
	for i := mark.Part; i < len(sections); i++ {
		if i > mark.Part {
			mark = commit.Mark{Part: i}
		}
		for told := sections[i].rows; told == sections[i].rows; {
			p := &commit.Piece{}
			if told, err = s.page(ctx, &mark, p); err != nil {
				return err
			}
			p.At = mark
			if p.Rows() > 0 {
				if err := tell(p); err != nil {
					return err
				}
			}
		}
	}
	if after, err := s.standing(ctx); err != nil || after.Revision != now.Revision {
		if err == nil {
			err = fmt.Errorf("%w: the database %q was written to while it was copied (from %s to %s); copy it while nobody writes", store.ErrConflict, s.opts.Database, now.Revision, after.Revision)
		}
		return err
	}
	return nil
}

// page reads what comes after a mark, which it moves, and tells how many rows that were.
func (s *Store) page(ctx context.Context, mark *commit.Mark, p *commit.Piece) (told int, err error) {
	x := sections[mark.Part]
	params := map[string]any{"a": "", "b": "", "c": "", "n": x.rows}
	for i, name := range []string{"a", "b", "c"} {
		if i < len(mark.After) {
			params[name] = mark.After[i]
		}
	}
	if x.rows == 20 && params["a"] == "" {
		params["a"] = "-1" // a revision
	}
	d := codec.NewDecoder()
	err = s.readSome(ctx, x.rows, x.cypher, params, func(v []any) error {
		key, err := x.row(d, v, p)
		mark.After = key
		told++
		return err
	})
	return told, err
}

// standing is where the store stands.
func (s *Store) standing(ctx context.Context) (now commit.Now, err error) {
	err = s.readIn(ctx, "copy", 0, func(t *tx) error {
		now, _, err = stands(t)
		return err
	})
	return now, err
}

// notCopying refuses a database with an unfinished copy.
func (s *Store) notCopying(ctx context.Context) error {
	return s.read(ctx, `MATCH (c:_Copying) RETURN c.epoch, c.revision`, nil, func(v []any) error {
		of := store.Revision{Epoch: str(v[0]), Number: uint64(num(v[1]))}
		return fmt.Errorf("%w: the database %q holds an unfinished copy of another store (revision %s); finish it with the same \"clustergraph copy\" again, or choose another database", store.ErrUnavailable, s.opts.Database, of)
	})
}

// copying is how far a copy into this store has come.
type copying struct {
	at   store.Revision // the store's own
	of   store.Revision
	mark string // empty: there is none
	full bool   // there is a graph
}

// copying locks the store.
func (t *tx) copying() (c copying, err error) {
	met := false
	err = t.each(`MATCH (g:_Graph {id: 0}) SET g.lock = 0
		WITH g OPTIONAL MATCH (c:_Copying)
		RETURN g.epoch, g.revision, c.epoch, c.revision, c.mark, EXISTS { MATCH (:_Id) } OR EXISTS { MATCH (:_Batch) }`, nil, func(v []any) error {
		met = true
		c.at = store.Revision{Epoch: str(v[0]), Number: uint64(num(v[1]))}
		c.of = store.Revision{Epoch: str(v[2]), Number: uint64(num(v[3]))}
		c.mark, c.full = str(v[4]), v[5] == true || c.at.Number > 0
		return nil
	})
	if err == nil && !met {
		err = errEmptied
	}
	return c, err
}

// BeginCopy implements commit.Movable.
func (s *Store) BeginCopy(ctx context.Context, of commit.Now) (mark commit.Mark, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return mark, err
	}
	defer leave()
	var c copying
	err = s.write(ctx, transaction{what: "copy"}, func(t *tx) (err error) {
		if c, err = t.copying(); err != nil {
			return err
		}
		switch {
		case c.mark == "" && c.full:
			return fmt.Errorf("%w: the database %q holds a graph already (at revision %s); copy into an empty one", store.ErrConflict, s.opts.Database, c.at)
		case c.mark == "":
			c.of, c.mark = of.Revision, "{}"
		case c.of.Epoch != of.Revision.Epoch:
			return fmt.Errorf("%w: the database %q holds an unfinished copy of another store (revision %s); copy into an empty one", store.ErrConflict, s.opts.Database, c.of)
		case c.of != of.Revision:
			return nil
		}
		return t.do(`MERGE (c:_Copying) SET c.epoch = $epoch, c.revision = $revision, c.mark = $mark`,
			map[string]any{"epoch": c.of.Epoch, "revision": int64(c.of.Number), "mark": c.mark})
	})
	if err != nil {
		return mark, err
	}
	if c.of != of.Revision { // of an earlier revision
		return mark, s.beginAnew(ctx, of)
	}
	return mark, json.Unmarshal([]byte(c.mark), &mark)
}

// beginAnew throws away what an unfinished copy has brought, some at a time.
func (s *Store) beginAnew(ctx context.Context, of commit.Now) error {
	for _, label := range append([]string{"Node"}, own...) {
		const some = 2000
		for deleted := some; deleted == some; {
			err := s.write(ctx, transaction{what: "copy"}, func(t *tx) error {
				return t.each(`MATCH (x:`+label+`) WITH x LIMIT $some DETACH DELETE x RETURN count(*)`, map[string]any{"some": some}, func(v []any) error {
					deleted = int(num(v[0]))
					return nil
				})
			})
			if err != nil {
				return err
			}
		}
	}
	return s.write(ctx, transaction{what: "copy"}, func(t *tx) error {
		return t.do(`MATCH (c:_Copying) SET c.epoch = $epoch, c.revision = $revision, c.mark = '{}'`,
			map[string]any{"epoch": of.Revision.Epoch, "revision": int64(of.Revision.Number)})
	})
}

// TakePiece implements commit.Movable. One whose acknowledgement was lost is told by its
// mark, and not taken twice.
func (s *Store) TakePiece(ctx context.Context, of commit.Now, p *commit.Piece) error {
	data, err := json.Marshal(p.At)
	if err != nil {
		return err
	}
	mark := string(data)
	return s.taking(ctx, func(t *tx, c copying) error {
		if c.mark == mark && c.of == of.Revision {
			return nil
		}
		if err := s.undisturbed(c, of); err != nil {
			return err
		}
		w := newWriter(newFacts(t), s.layout)
		w.copies = true
		w.rows(&p.Put)
		w.all(`UNWIND $rows AS r CREATE (:_Batch {id: r[0], revision: r[1], time: r[2], by: r[3], result: r[4]})`, rows(p.Batches, func(b commit.Applied) []any {
			return []any{b.ID, int64(b.Revision), b.Time.UTC(), b.By, pack(b.Answer)}
		}))
		w.all(`UNWIND $rows AS r CREATE (:_Commit {revision: r[0], time: r[1], batch: r[2], by: r[3], sources: r[4], nodes: r[5], edges: r[6], goneNodes: r[7], goneEdges: r[8], erases: r[9], changes: r[10]})`,
			rows(p.Log, func(e commit.Entry) []any {
				i := changelog.Encode(e.Commit, changelog.Plain)
				var changes any
				if e.Changes != nil {
					changes = pack(changelog.EncodeChanges(e.Changes))
				}
				return []any{int64(e.Revision.Number), e.At.UTC(), e.Batch, e.By, i.Sources, pack(i.Nodes), pack(i.Edges), pack(i.GoneNodes), pack(i.GoneEdges), e.Erases, changes}
			}))
		w.do(`MATCH (c:_Copying) SET c.mark = $mark`, map[string]any{"mark": mark})
		return w.err
	})
}

// EndCopy implements commit.Movable.
func (s *Store) EndCopy(ctx context.Context, of commit.Now) error {
	err := s.taking(ctx, func(t *tx, c copying) error {
		if c.mark == "" && c.at == of.Revision {
			return nil // it was ended; the acknowledgement was lost
		}
		if err := s.undisturbed(c, of); err != nil {
			return err
		}
		return t.do(`MATCH (g:_Graph {id: 0}) MATCH (c:_Copying) SET g.epoch = $epoch, g.revision = $revision, g.salt = $salt,
			g.merges = EXISTS { MATCH (:_Id)-[:_MERGED_INTO]->() }, g.distinct = EXISTS { MATCH (:_Distinct) }, g.erased = EXISTS { MATCH (:_Erased) },
			g.denials = EXISTS { MATCH (:_Denied) } OR EXISTS { MATCH (:_NodeDenial) } OR EXISTS { MATCH (:_EdgeDenial) }
			DELETE c`, map[string]any{"epoch": of.Revision.Epoch, "revision": int64(of.Revision.Number), "salt": of.Salt})
	})
	if err == nil {
		s.feed.Replaced()
	}
	return err
}

// taking changes a store in which a copy is being made.
func (s *Store) taking(ctx context.Context, do func(*tx, copying) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return s.write(ctx, transaction{what: "copy"}, func(t *tx) error {
		c, err := t.copying()
		if err != nil {
			return err
		}
		return do(t, c)
	})
}

// undisturbed is an ErrConflict if someone else wrote to the store since the copy began.
func (s *Store) undisturbed(c copying, of commit.Now) error {
	if c.mark == "" || c.of != of.Revision || c.at.Number != 0 {
		return fmt.Errorf("%w: the database %q was changed by someone else while it was copied into; copy into another one", store.ErrConflict, s.opts.Database)
	}
	return nil
}
