// Package notebook runs the notebooks under examples from top to bottom, with the program as it
// is: what a researcher would start from has to work.
package notebook

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"clustergraph/test/needs"
)

// run executes a notebook, whose cells have to pass, and leaves the file as it is.
const run = `
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": "../../examples"}}).execute()
told = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
print(sum("image/png" in o.get("data", {}) for o in told), "pictures,", len(told), "outputs")
`

func TestNotebooks(t *testing.T) {
	python := needs.Venv(t, "examples")
	binary := filepath.Join(t.TempDir(), "clustergraph")
	if out, err := exec.Command("go", "build", "-o", binary, "clustergraph/cmd/clustergraph").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	notebooks, err := filepath.Glob("../../examples/*.ipynb")
	if err != nil || len(notebooks) == 0 {
		t.Fatal("no notebooks", err)
	}
	for _, notebook := range notebooks {
		t.Run(filepath.Base(notebook), func(t *testing.T) {
			cmd := exec.Command(python, "-c", run, notebook)
			cmd.Env = append(os.Environ(), "CLUSTERGRAPH="+binary, "HOME="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !strings.Contains(string(out), "1 pictures") {
				t.Errorf("the map is missing: %s", out)
			}
		})
	}
}
