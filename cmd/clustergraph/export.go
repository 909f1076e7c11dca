package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"clustergraph/graph"
	"clustergraph/internal/export"
	"clustergraph/internal/store"
)

// exportOptions are the settings of export.
type exportOptions struct {
	output    string
	overwrite bool
	said      graph.Export
}

func (p *program) exportCommand() *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:   "export --format FORMAT",
		Short: "Write the graph, a network or the rows of a query as a file",
		Long: `export writes what the store holds as a file for other programs.

Formats: gexf (Gephi), graphml, kumu (a workbook), kumu-csv, vosviewer, vosviewer-json, csv,
xlsx, and jsonl, which holds all that is said, by whom and where, and is read back by
"clustergraph import jsonl".

Shapes: graph (as it is), partnerships (actors tied by the projects they share), two-mode
(actors and their projects).

  clustergraph export --format gexf --shape partnerships -o partners.gexf
  clustergraph export --format gexf --shape partnerships --projection '{"weight": "FRACTIONAL"}' -o ties.gexf
  clustergraph export --format csv --kinds Project --filter '{"start": {"gte": "2020"}}' -o projects.zip
  clustergraph export --format xlsx --query '{ clusters { nodes { name city } } }' -o clusters.xlsx

Filters are those of the API, as JSON. docs/export.md tells what stands in each format.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.export(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.said.Format, "format", "", "the form of the file: "+formats)
	f.StringVarP(&o.output, "output", "o", "-", "the file to write; - is standard output")
	f.BoolVar(&o.overwrite, "overwrite", false, "take the place of a file that is there")
	f.StringVar(&o.said.Part, "part", "", "one of the files that would stand in a zip: nodes, edges; elements, connections; map, network")
	f.StringVar(&o.said.Shape, "shape", "", "graph (if not given), partnerships or two-mode")
	f.StringVar(&o.said.Kinds, "kinds", "", "only nodes of these kinds, by commas: Cluster,Network; Actor is all kinds of actors")
	f.StringVar(&o.said.Relations, "relations", "", "only these relations, by commas: MEMBER_OF,PARTICIPATES_IN")
	f.StringVar(&o.said.Filter, "filter", "", "only what passes this filter of the API, as JSON")
	f.StringVar(&o.said.Between, "between", "", `of partnerships: the sides to look between, as JSON: [{"membersOf": ["id"]}, ...]`)
	f.StringVar(&o.said.Projection, "projection", "", `of partnerships: who is tied to whom, and how strongly, as JSON: {"weight": "FRACTIONAL", "minWeight": 0.5}`)
	f.StringVar(&o.said.AsOf, "as-of", "", "only what holds at this time: 2020, 2020-Q2, 2020-01-31")
	f.StringVar(&o.said.During, "during", "", `only what holds within this time, as JSON: {"from": "2018", "to": "2020"}`)
	f.StringVar(&o.said.Query, "query", "", "a GraphQL query, or @FILE with one: the rows of its connection or list, as csv or xlsx")
	f.StringVar(&o.said.Variables, "variables", "", "the variables of the query, as JSON")
	f.StringVar(&o.said.Operation, "operation", "", "which operation of the query, if it has several")
	return c
}

const formats = "gexf, graphml, kumu, kumu-csv, vosviewer, vosviewer-json, csv, xlsx or jsonl"

func (p *program) export(c *cobra.Command, o exportOptions) error {
	if o.said.Format == "" {
		return usagef("export needs --format: %s", formats)
	}
	if file, ok := strings.CutPrefix(o.said.Query, "@"); ok {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			return usagef("--query: the file %s does not exist", file)
		}
		if err != nil {
			return usagef("--query: %v", err)
		}
		o.said.Query = string(text)
	}
	if c.Flags().Changed("query") && strings.TrimSpace(o.said.Query) == "" {
		return usagef("--query is empty; leave it out to export the graph")
	}
	if _, _, err := o.said.File(); err != nil {
		return explainExport(err)
	}
	if _, err := os.Stat(o.output); err == nil && !o.overwrite {
		return usagef("%s is there already; choose another name, or replace it with --overwrite", o.output)
	}
	log, err := p.logger(c)
	if err != nil {
		return err
	}
	pl, err := p.existing(c)
	if err != nil {
		return err
	}
	truth, err := pl.open(c.Context())
	if err != nil {
		return err
	}
	records, _ := truth.(export.Records)
	if o.said.Format == "jsonl" { // it is read from the truth itself, without a mirror
		defer truth.Close()
		return p.write(o, func(w io.Writer) error { return export.JSONLines(c.Context(), w, records) })
	}
	s, answers := truth.(store.Store)
	if !answers {
		if s, err = mirrored(c.Context(), truth, log); err != nil {
			return err
		}
	}
	defer s.Close()
	x, err := graph.NewExporter(s, records, graph.Options{Log: log})
	if err != nil {
		return err
	}
	return p.write(o, func(w io.Writer) error { return x.Write(c.Context(), w, o.said) })
}

// write writes a file, which takes its name when it is whole; or standard output.
func (p *program) write(o exportOptions, to func(io.Writer) error) error {
	if o.output == "-" {
		out := bufio.NewWriterSize(p.out, 64<<10)
		if err := to(out); err != nil {
			return explainExport(err)
		}
		return out.Flush()
	}
	f, err := os.CreateTemp(filepath.Dir(o.output), "."+filepath.Base(o.output)+".*")
	if err != nil {
		return usagef("--output: the file cannot be written: %v", err)
	}
	defer os.Remove(f.Name()) // it has another name by then, if all went well
	err = to(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), o.output)
	}
	return explainExport(err)
}

// explainExport tells what was asked wrongly as such.
func explainExport(err error) error {
	if errors.Is(err, store.ErrInvalid) {
		return usageError{strings.TrimPrefix(err.Error(), store.ErrInvalid.Error()+": ")}
	}
	return err
}
