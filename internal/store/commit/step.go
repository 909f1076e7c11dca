package commit

import (
	"fmt"
	"slices"

	"clustergraph/internal/store"
)

// refsOf are the Refs of a step.
func refsOf(step store.Step) []store.Ref {
	switch step := step.(type) {
	case store.Remove:
		return []store.Ref{step.Node}
	case store.Unlink:
		return []store.Ref{step.From, step.To}
	case store.Erase:
		return []store.Ref{step.Node}
	case store.Merge:
		return []store.Ref{step.Keep, step.Drop}
	case store.Distinct:
		return []store.Ref{step.A, step.B}
	case store.Withdraw:
		return []store.Ref{step.Source}
	}
	return nil
}

func (s *state) step(step store.Step) error {
	switch step := step.(type) {
	case store.Remove:
		return s.remove(step)
	case store.Unlink:
		return s.unlink(step)
	case store.Erase:
		return s.erase(step)
	case store.Merge:
		return s.mergeTwo(step)
	case store.Unmerge:
		return s.unmergeOne(step)
	case store.Distinct:
		return s.distinguish(step)
	case store.Withdraw:
		return s.withdraw(step)
	}
	return fmt.Errorf("%w: there is no such step", store.ErrInvalid)
}

// needLoaded is need for a step that changes the node: its present id.
func (s *state) needLoaded(r store.Ref) (root string, err error) {
	met, err := s.need(r)
	if err != nil {
		return "", err
	}
	return s.merged.root(met), s.loadNodes([]string{met})
}

func (s *state) remove(step store.Remove) error {
	root, err := s.needLoaded(step.Node)
	if err != nil {
		return err
	}
	for _, id := range s.group(root) {
		if len(s.records(node(id))) > 0 {
			s.deny(node(id), true)
		}
	}
	return nil
}

func (s *state) unlink(step store.Unlink) error {
	id, err := s.edgeID(step.Type, step.Key, step.From, step.To)
	if err != nil {
		return err
	}
	if err := s.loadEdges([]store.EdgeID{id}); err != nil {
		return err
	}
	found := false
	for _, one := range s.same(id) {
		if len(s.records(edge(one))) > 0 {
			found = true
			s.deny(edge(one), true)
		}
	}
	if !found {
		id = s.merged.edge(id)
		return fmt.Errorf("%w: nobody speaks of an edge %s from %s to %s with key %q", store.ErrNotFound, id.Type, id.From, id.To, id.Key)
	}
	return nil
}

func (s *state) erase(step store.Erase) error {
	root, err := s.needLoaded(step.Node)
	if err != nil {
		return err
	}
	n := s.fold(root)
	if !s.schema.Kinds[n.Kind].Personal {
		return fmt.Errorf("%w: %s is of the kind %s; only people are erased", store.ErrInvalid, root, n.Kind)
	}
	ids := s.group(root)
	if err := s.loadEdgesAt(ids); err != nil {
		return err
	}
	if err := s.loadDistinct(ids); err != nil {
		return err
	}
	s.answer.hashes = append(s.answer.hashes, Hashes(s.before.Salt, n)...)
	for _, id := range ids {
		was := identifiersOf(s.records(node(id)))
		s.set(node(id), nil)
		if err := s.reclaim(id, was); err != nil {
			return err
		}
		s.deny(node(id), false)
		for _, e := range s.edgesOf[id] {
			s.set(edge(e), nil)
			s.deny(edge(e), false)
		}
		for p := range s.paired {
			if p[0] == id || p[1] == id {
				delete(s.paired, p)
			}
		}
		s.answer.gone[id] = true
	}
	for _, id := range ids[1:] {
		s.unmerge(id)
	}
	s.touch(ids...)
	return nil
}

func (s *state) mergeTwo(step store.Merge) error {
	keep, err := s.needLoaded(step.Keep)
	if err != nil {
		return err
	}
	drop, err := s.needLoaded(step.Drop)
	if err != nil || keep == drop {
		return err
	}
	if a, b := s.kind(keep), s.kind(drop); s.schema.Kinds[a].Family != s.schema.Kinds[b].Family {
		return fmt.Errorf("%w: %s is of the kind %s and %s of %s; only nodes of one family can be one", store.ErrInvalid, keep, a, drop, b)
	}
	if err := s.loadDistinct(s.groups([]string{keep, drop})); err != nil {
		return err
	}
	if distinct(s.paired, s.merged, keep, drop) {
		return fmt.Errorf("%w: %s and %s were marked as distinct", store.ErrConflict, keep, drop)
	}
	if err := s.regrouped(keep, drop); err != nil {
		return err
	}
	s.merge(drop, keep)
	s.touch(drop, keep)
	return nil
}

// regrouped loads and notes what looks different when nodes become one or are no longer:
// their edges, and if they are sources, what they say, as their ids matter for what is
// preferred.
func (s *state) regrouped(roots ...string) error {
	ids := s.groups(roots)
	if err := s.loadEdgesAt(ids); err != nil {
		return err
	}
	for _, id := range ids {
		s.touch(id)
		for _, e := range s.edgesOf[id] {
			s.edges[e] = true
		}
	}
	if s.kind(roots[0]) != "Source" {
		return nil
	}
	said, err := s.facts.SaidBy(s.ctx, ids, nil)
	if err != nil {
		return err
	}
	nodes, edges, err := s.loadSubjects(said)
	if err != nil {
		return err
	}
	s.touch(nodes...)
	for _, e := range edges {
		s.edges[e] = true
	}
	return nil
}

func (s *state) loadSubjects(of []store.Subject) (nodes []string, edges []store.EdgeID, err error) {
	for _, x := range of {
		if x.Node != "" {
			nodes = append(nodes, x.Node)
		} else {
			edges = append(edges, x.Edge)
		}
	}
	if err := s.loadNodes(nodes); err != nil {
		return nil, nil, err
	}
	return nodes, edges, s.loadEdges(edges)
}

func (s *state) unmergeOne(step store.Unmerge) error {
	if err := s.loadNodes([]string{step.Former}); err != nil {
		return err
	}
	if _, former := s.merged[step.Former]; !former {
		return fmt.Errorf("%w: %q is no former id", store.ErrNotFound, step.Former)
	}
	into := s.merged.root(step.Former)
	if err := s.regrouped(into); err != nil {
		return err
	}
	s.unmerge(step.Former)
	s.touch(s.groups([]string{step.Former, into})...)
	s.meetBy(step.Former, s.names(step.Former))
	s.meetBy(into, s.names(into))
	theirs := identifiersOf(s.said(into))
	for _, id := range identifiersOf(s.said(step.Former)) {
		if slices.Contains(theirs, id) {
			return fmt.Errorf("%w: %s %s would belong to both %s and %s", store.ErrConflict, id.Scheme, id.Value, into, step.Former)
		}
	}
	return nil
}

func (s *state) distinguish(step store.Distinct) error {
	a, err := s.needLoaded(step.A)
	if err != nil {
		return err
	}
	b, err := s.needLoaded(step.B)
	if err != nil {
		return err
	}
	if a == b {
		return fmt.Errorf("%w: both are %s; give two nodes, or undo the merge that made them one", store.ErrInvalid, a)
	}
	ids := s.groups([]string{a, b})
	if err := s.loadDistinct(ids); err != nil {
		return err
	}
	if distinct(s.paired, s.merged, a, b) {
		return nil
	}
	if err := s.loadEdgesAt(ids); err != nil {
		return err
	}
	for _, id := range ids {
		for _, e := range s.edgesOf[id] {
			if e.Type == possiblySame {
				s.edges[e] = true
			}
		}
	}
	s.paired[[2]string{a, b}] = true
	return nil
}

// possiblySame is the type of the edges that do not stand between nodes marked as distinct.
const possiblySame = "POSSIBLY_SAME_AS"

func (s *state) withdraw(step store.Withdraw) error {
	source, err := s.needLoaded(step.Source)
	if err != nil {
		return err
	}
	if kind := s.kind(source); kind != "Source" {
		return fmt.Errorf("%w: %s is of the kind %s, not Source", store.ErrInvalid, source, kind)
	}
	said, err := s.facts.SaidBy(s.ctx, s.group(source), &step.Run)
	if err != nil {
		return err
	}
	for of := range s.now { // what the batch itself said may go, too
		said = append(said, of)
	}
	nodes, edges, err := s.loadSubjects(said)
	if err != nil {
		return err
	}
	stale := func(r *Record) bool {
		return r.Source != "" && s.merged.root(r.Source) == source && r.Rank != store.ByHand && r.Run != step.Run
	}
	drop := func(of store.Subject) {
		if now := s.records(of); slices.ContainsFunc(now, stale) {
			s.set(of, slices.DeleteFunc(slices.Clone(now), stale))
		}
	}
	for _, e := range edges {
		drop(edge(e))
	}
	groups := map[string]bool{} // whether something else is said of the node
	var alone []string
	for _, id := range nodes {
		root := s.merged.root(id)
		if _, seen := groups[root]; seen {
			continue
		}
		groups[root] = slices.ContainsFunc(s.said(root), func(r *Record) bool { return !stale(r) })
		if !groups[root] {
			alone = append(alone, root)
		}
	}
	if err := s.loadEdgesAt(s.groups(alone)); err != nil {
		return err
	}
	was := map[string][]store.Identifier{}
	var claimed []store.Identifier
	for root, spoken := range groups {
		if !spoken && s.stoodOn(root) {
			continue
		}
		for _, id := range s.group(root) {
			was[id] = identifiersOf(s.records(node(id)))
			claimed = append(claimed, was[id]...)
			drop(node(id))
		}
	}
	if err := s.loadClaims(claimed); err != nil {
		return err
	}
	for id, was := range was {
		if err := s.reclaim(id, was); err != nil {
			return err
		}
		s.meetBy(id, s.names(id))
	}
	return nil
}

// stoodOn tells whether records of an edge stand on a node. Its edges must be loaded.
func (s *state) stoodOn(root string) bool {
	return slices.ContainsFunc(s.group(root), func(id string) bool {
		return slices.ContainsFunc(s.edgesOf[id], func(e store.EdgeID) bool { return len(s.records(edge(e))) > 0 })
	})
}
