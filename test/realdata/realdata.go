// Package realdata finds what tests need that the project does not commit: the real tables
// beside its root, and a Python that works out apart from us what is in them. In CI they have
// to be there, and a test that lacks them fails; elsewhere it says that it did not run.
package realdata

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// File is the path of a file or folder of real data: "vocab/NUTS_AT_2016.csv".
func File(t testing.TB, name string) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		missing(t, err)
	}
	return path
}

// Python is the path of python3.
func Python(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		missing(t, err)
	}
	return path
}

func missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%v, and CI is set", err)
	}
	t.Skipf("did not run: %v", err)
}
