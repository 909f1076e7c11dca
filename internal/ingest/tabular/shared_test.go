package tabular

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clustergraph/test/needs"

	"github.com/google/go-cmp/cmp"
)

// Real tables are read as encoding/csv reads them, whose delimiter is told.
func TestRealTables(t *testing.T) {
	files, err := Find([]string{needs.Data(t, "")}, Options{Formats: []string{".csv"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 14 {
		t.Errorf("found %d tables, want 14", len(files))
	}
	for _, f := range files {
		rows := open(t, f, RowOptions{})
		r := csv.NewReader(bytes.NewReader(bytesOf(t, f.Name)))
		r.Comma = ';'
		if strings.Contains(f.Name, "/iso") || strings.Contains(f.Name, "NUTS") || strings.Contains(f.Name, "weekly") || strings.Contains(f.Name, "seed") {
			r.Comma = ','
		}
		header, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(header, rows.Columns()); diff != "" {
			t.Errorf("%s: %s", f.Name, diff)
		}
		for {
			want, err := r.Read()
			row, err2 := rows.Next()
			if err != nil || err2 != nil {
				if err != io.EOF || err2 != io.EOF {
					t.Errorf("%s: encoding/csv ends with %v, Rows with %v", f.Name, err, err2)
				}
				break
			}
			if line, _ := r.FieldPos(0); !equal(want, row.Values) || line != row.Line {
				t.Fatalf("%s: line %d is %q, want line %d, %q", f.Name, row.Line, row.Values, line, want)
			}
		}
	}
}

func bytesOf(t testing.TB, name string) []byte {
	t.Helper()
	if archive, entry, ok := strings.Cut(name, ".zip/"); ok {
		z, err := zip.OpenReader(archive + ".zip")
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		in, err := z.Open(entry)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func equal(a, b []string) bool {
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

func open(t testing.TB, f File, o RowOptions) *Rows {
	t.Helper()
	rows, err := f.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	})
	return rows
}

// What Rows cost beyond encoding/csv alone, over the largest real table.
func BenchmarkRows(b *testing.B) {
	name := needs.Data(b, "cordis-h2020-csv.zip")
	table := bytesOf(b, name+"/organization.csv")
	path := filepath.Join(b.TempDir(), "organization.csv")
	if err := os.WriteFile(path, table, 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("csv", func(b *testing.B) {
		b.SetBytes(int64(len(table)))
		for b.Loop() {
			in, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			r := csv.NewReader(in)
			r.Comma, r.ReuseRecord = ';', true
			for err == nil {
				_, err = r.Read()
			}
			in.Close()
		}
	})
	b.Run("rows", func(b *testing.B) {
		files, err := Find([]string{path}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(table)))
		for b.Loop() {
			rows, err := files[0].Open(context.Background(), RowOptions{})
			if err != nil {
				b.Fatal(err)
			}
			for err == nil {
				_, err = rows.Next()
			}
			if !errors.Is(err, io.EOF) {
				b.Fatal(err)
			}
			rows.Close()
		}
	})
}
