package commit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// state is what is known of a graph while a batch is worked out: what was found, and what
// has become of it. Whatever is looked at must have been loaded before; load functions ask
// only for what is missing.
type state struct {
	ctx    context.Context
	facts  Facts
	schema store.Schema
	before Now
	next   uint64 // the revision that the batch makes

	merged0, merged merges
	former          map[string][]string // directly merged into an id
	grouped         map[string]bool     // ids whose groups are known
	heads           map[string]Head
	headed          map[string]bool // ids whose heads were asked for

	found   map[store.Subject][]*Record // loaded
	now     map[store.Subject][]*Record // changed
	denied0 map[store.Subject]bool
	denied  map[store.Subject]bool
	edgesOf map[string][]store.EdgeID // loaded edges, by either end
	ended   map[string]bool           // original nodes whose edges are loaded

	claims0, claims map[store.Identifier][]string
	keyed           map[string][]string // by key: nodes as found
	saidKeys        map[string][]string // by key: original nodes that the batch names so
	paired0, paired map[[2]string]bool  // marked as distinct
	pairsOf         map[string]bool     // ids whose pairs are loaded
	erased          map[Hash]bool

	folded  map[string]*store.Node // cache of fold
	folding map[string][]string    // cache of nameKeys
	touched map[string]bool        // original nodes that look different, perhaps
	edges   map[store.EdgeID]bool  // likewise, original edges

	saidBy map[store.Subject][]string // by original subject: the sources of the batch's records on it
	lostBy map[store.Subject][]string // likewise of records that the batch took away

	answer struct {
		nodes  []string // original; empty where withheld
		edges  []store.EdgeID
		gone   map[string]bool // original ids of erased people
		hashes []Hash
	}
}

// newState knows nothing yet; n is about how many nodes and edges will be looked at.
func newState(ctx context.Context, facts Facts, schema store.Schema, now Now, n int) *state {
	s := &state{ctx: ctx, facts: facts, schema: schema, before: now, next: now.Revision.Number + 1,
		merged0: merges{}, merged: merges{}, former: map[string][]string{}, grouped: make(map[string]bool, n), heads: map[string]Head{}, headed: make(map[string]bool, n),
		found: make(map[store.Subject][]*Record, n), now: make(map[store.Subject][]*Record, n), denied0: map[store.Subject]bool{}, denied: map[store.Subject]bool{},
		edgesOf: map[string][]store.EdgeID{}, ended: map[string]bool{},
		claims0: make(map[store.Identifier][]string, n), claims: make(map[store.Identifier][]string, n), keyed: make(map[string][]string, n), saidKeys: make(map[string][]string, n),
		paired0: map[[2]string]bool{}, paired: map[[2]string]bool{}, pairsOf: map[string]bool{}, erased: map[Hash]bool{},
		folded: map[string]*store.Node{}, folding: make(map[string][]string, n), touched: make(map[string]bool, n), edges: map[store.EdgeID]bool{},
		saidBy: make(map[store.Subject][]string, n), lostBy: map[store.Subject][]string{}}
	s.answer.gone = map[string]bool{}
	return s
}

func node(id string) store.Subject       { return store.Subject{Node: id} }
func edge(id store.EdgeID) store.Subject { return store.Subject{Edge: id} }
func compareIDs(a, b store.Identifier) int {
	return cmp.Or(strings.Compare(a.Scheme, b.Scheme), strings.Compare(a.Value, b.Value))
}

// Hash is what is kept of an identifier or a name of an erased person.
type Hash [sha256.Size]byte

func (s *state) hash(what, value string) Hash { return hash(s.before.Salt, what, value) }

func hash(salt []byte, what, value string) Hash {
	return sha256.Sum256(slices.Concat(salt, []byte(what), []byte{0}, []byte(value)))
}

func (s *state) hashID(id store.Identifier) Hash { return hashID(s.before.Salt, id) }

func hashID(salt []byte, id store.Identifier) Hash {
	return hash(salt, "identifier", id.Scheme+"\x00"+id.Value)
}

// Hashes are what is kept of a person when it is erased: a hash for each identifier and
// each key of a name. The salt is that of the store.
func Hashes(salt []byte, person *store.Node) []Hash {
	var out []Hash
	for _, id := range identifiers(person.Props.Get("identifiers")) {
		out = append(out, hashID(salt, id))
	}
	s := state{folding: map[string][]string{}}
	for _, k := range s.keys(person) {
		out = append(out, hash(salt, "name", k))
	}
	return out
}

// missing are those of some keys that are not in done yet, each once; they are then.
func missing[K comparable](keys []K, done map[K]bool) []K {
	var out []K
	for _, k := range keys {
		if !done[k] {
			done[k] = true
			out = append(out, k)
		}
	}
	return out
}

// loadGroups loads who was merged with some ids.
func (s *state) loadGroups(ids []string) error {
	ids = missing(ids, s.grouped)
	if len(ids) == 0 {
		return nil
	}
	found, err := s.facts.Merges(s.ctx, ids)
	for _, m := range found {
		s.grouped[m.Former], s.grouped[m.Into] = true, true
		if _, known := s.merged0[m.Former]; !known {
			s.merged0[m.Former] = m.Into
			s.merge(m.Former, m.Into)
		}
	}
	return err
}

func (s *state) merge(former, into string) {
	s.merged[former] = into
	s.former[into] = append(s.former[into], former)
}

func (s *state) unmerge(former string) {
	into := s.merged[former]
	delete(s.merged, former)
	s.former[into] = slices.DeleteFunc(slices.Clone(s.former[into]), func(id string) bool { return id == former })
}

// loadHeads loads what is known of the nodes that some ids belong to.
func (s *state) loadHeads(ids []string) error {
	if err := s.loadGroups(ids); err != nil {
		return err
	}
	roots := make([]string, len(ids))
	for i, id := range ids {
		roots[i] = s.merged0.root(id)
	}
	roots = missing(roots, s.headed)
	if len(roots) == 0 {
		return nil
	}
	found, err := s.facts.Heads(s.ctx, roots)
	for _, h := range found {
		s.heads[h.ID] = h
	}
	return err
}

// group are all ids of the node that id belongs to, the one that stayed first.
func (s *state) group(id string) []string {
	out := []string{s.merged.root(id)}
	for i := 0; i < len(out); i++ {
		out = append(out, s.former[out[i]]...)
	}
	return out
}

// loadNodes loads the records of whole nodes, and their heads.
func (s *state) loadNodes(ids []string) error {
	if err := s.loadHeads(ids); err != nil {
		return err
	}
	var all []string
	for _, id := range ids {
		for _, one := range s.group(id) {
			if _, loaded := s.found[node(one)]; !loaded {
				s.found[node(one)] = nil
				all = append(all, one)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	records, denied, err := s.facts.NodeRecords(s.ctx, all)
	if err != nil {
		return err
	}
	for _, id := range denied {
		s.denied0[node(id)], s.denied[node(id)] = true, true
	}
	return s.addRecords(records)
}

// addRecords takes in records of subjects that are loaded for the first time.
func (s *state) addRecords(records []*Record) error {
	sources := make([]string, 0, len(records))
	last := ""
	for _, r := range records {
		s.found[r.Subject] = append(s.found[r.Subject], r)
		if r.Source != last {
			last = r.Source
			sources = append(sources, last)
		}
	}
	return s.loadGroups(sources) // their present ids matter for what is preferred
}

// loadEdges loads the records of original edges, and of those that have become one with
// them.
func (s *state) loadEdges(edges []store.EdgeID) error {
	ends := make([]string, 0, 2*len(edges))
	for _, e := range edges {
		ends = append(ends, e.From, e.To)
	}
	if err := s.loadGroups(ends); err != nil {
		return err
	}
	var all []store.EdgeID
	for _, e := range edges {
		for _, from := range s.group(e.From) {
			for _, to := range s.group(e.To) {
				one := store.EdgeID{Type: e.Type, From: from, To: to, Key: e.Key}
				if _, loaded := s.found[edge(one)]; !loaded && !s.ended[from] && !s.ended[to] {
					s.found[edge(one)] = nil
					s.indexEdge(one)
					all = append(all, one)
				}
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	records, denied, err := s.facts.EdgeRecords(s.ctx, all)
	if err != nil {
		return err
	}
	for _, e := range denied {
		s.denied0[edge(e)], s.denied[edge(e)] = true, true
	}
	return s.addRecords(records)
}

func (s *state) indexEdge(e store.EdgeID) {
	s.edgesOf[e.From] = append(s.edgesOf[e.From], e)
	if e.To != e.From {
		s.edgesOf[e.To] = append(s.edgesOf[e.To], e)
	}
}

// loadEdgesAt loads the edges at original nodes, and which nodes they lead to.
func (s *state) loadEdgesAt(ids []string) error {
	ids = missing(ids, s.ended)
	if len(ids) == 0 {
		return nil
	}
	records, denied, err := s.facts.EdgeRecordsAt(s.ctx, ids)
	if err != nil {
		return err
	}
	fresh := map[store.EdgeID]bool{}
	isFresh := func(e store.EdgeID) bool {
		if _, loaded := s.found[edge(e)]; !loaded {
			s.found[edge(e)] = nil
			s.indexEdge(e)
			fresh[e] = true
		}
		return fresh[e]
	}
	for _, e := range denied {
		if isFresh(e) {
			s.denied0[edge(e)], s.denied[edge(e)] = true, true
		}
	}
	records = slices.DeleteFunc(records, func(r *Record) bool { return !isFresh(r.Edge) })
	if err := s.addRecords(records); err != nil {
		return err
	}
	var ends []string
	for e := range fresh {
		ends = append(ends, e.From, e.To)
	}
	return s.loadHeads(ends)
}

func (s *state) loadClaims(ids []store.Identifier) error {
	var ask []store.Identifier
	for _, id := range ids {
		if _, loaded := s.claims0[id]; !loaded {
			s.claims0[id] = nil
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	found, err := s.facts.Claims(s.ctx, ask)
	for _, c := range found {
		s.claims0[c.Identifier] = append(s.claims0[c.Identifier], c.Node)
		s.claims[c.Identifier] = append(s.claims[c.Identifier], c.Node)
	}
	return err
}

func (s *state) loadNames(keys []string) error {
	var ask []string
	for _, k := range keys {
		if _, loaded := s.keyed[k]; !loaded {
			s.keyed[k] = nil
			ask = append(ask, k)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	found, err := s.facts.Named(s.ctx, ask)
	for _, n := range found {
		s.keyed[n.Key] = append(s.keyed[n.Key], n.Node)
	}
	return err
}

func (s *state) loadDistinct(ids []string) error {
	ids = missing(ids, s.pairsOf)
	if len(ids) == 0 {
		return nil
	}
	found, err := s.facts.Distinct(s.ctx, ids)
	for _, p := range found {
		if !s.paired0[p] {
			s.paired0[p], s.paired[p] = true, true
		}
	}
	return err
}

// distinct tells whether two nodes, by their present ids, are marked as not one.
func distinct(pairs map[[2]string]bool, m merges, a, b string) bool {
	for p := range pairs {
		x, y := m.root(p[0]), m.root(p[1])
		if x == a && y == b || x == b && y == a {
			return true
		}
	}
	return false
}

// records are those of an original subject as they are by now.
func (s *state) records(of store.Subject) []*Record {
	if r, changed := s.now[of]; changed {
		return r
	}
	return s.found[of]
}

// set changes the records of an original subject.
func (s *state) set(of store.Subject, to []*Record) {
	s.now[of] = to
	if of.Node != "" {
		s.touch(of.Node)
	} else {
		s.edges[of.Edge] = true
	}
}

// touch notes that the node an original id belongs to may look different now.
func (s *state) touch(ids ...string) {
	for _, id := range ids {
		s.touched[id] = true
		delete(s.folded, s.merged.root(id))
	}
}

// said are the records of a whole node by now.
func (s *state) said(root string) []*Record {
	var out []*Record
	for _, id := range s.group(root) {
		out = append(out, s.records(node(id))...)
	}
	return out
}

// fold is a node by now, denied or not; nil if nothing is said of it. It must be loaded.
func (s *state) fold(root string) *store.Node {
	n, done := s.folded[root]
	if !done {
		n = foldNode(s.merged, s.schema, root, s.formerOf(root), s.said(root))
		s.folded[root] = n
	}
	return n
}

func (s *state) formerOf(root string) []string {
	former := s.group(root)[1:]
	slices.Sort(former)
	return former
}

func (s *state) isLoaded(id string) bool {
	_, loaded := s.found[node(id)]
	return loaded
}

// known tells whether something is said of the node that an id belongs to.
func (s *state) known(id string) bool {
	root := s.merged.root(id)
	if s.isLoaded(root) {
		for _, one := range s.group(root) {
			if len(s.records(node(one))) > 0 {
				return true
			}
		}
		return false
	}
	_, is := s.heads[root]
	return is
}

// kind is the kind of a known node.
func (s *state) kind(root string) string {
	if s.isLoaded(root) {
		if n := s.fold(root); n != nil {
			return n.Kind
		}
		return ""
	}
	return s.heads[root].Kind
}

// owner is the original node that an identifier addresses: of several that have become one
// the id that stayed, then the smallest; empty if it is nobody's.
func (s *state) owner(id store.Identifier) string { return s.stayed(s.claims[id]) }

func (s *state) stayed(ids []string) string {
	met := ""
	for _, id := range ids {
		if s.merged.root(id) == id {
			return id
		}
		if met == "" || id < met {
			met = id
		}
	}
	return met
}

// identifiersOf are all that records say, sorted, each once.
func identifiersOf(said []*Record) []store.Identifier {
	set := map[store.Identifier]bool{}
	for _, r := range said {
		for _, id := range identifiers(r.Props.Get("identifiers")) {
			set[id] = true
		}
	}
	return slices.SortedFunc(maps.Keys(set), compareIDs)
}
