// Package reference holds what answers queries to a reference that nobody here wrote:
// graphql-js executes the same operations over the same graph (see reference.js), and must
// give the same data, with keys in the same order, and errors at the same paths.
package reference

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph"
	"clustergraph/graph"
	"clustergraph/internal/ontology"
	"clustergraph/internal/read"
	"clustergraph/internal/store/mirror"
	"clustergraph/test/needs"
)

var (
	seed  = flag.Uint64("seed", 0, "draw operations from this seed; 0: from a fixed one and, but in CI, from one by the clock")
	count = flag.Int("operations", 10_000, "how many operations to compare")
	most  = flag.Int("differences", 3, "how many differences to tell")
)

// answer is what came of an operation.
type answer struct {
	Data    json.RawMessage `json:"data"`
	Errors  [][]any         `json:"errors"` // their paths
	Refused string          `json:"refused"`
	// Messages tell people what the errors are.
	Messages []string `json:"messages"`
}

// pair answers operations twice.
type pair struct {
	t       *testing.T
	handler http.Handler
	in      io.Writer
	out     *bufio.Reader
}

// newPair serves a graph, and starts graphql-js over the same.
func newPair(t *testing.T, g *random) *pair {
	node := needs.Node(t, "test/reference")
	s, err := mirror.Open(context.Background(), truth{random: g}, ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h, err := graph.New(s, graph.Options{Log: slog.New(slog.DiscardHandler), Limits: read.Limits{Rows: 10_000_000, Bytes: 1 << 30, Asked: 1e18, Lists: 10_000}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	exported, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"api.graphqls": []byte(clustergraph.API), "graph.json": exported} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(node, "reference.js", filepath.Join(dir, "api.graphqls"), filepath.Join(dir, "graph.json"))
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "NODE_ENV=production") // graphql-js is slower without
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &pair{t, h, in, bufio.NewReader(out)}
}

// send asks the reference; receive takes its answers, in the same order.
func (p *pair) send(op operation) {
	b, err := json.Marshal(op)
	if err == nil {
		_, err = p.in.Write(append(b, '\n'))
	}
	if err != nil {
		p.t.Fatalf("the reference ended: %v", err)
	}
}

func (p *pair) receive() (a answer) {
	line, err := p.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &a)
	}
	if err != nil {
		p.t.Fatalf("the reference ended: %v", err)
	}
	return a
}

// served is our answer.
func (p *pair) served(op operation) answer {
	b, err := json.Marshal(map[string]any{"query": op.Query, "variables": op.Variables})
	if err != nil {
		p.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(b))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	var got struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       []any
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		p.t.Fatalf("%v: %s\n%s", err, w.Body, op)
	}
	a := answer{Data: got.Data}
	for _, e := range got.Errors {
		if len(got.Data) == 0 {
			return answer{Refused: e.Extensions.Code + ": " + e.Message}
		}
		a.Errors = append(a.Errors, e.Path)
		a.Messages = append(a.Messages, e.Message)
	}
	return a
}

func (op operation) String() string {
	vars, _ := json.Marshal(op.Variables)
	return op.Query + "\n" + string(vars)
}

func (a answer) String() string {
	if a.Refused != "" {
		return "refused: " + a.Refused
	}
	data := string(a.Data)
	if len(data) > 3000 {
		data = data[:3000] + "..."
	}
	return fmt.Sprintf("%s\nerrors at %s: %s", data, paths(a.Errors), strings.Join(a.Messages, "; "))
}

// differ tells how our answer and that of the reference differ; empty if they do not. That
// both refuse an operation is enough; messages are our own.
func differ(got, want answer) string {
	switch {
	case got.Refused != "" && want.Refused != "":
		return ""
	case got.Refused != "":
		return "refused here"
	case want.Refused != "":
		return "answered here"
	}
	a, b := paths(got.Errors), paths(want.Errors)
	if string(want.Data) == "null" {
		// One root field took all others with it. These may tell their errors, too; the
		// reference stops at the first.
		a = slices.DeleteFunc(a, func(path string) bool { return !slices.Contains(b, path) && root(path) != root(b[0]) })
	}
	if !slices.Equal(a, b) {
		return fmt.Sprintf("errors at %s, want %s", a, b)
	}
	return sameJSON(got.Data, want.Data)
}

func paths(errs [][]any) []string {
	out := make([]string, len(errs))
	for i, path := range errs {
		out[i] = fmt.Sprint(path...)
		for j, step := range path {
			if j == 0 {
				out[i] = ""
			}
			out[i] += fmt.Sprintf("/%v", step)
		}
	}
	slices.Sort(out)
	return out
}

// root is the root field in a path.
func root(path string) string {
	name, _, _ := strings.Cut(path[1:], "/")
	return name
}

// sameJSON compares token by token, so keys must come in the same order. Numbers are the
// same if they have the same value. The reference writes "*" for any cursor.
func sameJSON(got, want []byte) string {
	a, b := json.NewDecoder(bytes.NewReader(got)), json.NewDecoder(bytes.NewReader(want))
	for {
		x, errA := a.Token()
		y, errB := b.Token()
		if errors.Is(errA, io.EOF) && errors.Is(errB, io.EOF) {
			return ""
		}
		if s, ok := x.(string); errA != nil || errB != nil || x != y && (!ok || s == "" || y != "*") {
			return fmt.Sprintf("%v (%v), want %v (%v), before %.60s", x, errA, y, errB, got[a.InputOffset():])
		}
	}
}

func TestReference(t *testing.T) {
	seeds := []uint64{*seed}
	if *seed == 0 {
		seeds = []uint64{1, 2}
		if os.Getenv("CI") == "" { // which judges the change it is shown, not the luck of the draw
			seeds[1] = uint64(time.Now().UnixNano())
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { compare(t, seed, *count/len(seeds)) })
	}
}

func compare(t *testing.T, seed uint64, n int) {
	r := rand.New(rand.NewPCG(seed, 0))
	o := ontology.Served()
	g := newRandom(o, r)
	p := newPair(t, g)
	gen := &generator{Rand: r, Ontology: o, graph: g}
	var refused, failed, data, different int
	const batch = 100 // asked of the reference while we answer them
	for done := 0; done < n; done += batch {
		ops := make([]operation, batch)
		for i := range ops {
			if ops[i] = gen.operation(); gen.one(10) {
				ops[i] = gen.page(p.served)
			}
		}
		var differing []operation
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			for _, op := range ops {
				p.send(op)
			}
		}()
		for _, op := range ops {
			got, want := p.served(op), p.receive()
			switch {
			case want.Refused != "":
				refused++
			case len(want.Errors) > 0:
				failed++
			default:
				data++
			}
			if differ(got, want) != "" {
				differing = append(differing, op)
			}
		}
		<-asked
		for _, op := range differing {
			t.Errorf("seed %d: %s", seed, p.smallest(op))
			if different++; different == *most {
				t.FailNow()
			}
		}
	}
	t.Logf("%d answered without and %d with errors, %d refused", data, failed, refused)
	if data < n/3 || failed < n/50 || refused < n/50 {
		t.Error("too few of one sort: the operations no longer fit the schema")
	}
}
