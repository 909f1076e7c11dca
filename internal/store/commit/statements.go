package commit

import (
	"context"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Statements tells what is said of some subjects, a page for each, as store.Reader says.
// It asks a fixed number of times. epoch is that of the store. Cost: with all that is said
// of the subjects.
func Statements(ctx context.Context, facts Facts, schema store.Schema, now Now, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	s := newState(ctx, facts, schema, now, len(of))
	var nodes, ends []string
	var edges []store.EdgeID
	for _, x := range of {
		if x.Node != "" {
			nodes = append(nodes, x.Node)
		} else {
			edges = append(edges, x.Edge)
			ends = append(ends, x.Edge.From, x.Edge.To)
		}
	}
	if err := s.loadNodes(nodes); err != nil {
		return nil, err
	}
	if err := s.loadHeads(ends); err != nil {
		return nil, err
	}
	if err := s.loadEdges(edges); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(edges, func(e store.EdgeID) bool { return e.Type == possiblySame }) {
		if err := s.loadDistinct(s.groups(ends)); err != nil {
			return nil, err
		}
	}
	l := &look{state: s, merged: s.merged, records: s.records, denied: s.denied, paired: s.paired, nodes: map[string]*Node{}}
	out := make([]store.StatementPage, len(of))
	for i, x := range of {
		var said []*Record
		if root := s.merged.root(x.Node); x.Node != "" {
			if l.there(root) {
				said = s.said(root)
			}
		} else {
			said = s.saidOfEdge(l, x.Edge)
		}
		all := s.tell(said, w.Property)
		out[i].Total = len(all)
		all = all[min(w.Skip, len(all)):]
		out[i].Statements = all[:min(w.First, len(all))]
	}
	return out, nil
}

// saidOfEdge are the records of an edge, if it is in the graph.
func (s *state) saidOfEdge(l *look, id store.EdgeID) []*Record {
	id = s.merged.edge(id)
	var of []store.EdgeID
	var said []*Record
	for _, one := range s.same(id) {
		of = append(of, one)
		said = append(said, s.records(edge(one))...)
	}
	if l.edge(id, of) == nil {
		return nil
	}
	return said
}

// tell are the statements that records make: by property, then the preferred first. If
// only is not empty, only that property and its parts are told.
func (s *state) tell(said []*Record, only string) []store.Statement {
	slices.SortStableFunc(said, s.merged.prefer)
	var out []store.Statement
	for _, r := range said {
		one := store.Statement{Source: s.merged.root(r.Source), Place: r.Place, At: r.At, Rank: r.Rank, Confidence: r.Confidence, Derived: r.Derived,
			By: r.By, Revision: store.Revision{Epoch: s.before.Revision.Epoch, Number: r.Revision}}
		for _, p := range r.Props {
			out = tell(out, one, p.Name, p.Value, only)
		}
	}
	slices.SortStableFunc(out, func(a, b store.Statement) int { return strings.Compare(a.Property, b.Property) })
	return out
}

// tell adds the statements that a value makes: one for each part of a value with parts.
func tell(out []store.Statement, one store.Statement, name string, v store.Value, only string) []store.Statement {
	if p, ok := v.(store.Props); ok {
		for _, x := range p {
			out = tell(out, one, name+"."+x.Name, x.Value, only)
		}
		return out
	}
	if only == "" || name == only || strings.HasPrefix(name, only+".") {
		one.Property, one.Value = name, v
		out = append(out, one)
	}
	return out
}
