package storetest

import (
	"fmt"

	"clustergraph/internal/store"
)

// asked is a list that windows are cut out of.
type asked struct {
	what  string
	edges bool // along which its nodes are reached
	page  func(r store.Reader, w store.Window) (store.Page, error)
}

// lists are some lists of the world, and the orders that they can be in.
func (p *pair) lists() ([]asked, [][]store.Term) {
	lists := []asked{{"all nodes", false, func(r store.Reader, w store.Window) (store.Page, error) { return r.Find(p.ctx, nil, w) }}}
	for _, kinds := range [][]string{{"Organisation"}, {"Cluster", "Project"}, {"Network"}} {
		lists = append(lists, asked{fmt.Sprint(kinds), false, func(r store.Reader, w store.Window) (store.Page, error) { return r.Find(p.ctx, kinds, w) }})
	}
	for _, of := range []struct {
		id  string
		rel store.Rel
	}{
		{"n1", store.Rel{Type: "MEMBER_OF", Dir: store.In}}, {"n1", store.Rel{Type: "MEMBER_OF", Dir: store.Both}},
		{"p1", store.Rel{Type: "PARTICIPATES_IN", Dir: store.In}}, {"c1", store.Rel{Type: "PARTICIPATES_IN"}}, {"name:anna", store.Rel{Type: "ABOUT", Dir: store.Both}},
	} {
		lists = append(lists, asked{fmt.Sprint(of), true, func(r store.Reader, w store.Window) (store.Page, error) {
			pages, err := r.Expand(p.ctx, []string{"nobody", of.id}, of.rel, w)
			if err != nil {
				return store.Page{}, err
			}
			return pages[1], nil
		}})
	}
	var orders [][]store.Term
	for _, desc := range []bool{false, true} {
		for _, t := range []store.Term{
			{Path: []string{"id"}}, {Path: []string{"kind"}}, {Path: []string{"name"}, Fold: true}, {Path: []string{"legalName"}, Fold: true}, {Path: []string{"legalName"}},
			{Path: []string{"established"}}, {Path: []string{"size"}}, {Path: []string{"score"}}, {Path: []string{"sme"}}, {Path: []string{"type"}}, {Path: []string{"start"}},
			{Path: []string{"totalCost"}}, {Path: []string{"totalCost", "amount"}}, {Path: []string{"composition", "total"}}, {Path: []string{"nothing"}},
			{On: store.OnEdge, Path: []string{"since"}}, {On: store.OnEdge, Path: []string{"contribution", "value"}}, {On: store.OnEdge, Path: []string{"role"}},
			{Rel: &store.Rel{Type: "MEMBER_OF", Dir: store.In}}, {Rel: &store.Rel{Type: "PARTICIPATES_IN", Dir: store.Both}},
		} {
			t.Desc = desc
			orders = append(orders, []store.Term{t}, []store.Term{{Path: []string{"type"}, Desc: !desc}, t})
		}
	}
	return lists, append(orders, nil)
}

// expected is a page of a list as the oracle has it.
func (p *pair) expected(list asked, w store.Window) (page store.Page) {
	p.Helper()
	if err := p.oracle.View(p.ctx, store.Revision{}, func(r store.Reader) (err error) {
		page, err = list.page(r, w)
		return err
	}); err != nil {
		p.Fatal(err)
	}
	return page
}

// ordered pairs each list with one in so many of the orders, and so each order with one in so
// many of the lists, each the share of one run: all pairs would be thousands of questions, each
// of which some stores have to plan.
func (p *pair) ordered(one int, do func(list asked, order []store.Term, i int)) {
	lists, orders := p.lists()
	for l, list := range lists {
		for i, order := range orders {
			if (i+l)%one == 0 && p.share.takes((i+l)/one) || order == nil {
				do(list, order, i)
			}
		}
	}
}

// walk reads a whole list by pages of a size, forward or backward, and returns it.
func (p *pair) walk(list asked, w store.Window, size int, back bool) (out []store.Hit) {
	p.Helper()
	w.Keys = true
	w.First = size
	if back {
		w.First, w.Last = store.All, &size
	}
	for range 1000 {
		page := same(p, list.what, func(r store.Reader) (store.Page, error) { return list.page(r, w) })
		if len(page.Hits) != len(page.Keys) {
			p.Fatalf("%d hits and %d keys", len(page.Hits), len(page.Keys))
		}
		if back {
			out = append(append([]store.Hit{}, page.Hits...), out...)
			if !page.Prev {
				return out
			}
			w.Before = ptr(page.At(0))
		} else {
			out = append(out, page.Hits...)
			if !page.Next {
				return out
			}
			w.After = ptr(page.At(len(page.Hits) - 1))
		}
	}
	p.Fatalf("%s: the pages of %d never end", list.what, size)
	return nil
}

var windowTests = []test{
	{"every order is total", "The list is what passes Where, in the Order: term by term, then by the node's id, then by the edge's from, to and key, all ascending", func(p *pair) {
		p.world()
		p.ordered(3, func(l asked, order []store.Term, _ int) {
			same(p, fmt.Sprintf("%s by %+v", l.what, order), func(r store.Reader) (store.Page, error) {
				return l.page(r, store.Window{Order: order, First: store.All, Count: true, Keys: true})
			})
		})
	}},
	{"nulls come last ascending and first descending", "Nulls come last ascending and first descending.", func(p *pair) {
		p.world()
		for _, tc := range []struct {
			term store.Term
			kind string
			want []string
		}{
			{store.Term{Path: []string{"established"}}, "Cluster", []string{"c2", "c1", "c3", "c4"}},
			{store.Term{Path: []string{"established"}, Desc: true}, "Cluster", []string{"c4", "c3", "c1", "c2"}},
			{store.Term{Path: []string{"size"}}, "Organisation", []string{"o1", "o3", "o2", "o4", "o5"}},
			{store.Term{Path: []string{"size"}, Desc: true}, "Organisation", []string{"o4", "o5", "o2", "o1", "o3"}},
			{store.Term{Path: []string{"sme"}}, "Organisation", []string{"o2", "o1", "o4", "o3", "o5"}},
			{store.Term{Path: []string{"score"}}, "Cluster", []string{"c3", "c2", "c1", "c4"}},
			{store.Term{Path: []string{"type"}}, "Organisation", []string{"o3", "o1", "o2", "o4", "o5"}},
			{store.Term{Path: []string{"type"}, Fold: true}, "Organisation", []string{"o3", "o4", "o1", "o2", "o5"}},
			{store.Term{Path: []string{"legalName"}, Fold: true}, "Organisation", []string{"o1", "o2", "o4", "o3", "o5"}},
			{store.Term{Path: []string{"legalName"}}, "Organisation", []string{"o2", "o1", "o4", "o3", "o5"}},
			{store.Term{Path: []string{"totalCost"}}, "Project", []string{"p1", "p3", "p2", "p4"}},
			{store.Term{Path: []string{"start"}}, "Project", []string{"p2", "p1", "p3", "p4"}},
			{store.Term{Path: []string{"composition", "total"}, Desc: true}, "Cluster", []string{"c3", "c4", "c1", "c2"}},
			{store.Term{Rel: &store.Rel{Type: "MEMBER_OF"}, Desc: true}, "Cluster", []string{"c1", "c2", "c3", "c4"}},
			{store.Term{On: store.OnEdge, Path: []string{"since"}}, "Network", []string{"n1", "n2"}},
		} {
			p.equal(fmt.Sprintf("%+v", tc.term), p.ids(store.Window{Order: []store.Term{tc.term}, First: store.All}, tc.kind), tc.want)
		}
	}},
	{"several terms", "term by term", func(p *pair) {
		p.world()
		order := []store.Term{{Path: []string{"type"}, Fold: true, Desc: true}, {Path: []string{"size"}, Desc: true}, {Path: []string{"id"}, Desc: true}}
		p.equal("ids", p.ids(store.Window{Order: order, First: store.All}, "Organisation"), []string{"o5", "o2", "o1", "o4", "o3"})
	}},
	{"pages both ways make the list", "A page is always in the Order.", func(p *pair) {
		p.world()
		// The whole lists are the oracle's: stores were asked for these very ones above.
		p.ordered(9, func(l asked, order []store.Term, i int) {
			w := store.Window{Order: order, First: store.All}
			whole := p.expected(l, w).Hits
			sizes := []int{1 + i%4}
			if i < 3 || order == nil {
				sizes = []int{1, 2, 3, len(whole), len(whole) + 1}
			}
			for _, size := range sizes {
				if size == 0 {
					continue
				}
				for _, back := range []bool{false, true} {
					// A store may read nodes in the order of one term from an index, so these are
					// read both ways, rising and falling. How a term of edges is compared, and how
					// two terms are put together, does not depend on which they are: each is read
					// forward alone and backward after another, or the other way round.
					if order != nil && i >= 3 && (l.edges || len(order) == 2) && back != ((i/2+i)%2 == 0) {
						continue
					}
					p.equal(fmt.Sprintf("%s by %+v, by %d, backward: %t", l.what, order, size, back), p.walk(l, w, size, back), whole)
				}
			}
		})
	}},
	{"all ways of cutting combined", "first After and Before cut the list, then First, then Last", func(p *pair) {
		p.world()
		lists, orders := p.lists()
		for i, l := range lists {
			order := orders[(i*7)%len(orders)]
			whole := same(p, l.what, func(r store.Reader) (store.Page, error) {
				return l.page(r, store.Window{Order: order, First: store.All, Keys: true})
			})
			at := []*store.Position{nil}
			for j := 0; j < len(whole.Hits); j += 1 + len(whole.Hits)/5 {
				at = append(at, ptr(whole.At(j)))
			}
			// A third of all: of each list, every three of the four ways as they can be
			// together, and all four of every third list. Each run asks its share of the lists,
			// since those of one list have few texts.
			if !p.share.takes(i) {
				continue
			}
			for a, after := range at {
				for b, before := range at {
					for f, first := range []int{0, 1, 2, 5, store.All} {
						for k, last := range []*int{nil, ptr(0), ptr(1), ptr(3), ptr(store.All)} {
							if (i+a+b+f+k)%3 > 0 {
								continue
							}
							w := store.Window{Order: order, After: after, Before: before, First: first, Last: last, Count: true, Keys: true}
							same(p, fmt.Sprintf("%s, %+v", l.what, w), func(r store.Reader) (store.Page, error) { return l.page(r, w) })
						}
					}
				}
			}
		}
	}},
	{"a page literally", "First ... the first First hits; ... the last Last hits before Before. Both ways may be combined", func(p *pair) {
		p.world()
		w := store.Window{First: store.All, Keys: true}
		whole := same(p, "Find", func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, []string{"Organisation"}, w) })
		cut := func(change func(*store.Window)) (string, bool, bool) {
			w := store.Window{First: store.All, Count: true}
			change(&w)
			page := same(p, "Find", func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, []string{"Organisation"}, w) })
			p.equal("total", page.Total, 5)
			return fmt.Sprint(idsOf(page)), page.Prev, page.Next
		}
		o := func(i int) *store.Position { return ptr(whole.At(i - 1)) }
		for i, tc := range []struct {
			change     func(*store.Window)
			want       string
			prev, next bool
		}{
			{func(w *store.Window) {}, "[o1 o2 o3 o4 o5]", false, false},
			{func(w *store.Window) { w.First = 2 }, "[o1 o2]", false, true},
			{func(w *store.Window) { w.First = 2; w.After = o(2) }, "[o3 o4]", true, true},
			{func(w *store.Window) { w.First = 2; w.After = o(3) }, "[o4 o5]", true, false},
			{func(w *store.Window) { w.Last = ptr(2) }, "[o4 o5]", true, false},
			{func(w *store.Window) { w.Last = ptr(2); w.Before = o(4) }, "[o2 o3]", true, true},
			{func(w *store.Window) { w.Last = ptr(2); w.Before = o(2) }, "[o1]", false, true},
			{func(w *store.Window) { w.First = 3; w.Last = ptr(2); w.After = o(1); w.Before = o(5) }, "[o3 o4]", true, true},
			{func(w *store.Window) { w.First = 3; w.Last = ptr(2) }, "[o2 o3]", true, true},
			{func(w *store.Window) { w.First = 1; w.Before = o(3) }, "[o1]", false, true},
			{func(w *store.Window) { w.First = 0 }, "[]", false, true},
			{func(w *store.Window) { w.First = 0; w.After = o(5) }, "[]", true, false},
			{func(w *store.Window) { w.Last = ptr(0) }, "[]", true, false},
			{func(w *store.Window) { w.After = o(3); w.Before = o(2) }, "[]", true, true},
		} {
			got, prev, next := cut(tc.change)
			p.equal(fmt.Sprint(i), fmt.Sprint(got, prev, next), fmt.Sprint(tc.want, tc.prev, tc.next))
		}
	}},
	{"a cursor whose row is gone", "From After on (which need not stand in the list any more)", func(p *pair) {
		p.world()
		order := []store.Term{{Path: []string{"size"}, Desc: true}}
		w := store.Window{Order: order, First: store.All, Keys: true}
		find := func(w store.Window) store.Page {
			return same(p, "Find", func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, []string{"Organisation"}, w) })
		}
		whole := find(w)
		p.equal("all", idsOf(whole), []string{"o4", "o5", "o2", "o1", "o3"})
		p.say(store.Remove{Node: at("o2")}, node("Organisation", "o1", size(70)))
		w.After = ptr(whole.At(2))
		p.equal("after the row that is gone", idsOf(find(w)), []string{"o3"})
		w.After, w.Before = nil, ptr(whole.At(2))
		p.equal("before it", idsOf(find(w)), []string{"o4", "o5", "o1"})
		members := store.Rel{Type: "MEMBER_OF", Dir: store.In}
		page := p.expand("n1", members, store.Window{First: 2, Keys: true})
		p.say(store.Unlink{Type: "MEMBER_OF", From: at("c2"), To: at("n1")})
		p.equal("after the edge that is gone", idsOf(p.expand("n1", members, store.Window{First: 1, After: ptr(page.At(1))})), []string{"c3"})
	}},
	{"only a count", "0 is none: for a Count alone ... Count asks for Page.Total: all that pass Where, After and Before apart.", func(p *pair) {
		p.world()
		where := store.Is{Path: []string{"size"}, Op: store.IsNull, Value: false}
		page := same(p, "Find", func(r store.Reader) (store.Page, error) {
			return r.Find(p.ctx, []string{"Organisation"}, store.Window{Where: where, Count: true, After: &store.Position{Node: "o2"}})
		})
		p.equal("page", page, store.Page{Total: 3, Next: true, Prev: true})
		page = same(p, "Find", func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, nil, store.Window{First: 3}) })
		p.equal("not asked for", []any{page.Total, len(page.Keys)}, []any{0, 0})
	}},
	{"less than none is invalid", "First and Last below 0 are an ErrInvalid", func(p *pair) {
		p.world()
		lists, _ := p.lists()
		for _, l := range lists {
			for _, w := range []store.Window{{First: -1}, {First: 1, Last: ptr(-1)}, {First: -store.All}} {
				if _, err := sameOrError(p, l.what, func(r store.Reader) (store.Page, error) { return l.page(r, w) }); class(err) != store.ErrInvalid {
					p.Errorf("%s: %v", l.what, err)
				}
			}
		}
		_, err := sameOrError(p, "Expand", func(r store.Reader) ([]store.Page, error) {
			return r.Expand(p.ctx, nil, store.Rel{Type: "MEMBER_OF"}, store.Window{First: -1})
		})
		if class(err) != store.ErrInvalid {
			p.Errorf("Expand of nobody: %v", err)
		}
	}},
	{"a position of another order is invalid", "a position with more or fewer Keys than the Order has terms", func(p *pair) {
		p.world()
		lists, _ := p.lists()
		one, two := &store.Position{Keys: []store.Value{"x"}}, &store.Position{Keys: []store.Value{"x", nil}}
		for _, l := range lists {
			for _, w := range []store.Window{
				{First: 1, After: one}, {First: 1, Before: one}, {First: 1, After: two, Order: []store.Term{{Path: []string{"id"}}}}, {First: 1, Before: &store.Position{}, Order: []store.Term{{Path: []string{"id"}}}},
			} {
				if _, err := sameOrError(p, l.what, func(r store.Reader) (store.Page, error) { return l.page(r, w) }); class(err) != store.ErrInvalid {
					p.Errorf("%s: %v", l.what, err)
				}
			}
		}
	}},
	{"keys of other types than the values have", "Values of different types are ordered by type ..., so that every order is total.", func(p *pair) {
		p.world()
		for i, path := range []string{"size", "established", "totalCost", "name", "sme"} {
			for j, key := range []store.Value{nil, true, int64(5), 5.5, "n", date("2005"), store.Cents(5), store.Money{Amount: 5}, list("x"), store.PropsOf(m{"x": 1})} {
				for k, desc := range []bool{false, true} {
					if !p.share.takes(i + j + k) {
						continue
					}
					w := store.Window{Order: []store.Term{{Path: []string{path}, Desc: desc}}, First: 3, Keys: true, After: &store.Position{Keys: []store.Value{key}, Node: "o2"}}
					same(p, fmt.Sprintf("%+v after %v", w.Order, key), func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, nil, w) })
				}
			}
		}
	}},
	{"lists of the graph as it was are unchanged", "Nodes are shared between readers and never changed.", func(p *pair) {
		p.world()
		var first []*store.Node // a view that is found to be torn is read again
		p.view(func(r store.Reader) error {
			nodes, err := r.Nodes(p.ctx, []string{"o1", "c1"})
			if err != nil {
				return err
			}
			if first == nil {
				first = nodes
				p.say(node("Organisation", "o1", size(99)), store.Remove{Node: at("c1")})
			}
			again, err := r.Nodes(p.ctx, []string{"o1", "c1"})
			if err == nil && r.Consistent() {
				p.equal("in the same view", again, nodes)
			}
			return err
		})
		p.equal("size", first[0].Get("size"), int64(5))
		p.equal("id", first[1].ID, "c1")
	}},
}
