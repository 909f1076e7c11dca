package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"clustergraph/internal/store/neo4j"
)

func (p *program) refreshCommand() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use:   "refresh",
		Short: "Take in what other programs changed in Neo4j",
		Long: `refresh takes in what other programs, or people in Neo4j Browser, changed in the graph by
Cypher of their own: until then it is not in the log, and servers that answer from memory
do not show it. It is kept as said by hand. What cannot be taken in is printed and set
back; the exit code is 0 if there is nothing of the kind. "clustergraph check" tells before
what there is.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.refresh(c, by) },
	}
	c.Flags().StringVar(&by, "by", "refresh", "who said it, as the log will tell")
	return c
}

// refresher is a store that others may change behind its back.
type refresher interface {
	Refresh(ctx context.Context, by string) (neo4j.Refreshed, error)
}

func (p *program) refresh(c *cobra.Command, by string) error {
	pl, err := p.place(c)
	if err != nil {
		return err
	}
	if pl.server == nil {
		return usagef("refresh is for Neo4j (--store neo4j://user@host:7687/database); an SQLite file is changed by clustergraph only, and \"clustergraph check\" tells if it was changed otherwise")
	}
	truth, err := pl.open(c.Context())
	if err != nil {
		return err
	}
	defer truth.Close()
	took, err := truth.(refresher).Refresh(c.Context(), by)
	for _, problem := range took.Problems {
		fmt.Fprintf(p.out, "%s: %s\n", problem.Subject, problem.What)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "took in changes of %d nodes and %d edges, and set back %d, at revision %s\n", took.Nodes, took.Edges, took.Restored, took.Revision)
	if n := len(took.Problems); n > 0 {
		return fmt.Errorf("%d changes could not be taken in; the reasons stand above", n)
	}
	return nil
}
