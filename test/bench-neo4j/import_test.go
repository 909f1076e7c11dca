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

// imports compares Apply with the bare driver in two ways, on one warm server, each into an
// empty database, in turns: with plain writes of the nodes and edges that the batches speak
// of, and with writes of the same rows, which are all nodes, relationships and properties
// that Apply leaves in the database, with the same indexes, in as many transactions. It
// returns how many times as long Apply takes, and how many times as much processor time, the
// server's included.
func imports(b *testing.B, d database, neo4jPID int, batches []store.Batch, rounds int) (plain, same cost) {
	b.Helper()
	driver, err := d.driver()
	if err != nil {
		b.Fatal(err)
	}
	defer driver.Close(b.Context())
	bare := plainly{driver, d.name, ontology.Served().Store}
	pids := []int{neo4jPID, os.Getpid()}
	var left *rows
	ways := []applier{
		{"Apply", func(ctx context.Context, batches []store.Batch) error {
			s, err := d.open(ctx)
			if err != nil {
				return err
			}
			defer s.Close()
			return timed(func() error {
				for i, b := range batches {
					if _, err := s.Apply(ctx, b); err != nil {
						return fmt.Errorf("batch %d: %w", i, err)
					}
				}
				return nil
			}, pids...)
		}},
		{"plain", func(ctx context.Context, batches []store.Batch) error {
			if err := bare.prepare(ctx); err != nil {
				return err
			}
			return timed(func() error {
				for i, b := range batches {
					if err := bare.apply(ctx, b); err != nil {
						return fmt.Errorf("batch %d: %w", i, err)
					}
				}
				return nil
			}, pids...)
		}},
		{"same rows", func(ctx context.Context, batches []store.Batch) error {
			s, err := d.open(ctx) // for its indexes
			if err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				return err
			}
			return timed(func() error { return left.write(ctx, driver, d.name, len(batches)) }, pids...)
		}},
	}
	took, used := make([][]float64, len(ways)), make([][]float64, len(ways))
	for round := range rounds + 1 { // the first warms the server
		for i := range ways {
			i := (i + round) % len(ways)
			if err := empty(b.Context(), driver, d.name); err != nil {
				b.Fatal(err)
			}
			if err := ways[i].apply(b.Context(), batches); err != nil {
				b.Fatalf("import by %s: %v", ways[i].name, err)
			}
			progress("import, round %d: %s took %.1fs, and %.1fs of processor time", round, ways[i].name, last.took.Seconds(), last.used)
			if round > 0 {
				took[i], used[i] = append(took[i], last.took.Seconds()), append(used[i], last.used)
			}
			if left == nil {
				if left, err = readRows(b.Context(), driver, d.name); err != nil {
					b.Fatal(err)
				}
				progress("the same rows: %d nodes and %d relationships in %d transactions", count(left.nodes), count(left.relationships), len(batches))
			}
		}
	}
	return cost{ratios(took[0], took[1]), ratios(used[0], used[1])}, cost{ratios(took[0], took[2]), ratios(used[0], used[2])}
}

// cost is a ratio of times, and of times of the processor.
type cost struct{ time, processor spread }

// last is what the batches of the last import took, without what prepares for them: time, and
// seconds of the processor of some processes.
var last struct {
	took time.Duration
	used float64
}

func timed(do func() error, pids ...int) error {
	used := func() (all float64) {
		for _, pid := range pids {
			all += processorTime(pid)
		}
		return all
	}
	begin, before := time.Now(), used()
	err := do()
	last.took, last.used = time.Since(begin), used()-before
	return err
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
