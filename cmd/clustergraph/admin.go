package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
)

func (p *program) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Look whether the store is whole",
		Long: `check looks for what should not be: edges without ends, identifiers of two nodes, values
that are not the preferred ones, a damaged file, and whether what is answered from memory
is what the file holds. It changes nothing, works beside a running server, and prints a
line for each problem; the exit code is 0 if there is none.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.check(c) },
	}
}

func (p *program) check(c *cobra.Command) error {
	log, err := p.logger(c)
	if err != nil {
		return err
	}
	pl, err := p.place(c)
	if err != nil {
		return err
	}
	if err := pl.exists(); err != nil {
		return err
	}
	truth, err := pl.open(c.Context())
	if err != nil {
		return err
	}
	// What is answered from memory is compared, too, if it is always answered so.
	s := checked(truth)
	if pl.server == nil {
		if s, err = mirrored(c.Context(), truth, log); err != nil {
			return err
		}
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
		return fmt.Errorf("the store has %d problems, listed above; a backup from before them can be restored with \"clustergraph restore FILE\"", problems)
	}
	revision, err := s.Revision(c.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "the store is whole, at revision %s\n", revision)
	return err
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
