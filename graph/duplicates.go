package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// possibleDuplicates answers Query.possibleDuplicates.
func (a analyses) possibleDuplicates(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	var kinds []string
	for _, value := range args.Texts("kinds") {
		kinds = append(kinds, a.KindOf(value))
	}
	if kinds == nil && args.Get("kinds") != nil { // no kinds are not any
		return &read.List{}, nil
	}
	least, _ := args.Get("minConfidence").(float64)
	if least < 0 || least > 1 {
		return nil, wrong("minConfidence: %v is no confidence; it lies between 0 and 1, as in 0.5", least)
	}
	pairs, err := a.Duplicates(ctx, g, kinds, least)
	if err != nil {
		return nil, err
	}
	return &read.List{
		Len: len(pairs), Row: func(i int) any { return duplicate{pairs[i]} },
		Key: func(i int) []store.Value { return pairs[i].Key() }, Desc: []bool{false, true},
	}, nil
}

type duplicate struct{ analysis.Duplicate }

// Field is a field of the pair.
func (d duplicate) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "a":
		return d.A, nil
	case "b":
		return d.B, nil
	case "confidence":
		return d.Confidence(), nil
	}
	return d.Edge.Props.Get("why"), nil
}
