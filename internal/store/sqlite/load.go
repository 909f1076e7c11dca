package sqlite

import (
	"context"
	"fmt"
	"slices"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// Load implements store.Truth. Rows are read by one goroutine and decoded by the caller's,
// in blocks, so that it takes as long as the slower of the two.
func (t *Truth) Load(ctx context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (r store.Revision, err error) {
	err = t.read(ctx, func(s *session) error {
		if r, err = revision(s); err != nil {
			return err
		}
		d := codec.NewDecoder()
		err := stream(ctx, s, `SELECT id, kind, props FROM nodes WHERE NOT denied`, 3, func(row []string) error {
			props, err := d.Props([]byte(row[2]))
			if err != nil {
				return damaged(err)
			}
			return node(&store.Node{ID: row[0], Kind: row[1], Props: props})
		})
		if err != nil {
			return err
		}
		return stream(ctx, s, `SELECT from_node, type, to_node, key, props FROM edges`, 5, func(row []string) error {
			props, err := d.Props([]byte(row[4]))
			if err != nil {
				return damaged(err)
			}
			return edge(&store.Edge{EdgeID: store.EdgeID{From: row[0], Type: row[1], To: row[2], Key: row[3]}, Props: props})
		})
	})
	if err != nil {
		return store.Revision{}, err
	}
	return r, nil
}

// stream tells the rows of a query, all of whose columns are text.
func stream(ctx context.Context, s *session, query string, columns int, tell func(row []string) error) error {
	const block = 256 // rows
	blocks, failed := make(chan []string, 4), make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(blocks)
		var cells []string
		into := make([]any, columns)
		err := s.each(query, nil, func(scan func(...any) error) error {
			if cells == nil {
				cells = make([]string, 0, block*columns)
			}
			n := len(cells)
			cells = cells[:n+columns]
			for i := range into {
				into[i] = &cells[n+i]
			}
			if err := scan(into...); err != nil || len(cells) < cap(cells) {
				return err
			}
			select {
			case blocks <- cells:
				cells = nil
				return nil
			case <-done:
				return context.Canceled
			}
		})
		if err == nil && len(cells) > 0 {
			select {
			case blocks <- cells:
			case <-done:
			}
		}
		failed <- err
	}()
	var err error
	for cells := range blocks {
		if err == nil {
			err = ctx.Err()
		}
		for row := range slices.Chunk(cells, columns) {
			if err != nil {
				break
			}
			err = tell(row)
		}
		if err != nil {
			close(done)
			break
		}
	}
	for range blocks { // the connection is free when the reader has ended
	}
	if end := <-failed; err == nil {
		err = end
	}
	return err
}

// Statements implements store.Truth. It asks for all subjects at once; cost: with all that
// is said of them.
func (t *Truth) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	if w.First < 0 || w.Skip < 0 {
		return nil, fmt.Errorf("%w: a page of statements cannot begin or be less than 0", store.ErrInvalid)
	}
	var out []store.StatementPage
	err := t.read(ctx, func(s *session) error {
		now, f, err := begin(s)
		if err == nil {
			out, err = commit.Statements(ctx, f, t.schema, now, of, w)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
