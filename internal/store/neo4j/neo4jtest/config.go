package neo4jtest

import (
	"flag"
	"os"
	"testing"
)

// Version is a release of Neo4j Community.
type Version string

const (
	V5    Version = "5.26.29"   // long-term support; Java 17 or 21
	V2025 Version = "2025.11.2" // Java 21 or newer
)

// release is what has to be known of a version to run it.
type release struct {
	main string // the main class: META-INF/services/org.neo4j.server.startup.EntryPoint says so
	java int    // the oldest Java that it runs on
}

var releases = map[Version]release{
	V5:    {"org.neo4j.server.CommunityEntryPoint", 17},
	V2025: {"org.neo4j.server.Neo4jCommunity", 21},
}

// Versions are the versions that can run here, oldest first. One that lacks its Java is told
// in the test's log and left out; where CI is set it fails the test instead.
func Versions(tb testing.TB) []Version {
	tb.Helper()
	var can []Version
	for _, v := range []Version{V5, V2025} {
		_, err := findJava(releases[v].java)
		switch {
		case err == nil:
			can = append(can, v)
		case os.Getenv("CI") != "":
			tb.Fatalf("neo4jtest: Neo4j %s must be tested in CI: %v", v, err)
		default:
			tb.Logf("neo4jtest: not tested with Neo4j %s: %v", v, err)
		}
	}
	return can
}

// Config says what a server is to be like. The zero value is a server of version V5, small
// and quick to start.
type Config struct {
	// Version is V5 unless set.
	Version Version
	// Password is that of the user neo4j: something fixed unless set.
	Password string
	// Settings are lines of neo4j.conf, in addition to ours or instead of them, such as
	// db.memory.transaction.max. server.memory.heap.max_size is 512m unless set.
	Settings map[string]string
	// JVM are the options of the Java machine, instead of ours. These are meant for tests,
	// which start often and run short, or if benchmarks run (go test -bench) for those.
	JVM []string
	// TLS makes the server speak TLS only, with a certificate for localhost and 127.0.0.1
	// that an authority of its own has signed (Server.CAFile).
	TLS bool
	// Proxy, if set, is led to the server, and the server tells its clients to come through
	// it: Server.URL and its routing tables name the proxy.
	Proxy *Proxy
}

const defaultPassword = "clustergraph-test"

// testJVM starts fastest, and stays small. Compiling only once, and simply, saved 40 % of a
// server's processor time up to ten thousand statements; what runs longer breaks even later.
var testJVM = []string{"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"}

// askedJVM compiles again, and well, what runs often, which is the planner. Its first 150 texts
// took a tenth more processor time than with testJVM, the next 150 a quarter less, and from 500
// on they took a third less.
var askedJVM = []string{"-XX:+UseSerialGC", "-XX:-UsePerfData"}

// benchJVM is nearer to a server in production.
var benchJVM = []string{"-XX:+UseG1GC", "-XX:-UsePerfData"}

// benchmarking tells whether this process was asked for benchmarks.
func benchmarking() bool {
	f := flag.Lookup("test.bench")
	return f != nil && f.Value.String() != ""
}

func (c Config) withDefaults() Config {
	if c.Version == "" {
		c.Version = V5
	}
	if c.Password == "" {
		c.Password = defaultPassword
	}
	if c.JVM == nil {
		c.JVM = testJVM
		if benchmarking() {
			c.JVM = benchJVM
		}
	}
	return c
}
