package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/store"
)

// Handler speaks GraphQL over HTTP: GET with the query in the URL (it may not write), POST
// with it in JSON. Other content types are refused, since a page of another origin may send
// them without asking first. gqlgen's own transports have encoding/json parse and copy data
// that is JSON already, which took more than half of the time of a large answer; its
// WebSocket is used, for the protocol.
type Handler struct {
	exec    *executor.Executor
	options Options

	streaming context.Context // ends when streams are to end
	stop      context.CancelFunc
	sockets   atomic.Int64
	streams   sync.WaitGroup
}

const (
	plainJSON = "application/json; charset=utf-8"
	graphJSON = "application/graphql-response+json; charset=utf-8"
)

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case isSocket(r):
		h.socket(w, r)
		return
	case wantsEvents(r):
		h.events(w, r)
		return
	}
	ctx := graphql.StartOperationTrace(r.Context())
	kind := accepted(r.Header.Get("Accept"))
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")

	defer func() {
		if v := recover(); v != nil {
			err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			h.refuse(w, r, http.StatusInternalServerError, gqlerror.List{gqlerror.WrapPath(nil, err)})
		}
	}()

	params, status, err := readParams(r)
	if err != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		h.refuse(w, r, status, gqlerror.List{gqlerror.WrapPath(nil, err)})
		return
	}
	op, errs := h.exec.CreateOperationContext(ctx, params)
	if errs != nil {
		status := http.StatusOK
		if kind == graphJSON {
			status = http.StatusBadRequest
		}
		h.refuse(w, r, status, cleared(errs))
		return
	}
	if op.Operation.Operation == ast.Subscription {
		h.refuse(w, r, http.StatusNotAcceptable, gqlerror.List{gqlerror.WrapPath(nil, wrong("a subscription is answered as a stream: open a WebSocket (graphql-transport-ws), or send it with Accept: text/event-stream"))})
		return
	}
	if r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		w.Header().Set("Allow", "POST")
		h.refuse(w, r, http.StatusMethodNotAllowed, gqlerror.List{gqlerror.WrapPath(nil, wrong("a mutation has to be sent by POST"))})
		return
	}
	answer, ctx := h.exec.DispatchOperation(ctx, op)
	resp := answer(ctx)
	if resp == nil { // the time was over before it began
		h.refuse(w, r, http.StatusOK, gqlerror.List{gqlerror.WrapPath(nil, ctx.Err())})
		return
	}
	send(w, http.StatusOK, resp)
}

// refuse answers a request that is not executed.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, errs gqlerror.List) {
	send(w, status, h.exec.DispatchError(r.Context(), errs))
}

// maxErrors is how many errors of one query are told.
const maxErrors = 50

// cleared takes the path off errors in variables, which is none of the answer's, and leaves
// out what nobody would read.
func cleared(errs gqlerror.List) gqlerror.List {
	if len(errs) > maxErrors {
		more := *errs[maxErrors]
		more.Message = fmt.Sprintf("and %d more errors", len(errs)-maxErrors)
		more.Locations = nil
		errs = append(errs[:maxErrors:maxErrors], &more)
	}
	for _, e := range errs {
		if len(e.Path) > 1 && e.Path[0] == ast.PathName("variable") {
			e.Message = "$" + e.Path[1:].String() + ": " + e.Message
			e.Path = nil
			e.Extensions = map[string]any{"code": "BAD_USER_INPUT"}
		}
	}
	return errs
}

// send writes an answer: errors first, so that they are seen; no data if nothing was
// executed. The data is written as it is, between what stands before and after it.
func send(w http.ResponseWriter, status int, resp *graphql.Response) {
	before, after := frame(resp)
	w.Header().Set("Content-Length", strconv.Itoa(len(before)+len(resp.Data)+len(after)+1))
	w.WriteHeader(status)
	for _, part := range [][]byte{before, resp.Data, after, {'\n'}} {
		if _, err := w.Write(part); err != nil {
			return // the caller is gone
		}
	}
}

// frame is what stands before and after the data of an answer.
func frame(resp *graphql.Response) (before, after []byte) {
	out, comma := append(make([]byte, 0, 256), '{'), ""
	member := func(name string) {
		out = append(append(append(append(out, comma...), '"'), name...), `":`...)
		comma = ","
	}
	if len(resp.Errors) > 0 {
		member("errors")
		out = appendJSON(out, resp.Errors)
	}
	if resp.Data != nil {
		member("data")
	}
	data := len(out)
	if revision, ok := resp.Extensions["revision"].(string); ok && len(resp.Extensions) == 1 {
		member("extensions") // as in nearly every answer
		out = append(strconv.AppendQuote(append(out, `{"revision":`...), revision), '}')
	} else if len(resp.Extensions) > 0 {
		member("extensions")
		out = appendJSON(out, resp.Extensions)
	}
	out = append(out, '}')
	return out[:data], out[data:]
}

// appendJSON adds what cannot fail to be encoded: messages, paths, tokens.
func appendJSON(out []byte, v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return append(out, bytes.TrimSuffix(b.Bytes(), []byte{'\n'})...)
}

// accepted is the content type that a caller wants.
func accepted(accept string) string {
	if accept == "" {
		return plainJSON
	}
	for part := range strings.SplitSeq(accept, ",") {
		switch kind, _, _ := mime.ParseMediaType(part); kind {
		case "application/json":
			return plainJSON
		case "application/graphql-response+json":
			return graphJSON
		}
	}
	return plainJSON
}

// isJSON tells whether a content type is that of JSON.
func isJSON(kind string) bool {
	if kind == "application/json" {
		return true // as most write it
	}
	kind, _, _ = mime.ParseMediaType(kind)
	return kind == "application/json"
}

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{store.ErrInvalid}, args...)...)
}

// readParams takes a GraphQL request out of an HTTP request.
func readParams(r *http.Request) (*graphql.RawParams, int, error) {
	p := &graphql.RawParams{Headers: r.Header}
	switch r.Method {
	case http.MethodGet:
		q := r.URL.Query()
		p.Query, p.OperationName = q.Get("query"), q.Get("operationName")
		for name, to := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
			if s := q.Get(name); s != "" {
				if err := decode(strings.NewReader(s), to); err != nil {
					return nil, http.StatusBadRequest, wrong("%s in the URL: %s", name, err)
				}
			}
		}
	case http.MethodPost:
		if !isJSON(r.Header.Get("Content-Type")) {
			return nil, http.StatusUnsupportedMediaType, wrong("the body has to be JSON: send it with Content-Type: application/json")
		}
		if err := decode(r.Body, p); err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				return nil, http.StatusRequestEntityTooLarge, wrong("the request has more than %d bytes: send less, or several requests", large.Limit)
			}
			return nil, http.StatusBadRequest, wrong(`the body: %s; send {"query": "...", "variables": {...}}`, err)
		}
	default:
		return nil, http.StatusMethodNotAllowed, wrong("%s means nothing here; send a query by GET or POST", r.Method)
	}
	if strings.TrimSpace(p.Query) == "" {
		return nil, http.StatusBadRequest, wrong("there is no query in the request")
	}
	return p, 0, nil
}

// decode reads one JSON value, and nothing after it.
func decode(r io.Reader, to any) error {
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		var typ *json.UnmarshalTypeError
		switch {
		case errors.Is(err, io.EOF):
			return errors.New("it is empty")
		case errors.As(err, &typ) && typ.Field == "":
			return fmt.Errorf("it is a JSON %s where an object belongs", typ.Value)
		case errors.As(err, &typ):
			return fmt.Errorf("%s is a JSON %s, which it cannot be", typ.Field, typ.Value)
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON")
	}
	return nil
}
