package cordis

import (
	"runtime"
	"testing"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// counter counts what it is told and keeps nothing. Near the end it looks how much memory is
// in use.
type counter struct {
	rows, records int
	used          uint64
}

func (c *counter) Row(r ingest.Row) error {
	c.rows++
	c.records += len(r.Nodes) + len(r.Edges)
	if c.rows == 176_000 {
		c.used = inUse()
	}
	return nil
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (c *counter) Reject(ingest.Problem) error { c.rows++; return nil }

func (c *counter) Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	c.records += len(nodes) + len(edges)
	return nil
}

func (c *counter) Complete(store.Ref) {}

// Reading Horizon 2020 alone: rows, records and what is kept in memory.
func BenchmarkRead(b *testing.B) {
	files, err := tabular.Find([]string{needs.Data(b, "cordis-h2020-csv.zip")}, tabular.Options{})
	if err != nil {
		b.Fatal(err)
	}
	rows := 0
	b.ReportAllocs()
	for b.Loop() {
		c, before := &counter{}, inUse()
		if err := (Importer{}).Read(b.Context(), files, c); err != nil {
			b.Fatal(err)
		}
		rows += c.rows
		b.ReportMetric(float64(c.records), "records")
		b.ReportMetric(float64(c.used-before)/(1<<20), "MB-kept")
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
