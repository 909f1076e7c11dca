package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// suggested is by how many letters a command may differ from the one that was meant.
const suggested = 2

// rootCommand builds the whole command tree, anew for each run.
func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "clustergraph",
		Short: "A graph of clusters, networks, projects and partners, asked through GraphQL",
		Long: `clustergraph keeps a graph of clusters, networks, projects and their partners in
one file, or in a Neo4j database, and answers questions about it through GraphQL.

  clustergraph import sample     load a small real ecosystem
  clustergraph serve             answer questions; the playground is at /playground/

Every option can also be set by an environment variable (--max-objects is
CLUSTERGRAPH_MAX_OBJECTS) or in a config file (max-objects: 5000). An option on the
command line wins over the environment, and the environment over the file.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		// Before every command: the settings that the command line does not give.
		PersistentPreRunE:          func(c *cobra.Command, _ []string) error { return p.settle(c) },
		SuggestionsMinimumDistance: suggested,
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(explainFlag)
	f := root.PersistentFlags()
	f.String("store", "", "where the graph is kept: "+stores+" (default: clustergraph.db in your data folder)")
	f.String("neo4j-password-file", "", "the file that holds the password for Neo4j; or set CLUSTERGRAPH_NEO4J_PASSWORD")
	f.String("config", "", "the config file, YAML, TOML or JSON (default: clustergraph/config.yaml in your config folder, if there is one)")
	f.String("log-level", "info", "what is logged: debug, info, warn or error")
	root.AddCommand(
		p.serveCommand(),
		p.importCommand(),
		p.exportCommand(),
		p.healthCommand(),
		p.checkCommand(),
		p.refreshCommand(),
		p.resolveCommand(),
		p.copyCommand(),
		p.backupCommand(),
		p.restoreCommand(),
		p.versionCommand(),
	)
	return root
}

// logger writes what operators should know to the error stream.
func (p *program) logger(c *cobra.Command) (*slog.Logger, error) {
	var level slog.Level
	name, _ := c.Flags().GetString("log-level")
	if err := level.UnmarshalText([]byte(name)); err != nil {
		return nil, usagef("--log-level %q is unknown; use debug, info, warn or error", name)
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level})), nil
}

// noArguments refuses what stands after a command that takes nothing, with the
// command that was perhaps meant.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("%q is not a command of %q", args[0], c.CommandPath())
	if !c.HasAvailableSubCommands() {
		message = fmt.Sprintf("%q takes no argument, but was given %q", c.CommandPath(), args[0])
	} else if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		message += fmt.Sprintf("; did you mean \"%s\"?", strings.Join(near, `" or "`))
	}
	return usagef("%s (%q tells what there is)", message, c.CommandPath()+" --help")
}

// atLeast refuses a command line with too few arguments and says what is missing.
func atLeast(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < n {
			return usagef("%s: name %s, as in %q", c.CommandPath(), what, c.UseLine())
		}
		return nil
	}
}

// exactly is atLeast that takes no more either.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s: name %s, as in %q", c.CommandPath(), what, c.UseLine())
		}
		return nil
	}
}

// explainFlag says what is wrong with an option, and which one was perhaps meant.
func explainFlag(c *cobra.Command, err error) error {
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "unknown flag: --"); ok {
		message = fmt.Sprintf("unknown option --%s", name)
		if near := nearest(name, flagNames(c)); near != "" {
			message += fmt.Sprintf("; did you mean --%s?", near)
		}
	}
	return usagef("%s (%q lists all options)", message, c.CommandPath()+" --help")
}

func flagNames(c *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) { names = append(names, f.Name) }
	c.LocalFlags().VisitAll(add)
	c.InheritedFlags().VisitAll(add)
	return names
}

// nearest is the name that differs from one by the least, if that is little
// enough to have been meant.
func nearest(name string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	near := slices.MinFunc(names, func(a, b string) int {
		return levenshtein.ComputeDistance(a, name) - levenshtein.ComputeDistance(b, name)
	})
	if levenshtein.ComputeDistance(near, name) > max(2, len(name)/3) {
		return ""
	}
	return near
}
