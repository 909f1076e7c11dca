package commit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// look is how the graph looks at one time: as it was found, or as it has become.
type look struct {
	*state
	merged  merges
	records func(store.Subject) []*Record
	denied  map[store.Subject]bool
	paired  map[[2]string]bool
	folded  map[string]*store.Node // what is folded already
	nodes   map[string]*Node       // by present id; nil if nothing is said of it
	groups  map[string][]string    // by present id: the original nodes it consists of
}

func (l *look) fold(root string, ids []string) {
	if _, done := l.nodes[root]; done {
		return
	}
	var said []*Record
	denied := false
	for _, id := range ids {
		said = append(said, l.records(node(id))...)
		denied = denied || l.denied[node(id)]
	}
	l.nodes[root] = nil
	if len(said) == 0 {
		return
	}
	n, done := l.folded[root]
	if !done {
		former := slices.Clone(ids[1:])
		slices.Sort(former)
		n = foldNode(l.merged, l.schema, root, former, said)
	}
	l.nodes[root] = &Node{n, denied}
}

// there tells whether a node is in the graph. Nodes that were not folded did not change.
func (l *look) there(root string) bool {
	if n, folded := l.nodes[root]; folded {
		return n != nil && !n.Denied
	}
	h, is := l.heads[root]
	return is && !h.Denied
}

// edge is an edge as it is in the graph, of the original ones that have become it; nil if
// it is not.
func (l *look) edge(id store.EdgeID, of []store.EdgeID) *store.Edge {
	if !l.there(id.From) || !l.there(id.To) || id.Type == possiblySame && distinct(l.paired, l.merged, id.From, id.To) {
		return nil
	}
	var said []*Record
	for _, e := range of {
		if l.denied[edge(e)] {
			return nil
		}
		said = append(said, l.records(edge(e))...)
	}
	return foldEdge(l.merged, id, said)
}

// groupsIn are the nodes that original ids belong to, by present id, each with all its ids.
func groupsIn(m merges, ids map[string]bool) map[string][]string {
	into := make(map[string][]string, len(m))
	for former, to := range m {
		into[to] = append(into[to], former)
	}
	out := make(map[string][]string, len(ids))
	for id := range ids {
		root := m.root(id)
		if out[root] != nil {
			continue
		}
		group := []string{root}
		for i := 0; i < len(group); i++ {
			group = append(group, into[group[i]]...)
		}
		out[root] = group
	}
	return out
}

// finish compares what was found with what has become of it.
func (s *state) finish(b store.Batch) (*Delta, error) {
	old := &look{state: s, merged: s.merged0, records: func(of store.Subject) []*Record { return s.found[of] }, denied: s.denied0, paired: s.paired0, nodes: make(map[string]*Node, len(s.touched))}
	now := &look{state: s, merged: s.merged, records: s.records, denied: s.denied, paired: s.paired, folded: s.folded, nodes: make(map[string]*Node, len(s.touched))}
	d := &Delta{}
	s.putRecords(d)
	s.putRest(d)
	seen := d.seen(s)

	was, is := groupsIn(s.merged0, s.touched), groupsIn(s.merged, s.touched)
	old.groups, now.groups = was, is
	for root, ids := range was {
		old.fold(root, ids)
	}
	for root, ids := range is {
		now.fold(root, ids)
	}
	for root := range was { // and who is part of another now
		now.fold(root, nil)
	}
	for root := range is {
		old.fold(root, nil)
	}
	// Edges come and go with their nodes.
	var moved []string
	for root, ids := range is {
		if old.there(root) != now.there(root) {
			moved = append(moved, ids...)
		}
	}
	for root, ids := range was {
		if old.there(root) != now.there(root) {
			moved = append(moved, ids...)
		}
	}
	if err := s.loadEdgesAt(moved); err != nil {
		return nil, err
	}
	for _, id := range moved {
		for _, e := range s.edgesOf[id] {
			s.edges[e] = true
		}
	}
	s.lose(d.GoneRecords)
	s.putNodes(d, old, now)
	if err := s.putEdges(d, old, now); err != nil {
		return nil, err
	}
	s.result(d, b, seen)
	return d, nil
}

// seen tells whether the rows put so far make a difference that a reader can see, or that
// matters for later batches.
func (d *Delta) seen(s *state) bool {
	if len(d.Merges)+len(d.GoneMerges)+len(d.Denied)+len(d.GoneDenied)+len(d.Distinct)+len(d.GoneDistinct)+len(d.Erased)+len(d.Scrub) > 0 {
		return true
	}
	for of, records := range s.now {
		if !sameFacts(s.found[of], records) {
			return true
		}
	}
	return false
}

// sameFacts tells whether records say the same, in the same forms: who said it first, when,
// and in which run it was said last apart.
func sameFacts(a, b []*Record) bool {
	type stated struct {
		place
		fact
	}
	all := func(records []*Record) []stated {
		var out []stated
		for _, r := range records {
			for _, f := range r.facts() {
				out = append(out, stated{r.at(), f})
			}
		}
		slices.SortFunc(out, func(a, b stated) int {
			return cmp.Or(strings.Compare(a.source, b.source), strings.Compare(a.place.place, b.place.place), strings.Compare(a.name, b.name), cmp.Compare(a.rank, b.rank))
		})
		return out
	}
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return slices.EqualFunc(all(a), all(b), func(a, b stated) bool { return a.place == b.place && a.fact.sameAs(b.fact) })
}

// putRecords puts the rows of records that changed.
func (s *state) putRecords(d *Delta) {
	d.Renewed = map[*Record]bool{}
	for of, records := range s.now {
		if len(records) == 0 && len(s.found[of]) == 0 {
			continue
		}
		type key struct {
			place
			part int
		}
		kept, was := make(map[*Record]bool, len(s.found[of])), make(map[key]bool, len(s.found[of]))
		for _, r := range s.found[of] {
			kept[r], was[key{r.at(), r.Part}] = true, true
		}
		keys := make(map[key]bool, len(records))
		for _, r := range records {
			keys[key{r.at(), r.Part}] = true
			if !kept[r] {
				d.Records = append(d.Records, r)
				if was[key{r.at(), r.Part}] {
					d.Renewed[r] = true
				}
			}
		}
		for _, r := range s.found[of] {
			if !keys[key{r.at(), r.Part}] {
				d.GoneRecords = append(d.GoneRecords, r)
			}
		}
	}
	byKey := func(a, b *Record) int {
		return cmp.Or(compareSubjects(a.Subject, b.Subject), strings.Compare(a.Source, b.Source), strings.Compare(a.Place, b.Place), cmp.Compare(a.Part, b.Part))
	}
	slices.SortFunc(d.Records, byKey)
	slices.SortFunc(d.GoneRecords, byKey)
}

// putRest puts the rows of claims, merges, denials, marks and erasures that changed.
func (s *state) putRest(d *Delta) {
	for id, nodes := range s.claims {
		for _, n := range nodes {
			if !slices.Contains(s.claims0[id], n) {
				d.Claims = append(d.Claims, Claim{id, n})
			}
		}
		for _, n := range s.claims0[id] {
			if !slices.Contains(nodes, n) {
				d.GoneClaims = append(d.GoneClaims, Claim{id, n})
			}
		}
	}
	byClaim := func(a, b Claim) int {
		return cmp.Or(compareIDs(a.Identifier, b.Identifier), strings.Compare(a.Node, b.Node))
	}
	slices.SortFunc(d.Claims, byClaim)
	slices.SortFunc(d.GoneClaims, byClaim)
	for _, former := range slices.Sorted(maps.Keys(s.merged)) {
		if into := s.merged[former]; s.merged0[former] != into {
			d.Merges = append(d.Merges, Merge{former, into})
		}
	}
	for _, former := range slices.Sorted(maps.Keys(s.merged0)) {
		if _, still := s.merged[former]; !still {
			d.GoneMerges = append(d.GoneMerges, former)
		}
	}
	d.Denied = newIn(s.denied, s.denied0, compareSubjects)
	d.GoneDenied = newIn(s.denied0, s.denied, compareSubjects)
	byPair := func(a, b [2]string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) }
	d.Distinct = newIn(s.paired, s.paired0, byPair)
	d.GoneDistinct = newIn(s.paired0, s.paired, byPair)
	d.Erased = s.answer.hashes
	d.Scrub = slices.Sorted(maps.Keys(s.answer.gone))
}

// newIn are the members of a set that are not in another, sorted.
func newIn[K comparable](set, other map[K]bool, compare func(a, b K) int) []K {
	var out []K
	for k, in := range set {
		if in && !other[k] {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, compare)
	return out
}

// putNodes puts nodes that look different, and the keys by which they are met.
func (s *state) putNodes(d *Delta, old, now *look) {
	c := &d.Result.Commit
	roots := maps.Clone(now.nodes)
	maps.Copy(roots, old.nodes)
	for _, id := range slices.Sorted(maps.Keys(roots)) {
		was, is := old.nodes[id], now.nodes[id]
		var lost, met []string
		same := was != nil && is != nil && was.Kind == is.Kind && store.Equal(was.Props, is.Props)
		if was != nil && !same {
			lost = s.keys(was.Node)
		}
		if is != nil && !same {
			met = s.keys(is.Node)
		}
		for _, k := range met {
			if _, had := slices.BinarySearch(lost, k); !had {
				d.Names = append(d.Names, Name{k, id})
			}
		}
		for _, k := range lost {
			if _, has := slices.BinarySearch(met, k); !has {
				d.GoneNames = append(d.GoneNames, Name{k, id})
			}
		}
		switch {
		case is == nil && was != nil:
			d.GoneNodes = append(d.GoneNodes, id)
		case is != nil && (!same || was.Denied != is.Denied):
			d.Nodes = append(d.Nodes, *is)
		}
		switch before, after := old.there(id), now.there(id); {
		case before && !after:
			c.GoneNodes = append(c.GoneNodes, id)
			d.tell(s, store.Change{Subject: node(id), Kind: was.Kind, What: store.Gone, Sources: sources(s, old.groups[id], node)})
		case after && !before:
			d.Result.NodeCount.New++
			c.Nodes = append(c.Nodes, is.Node)
			d.tell(s, store.Change{Subject: node(id), Kind: is.Kind, What: store.New, Sources: sources(s, now.groups[id], node)})
		case after && !same:
			d.Result.NodeCount.Changed++
			c.Nodes = append(c.Nodes, is.Node)
			props := differing(was.Props, is.Props)
			if was.Kind != is.Kind {
				at, _ := slices.BinarySearch(props, "kind")
				props = slices.Insert(props, at, "kind")
			}
			d.tell(s, store.Change{Subject: node(id), Kind: is.Kind, What: store.Changed, Props: props, Sources: sources(s, now.groups[id], node)})
		}
	}
	d.Result.NodeCount.Gone = len(c.GoneNodes)
}

// putEdges puts edges that look different.
func (s *state) putEdges(d *Delta, old, now *look) error {
	ends := make([]string, 0, 2*len(s.edges))
	pairs := false
	for e := range s.edges {
		ends = append(ends, e.From, e.To)
		pairs = pairs || e.Type == possiblySame
	}
	if err := s.loadHeads(ends); err != nil {
		return err
	}
	if pairs {
		if err := s.loadDistinct(s.groups(ends)); err != nil {
			return err
		}
	}
	changed := map[store.EdgeID]bool{}
	for e := range s.edges {
		for _, m := range []merges{old.merged, now.merged} {
			if !m.within(e) {
				changed[m.edge(e)] = true
			}
		}
	}
	// An edge may also be made of original ones that did not change themselves.
	before, after := map[store.EdgeID][]store.EdgeID{}, map[store.EdgeID][]store.EdgeID{}
	for of := range s.found {
		if of.Node != "" {
			continue
		}
		if id := old.merged.edge(of.Edge); changed[id] && !old.merged.within(of.Edge) {
			before[id] = append(before[id], of.Edge)
		}
		if id := now.merged.edge(of.Edge); changed[id] && !now.merged.within(of.Edge) {
			after[id] = append(after[id], of.Edge)
		}
	}
	c := &d.Result.Commit
	for _, id := range slices.SortedFunc(maps.Keys(changed), store.EdgeID.Compare) {
		switch was, is := old.edge(id, before[id]), now.edge(id, after[id]); {
		case was == nil && is == nil:
		case was == nil:
			d.Result.EdgeCount.New++
			c.Edges = append(c.Edges, is)
			d.tell(s, store.Change{Subject: edge(id), What: store.New, Sources: sources(s, after[id], edge)})
		case is == nil:
			c.GoneEdges = append(c.GoneEdges, id)
			d.tell(s, store.Change{Subject: edge(id), What: store.Gone, Sources: sources(s, before[id], edge)})
		case !store.Equal(was.Props, is.Props):
			d.Result.EdgeCount.Changed++
			c.Edges = append(c.Edges, is)
			d.tell(s, store.Change{Subject: edge(id), What: store.Changed, Props: differing(was.Props, is.Props), Sources: sources(s, after[id], edge)})
		}
	}
	d.Result.EdgeCount.Gone = len(c.GoneEdges)
	d.Edges, d.GoneEdges = c.Edges, c.GoneEdges
	return nil
}

// sources are those whose records on some original subjects the batch said or withdrew.
func sources[S any](s *state, of []S, subject func(S) store.Subject) []string {
	var out []string
	for _, x := range of {
		for _, id := range s.saidBy[subject(x)] {
			out = append(out, s.merged.root(id))
		}
		for _, id := range s.lostBy[subject(x)] {
			out = append(out, s.merged.root(id))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lose notes whose records the batch took away.
func (s *state) lose(gone []*Record) {
	for _, r := range gone {
		stays := func(now *Record) bool { return now.at() == r.at() }
		if r.Source != "" && !slices.ContainsFunc(s.records(r.Subject), stays) {
			s.lostBy[r.Subject] = append(s.lostBy[r.Subject], r.Source)
		}
	}
}

// tell adds a change, unless it is of who is erased.
func (d *Delta) tell(s *state, c store.Change) {
	if !s.answer.gone[c.Node] && !s.answer.gone[c.Edge.From] && !s.answer.gone[c.Edge.To] {
		d.Changes = append(d.Changes, c)
	}
}

// differing are the names of what is not the same, sorted.
func differing(was, is store.Props) (names []string) {
	for len(was) > 0 || len(is) > 0 {
		switch {
		case len(is) == 0 || len(was) > 0 && was[0].Name < is[0].Name:
			names, was = append(names, was[0].Name), was[1:]
		case len(was) == 0 || is[0].Name < was[0].Name:
			names, is = append(names, is[0].Name), is[1:]
		default:
			if !store.Equal(was[0].Value, is[0].Value) {
				names = append(names, is[0].Name)
			}
			was, is = was[1:], is[1:]
		}
	}
	return names
}

// result tells what the batch did; seen is whether it did anything.
func (s *state) result(d *Delta, b store.Batch, seen bool) {
	r := &d.Result
	c := &r.Commit
	nodes, edges := map[string]bool{}, map[store.EdgeID]bool{}
	for _, id := range s.answer.nodes {
		if id == "" || s.answer.gone[id] {
			if id == "" {
				r.Withheld++
			}
			r.Nodes = append(r.Nodes, "")
			continue
		}
		id = s.merged.root(id)
		nodes[id] = true
		r.Nodes = append(r.Nodes, id)
	}
	for _, id := range s.answer.edges {
		if id.Type == "" || s.answer.gone[id.From] || s.answer.gone[id.To] {
			if id.Type == "" {
				r.Withheld++
			}
			r.Edges = append(r.Edges, store.EdgeID{})
			continue
		}
		id = s.merged.edge(id)
		edges[id] = true
		r.Edges = append(r.Edges, id)
	}
	for _, n := range c.Nodes {
		delete(nodes, n.ID)
	}
	for _, id := range c.GoneNodes {
		delete(nodes, id)
	}
	for _, e := range c.Edges {
		delete(edges, e.EdgeID)
	}
	for _, id := range c.GoneEdges {
		delete(edges, id)
	}
	r.NodeCount.Unchanged, r.EdgeCount.Unchanged = len(nodes), len(edges)
	r.Revision = s.before.Revision
	if !seen {
		r.Commit, d.Changes = store.Commit{}, nil
		return
	}
	r.Revision.Number = s.next
	c.Revision, c.Batch, c.By = r.Revision, b.ID, b.By
	named := map[string]bool{}
	for _, ids := range s.saidBy {
		for _, id := range ids {
			named[s.merged.root(id)] = true
		}
	}
	c.Sources = slices.Sorted(maps.Keys(named))
}
