package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
)

func (p *program) checkCommand() *cobra.Command {
	var fix bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Look whether the store is whole",
		Long: `check looks for what should not be: edges without ends, identifiers of two nodes, values
that are not the preferred ones, a damaged file, indexes that are missing, what other
programs changed, and whether what is answered from memory is what is stored. It changes
nothing, works beside a running server, and prints a line for each problem; the exit code
is 0 if there is none.

With --fix it makes the indexes and constraints that a Neo4j database lacks; for all else
the line says what to do.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.check(c, fix) },
	}
	c.Flags().BoolVar(&fix, "fix", false, "make the indexes and constraints that are missing")
	return c
}

func (p *program) check(c *cobra.Command, fix bool) error {
	log, err := p.logger(c)
	if err != nil {
		return err
	}
	pl, err := p.existing(c)
	if err != nil {
		return err
	}
	s, err := p.openChecked(c.Context(), pl, fix, log)
	if err != nil {
		return err
	}
	defer s.Close()
	problems := 0
	err = s.Check(c.Context(), func(found store.Problem) {
		problems++
		fmt.Fprintf(p.out, "%s: %s\n", found.Subject, found.What)
	})
	if err != nil {
		return err
	}
	if problems > 0 {
		remedy := "a backup from before them can be restored with \"clustergraph restore FILE\""
		if pl.server != nil {
			remedy = "\"clustergraph check --fix\" makes indexes, \"clustergraph refresh\" takes in what others changed"
		}
		return fmt.Errorf("the store has %d problems, listed above; %s", problems, remedy)
	}
	revision, err := s.Revision(c.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "the store is whole, at revision %s\n", revision)
	return err
}

// openChecked opens a store as it is, to look at it; with fix, what it lacks is made and
// told. What is always answered from memory is compared with that, too.
func (p *program) openChecked(ctx context.Context, pl place, fix bool, log *slog.Logger) (checked, error) {
	if pl.server == nil {
		truth, err := pl.open(ctx)
		if err != nil {
			return nil, err
		}
		return mirrored(ctx, truth, log)
	}
	asItIs := *pl.server
	asItIs.NoSchema = true
	truth, err := place{server: &asItIs, shown: pl.shown}.open(ctx)
	switch {
	case !fix:
		return truth, err
	case err != nil: // perhaps for what it lacks
		if truth, err = pl.open(ctx); err == nil {
			fmt.Fprintln(p.out, "made the indexes and constraints that the store cannot be opened without")
		}
		return truth, err
	}
	if err := p.mend(ctx, truth.(mendable)); err != nil {
		return nil, errors.Join(err, truth.Close())
	}
	return truth, nil
}

// mendable is a store whose indexes and constraints may be missing.
type mendable interface {
	CheckSchema(ctx context.Context) ([]store.Problem, error)
	FixSchema(ctx context.Context) error
}

// mend makes what is missing, and says what that was.
func (p *program) mend(ctx context.Context, s mendable) error {
	before, err := s.CheckSchema(ctx)
	if err != nil || len(before) == 0 {
		return err
	}
	if err := s.FixSchema(ctx); err != nil {
		return err
	}
	after, err := s.CheckSchema(ctx)
	if err != nil {
		return err
	}
	for _, problem := range before {
		if !slices.Contains(after, problem) {
			fmt.Fprintf(p.out, "%s: %s: fixed\n", problem.Subject, strings.TrimSuffix(problem.What, "; run check --fix"))
		}
	}
	return nil
}

// checked is what is asked of a store that is checked.
type checked interface {
	Check(ctx context.Context, report func(store.Problem)) error
	Revision(ctx context.Context) (store.Revision, error)
	Close() error
}

// openFile opens a store for a command that only files have.
func (p *program) openFile(c *cobra.Command, command string) (*sqlite.Truth, error) {
	pl, err := p.place(c)
	if err != nil {
		return nil, err
	}
	if pl.server != nil {
		admin, from, to := "neo4j-admin database dump", pl.shown, "sqlite:FILE"
		if command == "restore" {
			admin, from, to = "neo4j-admin database load", to, from
		}
		return nil, usagef("%s works on SQLite files only; for Neo4j use \"%s\", or \"clustergraph copy --from %s --to %s\"", command, admin, from, to)
	}
	if command == "backup" {
		err = pl.exists()
	} else {
		err = makeFolder(c, pl.file)
	}
	if err != nil {
		return nil, err
	}
	return sqlite.Open(c.Context(), pl.file, ontology.Served().Store, sqlite.Options{})
}

func (p *program) backupCommand() *cobra.Command {
	var overwrite bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store into a file, also while it is being served and written",
		Args:  exactly(1, "the file to make"),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := p.openFile(c, "backup")
			if err != nil {
				return err
			}
			defer s.Close()
			err = s.Backup(c.Context(), args[0], overwrite)
			if errors.Is(err, store.ErrConflict) {
				return fmt.Errorf("%w with --overwrite", err)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.out, "%s holds the whole store; \"clustergraph restore %s\" brings it back\n", args[0], args[0])
			return err
		},
	}
	c.Flags().BoolVar(&overwrite, "overwrite", false, "take the place of a file that is there")
	return c
}

func (p *program) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Replace what the store holds by a backup, also while it is being served",
		Args:  exactly(1, "the backup to restore"),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := p.openFile(c, "restore")
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.Restore(c.Context(), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.out, "the store holds what %s does\n", args[0])
			return err
		},
	}
}
