package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"clustergraph/internal/store"
)

// imported is what became of one input of an import.
type imported struct {
	Input string `json:"input"`
	// Facts counts the nodes and edges it speaks of.
	Facts int `json:"facts"`
	// Stored tells whether they are in the store now; not so after an error, nor a dry run, which
	// tells what would be new and changed.
	Stored bool  `json:"stored"`
	Nodes  tally `json:"nodes"`
	Edges  tally `json:"edges"`
	// Unread counts the passages that could not be read, and that were left out.
	Unread int `json:"unread"`
	// Warning tells of an input that may not be whole, with its place; what was read of it is
	// kept.
	Warning string `json:"warning,omitempty"`
	// Repeated tells that just this had been imported before.
	Repeated bool   `json:"repeated,omitempty"`
	Revision string `json:"revision,omitempty"`
	Error    string `json:"error,omitempty"`
}

// tally is store.Tally as it is told to programs.
type tally struct {
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Gone      int `json:"gone"`
}

// stored notes what a store made of the input.
func (i *imported) stored(r store.Result) {
	i.Stored, i.Repeated, i.Revision = true, r.Repeated, r.Revision.String()
	i.Nodes, i.Edges = tally(r.NodeCount), tally(r.EdgeCount)
}

func (t tally) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{t.New, "new"}, {t.Changed, "changed"}, {t.Unchanged, "as before"}, {t.Gone, "gone"}} {
		if p.n > 0 {
			parts = append(parts, humanize.Comma(int64(p.n))+" "+p.what)
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// reporter tells how an import goes: people by a bar and lines of text, programs
// by a line of JSON for each input.
type reporter struct {
	out  io.Writer
	bar  *progressbar.ProgressBar
	json *json.Encoder
}

// newReporter decides by where the output goes.
func (p *program) newReporter(inputs int) *reporter {
	r := &reporter{out: p.out}
	file, ok := p.out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		r.json = json.NewEncoder(p.out)
		return r
	}
	r.bar = progressbar.NewOptions(inputs,
		progressbar.OptionSetWriter(p.err),
		progressbar.OptionSetDescription("importing"),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
	)
	return r
}

// tell reports one input.
func (r *reporter) tell(i imported) error {
	if r.json != nil {
		return r.json.Encode(i)
	}
	// The bar is drawn anew below each line.
	if err := r.bar.Clear(); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(r.out, i.text()); err != nil {
		return err
	}
	return r.bar.Add(1)
}

// text is one input's outcome, for people.
func (i imported) text() string {
	if i.Error != "" {
		return fmt.Sprintf("%s: %s", i.Input, i.Error)
	}
	line := fmt.Sprintf("%s: %d facts", i.Input, i.Facts)
	switch {
	case i.Repeated:
		line += ", all of them imported before"
	case i.Stored:
		line += fmt.Sprintf(": nodes: %s; edges: %s", i.Nodes, i.Edges)
	default:
		line += fmt.Sprintf(", none of them stored; they would make: nodes: %s; edges: %s", i.Nodes, i.Edges)
	}
	if i.Unread > 0 {
		line += fmt.Sprintf("; %d passages could not be read (--rejects FILE lists them)", i.Unread)
	}
	if i.Warning != "" {
		line += "\n  warning: " + i.Warning
	}
	return line
}
