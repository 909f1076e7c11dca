package neo4j

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// routing listens to what a store says: a cluster sends what is called a read to a follower,
// which has to know what it must have seen before.
func routing(t *testing.T, l *lab) {
	s := l.clean(t)
	if !strings.HasPrefix(s.opts.Address, "neo4j://") {
		t.Fatalf("%s does not route", s.opts.Address)
	}
	about := func(what string) []neo4jtest.Message {
		t.Helper()
		said := slices.DeleteFunc(l.proxy.Messages("BEGIN", "RUN"), func(m neo4jtest.Message) bool { return m.Kind == "RUN" && m.Cypher == "" })
		if len(said) == 0 {
			t.Errorf("%s says nothing", what)
		}
		for _, m := range said {
			if m.Database != l.Database {
				t.Errorf("%s: %q goes to the database %q", what, m.Cypher, m.Database)
			}
			if m.Metadata["app"] != "clustergraph" || m.Metadata["what"] == "" {
				t.Errorf("%s: %q is about %v", what, m.Cypher, m.Metadata)
			}
		}
		l.proxy.Forget()
		return said
	}
	known := func() []string {
		t.Helper()
		b, err := s.bookmarks.GetBookmarks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}

	l.proxy.Forget()
	b := store.Batch{ID: "the batch", By: "someone",
		Nodes: []store.NodeRecord{organisation("a"), {Ref: store.Ref{ID: "p", Kind: "Project", Name: "P"}}},
		Edges: []store.EdgeRecord{{Type: "PARTICIPATES_IN", From: store.Ref{ID: "a"}, To: store.Ref{ID: "p"}}}}
	if _, err := s.Apply(limited(t, time.Minute), b); err != nil {
		t.Fatal(err)
	}
	for _, m := range about("a batch") {
		if m.Read || !m.InTransaction {
			t.Errorf("a batch sends %q as a read", m.Cypher)
		}
		want := map[string]any{"app": "clustergraph", "what": "apply", "by": "someone", "batch": "the batch"}
		if !reflect.DeepEqual(m.Metadata, want) || m.Timeout <= 0 || m.Timeout > time.Minute {
			t.Errorf("a batch is about %v, and may take %v", m.Metadata, m.Timeout)
		}
	}
	written := known()
	if len(written) == 0 {
		t.Error("a batch leaves no bookmark")
	}

	rel := store.Rel{Type: "PARTICIPATES_IN"}
	first := store.Window{First: 10, Count: true}
	view := func(read func(ctx context.Context, r store.Reader) error) func(context.Context) error {
		return func(ctx context.Context) error {
			return s.View(ctx, store.Revision{}, func(r store.Reader) error { return read(ctx, r) })
		}
	}
	nothing := func(error) error { return nil }
	for i, c := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"nodes", view(func(ctx context.Context, r store.Reader) error { _, err := r.Nodes(ctx, []string{"a"}); return err })},
		{"identifiers", view(func(ctx context.Context, r store.Reader) error {
			_, err := r.Identified(ctx, []store.Identifier{{Scheme: "PIC", Value: "1"}})
			return err
		})},
		{"a list", view(func(ctx context.Context, r store.Reader) error { _, err := r.Find(ctx, nil, first); return err })},
		{"an expansion", view(func(ctx context.Context, r store.Reader) error {
			_, err := r.Expand(ctx, []string{"a"}, rel, first)
			return err
		})},
		{"a search", view(func(ctx context.Context, r store.Reader) error {
			_, err := r.Search(ctx, "a", nil, store.SearchWindow{First: 10})
			return err
		})},
		{"statements", view(func(ctx context.Context, r store.Reader) error {
			_, err := r.Statements(ctx, []store.Subject{{Node: "a"}}, store.StatementWindow{First: 10})
			return err
		})},
		{"an analysis", view(func(ctx context.Context, r store.Reader) error {
			slots, err := r.Slots(ctx, []string{"a"})
			if err != nil {
				return err
			}
			fan, err := r.Step(ctx, slots, rel, store.Period{})
			if err != nil {
				return err
			}
			_, err = r.At(ctx, fan.To)
			return err
		})},
		{"the revision", func(ctx context.Context) error { _, err := s.Revision(ctx); return err }},
		{"ready", s.Ready},
		{"the size", func(ctx context.Context) error { _, _, err := s.Size(ctx); return err }},
		{"statements of the truth", func(ctx context.Context) error {
			_, err := s.Statements(ctx, []store.Subject{{Node: "a"}}, store.StatementWindow{First: 10})
			return err
		}},
		{"a load", func(ctx context.Context) error {
			_, err := s.Load(ctx, func(*store.Node) error { return nil }, func(*store.Edge) error { return nil })
			return err
		}},
		{"the log", func(ctx context.Context) error {
			enough := errors.New("enough")
			if err := s.Follow(ctx, store.Revision{}, func(store.Commit) error { return enough }); !errors.Is(err, enough) {
				return err
			}
			return nil
		}},
		{"a check", func(ctx context.Context) error { return s.Check(ctx, func(store.Problem) {}) }},
		{"a check of the schema", func(ctx context.Context) error { _, err := s.CheckSchema(ctx); return err }},
		{"an opening", func(ctx context.Context) error {
			other, err := Open(ctx, s.schema, s.opts)
			if err == nil {
				err = nothing(other.Close())
			}
			return err
		}},
	} {
		if err := c.do(limited(t, time.Minute)); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		for n, m := range about(c.what) {
			if !m.Read {
				t.Errorf("%s sends %q as a write", c.what, m.Cypher)
			}
			if i == 0 && n == 0 && !slices.Equal(m.Bookmarks, written) { // the next one has what this one saw
				t.Errorf("%s, after a batch that left %v, carries %v", c.what, written, m.Bookmarks)
			}
			if len(m.Bookmarks) == 0 && c.what != "an opening" {
				t.Errorf("%s carries no bookmark", c.what)
			}
			if m.Timeout <= 0 || m.Timeout > time.Minute {
				t.Errorf("%s may take %v on the server", c.what, m.Timeout)
			}
		}
	}

	foreign, err := l.open(t).Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{organisation("foreign")}})
	if err != nil {
		t.Fatal(err)
	}
	l.proxy.Forget()
	if err := s.View(limited(t, time.Minute), foreign.Revision, func(store.Reader) error { return nil }); err != nil {
		t.Error(err)
	}
	for _, m := range about("to wait for a revision of another's") {
		if !m.Read {
			t.Errorf("to wait for a revision sends %q as a write", m.Cypher)
		}
	}

	before := known()
	b = store.Batch{Nodes: []store.NodeRecord{organisation("b")}}
	if _, err := s.Apply(limited(t, time.Minute), b); err != nil {
		t.Fatal(err)
	}
	if said := about("the next batch"); !slices.Equal(said[0].Bookmarks, before) {
		t.Errorf("the next batch carries %v, not %v", said[0].Bookmarks, before)
	}
	if slices.Equal(before, known()) {
		t.Error("the next batch leaves the bookmark of the one before")
	}

	l.proxy.Cut()
	if err := s.Ready(limited(t, time.Minute)); err != nil {
		t.Error(err)
	}
	routes := l.proxy.Messages("ROUTE")
	if len(routes) == 0 {
		t.Error("the driver did not ask where to go")
	}
	for _, m := range routes {
		if m.Database != l.Database {
			t.Errorf("it asks where to go for the database %q", m.Database)
		}
	}
}

// TestTLS goes in by neo4j+s:// and neo4j+ssc://.
func TestTLS(t *testing.T) {
	if address := os.Getenv("CLUSTERGRAPH_CHILD"); address != "" {
		s := openAs(t, Options{Address: address, User: os.Getenv("CLUSTERGRAPH_USER"), Password: os.Getenv("CLUSTERGRAPH_PASSWORD")})
		if n, err := look(limited(t, time.Minute), s, store.Revision{}, "a"); n != 1 || err != nil {
			t.Errorf("%d %v", n, err)
		}
		return
	}
	server := neo4jtest.Start(t, neo4jtest.Config{TLS: true})
	opts := optionsFor(server)
	if !strings.HasPrefix(opts.Address, "neo4j+s://") {
		t.Fatalf("%s is without TLS", opts.Address)
	}
	unavailable(t, "an authority that nobody knows", func(ctx context.Context) error {
		_, err := Open(ctx, storetest.Schema(), opts)
		if err != nil && !strings.Contains(err.Error(), "SSL_CERT_FILE") {
			t.Errorf("it says %v", err)
		}
		return err
	})
	unavailable(t, "without TLS", func(ctx context.Context) error {
		o := opts
		o.Address = strings.Replace(o.Address, "neo4j+s:", "neo4j:", 1)
		_, err := Open(ctx, storetest.Schema(), o)
		return err
	})
	s := openAs(t, opts, func(o *Options) { o.Address = strings.Replace(o.Address, "neo4j+s:", "neo4j+ssc:", 1) })
	if _, err := s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{organisation("a")}}); err != nil {
		t.Fatal(err)
	}
	// The authorities of the system are read once in a process.
	for _, address := range []string{opts.Address, strings.Replace(opts.Address, "127.0.0.1", "localhost", 1)} {
		c := exec.Command(os.Args[0], "-test.run=^TestTLS$", "-test.v")
		c.Env = append(os.Environ(), "SSL_CERT_FILE="+server.CAFile, "CLUSTERGRAPH_CHILD="+address, "CLUSTERGRAPH_USER="+opts.User, "CLUSTERGRAPH_PASSWORD="+opts.Password)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s, with the authority in SSL_CERT_FILE: %v\n%s", address, err, out)
		}
	}
}
