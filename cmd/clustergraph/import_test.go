package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store/sqlite"
)

// writes is a folder of the test's, and what writes a file into it and tells where it is.
func writes(t *testing.T) (folder string, write func(name, text string) string) {
	folder = t.TempDir()
	return folder, func(name, text string) string {
		t.Helper()
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
}

// published writes a small folder as CORDIS publishes it and returns its path.
func published(t *testing.T, projects, participations int) string {
	t.Helper()
	folder := t.TempDir()
	var p, o strings.Builder
	p.WriteString(`"id";"acronym";"status";"title";"startDate";"endDate";"totalCost";"ecMaxContribution";"legalBasis";"topics";"frameworkProgramme";"fundingScheme";"rcn"` + "\n")
	for i := range projects {
		fmt.Fprintf(&p, `"9%05d";"PRO%d";"SIGNED";"Project %d";"2020-01-01";"2022-12-31";"1000,5";"500.25";"";"ICT-%d";"H2020";"RIA";"7%05d"`+"\n", i, i, i, i%7, i)
	}
	o.WriteString(`"projectID";"projectAcronym";"organisationID";"name";"SME";"activityType";"city";"country";"rcn";"order";"role";"ecContribution"` + "\n")
	for i := range participations {
		fmt.Fprintf(&o, `"9%05d";"PRO%d";"8%08d";"Body %d";"false";"HES";"Town";"%s";"7%05d";"%d";"participant";"10.50"`+"\n",
			i%projects, i%projects, i%(participations/2), i%(participations/2), []string{"BG", "EL", "UK"}[i%3], i%projects, i/projects+1)
	}
	for name, text := range map[string]string{"project.csv": p.String(), "organization.csv": o.String()} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// last is the last of some lines of JSON.
func last(t *testing.T, out string) tablesRead {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var told tablesRead
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &told); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return told
}

func TestImportTables(t *testing.T) {
	to := newStore(t)
	folder := published(t, 30, 90)
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")

	dry := last(t, must(t, "--store", to, "import", "cordis", "--dry-run", folder))
	if _, err := os.Stat(strings.TrimPrefix(to, "sqlite:")); err == nil {
		t.Error("a dry run made a store")
	}
	first := last(t, must(t, "--store", to, "import", "cordis", "--rejects", rejects, folder))
	if first.Rows != 120 || first.Rejected != 0 || first.Nodes.New < 30+45 || first.Edges.New < 90 || first.Memory == 0 {
		t.Errorf("%+v", first)
	}
	if !dry.DryRun || dry.Revision != "" || dry.Nodes != first.Nodes || dry.Edges != first.Edges || dry.Rows != first.Rows {
		t.Errorf("a dry run tells %+v, the import then %+v", dry, first)
	}
	again := last(t, must(t, "--store", to, "import", "cordis", folder))
	if again.Nodes.New+again.Nodes.Changed+again.Edges.New+again.Edges.Changed > 0 || again.Nodes.Unchanged != first.Nodes.New || again.Edges.Unchanged != first.Edges.New {
		t.Errorf("again: %+v", again)
	}

	// One row is not readable any more, one participation is gone.
	file := filepath.Join(folder, "organization.csv")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if err := os.WriteFile(file, []byte(strings.Join(append(lines[:len(lines)-1], `"900000";"PRO0"`), "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	dry = last(t, must(t, "--store", to, "import", "cordis", "--dry-run", folder))
	if dry.Rejected != 1 || dry.Rows != 120 {
		t.Errorf("a broken row: %+v", dry)
	}
	told := last(t, must(t, "--store", to, "import", "cordis", "--replace", "--rejects", rejects, folder))
	if told.Rejected != 1 || told.Edges.Gone != 1 || told.Kept != "" {
		t.Errorf("replaced: %+v", told)
	}
	raw, err = os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	var reject map[string]any
	if err := json.Unmarshal(raw, &reject); err != nil || reject["line"] != 91.0 || reject["stored"] != false || !strings.HasSuffix(fmt.Sprint(reject["file"]), "organization.csv") || reject["why"] == "" {
		t.Errorf("%s: %v", raw, err)
	}
	must(t, "--store", to, "check")
}

// An import that is killed goes on where it was, and ends as one that was not.
func TestImportIsKilled(t *testing.T) {
	folder := published(t, 2000, 6000) // several batches
	home := t.TempDir()
	run := func(ctx context.Context, to string) *exec.Cmd {
		c := command(ctx, t, "--store", to, "import", "cordis", folder)
		c.Env = append(c.Env, "HOME="+home)
		return c
	}
	output := func(to string) tablesRead {
		out, err := run(t.Context(), to).Output()
		if err != nil {
			t.Fatal(err)
		}
		return last(t, string(out))
	}
	whole, killed := newStore(t), newStore(t)
	want := output(whole)

	ctx, kill := context.WithCancel(t.Context())
	c := run(ctx, killed)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	// It tells nothing in its first second; so look at what it has stored.
	seen, err := sqlite.Open(t.Context(), strings.TrimPrefix(killed, "sqlite:"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seen.Close()
	for {
		r, err := seen.Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if r.Number >= 2 {
			break
		}
	}
	kill() // SIGKILL
	for s := bufio.NewScanner(out); s.Scan(); {
	}
	_ = c.Wait()

	// Trying something in between takes nothing away.
	try := command(t.Context(), t, "--store", killed, "import", "cordis", "--dry-run", published(t, 3, 6))
	try.Env = append(try.Env, "HOME="+home)
	if out, err := try.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := output(killed)
	if !got.Resumed {
		t.Errorf("it was not resumed: %+v", got)
	}
	if got.Nodes != want.Nodes || got.Edges != want.Edges || got.Rows != want.Rows {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// And then it is over: the next one is another run.
	if again := output(killed); again.Resumed || again.Nodes.Unchanged != want.Nodes.New {
		t.Errorf("again: %+v", again)
	}
}

// What another version had begun is begun anew: it may part what it reads otherwise into batches.
func TestImportOfAnotherVersionGoesNotOn(t *testing.T) {
	print := func() string { return fingerprint("cordis", nil, tableOptions{}, &identity.Decisions{}, nil) }
	before := print()
	if again := print(); before != again {
		t.Errorf("%s is then %s", before, again)
	}
	defer func(was string) { version = was }(version)
	version = "another"
	if print() == before {
		t.Error("another version goes on where this one was")
	}
}

// A file that cannot be read is told, and ends with another exit code; the others are stored,
// and nothing is taken back for what it may have said. A column that is missing is told only.
func TestImportOfAFolderWithABrokenTable(t *testing.T) {
	to, folder := newStore(t), published(t, 30, 90)
	must(t, "--store", to, "import", "cordis", folder)
	for name, text := range map[string]string{"topics.csv": "", "organization.csv": "projectID;organisationID;name\n900000;800000000;Body 0\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
	code, out, errs := start(t, nil, "--store", to, "import", "cordis", folder, "--replace", "--rejects", rejects)
	told := last(t, out)
	if code != exitFailed || told.Rows != 31 || told.Rejected != 0 || told.Unread != 1 || told.Nodes.Gone+told.Edges.Gone > 0 || !strings.Contains(told.Kept, "1 of the files") {
		t.Errorf("exit code %d, %s", code, out)
	}
	for _, want := range []string{"topics.csv: has no header", "organization.csv, column country: is not there", "organization.csv, column ecContribution", "1 of 3 files could not be read"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not tell %q:\n%s", want, errs)
		}
	}
	raw, err := os.ReadFile(rejects)
	if err != nil || strings.Count(string(raw), `"stored":true`) != 3 || strings.Count(string(raw), `"stored":false`) != 1 {
		t.Errorf("%s: %v", raw, err)
	}
}

// What of a folder cannot be opened counts as unread, like a file that cannot be read: what it said
// before is not taken back.
func TestImportOfAFolderThatCannotAllBeOpened(t *testing.T) {
	to := newStore(t)
	folder, write := writes(t)
	write("a.csv", "Name,Country\nWick Works,BG\n")
	gone := write("b.csv", "Name,Country\nGone Works,BG\n")
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
	args := []string{"--store", to, "import", "table", "--mapping", "members", "--set", "network=N", folder, "--replace", "--rejects", rejects}
	must(t, args...)
	if err := errors.Join(os.Remove(gone), os.Symlink(filepath.Join(folder, "none"), gone)); err != nil {
		t.Fatal(err)
	}
	write("c.zip", "PK nothing")
	code, out, errs := start(t, nil, args...)
	told := last(t, out)
	if code != exitFailed || told.Unread != 2 || told.Nodes.Gone+told.Edges.Gone > 0 || !strings.Contains(told.Kept, "2 of the files could not be read") {
		t.Errorf("exit code %d, %s", code, out)
	}
	raw, err := os.ReadFile(rejects)
	for _, want := range []string{"b.csv", "is a link to what does not exist", "c.zip", "is no zip"} {
		if err != nil || !strings.Contains(errs, want) || !strings.Contains(string(raw), want) {
			t.Errorf("it does not tell %q: %s%s, %v", want, errs, raw, err)
		}
	}
	if !strings.Contains(errs, "2 of 3 files could not be read") {
		t.Errorf("it ends with %s", errs)
	}
}

// Each fact keeps the day on which its source was retrieved and said it, whatever a later version
// of the source still says.
func TestEachFactIsDated(t *testing.T) {
	_, write := writes(t)
	for name, c := range map[string]struct{ args, head, stays, goes, comes string }{
		"keep": {"keep", "Programme;Acronym;Project Partner;Lead Partner;Country\n", "2014-2020 Alpine Space;PEAKS;Hut Club;Yes;Austria\n",
			"2014-2020 Alpine Space;PEAKS;Gone Club;No;Austria\n", "2014-2020 Alpine Space;PEAKS;New Club;No;Austria\n"},
		"cordis": {"cordis", "projectID;organisationID;name;country;contentUpdateDate\n", "700001;901234567;Hut Club;AT;\n", "700001;901234568;Gone Club;AT;\n", "700001;901234569;New Club;AT;\n"},
		"table":  {"table --mapping members --set network=N", "Name;Country\n", "Hut Club;AT\n", "Gone Club;AT\n", "New Club;AT\n"},
	} {
		to := newStore(t)
		must(t, append(strings.Fields("import "+c.args), write(name+".csv", c.head+c.stays+c.goes), "--retrieved", "2026-01-31", "--store", to)...)
		second := append(strings.Fields("import "+c.args), write(name+".csv", c.head+c.stays+c.comes), "--store", to, "--retrieved")
		must(t, append(second, "2026-06-30")...)
		dated := func() map[string]string {
			days := map[string]string{}
			for line := range strings.Lines(must(t, "export", "--format", "jsonl", "--store", to)) {
				var r struct {
					Said string
					Node struct{ Name, Kind string }
				}
				if json.Unmarshal([]byte(line), &r) == nil && r.Node.Kind == "Organisation" && r.Said != "" {
					days[r.Node.Name] = r.Said
				}
			}
			return days
		}
		want := map[string]string{"Hut Club": "2026-06-30", "Gone Club": "2026-01-31", "New Club": "2026-06-30"}
		if got := dated(); !maps.Equal(got, want) {
			t.Errorf("%s: said are %v, want %v", name, got, want)
		}
		// Only the source is another one, when it is retrieved again.
		again := last(t, must(t, append(second, "2026-07-31")...))
		if again.Nodes.New+again.Edges.New+again.Edges.Changed > 0 || again.Nodes.Changed != 1 {
			t.Errorf("%s again: %+v", name, again)
		}
	}
}

// A file for rejects never takes the place of what is imported, or of the store.
func TestRejectsDestroyNothing(t *testing.T) {
	folder, write := writes(t)
	const table, page = "Name,Country\nWick Works,BG\n", "Home > Cluster Organisations > X\n"
	members, profile := write("members.csv", table), write("x.txt", page)
	to := newStore(t)
	must(t, "import", "table", "--mapping", "members", "--set", "network=N", members, "--store", to)
	graph := must(t, "export", "--format", "jsonl", "--store", to)
	for reason, args := range map[string][]string{
		"the table":           {"table", "--mapping", "members", "--set", "network=N", members, "--rejects", members},
		"a table of a folder": {"table", "--mapping", "members", "--set", "network=N", folder, "--rejects", filepath.Join(folder, ".", "members.csv")},
		"the page":            {"eccp", profile, "--rejects", profile},
		"the store":           {"eccp", profile, "--rejects", strings.TrimPrefix(to, "sqlite:")},
	} {
		code, _, errs := start(t, nil, append([]string{"--store", to, "import"}, args...)...)
		if code != exitUsage || !strings.Contains(errs, "would be lost; name another file") {
			t.Errorf("%s: exit code %d, %s", reason, code, errs)
		}
	}
	for file, want := range map[string]string{members: table, profile: page} {
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", file, got, err)
		}
	}
	if got := must(t, "export", "--format", "jsonl", "--store", to); got != graph {
		t.Errorf("the store holds\n%s\nnot\n%s", got, graph)
	}
}

func TestImportOfBadTables(t *testing.T) {
	folder, write := writes(t)
	for reason, c := range map[string]struct {
		args []string
		says string
	}{
		"no such file":           {[]string{"cordis", filepath.Join(folder, "none.zip")}, "none.zip does not exist"},
		"no such framework":      {[]string{"cordis", "--framework", "FP9", folder}, "FP9"},
		"no record":              {[]string{"jsonl", write("words.jsonl", "hello\n{}\n")}, "words.jsonl: no line of it is a record"},
		"an empty folder":        {[]string{"cordis", t.TempDir()}, "csv"},
		"no zip":                 {[]string{"cordis", write("x.zip", "PK nothing")}, "x.zip"},
		"not CORDIS":             {[]string{"cordis", write("people.csv", "name,age\nx,1\n")}, "people.csv"},
		"no day":                 {[]string{"cordis", "--retrieved", "today", write("project.csv", "")}, "today"},
		"no mapping":             {[]string{"table", write("t.csv", "a,b\n1,2\n")}, "--mapping"},
		"no such mapping":        {[]string{"table", "--mapping", "memberz", write("t.csv", "a,b\n1,2\n")}, "members"},
		"a parameter that is no": {[]string{"table", "--mapping", "members", "--set", "network", write("t.csv", "a,b\n1,2\n")}, "NAME=VALUE"},
		"other columns":          {[]string{"table", "--mapping", "members", "--set", "network=N", write("t.csv", "a,b\n1,2\n")}, "t.csv"},
	} {
		code, out, errs := start(t, nil, append([]string{"--store", newStore(t), "import"}, c.args...)...)
		if code == exitDone || !strings.Contains(out+errs, c.says) || strings.Contains(errs, "what was stored") { // nothing was
			t.Errorf("%s: exit code %d, %s%s", reason, code, out, errs)
		}
	}
}
