package mirror

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

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
		pack(nodes)
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

// pack puts the ids of nodes beside each other: every lookup reads one, and where they lie
// close together, caches hold more of them.
func pack(nodes []*store.Node) {
	n := 0
	for _, x := range nodes {
		n += len(x.ID)
	}
	var all strings.Builder
	all.Grow(n)
	for _, x := range nodes {
		all.WriteString(x.ID)
	}
	rest := all.String()
	for _, x := range nodes {
		x.ID, rest = rest[:len(x.ID)], rest[len(x.ID):]
	}
}

type endsOf struct {
	from, to store.Slot
	typ      uint32
	edge     *store.Edge
}

// fill builds everything from nodes in the order of their ids, and edges in any. What does
// not build on each other is built at once.
func (s *snapshot) fill(ctx context.Context, nodes []*store.Node, rows []endsOf) error {
	tx := transactions.Add(1)
	s.slots, s.nodes, s.edges = uint32(len(nodes)), len(nodes), len(rows)
	kinds := make([]uint32, len(nodes)+1) // by slot
	for i, n := range nodes {
		number, ok := s.ontol.kinds[n.Kind]
		if !ok {
			if err := s.ontol.addKind(n.Kind); err != nil {
				return err
			}
			number = s.ontol.kinds[n.Kind]
		}
		kinds[i+1] = number
	}
	s.ways = make([]vec[rel], 2*len(s.ontol.edge))
	cards := make([]card, len(nodes)+1) // by slot
	const share = 8192
	var tasks []func()
	for from := 0; from < len(nodes); from += share {
		tasks = append(tasks, func() {
			if ctx.Err() != nil {
				return
			}
			for i, n := range nodes[from:min(from+share, len(nodes))] {
				slot := from + i + 1
				cards[slot] = s.ontol.cardOf(n, kinds[slot])
			}
		})
	}
	together(append(tasks,
		func() { s.lead(nodes, tx) },
		func() { s.link(slices.Clone(rows), kinds, store.Out, tx) },
		func() { s.link(slices.Clone(rows), kinds, store.In, tx) },
	))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	together(append(s.order(nodes, cards),
		func() {
			s.cards.edit(0, tx)
			for slot := 1; slot <= len(nodes); slot++ {
				*s.cards.edit(uint32(slot), tx) = cards[slot]
			}
		},
		func() { s.spell(cards) },
	))
	return ctx.Err()
}

// together does tasks at once, as many as there are processors.
func together(tasks []func()) {
	var all sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(tasks) {
					return
				}
				tasks[i]()
			}
		})
	}
	all.Wait()
}

// lead builds what leads to nodes by ids and identifiers.
func (s *snapshot) lead(nodes []*store.Node, tx uint64) {
	s.ids, s.idents = newTable(len(nodes)*5/4, tx), newTable(len(nodes), tx)
	s.node.edit(0, tx)
	for i, n := range nodes {
		slot := store.Slot(i + 1)
		*s.node.edit(uint32(slot), tx) = n
		s.ids.add(hashID(n.ID), slot, n, tx)
		for _, id := range formerIDs(n) {
			s.ids.add(hashID(id), slot, n, tx)
		}
		for _, x := range identifiers(n) {
			s.idents.add(hashIdentifier(x), slot, n, tx)
		}
	}
}

// spell builds the postings.
func (s *snapshot) spell(cards []card) {
	words := map[string][]posting{}
	for slot := range cards {
		for _, w := range wordsOf(&cards[slot], store.Slot(slot)) {
			words[w.word] = append(words[w.word], w.posting)
		}
	}
	s.words = new(btree.Map[string, *postings])
	for _, w := range slices.Sorted(maps.Keys(words)) {
		l := &postings{n: len(words[w])}
		for b := range slices.Chunk(words[w], blockSize) {
			l.blocks = append(l.blocks, slices.Clone(b))
		}
		s.words.Load(w, l)
	}
}

// order is what builds the trees.
func (s *snapshot) order(nodes []*store.Node, cards []card) (tasks []func()) {
	members := make([][]item, len(s.ontol.kind))
	for i, n := range nodes {
		k := cards[i+1].kind
		members[k] = append(members[k], item{id: n.ID, slot: store.Slot(i + 1)})
	}
	s.kinds = make([]ordered, len(s.ontol.kind))
	for k, items := range members {
		o := &s.kinds[k]
		o.props = make([]*tree, len(s.ontol.kind[k].indexed))
		tasks = append(tasks, func() { o.ids = treeOf(items) })
		for p := range o.props {
			tasks = append(tasks, func() {
				items := slices.Clone(items)
				for i := range items {
					items[i].key = cards[items[i].slot].keys[p]
				}
				slices.SortFunc(items, func(a, b item) int {
					if c := compareKeys(a.key, b.key); c != 0 {
						return c
					}
					return strings.Compare(a.id, b.id)
				})
				o.props[p] = treeOf(items)
			})
		}
	}
	return tasks
}

// treeOf is a tree of sorted items. Adding them in their order would leave its nodes half
// full: each is cut in two as soon as it is. So every second one is added first, and the
// others fill what was left.
func treeOf(sorted []item) *tree {
	t := newTree()
	for i := 0; i < len(sorted); i += 2 {
		t.Load(sorted[i])
	}
	var hint btree.PathHint
	for i := 1; i < len(sorted); i += 2 {
		t.SetHint(sorted[i], &hint)
	}
	return t
}

// link builds the lists of links of one direction: edges are put in the order of their far
// ends, and handed out in that order.
func (s *snapshot) link(rows []endsOf, kinds []uint32, dir store.Dir, tx uint64) {
	near := func(r *endsOf) (near, far store.Slot) {
		if dir == store.In {
			return r.to, r.from
		}
		return r.from, r.to
	}
	slices.SortFunc(rows, func(a, b endsOf) int {
		na, fa := near(&a)
		nb, fb := near(&b)
		switch {
		case na != nb:
			return int(na) - int(nb)
		case a.typ != b.typ:
			return int(a.typ) - int(b.typ)
		case fa != fb:
			return int(fa) - int(fb)
		}
		return strings.Compare(a.edge.Key, b.edge.Key)
	})
	for len(rows) > 0 {
		owner, _ := near(&rows[0])
		n := 1
		for n < len(rows) && rows[n].typ == rows[0].typ {
			if o, _ := near(&rows[n]); o != owner {
				break
			}
			n++
		}
		r := s.ways[rows[0].typ*2+uint32(dir)].edit(uint32(owner), tx)
		r.links = make([]link, n)
		for i := range r.links {
			_, far := near(&rows[i])
			r.links[i] = link{far, kinds[far], rows[i].edge}
			r.kinds |= 1 << kinds[far]
		}
		rows = rows[n:]
	}
}
