package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// enoughChanges ends a message after the commit with which it has so many: who is far behind
// is told in parts. A slow reader holds no more than the message on its way: what comes
// meanwhile is read from the store's log when it takes the next one.
const enoughChanges = 1000

// subscriptions runs subscriptions to the changes of one store.
type subscriptions struct {
	read     *read.Reader
	analyses analyses
	store    store.Store
	timeout  time.Duration // for each message
	most     int64         // at once

	running atomic.Int64
	watch   watch
}

// start begins a subscription; what it returns makes one message after another, and nil when
// it has ended.
func (s *subscriptions) start(ctx context.Context) graphql.ResponseHandler {
	fields := graphql.CollectFields(graphql.GetOperationContext(ctx), graphql.GetOperationContext(ctx).Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 || fields[0].Name != "changes" {
		return fails(ctx, wrong("a subscription has one field: changes"))
	}
	x := &subscription{subscriptions: s, field: fields[0]}
	fielded := x.at(ctx)
	args, err := s.read.Args(fielded)
	if err == nil {
		x.query, err = s.analyses.changesQuery(args)
	}
	if err != nil {
		return fails(fielded, err)
	}
	x.query.Enough = enoughChanges
	if s.running.Add(1) > s.most {
		s.running.Add(-1)
		return fails(fielded, fmt.Errorf("%w: this server has %d subscriptions, and takes no more at once; try again later, or ask for changes now and then", store.ErrUnavailable, s.most))
	}
	leave := s.watch.join(s.store)
	context.AfterFunc(ctx, func() { // transports end the context of what they are done with
		leave()
		s.running.Add(-1)
	})
	if !args.Has("since") || args.Get("since") == nil {
		if x.query.Since.Revision, err = s.store.Revision(ctx); err != nil {
			return fails(fielded, err)
		}
	}
	return x.next
}

// fails is a subscription that never begins.
func fails(ctx context.Context, err error) graphql.ResponseHandler {
	graphql.AddError(ctx, err)
	return func(context.Context) *graphql.Response { return nil }
}

// subscription is one of them.
type subscription struct {
	*subscriptions
	field graphql.CollectedField
	query analysis.ChangesQuery
	begun bool // the first message is made
	over  bool
}

// at is a context that stands at the subscription's field.
func (x *subscription) at(ctx context.Context) context.Context {
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription", Field: x.field})
}

// next makes the next message; the first one comes at once, and says where it begins.
func (x *subscription) next(ctx context.Context) *graphql.Response {
	for pause := 100 * time.Millisecond; !x.over; {
		after := x.query.Since.Revision
		if !x.begun && after.Number > 0 {
			after.Number-- // so that it is there: another instance may be ahead of this one
		}
		var at store.Revision
		if x.query.Since.Time.IsZero() && after != (store.Revision{}) && after.Number > 0 {
			var err error
			if at, err = x.watch.later(ctx, after); err != nil {
				return nil
			}
		}
		resp, err := x.message(ctx, at)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, store.ErrUnavailable) && x.begun: // the store may come back
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(pause):
			}
			pause = min(2*pause, 5*time.Second)
		case err != nil:
			x.over = true
			graphql.AddError(x.at(ctx), err)
			return &graphql.Response{Data: []byte("null")}
		case resp != nil:
			x.begun = true
			return resp
		}
	}
	return nil
}

// message makes a message of what has changed by a revision; nil if that is nothing that was
// asked for, unless it is the first.
func (x *subscription) message(ctx context.Context, at store.Revision) (*graphql.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	var until store.Revision
	empty := false
	resp, err := x.read.Message(ctx, at, func(ctx context.Context) (*graphql.Response, error) {
		var failed error
		data, err := x.read.Value(x.at(ctx), func(ctx context.Context, g store.Reader, _ read.Args) (any, error) {
			b := changeBatch{page: &changePage{ctx: ctx, g: g}}
			b.changes, b.until, failed = analysis.Changes(ctx, g, x.query)
			until, empty = b.until, len(b.changes) == 0
			return b, failed
		})
		if failed != nil {
			return nil, failed
		}
		resp := &graphql.Response{Data: []byte("null")}
		if err == nil {
			resp.Data = append(append(append([]byte(`{`), strconv.Quote(x.field.Alias)...), ':'), data...)
			resp.Data = append(resp.Data, '}')
		}
		return resp, err
	})
	if err != nil {
		return nil, err
	}
	x.query.Since = store.Since{Revision: until}
	if empty && x.begun {
		return nil, nil
	}
	return resp, nil
}

// watch knows which revision a store shows, for all subscriptions: one of them waiting is as
// much work for the store as a thousand.
type watch struct {
	log *slog.Logger

	mu    sync.Mutex
	users int
	now   store.Revision
	news  chan struct{} // closed when now changes
	stop  context.CancelFunc
}

// join has the store watched until leave is called.
func (w *watch) join(s store.Store) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users++; w.users == 1 {
		ctx, stop := context.WithCancel(context.Background())
		w.stop, w.now, w.news = stop, store.Revision{}, make(chan struct{})
		go w.run(ctx, s)
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.users--; w.users == 0 {
			w.stop()
		}
	}
}

// run waits for one revision after another.
func (w *watch) run(ctx context.Context, s store.Store) {
	var last store.Revision
	for pause := 100 * time.Millisecond; ; {
		next := last
		if last != (store.Revision{}) {
			next.Number++
		}
		err := s.View(ctx, next, func(g store.Reader) error { last = g.Revision(); return nil })
		if errors.Is(err, store.ErrConflict) { // the content was replaced
			last = store.Revision{}
			continue
		}
		w.mu.Lock()
		if ctx.Err() != nil { // perhaps another one runs already
			w.mu.Unlock()
			return
		}
		if err == nil && w.now != last {
			w.now = last
			close(w.news)
			w.news = make(chan struct{})
		}
		w.mu.Unlock()
		if err == nil {
			pause = 100 * time.Millisecond
			continue
		}
		w.log.WarnContext(ctx, "changes cannot be watched", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// later waits for a revision after another, or of another epoch.
func (w *watch) later(ctx context.Context, than store.Revision) (store.Revision, error) {
	for {
		w.mu.Lock()
		now, news := w.now, w.news
		w.mu.Unlock()
		if now != (store.Revision{}) && (now.Epoch != than.Epoch || now.Number > than.Number) {
			return now, nil
		}
		select {
		case <-ctx.Done():
			return now, ctx.Err()
		case <-news:
		}
	}
}
