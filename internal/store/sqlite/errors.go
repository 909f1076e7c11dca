package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"clustergraph/internal/store"
)

const codeBusy = lib.SQLITE_BUSY

// isCode tells whether an error is SQLite's of some primary code.
func isCode(err error, code int) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == code
}

// explain says to a user what an error of SQLite means, and what to do. Errors of the
// contract and of contexts are passed on.
func (t *Truth) explain(err error) error {
	if err == nil {
		return nil
	}
	for _, of := range []error{store.ErrInvalid, store.ErrNotFound, store.ErrConflict, store.ErrUnavailable, store.ErrBehind} {
		if errors.Is(err, of) {
			return err
		}
	}
	var e *driver.Error
	what := ""
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errNewer):
		what = "was written by a later version of clustergraph; use that one"
	case !errors.As(err, &e):
		return err
	default:
		switch e.Code() & 0xff {
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
			what = "is locked by another process; wait until that is done, or stop it"
		case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
			what = "is damaged; restore a backup"
		case lib.SQLITE_READONLY, lib.SQLITE_PERM:
			what = "cannot be written; change the permissions of the file and its folder, or choose another file"
		case lib.SQLITE_FULL:
			what = "cannot grow, as the disk is full; free some space; nothing was changed"
		case lib.SQLITE_CANTOPEN:
			what = "cannot be opened; look at the permissions of the file and its folder"
		case lib.SQLITE_IOERR:
			what = "cannot be read or written; look at the disk"
		default:
			return fmt.Errorf("%s: %w", t.path, err)
		}
	}
	return fmt.Errorf("%w: %s %s: %w", store.ErrUnavailable, t.path, what, err)
}
