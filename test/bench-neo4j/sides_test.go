package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	neo4jstore "clustergraph/internal/store/neo4j"
)

// side is a program that answers the questions over HTTP, in a process of its own.
type side struct {
	name    string
	address string
	pid     int
	path    string
	body    func(q question, variables map[string]any) any
}

func askBare(q question, variables map[string]any) any {
	return map[string]any{"question": q.name, "variables": variables}
}
func askService(q question, variables map[string]any) any {
	return map[string]any{"query": q.service, "variables": variables}
}
func askPeer(q question, variables map[string]any) any {
	return map[string]any{"query": q.peer, "variables": variables}
}

// The sides, by what they are called in the report.
const (
	sideBare    = "bare"
	sidePeer    = "peer"
	sideService = "service"
	sideMirror  = "mirror"
)

// database is where Bolt answers.
type database struct{ url, user, password, name string }

func (d database) environment() []string {
	return []string{"NEO4J_URL=" + d.url, "NEO4J_USER=" + d.user, "NEO4J_PASSWORD=" + d.password, "NEO4J_DATABASE=" + d.name}
}

func databaseOf(getenv func(string) string) database {
	return database{getenv("NEO4J_URL"), getenv("NEO4J_USER"), getenv("NEO4J_PASSWORD"), getenv("NEO4J_DATABASE")}
}

func (d database) driver() (neo4j.DriverWithContext, error) {
	auth := neo4j.NoAuth()
	if d.user != "" {
		auth = neo4j.BasicAuth(d.user, d.password, "")
	}
	return neo4j.NewDriverWithContext(d.url, auth)
}

func (d database) open(ctx context.Context) (*neo4jstore.Store, error) {
	return neo4jstore.Open(ctx, ontology.Served().Store, neo4jstore.Options{Address: d.url, User: d.user, Password: d.password, Database: d.name})
}

// startSide starts a side and waits until it says where it listens. It ends with the test.
func startSide(b *testing.B, name string, d database) *side {
	b.Helper()
	s := &side{name: name, path: "/graphql", body: askService}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), append(d.environment(), sideVariable+"="+name)...)
	switch name {
	case sideBare:
		s.path, s.body = "/", askBare
	case sidePeer:
		s.body = askPeer
		c.Path, c.Args = "", nil
		c = exec.Command("node", "server.mjs")
		c.Dir = "peer"
		c.Env = append(os.Environ(), append(d.environment(), "NODE_ENV=production", "PARTNERSHIPS="+headlinePeer, "SEARCH="+searchPeer,
			"PATH_ONE="+pathPeer, "PATHS="+pathsPeer, "CONTRIBUTION="+contributionPeer, "WITHIN="+withinPeer)...)
	}
	c.Stderr = os.Stderr
	// A side ends when this is closed, also if we are killed.
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_ = c.Wait() // how it ends does not matter any more
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), listening)
	if err != nil || !ok {
		b.Fatalf("the side %s does not listen: it said %q (%v)", name, line, err)
	}
	s.address, s.pid = address, c.Process.Pid
	return s
}

const (
	sideVariable = "BENCH_NEO4J_SIDE" // set: this process is that side
	listening    = "listening at "
)

// serveSide is the main program of a side that is ours.
func serveSide(name string) error {
	ctx := context.Background()
	d := databaseOf(os.Getenv)
	var handler http.Handler
	switch name {
	case sideBare:
		driver, err := d.driver()
		if err != nil {
			return err
		}
		handler = newBare(driver, d.name)
	case sideService, sideMirror:
		truth, err := d.open(ctx)
		if err != nil {
			return err
		}
		var s store.Store = truth
		if name == sideMirror {
			if s, err = mirror.Open(ctx, truth, ontology.Served().Store, mirror.Options{}); err != nil {
				return err
			}
		}
		if handler, err = service(s); err != nil {
			return err
		}
	default:
		return fmt.Errorf("there is no side %q", name)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listening + l.Addr().String())
	h := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark ends
		h.Close()
	}()
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
