package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// found is a line that resolve told.
type found struct {
	Does       string
	Confidence float64
	A, B       struct{ ID, Name string }
	Why        []string
	Actors     int
	Merged     int
	Undone     *int
}

func told(t *testing.T, out string) []found {
	t.Helper()
	var all []found
	in := bufio.NewScanner(strings.NewReader(out))
	for in.Scan() {
		var f found
		if err := json.Unmarshal(in.Bytes(), &f); err != nil {
			t.Fatalf("%v: %s", err, in.Text())
		}
		all = append(all, f)
	}
	return all
}

// Two files of one source spell a university and an institute differently, and list a body
// that only has a similar name.
func resolvable(t *testing.T) (store string) {
	t.Helper()
	store = newStore(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	mapping := write("mapping.yaml", `
source: {name: A list, identifier: "DATASET:a-list"}
nodes:
  member:
    kind: Organisation
    name: "{name}"
    country: "{country}"
    set: {city: "{city}"}
`)
	table := write("members.csv", `name,city,country
University of Maribor,Maribor,SI
UNIVERZA V MARIBORU,MARIBOR,SI
Maribor Development Agency,Maribor,SI
Geological Institute of Romania,Bucharest,RO
INSTITUTUL GEOLOGIC AL ROMANIEI,BUCURESTI,RO
`)
	must(t, "import", "table", table, "--mapping", mapping, "--store", store)
	return store
}

func TestResolve(t *testing.T) {
	store := resolvable(t)
	all := told(t, must(t, "resolve", "--store", store))
	merges := map[string]bool{}
	for _, f := range all {
		if f.Does == "merge" {
			merges[f.A.Name+" = "+f.B.Name] = true
			if len(f.Why) == 0 || f.Confidence < 0.5 {
				t.Errorf("%s and %s are merged with confidence %v for %q", f.A.Name, f.B.Name, f.Confidence, f.Why)
			}
		}
	}
	if len(merges) != 2 || all[len(all)-1].Actors != 5 {
		t.Fatalf("would merge %v of %d actors", merges, all[len(all)-1].Actors)
	}
	if again := told(t, must(t, "resolve", "--store", store)); len(again) != len(all) {
		t.Error("listing changed the store")
	}

	applied := told(t, must(t, "resolve", "--apply", "--store", store))
	if got := applied[len(applied)-1].Merged; got != 2 {
		t.Errorf("merged %d", got)
	}
	after := told(t, must(t, "resolve", "--store", store))
	if got := after[len(after)-1].Actors; got != 3 {
		t.Errorf("%d actors are left", got)
	}
	if twice := told(t, must(t, "resolve", "--apply", "--store", store)); twice[len(twice)-1].Merged != 0 {
		t.Error("applied twice, it merges more")
	}

	undone := told(t, must(t, "resolve", "--undo", "--store", store))
	if n := undone[0].Undone; n == nil || *n != 2 {
		t.Errorf("took back %v", n)
	}
	back := told(t, must(t, "resolve", "--store", store))
	if got := back[len(back)-1].Actors; got != 5 {
		t.Errorf("%d actors are back", got)
	}
}

func TestResolveWritesDecisions(t *testing.T) {
	store := resolvable(t)
	file := filepath.Join(t.TempDir(), "decisions.txt")
	must(t, "resolve", "--write", file, "--store", store)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "| UNIVERZA V MARIBORU | University of Maribor |") {
		t.Errorf("wrote\n%s", text)
	}
	// Others apply them, even where nothing would be merged by itself.
	all := told(t, must(t, "resolve", "--identity", file, "--merge-from", "0.99999", "--apply", "--store", store))
	if got := all[len(all)-1].Merged; got != 2 {
		t.Errorf("merged %d by decisions", got)
	}
}
