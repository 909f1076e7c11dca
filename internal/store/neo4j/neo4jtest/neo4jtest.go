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
// Tests that only need a database use Shared, one server per process (processes under the
// command beside share one in turn), and Wipe what others left; what must hold of every version
// of Neo4j is tested with Each. Tests that stop, kill or configure a server Start one of their
// own. A test that cannot have its server fails; it is never skipped.
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
	"errors"
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

	once   sync.Once // for shared, lock, err
	shared *Server
	lock   *os.File // of a server that is not this process's, held until the process ends
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
// CLUSTERGRAPH_TEST_NEO4J names, or else the one that [Beside] offers, or else one
// of version V5 that is started when it is first asked for. It may hold what earlier tests left: see Server.Wipe. Tests that use it must not
// run in parallel with each other.
//
// Several processes that share a named server take turns: Shared waits until those before
// have ended. It does not wait for what Beside offers.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	process.once.Do(func() {
		if named := os.Getenv("CLUSTERGRAPH_TEST_NEO4J"); named != "" {
			process.shared, process.lock, process.err = connect(named)
			return
		}
		if process.shared, process.lock, process.err = take(); process.shared == nil && process.err == nil {
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

// connect makes a Server of one that somebody else runs, and the lock that keeps other processes
// out of it until this one ends.
func connect(named string) (*Server, *os.File, error) {
	s, err := parse(named)
	if err != nil {
		return nil, nil, fmt.Errorf("CLUSTERGRAPH_TEST_NEO4J %w", err)
	}
	name := fmt.Sprintf("clustergraph-neo4j-%x.lock", sha256.Sum256([]byte(s.address+"/"+s.Database)))
	lock, err := lockFile(filepath.Join(os.TempDir(), name), "other tests that use "+s.address)
	if err != nil {
		return nil, nil, err
	}
	return s, lock, s.reach()
}

// parse makes a Server of what names one that is not this process's. Nobody has asked it yet.
func parse(named string) (*Server, error) {
	u, err := url.Parse(named)
	if err != nil || u.Host == "" || u.User == nil {
		return nil, errors.New("must look like neo4j://user:password@host:port/database (what it says is not told here, for its password)")
	}
	s := &Server{User: u.User.Username(), Database: strings.Trim(u.Path, "/"), address: u.Host, scheme: u.Scheme}
	s.Password, _ = u.User.Password()
	if s.Database == "" {
		s.Database = "neo4j"
	}
	if u.Port() == "" {
		s.address += ":7687"
	}
	return s, nil
}

// named is what parse makes the server of again.
func (s *Server) named() string {
	u := url.URL{Scheme: "neo4j", User: url.UserPassword(s.User, s.Password), Host: s.address, Path: s.Database}
	return u.String()
}

// reach waits until a server that is not this process's answers, and asks for its version.
func (s *Server) reach() error {
	err := s.wait(s.answers)
	if err == nil {
		s.Version, err = s.askVersion()
	}
	if err != nil {
		return fmt.Errorf("the server at %s: %w", s.address, err)
	}
	return nil
}
