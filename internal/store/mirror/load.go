package mirror

import (
	"context"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"clustergraph/internal/store"
)

// load builds a snapshot of everything a truth tells. Slots are given in the order of ids,
// so that lists of links come out sorted without comparing ids.
func load(ctx context.Context, truth store.Truth, schema store.Schema, in *interner) (*snapshot, error) {
	ontol, err := newOntology(schema)
	if err != nil {
		return nil, err
	}
	s := &snapshot{truth: truth, ontol: ontol}
	var nodes []*store.Node
	var slots map[string]store.Slot
	var rows []endsOf
	sorted := func() {
		slices.SortFunc(nodes, func(a, b *store.Node) int { return strings.Compare(a.ID, b.ID) })
		slots = make(map[string]store.Slot, len(nodes))
		for i, n := range nodes {
			slots[n.ID] = store.Slot(i + 1)
		}
	}
	s.rev, err = truth.Load(ctx, func(n *store.Node) error {
		nodes = append(nodes, in.node(n))
		return nil
	}, func(e *store.Edge) error {
		if slots == nil {
			sorted()
		}
		from, to := slots[e.From], slots[e.To]
		if from == 0 || to == 0 {
			return nil // hangs in the air; the truth's Check tells of it
		}
		e = in.edge(e, nodes[from-1].ID, nodes[to-1].ID)
		typ, ok := ontol.types[e.Type]
		if !ok {
			ontol.addType(e.Type)
			typ = ontol.types[e.Type]
		}
		rows = append(rows, endsOf{from, to, typ, e})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if slots == nil {
		sorted()
	}
	if err := s.fill(ctx, nodes, rows); err != nil {
		return nil, err
	}
	return s, nil
}

type endsOf struct {
	from, to store.Slot
	typ      uint32
	edge     *store.Edge
}

// fill builds everything from nodes in the order of their ids, and edges in any.
func (s *snapshot) fill(ctx context.Context, nodes []*store.Node, rows []endsOf) error {
	tx := transactions.Add(1)
	s.slots, s.nodes, s.edges = uint32(len(nodes)), len(nodes), len(rows)
	s.ids, s.idents = newTable(len(nodes)*5/4, tx), newTable(len(nodes), tx)
	s.node.edit(0, tx)
	s.cards.edit(0, tx)
	words := map[string][]posting{}
	kinds := make([]uint32, len(nodes)+1)
	for i, n := range nodes {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		slot := store.Slot(i + 1)
		number, ok := s.ontol.kinds[n.Kind]
		if !ok {
			if err := s.ontol.addKind(n.Kind); err != nil {
				return err
			}
			number = s.ontol.kinds[n.Kind]
		}
		kinds[slot] = number
		*s.node.edit(uint32(slot), tx) = n
		c := s.ontol.cardOf(n, number)
		*s.cards.edit(uint32(slot), tx) = c
		s.ids.add(hashID(n.ID), slot, n, tx)
		for _, id := range formerIDs(n) {
			s.ids.add(hashID(id), slot, n, tx)
		}
		for _, x := range identifiers(n) {
			s.idents.add(hashIdentifier(x), slot, n, tx)
		}
		for w, p := range wordsOf(&c, slot) {
			words[w] = append(words[w], p)
		}
	}
	s.order(nodes, kinds)

	s.words = new(btree.Map[string, *postings])
	all := make([]string, 0, len(words))
	for w := range words {
		all = append(all, w)
	}
	slices.Sort(all)
	for _, w := range all {
		l := &postings{n: len(words[w])}
		for b := range slices.Chunk(words[w], blockSize) {
			l.blocks = append(l.blocks, slices.Clone(b))
		}
		s.words.Load(w, l)
	}
	s.link(rows, kinds, tx)
	return ctx.Err()
}

// order builds the trees.
func (s *snapshot) order(nodes []*store.Node, kinds []uint32) {
	members := make([][]item, len(s.ontol.kind))
	for i, n := range nodes {
		k := kinds[i+1]
		members[k] = append(members[k], item{id: n.ID, slot: store.Slot(i + 1)})
	}
	s.kinds = make([]ordered, len(s.ontol.kind))
	for k, items := range members {
		o := ordered{ids: newTree()}
		for _, x := range items {
			o.ids.Load(x)
		}
		for p := range s.ontol.kind[k].indexed {
			for i := range items {
				items[i].key = s.cards.at(uint32(items[i].slot)).keys[p]
			}
			slices.SortFunc(items, func(a, b item) int {
				if c := compareKeys(a.key, b.key); c != 0 {
					return c
				}
				return strings.Compare(a.id, b.id)
			})
			t := newTree()
			for _, x := range items {
				t.Load(x)
			}
			o.props = append(o.props, t)
		}
		s.kinds[k] = o
	}
}

// link builds the lists of links: edges are put in the order of their far ends once for
// each direction, and handed out in that order.
func (s *snapshot) link(rows []endsOf, kinds []uint32, tx uint64) {
	s.ways = make([]vec[rel], 2*len(s.ontol.edge))
	for _, dir := range []store.Dir{store.Out, store.In} {
		slices.SortFunc(rows, func(a, b endsOf) int {
			fa, fb := a.to, b.to
			oa, ob := a.from, b.from
			if dir == store.In {
				fa, fb, oa, ob = oa, ob, fa, fb
			}
			switch {
			case oa != ob:
				return int(oa) - int(ob)
			case a.typ != b.typ:
				return int(a.typ) - int(b.typ)
			case fa != fb:
				return int(fa) - int(fb)
			}
			return strings.Compare(a.edge.Key, b.edge.Key)
		})
		near := func(r endsOf) store.Slot {
			if dir == store.In {
				return r.to
			}
			return r.from
		}
		for i := 0; i < len(rows); {
			owner, j := near(rows[i]), i
			for j < len(rows) && near(rows[j]) == owner && rows[j].typ == rows[i].typ {
				j++
			}
			r := s.ways[rows[i].typ*2+uint32(dir)].edit(uint32(owner), tx)
			r.links = make([]link, 0, j-i)
			for ; i < j; i++ {
				far := rows[i].to
				if dir == store.In {
					far = rows[i].from
				}
				r.links = append(r.links, link{far, kinds[far], rows[i].edge})
				r.kinds |= 1 << kinds[far]
			}
		}
	}
}
