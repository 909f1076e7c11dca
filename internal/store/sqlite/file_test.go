package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/storetest"
)

var storetestSchema = storetest.Schema()

// TestFilesThatCannotBeUsed says of each what is wrong and what to do.
func TestFilesThatCannotBeUsed(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.db")
	truth := open(t, good)
	for n := range 50 {
		apply(t, truth, numbered(n))
	}
	if err := truth.Close(); err != nil {
		t.Fatal(err)
	}
	if names, err := filepath.Glob(good + "*"); err != nil || len(names) != 1 {
		t.Errorf("Close leaves %v", names)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	change := func(sqls ...string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", dsn(path, time.Second))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for _, s := range sqls {
				if _, err := db.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	write := func(data []byte) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name string
		make func(t *testing.T, path string)
		says string
	}{
		{"a folder that is missing", func(t *testing.T, path string) { os.Remove(filepath.Dir(path)) }, "does not exist; make it"},
		{"a folder", func(t *testing.T, path string) { os.Mkdir(path, 0o700) }, "is a folder"},
		{"a file that is no folder", func(t *testing.T, path string) { os.Remove(filepath.Dir(path)); write(nil)(t, filepath.Dir(path)) }, "is not a folder"},
		{"a text", write([]byte("To whom it may concern: this is not a database, whatever its name says.\n")), "is not a database"},
		{"a picture", write([]byte("\x89PNG\r\n")), "is not a database"},
		{"a file cut after its head", write(data[:1000]), "damaged; restore a backup"},
		{"a file cut in the middle", write(data[:len(data)/2/4096*4096]), "damaged; restore a backup"},
		{"a schema overwritten", write(slicesOf(data[:100], bytes.Repeat([]byte{0xa5}, 3996), data[4096:])), "damaged; restore a backup"},
		{"another program's database", func(t *testing.T, path string) {
			write(nil)(t, path)
			db, _ := sql.Open("sqlite", dsn(path, time.Second))
			defer db.Close()
			if _, err := db.Exec("CREATE TABLE photos (id)"); err != nil {
				t.Fatal(err)
			}
		}, "of another program"},
		{"another program's database, with a mark", change("PRAGMA application_id = 7"), "of another program"},
		{"a later version", change("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"), "a later version of clustergraph; use that one"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "folder", "graph.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			tc.make(t, path)
			before, _ := os.ReadFile(path)
			truth, err := Open(t.Context(), path, storetestSchema, Options{Patience: 100 * time.Millisecond})
			if err == nil {
				truth.Close()
			}
			if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
				t.Error("the file was changed")
			}
		})
	}
}

func slicesOf(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// TestDamage finds bytes that were overwritten, by using the file and by Check.
func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	truth := open(t, path)
	for n := range 200 {
		apply(t, truth, numbered(n))
	}
	if err := truth.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := f.Stat()
	for page := info.Size() / 4096 / 4; page < info.Size()/4096; page++ {
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, 200), page*4096); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	truth, err = Open(t.Context(), path, storetestSchema, Options{})
	if err == nil {
		defer truth.Close()
		_, err = truth.Load(t.Context(), func(*store.Node) error { return nil }, func(*store.Edge) error { return nil })
	}
	if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "damaged; restore a backup") {
		t.Errorf("%v", err)
	}
}

// TestCheckFindsForeignHands changes the file behind the program's back.
func TestCheckFindsForeignHands(t *testing.T) {
	for _, tc := range []struct{ sql, subject, what string }{
		{`UPDATE nodes SET props = '{"name":"Other"}' WHERE id = 'n0-1'`, "n0-1", "does not hold the preferred values"},
		{`UPDATE nodes SET denied = 1 WHERE id = 'n0-1'`, "n0-1", "does not hold the preferred values"},
		{`INSERT INTO nodes VALUES ('x', 'Organisation', 0, '{}')`, "x", "no record makes"},
		{`DELETE FROM edges WHERE from_node = 'n0-1'`, "MEMBER_OF n0-1 -> n0-0", "is missing"},
		{`PRAGMA foreign_keys = 0; DELETE FROM nodes WHERE id = 'n0-1'`, "MEMBER_OF n0-1 -> n0-0", "no node at one end"},
		{`DELETE FROM names`, "n0-1 organisation 0 1", "is missing"},
		{`INSERT INTO identifiers VALUES ('PIC', '1', 'n0-1')`, "n0-1 PIC 1", "no record makes"},
		{`DELETE FROM log WHERE revision = 2`, "graph.db", "lacks what lies between revisions 1 and 3"},
		{`UPDATE meta SET revision = 9`, "graph.db", "ends at revision 3, the store is at 9"},
		{`UPDATE log SET nodes = '[' WHERE revision = 2`, "graph.db", "cannot be read at revision 2"},
		{`UPDATE node_records SET props = '{"identifiers":[{"scheme":"PIC","value":"1"}]}'`, "n0-1", "belongs to"},
	} {
		t.Run(tc.sql, func(t *testing.T) {
			truth := fresh(t)
			for n := range 3 {
				apply(t, truth, numbered(n))
			}
			healthy(t, truth)
			conn, err := truth.db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.ExecContext(t.Context(), tc.sql); err != nil {
				t.Fatal(err)
			}
			found, all := false, ""
			if err := truth.Check(t.Context(), func(p store.Problem) {
				found = found || strings.HasSuffix(p.Subject, tc.subject) && strings.Contains(p.What, tc.what)
				all += p.Subject + ": " + p.What + "\n"
			}); err != nil || !found {
				t.Errorf("%v; found:\n%s", err, all)
			}
		})
	}
}

// TestReadOnly opens files that this process may not write. As root it may, so another user
// opens them.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	for at := dir; at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "graph.db")
	truth := open(t, path)
	apply(t, truth, numbered(0))
	if err := truth.Close(); err != nil {
		t.Fatal(err)
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "child")
	if err := os.WriteFile(binary, self, 0o755); err != nil {
		t.Fatal(err)
	}
	try := func() string {
		c := exec.CommandContext(t.Context(), binary)
		c.Env = append(os.Environ(), "CLUSTERGRAPH_CHILD=open", "CLUSTERGRAPH_FILE="+path, "HOME="+dir)
		c.Dir = dir
		if os.Geteuid() == 0 {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		out, _ := c.CombinedOutput()
		return string(out)
	}
	for _, tc := range []struct {
		file, folder fs.FileMode
		says         string
	}{
		{0o444, 0o755, "cannot be written; change the permissions of the file and its folder"},
		{0o444, 0o777, "cannot be written; change the permissions of the file and its folder"},
		{0o000, 0o755, "cannot be read; change its permissions"},
	} {
		if err := errors.Join(os.Chmod(path, tc.file), os.Chmod(dir, tc.folder)); err != nil {
			t.Fatal(err)
		}
		if got := try(); !strings.Contains(got, tc.says) || !strings.HasPrefix(got, store.ErrUnavailable.Error()) {
			t.Errorf("a file with %v in a folder with %v: %s", tc.file, tc.folder, got)
		}
	}
	if err := errors.Join(os.Chmod(dir, 0o755), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if got := try(); !strings.HasPrefix(got, store.ErrUnavailable.Error()) || !strings.Contains(got, "permissions") {
			t.Errorf("a new file in a folder that cannot be written: %s", got)
		}
	}
}

// TestDiskFull lets the file grow no further: the batch is refused, and nothing is lost.
func TestDiskFull(t *testing.T) {
	truth := fresh(t)
	apply(t, truth, numbered(0))
	before := content(t, truth)
	limit := func(sql string) {
		s := <-truth.writing
		defer func() { truth.writing <- s }()
		if _, err := s.conn.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	limit("PRAGMA max_page_count = 1") // no less than there are
	big := numbered(1)
	big.Nodes[0].Props = big.Nodes[0].Props.With("description", strings.Repeat("x", 1_000_000))
	if _, err := truth.Apply(t.Context(), big); !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("%v", err)
	}
	if !maps.Equal(content(t, truth), before) {
		t.Error("something changed")
	}
	limit("PRAGMA max_page_count = 1000000")
	if r, err := truth.Apply(t.Context(), big); err != nil || r.Repeated {
		t.Errorf("with space again: %+v, %v", r, err)
	}
	healthy(t, truth)
}

// TestOntologyChanges opens a file with other types.
func TestOntologyChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	truth := open(t, path)
	apply(t, truth, store.Batch{Nodes: []store.NodeRecord{
		{Ref: store.Ref{Kind: "Cluster", Name: "A"}, Props: store.PropsOf(map[string]any{"established": store.Date{}, "composition": map[string]any{"total": nil, "smes": 2}})},
		{Ref: store.Ref{Kind: "Organisation", Name: "B"}, Props: store.PropsOf(map[string]any{"size": 3})},
	}})
	if err := truth.Close(); err != nil {
		t.Fatal(err)
	}
	changed := func(kind, name string, typ store.Type) store.Schema {
		s := storetest.Schema()
		k := s.Kinds[kind]
		k.Props = maps.Clone(k.Props)
		k.Props[name] = typ
		s.Kinds[kind] = k
		return s
	}
	for _, tc := range []struct {
		name   string
		schema store.Schema
		says   string
	}{
		{"a wider type", changed("Organisation", "size", store.Type{Name: store.Float}), ""},
		{"back again", storetest.Schema(), ""},
		{"a new property", changed("Organisation", "colour", store.Type{Name: store.Text}), ""},
		{"another type, of which there is no value", changed("Organisation", "sme", store.Type{Name: store.Int}), ""},
		{"another type", changed("Cluster", "established", store.Type{Name: store.Int}), "Cluster.established was Date and is Int"},
		{"a list", changed("Organisation", "size", store.Type{Name: store.Int, List: true}), "Organisation.size was Int and is [Int]"},
		{"a part of another type", changed("Cluster", "composition", store.Type{Name: store.Record, Parts: map[string]store.Type{"smes": {Name: store.Text}}}), "Cluster.composition was"},
		{"a part more", changed("Cluster", "composition", store.Type{Name: store.Record, Parts: map[string]store.Type{"smes": {Name: store.Int}, "startUps": {Name: store.Int}}}), ""},
	} {
		truth, err := Open(t.Context(), path, tc.schema, Options{})
		switch {
		case tc.says == "" && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case tc.says != "" && (!errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), tc.says)):
			t.Errorf("%s: %v", tc.name, err)
		}
		if err == nil {
			truth.Close()
		}
	}
}

// TestEarlierVersions opens files that earlier versions made: testdata has one of each, as
// SQL. CLUSTERGRAPH_FIXTURE names a file to make of the present version, to be dumped.
func TestEarlierVersions(t *testing.T) {
	if path := os.Getenv("CLUSTERGRAPH_FIXTURE"); path != "" {
		truth := open(t, path)
		for _, b := range history() {
			apply(t, truth, b)
		}
	}
	files, err := filepath.Glob("testdata/v*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no files")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dump, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "graph.db")
			db, err := sql.Open("sqlite", dsn(path, time.Second))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(string(dump)); err != nil {
				t.Fatal(err)
			}
			db.Close()
			truth := open(t, path)
			healthy(t, truth)
			then := fresh(t)
			for _, b := range history() {
				apply(t, then, b)
			}
			if got, want := content(t, truth), content(t, then); !maps.Equal(got, want) {
				t.Errorf("it holds\n%v\nnot\n%v", got, want)
			}
			if r := apply(t, truth, history()[0]); !r.Repeated {
				t.Errorf("%+v", r)
			}
			last := apply(t, truth, numbered(1)).Revision
			healthy(t, truth)
			none := func(store.Entry) error { return nil }
			before := store.Revision{Epoch: last.Epoch, Number: last.Number - 1}
			if err := truth.Log(t.Context(), store.Since{Revision: before}, last, none); err != nil {
				t.Errorf("the log since then: %v", err)
			}
			if err := truth.Log(t.Context(), store.Since{}, last, none); file == "testdata/v1.sql" && !errors.Is(err, store.ErrBehind) || file != "testdata/v1.sql" && err != nil {
				t.Errorf("the log of all: %v", err)
			}
		})
	}
}

// history is what the files in testdata hold. It is never changed: a new version's file
// may hold more.
func history() []store.Batch {
	source := store.Ref{Kind: "Source", Name: "Profile"}
	said := store.Said{Source: source, Place: "line 3", Rank: store.FromField, At: store.Date{First: 12784, Last: 13148}}
	ref := func(kind, name string) store.Ref { return store.Ref{Kind: kind, Name: name} }
	elsewhere := said
	elsewhere.Place = "line 10"
	return []store.Batch{
		{ID: "first", By: "tester", Run: "one", Nodes: []store.NodeRecord{
			{Ref: source},
			{Ref: store.Ref{Kind: "Cluster", Name: "ICT Cluster", Identifiers: []store.Identifier{{Scheme: "ECCP", Value: "ict-cluster"}}}, Said: said,
				Props: store.PropsOf(map[string]any{"aliases": []string{"ИКТ Клъстер"}, "established": store.Date{First: 12784, Last: 13148}, "score": 0.5,
					"composition": map[string]any{"smes": 280, "total": 293}, "labels": []map[string]any{{"name": "ECEI", "level": "Silver"}}})},
			{Ref: ref("Organisation", "IKT Klaster"), Said: elsewhere},
			{Ref: ref("Organisation", "Serbia1 Green"), Said: said},
			{Ref: ref("Person", "Jane Doe"), Said: said},
			{Ref: ref("Project", "GIVE"), Said: said, Props: store.PropsOf(map[string]any{"totalCost": store.Money{Amount: 22220690, Currency: "EUR"}})},
		}, Edges: []store.EdgeRecord{
			{Type: "PARTICIPATES_IN", From: ref("Cluster", "ICT Cluster"), To: ref("Project", "GIVE"), Said: said, Props: store.PropsOf(map[string]any{"role": "COORDINATOR"})},
			{Type: "AFFILIATED_WITH", From: ref("Person", "Jane Doe"), To: ref("Cluster", "ICT Cluster"), Said: said},
			{Type: "MEMBER_OF", From: ref("Organisation", "Serbia1 Green"), To: ref("Cluster", "ICT Cluster"), Said: said},
		}},
		{ID: "second", By: "editor", Nodes: []store.NodeRecord{
			{Ref: store.Ref{ID: "eccp:ict-cluster"}, Props: store.PropsOf(map[string]any{"established": nil, "languages": []string{"en"}})},
			{Ref: ref("Organisation", "Other"), Said: said},
		}, Steps: []store.Step{
			store.Distinct{A: ref("Organisation", "Other"), B: ref("Organisation", "Serbia1 Green")},
			store.Remove{Node: ref("Organisation", "Other")},
			store.Unlink{Type: "MEMBER_OF", From: ref("Organisation", "Serbia1 Green"), To: store.Ref{ID: "eccp:ict-cluster"}},
			store.Erase{Node: ref("Person", "Jane Doe")},
		}},
		{ID: "third", Nodes: []store.NodeRecord{{Ref: store.Ref{Kind: "Organisation", Name: "Another", ID: "x"}}},
			Steps: []store.Step{store.Merge{Keep: store.Ref{ID: "eccp:ict-cluster"}, Drop: store.Ref{ID: "x"}}}},
	}
}

// TestErasedBytes looks for a person in all files, after much else was written.
func TestErasedBytes(t *testing.T) {
	dir := t.TempDir()
	truth := open(t, filepath.Join(dir, "graph.db"))
	person := store.Ref{Kind: "Person", Name: "Zdravka Unmistakable", Identifiers: []store.Identifier{{Scheme: "ORCID", Value: "0000-9999-8888-7777"}}}
	for n := range 40 {
		apply(t, truth, numbered(n))
		b := store.Batch{ID: "about " + commit.EdgeName(store.EdgeID{Key: string(rune('a' + n))}), Nodes: []store.NodeRecord{{Ref: person, Said: store.Said{Place: commit.EdgeName(store.EdgeID{Key: string(rune('a' + n))})}, Props: store.PropsOf(map[string]any{"description": strings.Repeat("unmistakably hers ", n*20)})}},
			Edges: []store.EdgeRecord{{Type: "AFFILIATED_WITH", From: person, To: store.Ref{ID: "n0-0"}, Props: store.PropsOf(map[string]any{"role": "unmistakably her role"})}}}
		apply(t, truth, b)
	}
	apply(t, truth, store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{Kind: "Person", Name: "Z. Unmistakable", ID: "unmistakable-2"}}},
		Steps: []store.Step{store.Merge{Keep: store.Ref{ID: "orcid:0000-9999-8888-7777"}, Drop: store.Ref{ID: "unmistakable-2"}}, store.Distinct{A: store.Ref{ID: "unmistakable-2"}, B: store.Ref{ID: "n1-1"}}}})
	find := func() (found []string) {
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(names) < 2 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, trace := range []string{"nmistakabl", "0000-9999-8888-7777"} {
				if bytes.Contains(data, []byte(trace)) {
					found = append(found, filepath.Base(name)+": "+trace)
				}
			}
		}
		return found
	}
	if len(find()) == 0 {
		t.Fatal("nothing is found before")
	}
	r := apply(t, truth, store.Batch{Steps: []store.Step{store.Erase{Node: store.Ref{ID: "unmistakable-2"}}}})
	if len(r.Commit.GoneNodes) != 1 || len(r.Commit.GoneEdges) != 1 {
		t.Errorf("told: %+v", r.Commit)
	}
	if found := find(); found != nil {
		t.Errorf("traces: %v", found)
	}
	healthy(t, truth)
	again := apply(t, truth, store.Batch{ID: "about " + commit.EdgeName(store.EdgeID{Key: "a"})})
	if !again.Repeated || again.Nodes[0] != "" || again.Edges[0] != (store.EdgeID{}) {
		t.Errorf("the answer to an earlier batch: %+v", again)
	}
	late := apply(t, truth, store.Batch{Nodes: []store.NodeRecord{{Ref: person}, {Ref: store.Ref{Kind: "Person", Name: "z. unmistakable"}}}})
	if late.Withheld != 2 {
		t.Errorf("%+v", late)
	}
	if found := find(); found != nil {
		t.Errorf("traces of what was withheld: %v", found)
	}
}

// TestPrunedLog says that who is further back than the log reaches is behind.
func TestPrunedLog(t *testing.T) {
	truth := fresh(t)
	now := time.Now()
	truth.now = func() time.Time { return now }
	start := apply(t, truth, numbered(0)).Revision
	apply(t, truth, numbered(1))
	now = now.Add(29 * 24 * time.Hour)
	middle := apply(t, truth, numbered(2)).Revision
	if err := truth.Follow(t.Context(), start, func(store.Commit) error { return errEnough }); !errors.Is(err, errEnough) {
		t.Errorf("within 30 days: %v", err)
	}
	now = now.Add(2 * 24 * time.Hour)
	apply(t, truth, numbered(3))
	if err := truth.Follow(t.Context(), start, func(store.Commit) error { return errEnough }); !errors.Is(err, store.ErrBehind) {
		t.Errorf("after 31 days: %v", err)
	}
	if err := truth.Follow(t.Context(), middle, func(c store.Commit) error { return errEnough }); !errors.Is(err, errEnough) {
		t.Errorf("what is left: %v", err)
	}
	until, err := truth.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why   string
		since store.Since
		want  error
	}{
		{"after a revision that is no longer in the log", store.Since{Revision: start}, store.ErrBehind},
		{"from the beginning", store.Since{}, store.ErrBehind},
		{"after one that is", store.Since{Revision: middle}, errEnough},
		{"after the last", store.Since{Revision: until}, nil},
		{"after a time that the log does not reach back to", store.Since{Time: now.Add(-30 * 24 * time.Hour)}, store.ErrBehind},
		{"after one that it does", store.Since{Time: now.Add(-24 * time.Hour)}, errEnough},
	} {
		if err := truth.Log(t.Context(), c.since, until, func(store.Entry) error { return errEnough }); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	healthy(t, truth)
}

var errEnough = errors.New("enough")

// TestBackupAndRestore takes and gives back a backup while others write and follow.
func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	truth := open(t, filepath.Join(dir, "graph.db"))
	for n := range 20 {
		apply(t, truth, numbered(n))
	}
	backup := filepath.Join(dir, "backup.db")
	ctx, cancel := context.WithCancel(t.Context())
	written := make(chan error)
	go func() {
		n := 20
		for ; ctx.Err() == nil; n++ {
			if _, err := truth.Apply(t.Context(), numbered(n)); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	if err := truth.Backup(t.Context(), backup, false); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if err := truth.Backup(t.Context(), backup, false); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
	if err := truth.Backup(t.Context(), truth.path, true); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("over the store: %v", err)
	}
	if err := truth.Backup(t.Context(), filepath.Join(dir, "missing", "x.db"), false); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("to nowhere: %v", err)
	}
	kept := open(t, backup)
	healthy(t, kept)
	want := content(t, kept)
	if len(want) < 160 || len(want)%8 != 0 {
		t.Errorf("%d rows in the backup", len(want))
	}
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}

	old, err := truth.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	behind := make(chan error)
	go func() { behind <- truth.Follow(t.Context(), old, func(store.Commit) error { return nil }) }()
	other := open(t, truth.path) // as another process would
	go func() { behind <- other.Follow(t.Context(), old, func(store.Commit) error { return nil }) }()
	time.Sleep(20 * time.Millisecond)
	before := content(t, truth)
	for name, data := range map[string][]byte{"a text": []byte("not a database at all"), "nothing": {}, "half": half(t, backup)} {
		bad := filepath.Join(dir, name)
		if err := os.WriteFile(bad, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := truth.Restore(t.Context(), bad); err == nil {
			t.Errorf("%s is restored", name)
		}
	}
	if err := truth.Restore(t.Context(), filepath.Join(dir, "missing")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no backup: %v", err)
	}
	if !maps.Equal(content(t, truth), before) {
		t.Error("a backup that was refused changed something")
	}
	if err := truth.Restore(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case err := <-behind:
			if !errors.Is(err, store.ErrBehind) {
				t.Errorf("who followed is told %v", err)
			}
		case <-time.After(5 * time.Second):
			t.Error("who follows is not told")
		}
	}
	if !maps.Equal(content(t, truth), want) || !maps.Equal(content(t, other), want) {
		t.Error("it holds something else than the backup")
	}
	now, err := truth.Revision(t.Context())
	if err != nil || now.Epoch == old.Epoch {
		t.Errorf("at %v after %v: %v", now, old, err)
	}
	healthy(t, truth)
	r := apply(t, other, numbered(100_000))
	if r.Revision.Epoch != now.Epoch || r.Revision.Number != now.Number+1 {
		t.Errorf("the next revision is %v after %v", r.Revision, now)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.part*"))
	if err != nil || left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// TestRestoreKeepsPeopleErased restores a backup that was made before someone was erased.
func TestRestoreKeepsPeopleErased(t *testing.T) {
	dir := t.TempDir()
	truth := open(t, filepath.Join(dir, "graph.db"))
	apply(t, truth, numbered(0))
	anna, berta := store.Ref{Kind: "Person", Name: "Anna Unmistakable"}, store.Ref{Kind: "Person", Name: "Berta"}
	apply(t, truth, store.Batch{ID: "people", Nodes: []store.NodeRecord{{Ref: anna}, {Ref: berta}}, Edges: []store.EdgeRecord{{Type: "AFFILIATED_WITH", From: anna, To: store.Ref{ID: "n0-0"}}}})
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := truth.Backup(t.Context(), backup, false); err != nil {
		t.Fatal(err)
	}
	apply(t, truth, store.Batch{Steps: []store.Step{store.Erase{Node: anna}}})
	if err := truth.Restore(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if got := content(t, truth); len(got) != 9 || got["name:berta"] == "" {
		t.Errorf("%v", got)
	}
	if r := apply(t, truth, store.Batch{Nodes: []store.NodeRecord{{Ref: anna}}}); r.Withheld != 1 {
		t.Errorf("%+v", r)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if data, err := os.ReadFile(name); err != nil || bytes.Contains(data, []byte("nmistakabl")) {
			t.Errorf("%s has traces, %v", name, err)
		}
	}
	healthy(t, truth)
}

func half(t *testing.T, path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data[:len(data)/2]
}
