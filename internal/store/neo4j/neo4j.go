// Package neo4j keeps the truth in a Neo4j database, which several instances of the service
// and anyone who speaks Cypher may share, and answers from it in Cypher. It is a
// [store.Truth], so that a mirror can stand in front of it, and a [store.Store] by itself.
// layout.go tells how the graph lies in the database.
package neo4j

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"

	"clustergraph/internal/store"
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
}

// Store is a graph in a Neo4j database.
type Store struct {
	driver    neo4j.DriverWithContext
	bookmarks neo4j.BookmarkManager
	opts      Options
	schema    store.Schema
	layout    *layout
	now       func() time.Time

	mu     sync.Mutex
	closed chan struct{}
	calls  sync.WaitGroup
}

// Open connects to a database, and prepares it if it is empty.
func Open(ctx context.Context, schema store.Schema, opts Options) (*Store, error) {
	if opts.Database == "" {
		opts.Database = "neo4j"
	}
	if opts.KeepLog == 0 {
		opts.KeepLog = 30 * 24 * time.Hour
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
		c.TelemetryDisabled = true
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrInvalid, err)
	}
	return &Store{driver: driver, bookmarks: neo4j.NewBookmarkManager(neo4j.BookmarkManagerConfig{}), opts: opts, schema: schema, layout: l,
		now: time.Now, closed: make(chan struct{})}, nil
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

// read runs one statement that only reads, in a transaction of its own, and tells its rows.
// The values of a row are good until the next one.
func (s *Store) read(ctx context.Context, cypher string, params map[string]any, row func(values []any) error) (err error) {
	session := s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: s.opts.Database, BookmarkManager: s.bookmarks})
	defer func() { err = errors.Join(err, session.Close(ctx)) }()
	result, err := session.Run(ctx, cypher, params)
	if err != nil {
		return err
	}
	for result.Next(ctx) {
		if err := row(result.Record().Values); err != nil {
			return err
		}
	}
	return result.Err()
}
