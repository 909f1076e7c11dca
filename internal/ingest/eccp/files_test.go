package eccp

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.HTML", "a.txt", "picture.png", ".hidden.txt", "sub/c.htm", "page_files/d.html", "empty/readme.md"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Files(dir, filepath.Join(dir, "picture.png"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i], _ = filepath.Rel(dir, got[i])
	}
	if want := []string{"a.txt", "b.HTML", filepath.Join("sub", "c.htm"), "picture.png"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, path := range []string{filepath.Join(dir, "missing"), filepath.Join(dir, "empty")} {
		if _, err := Files(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestParseFile(t *testing.T) {
	p, err := ParseFile("testdata/older.txt", Options{})
	if err != nil || p.Name != "Κλώστες Cluster" || p.retrieved.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}
	empty := filepath.Join(t.TempDir(), "empty.txt")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{empty, "testdata", "testdata/missing.txt"} {
		if _, err := ParseFile(path, Options{}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
