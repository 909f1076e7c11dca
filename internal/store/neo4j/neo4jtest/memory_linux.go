package neo4jtest

import "syscall"

// inMemory is where Linux keeps files in memory.
const inMemory = "/dev/shm"

// roomy tells whether a folder can be written to, and has room for the servers of some tests.
func roomy(folder string) bool {
	const enough = 3 << 30
	var fs syscall.Statfs_t
	if syscall.Statfs(folder, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < enough {
		return false
	}
	const writable = 2
	return syscall.Access(folder, writable) == nil
}
