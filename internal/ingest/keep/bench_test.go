package keep

import (
	"strings"
	"testing"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// nowhere takes what is told and keeps nothing.
type nowhere struct{}

func (nowhere) Row(ingest.Row) error                                 { return nil }
func (nowhere) Reject(ingest.Problem) error                          { return nil }
func (nowhere) Prepare([]store.NodeRecord, []store.EdgeRecord) error { return nil }
func (nowhere) Complete(store.Ref)                                   {}

// BenchmarkRead reads 20,000 rows of partners; bytes per second are of the table.
func BenchmarkRead(b *testing.B) {
	rows := strings.SplitAfter(partnersTable, "\n")
	path := write(b, "partners.csv", rows[0]+strings.Repeat(rows[1]+rows[2], 10_000))
	for b.Loop() {
		files, err := tabular.Find([]string{path}, tabular.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(files[0].Size)
		if err := (Importer{}).Read(b.Context(), files, nowhere{}); err != nil {
			b.Fatal(err)
		}
	}
}
