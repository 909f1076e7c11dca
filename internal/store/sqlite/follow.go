package sqlite

import (
	"context"
	"fmt"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
)

// newFeed tells commits; looking for those of others has a connection of its own, so that no
// loading or checking holds it up.
func (t *Truth) newFeed() *changelog.Feed {
	return &changelog.Feed{Closed: t.closed, Gone: errClosed, Read: t.logged, Go: t.calls.Go, Watch: func() (func() (store.Revision, error), func()) {
		var s *session
		look := func() (now store.Revision, err error) {
			if s == nil {
				s, err = t.session(background)
			}
			if err == nil {
				now, err = revision(s)
			}
			return now, err
		}
		return look, func() {
			if s != nil {
				s.close()
			}
		}
	}}
}

// Follow implements store.Truth. Commits of this process are told from memory, those of
// others are read from the log within two tenths of a second. The log keeps nothing of
// who was erased, not even an id to tell that he is gone: who reads it beyond an erasure
// is behind, and loads anew.
func (t *Truth) Follow(ctx context.Context, after store.Revision, tell func(store.Commit) error) error {
	leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	f := t.feed.Join()
	leave() // Close does not wait for this to end: it ends this
	return f.Follow(ctx, after, tell)
}

// logged reads commits after a revision from the log, some at a time.
func (t *Truth) logged(ctx context.Context, after store.Revision) (out []store.Commit, err error) {
	err = t.read(ctx, func(s *session) error {
		now, err := revision(s)
		if err != nil {
			return err
		}
		if after == (store.Revision{}) {
			after.Epoch = now.Epoch
		}
		if now.Epoch != after.Epoch || now.Number < after.Number {
			return fmt.Errorf("%w: revision %s is not of the store's history, which is at %s", store.ErrBehind, after, now)
		}
		if now.Number == after.Number {
			return nil
		}
		var entries []uint64
		size := 0
		d := codec.NewDecoder()
		err = s.each(`SELECT revision, time, batch, applied_by, sources, nodes, edges, gone_nodes, gone_edges, erases FROM log
			WHERE revision > ? ORDER BY revision LIMIT 100`, []any{after.Number}, func(scan func(...any) error) error {
			if size > 1<<20 { // enough for once
				return nil
			}
			c := store.Commit{Revision: store.Revision{Epoch: now.Epoch}}
			var at string
			var sources, nodes, edges, goneNodes, goneEdges raw
			var erases bool
			if err := scan(&c.Revision.Number, &at, &c.Batch, &c.By, &sources, &nodes, &edges, &goneNodes, &goneEdges, &erases); err != nil {
				return err
			}
			size += len(nodes) + len(edges)
			if erases {
				return fmt.Errorf("%w: since revision %s someone was erased, of whom the log does not tell", store.ErrBehind, after)
			}
			if c.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
				return damaged(err)
			}
			if err := changelog.Decode(d, &c, sources, nodes, edges, goneNodes, goneEdges); err != nil {
				return damaged(err)
			}
			entries = append(entries, c.Revision.Number)
			out = append(out, c)
			return nil
		})
		if err == nil && (len(entries) == 0 || entries[0] != after.Number+1) {
			return fmt.Errorf("%w: the log no longer tells what followed revision %s", store.ErrBehind, after)
		}
		return err
	})
	return out, err
}

// Log implements store.Truth. It reads no more of the log than it tells.
func (t *Truth) Log(ctx context.Context, since store.Since, until store.Revision, tell func(store.Entry) error) error {
	var after uint64
	err := t.read(ctx, func(s *session) error {
		now, err := revision(s)
		if err == nil {
			after, err = changelog.Begin(since, until, now, s.seek)
		}
		return err
	})
	if err != nil {
		return err
	}
	return changelog.Tell(ctx, after, until.Number, func(after uint64) (out []store.Entry, err error) {
		err = t.read(ctx, func(s *session) error {
			size := 0
			return s.each(`SELECT revision, time, batch, applied_by, erases, changes FROM log WHERE revision > ? ORDER BY revision LIMIT 1000`, []any{after}, func(scan func(...any) error) error {
				if size > 1<<20 { // enough for once
					return nil
				}
				e := store.Entry{Revision: store.Revision{Epoch: until.Epoch}}
				var at string
				var changes raw
				err := scan(&e.Revision.Number, &at, &e.Batch, &e.By, &e.Erases, &changes)
				if err != nil {
					return err
				}
				if e.At, err = time.Parse(time.RFC3339Nano, at); err == nil && changes != nil {
					e.Changes, err = changelog.DecodeChanges(changes)
				}
				if err != nil {
					return damaged(err)
				}
				size += len(changes)
				out = append(out, e)
				return nil
			})
		})
		return out, err
	}, tell)
}

// seek finds the first entry of the log, and the first one that was made after a time. Times
// are written without trailing zeros, so they are in order as texts only to the second.
func (s *session) seek(after time.Time) (oldest, first store.Entry, err error) {
	entry := func(e *store.Entry) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			var at string
			err := scan(&e.Revision.Number, &at)
			if err == nil {
				e.At, err = time.Parse(time.RFC3339Nano, at)
			}
			return err
		}
	}
	if err := s.each(`SELECT revision, time FROM log ORDER BY revision LIMIT 1`, nil, entry(&oldest)); err != nil {
		return oldest, first, err
	}
	var e store.Entry
	read := entry(&e)
	err = s.each(`SELECT revision, time FROM log INDEXED BY log_time WHERE time >= ?`, []any{after.UTC().Format("2006-01-02T15:04:05")}, func(scan func(...any) error) error {
		err := read(scan)
		if err == nil && e.At.After(after) && (first.Revision.Number == 0 || e.Revision.Number < first.Revision.Number) {
			first = e
		}
		return err
	})
	return oldest, first, err
}
