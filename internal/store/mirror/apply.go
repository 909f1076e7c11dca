package mirror

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"clustergraph/internal/store"
)

// transactions numbers the transactions of all snapshots, from 1.
var transactions atomic.Uint64

// errTorn says that a commit does not fit the graph it is applied to: the mirror has to
// load anew.
var errTorn = errors.New("a commit does not fit the graph in memory")

// A tx makes the next snapshot of one. It costs with what the commit changes: the nodes
// and their names, the degree of nodes whose edges change, and the logarithm of what is
// stored; of what is in chunks or blocks, with one where one element changes.
type tx struct {
	*snapshot // the next one
	old       *snapshot
	id        uint64
	in        *interner
	fresh     map[*tree]bool // trees that are the transaction's own
	opened    kindSet        // kinds whose list of trees is
	ops       []op
	wordOps   []wordOp
}

// op is a change to a node's links.
type op struct {
	owner store.Slot
	way   way
	far   store.Slot
	farID string
	edge  *store.Edge // as it is now; as it was if it goes
	key   string
	what  opKind
}

// opKind tells what becomes of a link. Of two ops on one link the greater counts.
type opKind uint8

const (
	refresh opKind = iota // the kind of the far end changed
	put
	drop
)

// apply is the snapshot after a commit. An error is an errTorn; s stays as it is.
func (s *snapshot) apply(c *store.Commit, in *interner) (*snapshot, error) {
	next := *s
	t := &tx{snapshot: &next, old: s, id: transactions.Add(1), in: in, fresh: map[*tree]bool{}}
	t.rev = c.Revision
	t.kinds, t.ways = slices.Clone(s.kinds), slices.Clone(s.ways)
	if err := t.number(c); err != nil {
		return nil, err
	}
	goneSlots, err := t.changeNodes(c)
	if err != nil {
		return nil, err
	}
	if err := t.changeEdges(c); err != nil {
		return nil, err
	}
	if err := t.relink(); err != nil {
		return nil, err
	}
	for _, slot := range goneSlots {
		n := t.node.edit(uint32(slot), t.id)
		for w := range t.ways {
			if t.rel(slot, way(w)) != nil {
				return nil, fmt.Errorf("%w: %s goes and leaves edges", errTorn, (*n).ID)
			}
		}
		*n = nil
		*t.cards.edit(uint32(slot), t.id) = card{}
		t.free = &freeSlot{slot, t.free}
	}
	t.reword()
	return t.snapshot, nil
}

// number gives numbers to kinds and types that are new.
func (t *tx) number(c *store.Commit) error {
	mine := false
	own := func() {
		if !mine {
			t.ontol, mine = t.ontol.clone(), true
		}
	}
	for _, n := range c.Nodes {
		if _, ok := t.ontol.kinds[n.Kind]; !ok {
			own()
			if err := t.ontol.addKind(n.Kind); err != nil {
				return fmt.Errorf("%w: %w", errTorn, err)
			}
			t.kinds = append(t.kinds, ordered{ids: newTree()})
		}
	}
	for _, e := range c.Edges {
		if _, ok := t.ontol.types[e.Type]; !ok {
			own()
			t.ontol.addType(e.Type)
			t.ways = append(t.ways, vec[rel]{}, vec[rel]{})
		}
	}
	return nil
}

// exactly is the slot of the node with this id; former ids do not count.
func (s *snapshot) exactly(id string) store.Slot {
	if e := s.byID(id); e.slot != 0 && e.node.ID == id {
		return e.slot
	}
	return 0
}

// changeNodes changes nodes and all that leads to them. What leads to a node no longer
// goes before what leads to one now is added: ids move between nodes that merge.
func (t *tx) changeNodes(c *store.Commit) (goneSlots []store.Slot, err error) {
	type change struct {
		slot     store.Slot
		old, new *store.Node
		was, is  card
	}
	changes := make([]change, 0, len(c.Nodes)+len(c.GoneNodes))
	for _, id := range c.GoneNodes {
		slot := t.old.exactly(id)
		if slot == 0 {
			return nil, fmt.Errorf("%w: %s goes and is not there", errTorn, id)
		}
		changes = append(changes, change{slot: slot, old: t.old.at(slot), was: *t.old.cards.at(uint32(slot))})
		goneSlots = append(goneSlots, slot)
	}
	for _, told := range c.Nodes {
		n := t.in.node(told)
		x := change{slot: t.old.exactly(n.ID), new: n, is: t.ontol.cardOf(n, t.ontol.kinds[n.Kind])}
		if x.slot != 0 {
			x.old, x.was = t.old.at(x.slot), *t.old.cards.at(uint32(x.slot))
			n.ID = x.old.ID // so that edges go on sharing it
		}
		changes = append(changes, x)
	}
	for i := range changes {
		x := &changes[i]
		if x.old != nil {
			t.unlead(x.slot, x.old, x.new)
			t.misplace(x.old.ID, &x.was, &x.is, x.new != nil)
		}
	}
	for i := range changes {
		x := &changes[i]
		if x.new == nil {
			t.nodes--
			t.respell(x.slot, &x.was, &x.is)
			continue
		}
		if x.old == nil {
			t.nodes++
			if t.free != nil {
				x.slot, t.free = t.free.slot, t.free.next
			} else {
				t.slots++
				x.slot = store.Slot(t.slots)
			}
		}
		*t.node.edit(uint32(x.slot), t.id) = x.new
		t.lead(x.slot, x.old, x.new)
		t.place(x.slot, x.new.ID, &x.was, &x.is, x.old != nil)
		t.respell(x.slot, &x.was, &x.is)
		*t.cards.edit(uint32(x.slot), t.id) = x.is
		if x.old != nil && x.was.kind != x.is.kind {
			t.refreshKind(x.slot)
		}
	}
	return goneSlots, nil
}

// unlead takes out the ids and identifiers by which a node was found and no longer is.
func (t *tx) unlead(slot store.Slot, old, new *store.Node) {
	ids, idents := leads(new)
	was, wasIdents := leads(old)
	for _, id := range was {
		if !slices.Contains(ids, id) {
			t.ids.set(hashID(id), slot, nil, t.id)
		}
	}
	for _, i := range wasIdents {
		if !slices.Contains(idents, i) {
			t.idents.set(hashIdentifier(i), slot, nil, t.id)
		}
	}
}

// lead makes a node found by its ids and identifiers.
func (t *tx) lead(slot store.Slot, old, new *store.Node) {
	ids, idents := leads(new)
	was, wasIdents := leads(old)
	for _, id := range ids {
		if slices.Contains(was, id) {
			t.ids.set(hashID(id), slot, new, t.id)
		} else {
			t.ids.add(hashID(id), slot, new, t.id)
		}
	}
	for _, i := range idents {
		if slices.Contains(wasIdents, i) {
			t.idents.set(hashIdentifier(i), slot, new, t.id)
		} else {
			t.idents.add(hashIdentifier(i), slot, new, t.id)
		}
	}
}

// leads are the ids and identifiers by which a node is found; none if it is nil.
func leads(n *store.Node) ([]string, []store.Identifier) {
	if n == nil {
		return nil, nil
	}
	return append(formerIDs(n), n.ID), identifiers(n)
}

// misplace takes a node out of the trees in which it no longer has its place.
func (t *tx) misplace(id string, was, is *card, stays bool) {
	same := stays && was.kind == is.kind
	if !same {
		t.tree(was.kind, -1).Delete(item{id: id})
	}
	for p, key := range was.keys {
		if !same || compareKeys(key, is.keys[p]) != 0 {
			t.tree(was.kind, p).Delete(item{key: key, id: id})
		}
	}
}

// place puts a node into the trees in which its place is new.
func (t *tx) place(slot store.Slot, id string, was, is *card, stayed bool) {
	same := stayed && was.kind == is.kind
	if !same {
		t.tree(is.kind, -1).Set(item{id: id, slot: slot})
	}
	for p, key := range is.keys {
		if !same || compareKeys(key, was.keys[p]) != 0 {
			t.tree(is.kind, p).Set(item{key: key, id: id, slot: slot})
		}
	}
}

// tree is one to write to: that of a kind's ids (p = -1) or of its p-th indexed property.
func (t *tx) tree(kind uint32, p int) *tree {
	o := &t.kinds[kind]
	if !t.opened.has(kind) {
		t.opened |= 1 << kind
		o.props = slices.Clone(o.props)
		for len(o.props) < len(t.ontol.kind[kind].indexed) {
			o.props = append(o.props, newTree()) // the kind is new
		}
	}
	at := &o.ids
	if p >= 0 {
		at = &o.props[p]
	}
	if !t.fresh[*at] {
		*at = (*at).Copy()
		t.fresh[*at] = true
	}
	return *at
}

// refreshKind tells the far ends of a node's links that its kind is another now.
func (t *tx) refreshKind(slot store.Slot) {
	for w := range t.old.ways {
		if r := t.old.rel(slot, way(w)); r != nil {
			for _, l := range r.links {
				t.ops = append(t.ops, op{owner: l.far, way: way(w) ^ 1, far: slot, farID: t.old.at(slot).ID, edge: l.edge, key: l.edge.Key, what: refresh})
			}
		}
	}
}

func (t *tx) changeEdges(c *store.Commit) error {
	for _, id := range c.GoneEdges {
		from, to := t.old.exactly(id.From), t.old.exactly(id.To)
		typ, ok := t.ontol.types[id.Type]
		if !ok || from == 0 || to == 0 {
			return fmt.Errorf("%w: the edge %v goes and is not there", errTorn, id)
		}
		t.bothEnds(typ, from, to, &store.Edge{EdgeID: id}, drop)
	}
	for _, told := range c.Edges {
		from, to := t.exactly(told.From), t.exactly(told.To)
		if from == 0 || to == 0 {
			return fmt.Errorf("%w: the edge %v has no end", errTorn, told.EdgeID)
		}
		e := t.in.edge(told, t.at(from).ID, t.at(to).ID)
		t.bothEnds(t.ontol.types[e.Type], from, to, e, put)
	}
	return nil
}

// bothEnds notes what becomes of an edge at either end.
func (t *tx) bothEnds(typ uint32, from, to store.Slot, e *store.Edge, what opKind) {
	t.ops = append(t.ops,
		op{from, way(typ * 2), to, e.To, e, e.Key, what},
		op{to, way(typ*2 + 1), from, e.From, e, e.Key, what})
}

// relink makes the lists of links that the ops change, each once.
func (t *tx) relink() error {
	slices.SortFunc(t.ops, func(a, b op) int {
		switch {
		case a.owner != b.owner:
			return int(a.owner) - int(b.owner)
		case a.way != b.way:
			return int(a.way) - int(b.way)
		}
		if c := strings.Compare(a.farID, b.farID); c != 0 {
			return c
		}
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return int(a.what) - int(b.what)
	})
	ops := t.ops[:0]
	for i, o := range t.ops {
		if n := i + 1; n < len(t.ops) {
			x := t.ops[n]
			if o.owner == x.owner && o.way == x.way && o.farID == x.farID && o.key == x.key {
				continue // what comes later counts
			}
		}
		ops = append(ops, o)
	}
	for len(ops) > 0 {
		owner, w, n := ops[0].owner, ops[0].way, 0
		for n < len(ops) && ops[n].owner == owner && ops[n].way == w {
			n++
		}
		if err := t.relinkWay(t.ways[w].edit(uint32(owner), t.id), w&1 == 0, ops[:n]); err != nil {
			return err
		}
		ops = ops[n:]
	}
	return nil
}

func (t *tx) relinkWay(r *rel, out bool, ops []op) error {
	rest := r.links
	links := make([]link, 0, len(rest)+len(ops))
	lost := false // whether a kind may have lost its last link
	for _, o := range ops {
		at, found := slices.BinarySearchFunc(rest, o, func(l link, o op) int { return compareLink(l.edge, out, o.farID, o.key) })
		links = append(links, rest[:at]...)
		rest = rest[at:]
		switch {
		case found:
			rest, lost = rest[1:], true
		case o.what != put:
			return fmt.Errorf("%w: the edge %v changes and is not there", errTorn, o.edge.EdgeID)
		case out:
			t.edges++
		}
		if o.what != drop {
			kind := t.cards.at(uint32(o.far)).kind
			links = append(links, link{o.far, kind, o.edge})
			r.kinds |= 1 << kind
		} else if out {
			t.edges--
		}
	}
	r.links = append(links, rest...)
	if lost {
		r.kinds = 0
		for _, l := range r.links {
			r.kinds |= 1 << l.kind
		}
	}
	return nil
}
