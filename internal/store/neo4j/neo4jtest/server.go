package neo4jtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

// Server is a Neo4j that answers, or did until a test ended it.
type Server struct {
	User, Password, Database string
	Version                  Version
	// CAFile is the certificate, in PEM, of the authority that signed the server's; it is
	// empty without Config.TLS.
	CAFile string

	scheme, address string // where the server listens itself
	config          Config
	cas             *x509.CertPool

	// Of one that was started here:
	java   java
	cache  string
	home   string   // its folder: configuration, data, logs
	owner  *os.File // held to tell other processes that the folder is in use
	mu     sync.Mutex
	cmd    *exec.Cmd     // the process, while it runs
	exited chan struct{} // closed when it has ended
	ended  bool          // it is not to be started again

	drive  sync.Once
	driver neo4j.DriverWithContext // for what the package asks itself
	err    error
}

// Start starts a server for one test, which ends with the test. It fails the test if the
// server does not come up within four minutes, and shows what it said if the test fails.
func Start(tb testing.TB, c Config) *Server {
	tb.Helper()
	s, err := launch(c)
	if err != nil {
		tb.Fatalf("neo4jtest: no server: %v", err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("Neo4j %s at %s said:\n%s", s.Version, s.address, s.Log())
		}
		s.end()
	})
	return s
}

// launch starts a server of our own and waits for it.
func launch(c Config) (*Server, error) {
	c = c.withDefaults()
	release, known := releases[c.Version]
	if !known {
		return nil, fmt.Errorf("Neo4j %s is not a version that this package knows", c.Version)
	}
	java, err := findJava(release.java)
	if err != nil {
		return nil, fmt.Errorf("Neo4j %s cannot run: %w", c.Version, err)
	}
	cache, err := cacheFolder(c.Version)
	if err != nil {
		return nil, err
	}
	ready, err := prepare(c.Version, java, cache)
	if err != nil {
		return nil, err
	}
	s, err := newServer(c, java, cache)
	if err != nil {
		return nil, err
	}
	err = os.CopyFS(filepath.Join(s.home, "data"), os.DirFS(filepath.Join(ready, "data")))
	if err == nil {
		err = s.start(archiveOptions(ready)...)
	}
	if err == nil {
		err = s.begin(defaultPassword)
	}
	if err != nil {
		s.end()
		return nil, err
	}
	if c.Proxy != nil {
		c.Proxy.Target(s.address)
	}
	return s, nil
}

// newServer makes the folder and the configuration of a server that is not started yet.
func newServer(c Config, j java, cache string) (*Server, error) {
	s := &Server{User: "neo4j", Password: c.Password, Database: "neo4j", Version: c.Version, scheme: "bolt", config: c, java: j, cache: cache}
	err := register(s)
	if err == nil {
		s.address, err = freeAddress()
	}
	if err == nil {
		s.home, s.owner, err = makeHome()
	}
	if err == nil && c.TLS {
		s.scheme = "bolt+s"
		s.CAFile = filepath.Join(s.home, "ca.pem")
		s.cas, err = makeCertificates(s.CAFile, filepath.Join(s.home, "certificates", "bolt"))
	}
	if err == nil {
		err = s.writeSettings()
	}
	if err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// register sees to it that the server ends with this process.
func register(s *Server) error {
	process.mu.Lock()
	defer process.mu.Unlock()
	if !process.main {
		return errors.New("TestMain must call neo4jtest.Main, which ends what is started")
	}
	if process.ending {
		return errEnding
	}
	process.running = append(process.running, s)
	return nil
}

// start starts the process; the server is not ready yet.
func (s *Server) start(more ...string) error {
	lib, err := classPath(filepath.Join(s.cache, "lib"))
	if err != nil {
		return err
	}
	// What it says goes to a file, not through us: so it can be read after it was killed.
	out, err := os.OpenFile(s.out(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	args := slices.Concat(s.config.JVM, more, []string{
		"-Xmx" + s.setting("server.memory.heap.max_size"),
		"--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
		releases[s.Version].main, "--home-dir=" + s.home, "--config-dir=" + filepath.Join(s.home, "conf"), "--console-mode",
	})
	c := exec.Command(s.java.path, args...)
	c.Dir, c.Stdout, c.Stderr = s.home, out, out
	c.Env = append(os.Environ(), "CLASSPATH="+lib)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errEnding
	}
	if err := startProcess(c); err != nil {
		return err
	}
	s.cmd, s.exited = c, make(chan struct{})
	go func(exited chan struct{}) {
		_ = c.Wait() // how it ended is in what it said
		close(exited)
	}(s.exited)
	return nil
}

// begin waits until the server answers, and gives it its password if that is another.
func (s *Server) begin(password string) error {
	if s.Password != password {
		if err := s.setPassword(password, s.Password); err != nil {
			return err
		}
	}
	return s.wait(s.answers)
}

// patience is how long a server may take to come up, on a machine with more to do.
const patience = 4 * time.Minute

// wait asks until there is no error, the process has ended, or patience has.
func (s *Server) wait(ask func(context.Context) error) error {
	s.mu.Lock()
	exited := s.exited
	s.mu.Unlock()
	for begun := time.Now(); ; {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := ask(ctx)
		cancel()
		if err == nil {
			return nil
		}
		if time.Since(begun) > patience {
			return fmt.Errorf("Neo4j %s does not answer at %s: %w; it said:\n%s", s.Version, s.address, err, s.Log())
		}
		select {
		case <-exited:
			return fmt.Errorf("Neo4j %s has ended; it said:\n%s", s.Version, s.Log())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// answers is nil if the database can be asked.
func (s *Server) answers(ctx context.Context) error {
	d, err := s.ask()
	if err != nil {
		return err
	}
	if err := d.VerifyConnectivity(ctx); err != nil {
		return err
	}
	return runIn(ctx, d, s.Database, "RETURN 1", nil)
}

// setPassword changes the password as soon as the server lets one.
func (s *Server) setPassword(from, to string) error {
	d, err := s.connect("bolt", s.address, from)
	if err != nil {
		return err
	}
	defer d.Close(context.Background())
	return s.wait(func(ctx context.Context) error {
		return runIn(ctx, d, "system", "ALTER CURRENT USER SET PASSWORD FROM $from TO $to", map[string]any{"from": from, "to": to})
	})
}

// askVersion is for a server that somebody else runs.
func (s *Server) askVersion() (Version, error) {
	r, err := neo4j.ExecuteQuery(context.Background(), s.driver, "CALL dbms.components() YIELD versions RETURN versions[0] AS version", nil,
		neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase(s.Database))
	if err != nil {
		return "", err
	}
	v, _, err := neo4j.GetRecordValue[string](r.Records[0], "version")
	return Version(v), err
}

// runIn runs one statement without the driver's retries.
func runIn(ctx context.Context, d neo4j.DriverWithContext, database, cypher string, params map[string]any) error {
	session := d.NewSession(ctx, neo4j.SessionConfig{DatabaseName: database})
	defer session.Close(ctx)
	r, err := session.Run(ctx, cypher, params)
	if err != nil {
		return err
	}
	_, err = r.Consume(ctx)
	return err
}

// ask is the package's own driver, which goes to the server directly.
func (s *Server) ask() (neo4j.DriverWithContext, error) {
	s.drive.Do(func() { s.driver, s.err = s.connect(s.scheme, s.address, s.Password) })
	return s.driver, s.err
}

func (s *Server) connect(scheme, address, password string) (neo4j.DriverWithContext, error) {
	return neo4j.NewDriverWithContext(scheme+"://"+address, neo4j.BasicAuth(s.User, password, ""), func(c *config.Config) {
		if s.cas != nil {
			c.TlsConfig = &tls.Config{RootCAs: s.cas}
		}
		c.TelemetryDisabled = true
	})
}

// Kill ends the server at once (SIGKILL), as a crash would: nothing is written any more. It
// waits until the process is gone.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	if err := s.signal(syscall.SIGKILL, 30*time.Second); err != nil {
		tb.Errorf("neo4jtest: kill Neo4j: %v", err)
	}
}

// Stop ends the server cleanly (SIGTERM), and waits until the process is gone: about half a
// second.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if err := s.signal(syscall.SIGTERM, time.Minute); err != nil {
		tb.Errorf("neo4jtest: stop Neo4j: %v", err)
	}
}

// Restart starts the server again after Kill or Stop, at the same address and with the same
// data, and waits until it answers.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	if err := s.restart(); err != nil {
		tb.Fatalf("neo4jtest: restart Neo4j: %v", err)
	}
}

func (s *Server) restart() error {
	if s.home == "" {
		return errNotOurs
	}
	if s.runs() {
		return errors.New("it still runs; Kill or Stop it first")
	}
	ready, err := prepare(s.Version, s.java, s.cache)
	if err != nil {
		return err
	}
	if err := s.start(archiveOptions(ready)...); err != nil {
		return err
	}
	return s.wait(s.answers)
}

var (
	errNotOurs = errors.New("somebody else runs this server; Start one for this test")
	errEnding  = errors.New("this process is about to end")
)

// signal ends the process and waits for its end.
func (s *Server) signal(how os.Signal, within time.Duration) error {
	s.mu.Lock()
	cmd, exited := s.cmd, s.exited
	s.mu.Unlock()
	if cmd == nil {
		return errNotOurs
	}
	if err := cmd.Process.Signal(how); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-exited:
		return nil
	case <-time.After(within):
		return fmt.Errorf("it has not ended within %v, and said:\n%s", within, s.Log())
	}
}

// runs tells whether the process is there.
func (s *Server) runs() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return false
	}
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// end ends the server for good and removes its folder.
func (s *Server) end() {
	process.mu.Lock()
	process.running = slices.DeleteFunc(process.running, func(r *Server) bool { return r == s })
	process.mu.Unlock()
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.drive.Do(func() { s.err = errEnding })
	if s.driver != nil {
		_ = s.driver.Close(context.Background()) // the server is about to go anyway
	}
	if s.runs() {
		_ = s.signal(syscall.SIGKILL, 10*time.Second) // if it stays, the end of this process takes it along
	}
	_ = os.RemoveAll(s.home) // if not, the next process sweeps it away
	_ = s.owner.Close()
}

// Address is host and port of Bolt, for clients: of the proxy if there is one in between.
func (s *Server) Address() string {
	if s.config.Proxy != nil {
		return s.config.Proxy.Address()
	}
	return s.address
}

// URL is what a client connects to, with routing: neo4j://host:port, or neo4j+s:// with
// TLS. It has neither user nor password.
func (s *Server) URL() string {
	if s.CAFile != "" {
		return "neo4j+s://" + s.Address()
	}
	if s.home == "" {
		return s.scheme + "://" + s.address
	}
	return "neo4j://" + s.Address()
}

// CAs are the authorities to trust with TLS, nil without.
func (s *Server) CAs() *x509.CertPool { return s.cas }

// Driver is a driver for URL, which the test closes at its end.
func (s *Server) Driver(tb testing.TB, options ...func(*config.Config)) neo4j.DriverWithContext {
	tb.Helper()
	if s.cas != nil {
		options = append([]func(*config.Config){func(c *config.Config) { c.TlsConfig = &tls.Config{RootCAs: s.cas} }}, options...)
	}
	d, err := neo4j.NewDriverWithContext(s.URL(), neo4j.BasicAuth(s.User, s.Password, ""), options...)
	if err != nil {
		tb.Fatalf("neo4jtest: no driver: %v", err)
	}
	tb.Cleanup(func() { _ = d.Close(context.Background()) }) // the server may be gone by then
	return d
}

// Log is the end of what the server said, for the report of a failure. It is empty for a
// server that somebody else runs.
func (s *Server) Log() string {
	if s.home == "" {
		return ""
	}
	said, err := os.ReadFile(s.out())
	if err != nil {
		return err.Error()
	}
	return tail(string(said), 40)
}

// out is the file that holds what the process said.
func (s *Server) out() string { return filepath.Join(s.home, "output.txt") }
