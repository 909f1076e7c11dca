//go:build unix

package neo4jtest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFile waits until no other process holds the lock of that file, and says on standard
// error what it waits for. Closing the file gives the lock back; so does the end of the
// process, however it ends. Children do not inherit it.
func lockFile(path, waitFor string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	if flock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return f, nil
	}
	fmt.Fprintf(os.Stderr, "neo4jtest: waiting for %s (lock %s)\n", waitFor, path)
	if err := flock(f, syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}

// locked tells whether somebody holds the lock of a file that exists.
func locked(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return flock(f, syscall.LOCK_EX|syscall.LOCK_NB) != nil
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
