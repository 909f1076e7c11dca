package neo4jtest

import (
	"context"
	"testing"
)

// Run runs one statement, as a user of the database would who knows nothing of the service,
// and returns the first value of each row.
func (s *Server) Run(tb testing.TB, cypher string, params map[string]any) []any {
	tb.Helper()
	records, err := s.query(context.Background(), cypher, params)
	if err != nil {
		tb.Fatalf("neo4jtest: %v", err)
	}
	var out []any
	for _, r := range records {
		out = append(out, r.Values[0])
	}
	return out
}
