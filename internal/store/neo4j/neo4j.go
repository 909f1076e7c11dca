// Package neo4j keeps the truth in a Neo4j database, which several instances of the service
// and anyone who speaks Cypher may share, and answers from it in Cypher. It is a
// [store.Truth], so that a mirror can stand in front of it, and a [store.Store] by itself.
// layout.go tells how the graph lies in the database, own.go what lies beside it.
package neo4j

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
)

// Options say where the database is, and how it is used.
type Options struct {
	// Address is a URL of the driver: neo4j://host:7687 (a cluster, or a single server),
	// neo4j+s:// (with TLS), neo4j+ssc:// (with a certificate nobody vouches for), or bolt
	// in the place of neo4j (this server and no other).
	Address        string
	User, Password string // an empty User: the server asks for none
	Database       string // "neo4j" unless set
	// KeepLog is how long the log of changes reaches back: 30 days unless set.
	KeepLog time.Duration
	// Patience is how long Apply waits for a server that is away, or busy, if its context
	// allows so long: 30 seconds unless set.
	Patience time.Duration
	// NoSchema leaves indexes and constraints as they are; it is for users who may not make
	// any, and for who wants to ask CheckSchema first. What the store cannot work without
	// must be there, else Open is an ErrUnavailable.
	NoSchema bool
	// Copying opens a database also if it holds an unfinished copy of another store.
	Copying bool
}

// Store is a graph in a Neo4j database.
type Store struct {
	driver    neo4j.DriverWithContext
	bookmarks neo4j.BookmarkManager
	opts      Options
	schema    store.Schema
	layout    *layout
	now       func() time.Time
	feed      *changelog.Feed

	writing chan struct{}           // holds one while a batch is written
	trouble atomic.Pointer[trouble] // why a batch was last tried again; nil once the server answers
	pruned  time.Time               // when the log was last pruned; whoever writes may touch it

	asked func(cypher string, params map[string]any) // tells tests what readers ask; mostly nil
	seen  atomic.Pointer[store.Revision]             // the newest that a reader saw: with the bookmarks, all see it

	mu     sync.Mutex
	closed chan struct{}
	calls  sync.WaitGroup
}

// Open connects to a database, prepares it if it is empty, and brings it up to date. It is
// an ErrUnavailable that says what to do if the database cannot be used: unreachable, no
// entry, another name, too old, no rights, data of a later version, or of another program;
// and an ErrInvalid if it holds properties of types that the schema has changed
// incompatibly. Where all is as it should be it costs a few round trips.
func Open(ctx context.Context, schema store.Schema, opts Options) (*Store, error) {
	if opts.Database == "" {
		opts.Database = "neo4j"
	}
	if opts.KeepLog == 0 {
		opts.KeepLog = 30 * 24 * time.Hour
	}
	if opts.Patience == 0 {
		opts.Patience = 30 * time.Second
	}
	l, err := newLayout(schema)
	if err != nil {
		return nil, err
	}
	auth := neo4j.NoAuth()
	if opts.User != "" {
		auth = neo4j.BasicAuth(opts.User, opts.Password, "")
	}
	driver, err := neo4j.NewDriverWithContext(opts.Address, auth, func(c *config.Config) {
		c.ConnectionAcquisitionTimeout = 5 * time.Second
		c.SocketConnectTimeout = 2 * time.Second
		c.ConnectionLivenessCheckTimeout = 30 * time.Second
		c.TelemetryDisabled = true
		c.UserAgent = "clustergraph"
	})
	if err != nil {
		return nil, fmt.Errorf("%w: the address %q: %w", store.ErrInvalid, opts.Address, err)
	}
	s := &Store{driver: driver, bookmarks: neo4j.NewBookmarkManager(neo4j.BookmarkManagerConfig{}), opts: opts, schema: schema, layout: l,
		now: time.Now, writing: make(chan struct{}, 1), closed: make(chan struct{})}
	s.feed = s.newFeed()
	err = s.prepare(ctx)
	if err == nil && !opts.Copying {
		err = s.notCopying(ctx)
	}
	if err != nil {
		err = s.explain(ctx, err)
		_ = s.Close() // what matters is why it could not be opened
		return nil, err
	}
	return s, nil
}

// enter notes a call, which Close waits for; leave must be called if it is nil.
func (s *Store) enter(ctx context.Context) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.closed:
		return nil, errClosed
	default:
	}
	s.calls.Add(1)
	return s.calls.Done, nil
}

var errClosed = fmt.Errorf("%w: the store is closed", store.ErrUnavailable)

// Close implements store.Truth and store.Store. Calls that run are finished first, but those
// to Follow end.
func (s *Store) Close() error {
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return nil
	default:
	}
	close(s.closed)
	s.mu.Unlock()
	s.calls.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.explain(ctx, ofDriver(s.driver.Close(ctx)))
}

// read runs one statement that only reads, in a transaction of its own, and tells its rows.
// The values of a row are good until the next one. Where nothing was told yet, what passes
// by itself is tried again for a moment; errors are those of the contract.
func (s *Store) read(ctx context.Context, cypher string, params map[string]any, row func(values []any) error) error {
	return s.readSome(ctx, 0, cypher, params, row)
}

// readSome is read where the rows are fetched a few at a time (0: a thousand), because they
// are large, or because row may end it.
func (s *Store) readSome(ctx context.Context, fetch int, cypher string, params map[string]any, row func(values []any) error) error {
	var of error // row's, which is passed on as it is
	told := false
	err := s.retry(ctx, briefly, func() error {
		err := s.run(ctx, fetch, cypher, params, func(values []any) error {
			told = true
			of = row(values)
			return of
		})
		if told && err != nil && of == nil {
			return &midway{err}
		}
		return err
	})
	if of != nil {
		return of
	}
	return s.explain(ctx, err)
}

func (s *Store) run(ctx context.Context, fetch int, cypher string, params map[string]any, row func(values []any) error) error {
	session := s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: s.opts.Database, BookmarkManager: s.bookmarks, FetchSize: fetch})
	defer func() { _ = session.Close(ctx) }() // all was read, or nobody wants the rest
	result, err := session.Run(ctx, cypher, params, transaction{what: "read"}.config(ctx)...)
	if err != nil {
		return ofDriver(err)
	}
	for result.Next(ctx) {
		if err := row(result.Record().Values); err != nil {
			return err
		}
	}
	return ofDriver(result.Err())
}

// Ready implements store.Truth and store.Store. Cost: one query.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.Revision(ctx)
	return err
}

// Revision implements store.Truth and store.Store. Cost: one query.
func (s *Store) Revision(ctx context.Context) (store.Revision, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return store.Revision{}, err
	}
	defer leave()
	return s.revision(ctx)
}

func (s *Store) revision(ctx context.Context) (r store.Revision, err error) {
	err = s.read(ctx, `MATCH (g:_Graph {id: 0}) RETURN g.epoch, g.revision`, nil, func(v []any) error {
		r = store.Revision{Epoch: str(v[0]), Number: uint64(num(v[1]))}
		return nil
	})
	if err == nil && r.Epoch == "" {
		err = errEmptied
	}
	return r, err
}
