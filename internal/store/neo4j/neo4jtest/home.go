package neo4jtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	homePrefix = "clustergraph-neo4j-" // of a server's folder in the system's folder for temporary files
	ownerFile  = "owner.lock"          // is locked by the process that made the folder
)

// homes is the folder for the folders of servers. Tests keep theirs in memory, where there is
// enough: a commit waits for the disk otherwise, which was half of the time of tests that
// write little. A server that is killed finds all of it again, as only the machine's end takes
// it. Benchmarks wait for the disk, as a server in production does.
func homes() string {
	if benchmarking() || os.Getenv("TMPDIR") != "" || !roomy(inMemory) {
		return os.TempDir()
	}
	return inMemory
}

// makeHome makes a folder for a server, and holds it. It also removes those of processes
// that were killed before they could.
func makeHome() (string, *os.File, error) {
	sweep()
	home, err := os.MkdirTemp(homes(), homePrefix+"*")
	if err != nil {
		return "", nil, err
	}
	owner, err := lockFile(filepath.Join(home, ownerFile), home)
	if err == nil {
		err = os.Mkdir(filepath.Join(home, "conf"), 0o755)
	}
	return home, owner, err
}

// sweep removes folders that nobody holds. One that is a minute old has been locked by who
// made it, or never will be.
func sweep() {
	owners, _ := filepath.Glob(filepath.Join(homes(), homePrefix+"*", ownerFile)) // only a bad pattern is an error
	for _, o := range owners {
		info, err := os.Stat(o)
		if err == nil && time.Since(info.ModTime()) > time.Minute && !locked(o) {
			_ = os.RemoveAll(filepath.Dir(o)) // if not today, then another day
		}
	}
}

// freeAddress finds a port of this machine that nobody listens on. It stays below those that the system gives
// to outgoing connections: one of these could take the port while the server is down, or a
// client that waits for the server could end up talking to itself.
func freeAddress() (string, error) {
	var err error
	for range 100 {
		var l net.Listener
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(20000+rand.IntN(12000)))
		if l, err = net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", fmt.Errorf("no free port: %w", err)
}

// settings is the whole of neo4j.conf.
func (s *Server) settings() map[string]string {
	all := map[string]string{
		"server.default_listen_address":          "127.0.0.1",
		"server.bolt.listen_address":             s.address,
		"server.bolt.advertised_address":         s.Address(),
		"server.http.enabled":                    "false",
		"server.https.enabled":                   "false",
		"dbms.usage_report.enabled":              "false",
		"dbms.security.auth_enabled":             "true",
		"server.memory.heap.max_size":            "512m",
		"server.memory.pagecache.size":           "128m",
		"db.tx_log.preallocate":                  "false", // an empty store is 2 MB, not 500
		"dbms.security.auth_max_failed_attempts": "0",     // tests of wrong passwords do not lock the others out
		// Without these it takes ten seconds to stop, most of them for nothing.
		"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
		"internal.dbms.bolt.netty_server_shutdown_timeout":      "1s",
		"internal.server.bolt.thread_pool_shutdown_wait_time":   "1s",
		"internal.server.bolt.connection_shutdown_wait_time":    "1s",
	}
	if !benchmarking() { // tests fill and wipe one database again and again, and ask much but once
		maps.Copy(all, map[string]string{
			"dbms.cypher.min_replan_interval":                    "1d",
			"dbms.cypher.statistics_divergence_threshold":        "1.0",
			"server.memory.query_cache.per_db_cache_num_entries": "5000",
			// The planner takes the best it has found after a second; where much else runs, that
			// is not the plan that a user's server would find.
			"internal.cypher.idp_solver_duration_threshold": "60000",
		})
	}
	if s.config.TLS {
		maps.Copy(all, tlsSettings)
	}
	maps.Copy(all, s.config.Settings)
	return all
}

func (s *Server) setting(name string) string { return s.settings()[name] }

func (s *Server) writeSettings() error {
	all := s.settings()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s=%s\n", name, all[name])
	}
	return os.WriteFile(filepath.Join(s.home, "conf", "neo4j.conf"), []byte(b.String()), 0o644)
}
