package mirror

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Check loads the truth beside what is shown, and reports each node and edge that differs,
// and each place where the mirror would look in vain: ids, identifiers, orders, words and
// lists of edges are compared with those that are built anew. It then has the truth check
// itself. Views and writes go on all the while. Cost: with the graph, which is held twice
// for that time.
func (m *Store) Check(ctx context.Context, report func(store.Problem)) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	k := m.keep()
	from := m.now.Load().snapshot
	want, err := load(ctx, m.truth, m.schema, newInterner())
	if err == nil {
		err = m.reach(ctx, want.rev)
	}
	have := from
	m.writing.Lock()
	delete(m.kept, k)
	if err == nil {
		// Replaying marks the trees it starts from, as every write does.
		have, err = k.replay(from, newInterner(), want.rev)
	}
	m.writing.Unlock()
	if err == nil && have.rev != want.rev {
		// The mirror loaded anew meanwhile; what it loaded needs no replay.
		have = m.now.Load().snapshot
	}
	if errors.Is(err, store.ErrConflict) || err == nil && have.rev != want.rev {
		return fmt.Errorf("%w: the store's content was replaced while it was checked; try again", store.ErrUnavailable)
	}
	if err != nil {
		return err
	}
	c := comparison{ctx, have, want, report}
	if err := c.run(); err != nil {
		return err
	}
	return m.truth.Check(ctx, report)
}

// comparison holds what a mirror has against what it should.
type comparison struct {
	ctx        context.Context
	have, want *snapshot
	report     func(store.Problem)
}

const rebuild = "; rebuild the mirror"

func (c *comparison) say(subject, format string, args ...any) {
	c.report(store.Problem{Subject: subject, What: "the mirror " + fmt.Sprintf(format, args...) + rebuild})
}

func (c *comparison) run() error {
	pairs := make([]store.Slot, c.want.slots+1) // what we have, by the slot it should be in
	for i := range c.want.slots {
		if i%pulse == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		slot := store.Slot(i + 1)
		n := c.want.at(slot)
		mine := c.have.slotOf(n.ID)
		if mine == 0 || c.have.at(mine).ID != n.ID {
			c.say(n.ID, "lacks the node")
			continue
		}
		pairs[slot] = mine
		c.node(n, c.have.at(mine))
		c.leads(n, mine)
	}
	for i := range c.have.slots {
		if n := c.have.at(store.Slot(i + 1)); n != nil && c.want.exactly(n.ID) == 0 {
			c.say(n.ID, "has a node that is not there")
		}
	}
	for slot, mine := range pairs {
		if slot%pulse == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		if slot > 0 && mine != 0 {
			c.links(store.Slot(slot), mine)
		}
	}
	c.trees()
	c.words()
	if c.have.nodes != c.want.nodes || c.have.edges != c.want.edges {
		c.say("", "counts %d nodes and %d edges, not %d and %d", c.have.nodes, c.have.edges, c.want.nodes, c.want.edges)
	}
	return c.ctx.Err()
}

func (c *comparison) node(want, have *store.Node) {
	if want.Kind != have.Kind {
		c.say(want.ID, "takes it for a %s, not a %s", have.Kind, want.Kind)
	}
	if d := difference(have.Props, want.Props); d != "" {
		c.say(want.ID, "has other properties: %s", d)
	}
}

// leads looks whether a node is found by all that leads to it.
func (c *comparison) leads(n *store.Node, slot store.Slot) {
	ids, idents := leads(n)
	for _, id := range ids {
		if c.have.slotOf(id) != slot {
			c.say(n.ID, "does not find it by %q", id)
		}
	}
	for _, i := range idents {
		if other := c.have.identified(i).slot; other == 0 || other != slot && c.want.identified(i).node == n {
			c.say(n.ID, "does not find it by %s %q", i.Scheme, i.Value)
		}
	}
}

// links compares the edges of a node: out of it with their properties, into it by id.
func (c *comparison) links(slot, mine store.Slot) {
	id := c.want.at(slot).ID
	lists := func(s *snapshot, slot store.Slot) map[string][]link {
		out := map[string][]link{}
		for w := range s.ways {
			if r := s.rel(slot, way(w)); r != nil {
				out[s.ontol.edge[w/2].name+[2]string{">", "<"}[w%2]] = r.links
			}
		}
		return out
	}
	want, have := lists(c.want, slot), lists(c.have, mine)
	for _, way := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[way]; !ok {
			want[way] = nil
		}
	}
	for _, way := range slices.Sorted(maps.Keys(want)) {
		out := strings.HasSuffix(way, ">")
		w, h := want[way], have[way]
		for len(w) > 0 || len(h) > 0 {
			d := 0
			switch {
			case len(w) == 0:
				d = 1
			case len(h) == 0:
				d = -1
			default:
				d = compareEdges(w[0].edge, h[0].edge, out)
			}
			switch {
			case d < 0:
				c.say(edgeName(w[0].edge), "lacks the edge at %s, or has it in another place", id)
				w = w[1:]
			case d > 0:
				c.say(edgeName(h[0].edge), "has an edge at %s that is not there, or in another place", id)
				h = h[1:]
			default:
				if x := difference(h[0].edge.Props, w[0].edge.Props); out && x != "" {
					c.say(edgeName(w[0].edge), "has other properties: %s", x)
				}
				if c.want.at(w[0].far).ID != c.have.at(h[0].far).ID || c.have.cards.at(uint32(h[0].far)).kind != h[0].kind {
					c.say(edgeName(w[0].edge), "leads it to another node, or one of another kind")
				}
				w, h = w[1:], h[1:]
			}
		}
	}
}

func compareEdges(a, b *store.Edge, out bool) int {
	far := b.From
	if out {
		far = b.To
	}
	return compareLink(a, out, far, b.Key)
}

func edgeName(e *store.Edge) string {
	s := e.From + " -" + e.Type + "-> " + e.To
	if e.Key != "" {
		s += " (" + e.Key + ")"
	}
	return s
}

// trees compares the orders.
func (c *comparison) trees() {
	for number, k := range c.want.ontol.kind {
		mine, ok := c.have.ontol.kinds[k.name]
		if !ok {
			if c.want.kinds[number].ids.Len() > 0 {
				c.say("", "does not know the kind %s", k.name)
			}
			continue
		}
		c.tree(c.have.kinds[mine].ids, c.want.kinds[number].ids, k.name+" by id")
		for p, tree := range c.want.kinds[number].props {
			name := k.name + " by " + k.indexed[p].name
			if p < len(c.have.kinds[mine].props) {
				c.tree(c.have.kinds[mine].props[p], tree, name)
			} else if tree.Len() > 0 {
				c.say("", "does not have the order of %s", name)
			}
		}
	}
}

func (c *comparison) tree(have, want *tree, name string) {
	h, w := have.Iter(), want.Iter()
	hok, wok := h.First(), w.First()
	for hok && wok {
		a, b := h.Item(), w.Item()
		if a.id != b.id || compareKeys(a.key, b.key) != 0 || c.have.at(a.slot) == nil || c.have.at(a.slot).ID != a.id {
			c.say(b.id, "has the order of %s wrong from here on", name)
			return
		}
		hok, wok = h.Next(), w.Next()
	}
	if hok != wok {
		c.say("", "has %d nodes in the order of %s, not %d", have.Len(), name, want.Len())
	}
}

// words compares the words by which names are found.
func (c *comparison) words() {
	type place struct {
		id, kind string
		words    uint16
	}
	places := func(s *snapshot, word string) (out []place) {
		if l, ok := s.words.Get(word); ok {
			for _, p := range slices.Concat(l.blocks...) {
				if n := s.at(p.slot); n != nil {
					out = append(out, place{n.ID, s.ontol.kind[p.kind].name, p.words})
				}
			}
		}
		slices.SortFunc(out, func(a, b place) int { return strings.Compare(a.id, b.id) })
		return out
	}
	all := append(c.want.words.Keys(), c.have.words.Keys()...)
	slices.Sort(all)
	for _, word := range slices.Compact(all) {
		if !slices.Equal(places(c.have, word), places(c.want, word)) {
			c.say("", "finds other nodes by the word %q", word)
		}
	}
}

// difference tells in what properties differ; "" if in nothing.
func difference(have, want store.Props) string {
	var out []string
	for _, p := range want {
		if v := have.Get(p.Name); !store.Equal(p.Value, v) {
			out = append(out, fmt.Sprintf("%s is %v, not %v", p.Name, v, p.Value))
		}
	}
	for _, p := range have {
		if want.Get(p.Name) == nil && p.Value != nil {
			out = append(out, fmt.Sprintf("%s is %v, not unknown", p.Name, p.Value))
		}
	}
	return strings.Join(out, "; ")
}
