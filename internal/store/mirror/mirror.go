// Package mirror answers from memory: it makes a store of any truth, by loading it once
// and following its change log. It knows no database.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"clustergraph/internal/store"
)

// Options are how a mirror behaves. The zero value will do.
type Options struct {
	// Log is told when the change log cannot be followed, when it can again, and when the
	// mirror loads anew. Nil: nobody is told.
	Log *slog.Logger
	// Retry is how long to wait before following is tried again, at first; it doubles up
	// to twenty times that. 0: 50 ms.
	Retry time.Duration
}

// Store answers from memory, and writes to a truth. It is a [store.Store]: what it shows
// follows the truth within a second, and at once for who writes through it.
//
// It holds the whole graph; see the benchmarks for how many bytes that is. A view is one
// atomic load. A commit makes the next snapshot, which shares what stayed with the one
// before: it costs what it changes.
type Store struct {
	truth  store.Truth
	schema store.Schema
	opts   Options
	now    atomic.Pointer[state]

	writing sync.Mutex // held by who makes the next state
	in      *interner
	early   map[uint64]store.Commit // commits of this process that wait for earlier ones
	kept    map[*keeper]bool

	views   atomic.Int64
	closed  chan struct{} // closed as soon as nothing new may begin
	closing sync.Once
	idle    chan struct{} // told when the last view ends after that
	stop    context.CancelFunc
	stopped chan struct{} // closed when the follower has ended

	health sync.Mutex
	told   Health
}

// state is a snapshot, and what tells that there is a newer one.
type state struct {
	*snapshot
	next chan struct{} // closed when this state is no longer the newest
}

// keeper remembers the commits that are applied while someone loads.
type keeper struct{ commits []store.Commit }

// Health is how a mirror stands to its truth.
type Health struct {
	Revision store.Revision // the newest one shown
	Loaded   time.Time      // when the truth was last loaded
	Applied  time.Time      // when the last commit was applied; zero: none since it was loaded
	Lag      time.Duration  // between that commit and when it was shown
	Nodes    int
	Edges    int
	// Err says why the change log cannot be followed, and Since from when on what is shown
	// may be old; nil and zero if all is well.
	Err   error
	Since time.Time
}

var _ store.Store = (*Store)(nil)

// Open loads a truth and follows it until Close. It fails with the context's error, or
// that of the truth; a schema of more than 64 kinds is an ErrInvalid. The mirror owns the
// truth from then on, and closes it. Cost: with the graph.
func Open(ctx context.Context, truth store.Truth, schema store.Schema, opts Options) (*Store, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Retry <= 0 {
		opts.Retry = 50 * time.Millisecond
	}
	m := &Store{
		truth: truth, schema: schema, opts: opts, in: newInterner(),
		early: map[uint64]store.Commit{}, kept: map[*keeper]bool{},
		closed: make(chan struct{}), idle: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	s, err := load(ctx, truth, schema, m.in)
	if err != nil {
		return nil, err
	}
	m.now.Store(&state{s, make(chan struct{})})
	m.told.Loaded = time.Now()
	following, stop := context.WithCancel(context.Background())
	m.stop = stop
	go m.follow(following)
	return m, nil
}

// errClosed is what a closed store answers.
var errClosed = fmt.Errorf("%w: the store is closed", store.ErrUnavailable)

// enter counts a caller in, whom Close waits for.
func (m *Store) enter() error {
	m.views.Add(1)
	select {
	case <-m.closed:
		m.leave()
		return errClosed
	default:
		return nil
	}
}

func (m *Store) leave() {
	if m.views.Add(-1) == 0 {
		select {
		case <-m.closed:
			select {
			case m.idle <- struct{}{}:
			default: // told already
			}
		default:
		}
	}
}

// View is as [store.Store] says. It costs one atomic load; a commit does not hold it up.
func (m *Store) View(ctx context.Context, atLeast store.Revision, read func(store.Reader) error) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	s, err := m.at(ctx, atLeast)
	if err != nil {
		return err
	}
	return read(s)
}

// at waits for a revision.
func (m *Store) at(ctx context.Context, atLeast store.Revision) (*snapshot, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		st := m.now.Load()
		if atLeast == (store.Revision{}) || atLeast.Epoch == st.rev.Epoch && atLeast.Number <= st.rev.Number {
			return st.snapshot, nil
		}
		if atLeast.Epoch != st.rev.Epoch {
			return nil, fmt.Errorf("%w: the revision %s is of another store than %s; ask without it", store.ErrConflict, atLeast, st.rev)
		}
		select {
		case <-st.next:
		case <-ctx.Done():
		case <-m.closed:
			return nil, errClosed
		}
	}
}

// Revision is the newest that View would show.
func (m *Store) Revision(ctx context.Context) (store.Revision, error) {
	if err := ctx.Err(); err != nil {
		return store.Revision{}, err
	}
	select {
	case <-m.closed:
		return store.Revision{}, errClosed
	default:
		return m.now.Load().rev, nil
	}
}

// Ready is nil as long as the store is open: it can answer without its truth. How old the
// answers may be, [Store.Health] says.
func (m *Store) Ready(context.Context) error {
	select {
	case <-m.closed:
		return errClosed
	default:
		return nil
	}
}

// Apply applies the batch to the truth. Its commit is shown at once if no other process
// wrote since; else when the change log has told what came before.
func (m *Store) Apply(ctx context.Context, b store.Batch) (store.Result, error) {
	if err := m.enter(); err != nil {
		return store.Result{}, err
	}
	defer m.leave()
	res, err := m.truth.Apply(ctx, b)
	if err != nil {
		return res, err
	}
	if res.Commit.Revision != (store.Revision{}) {
		m.offer(res.Commit)
	}
	_ = m.reach(ctx, res.Revision) // whatever becomes of the wait, the batch has happened
	return res, nil
}

// patience is how long to wait for the change log before asking whether it is followed.
const patience = time.Second

// reach waits until a revision is shown, as long as the context allows and the change log
// is followed.
func (m *Store) reach(ctx context.Context, r store.Revision) error {
	for {
		waiting, done := context.WithTimeout(ctx, patience)
		_, err := m.at(waiting, r)
		done()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if lost := m.Health().Err; lost != nil {
			return fmt.Errorf("%w: the change log cannot be followed (%w)", store.ErrUnavailable, lost)
		}
	}
}

// offer applies a commit of this process if it is the next one, and those that waited for
// it; else it keeps it for when it is.
func (m *Store) offer(c store.Commit) {
	m.writing.Lock()
	defer m.writing.Unlock()
	const most = 256 // what comes later is told by the change log
	if rev := m.now.Load().rev; c.Revision.Epoch != rev.Epoch || c.Revision.Number <= rev.Number || c.Revision.Number > rev.Number+most {
		return
	}
	m.early[c.Revision.Number] = c
	for {
		next, ok := m.early[m.now.Load().rev.Number+1]
		if !ok || m.apply(&next) != nil {
			return // what does not fit, the follower meets and loads anew
		}
	}
}

// take applies what the change log tells.
func (m *Store) take(c store.Commit) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	rev := m.now.Load().rev
	switch {
	case c.Revision.Epoch != rev.Epoch || c.Revision.Number > rev.Number+1:
		return fmt.Errorf("%w: the log tells %s after %s", errTorn, c.Revision, rev)
	case c.Revision.Number <= rev.Number:
		return nil
	}
	return m.apply(&c)
}

// apply shows what a commit makes. The caller is the writer.
func (m *Store) apply(c *store.Commit) error {
	s, err := m.now.Load().apply(c, m.in)
	if err != nil {
		return err
	}
	for k := range m.kept {
		k.commits = append(k.commits, *c)
	}
	m.show(s)
	now := time.Now()
	m.health.Lock()
	m.told.Applied, m.told.Lag = now, max(0, now.Sub(c.At))
	m.health.Unlock()
	return nil
}

// show makes a snapshot the newest. The caller is the writer.
func (m *Store) show(s *snapshot) {
	old := m.now.Swap(&state{s, make(chan struct{})})
	close(old.next)
	for n := range m.early {
		if n <= s.rev.Number {
			delete(m.early, n)
		}
	}
}

// follow keeps the snapshot up to date until its context ends.
func (m *Store) follow(ctx context.Context) {
	defer close(m.stopped)
	wait := m.opts.Retry
	for ctx.Err() == nil {
		err := m.tail(ctx, func() { wait = m.opts.Retry })
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, store.ErrBehind) || errors.Is(err, errTorn) {
			m.opts.Log.Info("the mirror loads anew", "reason", err, "revision", m.now.Load().rev.String())
			m.old(err)
			if err = m.Rebuild(ctx); err == nil {
				m.well()
				continue
			}
		}
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = fmt.Errorf("%w: the change log ended", store.ErrUnavailable)
		}
		m.ill(err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, 20*m.opts.Retry)
	}
}

// settled is how long the log must have been followed to be trusted after a failure, if
// nothing happens that it could tell.
const settled = 500 * time.Millisecond

// tail follows the change log until that fails. After a failure it first asks where the
// truth is: a log that is waited for looks the same whether nothing happens or nobody is
// there. All is well once that point is shown, or the log was followed for a while.
func (m *Store) tail(ctx context.Context, going func()) error {
	var to store.Revision
	if _, stale := m.Stale(); stale {
		asking, done := context.WithTimeout(ctx, 2*time.Second)
		defer done()
		var err error
		if to, err = m.truth.Revision(asking); err != nil {
			return err
		}
		ended := make(chan struct{})
		waited := make(chan struct{})
		go func() {
			defer close(waited)
			select {
			case <-ended:
			case <-time.After(settled):
				m.well()
			}
		}()
		defer func() { close(ended); <-waited }()
	}
	return m.truth.Follow(ctx, m.now.Load().rev, func(c store.Commit) error {
		if err := m.take(c); err != nil {
			return err
		}
		going()
		if c.Revision.Number >= to.Number {
			m.well()
		}
		return nil
	})
}

// well notes that the log can be followed.
func (m *Store) well() {
	m.health.Lock()
	defer m.health.Unlock()
	if m.told.Err != nil {
		m.opts.Log.Info("the mirror follows its truth again", "after", time.Since(m.told.Since))
	}
	m.told.Err, m.told.Since = nil, time.Time{}
}

// old notes that what is shown may be old from now on, unless it is already.
func (m *Store) old(why error) (first bool) {
	m.health.Lock()
	defer m.health.Unlock()
	if first = m.told.Err == nil; first {
		m.told.Since = time.Now()
	}
	m.told.Err = why
	return first
}

// ill notes that the log cannot be followed.
func (m *Store) ill(err error) {
	if m.old(err) {
		m.opts.Log.Warn("the mirror cannot follow its truth; what it shows grows old", "error", err)
	}
}

// Health says how the mirror stands to its truth. Cost: none.
func (m *Store) Health() Health {
	m.health.Lock()
	defer m.health.Unlock()
	h, s := m.told, m.now.Load()
	h.Revision, h.Nodes, h.Edges = s.rev, s.nodes, s.edges
	return h
}

// Stale tells since when what is shown may be old, if it may. Cost: none.
func (m *Store) Stale() (since time.Time, stale bool) {
	m.health.Lock()
	defer m.health.Unlock()
	return m.told.Since, m.told.Err != nil
}

// Rebuild loads the truth anew and shows that; views go on all the while. It fails with
// the context's error, or that of the truth; then all stays as it was. Cost: with the
// graph, which is held twice for that time.
func (m *Store) Rebuild(ctx context.Context) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	k, in := m.keep(), newInterner()
	s, err := load(ctx, m.truth, m.schema, in)
	m.writing.Lock()
	defer m.writing.Unlock()
	delete(m.kept, k)
	if err != nil {
		return err
	}
	// What was shown must not go back: what was applied meanwhile is applied here, too.
	if s, err = k.replay(s, in, m.now.Load().rev); err != nil {
		return err
	}
	m.in = in
	m.show(s)
	m.health.Lock()
	m.told.Loaded, m.told.Applied, m.told.Lag = time.Now(), time.Time{}, 0
	m.health.Unlock()
	return nil
}

// keep has commits remembered from now on.
func (m *Store) keep() *keeper {
	m.writing.Lock()
	defer m.writing.Unlock()
	k := new(keeper)
	m.kept[k] = true
	return k
}

// replay brings a snapshot to a revision, as far as the keeper knows how.
func (k *keeper) replay(s *snapshot, in *interner, to store.Revision) (*snapshot, error) {
	for i := range k.commits {
		c := &k.commits[i]
		if c.Revision.Epoch != s.rev.Epoch || c.Revision.Number != s.rev.Number+1 || c.Revision.Number > to.Number {
			continue
		}
		next, err := s.apply(c, in)
		if err != nil {
			return nil, err
		}
		s = next
	}
	return s, nil
}

// Close ends the following, waits for open views and closes the truth.
func (m *Store) Close() error {
	err := errClosed
	m.closing.Do(func() {
		close(m.closed)
		m.stop()
		<-m.stopped
		if m.views.Load() > 0 {
			<-m.idle
		}
		err = m.truth.Close()
	})
	if errors.Is(err, errClosed) {
		return nil // it was closed before
	}
	return err
}
