package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

var pathWeights = map[string]analysis.PathWeight{"HOPS": analysis.Hops, "STRENGTH": analysis.Strength}

// paths answers Query.paths.
func (a analyses) paths(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	q := analysis.PathQuery{
		From: args.Text("from"), To: args.Text("to"), Via: args.Texts("via"), Avoid: args.Texts("avoid"),
		Weight: pathWeights[args.Text("weight")], MaxLength: args.Int("maxLength"), First: args.Int("first"), When: args.When(),
	}
	if most, given := args.Get("maxDegree").(int64); given {
		n := int(most)
		q.MaxDegree = &n
	}
	found, err := a.Paths(ctx, g, q)
	if err != nil {
		return nil, err
	}
	out := make([]read.Row, len(found))
	for i, p := range found {
		out[i] = path{p}
	}
	return out, nil
}

type path struct{ *analysis.Path }

// Field is a field of the path.
func (p path) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "length":
		return len(p.Nodes) - 1, nil
	case "cost":
		return p.Cost, nil
	case "nodes":
		return p.Nodes, nil
	}
	edges, err := p.Edges()
	return graphEdges(edges), err
}
