package graph

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// Options say how the API is served.
type Options struct {
	// MayWrite tells whether the caller of a mutation may write: nil, or an error that
	// wraps ErrUnauthenticated or ErrForbidden and says what to do. If it is not set,
	// nobody may.
	MayWrite func(context.Context) error
	// Limits are what one operation may cost; fields that are 0 are as in
	// read.DefaultLimits.
	Limits read.Limits
	// Timeout is the time that a message of a subscription may take, and a query that is
	// asked by way of server-sent events. 0: 10 seconds.
	Timeout time.Duration
	// Subscriptions is how many there may be at once, and how many sockets. 0: 1,000.
	Subscriptions int
	// Origins are the web origins ("https://example.org") whose pages may open a socket, or
	// "*" for all; those of this server's own pages may.
	Origins []string
	// Log takes what callers are not told. Nil: slog.Default.
	Log *slog.Logger
}

// These bound what is done for a query before it runs.
const (
	maxTokens  = 20_000     // of a query
	maxPairs   = 10_000_000 // of equal names in a query: some tenths of a second
	alwaysRead = 4 << 10    // bytes of a query that cannot repeat itself too often
	cached     = 500        // queries that are kept parsed and validated
	maxCached  = 64 << 10   // bytes of a query that is kept

	cachedSchemas = 20 // answers about the schema that are kept; one is up to a megabyte
)

// New answers GraphQL requests from a store, by GET (queries) and POST, and subscriptions
// over WebSocket and as server-sent events. The time that a request has is its context's;
// streams have as long as they like. The error says that schema and program do not fit.
func New(s store.Store, o Options) (*Handler, error) {
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.Subscriptions = cmp.Or(o.Subscriptions, 1000)
	p, err := newParts(s, o)
	if err != nil {
		return nil, err
	}
	h := &Handler{exec: p.exec, options: o}
	h.streaming, h.stop = context.WithCancel(context.Background())
	return h, nil
}

// parts are what answers operations of one store.
type parts struct {
	exec     *executor.Executor
	reader   *read.Reader
	analyses analyses
}

func newParts(s store.Store, o Options) (parts, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	served := ontology.Served()
	by := analyses{analysis.New(served)}
	reader, err := read.New(s, served, map[string]read.Computed{
		"Actor.partners": by.partners, "Actor.coverage": by.coverage, "Project.coverage": by.coverage,
	}, o.Limits)
	if err != nil {
		return parts{}, err
	}
	es := NewExecutableSchema(Config{
		Schema:    served.Schema,
		Resolvers: &Resolver{Read: reader, Write: &Writer{read: reader, store: s}, analyses: by},
	})
	streams := &subscriptions{read: reader, analyses: by, store: s, timeout: o.Timeout, most: int64(o.Subscriptions), watch: watch{log: o.Log}}
	exec := executor.New(executable{es, reader, streams, lru.New[[]byte](cachedSchemas)})
	exec.SetErrorPresenter(presenter(o.Log))
	exec.SetRecoverFunc(func(_ context.Context, v any) error {
		return fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	})
	exec.SetParserTokenLimit(maxTokens)
	exec.SetDefaultRulesFn(read.Rules)
	queries := cache{lru.New[*ast.QueryDocument](cached)}
	exec.SetQueryCache(queries)
	exec.Use(admission{reader, queries, o.MayWrite})
	exec.AroundRootFields(inOrder)
	return parts{exec, reader, by}, nil
}

// cache keeps queries that are not too long.
type cache struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add keeps a query.
func (c cache) Add(ctx context.Context, query string, doc *ast.QueryDocument) {
	if len(query) <= maxCached {
		c.Cache.Add(ctx, query, doc)
	}
}

// admission decides whether an operation is run.
type admission struct {
	read     *read.Reader
	queries  cache
	mayWrite func(context.Context) error
}

// ExtensionName is how gqlgen tells extensions apart.
func (admission) ExtensionName() string { return "Admission" }

// Validate has nothing to check.
func (admission) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a query that would take long to validate, which no
// deadline would end: fields of one name are compared with each other, all pairs of them.
func (a admission) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if len(params.Query) <= alwaysRead {
		return nil
	}
	if _, known := a.queries.Get(ctx, params.Query); known {
		return nil
	}
	names := map[string]int{}
	depth, count := 0, 0
	for tokens := lexer.New(&ast.Source{Input: params.Query}); ; count++ {
		t, err := tokens.ReadToken()
		if err != nil || count > maxTokens || depth > parser.MaxNestingDepth {
			return nil // the parser says where
		}
		if t.Kind == lexer.EOF {
			break
		}
		switch t.Kind {
		case lexer.Name:
			names[t.Value]++
		case lexer.BraceL, lexer.BracketL:
			depth++
		case lexer.BraceR, lexer.BracketR:
			depth--
		}
	}
	most, pairs := "", 0
	for name, n := range names {
		pairs += n * n
		if n > names[most] {
			most = name
		}
	}
	if pairs > maxPairs {
		return gqlerror.WrapPath(nil, fmt.Errorf("%w: the query repeats itself too often (%q %d times): ask in several queries, or use variables", read.ErrTooMuch, most, names[most]))
	}
	return nil
}

// MutateOperationContext refuses an operation, or lets it pass.
func (a admission) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = false
	if op.Operation.Operation == ast.Mutation {
		err := fmt.Errorf("%w: this server is read-only; it takes mutations when it is started with --allow-writes", ErrForbidden)
		if a.mayWrite != nil {
			err = a.mayWrite(ctx)
		}
		if err != nil {
			return gqlerror.WrapPath(nil, err)
		}
	}
	return a.read.Prepare(op)
}

// executable runs all root fields of a query on one view of the store.
type executable struct {
	graphql.ExecutableSchema
	read    *read.Reader
	streams *subscriptions
	schemas graphql.Cache[[]byte] // answers about the schema
}

// Exec runs an operation.
func (e executable) Exec(ctx context.Context) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		return e.streams.start(ctx)
	}
	return func(ctx context.Context) *graphql.Response {
		op := graphql.GetOperationContext(ctx)
		run := func(ctx context.Context) *graphql.Response { return e.ExecutableSchema.Exec(ctx)(ctx) }
		if op.Operation.Operation != ast.Query {
			resp := run(ctx)
			e.read.Told(ctx)
			return resp
		}
		roots := reading(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"}))
		if len(roots) == 0 {
			return e.introspect(ctx, op, run)
		}
		resp, err := e.read.View(ctx, func(ctx context.Context) *graphql.Response {
			return run(withTurns(ctx, roots))
		})
		if err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{}
		}
		return resp
	}
}

// reading are the aliases of the root fields that read the store.
func reading(fields []graphql.CollectedField) []string {
	aliases := make([]string, 0, len(fields))
	for _, f := range fields {
		if !strings.HasPrefix(f.Name, "__") {
			aliases = append(aliases, f.Alias)
		}
	}
	return aliases
}

// introspect answers about the schema, without the store. What tools ask when they start
// takes a quarter of a second to put together and never changes, so it is kept.
func (e executable) introspect(ctx context.Context, op *graphql.OperationContext, run func(context.Context) *graphql.Response) *graphql.Response {
	key := op.OperationName + "\n" + op.RawQuery
	plain := len(op.Variables) == 0 && len(op.RawQuery) <= maxCached
	if data, ok := e.schemas.Get(ctx, key); ok && plain {
		return &graphql.Response{Data: data}
	}
	resp := run(ctx)
	if plain && graphql.GetErrors(ctx) == nil {
		e.schemas.Add(ctx, key, resp.Data)
	}
	return resp
}

// turns have the root fields of a query answered one after another, where gqlgen would
// start them all at once: they share a reader and a budget, and errors are told in the
// order of the query.
type turns struct {
	of   map[string]int // by alias
	done []chan struct{}
}

type turnsKey struct{}

func withTurns(ctx context.Context, aliases []string) context.Context {
	if len(aliases) < 2 {
		return ctx
	}
	t := &turns{of: make(map[string]int, len(aliases)), done: make([]chan struct{}, len(aliases))}
	for i, alias := range aliases {
		t.of[alias], t.done[i] = i, make(chan struct{})
	}
	return context.WithValue(ctx, turnsKey{}, t)
}

// inOrder has a root field wait for its turn.
func inOrder(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	t, _ := ctx.Value(turnsKey{}).(*turns)
	if t == nil {
		return next(ctx)
	}
	i, ok := t.of[graphql.GetRootFieldContext(ctx).Field.Alias]
	if !ok {
		return next(ctx)
	}
	defer close(t.done[i])
	if i > 0 {
		<-t.done[i-1]
	}
	return next(ctx)
}
