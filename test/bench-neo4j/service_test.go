package bench

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"clustergraph/graph"
	"clustergraph/internal/read"
	"clustergraph/internal/server"
	"clustergraph/internal/store"
)

// service is the whole of what "clustergraph serve" answers with, with its limits; only its
// time is more than usual, since a busy machine and a server that has just started may take
// seconds to plan a statement.
func service(s store.Store) (http.Handler, error) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	handler, err := graph.New(s, graph.Options{Limits: read.DefaultLimits, Log: log})
	if err != nil {
		return nil, err
	}
	return server.New(server.Config{GraphQL: handler, MaxBody: 4 << 20, Timeout: time.Minute, Log: log})
}
