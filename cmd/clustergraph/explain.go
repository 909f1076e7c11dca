package main

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// explain is an error as a person should read it: what went wrong, where, and
// what to do. Errors of our own packages say so themselves; those of the
// operating system are completed here.
func explain(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "stopped before it was done; what was reported as stored is stored, and doing it again is safe"
	case errors.Is(err, syscall.ENOSPC):
		return err.Error() + ": free some space and try again; nothing half-done was kept"
	case errors.Is(err, fs.ErrPermission):
		return err.Error() + ": this user may not do that; change the file's permissions, or name another place"
	}
	return err.Error()
}
