// Package graph is the GraphQL layer: root fields, transports, errors. What is selected
// below a root field is answered by package read, so there is nothing here for each kind,
// property or relation; api.graphqls and generated.go are derived by go generate.
package graph

import "clustergraph/internal/read"

// Resolver answers root fields. Its methods take no arguments but the context: what
// answers reads the field, its arguments and what is selected below it from there.
type Resolver struct {
	Read     *read.Reader
	Write    *Writer
	analyses analyses
}
