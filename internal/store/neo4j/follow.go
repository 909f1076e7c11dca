package neo4j

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
)

// newFeed tells commits. Looking for those of others is one small query each time.
func (s *Store) newFeed() *changelog.Feed {
	return &changelog.Feed{Closed: s.closed, Gone: errClosed, Read: s.logged, Go: s.calls.Go, Watch: func() (func() (store.Revision, error), func()) {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			select {
			case <-s.closed: // Close waits for the polling
				cancel()
			case <-ctx.Done():
			}
		}()
		return func() (store.Revision, error) {
			ctx, stop := context.WithTimeout(ctx, 2*time.Second)
			defer stop()
			return s.revision(ctx)
		}, cancel
	}}
}

// Follow implements store.Truth. Commits of this process are told from memory, those of
// others are read from the log within two tenths of a second. The log keeps nothing of
// who was erased, not even an id to tell that he is gone: who reads it beyond an erasure
// is behind, and loads anew. While the database cannot be reached it ends with an
// ErrUnavailable; it can be called again at any time.
func (s *Store) Follow(ctx context.Context, after store.Revision, tell func(store.Commit) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	f := s.feed.Join()
	leave() // Close does not wait for this to end: it ends this
	return f.Follow(ctx, after, tell)
}

// logged reads commits after a revision from the log, some at a time.
func (s *Store) logged(ctx context.Context, after store.Revision) (out []store.Commit, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.since(ctx, after)
}

// since is logged within a call. What a commit changes becomes visible one after another,
// so its entry may come a moment after the revision.
func (s *Store) since(ctx context.Context, after store.Revision) (out []store.Commit, err error) {
	for range 20 {
		if out, err = s.entries(ctx, after); len(out) > 0 || !errors.Is(err, errMissing) {
			return out, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("%w: the log no longer tells what followed revision %s", store.ErrBehind, after)
}

var (
	errMissing = errors.New("an entry is missing")
	errEnough  = errors.New("enough for once")
)

func (s *Store) entries(ctx context.Context, after store.Revision) (out []store.Commit, err error) {
	var now store.Revision
	if err := s.within(ctx, 5*time.Second, func(ctx context.Context) (err error) {
		now, err = s.revision(ctx)
		return err
	}); err != nil {
		return nil, err
	}
	if after == (store.Revision{}) {
		after.Epoch = now.Epoch
	}
	if now.Epoch != after.Epoch || now.Number < after.Number {
		return nil, fmt.Errorf("%w: revision %s is not of the store's history, which is at %s", store.ErrBehind, after, now)
	}
	if now.Number == after.Number {
		return nil, nil
	}
	d := codec.NewDecoder()
	size := 0
	ask := func(ctx context.Context) error {
		return s.readSome(ctx, 4, `MATCH (c:_Commit) WHERE c.revision > $after AND c.revision <= $now
			WITH c ORDER BY c.revision LIMIT 100
			RETURN c.revision, c.time, c.batch, c.by, c.sources, c.nodes, c.edges, c.goneNodes, c.goneEdges, c.erases`,
			map[string]any{"after": int64(after.Number), "now": int64(now.Number)}, func(v []any) error {
				if size > 1<<20 {
					return errEnough
				}
				if err := unpack(v); err != nil {
					return err
				}
				if v[9] == true {
					return fmt.Errorf("%w: since revision %s someone was erased, of whom the log does not tell", store.ErrBehind, after)
				}
				c, err := commitOf(d, now.Epoch, v)
				if err != nil {
					return err
				}
				if want := after.Number + uint64(len(out)) + 1; c.Revision.Number != want {
					return errMissing
				}
				size += len(str(v[5])) + len(str(v[6]))
				out = append(out, c)
				return nil
			})
	}
	err = s.within(ctx, 30*time.Second, ask)
	switch {
	case errors.Is(err, errEnough), errors.Is(err, errMissing) && len(out) > 0:
		return out, nil // the rest, or what is wrong with it, is told next time
	case err == nil && len(out) == 0:
		return nil, errMissing
	}
	return out, err
}

// within asks for as long as an answer may take, if the server is there at all. A connection
// that hangs must not keep those who follow from saying so.
func (s *Store) within(ctx context.Context, limit time.Duration, ask func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := ask(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: the database %q at %s has not answered for %v; see that it runs, and look at the network", store.ErrUnavailable, s.opts.Database, s.opts.Address, limit)
	}
	return err
}

// commitOf is an entry of the log: revision, time, batch, by, sources and its images.
func commitOf(d *codec.Decoder, epoch string, v []any) (store.Commit, error) {
	c := store.Commit{Revision: store.Revision{Epoch: epoch, Number: uint64(num(v[0]))}, At: moment(v[1]), Batch: str(v[2]), By: str(v[3])}
	if err := changelog.Decode(d, &c, []byte(str(v[4])), []byte(str(v[5])), []byte(str(v[6])), []byte(str(v[7])), []byte(str(v[8]))); err != nil {
		return c, damaged(fmt.Errorf("revision %d of the log: %w", c.Revision.Number, err))
	}
	return c, nil
}

// Log implements store.Truth. It reads no more of the log than it tells; to find the first
// entry after a time it looks at the times of all.
func (s *Store) Log(ctx context.Context, since store.Since, until store.Revision, tell func(store.Entry) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return s.log(ctx, since, until, tell)
}

// log is Log within a call that Close waits for.
func (s *Store) log(ctx context.Context, since store.Since, until store.Revision, tell func(store.Entry) error) error {
	now, err := s.revision(ctx)
	if err != nil {
		return err
	}
	after, err := changelog.Begin(since, until, now, func(t time.Time) (oldest, first store.Entry, err error) {
		err = s.read(ctx, `MATCH (c:_Commit) WITH c ORDER BY c.revision LIMIT 1 RETURN c.revision, c.time`, nil, func(v []any) error {
			oldest.Revision.Number, oldest.At = uint64(num(v[0])), moment(v[1])
			return nil
		})
		if err == nil {
			err = s.read(ctx, `MATCH (c:_Commit) WHERE c.time > $time RETURN coalesce(min(c.revision), 0)`, map[string]any{"time": t.UTC()}, func(v []any) error {
				first.Revision.Number = uint64(num(v[0]))
				return nil
			})
		}
		return oldest, first, err
	})
	if err != nil {
		return err
	}
	return changelog.Tell(ctx, after, until.Number, func(after uint64) (out []store.Entry, err error) {
		for range 20 { // an entry may come a moment after the revision, see since
			if out, err = s.told(ctx, after, until); err != nil || len(out) > 0 && out[0].Revision.Number == after+1 {
				break
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(10 * time.Millisecond):
			}
		}
		return out, err
	}, tell)
}

// told are some entries after a number.
func (s *Store) told(ctx context.Context, after uint64, until store.Revision) (out []store.Entry, err error) {
	size := 0
	err = s.readSome(ctx, 50, `MATCH (c:_Commit) WHERE c.revision > $after AND c.revision <= $until
		WITH c ORDER BY c.revision LIMIT 1000 RETURN c.revision, c.time, c.batch, c.by, c.erases, c.changes`,
		map[string]any{"after": int64(after), "until": int64(until.Number)}, func(v []any) error {
			if size > 1<<20 {
				return errEnough
			}
			if err := unpack(v); err != nil {
				return err
			}
			e := store.Entry{Revision: store.Revision{Epoch: until.Epoch, Number: uint64(num(v[0]))}, At: moment(v[1]), Batch: str(v[2]), By: str(v[3]), Erases: v[4] == true}
			changes, err := changesOf(v[5])
			if err != nil {
				return err
			}
			e.Changes = changes
			size += len(str(v[5]))
			out = append(out, e)
			return nil
		})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// changesOf are the changes that an entry tells; nil if an earlier version wrote it.
func changesOf(v any) ([]store.Change, error) {
	text, known := v.(string)
	if !known {
		return nil, nil
	}
	changes, err := changelog.DecodeChanges([]byte(text))
	if err != nil {
		return nil, damaged(fmt.Errorf("what an entry of the log changed: %w", err))
	}
	return changes, nil
}
