package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

var (
	schema  = ontology.Served().Store
	analyst = New(ontology.Served())
)

// fake is a graph that is searched from end to end for every question: what analyses read of
// a store.Reader, in the plainest way.
type fake struct {
	store.Reader
	nodes  []*store.Node // by id
	edges  []*store.Edge // by EdgeID
	former map[string]string
	whim   func() bool // whether to tell what may be left out; nil: no
}

func dated(s string) store.Value {
	if s == "" {
		return nil
	}
	d, err := store.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (f *fake) node(kind, id string, props map[string]any) {
	p := store.PropsOf(props)
	if p.Get("name") == nil {
		p = p.With("name", id)
	}
	f.nodes = append(f.nodes, &store.Node{ID: id, Kind: kind, Props: p})
	slices.SortFunc(f.nodes, func(a, b *store.Node) int { return strings.Compare(a.ID, b.ID) })
}

func (f *fake) link(typ, from, to, key string, props map[string]any) {
	p := store.PropsOf(props)
	p = slices.DeleteFunc(p, func(x store.Prop) bool { return x.Value == nil })
	f.edges = append(f.edges, &store.Edge{EdgeID: store.EdgeID{Type: typ, From: from, To: to, Key: key}, Props: p})
	slices.SortFunc(f.edges, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
}

func (f *fake) get(id string) *store.Node {
	for _, n := range f.nodes {
		if n.ID == id || n.ID == f.former[id] {
			return n
		}
	}
	return nil
}

func (f *fake) Slots(_ context.Context, ids []string) ([]store.Slot, error) {
	out := make([]store.Slot, len(ids))
	for i, id := range ids {
		if n := f.get(id); n != nil {
			out[i] = store.Slot(slices.Index(f.nodes, n)) + 1
		}
	}
	return out, nil
}

func (f *fake) IDs(slots []store.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = f.nodes[s-1].ID
	}
	return out
}

func (f *fake) Pass(ctx context.Context, slots []store.Slot, t store.Test, when store.Period) ([]bool, error) {
	out := make([]bool, len(slots))
	for i, s := range slots {
		out[i] = store.Holds(t, f, store.Hit{Node: f.nodes[s-1]}, when)
	}
	return out, ctx.Err()
}

// Gather asks each member for itself.
func (f *fake) Gather(ctx context.Context, of store.Group, ways []store.Way, when store.Period) (g store.Gathering, err error) {
	far := func(s store.Slot, rel store.Rel) []store.Slot {
		fan, _ := f.Step(ctx, []store.Slot{s}, rel, when)
		return slices.Compact(fan.To)
	}
	step := func(from []store.Slot, rel store.Rel) store.Fan {
		fan := store.Fan{Off: []uint32{0}}
		for _, s := range from {
			fan.To = append(fan.To, far(s, rel)...)
			fan.Off = append(fan.Off, uint32(len(fan.To)))
		}
		return fan
	}
	add := func(to, more []store.Slot) []store.Slot {
		for _, s := range more {
			if !slices.Contains(to, s) {
				to = append(to, s)
			}
		}
		return to
	}
	if g.Members = of.Of; of.By != nil {
		g.Members = add(nil, step(of.Of, *of.By).To)
	}
	for _, w := range ways {
		var to store.Gathered
		if w.Sum != nil {
			for _, m := range g.Members {
				fan, _ := f.Step(ctx, []store.Slot{m}, w.Rel, when)
				var sum store.Sum
				for _, e := range fan.Edge {
					sum.Edges++
					if m, ok := e.Props.Get(w.Sum.Property).(store.Money); ok && m.Currency == w.Sum.Currency {
						sum.Known, sum.Amount = sum.Known+1, sum.Amount+m.Amount
					}
				}
				to.Sums = append(to.Sums, sum)
			}
		} else {
			to.Ends = step(g.Members, w.Rel)
		}
		if w.Up != nil {
			to.Tree = add(nil, to.Ends.To)
			for i := 0; i < len(to.Tree); i++ {
				to.Tree = add(to.Tree, far(to.Tree[i], *w.Up))
			}
			to.Above = step(to.Tree, *w.Up)
		}
		g.Ways = append(g.Ways, to)
	}
	return g, ctx.Err()
}

// Meet leaves out all that it may leave out, as stores with the whole graph at hand do not.
func (f *fake) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, pairs int) (m store.Meeting, err error) {
	in := map[store.Slot][]int{}
	for i, g := range groups {
		members := store.Fan{Off: []uint32{0}}
		if g.By != nil {
			members, _ = f.Step(ctx, g.Of, *g.By, when)
		} else {
			for _, s := range g.Of {
				members.To, members.Edge = append(members.To, s), append(members.Edge, nil)
				members.Off = append(members.Off, uint32(len(members.To)))
			}
		}
		m.Members = append(m.Members, members)
		for _, s := range members.To {
			if in[s] == nil {
				m.From = append(m.From, s)
			}
			in[s] = append(in[s], i)
		}
	}
	all, err := f.Step(ctx, m.From, rel, when)
	lead := map[store.Slot][]store.Slot{}
	for i, x := range m.From {
		for _, far := range all.To[all.Off[i]:all.Off[i+1]] {
			lead[far] = append(lead[far], x)
		}
	}
	meets := func(x, y store.Slot) bool {
		return x != y && (len(groups) == 1 || slices.ContainsFunc(in[x], func(g int) bool {
			return slices.ContainsFunc(in[y], func(h int) bool { return g != h })
		}))
	}
	m.Off = []uint32{0}
	for i := range m.From {
		for j := all.Off[i]; j < all.Off[i+1]; j++ {
			who := lead[all.To[j]]
			if slices.ContainsFunc(who, func(x store.Slot) bool {
				return slices.ContainsFunc(who, func(y store.Slot) bool { return meets(x, y) })
			}) {
				m.To, m.Edge = append(m.To, all.To[j]), append(m.Edge, all.Edge[j])
			}
		}
		m.Off = append(m.Off, uint32(len(m.To)))
	}
	if pairs > 0 && len(groups) == 2 {
		m = f.leaveOut(m, pairs)
	}
	return m, err
}

// leaveOut leaves out of where two groups meet what does not tell of the first pairs; whim
// tells which of that stays.
func (f *fake) leaveOut(m store.Meeting, pairs int) store.Meeting {
	in := [2]map[store.Slot]bool{{}, {}}
	for g, fan := range m.Members {
		for _, x := range fan.To {
			in[g][x] = true
		}
	}
	leads := map[store.Slot]map[store.Slot]bool{}
	for i, x := range m.From {
		leads[x] = map[store.Slot]bool{}
		for _, far := range m.To[m.Off[i]:m.Off[i+1]] {
			leads[x][far] = true
		}
	}
	type pair struct {
		a, b store.Slot // in the order of ids, as nodes are
		at   []store.Slot
	}
	var all []pair
	for a := range in[0] {
		for b := range in[1] {
			p := pair{a: a, b: b}
			for far := range leads[a] {
				if leads[b][far] {
					p.at = append(p.at, far)
				}
			}
			if a != b && len(p.at) > 0 && (a < b || !in[1][a] || !in[0][b]) {
				all = append(all, p)
			}
		}
	}
	slices.SortFunc(all, func(x, y pair) int {
		return cmp.Or(len(y.at)-len(x.at), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	type end [2]store.Slot
	keep, members := map[end]bool{}, [2]map[store.Slot]bool{{}, {}}
	for _, p := range all[:min(pairs, len(all))] {
		for _, far := range p.at {
			keep[end{p.a, far}], keep[end{p.b, far}] = true, true
		}
		members[0][p.a], members[1][p.b] = true, true
	}
	thin := func(fan store.Fan, keep func(i int, to store.Slot) bool) store.Fan {
		out := store.Fan{Off: []uint32{0}}
		for i := range len(fan.Off) - 1 {
			for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
				if keep(i, fan.To[k]) || f.whim != nil && f.whim() {
					out.To, out.Edge = append(out.To, fan.To[k]), append(out.Edge, fan.Edge[k])
				}
			}
			out.Off = append(out.Off, uint32(len(out.To)))
		}
		return out
	}
	out := store.Meeting{Members: make([]store.Fan, 2)}
	fans := map[store.Slot]int{}
	for i, x := range m.From {
		fans[x] = i
	}
	var left store.Fan // from those who are left
	left.Off = []uint32{0}
	for g, fan := range m.Members {
		out.Members[g] = thin(fan, func(_ int, x store.Slot) bool { return members[g][x] })
		for _, x := range out.Members[g].To {
			if slices.Contains(out.From, x) {
				continue
			}
			out.From = append(out.From, x)
			i := fans[x]
			left.To, left.Edge = append(left.To, m.To[m.Off[i]:m.Off[i+1]]...), append(left.Edge, m.Edge[m.Off[i]:m.Off[i+1]]...)
			left.Off = append(left.Off, uint32(len(left.To)))
		}
	}
	out.Fan = thin(left, func(i int, far store.Slot) bool { return keep[end{out.From[i], far}] })
	return out
}

func (f *fake) At(ctx context.Context, slots []store.Slot) ([]*store.Node, error) {
	out := make([]*store.Node, len(slots))
	for i, s := range slots {
		if s > 0 {
			out[i] = f.nodes[s-1]
		}
	}
	return out, ctx.Err()
}

func (f *fake) Step(ctx context.Context, from []store.Slot, rel store.Rel, when store.Period) (store.Fan, error) {
	fan := store.Fan{Off: []uint32{0}}
	for _, s := range from {
		n := f.nodes[s-1]
		var hits []store.Hit
		f.Each(n, rel, when, func(h store.Hit) bool { hits = append(hits, h); return true })
		slices.SortFunc(hits, func(a, b store.Hit) int {
			return cmp.Or(strings.Compare(a.Node.ID, b.Node.ID), a.Edge.Compare(b.Edge.EdgeID))
		})
		for _, h := range hits {
			fan.To = append(fan.To, store.Slot(slices.Index(f.nodes, h.Node))+1)
			fan.Edge = append(fan.Edge, h.Edge)
		}
		fan.Off = append(fan.Off, uint32(len(fan.To)))
	}
	return fan, ctx.Err()
}

func (f *fake) Each(n *store.Node, rel store.Rel, when store.Period, yield func(store.Hit) bool) {
	for _, e := range f.edges {
		if e.Type != rel.Type || (rel.Dir == store.In || e.From != n.ID) && (rel.Dir == store.Out || e.To != n.ID) {
			continue
		}
		to := f.get(e.To)
		far := to
		if rel.Dir == store.In || rel.Dir == store.Both && e.From != n.ID {
			far = f.get(e.From)
		}
		if rel.Kinds != nil && !slices.Contains(rel.Kinds, far.Kind) || !schema.Edges[e.Type].Bounds(e, to).Meets(when) {
			continue
		}
		if !yield(store.Hit{Node: far, Edge: e}) {
			return
		}
	}
}

// tell writes partnerships down, with all that is known of each.
func (f *fake) tell(p *Partnerships) ([]string, error) {
	ids := func(slots []store.Slot) string {
		var out []string
		for _, s := range slots {
			out = append(out, f.nodes[s-1].ID)
		}
		return strings.Join(out, "+")
	}
	out := []string{}
	for i := range p.Len() {
		x := p.At(i)
		shared, err := x.Shared()
		if err != nil {
			return nil, err
		}
		since, _ := x.Since()
		sums, _ := x.Contribution()
		var b strings.Builder
		fmt.Fprintf(&b, "%s-%s %d", ids([]store.Slot{x.A()}), ids([]store.Slot{x.B()}), x.Projects())
		for _, s := range shared {
			fmt.Fprintf(&b, " %s(%v,%v)", ids([]store.Slot{s.Project}), s.RoleA, s.RoleB)
		}
		fmt.Fprintf(&b, " since %v", since)
		for _, s := range sums {
			fmt.Fprintf(&b, " %v %s %d/%d", s.Amount, s.Currency, s.Known, s.Of)
		}
		fmt.Fprintf(&b, " via %s|%s", ids(x.ViaA()), ids(x.ViaB()))
		out = append(out, b.String())
	}
	return out, nil
}

// tellHow tells what tell leaves out.
func (f *fake) tellHow(p *Partnerships) ([]string, error) {
	how := func(memberships []Membership) string {
		var out []string
		for _, m := range memberships {
			text := fmt.Sprint(f.nodes[m.Of-1].ID, m.Depth)
			for _, s := range m.Through {
				text += "/" + f.nodes[s-1].ID
			}
			out = append(out, fmt.Sprintf("%s %v %v-%v", text, m.Role, m.Since, m.Until))
		}
		return strings.Join(out, " ")
	}
	var out []string
	for i := range p.Len() {
		x := p.At(i)
		latest, err := x.Latest()
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprintf("%s-%s latest %v %s|%s", f.nodes[x.A()-1].ID, f.nodes[x.B()-1].ID, latest, how(x.MembershipsA()), how(x.MembershipsB())))
	}
	return out, nil
}

// tellMore tells what tell leaves out, and the totals.
func (f *fake) tellMore(p *Partnerships) ([]string, error) {
	out, err := f.tellHow(p)
	if err != nil {
		return nil, err
	}
	t, err := p.Totals()
	if err != nil {
		return nil, err
	}
	var ids []string
	for i, s := range t.Projects {
		ids = append(ids, f.nodes[s.Project-1].ID)
		if i > 0 && store.CompareNull(t.Projects[i-1].Key()[0], s.Key()[0]) > 0 {
			return nil, fmt.Errorf("%v come out of order", t.Projects)
		}
	}
	slices.Sort(ids)
	text := fmt.Sprintf("%d with %d: %d, in %s", t.A, t.B, t.Actors, strings.Join(ids, "+"))
	for _, s := range t.Contribution {
		text += fmt.Sprintf(" %v %s %d/%d", s.Amount, s.Currency, s.Known, s.Of)
	}
	return append(out, text), nil
}
