// Package server is the HTTP side of clustergraph: which address answers what,
// who is calling, what a request may cost in bytes and time, health, and a stop
// that lets running requests end. It knows nothing of GraphQL beyond the shape
// of its errors; the handler for it is given to New.
package server

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/cors"
)

// Config is what a server needs.
type Config struct {
	// GraphQL answers /graphql. Required.
	GraphQL http.Handler
	// Export answers GET /export/{format}; nil: there is none.
	Export http.Handler
	// Schema is the text at /schema.graphql.
	Schema string
	// Playground holds the built page; nil if it was not built.
	Playground fs.FS
	// Ready tells whether requests can be answered, and why not; and how good the
	// answers are. It is asked by /health/ready with a deadline of three seconds: a
	// database that has just started is slow at first. Nil means always.
	Ready func(context.Context) (Health, error)
	// Origins are the web origins ("https://example.org") whose pages may ask
	// from a browser, or "*" for all. None are unless named here.
	Origins []string
	// Token makes its bearer a Writer. Empty: nobody is.
	Token string
	// MaxBody is the size of a request's body in bytes above which it is refused.
	MaxBody int64
	// Timeout is the time a GraphQL request has, ExportTimeout that of an export. Streams
	// (WebSocket and server-sent events) have as long as they like: the handler ends those.
	Timeout, ExportTimeout time.Duration
	// Drain ends streams when the server begins to stop, and waits for them as long as the
	// context allows. Nil: there are none.
	Drain func(context.Context)
	// Version is told on the start page.
	Version string
	// Log takes what operators should know.
	Log *slog.Logger
}

// Health is what /health/ready tells beside yes or no.
type Health struct {
	// Revision is the newest one shown; empty if that is not known without asking.
	Revision string `json:"revision,omitempty"`
	// Mirror is set if answers come from memory.
	Mirror *Mirror `json:"mirror,omitempty"`
	// Stale is set while answers may be old.
	Stale *Stale `json:"stale,omitempty"`
}

// Mirror is what is held in memory.
type Mirror struct {
	Nodes int     `json:"nodes"`
	Edges int     `json:"edges"`
	Lag   float64 `json:"lagSeconds"` // between the last commit and when it was shown
}

// Stale says since when what is written is not seen in the answers.
type Stale struct {
	Since   time.Time `json:"since"`
	Seconds int       `json:"seconds"` // from then until now
}

// MinToken is the shortest token that New accepts, in bytes: shorter ones can
// be guessed.
const MinToken = 16

// Server answers HTTP requests until it is told to stop.
type Server struct {
	handler  http.Handler
	log      *slog.Logger
	timeout  time.Duration
	drain    func(context.Context)
	draining atomic.Bool
}

// New checks a configuration and makes a server of it. The error says what to
// change: an origin that is none, or a token that is too short.
func New(c Config) (*Server, error) {
	if c.Token != "" && len(c.Token) < MinToken {
		return nil, fmt.Errorf("the token has %d characters; take at least %d random ones, for instance from \"openssl rand -hex 32\"", len(c.Token), MinToken)
	}
	for _, o := range c.Origins {
		if err := checkOrigin(o); err != nil {
			return nil, err
		}
	}
	s := &Server{log: c.Log, timeout: c.Timeout, drain: c.Drain}

	graphql := limit(c.MaxBody, identify(c.Token, c.GraphQL))
	graphql = unlessStream(deadline(c.Timeout, graphql), graphql)
	if len(c.Origins) > 0 {
		graphql = cors.New(cors.Options{
			AllowedOrigins: c.Origins,
			AllowedMethods: []string{http.MethodGet, http.MethodPost},
			AllowedHeaders: []string{"Accept", "Authorization", "Content-Type"},
			MaxAge:         int((10 * time.Minute).Seconds()),
		}).Handler(graphql)
	}

	mux := http.NewServeMux()
	mux.Handle("/graphql", graphql)
	if c.Export != nil {
		export := deadline(c.ExportTimeout, patient(c.ExportTimeout, c.Export))
		if len(c.Origins) > 0 {
			export = cors.New(cors.Options{AllowedOrigins: c.Origins, AllowedMethods: []string{http.MethodGet}, ExposedHeaders: []string{"Content-Disposition"}}).Handler(export)
		}
		mux.Handle("GET /export/{format}", export)
	}
	mux.Handle("GET /schema.graphql", text(c.Schema))
	mux.Handle("GET /health/live", http.HandlerFunc(live))
	mux.Handle("GET /health/ready", s.ready(c.Ready))
	mux.Handle("GET /playground", http.RedirectHandler("playground/", http.StatusMovedPermanently))
	mux.Handle("GET /playground/", playground(c.Playground))
	mux.Handle("GET /{$}", start(c.Version))
	s.handler = secure(mux)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func checkOrigin(origin string) error {
	if origin == "*" {
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return fmt.Errorf("%q is not a web origin; write it as \"https://example.org\" (scheme, host and port only), or \"*\" for all", origin)
	}
	return nil
}

// limit refuses bodies that are too large: at once if their length is told, and
// otherwise when reading gets there.
func limit(bytes int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > bytes {
			w.Header().Set("Connection", "close")
			refuse(w, http.StatusRequestEntityTooLarge, "BAD_USER_INPUT",
				fmt.Sprintf("the request has %d bytes; at most %d are read: send less, or several requests", r.ContentLength, bytes))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, bytes)
		next.ServeHTTP(w, r)
	})
}

// unlessStream has what lasts go around a deadline: the handler of GraphQL knows streams by
// the same signs.
func unlessStream(limited, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			next.ServeHTTP(w, r)
			return
		}
		limited.ServeHTTP(w, r)
	})
}

// deadline ends the request's context; whoever works for the request gives up
// then and says TIMEOUT.
func deadline(after time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), after)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// patient has an answer written for longer than others may be.
func patient(after time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Who cannot set it, as in tests without a connection, has no deadline.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(after + 2*headerTime))
		next.ServeHTTP(w, r)
	})
}

// refuse answers with an error in the shape GraphQL clients read.
func refuse(w http.ResponseWriter, status int, code, message string) {
	reply(w, status, map[string]any{
		"errors": []any{map[string]any{"message": message, "extensions": map[string]any{"code": code}}},
	})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may have gone, which is not ours to mend.
	_ = json.NewEncoder(w).Encode(body)
}

func live(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{"status": "live"})
}

func (s *Server) ready(check func(context.Context) (Health, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			reply(w, http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
			return
		}
		told := struct {
			Status string `json:"status"`
			Health
		}{Status: "ready"}
		if check != nil {
			ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
			defer cancel()
			var err error
			if told.Health, err = check(ctx); err != nil {
				// The reason may name files or hosts: it is for the log, not for whoever asks.
				s.log.Warn("not ready", "reason", err)
				reply(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready"})
				return
			}
		}
		reply(w, http.StatusOK, told)
	})
}

func text(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(body))
	})
}

//go:embed start.html
var startPage string

//go:embed unbuilt.html
var unbuiltPage string

func start(version string) http.Handler {
	page := template.Must(template.New("start").Parse(startPage))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", pagePolicy)
		_ = page.Execute(w, version)
	})
}

func playground(files fs.FS) http.Handler {
	if files == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", pagePolicy)
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(unbuiltPage))
		})
	}
	assets := http.StripPrefix("/playground", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", pagePolicy)
		// Vite names assets by their content; the page that names them must be fresh.
		if strings.HasPrefix(r.URL.Path, "/playground/assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		assets.ServeHTTP(w, r)
	})
}

const (
	// The editor (Monaco) writes style elements as it goes, and brings its icons
	// as data; scripts, workers and requests stay with this server.
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
)

// secure sets the headers that every answer has.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", dataPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
