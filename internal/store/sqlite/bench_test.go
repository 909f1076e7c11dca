package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/storetest"
)

// ecosystemSchema is what the generated ecosystem is made of.
func ecosystemSchema() store.Schema {
	s := storetest.Schema()
	for _, kind := range []string{"Programme", "Topic"} {
		s.Kinds[kind] = store.Kind{Family: kind, Names: []string{"name", "aliases"}, Props: s.Kinds["Place"].Props}
	}
	for _, typ := range []string{"FUNDED_BY", "CLASSIFIED_AS"} {
		s.Edges[typ] = store.EdgeType{}
	}
	return s
}

// filled is a file with an ecosystem in it, made once for all benchmarks.
func filled(b *testing.B, size storetest.Size) string {
	files.Lock()
	defer files.Unlock()
	path := files.of[size]
	if path != "" {
		return path
	}
	path = filepath.Join(files.dir, fmt.Sprintf("%d.db", size.Organisations))
	t, err := Open(b.Context(), path, ecosystemSchema(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	start, records := time.Now(), 0
	for batch := range storetest.Ecosystem(size, 1) {
		if _, err := t.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		records += len(batch.Nodes) + len(batch.Edges)
	}
	b.Logf("imported %d records, %.0f a second", records, float64(records)/time.Since(start).Seconds())
	if err := t.Close(); err != nil {
		b.Fatal(err)
	}
	files.of[size] = path
	return path
}

var files struct {
	sync.Mutex
	dir string
	of  map[storetest.Size]string
}

// bare is SQLite without us: the same settings, statements prepared once.
type bare struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openBare(b *testing.B, path string) *bare {
	db, err := sql.Open("sqlite", dsn(path, time.Second, settings...))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	conn, err := db.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return &bare{conn, map[string]*sql.Stmt{}}
}

func (x *bare) do(b *testing.B, query string, args ...any) {
	if x.stmts[query] == nil {
		p, err := x.conn.PrepareContext(context.Background(), query)
		if err != nil {
			b.Fatal(err)
		}
		x.stmts[query] = p
	}
	if _, err := x.stmts[query].ExecContext(context.Background(), args...); err != nil {
		b.Fatalf("%s: %v", query, err)
	}
}

// insert writes the rows that a batch of new organisations makes, knowing all of them
// beforehand: nothing is looked up, folded or compared.
func (x *bare) insert(b *testing.B, revision int, batch store.Batch, time string) {
	x.do(b, "BEGIN IMMEDIATE")
	var images store.List
	var ids []string
	for _, n := range batch.Nodes {
		id := "bench:" + n.Identifiers[0].Value
		identifiers := store.List{store.Props{{Name: "scheme", Value: "BENCH"}, {Name: "value", Value: n.Identifiers[0].Value}}}
		props := store.Props{{Name: "city", Value: n.Props.Get("city")}, {Name: "identifiers", Value: identifiers}, {Name: "name", Value: n.Name}, {Name: "size", Value: n.Props.Get("size")}}
		data := string(codec.Append(nil, props))
		x.do(b, "INSERT INTO nodes VALUES (?, ?, ?, ?)", id, n.Kind, false, data)
		x.do(b, "INSERT INTO names VALUES (?, ?)", "written "+n.Identifiers[0].Value, id)
		x.do(b, "INSERT INTO node_records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", id, "ecosystem", n.Place, 0, n.Kind, data, nil, n.Rank, 1.0, false, batch.By, batch.Run, revision)
		x.do(b, "INSERT INTO identifiers VALUES (?, ?, ?)", "BENCH", n.Identifiers[0].Value, id)
		images = append(images, store.Props{{Name: "id", Value: id}, {Name: "kind", Value: n.Kind}, {Name: "props", Value: props}})
		ids = append(ids, id)
	}
	result, err := json.Marshal(changelog.Answer{Nodes: ids})
	if err != nil {
		b.Fatal(err)
	}
	x.do(b, "INSERT INTO batches VALUES (?, ?, ?, ?, ?)", batch.ID, revision, time, batch.By, string(result))
	x.do(b, "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", revision, time, batch.ID, batch.By, `["ecosystem"]`, string(codec.Append(nil, images)), "[]", "[]", "[]", false)
	x.do(b, "UPDATE meta SET revision = ?", revision)
	x.do(b, "COMMIT")
}

func newOrganisations(n, from int) store.Batch {
	batch := store.Batch{ID: fmt.Sprint("bench-", from), By: "bench", Run: "r"}
	for i := range n {
		value := fmt.Sprintf("w%d", from+i)
		batch.Nodes = append(batch.Nodes, store.NodeRecord{
			Ref:   store.Ref{Kind: "Organisation", Name: "Written " + value, Identifiers: []store.Identifier{{Scheme: "BENCH", Value: value}}},
			Said:  store.Said{Source: store.Ref{ID: "ecosystem"}, Rank: store.FromRegister, Place: fmt.Sprintf("row %d", i)},
			Props: store.PropsOf(map[string]any{"city": "City " + value, "size": i}),
		})
	}
	return batch
}

// cpu is the time that this process has computed: it tells more than the clock where other
// processes compute, too.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func copied(b *testing.B, path string) string {
	to := filepath.Join(b.TempDir(), "copy.db")
	t, err := Open(b.Context(), path, ecosystemSchema(), Options{})
	if err == nil {
		err = t.Backup(b.Context(), to, false)
	}
	if err == nil {
		err = t.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return to
}

// BenchmarkApply writes new organisations into a file that holds an ecosystem, in turn with
// bare SQLite that writes the same rows into a copy. A write costs what it says: the same in
// a tenth of the ecosystem.
func BenchmarkApply(b *testing.B) {
	for _, of := range []int{10, 1} {
		for _, n := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%d nodes into 1/%d", n, of), func(b *testing.B) {
				path := filled(b, storetest.Full().Part(of))
				t, err := Open(b.Context(), copied(b, path), ecosystemSchema(), Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer t.Close()
				x := openBare(b, copied(b, path))
				now, err := t.Revision(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				var ours, theirs, ourCPU, theirCPU time.Duration
				rounds := 0
				for b.Loop() {
					batch := newOrganisations(n, (rounds+1)*n)
					start, used := time.Now(), cpu()
					if _, err := t.Apply(b.Context(), batch); err != nil {
						b.Fatal(err)
					}
					ours, ourCPU = ours+time.Since(start), ourCPU+cpu()-used
					start, used = time.Now(), cpu()
					x.insert(b, int(now.Number)+rounds+1, batch, start.Format(time.RFC3339Nano))
					theirs, theirCPU = theirs+time.Since(start), theirCPU+cpu()-used
					rounds++
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(ours.Microseconds())/float64(rounds), "µs")
				b.ReportMetric(float64(theirs.Microseconds())/float64(rounds), "µs-bare")
				b.ReportMetric(float64(ours)/float64(theirs), "×bare")
				b.ReportMetric(float64(ourCPU)/float64(theirCPU), "×bare-cpu")
			})
		}
	}
}

// BenchmarkLoad opens a file and loads what is in it, in turn with bare SQLite that reads
// the same columns, and with encoding/json that decodes them.
func BenchmarkLoad(b *testing.B) {
	path := filled(b, storetest.Full())
	var ours, rows, decoded time.Duration
	rounds, nodes, edges := 0, 0, 0
	for b.Loop() {
		nodes, edges = 0, 0
		start := time.Now()
		t, err := Open(b.Context(), path, ecosystemSchema(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := t.Load(b.Context(), func(*store.Node) error { nodes++; return nil }, func(*store.Edge) error { edges++; return nil }); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		t.Close()
		for _, decode := range []bool{false, true} {
			start = time.Now()
			x := openBare(b, path)
			x.read(b, "SELECT id, kind, props FROM nodes WHERE NOT denied", 3, decode)
			x.read(b, "SELECT from_node, type, to_node, key, props FROM edges", 5, decode)
			if decode {
				decoded += time.Since(start)
			} else {
				rows += time.Since(start)
			}
			x.conn.Close()
		}
		rounds++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(ours.Milliseconds())/float64(rounds), "ms")
	b.ReportMetric(float64(rows.Milliseconds())/float64(rounds), "ms-bare-rows")
	b.ReportMetric(float64(decoded.Milliseconds())/float64(rounds), "ms-bare-json")
	b.ReportMetric(float64(ours)/float64(rows), "×rows")
	b.ReportMetric(float64(ours)/float64(decoded), "×json")
	b.Logf("%d nodes, %d edges", nodes, edges)
}

func (x *bare) read(b *testing.B, query string, columns int, decode bool) {
	rows, err := x.conn.QueryContext(context.Background(), query)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	cells, into := make([]string, columns), make([]any, columns)
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		if decode {
			var v map[string]any
			if err := json.Unmarshal([]byte(cells[columns-1]), &v); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}
