package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// neighbourhood answers Query.neighbourhood.
func (a analyses) neighbourhood(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	n, err := a.Neighbourhood(ctx, g, analysis.NeighbourhoodQuery{
		Of: args.Text("of"), Depth: args.Int("depth"), Via: args.Texts("via"),
		MinWeight: args.Int("minWeight"), First: args.Int("first"), When: args.When(),
	})
	if err != nil {
		return nil, err
	}
	return subgraph{n}, nil
}

type subgraph struct{ *analysis.Neighbourhood }

// Field is a field of the subgraph.
func (s subgraph) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "nodes":
		return s.Nodes(), nil
	case "cut":
		return s.Cut(), nil
	case "edges":
		edges, err := s.Edges()
		return graphEdges(edges), err
	}
	levels, err := s.Levels()
	if err != nil {
		return nil, err
	}
	if name == "levels" {
		out := make([]read.Row, len(levels))
		for i, l := range levels {
			out[i] = subgraphLevel(l)
		}
		return out, nil
	}
	n := 0
	for _, l := range levels {
		n += l.Nodes
	}
	return n, nil
}

type subgraphLevel analysis.Level

// Field is a field of the level.
func (l subgraphLevel) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "depth":
		return l.Depth, nil
	case "nodeCount":
		return l.Nodes, nil
	}
	return l.Told, nil
}
