package commit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Whole is all that is kept of a graph.
type Whole struct {
	Records  []*Record
	Merges   []Merge
	Denied   []store.Subject
	Distinct [][2]string
}

// Made is what a truth keeps beside them because they make it.
type Made struct {
	Nodes  []Node
	Edges  []*store.Edge
	Names  []Name
	Claims []Claim
}

// Fold makes everything anew, sorted, to check what is kept. Cost: with the graph, of
// which several copies are in memory.
func Fold(schema store.Schema, all Whole) Made {
	m := merges{}
	for _, x := range all.Merges {
		m[x.Former] = x.Into
	}
	found := map[store.Subject][]*Record{}
	ids := map[string]bool{}
	edges := map[store.EdgeID][]store.EdgeID{}
	put := func(e store.EdgeID) {
		if id := m.edge(e); !m.within(e) {
			edges[id] = append(edges[id], e)
		}
	}
	var out Made
	for _, r := range all.Records {
		if _, met := found[r.Subject]; !met && r.Subject.Node == "" {
			put(r.Edge)
		}
		if r.Subject.Node != "" {
			ids[r.Subject.Node] = true
			for _, id := range identifiers(r.Props.Get("identifiers")) {
				out.Claims = append(out.Claims, Claim{id, r.Subject.Node})
			}
		}
		found[r.Subject] = append(found[r.Subject], r)
	}
	l := &look{state: &state{schema: schema, folding: map[string][]string{}}, merged: m, records: func(of store.Subject) []*Record { return found[of] },
		denied: map[store.Subject]bool{}, paired: map[[2]string]bool{}, nodes: map[string]*Node{}}
	for _, of := range all.Denied {
		l.denied[of] = true
		if _, met := found[of]; !met && of.Node == "" {
			put(of.Edge)
		}
	}
	for _, p := range all.Distinct {
		l.paired[p] = true
	}
	for root, group := range groupsIn(m, ids) {
		l.fold(root, group)
	}
	for _, root := range slices.Sorted(maps.Keys(l.nodes)) {
		n := l.nodes[root]
		out.Nodes = append(out.Nodes, *n)
		for _, k := range l.keys(n.Node) {
			out.Names = append(out.Names, Name{k, root})
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(edges), store.EdgeID.Compare) {
		if e := l.edge(id, edges[id]); e != nil {
			out.Edges = append(out.Edges, e)
		}
	}
	slices.SortFunc(out.Names, func(a, b Name) int { return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Node, b.Node)) })
	slices.SortFunc(out.Claims, func(a, b Claim) int {
		return cmp.Or(compareIDs(a.Identifier, b.Identifier), strings.Compare(a.Node, b.Node))
	})
	out.Claims = slices.Compact(out.Claims)
	return out
}
