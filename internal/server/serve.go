package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// headerTime is enough for a slow network and too short to hold connections
	// open by sending a byte now and then.
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10
)

// Serve answers on a listener until ctx ends; then it takes no new connection,
// ends streams, lets running requests end for at most drain, cuts those that have
// not, and returns. It closes the listener. The error is nil after an orderly stop, and
// says so if requests had to be cut.
func (s *Server) Serve(ctx context.Context, listener net.Listener, drain time.Duration) error {
	// Requests outlive ctx while they drain, and end with this one.
	running, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	h := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return running },
		ReadHeaderTimeout: headerTime,
		// A body and its answer have the request's time, and some for the network.
		ReadTimeout:    s.timeout + headerTime,
		WriteTimeout:   s.timeout + 2*headerTime,
		IdleTimeout:    idleTime,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}

	s.draining.Store(true)
	s.log.Info("stopping", "drain", drain.String())
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if s.drain != nil {
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			s.drain(end)
		}()
		defer func() { <-drained }() // the server itself does not know of sockets
	}
	if err := h.Shutdown(end); err != nil {
		cut()
		return errors.Join(fmt.Errorf("requests were still running after %s and were cut", drain), h.Close())
	}
	return nil
}
