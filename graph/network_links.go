package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

var (
	networkKinds = map[string]analysis.NetworkKind{
		"NETWORK": analysis.Networks, "CLUSTER": analysis.Clusters, "COUNTRY": analysis.Countries,
		"REGION": analysis.Regions, "PROGRAMME": analysis.Programmes, "TOPIC": analysis.Topics,
	}
	networkLinkKeys = map[string]analysis.LinkKey{
		"SHARED_PROJECTS": analysis.ByLinkProjects, "SHARED_MEMBERS": analysis.ByLinkMembers, "PARTNER_PAIRS": analysis.ByLinkPairs,
		"CONTRIBUTION": analysis.ByLinkContribution, "A_NAME": analysis.ByLinkNameA, "B_NAME": analysis.ByLinkNameB,
	}
)

// networkLinks answers Query.networkLinks.
func (a analyses) networkLinks(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	f := args.Input("filter")
	q := analysis.LinkQuery{Kind: networkKinds[args.Text("kind")], IDs: args.Texts("ids"), When: args.When(), Where: analysis.LinkConditions{
		MinMembers: f.Int("minSharedMembers"), MinPairs: f.Int("minPartnerPairs"),
		MinProjects: max(f.Int("minSharedProjects"), args.Int("minWeight")),
		Project:     f.Test("projects"), Actor: f.Test("actors"),
	}}
	q.Order = terms(args, networkLinkKeys)
	l, err := a.NetworkLinks(ctx, g, q)
	if err != nil {
		return nil, err
	}
	return &read.List{
		Len: l.Len(), Key: l.Key, Desc: l.Desc(),
		Row: func(i int) any { return networkLink{l.At(i)} },
	}, nil
}

type networkLink struct{ analysis.NetworkLink }

// Field is a field of the link.
func (l networkLink) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "a":
		return read.Node(l.A()), nil
	case "b":
		return read.Node(l.B()), nil
	case "sharedMembers":
		return l.SharedMembers(), nil
	case "sharedProjects":
		return l.SharedProjects(), nil
	case "partnerPairs":
		return l.PartnerPairs()
	case "contribution":
		return moneySums(l.Contribution()), nil
	case "members":
		return nodeList(l.Members()), nil
	}
	return nodeList(l.Projects()), nil
}

// nodeList are nodes in the order of their ids.
func nodeList(ids []string) *read.List {
	return &read.List{
		Len: len(ids),
		Row: func(i int) any { return read.Node(ids[i]) },
		Key: func(i int) []store.Value { return []store.Value{ids[i]} },
	}
}
