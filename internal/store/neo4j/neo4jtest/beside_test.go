package neo4jtest

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"clustergraph/test/needs"
)

// A process that finds the server that is offered free has it for itself until it ends.
func TestOffered(t *testing.T) {
	own := Shared(t)
	file := filepath.Join(t.TempDir(), "server")
	t.Setenv(offered, file)
	if s, _, err := take(); s != nil || err != nil {
		t.Errorf("before one is offered: %v, %v", s, err)
	}
	if err := own.offer(file); err != nil {
		t.Fatal(err)
	}
	s, lock, err := take()
	if err != nil {
		t.Fatal(err)
	}
	if s.address != own.address || s.Version != own.Version || s.home != "" {
		t.Errorf("%s, version %s, in %q", s.address, s.Version, s.home)
	}
	if n := count(t, s, "RETURN 1 AS n"); n != 1 {
		t.Error(n)
	}
	if s, _, err := take(); s != nil || err != nil {
		t.Errorf("while another has it: %v, %v", s, err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if s, lock, err = take(); s == nil || err != nil {
		t.Fatalf("after that: %v, %v", s, err)
	}
	defer lock.Close()
}

// TestBeside has processes one after the other use one server, which ends with them.
func TestBeside(t *testing.T) {
	switch os.Getenv("CLUSTERGRAPH_CHILD") {
	case "beside": // is a child: its own children come when the server is up
		os.Exit(Beside("sh", "-c", "until [ -e $"+offered+" ]; do sleep 0.1; done; "+
			"for i in 1 2; do CLUSTERGRAPH_CHILD=user "+os.Args[0]+" -test.run=^TestBeside$ || exit; done; exit 7"))
	case "user":
		s := Shared(t)
		os.Stdout.WriteString("uses " + s.address + " of " + os.Getenv(offered) + "\n")
		s.Wipe(t)
		return
	}
	needs.Time(t)
	c := exec.Command(os.Args[0], "-test.run=^TestBeside$")
	c.Env = append(os.Environ(), "CLUSTERGRAPH_CHILD=beside")
	out, err := c.CombinedOutput()
	if code := c.ProcessState.ExitCode(); code != 7 {
		t.Fatalf("exit code %d (%v), want the command's, 7:\n%s", code, err, out)
	}
	used := regexp.MustCompile(`(?m)^uses (\S+) of (\S+)$`).FindAllSubmatch(out, -1)
	if len(used) != 2 || !bytes.Equal(used[0][1], used[1][1]) {
		t.Fatalf("two processes used\n%s", out)
	}
	if up, err := net.Dial("tcp", string(used[0][1])); err == nil {
		_ = up.Close()
		t.Error("the server outlives the command")
	}
	if _, err := os.Stat(filepath.Dir(string(used[0][2]))); err == nil {
		t.Error("the folder of the file that offered it is left")
	}
}
