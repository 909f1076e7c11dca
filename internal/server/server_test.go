package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"clustergraph/internal/server"
)

const token = "0123456789abcdef-secret"

// config is a server whose GraphQL handler tells who called, or what stopped it.
func config() server.Config {
	return server.Config{
		GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
				return
			}
			_, _ = io.WriteString(w, server.CallerOf(r.Context()).String())
		}),
		Export: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.PathValue("format"))
		}),
		ExportTimeout: time.Minute,

		Schema:     "type Query { a: Int }",
		Playground: fstest.MapFS{"index.html": {Data: []byte("<title>here</title>")}, "assets/a.js": {Data: []byte("1")}},
		Token:      token,
		MaxBody:    32,
		Timeout:    time.Minute,
		Version:    "test",
		Log:        slog.New(slog.DiscardHandler),
	}
}

func newServer(t *testing.T, change func(*server.Config)) *server.Server {
	t.Helper()
	c := config()
	if change != nil {
		change(&c)
	}
	s, err := server.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(s http.Handler, method, path, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAddresses(t *testing.T) {
	s := newServer(t, nil)
	unbuilt := newServer(t, func(c *server.Config) { c.Playground = nil })
	for _, c := range []struct {
		reason, method, path string
		server               *server.Server
		status               int
		holds                string
	}{
		{"the start page links to the rest", "GET", "/", s, 200, `href="playground/"`},
		{"and to nothing it does not have", "GET", "/nothing", s, 404, ""},
		{"the schema is text", "GET", "/schema.graphql", s, 200, "type Query"},
		{"the process lives", "GET", "/health/live", s, 200, "live"},
		{"and can answer", "GET", "/health/ready", s, 200, "ready"},
		{"GraphQL answers", "POST", "/graphql", s, 200, "anonymous"},
		{"the playground is a folder", "GET", "/playground", s, 301, ""},
		{"with a page", "GET", "/playground/", s, 200, "<title>here</title>"},
		{"exports are files of a format", "GET", "/export/gexf?shape=graph", s, 200, "gexf"},
		{"they are only read", "POST", "/export/gexf", s, 405, ""},
		{"and assets", "GET", "/playground/assets/a.js", s, 200, "1"},
		{"an asset of another build is missing", "GET", "/playground/assets/b.js", s, 404, ""},
		{"only reading pages is allowed", "POST", "/playground/", s, 405, ""},
		{"without a build a page says how to make it", "GET", "/playground/", unbuilt, 503, "make web"},
	} {
		r := ask(c.server, c.method, c.path, "")
		if b := body(t, r); r.StatusCode != c.status || !strings.Contains(b, c.holds) {
			t.Errorf("%s: %s %s is %d %q", c.reason, c.method, c.path, r.StatusCode, b)
		}
		if r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %s lacks security headers: %v", c.reason, c.path, r.Header)
		}
	}
}

func TestCaching(t *testing.T) {
	s := newServer(t, nil)
	if got := ask(s, "GET", "/playground/", "").Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("the page that names the assets is cached: %q", got)
	}
	if got := ask(s, "GET", "/playground/assets/a.js", "").Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("assets are not cached: %q", got)
	}
}

func TestCaller(t *testing.T) {
	s := newServer(t, nil)
	readOnly := newServer(t, func(c *server.Config) { c.Token = "" })
	for _, c := range []struct {
		reason, header string
		server         *server.Server
		status         int
		holds          string
	}{
		{"without a token one reads", "", s, 200, "anonymous"},
		{"with it one writes", "Bearer " + token, s, 200, "writer"},
		{"the scheme is blind to case", "bearer " + token, s, 200, "writer"},
		{"a wrong token is told", "Bearer " + token + "x", s, 401, "UNAUTHENTICATED"},
		{"so is a prefix", "Bearer " + token[:8], s, 401, "UNAUTHENTICATED"},
		{"an empty one", "Bearer ", s, 401, "UNAUTHENTICATED"},
		{"and another scheme", "Basic " + token, s, 401, "UNAUTHENTICATED"},
		{"where nobody writes, a token means nothing", "Bearer x", readOnly, 200, "anonymous"},
		{"not even an empty one", "Bearer ", readOnly, 200, "anonymous"},
	} {
		var headers []string
		if c.header != "" {
			headers = []string{"Authorization", c.header}
		}
		r := ask(c.server, "POST", "/graphql", "{}", headers...)
		if b := body(t, r); r.StatusCode != c.status || !strings.Contains(b, c.holds) {
			t.Errorf("%s: %d %s", c.reason, r.StatusCode, b)
		}
	}
	if got := server.CallerOf(server.WithCaller(context.Background(), server.Writer)); got != server.Writer {
		t.Errorf("WithCaller is not heard: %v", got)
	}
}

func TestOrigins(t *testing.T) {
	const origin = "https://example.org"
	preflight := []string{"Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}
	allowed := func(s *server.Server, method string, headers ...string) string {
		return ask(s, method, "/graphql", "", headers...).Header.Get("Access-Control-Allow-Origin")
	}
	closed := newServer(t, nil)
	if got := allowed(closed, "OPTIONS", preflight...); got != "" {
		t.Errorf("closed, yet a preflight allows %q", got)
	}
	if got := allowed(closed, "POST", "Origin", origin); got != "" {
		t.Errorf("closed, yet an answer allows %q", got)
	}
	open := newServer(t, func(c *server.Config) { c.Origins = []string{origin} })
	if got := allowed(open, "OPTIONS", preflight...); got != origin {
		t.Errorf("the named origin's preflight gets %q", got)
	}
	if got := allowed(open, "POST", "Origin", origin); got != origin {
		t.Errorf("the named origin gets %q", got)
	}
	if got := allowed(open, "POST", "Origin", "https://other.example"); got != "" {
		t.Errorf("another origin gets %q", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, o := range []string{"example.org", "https://example.org/", "ftp://example.org", "https://", "https://a b", ""} {
		c := config()
		c.Origins = []string{o}
		if _, err := server.New(c); err == nil {
			t.Errorf("the origin %q was taken", o)
		}
	}
	c := config()
	c.Token = "short"
	if _, err := server.New(c); err == nil || !strings.Contains(err.Error(), "16") || strings.Contains(err.Error(), "short\"") {
		t.Errorf("a short token gives %v", err)
	}
}

func TestBodyLimit(t *testing.T) {
	s := newServer(t, nil)
	if r := ask(s, "POST", "/graphql", strings.Repeat("x", 32)); r.StatusCode != 200 {
		t.Errorf("a body of just the limit: %d", r.StatusCode)
	}
	r := ask(s, "POST", "/graphql", strings.Repeat("x", 33))
	if b := body(t, r); r.StatusCode != 413 || !strings.Contains(b, "33 bytes") {
		t.Errorf("a body beyond the limit: %d %s", r.StatusCode, b)
	}
	// Chunked: the length is not told in advance.
	untold := httptest.NewRequest("POST", "/graphql", io.MultiReader(strings.NewReader(strings.Repeat("x", 33))))
	untold.ContentLength = -1
	w := httptest.NewRecorder()
	s.ServeHTTP(w, untold)
	if w.Code != 413 {
		t.Errorf("a chunked body beyond the limit: %d", w.Code)
	}
}

func TestDeadline(t *testing.T) {
	s := newServer(t, func(c *server.Config) {
		c.Timeout = time.Millisecond
		c.GraphQL = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			_, _ = io.WriteString(w, r.Context().Err().Error())
		})
	})
	if b := body(t, ask(s, "POST", "/graphql", "")); b != context.DeadlineExceeded.Error() {
		t.Errorf("the handler was told %q", b)
	}
}

// Streams have as long as they like, and nobody else has.
func TestStreamsHaveNoDeadline(t *testing.T) {
	deadline := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, limited := r.Context().Deadline()
		_, _ = fmt.Fprint(w, limited)
	})
	s := newServer(t, func(c *server.Config) { c.GraphQL, c.Export = deadline, deadline })
	for _, c := range []struct{ method, path, header, want string }{
		{"GET", "/graphql", "Upgrade: websocket", "false"},
		{"POST", "/graphql", "Accept: text/event-stream", "false"},
		{"POST", "/graphql", "Accept: application/json", "true"},
		{"POST", "/graphql", "Upgrade: h2c", "true"},
		{"GET", "/export/gexf", "Accept: text/event-stream", "true"},
	} {
		name, value, _ := strings.Cut(c.header, ": ")
		if got := body(t, ask(s, c.method, c.path, "", name, value)); got != c.want {
			t.Errorf("%s %s with %s is limited: %s", c.method, c.path, c.header, got)
		}
	}
}

func TestNotReady(t *testing.T) {
	s := newServer(t, func(c *server.Config) {
		c.Ready = func(context.Context) (server.Health, error) {
			return server.Health{}, errors.New("/secret/path is locked")
		}
	})
	r := ask(s, "GET", "/health/ready", "")
	if b := body(t, r); r.StatusCode != 503 || strings.Contains(b, "secret") {
		t.Errorf("not ready: %d %s", r.StatusCode, b)
	}
	if r := ask(s, "GET", "/health/live", ""); r.StatusCode != 200 {
		t.Errorf("not ready is not dead: %d", r.StatusCode)
	}
}

// Answers that are old are answers: the server is ready, and says how old.
func TestReadyTellsHowOld(t *testing.T) {
	since := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	s := newServer(t, func(c *server.Config) {
		c.Ready = func(context.Context) (server.Health, error) {
			return server.Health{Revision: "e-1", Mirror: &server.Mirror{Nodes: 2, Edges: 1, Lag: 0.5}, Stale: &server.Stale{Since: since, Seconds: 7}}, nil
		}
	})
	const want = `{"status":"ready","revision":"e-1","mirror":{"nodes":2,"edges":1,"lagSeconds":0.5},"stale":{"since":"2026-01-31T12:00:00Z","seconds":7}}`
	r := ask(s, "GET", "/health/ready", "")
	if b := strings.TrimSpace(body(t, r)); r.StatusCode != 200 || b != want {
		t.Errorf("%d %s", r.StatusCode, b)
	}
}

func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l, "http://" + l.Addr().String()
}

// A request that runs when the server is told to stop is answered; a new one is
// not taken.
func TestStopDrains(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	s := newServer(t, func(c *server.Config) {
		c.GraphQL = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(started)
			<-finish
			_, _ = io.WriteString(w, "done")
		})
	})
	l, address := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l, time.Minute) }()

	answer := make(chan string, 1)
	go func() {
		r, err := http.Post(address+"/graphql", "application/json", strings.NewReader("{}"))
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		answer <- string(b)
	}()
	<-started
	stop()
	for refused := false; !refused; {
		c, err := net.Dial("tcp", l.Addr().String())
		refused = err != nil
		if err == nil {
			_ = c.Close()
		}
	}
	close(finish)
	if got := <-answer; got != "done" {
		t.Errorf("the running request got %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("an orderly stop failed: %v", err)
	}
}

// A stream is told to end as soon as the server is told to stop, and waited for.
func TestStopEndsStreams(t *testing.T) {
	started, streaming := make(chan struct{}), make(chan struct{})
	drained := false
	s := newServer(t, func(c *server.Config) {
		c.GraphQL = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			close(started)
			<-streaming
		})
		c.Drain = func(context.Context) {
			close(streaming)
			time.Sleep(20 * time.Millisecond)
			drained = true
		}
	})
	l, address := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l, time.Minute) }()
	go func() {
		if r, err := http.Get(address + "/graphql"); err == nil {
			_ = r.Body.Close()
		}
	}()
	<-started
	stop()
	if err := <-served; err != nil || !drained {
		t.Errorf("%v, drained: %v", err, drained)
	}
}

// A request that does not end is cut, and its context with it.
func TestStopCuts(t *testing.T) {
	started, ended := make(chan struct{}), make(chan struct{})
	s := newServer(t, func(c *server.Config) {
		c.GraphQL = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(started)
			<-r.Context().Done()
			close(ended)
		})
	})
	l, address := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l, 10*time.Millisecond) }()
	go func() {
		if r, err := http.Get(address + "/graphql"); err == nil {
			_ = r.Body.Close()
		}
	}()
	<-started
	stop()
	if err := <-served; err == nil || !strings.Contains(err.Error(), "cut") {
		t.Errorf("a cut request is not told: %v", err)
	}
	<-ended
}
