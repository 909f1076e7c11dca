package neo4j

import (
	"context"

	"clustergraph/internal/store"
)

// walk is a page that an index has in its order.
type walk struct{}

func (c *compiler) walkable(of subject, w *store.Window) (walk, bool) { return walk{}, false }

func (r *reader) walk(ctx context.Context, c *compiler, k span, w walk) (store.Page, error) {
	return store.Page{}, nil
}
