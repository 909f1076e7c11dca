// Package sqlite keeps the truth in one SQLite file: what is said, what that makes, and the
// log of changes, in tables that any SQLite tool can read (migrations/ explains them). It
// is safe to have the file open in several processes at once.
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the driver

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
)

// Options are the settings of a truth; the zero value has the usual ones.
type Options struct {
	// KeepLog is how long the log of changes reaches back: 30 days unless set.
	KeepLog time.Duration
	// Patience is how long to wait for other processes that write, if the context of a
	// call allows so long: 30 seconds unless set.
	Patience time.Duration
	// Copying opens a file also if it holds an unfinished copy of another store.
	Copying bool
}

// Truth is a store.Truth in a file.
type Truth struct {
	path   string
	schema store.Schema
	opts   Options
	now    func() time.Time

	db      *sql.DB
	writing chan *session // holds the one that writes while nobody does
	reading chan *session // holds those that read while they are idle
	pruned  time.Time     // when the log was last pruned; whoever writes may touch it

	feed *changelog.Feed

	mu     sync.Mutex
	closed chan struct{}
	calls  sync.WaitGroup
}

// readers is how many read at once.
const readers = 4

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the graph in a file, which it makes if there is none; the folder must exist.
// A file of an earlier version is brought up to date. It is an ErrUnavailable, which says
// what to do, if the file cannot be used: not ours, damaged, of a later version, not
// writable, locked for longer than ctx and Options.Patience allow; and an ErrInvalid if it
// holds properties of types that the schema has changed incompatibly.
func Open(ctx context.Context, path string, schema store.Schema, opts Options) (*Truth, error) {
	if opts.KeepLog == 0 {
		opts.KeepLog = 30 * 24 * time.Hour
	}
	if opts.Patience == 0 {
		opts.Patience = 30 * time.Second
	}
	t := &Truth{path: path, schema: schema, opts: opts, now: time.Now, writing: make(chan *session, 1), reading: make(chan *session, readers),
		closed: make(chan struct{})}
	t.feed = t.newFeed()
	if err := t.open(ctx); err != nil {
		if t.db != nil {
			_ = t.Close() // what matters is why it could not be opened
		}
		return nil, err
	}
	return t, nil
}

func (t *Truth) open(ctx context.Context) (err error) {
	if err := inspect(t.path); err != nil {
		return err
	}
	if t.db, err = sql.Open("sqlite", dsn(t.path, t.opts.Patience, settings...)); err != nil {
		return err
	}
	t.db.SetMaxIdleConns(readers + 2)
	if err := t.retry(ctx, func() error { return migrate(ctx, t.db) }); err != nil {
		return t.explain(err)
	}
	w, err := t.session(ctx)
	if err != nil {
		return t.explain(err)
	}
	t.writing <- w
	for range readers {
		r, err := t.session(ctx)
		if err == nil {
			_, err = r.conn.ExecContext(ctx, "PRAGMA query_only = 1; PRAGMA cache_size = -8192")
		}
		if err != nil {
			return t.explain(err)
		}
		t.reading <- r
	}
	return t.write(ctx, func(s *session) error {
		if err := t.notCopying(s); err != nil {
			return err
		}
		err := s.exec(`INSERT INTO meta (id, epoch, revision, salt, unclean) VALUES (1, ?, 0, ?, 0) ON CONFLICT DO NOTHING`, newEpoch(), []byte(rand.Text()))
		if err == nil {
			err = t.describe(s)
		}
		if err != nil {
			return err
		}
		var unclean bool
		if err := s.row("SELECT unclean FROM meta").Scan(&unclean); err != nil || !unclean {
			return err
		}
		s.after = func(ctx context.Context, s *session) error {
			_ = t.clean(ctx, s) // a process ended between erasing and cleaning; if others read now, the next opening tries again
			return nil
		}
		return nil
	})
}

// inspect looks at what can be told apart better from outside than by SQLite's errors.
func inspect(path string) error {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: the folder %s does not exist; make it, or choose another file", store.ErrUnavailable, dir)
	} else if err == nil && !info.IsDir() {
		return fmt.Errorf("%w: %s is not a folder; choose another file", store.ErrUnavailable, dir)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %s cannot be looked at: %w", store.ErrUnavailable, path, err)
	case info.IsDir():
		return fmt.Errorf("%w: %s is a folder; give a file in it", store.ErrUnavailable, path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: %s is not a file", store.ErrUnavailable, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: %s cannot be read; change its permissions, or choose another file: %w", store.ErrUnavailable, path, errors.Unwrap(err))
	}
	defer f.Close()
	head := make([]byte, 72)
	n, err := io.ReadFull(f, head)
	if n == 0 && errors.Is(err, io.EOF) {
		return nil // an empty file is an empty database
	}
	if n < 16 || string(head[:16]) != "SQLite format 3\x00" {
		return fmt.Errorf("%w: %s is not a database, or its beginning is damaged; restore a backup, or choose another file", store.ErrUnavailable, path)
	}
	foreign := fmt.Errorf("%w: %s is a database of another program; choose another file", store.ErrUnavailable, path)
	switch mark := string(head[min(68, n):n]); {
	case n < 72, mark == "CGRF":
		return nil
	case mark != "\x00\x00\x00\x00":
		return foreign
	}
	// Ours is marked together with its first table, but both may be in the write-ahead log.
	// What else may be wrong is told by whoever opens it.
	if ours, others, err := holds(path); err == nil && others && !ours {
		return foreign
	}
	return nil
}

// holds tells whether a database has our first table, and whether it has any but that of the
// migrations, without changing anything: in one look, as another process may be making them.
func holds(path string) (ours, some bool, err error) {
	db, err := sql.Open("sqlite", dsn(path, time.Second)+"&mode=ro")
	if err != nil {
		return false, false, err
	}
	defer db.Close()
	err = db.QueryRow(`SELECT coalesce(max(name = 'meta'), 0), coalesce(max(name NOT IN ('goose_db_version', 'sqlite_sequence')), 0)
		FROM sqlite_schema WHERE type = 'table'`).Scan(&ours, &some)
	return ours, some, err
}

// settings are those of every connection. The cache is so large because ids, by which rows
// lie in the file, are met in no order; and so is the write-ahead log, because a large
// batch would otherwise be moved into the file by itself.
var settings = []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-65536)", "wal_autocheckpoint(8000)", "journal_size_limit(67108864)", "temp_store(MEMORY)"}

func dsn(path string, patience time.Duration, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(" + strconv.Itoa(int(patience.Milliseconds())) + ")"}, pragmas...)}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// retry tries again what SQLite does not wait for by itself: changing to WAL, and the
// migrations that another process has just made.
func (t *Truth) retry(ctx context.Context, try func() error) error {
	for end := time.Now().Add(t.opts.Patience); ; {
		err := try()
		if err == nil || time.Now().After(end) || !isCode(err, codeBusy) && !strings.Contains(err.Error(), "already exists") && !strings.Contains(err.Error(), "duplicate column name") {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// errNewer is met where a later version has been.
var errNewer = errors.New("newer")

// migrate brings the tables of a database up to date.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	var ours bool
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'meta')`).Scan(&ours); err != nil {
		return err
	}
	known := p.ListSources()
	if ours {
		var version int64
		if err := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version); err != nil {
			return err
		}
		switch last := known[len(known)-1].Version; {
		case version > last:
			return fmt.Errorf("%w: version %d, known up to %d", errNewer, version, last)
		case version == last:
			return nil
		}
	}
	_, err = p.Up(ctx)
	return err
}

// newEpoch is an epoch that nobody else has.
func newEpoch() string { return strings.ToLower(rand.Text()[:10]) }

// session is a connection with its prepared statements. It is for one goroutine at a time.
type session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	after func(context.Context, *session) error // done once the transaction is committed
}

func (t *Truth) session(ctx context.Context) (*session, error) {
	var s *session
	err := t.retry(ctx, func() error {
		conn, err := t.db.Conn(ctx)
		if err == nil {
			s = &session{conn: conn, stmts: map[string]*sql.Stmt{}}
		}
		return err
	})
	return s, err
}

// Statements run without the context of the call: the driver would start a goroutine for
// each of them. Who runs many of them looks at the context in between.
var background = context.Background()

func (s *session) stmt(query string) (*sql.Stmt, error) {
	if p := s.stmts[query]; p != nil {
		return p, nil
	}
	p, err := s.conn.PrepareContext(background, query)
	if err == nil {
		s.stmts[query] = p
	}
	return p, err
}

func (s *session) exec(query string, args ...any) error {
	p, err := s.stmt(query)
	if err == nil {
		_, err = p.ExecContext(background, args...)
	}
	return err
}

// row is a query of one row.
func (s *session) row(query string, args ...any) interface{ Scan(...any) error } {
	p, err := s.stmt(query)
	if err != nil {
		return failed{err}
	}
	return p.QueryRowContext(background, args...)
}

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// each calls do with each row of a query.
func (s *session) each(query string, args []any, do func(scan func(...any) error) error) error {
	p, err := s.stmt(query)
	if err != nil {
		return err
	}
	rows, err := p.QueryContext(background, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// enter notes a call, which Close waits for; leave must be called if it is nil.
func (t *Truth) enter(ctx context.Context) (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-t.closed:
		return nil, errClosed
	default:
	}
	t.calls.Add(1)
	return t.calls.Done, nil
}

var errClosed = fmt.Errorf("%w: the store is closed", store.ErrUnavailable)

// write runs do in a transaction that has the file for itself, and commits if do returns
// nil.
func (t *Truth) write(ctx context.Context, do func(*session) error) error {
	var s *session
	select {
	case s = <-t.writing:
	case <-ctx.Done():
		return fmt.Errorf("%w: another batch is being written: %w", store.ErrUnavailable, ctx.Err())
	}
	defer func() { t.writing <- s }()
	return t.transact(ctx, s, do)
}

func (t *Truth) transact(ctx context.Context, s *session, do func(*session) error) error {
	if err := t.begin(ctx, s); err != nil {
		return err
	}
	s.after = nil
	err := do(s)
	if err == nil {
		err = s.exec("COMMIT")
	}
	if err != nil {
		_, _ = s.conn.ExecContext(background, "ROLLBACK") // fails where SQLite has rolled back by itself
		return t.explain(err)
	}
	if s.after != nil {
		return t.explain(s.after(ctx, s))
	}
	return nil
}

// begin begins a transaction that has the file for itself.
func (t *Truth) begin(ctx context.Context, s *session) error {
	p, err := s.stmt("BEGIN IMMEDIATE")
	if err == nil {
		_, err = p.ExecContext(ctx) // which ends the waiting
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %s is locked by another process: %w", store.ErrUnavailable, t.path, ctx.Err())
	}
	return t.explain(err)
}

// read runs do in a transaction that sees one state.
func (t *Truth) read(ctx context.Context, do func(*session) error) error {
	leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	var s *session
	select {
	case s = <-t.reading:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { t.reading <- s }()
	if err := s.exec("BEGIN"); err != nil {
		return t.explain(err)
	}
	err = do(s)
	_, _ = s.conn.ExecContext(background, "ROLLBACK")
	return t.explain(err)
}

// Ready implements store.Truth. Cost: one query.
func (t *Truth) Ready(ctx context.Context) error {
	_, err := t.Revision(ctx)
	return err
}

// Revision implements store.Truth. Cost: one query.
func (t *Truth) Revision(ctx context.Context) (r store.Revision, err error) {
	err = t.read(ctx, func(s *session) error { r, err = revision(s); return err })
	return r, err
}

func revision(s *session) (r store.Revision, err error) {
	err = s.row(`SELECT epoch, revision FROM meta`).Scan(&r.Epoch, &r.Number)
	return r, err
}

// Close implements store.Truth. Calls that run are finished first, but those to Follow end.
func (t *Truth) Close() error {
	t.mu.Lock()
	select {
	case <-t.closed:
		t.mu.Unlock()
		return nil
	default:
	}
	close(t.closed)
	t.mu.Unlock()
	t.calls.Wait()
	close(t.writing)
	close(t.reading)
	var errs []error
	for s := range t.reading {
		errs = append(errs, s.close())
	}
	for s := range t.writing {
		errs = append(errs, s.close())
	}
	return t.explain(errors.Join(append(errs, t.db.Close())...))
}

// close finalizes the statements, too: otherwise SQLite would not clear up behind it.
func (s *session) close() error {
	var errs []error
	for _, p := range s.stmts {
		errs = append(errs, p.Close())
	}
	return errors.Join(append(errs, s.conn.Close())...)
}

// list is an argument for json_each.
func list(values []string) string { return string(codec.AppendStrings(nil, values)) }

// raw takes a text column without a copy of its own; it is good until the next row.
type raw = sql.RawBytes
