package neo4j

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
)

// tx is a transaction that statements run in, one after another.
type tx struct {
	neo4j.ExplicitTransaction
	ctx    context.Context
	failed error // the first error of the driver, as it was
}

// each runs a statement and tells its rows, whose values are good until the next one.
func (t *tx) each(cypher string, params map[string]any, row func(values []any) error) error {
	result, err := t.Run(t.ctx, cypher, params)
	err = ofDriver(err)
	for err == nil && result.Next(t.ctx) {
		if err := row(result.Record().Values); err != nil {
			return err
		}
	}
	if err == nil {
		err = ofDriver(result.Err())
	}
	if err != nil && t.failed == nil {
		t.failed = err
	}
	return err
}

// gather is each for what may have many rows: they come as one record (see statement.text).
func (t *tx) gather(cypher string, params map[string]any, row func(values []any) error) error {
	at := strings.LastIndex(cypher, "RETURN ")
	values := cypher[at+len("RETURN "):]
	return t.each(cypher[:at]+"RETURN collect(["+values+"])", params, func(v []any) error {
		for _, x := range items(v[0]) {
			if err := row(items(x)); err != nil {
				return err
			}
		}
		return nil
	})
}

// do runs a statement that tells nothing.
func (t *tx) do(cypher string, params map[string]any) error {
	return t.each(cypher, params, func([]any) error { return nil })
}

// transaction is how one is begun.
type transaction struct {
	mode neo4j.AccessMode
	what string // told to operators, with who and which batch
	by   string
	id   string
	// fetch is how many rows come at once: all unless set.
	fetch int
}

// config says to the server what a transaction is, and when nobody waits for it any more.
func (how transaction) config(ctx context.Context) []func(*neo4j.TransactionConfig) {
	about := map[string]any{"app": "clustergraph", "what": how.what}
	if how.by != "" || how.id != "" {
		about["by"], about["batch"] = how.by, how.id
	}
	config := []func(*neo4j.TransactionConfig){neo4j.WithTxMetadata(about)}
	if end, ok := ctx.Deadline(); ok {
		if left := time.Until(end); left > time.Millisecond {
			config = append(config, neo4j.WithTxTimeout(left))
		}
	}
	return config
}

// attempt runs do in one transaction, and commits if do returns nil. committing tells
// whether an error came when it was being committed, so that nobody knows.
func (s *Store) attempt(ctx context.Context, how transaction, do func(*tx) error) (committing bool, err error) {
	fetch := how.fetch
	if fetch == 0 {
		fetch = neo4j.FetchAll
	}
	session := s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: how.mode, DatabaseName: s.opts.Database, BookmarkManager: s.bookmarks, FetchSize: fetch})
	defer func() { _ = session.Close(ctx) }() // what was committed is, whatever comes then
	begun, err := session.BeginTransaction(ctx, how.config(ctx)...)
	if err != nil {
		return false, ofDriver(err)
	}
	t := &tx{ExplicitTransaction: begun, ctx: ctx}
	if err := do(t); err != nil {
		_ = begun.Close(ctx) // rolls back; the server does so by itself if it is not told
		if t.failed != nil && passes(t.failed) {
			return false, t.failed // not as anyone wrapped it
		}
		return false, err
	}
	if how.mode == neo4j.AccessModeRead {
		return false, ofDriver(begun.Close(ctx))
	}
	if err := begun.Commit(ctx); err != nil {
		code, _ := codeOf(err)
		return !strings.HasPrefix(code, "Neo.ClientError.") || strings.HasPrefix(code, "Neo.ClientError.Cluster."), ofDriver(err)
	}
	return false, nil
}

// retry calls try until it says that it is done, or that its error is none that passes by
// itself: a deadlock, a leader that changed, a connection that broke. It goes on as long as
// the context and patience allow, and then tells the last error, in time for whoever set
// the deadline to hear what was wrong instead of that it has passed.
func (s *Store) retry(ctx context.Context, patience time.Duration, try func() error) error {
	end := time.Now().Add(patience)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline.Add(-min(time.Second, time.Until(deadline)/10))
	}
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		err := try()
		if err == nil || !passes(err) || ctx.Err() != nil {
			return err
		}
		wait := pause/2 + rand.N(pause)
		if time.Now().Add(wait).After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-s.closed:
			return errClosed
		case <-time.After(wait):
		}
	}
}

// passes tells whether an error may be gone when one tries again.
func passes(err error) bool {
	var doubt *inDoubt
	var other *raced
	var told *driverError
	var half *midway
	if errors.As(err, &half) {
		return false
	}
	if errors.As(err, &doubt) || errors.As(err, &other) {
		return true
	}
	if !errors.As(err, &told) {
		return false
	}
	if _, isServer := codeOf(told); isServer {
		return neo4j.IsRetryable(told.error) && !outOfMemory(told)
	}
	var usage *neo4j.UsageError
	return !errors.As(told, &usage) // the connection broke, or could not be had
}

// inDoubt says that a transaction may have been committed or not.
type inDoubt struct{ err error }

func (d *inDoubt) Error() string { return "lost while it was committed: " + d.err.Error() }
func (d *inDoubt) Unwrap() error { return d.err }

// trouble is what a batch waits for to pass.
type trouble struct{ error }

// midway says that an answer broke off when some of it was told already: whoever heard that
// would hear it twice.
type midway struct{ err error }

func (m *midway) Error() string { return "in the middle of an answer: " + m.err.Error() }
func (m *midway) Unwrap() error { return m.err }

// raced says that another instance was faster.
type raced struct{ error }

func (r *raced) Unwrap() error { return r.error }

// briefly is how long to try to read: enough for connections that broke while they were idle.
const briefly = 500 * time.Millisecond

// readAll runs do in a transaction that reads; do may be called again.
func (s *Store) readAll(ctx context.Context, what string, fetch int, do func(*tx) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return s.readIn(ctx, what, fetch, do)
}

// readIn is readAll within a call that Close waits for.
func (s *Store) readIn(ctx context.Context, what string, fetch int, do func(*tx) error) error {
	return s.explain(ctx, s.retry(ctx, briefly, func() error {
		_, err := s.attempt(ctx, transaction{mode: neo4j.AccessModeRead, what: what, fetch: fetch}, do)
		return err
	}))
}

// write runs do in a transaction that writes; do may be called again. Where a commit was
// lost on its way, do is called once more all the same, and must see for itself whether
// it has happened.
func (s *Store) write(ctx context.Context, how transaction, do func(*tx) error) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		if trouble := s.trouble.Load(); trouble != nil { // the batch before waits for the server, too
			return s.explain(context.WithoutCancel(ctx), trouble.error)
		}
		return fmt.Errorf("%w: another batch is being written: %w", store.ErrUnavailable, ctx.Err())
	}
	how.mode = neo4j.AccessModeWrite
	lost := false
	err := s.retry(ctx, s.opts.Patience, func() error {
		committing, err := s.attempt(ctx, how, func(t *tx) error {
			s.trouble.Store(nil)
			return do(t)
		})
		if err == nil {
			lost = false
			return nil
		}
		if committing {
			lost = true
			err = &inDoubt{err}
		}
		if passes(err) && ctx.Err() == nil {
			s.trouble.Store(&trouble{err})
		}
		return err
	})
	if err != nil && lost && !ofContract(err) { // else do has seen for itself that it did not happen
		return fmt.Errorf("%w: the connection to the database broke while the batch was committed: it may or may not have happened; apply it again, which is safe if it has an id (%s)", store.ErrUnavailable, brief(err))
	}
	return s.explain(ctx, err)
}
