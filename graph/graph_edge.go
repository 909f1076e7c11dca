package graph

import (
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// graphEdge is an edge with both its ends, a GraphEdge of the schema.
type graphEdge struct{ *store.Edge }

// graphEdges are edges as a field of the type [GraphEdge!]!.
func graphEdges(of []*store.Edge) []read.Row {
	out := make([]read.Row, len(of))
	for i, e := range of {
		out[i] = graphEdge{e}
	}
	return out
}

// Field is a field of the edge.
func (e graphEdge) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "type":
		return e.Type, nil
	case "from":
		return read.Node(e.From), nil
	case "to":
		return read.Node(e.To), nil
	case "key":
		return e.Key, nil
	case "statements":
		return store.Subject{Edge: e.EdgeID}, nil
	}
	return e.Props.Get(name), nil // of the same name, on edges of each type that has it
}
