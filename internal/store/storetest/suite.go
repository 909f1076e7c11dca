package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"clustergraph/internal/store"
)

// Opener opens an empty store of its own for a test, which closes it.
type Opener func(t *testing.T, schema store.Schema) store.Store

// groups are all tests of sentences.
var groups = []struct {
	name  string
	tests []test
}{
	{"Saying", sayingTests}, {"Meeting", meetingTests}, {"Steps", stepTests}, {"Log", logTests},
	{"Reading", readingTests}, {"Gathering", gatherTests}, {"Windows", windowTests}, {"Conditions", conditionTests}, {"Time", timeTests},
	{"Search", searchTests}, {"Statements", statementTests}, {"Store", storeTests},
}

// Share is the part of a run among several that hold one store's code to the contract, such as
// one on each version of a database. What only varies how a question is put together, so that
// some stores have to plan each anew, is asked by one of them each, in turn; everything else by
// all. The zero value asks everything.
type Share struct {
	Number, Of int
	// Tests has each test run by one of them, in turn, and asked in full: for runs that differ
	// only in what other tests look at. What is random all of them run.
	Tests bool
}

// takes tells whether the i-th variation is this run's to ask.
func (s Share) takes(i int) bool { return s.Of < 2 || i%s.Of == s.Number }

// Run holds a store to the whole contract. There is nothing to leave out.
func Run(t *testing.T, open Opener) { RunShare(t, Share{}, open) }

// RunShare is [Run] as one run among several.
func RunShare(t *testing.T, share Share, open Opener) {
	n := 0
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, tc := range group.tests {
				if n++; share.Tests && !share.takes(n) {
					continue
				}
				t.Run(tc.name, func(t *testing.T) {
					p := newPair(t, open, Schema())
					if !share.Tests {
						p.share = share
					}
					defer func() {
						if t.Failed() {
							t.Logf("the contract: %s", tc.reason)
						}
					}()
					tc.run(p)
				})
			}
		})
	}
	t.Run("Random", func(t *testing.T) { random(t, open) })
}

// test is one sentence of the contract, or a part of one.
type test struct {
	name   string
	reason string // the sentence
	run    func(*pair)
}

// tb is what tests and generated tests have in common.
type tb interface {
	Helper()
	Logf(format string, args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// pair is a store beside an oracle that is told the same.
type pair struct {
	tb
	share  Share
	ctx    context.Context
	store  store.Store
	oracle *Oracle
	base   uint64 // what the store's revisions count from
	first  store.Revision
	last   store.Revision
}

func newPair(t *testing.T, open Opener, schema store.Schema) *pair {
	p := &pair{tb: t, ctx: t.Context(), store: open(t, schema), oracle: NewOracle(schema)}
	t.Cleanup(func() {
		if err := p.store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	r, err := p.store.Revision(p.ctx)
	if err != nil {
		t.Fatal(err)
	}
	p.base, p.first = r.Number, r
	return p
}

// apply makes a batch's changes in both, which must agree on what happened and on all that
// can be read afterwards.
func (p *pair) apply(b store.Batch) store.Result {
	p.Helper()
	r, err := p.try(b)
	if err != nil {
		p.Fatalf("Apply: %v", err)
	}
	return r
}

// say applies records by hand.
func (p *pair) say(records ...any) store.Result {
	p.Helper()
	return p.apply(batch(records...))
}

// fails applies a batch that must be refused, and leave nothing behind.
func (p *pair) fails(b store.Batch, want error) string {
	p.Helper()
	before := p.last
	_, err := p.try(b)
	if !errors.Is(err, want) {
		p.Fatalf("got %v, want it to be %q", err, want)
	}
	if now, _ := p.store.Revision(p.ctx); before != (store.Revision{}) && now != before {
		p.Errorf("a batch that failed made the revision %v, after %v", now, before)
	}
	return err.Error()
}

func (p *pair) try(b store.Batch) (store.Result, error) {
	p.Helper()
	got, err := p.store.Apply(p.ctx, b)
	want, wrong := p.oracle.Apply(p.ctx, b)
	// Of several faults in one batch either may be told.
	several := len(b.Nodes)+len(b.Edges)+len(b.Steps) > 1 && err != nil && wrong != nil
	if class(err) != class(wrong) && !several {
		p.Fatalf("Apply: the store says %v, the oracle %v; of %s", err, wrong, describe(b))
	}
	if err == nil {
		before := p.last
		if !got.Repeated {
			p.last = got.Revision
		}
		defer p.logged(before)
		if d := difference(p.plainResult(want, 0), p.plainResult(got, p.base)); d != "" {
			p.Fatalf("Result: -oracle +store\n%s\nof %s", d, describe(b))
		}
	}
	p.agree()
	return got, err
}

// logged compares what the log tells since a revision.
func (p *pair) logged(since store.Revision) []store.Entry {
	p.Helper()
	var got, want []store.Entry
	if since == (store.Revision{}) {
		since = p.first
	}
	p.view(func(r store.Reader) (err error) {
		got, err = entries(p.ctx, r, store.Since{Revision: since}, p.base)
		return err
	})
	since = store.Revision{Epoch: p.oracle.epoch, Number: since.Number - p.base}
	if err := p.oracle.View(p.ctx, store.Revision{}, func(r store.Reader) (err error) {
		want, err = entries(p.ctx, r, store.Since{Revision: since}, 0)
		return err
	}); err != nil {
		p.Fatal(err)
	}
	if d := difference(want, got); d != "" {
		p.Fatalf("the log since %v: -oracle +store\n%s", since, d)
	}
	return got
}

// entries are what the log tells, without what differs between stores.
func entries(ctx context.Context, r store.Reader, since store.Since, base uint64) (out []store.Entry, err error) {
	err = r.Log(ctx, since, func(e store.Entry) error {
		e.Revision.Epoch, e.Revision.Number, e.At = "", e.Revision.Number-base, time.Time{}
		out = append(out, e)
		return nil
	})
	return out, err
}

func describe(b store.Batch) string {
	s := fmt.Sprintf("batch %q by %q, run %q", b.ID, b.By, b.Run)
	for i, n := range b.Nodes {
		s += fmt.Sprintf("\n  nodes[%d] %+v %+v %v", i, n.Ref, n.Said, n.Props)
		if i == 50 {
			return s + "\n  and more"
		}
	}
	for i, e := range b.Edges {
		s += fmt.Sprintf("\n  edges[%d] %s %q %+v -> %+v %+v %v", i, e.Type, e.Key, e.From, e.To, e.Said, e.Props)
		if i == 50 {
			return s + "\n  and more"
		}
	}
	for i, step := range b.Steps {
		s += fmt.Sprintf("\n  steps[%d] %T%+v", i, step, step)
	}
	return s
}

// difference is empty if two things are the same, nil and empty slices being the same.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) { // much faster than telling the difference
		return ""
	}
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(replica{}))
}

// plainResult is a result without what differs between stores.
func (p *pair) plainResult(r store.Result, base uint64) store.Result {
	r.Revision.Epoch = ""
	r.Revision.Number -= base
	if r.Commit.Revision != (store.Revision{}) {
		r.Commit.Revision.Epoch = ""
		r.Commit.Revision.Number -= base
	}
	r.Commit.At = time.Time{}
	return r
}

// class is what is promised of an error.
func class(err error) error {
	for _, is := range []error{nil, store.ErrNotFound, store.ErrInvalid, store.ErrConflict, store.ErrUnavailable, store.ErrBehind, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, is) {
			return is
		}
	}
	return errors.New("an error of no class")
}

// view reads the store at least as of what the pair last applied.
func (p *pair) view(read func(store.Reader) error) {
	p.Helper()
	ctx, stop := context.WithTimeout(p.ctx, 30*time.Second)
	defer stop()
	if err := p.store.View(ctx, p.last, read); err != nil {
		p.Fatalf("View: %v", err)
	}
}

// same asks both the same; they must agree. It returns what the store said.
func same[T any](p *pair, what string, ask func(store.Reader) (T, error)) T {
	p.Helper()
	got, err := sameOrError(p, what, ask)
	if err != nil {
		p.Fatalf("%s: %v", what, err)
	}
	return got
}

func sameOrError[T any](p *pair, what string, ask func(store.Reader) (T, error)) (got T, err error) {
	p.Helper()
	var want T
	var wrong error
	p.view(func(r store.Reader) error { got, err = ask(r); return nil })
	_ = p.oracle.View(p.ctx, store.Revision{}, func(r store.Reader) error { want, wrong = ask(r); return nil })
	if class(err) != class(wrong) {
		p.Fatalf("%s: the store says %v, the oracle %v", what, err, wrong)
	}
	if d := difference(want, got); d != "" && err == nil {
		p.Fatalf("%s: -oracle +store\n%s", what, d)
	}
	return got, err
}

// everything is all that can be read of a graph.
type everything struct {
	Nodes      []*store.Node
	Edges      []*store.Edge
	Statements map[string][]store.Statement
	Fans       map[string][]string
}

func (p *pair) everything(base *uint64) func(r store.Reader) (everything, error) {
	return func(r store.Reader) (all everything, err error) {
		page, err := r.Find(p.ctx, nil, store.Window{First: store.All})
		if err != nil {
			return all, err
		}
		var ids []string
		var subjects []store.Subject
		for _, h := range page.Hits {
			all.Nodes = append(all.Nodes, h.Node)
			ids = append(ids, h.Node.ID)
			subjects = append(subjects, store.Subject{Node: h.Node.ID})
		}
		all.Fans = map[string][]string{}
		for typ := range p.oracle.state.schema.Edges {
			pages, err := r.Expand(p.ctx, ids, store.Rel{Type: typ}, store.Window{First: store.All})
			if err != nil {
				return all, err
			}
			for _, page := range pages {
				for _, h := range page.Hits {
					all.Edges = append(all.Edges, h.Edge)
					subjects = append(subjects, store.Subject{Edge: h.Edge.EdgeID})
				}
			}
			slots, err := r.Slots(p.ctx, ids)
			if err != nil {
				return all, err
			}
			for name, dir := range map[string]store.Dir{"->": store.Out, "<-": store.In, "--": store.Both} {
				if all.Fans[name+typ], err = fan(p.ctx, r, slots, store.Rel{Type: typ, Dir: dir}, store.Period{}); err != nil {
					return all, err
				}
			}
		}
		slices.SortFunc(all.Edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
		pages, err := r.Statements(p.ctx, subjects, store.StatementWindow{First: store.All})
		if err != nil {
			return all, err
		}
		all.Statements = map[string][]store.Statement{}
		for i, page := range pages {
			key := fmt.Sprintf("%s%v", subjects[i].Node, subjects[i].Edge)
			all.Statements[key] = plainStatements(page.Statements, r.Revision().Epoch, base)
		}
		return all, nil
	}
}

// plainStatements are statements with revisions that are counted from the first.
func plainStatements(l []store.Statement, epoch string, base *uint64) []store.Statement {
	l = slices.Clone(l)
	for i := range l {
		if l[i].Revision.Epoch == epoch && epoch != "oracle" {
			l[i].Revision.Number -= *base
		}
		l[i].Revision.Epoch = ""
	}
	return l
}

// fan is a step told by ids: one line for each place it starts from.
func fan(ctx context.Context, r store.Reader, from []store.Slot, rel store.Rel, when store.Period) ([]string, error) {
	f, err := r.Step(ctx, from, rel, when)
	if err != nil {
		return nil, err
	}
	if len(f.Off) != len(from)+1 || len(f.Edge) != len(f.To) || int(f.Off[len(from)]) != len(f.To) {
		return nil, fmt.Errorf("a fan of %d from %d: %v", len(f.To), len(from), f.Off)
	}
	far, err := r.At(ctx, f.To)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(from))
	for i := range from {
		for j := f.Off[i]; j < f.Off[i+1]; j++ {
			out[i] += fmt.Sprintf("%s by %v %v; ", far[j].ID, f.Edge[j].EdgeID, f.Edge[j].Props)
		}
	}
	return out, nil
}

// meeting is what must be told of where groups meet: who the members are that do (others may
// be left out), and for each far end at which they do (others may be left out, all edges at
// once) the edges that lead there.
func meeting(p *pair, groups [][]string, by *store.Rel, rel store.Rel, when store.Period) func(store.Reader) ([]string, error) {
	return func(r store.Reader) ([]string, error) {
		m, err := meet(p, r, groups, by, rel, when, 0)
		if err != nil {
			return nil, err
		}
		type as struct { // a member of a group; of all groups: -1
			member store.Slot
			group  int
		}
		type line struct {
			of   as
			text string
		}
		var lines []line
		in := map[store.Slot]map[int]bool{}
		for i, fan := range m.Members {
			for j, id := range r.IDs(fan.To) {
				text := fmt.Sprintf("group %d: %s", i, id)
				if e := fan.Edge[j]; e != nil {
					text += fmt.Sprintf(" by %v %v", e.EdgeID, e.Props)
				}
				lines = append(lines, line{as{fan.To[j], i}, text})
				if in[fan.To[j]] == nil {
					in[fan.To[j]] = map[int]bool{}
				}
				in[fan.To[j]][i] = true
			}
		}
		all, err := r.Step(p.ctx, m.From, rel, when)
		if err != nil {
			return nil, err
		}
		lead, told, full := map[store.Slot][]store.Slot{}, map[store.Slot]int{}, map[store.Slot]int{}
		for i, from := range m.From {
			for _, far := range all.To[all.Off[i]:all.Off[i+1]] {
				lead[far] = append(lead[far], from)
				full[far]++
			}
			for _, far := range m.To[m.Off[i]:m.Off[i+1]] {
				told[far]++
			}
		}
		meet := map[as]bool{}
		meets := func(far store.Slot) (met bool) {
			for _, x := range lead[far] {
				for _, y := range lead[far] {
					for g := range in[x] {
						for h := range in[y] {
							if x != y && (g != h || len(groups) == 1) {
								meet[as{x, g}], meet[as{x, -1}], met = true, true, true
							}
						}
					}
				}
			}
			return met
		}
		far, err := r.At(p.ctx, m.To)
		if err != nil {
			return nil, err
		}
		for i, id := range r.IDs(m.From) {
			text := "from " + id
			for j := m.Off[i]; j < m.Off[i+1]; j++ {
				if told[m.To[j]] != full[m.To[j]] {
					return nil, fmt.Errorf("%d of %d edges to %s", told[m.To[j]], full[m.To[j]], far[j].ID)
				}
				if meets(m.To[j]) {
					text += fmt.Sprintf("; %s by %v %v", far[j].ID, m.Edge[j].EdgeID, m.Edge[j].Props)
				}
			}
			lines = append(lines, line{as{m.From[i], -1}, text})
		}
		var out []string
		for _, l := range lines {
			if meet[l.of] {
				out = append(out, l.text)
			}
		}
		return out, nil
	}
}

// meet asks where groups of some ids meet.
func meet(p *pair, r store.Reader, groups [][]string, by *store.Rel, rel store.Rel, when store.Period, pairs int) (store.Meeting, error) {
	var of []store.Group
	for _, ids := range groups {
		slots, err := r.Slots(p.ctx, ids)
		if err != nil {
			return store.Meeting{}, err
		}
		of = append(of, store.Group{Of: slots, By: by})
	}
	m, err := r.Meet(p.ctx, of, rel, when, pairs)
	if err != nil {
		return m, err
	}
	if len(m.Members) != len(groups) || len(m.Off) != len(m.From)+1 || len(m.To) != int(m.Off[len(m.From)]) || len(m.Edge) != len(m.To) {
		return m, fmt.Errorf("%d groups of %d, %d fans of %d members", len(m.Members), len(groups), len(m.Off)-1, len(m.From))
	}
	for i, fan := range m.Members {
		if len(fan.Off) != len(groups[i])+1 || len(fan.Edge) != len(fan.To) {
			return m, fmt.Errorf("group %d: %v", i, fan)
		}
	}
	return m, nil
}

// agree compares all that can be read, and has the store check itself.
func (p *pair) agree() {
	p.Helper()
	same(p, "everything", p.everything(&p.base))
	if err := p.store.Check(p.ctx, func(pr store.Problem) { p.Errorf("Check: %s: %s", pr.Subject, pr.What) }); err != nil {
		p.Errorf("Check: %v", err)
	}
}

// equal compares a literal expectation.
func (p *pair) equal(what string, got, want any) {
	p.Helper()
	if d := difference(want, got); d != "" {
		p.Errorf("%s: -want +got\n%s", what, d)
	}
}

// node is a node that must be there.
func (p *pair) node(id string) *store.Node {
	p.Helper()
	n := p.find(id)
	if n == nil {
		p.Fatalf("there is no node %q", id)
	}
	return n
}

// find is a node, or nil.
func (p *pair) find(id string) *store.Node {
	p.Helper()
	return same(p, "Nodes", func(r store.Reader) ([]*store.Node, error) { return r.Nodes(p.ctx, []string{id}) })[0]
}

// prop is a property of a node that must be there.
func (p *pair) prop(id, name string) store.Value {
	p.Helper()
	return p.node(id).Get(name)
}

// edges are the edges of a type that leave a node, in the order of the list.
func (p *pair) edges(typ, from string) []*store.Edge {
	p.Helper()
	var out []*store.Edge
	for _, h := range p.expand(from, store.Rel{Type: typ}, store.Window{First: store.All}).Hits {
		out = append(out, h.Edge)
	}
	return out
}

func (p *pair) expand(id string, rel store.Rel, w store.Window) store.Page {
	p.Helper()
	return same(p, "Expand", func(r store.Reader) ([]store.Page, error) { return r.Expand(p.ctx, []string{id}, rel, w) })[0]
}

// ids are the ids of the nodes found, in their order.
func (p *pair) ids(w store.Window, kinds ...string) []string {
	p.Helper()
	return idsOf(same(p, "Find", func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, kinds, w) }))
}

func idsOf(page store.Page) []string {
	var out []string
	for _, h := range page.Hits {
		out = append(out, h.Node.ID)
	}
	return out
}

func (p *pair) statements(of store.Subject, property string) []store.Statement {
	p.Helper()
	return same(p, "Statements", func(r store.Reader) ([]store.Statement, error) {
		pages, err := r.Statements(p.ctx, []store.Subject{of}, store.StatementWindow{Property: property, First: store.All})
		if err != nil {
			return nil, err
		}
		if pages[0].Total != len(pages[0].Statements) {
			p.Errorf("%d statements of %d", len(pages[0].Statements), pages[0].Total)
		}
		return plainStatements(pages[0].Statements, r.Revision().Epoch, &p.base), nil
	})
}

// batch makes a batch of records and steps.
func batch(records ...any) store.Batch {
	b := store.Batch{By: "tester"}
	for _, r := range records {
		switch r := r.(type) {
		case store.NodeRecord:
			b.Nodes = append(b.Nodes, r)
		case store.EdgeRecord:
			b.Edges = append(b.Edges, r)
		case store.Step:
			b.Steps = append(b.Steps, r)
		default:
			panic(fmt.Sprintf("a batch has no %T", r))
		}
	}
	return b
}

type m = map[string]any

// node is a record of a node by id, with its id as its name.
func node(kind, id string, props ...m) store.NodeRecord {
	r := store.NodeRecord{Ref: store.Ref{ID: id, Kind: kind, Name: id}}
	for _, p := range props {
		r.Props = store.PropsOf(p)
	}
	return r
}

func edge(typ, from, to string, props ...m) store.EdgeRecord {
	r := store.EdgeRecord{Type: typ, From: at(from), To: at(to)}
	for _, p := range props {
		r.Props = store.PropsOf(p)
	}
	return r
}

// at addresses a node by id.
func at(id string) store.Ref { return store.Ref{ID: id} }

// named addresses a node by name and identifiers, told as scheme, value, scheme, value.
func named(kind, name string, identifiers ...string) store.Ref {
	r := store.Ref{Kind: kind, Name: name}
	for i := 0; i < len(identifiers); i += 2 {
		r.Identifiers = append(r.Identifiers, store.Identifier{Scheme: identifiers[i], Value: identifiers[i+1]})
	}
	return r
}

// from says who says a record; a source is a node's id.
func from(r any, source, place string, rank store.Rank, more ...func(*store.Said)) any {
	s := store.Said{Place: place, Rank: rank}
	if source != "" {
		s.Source = at(source)
	}
	for _, f := range more {
		f(&s)
	}
	switch r := r.(type) {
	case store.NodeRecord:
		r.Said = s
		return r
	case store.EdgeRecord:
		r.Said = s
		return r
	}
	panic(fmt.Sprintf("a %T says nothing", r))
}

func on(day string) func(*store.Said)      { return func(s *store.Said) { s.At = date(day) } }
func sure(share float64) func(*store.Said) { return func(s *store.Said) { s.Confidence = share } }

func date(s string) store.Date {
	d, err := store.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func list(v ...any) store.List { return v }

func period(first, last string) store.Period {
	p := store.Period{First: math.MinInt32, Last: math.MaxInt32}
	if first != "" {
		p.First = date(first).First
	}
	if last != "" {
		p.Last = date(last).Last
	}
	return p
}

func ptr[T any](v T) *T { return &v }
