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
