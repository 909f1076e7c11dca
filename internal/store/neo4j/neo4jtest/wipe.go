package neo4jtest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// few is how many nodes and relationships Wipe deletes in one transaction.
const few = 10_000

// Wipe deletes everything in the database but keeps constraints and indexes. Cost: a few
// milliseconds if there is little; seconds for tens of thousands of nodes.
// It fails the test if it takes more than four minutes, say because a transaction is open.
func (s *Server) Wipe(tb testing.TB) {
	tb.Helper()
	if err := s.wipe(context.Background()); err != nil {
		tb.Fatalf("neo4jtest: wipe: %v", err)
	}
}

// WipeSchema deletes everything and drops all constraints and indexes, too, except the two
// that each database has from the start, which find nodes by label and relationships by type.
func (s *Server) WipeSchema(tb testing.TB) {
	tb.Helper()
	err := s.wipe(context.Background())
	if err == nil {
		err = s.dropSchema(context.Background())
	}
	if err != nil {
		tb.Fatalf("neo4jtest: wipe: %v", err)
	}
}

func (s *Server) wipe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// The server knows both numbers without counting.
	nodes, err := s.number(ctx, "MATCH (n) RETURN count(n)")
	if err != nil || nodes == 0 {
		return err
	}
	relationships, err := s.number(ctx, "MATCH ()-[r]->() RETURN count(r)")
	if err != nil {
		return err
	}
	if nodes+relationships <= few {
		_, err := s.query(ctx, "MATCH (n) DETACH DELETE n", nil)
		return err
	}
	d, err := s.ask()
	if err != nil {
		return err
	}
	// Relationships go first: those of one node can be too many for a transaction.
	batches := fmt.Sprintf(" CALL (x) { DELETE x } IN TRANSACTIONS OF %d ROWS", few)
	if err := runIn(ctx, d, s.Database, "MATCH ()-[x]->()"+batches, nil); err != nil {
		return err
	}
	return runIn(ctx, d, s.Database, "MATCH (x)"+batches, nil)
}

func (s *Server) dropSchema(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, kind := range []struct{ show, drop string }{
		{"SHOW CONSTRAINTS YIELD name", "DROP CONSTRAINT "},
		{"SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'", "DROP INDEX "},
	} {
		records, err := s.query(ctx, kind.show+" RETURN name", nil)
		if err != nil {
			return err
		}
		for _, r := range records {
			name, _, err := neo4j.GetRecordValue[string](r, "name")
			if err != nil {
				return err
			}
			if _, err := s.query(ctx, kind.drop+"`"+strings.ReplaceAll(name, "`", "``")+"`", nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// number is what a statement returns.
func (s *Server) number(ctx context.Context, cypher string) (int64, error) {
	records, err := s.query(ctx, cypher, nil)
	if err != nil {
		return 0, err
	}
	n, _ := records[0].Values[0].(int64)
	return n, nil
}

// query runs one statement, again if the server says that it is worth it.
func (s *Server) query(ctx context.Context, cypher string, params map[string]any) ([]*neo4j.Record, error) {
	d, err := s.ask()
	if err != nil {
		return nil, err
	}
	r, err := neo4j.ExecuteQuery(ctx, d, cypher, params, neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase(s.Database))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cypher, err)
	}
	return r.Records, nil
}
