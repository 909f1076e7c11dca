package bench

import "fmt"

// What the bare handler makes of rows: the JSON that the service writes.

type organisationAnswer struct {
	ID     *string `json:"id"`
	Name   *string `json:"name"`
	Type   *string `json:"type"`
	Street *string `json:"street"`
	City   *string `json:"city"`
}

type named struct {
	ID   *string `json:"id"`
	Name *string `json:"name"`
}

type nodes[T any] struct {
	Nodes []T `json:"nodes"`
}

type edges[T any] struct {
	Edges []T `json:"edges"`
}

func textOf(v any) *string {
	if s, ok := v.(string); ok {
		return &s
	}
	return nil
}

type projectAnswer struct {
	ID       *string      `json:"id"`
	Acronym  *string      `json:"acronym"`
	Title    *string      `json:"title"`
	Partners nodes[named] `json:"partners"`
}

type projectEdge struct {
	Role *string       `json:"role"`
	Node projectAnswer `json:"node"`
}

type actorAnswer struct {
	named
	Projects edges[projectEdge] `json:"projects"`
}

// buildNested has a row for each project: its organisation, and its partners as a list.
func buildNested(rows [][]any, _ map[string]any) any {
	var out struct {
		Place struct {
			Actors nodes[*actorAnswer] `json:"actors"`
		} `json:"place"`
	}
	all := make([]*actorAnswer, 0, 20)
	for _, r := range rows {
		if len(all) == 0 || *all[len(all)-1].ID != r[0].(string) {
			all = append(all, &actorAnswer{named: named{textOf(r[0]), textOf(r[1])}})
		}
		p := projectEdge{textOf(r[2]), projectAnswer{ID: textOf(r[3]), Acronym: textOf(r[4]), Title: textOf(r[5])}}
		partners := r[6].([]any)
		p.Node.Partners.Nodes = make([]named, len(partners))
		for i, q := range partners {
			q := q.([]any)
			p.Node.Partners.Nodes[i] = named{textOf(q[0]), textOf(q[1])}
		}
		last := all[len(all)-1]
		last.Projects.Edges = append(last.Projects.Edges, p)
	}
	out.Place.Actors.Nodes = all
	return out
}

type acronym struct {
	Acronym *string `json:"acronym"`
}

type partnershipAnswer struct {
	A              named          `json:"a"`
	B              named          `json:"b"`
	ProjectCount   int64          `json:"projectCount"`
	SharedProjects nodes[acronym] `json:"sharedProjects"`
}

func buildHeadline(rows [][]any, _ map[string]any) any {
	var out struct {
		Partnerships nodes[partnershipAnswer] `json:"partnerships"`
	}
	all := make([]partnershipAnswer, len(rows))
	for i, r := range rows {
		acronyms := r[5].([]any)
		shared := make([]acronym, len(acronyms))
		for j, a := range acronyms {
			shared[j].Acronym = textOf(a)
		}
		all[i] = partnershipAnswer{named{textOf(r[0]), textOf(r[1])}, named{textOf(r[2]), textOf(r[3])}, r[4].(int64), nodes[acronym]{shared}}
	}
	out.Partnerships.Nodes = all
	return out
}

type listed struct {
	ID      *string `json:"id"`
	Acronym *string `json:"acronym"`
	Title   *string `json:"title"`
	Start   *string `json:"start"`
}

func buildFiltered(rows [][]any, _ map[string]any) any {
	var out struct {
		Projects struct {
			TotalCount int64    `json:"totalCount"`
			Nodes      []listed `json:"nodes"`
		} `json:"projects"`
	}
	out.Projects.Nodes = make([]listed, len(rows))
	for i, r := range rows {
		out.Projects.TotalCount = r[0].(int64)
		out.Projects.Nodes[i] = listed{textOf(r[1]), textOf(r[2]), textOf(r[3]), textOf(r[4])}
	}
	return out
}

type hit struct {
	Score float64 `json:"score"`
	Node  named   `json:"node"`
}

func buildSearch(rows [][]any, _ map[string]any) any {
	var out struct {
		Search edges[hit] `json:"search"`
	}
	out.Search.Edges = make([]hit, len(rows))
	for i, r := range rows {
		out.Search.Edges[i] = hit{r[0].(float64), named{textOf(r[1]), textOf(r[2])}}
	}
	return out
}

type pathAnswer struct {
	Length int64   `json:"length"`
	Nodes  []named `json:"nodes"`
}

func buildPaths(rows [][]any, _ map[string]any) any {
	var out struct {
		Paths []pathAnswer `json:"paths"`
	}
	out.Paths = make([]pathAnswer, len(rows))
	for i, r := range rows {
		p := pathAnswer{Length: r[0].(int64)}
		for _, n := range r[1].([]any) {
			n := n.([]any)
			p.Nodes = append(p.Nodes, named{textOf(n[0]), textOf(n[1])})
		}
		out.Paths[i] = p
	}
	return out
}

type countryKey struct {
	ID   *string `json:"id"`
	Code *string `json:"code"`
	Name *string `json:"name"`
}

type groupAnswer struct {
	Keys   [1]*countryKey `json:"keys"`
	Count  int64          `json:"count"`
	Actors int64          `json:"actors"`
	Value  *string        `json:"value"`
	Known  int64          `json:"known"`
}

func buildContribution(rows [][]any, _ map[string]any) any {
	var out struct {
		Breakdown nodes[groupAnswer] `json:"breakdown"`
	}
	all := make([]groupAnswer, len(rows))
	for i, r := range rows {
		all[i] = groupAnswer{Count: r[3].(int64), Actors: r[4].(int64), Known: r[6].(int64)}
		if r[0] != nil {
			all[i].Keys[0] = &countryKey{textOf(r[0]), textOf(r[1]), textOf(r[2])}
		}
		if cents, known := r[5].(int64); known {
			euro := fmt.Sprintf("%d.%02d", cents/100, cents%100)
			all[i].Value = &euro
		}
	}
	out.Breakdown.Nodes = all
	return out
}
