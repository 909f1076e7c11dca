package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clustergraph/internal/ingest/cordis"
	"clustergraph/internal/ingest/keep"
	"clustergraph/internal/ingest/table"
	"clustergraph/internal/ingest/vocabulary"
)

// aboutTables ends the help of each import that reads tables.
const aboutTables = `

Files may be csv, tsv, xlsx or JSON Lines, folders, zips, or "-" for standard input; encoding
and delimiter are found out, and of a workbook every sheet is read that is such a table. What
cannot be read is left out, never guessed: --rejects lists it with its file, sheet, line, column
and reason. So it does with the few amounts that have more than two decimals, which are kept to
the nearest cent, and with texts that had been read in a wrong encoding before they came into the
file ("Gr√ºn"), which are read again. The same again changes nothing. An import that was
interrupted goes on where it was when the same command is given again.`

func (p *program) importCORDISCommand() *cobra.Command {
	var o tableOptions
	var framework string
	c := &cobra.Command{
		Use:   "cordis ZIP|FOLDER|FILE...",
		Short: "Import projects and participants from CORDIS",
		Long: `import cordis reads research projects of the European Union as CORDIS publishes them:
project, organization, topics, legalBasis, euroSciVoc, webLink and webItem, or any of these,
of Horizon 2020 and Horizon Europe; and the weekly list of organisations.` + aboutTables,
		Args: atLeast(1, "a zip, folder or file"),
		RunE: func(c *cobra.Command, args []string) error {
			day, err := dayOf(o.retrieved)
			if err != nil {
				return err
			}
			of := cordis.Framework(framework)
			if framework != "" && of == "" {
				return usagef("--framework %q is no framework programme that is known; use H2020, HORIZON or FP7", framework)
			}
			return p.importTables(c, cordis.Importer{Options: cordis.Options{Retrieved: day, Framework: of}}, args, o)
		},
	}
	o.flags(c)
	c.Flags().StringVar(&framework, "framework", "", "the framework programme of projects that no project file tells of: H2020 or HORIZON (default: as the file's name says, else H2020)")
	return c
}

func (p *program) importKeepCommand() *cobra.Command {
	var o tableOptions
	c := &cobra.Command{
		Use:   "keep FILE...",
		Short: "Import Interreg projects and partners from keep.eu",
		Long: `import keep reads exports of keep.eu: projects, partners, or both, of any programme. They are
joined by programme and acronym.` + aboutTables,
		Args: atLeast(1, "a file"),
		RunE: func(c *cobra.Command, args []string) error {
			day, err := dayOf(o.retrieved)
			if err != nil {
				return err
			}
			return p.importTables(c, keep.Importer{Options: keep.Options{Retrieved: day}}, args, o)
		},
	}
	o.flags(c)
	return c
}

func (p *program) importTableCommand() *cobra.Command {
	var o tableOptions
	var mapping string
	var set []string
	var ready strings.Builder
	for _, m := range table.Ready() {
		fmt.Fprintf(&ready, "\n  %s: %s", m.Name, m.About)
		for _, x := range m.Parameters {
			fmt.Fprintf(&ready, "\n      --set %s=...  %s", x.Name, x.About)
			if x.Required {
				ready.WriteString(" (needed)")
			}
		}
	}
	c := &cobra.Command{
		Use:   "table --mapping NAME|FILE FILE...",
		Short: "Import any table, by a mapping of its columns",
		Long: `import table reads any table. A mapping, a file in YAML, says which columns make which nodes,
edges, identifiers, dates and sources; docs/import-table.md shows how to write one. These
come with the program:
` + ready.String() + `

Where rows stand above the header, --set skipRows=3 tells any mapping how many.` + aboutTables,
		Example: `  clustergraph import table --mapping members --set network="My Network" members.xlsx`,
		Args:    atLeast(1, "a file"),
		RunE: func(c *cobra.Command, args []string) error {
			if mapping == "" {
				return usagef("%s needs --mapping: the name of a mapping that comes with the program, or a file (%q lists them)", c.CommandPath(), c.CommandPath()+" --help")
			}
			if _, err := dayOf(o.retrieved); err != nil {
				return err
			}
			params := map[string]string{}
			for _, s := range set {
				name, value, ok := strings.Cut(s, "=")
				if !ok {
					return usagef("--set %q: write it as NAME=VALUE", s)
				}
				params[name] = value
			}
			if o.retrieved != "" {
				params["retrieved"] = o.retrieved
			}
			importer, err := table.Load(mapping, params)
			if err != nil {
				return usageError{err.Error()}
			}
			return p.importTables(c, importer, args, o)
		},
	}
	o.flags(c)
	c.Flags().StringVar(&mapping, "mapping", "", "the mapping: one that comes with the program, or a file")
	c.Flags().StringArrayVar(&set, "set", nil, "a parameter of the mapping, as NAME=VALUE; may be given several times")
	return c
}

func (p *program) importVocabularyCommand() *cobra.Command {
	var o tableOptions
	var list strings.Builder
	names := vocabulary.Names()
	for _, name := range names {
		fmt.Fprintf(&list, "\n  %s: %s", name, vocabulary.About(name))
	}
	c := &cobra.Command{
		Use:   "vocabulary " + strings.Join(names, "|") + " FILE...",
		Short: "Import a controlled vocabulary: topics or places, as trees",
		Long: `import vocabulary reads one of these, so that what sources write in words or codes is one tree
of topics or places:
` + list.String() + aboutTables,
		Args: atLeast(2, "a vocabulary and a file"),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(names, args[0]) {
				message := fmt.Sprintf("there is no vocabulary %q; use %s", args[0], strings.Join(names, ", "))
				if near := nearest(args[0], names); near != "" {
					message += fmt.Sprintf("; did you mean %q?", near)
				}
				return usagef("%s", message)
			}
			day, err := dayOf(o.retrieved)
			if err != nil {
				return err
			}
			return p.importTables(c, vocabulary.Importer{Vocabulary: args[0], Retrieved: day}, args[1:], o)
		},
	}
	o.flags(c)
	return c
}
