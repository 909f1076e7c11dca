package changelog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
)

// TestErasuresOfThisProcess follows a log that does not tell the next commit, which is told
// by this process a moment later, or never.
func TestErasuresOfThisProcess(t *testing.T) {
	erased := store.Commit{Revision: store.Revision{Epoch: "e", Number: 2}, GoneNodes: []string{"jane"}}
	enough := errors.New("enough")
	for _, own := range []bool{true, false} {
		t.Run(fmt.Sprint("own ", own), func(t *testing.T) {
			closed := make(chan struct{})
			defer close(closed)
			feed := &changelog.Feed{Closed: closed, Gone: store.ErrUnavailable, Go: func(f func()) { go f() }}
			feed.Watch = func() (func() (store.Revision, error), func()) {
				return func() (store.Revision, error) { return erased.Revision, nil }, func() {}
			}
			feed.Read = func(context.Context, store.Revision) ([]store.Commit, error) {
				if own {
					time.AfterFunc(50*time.Millisecond, func() { feed.Tell(erased) })
				}
				return nil, fmt.Errorf("%w: someone was erased", store.ErrBehind)
			}
			var told []string
			err := feed.Join().Follow(t.Context(), store.Revision{Epoch: "e", Number: 1}, func(c store.Commit) error {
				told = append(told, c.GoneNodes...)
				return enough
			})
			if own && (err != enough || len(told) != 1) {
				t.Errorf("what this process erased is told as %v, %v", told, err)
			}
			if !own && (!errors.Is(err, store.ErrBehind) || told != nil) {
				t.Errorf("what another process erased is told as %v, %v", told, err)
			}
		})
	}
}
