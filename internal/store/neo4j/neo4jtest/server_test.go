package neo4jtest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"clustergraph/test/needs"

	"github.com/google/go-cmp/cmp"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

// Each version comes up as configured, leads drivers that route through its proxy, and keeps
// its data however it ends.
func TestServer(t *testing.T) {
	versions := Versions(t)
	if testing.Short() {
		versions = versions[:1]
	}
	for _, v := range versions {
		t.Run(string(v), func(t *testing.T) {
			begun := time.Now()
			p := NewProxy(t, "")
			s := Start(t, Config{Version: v, Proxy: p, Password: "some password", Settings: map[string]string{"db.memory.transaction.max": "4m"}})
			t.Logf("start: %v", time.Since(begun))
			if s.Password != "some password" || s.URL() != "neo4j://"+p.Address() {
				t.Errorf("%s with password %s", s.URL(), s.Password)
			}
			d := s.Driver(t)
			if asked, err := s.askVersion(); err != nil || asked != v {
				t.Errorf("it calls itself %s %v", asked, err)
			}
			if err := work(t, d, neo4j.AccessModeRead, "RETURN 1"); err != nil {
				t.Error(err)
			}
			var heard []string
			for _, m := range p.Messages("ROUTE", "RUN") {
				heard = append(heard, m.Kind+" "+m.Database)
			}
			if d := cmp.Diff([]string{"ROUTE neo4j", "RUN neo4j"}, heard); d != "" {
				t.Error(d)
			}
			err := runIn(t.Context(), d, s.Database, "UNWIND range(1, 1000000) AS i WITH collect('n' + i) AS names RETURN size(names)", nil)
			if e, is := err.(*neo4j.Neo4jError); !is || !strings.Contains(e.Code, "MemoryPoolOutOfMemoryError") {
				t.Errorf("the setting does not work: %v", err)
			}
			run(t, s, "CREATE (:A {n: 1})")
			for _, end := range []func(testing.TB){s.Kill, s.Stop} {
				if err := s.restart(); err == nil {
					t.Error("it was started twice")
				}
				begun = time.Now()
				end(t)
				if _, err := net.Dial("tcp", s.address); err == nil {
					t.Error("somebody still listens")
				}
				if err := runIn(t.Context(), d, s.Database, "RETURN 1", nil); err == nil {
					t.Error("somebody still answers")
				}
				between := time.Now()
				s.Restart(t)
				t.Logf("end: %v, restart: %v", between.Sub(begun), time.Since(between))
				if n := count(t, s, "MATCH (a:A) SET a.n = a.n + 1 RETURN count(a) AS n"); n != 1 {
					t.Errorf("%d nodes, want 1", n)
				}
				if err := runIn(t.Context(), d, s.Database, "RETURN 1", nil); err != nil {
					t.Errorf("the driver from before: %v", err)
				}
			}
			if !strings.Contains(s.Log(), "Started.") {
				t.Errorf("the log says:\n%s", s.Log())
			}
		})
	}
}

func TestTLS(t *testing.T) {
	s := Start(t, Config{TLS: true})
	if err := s.Driver(t).VerifyConnectivity(t.Context()); err != nil {
		t.Errorf("with our authority: %v", err)
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Error("the authority's file holds no certificate")
	}
	for _, c := range []struct {
		url  string
		pool *x509.CertPool
		ok   bool
	}{
		{"neo4j+s://" + s.Address(), pool, true},
		{"bolt+s://" + s.Address(), pool, true},
		{"bolt+s://" + strings.Replace(s.Address(), "127.0.0.1", "localhost", 1), pool, true},
		{"bolt+s://" + s.Address(), nil, false},
		{"neo4j+ssc://" + s.Address(), nil, true},
		{"bolt://" + s.Address(), nil, false},
	} {
		d, err := neo4j.NewDriverWithContext(c.url, neo4j.BasicAuth(s.User, s.Password, ""), func(o *config.Config) {
			o.TlsConfig = &tls.Config{RootCAs: c.pool}
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.VerifyConnectivity(t.Context()); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.url, err)
		}
		_ = d.Close(t.Context()) // the test is about connecting
	}
}

// However a test process ends, its server does.
func TestEnd(t *testing.T) {
	if os.Getenv("CLUSTERGRAPH_CHILD") != "" {
		s := Start(t, Config{})
		fmt.Println("started", s.address, s.home)
		time.Sleep(time.Minute)
		return
	}
	needs.Time(t)
	for _, how := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		c := exec.Command(os.Args[0], "-test.run=^TestEnd$")
		c.Env = append(os.Environ(), "CLUSTERGRAPH_CHILD=1")
		out, err := c.StdoutPipe()
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		var address, home string
		for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
			_, _ = fmt.Sscanf(lines.Text(), "started %s %s", &address, &home) // other lines say other things
		}
		up, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatalf("the child's server: %v", err)
		}
		_ = up.Close()
		if err := c.Process.Signal(how); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // it was killed
		begun := time.Now()
		for time.Since(begun) < 10*time.Second {
			if up, err = net.Dial("tcp", address); err != nil {
				break
			}
			_ = up.Close()
			time.Sleep(20 * time.Millisecond)
		}
		if err == nil {
			t.Errorf("%v: the server outlives the process", how)
		}
		if _, err := os.Stat(home); how == syscall.SIGTERM && err == nil {
			t.Errorf("%v: the server's folder is left", how)
		}
		if how == syscall.SIGKILL {
			old := time.Now().Add(-time.Hour)
			if err := os.Chtimes(filepath.Join(home, ownerFile), old, old); err != nil {
				t.Fatal(err)
			}
			sweep()
			if _, err := os.Stat(home); err == nil {
				t.Error("the folder of a process that was killed is not swept away")
			}
		}
	}
}
