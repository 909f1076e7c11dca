package centrality

import (
	"context"
	"math"

	"clustergraph/internal/analysis/csr"
)

// Constraint is how much a node's partners are tied to each other: the sum over its partners j of
// (p(i,j) + the sum over its other partners q of p(i,q) p(q,j))², where p(i,j) is the part of the
// weights of i's ties that the tie to j has (Burt, Structural holes, 1992, p. 54). As in networkx,
// only partners of i count as j. It is NaN for a node without ties.
//
// Cost: with the triangles, of which there are at most ties^1.5.
func Constraint(ctx context.Context, g *csr.Graph) ([]float64, error) {
	sums, err := strengths(ctx, g)
	if err != nil {
		return nil, err
	}
	t, err := newTriangles(ctx, g)
	if err != nil {
		return nil, err
	}
	strength := make([]float64, len(sums))
	for a, x := range t.order {
		strength[a] = sums[x]
	}
	if err := Ended(ctx); err != nil {
		return nil, err
	}
	weight := make([]float64, len(t.tie))
	for i, at := range t.tie {
		weight[i] = g.Weight[at]
	}
	if err := Ended(ctx); err != nil {
		return nil, err
	}
	// Of the tie between i and j: the sum over q of w(i,q) w(q,j) / strength(q). It is the same
	// from both sides.
	indirect := make([]float64, len(t.tie))
	err = t.each(ctx, func(a, b, c, ab, ac, bc uint32) {
		wab, wac, wbc := weight[ab], weight[ac], weight[bc]
		indirect[ab] += wac * wbc / strength[c]
		indirect[ac] += wab * wbc / strength[b]
		indirect[bc] += wab * wac / strength[a]
	})
	if err != nil {
		return nil, err
	}
	out := make([]float64, g.Len())
	pulse := beat{ctx: ctx}
	for a, x := range t.order {
		begin, end := t.off[a], t.off[a+1]
		if err := pulse.add(int(end - begin)); err != nil {
			return nil, err
		}
		if g.Off[x] == g.Off[x+1] {
			out[x] = math.NaN()
		}
		for i := begin; i < end; i++ {
			b := t.to[i]
			w := weight[i] + indirect[i]
			p, q := w/strength[a], w/strength[b]
			out[x] += p * p
			out[t.order[b]] += q * q
		}
	}
	return out, nil
}

// strengths are those of [WeightedDegree].
func strengths(ctx context.Context, g *csr.Graph) ([]float64, error) {
	out := make([]float64, g.Len())
	pulse := beat{ctx: ctx}
	for x := range out {
		out[x] = g.Strength(uint32(x))
		if err := pulse.add(int(g.Off[x+1] - g.Off[x])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Roles are how often a node stands in each role of a broker.
type Roles struct{ Coordinator, Gatekeeper, Representative, Consultant, Liaison float64 }

// Sum is how often it brokers in all.
func (r Roles) Sum() float64 {
	return r.Coordinator + r.Gatekeeper + r.Representative + r.Consultant + r.Liaison
}

// Brokerage is how often each node B stands between two others A and C, which are tied to it but
// not to each other, by the groups of the three (Gould and Fernandez, Structures of mediation,
// Sociological Methodology 19, 1989):
//
//	A, B, C in one group         coordinator
//	B and C in one, A in another gatekeeper
//	A and B in one, C in another representative
//	A and C in one, B in another consultant (itinerant broker)
//	all in different groups      liaison
//
// Ties have no direction, so that each A and C count from A to C and from C to A, as in a
// directed graph in which all ties are mutual; gatekeeper and representative are the same number.
//
// groups are those of each node, each once. Only nodes that are in one count. If some of A, B and C
// are in several, the triad counts once in all, divided evenly among all ways to choose one
// group for each of the three.
//
// Cost: with the triangles, and groups.
func Brokerage(ctx context.Context, g *csr.Graph, groups [][]uint32) ([]Roles, error) {
	out := make([]Roles, g.Len())
	n := 0
	for _, of := range groups {
		for _, group := range of {
			n = max(n, int(group)+1)
		}
	}
	// First as if no two partners of a node were tied to each other: sums over the groups of
	// its partners tell all pairs of these. Then those that are tied are taken away.
	sums := make([]partial, n)
	var met []uint32
	pulse := beat{ctx: ctx}
	for b := range out {
		to, _ := g.Row(uint32(b))
		if len(groups[b]) == 0 {
			continue
		}
		partners := 0.0
		for _, a := range to {
			part := 1 / float64(len(groups[a]))
			if len(groups[a]) > 0 {
				partners++
			}
			for _, group := range groups[a] {
				if sums[group].parts == 0 {
					met = append(met, group)
				}
				sums[group].parts += part
				sums[group].squares += part * part
			}
		}
		mine := 1 / float64(len(groups[b]))
		var r Roles
		both := 0.0 // pairs in one group, whichever
		for _, group := range met {
			s := sums[group]
			both += s.parts*s.parts - s.squares
		}
		for _, group := range groups[b] {
			s := sums[group]
			inside := s.parts*s.parts - s.squares
			r.Coordinator += mine * inside
			// One of the two is in this group, the other is not.
			r.Gatekeeper += mine * (s.parts*(partners-1) - inside)
		}
		r.Representative = r.Gatekeeper
		r.Consultant = both - r.Coordinator
		r.Liaison = partners*(partners-1) - r.Coordinator - 2*r.Gatekeeper - r.Consultant
		out[b] = r
		for _, group := range met {
			sums[group] = partial{}
		}
		met = met[:0]
		if err := pulse.add(len(to) + 1); err != nil {
			return nil, err
		}
	}
	whole := make([]Roles, len(out))
	copy(whole, out)
	t, err := newTriangles(ctx, g)
	if err != nil {
		return nil, err
	}
	err = t.each(ctx, func(a, b, c, _, _, _ uint32) {
		a, b, c = t.order[a], t.order[b], t.order[c]
		if len(groups[a]) > 0 && len(groups[b]) > 0 && len(groups[c]) > 0 {
			out[a].close(groups[b], groups[a], groups[c])
			out[b].close(groups[a], groups[b], groups[c])
			out[c].close(groups[a], groups[c], groups[b])
		}
	})
	for x := range out {
		out[x].settle(whole[x].Sum())
	}
	return out, err
}

// partial sums up parts of groups, and their squares.
type partial struct{ parts, squares float64 }

// close takes away that b brokers between a and c, in both directions.
func (r *Roles) close(a, b, c []uint32) {
	if len(a) == 1 && len(b) == 1 && len(c) == 1 {
		r.take(a[0], b[0], c[0], 1)
		return
	}
	part := 1 / float64(len(a)*len(b)*len(c))
	for _, x := range a {
		for _, y := range b {
			for _, z := range c {
				r.take(x, y, z, part)
			}
		}
	}
}

func (r *Roles) take(a, b, c uint32, part float64) {
	switch {
	case a == b && b == c:
		r.Coordinator -= 2 * part
	case a == b || b == c:
		r.Gatekeeper -= part
		r.Representative -= part
	case a == c:
		r.Consultant -= 2 * part
	default:
		r.Liaison -= 2 * part
	}
}

// settle makes what is 0 but for rounding 0.
func (r *Roles) settle(whole float64) {
	for _, v := range []*float64{&r.Coordinator, &r.Gatekeeper, &r.Representative, &r.Consultant, &r.Liaison} {
		if *v < whole*1e-12 {
			*v = 0
		}
	}
}

// triangles finds them all, each once: of two tied nodes the one with fewer ties comes first, and
// a triangle is found from its first (Chiba and Nishizeki, Arboricity and subgraph listing
// algorithms, SIAM J. Comput. 14, 1985). Nodes are told by their place in that order, so that those
// with very many ties, which most triangles have, lie together in memory.
type triangles struct {
	order []uint32 // nodes by place
	off   []uint32 // the ties to nodes that come later, by place, stand in to
	to    []uint32
	tie   []uint32 // where each of these stands in the To of the graph
}

func newTriangles(ctx context.Context, g *csr.Graph) (*triangles, error) {
	n := g.Len()
	t := &triangles{off: make([]uint32, n+1)}
	// To clear memory takes time as well: one array, one look at the clock.
	for _, array := range []*[]uint32{&t.to, &t.tie} {
		if err := Ended(ctx); err != nil {
			return nil, err
		}
		*array = make([]uint32, 0, len(g.To)/2)
	}
	var place []uint32
	t.order, place = byDegree(g)
	pulse := beat{ctx: ctx}
	for a, x := range t.order {
		if err := pulse.add(int(g.Off[x+1] - g.Off[x])); err != nil {
			return nil, err
		}
		for i := g.Off[x]; i < g.Off[x+1]; i++ {
			if b := place[g.To[i]]; b > uint32(a) {
				t.to, t.tie = append(t.to, b), append(t.tie, i)
			}
		}
		t.off[a+1] = uint32(len(t.to))
	}
	return t, nil
}

// byDegree puts nodes in the order of their numbers of ties, then of their own, and tells the place
// of each.
func byDegree(g *csr.Graph) (order, place []uint32) {
	n := g.Len()
	order, place = make([]uint32, n), make([]uint32, n)
	most := uint32(0)
	for x := range n {
		most = max(most, g.Off[x+1]-g.Off[x])
	}
	next := make([]uint32, most+2) // by number of ties: the place of the next
	for x := range n {
		next[g.Off[x+1]-g.Off[x]+1]++
	}
	for d := range most {
		next[d+1] += next[d]
	}
	for x := range uint32(n) {
		at := &next[g.Off[x+1]-g.Off[x]]
		order[*at], place[x] = x, *at
		*at++
	}
	return order, place
}

// each tells the places of the nodes of each triangle, and where its ties stand in to.
func (t *triangles) each(ctx context.Context, tell func(a, b, c, ab, ac, bc uint32)) error {
	pulse := beat{ctx: ctx}
	mark := make([]uint32, len(t.order)) // of the nodes after a: 1 + where the ties stand
	for a := range uint32(len(t.order)) {
		begin, end := t.off[a], t.off[a+1]
		for i := begin; i < end; i++ {
			mark[t.to[i]] = i + 1
		}
		for ab := begin; ab < end; ab++ {
			b := t.to[ab]
			first := t.off[b]
			row := t.to[first:t.off[b+1]]
			for k, c := range row {
				if ac := mark[c]; ac != 0 {
					tell(a, b, c, ab, ac-1, first+uint32(k))
				}
			}
			if err := pulse.add(len(row)); err != nil {
				return err
			}
		}
		for i := begin; i < end; i++ {
			mark[t.to[i]] = 0
		}
	}
	return nil
}
