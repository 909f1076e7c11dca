package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
)

// tableOptions are the settings of imports that read tables.
type tableOptions struct {
	dryRun, replace bool
	rejects         string
	identity        []string
	retrieved       string
	undecided       bool // identity decisions do not matter: they are in what is read
	asSaid          bool // nor do names
}

func (o *tableOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "report what would be stored, but store nothing: it is tried on a copy, which takes as long as copying does")
	f.BoolVar(&o.replace, "replace", false, "take back what earlier imports of the same source said and it no longer says")
	f.StringVar(&o.rejects, "rejects", "", "the file to write rows and values to that are not stored, one JSON object a line")
	f.StringVar(&o.retrieved, "retrieved", "", "the day the files were downloaded, as in 2026-01-31: each fact is dated by it, unless its row or source tells another (default: unknown)")
	f.StringSliceVar(&o.identity, "identity", nil, "files with decisions on who is who, beside those that come with the program")
}

// dayOf is what --retrieved says; the zero Date if that is nothing.
func dayOf(retrieved string) (store.Date, error) {
	if retrieved == "" {
		return store.Date{}, nil
	}
	day, err := time.Parse(time.DateOnly, retrieved)
	if err != nil {
		return store.Date{}, usagef("--retrieved %q is no day; write it as in 2026-01-31", retrieved)
	}
	return store.DayOf(day), nil
}

// importTables brings what some tables say into the store.
func (p *program) importTables(c *cobra.Command, importer ingest.Importer, args []string, o tableOptions) error {
	pl, err := p.place(c)
	if err != nil {
		return err
	}
	decisions, err := readDecisions(o.identity)
	if err != nil {
		return err
	}
	if o.undecided {
		decisions = &identity.Decisions{}
	}
	files, leftOut, err := p.findTables(args)
	if err != nil {
		return err
	}
	used := slices.Concat(args, o.identity, []string{pl.file})
	for _, f := range files {
		used = append(used, f.Name)
	}
	rejects, err := createRejects(o.rejects, used...)
	if err != nil {
		return err
	}
	defer rejects.close()
	to, done, err := p.target(c, pl, o.dryRun)
	if err != nil {
		return err
	}
	defer done()

	what := c.Name()
	kind := what
	if m, ok := importer.(interface{ Sum() string }); ok {
		kind += " " + m.Sum() // with another mapping it is another import
	}
	run, finish := rand.Text(), func() {} // a dry run leaves no trace, nor takes one away
	if !o.dryRun {
		journal := openJournal(filepath.Join(p.folder("XDG_STATE_HOME", filepath.Join(".local", "state")), "imports"), pl.shown, fingerprint(kind, args, o, decisions, files))
		run, finish = journal.run, journal.finish
	}
	report := p.newTableReport(what)
	problem := func(problem ingest.Problem, stored bool) error {
		if problem.At.Line == 0 { // it speaks of more than a row
			report.warn(problem)
		}
		return rejects.problem(problem, stored)
	}
	began := time.Now()
	summary, err := ingest.Run(c.Context(), importer, files, to, ingest.Options{
		By: "import " + what, Schema: ontology.Served().Store, Run: run, Replace: o.replace, Decisions: decisions, AsSaid: o.asSaid, LeftOut: leftOut,
		Rejects: problem, Progress: report.progress,
	})
	told := tablesRead{Import: what, Rows: summary.Rows, Rejected: summary.Rejected, Left: summary.Left, Unread: summary.Unread, Nodes: tally(summary.Nodes), Edges: tally(summary.Edges),
		Withheld: summary.Withheld, United: summary.United, Resumed: summary.Resumed, DryRun: o.dryRun, Kept: summary.Kept, Seconds: time.Since(began).Seconds(), Memory: peakMemory(), rejects: o.rejects}
	if !o.dryRun {
		told.Revision = summary.Revision.String()
	}
	if err != nil {
		told.Error = explain(err)
	}
	if err := errors.Join(report.end(told), rejects.close()); err != nil {
		return err
	}
	switch {
	case err != nil && told.Revision == "": // nothing is stored
		return err
	case err != nil:
		return fmt.Errorf("%w; what was stored is kept: the same command goes on from there", err)
	}
	finish()
	if summary.Unread > 0 {
		return fmt.Errorf("%d of %d files could not be read; the others were, and the reasons stand above", summary.Unread, len(files)+len(leftOut))
	}
	return nil
}

// findTables lists the tables that arguments name, and what of their folders and zips is none that
// can be read.
func (p *program) findTables(args []string) (files []tabular.File, leftOut []ingest.Problem, err error) {
	left := func(l tabular.LeftOut) {
		leftOut = append(leftOut, ingest.Problem{At: ingest.Place{File: l.Name}, Why: l.Why})
	}
	if files, err = tabular.Find(args, tabular.Options{Stdin: p.in, Left: left}); err == nil {
		return files, leftOut, nil
	}
	for _, l := range leftOut {
		fmt.Fprintf(p.err, "clustergraph: warning: %s\n", l)
	}
	return nil, nil, usageError{err.Error()}
}

// target is what an import writes to: the store, or for a dry run a copy of it that done
// throws away.
func (p *program) target(c *cobra.Command, pl place, dryRun bool) (to store.Truth, done func(), err error) {
	if !dryRun {
		to, err := p.openTruth(c)
		if err != nil {
			return nil, nil, err
		}
		return to, func() { _ = to.Close() }, nil // each batch was answered for
	}
	folder, err := os.MkdirTemp("", "clustergraph-dry-run-")
	if err != nil {
		return nil, nil, fmt.Errorf("a dry run needs room for a copy of the store: %w", err)
	}
	done = func() { _ = os.RemoveAll(folder) }
	defer func() {
		if err != nil {
			done()
		}
	}()
	copied := place{file: filepath.Join(folder, "copy.db"), shown: "a copy of the store"}
	if pl.exists() == nil {
		if err := copyInto(c.Context(), pl, copied); err != nil {
			return nil, nil, err
		}
	}
	truth, err := sqlite.Open(c.Context(), copied.file, ontology.Served().Store, sqlite.Options{})
	if err != nil {
		return nil, nil, err
	}
	return truth, func() { _ = truth.Close(); _ = os.RemoveAll(folder) }, nil
}

// copyInto is copy without a word.
func copyInto(ctx context.Context, from, to place) error {
	one, err := from.openMovable(ctx, false)
	if err != nil {
		return err
	}
	defer one.Close()
	other, err := to.openMovable(ctx, true)
	if err != nil {
		return err
	}
	defer other.Close()
	m := &move{from: one, to: other, tell: &moveReport{out: io.Discard, err: io.Discard, json: json.NewEncoder(io.Discard)}}
	return m.run(ctx, to.shown)
}

// fingerprint tells an import apart from others, so that only the same one is resumed.
func fingerprint(what string, args []string, o tableOptions, decisions *identity.Decisions, files []tabular.File) string {
	h := sha256.New()
	// Another version may read files in another way, or part them otherwise into batches.
	fmt.Fprintf(h, "%q %q %q %t %q %q\n", versionText(), what, args, o.replace, o.identity, o.retrieved)
	for _, d := range decisions.All() {
		fmt.Fprintf(h, "%+v\n", d)
	}
	for _, f := range files {
		if f.Sum == "" {
			return "" // nobody knows whether it is the same again
		}
		fmt.Fprintf(h, "%q %q\n", f.Name, f.Sum)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// journal remembers the import into a store that is going on, so that one which was killed
// can go on as the same run. There is one for each store: whoever imports something else in
// between begins anew.
type journal struct {
	file string
	run  string
}

// openJournal finds the run of an import, or begins one. Without a fingerprint, or where
// nothing can be kept, a killed import is not resumed: it is then all said again, which
// changes nothing.
func openJournal(folder, store, fingerprint string) journal {
	name := sha256.Sum256([]byte(store))
	j := journal{file: filepath.Join(folder, hex.EncodeToString(name[:8])+".json"), run: rand.Text()}
	var old struct{ Import, Run string }
	if raw, err := os.ReadFile(j.file); err == nil && json.Unmarshal(raw, &old) == nil && old.Import == fingerprint && fingerprint != "" {
		j.run = old.Run
		return j
	}
	old.Import, old.Run = fingerprint, j.run
	raw, err := json.Marshal(old)
	if err == nil && os.MkdirAll(folder, 0o700) == nil {
		_ = os.WriteFile(j.file, raw, 0o600)
	}
	return j
}

func (j journal) finish() { _ = os.Remove(j.file) }

// problem writes what a table's row or value is not stored for.
func (r *rejectFile) problem(p ingest.Problem, stored bool) error {
	if r == nil {
		return nil
	}
	return r.json.Encode(struct {
		File   string `json:"file"`
		Sheet  string `json:"sheet,omitempty"`
		Line   int    `json:"line,omitempty"`
		Column string `json:"column,omitempty"`
		Why    string `json:"why"`
		Text   string `json:"text,omitempty"`
		// Stored tells that the rest of the row is stored.
		Stored bool `json:"stored"`
	}{p.At.File, p.At.Sheet, p.At.Line, p.At.Column, p.Why, strings.ToValidUTF8(p.Text, "\ufffd"), stored})
}
