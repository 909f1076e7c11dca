package storetest

import (
	"fmt"
	"slices"

	"clustergraph/internal/store"
)

// step makes one step; gone are the original subjects of a person it erased.
func (s *state) step(step store.Step) (gone []string, err error) {
	switch step := step.(type) {
	case store.Remove:
		id, err := s.need(step.Node)
		if err != nil {
			return nil, err
		}
		for _, f := range s.said(s.root(id)) {
			s.noNode[f.node] = true
		}
	case store.Unlink:
		return nil, s.unlink(step)
	case store.Erase:
		return s.erase(step)
	case store.Merge:
		return nil, s.merge(step)
	case store.Unmerge:
		return nil, s.unmerge(step)
	case store.Distinct:
		a, b, err := s.two(step.A, step.B)
		if err != nil {
			return nil, err
		}
		if a == b {
			return nil, fmt.Errorf("%w: %s is one node", store.ErrInvalid, a)
		}
		if !s.isDistinct(a, b) {
			s.distinct = append(s.distinct, [2]string{a, b})
		}
	case store.Withdraw:
		return nil, s.withdraw(step)
	default:
		return nil, fmt.Errorf("%w: no step %T", store.ErrInvalid, step)
	}
	return nil, nil
}

// two are the nodes of two Refs.
func (s *state) two(a, b store.Ref) (string, string, error) {
	x, err := s.need(a)
	if err != nil {
		return "", "", err
	}
	y, err := s.need(b)
	return s.root(x), s.root(y), err
}

func (s *state) unlink(step store.Unlink) error {
	id, err := s.edge(step.Type, step.Key, step.From, step.To)
	if err != nil {
		return err
	}
	found := false
	for _, f := range s.facts {
		if f.node == "" && s.rootEdge(f.edge) == s.rootEdge(id) && s.merged(f.edge) == s.merged(id) {
			found = true
			s.noEdge[f.edge] = true
		}
	}
	if !found {
		return fmt.Errorf("%w: no edge %v", store.ErrNotFound, s.rootEdge(id))
	}
	return nil
}

func (s *state) merge(step store.Merge) error {
	keep, drop, err := s.two(step.Keep, step.Drop)
	if err != nil || keep == drop {
		return err
	}
	family := func(id string) string { return s.schema.Kinds[s.node(id).Kind].Family }
	if family(keep) != family(drop) {
		return fmt.Errorf("%w: %s and %s are of different families", store.ErrInvalid, keep, drop)
	}
	if s.isDistinct(keep, drop) {
		return fmt.Errorf("%w: %s and %s were marked as distinct", store.ErrConflict, keep, drop)
	}
	s.merges[drop] = keep
	return nil
}

func (s *state) unmerge(step store.Unmerge) error {
	if _, former := s.merges[step.Former]; !former {
		return fmt.Errorf("%w: %q is no former id", store.ErrNotFound, step.Former)
	}
	into := s.root(step.Former)
	delete(s.merges, step.Former)
	for _, f := range s.said(step.Former) {
		if f.property != "identifiers" {
			continue
		}
		for _, id := range identifiersOf(f.value) {
			for _, g := range s.said(into) {
				if g.property == "identifiers" && holds(g.value, id) {
					return fmt.Errorf("%w: %s %s would belong to %s and to %s", store.ErrConflict, id.Scheme, id.Value, into, step.Former)
				}
			}
		}
	}
	return nil
}

func (s *state) withdraw(step store.Withdraw) error {
	met, err := s.need(step.Source)
	if err != nil {
		return err
	}
	source := s.root(met)
	if n := s.node(source); n.Kind != "Source" {
		return fmt.Errorf("%w: %s is of the kind %s, not Source", store.ErrInvalid, n.ID, n.Kind)
	}
	stale := func(f fact) bool {
		return f.source != "" && s.root(f.source) == source && f.rank != store.ByHand && f.run != step.Run
	}
	s.facts = slices.DeleteFunc(s.facts, func(f fact) bool { return f.node == "" && stale(f) })
	spoken, stoodOn := map[string]bool{}, map[string]bool{}
	for _, f := range s.facts {
		switch {
		case f.node == "":
			stoodOn[s.root(f.edge.From)], stoodOn[s.root(f.edge.To)] = true, true
		case !stale(f):
			spoken[s.root(f.node)] = true
		}
	}
	s.facts = slices.DeleteFunc(s.facts, func(f fact) bool {
		return f.node != "" && stale(f) && (spoken[s.root(f.node)] || !stoodOn[s.root(f.node)])
	})
	return nil
}

func (s *state) erase(step store.Erase) ([]string, error) {
	met, err := s.need(step.Node)
	if err != nil {
		return nil, err
	}
	root := s.root(met)
	n := s.node(root)
	if !s.schema.Kinds[n.Kind].Personal {
		return nil, fmt.Errorf("%w: %s is of the kind %s; only people are erased", store.ErrInvalid, root, n.Kind)
	}
	for _, id := range identifiersOf(n.Props.Get("identifiers")) {
		s.erased[hash(id.Scheme, id.Value)] = true
	}
	for _, name := range namesOf(n) {
		for _, k := range nameKeys(name) {
			s.erased[hash("name", k)] = true
		}
	}
	gone := []string{root}
	for former := range s.merges {
		if s.root(former) == root {
			gone = append(gone, former)
		}
	}
	is := func(id string) bool { return slices.Contains(gone, id) }
	on := func(e store.EdgeID) bool { return is(e.From) || is(e.To) }
	s.facts = slices.DeleteFunc(s.facts, func(f fact) bool { return is(f.node) || f.node == "" && on(f.edge) })
	s.distinct = slices.DeleteFunc(s.distinct, func(p [2]string) bool { return is(p[0]) || is(p[1]) })
	for _, id := range gone {
		delete(s.merges, id)
		delete(s.noNode, id)
	}
	for e := range s.noEdge {
		if on(e) {
			delete(s.noEdge, e)
		}
	}
	for id, r := range s.batches {
		r.Nodes, r.Edges = slices.Clone(r.Nodes), slices.Clone(r.Edges)
		for i := range r.Nodes {
			if is(r.Nodes[i]) {
				r.Nodes[i] = ""
			}
		}
		for i := range r.Edges {
			if on(r.Edges[i]) {
				r.Edges[i] = store.EdgeID{}
			}
		}
		s.batches[id] = r
	}
	return gone, nil
}
