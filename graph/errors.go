package graph

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// Errors that Options.MayWrite wraps.
var (
	ErrUnauthenticated = errors.New("unauthenticated")
	ErrForbidden       = errors.New("forbidden")
)

// codes are the codes of errors that callers are told.
var codes = []struct {
	err  error
	code string
}{
	{store.ErrInvalid, "BAD_USER_INPUT"},
	{store.ErrNotFound, "NOT_FOUND"},
	{store.ErrConflict, "CONFLICT"},
	{store.ErrBehind, "CONFLICT"},
	{store.ErrUnavailable, "UNAVAILABLE"},
	{ErrUnauthenticated, "UNAUTHENTICATED"},
	{ErrForbidden, "FORBIDDEN"},
	{read.ErrTooMuch, "COMPLEXITY_LIMIT_EXCEEDED"},
	{analysis.ErrTooMuch, "COMPLEXITY_LIMIT_EXCEEDED"},
	{read.ErrData, "INTERNAL"},
}

// presenter makes what a caller is told of an error. What the caller cannot know or change
// is logged instead.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		told := *graphql.DefaultErrorPresenter(ctx, err)
		cause := error(told.Err)
		if cause == nil {
			if told.Message == "operation  not found" { // gqlgen's words where no name is given
				told.Message = "the request has several operations: say by operationName which one is meant"
			}
			if told.Extensions["code"] == nil {
				told.Extensions = map[string]any{"code": "BAD_USER_INPUT"} // gqlgen's own, of a request that cannot be read
			}
			return &told
		}
		for _, c := range codes {
			if errors.Is(cause, c.err) {
				told.Message = strings.TrimPrefix(cause.Error(), c.err.Error()+": ")
				told.Extensions = map[string]any{"code": c.code}
				if c.code == "INTERNAL" {
					log.WarnContext(ctx, "what is stored is not what the schema promises", "path", told.Path.String(), "error", cause)
				}
				return &told
			}
		}
		switch {
		case errors.Is(cause, context.DeadlineExceeded):
			told.Message = "the request took longer than it may: ask for less at once (smaller pages, fewer levels or years, a narrower filter or projection), or have the server give requests more time"
			told.Extensions = map[string]any{"code": "TIMEOUT"}
		case errors.Is(cause, context.Canceled):
			told.Message = "the request was cancelled"
			told.Extensions = map[string]any{"code": "UNAVAILABLE"}
		default:
			log.ErrorContext(ctx, "a request failed inside", "path", told.Path.String(), "error", cause)
			told.Message = "something went wrong inside; the server's log says what"
			told.Extensions = map[string]any{"code": "INTERNAL"}
		}
		return &told
	}
}
