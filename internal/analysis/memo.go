package analysis

import (
	"context"
	"errors"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

// memo keeps what costs much to work out, the last used. Who asks for what another caller is
// working out waits for it; if that one gives up (its request ended), the next one starts anew.
type memo struct {
	mu   sync.Mutex
	kept *lru.Cache[any, *result]
}

type result struct {
	done  chan struct{}
	value any
	err   error
}

// newMemo keeps so many values.
func newMemo(n int) *memo {
	kept, err := lru.New[any, *result](n)
	if err != nil {
		panic(err)
	}
	return &memo{kept: kept}
}

// remember is what work says, kept under a key (one of a comparable type). Errors are not
// kept.
func remember[T any](ctx context.Context, m *memo, key any, work func() (T, error)) (T, error) {
	var none T
	for {
		m.mu.Lock()
		r, found := m.kept.Get(key)
		if !found {
			r = &result{done: make(chan struct{}), err: context.Canceled} // if work panics
			m.kept.Add(key, r)
			m.mu.Unlock()
			return carryOut(m, key, r, work)
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
		case !errors.Is(r.err, context.Canceled) && !errors.Is(r.err, context.DeadlineExceeded):
			return none, r.err
		}
	}
}

func carryOut[T any](m *memo, key any, r *result, work func() (T, error)) (T, error) {
	defer close(r.done)
	defer func() {
		if r.err != nil {
			m.mu.Lock()
			defer m.mu.Unlock()
			if kept, _ := m.kept.Peek(key); kept == r {
				m.kept.Remove(key)
			}
		}
	}()
	value, err := work()
	r.value, r.err = value, err
	return value, err
}
