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
	Register   *inRegister
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
	_, write := writes(t)
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

// With a register, what names do not tell is found; it is listed, written, merged and taken back
// like the rest, and nothing of the register is in the store.
func TestResolveByRegister(t *testing.T) {
	store := newStore(t)
	folder, write := writes(t)
	mapping := write("mapping.yaml", "source: {name: A list, identifier: \"DATASET:a-list\"}\nnodes: {member: {kind: Organisation, name: \"{name}\", country: \"{country}\"}}\n")
	must(t, "import", "table", write("members.csv", "name,country\nUniverzita Kvapilova,CZ\nBertram University,CZ\nBratislava Institute,SK\n"), "--mapping", mapping, "--store", store)
	list := write("list.csv", "id,name,country,established\nR1,Bertram University,CZ,1348\nR1,Univerzita Kvapilova,Czechia,\nR1,Kvapil-Universität Prag,CZ,\nR2,Nowhere,XX,\n")
	before := must(t, "export", "--format", "jsonl", "--store", store)

	if n := len(told(t, must(t, "resolve", "--store", store))); n != 1 {
		t.Fatalf("%d lines without a register", n)
	}
	code, out, warnings := start(t, nil, "resolve", "--register", list, "--store", store)
	all := told(t, out)
	if code != 0 || len(all) != 2 || all[0].Does != "merge" || !strings.Contains(strings.Join(all[0].Why, ", "), "both are names of R1 in list.csv, line 2") {
		t.Fatalf("%d: %s", code, out)
	}
	if r := all[1].Register; r == nil || r.Records != 1 || r.Kept != 1 || r.Actors != 2 {
		t.Errorf("told of the register: %+v", r)
	}
	for _, want := range []string{`the columns "established" are not read`, `list.csv, line 5, column country: "XX" is no country`} {
		if strings.Count(warnings, want) != 1 {
			t.Errorf("warned %q, not once of %q", warnings, want)
		}
	}
	file := filepath.Join(folder, "decisions.txt")
	must(t, "resolve", "--register", list, "--write", file, "--store", store)
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "both are names of R1 in list.csv, line 2") {
		t.Errorf("%v, wrote\n%s", err, text)
	}

	must(t, "resolve", "--register", list, "--apply", "--store", store)
	after := must(t, "export", "--format", "jsonl", "--store", store)
	for _, of := range []string{"Kvapil-", "R1", "list.csv"} {
		if strings.Contains(after, of) {
			t.Errorf("%q of the register is in the store", of)
		}
	}
	if again := told(t, must(t, "resolve", "--register", list, "--apply", "--store", store)); again[len(again)-1].Merged != 0 {
		t.Error("applied twice, it merges more")
	}
	if undone := told(t, must(t, "resolve", "--undo", "--store", store)); undone[0].Undone == nil || *undone[0].Undone != 1 {
		t.Errorf("took back %v", undone[0].Undone)
	}
	if back := must(t, "export", "--format", "jsonl", "--store", store); strings.Count(back, "\n") < strings.Count(before, "\n") {
		t.Errorf("what was merged is not back:\n%s", back)
	}

	// What tells nothing, or is no register, is said.
	none := told(t, must(t, "resolve", "--register", write("none.csv", "id,name,country\n1,Nobody,CZ\n"), "--store", store))
	if r := none[len(none)-1].Register; r == nil || r.Records != 1 || r.Actors != 0 {
		t.Errorf("told of a register that nobody is in: %+v", r)
	}
	for _, c := range []struct {
		code int
		args []string
		want string
	}{
		{exitFailed, []string{"--register", write("wrong.csv", "organisation\nA\n")}, `wrong.csv: has no column "id", "name", "country"; a register is ROR's data dump (JSON), or a table with the columns id, name and country`},
		{exitFailed, []string{"--register", write("wrong.json", "{}")}, "wrong.json, record 1, id: is missing"},
		{exitUsage, []string{"--register", filepath.Join(folder, "gone.zip")}, "gone.zip does not exist; name a file"},
		{exitFailed, []string{"--register", list, "--undo"}, "[undo register]"},
	} {
		if code, _, err := start(t, nil, append([]string{"resolve", "--store", store}, c.args...)...); code != c.code || !strings.Contains(err, c.want) {
			t.Errorf("%v: %d, %q, not %q", c.args, code, err, c.want)
		}
	}
}
