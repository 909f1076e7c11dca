package analysis

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"clustergraph/internal/store"
)

// memo keeps what costs much to work out, the last used, up to a number of values and of
// bytes. Who asks for what another caller is working out waits for it; if that one gives up
// (its request ended, its view broke), the next one starts anew.
type memo struct {
	mu    sync.Mutex
	kept  *lru.Cache[any, *result]
	bytes int64 // of what is kept
	n     int
	most  int64
	// heirs are what the memos before it kept, until something else is kept under the same key.
	heirs map[any]heir
}

// heir is a value as it was at an earlier revision, with that one's number.
type heir struct {
	value  any
	bytes  int64
	number uint64
}

// inherit takes over what another memo keeps, as of a number, and then what that inherited: as
// much as it would keep itself.
func (m *memo) inherit(old *memo, number uint64) {
	old.mu.Lock()
	defer old.mu.Unlock()
	m.heirs = map[any]heir{}
	bytes := int64(0)
	take := func(key any, h heir) {
		if _, met := m.heirs[key]; !met && len(m.heirs) < m.n && bytes+h.bytes <= m.most {
			m.heirs[key], bytes = h, bytes+h.bytes
		}
	}
	keys := old.kept.Keys()
	slices.Reverse(keys) // the last used first
	for _, key := range keys {
		r, _ := old.kept.Peek(key)
		select {
		case <-r.done:
			take(key, heir{r.value, r.bytes, number})
		default:
		}
	}
	for key, h := range old.heirs {
		take(key, h)
	}
}

// left is what was inherited under a key.
func (m *memo) left(key any) (heir, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, found := m.heirs[key]
	return h, found
}

type result struct {
	done  chan struct{}
	value any
	err   error
	bytes int64 // once it is kept
}

// sized is a value that tells its size.
type sized interface{ bytes() int64 }

// size is how many bytes a value takes: what it says, or those of its elements if it is a list;
// else it is small.
func size(value any) int64 {
	if v, ok := value.(sized); ok {
		return v.bytes()
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		return int64(v.Len()) * int64(v.Type().Elem().Size())
	}
	return 0
}

// errGaveUp is what those who wait see of work that says nothing to them.
var errGaveUp = errors.New("gave up")

// newMemo keeps so many values. Together they have so many bytes; one that
// has more is not kept.
func newMemo(n int, bytes int64) *memo {
	m := &memo{n: n, most: bytes}
	kept, err := lru.NewWithEvict(n, func(_ any, r *result) { m.bytes -= r.bytes })
	if err != nil {
		panic(err)
	}
	m.kept = kept
	return m
}

// remember is what work says, kept under a key (one of a comparable type). Errors are not
// kept; those that are about the question are told to those who wait, too. ctx is that of
// work.
func remember[T any](ctx context.Context, m *memo, key any, work func() (T, error)) (T, error) {
	var none T
	for {
		m.mu.Lock()
		r, found := m.kept.Get(key)
		if !found {
			r = &result{done: make(chan struct{}), err: errGaveUp} // if work panics
			m.kept.Add(key, r)
			m.mu.Unlock()
			return carryOut(ctx, m, key, r, work)
		}
		m.mu.Unlock()
		select {
		case <-r.done:
		case <-ctx.Done():
			return none, ctx.Err()
		}
		switch {
		case r.err == nil:
			return r.value.(T), nil
		case r.err != errGaveUp:
			return none, r.err
		}
	}
}

func carryOut[T any](ctx context.Context, m *memo, key any, r *result, work func() (T, error)) (T, error) {
	defer close(r.done)
	defer m.settle(key, r)
	value, err := work()
	switch {
	case err == nil:
		r.value, r.err = value, nil
	case ctx.Err() == nil && (errors.Is(err, ErrTooMuch) || errors.Is(err, store.ErrInvalid) || errors.Is(err, store.ErrNotFound)):
		r.err = err
	}
	return value, err
}

// settle keeps a result for good, or not.
func (m *memo) settle(key any, r *result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if kept, _ := m.kept.Peek(key); kept != r {
		return // so many others came that it went
	}
	r.bytes = size(r.value)
	if r.err == nil {
		delete(m.heirs, key)
	}
	m.bytes += r.bytes
	if r.err != nil || r.bytes > m.most {
		m.kept.Remove(key)
	}
	for m.bytes > m.most {
		m.kept.RemoveOldest()
	}
}
