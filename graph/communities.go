package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// communities answers Query.communities.
func (a analyses) communities(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	filter := args.Input("filter")
	q := analysis.CommunityQuery{
		Projection: projection(args), Seed: uint64(args.Int("seed")), Yearly: args.Text("every") == "YEAR",
		MinSize: filter.Int("minSize"), Containing: filter.Texts("containing"), First: args.Int("first"),
	}
	q.Resolution, _ = args.Get("resolution").(float64)
	found, err := a.Communities(ctx, g, q)
	if err != nil {
		return nil, err
	}
	out := make([]read.Row, len(found))
	for i, c := range found {
		out[i] = community{c}
	}
	return out, nil
}

type community struct{ analysis.Community }

var typicalKinds = map[string]analysis.NetworkKind{"topics": analysis.Topics, "countries": analysis.Countries, "networks": analysis.Networks}

// Field is a field of the community.
func (c community) Field(name string, args read.Args) (any, error) {
	switch name {
	case "year":
		if c.Year == nil {
			return nil, nil
		}
		return *c.Year, nil
	case "number":
		return c.Number, nil
	case "communityCount":
		return c.Communities(), nil
	case "size":
		return c.Size(), nil
	case "networkSize":
		return c.Actors(), nil
	case "modularity":
		return c.Modularity(), nil
	case "ties":
		return c.Ties(), nil
	case "density":
		return c.Density(), nil
	case "weightWithin":
		return c.WeightWithin(), nil
	case "weightOutside":
		return c.WeightOutside(), nil
	case "members":
		return c.members(), nil
	}
	found, err := c.Typical(typicalKinds[name], args.Int("first"))
	out := make([]read.Row, len(found))
	for i, t := range found {
		out[i] = typical(t)
	}
	return out, err
}

func (c community) members() *read.List {
	return &read.List{
		Len:  c.Size(),
		Row:  func(i int) any { return read.Node(c.Member(i).ID) },
		Edge: func(i int) read.Row { return communityMember(c.Member(i)) },
		Key:  func(i int) []store.Value { m := c.Member(i); return []store.Value{m.Weight, m.ID} },
		Desc: []bool{true},
	}
}

type communityMember analysis.Member

// Field is a field of the edge.
func (m communityMember) Field(name string, _ read.Args) (any, error) {
	if name == "weight" {
		return m.Weight, nil
	}
	return m.Strength, nil
}

type typical analysis.Typical

// Field is a field of what is typical.
func (t typical) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "node":
		return read.Node(t.ID), nil
	case "count":
		return t.Count, nil
	case "total":
		return t.Total, nil
	case "share":
		return t.Share, nil
	}
	return t.Lift, nil
}
