// Package graph is the GraphQL layer: root fields, transports, errors. What is selected
// below a root field is answered by package read, so there is nothing here for each kind,
// property or relation; api.graphqls and generated.go are derived by go generate.
package graph

import (
	"context"

	"clustergraph/internal/read"
)

// Resolver answers root fields. Its methods take no arguments but the context: what
// answers reads the field, its arguments and what is selected below it from there.
type Resolver struct {
	Read  Reader
	Write Writer
}

// Reader answers root fields that read.
type Reader interface {
	// Find answers a list of all nodes of the field's type.
	Find(ctx context.Context) (read.JSON, error)
	// Node answers the node of the argument id, if it is of the field's type.
	Node(ctx context.Context) (read.JSON, error)
	Nodes(ctx context.Context) (read.JSON, error)
	ByIdentifier(ctx context.Context) (read.JSON, error)
	Search(ctx context.Context) (read.JSON, error)
	Partnerships(ctx context.Context) (read.JSON, error)
	Revision(ctx context.Context) (string, error)
}

// Writer answers mutations.
type Writer interface {
	// Save answers the mutation that saves nodes of the kind of the field's payload.
	Save(ctx context.Context) (read.JSON, error)
	Link(ctx context.Context) (read.JSON, error)
	Unlink(ctx context.Context) (read.JSON, error)
	Remove(ctx context.Context) (read.JSON, error)
	Erase(ctx context.Context) (read.JSON, error)
	Merge(ctx context.Context) (read.JSON, error)
	Unmerge(ctx context.Context) (read.JSON, error)
	MarkDistinct(ctx context.Context) (read.JSON, error)
}
