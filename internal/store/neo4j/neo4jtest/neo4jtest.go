// Package neo4jtest runs real Neo4j servers for tests and benchmarks, without Docker: the
// Community edition from its jars, which Maven fetches once into a cache, and a Java that
// the machine has. It also brings a proxy that breaks connections on purpose, and that tells
// what a driver said.
//
//	func TestMain(m *testing.M) { neo4jtest.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		s := neo4jtest.Shared(t)
//		s.Wipe(t)
//		driver := s.Driver(t)
//		...
//	}
//
// Tests that only need a database use Shared, one server per process, and Wipe what others
// left; what must hold of every version of Neo4j is tested with Each. Tests that stop, kill or configure a server Start one of their own. A test that
// cannot have its server fails; it is never skipped.
//
// Cost: the first use ever fetches 120 MB and prepares a data folder, one to two minutes for
// each version; after that a server is up within a few seconds, and takes about 700 MB of
// memory.
//
// Environment:
//
//	CLUSTERGRAPH_TEST_NEO4J   what Shared uses instead of a server of its own, as
//	                          neo4j://user:password@host:port/database; it will be wiped!
//	CLUSTERGRAPH_NEO4J_CACHE  the folder for jars, instead of the user's cache folder
//	CI                        if set, a version that cannot run here is a failure
package neo4jtest

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// process is what the servers of this test process have in common.
var process struct {
	mu      sync.Mutex
	main    bool      // Main is running
	ending  bool      // and has begun to stop what runs
	asked   bool      // AskMuch was called
	running []*Server // those of our own that are to be stopped

	once   sync.Once // for shared, err
	shared *Server
	err    error
	newer  map[Version]*Server // further servers that tests share
}

// Main is what a package's TestMain calls: it runs the tests, ends every server that they
// started, also when they fail or the process is interrupted, and exits with their result.
// Should the process be killed, the system ends its servers (on Linux).
func Main(m *testing.M) {
	process.mu.Lock()
	process.main = true
	process.mu.Unlock()

	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-interrupted
		fmt.Fprintf(os.Stderr, "neo4jtest: %v: ending the servers\n", s)
		endAll()
		os.Exit(130)
	}()
	code := func() int {
		defer endAll() // also if a test panics
		return m.Run()
	}()
	os.Exit(code)
}

// AskMuch says, before Main, that tests put many hundreds of different questions to the servers
// that they share: these take longer to begin with, and less for each question later.
func AskMuch() {
	process.mu.Lock()
	defer process.mu.Unlock()
	process.asked = true
}

// sharedConfig is for a server that tests share.
func sharedConfig(v Version) Config {
	process.mu.Lock()
	defer process.mu.Unlock()
	c := Config{Version: v}
	if process.asked && !benchmarking() {
		c.JVM = askedJVM
	}
	return c
}

// endAll ends all servers of this process at once, without ado: their data are temporary.
func endAll() {
	process.mu.Lock()
	process.ending = true
	running := slices.Clone(process.running)
	process.mu.Unlock()
	var all sync.WaitGroup
	for _, s := range running {
		all.Go(s.end)
	}
	all.Wait()
}

// Shared is the server that all tests of this process share: the one that
// CLUSTERGRAPH_TEST_NEO4J names, or else one of version V5 that is started when it is first
// asked for. It may hold what earlier tests left: see Server.Wipe. Tests that use it must not
// run in parallel with each other.
//
// Several processes that share a named server take turns: Shared waits until those before
// have ended.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	process.once.Do(func() {
		if named := os.Getenv("CLUSTERGRAPH_TEST_NEO4J"); named != "" {
			process.shared, process.err = connect(named)
		} else {
			process.shared, process.err = launch(sharedConfig(V5))
		}
	})
	if process.err != nil {
		tb.Fatalf("neo4jtest: there is no shared server: %v", process.err)
	}
	return process.shared
}

// Each runs a test with each server that tests share, side by side: the one of Shared, and,
// unless the environment names that, one of each newer version that can run here
// ([Versions]).
func Each(t *testing.T, test func(*testing.T, *Server)) {
	t.Helper()
	EachNumbered(t, func(t *testing.T, s *Server, _, _ int) { test(t, s) })
}

// EachNumbered is [Each], and tells which server of how many it is.
func EachNumbered(t *testing.T, test func(t *testing.T, s *Server, number, of int)) {
	t.Helper()
	all := []*Server{Shared(t)}
	if os.Getenv("CLUSTERGRAPH_TEST_NEO4J") == "" {
		for _, v := range Versions(t) {
			if v != all[0].Version {
				all = append(all, newer(t, v))
			}
		}
	}
	for i, s := range all {
		t.Run(string(s.Version), func(t *testing.T) {
			t.Parallel() // each server does one thing at a time
			test(t, s, i, len(all))
		})
	}
}

// newer is the server of a version that tests share.
func newer(t *testing.T, v Version) *Server {
	t.Helper()
	process.mu.Lock()
	s := process.newer[v]
	process.mu.Unlock()
	if s != nil {
		return s
	}
	s, err := launch(sharedConfig(v))
	if err != nil {
		t.Fatalf("neo4jtest: there is no server of version %s: %v", v, err)
	}
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.newer == nil {
		process.newer = map[Version]*Server{}
	}
	process.newer[v] = s
	return s
}

// connect makes a Server of one that somebody else runs.
func connect(named string) (*Server, error) {
	const form = "CLUSTERGRAPH_TEST_NEO4J must look like neo4j://user:password@host:port/database"
	u, err := url.Parse(named)
	if err != nil || u.Host == "" || u.User == nil {
		return nil, fmt.Errorf("%s (what it says is not told here, for its password)", form)
	}
	s := &Server{User: u.User.Username(), Database: strings.Trim(u.Path, "/"), address: u.Host, scheme: u.Scheme}
	s.Password, _ = u.User.Password()
	if s.Database == "" {
		s.Database = "neo4j"
	}
	if u.Port() == "" {
		s.address += ":7687"
	}
	// The lock goes when this process does.
	name := fmt.Sprintf("clustergraph-neo4j-%x.lock", sha256.Sum256([]byte(s.address+"/"+s.Database)))
	if _, err := lockFile(filepath.Join(os.TempDir(), name), "other tests that use "+s.address); err != nil {
		return nil, err
	}
	if err := s.wait(s.answers); err != nil {
		return nil, fmt.Errorf("CLUSTERGRAPH_TEST_NEO4J names %s: %w", s.address, err)
	}
	s.Version, err = s.askVersion()
	return s, err
}
