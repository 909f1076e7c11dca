package graph

import (
	"context"
	"strconv"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

var (
	breakdownItems = map[string]analysis.Item{
		"PROJECT": analysis.OfProjects, "ACTOR": analysis.OfActors, "PARTICIPATION": analysis.OfParticipations,
	}
	breakdownMeasures = map[string]analysis.Measure{
		"COUNT": analysis.Count, "CONTRIBUTION": analysis.Contribution, "TOTAL_COST": analysis.TotalCost,
	}
	dimensions = map[string]analysis.Dimension{
		"COUNTRY": analysis.Country, "REGION": analysis.Region, "ACTOR_KIND": analysis.ActorKind, "ACTOR_TYPE": analysis.ActorType,
		"PROGRAMME": analysis.Programme, "FRAMEWORK": analysis.Framework, "CALL": analysis.Call, "TOPIC": analysis.Topic,
		"YEAR": analysis.Year, "ROLE": analysis.Role, "NETWORK": analysis.Network,
	}
)

// breakdown answers Query.breakdown.
func (a analyses) breakdown(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	q := analysis.BreakdownQuery{
		Of: breakdownItems[args.Text("of")], Measure: breakdownMeasures[args.Text("measure")],
		Currency: args.Text("currency"), When: args.When(),
		Project: args.Test("projectFilter"), Actor: args.Test("actorFilter"), Participation: args.EdgeTest("participationFilter"),
	}
	if within, given := args.Get("within").(string); given {
		q.Within = &within
	}
	q.Cumulative, _ = args.Get("cumulative").(bool)
	for _, by := range args.Texts("by") {
		q.By = append(q.By, dimensions[by])
	}
	b, err := a.Breakdown(ctx, g, q)
	if err != nil {
		return nil, err
	}
	return &read.List{
		Len: b.Len(), Key: b.Key, Desc: b.Desc(),
		Row: func(i int) any { return breakdownGroup{b.At(i), b, i} },
	}, nil
}

// breakdownGroup is a group with the breakdown it is the i-th of.
type breakdownGroup struct {
	analysis.Group
	of *analysis.Breakdown
	i  int
}

// Field is a field of the group.
func (g breakdownGroup) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "keys":
		keys := make([]read.Row, len(g.Keys))
		for i, k := range g.Keys {
			if k != nil {
				keys[i] = breakdownKey(*k)
			}
		}
		return keys, nil
	case "count":
		return g.Count, nil
	case "actors":
		return g.Actors, nil
	case "value":
		if n, counted := g.Value.(int64); counted {
			return strconv.FormatInt(n, 10), nil
		}
		return g.Value, nil
	case "known":
		return g.Known, nil
	case "of":
		return g.Group.Of, nil
	case "projects":
		projects, err := g.of.Projects(g.i)
		return nodeList(projects), err
	case "participations":
		edges, err := g.of.Participations(g.i)
		if err != nil {
			return nil, err
		}
		return &read.List{
			Len: len(edges), Row: func(i int) any { return graphEdge{edges[i]} },
			Key: func(i int) []store.Value { return []store.Value{edges[i].From, edges[i].To, edges[i].Key} },
		}, nil
	}
	return g.Share, nil
}

type breakdownKey analysis.DimensionKey

// Field is a field of the key.
func (k breakdownKey) Field(name string, _ read.Args) (any, error) {
	switch {
	case name == "name":
		return k.Name, nil
	case name == "id" && k.ID != "":
		return k.ID, nil
	case name == "code" && k.Code != "":
		return k.Code, nil
	}
	return nil, nil
}
