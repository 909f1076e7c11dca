package main

import (
	"github.com/spf13/cobra"

	"clustergraph/internal/ingest/jsonlines"
	"clustergraph/internal/ontology"
)

func (p *program) importJSONLinesCommand() *cobra.Command {
	o := tableOptions{undecided: true}
	meet := false
	c := &cobra.Command{
		Use:   "jsonl FILE...",
		Short: "Import what \"export --format jsonl\" wrote",
		Long: `import jsonl reads facts in the form of "clustergraph export --format jsonl": a record a
line, with its source, place, rank and date (docs/jsonlines.md tells the form; the samples are
written in it). Read into an empty store, an export makes the same graph again, with all that
is said, merges, marks, and what was taken away.

A node of the file that has an id becomes the node of this id. To add a file to a store that
knows some of its nodes under other ids, use --meet: then nodes are met by their identifiers
and names.

A line that cannot be stored is left out: --rejects lists it with the reason. The same again
changes nothing. An import that was interrupted goes on where it was when the same command is
given again.`,
		Args: atLeast(1, "a file"),
		RunE: func(c *cobra.Command, args []string) error {
			o.asSaid = !meet
			return p.importTables(c, jsonlines.Importer{Schema: ontology.Served().Store, Meet: meet}, args, o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "report what would be stored, but store nothing: it is tried on a copy, which takes as long as copying does")
	f.StringVar(&o.rejects, "rejects", "", "the file to write lines to that are not stored, one JSON object a line")
	f.BoolVar(&meet, "meet", false, "meet nodes that the store knows under other ids by identifier and name")
	return c
}
