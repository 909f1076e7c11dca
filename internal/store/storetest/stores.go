package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"clustergraph/internal/store"
)

// calls are all methods of a reader, each with something that it would answer.
func calls(ctx context.Context, r store.Reader) map[string]error {
	out := map[string]error{}
	put := func(name string, err error) { out[name] = err }
	slots, _ := r.Slots(context.Background(), []string{"a"})
	_, err := r.Nodes(ctx, []string{"a"})
	put("Nodes", err)
	_, err = r.Identified(ctx, []store.Identifier{{Scheme: "PIC", Value: "1"}})
	put("Identified", err)
	_, err = r.Find(ctx, nil, store.Window{First: 1})
	put("Find", err)
	_, err = r.Expand(ctx, []string{"a"}, store.Rel{Type: "MEMBER_OF"}, store.Window{First: 1})
	put("Expand", err)
	_, err = r.Search(ctx, "a", nil, store.SearchWindow{First: 1})
	put("Search", err)
	_, err = r.Statements(ctx, []store.Subject{{Node: "a"}}, store.StatementWindow{First: 1})
	put("Statements", err)
	put("Log", r.Log(ctx, store.Since{}, func(store.Entry) error { return nil }))
	_, err = r.Slots(ctx, []string{"a"})
	put("Slots", err)
	_, err = r.Meet(ctx, []store.Group{{Of: slots}}, store.Rel{Type: "MEMBER_OF"}, store.Period{}, 0)
	put("Meet", err)
	_, err = r.Pass(ctx, slots, nil, store.Period{})
	put("Pass", err)
	_, err = r.Step(ctx, slots, store.Rel{Type: "MEMBER_OF"}, store.Period{})
	put("Step", err)
	_, err = r.Gather(ctx, store.Group{Of: slots}, nil, store.Period{})
	put("Gather", err)
	_, err = r.At(ctx, slots)
	put("At", err)
	return out
}

// outside are the methods of a store.
func outside(ctx context.Context, s store.Store) map[string]error {
	out := map[string]error{}
	out["View"] = s.View(ctx, store.Revision{}, func(store.Reader) error { return nil })
	_, out["Apply"] = s.Apply(ctx, batch(node("Organisation", "late")))
	_, out["Revision"] = s.Revision(ctx)
	out["Check"] = s.Check(ctx, func(store.Problem) {})
	return out
}

var storeTests = []test{
	{"an empty store", "The zero Revision is before all.", func(p *pair) {
		if err := p.store.Ready(p.ctx); err != nil {
			p.Errorf("Ready: %v", err)
		}
		p.agree()
		p.equal("nodes", len(p.ids(store.Window{First: store.All, Count: true})), 0)
		r, err := p.store.Revision(p.ctx)
		if parsed, wrong := store.ParseRevision(r.String()); err != nil || wrong != nil || parsed != r || strings.Trim(r.Epoch, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			p.Errorf("%q: %v %v", r, err, wrong)
		}
	}},
	{"a view shows the revision of what was written", "When it returns, a View at least at Result.Revision can be had.", func(p *pair) {
		for i := range 50 {
			r, err := p.store.Apply(p.ctx, batch(node("Organisation", "a", size(i))))
			if err != nil {
				p.Fatal(err)
			}
			if err := p.store.View(p.ctx, r.Revision, func(rd store.Reader) error {
				nodes, err := rd.Nodes(p.ctx, []string{"a"})
				if err == nil && (nodes[0] == nil || nodes[0].Get("size") != int64(i) || rd.Revision().Number < r.Revision.Number || rd.Revision().Epoch != r.Revision.Epoch) {
					p.Errorf("at %v after %v: %v", rd.Revision(), r.Revision, nodes[0])
				}
				return err
			}); err != nil {
				p.Fatal(err)
			}
		}
		now, err := p.store.Revision(p.ctx)
		if err != nil || now.Number < p.base+50 {
			p.Errorf("Revision: %v %v", now, err)
		}
	}},
	{"a view waits for a revision", "it waits for that to be visible, as long as the context allows", func(p *pair) {
		r := p.say(node("Organisation", "a")).Revision
		r.Number++
		short, stop := context.WithTimeout(p.ctx, 20*time.Millisecond)
		defer stop()
		if err := p.store.View(short, r, func(store.Reader) error { p.Error("read"); return nil }); !errors.Is(err, context.DeadlineExceeded) {
			p.Errorf("not there yet: %v", err)
		}
		seen := make(chan error)
		go func() {
			seen <- p.store.View(p.ctx, r, func(rd store.Reader) error {
				if rd.Revision().Number < r.Number {
					return fmt.Errorf("at %v", rd.Revision())
				}
				return nil
			})
		}()
		time.Sleep(10 * time.Millisecond)
		p.say(node("Organisation", "b"))
		select {
		case err := <-seen:
			if err != nil {
				p.Error(err)
			}
		case <-time.After(10 * time.Second):
			p.Error("it waits for ever")
		}
	}},
	{"a revision of another store", "A revision of another epoch is an ErrConflict; the zero Revision is any.", func(p *pair) {
		p.say(node("Organisation", "a"))
		for _, r := range []store.Revision{{Epoch: "another"}, {Epoch: "another", Number: p.last.Number}, {Epoch: "another", Number: 1 << 40}} {
			short, stop := context.WithTimeout(p.ctx, time.Second)
			if err := p.store.View(short, r, func(store.Reader) error { return nil }); !errors.Is(err, store.ErrConflict) {
				p.Errorf("%v: %v", r, err)
			}
			stop()
		}
	}},
	{"what read returns is what View returns", "View calls read", func(p *pair) {
		mine := errors.New("mine")
		if err := p.store.View(p.ctx, store.Revision{}, func(store.Reader) error { return mine }); !errors.Is(err, mine) {
			p.Errorf("%v", err)
		}
	}},
	{"a view may be nested in another", "everything it is asked in one view is consistent, or Consistent says that it is not. ... A view never waits for a writer.", func(p *pair) {
		runs := 0
		p.view(func(r store.Reader) error {
			runs++
			was := r.Revision()
			id := fmt.Sprint("a", runs) // each run writes, so that none shows one state if the store cannot hold still
			if _, err := p.store.Apply(p.ctx, batch(node("Organisation", id))); err != nil {
				return err
			}
			nodes, err := r.Nodes(p.ctx, []string{id})
			if err != nil {
				return err
			}
			if r.Revision() != was || r.Consistent() && nodes[0] != nil || !r.Consistent() && runs == 1 {
				p.Errorf("a view that is open changed: %v at %v, consistent: %v", nodes, r.Revision(), r.Consistent())
			}
			// Statements alone may be of a later revision.
			if _, err := r.Statements(p.ctx, []store.Subject{{Node: "a"}}, store.StatementWindow{First: 9}); err != nil {
				p.Errorf("Statements: %v", err)
			}
			return p.store.View(p.ctx, store.Revision{}, func(store.Reader) error { return nil })
		})
	}},
	{"a context that has ended", "Every method gives up with the context's error soon after the context ends.", func(p *pair) {
		p.say(node("Organisation", "a"), edge("MEMBER_OF", "a", "a"))
		cancelled, cancel := context.WithCancel(p.ctx)
		cancel()
		expired, stop := context.WithTimeout(p.ctx, 0)
		defer stop()
		for want, ctx := range map[error]context.Context{context.Canceled: cancelled, context.DeadlineExceeded: expired} {
			p.view(func(r store.Reader) error {
				for name, err := range calls(ctx, r) {
					if !errors.Is(err, want) {
						p.Errorf("%s: %v, want %v", name, err, want)
					}
				}
				return nil
			})
			for name, err := range outside(ctx, p.store) {
				if !errors.Is(err, want) {
					p.Errorf("%s: %v, want %v", name, err, want)
				}
			}
		}
		p.agree() // nothing was applied
	}},
	{"one state for each view", "everything it is asked in one view is consistent, or Consistent says that it is not", func(p *pair) {
		// Each batch moves one of a hundred from one pocket to the other.
		apply := func(i int) error {
			_, err := p.store.Apply(p.ctx, batch(node("Organisation", "a", size(100-i)), node("Organisation", "b", size(i)), edge("MEMBER_OF", "a", "b", m{"since": store.Date{First: int32(i), Last: int32(i)}})))
			return err
		}
		if err := apply(0); err != nil {
			p.Fatal(err)
		}
		var wait sync.WaitGroup
		done := make(chan struct{})
		for reader := range 4 {
			wait.Go(func() {
				last, again := uint64(0), 0
				for {
					select {
					case <-done:
						return
					default:
					}
					// One looks all the time; the others leave the processor to who makes the next.
					if reader > 0 && again > 100 {
						time.Sleep(time.Millisecond)
					}
					err := p.store.View(p.ctx, store.Revision{}, func(r store.Reader) error {
						at := r.Revision().Number
						switch {
						case at < last:
							p.Errorf("at %d after %d", at, last)
						case at == last:
							again++
						default:
							last, again = at, 0
						}
						nodes, err := r.Nodes(p.ctx, []string{"a", "b"})
						if err != nil {
							return err
						}
						pages, err := r.Expand(p.ctx, []string{"a"}, networks, store.Window{First: 1})
						if err != nil {
							return err
						}
						page, err := r.Find(p.ctx, nil, store.Window{First: store.All, Order: []store.Term{{Path: []string{"size"}}}})
						if err != nil {
							return err
						}
						a, b := nodes[0].Get("size").(int64), nodes[1].Get("size").(int64)
						since := pages[0].Hits[0].Edge.Props.Get("since").(store.Date)
						if !r.Consistent() {
							return nil
						}
						if a+b != 100 || int64(since.First) != b || page.Hits[0].Node.Get("size").(int64)+page.Hits[1].Node.Get("size").(int64) != 100 || page.Hits[0].Node.Get("size").(int64) != min(a, b) {
							p.Errorf("%d and %d since %d make no hundred", a, b, since.First)
						}
						return nil
					})
					if err != nil {
						p.Error(err)
						return
					}
				}
			})
		}
		for i := range 100 {
			if err := apply(i + 1); err != nil {
				p.Fatal(err)
			}
		}
		close(done)
		wait.Wait()
	}},
	{"the same batch at once is once", "All methods may be called at once. ... ID makes the batch happen once", func(p *pair) {
		b := batch(store.NodeRecord{Ref: named("Organisation", "Anna"), Props: store.PropsOf(size(1))}, store.NodeRecord{Ref: named("Project", "Anna")})
		b.ID = "once"
		results := make([]store.Result, 12)
		var wait sync.WaitGroup
		for i := range results {
			wait.Go(func() {
				var err error
				if results[i], err = p.store.Apply(p.ctx, b); err != nil {
					p.Error(err)
				}
			})
		}
		wait.Wait()
		first := 0
		for _, r := range results {
			if !r.Repeated {
				first++
			}
			p.equal("revision", r.Revision.Number, p.base+1)
			p.equal("nodes", r.Nodes, []string{"name:anna", "name:anna-2"})
		}
		p.equal("applied", first, 1)
	}},
	{"writers at once", "Batches of concurrent callers happen one after another.", func(p *pair) {
		var wait sync.WaitGroup
		for w := range 8 {
			wait.Go(func() {
				for i := range 10 {
					b := batch(node("Network", "all"), node("Organisation", fmt.Sprintf("o%d-%d", w, i)), edge("MEMBER_OF", fmt.Sprintf("o%d-%d", w, i), "all"))
					if _, err := p.store.Apply(p.ctx, b); err != nil {
						p.Error(err)
					}
				}
			})
		}
		wait.Wait()
		var total int
		var at store.Revision
		if err := p.store.View(p.ctx, store.Revision{}, func(r store.Reader) error {
			pages, err := r.Expand(p.ctx, []string{"all"}, members, store.Window{Count: true})
			total, at = pages[0].Total, r.Revision()
			return err
		}); err != nil {
			p.Fatal(err)
		}
		p.equal("edges and revision", []uint64{uint64(total), at.Number - p.base}, []uint64{80, 80})
	}},
	{"large values", "Values are shared between readers", func(p *pair) {
		large := strings.Repeat("grün 😀 ", 100_000)
		p.say(node("Organisation", "a", m{"description": large}), node("Organisation", "b"), edge("MEMBER_OF", "a", "b", m{"role": large}))
		p.equal("node", p.prop("a", "description") == large, true)
		p.equal("edge", p.edges("MEMBER_OF", "a")[0].Props.Text("role") == large, true)
		p.equal("statement", p.statements(store.Subject{Node: "a"}, "description")[0].Value == large, true)
		p.equal("found", p.ids(store.Window{Where: folds("description", store.Contains, "GRUN"), First: 1}), []string{"a"})
	}},
	{"a large batch", "A batch costs what it says", func(p *pair) {
		b := store.Batch{}
		for i := range 1000 {
			r := store.NodeRecord{Ref: named("Project", "", "CORDIS", fmt.Sprint("o", i))}
			r.ID = fmt.Sprint("o", i)
			b.Nodes = append(b.Nodes, r)
			b.Edges = append(b.Edges, edge("MEMBER_OF", fmt.Sprint("o", i), fmt.Sprint("o", i/10)))
		}
		r := p.apply(b)
		p.equal("counts", []store.Tally{r.NodeCount, r.EdgeCount}, []store.Tally{{New: 1000}, {New: 1000}})
	}},
	{"a store that grows and shrinks", "Nodes are the nodes of some ids or former ids, at the same places; nil where there is none.", func(p *pair) {
		const n, step = 2000, 400
		id := func(i int) string { return fmt.Sprint("g", i) }
		var ids []string
		for i := range n {
			ids = append(ids, id(i))
		}
		apply := func(b store.Batch) {
			r, err := p.store.Apply(p.ctx, b)
			if err != nil {
				p.Fatal(err)
			}
			p.last = r.Revision
		}
		there := func(what string, want func(i int) bool) {
			p.view(func(r store.Reader) error {
				nodes, err := r.Nodes(p.ctx, ids)
				if err != nil {
					return err
				}
				pages, err := r.Expand(p.ctx, ids, store.Rel{Type: "SUCCEEDS"}, store.Window{Count: true})
				if err != nil {
					return err
				}
				count := 0
				for i := range ids {
					if (nodes[i] != nil) != want(i) || nodes[i] != nil && nodes[i].ID != ids[i] {
						p.Fatalf("%s: %s is %v", what, ids[i], nodes[i])
					}
					if want(i) {
						count++
					}
					if linked := i > 0 && want(i) && want(i-1); (pages[i].Total == 1) != linked {
						p.Fatalf("%s: %d edges from %s", what, pages[i].Total, ids[i])
					}
				}
				page, err := r.Find(p.ctx, nil, store.Window{Count: true})
				p.equal(what, page.Total, count)
				return err
			})
		}
		for from := 0; from < n; from += step {
			b := store.Batch{}
			for i := from; i < from+step; i++ {
				r := store.NodeRecord{Ref: named("Project", "", "CORDIS", id(i))}
				r.ID = id(i)
				b.Nodes = append(b.Nodes, r)
				if i > 0 {
					b.Edges = append(b.Edges, edge("SUCCEEDS", id(i), id(i-1)))
				}
			}
			apply(b)
			there("grown", func(i int) bool { return i < from+step })
		}
		b := store.Batch{}
		for i := 0; i < n; i += 7 {
			b.Steps = append(b.Steps, store.Remove{Node: at(id(i))})
		}
		apply(b)
		there("shrunk", func(i int) bool { return i%7 > 0 })
	}},
	{"a healthy store has no problems", "Check looks for what should not be", func(p *pair) {
		p.world()
		for _, records := range history {
			p.say(records...)
		}
	}},
	{"after Close", "From then on everything but Close is an ErrUnavailable.", func(p *pair) {
		p.say(node("Organisation", "a"))
		if err := p.store.Close(); err != nil {
			p.Fatal(err)
		}
		all := outside(p.ctx, p.store)
		all["Ready"] = p.store.Ready(p.ctx)
		for name, err := range all {
			if !errors.Is(err, store.ErrUnavailable) {
				p.Errorf("%s: %v", name, err)
			}
		}
	}},
	{"Close waits for views", "views that are open are finished first", func(p *pair) {
		p.say(node("Organisation", "a"))
		open, seen := make(chan struct{}), make(chan error, 1)
		var finished atomic.Bool
		go func() {
			seen <- p.store.View(p.ctx, store.Revision{}, func(r store.Reader) error {
				close(open)
				time.Sleep(50 * time.Millisecond)
				defer finished.Store(true)
				nodes, err := r.Nodes(p.ctx, []string{"a"})
				if err == nil && nodes[0] == nil {
					err = errors.New("it is gone")
				}
				if err == nil {
					_, err = r.Statements(p.ctx, []store.Subject{{Node: "a"}}, store.StatementWindow{First: 1})
				}
				return err
			})
		}()
		<-open
		if err := p.store.Close(); err != nil {
			p.Error(err)
		}
		if !finished.Load() {
			p.Error("Close did not wait")
		}
		if err := <-seen; err != nil {
			p.Error(err)
		}
	}},
}
