package read

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/store"
)

// Limits are what one operation may cost.
type Limits struct {
	// Rows is how many nodes and rows are fetched at most, for all root fields together.
	Rows int
	// Bytes is how long the data may become.
	Bytes int
	// Asked is how many rows a query may ask for by its page sizes, each multiplied by
	// those around it: what asks for more is refused before anything is fetched. Pages are
	// seldom full, so it may be far above Rows.
	Asked float64
	// Lists is how many lists a query may ask for, aliases counted.
	Lists int
}

// DefaultLimits let through what people and dashboards ask, and stop the rest in time.
var DefaultLimits = Limits{Rows: 500_000, Bytes: 64 << 20, Asked: 2e8, Lists: 300}

// filled are the limits with defaults in place of zeros.
func (l Limits) filled() Limits {
	l.Rows = cmp.Or(l.Rows, DefaultLimits.Rows)
	l.Bytes = cmp.Or(l.Bytes, DefaultLimits.Bytes)
	l.Asked = cmp.Or(l.Asked, DefaultLimits.Asked)
	l.Lists = cmp.Or(l.Lists, DefaultLimits.Lists)
	return l
}

// ErrTooMuch says that an operation asks for more than its limits.
var ErrTooMuch = errors.New("too much")

type tooMuch struct{ error }

func (tooMuch) Unwrap() error { return ErrTooMuch }

// operation is what the root fields of one operation share: they are answered one after
// another.
type operation struct {
	limits Limits
	vars   map[string]any // coerced
	view   store.Reader   // of a query: all root fields read it
	rows   int            // fetched so far
	bytes  int            // written so far

	used [][]byte // buffers of what was written, free when the answer is put together

	revision store.Revision // that is answered from
	torn     bool           // the view could not be had at one revision
}

// extension is the name under which gqlgen keeps the operation.
const extension = "read"

// current is the operation that ctx belongs to.
func current(ctx context.Context) *operation {
	op, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(extension).(*operation)
	if op == nil {
		panic("read: the operation was not prepared")
	}
	return op
}

// Prepare checks an operation before it runs: that its variables are what their types take,
// and that it does not ask for more than the limits. It has to be called once for each
// operation. Cost: with the query.
func (r *Reader) Prepare(op *graphql.OperationContext) *gqlerror.Error {
	vars, e := r.variables(op.Operation, op.Variables)
	if e != nil {
		err := gqlerror.WrapPath(nil, invalidError{e})
		err.Locations = []gqlerror.Location{{Line: e.pos.Line, Column: e.pos.Column}}
		return err
	}
	c := checker{Reader: r, vars: vars, fragments: map[string]cost{}}
	switch sum := c.set(op.Operation.SelectionSet); {
	case c.null != nil:
		err := gqlerror.WrapPath(nil, invalid("@%s: if: Boolean! cannot be null", c.null.Name))
		err.Locations = []gqlerror.Location{{Line: c.null.Position.Line, Column: c.null.Position.Column}}
		return err
	case sum.schemas > maxSchemas:
		return gqlerror.WrapPath(nil, tooMuch{fmt.Errorf("the query asks %d times about the schema; at most %d times are answered", sum.schemas, maxSchemas)})
	case sum.lists > r.limits.Lists:
		return gqlerror.WrapPath(nil, tooMuch{fmt.Errorf("the query asks for %d lists; at most %d are answered: ask in several queries", sum.lists, r.limits.Lists)})
	case sum.rows > r.limits.Asked:
		return gqlerror.WrapPath(nil, tooMuch{fmt.Errorf("the query asks for up to %.3g rows (each page times the pages around it); at most %.3g are tried: make first smaller, or nest less", sum.rows, r.limits.Asked)})
	}
	op.Stats.SetExtension(extension, &operation{limits: r.limits, vars: vars})
	return nil
}

// View runs a query on one view of the store, at least of the revision that its @atLeast
// names, and adds the revision to the extensions. The store may have run called again.
func (r *Reader) View(ctx context.Context, run func(context.Context) *graphql.Response) (*graphql.Response, error) {
	op := current(ctx)
	at, err := r.atLeast(ctx)
	if err != nil {
		return nil, err
	}
	var out *graphql.Response
	err = r.store.View(ctx, at, func(g store.Reader) error {
		op.view = g
		op.rows, op.bytes = 0, 0
		inner := graphql.WithFreshResponseContext(ctx)
		out = run(inner)
		op.free()
		out.Errors = append(out.Errors, graphql.GetErrors(inner)...)
		op.revision, op.torn = g.Revision(), !g.Consistent()
		return nil
	})
	if err == nil {
		r.Told(ctx)
	}
	return out, err
}

// Message makes a message of a subscription on one view of the store, at least of a
// revision. The store may have run called again. Which revision a message is of, it tells
// itself: its view may be of a later one.
func (r *Reader) Message(ctx context.Context, at store.Revision, run func(context.Context) (*graphql.Response, error)) (out *graphql.Response, err error) {
	op := current(ctx)
	verr := r.store.View(ctx, at, func(g store.Reader) error {
		op.view = g
		op.rows, op.bytes = 0, 0
		inner := graphql.WithFreshResponseContext(ctx)
		out, err = run(inner)
		op.free()
		if out != nil {
			out.Errors = append(out.Errors, graphql.GetErrors(inner)...)
		}
		op.torn = !g.Consistent()
		return nil
	})
	if verr != nil {
		return nil, verr
	}
	if err == nil {
		r.Told(ctx)
	}
	return out, err
}

// Told adds to the extensions of an answer which revision it is of, whether the store could
// not give it all at one revision, and since when the store cannot see what is written.
func (r *Reader) Told(ctx context.Context) {
	op := current(ctx)
	if token := op.revision.String(); token != "" {
		graphql.RegisterExtension(ctx, "revision", token)
	}
	if op.torn {
		graphql.RegisterExtension(ctx, "consistent", false)
	}
	if s, ok := r.store.(interface{ Stale() (time.Time, bool) }); ok {
		if since, stale := s.Stale(); stale {
			graphql.RegisterExtension(ctx, "stale", map[string]any{
				"since": since.UTC().Format(time.RFC3339), "seconds": int(time.Since(since).Seconds()),
			})
		}
	}
}

// After runs a part of a mutation's answer on a view that shows what was written.
func (r *Reader) After(ctx context.Context, at store.Revision, run func() (JSON, error)) (out JSON, err error) {
	op := current(ctx)
	verr := r.store.View(ctx, at, func(g store.Reader) error {
		op.view = g
		out, err = run()
		op.revision, op.torn = g.Revision(), !g.Consistent()
		return nil
	})
	if verr != nil {
		return nil, verr
	}
	return out, err
}

// atLeast is the revision that the operation's directive names.
func (r *Reader) atLeast(ctx context.Context) (store.Revision, error) {
	op := graphql.GetOperationContext(ctx)
	d := op.Operation.Directives.ForName("atLeast")
	if d == nil {
		return store.Revision{}, nil
	}
	args, e := r.coerceArguments(r.Schema.Directives["atLeast"].Arguments, d.Arguments, current(ctx).vars)
	if e != nil {
		return store.Revision{}, invalid("@atLeast: %w", e)
	}
	return store.ParseRevision(args.Text("revision"))
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// buffer is an empty buffer for the value of a root field.
func (op *operation) buffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

// free gives buffers back once gqlgen has copied what is in them. Very large ones would
// stay with the pool for long.
func (op *operation) free() {
	for _, b := range op.used {
		if cap(b) <= 1<<20 {
			buffers.Put(&b)
		}
	}
	op.used = nil
}

// inParts makes a call for n nodes, each of which may bring so many rows: at once, or in
// parts if that could be more than is left, so that it can be stopped.
func (op *operation) inParts(n, rows int, call func(from, to int) error) error {
	for from := 0; from < n; {
		to := n
		if rows > 0 {
			to = min(n, from+max(1, op.left()/rows))
		}
		if err := call(from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// left is how many rows may still be fetched.
func (op *operation) left() int { return max(0, op.limits.Rows-op.rows) }

// count takes rows off what the operation may have.
func (op *operation) count(n int) error {
	if op.rows += n; op.rows > op.limits.Rows {
		return tooMuch{fmt.Errorf("the answer takes more than %d rows: ask for smaller pages (first), or filter", op.limits.Rows)}
	}
	return nil
}

// cost is what a selection asks for at most.
type cost struct {
	rows    float64 // below one value that it is asked of
	lists   int
	schemas int // introspection: __schema and __type
}

const maxSchemas = 5

// checker estimates what an operation asks for.
type checker struct {
	*Reader
	vars      map[string]any
	fragments map[string]cost
	null      *ast.Directive // a @skip or @include that is given null by a variable
}

func (c *checker) set(set ast.SelectionSet) (sum cost) {
	for _, s := range set {
		var one cost
		switch s := s.(type) {
		case *ast.Field:
			c.directives(s.Directives)
			one = c.field(s)
		case *ast.InlineFragment:
			c.directives(s.Directives)
			one = c.set(s.SelectionSet)
		case *ast.FragmentSpread:
			c.directives(s.Directives)
			var ok bool
			if one, ok = c.fragments[s.Name]; !ok {
				one = c.set(s.Definition.SelectionSet)
				c.fragments[s.Name] = one
			}
		}
		sum.rows += one.rows
		sum.lists = min(sum.lists+one.lists, 1<<30) // fragments can double it at each step
		sum.schemas = min(sum.schemas+one.schemas, 1<<30)
	}
	return sum
}

func (c *checker) directives(ds ast.DirectiveList) {
	for _, d := range ds {
		if d.Name == "skip" || d.Name == "include" {
			if v := d.Arguments.ForName("if").Value; v.Kind == ast.Variable && c.vars[v.Raw] == nil {
				c.null = d
			}
		}
	}
}

func (c *checker) field(f *ast.Field) cost {
	if f.Name == "__schema" || f.Name == "__type" {
		return cost{schemas: 1}
	}
	below := c.set(f.SelectionSet)
	if f.Definition.Arguments.ForName("first") == nil {
		return below
	}
	if counts(f.SelectionSet) {
		return cost{rows: 1, lists: 1}
	}
	size := math.Inf(1)
	for _, name := range []string{"first", "last"} {
		if a := f.Arguments.ForName(name); a != nil {
			v, _, _ := c.literal(f.Definition.Arguments.ForName(name).Type, a.Value, c.vars)
			if n, ok := v.(int64); ok {
				size = min(size, max(0, float64(n)))
			}
		}
	}
	if math.IsInf(size, 1) {
		size = defaultPage
	}
	return cost{rows: size * (1 + below.rows), lists: below.lists + 1}
}

// counts tells whether all that is asked of a list is how long it is.
func counts(set ast.SelectionSet) bool {
	for _, s := range set {
		if f, ok := s.(*ast.Field); !ok || f.Name != "totalCount" {
			return false
		}
	}
	return true
}
