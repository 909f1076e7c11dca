package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clustergraph/internal/store"
)

// ChangesQuery asks what has changed.
type ChangesQuery struct {
	Since store.Since
	// Kinds are the kinds of nodes, Relations the types of edges that are asked for. If one
	// of them is given, nothing else is told; if neither is, everything.
	Kinds, Relations []string
	// Erasures has it told that someone was erased.
	Erasures bool
	// Enough ends the window after the entry with which so many changes were met; 0: it
	// reaches to the reader's revision.
	Enough int
}

// Change is what became of a node or an edge within a window of the history, all of its
// commits taken together: what was not there before the window and is there after it is New,
// whatever happened between; what came and went is not told.
type Change struct {
	// Sources are those of all commits of the window that changed it. Props are the names of
	// the properties that any of them changed; none if it was gone meanwhile, since nobody
	// knows then.
	store.Change
	// Revision, Time and By are those of the last commit that changed it.
	Revision store.Revision
	Time     time.Time
	By       string
	// Erased says that someone was erased, of whom nothing is told: the rest is empty but
	// for Revision, Time and By.
	Erased bool
}

// maxChanges is how many nodes and edges are kept of one window.
const maxChanges = 500_000

var errEnough = errors.New("enough")

// Changes are what became of nodes and edges since a point in the history, by the revision
// of the last change, then nodes before edges, by kind and id; and up to which revision that
// is. Errors are those of [store.Reader.Log], and [ErrTooMuch] if more has changed than is
// kept. Cost: with the entries of the change log, which are read without what nodes and
// edges hold.
func Changes(ctx context.Context, g store.Reader, q ChangesQuery) ([]Change, store.Revision, error) {
	w := window{query: q, found: map[store.Subject]*folded{}, all: q.Kinds == nil && q.Relations == nil}
	until := g.Revision()
	err := g.Log(ctx, q.Since, func(e store.Entry) error {
		if err := w.take(e); err != nil {
			return err
		}
		if q.Enough > 0 && w.met >= q.Enough {
			until = e.Revision
			return errEnough
		}
		return ctx.Err()
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, until, err
	}
	return w.changes(), until, nil
}

// window folds entries of the log.
type window struct {
	query    ChangesQuery
	all      bool
	met      int // changes so far
	found    map[store.Subject]*folded
	erasures []Change
}

// folded is what the entries so far made of a node or an edge.
type folded struct {
	Change
	before bool // it was there before the window
	away   bool // it was gone, and came back
}

func (w *window) take(e store.Entry) error {
	if e.Erases && w.query.Erasures {
		w.erasures = append(w.erasures, Change{Revision: e.Revision, Time: e.At, By: e.By, Erased: true})
		w.met++
	}
	for _, c := range e.Changes {
		// The kind of a node may change, so kinds are looked at in the end.
		if c.Node != "" && !w.all && w.query.Kinds == nil || c.Node == "" && !w.all && !slices.Contains(w.query.Relations, c.Edge.Type) {
			continue
		}
		w.met++
		f := w.found[c.Subject]
		switch {
		case f == nil:
			if len(w.found) == maxChanges {
				return fmt.Errorf("%w: more than %d nodes and edges have changed since then; ask since a later revision or time, or for fewer kinds, or read everything anew", ErrTooMuch, maxChanges)
			}
			f = &folded{Change: Change{Change: c}, before: c.What != store.New}
			w.found[c.Subject] = f
		default:
			f.away = f.away || f.What == store.Gone
			f.What, f.Kind = c.What, c.Kind
			f.Sources, f.Props = union(f.Sources, c.Sources), union(f.Props, c.Props)
		}
		f.Revision, f.Time, f.By = e.Revision, e.At, e.By
	}
	return nil
}

// union are the members of two sorted lists.
func union(a, b []string) []string {
	if len(b) == 0 || slices.Equal(a, b) {
		return a
	}
	both := slices.Concat(a, b) // the lists are shared with the log
	slices.Sort(both)
	return slices.Compact(both)
}

// changes are what the window comes to.
func (w *window) changes() []Change {
	all := make([]*Change, 0, len(w.erasures)+len(w.found)) // a Change is large to move about
	for i := range w.erasures {
		all = append(all, &w.erasures[i])
	}
	for _, f := range w.found {
		c := &f.Change
		switch gone := c.What == store.Gone; {
		case gone && !f.before,
			c.Node != "" && !w.all && !slices.Contains(w.query.Kinds, c.Kind):
			continue
		case gone:
			c.Props = nil
		case !f.before:
			c.What, c.Props = store.New, nil
		default:
			c.What = store.Changed
			if f.away {
				c.Props = nil
			}
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *Change) int {
		return cmp.Or(cmp.Compare(a.Revision.Number, b.Revision.Number), cmp.Compare(a.rank(), b.rank()),
			strings.Compare(a.Kind, b.Kind), strings.Compare(a.Node, b.Node), a.Edge.Compare(b.Edge))
	})
	out := make([]Change, len(all))
	for i, c := range all {
		out[i] = *c
	}
	return out
}

func (c *Change) rank() int64 {
	switch {
	case c.Erased:
		return 0
	case c.Node != "":
		return 1
	}
	return 2
}

// Key is the place of the change in the order.
func (c *Change) Key() []store.Value {
	return []store.Value{int64(c.Revision.Number), c.rank(), c.Kind, c.Node, c.Edge.Type, c.Edge.From, c.Edge.To, c.Edge.Key}
}
