package mirror

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

// naive answers as the contract says it, slowly.
type naive struct {
	schema store.Schema
	nodes  []*store.Node
	edges  []*store.Edge
}

func naiveOf(f *fake) *naive {
	n := &naive{schema: testSchema()}
	_, _ = f.Load(context.Background(), func(x *store.Node) error { n.nodes = append(n.nodes, x); return nil },
		func(e *store.Edge) error { n.edges = append(n.edges, e); return nil })
	return n
}

func (n *naive) node(id string) *store.Node {
	for _, x := range n.nodes {
		if answersTo(x, id) {
			return x
		}
	}
	return nil
}

func (n *naive) Each(x *store.Node, rel store.Rel, when store.Period, yield func(store.Hit) bool) {
	for _, e := range n.edges {
		var far string
		switch {
		case e.Type != rel.Type:
			continue
		case rel.Dir != store.In && e.From == x.ID:
			far = e.To
		case rel.Dir != store.Out && e.To == x.ID:
			far = e.From
		default:
			continue
		}
		h := store.Hit{Node: n.node(far), Edge: e}
		if rel.Kinds != nil && !slices.Contains(rel.Kinds, h.Node.Kind) {
			continue
		}
		if n.schema.Edges[e.Type].Bounds(e, n.node(e.To)).Meets(when) && !yield(h) {
			return
		}
	}
}

func (n *naive) page(hits []store.Hit, w store.Window) store.Page {
	type row struct {
		store.Hit
		store.Position
	}
	var rows []row
	for _, h := range hits {
		if store.Holds(w.Where, n, h, w.When) {
			r := row{Hit: h, Position: store.Position{Node: h.Node.ID}}
			if h.Edge != nil {
				r.Position.Edge = h.Edge.EdgeID
			}
			for _, t := range w.Order {
				r.Keys = append(r.Keys, t.Key(n, h, w.When))
			}
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return a.Position.Compare(b.Position, w.Order) })
	lo, hi := 0, len(rows)
	for lo < len(rows) && w.After != nil && rows[lo].Position.Compare(*w.After, w.Order) <= 0 {
		lo++
	}
	for hi > lo && w.Before != nil && rows[hi-1].Position.Compare(*w.Before, w.Order) >= 0 {
		hi--
	}
	hi = min(hi, lo+min(w.First, len(rows)))
	if w.Last != nil {
		lo = max(lo, hi-min(*w.Last, len(rows)))
	}
	p := store.Page{Prev: lo > 0, Next: hi < len(rows)}
	for _, r := range rows[lo:hi] {
		p.Hits = append(p.Hits, r.Hit)
		if w.Keys {
			p.Keys = append(p.Keys, r.Keys)
		}
	}
	if w.Count {
		p.Total = len(rows)
	}
	return p
}

func (n *naive) Find(kinds []string, w store.Window) store.Page {
	var hits []store.Hit
	for _, x := range n.nodes {
		if kinds == nil || slices.Contains(kinds, x.Kind) {
			hits = append(hits, store.Hit{Node: x})
		}
	}
	return n.page(hits, w)
}

func (n *naive) Expand(id string, rel store.Rel, w store.Window) store.Page {
	var hits []store.Hit
	if x := n.node(id); x != nil {
		n.Each(x, rel, w.When, func(h store.Hit) bool { hits = append(hits, h); return true })
	}
	return n.page(hits, w)
}

func show(p store.Page) string {
	var b strings.Builder
	for i, h := range p.Hits {
		fmt.Fprintf(&b, "%s %v", h.Node.ID, h.Node.Props)
		if h.Edge != nil {
			fmt.Fprintf(&b, " %v", *h.Edge)
		}
		if p.Keys != nil {
			fmt.Fprintf(&b, " keys %v", p.Keys[i])
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "total %d next %v prev %v", p.Total, p.Next, p.Prev)
	return b.String()
}

// dice makes small random graphs, batches and windows, in which things often coincide.
type dice struct{ *rand.Rand }

func (d dice) one(of ...string) string { return of[d.IntN(len(of))] }

func (d dice) id() string { return fmt.Sprintf("n%d", d.IntN(14)) }

func (d dice) date() store.Date {
	x, err := store.ParseDate(d.one("2019", "2020", "2020-Q2", "2020-05", "2020-05-17", "2021"))
	if err != nil {
		panic(err)
	}
	return x
}

func (d dice) node(id string) store.NodeRecord {
	m := map[string]any{"name": d.one("Alpha One", "alpha two", "Áb ova", "Klaster БЪЛГАР", "beta alpha")}
	if d.IntN(2) == 0 {
		m["start"] = d.date()
	}
	if d.IntN(2) == 0 {
		m["size"] = int64(d.IntN(3))
	}
	if d.IntN(3) == 0 {
		m["aliases"] = []string{d.one("AO", "Alpha Beta", "ova")}
	}
	if d.IntN(3) == 0 {
		m["formerIds"] = []string{"old-" + id}
	}
	if d.IntN(3) == 0 {
		m["identifiers"] = []map[string]any{{"scheme": "PIC", "value": id}}
	}
	return store.NodeRecord{Ref: store.Ref{ID: id, Kind: d.one("Org", "Org", "Project", "Place")}, Props: store.PropsOf(m)}
}

func (d dice) batch(f *fake) store.Batch {
	var b store.Batch
	for range d.IntN(5) {
		b.Nodes = append(b.Nodes, d.node(d.id()))
	}
	there := map[string]bool{}
	for id := range f.nodes {
		there[id] = true
	}
	for _, n := range b.Nodes {
		there[n.ID] = true
	}
	if d.IntN(3) == 0 {
		if id := d.id(); f.nodes[id] != nil && !slices.ContainsFunc(b.Nodes, func(n store.NodeRecord) bool { return n.ID == id }) {
			b.Steps = append(b.Steps, store.Remove{Node: store.Ref{ID: id}})
			delete(there, id)
		}
	}
	for range d.IntN(8) {
		from, to := d.id(), d.id()
		if there[from] && there[to] {
			m := map[string]any{"role": d.one("A", "B")}
			if d.IntN(2) == 0 {
				m["since"] = d.date()
			}
			b.Edges = append(b.Edges, store.EdgeRecord{Type: d.one("JOINS", "JOINS", "PART_OF"), Key: d.one("", "", "k"),
				From: store.Ref{ID: from}, To: store.Ref{ID: to}, Props: store.PropsOf(m)})
		}
	}
	for id := range f.edges {
		if d.IntN(20) == 0 && !slices.ContainsFunc(b.Edges, func(e store.EdgeRecord) bool {
			return id == store.EdgeID{Type: e.Type, From: e.From.ID, To: e.To.ID, Key: e.Key}
		}) {
			b.Steps = append(b.Steps, store.Unlink{Type: id.Type, Key: id.Key, From: store.Ref{ID: id.From}, To: store.Ref{ID: id.To}})
		}
	}
	return b
}

func (d dice) rel() store.Rel {
	r := store.Rel{Type: d.one("JOINS", "PART_OF", "NONE"), Dir: store.Dir(d.IntN(3))}
	if d.IntN(3) == 0 {
		r.Kinds = []string{d.one("Org", "Project", "Alien"), "Place"}
	}
	return r
}

func (d dice) test(depth int, on store.Side) store.Test {
	n := 8
	if depth == 0 {
		n = 4
	}
	switch d.IntN(n) {
	case 0:
		ops := []store.Op{store.Eq, store.Ne, store.Prefix, store.Contains, store.Gt}
		return store.Is{Path: []string{"name"}, Op: ops[d.IntN(len(ops))], Value: store.Fold(d.one("Alpha One", "al", "ova", "b")), Fold: true}
	case 1:
		ops := []store.Op{store.Eq, store.Ne, store.Lt, store.Lte, store.Gt, store.Gte, store.IsNull}
		is := store.Is{Path: []string{"start"}, Op: ops[d.IntN(len(ops))], Value: d.date()}
		if is.Op == store.IsNull {
			is.Value = d.IntN(2) == 0
		}
		return is
	case 2:
		return store.Is{Path: []string{"id"}, Op: store.In_, Value: store.List{d.id(), d.id(), "old-" + d.id()}}
	case 3:
		if on == store.OnEdge {
			return store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "A"}
		}
		return store.Is{Path: []string{"size"}, Op: []store.Op{store.Eq, store.Lt, store.Gte, store.In_}[d.IntN(4)], Value: int64(d.IntN(3))}
	case 4:
		return store.And{d.test(depth-1, on), d.test(depth-1, on)}
	case 5:
		return store.Or{d.test(depth-1, on), store.Not{Test: d.test(depth-1, on)}}
	case 6:
		return store.Related{Rel: d.rel(), Test: d.test(depth-1, store.OnEdge), Quant: store.Quant(d.IntN(3))}
	}
	if d.IntN(2) == 0 {
		return store.Elem{Path: []string{"identifiers"}, Test: store.And{
			store.Is{On: store.OnElem, Path: []string{"scheme"}, Op: store.Eq, Value: "PIC"},
			store.Is{On: store.OnElem, Path: []string{"value"}, Op: store.Eq, Value: d.id()}}}
	}
	return store.Under{Rel: store.Rel{Type: "PART_OF", Dir: store.Dir(d.IntN(2))}, IDs: []string{d.id(), "old-" + d.id()}}
}

func (d dice) window(edges bool) store.Window {
	w := store.Window{First: d.IntN(6), Count: d.IntN(2) == 0, Keys: true}
	if d.IntN(2) == 0 {
		w.First = store.All
	}
	if d.IntN(2) == 0 {
		on := store.OnNode
		if edges {
			on = store.OnEdge
		}
		w.Where = d.test(2, on)
	}
	for range d.IntN(4) - 1 {
		t := store.Term{Path: []string{d.one("name", "start", "size", "id", "kind", "note")}, Desc: d.IntN(2) == 0}
		t.Fold = t.Path[0] == "name"
		switch {
		case edges && d.IntN(3) == 0:
			t = store.Term{On: store.OnEdge, Path: []string{"since"}, Desc: t.Desc}
		case d.IntN(6) == 0:
			rel := d.rel()
			t = store.Term{Rel: &rel, Desc: t.Desc}
		}
		w.Order = append(w.Order, t)
	}
	if d.IntN(3) == 0 {
		n := d.IntN(5)
		w.Last = &n
	}
	if d.IntN(3) == 0 {
		x := d.date()
		w.When = store.Period(x)
	}
	return w
}

func TestAgainstNaive(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(200) {
		d := dice{rand.New(rand.NewPCG(seed, 1))}
		f := newFake()
		if _, err := f.Apply(ctx, d.batch(f)); err != nil {
			t.Fatal(err)
		}
		m, err := Open(ctx, f, testSchema(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			if _, err := m.Apply(ctx, d.batch(f)); err != nil {
				t.Fatal(err)
			}
			n := naiveOf(f)
			err := m.View(ctx, store.Revision{}, func(r store.Reader) error {
				for range 12 {
					w, kinds := d.window(false), []string(nil)
					if d.IntN(2) == 0 {
						kinds = []string{d.one("Org", "Alien"), "Project", "Org"}
					}
					if all := n.Find(nil, store.Window{First: store.All, Order: w.Order, Keys: true, When: w.When}); len(all.Hits) > 0 {
						if d.IntN(3) == 0 {
							p := all.At(d.IntN(len(all.Hits)))
							w.After = &p
						}
						if d.IntN(3) == 0 {
							p := all.At(d.IntN(len(all.Hits)))
							w.Before = &p
						}
					}
					got, err := r.Find(ctx, kinds, w)
					if err != nil {
						return err
					}
					if want := n.Find(kinds, w); show(got) != show(want) {
						t.Fatalf("seed %d: Find(%v, %+v)\n%s\nwant\n%s", seed, kinds, w, show(got), show(want))
					}
					w, rel, ids := d.window(true), d.rel(), []string{d.id(), "old-" + d.id(), d.id()}
					if all := n.Expand(ids[0], rel, store.Window{First: store.All, Order: w.Order, Keys: true, When: w.When}); len(all.Hits) > 0 && d.IntN(2) == 0 {
						p := all.At(d.IntN(len(all.Hits)))
						if d.IntN(2) == 0 {
							w.After = &p
						} else {
							w.Before = &p
						}
					}
					pages, err := r.Expand(ctx, ids, rel, w)
					if err != nil {
						return err
					}
					for i, id := range ids {
						if want := n.Expand(id, rel, w); show(pages[i]) != show(want) {
							t.Fatalf("seed %d: Expand(%s, %v, %+v)\n%s\nwant\n%s", seed, id, rel, w, show(pages[i]), show(want))
						}
					}
					slots, err := r.Slots(ctx, ids)
					if err != nil {
						return err
					}
					fan, err := r.Step(ctx, slots, rel, w.When)
					if err != nil {
						return err
					}
					for i, id := range ids {
						nodes, err := r.At(ctx, fan.To[fan.Off[i]:fan.Off[i+1]])
						if err != nil {
							return err
						}
						var got store.Page
						for j, x := range nodes {
							got.Hits = append(got.Hits, store.Hit{Node: x, Edge: fan.Edge[int(fan.Off[i])+j]})
						}
						if want := n.Expand(id, rel, store.Window{First: store.All, When: w.When}); show(got) != show(want) {
							t.Fatalf("seed %d: Step(%s, %v)\n%s\nwant\n%s", seed, id, rel, show(got), show(want))
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Check(ctx, func(p store.Problem) { t.Errorf("seed %d: %s: %s", seed, p.Subject, p.What) }); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testSchema() store.Schema {
	props := map[string]store.Type{
		"name": {Name: store.Text, Index: true}, "start": {Name: store.DateOf, Index: true}, "size": {Name: store.Int},
	}
	place := map[string]store.Type{"name": {Name: store.Text, Index: true}, "start": {Name: store.DateOf}, "size": {Name: store.Int, Index: true}}
	names := []string{"name", "aliases"}
	return store.Schema{
		Kinds: map[string]store.Kind{"Org": {Names: names, Props: props}, "Project": {Names: names, Props: props}, "Place": {Names: names, Props: place}},
		Edges: map[string]store.EdgeType{"JOINS": {Since: "since", ToUntil: "start"}, "PART_OF": {}},
	}
}
