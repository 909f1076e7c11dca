package changelog

import (
	"context"
	"errors"
	"sync"
	"time"

	"clustergraph/internal/store"
)

// pace is how often commits of other processes are looked for while anyone follows.
const pace = 150 * time.Millisecond

// Feed hands the commits of a store to those who follow: this process's own from memory,
// others' from the log within two tenths of a second.
type Feed struct {
	// Closed ends polling and following; with Gone as the error of those who follow.
	Closed <-chan struct{}
	Gone   error
	// Watch begins to look at the store's revision, again and again, until stop is called.
	Watch func() (look func() (store.Revision, error), stop func())
	// Read are commits after a revision from the log, in their order, some at a time; none
	// if there are no more; ErrBehind if the log does not reach back so far.
	Read func(ctx context.Context, after store.Revision) ([]store.Commit, error)
	// Go runs the polling beside everything else; who closes the store waits for it.
	Go func(func())

	mu        sync.Mutex
	followers map[*Follower]bool
	polling   bool
}

// Follower is one call of Follow.
type Follower struct {
	feed  *Feed
	news  chan struct{} // holds one if there may be something new
	queue []store.Commit
}

// Tell queues a commit of this process for those who follow.
func (f *Feed) Tell(c store.Commit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for x := range f.followers {
		x.queue = append(x.queue, c)
		x.wake()
	}
}

// Wake makes all followers look at the log.
func (f *Feed) Wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for x := range f.followers {
		x.wake()
	}
}

// Replaced says that the store's content is another one now: what is queued is forgotten.
func (f *Feed) Replaced() {
	f.mu.Lock()
	for x := range f.followers {
		x.queue = nil
	}
	f.mu.Unlock()
	f.Wake()
}

func (x *Follower) wake() {
	select {
	case x.news <- struct{}{}:
	default:
	}
}

// Join begins to follow: commits that are told from now on are kept until Follow is called,
// which it must be.
func (f *Feed) Join() *Follower {
	x := &Follower{feed: f, news: make(chan struct{}, 1)}
	x.wake()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.followers == nil {
		f.followers = map[*Follower]bool{}
	}
	f.followers[x] = true
	if !f.polling {
		f.polling = true
		f.Go(f.poll)
	}
	return x
}

// poll wakes followers when another process has written, as long as there are any.
func (f *Feed) poll() {
	look, stop := f.Watch()
	defer stop()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var last store.Revision
	for {
		select {
		case <-f.Closed:
			return
		case <-tick.C:
		}
		f.mu.Lock()
		if len(f.followers) == 0 {
			f.polling = false
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		now, err := look()
		if err != nil || now != last { // if it cannot be read, followers find out why
			last = now
			f.Wake()
		}
	}
}

// Follow tells commits after a revision until it ends, as [store.Truth] says.
func (x *Follower) Follow(ctx context.Context, after store.Revision, tell func(store.Commit) error) error {
	defer func() {
		x.feed.mu.Lock()
		delete(x.feed.followers, x)
		x.feed.mu.Unlock()
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-x.feed.Closed:
			return x.feed.Gone
		case <-x.news:
		}
		for {
			commits, err := x.next(ctx, after)
			if err != nil {
				return err
			}
			if len(commits) == 0 {
				break
			}
			for _, c := range commits {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := tell(c); err != nil {
					return err
				}
				after = c.Revision
			}
		}
	}
}

// moment is how long a commit of this process that the log has is waited for: it is told
// here as soon as the database has said that it happened.
const moment = 500 * time.Millisecond

// next are commits after a revision, in their order; none if there are no more.
func (x *Follower) next(ctx context.Context, after store.Revision) ([]store.Commit, error) {
	if own := x.queued(after); len(own) > 0 {
		return own, nil
	}
	logged, err := x.feed.Read(ctx, after)
	if !errors.Is(err, store.ErrBehind) {
		return logged, err
	}
	// The log does not tell whom a commit erased. If it is one of this process, it is about
	// to be told, with all of it; else what was followed for must be read anew, which is dear.
	wait := time.NewTimer(moment)
	defer wait.Stop()
	for {
		if own := x.queued(after); len(own) > 0 {
			return own, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-x.feed.Closed:
			return nil, x.feed.Gone
		case <-wait.C:
			return nil, err
		case <-x.news:
		}
	}
}

// queued are the commits of this process that follow a revision without a gap: what follows
// a gap is in the log, too.
func (x *Follower) queued(after store.Revision) []store.Commit {
	x.feed.mu.Lock()
	queue := x.queue
	x.queue = nil
	x.feed.mu.Unlock()
	for len(queue) > 0 && queue[0].Revision.Epoch == after.Epoch && queue[0].Revision.Number <= after.Number {
		queue = queue[1:]
	}
	n := 0
	for n < len(queue) && queue[n].Revision == (store.Revision{Epoch: after.Epoch, Number: after.Number + uint64(n) + 1}) {
		n++
	}
	return queue[:n]
}
