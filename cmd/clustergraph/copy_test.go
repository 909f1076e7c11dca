package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/sqlite"
)

// history puts something of each sort that a store keeps into it: edges that are parallel,
// merges, marks, what was removed, people who were erased, batches that changed nothing.
func history(t *testing.T, s store.Truth) {
	t.Helper()
	organisation := func(id, name, pic string) store.NodeRecord {
		r := store.NodeRecord{Ref: store.Ref{ID: id, Kind: "Organisation", Name: name}, Said: store.Said{Rank: store.FromField, Place: "line " + id, Source: store.Ref{ID: "s:page"}}}
		if pic != "" {
			r.Identifiers = []store.Identifier{{Scheme: "PIC", Value: pic}}
		}
		return r
	}
	takesPart := func(from, key string) store.EdgeRecord {
		return store.EdgeRecord{Type: "PARTICIPATES_IN", Key: key, From: store.Ref{ID: from}, To: store.Ref{ID: "p:x"}, Said: store.Said{Rank: store.FromText, Confidence: 0.3},
			Props: store.PropsOf(map[string]any{"role": "COORDINATOR", "contribution": store.Money{Amount: 12345, Currency: "EUR"}})}
	}
	all := store.Batch{ID: "all", By: "me", Run: "first", Nodes: []store.NodeRecord{
		{Ref: store.Ref{ID: "s:page", Kind: "Source", Name: "A page"}},
		organisation("o:a", "Universität Wien", "900000001"), organisation("o:b", "Uni Wien", "900000002"), organisation("o:c", "ИКТ Клъстер", ""), organisation("o:d", "Gone Ltd", ""),
		organisation("o:long", strings.Repeat("Very Long Name ", 200), "900000003"),
		{Ref: store.Ref{ID: "p:x", Kind: "Project", Name: "X \U0001F600"}, Props: store.PropsOf(map[string]any{"start": store.Date{First: 14610, Last: 14975}})},
		{Ref: store.Ref{ID: "h:ann", Kind: "Person", Name: "Ann Example"}},
	}, Edges: []store.EdgeRecord{takesPart("o:a", ""), takesPart("o:a", "2"), takesPart("o:b", ""), takesPart("o:c", ""), takesPart("o:d", "")}}
	for i, b := range []store.Batch{
		all,
		{ID: "merge", Steps: []store.Step{store.Merge{Keep: store.Ref{ID: "o:a"}, Drop: store.Ref{ID: "o:b"}}, store.Distinct{A: store.Ref{ID: "o:a"}, B: store.Ref{ID: "o:c"}}}},
		{By: "you", Steps: []store.Step{store.Unlink{Type: "PARTICIPATES_IN", From: store.Ref{ID: "o:c"}, To: store.Ref{ID: "p:x"}}, store.Remove{Node: store.Ref{ID: "o:d"}}}},
		{ID: "again", By: all.By, Run: "second", Nodes: all.Nodes[1:2]},
		{Steps: []store.Step{store.Erase{Node: store.Ref{ID: "h:ann"}}}},
		{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "o:e", Kind: "Organisation", Name: "Last"}}}},
	} {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatalf("batch %d: %v", i, err)
		}
	}
}

// sameHistory makes sure that a copy goes on as its source would.
func sameHistory(t *testing.T, s store.Truth, at store.Revision) {
	t.Helper()
	if now, err := s.Revision(t.Context()); err != nil || now != at {
		t.Errorf("it is at %s, not at %s (%v)", now, at, err)
	}
	if err := s.Check(t.Context(), func(p store.Problem) { t.Errorf("%s: %s", p.Subject, p.What) }); err != nil {
		t.Error(err)
	}
	if r, err := s.Apply(t.Context(), store.Batch{ID: "merge", By: "someone"}); err != nil || !r.Repeated || r.Revision.Number != 2 {
		t.Errorf("a batch that had happened: %+v, %v", r, err)
	}
	if r, err := s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "h:again", Kind: "Person", Name: "Ann Example"}}}}); err != nil || r.Withheld != 1 {
		t.Errorf("someone who was erased: %+v, %v", r, err)
	}
	r, err := s.Apply(t.Context(), store.Batch{Steps: []store.Step{store.Unmerge{Former: "o:b"}}})
	if err != nil || r.Revision.Number != at.Number+1 || r.NodeCount.New != 1 {
		t.Errorf("undoing the merge: %+v, %v", r, err)
	}
	if _, err := s.Apply(t.Context(), store.Batch{Steps: []store.Step{store.Merge{Keep: store.Ref{ID: "o:a"}, Drop: store.Ref{ID: "o:c"}}}}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("merging what is distinct: %v", err)
	}
	commits := 0
	err = s.(interface {
		Follow(context.Context, store.Revision, func(store.Commit) error) error
	}).Follow(t.Context(), store.Revision{Epoch: at.Epoch, Number: at.Number - 1}, func(c store.Commit) error {
		if commits++; commits == 2 {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Errorf("the log does not go on: %v", err)
	}
}

var errEnough = errors.New("enough")

// breaking is a copy's target that fails after some pieces.
type breaking struct {
	commit.Movable
	left int
}

var errBroken = errors.New("the connection broke")

func (b *breaking) TakePiece(ctx context.Context, of commit.Now, p *commit.Piece) error {
	if b.left--; b.left < 0 {
		return errBroken
	}
	return b.Movable.TakePiece(ctx, of, p)
}

// copied copies a store with an interruption after each piece, and returns the end's line.
func copied(t *testing.T, from, to commit.Movable) moved {
	t.Helper()
	for try := 0; ; try++ {
		var out strings.Builder
		p := program{out: &out, err: &out}
		err := (&move{from: from, to: &breaking{to, 1}, tell: p.newMoveReport()}).run(t.Context(), "it")
		if err == nil {
			if try < 5 {
				t.Errorf("only %d pieces", try)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			var end moved
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || !end.Done {
				t.Errorf("%s: %v", out.String(), err)
			}
			return end
		}
		if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "goes on from there") || try > 100 {
			t.Fatal(err)
		}
	}
}

func openFile(t *testing.T, path string, copying bool) *sqlite.Truth {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, ontology.Served().Store, sqlite.Options{Copying: copying})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestCopyKeepsEverything(t *testing.T) {
	folder := t.TempDir()
	from, to := openFile(t, filepath.Join(folder, "a.db"), false), openFile(t, filepath.Join(folder, "b.db"), true)
	history(t, from)
	at, err := from.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	end := copied(t, from, to)
	if end.Nodes == 0 || end.Revision != at.String() || len(end.Rows) != 12 {
		t.Errorf("%+v", end)
	}
	sameHistory(t, to, at)
}

// A source that changes while a copy is interrupted makes it begin anew; another source is
// refused; and nothing else opens the unfinished copy.
func TestCopyOfWhatChanges(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "b.db")
	from, to := openFile(t, filepath.Join(folder, "a.db"), false), openFile(t, path, true)
	history(t, from)
	p := program{out: &strings.Builder{}}
	try := func(from, to commit.Movable) error {
		return (&move{from: from, to: to, tell: p.newMoveReport()}).run(t.Context(), "it")
	}
	if err := try(from, &breaking{to, 3}); !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	if code, _, errs := start(t, nil, "check", "--store", "sqlite:"+path); code != exitFailed || !strings.Contains(errs, "unfinished copy") || !strings.Contains(errs, "clustergraph copy") {
		t.Errorf("an unfinished copy was opened: %d %s", code, errs)
	}
	other := openFile(t, filepath.Join(folder, "c.db"), false)
	history(t, other)
	if err := try(other, to); !errors.Is(err, store.ErrConflict) || !strings.Contains(err.Error(), "another store") {
		t.Errorf("a copy of something else: %v", err)
	}
	if _, err := from.Apply(t.Context(), store.Batch{Steps: []store.Step{store.Remove{Node: store.Ref{ID: "o:e"}}}}); err != nil {
		t.Fatal(err)
	}
	if err := try(from, to); err != nil {
		t.Error(err)
	}
	at, _ := from.Revision(t.Context())
	sameHistory(t, to, at)
	if err := try(from, to); !errors.Is(err, store.ErrConflict) || !strings.Contains(err.Error(), "holds a graph already") {
		t.Errorf("into a store that is full: %v", err)
	}
}

func TestCopyUsage(t *testing.T) {
	file := newStore(t)
	must(t, "import", "sample", "--store", file)
	for _, c := range []struct {
		reason, from, to string
		code             int
		holds            string
	}{
		{"only one end", file, "", exitUsage, "--from STORE --to STORE"},
		{"the same twice", file, file, exitUsage, "the same store"},
		{"the same server twice", "neo4j://me@host/db", "neo4j://you:secret@host:7687/db", exitUsage, "the same store"},
		{"no kind", "graph.db", file, exitUsage, `--from "graph.db"`},
		{"another kind", file, "mysql:x", exitUsage, `--to "mysql:x"`},
		{"nothing to copy", newStore(t), file, exitFailed, "--from: there is no store"},
	} {
		if code, _, errs := start(t, nil, "copy", "--from", c.from, "--to", c.to); code != c.code || !strings.Contains(errs, c.holds) || strings.Contains(errs, "secret") {
			t.Errorf("%s: %d %s", c.reason, code, errs)
		}
	}
}

// many fills a file with enough that copying it takes a while.
func many(t *testing.T, path string, nodes int) {
	t.Helper()
	s := openFile(t, path, false)
	b := store.Batch{}
	for i := range nodes {
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: fmt.Sprintf("o:%d", i), Kind: "Organisation", Name: fmt.Sprintf("Organisation number %d", i)}})
	}
	if _, err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// killed copies as another process, which is killed in the middle; then again, to the end.
// It returns how far the first one came, as the second tells.
func killed(t *testing.T, environment []string, from, to string) (resumed int) {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	c := command(ctx, t, "copy", "--from", from, "--to", to)
	c.Env = append(c.Env, environment...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	// The first line tells that it begins, the second that something is there.
	lines := bufio.NewReader(out)
	for range 2 {
		if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, `"copying"`) {
			t.Fatalf("%s %v %s", line, err, errs.String())
		}
	}
	kill() // SIGKILL
	_ = c.Wait()
	c = command(t.Context(), t, "copy", "--from", from, "--to", to)
	c.Env = append(c.Env, environment...)
	c.Stderr = &errs
	again, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s%s", err, again, errs.String())
	}
	told := strings.Split(strings.TrimSpace(string(again)), "\n")
	var first, last moved
	if err := errors.Join(json.Unmarshal([]byte(told[0]), &first), json.Unmarshal([]byte(told[len(told)-1]), &last)); err != nil || !last.Done {
		t.Fatalf("%s (%v)", again, err)
	}
	return first.Count
}

func TestCopyIsKilled(t *testing.T) {
	folder := t.TempDir()
	from, to := filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")
	many(t, from, 8_000)
	if n := killed(t, nil, "sqlite:"+from, "sqlite:"+to); n == 0 {
		t.Error("it began anew")
	} else {
		t.Logf("it went on after %d rows", n)
	}
	if out := must(t, "check", "--store", "sqlite:"+to); !slices.Contains(strings.Fields(out), "whole,") {
		t.Error(out)
	}
}
