package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

const possiblySameAs = "POSSIBLY_SAME_AS"

// Duplicate is a pair of nodes that may be one body.
type Duplicate struct {
	A, B *store.Node
	Edge *store.Edge
}

// Confidence is how likely the two are one; nil if nobody says.
func (d Duplicate) Confidence() store.Value { return d.Edge.Props.Get("confidence") }

// Key is the place of the pair in the order: the most likely first, unknown last.
func (d Duplicate) Key() []store.Value {
	return []store.Value{d.Confidence() == nil, d.Confidence(), d.A.ID, d.B.ID, d.Edge.Key}
}

// KindOf is the kind that a value of the enum of kinds stands for.
func (a *Analyst) KindOf(value string) string {
	for kind, v := range a.values {
		if v == value {
			return kind
		}
	}
	return ""
}

// Duplicates are the pairs of nodes that may be one body, both of some kinds (nil: any) and at
// least so likely. Cost: with the nodes of the kinds.
func (a *Analyst) Duplicates(ctx context.Context, g store.Reader, kinds []string, least float64) ([]Duplicate, error) {
	rel := store.Rel{Type: possiblySameAs, Dir: store.Out, Kinds: kinds}
	from, err := g.Find(ctx, kinds, store.Window{Where: store.Related{Rel: rel}, First: MaxPairs})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(from.Hits))
	for i, h := range from.Hits {
		ids[i] = h.Node.ID
	}
	pages, err := g.Expand(ctx, ids, rel, store.Window{First: MaxPairs})
	if err != nil {
		return nil, err
	}
	var out []Duplicate
	for i, page := range pages {
		for _, h := range page.Hits {
			d := Duplicate{A: from.Hits[i].Node, B: h.Node, Edge: h.Edge}
			if c, known := d.Confidence().(float64); least > 0 && (!known || c < least) {
				continue
			}
			if out = append(out, d); len(out) > MaxPairs {
				return nil, fmt.Errorf("%w: there are more than %d pairs; ask for some kinds, or with a greater minConfidence", ErrTooMuch, MaxPairs)
			}
		}
	}
	slices.SortFunc(out, func(x, y Duplicate) int {
		return cmp.Or(store.CompareNull(x.Confidence() == nil, y.Confidence() == nil), store.CompareNull(y.Confidence(), x.Confidence()),
			strings.Compare(x.A.ID, y.A.ID), strings.Compare(x.B.ID, y.B.ID), strings.Compare(x.Edge.Key, y.Edge.Key))
	})
	return out, nil
}
