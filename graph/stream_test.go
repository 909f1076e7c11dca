package graph

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
	"clustergraph/internal/store/storetest"
)

// stream is a subscription, however it is transported.
type stream struct {
	next  func(t *testing.T) message // fails after a few seconds
	close func()
}

// message is one message of a subscription to changes, or the end.
type message struct {
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	Data *struct {
		Changes struct {
			Revision string
			Changes  []change
		}
	}
	end string // "complete", or how it broke
}

type change struct{ What, ID, Type, From, To, By, Revision string }

func (m message) told() (out []string) {
	if m.Data == nil {
		return []string{fmt.Sprint(m.end, m.Errors)}
	}
	for _, c := range m.Data.Changes.Changes {
		out = append(out, strings.TrimSpace(strings.Join([]string{c.What, c.ID, c.From, c.Type, c.To}, " ")))
	}
	return out
}

const told = `{ changes%s { revision changes { what id type from to by revision } } }`

func asked(args string) string { return "subscription " + fmt.Sprintf(told, args) }

// serveStreams serves a store's handler for real.
func serveStreams(t *testing.T, s store.Store, o Options) (*httptest.Server, *Handler) {
	h := handlerOf(t, s, o).(*Handler)
	srv := httptest.NewServer(h)
	t.Cleanup(func() {
		h.Stop(t.Context())
		srv.Close()
	})
	return srv, h
}

const limit = 10 * time.Second

// dial opens a socket as the npm package graphql-ws does.
func dial(t *testing.T, srv *httptest.Server, header http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return websocket.Dial(ctx, "ws"+strings.TrimPrefix(srv.URL, "http"), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
}

type frameOf struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func overSocket(t *testing.T, srv *httptest.Server, query string) stream {
	t.Helper()
	c, _, err := dial(t, srv, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.SetReadLimit(-1)
	ctx, cancel := context.WithCancel(context.Background())
	payload, _ := json.Marshal(map[string]any{"query": query})
	for _, f := range []frameOf{{Type: "connection_init"}, {ID: "1", Type: "subscribe", Payload: payload}} {
		if err := wsjson.Write(ctx, c, f); err != nil {
			t.Fatal(err)
		}
	}
	return stream{
		next: func(t *testing.T) message {
			t.Helper()
			for {
				ctx, cancel := context.WithTimeout(ctx, limit)
				defer cancel()
				var f frameOf
				if err := wsjson.Read(ctx, c, &f); err != nil {
					return message{end: err.Error()}
				}
				switch f.Type {
				case "next":
					var m message
					if err := json.Unmarshal(f.Payload, &m); err != nil {
						t.Fatal(err)
					}
					return m
				case "error":
					m := message{end: "error"}
					if err := json.Unmarshal(f.Payload, &m.Errors); err != nil {
						t.Fatal(err)
					}
					return m
				case "complete":
					return message{end: "complete"}
				case "ping":
					_ = wsjson.Write(ctx, c, frameOf{Type: "pong"})
				}
			}
		},
		close: func() { cancel(); _ = c.CloseNow() },
	}
}

func overEvents(t *testing.T, srv *httptest.Server, query string) stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	payload, _ := json.Marshal(map[string]any{"query": query})
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL, bytes.NewReader(payload))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	lines := bufio.NewReader(resp.Body)
	return stream{
		next: func(t *testing.T) message {
			t.Helper()
			defer time.AfterFunc(limit, cancel).Stop()
			event := ""
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return message{end: err.Error()}
				}
				name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
				switch value = strings.TrimPrefix(value, " "); {
				case name == "event":
					event = value
				case name == "data" && event == "complete":
					return message{end: "complete"}
				case name == "data":
					var m message
					if err := json.Unmarshal([]byte(value), &m); err != nil {
						t.Fatal(err)
					}
					return m
				}
			}
		},
		close: func() { cancel(); _ = resp.Body.Close() },
	}
}

// overEach runs a test with each transport.
func overEach(t *testing.T, test func(t *testing.T, open func(*testing.T, *httptest.Server, string) stream)) {
	t.Run("WebSocket", func(t *testing.T) { test(t, overSocket) })
	t.Run("events", func(t *testing.T) { test(t, overEvents) })
}

func saying(by string, ids ...string) store.Batch {
	b := store.Batch{By: by}
	for _, id := range ids {
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: id, Kind: "Organisation", Name: id + " said " + time.Now().String()}})
	}
	return b
}

func apply(t *testing.T, s store.Store, b store.Batch) store.Revision {
	t.Helper()
	r, err := s.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return r.Revision
}

func same(t *testing.T, why string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", why, got, want)
	}
}

// TestSubscription tells what is changed from now on, and what was missed, on every store.
func TestSubscription(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		srv, _ := serveStreams(t, s, Options{})
		overEach(t, func(t *testing.T, open func(*testing.T, *httptest.Server, string) stream) {
			before := apply(t, s, saying("ann", "early"))
			sub := open(t, srv, asked(""))
			first := sub.next(t)
			if first.Data == nil || first.Data.Changes.Revision != before.String() || len(first.told()) != 0 {
				t.Fatalf("the first message: %+v, want revision %s", first, before)
			}
			at := apply(t, s, saying("ann", "a"))
			begun := time.Now()
			m := sub.next(t)
			if took := time.Since(begun); took > 3*time.Second { // a second, and what a busy machine adds
				t.Errorf("told after %v", took)
			}
			if m.Data == nil || len(m.Data.Changes.Changes) != 1 || m.Data.Changes.Changes[0].ID != "a" || m.Data.Changes.Changes[0].By != "ann" || m.Data.Changes.Revision != at.String() {
				t.Errorf("%+v", m)
			}
			sub.close()
			// What was missed meanwhile is told to who comes back, once.
			apply(t, s, saying("ann", "b"))
			apply(t, s, saying("bob", "b", "c"))
			apply(t, s, store.Batch{Steps: []store.Step{store.Remove{Node: store.Ref{ID: "a"}}}})
			back := open(t, srv, asked(fmt.Sprintf(`(since: {revision: %q})`, at)))
			defer back.close()
			var got []string
			for len(got) < 3 {
				m := back.next(t)
				if m.Data == nil {
					t.Fatalf("%+v", m)
				}
				for _, c := range m.Data.Changes.Changes {
					got = append(got, c.ID)
				}
			}
			same(t, "missed", got, "[b c a]")
		})
	})
}

// TestSubscriptionOfKinds leaves out what was not asked for.
func TestSubscriptionOfKinds(t *testing.T) {
	s := small(t)
	srv, _ := serveStreams(t, s, Options{})
	sub := overEvents(t, srv, asked(`(kinds: [CLUSTER], relations: [MEMBER_OF])`))
	defer sub.close()
	sub.next(t)
	apply(t, s, saying("ann", "o"))
	apply(t, s, store.Batch{Edges: []store.EdgeRecord{{Type: "MEMBER_OF", From: store.Ref{ID: "o"}, To: store.Ref{ID: "c:ict"}}}})
	same(t, "told", sub.next(t).told(), "[NEW  o MEMBER_OF c:ict]")
}

// TestInstances has two instances of the service share a file: what one writes is told by
// the other within a second.
func TestInstances(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	open := func() store.Store {
		truth, err := sqlite.Open(t.Context(), path, ontology.Served().Store, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return mirrored(t, truth)
	}
	a, b := open(), open()
	if err := b.View(t.Context(), apply(t, a, saying("ann", "first")), func(store.Reader) error { return nil }); err != nil {
		t.Fatal(err)
	}
	srv, _ := serveStreams(t, b, Options{})
	overEach(t, func(t *testing.T, open func(*testing.T, *httptest.Server, string) stream) {
		sub := open(t, srv, asked(""))
		defer sub.close()
		sub.next(t)
		for i := range 5 {
			id := fmt.Sprint("n", i, time.Now().UnixNano())
			at := apply(t, a, saying("ann", id))
			begun := time.Now()
			m := sub.next(t)
			if took := time.Since(begun); took > 3*time.Second { // a second, and what a busy machine adds
				t.Errorf("told after %v", took)
			}
			same(t, "told", m.told(), "[NEW "+id+"]")
			if m.Data != nil {
				same(t, "revision", m.Data.Changes.Revision, at)
			}
		}
		// An instance that is not there yet is waited for.
		ahead := apply(t, a, saying("ann", "ahead"))
		later := open(t, srv, asked(fmt.Sprintf(`(since: {revision: %q})`, ahead)))
		defer later.close()
		if m := later.next(t); m.Data == nil || m.Data.Changes.Revision != ahead.String() {
			t.Errorf("%+v", m)
		}
	})
}

// TestSlowReader reads nothing while more is written than networks hold on the way: then it
// is told all of it, in few messages, since nothing was kept for it.
func TestSlowReader(t *testing.T) {
	s := mirrored(t, storetest.NewOracle(ontology.Served().Store))
	srv, _ := serveStreams(t, s, Options{})
	overEach(t, func(t *testing.T, open func(*testing.T, *httptest.Server, string) stream) {
		apply(t, s, saying("ann", "x"))
		sub := open(t, srv, `subscription { changes { revision changes { id revision node { description } } } }`)
		defer sub.close()
		sub.next(t)
		const writes = 40
		for i := range writes {
			b := saying("ann", fmt.Sprint("slow", i))
			b.Nodes[0].Props = store.PropsOf(map[string]any{"description": strings.Repeat(fmt.Sprint(time.Now().UnixNano()), 20_000)})
			apply(t, s, b)
		}
		met, messages := map[string]bool{}, 0
		for last := ""; len(met) < writes; messages++ {
			m := sub.next(t)
			if m.Data == nil {
				t.Fatalf("%+v after %d of %d", m, len(met), writes)
			}
			for _, c := range m.Data.Changes.Changes {
				if met[c.ID] || c.Revision <= last {
					t.Errorf("%s comes twice, or %s after %s", c.ID, c.Revision, last)
				}
				met[c.ID] = true
			}
			last = m.Data.Changes.Revision
		}
		if t.Logf("%d writes in %d messages", writes, messages); messages > writes*3/4 {
			t.Error("messages were kept")
		}
	})
}

// TestErased tells nothing of who was erased, neither to those who listen nor afterwards.
func TestErased(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		srv, _ := serveStreams(t, s, Options{})
		start := apply(t, s, saying("ann", "x"))
		said := apply(t, s, store.Batch{By: "ann", Nodes: []store.NodeRecord{{Ref: store.Ref{ID: "jane", Kind: "Person", Name: "Jane Doe"}}},
			Edges: []store.EdgeRecord{{Type: "AFFILIATED_WITH", From: store.Ref{ID: "jane"}, To: store.Ref{ID: "x"}}}})
		sub := overEvents(t, srv, asked(""))
		defer sub.close()
		same(t, "from now on", sub.next(t).told(), "[]")
		apply(t, s, store.Batch{By: "bob", Steps: []store.Step{store.Erase{Node: store.Ref{ID: "jane"}}}})
		same(t, "as it happens", sub.next(t).told(), "[ERASED]")
		for since, want := range map[store.Revision]string{start: "[ERASED]", said: "[ERASED]"} {
			late := overEvents(t, srv, asked(fmt.Sprintf(`(since: {revision: %q})`, since)))
			same(t, "afterwards", late.next(t).told(), want)
			late.close()
		}
		answer := post(srv.Config.Handler, fmt.Sprintf(`{ changes(since: {revision: %q}) { nodes { what id from to node { id } by } } }`, start), `{}`)
		if want := `{"data":{"changes":{"nodes":[{"what":"ERASED","id":null,"from":null,"to":null,"node":null,"by":"bob"}]}}}`; answer != want {
			t.Errorf("%s\nwant %s", answer, want)
		}
	})
}

// TestStreamFaults tells what is wrong with what was asked, as the end of the stream.
func TestStreamFaults(t *testing.T) {
	s := small(t)
	srv, _ := serveStreams(t, s, Options{})
	overEach(t, func(t *testing.T, open func(*testing.T, *httptest.Server, string) stream) {
		for _, c := range []struct{ why, query, code, message string }{
			{"a revision of another store", asked(`(since: {revision: "elsewhere-000000000001"})`), "CONFLICT", ""},
			{"no revision", asked(`(since: {revision: "soon"})`), "BAD_USER_INPUT", "is not a revision"},
			{"no time", asked(`(since: {time: "yesterday"})`), "GRAPHQL_VALIDATION_FAILED", "is not a DateTime"},
			{"two points", asked(`(since: {time: "2020-01-01T00:00:00Z", revision: "a-1"})`), "", "exactly one"},
			{"no field of it", `subscription { revisions }`, "GRAPHQL_VALIDATION_FAILED", "Cannot query field"},
			{"a field that is none", `subscription { __typename }`, "", ""},
			{"not GraphQL", `subscription {`, "GRAPHQL_PARSE_FAILED", "Expected Name"},
		} {
			sub := open(t, srv, c.query)
			m := sub.next(t)
			if len(m.Errors) == 0 || c.code != "" && m.Errors[0].Extensions.Code != c.code || !strings.Contains(m.Errors[0].Message, c.message) {
				t.Errorf("%s: %+v", c.why, m)
			}
			if m.end == "" {
				same(t, c.why+", then", sub.next(t).end, "complete")
			}
			sub.close()
		}
	})
	if m := overSocket(t, srv, `{ projects { totalCount } }`).next(t); len(m.Errors) == 0 || !strings.Contains(m.Errors[0].Message, "send a query by POST") {
		t.Errorf("a query over a socket: %+v", m)
	}
	query := overEvents(t, srv, `{ changes: __typename }`)
	defer query.close()
	if event, err := io.ReadAll(query.body(t, srv, `{ project(id: "p:ufo") { name } }`)); err != nil || !strings.HasPrefix(string(event), ":\n\nevent: next\ndata: {\"data\":{\"project\":{\"name\":\"UFO\"}}") || !strings.HasSuffix(string(event), "event: complete\ndata:\n\n") {
		t.Errorf("a query as events: %s %v", event, err)
	}
	if got := post(srv.Config.Handler, asked(""), `{}`); !strings.Contains(got, "Accept: text/event-stream") {
		t.Errorf("by POST: %s", got)
	}
}

// body is the whole answer to a query as events.
func (stream) body(t *testing.T, srv *httptest.Server, query string) io.Reader {
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
	r.URL.RawQuery = "query=" + strings.NewReplacer(" ", "%20", `"`, "%22", "{", "%7B", "}", "%7D").Replace(query)
	r.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp.Body
}

// TestOrigins lets pages open sockets that may, and who is no page.
func TestOrigins(t *testing.T) {
	s := small(t)
	srv, _ := serveStreams(t, s, Options{Origins: []string{"https://example.org"}})
	all, _ := serveStreams(t, s, Options{Origins: []string{"*"}})
	for _, c := range []struct {
		srv    *httptest.Server
		origin string
		may    bool
	}{
		{srv, "", true}, {srv, srv.URL, true}, {srv, "https://example.org", true},
		{srv, "https://example.org.evil.net", false}, {srv, "http://example.org", false}, {srv, "null", false},
		{all, "https://evil.net", true},
	} {
		header := http.Header{}
		if c.origin != "" {
			header.Set("Origin", c.origin)
		}
		conn, resp, err := dial(t, c.srv, header)
		if may := err == nil; may != c.may || !may && resp.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %v %v", c.origin, resp.Status, err)
		}
		if conn != nil {
			_ = conn.CloseNow()
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	r.Header.Set("Sec-WebSocket-Protocol", "graphql-ws")
	resp, err := http.DefaultClient.Do(r)
	if err != nil || resp.StatusCode != http.StatusBadRequest {
		t.Fatalf("an old protocol: %v %v", resp, err)
	}
	_ = resp.Body.Close()
}

// TestSubscriptionLimit takes no more subscriptions than it may, until one has ended.
func TestSubscriptionLimit(t *testing.T) {
	s := small(t)
	srv, _ := serveStreams(t, s, Options{Subscriptions: 2})
	one, two := overEvents(t, srv, asked("")), overEvents(t, srv, asked(""))
	one.next(t)
	two.next(t)
	three := overEvents(t, srv, asked(""))
	if m := three.next(t); len(m.Errors) == 0 || m.Errors[0].Extensions.Code != "UNAVAILABLE" {
		t.Errorf("%+v", m)
	}
	three.close()
	one.close()
	defer two.close()
	for end := time.Now().Add(limit); ; {
		again := overEvents(t, srv, asked(""))
		m := again.next(t)
		again.close()
		if m.Data != nil {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("no place is free: %+v", m)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestStop ends streams without saying that they are complete, and takes no new ones.
func TestStop(t *testing.T) {
	s := small(t)
	srv, h := serveStreams(t, s, Options{})
	socket, events := overSocket(t, srv, asked("")), overEvents(t, srv, asked(""))
	socket.next(t)
	events.next(t)
	ended := make(chan struct{})
	go func() { h.Stop(t.Context()); close(ended) }()
	for name, sub := range map[string]stream{"socket": socket, "events": events} {
		if m := sub.next(t); m.end == "" || m.end == "complete" {
			t.Errorf("%s: %+v", name, m)
		}
		sub.close()
	}
	select {
	case <-ended:
	case <-time.After(limit):
		t.Error("Stop waits for ever")
	}
	if _, resp, err := dial(t, srv, nil); err == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a new socket: %v", err)
	}
}
