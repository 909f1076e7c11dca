// Package needs finds what tests need that the project does not commit: the real tables beside
// its root, programs, Python with its libraries, and time. In CI all of it has to be there, and a
// test that lacks it fails; elsewhere it says that it did not run.
package needs

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Root is the project's root.
func Root() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..")
}

// Data is the path of a file or folder of real data: "vocab/NUTS_AT_2016.csv".
func Data(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Root(), "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		missing(t, err)
	}
	return path
}

// Horizon2020 tells the rows of a table of Horizon 2020, "project.csv" or "organization.csv": get
// is the cell in a column.
func Horizon2020(t testing.TB, table string, tell func(get func(column string) string)) {
	t.Helper()
	archive, err := zip.OpenReader(Data(t, "cordis-h2020-csv.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }() // only read
	file, err := archive.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = ';', true, -1
	head, err := r.Read()
	column := map[string]int{}
	for i, h := range head {
		column[strings.TrimPrefix(h, "\ufeff")] = i
	}
	for err == nil {
		var row []string
		if row, err = r.Read(); err == nil {
			tell(func(name string) string {
				i, there := column[name]
				if !there {
					t.Fatalf("%s has no column %q", table, name)
				}
				return row[i]
			})
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(table, err)
	}
}

// Command is the path of a program: "python3", "node".
func Command(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, err)
	}
	return path
}

// Venv is a Python that has what requirements.txt in a folder of the project lists. "make unit"
// makes it; without that, this does.
func Venv(t testing.TB, folder string) string {
	t.Helper()
	folder = filepath.Join(Root(), filepath.FromSlash(folder))
	python, done := filepath.Join(folder, ".venv", "bin", "python"), filepath.Join(folder, ".venv", "installed")
	if _, err := os.Stat(done); err == nil {
		return python
	}
	for _, args := range [][]string{
		{Command(t, "python3"), "-m", "venv", filepath.Join(folder, ".venv")},
		{python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", filepath.Join(folder, "requirements.txt")},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			missing(t, errors.New(strings.Join(args, " ")+": "+err.Error()+" (Python with venv and pip is needed)\n"+string(out)))
		}
	}
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return python
}

// Node is a Node.js for a folder of the project, with what its package-lock.json lists. "make unit"
// fetches that; without it, this does.
func Node(t testing.TB, folder string) string {
	t.Helper()
	node := Command(t, "node")
	folder = filepath.Join(Root(), filepath.FromSlash(folder))
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil {
		if out, err := exec.Command(Command(t, "npm"), "--prefix", folder, "ci").CombinedOutput(); err != nil {
			missing(t, errors.New("npm ci: "+err.Error()+"\n"+string(out)))
		}
	}
	return node
}

// Time leaves out a test that takes long, where -short asks for it. In CI that is only the race
// detector's run, beside which the test has run at full length.
func Time(t testing.TB) {
	t.Helper()
	if !testing.Short() {
		return
	}
	if os.Getenv("CI") != "" && !raceDetector {
		t.Fatal("-short, and CI is set: there all tests run, and only the race detector's run is short")
	}
	t.Skip("did not run: it takes long, and -short was given")
}

func missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%v, and CI is set", err)
	}
	t.Skipf("did not run: %v", err)
}
