package mirror

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// A snapshot is one revision of the graph, with everything needed to answer from it. It is
// never changed once it is published: [tx] makes the next one, which shares what stayed.
//
// Nodes stand in slots. By slot there are, in copy-on-write chunks, the node, its links one
// way (what walks touch) and its card (what orders and searches touch). Ids and identifiers
// lead to slots by hash; ordered trees, one for the ids and one for each indexed property
// of a kind, lead to them in order.
type snapshot struct {
	truth  store.Truth // for statements and the log
	ontol  *ontology
	rev    store.Revision
	node   vec[*store.Node] // nil in a free slot
	ways   []vec[rel]       // by way
	cards  vec[card]
	ids    table
	idents table
	kinds  []ordered // by number of kind
	words  *btree.Map[string, *postings]
	slots  uint32 // slots in use or free: the highest number
	free   *freeSlot
	nodes  int
	edges  int
}

// rel is a node's edges one way, in the order of far id, from, to, key.
type rel struct {
	links []link
	kinds kindSet // of the far ends
}

// way is a type of edge and a direction: twice the type's number, plus one for In.
type way uint32

type link struct {
	far  store.Slot
	kind uint32 // of the far end
	edge *store.Edge
}

// card is what is worked out of a node once, so that reading it does not fold text.
type card struct {
	kind  uint32
	names []name
	keys  []store.Value // of the kind's indexed properties, as their trees have them
}

// name is one name of a node by one reading.
type name struct {
	key  string // as [text.Keys] has it
	text string // as it is written
}

// words is how many words it has.
func (n *name) words() int { return strings.Count(n.key, " ") + 1 }

type freeSlot struct {
	slot store.Slot
	next *freeSlot
}

// ordered are the trees of one kind: by id, and by each indexed property and id.
type ordered struct {
	ids   *tree
	props []*tree
}

type tree = btree.BTreeG[item]

// item is a place in a tree: the value (nil where unknown, and in trees by id), the node's
// id, and its slot, which takes no part in the order.
type item struct {
	key  store.Value
	id   string
	slot store.Slot
}

func newTree() *tree {
	return btree.NewBTreeGOptions(func(a, b item) bool {
		if a.key != nil || b.key != nil {
			if c := compareKeys(a.key, b.key); c != 0 {
				return c < 0
			}
		}
		return a.id < b.id
	}, btree.Options{NoLocks: true, Degree: 16})
}

// compareKeys is store.CompareNull, sooner where both are strings.
func compareKeys(a, b store.Value) int {
	if a, ok := a.(string); ok {
		if b, ok := b.(string); ok {
			return strings.Compare(a, b)
		}
	}
	return store.CompareNull(a, b)
}

// kindSet is a set of kinds by number.
type kindSet uint64

const maxKinds = 64

func (s kindSet) has(kind uint32) bool { return s>>kind&1 != 0 }

// ontology numbers kinds and types of edges. Those of the schema come first; others are
// added as data has them, to a copy.
type ontology struct {
	schema store.Schema
	kinds  map[string]uint32
	kind   []kind
	types  map[string]uint32
	edge   []edgeType
}

type kind struct {
	name    string
	names   store.Kind
	indexed []indexed
}

// indexed is an indexed property. Text is kept folded.
type indexed struct {
	name string
	fold bool
}

type edgeType struct {
	name  string
	store store.EdgeType
	timed bool // whether anything bounds its edges in time
}

func newOntology(schema store.Schema) (*ontology, error) {
	o := &ontology{schema: schema, kinds: map[string]uint32{}, types: map[string]uint32{}}
	names := make([]string, 0, len(schema.Kinds))
	for name := range schema.Kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := o.addKind(name); err != nil {
			return nil, err
		}
	}
	names = names[:0]
	for name := range schema.Edges {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		o.addType(name)
	}
	return o, nil
}

func (o *ontology) addKind(name string) error {
	if len(o.kind) == maxKinds {
		return fmt.Errorf("%w: more than %d kinds of nodes (%s)", store.ErrInvalid, maxKinds, name)
	}
	k := kind{name: name, names: o.schema.Kinds[name]}
	for p, t := range k.names.Props {
		if t.Index && !t.List {
			k.indexed = append(k.indexed, indexed{p, t.Name == store.Text})
		}
	}
	slices.SortFunc(k.indexed, func(a, b indexed) int { return strings.Compare(a.name, b.name) })
	o.kinds[name] = uint32(len(o.kind))
	o.kind = append(o.kind, k)
	return nil
}

func (o *ontology) addType(name string) {
	t := o.schema.Edges[name]
	o.types[name] = uint32(len(o.edge))
	o.edge = append(o.edge, edgeType{name, t, t.Since != "" || t.Until != "" || t.ToSince != "" || t.ToUntil != ""})
}

func (o *ontology) clone() *ontology {
	c := &ontology{schema: o.schema, kinds: map[string]uint32{}, types: map[string]uint32{}, kind: slices.Clone(o.kind), edge: slices.Clone(o.edge)}
	for n, i := range o.kinds {
		c.kinds[n] = i
	}
	for n, i := range o.types {
		c.types[n] = i
	}
	return c
}

// set is the kinds that rel.Kinds or Find's kinds ask for.
func (o *ontology) set(kinds []string) kindSet {
	if kinds == nil {
		return ^kindSet(0)
	}
	var s kindSet
	for _, k := range kinds {
		if n, ok := o.kinds[k]; ok {
			s |= 1 << n
		}
	}
	return s
}

func (k *kind) index(property string) int {
	return slices.IndexFunc(k.indexed, func(x indexed) bool { return x.name == property })
}

// cardOf works a node's card out.
func (o *ontology) cardOf(n *store.Node, number uint32) card {
	k := &o.kind[number]
	c := card{kind: number}
	for _, written := range k.names.NamesOf(n) {
		for _, key := range text.Keys(written) {
			if key != "" {
				c.names = append(c.names, name{key, written})
			}
		}
	}
	c.names = slices.Clip(c.names)
	if len(k.indexed) > 0 {
		c.keys = make([]store.Value, len(k.indexed))
		for i, p := range k.indexed {
			c.keys[i] = n.Get(p.name)
			if s, ok := c.keys[i].(string); ok && p.fold {
				c.keys[i] = c.folded(s, c.keys[i])
			}
		}
	}
	return c
}

// folded is the folded form of a property; most often it is the key of a name, too.
func (c *card) folded(s string, v store.Value) store.Value {
	f := text.Fold(s)
	if f == s {
		return v
	}
	for i := range c.names {
		if c.names[i].key == f {
			return c.names[i].key
		}
	}
	return f
}

// slotOf is the slot of an id or former id; 0 if nobody has it.
func (s *snapshot) slotOf(id string) store.Slot {
	e := s.byID(id)
	return e.slot
}

// byID is the entry of an id or former id; a zero one if nobody has it.
func (s *snapshot) byID(id string) entry {
	hash := hashID(id)
	for b := hash & s.ids.mask; ; b = (b + 1) & s.ids.mask {
		bucket := s.ids.buckets.at(b)
		for at := bucket.hits(hash); at != 0; at &= at - 1 {
			if e := &bucket[bits.TrailingZeros32(at)]; e.node != nil && answersTo(e.node, id) {
				return *e
			}
		}
		if bucket.ends() {
			return entry{}
		}
	}
}

func answersTo(n *store.Node, id string) bool {
	if n.ID == id {
		return true
	}
	former, _ := n.Props.Get("formerIds").(store.List)
	return slices.Contains(former, store.Value(id))
}

// formerIDs are the former ids of a node.
func formerIDs(n *store.Node) []string {
	l, _ := n.Props.Get("formerIds").(store.List)
	out := make([]string, 0, len(l))
	for _, x := range l {
		if s, ok := x.(string); ok && s != n.ID {
			out = append(out, s)
		}
	}
	return out
}

// identified is the entry of the node an identifier belongs to; a zero one if it is nobody's.
func (s *snapshot) identified(i store.Identifier) entry {
	i, err := i.Normal()
	if err != nil {
		return entry{}
	}
	hash := hashIdentifier(i)
	for b := hash & s.idents.mask; ; b = (b + 1) & s.idents.mask {
		bucket := s.idents.buckets.at(b)
		for at := bucket.hits(hash); at != 0; at &= at - 1 {
			if e := &bucket[bits.TrailingZeros32(at)]; e.node != nil && slices.Contains(identifiers(e.node), i) {
				return *e
			}
		}
		if bucket.ends() {
			return entry{}
		}
	}
}

// identifiers are those of a node, normal, each once.
func identifiers(n *store.Node) []store.Identifier {
	l, _ := n.Props.Get("identifiers").(store.List)
	out := make([]store.Identifier, 0, len(l))
	for _, x := range l {
		if p, ok := x.(store.Props); ok {
			i := store.Identifier{Scheme: p.Text("scheme"), Value: p.Text("value")}
			if n, err := i.Normal(); err == nil && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

func (s *snapshot) at(slot store.Slot) *store.Node { return *s.node.at(uint32(slot)) }

// rel is the links of a node one way; nil if it has none.
func (s *snapshot) rel(slot store.Slot, w way) *rel {
	if w == none {
		return nil
	}
	if r := s.ways[w].find(uint32(slot)); r != nil && len(r.links) > 0 {
		return r
	}
	return nil
}

// compareLink orders an edge among those of one way of one node: of the far ids, and then
// of from and to, all but one are the same.
func compareLink(e *store.Edge, out bool, far, key string) int {
	id := e.From
	if out {
		id = e.To
	}
	if c := strings.Compare(id, far); c != 0 {
		return c
	}
	return strings.Compare(e.Key, key)
}
