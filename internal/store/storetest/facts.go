package storetest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// fact is one property as one record says it. The property "" stands for the record itself:
// its value is the kind that it says, or nil for an edge.
type fact struct {
	node          string       // the original subject, if it is a node
	edge          store.EdgeID // the original subject, if it is an edge
	source, place string
	property      string
	value         store.Value

	at         store.Date
	rank       store.Rank
	confidence float64
	derived    bool
	by, run    string
	revision   uint64
}

func (f *fact) sameRecord(g *fact) bool {
	return f.node == g.node && f.edge == g.edge && f.source == g.source && f.place == g.place
}

func (f fact) sameForm(g fact) bool {
	return f.property == g.property && store.Equal(f.value, g.value) && f.at == g.at && f.rank == g.rank &&
		f.confidence == g.confidence && f.derived == g.derived
}

// state is everything that is kept. It is copied for each batch, so that a batch that
// fails leaves nothing behind.
type state struct {
	schema   store.Schema
	number   uint64
	facts    []fact
	old      []fact            // as the batch met them
	merges   map[string]string // former id -> the id that stayed
	distinct [][2]string
	noNode   map[string]bool       // denied, by original subject
	noEdge   map[store.EdgeID]bool // likewise
	erased   map[[32]byte]bool
	batches  map[string]store.Result
}

func (s *state) copy() *state {
	c := *s
	c.old = s.facts
	c.facts, c.distinct = slices.Clone(s.facts), slices.Clone(s.distinct)
	c.merges, c.noNode, c.noEdge = maps.Clone(s.merges), maps.Clone(s.noNode), maps.Clone(s.noEdge)
	c.erased, c.batches = maps.Clone(s.erased), maps.Clone(s.batches)
	return &c
}

// sameAs tells whether two states keep the same, runs and batches apart.
func (s *state) sameAs(t *state) bool {
	said := func(f, g fact) int {
		return cmp.Or(strings.Compare(f.node, g.node), f.edge.Compare(g.edge), strings.Compare(f.source, g.source), strings.Compare(f.place, g.place),
			strings.Compare(f.property, g.property), cmp.Compare(f.rank, g.rank))
	}
	a, b := slices.Clone(s.facts), slices.Clone(t.facts)
	slices.SortFunc(a, said)
	slices.SortFunc(b, said)
	return slices.EqualFunc(a, b, func(f, g fact) bool { return f.sameRecord(&g) && f.sameForm(g) }) &&
		maps.Equal(s.merges, t.merges) && slices.Equal(s.distinct, t.distinct) && maps.Equal(s.noNode, t.noNode) &&
		maps.Equal(s.noEdge, t.noEdge) && maps.Equal(s.erased, t.erased)
}

// root is the id that stayed of the nodes that id was merged with.
func (s *state) root(id string) string {
	for {
		into, merged := s.merges[id]
		if !merged {
			return id
		}
		id = into
	}
}

func (s *state) rootEdge(e store.EdgeID) store.EdgeID {
	return store.EdgeID{Type: e.Type, From: s.root(e.From), To: s.root(e.To), Key: e.Key}
}

// merged tells whether an edge lies between two nodes that have become one.
func (s *state) merged(e store.EdgeID) bool {
	return e.From != e.To && s.root(e.From) == s.root(e.To)
}

func (s *state) said(of string) []fact {
	var out []fact
	for i := range s.facts {
		if f := &s.facts[i]; f.node != "" && s.root(f.node) == of {
			out = append(out, *f)
		}
	}
	return out
}

func (s *state) known(id string) bool {
	id = s.root(id)
	return slices.ContainsFunc(s.facts, func(f fact) bool { return f.node != "" && s.root(f.node) == id })
}

// prefer orders facts, the preferred first.
func (s *state) prefer(f, g fact) int {
	return cmp.Or(
		cmp.Compare(g.rank, f.rank),
		later(f.at, g.at),
		strings.Compare(s.root(f.source), s.root(g.source)),
		cmp.Compare(g.confidence, f.confidence),
		comparePlaces(f.place, g.place),
		strings.Compare(f.node, g.node),
		f.edge.Compare(g.edge),
		strings.Compare(f.place, g.place),
		strings.Compare(f.source, g.source),
	)
}

func later(a, b store.Date) int {
	switch unknown := (store.Date{}); {
	case a == b:
		return 0
	case a == unknown:
		return 1
	case b == unknown:
		return -1
	}
	return store.Compare(b, a)
}

var digits = regexp.MustCompile("[0-9]+")

// comparePlaces compares runs of digits as numbers and all else as text: as text, once all
// numbers are equally long.
func comparePlaces(a, b string) int {
	long := func(s string) string {
		return digits.ReplaceAllStringFunc(s, func(n string) string {
			n = strings.TrimLeft(n, "0")
			return strings.Repeat("0", max(200-len(n), 0)) + n
		})
	}
	return strings.Compare(long(a), long(b))
}

// entry is a value or a part of one, as a fact says it.
type entry struct {
	by    fact
	value store.Value
}

// preferred is what is held of what is said, the preferred first; nil if nothing is.
func preferred(said []entry) store.Value {
	for i, e := range said {
		if e.value == nil { // said to be unknown: hides what comes later
			said = said[:i]
			break
		}
	}
	if len(said) == 0 {
		return nil
	}
	switch said[0].value.(type) {
	case store.List:
		var out store.List
		for _, e := range said {
			l, ok := e.value.(store.List)
			if !ok || (said[0].by.rank == store.ByHand && e.by.rank != store.ByHand) {
				continue
			}
			out = appendNew(out, l)
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case store.Props:
		parts := map[string][]entry{}
		for _, e := range said {
			p, _ := e.value.(store.Props)
			for _, x := range p {
				parts[x.Name] = append(parts[x.Name], entry{e.by, x.Value})
			}
		}
		var out store.Props
		for name, said := range parts {
			out = out.With(name, preferred(said))
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	return said[0].value
}

func appendNew(out, l store.List) store.List {
	for _, x := range l {
		if !slices.ContainsFunc(out, func(y any) bool { return store.Equal(x, y) }) {
			out = append(out, x)
		}
	}
	return out
}

func props(said []fact, names ...string) store.Props {
	by := map[string][]entry{}
	for _, f := range said {
		if f.property != "" && !slices.Contains(names, f.property) {
			by[f.property] = append(by[f.property], entry{f, f.value})
		}
	}
	var out store.Props
	for name, said := range by {
		out = out.With(name, preferred(said))
	}
	return out
}

// node is what a node holds by what is said of it; nil if nothing is.
func (s *state) node(id string) *store.Node { return s.image(id, s.said(id)) }

func (s *state) image(id string, said []fact) *store.Node {
	if len(said) == 0 {
		return nil
	}
	slices.SortStableFunc(said, func(f, g fact) int { // of one record, its name before its aliases
		return cmp.Or(s.prefer(f, g), -strings.Compare(f.property, g.property))
	})
	n := &store.Node{ID: id, Props: props(said, "name", "aliases", "identifiers")}
	var names, identifiers store.List
	name, unknown := "", false
	for _, f := range said {
		switch f.property {
		case "":
			if k := f.value.(string); n.Kind == "" || s.schema.Kinds[k].Telling > s.schema.Kinds[n.Kind].Telling {
				n.Kind = k
			}
		case "name":
			if f.value == nil {
				unknown = true
			} else if name == "" && !unknown {
				name = f.value.(string)
			}
			names = appendNew(names, asList(f.value))
		case "aliases":
			names = appendNew(names, asList(f.value))
		case "identifiers":
			identifiers = appendNew(identifiers, f.value.(store.List))
		}
	}
	for _, stand := range []string{"acronym", "code"} {
		if name == "" {
			name = n.Props.Text(stand)
		}
	}
	if name == "" {
		name = id
	}
	names = slices.DeleteFunc(names, func(x any) bool { return x == name })
	var former store.List
	for old := range s.merges {
		if s.root(old) == id {
			former = append(former, old)
		}
	}
	slices.SortFunc(former, store.Compare)
	n.Props = n.Props.With("name", name)
	for property, l := range map[string]store.List{"aliases": names, "identifiers": identifiers, "formerIds": former} {
		if len(l) > 0 {
			n.Props = n.Props.With(property, l)
		}
	}
	return n
}

// isDistinct tells whether two nodes were marked as not one.
func (s *state) isDistinct(a, b string) bool {
	return slices.ContainsFunc(s.distinct, func(p [2]string) bool {
		x, y := s.root(p[0]), s.root(p[1])
		return x == a && y == b || x == b && y == a
	})
}

// graph is the whole graph by the sentences of the contract.
func (s *state) graph(epoch string) *graph {
	g := &graph{state: s, revision: store.Revision{Epoch: epoch, Number: s.number},
		byID: map[string]*store.Node{}, at: map[string][]*store.Edge{}}
	nodes := s.subjects()
	edges := map[store.EdgeID][]fact{}
	for _, f := range s.facts {
		if f.node == "" && !s.merged(f.edge) {
			edges[s.rootEdge(f.edge)] = append(edges[s.rootEdge(f.edge)], f)
		}
	}
	for id := range s.noNode {
		delete(nodes, s.root(id))
	}
	for id := range s.noEdge {
		if !s.merged(id) {
			delete(edges, s.rootEdge(id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		n := s.image(id, nodes[id])
		g.nodes = append(g.nodes, n)
		g.byID[id] = n
	}
	for former := range s.merges {
		if n := g.byID[s.root(former)]; n != nil {
			g.byID[former] = n
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(edges), store.EdgeID.Compare) {
		if g.byID[id.From] == nil || g.byID[id.To] == nil || id.Type == possiblySame && s.isDistinct(id.From, id.To) {
			continue
		}
		slices.SortStableFunc(edges[id], s.prefer)
		e := &store.Edge{EdgeID: id, Props: props(edges[id])}
		g.edges = append(g.edges, e)
		g.at[id.From] = append(g.at[id.From], e)
		if id.To != id.From {
			g.at[id.To] = append(g.at[id.To], e)
		}
	}
	return g
}

const possiblySame = "POSSIBLY_SAME_AS"

// meet is the original subject that a Ref addresses, of which says is said with it; empty if
// it meets nobody.
func (s *state) meet(r store.Ref, says store.Props) (string, error) {
	kind, err := s.checkRef(r)
	if err != nil {
		return "", err
	}
	var owners []string // of its identifiers, as original subjects
	for _, id := range r.Identifiers {
		id, _ = id.Normal()
		if o := s.speaks(func(f *fact) bool { return f.property == "identifiers" && holds(f.value, id) }); o != "" {
			owners = append(owners, o)
		}
	}
	met := ""
	switch {
	case r.ID != "" && s.known(r.ID):
		met = r.ID
	case len(owners) > 0:
		met = owners[0]
	case r.Name != "" && r.Kind != "" && !r.Exact:
		met = s.byName(r, kind, says)
	}
	for _, o := range owners {
		if s.root(o) != s.root(met) {
			return "", fmt.Errorf("%w: the identifiers belong to %s and to %s", store.ErrConflict, s.root(met), s.root(o))
		}
	}
	if met == "" {
		return "", nil
	}
	if n := s.node(s.root(met)); r.Kind != "" && s.schema.Kinds[n.Kind].Family != kind.Family {
		return "", fmt.Errorf("%w: %s is of the kind %s, not %s", store.ErrInvalid, n.ID, n.Kind, r.Kind)
	}
	return met, nil
}

// need is meet where somebody must be met.
func (s *state) need(r store.Ref) (string, error) {
	met, err := s.meet(r, nil)
	if err == nil && met == "" {
		err = fmt.Errorf("%w: nobody is met by %+v", store.ErrNotFound, r)
	}
	return met, err
}

func (s *state) checkRef(r store.Ref) (store.Kind, error) {
	kind, known := s.schema.Kinds[r.Kind]
	if r.Kind != "" && !known {
		return kind, fmt.Errorf("%w: no kind %q", store.ErrInvalid, r.Kind)
	}
	if !utf8.ValidString(r.ID) || !utf8.ValidString(r.Name) {
		return kind, fmt.Errorf("%w: %q %q is not UTF-8", store.ErrInvalid, r.ID, r.Name)
	}
	for _, id := range r.Identifiers {
		n, err := id.Normal()
		if err != nil {
			return kind, err
		}
		if !utf8.ValidString(n.Scheme) || !utf8.ValidString(n.Value) {
			return kind, fmt.Errorf("%w: %q is not UTF-8", store.ErrInvalid, n)
		}
	}
	return kind, nil
}

// speaks is the subject of the records that say something: of several of one node the id
// that stayed, then the smallest.
func (s *state) speaks(something func(*fact) bool) string {
	met := ""
	for i := range s.facts {
		f := &s.facts[i]
		if f.node == "" || !something(f) {
			continue
		}
		stayed := s.root(f.node) == f.node
		if met == "" || stayed || f.node < met && s.root(met) != met {
			met = f.node
		}
	}
	return met
}

func (s *state) byName(r store.Ref, kind store.Kind, says store.Props) string {
	if !kind.Meets && len(r.Identifiers) > 0 {
		return ""
	}
	keys := nameKeys(r.Name)
	var met *store.Node
	all := s.subjects()
	for _, id := range slices.Sorted(maps.Keys(all)) {
		n := s.image(id, all[id])
		of := s.schema.Kinds[n.Kind]
		switch {
		case of.Family != kind.Family, !slices.ContainsFunc(namesOf(n), func(name string) bool { return meets(keys, name) }):
			continue
		case (!kind.Meets || !of.Meets) && n.Kind != r.Kind:
			continue
		case contradicts(n, r.Identifiers):
			continue
		}
		differs := false
		for _, name := range of.Apart {
			if has, said := n.Props.Get(name), says.Get(name); has != nil && said != nil && !store.Equal(has, said) {
				differs = true
			}
		}
		if differs {
			continue
		}
		if met == nil || n.Kind == r.Kind && met.Kind != r.Kind {
			met = n
		}
	}
	if met == nil {
		return ""
	}
	by := s.speaks(func(f *fact) bool {
		if s.root(f.node) != met.ID || f.property != "name" && f.property != "aliases" {
			return false
		}
		return slices.ContainsFunc(saidNames(f.value), func(name string) bool { return meets(keys, name) })
	})
	return cmp.Or(by, met.ID)
}

// subjects is what is said of each node.
func (s *state) subjects() map[string][]fact {
	all := map[string][]fact{}
	for i := range s.facts {
		if f := &s.facts[i]; f.node != "" {
			all[s.root(f.node)] = append(all[s.root(f.node)], *f)
		}
	}
	return all
}

func nameKeys(name string) []string {
	return slices.DeleteFunc(text.Keys(name), func(k string) bool { return k == "" })
}

func meets(keys []string, name string) bool {
	return slices.ContainsFunc(nameKeys(name), func(k string) bool { return slices.Contains(keys, k) })
}

func namesOf(n *store.Node) []string {
	return append([]string{n.Name()}, saidNames(n.Props.Get("aliases"))...)
}

// asList is a value as a list.
func asList(v store.Value) store.List {
	switch v := v.(type) {
	case nil:
		return nil
	case store.List:
		return v
	}
	return store.List{v}
}

func saidNames(v store.Value) []string {
	var out []string
	for _, x := range asList(v) {
		out = append(out, x.(string))
	}
	return out
}

func identifiersOf(v store.Value) []store.Identifier {
	l, _ := v.(store.List)
	var out []store.Identifier
	for _, x := range l {
		p := x.(store.Props)
		out = append(out, store.Identifier{Scheme: p.Text("scheme"), Value: p.Text("value")})
	}
	return out
}

func holds(v store.Value, id store.Identifier) bool { return slices.Contains(identifiersOf(v), id) }

// contradicts tells whether a node has another identifier of a scheme; those it has in
// common with the Ref would have been met first.
func contradicts(n *store.Node, ids []store.Identifier) bool {
	for _, id := range ids {
		id, _ = id.Normal()
		for _, own := range identifiersOf(n.Props.Get("identifiers")) {
			if own.Scheme == id.Scheme {
				return true
			}
		}
	}
	return false
}

func hash(what, s string) [32]byte { return sha256.Sum256([]byte("oracle " + what + " " + s)) }

// withheld tells whether a Ref (with other names that its record says) speaks of an erased
// person.
func (s *state) withheld(r store.Ref, others ...string) bool {
	if len(s.erased) == 0 || r.Kind != "" && !s.schema.Kinds[r.Kind].Personal {
		return false
	}
	for _, id := range r.Identifiers {
		if id, err := id.Normal(); err == nil && s.erased[hash(id.Scheme, id.Value)] {
			return true
		}
	}
	return r.Kind != "" && slices.ContainsFunc(append(others, r.Name), func(name string) bool {
		return slices.ContainsFunc(nameKeys(name), func(k string) bool { return s.erased[hash("name", k)] })
	})
}
