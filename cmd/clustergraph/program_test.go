package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"clustergraph/internal/store/neo4j/neo4jtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMain lets the test binary be the program itself, for tests that need it to
// be a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("CLUSTERGRAPH_TEST_PROGRAM") != "" {
		main()
		return
	}
	neo4jtest.Main(m)
}

// command is the program as a process.
func command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Env = []string{"CLUSTERGRAPH_TEST_PROGRAM=1", "HOME=" + t.TempDir()}
	return c
}

// must runs a command line that has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := start(t, nil, args...)
	if code != exitDone {
		t.Fatalf("%v: exit code %d: %s%s", args, code, out, errs)
	}
	return out
}

func newStore(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}

// serving starts serve in this process and returns its address, and a function
// that stops it and returns its exit code and what it wrote to the error stream.
func serving(t *testing.T, environment map[string]string, args ...string) (address string, stop func() (int, string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	read, write := io.Pipe()
	var errs bytes.Buffer
	p := program{in: strings.NewReader(""), out: write, err: &errs, getenv: func(name string) string { return environment[name] }}
	code := make(chan int, 1)
	go func() {
		code <- p.run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...))
		_ = write.Close()
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("serve ended with %d before it told its address: %s", <-code, errs.String())
	}
	stopped := false
	result := 0
	stop = func() (int, string) {
		if !stopped {
			stopped = true
			cancel()
			result = <-code
		}
		return result, errs.String()
	}
	t.Cleanup(func() { stop() })
	return regexp.MustCompile(`http://[^/]+`).FindString(line), stop
}

type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

// post asks one question.
func post(t *testing.T, address, token, query string) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(content, &a); err != nil {
		t.Fatalf("%v in %.500s", err, content)
	}
	return a
}

// pairs are the partnerships between the members of two networks, as "A + B: PROJECTS";
// none if there is no such network.
func pairs(t *testing.T, address, one, other string) []string {
	t.Helper()
	a := post(t, address, "", fmt.Sprintf(`{ partnerships(between: [{membersOf: [%q]}, {membersOf: [%q]}]) {
		nodes { a { name } b { name } sharedProjects { nodes { name } } } } }`, one, other))
	type named struct{ Name string }
	var data struct {
		Partnerships struct {
			Nodes []struct {
				A, B           named
				SharedProjects struct{ Nodes []named }
			}
		}
	}
	if len(a.Errors) > 0 && a.Errors[0].Extensions.Code == "NOT_FOUND" {
		return nil
	}
	if len(a.Errors) > 0 {
		t.Fatalf("%+v", a.Errors)
	}
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range data.Partnerships.Nodes {
		both := []string{n.A.Name, n.B.Name}
		slices.Sort(both)
		var projects []string
		for _, p := range n.SharedProjects.Nodes {
			projects = append(projects, p.Name)
		}
		out = append(out, strings.Join(both, " + ")+": "+strings.Join(projects, ", "))
	}
	slices.Sort(out)
	return out
}

const (
	network     = "name:3b-ict-clusters-network"
	association = "eccp:serbian-cluster-association"
)

var headline = []string{
	"Autocluster Serbia + ICT Cluster: GIVE",
	"ICT Cluster + ICT Cluster of Central Serbia: GIVE",
	"ICT Cluster + Vojvodina ICT Cluster: DANUBE ICT",
}

func TestHeadline(t *testing.T) {
	store := newStore(t)
	must(t, "import", "sample", "--store", store)
	address, stop := serving(t, nil, "--store", store)
	if got := pairs(t, address, network, association); !slices.Equal(got, headline) {
		t.Errorf("the sample answers with %q", got)
	}
	if got := pairs(t, address, association, network); !slices.Equal(got, headline) {
		t.Errorf("the other way round: %q", got)
	}
	if code, errs := stop(); code != exitDone {
		t.Errorf("an orderly stop: %d %s", code, errs)
	}
}

// The playground's examples are answered as the golden files say; -update writes them.
func TestExamples(t *testing.T) {
	store := newStore(t)
	must(t, "import", "sample", "--store", store)
	address, _ := serving(t, nil, "--store", store)
	examples, err := filepath.Glob("../../web/src/examples/*.graphql")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, path := range examples {
		name := strings.TrimSuffix(filepath.Base(path), ".graphql")
		t.Run(name, func(t *testing.T) {
			query, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			a := post(t, address, "", string(query))
			if len(a.Errors) > 0 {
				t.Fatalf("%+v", a.Errors)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, a.Data, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden := filepath.Join("testdata", "examples", name+".json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("the answer differs from %s (go test ./cmd/clustergraph -run TestExamples -update writes it anew):\n%s", golden, got.Bytes())
			}
		})
	}
}

// What another process imports is seen by a running server within a second.
func TestImportBesideServer(t *testing.T) {
	store := newStore(t)
	address, _ := serving(t, nil, "--store", store)
	if a := post(t, address, "", `{ node(id: "eccp:ict-cluster") { name } }`); string(a.Data) != `{"node":null}` {
		t.Fatalf("an empty store answers %s %+v", a.Data, a.Errors)
	}
	if out, err := command(t.Context(), t, "import", "sample", "--store", store).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	// On a machine that does much else at the time, a second may not be enough.
	imported := time.Now()
	for !slices.Equal(pairs(t, address, network, association), headline) {
		if time.Since(imported) > 5*time.Second {
			t.Fatalf("still not seen: %q", pairs(t, address, network, association))
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("seen after %s", time.Since(imported))
}

func TestSampleIfEmpty(t *testing.T) {
	store := newStore(t)
	if out := must(t, "import", "sample", "--if-empty", "--store", store); out == "" {
		t.Error("an empty store was not filled")
	}
	if out := must(t, "import", "sample", "--if-empty", "--store", store); out != "" {
		t.Errorf("a full store was filled: %s", out)
	}
	for _, line := range strings.Split(strings.TrimSpace(must(t, "import", "sample", "--store", store)), "\n") {
		var told imported
		if err := json.Unmarshal([]byte(line), &told); err != nil || !told.Stored || !told.Repeated {
			t.Errorf("the same again: %s (%v)", line, err)
		}
	}
}

// The program stops in order when it is told to by a signal.
func TestSignal(t *testing.T) {
	c := command(t.Context(), t, "serve", "--listen", "127.0.0.1:0", "--store", newStore(t))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %s", err, errs.String())
	}
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	code, _, errs := start(t, nil, "serve", "--listen", l.Addr().String(), "--store", newStore(t))
	if code != exitFailed || !strings.Contains(errs, l.Addr().String()+" is in use") || !strings.Contains(errs, "--listen") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestWriting(t *testing.T) {
	const secret = "0123456789abcdef0123"
	const write = `mutation { saveOrganisations(input: [{name: "Example University"}]) { nodes { id name } revision } }`
	store := newStore(t)
	closed, _ := serving(t, nil, "--store", store)
	if a := post(t, closed, "", write); len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "FORBIDDEN" {
		t.Errorf("a read-only server answers %+v", a)
	}
	open, _ := serving(t, map[string]string{"CLUSTERGRAPH_TOKEN": secret}, "--store", store, "--allow-writes")
	if a := post(t, open, "", write); len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("without a token: %+v", a)
	}
	if a := post(t, open, secret+"x", write); len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("with a wrong token: %+v", a)
	}
	if a := post(t, open, secret, write); len(a.Errors) != 0 || !strings.Contains(string(a.Data), "Example University") {
		t.Errorf("with the token: %s %+v", a.Data, a.Errors)
	}
}

// Questions that ask for too much, or wrongly, are refused with a reason.
func TestBadQuestions(t *testing.T) {
	store := newStore(t)
	must(t, "import", "sample", "--store", store)
	address, _ := serving(t, nil, "--store", store)
	deep := func(n int) string {
		return `{ cluster(id: "eccp:ict-cluster") ` + strings.Repeat("{ projects { nodes { partners { nodes ", n/4) +
			"{ id }" + strings.Repeat(" } } } }", n/4) + " }"
	}
	for _, c := range []struct{ reason, query, holds string }{
		{"10,000 levels", deep(10_000), ""},
		{"a page of less than nothing", `{ clusters(first: -1) { nodes { id } } }`, "first"},
		{"a page too large", `{ clusters(first: 1001) { nodes { id } } }`, "1000"},
		{"a forged cursor", `{ clusters(after: "forged") { nodes { id } } }`, "cursor"},
		{"more than memory holds", `{ actors(first: 1000) { nodes { projects(first: 1000) { nodes { partners(first: 1000) { nodes { id } } } } } } }`, ""},
		{"no such field", `{ clusters { nodes { nmae } } }`, "nmae"},
		{"no query", ``, ""},
	} {
		a := post(t, address, "", c.query)
		if len(a.Errors) == 0 {
			t.Errorf("%s: no error, but %.200s", c.reason, a.Data)
			continue
		}
		e := a.Errors[0]
		if e.Extensions.Code == "" || e.Extensions.Code == "INTERNAL" || !strings.Contains(e.Message, c.holds) {
			t.Errorf("%s: %+v", c.reason, e)
		}
	}
	if got := pairs(t, address, network, association); !slices.Equal(got, headline) {
		t.Errorf("after all that the server answers %q", got)
	}
}

// A request that takes longer than it may is told so.
func TestTimeout(t *testing.T) {
	store := newStore(t)
	must(t, "import", "sample", "--store", store)
	address, _ := serving(t, nil, "--store", store, "--timeout", "1ms")
	var slow strings.Builder
	for i := range 50 {
		fmt.Fprintf(&slow, "a%d: clusters { nodes { projects(first: 20) { nodes { partners(first: 50) { nodes { projects(first: 10) { nodes { name } } } } } } } }\n", i)
	}
	if a := post(t, address, "", "{"+slow.String()+"}"); len(a.Errors) == 0 || a.Errors[0].Extensions.Code != "TIMEOUT" {
		t.Errorf("%.300s %+v", a.Data, a.Errors)
	}
}

func TestCheckBackupRestore(t *testing.T) {
	store, copied := newStore(t), filepath.Join(t.TempDir(), "backup.db")
	if code, _, errs := start(t, nil, "check", "--store", store); code != exitFailed || !strings.Contains(errs, "there is no store") {
		t.Errorf("checking nothing: %d %s", code, errs)
	}
	must(t, "import", "sample", "--store", store)
	if out := must(t, "check", "--store", store); !strings.Contains(out, "whole") {
		t.Errorf("check: %s", out)
	}
	address, _ := serving(t, nil, "--store", store)
	must(t, "backup", copied, "--store", store)

	other := newStore(t)
	otherAddress, _ := serving(t, nil, "--store", other)
	must(t, "restore", copied, "--store", other)
	deadline := time.Now().Add(5 * time.Second)
	for !slices.Equal(pairs(t, otherAddress, network, association), headline) {
		if time.Now().After(deadline) {
			t.Fatal("a running server does not show what was restored")
		}
		time.Sleep(50 * time.Millisecond)
	}
	must(t, "check", "--store", other)
	if got := pairs(t, address, network, association); !slices.Equal(got, headline) {
		t.Errorf("the server whose store was backed up answers %q", got)
	}
	if code, _, errs := start(t, nil, "restore", filepath.Join(t.TempDir(), "none.db"), "--store", other); code != exitFailed || !strings.Contains(errs, "none.db") {
		t.Errorf("restoring nothing: %d %s", code, errs)
	}
	junk := filepath.Join(t.TempDir(), "junk.db")
	if err := os.WriteFile(junk, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := start(t, nil, "restore", junk, "--store", other); code != exitFailed || !strings.Contains(errs, "junk.db") {
		t.Errorf("restoring junk: %d %s", code, errs)
	}
	must(t, "check", "--store", other)
}

// A file that cannot be a store is told, and left as it is.
func TestBadStores(t *testing.T) {
	folder := t.TempDir()
	junk := filepath.Join(folder, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ reason, path, holds string }{
		{"a damaged file", junk, "junk.db"},
		{"a folder that is missing", filepath.Join(folder, "missing", "x.db"), "missing"},
		{"a folder where the file should be", folder, folder},
		{"a file where the folder should be", filepath.Join(junk, "x.db"), "junk.db"},
	} {
		code, _, errs := start(t, nil, "import", "sample", "--store", "sqlite:"+c.path)
		if code != exitFailed || !strings.Contains(errs, c.holds) || strings.Contains(errs, "panic") {
			t.Errorf("%s: %d %s", c.reason, code, errs)
		}
	}
	if content, err := os.ReadFile(junk); err != nil || len(content) != 12_000 {
		t.Errorf("the damaged file was changed: %d bytes, %v", len(content), err)
	}
}

// Input that is no profile is told with its place; what is one beside it is stored.
func TestBadProfiles(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := fixture(t)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ reason, path, holds string }{
		{"an empty file", write("empty.txt", nil), "empty"},
		{"a picture", write("picture.txt", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), "png"},
		{"a line of 100 MB", write("long.txt", bytes.Repeat([]byte("x"), 100<<20)), "line 1"},
		{"invalid UTF-8", write("broken.txt", append([]byte("Name\n\n\xff\xfe\xfd\n"), whole...)), "line 3"},
		{"text that is no profile", write("poem.txt", []byte("Shall I compare thee to a summer's day?\n")), "profile"},
		{"a file that is missing", filepath.Join(folder, "missing.txt"), "missing.txt does not exist"},
		{"a folder without profiles", t.TempDir(), "no profile in the folder"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			store := newStore(t)
			code, out, errs := start(t, nil, "import", "eccp", c.path, good, "--store", store)
			if code == exitDone || !strings.Contains(strings.ToLower(out+errs), strings.ToLower(c.holds)) || strings.Contains(errs, "panic") {
				t.Errorf("%d %s%s", code, out, errs)
			}
			if code == exitFailed && !strings.Contains(out, `"stored":true`) {
				t.Errorf("the good profile was not stored: %s", out)
			}
		})
	}
}

// A profile that is cut anywhere is read as far as it goes, or refused; never a crash.
func TestCutProfile(t *testing.T) {
	whole, err := os.ReadFile(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.txt")
	for i := 1; i <= 20; i++ {
		if err := os.WriteFile(path, whole[:len(whole)*i/20], 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := start(t, nil, "import", "eccp", path, "--dry-run"); code == exitUsage || strings.Contains(errs, "panic") {
			t.Errorf("cut at %d/20: %d %s%s", i, code, out, errs)
		}
	}
}

func TestDryRunAndRejects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "never.db")
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
	var told imported
	out := must(t, "import", "eccp", fixture(t), "--dry-run", "--rejects", rejects, "--store", "sqlite:"+path)
	if err := json.Unmarshal([]byte(out), &told); err != nil || told.Stored || told.Facts == 0 || told.Revision != "" {
		t.Errorf("%s (%v)", out, err)
	}
	var first, again imported
	to := newStore(t)
	for i, args := range [][]string{nil, {"--dry-run"}} {
		out := must(t, append([]string{"import", "eccp", fixture(t), "--store", to}, args...)...)
		if err := json.Unmarshal([]byte(out), []*imported{&first, &again}[i]); err != nil {
			t.Fatal(err)
		}
	}
	if told.Nodes != first.Nodes || told.Edges != first.Edges || first.Nodes.New == 0 {
		t.Errorf("a dry run tells %+v, the import then %+v", told, first)
	}
	if again.Stored || again.Nodes.New+again.Nodes.Changed > 0 || again.Nodes.Unchanged != first.Nodes.New {
		t.Errorf("a dry run after it tells %+v", again)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a dry run made a store")
	}
	content, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Count(content, []byte("\n"))
	if lines != told.Unread || bytes.Count(content, []byte(`"file":`)) != lines {
		t.Errorf("%d passages were told and %d written", told.Unread, lines)
	}
}

// A page may come from another program.
func TestPageFromStandardInput(t *testing.T) {
	page, err := os.ReadFile(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	var named, piped imported
	if err := json.Unmarshal([]byte(must(t, "import", "eccp", fixture(t), "--store", newStore(t))), &named); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	p := program{in: bytes.NewReader(page), out: &out, err: &errs, getenv: func(string) string { return "" }}
	if code := p.run(context.Background(), []string{"import", "eccp", "-", "--store", newStore(t)}); code != exitDone {
		t.Fatalf("exit code %d: %s%s", code, out.String(), errs.String())
	}
	if err := json.Unmarshal(out.Bytes(), &piped); err != nil || piped.Input != "standard input" || piped.Facts == 0 || piped.Facts != named.Facts || piped.Nodes != named.Nodes {
		t.Errorf("from a file %+v, from standard input %+v (%v)", named, piped, err)
	}
}

// A page that ends too early is imported as far as it goes, and its user is told where.
func TestCutPage(t *testing.T) {
	page, err := os.ReadFile(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.txt")
	if err := os.WriteFile(cut, page[:bytes.Index(page, []byte("The consortium coordinated"))+130], 0o600); err != nil {
		t.Fatal(err)
	}
	var told imported
	out := must(t, "import", "eccp", cut, "--replace", "--store", "sqlite:"+filepath.Join(t.TempDir(), "g.db"))
	if err := json.Unmarshal([]byte(out), &told); err != nil || !told.Stored || !strings.Contains(told.Warning, "line 118: the page ends within a sentence") {
		t.Errorf("%s (%v)", out, err)
	}
}

// fixture is a profile written for the tests of the importer.
func fixture(t *testing.T) string {
	t.Helper()
	path := filepath.Join("..", "..", "internal", "ingest", "eccp", "testdata", "newer.txt")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}
