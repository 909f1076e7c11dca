package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/spf13/cobra"

	"clustergraph"
	"clustergraph/graph"
	"clustergraph/internal/export"
	"clustergraph/internal/read"
	"clustergraph/internal/server"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/web"
)

// drainTime is how long requests that run may go on after the program is told to
// stop; container engines wait a little longer before they kill.
const drainTime = 20 * time.Second

// serveOptions are the settings of serve.
type serveOptions struct {
	listen      string
	origins     []string
	allowWrites bool
	tokenFile   string
	maxObjects  int
	maxBytes    int
	maxRequest  int64
	timeout     time.Duration
	streams     int
	exportTime  time.Duration
	wait        time.Duration
	mirror      mirrorOptions
}

func (p *program) serveCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Answer questions over HTTP: GraphQL, the playground, the schema, health",
		Long: `serve answers questions over HTTP until it is told to stop (Ctrl+C, SIGTERM); then
it lets running requests end.

  /graphql          the API; subscriptions over WebSocket and server-sent events
  /export/{format}  the graph, a network or the rows of a query as a file (docs/export.md)
  /playground/      questions in the browser
  /schema.graphql   everything that can be asked
  /health/live      whether the process runs
  /health/ready     whether questions can be answered, and how old the answers are

Serving is read-only. With --allow-writes, whoever sends the token (from --token-file or
CLUSTERGRAPH_TOKEN) as "Authorization: Bearer TOKEN" can use the mutations.

An SQLite file is answered from memory, by a mirror that follows it. A Neo4j database is,
too, if its graph takes no more than --mirror-share of the memory there is when serve starts
(a container's limit counts); else by the database itself. --mirror on and off decide
otherwise.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.serve(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address and port to answer at; port 0 takes a free one")
	f.StringSliceVar(&o.origins, "allow-origin", nil, `web origins whose pages may ask from a browser, such as https://example.org, or "*"`)
	f.BoolVar(&o.allowWrites, "allow-writes", false, "answer mutations, for those who send the token")
	f.StringVar(&o.tokenFile, "token-file", "", "the file that holds the token for writing")
	f.IntVar(&o.maxObjects, "max-objects", read.DefaultLimits.Rows, "objects that one answer may be made of")
	f.IntVar(&o.maxBytes, "max-bytes", read.DefaultLimits.Bytes, "bytes that one answer may have")
	f.Int64Var(&o.maxRequest, "max-request-bytes", 4<<20, "bytes that one request may have")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "time that one request may take")
	f.IntVar(&o.streams, "max-subscriptions", 1000, "subscriptions, and sockets, that there may be at once")
	f.DurationVar(&o.exportTime, "export-timeout", 10*time.Minute, "time that one export may take")
	f.DurationVar(&o.wait, "wait", 30*time.Second, "time to wait for Neo4j when it is not there at the start")
	f.StringVar(&o.mirror.mode, "mirror", "auto", "answer from memory: auto (if it fits), on, or off (Neo4j answers)")
	f.StringVar(&o.mirror.share, "mirror-share", "50%", "share of the memory that the graph may take, by estimate; loading anew takes twice as much for a moment")
	return c
}

// check refuses settings that cannot be meant.
func (o serveOptions) check() error {
	switch {
	case o.maxObjects < 1:
		return usagef("--max-objects is %d; it must be 1 or more", o.maxObjects)
	case o.maxBytes < 1:
		return usagef("--max-bytes is %d; it must be 1 or more", o.maxBytes)
	case o.maxRequest < 1:
		return usagef("--max-request-bytes is %d; it must be 1 or more", o.maxRequest)
	case o.timeout <= 0:
		return usagef("--timeout is %s; it must be more than nothing", o.timeout)
	case o.streams < 1:
		return usagef("--max-subscriptions is %d; it must be 1 or more", o.streams)
	case o.exportTime <= 0:
		return usagef("--export-timeout is %s; it must be more than nothing", o.exportTime)
	case o.wait < 0:
		return usagef("--wait is %s; it must be 0s (not at all) or more", o.wait)
	}
	return nil
}

func (p *program) serve(c *cobra.Command, o serveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	log, err := p.logger(c)
	if err != nil {
		return err
	}
	token, err := p.token(o)
	if err != nil {
		return err
	}
	pl, err := p.place(c)
	if err != nil {
		return err
	}
	if err := o.mirror.check(pl); err != nil {
		return err
	}
	// A container that takes more than it may is killed: better to collect garbage more
	// often. GOMEMLIMIT, if set, is kept.
	_, _ = memlimit.Set(memlimit.WithRatio(0.9), memlimit.WithProvider(memlimit.FromCgroup))
	// The address first: that it is taken is known at once, and opening a large store
	// takes a while.
	listener, err := listen(c.Context(), o.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	s, records, err := p.openStore(c, pl, o, log)
	if err != nil {
		return err
	}
	defer s.Close()

	options := graph.Options{Limits: read.Limits{Rows: o.maxObjects, Bytes: o.maxBytes}, Log: log,
		Timeout: o.timeout, Subscriptions: o.streams, Origins: o.origins}
	if o.allowWrites {
		options.MayWrite = mayWrite
	}
	handler, err := graph.New(s, options)
	if err != nil {
		return err
	}
	exporter, err := graph.NewExporter(s, records, options)
	if err != nil {
		return err
	}
	page, built := web.Playground()
	if !built {
		log.Warn("the playground was not built; \"make web build\" makes a binary that has it")
	}
	h, err := server.New(server.Config{
		GraphQL:       handler,
		Export:        exporter,
		Schema:        clustergraph.API,
		Playground:    page,
		Ready:         func(ctx context.Context) (server.Health, error) { return healthOf(ctx, s) },
		Origins:       o.origins,
		Token:         token,
		MaxBody:       o.maxRequest,
		Timeout:       o.timeout,
		ExportTimeout: o.exportTime,
		Drain:         handler.Stop,
		Version:       versionText(),
		Log:           log,
	})
	if err != nil {
		return usageError{err.Error()}
	}
	fmt.Fprintf(p.out, "Open http://%s/playground/ (Ctrl+C stops)\n", reachable(listener.Addr()))
	return h.Serve(c.Context(), listener, drainTime)
}

// openStore opens the store that answers, and what exports read all records from.
func (p *program) openStore(c *cobra.Command, pl place, o serveOptions, log *slog.Logger) (store.Store, export.Records, error) {
	if pl.server == nil {
		if err := makeFolder(c, pl.file); err != nil {
			return nil, nil, err
		}
	}
	truth, err := pl.wait(c.Context(), o.wait, log)
	if err != nil {
		return nil, nil, err
	}
	records, _ := truth.(export.Records)
	s, err := p.front(c.Context(), truth, o.mirror, log)
	return s, records, err
}

// healthOf is nil if a store can answer, and tells how old its answers are.
func healthOf(ctx context.Context, s store.Store) (server.Health, error) {
	m, ok := s.(*mirror.Store)
	if !ok {
		return server.Health{}, s.Ready(ctx)
	}
	h := m.Health()
	told := server.Health{Revision: h.Revision.String(), Mirror: &server.Mirror{Nodes: h.Nodes, Edges: h.Edges, Lag: h.Lag.Seconds()}}
	if h.Err != nil {
		told.Stale = &server.Stale{Since: h.Since.UTC(), Seconds: int(time.Since(h.Since).Seconds())}
	}
	return told, s.Ready(ctx)
}

// mayWrite lets those write who showed the token.
func mayWrite(ctx context.Context) error {
	if server.CallerOf(ctx) != server.Writer {
		return fmt.Errorf("%w: mutations need the server's token, as \"Authorization: Bearer TOKEN\"", graph.ErrUnauthenticated)
	}
	return nil
}

// token reads the token for writing, which must be there if writing is allowed
// and has no meaning otherwise.
func (p *program) token(o serveOptions) (string, error) {
	if !o.allowWrites {
		if o.tokenFile != "" {
			return "", usagef("--token-file has no effect without --allow-writes; add that, or leave both out to serve read-only")
		}
		return "", nil
	}
	token := p.getenv(variable("token"))
	if o.tokenFile != "" {
		var err error
		if token, err = secret(o.tokenFile, "token"); err != nil {
			return "", err
		}
	}
	if token == "" {
		return "", usagef("--allow-writes needs a token: name a file that holds it with --token-file, or set CLUSTERGRAPH_TOKEN")
	}
	return token, nil
}

// listen takes an address, or says why it cannot be had.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program (another clustergraph?): stop that, or choose another port with --listen, such as --listen 127.0.0.1:8081", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s is not for this user to take; choose a port of 1024 or more with --listen", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s is no address of this machine; --listen takes one that is, such as 127.0.0.1:8080 (this machine only) or 0.0.0.0:8080 (everyone)", address)
	}
	return nil, usagef("--listen %q cannot be used: %v; write an address and a port, such as 127.0.0.1:8080", address, cause(err))
}

// reachable is an address that a browser on this machine can open.
func reachable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
}
