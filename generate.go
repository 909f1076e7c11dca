// Package clustergraph holds the API as it is served, for whoever needs it: the server, the
// stores (by way of internal/ontology), tests and tools.
package clustergraph

import _ "embed"

// API is the SDL of everything that is served, derived from schema.graphqls.
//
//go:generate go run ./internal/ontology/generate
//go:embed graph/api.graphqls
var API string
