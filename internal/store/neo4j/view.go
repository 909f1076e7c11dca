package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// runs is how often a view is read at most: again if a commit came between its statements.
const runs = 3

// View calls read with one revision of the graph. The database shows each statement what is
// committed by then, and not one state to several; so each statement also tells the revision
// that it found, and whether something was written meanwhile. Where revisions differ, or a
// statement saw no one state, the view is torn: what read is told from then on is errTorn,
// and read is called again, at most twice more. The last time it goes on, and the reader
// tells that it is not consistent.
//
// It costs no statement of its own, unless a revision is asked for that no view of this
// process has seen yet.
func (s *Store) View(ctx context.Context, atLeast store.Revision, read func(store.Reader) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	var at store.Revision
	if seen := s.seen.Load(); atLeast != (store.Revision{}) && (seen == nil || seen.Epoch != atLeast.Epoch || seen.Number < atLeast.Number) {
		if at, err = s.await(ctx, atLeast); err != nil {
			return err
		}
	}
	for run := 1; ; run++ {
		r := &reader{s: s, ctx: ctx, at: at, last: run == runs, nodes: map[string]*store.Node{}, under: map[string][]string{}}
		err := read(r)
		if r.failed != nil && err == nil {
			err = r.failed
		}
		if !r.torn || r.last || ctx.Err() != nil {
			return err
		}
		at = store.Revision{}
	}
}

// errTorn is told by the methods of a reader whose view is torn.
var errTorn = fmt.Errorf("%w: the graph was changed while it was read", store.ErrUnavailable)

// await waits until a revision can be seen, as long as the context allows.
func (s *Store) await(ctx context.Context, atLeast store.Revision) (store.Revision, error) {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		r := &reader{s: s, ctx: ctx}
		err := r.ask(ctx, "revision", statement{}, nil)
		switch {
		case err != nil:
			return store.Revision{}, err
		case r.at.Epoch != atLeast.Epoch:
			return store.Revision{}, fmt.Errorf("%w: the revision %s is of another store than %s; ask without it", store.ErrConflict, atLeast, r.at)
		case r.at.Number >= atLeast.Number:
			return r.at, nil
		}
		select {
		case <-ctx.Done():
			return store.Revision{}, ctx.Err()
		case <-s.closed:
			return store.Revision{}, errClosed
		case <-time.After(pause):
		}
	}
}

// reader answers from one view, in Cypher. It is a [store.Reader], safe for concurrent use.
type reader struct {
	s    *Store
	ctx  context.Context // of the view
	last bool            // no more runs: a torn view goes on

	mu     sync.Mutex
	at     store.Revision // of the view, as soon as it is known
	torn   bool
	failed error                  // that could not be told
	nodes  map[string]*store.Node // that were read, by id or former id
	along  map[string][]any       // nodes that came along, by id: their rows, not looked into yet
	under  map[string][]string    // what is below some ids
	slots  slots
}

// Revision is that of the first statement of the view.
func (r *reader) Revision() store.Revision {
	r.mu.Lock()
	at := r.at
	r.mu.Unlock()
	if at != (store.Revision{}) {
		return at
	}
	if err := r.ask(r.ctx, "revision", statement{}, nil); err != nil {
		r.mu.Lock()
		r.failed = err
		r.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

// Consistent is false if a commit came between the statements of the view.
func (r *reader) Consistent() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.torn
}

// A statement is one or several questions that are asked at once; each tells rows.
type statement struct {
	parts  []part
	params map[string]any
}

// part is a question: Cypher up to the RETURN, what to return, and how many rows at most.
type part struct {
	body   string
	values []string
	most   int // 0: all
}

// text is the statement with the revision before it: one record for each part, with its
// number, from 1, and its rows as a list; 0 tells the revision. The rows do not come as
// records, since the driver reads each of these by itself, in three calls under a deadline,
// which takes longer than all else that is done with a row.
func (q statement) text() string {
	var b strings.Builder
	b.WriteString("MATCH (g:_Graph {id: 0}) RETURN 0 AS part, [[g.epoch, g.revision]] AS rows")
	for i, p := range q.parts {
		b.WriteString(" UNION ALL " + p.body + " WITH ")
		columns := make([]string, len(p.values))
		for i, v := range p.values {
			columns[i] = fmt.Sprintf("c%d", i)
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(v + " AS " + columns[i])
		}
		if len(columns) == 0 {
			b.WriteString("1 AS one")
		}
		if p.most > 0 {
			fmt.Fprintf(&b, " LIMIT %d", p.most)
		}
		fmt.Fprintf(&b, " RETURN %d AS part, collect([%s]) AS rows", i+1, strings.Join(columns, ", "))
	}
	return b.String()
}

// ask runs a statement in a transaction of its own. start is called when it begins, and
// returns who is told the rows, with the number of their part; both again if something was
// written meanwhile, or if the connection broke.
func (r *reader) ask(ctx context.Context, what string, q statement, start func() func(part int64, values []any) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text := q.text()
	s := r.s
	if s.asked != nil {
		s.asked(text, q.params)
	}
	var at store.Revision
	exact := false
	err := s.explain(ctx, s.retry(ctx, briefly, func() (err error) {
		for try := 0; try < tries && !exact && err == nil; try++ {
			at, exact, err = s.once(ctx, what, text, q.params, start)
		}
		return err
	}))
	if err != nil {
		return err
	}
	if at == (store.Revision{}) {
		return errEmptied
	}
	if seen := s.seen.Load(); seen == nil || *seen != at && (seen.Epoch != at.Epoch || seen.Number < at.Number) {
		s.seen.Store(&at)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == (store.Revision{}) {
		r.at = at
	}
	r.torn = r.torn || !exact || at != r.at
	if r.torn && !r.last {
		return errTorn
	}
	return nil
}

// tries is how often a statement is asked at most if commits come meanwhile.
const tries = 3

// once runs a statement once, and tells the revision it found, and whether it saw one state.
//
// The database shows a statement what is committed while it runs, even the half of a commit
// that is being written; comparing revisions before and after does not find all of that
// (tried: of 3,300 reads beside large commits 140 were mixed, and told one revision). So
// bookmarks are compared. Before it begins, the server waits until the transactions of the
// bookmark that it is told are written whole; after it, it tells that of the last one that
// was committed. If they are the same, nothing was written meanwhile, by anyone (tried: of
// 4,900 such reads none was mixed, of 230 others 109). It costs nothing.
func (s *Store) once(ctx context.Context, what, text string, params map[string]any, start func() func(int64, []any) error) (at store.Revision, exact bool, err error) {
	before, err := s.bookmarks.GetBookmarks(ctx)
	if err != nil {
		return at, false, err
	}
	session := s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: s.opts.Database, Bookmarks: before, FetchSize: neo4j.FetchAll})
	defer func() { _ = session.Close(ctx) }()
	config := []func(*neo4j.TransactionConfig){neo4j.WithTxMetadata(map[string]any{"app": "clustergraph", "what": what})}
	if end, ok := ctx.Deadline(); ok {
		if left := time.Until(end); left > time.Millisecond {
			config = append(config, neo4j.WithTxTimeout(left))
		}
	}
	result, err := session.Run(ctx, text, params, config...)
	if err != nil {
		return at, false, ofDriver(err)
	}
	var row func(int64, []any) error
	if start != nil {
		row = start()
	}
	for result.Next(ctx) {
		values := result.Record().Values
		n := num(values[0])
		for _, x := range items(values[1]) {
			v := items(x)
			if n == 0 {
				at = store.Revision{Epoch: str(v[0]), Number: uint64(num(v[1]))}
			} else if err := row(n, v); err != nil {
				return at, false, err
			}
		}
	}
	if err := result.Err(); err != nil {
		return at, false, ofDriver(err)
	}
	after := session.LastBookmarks()
	if len(before) == 1 && len(after) == 1 && before[0] == after[0] {
		return at, true, nil
	}
	return at, false, s.bookmarks.UpdateBookmarks(ctx, before, after)
}

var decoders = sync.Pool{New: func() any { return codec.NewDecoder() }}

// props reads the properties of a node or an edge as they were written.
func props(v any) (store.Props, error) {
	text, ok := v.(string)
	if !ok {
		return nil, nil
	}
	d := decoders.Get().(*codec.Decoder)
	defer decoders.Put(d)
	p, err := d.Props([]byte(text))
	if err != nil {
		return nil, damaged(err)
	}
	return p, nil
}

// bring keeps the row of a node that may be asked for later.
func (r *reader) bring(row []any) {
	if row[2] == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.along == nil {
		r.along = map[string][]any{}
	}
	r.along[str(row[0])] = row
}

// items are a list as the driver tells it.
func items(v any) []any { l, _ := v.([]any); return l }

// node is the node of a row; each node is read once in a view.
func (r *reader) node(id, kind, text any) (*store.Node, error) {
	name, ok := id.(string)
	if !ok {
		return nil, damaged(errors.New("a node without an id"))
	}
	r.mu.Lock()
	n := r.nodes[name]
	r.mu.Unlock()
	if n != nil {
		return n, nil
	}
	p, err := props(text)
	if err != nil {
		return nil, err
	}
	n = &store.Node{ID: name, Props: p}
	n.Kind, _ = kind.(string)
	r.mu.Lock()
	defer r.mu.Unlock()
	if was := r.nodes[name]; was != nil {
		return was, nil
	}
	r.nodes[name] = n
	return n, nil
}
