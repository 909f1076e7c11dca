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
	strength, err := strengths(ctx, g)
	if err != nil {
		return nil, err
	}
	t, err := newTriangles(ctx, g)
	if err != nil {
		return nil, err
	}
	// Of the tie between i and j: the sum over q of w(i,q) w(q,j) / strength(q). It is the same
	// from both sides.
	indirect := make([]float64, len(g.To))
	err = t.each(ctx, func(a, b, c, ab, ac, bc uint32) {
		wab, wac, wbc := g.Weight[ab], g.Weight[ac], g.Weight[bc]
		indirect[ab] += wac * wbc / strength[c]
		indirect[ac] += wab * wbc / strength[b]
		indirect[bc] += wab * wac / strength[a]
	})
	if err != nil {
		return nil, err
	}
	out := make([]float64, g.Len())
	pulse := beat{ctx: ctx}
	for x := range out {
		begin, end := g.Off[x], g.Off[x+1]
		if err := pulse.add(int(end - begin)); err != nil {
			return nil, err
		}
		if begin == end {
			out[x] = math.NaN()
		}
		for i := begin; i < end; i++ {
			p := (g.Weight[i] + indirect[t.tie[i]]) / strength[x]
			out[x] += p * p
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
// algorithms, SIAM J. Comput. 14, 1985).
type triangles struct {
	g    *csr.Graph
	tie  []uint32 // by place in g.To: where the tie stands in the row of the end that comes first
	off  []uint32 // the ties to nodes that come later, by node, stand in to
	to   []uint32
	from []uint32 // their places in g.To
}

func newTriangles(ctx context.Context, g *csr.Graph) (*triangles, error) {
	n := g.Len()
	t := &triangles{g: g, off: make([]uint32, n+1)}
	// To clear memory takes time as well: one array, one look at the clock.
	for _, array := range []struct {
		of        *[]uint32
		size, cap int
	}{{&t.tie, len(g.To), len(g.To)}, {&t.to, 0, len(g.To) / 2}, {&t.from, 0, len(g.To) / 2}} {
		if err := Ended(ctx); err != nil {
			return nil, err
		}
		*array.of = make([]uint32, array.size, array.cap)
	}
	degree := func(x uint32) uint32 { return g.Off[x+1] - g.Off[x] }
	first := func(x, y uint32) bool { return degree(x) < degree(y) || degree(x) == degree(y) && x < y }
	// Rows ascend: who is gone through in this order meets the ties of another row in order, too.
	place := make([]uint32, n)
	copy(place, g.Off)
	pulse := beat{ctx: ctx}
	for x := range uint32(n) {
		if err := pulse.add(int(degree(x))); err != nil {
			return nil, err
		}
		for i := g.Off[x]; i < g.Off[x+1]; i++ {
			y := g.To[i]
			back := place[y] // where x stands in the row of y
			place[y]++
			if first(x, y) {
				t.to, t.from = append(t.to, y), append(t.from, i)
				t.tie[i], t.tie[back] = i, i
			}
		}
		t.off[x+1] = uint32(len(t.to))
	}
	return t, nil
}

// each tells the nodes of each triangle, and where its ties stand.
func (t *triangles) each(ctx context.Context, tell func(a, b, c, ab, ac, bc uint32)) error {
	pulse := beat{ctx: ctx}
	mark := make([]uint32, t.g.Len()) // of the nodes after a: 1 + their places in to
	for a := range uint32(t.g.Len()) {
		row := t.to[t.off[a]:t.off[a+1]]
		for i, b := range row {
			mark[b] = t.off[a] + uint32(i) + 1
		}
		for i, b := range row {
			ab := t.from[t.off[a]+uint32(i)]
			for k := t.off[b]; k < t.off[b+1]; k++ {
				if c := t.to[k]; mark[c] != 0 {
					tell(a, b, c, ab, t.from[mark[c]-1], t.from[k])
				}
			}
			if err := pulse.add(int(t.off[b+1] - t.off[b])); err != nil {
				return err
			}
		}
		for _, b := range row {
			mark[b] = 0
		}
	}
	return nil
}
