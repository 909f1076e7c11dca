package graph

import (
	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
)

var (
	tieKinds   = map[string]analysis.TieKind{"SHARED_PROJECTS": analysis.SharedProjects, "SHARED_MEMBERSHIPS": analysis.SharedMemberships}
	tieWeights = map[string]analysis.TieWeight{
		"NONE": analysis.NoWeight, "COUNT": analysis.CountWeight, "FRACTIONAL": analysis.FractionalWeight, "CONTRIBUTION": analysis.ContributionWeight,
	}
)

// projection is what the argument projection says, at the time that asOf or during say.
func projection(args read.Args) analysis.Projection {
	in := args.Input("projection")
	p := analysis.Projection{
		Ties: tieKinds[in.Text("ties")], Weight: analysis.CountWeight, When: args.When(),
		Project: in.Test("projects"), Participation: in.EdgeTest("participations"), Actor: in.Test("actors"), MembersOf: in.Texts("membersOf"),
	}
	if w, given := tieWeights[in.Text("weight")]; given {
		p.Weight = w
	}
	p.Least, _ = in.Get("minWeight").(float64)
	return p
}
