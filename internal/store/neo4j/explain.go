package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
)

// What an error that is a store.ErrUnavailable is, too, for who decides what to do about it.
var (
	ErrAway    = errors.New("away")    // the database is not there, or not yet
	ErrRefused = errors.New("refused") // it does not let the user in
)

// marked is an error that is one of these, without saying so.
type marked struct {
	error
	as error
}

func (m marked) Is(target error) bool { return target == m.as }
func (m marked) Unwrap() error        { return m.error }

// explain says to a user what an error of the driver means, and what to do. Errors of the
// contract and of contexts are passed on; what the server says stays wrapped, for logs, and
// never holds a statement or its values.
func (s *Store) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ofContract(err) {
		return err
	}
	if ended := ctx.Err(); ended != nil { // whatever the driver made of it
		return ended
	}
	code, isServer := codeOf(err)
	if !isServer && !isDriver(err) {
		return err // of whoever was told something
	}
	unavailable := func(format string, args ...any) error {
		return fmt.Errorf("%w: the database %q at %s %s (%s)", store.ErrUnavailable, s.opts.Database, s.opts.Address, fmt.Sprintf(format, args...), brief(err))
	}
	switch {
	case !isServer && strings.Contains(err.Error(), "x509:"):
		return unavailable("shows a certificate that is not trusted here; let SSL_CERT_FILE name the certificate of its authority, or use neo4j+ssc:// if nobody vouches for it")
	case !isServer:
		return marked{unavailable("cannot be reached; see that it runs, and that the address is right"), ErrAway}
	case outOfMemory(err):
		return fmt.Errorf("%w: this needs more memory than a transaction of the server may have; make smaller batches, ask for less at once, or raise dbms.memory.transaction.total.max or the heap of the server (%s)", store.ErrInvalid, code)
	case code == "Neo.ClientError.Security.Unauthorized", code == "Neo.ClientError.Security.CredentialsExpired",
		code == "Neo.ClientError.Security.AuthenticationRateLimit":
		return marked{unavailable("does not let %q in; look at user and password", s.opts.User), ErrRefused}
	case code == "Neo.ClientError.Database.DatabaseNotFound":
		return unavailable("does not exist; look at the name, or make it")
	case code == "Neo.ClientError.Security.Forbidden":
		return unavailable("does not allow %q to do that; it must read, write, and make indexes", s.opts.User)
	case strings.HasPrefix(code, "Neo.ClientError.Transaction.TransactionTimedOut"), strings.HasPrefix(code, "Neo.TransientError.Transaction.TransactionTimedOut"):
		return unavailable("took too long; ask for less, or allow more time")
	case strings.HasPrefix(code, "Neo.TransientError."), strings.HasPrefix(code, "Neo.ClientError.Cluster."), strings.HasPrefix(code, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"):
		return marked{unavailable("is busy or changes its leader; try again"), ErrAway}
	case strings.HasPrefix(code, "Neo.ClientError.Schema.ConstraintValidationFailed"):
		return unavailable("holds something that another program wrote in the way of it; run check")
	case strings.HasPrefix(code, "Neo.DatabaseError."):
		return unavailable("failed; look at its log")
	}
	return unavailable("refused what was asked of it; this may be a defect of clustergraph")
}

func ofContract(err error) bool {
	for _, of := range []error{store.ErrInvalid, store.ErrNotFound, store.ErrConflict, store.ErrUnavailable, store.ErrBehind} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}

// codeOf is what the server calls an error, if the error is the server's.
func codeOf(err error) (string, bool) {
	var e *neo4j.Neo4jError
	if errors.As(err, &e) {
		return e.Code, true
	}
	var limit *neo4j.TransactionExecutionLimit // which does not unwrap
	if errors.As(err, &limit) && len(limit.Errors) > 0 {
		return codeOf(limit.Errors[len(limit.Errors)-1])
	}
	var lost *neo4j.ConnectivityError
	if errors.As(err, &lost) && lost.Inner != nil {
		return codeOf(lost.Inner)
	}
	return "", false
}

// driverError is an error as the driver told it. Many of the driver's own kinds have no
// public name, and others are those of the network as they came; so all are marked where
// they come from.
type driverError struct{ error }

func (d *driverError) Unwrap() error { return d.error }

// ofDriver marks an error of the driver.
func ofDriver(err error) error {
	if err == nil {
		return nil
	}
	return &driverError{err}
}

// isDriver tells whether an error is one of the driver's.
func isDriver(err error) bool {
	var told *driverError
	return errors.As(err, &told)
}

// outOfMemory tells whether a transaction was too large for the server. The server calls
// that transient, though it will happen again.
func outOfMemory(err error) bool {
	code, _ := codeOf(err)
	return strings.Contains(code, "OutOfMemory")
}

// brief is an error in a few words, without statements or values.
func brief(err error) string {
	if code, ok := codeOf(err); ok {
		return code
	}
	s, _, _ := strings.Cut(err.Error(), "\n")
	if len(s) > 300 {
		s = s[:utf8Start(s, 300)]
	}
	return s
}

// damaged says that the database does not hold what we wrote.
func damaged(err error) error {
	return fmt.Errorf("%w: the database holds what this program does not write; run check, or restore a backup: %w", store.ErrUnavailable, err)
}
