// Package storetest holds every store to the contract of package store: one suite, an
// oracle to check against, a generated ecosystem, and benchmarks.
package storetest

import "clustergraph/internal/store"

// Schema is a small ontology that has everything: a family of three kinds of which one is
// the most telling, kinds that do not meet by name, a personal one, a tree, every type of
// value, and edges with each way of being bound in time.
func Schema() store.Schema {
	text := store.Type{Name: store.Text}
	with := func(props ...map[string]store.Type) map[string]store.Type {
		all := map[string]store.Type{
			"name":        {Name: store.Text, Index: true},
			"aliases":     {Name: store.Text, List: true},
			"description": text,
			"url":         {Name: store.String},
			"identifiers": {Name: store.Record, List: true, Parts: map[string]store.Type{"scheme": {Name: store.String}, "value": {Name: store.String}}},
			"formerIds":   {Name: store.String, List: true},
		}
		for _, more := range props {
			for name, t := range more {
				all[name] = t
			}
		}
		return all
	}
	actor := map[string]store.Type{
		"legalName": text,
		"country":   {Name: store.String},
		"indicators": {Name: store.Record, List: true, Parts: map[string]store.Type{
			"name": text, "value": {Name: store.Float}, "when": {Name: store.DateOf}}},
	}
	names := []string{"name", "aliases", "legalName"}
	return store.Schema{
		Kinds: map[string]store.Kind{
			"Cluster": {Family: "Actor", Telling: 3, Meets: true, Apart: []string{"country"}, Names: append(names, "nativeName"), Props: with(actor, map[string]store.Type{
				"nativeName":  text,
				"established": {Name: store.DateOf, Index: true},
				"score":       {Name: store.Float, Index: true},
				"languages":   {Name: store.Text, List: true},
				"composition": {Name: store.Record, Parts: map[string]store.Type{
					"total": {Name: store.Int}, "smes": {Name: store.Int}, "sectors": {Name: store.Text, List: true}}},
				"labels": {Name: store.Record, List: true, Parts: map[string]store.Type{
					"name": text, "level": {Name: store.String}, "awarded": {Name: store.DateOf}}},
			})},
			"Organisation": {Family: "Actor", Telling: 1, Meets: true, Apart: []string{"country"}, Names: names, Props: with(actor, map[string]store.Type{
				"type": {Name: store.String, Index: true},
				"sme":  {Name: store.Bool, Index: true},
				"size": {Name: store.Int, Index: true},
			})},
			"Network": {Family: "Actor", Telling: 2, Meets: true, Apart: []string{"country"}, Names: names, Props: with(actor, map[string]store.Type{
				"founded": {Name: store.DateOf, Index: true},
			})},
			// A kind that does not meet by name beside others that do.
			"Consortium": {Family: "Actor", Names: names, Props: with(actor)},
			"Programme": {Family: "Programme", Meets: true, Names: append(names[:2:2], "code"), Props: with(map[string]store.Type{
				"code": {Name: store.Text, Index: true},
			})},
			"Person": {Family: "Person", Names: names[:2], Personal: true, Props: with(map[string]store.Type{
				"honorific": text,
			})},
			"Project": {Family: "Project", Names: append(names[:2:2], "acronym", "title"), Props: with(map[string]store.Type{
				"acronym":        {Name: store.Text, Index: true},
				"title":          text,
				"start":          {Name: store.DateOf, Index: true},
				"end":            {Name: store.DateOf},
				"durationMonths": {Name: store.Int},
				"totalCost":      {Name: store.MoneyOf, Index: true},
			})},
			"Place": {Family: "Place", Names: names[:2], Props: with(map[string]store.Type{
				"code": {Name: store.String, Index: true},
			})},
			"Source": {Family: "Source", Names: names[:2], Props: with(map[string]store.Type{
				"type":      {Name: store.String},
				"retrieved": {Name: store.DateOf},
			})},
		},
		Edges: map[string]store.EdgeType{
			"MEMBER_OF": {Since: "since", Until: "until", Props: map[string]store.Type{
				"role": {Name: store.String}, "since": {Name: store.DateOf}, "until": {Name: store.DateOf}}},
			"PARTICIPATES_IN": {Since: "since", Until: "until", ToSince: "start", ToUntil: "end", Props: map[string]store.Type{
				"role": {Name: store.String}, "roleText": text, "since": {Name: store.DateOf}, "until": {Name: store.DateOf},
				"contribution": {Name: store.MoneyOf}, "tags": {Name: store.Text, List: true}}},
			"AFFILIATED_WITH": {Since: "since", Until: "until", Props: map[string]store.Type{
				"role": text, "since": {Name: store.DateOf}, "until": {Name: store.DateOf}}},
			"PART_OF":    {},
			"ABOUT":      {},
			"LOCATED_IN": {},
			"OPERATES":   {Since: "since", Props: map[string]store.Type{"since": {Name: store.DateOf}}},
			"SUCCEEDS":   {},
			possiblySame: {Props: map[string]store.Type{"confidence": {Name: store.Float}, "why": text}},
		},
	}
}
