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

// tryLock is the lock of a file that exists, as lockFile gives it, or nil if somebody holds it
// or the file is not there. A test's result does not hang on it: go test, which keeps results
// and follows what the package os opens, is not told.
func tryLock(path string) *os.File {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), path)
	if flock(f, syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = f.Close() // it was only read
		return nil
	}
	return f
}

// locked tells whether somebody holds the lock of a file that exists.
func locked(path string) bool {
	if f := tryLock(path); f != nil {
		_ = f.Close() // it was only read
		return false
	}
	_, err := os.Stat(path)
	return err == nil
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
