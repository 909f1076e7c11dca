package graph

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	// writeTime is how long a message may take to be written: who does not read is cut off,
	// and comes back with the revision that was told last.
	writeTime = 20 * time.Second
	// heartbeat shows both sides, and proxies between, that the connection is alive.
	heartbeat = 15 * time.Second
	// initTime is how long a socket may stay open without a word.
	initTime = 10 * time.Second

	socketProtocol = "graphql-transport-ws"
	eventStream    = "text/event-stream"
)

// Stop ends all streams, without saying that they are complete, so that clients go on
// elsewhere; and waits for them to end, as long as the context allows.
func (h *Handler) Stop(ctx context.Context) {
	h.stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.streams.Wait()
	}()
	select {
	case <-ctx.Done():
	case <-ended:
	}
}

// stream is a context for one stream: it ends with the request, and when streams are to end.
func (h *Handler) stream(r *http.Request) (ctx context.Context, end func()) {
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(h.streaming, cancel)
	return ctx, func() { stop(); cancel() }
}

// wantsEvents tells whether a caller reads server-sent events.
func wantsEvents(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), eventStream)
}

// events answers as server-sent events, in the distinct connections mode of graphql-sse:
// a subscription as one event for each message, everything else as one; then "complete". By
// GET, too, for browsers' EventSource.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) {
	ctx, end := h.stream(r)
	defer end()
	h.streams.Add(1)
	defer h.streams.Done()
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Type", plainJSON)
	params, status, err := readParams(r)
	if err != nil {
		h.refuse(w, r, status, gqlerror.List{gqlerror.WrapPath(nil, err)})
		return
	}
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := h.exec.CreateOperationContext(ctx, params)
	if errs == nil && r.Method == http.MethodGet && op.Operation.Operation == ast.Mutation {
		errs = gqlerror.List{gqlerror.WrapPath(nil, wrong("a mutation has to be sent by POST"))}
	}
	if errs == nil && op.Operation.Operation != ast.Subscription {
		limited, cancel := context.WithTimeout(ctx, h.options.Timeout)
		defer cancel()
		ctx = limited
	}

	w.Header().Set("Content-Type", eventStream)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would collect what it gets
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	write := func(parts ...[]byte) bool {
		// Who cannot set a deadline, as in tests without a connection, has none.
		_ = control.SetWriteDeadline(time.Now().Add(writeTime))
		for _, part := range parts {
			if _, err := w.Write(part); err != nil {
				return false
			}
		}
		return control.Flush() == nil
	}
	event := func(resp *graphql.Response) bool {
		before, after := frame(resp)
		return write([]byte("event: next\ndata: "), before, resp.Data, after, []byte("\n\n"))
	}
	complete := func() { write([]byte("event: complete\ndata:\n\n")) }
	if errs != nil {
		if event(h.exec.DispatchError(ctx, cleared(errs))) {
			complete()
		}
		return
	}
	if !write([]byte(":\n\n")) {
		return
	}

	// The next message is made while none is on its way, and no further one before it is
	// taken.
	responses, ctx := h.exec.DispatchOperation(ctx, op)
	ctx, cancel := context.WithCancel(ctx)
	made := make(chan *graphql.Response)
	h.streams.Go(func() {
		defer close(made)
		for {
			resp := responses(ctx)
			if resp == nil {
				return
			}
			select {
			case made <- resp:
			case <-ctx.Done():
				return
			}
			if op.Operation.Operation != ast.Subscription {
				return
			}
		}
	})
	defer func() {
		cancel()
		for range made { // nothing of the request is used once it is over
		}
	}()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case resp, more := <-made:
			switch {
			case !more && ctx.Err() == nil:
				complete()
				return
			case !more || !event(resp):
				return
			}
		case <-beat.C:
			if !write([]byte(":\n\n")) {
				return
			}
		}
	}
}

// isSocket tells whether a caller wants a WebSocket.
func isSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// socket speaks graphql-transport-ws, for subscriptions alone: queries and mutations have
// their deadlines, limits and tokens by HTTP.
func (h *Handler) socket(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code, message string) {
		w.Header().Set("Content-Type", plainJSON)
		send(w, status, &graphql.Response{Errors: gqlerror.List{{Message: message, Extensions: map[string]any{"code": code}}}})
	}
	spoken := false
	for _, header := range r.Header.Values("Sec-WebSocket-Protocol") {
		for p := range strings.SplitSeq(header, ",") {
			spoken = spoken || strings.TrimSpace(p) == socketProtocol
		}
	}
	switch {
	case r.Method != http.MethodGet || r.Header.Get("Sec-WebSocket-Key") == "" || r.Header.Get("Sec-WebSocket-Version") != "13":
		w.Header().Set("Sec-WebSocket-Version", "13")
		refuse(http.StatusBadRequest, "BAD_USER_INPUT", "this is no opening of a WebSocket (RFC 6455)")
		return
	case !spoken:
		refuse(http.StatusBadRequest, "BAD_USER_INPUT", "the socket has to speak "+socketProtocol+", as the npm package graphql-ws does: send Sec-WebSocket-Protocol: "+socketProtocol)
		return
	case !h.mayOpen(r):
		refuse(http.StatusForbidden, "FORBIDDEN", "pages of this origin may not open a socket; the server's --allow-origin names those that may")
		return
	}
	defer h.sockets.Add(-1)
	if n := h.sockets.Add(1); n > int64(h.options.Subscriptions) || h.streaming.Err() != nil {
		refuse(http.StatusServiceUnavailable, "UNAVAILABLE", "this server takes no more sockets now; try again later")
		return
	}
	ctx, end := h.stream(r)
	defer end()
	h.streams.Add(1)
	defer h.streams.Done()
	limit := int64(maxCached)
	transport.Websocket{
		Implementation:   sockets{},
		InitTimeout:      initTime,
		PingPongInterval: heartbeat,
		PayloadReadLimit: &limit,
	}.Do(w, r.WithContext(ctx), subscriber{h.exec})
}

// mayOpen tells whether the page that opens a socket may, if it is a page: browsers ask
// nobody before they do.
func (h *Handler) mayOpen(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host) || slices.Contains(h.options.Origins, origin) || slices.Contains(h.options.Origins, "*")
}

// subscriber runs what comes over a socket.
type subscriber struct{ *executor.Executor }

// CreateOperationContext refuses what is no subscription.
func (s subscriber) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op, errs := s.Executor.CreateOperationContext(ctx, params)
	if errs == nil && op.Operation.Operation != ast.Subscription {
		errs = gqlerror.List{gqlerror.WrapPath(nil, wrong("a socket is for subscriptions; send a %s by POST", op.Operation.Operation))}
	}
	if errs != nil { // gqlgen sends some as they are
		errs = s.DispatchError(ctx, cleared(errs)).Errors
	}
	return op, errs
}

// sockets opens sockets, for whom the caller has checked everything.
type sockets struct{}

// Accept opens one.
func (sockets) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	o.Subprotocols = []string{socketProtocol}
	conn, err := transport.CoderWebsocketImplementation{AcceptOptions: websocket.AcceptOptions{
		Subprotocols: o.Subprotocols, InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled,
	}}.Accept(w, r, o)
	if err != nil {
		return nil, err
	}
	both, ok := conn.(openSocket)
	if !ok {
		_ = conn.Close()
		return nil, fmt.Errorf("%T has no limits", conn)
	}
	return impatient{both}, nil
}

type openSocket interface {
	transport.WebsocketConn
	transport.WebsocketReadLimiter
	transport.WebsocketReadDeadliner
}

// impatient closes a socket that takes too long to be written to.
type impatient struct{ openSocket }

// WriteJSON writes a message.
func (s impatient) WriteJSON(v any) error {
	t := time.AfterFunc(writeTime, func() { _ = s.Close() })
	defer t.Stop()
	return s.openSocket.WriteJSON(v)
}
