package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// child starts this binary again, as another process that has the file open.
func child(t *testing.T, what, path string, more ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), append(more, "CLUSTERGRAPH_CHILD="+what, "CLUSTERGRAPH_FILE="+path)...)
	c.Stderr = os.Stderr
	return c
}

// TestKills kills an import at random moments. No batch that was acknowledged is lost, and
// none is half there. CLUSTERGRAPH_KILLS says how often.
func TestKills(t *testing.T) {
	kills := 10
	if s := os.Getenv("CLUSTERGRAPH_KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "graph.db")
	next := 0
	for range kills {
		c := child(t, "import", path, fmt.Sprint("CLUSTERGRAPH_FROM=", next))
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		told := bufio.NewScanner(out)
		acknowledged := next - 1
		wait := rand.N(150 * time.Millisecond)
		if rand.IntN(4) > 0 { // else it may be killed while it opens the file
			if told.Scan() {
				acknowledged = atoi(t, told.Text())
			}
		}
		time.AfterFunc(wait, func() { _ = c.Process.Kill() })
		for told.Scan() {
			acknowledged = atoi(t, told.Text())
		}
		_ = c.Wait()
		next = whole(t, path, acknowledged)
	}
	t.Logf("%d batches survived %d kills", next, kills)
}

func atoi(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("the other process says: %s", s)
	}
	return n
}

// whole checks a file after a kill, and returns the number of batches in it.
func whole(t *testing.T, path string, acknowledged int) int {
	truth, err := Open(t.Context(), path, storetestSchema, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer truth.Close()
	nodes, edges := map[string]int{}, map[string]int{}
	r, err := truth.Load(t.Context(), func(n *store.Node) error {
		nodes[strings.Split(n.ID, "-")[0]]++
		return nil
	}, func(e *store.Edge) error {
		edges[strings.Split(e.From, "-")[0]]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for b, n := range nodes {
		if n != 4 || edges[b] != 4 {
			t.Errorf("%s has %d nodes and %d edges", b, n, edges[b])
		}
	}
	for i := range acknowledged + 1 {
		if nodes[fmt.Sprint("n", i)] != 4 {
			t.Errorf("batch %d was acknowledged, and is lost", i)
		}
	}
	if int(r.Number) != len(nodes) || len(nodes) < acknowledged+1 || len(nodes) > acknowledged+2 {
		t.Errorf("%d batches at revision %d, %d acknowledged", len(nodes), r.Number, acknowledged+1)
	}
	if len(nodes) > 0 { // a lost acknowledgement is asked for again
		again, err := truth.Apply(t.Context(), numbered(len(nodes)-1))
		if err != nil || !again.Repeated || len(again.Nodes) != 4 {
			t.Errorf("%+v, %v", again, err)
		}
	}
	healthy(t, truth)
	return len(nodes)
}

// TestFollowsOtherProcesses follows a file into which another process writes.
func TestFollowsOtherProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	truth := open(t, path)
	apply(t, truth, numbered(0))
	start, err := truth.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	seen := make(chan time.Time, 1)
	go func() {
		_ = truth.Follow(ctx, start, func(c store.Commit) error {
			if c.Batch == "batch 1" && len(c.Nodes) == 4 && len(c.Edges) == 4 {
				seen <- time.Now()
			}
			return nil
		})
	}()
	out, err := child(t, "write", path).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	written, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case at := <-seen:
		if late := at.Sub(time.Unix(0, written)); late > time.Second {
			t.Errorf("it was told after %v", late)
		}
	case <-ctx.Done():
		t.Error("it was not told")
	}
}

// TestOpenedAtOnce opens a new file from several processes at once.
func TestOpenedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	done := make(chan error)
	for range 4 {
		go func() {
			out, err := child(t, "open", path).Output()
			if err != nil && strings.HasPrefix(string(out), "opened") {
				err = nil
			}
			if err != nil {
				err = fmt.Errorf("%w: %s", err, out)
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestLocked meets another program that has the file for itself.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	truth := open(t, path)
	apply(t, truth, numbered(0))
	other, err := truth.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := truth.Apply(short, numbered(1)); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a deadline: %v", err)
	}
	if _, err := Open(t.Context(), path, storetestSchema, Options{Patience: 50 * time.Millisecond}); !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "locked by another process") {
		t.Errorf("opening: %v", err)
	}
	if len(content(t, truth)) != 8 {
		t.Error("who reads has to wait")
	}
	time.AfterFunc(100*time.Millisecond, func() { _, _ = other.ExecContext(context.Background(), "ROLLBACK") })
	if _, err := truth.Apply(t.Context(), numbered(1)); err != nil {
		t.Errorf("after waiting: %v", err)
	}
}
