package graph

import (
	"context"

	"clustergraph/internal/analysis"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// fitMeasures are the values of the enum FitMeasure, by measure.
var fitMeasures = []string{
	analysis.Score: "SCORE", analysis.CommonPartners: "COMMON_PARTNERS", analysis.AdamicAdar: "ADAMIC_ADAR",
	analysis.ResourceAllocation: "RESOURCE_ALLOCATION", analysis.SharedWays: "SHARED_WAYS", analysis.SharedThemes: "SHARED_TOPICS",
	analysis.Experience: "EXPERIENCE", analysis.SameCountry: "SAME_COUNTRY", analysis.SameType: "SAME_TYPE",
	analysis.Complementarity: "COMPLEMENTARITY",
}

// suggestPartners answers Query.suggestPartners.
func (a analyses) suggestPartners(ctx context.Context, g store.Reader, args read.Args) (any, error) {
	q := analysis.SuggestionQuery{
		For: args.Texts("for"), Topics: args.Texts("topics"), Countries: args.Texts("countries"), Types: args.Texts("types"),
		Exclude: args.Texts("exclude"), When: args.When(),
	}
	q.Partners, _ = args.Get("includePartners").(bool)
	for m, value := range fitMeasures {
		if value == args.Text("by") {
			q.By = analysis.FitMeasure(m)
		}
	}
	p, err := a.SuggestPartners(ctx, g, q)
	if err != nil {
		return nil, err
	}
	return &read.List{
		Len: p.Len(), Key: p.Key, Desc: p.Desc(),
		Row: func(i int) any { return suggestion{p.At(i)} },
	}, nil
}

type suggestion struct{ *analysis.Suggestion }

// Field is a field of the suggestion.
func (s suggestion) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "actor":
		return s.Actor(), nil
	case "score":
		return s.Value(analysis.Score), nil
	case "reasons":
		reasons := s.Reasons()
		out := make([]read.Row, len(reasons))
		for i, r := range reasons {
			out[i] = suggestionReason(r)
		}
		return out, nil
	case "sharedPartners":
		shared := s.SharedPartners()
		return &read.List{
			Len: len(shared), Key: func(i int) []store.Value { return shared[i].Key() }, Desc: []bool{true, false},
			Row:  func(i int) any { return shared[i].Actor },
			Edge: func(i int) read.Row { return sharedPartner(shared[i]) },
		}, nil
	case "sharedTopics":
		return themeList(s.SharedTopics()), nil
	}
	return themeList(s.SharedProgrammes()), nil
}

func themeList(shared []analysis.SharedTheme) *read.List {
	return &read.List{
		Len: len(shared), Key: func(i int) []store.Value { return shared[i].Key() }, Desc: []bool{true, false},
		Row: func(i int) any { return shared[i].Node },
	}
}

type suggestionReason analysis.Reason

// Field is a field of the reason.
func (r suggestionReason) Field(name string, _ read.Args) (any, error) {
	switch name {
	case "measure":
		return fitMeasures[r.Measure], nil
	case "value":
		return r.Value, nil
	case "adds":
		return r.Adds, nil
	}
	return r.Text, nil
}

type sharedPartner analysis.SharedPartner

// Field is a field of the edge.
func (p sharedPartner) Field(name string, _ read.Args) (any, error) {
	if name == "projectsHere" {
		return p.Here, nil
	}
	return p.There, nil
}
