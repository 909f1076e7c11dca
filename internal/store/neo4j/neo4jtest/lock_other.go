//go:build !unix

package neo4jtest

import "os"

// lockFile does not keep other processes out here: run one test process at a time.
func lockFile(path, _ string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
}

// locked is true for want of a way to know: nothing of others is taken away.
func locked(string) bool { return true }

// tryLock gives none for want of a way to know who else has it.
func tryLock(string) *os.File { return nil }
