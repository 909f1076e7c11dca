package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// follower is one call of Follow.
type follower struct {
	news  chan struct{} // holds one if there may be something new
	queue []store.Commit
}

// pace is how often commits of other processes are looked for while anyone follows.
const pace = 150 * time.Millisecond

// tell queues a commit of this process for those who follow.
func (t *Truth) tell(c store.Commit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for f := range t.followers {
		f.queue = append(f.queue, c)
		f.wake()
	}
}

func (f *follower) wake() {
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// wakeAll makes followers look at the log.
func (t *Truth) wakeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for f := range t.followers {
		f.wake()
	}
}

// poll wakes followers when another process has written, as long as there are any. It has
// a connection of its own, so that no loading or checking holds it up.
func (t *Truth) poll() {
	defer t.calls.Done()
	var s *session
	defer func() {
		if s != nil {
			s.close()
		}
	}()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var last store.Revision
	for {
		select {
		case <-t.closed:
			return
		case <-tick.C:
		}
		t.mu.Lock()
		if len(t.followers) == 0 {
			t.polling = false
			t.mu.Unlock()
			return
		}
		t.mu.Unlock()
		var now store.Revision
		var err error
		if s == nil {
			s, err = t.session(background)
		}
		if err == nil {
			now, err = revision(s)
		}
		if err != nil || now != last { // if it cannot be read, followers find out why
			last = now
			t.wakeAll()
		}
	}
}

// Follow implements store.Truth. Commits of this process are told from memory, those of
// others are read from the log within two tenths of a second. The log keeps nothing of
// who was erased, not even an id to tell that he is gone: who reads it beyond an erasure
// is behind, and loads anew.
func (t *Truth) Follow(ctx context.Context, after store.Revision, tell func(store.Commit) error) error {
	leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	f := &follower{news: make(chan struct{}, 1)}
	f.wake()
	t.mu.Lock()
	t.followers[f] = true
	if !t.polling {
		t.polling = true
		t.calls.Add(1)
		go t.poll()
	}
	t.mu.Unlock()
	leave() // Close does not wait for this to end: it ends this
	defer func() {
		t.mu.Lock()
		delete(t.followers, f)
		t.mu.Unlock()
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.closed:
			return errClosed
		case <-f.news:
		}
		for {
			commits, err := t.news(ctx, f, after)
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

// news are commits after a revision, in their order; none if there are no more.
func (t *Truth) news(ctx context.Context, f *follower, after store.Revision) ([]store.Commit, error) {
	t.mu.Lock()
	queue := f.queue
	f.queue = nil
	t.mu.Unlock()
	for len(queue) > 0 && queue[0].Revision.Epoch == after.Epoch && queue[0].Revision.Number <= after.Number {
		queue = queue[1:]
	}
	if len(queue) > 0 && queue[0].Revision == (store.Revision{Epoch: after.Epoch, Number: after.Number + 1}) {
		n := 1
		for n < len(queue) && queue[n].Revision == (store.Revision{Epoch: after.Epoch, Number: after.Number + uint64(n) + 1}) {
			n++
		}
		return queue[:n], nil // what follows a gap is in the log, too
	}
	return t.logged(ctx, after)
}

// logged reads commits after a revision from the log, some at a time.
func (t *Truth) logged(ctx context.Context, after store.Revision) (out []store.Commit, err error) {
	err = t.read(ctx, func(s *session) error {
		now, err := revision(s)
		if err != nil {
			return err
		}
		if after == (store.Revision{}) {
			after.Epoch = now.Epoch
		}
		if now.Epoch != after.Epoch || now.Number < after.Number {
			return fmt.Errorf("%w: revision %s is not of the store's history, which is at %s", store.ErrBehind, after, now)
		}
		if now.Number == after.Number {
			return nil
		}
		var entries []uint64
		size := 0
		d := codec.NewDecoder()
		err = s.each(`SELECT revision, time, batch, applied_by, sources, nodes, edges, gone_nodes, gone_edges, erases FROM log
			WHERE revision > ? ORDER BY revision LIMIT 100`, []any{after.Number}, func(scan func(...any) error) error {
			if size > 1<<20 { // enough for once
				return nil
			}
			c := store.Commit{Revision: store.Revision{Epoch: now.Epoch}}
			var at string
			var sources, nodes, edges, goneNodes, goneEdges raw
			var erases bool
			if err := scan(&c.Revision.Number, &at, &c.Batch, &c.By, &sources, &nodes, &edges, &goneNodes, &goneEdges, &erases); err != nil {
				return err
			}
			size += len(nodes) + len(edges)
			if erases {
				return fmt.Errorf("%w: since revision %s someone was erased, of whom the log does not tell", store.ErrBehind, after)
			}
			if c.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
				return damaged(err)
			}
			if err := json.Unmarshal(sources, &c.Sources); err != nil {
				return damaged(err)
			}
			if err := decodeImages(d, &c, nodes, edges, goneNodes, goneEdges); err != nil {
				return err
			}
			entries = append(entries, c.Revision.Number)
			out = append(out, c)
			return nil
		})
		if err == nil && (len(entries) == 0 || entries[0] != after.Number+1) {
			return fmt.Errorf("%w: the log no longer tells what followed revision %s", store.ErrBehind, after)
		}
		return err
	})
	return out, err
}

// decodeImages reads what an entry of the log tells.
func decodeImages(d *codec.Decoder, c *store.Commit, nodes, edges, goneNodes, goneEdges []byte) error {
	v, err := d.Value(nodes)
	if err != nil {
		return damaged(err)
	}
	l, _ := v.(store.List)
	for _, x := range l {
		p, _ := x.(store.Props)
		props, _ := p.Get("props").(store.Props)
		c.Nodes = append(c.Nodes, &store.Node{ID: p.Text("id"), Kind: p.Text("kind"), Props: props})
	}
	if v, err = d.Value(edges); err != nil {
		return damaged(err)
	}
	l, _ = v.(store.List)
	for _, x := range l {
		p, _ := x.(store.Props)
		props, _ := p.Get("props").(store.Props)
		c.Edges = append(c.Edges, &store.Edge{EdgeID: store.EdgeID{Type: p.Text("type"), From: p.Text("from"), To: p.Text("to"), Key: p.Text("key")}, Props: props})
	}
	if err := json.Unmarshal(goneNodes, &c.GoneNodes); err != nil {
		return damaged(err)
	}
	var gone [][4]string
	if err := json.Unmarshal(goneEdges, &gone); err != nil {
		return damaged(err)
	}
	for _, e := range gone {
		c.GoneEdges = append(c.GoneEdges, store.EdgeID{From: e[0], Type: e[1], To: e[2], Key: e[3]})
	}
	return nil
}
