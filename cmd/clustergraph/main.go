// Command clustergraph keeps a graph of clusters, networks, projects and their
// partners, and answers questions about it through GraphQL.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := program{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is one run of clustergraph: what it reads, writes and is told by the
// environment. Tests start it like main does.
type program struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	// available is the memory there is, and whose; nil: it is found out.
	available func() (bytes uint64, of string, err error)
}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // something could not be done
	exitUsage  = 2 // the command line or a setting is wrong; nothing was tried
)

// run executes a command line and returns the exit code. It stops early, in
// order, when ctx ends.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var usage usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(p.err, "clustergraph: %s\n", usage)
		return exitUsage
	}
	fmt.Fprintf(p.err, "clustergraph: %s\n", explain(err))
	return exitFailed
}

// usageError is a mistake in a command line or a setting.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}
