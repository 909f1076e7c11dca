package neo4jtest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

// offered names the file of the server that Beside offers: what is in it connect understands,
// and who has locked it uses the server. There is no file before the server is up.
const offered = "CLUSTERGRAPH_TEST_NEO4J_OFFERED"

// Beside runs a command, such as go test, beside a server that the test processes under it share
// in turn: one that finds it in use, or not up yet, starts its own (see [Shared]). So most find a
// server that is up and has warmed up. Beside ends the server when the command ends, however it
// does, and returns the command's exit code; not 0 if the server did not start, which it tells.
func Beside(command string, args ...string) int {
	process.mu.Lock()
	process.main = true
	process.mu.Unlock()
	code, err := beside(command, args)
	endAll()
	if err != nil {
		fmt.Fprintf(os.Stderr, "neo4jtest: %v\n", err)
		return max(code, 1)
	}
	return code
}

func beside(command string, args []string) (int, error) {
	folder, err := os.MkdirTemp("", homePrefix+"offered-*")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "server")
	c := exec.Command(command, args...)
	c.Env = append(os.Environ(), offered+"="+file)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, os.Interrupt, syscall.SIGTERM) // we end when the command has
	if err := c.Start(); err != nil {
		return 1, err
	}
	go func() {
		for s := range ends {
			if s != os.Interrupt { // which a terminal sends to the command, too
				_ = c.Process.Signal(s) // unless it has just ended, and then so do we
			}
		}
	}()
	started := make(chan error, 1)
	go func() {
		s, err := launch(sharedConfig(V5))
		if err == nil {
			err = s.offer(file)
		}
		started <- err
	}()
	_ = c.Wait() // how it ended the code says
	err = <-started
	if c.ProcessState.ExitCode() < 0 {
		return 1, fmt.Errorf("%s: %v", command, c.ProcessState)
	}
	return c.ProcessState.ExitCode(), err
}

// offer writes the file that offers a server, which appears when it is complete.
func (s *Server) offer(file string) error {
	if err := os.WriteFile(file+".new", []byte(s.named()), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// take is the server that Beside offers, and the lock that keeps other processes out of it until
// this one ends. It is nil if none is offered, or another process has it.
func take() (*Server, *os.File, error) {
	// Not os.Getenv, of which go test would hear (see tryLock).
	file, there := syscall.Getenv(offered)
	if !there {
		return nil, nil, nil
	}
	lock := tryLock(file)
	if lock == nil {
		return nil, nil, nil
	}
	named, err := io.ReadAll(lock)
	if err != nil {
		return nil, nil, err
	}
	s, err := parse(string(named))
	if err == nil {
		err = s.reach()
	}
	return s, lock, err
}
