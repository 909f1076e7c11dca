package analysis

import (
	"cmp"
	"slices"

	"clustergraph/internal/store"
)

// Totals are what all pairs of partners make together.
type Totals struct {
	A, B, Actors int // how many different actors stand as a, as b, and as either
	// Projects are those that a pair shares, each once, in the order of their keys; without
	// roles.
	Projects []SharedProject
	// Contribution is what is paid to partners in the projects they share: each participation
	// is one amount, whatever the number of partners.
	Contribution []Sum
}

// Totals are those of all pairs, so they must not be asked for where just the first are
// wanted. Cost: with the projects that each pair shares.
func (p *Partnerships) Totals() (*Totals, error) {
	j := p.join
	var t Totals
	stands := make([]uint8, len(j.slots)) // 1: as a, 2: as b
	shared := make([]bool, len(j.projects))
	paid := make([]bool, len(j.edges)) // by the first edge of a participation
	rows := slices.Clone(p.rows)
	slices.SortFunc(rows, func(x, y row) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) }) // join.shared marks a
	for i, r := range rows {
		if i%1024 == 0 && j.ctx.Err() != nil {
			return nil, j.ctx.Err()
		}
		stands[r.a] |= 1
		stands[r.b] |= 2
		for a, b := range j.shared(r.a, r.b) {
			shared[a.project], paid[a.edge], paid[b.edge] = true, true, true
		}
	}
	for _, s := range stands {
		t.A += int(s & 1)
		t.B += int(s >> 1)
		t.Actors += min(1, int(s))
	}
	var projects []uint32
	for i, yes := range shared {
		if yes {
			projects = append(projects, uint32(i))
		}
	}
	if err := j.fetchSome(projects); err != nil {
		return nil, err
	}
	for i, yes := range shared {
		if yes {
			n := j.projectNodes[i]
			t.Projects = append(t.Projects, SharedProject{Project: j.projects[i], key: [2]store.Value{n.Props.Get(j.taking.ToSince), n.ID}})
		}
	}
	slices.SortFunc(t.Projects, SharedProject.compare)
	var s sums
	for i, yes := range paid {
		if yes {
			s.add(j.edgesOf(part{edge: uint32(i)}))
		}
	}
	t.Contribution = s.list
	return &t, nil
}
