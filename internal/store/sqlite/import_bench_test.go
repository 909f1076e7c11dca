package sqlite

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/cordis"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
)

// BenchmarkImport imports Horizon 2020 and then writes the rows that this made into an empty
// file with the same tables, by bare prepared inserts, with the same durability, in as many
// transactions, in no order, as an import meets them. It tells how many times as long the
// import takes, and how many times as much processor time.
func BenchmarkImport(b *testing.B) {
	zip := filepath.Join("..", "..", "..", "..", "shared", "data", "cordis-h2020-csv.zip")
	if _, err := os.Stat(zip); err != nil {
		b.Skip("the real data is not here")
	}
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "import.db")
		store, err := Open(b.Context(), path, ontology.Served().Store, Options{})
		if err != nil {
			b.Fatal(err)
		}
		files, err := tabular.Find([]string{zip}, tabular.Options{})
		if err != nil {
			b.Fatal(err)
		}
		wall, cpu := timed(b, func() error {
			_, err := ingest.Run(b.Context(), cordis.Importer{}, files, store, ingest.Options{By: "bench", Schema: ontology.Served().Store, Run: "1"})
			return err
		})
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		bareWall, bareCPU := copyBare(b, path)
		b.Logf("import %.1fs (%.1fs of processor time), bare inserts %.1fs (%.1fs)", wall.Seconds(), cpu.Seconds(), bareWall.Seconds(), bareCPU.Seconds())
		b.ReportMetric(wall.Seconds()/bareWall.Seconds(), "x-bare")
		b.ReportMetric(cpu.Seconds()/bareCPU.Seconds(), "x-bare-cpu")
	}
}

func timed(b *testing.B, do func() error) (wall, cpu time.Duration) {
	b.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start, before := time.Now(), used()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start), used() - before
}

// copyBare writes all rows of a file into another one and times only that.
func copyBare(b *testing.B, from string) (wall, cpu time.Duration) {
	b.Helper()
	// Rows in no order have no ends yet.
	unchecked := slices.DeleteFunc(slices.Clone(settings), func(s string) bool { return strings.HasPrefix(s, "foreign_keys") })
	to, err := sql.Open("sqlite", dsn(filepath.Join(b.TempDir(), "bare.db"), time.Second, unchecked...))
	if err != nil {
		b.Fatal(err)
	}
	defer to.Close()
	to.SetMaxOpenConns(1)
	source, err := sql.Open("sqlite", dsn(from, time.Second))
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close()

	type row struct {
		into   string
		values []any
	}
	var rows []row
	var tables []string
	each(b, source, `SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%' ORDER BY type DESC`, func(v []any) {
		if _, err := to.Exec(v[1].(string)); err != nil {
			b.Fatal(err)
		}
		if strings.HasPrefix(v[1].(string), "CREATE TABLE") {
			tables = append(tables, v[0].(string))
		}
	})
	inserts := map[string]string{}
	for _, table := range tables {
		each(b, source, "SELECT * FROM "+table, func(v []any) {
			inserts[table] = "INSERT INTO " + table + " VALUES (?" + strings.Repeat(", ?", len(v)-1) + ")"
			rows = append(rows, row{table, v})
		})
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	transactions := 70
	return timed(b, func() error {
		for part := range transactions {
			tx, err := to.Begin()
			if err != nil {
				return err
			}
			prepared := map[string]*sql.Stmt{}
			for _, r := range rows[part*len(rows)/transactions : (part+1)*len(rows)/transactions] {
				s := prepared[r.into]
				if s == nil {
					if s, err = tx.Prepare(inserts[r.into]); err != nil {
						return err
					}
					prepared[r.into] = s
				}
				if _, err := s.Exec(r.values...); err != nil {
					return err
				}
			}
			if err := tx.Commit(); err != nil {
				return err
			}
		}
		return nil
	})
}

// each calls do with the values of each row.
func each(b *testing.B, db *sql.DB, query string, do func([]any)) {
	b.Helper()
	rows, err := db.Query(query)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			b.Fatal(err)
		}
		do(values)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}
