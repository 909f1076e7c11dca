package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clustergraph/internal/ingest/eccp"
	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/sample"
	"clustergraph/internal/store"
)

func (p *program) importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Fill the graph from a source",
		Long: `import fills the graph from a source. The same again changes nothing, so after an error it
is safe to do all again; what was stored before is kept. A running server shows what is
imported within a second.

On a terminal a bar tells how it goes; otherwise it is told in lines of JSON. The exit code
is 0 only if everything that was accepted is stored.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },

		SuggestionsMinimumDistance: suggested,
	}
	c.AddCommand(p.importSampleCommand(), p.importECCPCommand(), p.importCORDISCommand(), p.importKeepCommand(), p.importTableCommand(), p.importVocabularyCommand(), p.importJSONLinesCommand())
	return c
}

// eccpOptions are the settings of import eccp.
type eccpOptions struct {
	dryRun, replace bool
	rejects         string
	identity        []string
	retrieved       string
}

func (p *program) importECCPCommand() *cobra.Command {
	var o eccpOptions
	c := &cobra.Command{
		Use:   "eccp FILE|FOLDER...",
		Short: "Import profiles of the European Cluster Collaboration Platform",
		Long: `import eccp reads profiles of the European Cluster Collaboration Platform that were
saved as text or as HTML, in either of the platform's layouts: the files named, those ending
in .txt, .html or .htm in the folders named and below, and standard input if "-" is. What is not understood is
left out, never guessed; --rejects lists it with its line and the reason. So it does with lines
that had been read in a wrong encoding before they were saved ("Gr√ºn"), which are read again.`,
		Args: atLeast(1, "a file or folder"),
		RunE: func(c *cobra.Command, args []string) error { return p.importECCP(c, args, o) },
	}
	f := c.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "report what would be stored, but store nothing: it is tried on a copy, which takes as long as copying does")
	f.BoolVar(&o.replace, "replace", false, "take back what earlier imports of the same page said and it no longer says")
	f.StringVar(&o.rejects, "rejects", "", "the file to write what was not understood to, one JSON object a line")
	f.StringVar(&o.retrieved, "retrieved", "", "the day the pages were saved, as in 2026-01-31 (default: unknown)")
	f.StringSliceVar(&o.identity, "identity", nil, "files with decisions on who is who, beside those that come with the program")
	return c
}

func (p *program) importECCP(c *cobra.Command, args []string, o eccpOptions) error {
	pl, err := p.place(c)
	if err != nil {
		return err
	}
	options := eccp.Options{}
	if options.Decisions, err = readDecisions(o.identity); err != nil {
		return err
	}
	if options.Retrieved, err = dayOf(o.retrieved); err != nil {
		return err
	}
	files, err := profiles(args)
	if err != nil {
		return err
	}
	rejects, err := createRejects(o.rejects, slices.Concat(files, o.identity, []string{pl.file})...)
	if err != nil {
		return err
	}
	defer rejects.close()
	to, done, err := p.target(c, pl, o.dryRun)
	if err != nil {
		return err
	}
	defer done()

	report := p.newReporter(len(files))
	failed := 0
	for _, file := range files {
		told, err := p.importProfile(c.Context(), file, options, o, rejects, to)
		if err != nil {
			// What ends the program is no fault of this file.
			if c.Context().Err() != nil {
				return err
			}
			failed++
			told.Error = explain(err)
		}
		if err := report.tell(told); err != nil {
			return err
		}
	}
	if err := rejects.close(); err != nil {
		return fmt.Errorf("writing %s: %w", o.rejects, err)
	}
	if failed == len(files) && failed > 0 {
		return errors.New("nothing could be imported; the reasons stand above")
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files could not be imported; the others were, and the reasons stand above", failed, len(files))
	}
	return nil
}

// importProfile reads one file and applies what it says.
func (p *program) importProfile(ctx context.Context, file string, options eccp.Options, o eccpOptions, rejects *rejectFile,
	to store.Truth) (imported, error) {
	in := p.in
	if file == standardInput {
		file = "standard input"
	} else {
		opened, err := os.Open(file)
		if err != nil {
			return imported{Input: file}, err
		}
		defer opened.Close() // it was only read
		in = opened
	}
	told := imported{Input: file}
	profile, err := eccp.Parse(in, options)
	if err != nil {
		return told, err
	}
	told.Unread = len(profile.Unread)
	if cut := profile.Cut; cut != nil {
		told.Warning = fmt.Sprintf("line %d: %s; what stands before is kept, and nothing that was known is withdrawn", cut.Line, cut.Why)
	}
	if err := rejects.write(file, profile.Unread); err != nil {
		return told, err
	}
	var replace *eccp.Replace
	if o.replace {
		replace = &eccp.Replace{Run: rand.Text()}
	}
	batch := profile.Batch(replace)
	told.Facts = len(batch.Nodes) + len(batch.Edges)
	result, err := to.Apply(ctx, batch)
	if err != nil {
		return told, err
	}
	told.stored(result)
	if o.dryRun { // on a copy
		told.Stored, told.Revision = false, ""
	}
	return told, nil
}

// readDecisions are the shipped decisions and those of some files.
func readDecisions(files []string) (*identity.Decisions, error) {
	d := identity.Shipped()
	for _, file := range files {
		in, err := os.Open(file)
		if err != nil {
			return nil, usagef("the file of identity decisions cannot be read: %v", err)
		}
		err = d.Add(file, in)
		_ = in.Close() // it was only read
		if err != nil {
			return nil, usageError{err.Error()}
		}
	}
	return d, nil
}

// standardInput is the argument that stands for it.
const standardInput = "-"

// profiles are the files that arguments name: themselves, standard input, and the profiles in
// folders, in the order of their names.
func profiles(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		if arg == standardInput {
			files = append(files, arg)
			continue
		}
		info, err := os.Stat(arg)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usagef("%s does not exist; name a file or a folder that does", arg)
		}
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		found := len(files)
		err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && slices.Contains([]string{".txt", ".html", ".htm"}, strings.ToLower(filepath.Ext(path))) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == found {
			return nil, usagef("there is no profile in the folder %s; profiles are files that end in .txt, .html or .htm", arg)
		}
	}
	return files, nil
}

// rejectFile takes what was not understood; a nil one takes nothing.
type rejectFile struct {
	file *os.File
	json *json.Encoder
}

// createRejects makes the file; with an empty path there is none. It takes the place of one that is
// there, but of none that is read or written otherwise.
func createRejects(path string, others ...string) (*rejectFile, error) {
	if path == "" {
		return nil, nil
	}
	if there, err := os.Stat(path); err == nil {
		for _, other := range others {
			if info, err := os.Stat(other); err == nil && os.SameFile(there, info) {
				return nil, usagef("--rejects: %s is what is imported, or the store, and would be lost; name another file", path)
			}
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, usagef("--rejects: the file cannot be written: %v", err)
	}
	r := &rejectFile{f, json.NewEncoder(f)}
	r.json.SetEscapeHTML(false) // people read it
	return r, nil
}

func (r *rejectFile) write(input string, unread []eccp.Unread) error {
	if r == nil {
		return nil
	}
	for _, u := range unread {
		err := r.json.Encode(map[string]any{"file": input, "line": u.Line, "why": u.Why, "text": u.Text})
		if err != nil {
			return err
		}
	}
	return nil
}

// close may be called again.
func (r *rejectFile) close() error {
	if r == nil || r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}

func (p *program) importSampleCommand() *cobra.Command {
	var ifEmpty bool
	c := &cobra.Command{
		Use:   "sample",
		Short: "Import a small real ecosystem that comes with the program",
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return p.importSample(c, ifEmpty) },
	}
	c.Flags().BoolVar(&ifEmpty, "if-empty", false, "do nothing if the store holds anything")
	return c
}

func (p *program) importSample(c *cobra.Command, ifEmpty bool) error {
	s, err := p.openTruth(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if ifEmpty {
		empty, err := isEmpty(c.Context(), s)
		if err != nil || !empty {
			return err
		}
	}
	batches, err := sample.Batches()
	if err != nil {
		return err
	}
	report := p.newReporter(len(batches))
	for _, b := range batches {
		// Its id ends in a mark of its content, which tells people nothing.
		told := imported{Input: path.Dir(b.ID), Facts: len(b.Nodes) + len(b.Edges)}
		result, err := s.Apply(c.Context(), b)
		if err != nil {
			return fmt.Errorf("%s: %w", path.Dir(b.ID), err)
		}
		told.stored(result)
		if err := report.tell(told); err != nil {
			return err
		}
	}
	return nil
}
