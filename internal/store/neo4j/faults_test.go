package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
)

// fast is how long a read may take to say that the server is away. It takes half a second;
// the rest is for machines with more to do.
const fast = 3 * time.Second

// again is how long after the server answers again all must be well, where the machine has
// nothing else to do.
const again = 5 * time.Second

// TestNetwork breaks a server, and the network before it, in every way there is, and listens
// to what is said on it.
func TestNetwork(t *testing.T) {
	l := newLab(t, map[string]string{"db.memory.transaction.max": "24m"})
	for _, f := range []struct {
		name string
		test func(*testing.T, *lab)
	}{
		{"routing", routing},
		{"ended under load", endedUnderLoad},
		{"stale connections", staleConnections},
		{"port closed", portClosed},
		{"connection that hangs", connectionThatHangs},
		{"delay", delayed},
		{"cut in the middle of a read", cutInTheMiddle},
		{"no entry", noEntry},
		{"deadlock", deadlock},
		{"too large for its memory", tooLarge},
		{"acknowledgement lost", acknowledgementLost},
	} {
		t.Run(f.name, func(t *testing.T) { f.test(t, l) })
	}
}

// unavailable fails the test unless a call said so, and soon.
func unavailable(t *testing.T, what string, call func(context.Context) error) {
	t.Helper()
	begun := time.Now()
	err := call(limited(t, 20*time.Second))
	if took := time.Since(begun); !errors.Is(err, store.ErrUnavailable) || took > fast {
		t.Errorf("%s: %v after %v", what, err, took)
	} else {
		t.Logf("%s: %v", what, took)
	}
}

// endedUnderLoad kills and stops the server while clients write and read.
func endedUnderLoad(t *testing.T, l *lab) {
	s := l.clean(t)
	m := mirrored(t, l.open(t))
	book := newLedger(t, m)
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i, w := range []struct {
		store store.Store
		named bool
	}{{s, true}, {m, true}, {s, false}, {m, false}} {
		all.Go(func() { book.write(w.store, fmt.Sprint("w", i), w.named, stop) })
	}
	var mu sync.Mutex
	var slowest time.Duration
	reads, failures, wrong := map[string]int{}, map[string]int{}, map[string]bool{}
	reading := func(name string, s store.Store, may error) {
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			begun := time.Now()
			n, err := look(ctx, s, store.Revision{}, "source", "nobody")
			took := time.Since(begun)
			cancel()
			mu.Lock()
			reads[name]++
			if err != nil {
				failures[name]++
				slowest = max(slowest, took)
			}
			if err != nil && (may == nil || !errors.Is(err, may)) || err == nil && n != 1 {
				wrong[fmt.Sprintf("%s: %d %v", name, n, err)] = true
			}
			mu.Unlock()
		}
	}
	for range 3 {
		all.Go(func() { reading("by itself", s, store.ErrUnavailable) })
		all.Go(func() { reading("with mirror", m, nil) })
	}
	var within time.Duration
	for _, end := range []struct {
		how string
		do  func(testing.TB)
	}{{"kill", l.Kill}, {"stop", l.Stop}} {
		before := book.count()
		soon(t, "the load is there", 2*time.Minute, func() error {
			mu.Lock()
			defer mu.Unlock()
			if reads["by itself"]-failures["by itself"] < 50 || book.count() < before+20 {
				return fmt.Errorf("reads %v, of which failed %v, and %d batches", reads, failures, book.count())
			}
			return nil
		})
		begun := time.Now()
		end.do(t)
		ended := time.Now()
		unavailable(t, end.how+": a read", func(ctx context.Context) error {
			_, err := look(ctx, s, store.Revision{}, "source")
			return err
		})
		unavailable(t, end.how+": ready", s.Ready)
		soon(t, end.how+": the mirror says that it is old", fast-time.Since(ended), func() error {
			if m.Health().Err == nil {
				return errors.New("it says that all is well")
			}
			return nil
		})
		if h := m.Health(); !errors.Is(h.Err, store.ErrUnavailable) || h.Since.Before(begun) || h.Since.After(ended.Add(fast)) {
			t.Errorf("%s: the mirror says %v since %v, %v after it began", end.how, h.Err, h.Since, h.Since.Sub(begun))
		}
		if err := m.Ready(t.Context()); err != nil {
			t.Errorf("%s: the mirror: %v", end.how, err)
		}
		if _, err := s.Apply(limited(t, time.Second), store.Batch{ID: "away " + end.how, By: "away", Nodes: nil}); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: a batch: %v", end.how, err)
		}
		l.Restart(t)
		up := time.Now()
		within = again + 10*l.fit(t)
		fit := time.Since(up)
		t.Logf("%s: fit %v after it was up, well %v after that", end.how, fit, soon(t, end.how+": all is well", within, func() error { return well(t, within, s, m) }))
	}
	before := book.count()
	soon(t, "the load goes on", within, func() error {
		if book.count() < before+10 {
			return errors.New("writers do not write")
		}
		return nil
	})
	close(stop)
	all.Wait()
	for what := range wrong {
		t.Errorf("a read %s", what)
	}
	t.Logf("reads %v, of which failed %v, the slowest after %v", reads, failures, slowest)
	if slowest > fast {
		t.Errorf("a read took %v to fail", slowest)
	}
	now, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := look(limited(t, within), m, now, "source"); err != nil {
		t.Errorf("the mirror does not reach %s: %v", now, err)
	}
	book.check(t, s, s)
	for _, x := range []store.Store{s, m} {
		if err := x.Check(t.Context(), func(p store.Problem) { t.Errorf("check: %s: %s", p.Subject, p.What) }); err != nil {
			t.Error(err)
		}
	}
}

// fit waits until a server that has just come up serves who never met it before: it has to
// make its plans anew, which takes a second, or long on a machine with more to do. It tells
// how long a batch takes then, among others.
func (l *lab) fit(t *testing.T) (batch time.Duration) {
	t.Helper()
	s := l.open(t)
	defer s.Close() // what it was for is done
	for range 2 {
		if _, err := look(t.Context(), s, store.Revision{}, "source"); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if _, err := s.Apply(t.Context(), store.Batch{By: "ledger", Nodes: []store.NodeRecord{organisation("fit")}}); err != nil {
			t.Fatal(err)
		}
		batch = time.Since(begun)
	}
	return batch
}

// well is nil if a store and a mirror of the same database read, write and know of it.
func well(t *testing.T, within time.Duration, s *Store, m *mirror.Store) error {
	if _, err := look(limited(t, within), s, store.Revision{}, "source"); err != nil {
		return fmt.Errorf("a read: %w", err)
	}
	if err := s.Ready(limited(t, within)); err != nil {
		return fmt.Errorf("ready: %w", err)
	}
	r, err := s.Apply(limited(t, within), store.Batch{By: "ledger", Nodes: []store.NodeRecord{organisation("well")}})
	if err != nil {
		return fmt.Errorf("a batch: %w", err)
	}
	if _, err := look(limited(t, within), m, r.Revision, "well"); err != nil {
		return fmt.Errorf("the batch in the mirror: %w", err)
	}
	return m.Health().Err
}

// staleConnections breaks all connections of a pool at once: who comes next does not notice.
func staleConnections(t *testing.T, l *lab) {
	s := l.clean(t)
	for round := range 3 {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := look(t.Context(), s, store.Revision{}, "a"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		open, _ := l.proxy.Connections()
		l.proxy.Cut()
		if _, err := look(limited(t, 20*time.Second), s, store.Revision{}, "a"); err != nil {
			t.Errorf("a read after %d connections broke: %v", open, err)
		}
		l.proxy.Cut()
		if err := s.Ready(limited(t, 20*time.Second)); err != nil {
			t.Errorf("ready: %v", err)
		}
		l.proxy.Cut()
		if _, err := s.Apply(limited(t, 20*time.Second), store.Batch{Nodes: []store.NodeRecord{organisation(fmt.Sprint("a", round))}}); err != nil {
			t.Errorf("a batch: %v", err)
		}
	}
}

// portClosed looks like a machine that is switched off.
func portClosed(t *testing.T, l *lab) {
	s := l.clean(t)
	m := mirrored(t, l.open(t))
	l.proxy.Refuse()
	l.proxy.Cut()
	unavailable(t, "a read", func(ctx context.Context) error {
		_, err := look(ctx, s, store.Revision{}, "a")
		return err
	})
	unavailable(t, "a batch, of a store without patience", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		_, err := s.Apply(ctx, store.Batch{Nodes: []store.NodeRecord{organisation("a")}})
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("only the deadline ended it: %v", err)
		}
		return err
	})
	var writers sync.WaitGroup
	for range 3 { // all but one of them wait for the others
		writers.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			if _, err := s.Apply(ctx, store.Batch{Nodes: []store.NodeRecord{organisation("a")}}); !errors.Is(err, ErrAway) {
				t.Errorf("one of several batches: %v", err)
			}
		})
	}
	writers.Wait()
	unavailable(t, "open", func(ctx context.Context) error {
		_, err := Open(ctx, s.schema, s.opts)
		return err
	})
	if n, err := look(t.Context(), m, store.Revision{}, "a"); n != 0 || err != nil {
		t.Errorf("the mirror: %d %v", n, err)
	}
	// Who waits long enough is served when it is back.
	done := make(chan error, 1)
	go func() {
		_, err := s.Apply(limited(t, 20*time.Second), store.Batch{Nodes: []store.NodeRecord{organisation("source")}})
		done <- err
	}()
	time.Sleep(100 * time.Millisecond)
	l.proxy.Accept(t)
	t.Logf("well after %v", soon(t, "all is well", again, func() error { return well(t, again, s, m) }))
	if err := <-done; err != nil {
		t.Errorf("a patient batch: %v", err)
	}
}

// connectionThatHangs swallows what is said: calls end when their context does.
func connectionThatHangs(t *testing.T, l *lab) {
	s := l.clean(t)
	m := mirrored(t, l.open(t))
	if _, err := look(t.Context(), s, store.Revision{}, "a"); err != nil {
		t.Fatal(err)
	}
	l.proxy.Blackhole()
	begun := time.Now()
	for _, c := range []struct {
		what string
		call func(context.Context) error
	}{
		{"a read, on a connection from before", func(ctx context.Context) error { _, err := look(ctx, s, store.Revision{}, "a"); return err }},
		{"a read, on a new connection", func(ctx context.Context) error { _, err := look(ctx, s, store.Revision{}, "a"); return err }},
		{"ready", s.Ready},
		{"a batch", func(ctx context.Context) error {
			_, err := s.Apply(ctx, store.Batch{ID: "lost", Nodes: []store.NodeRecord{organisation("a")}})
			return err
		}},
	} {
		begun := time.Now()
		err := c.call(limited(t, 500*time.Millisecond))
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, store.ErrUnavailable) || took < 400*time.Millisecond || took > 1500*time.Millisecond {
			t.Errorf("%s: %v after %v", c.what, err, took)
		}
	}
	soon(t, "the mirror says that it is old", 12*time.Second-time.Since(begun), func() error {
		if h := m.Health(); !errors.Is(h.Err, store.ErrUnavailable) {
			return fmt.Errorf("it says %w", h.Err)
		}
		return nil
	})
	l.proxy.Heal(t)
	if _, err := look(limited(t, 5*time.Second), s, store.Revision{}, "a"); err != nil {
		t.Errorf("a read, healed: %v", err)
	}
	begun = time.Now()
	r, err := s.Apply(limited(t, 20*time.Second), store.Batch{ID: "lost", By: "ledger", Nodes: []store.NodeRecord{organisation("a")}})
	if err != nil || r.Revision.Number != 1 {
		t.Errorf("the batch, healed: %s %v", r.Revision, err)
	}
	t.Logf("the batch, healed: %v", time.Since(begun))
	t.Logf("well after %v", soon(t, "all is well", again, func() error { return well(t, again, s, m) }))
}

// delayed is a server that is far away.
func delayed(t *testing.T, l *lab) {
	s := l.clean(t)
	const far = 100 * time.Millisecond
	l.proxy.Delay(far)
	r, err := s.Apply(limited(t, 20*time.Second), store.Batch{Nodes: []store.NodeRecord{organisation("a")}})
	if err != nil {
		t.Errorf("a batch: %v", err)
	}
	begun := time.Now()
	if n, err := look(limited(t, 20*time.Second), s, store.Revision{}, "a"); n != 1 || err != nil {
		t.Errorf("a read: %d %v", n, err)
	}
	if took := time.Since(begun); took < far || took > 10*far {
		t.Errorf("a read of one question took %v, which is not once there and back", took)
	}
	if n, err := look(limited(t, 20*time.Second), s, r.Revision, "a"); n != 1 || err != nil {
		t.Errorf("a read that waits for a revision: %d %v", n, err)
	}
	if err := s.Ready(limited(t, far/2)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who has no time for it is told: %v", err)
	}
}

// cutInTheMiddle breaks the connection while an answer comes: it is whole, or none.
func cutInTheMiddle(t *testing.T, l *lab) {
	s := l.clean(t)
	const many, some = 1500, 500
	for from := 0; from < many; from += some {
		var b store.Batch
		for i := range some {
			b.Nodes = append(b.Nodes, organisation(fmt.Sprintf("n%04d", from+i)))
		}
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	// Rows were told already, so it cannot be tried again.
	n := 0
	err := s.readSome(limited(t, 20*time.Second), 100, `UNWIND range(1, 100000) AS i RETURN i, 'some text that fills the buffers in between'`, nil, func([]any) error {
		if n++; n == 250 {
			l.proxy.Cut()
		}
		return nil
	})
	if n < 250 || n >= 100000 || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%d rows, and then %v", n, err)
	}
	whole, broken := 0, 0
	for i := range 30 {
		cut := time.AfterFunc(time.Duration(i)*4*time.Millisecond, l.proxy.Cut)
		var page store.Page
		err := s.View(limited(t, 20*time.Second), store.Revision{}, func(r store.Reader) (err error) {
			page, err = r.Find(t.Context(), []string{"Organisation"}, store.Window{First: store.All})
			return err
		})
		cut.Stop()
		switch {
		case err == nil && len(page.Hits) == many:
			whole++
		case errors.Is(err, store.ErrUnavailable):
			broken++
		default:
			t.Errorf("cut after %d ms: %d of %d nodes, %v", i*4, len(page.Hits), many, err)
		}
	}
	t.Logf("%d reads were answered, %d were not", whole, broken)
	nodes := map[string]bool{}
	cut := time.AfterFunc(30*time.Millisecond, l.proxy.Cut)
	_, err = s.Load(limited(t, 20*time.Second), func(n *store.Node) error { nodes[n.ID] = true; return nil }, func(*store.Edge) error { return nil })
	cut.Stop()
	if err != nil && !errors.Is(err, store.ErrUnavailable) || err == nil && len(nodes) != many {
		t.Errorf("loaded %d nodes, %v", len(nodes), err)
	}
}

// noEntry gives wrong names and passwords.
func noEntry(t *testing.T, l *lab) {
	opts := optionsFor(l.Server)
	for _, c := range []struct {
		what, says string
		change     func(*Options)
	}{
		{"password", "look at user and password", func(o *Options) { o.Password = "wrong" }},
		{"user", "look at user and password", func(o *Options) { o.User = "nobody" }},
		{"no user", "look at user and password", func(o *Options) { o.User = "" }},
		{"database", "does not exist", func(o *Options) { o.Database = "nowhere" }},
		{"port", "cannot be reached", func(o *Options) { o.Address = "neo4j://127.0.0.1:1" }},
		{"port, directly", "cannot be reached", func(o *Options) { o.Address = "bolt://127.0.0.1:1" }},
		{"host", "cannot be reached", func(o *Options) { o.Address = "neo4j://nowhere.invalid" }},
		{"TLS", "cannot be reached", func(o *Options) { o.Address = strings.Replace(o.Address, "neo4j:", "neo4j+s:", 1) }},
	} {
		o := opts
		c.change(&o)
		unavailable(t, "wrong "+c.what, func(ctx context.Context) error {
			s, err := Open(ctx, storetest.Schema(), o)
			if err == nil {
				_ = s.Close() // it should not even be open
			} else if !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), opts.Password) {
				t.Errorf("wrong %s: it says %v", c.what, err)
			}
			return err
		})
	}
	o := opts
	o.Address = "http://127.0.0.1:7474"
	if _, err := Open(t.Context(), storetest.Schema(), o); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("an address of another kind: %v", err)
	}
	openAs(t, opts)
}

// deadlock has a foreign transaction lock what a batch needs, and want what the batch has.
func deadlock(t *testing.T, l *lab) {
	s := l.clean(t)
	if _, err := s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{organisation("a"), organisation("b")}}); err != nil {
		t.Fatal(err)
	}
	d := l.Driver(t)
	session := d.NewSession(t.Context(), driver.SessionConfig{DatabaseName: l.Database})
	defer session.Close(t.Context())
	ours, theirs := 0, 0
	for i := range 10 {
		tx, err := session.BeginTransaction(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		do := func(cypher string) error {
			r, err := tx.Run(t.Context(), cypher, nil)
			if err == nil {
				_, err = r.Consume(t.Context())
			}
			return err
		}
		if err := do(`MATCH (n:Node {id: 'a'}) SET n.lock = 1 REMOVE n.lock`); err != nil {
			t.Fatal(err)
		}
		l.proxy.Forget()
		begun := make(chan struct{})
		done := make(chan error, 1)
		go func() {
			b := store.Batch{By: "us", Nodes: []store.NodeRecord{organisation("a")}}
			b.Nodes[0].Props = store.PropsOf(map[string]any{"size": i})
			close(begun)
			_, err := s.Apply(limited(t, 10*time.Second), b)
			done <- err
		}()
		<-begun
		soon(t, "the batch has locked the store", 5*time.Second, func() error {
			for _, m := range l.proxy.Messages("RUN") {
				if m.Metadata["app"] == "clustergraph" && strings.Contains(m.Cypher, "SET g.lock") {
					return nil
				}
			}
			return errors.New("it has not asked")
		})
		time.Sleep(time.Duration(i) * 10 * time.Millisecond) // it waits for what the others hold, or is about to
		if err := do(`MATCH (g:_Graph {id: 0}) SET g.lock = 1`); err == nil {
			err = tx.Commit(t.Context())
			if err != nil {
				t.Errorf("the others: %v", err)
			}
		} else if theirs++; !strings.Contains(err.Error(), "DeadlockDetected") {
			t.Errorf("the others are told %v", err)
		}
		_ = tx.Close(t.Context()) // it has ended
		if err := <-done; err != nil {
			t.Fatalf("a batch in a deadlock: %v", err)
		}
		tries := 0
		for _, m := range l.proxy.Messages("BEGIN") {
			if m.Metadata["by"] == "us" {
				tries++
			}
		}
		if tries > 1 {
			ours++
		}
		if ours > 0 {
			break
		}
	}
	t.Logf("we were to give way %d times, the others %d times", ours, theirs)
	if ours == 0 {
		t.Error("the batch never met a deadlock that it lost")
	}
}

// tooLarge applies a batch that a transaction of the server does not hold.
func tooLarge(t *testing.T, l *lab) {
	s := l.clean(t)
	before, err := s.Apply(t.Context(), store.Batch{Nodes: []store.NodeRecord{organisation("a")}})
	if err != nil {
		t.Fatal(err)
	}
	big := store.Batch{ID: "big"}
	for i := range 5000 {
		big.Nodes = append(big.Nodes, organisation(fmt.Sprintf("n%04d", i)))
	}
	begun := time.Now()
	_, err = s.Apply(limited(t, 60*time.Second), big)
	if !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), "smaller batches") {
		t.Errorf("a batch that is too large: %v", err)
	}
	t.Logf("told after %v", time.Since(begun))
	nodes, _, err := s.Size(t.Context())
	if now, also := s.Revision(t.Context()); now != before.Revision || nodes != 1 || err != nil || also != nil {
		t.Errorf("then there are %d nodes at %s, want 1 at %s; %v %v", nodes, now, before.Revision, err, also)
	}
	if log := wholeLog(t, s); len(log) != 1 {
		t.Errorf("%d commits are in the log", len(log))
	}
	big.Nodes = big.Nodes[:500]
	r, err := s.Apply(limited(t, 60*time.Second), big)
	if err != nil || r.Repeated || r.NodeCount.New != 500 {
		t.Errorf("a smaller batch of the same id: %+v %v", r.NodeCount, err)
	}
}

// acknowledgementLost breaks the connection around COMMIT, before or after it was done.
func acknowledgementLost(t *testing.T, l *lab) {
	commits := func(m neo4jtest.Message) bool { return m.Kind == "COMMIT" && m.Metadata["what"] == "apply" }
	for _, c := range []struct {
		name string
		drop func(*neo4jtest.Proxy, func(neo4jtest.Message) bool) <-chan neo4jtest.Message
		done bool
	}{{"its reply", (*neo4jtest.Proxy).DropReply, true}, {"itself", (*neo4jtest.Proxy).DropRequest, false}} {
		s := l.clean(t)
		hasty := l.open(t, func(o *Options) { o.Patience = time.Nanosecond })
		book := newLedger(t, s)
		for _, named := range []string{"", "named"} {
			// With time to ask, it is as if nothing had happened.
			by := "patient" + named
			dropped := c.drop(l.proxy, commits)
			r, err := s.Apply(limited(t, 10*time.Second), book.batch(by, named))
			book.put(by, r, err, 0)
			if err != nil || r.NodeCount.New != 1 || r.Repeated || r.Commit.Revision != r.Revision {
				t.Errorf("%s, %s: %+v %v", c.name, by, r, err)
			}
			lost(t, dropped)
			// Without, nobody knows; to apply it again is safe if it is named.
			by, id := "hasty"+named, named
			if id != "" {
				id += " hasty"
			}
			dropped = c.drop(l.proxy, commits)
			r, err = hasty.Apply(limited(t, 10*time.Second), book.batch(by, id))
			book.put(by, r, err, 0)
			if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "may or may not") {
				t.Errorf("%s, %s: %+v %v", c.name, by, r, err)
			}
			lost(t, dropped)
			if id != "" {
				r, err = hasty.Apply(limited(t, 10*time.Second), book.batch(by, id))
				book.put(by, r, err, 0)
				if err != nil || r.Repeated != c.done || r.NodeCount.New != 1 {
					t.Errorf("%s, %s, again: %+v %v", c.name, by, r, err)
				}
			}
		}
		want := 4
		if c.done {
			want++
		}
		if log := wholeLog(t, s); len(log) != want {
			t.Errorf("%s: %d commits, want %d", c.name, len(log), want)
		}
		book.check(t, s, s)
	}
}

// lost fails the test unless a message was lost, as was asked for.
func lost(t *testing.T, dropped <-chan neo4jtest.Message) {
	t.Helper()
	select {
	case <-dropped:
	case <-time.After(5 * time.Second): // it is told a moment after the connection broke
		t.Error("nothing was lost")
	}
}
