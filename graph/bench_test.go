package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
)

// still is a truth that never changes.
type still struct {
	nodes []*store.Node
	edges []*store.Edge
}

var stillRevision = store.Revision{Epoch: "still", Number: 1}

func (s *still) Load(_ context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	for _, n := range s.nodes {
		if err := node(n); err != nil {
			return store.Revision{}, err
		}
	}
	for _, e := range s.edges {
		if err := edge(e); err != nil {
			return store.Revision{}, err
		}
	}
	return stillRevision, nil
}

func (s *still) Follow(ctx context.Context, _ store.Revision, _ func(store.Commit) error) error {
	<-ctx.Done()
	return ctx.Err()
}
func (s *still) Apply(context.Context, store.Batch) (store.Result, error) {
	return store.Result{}, store.ErrUnavailable
}
func (s *still) Ready(context.Context) error                      { return nil }
func (s *still) Check(context.Context, func(store.Problem)) error { return nil }
func (s *still) Close() error                                     { return nil }
func (s *still) Revision(context.Context) (store.Revision, error) { return stillRevision, nil }
func (s *still) Log(context.Context, store.Since, store.Revision, func(store.Entry) error) error {
	return nil
}
func (s *still) Statements(_ context.Context, of []store.Subject, _ store.StatementWindow) ([]store.StatementPage, error) {
	return make([]store.StatementPage, len(of)), nil
}

// ecosystem is a graph of 20 networks of 20 clusters each, 4,000 projects, and what is
// asked of it below.
func ecosystem(b *testing.B) store.Store {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	t := &still{}
	text := func(n int) string { return strings.Repeat("Lorem ipsum dolor sit amet, ", n)[:n*20] }
	node := func(kind, id string, m map[string]any) {
		t.nodes = append(t.nodes, &store.Node{ID: id, Kind: kind, Props: store.PropsOf(m)})
	}
	edge := func(typ, from, to string, m map[string]any) {
		t.edges = append(t.edges, &store.Edge{EdgeID: store.EdgeID{Type: typ, From: from, To: to}, Props: store.PropsOf(m)})
	}
	for i := range 20 {
		node("Network", fmt.Sprintf("network:%d", i), map[string]any{"name": fmt.Sprintf("Network %d", i), "founded": store.Date{First: 14610, Last: 14975}})
	}
	for i := range 400 {
		id := fmt.Sprintf("cluster:%d", i)
		node("Cluster", id, map[string]any{"name": fmt.Sprintf("Cluster %d", i), "description": text(2), "aliases": []string{"A", "B"}, "profileCompletion": i % 100})
		edge("MEMBER_OF", id, fmt.Sprintf("network:%d", i%20), map[string]any{"since": store.Date{First: 15000, Last: 15000}})
	}
	for i := range 4000 {
		id := fmt.Sprintf("project:%d", i)
		node("Project", id, map[string]any{"name": fmt.Sprintf("Project %d", i), "acronym": fmt.Sprintf("P%d", i), "title": text(3), "start": store.Date{First: int32(14000 + i), Last: int32(14000 + i)}})
		seen := map[int]bool{}
		for len(seen) < 7 {
			if c := r.IntN(400); !seen[c] {
				seen[c] = true
				role := "PARTICIPANT"
				if len(seen) == 1 {
					role = "COORDINATOR"
				}
				edge("PARTICIPATES_IN", fmt.Sprintf("cluster:%d", c), id, map[string]any{"role": role})
			}
		}
	}
	s, err := mirror.Open(b.Context(), t, ontology.Served().Store, mirror.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

const (
	tenObjects = `{projects(first:10){nodes{id title}}}`
	nested     = `{network(id:"network:0"){id name founded members(first:20){edges{since node{id name description projects(first:10){edges{role node{id title acronym start partners(first:5){edges{role node{id name description}}}}}}}}}}}`
)

// BenchmarkRead asks small and large questions of the whole handler, beside a walk and an
// encoder written by hand for the one question, over the same store: both read the request
// and write the same bytes.
func BenchmarkRead(b *testing.B) {
	s := ecosystem(b)
	h := handlerOf(b, s, Options{})
	for _, q := range []struct {
		name, query string
		objects     int
		byHand      http.Handler
	}{
		{"10 objects", tenObjects, 10, byHand{s, walkTen}},
		{"1221 objects", nested, 1221, byHand{s, walkNested}},
	} {
		body, _ := json.Marshal(map[string]any{"query": q.query})
		if got, want := sent(b, h, body), sent(b, q.byHand, body); got != want {
			b.Fatalf("%s:\n got %.500s\nwant %.500s", q.name, got, want)
		}
		if n := strings.Count(sent(b, h, body), `"id":`); n != q.objects {
			b.Fatalf("%d objects", n)
		}
		b.Run(q.name, func(b *testing.B) {
			// In turns, so that what else the machine does burdens both.
			w := &discard{h: http.Header{}}
			var took [2][]time.Duration
			for b.Loop() {
				for i, h := range []http.Handler{q.byHand, h} {
					clear(w.h)
					start := time.Now()
					h.ServeHTTP(w, request(body))
					took[i] = append(took[i], time.Since(start))
				}
			}
			median := func(i int) float64 {
				slices.Sort(took[i])
				return float64(took[i][len(took[i])/2].Nanoseconds())
			}
			b.ReportMetric(0, "ns/op") // of both together: it says nothing
			b.ReportMetric(median(0), "ns/by-hand")
			b.ReportMetric(median(1), "ns/GraphQL")
			b.ReportMetric(median(1)/median(0), "times")
			b.ReportMetric(testing.AllocsPerRun(10, func() { h.ServeHTTP(w, request(body)) })/float64(q.objects), "allocs/object")
		})
	}
}

type discard struct{ h http.Header }

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func request(body []byte) *http.Request {
	r, _ := http.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

type recorder struct {
	discard
	bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) { return r.Buffer.Write(b) }

func sent(b *testing.B, h http.Handler, body []byte) string {
	w := &recorder{discard: discard{http.Header{}}}
	h.ServeHTTP(w, request(body))
	return w.String()
}

// byHand answers one question, whatever is asked.
type byHand struct {
	store store.Store
	walk  func(context.Context, store.Reader, []byte) ([]byte, error)
}

func (h byHand) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var q struct{ Query string }
	if err := json.Unmarshal(body, &q); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	buf := pool.Get().(*[]byte)
	defer pool.Put(buf)
	out := *buf
	err = h.store.View(r.Context(), store.Revision{}, func(g store.Reader) error {
		if out, err = h.walk(r.Context(), g, append(out[:0], `{"data":`...)); err != nil {
			return err
		}
		out = append(append(append(out, `,"extensions":{"revision":"`...), g.Revision().String()...), "\"}}\n"...)
		return nil
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	*buf = out
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	_, _ = w.Write(out)
}

var pool = sync.Pool{New: func() any { return new([]byte) }}

func quoted(b []byte, v store.Value) []byte {
	switch v := v.(type) {
	case string:
		for i := range len(v) {
			if c := v[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x80 {
				return strconv.AppendQuote(b, v)
			}
		}
		return append(append(append(b, '"'), v...), '"')
	case store.Date:
		return append(v.Append(append(b, '"')), '"')
	}
	return append(b, "null"...)
}

func walkTen(ctx context.Context, g store.Reader, b []byte) ([]byte, error) {
	page, err := g.Find(ctx, []string{"Project"}, store.Window{First: 10})
	b = append(b, `{"projects":{"nodes":[`...)
	for i, h := range page.Hits {
		if i > 0 {
			b = append(b, ',')
		}
		b = quoted(append(b, `{"id":`...), h.Node.ID)
		b = quoted(append(b, `,"title":`...), h.Node.Props.Get("title"))
		b = append(b, '}')
	}
	return append(b, `]}}`...), err
}

func walkNested(ctx context.Context, g store.Reader, b []byte) ([]byte, error) {
	ids := func(pages []store.Page) (out []string) {
		for _, p := range pages {
			for _, h := range p.Hits {
				out = append(out, h.Node.ID)
			}
		}
		return out
	}
	nodes, err := g.Nodes(ctx, []string{"network:0"})
	if err != nil {
		return nil, err
	}
	members, err := g.Expand(ctx, []string{"network:0"}, store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: []string{"Cluster", "Organisation", "Network"}}, store.Window{First: 20})
	if err != nil {
		return nil, err
	}
	projects, err := g.Expand(ctx, ids(members), store.Rel{Type: "PARTICIPATES_IN", Kinds: []string{"Project"}}, store.Window{First: 10})
	if err != nil {
		return nil, err
	}
	partners, err := g.Expand(ctx, ids(projects), store.Rel{Type: "PARTICIPATES_IN", Dir: store.In, Kinds: []string{"Cluster", "Organisation", "Network"}}, store.Window{First: 5})
	if err != nil {
		return nil, err
	}
	n := nodes[0]
	b = quoted(append(b, `{"network":{"id":`...), n.ID)
	b = quoted(append(b, `,"name":`...), n.Props.Get("name"))
	b = quoted(append(b, `,"founded":`...), n.Props.Get("founded"))
	b = append(b, `,"members":{"edges":[`...)
	p := 0
	for i, m := range members[0].Hits {
		if i > 0 {
			b = append(b, ',')
		}
		b = quoted(append(b, `{"since":`...), m.Edge.Props.Get("since"))
		b = quoted(append(b, `,"node":{"id":`...), m.Node.ID)
		b = quoted(append(b, `,"name":`...), m.Node.Props.Get("name"))
		b = quoted(append(b, `,"description":`...), m.Node.Props.Get("description"))
		b = append(b, `,"projects":{"edges":[`...)
		for j, h := range projects[i].Hits {
			if j > 0 {
				b = append(b, ',')
			}
			b = quoted(append(b, `{"role":`...), h.Edge.Props.Get("role"))
			b = quoted(append(b, `,"node":{"id":`...), h.Node.ID)
			b = quoted(append(b, `,"title":`...), h.Node.Props.Get("title"))
			b = quoted(append(b, `,"acronym":`...), h.Node.Props.Get("acronym"))
			b = quoted(append(b, `,"start":`...), h.Node.Props.Get("start"))
			b = append(b, `,"partners":{"edges":[`...)
			for k, a := range partners[p].Hits {
				if k > 0 {
					b = append(b, ',')
				}
				b = quoted(append(b, `{"role":`...), a.Edge.Props.Get("role"))
				b = quoted(append(b, `,"node":{"id":`...), a.Node.ID)
				b = quoted(append(b, `,"name":`...), a.Node.Props.Get("name"))
				b = quoted(append(b, `,"description":`...), a.Node.Props.Get("description"))
				b = append(b, `}}`...)
			}
			p++
			b = append(b, `]}}}`...)
		}
		b = append(b, `]}}}`...)
	}
	return append(b, `]}}}`...), nil
}
