package table

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func BenchmarkLoad(b *testing.B) {
	served()
	for b.Loop() {
		if _, err := Load("kumu", map[string]string{"map": "A"}); err != nil {
			b.Fatal(err)
		}
	}
}

// What a row costs, read by a ready mapping.
func BenchmarkRead(b *testing.B) {
	const rows = 2_000
	var t strings.Builder
	t.WriteString("Name;Country;Role;Since;Website\n")
	for i := range rows {
		fmt.Fprintf(&t, "Member %d;BG;Member;20%02d-01-31;https://%d.example\n", i, i%30, i)
	}
	file := filepath.Join(b.TempDir(), "members.csv")
	if err := os.WriteFile(file, []byte(t.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	im, err := Load("members", map[string]string{"network": "N"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := im.Read(b.Context(), find(b, nil, file), nothing{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
