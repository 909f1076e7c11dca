package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../../.."

// TestUpToDate generates anew in a copy of the module: what is committed must be the same,
// byte for byte.
func TestUpToDate(t *testing.T) {
	dir := copyModule(t)
	t.Setenv("GOPROXY", "off") // nothing is downloaded
	t.Chdir(dir)
	if err := os.Remove("graph/generated.go"); err != nil {
		t.Fatal(err)
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	written, err := filepath.Glob("graph/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(written, "graph/api.graphqls") {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if want := original[name]; !bytes.Equal(got, want) {
			t.Errorf("%s is not what schema.graphqls makes of it; run go generate and commit it", name)
		}
	}
}

// original holds the files of the copy as they are in the module.
var original = map[string][]byte{}

// copyModule copies what the generator reads: the schema, its settings, and the packages
// that gqlgen looks types up in.
func copyModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name string) {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		original[filepath.ToSlash(name)] = b
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "schema.graphqls", "gqlgen.yml", "generate.go"} {
		put(name)
	}
	for _, sub := range []string{"graph", "internal/read", "internal/ontology", "internal/store", "internal/text", "internal/analysis", "internal/export", "test/draw"} {
		err := filepath.WalkDir(filepath.Join(root, sub), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") { // Python's, of a benchmark
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err == nil {
				put(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
