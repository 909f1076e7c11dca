package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// analyses tell what package analysis works out as rows of the schema.
type analyses struct{ *analysis.Analyst }

// partnerships answers Query.partnerships.
func (a analyses) partnerships(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	q := partnershipQuery(args)
	q.First = args.Rows()
	p, err := a.Partnerships(ctx, g, sides(args), q)
	if err != nil {
		return nil, err
	}
	return partnershipList(p), nil
}

// sides are those that the argument between names.
func sides(args read.Args) []analysis.Side {
	var out []analysis.Side
	for _, in := range args.Inputs("between") {
		s := analysis.Side{By: analysis.MembersOf, IDs: in.Texts("membersOf")}
		switch {
		case in.Has("actors"):
			s = analysis.Side{By: analysis.Actors, IDs: in.Texts("actors")}
		case in.Has("membersWithin"):
			within := in.Input("membersWithin")
			s = analysis.Side{By: analysis.MembersWithin, IDs: within.Texts("of"), Depth: within.Int("depth")}
		case in.Has("place"):
			s = analysis.Side{By: analysis.At, IDs: []string{in.Text("place")}}
		}
		out = append(out, s)
	}
	return out
}

// partners answers Actor.partners.
func (a analyses) partners(ctx context.Context, g store.Reader, of []*store.Node, args read.Args) ([]any, error) {
	ids := make([]string, len(of))
	for i, n := range of {
		ids[i] = n.ID
	}
	found, err := a.Partners(ctx, g, ids, partnershipQuery(args))
	if err != nil {
		return nil, err
	}
	out := make([]any, len(of))
	for i, p := range found {
		out[i] = partnershipList(p)
	}
	return out, nil
}

var partnershipKeys = map[string]analysis.Key{
	"PROJECT_COUNT": analysis.ByProjects, "SINCE": analysis.BySince, "LATEST": analysis.ByLatest, "CONTRIBUTION": analysis.ByContribution,
	"A_NAME": analysis.ByNameA, "B_NAME": analysis.ByNameB,
}

func partnershipQuery(args read.Args) analysis.PartnershipQuery {
	f := args.Input("filter")
	q := analysis.PartnershipQuery{When: args.When(), Where: analysis.Conditions{
		MinProjects: f.Int("minProjects"), Project: f.Test("projects"), A: f.Test("a"), B: f.Test("b"),
		Participation: f.EdgeTest("participations"),
	}}
	q.Order = terms(args, partnershipKeys)
	return q
}

// terms are the steps of the argument orderBy, whose fields are keys of an analysis.
func terms[K any](args read.Args, keys map[string]K) []analysis.Term[K] {
	var out []analysis.Term[K]
	for _, o := range args.Inputs("orderBy") {
		out = append(out, analysis.Term[K]{By: keys[o.Text("field")], Desc: o.Text("direction") == "DESC"})
	}
	return out
}

func partnershipList(p *analysis.Partnerships) *read.List {
	return &read.List{
		Len: p.Len(), Key: p.Key, Desc: p.Desc(),
		Row: func(i int) any { return partnership{p.At(i)} },
		Totals: func() (read.Row, error) {
			t, err := p.Totals()
			return partnershipTotals{t}, err
		},
	}
}

type partnership struct{ *analysis.Partnership }

// Field is a field of the partnership.
func (p partnership) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "a":
		return p.A(), nil
	case "b":
		return p.B(), nil
	case "projectCount":
		return p.Projects(), nil
	case "since":
		return p.Since()
	case "latest":
		return p.Latest()
	case "membershipsA":
		return sideMemberships(p.MembershipsA()), nil
	case "membershipsB":
		return sideMemberships(p.MembershipsB()), nil
	case "viaA":
		return p.ViaA(), nil
	case "viaB":
		return p.ViaB(), nil
	case "contribution":
		sums, err := p.Contribution()
		return moneySums(sums), err
	}
	shared, err := p.Shared()
	if err != nil {
		return nil, err
	}
	return &read.List{
		Len:  len(shared),
		Row:  func(i int) any { return shared[i].Project },
		Key:  func(i int) []store.Value { return shared[i].Key() },
		Edge: func(i int) read.Row { return sharedProject(shared[i]) },
	}, nil
}

type partnershipTotals struct{ *analysis.Totals }

// Field is a field of the totals.
func (t partnershipTotals) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "actorsA":
		return t.A, nil
	case "actorsB":
		return t.B, nil
	case "actors":
		return t.Actors, nil
	case "contribution":
		return moneySums(t.Contribution), nil
	}
	return &read.List{
		Len: len(t.Projects),
		Row: func(i int) any { return t.Projects[i].Project },
		Key: func(i int) []store.Value { return t.Projects[i].Key() },
	}, nil
}

func sideMemberships(memberships []analysis.Membership) []read.Row {
	out := make([]read.Row, len(memberships))
	for i, m := range memberships {
		out[i] = sideMembership(m)
	}
	return out
}

type sideMembership analysis.Membership

// Field is a field of the membership.
func (m sideMembership) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "of":
		return m.Of, nil
	case "depth":
		return m.Depth, nil
	case "through":
		return m.Through, nil
	case "role":
		return m.Role, nil
	case "since":
		return m.Since, nil
	}
	return m.Until, nil
}

type sharedProject analysis.SharedProject

// Field is a field of the edge.
func (s sharedProject) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "roleA":
		return s.RoleA, nil
	case "roleB":
		return s.RoleB, nil
	case "participationsA":
		return graphEdges(s.EdgesA), nil
	}
	return graphEdges(s.EdgesB), nil
}

func moneySums(sums []analysis.Sum) []read.Row {
	out := make([]read.Row, len(sums))
	for i, s := range sums {
		out[i] = moneySum(s)
	}
	return out
}

type moneySum analysis.Sum

// Field is a field of the sum.
func (s moneySum) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "amount":
		return s.Amount, nil
	case "value":
		return float64(s.Amount) / 100, nil
	case "currency":
		return s.Currency, nil
	case "known":
		return s.Known, nil
	}
	return s.Of, nil
}
