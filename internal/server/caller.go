package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// Caller is who sent a request.
type Caller int

const (
	// Anonymous showed no token: whoever it is may read.
	Anonymous Caller = iota
	// Writer showed the server's token: it may also write.
	Writer
)

// String names the caller, for logs and messages.
func (c Caller) String() string {
	if c == Writer {
		return "writer"
	}
	return "anonymous"
}

type callerKey struct{}

// WithCaller returns a context that says who is calling, for whoever runs
// operations without HTTP.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf tells who sent the request that ctx belongs to; Anonymous if nobody
// said.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// identify puts the caller into the request's context. A token that is not the
// server's is refused at once: whoever sends one means to be more than anonymous,
// and should not find out by what is missing in an answer.
func identify(token string, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("Authorization")
		if header == "" || token == "" {
			next.ServeHTTP(w, r)
			return
		}
		scheme, given, _ := strings.Cut(header, " ")
		// Hashed first, so that the time taken tells nothing of the length either.
		got := sha256.Sum256([]byte(strings.TrimSpace(given)))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="clustergraph"`)
			refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED",
				"the token is not this server's; send it as \"Authorization: Bearer TOKEN\", or no such header to read")
			return
		}
		next.ServeHTTP(w, r.WithContext(WithCaller(r.Context(), Writer)))
	})
}
