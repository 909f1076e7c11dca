//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakMemory is the most memory that this process has held at once, in bytes; 0: unknown.
func peakMemory() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) * 1024 // elsewhere it is told in KiB
}
