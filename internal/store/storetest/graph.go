package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// graph is one state as readers see it. It implements store.Reader.
type graph struct {
	oracle   *Oracle
	state    *state
	revision store.Revision
	nodes    []*store.Node            // by id
	edges    []*store.Edge            // by EdgeID
	byID     map[string]*store.Node   // former ids, too
	at       map[string][]*store.Edge // by each end
}

// own is the node that has an id now.
func (g *graph) own(id string) *store.Node {
	if n := g.byID[id]; n != nil && n.ID == id {
		return n
	}
	return nil
}

func (g *graph) edgesByID() map[store.EdgeID]*store.Edge {
	out := make(map[store.EdgeID]*store.Edge, len(g.edges))
	for _, e := range g.edges {
		out[e.EdgeID] = e
	}
	return out
}

func (g *graph) Revision() store.Revision { return g.revision }

func (g *graph) Consistent() bool { return true }

func (g *graph) Log(ctx context.Context, since store.Since, tell func(store.Entry) error) error {
	return g.oracle.Log(ctx, since, g.revision, tell)
}

func (g *graph) Each(n *store.Node, rel store.Rel, when store.Period, yield func(store.Hit) bool) {
	for _, e := range g.at[n.ID] {
		if e.Type != rel.Type || rel.Dir == store.Out && e.From != n.ID || rel.Dir == store.In && e.To != n.ID {
			continue
		}
		far := e.To
		if rel.Dir == store.In || rel.Dir == store.Both && e.To == n.ID {
			far = e.From
		}
		node := g.byID[far]
		if rel.Kinds != nil && !slices.Contains(rel.Kinds, node.Kind) || !g.state.schema.Edges[e.Type].Bounds(e, g.byID[e.To]).Meets(when) {
			continue
		}
		if !yield(store.Hit{Node: node, Edge: e}) {
			return
		}
	}
}

func (g *graph) Nodes(ctx context.Context, ids []string) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	for i, id := range ids {
		out[i] = g.byID[id]
	}
	return out, ctx.Err()
}

func (g *graph) Identified(ctx context.Context, ids []store.Identifier) ([]*store.Node, error) {
	out := make([]*store.Node, len(ids))
	for i, id := range ids {
		id, _ = id.Normal()
		for _, n := range g.nodes {
			if holds(n.Props.Get("identifiers"), id) {
				out[i] = n
			}
		}
	}
	return out, ctx.Err()
}

func (g *graph) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	var hits []store.Hit
	for _, n := range g.nodes {
		if kinds == nil || slices.Contains(kinds, n.Kind) {
			hits = append(hits, store.Hit{Node: n})
		}
	}
	return g.page(ctx, hits, w)
}

func (g *graph) Expand(ctx context.Context, ids []string, rel store.Rel, w store.Window) ([]store.Page, error) {
	out := make([]store.Page, len(ids))
	if _, err := g.page(ctx, nil, w); err != nil {
		return nil, err
	}
	for i, id := range ids {
		var hits []store.Hit
		if n := g.byID[id]; n != nil {
			g.Each(n, rel, w.When, func(h store.Hit) bool { hits = append(hits, h); return true })
		}
		var err error
		if out[i], err = g.page(ctx, hits, w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// page cuts a window out of hits, step by step as the contract tells it.
func (g *graph) page(ctx context.Context, hits []store.Hit, w store.Window) (store.Page, error) {
	if w.First < 0 || w.Last != nil && *w.Last < 0 {
		return store.Page{}, fmt.Errorf("%w: a page of less than no rows", store.ErrInvalid)
	}
	for _, p := range []*store.Position{w.After, w.Before} {
		if p != nil && len(p.Keys) != len(w.Order) {
			return store.Page{}, fmt.Errorf("%w: a position with %d keys in an order of %d terms", store.ErrInvalid, len(p.Keys), len(w.Order))
		}
	}
	type row struct {
		hit store.Hit
		at  store.Position
	}
	var rows []row
	for _, h := range hits {
		if err := ctx.Err(); err != nil {
			return store.Page{}, err
		}
		if !store.Holds(w.Where, g, h, w.When) {
			continue
		}
		r := row{hit: h, at: store.Position{Node: h.Node.ID}}
		if h.Edge != nil {
			r.at.Edge = h.Edge.EdgeID
		}
		for _, t := range w.Order {
			r.at.Keys = append(r.at.Keys, t.Key(g, h, w.When))
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int { return a.at.Compare(b.at, w.Order) })
	from, to := 0, len(rows)
	for w.After != nil && from < to && rows[from].at.Compare(*w.After, w.Order) <= 0 {
		from++
	}
	for w.Before != nil && to > from && rows[to-1].at.Compare(*w.Before, w.Order) >= 0 {
		to--
	}
	if to-from > w.First {
		to = from + w.First
	}
	if w.Last != nil && to-from > *w.Last {
		from = to - *w.Last
	}
	p := store.Page{Prev: from > 0, Next: to < len(rows)}
	if w.Count {
		p.Total = len(rows)
	}
	for _, r := range rows[from:to] {
		p.Hits = append(p.Hits, r.hit)
		if w.Keys {
			p.Keys = append(p.Keys, r.at.Keys)
		}
	}
	return p, ctx.Err()
}

func (g *graph) Search(ctx context.Context, search string, kinds []string, w store.SearchWindow) (store.Matches, error) {
	if w.First < 0 {
		return store.Matches{}, fmt.Errorf("%w: a page of less than no rows", store.ErrInvalid)
	}
	type candidate struct {
		store.Match
		words int // of the shortest name that matches
	}
	var all []candidate
	for _, n := range g.nodes {
		if err := ctx.Err(); err != nil {
			return store.Matches{}, err
		}
		if kinds != nil && !slices.Contains(kinds, n.Kind) {
			continue
		}
		c := candidate{Match: store.Match{Node: n}}
		for _, name := range g.state.schema.Kinds[n.Kind].NamesOf(n) {
			score := store.Score(search, name)
			words := len(strings.Fields(text.Key(name)))
			if score > 0 && (c.words == 0 || words < c.words) {
				c.words = words
			}
			if score > c.Score {
				c.Score, c.Name = score, name
			}
		}
		if c.Score > 0 {
			all = append(all, c)
		}
	}
	if len(all) > store.Candidates {
		same := func(c candidate) int {
			if c.Score == 1 {
				return 0
			}
			return 1
		}
		slices.SortFunc(all, func(a, b candidate) int {
			return cmp.Or(same(a)-same(b), a.words-b.words, strings.Compare(a.Node.ID, b.Node.ID))
		})
		all = all[:store.Candidates]
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Node.ID, b.Node.ID))
	})
	out := store.Matches{Total: len(all)}
	for _, c := range all {
		if a := w.After; a != nil && (c.Score > a.Score || c.Score == a.Score && c.Node.ID <= a.Node) {
			continue
		}
		if len(out.Hits) == w.First {
			out.Next = true
			break
		}
		out.Hits = append(out.Hits, c.Match)
	}
	return out, ctx.Err()
}

func (g *graph) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	if w.First < 0 || w.Skip < 0 {
		return nil, fmt.Errorf("%w: a page of less than no rows", store.ErrInvalid)
	}
	edges := g.edgesByID()
	out := make([]store.StatementPage, len(of))
	for i, subject := range of {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var facts []fact
		if n := g.byID[subject.Node]; n != nil {
			facts = g.state.said(n.ID)
		} else if e := edges[g.state.rootEdge(subject.Edge)]; subject.Node == "" && e != nil {
			for _, f := range g.state.facts {
				if f.node == "" && g.state.rootEdge(f.edge) == e.EdgeID && !g.state.merged(f.edge) {
					facts = append(facts, f)
				}
			}
		}
		var all []fact
		for _, f := range facts {
			all = append(all, parts(f)...)
		}
		slices.SortFunc(all, func(a, b fact) int {
			return cmp.Or(strings.Compare(a.property, b.property), g.state.prefer(a, b))
		})
		p := &out[i]
		for _, f := range all {
			if w.Property != "" && f.property != w.Property && !strings.HasPrefix(f.property, w.Property+".") {
				continue
			}
			if p.Total++; p.Total > w.Skip && len(p.Statements) < w.First {
				p.Statements = append(p.Statements, store.Statement{
					Property: f.property, Value: f.value, Source: g.state.root(f.source), Place: f.place, At: f.at, Rank: f.rank,
					Confidence: f.confidence, Derived: f.derived, By: f.by, Revision: store.Revision{Epoch: g.revision.Epoch, Number: f.revision},
				})
			}
		}
	}
	return out, ctx.Err()
}

// parts are the statements that a fact makes: one for each part of a value with parts.
func parts(f fact) []fact {
	if f.property == "" {
		return nil
	}
	p, ok := f.value.(store.Props)
	if !ok {
		return []fact{f}
	}
	var out []fact
	for _, x := range p {
		part := f
		part.property, part.value = f.property+"."+x.Name, x.Value
		out = append(out, parts(part)...)
	}
	return out
}

func (g *graph) Slots(ctx context.Context, ids []string) ([]store.Slot, error) {
	out := make([]store.Slot, len(ids))
	for i, id := range ids {
		if n := g.byID[id]; n != nil {
			out[i] = g.slot(n)
		}
	}
	return out, ctx.Err()
}

func (g *graph) slot(n *store.Node) store.Slot {
	i, _ := slices.BinarySearchFunc(g.nodes, n.ID, func(n *store.Node, id string) int { return strings.Compare(n.ID, id) })
	return store.Slot(i + 1)
}

func (g *graph) Step(ctx context.Context, from []store.Slot, rel store.Rel, when store.Period) (store.Fan, error) {
	fan := store.Fan{Off: []uint32{0}}
	for _, slot := range from {
		var hits []store.Hit
		if slot > 0 {
			g.Each(g.nodes[slot-1], rel, when, func(h store.Hit) bool { hits = append(hits, h); return true })
		}
		slices.SortFunc(hits, func(a, b store.Hit) int {
			return cmp.Or(strings.Compare(a.Node.ID, b.Node.ID), a.Edge.Compare(b.Edge.EdgeID))
		})
		for _, h := range hits {
			fan.To = append(fan.To, g.slot(h.Node))
			fan.Edge = append(fan.Edge, h.Edge)
		}
		fan.Off = append(fan.Off, uint32(len(fan.To)))
	}
	return fan, ctx.Err()
}

func (g *graph) IDs(slots []store.Slot) []string {
	out := make([]string, len(slots))
	for i, slot := range slots {
		if slot > 0 {
			out[i] = g.nodes[slot-1].ID
		}
	}
	return out
}

func (g *graph) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, _ int) (m store.Meeting, err error) {
	for _, group := range groups {
		members := store.Fan{Off: []uint32{0}}
		if group.By != nil {
			if members, err = g.Step(ctx, group.Of, *group.By, when); err != nil {
				return m, err
			}
		} else {
			for _, slot := range group.Of {
				if slot > 0 {
					members.To, members.Edge = append(members.To, slot), append(members.Edge, nil)
				}
				members.Off = append(members.Off, uint32(len(members.To)))
			}
		}
		m.Members = append(m.Members, members)
		for _, slot := range members.To {
			if !slices.Contains(m.From, slot) {
				m.From = append(m.From, slot)
			}
		}
	}
	m.Fan, err = g.Step(ctx, m.From, rel, when)
	return m, err
}

func (g *graph) Pass(ctx context.Context, slots []store.Slot, t store.Test, when store.Period) ([]bool, error) {
	out := make([]bool, len(slots))
	for i, slot := range slots {
		out[i] = slot > 0 && store.Holds(t, g, store.Hit{Node: g.nodes[slot-1]}, when)
	}
	return out, ctx.Err()
}

func (g *graph) At(ctx context.Context, slots []store.Slot) ([]*store.Node, error) {
	out := make([]*store.Node, len(slots))
	for i, slot := range slots {
		if slot > 0 {
			out[i] = g.nodes[slot-1]
		}
	}
	return out, ctx.Err()
}
