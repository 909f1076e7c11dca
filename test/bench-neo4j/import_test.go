package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// wantedImport is how many times as long as plain writes the import may take.
const wantedImport = 2.0

// applier is a way to write batches.
type applier struct {
	name  string
	apply func(ctx context.Context, batches []store.Batch) error
}

// imports compares Apply with plain writes of the same nodes and edges in the same batches:
// on one warm server, each into an empty database, in turns. It returns how many times as
// long Apply takes, and how many times as much processor time, the server's included.
func imports(b *testing.B, d database, neo4jPID int, batches []store.Batch, rounds int) (time, processor spread) {
	b.Helper()
	driver, err := d.driver()
	if err != nil {
		b.Fatal(err)
	}
	defer driver.Close(b.Context())
	plain := plainly{driver, d.name, ontology.Served().Store}
	ways := []applier{
		{"plain", func(ctx context.Context, batches []store.Batch) error {
			if err := plain.prepare(ctx); err != nil {
				return err
			}
			return timed(ctx, batches, plain.apply)
		}},
		{"Apply", func(ctx context.Context, batches []store.Batch) error {
			s, err := d.open(ctx)
			if err != nil {
				return err
			}
			defer s.Close()
			return timed(ctx, batches, func(ctx context.Context, b store.Batch) error {
				_, err := s.Apply(ctx, b)
				return err
			})
		}},
	}
	took, used := make([][]float64, len(ways)), make([][]float64, len(ways))
	for round := range rounds + 1 { // the first warms the server
		for i := range ways {
			i := (i + round) % len(ways)
			if err := empty(b.Context(), driver, d.name); err != nil {
				b.Fatal(err)
			}
			cpu := processorTime(neo4jPID) + processorTime(os.Getpid())
			if err := ways[i].apply(b.Context(), batches); err != nil {
				b.Fatalf("import by %s: %v", ways[i].name, err)
			}
			cpu = processorTime(neo4jPID) + processorTime(os.Getpid()) - cpu
			progress("import, round %d: %s took %.1fs, and %.1fs of processor time", round, ways[i].name, lastTook.Seconds(), cpu)
			if round > 0 {
				took[i], used[i] = append(took[i], lastTook.Seconds()), append(used[i], cpu)
			}
		}
	}
	return ratios(took[1], took[0]), ratios(used[1], used[0])
}

// lastTook is how long the batches of the last import took, without what prepares for them.
var lastTook time.Duration

func timed(ctx context.Context, batches []store.Batch, apply func(context.Context, store.Batch) error) error {
	begin := time.Now()
	for i, batch := range batches {
		if err := apply(ctx, batch); err != nil {
			return fmt.Errorf("batch %d: %w", i, err)
		}
	}
	lastTook = time.Since(begin)
	return nil
}

// empty takes everything out of a database, indexes and constraints, too.
func empty(ctx context.Context, driver neo4j.DriverWithContext, name string) error {
	query := func(cypher string) ([]*neo4j.Record, error) {
		session := driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: name})
		defer session.Close(ctx)
		r, err := session.Run(ctx, cypher, nil)
		if err != nil {
			return nil, err
		}
		return r.Collect(ctx)
	}
	for _, cypher := range []string{
		"MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS",
		"MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS",
	} {
		if _, err := query(cypher); err != nil {
			return err
		}
	}
	for what, list := range map[string]string{
		"CONSTRAINT": "SHOW CONSTRAINTS YIELD name RETURN name",
		"INDEX":      "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name",
	} {
		rows, err := query(list)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := query("DROP " + what + " `" + r.Values[0].(string) + "` IF EXISTS"); err != nil {
				return err
			}
		}
	}
	return nil
}
