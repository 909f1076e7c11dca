package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/test/needs"
)

// patient is how long a request may take on a machine that does much else, where Neo4j has
// not seen a question before.
const patient = "--timeout=2m"

// soon is how long something may take that takes a second when nothing else runs.
const soon = time.Minute

// eventually waits for what is to become true soon.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s, after %s", what, soon)
		}
	}
}

// ready asks a server for its health.
func ready(t *testing.T, address string) (status int, body string) {
	t.Helper()
	r, err := http.Get(address + "/health/ready")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// TestNeo4j uses the program on a Neo4j server as a team would: what works on a file works
// there, and what may go wrong is told. The parts build on each other.
func TestNeo4j(t *testing.T) {
	needs.Time(t)
	server := neo4jtest.Start(t, neo4jtest.Config{})
	url := strings.Replace(server.URL(), "://", "://"+server.User+"@", 1) + "/" + server.Database
	environment := map[string]string{"CLUSTERGRAPH_STORE": url, "CLUSTERGRAPH_NEO4J_PASSWORD": server.Password}
	must := func(t *testing.T, args ...string) string {
		t.Helper()
		code, out, errs := start(t, environment, args...)
		if code != exitDone {
			t.Fatalf("%v: exit code %d: %s%s", args, code, out, errs)
		}
		return out
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	_ = closed.Close()

	t.Run("what is wrong is told", func(t *testing.T) {
		for _, c := range []struct {
			reason, password string
			args             []string
			code             int
			holds            []string
		}{
			{"a wrong password", "wrong-secret", []string{"check"}, exitFailed, []string{"look at user and password"}},
			{"waiting would not help", "wrong-secret", []string{"serve"}, exitFailed, []string{"look at user and password"}},
			{"no password", "", []string{"check"}, exitFailed, []string{"no password was given", "CLUSTERGRAPH_NEO4J_PASSWORD", "--neo4j-password-file"}},
			{"another database", server.Password, []string{"check", "--store", strings.TrimSuffix(url, "neo4j") + "other"}, exitFailed, []string{`"other"`, "does not exist"}},
			{"a port that is closed", server.Password, []string{"import", "sample", "--store", "neo4j://neo4j@" + nobody}, exitFailed, []string{nobody, "cannot be reached"}},
			{"and waiting for it", server.Password, []string{"serve", "--wait", "1s", "--store", "bolt://neo4j@" + nobody}, exitFailed, []string{nobody, "waiting for it", "waited for it for 1s (--wait)"}},
		} {
			code, _, errs := start(t, map[string]string{"CLUSTERGRAPH_STORE": url, "CLUSTERGRAPH_NEO4J_PASSWORD": c.password}, append(c.args, "--listen=127.0.0.1:0")[:len(c.args)+btoi(c.args[0] == "serve")]...)
			if code != c.code || strings.Contains(errs, "secret") {
				t.Errorf("%s: %d %s", c.reason, code, errs)
			}
			for _, h := range c.holds {
				if !strings.Contains(errs, h) {
					t.Errorf("%s: %q is not in %s", c.reason, h, errs)
				}
			}
		}
	})

	file := newStore(t)
	t.Run("a file is copied into it, though killed", func(t *testing.T) {
		if code, out, errs := start(t, nil, "import", "sample", "--store", file); code != exitDone {
			t.Fatal(out, errs)
		}
		n := killed(t, []string{"CLUSTERGRAPH_NEO4J_PASSWORD=" + server.Password}, file, url)
		if n == 0 {
			t.Error("the copy began anew")
		}
		if out := must(t, "check"); !strings.Contains(out, "whole") {
			t.Error(out)
		}
	})

	t.Run("and answers alike", func(t *testing.T) {
		for _, mirror := range []string{"off", "on"} {
			address, stop := serving(t, environment, "--mirror", mirror, patient)
			if got := pairs(t, address, network, association); !slices.Equal(got, headline) {
				t.Errorf("mirror %s: %q", mirror, got)
			}
			if code, errs := stop(); code != exitDone || !strings.Contains(errs, "questions are answered") {
				t.Errorf("mirror %s: %d %s", mirror, code, errs)
			}
		}
	})

	t.Run("importing again changes nothing", func(t *testing.T) {
		for _, line := range strings.Split(strings.TrimSpace(must(t, "import", "sample")), "\n") {
			var told imported
			if err := json.Unmarshal([]byte(line), &told); err != nil || !told.Repeated {
				t.Errorf("%s (%v)", line, err)
			}
		}
	})

	t.Run("what others change is found and taken in", func(t *testing.T) {
		server.Run(t, `MATCH (n:Node {id: "eccp:ict-cluster"}) SET n.url = "https://changed.example"`, nil)
		code, out, errs := start(t, environment, "check")
		if code != exitFailed || !strings.Contains(out, "eccp:ict-cluster") || !strings.Contains(errs, "clustergraph refresh") {
			t.Errorf("check: %d %s%s", code, out, errs)
		}
		if out := must(t, "refresh"); !strings.Contains(out, "took in changes of 1 nodes") {
			t.Error(out)
		}
		if out := must(t, "check"); !strings.Contains(out, "whole") {
			t.Error(out)
		}
		address, stop := serving(t, environment)
		if a := post(t, address, "", `{ node(id: "eccp:ict-cluster") { url } }`); string(a.Data) != `{"node":{"url":"https://changed.example"}}` {
			t.Errorf("%s %+v", a.Data, a.Errors)
		}
		stop()
	})

	t.Run("indexes that are missing are made", func(t *testing.T) {
		names := server.Run(t, `SHOW INDEXES YIELD name, type, owningConstraint WHERE name STARTS WITH "clustergraph_" AND type = "RANGE" AND owningConstraint IS NULL RETURN name LIMIT 1`, nil)
		if len(names) != 1 {
			t.Fatal("there is no index of ours")
		}
		name := names[0].(string)
		server.Run(t, "DROP INDEX `"+name+"`", nil)
		code, out, errs := start(t, environment, "check")
		if code != exitFailed || !strings.Contains(out, name) || !strings.Contains(out+errs, "check --fix") {
			t.Errorf("check: %d %s%s", code, out, errs)
		}
		if out := must(t, "check", "--fix"); !strings.Contains(out, name) || !strings.Contains(out, ": fixed") || !strings.Contains(out, "whole") {
			t.Error(out)
		}
		if out := must(t, "check", "--fix"); strings.Contains(out, "fixed") {
			t.Error(out)
		}
	})

	t.Run("it is copied back into a file", func(t *testing.T) {
		back := newStore(t)
		must(t, "copy", "--from", url, "--to", back)
		if out := must(t, "check", "--store", back); !strings.Contains(out, "whole") {
			t.Error(out)
		}
		if _, err := os.Stat(strings.TrimPrefix(back, "sqlite:")); err != nil {
			t.Error(err)
		}
	})

	t.Run("while it is away", func(t *testing.T) { away(t, server, environment) })
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// away stops the server under two services, of which one has a mirror.
func away(t *testing.T, server *neo4jtest.Server, environment map[string]string) {
	mirrored, _ := serving(t, environment, "--mirror", "on", patient)
	bare, _ := serving(t, environment, "--mirror", "off", patient)
	for _, address := range []string{mirrored, bare} {
		if status, body := ready(t, address); status != http.StatusOK || strings.Contains(body, "stale") {
			t.Errorf("before: %d %s", status, body)
		}
	}
	server.Stop(t)

	eventually(t, "the service without a mirror is still ready", func() bool { status, _ := ready(t, bare); return status == http.StatusServiceUnavailable })
	began := time.Now()
	if a := post(t, bare, "", `{ clusters { totalCount } }`); len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAVAILABLE" {
		t.Errorf("without a mirror: %s %+v", a.Data, a.Errors)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("without a mirror an error takes %s", took)
	}
	eventually(t, "the mirror does not say how old it is", func() bool { _, body := ready(t, mirrored); return strings.Contains(body, `"stale":{"since":`) })
	if status, body := ready(t, mirrored); status != http.StatusOK {
		t.Errorf("with a mirror: %d %s", status, body)
	}
	if got := pairs(t, mirrored, network, association); !slices.Equal(got, headline) {
		t.Errorf("with a mirror: %q", got)
	}
	if !strings.Contains(raw(t, mirrored), `"stale":{"seconds":`) {
		t.Errorf("an answer that may be old does not say so: %s", raw(t, mirrored))
	}
	for _, address := range []string{mirrored, bare} {
		if r, err := http.Get(address + "/health/live"); err != nil || r.StatusCode != http.StatusOK {
			t.Errorf("it is not alive: %v", err)
		} else {
			_ = r.Body.Close()
		}
	}

	server.Restart(t)
	back := time.Now()
	eventually(t, "the service without a mirror is not ready again", func() bool { status, _ := ready(t, bare); return status == http.StatusOK })
	eventually(t, "the mirror does not follow again", func() bool { _, body := ready(t, mirrored); return !strings.Contains(body, "stale") })
	t.Logf("all is well %s after the server", time.Since(back))
	if got := pairs(t, bare, network, association); !slices.Equal(got, headline) {
		t.Errorf("without a mirror, afterwards: %q", got)
	}
	if strings.Contains(raw(t, mirrored), "stale") {
		t.Errorf("afterwards: %s", raw(t, mirrored))
	}
}

// raw is a whole answer.
func raw(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address + "/graphql?query=%7Brevision%7D")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// All that a store keeps moves into Neo4j and back, with an interruption after each piece.
func TestCopyKeepsEverythingInNeo4j(t *testing.T) {
	needs.Time(t)
	server := neo4jtest.Shared(t)
	server.Wipe(t)
	folder := t.TempDir()
	from := openFile(t, filepath.Join(folder, "a.db"), false)
	history(t, from)
	at, err := from.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := program{getenv: func(string) string { return server.Password }}
	pl, err := p.placeOf(p.rootCommand(), "--to", strings.Replace(server.URL(), "://", "://"+server.User+"@", 1)+"/"+server.Database)
	if err != nil {
		t.Fatal(err)
	}
	open := func(copying bool) commit.Movable {
		s, err := pl.openMovable(t.Context(), copying)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	into := open(true)
	there := copied(t, from, into)
	if _, err := pl.open(t.Context()); err != nil {
		t.Errorf("the copy cannot be opened: %v", err)
	}
	back := openFile(t, filepath.Join(folder, "b.db"), true)
	if here := copied(t, into, back); here.Hash != there.Hash || here.Revision != at.String() {
		t.Errorf("%+v came back as %+v", there, here)
	}
	sameHistory(t, back, at)
	sameHistory(t, into.(store.Truth), at)
	if err := (&move{from: from, to: into, tell: p.newMoveReport()}).run(t.Context(), "it"); err == nil || !strings.Contains(err.Error(), "holds a graph already") {
		t.Errorf("into a database that is full: %v", err)
	}
}
