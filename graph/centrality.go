package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

var (
	centralityMeasures = map[string]analysis.CentralityMeasure{
		"DEGREE": analysis.Degree, "WEIGHTED_DEGREE": analysis.WeightedDegree, "BETWEENNESS": analysis.Betweenness, "CLOSENESS": analysis.Closeness,
		"EIGENVECTOR": analysis.Eigenvector, "PAGERANK": analysis.PageRank, "CONSTRAINT": analysis.Constraint, "BROKERAGE": analysis.Brokerage,
	}
	tieDistances = map[string]centrality.Distance{"HOPS": centrality.Hops, "INVERSE_WEIGHT": centrality.InverseWeight}
	groupKeys    = map[string]analysis.Dimension{
		"NETWORK": analysis.Network, "COUNTRY": analysis.Country, "REGION": analysis.Region, "TYPE": analysis.ActorType, "KIND": analysis.ActorKind,
	}
)

// centrality answers Query.centrality.
func (a analyses) centrality(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	q := analysis.RankingQuery{
		By: centralityMeasures[args.Text("measure")], Projection: projection(args),
		Yearly: args.Text("every") == "YEAR", Only: args.Test("filter"), Groups: groups(args),
	}
	if args.Get("top") != nil {
		top := args.Int("top")
		q.Top = &top
	}
	if d, given := tieDistances[args.Text("distance")]; given {
		q.Distance = &d
	}
	if damping, given := args.Get("damping").(float64); given {
		q.Damping = &damping
	}
	if args.Get("sample") != nil {
		in := args.Input("sample")
		q.Sample = &centrality.Sampling{Seed: uint64(in.Int("seed"))}
		q.Sample.Error, _ = in.Get("error").(float64)
		q.Sample.Confidence, _ = in.Get("confidence").(float64)
	}
	k, err := a.Rankings(ctx, g, q)
	if err != nil {
		return nil, err
	}
	return &read.List{
		Len: k.Len(), Key: k.Key, Desc: k.Desc(),
		Row: func(i int) any { return ranking(k.At(i)) },
	}, nil
}

// groups are those that the argument groups says; nil: none are given.
func groups(args read.Args) *analysis.Groups {
	if args.Get("groups") == nil {
		return nil
	}
	in := args.Input("groups")
	out := &analysis.Groups{By: groupKeys[in.Text("by")], MembersOf: in.Texts("membersOf")}
	if lists, given := in.Get("actors").([]any); given {
		out.Actors = make([][]string, len(lists))
		for i, l := range lists {
			ids, _ := l.([]any)
			for _, id := range ids {
				text, _ := id.(string)
				out.Actors[i] = append(out.Actors[i], text)
			}
		}
	}
	return out
}

type ranking analysis.Rank

// Field is a field of the ranking.
func (k ranking) Field(name string, _ read.Args) (any, error) {
	switch {
	case name == "actor":
		return read.Node(k.ID), nil
	case name == "value":
		return k.Value, nil
	case name == "rank":
		return k.Rank, nil
	case name == "networkSize":
		return k.Size, nil
	case name == "year" && k.Year != 0:
		return k.Year, nil
	case name == "error" && k.Error != nil:
		return *k.Error, nil
	case name == "roles" && k.Roles != nil:
		return brokerageRoles(*k.Roles), nil
	}
	return nil, nil
}

type brokerageRoles centrality.Roles

// Field is a field of the roles.
func (r brokerageRoles) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "coordinator":
		return r.Coordinator, nil
	case "gatekeeper":
		return r.Gatekeeper, nil
	case "representative":
		return r.Representative, nil
	case "consultant":
		return r.Consultant, nil
	}
	return r.Liaison, nil
}
