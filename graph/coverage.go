package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// coverage answers Actor.coverage and Project.coverage.
func (a analyses) coverage(ctx context.Context, g store.Reader, of []*store.Node, args read.Args) ([]any, error) {
	found, err := a.Coverages(ctx, g, of, args.When())
	if err != nil {
		return nil, err
	}
	out := make([]any, len(of))
	for i, list := range found {
		out[i] = &read.List{
			Len: len(list), Row: func(k int) any { return coverage(list[k]) },
			Key: func(k int) []store.Value { return []store.Value{list[k].Of} },
		}
	}
	return out, nil
}

type coverage analysis.Coverage

// Field is a field of the coverage.
func (c coverage) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "of":
		return c.Of, nil
	case "declared":
		return c.Declared, nil
	case "bound":
		return c.Bound, nil
	}
	return c.Named, nil
}
