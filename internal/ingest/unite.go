package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// unite makes those one that would have met, had they come in another order, so that any order
// of imports describes the same graph.
//
// A node of which no identifier is known, such as one that running text names, is one with the
// node that its name would meet now by the rules of store.Ref. Actors, of which registers state
// many and address them by identifiers alone (store.Ref.Exact), are one if they share a name of
// several words and are known to be of the same country: a single word is no evidence, as
// acronyms are shared. All this is done by merges, which can be undone. It reads the whole
// graph: some seconds for a million nodes and edges.
func (j *job) unite(ctx context.Context) error {
	byName := map[string][]named{}
	_, err := j.to.Load(ctx, func(n *store.Node) error {
		kind := j.Schema.Kinds[n.Kind]
		ids, _ := n.Props.Get("identifiers").(store.List)
		x := named{id: n.ID, kind: n.Kind, meets: kind.Meets, known: len(ids) > 0, apart: make([]store.Value, len(kind.Apart)), numbers: numbers(ids, names(n))}
		for i, name := range kind.Apart {
			x.apart[i] = n.Props.Get(name)
		}
		told := map[string]bool{}
		for i, name := range names(n) {
			x.main = i == 0
			for _, k := range text.Keys(name) {
				if k != "" && !told[k] {
					told[k] = true
					k = kind.Family + "\x00" + k
					byName[k] = append(byName[k], x)
				}
			}
		}
		return nil
	}, func(*store.Edge) error { return nil })
	if err != nil {
		return err
	}
	one := newGroups()
	for _, key := range slices.Sorted(maps.Keys(byName)) {
		all := byName[key]
		if len(all) < 2 {
			continue
		}
		slices.SortFunc(all, func(x, y named) int { return strings.Compare(x.id, y.id) })
		for i, x := range all {
			if x.main && !x.known {
				if met := x.met(all, i); met != nil {
					one.join(*met, x)
				}
			}
			if !strings.Contains(key, " ") {
				continue
			}
			for _, y := range all[:i] {
				if x.sameIn(y) {
					one.join(x, y)
				}
			}
		}
	}
	return j.merge(ctx, one.all(j.rank))
}

// rank says whose id stays, the smallest first: that of a node that was there before this run,
// then of one that a register numbers.
func (j *job) rank(x named) int {
	rank := 0
	if j.nodes.spokenOf(x.id) {
		rank += 2
	}
	if len(x.numbers) == 0 {
		rank++
	}
	return rank
}

// named is a node by one of its names.
type named struct {
	id, kind string
	meets    bool // its kind does, by name
	known    bool // it has identifiers
	main     bool // it is its name, no alias
	apart    []store.Value
	numbers  []store.Identifier
}

// numbers are those of some identifiers that a register gave, and no importer made of a name.
func numbers(ids store.List, names []string) (out []store.Identifier) {
	for _, v := range ids {
		p, _ := v.(store.Props)
		id := store.Identifier{Scheme: p.Text("scheme"), Value: p.Text("value")}
		if !slices.ContainsFunc(names, func(name string) bool { return name != "" && strings.HasSuffix(id.Value, text.Slug(name)) }) {
			out = append(out, id)
		}
	}
	return out
}

// met is the one that a node without identifiers would meet by its name.
func (x *named) met(all []named, self int) (met *named) {
	for i := range all {
		y := &all[i]
		if i == self || (!x.meets || !y.meets) && x.kind != y.kind || x.differs(y) {
			continue
		}
		same, was := y.kind == x.kind, met != nil && met.kind == x.kind
		if met == nil || same && !was || same == was && y.id < met.id {
			met = y
		}
	}
	return met
}

// differs tells whether two nodes are known to differ in what tells bodies of one name apart.
func (x *named) differs(y *named) bool {
	for i := range min(len(x.apart), len(y.apart)) {
		if x.apart[i] != nil && y.apart[i] != nil && !store.Equal(x.apart[i], y.apart[i]) {
			return true
		}
	}
	return false
}

// sameIn tells whether two nodes are known to be the same in it.
func (x *named) sameIn(y named) bool {
	if !x.meets || !y.meets || len(x.apart) == 0 || len(x.apart) != len(y.apart) {
		return false
	}
	for i := range x.apart {
		if x.apart[i] == nil || y.apart[i] == nil || !store.Equal(x.apart[i], y.apart[i]) {
			return false
		}
	}
	return true
}

// names are the name and the aliases of a node.
func names(n *store.Node) []string {
	out := []string{n.Props.Text("name")}
	aliases, _ := n.Props.Get("aliases").(store.List)
	for _, a := range aliases {
		if s, ok := a.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// merge makes each group one node, but for those that someone has marked as distinct.
func (j *job) merge(ctx context.Context, groups [][]string) error {
	for i, g := range groups {
		for k, drop := range g[1:] {
			b := store.Batch{ID: fmt.Sprintf("import/%s/unite/%d.%d", j.Run, i, k), By: j.By, Run: j.Run,
				Steps: []store.Step{store.Merge{Keep: store.Ref{ID: g[0]}, Drop: store.Ref{ID: drop}}}}
			r, err := j.apply(ctx, b)
			switch {
			case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNotFound):
				continue // distinct, or gone by another hand
			case err != nil:
				return err
			}
			j.united++
			j.revision = r.Revision
		}
	}
	return nil
}

// groups are sets of nodes that are joined. Two whose numbers in one register differ never are,
// not even through others.
type groups struct {
	into    map[string]string
	nodes   map[string]named
	numbers map[string][]store.Identifier // by root
}

func newGroups() *groups {
	return &groups{map[string]string{}, map[string]named{}, map[string][]store.Identifier{}}
}

func (g *groups) root(id string) string {
	for {
		into, ok := g.into[id]
		if !ok {
			return id
		}
		id = into
	}
}

// join makes the sets of two nodes one, under the smaller of their roots.
func (g *groups) join(x, y named) {
	a, b := g.root(x.id), g.root(y.id)
	if a == b {
		return
	}
	ofA, ofB := g.numbersOf(a, x), g.numbersOf(b, y)
	if contradict(ofA, ofB) {
		return
	}
	if b < a {
		a, b = b, a
	}
	g.into[b] = a
	g.nodes[x.id], g.nodes[y.id] = x, y
	g.numbers[a] = slices.Concat(ofA, ofB)
}

func (g *groups) numbersOf(root string, x named) []store.Identifier {
	if of, ok := g.numbers[root]; ok {
		return of
	}
	return x.numbers // it is alone yet
}

// contradict tells whether both have identifiers of one scheme and none of it in common.
func contradict(a, b []store.Identifier) bool {
	return slices.ContainsFunc(a, func(x store.Identifier) bool {
		of := func(ids []store.Identifier) []store.Identifier {
			return slices.DeleteFunc(slices.Clone(ids), func(id store.Identifier) bool { return id.Scheme != x.Scheme })
		}
		theirs := of(b)
		return len(theirs) > 0 && !slices.ContainsFunc(of(a), func(id store.Identifier) bool { return slices.Contains(theirs, id) })
	})
}

// all are the sets of more than one: the one whose id stays first, then by id; sorted.
func (g *groups) all(rank func(named) int) [][]string {
	sets := map[string][]string{}
	for id := range g.nodes {
		root := g.root(id)
		sets[root] = append(sets[root], id)
	}
	out := make([][]string, 0, len(sets))
	for _, ids := range sets {
		slices.SortFunc(ids, func(a, b string) int {
			return cmp.Or(cmp.Compare(rank(g.nodes[a]), rank(g.nodes[b])), strings.Compare(a, b))
		})
		out = append(out, ids)
	}
	slices.SortFunc(out, slices.Compare)
	return out
}
