package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"clustergraph/internal/store"
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
	if err := p.storeExists(c); err != nil {
		return err
	}
	s, err := p.openStore(c, log)
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
		return fmt.Errorf("the store has %d problems, listed above; a backup from before them can be restored with \"clustergraph restore FILE\"", problems)
	}
	revision, err := s.Revision(c.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "the store is whole, at revision %s\n", revision)
	return err
}

func (p *program) backupCommand() *cobra.Command {
	var overwrite bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store into a file, also while it is being served and written",
		Args:  exactly(1, "the file to make"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := p.storeExists(c); err != nil {
				return err
			}
			s, err := p.openTruth(c)
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
			s, err := p.openTruth(c)
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
