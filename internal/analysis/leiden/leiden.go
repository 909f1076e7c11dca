// Package leiden finds communities in weighted, undirected graphs by the Leiden algorithm:
// V. A. Traag, L. Waltman, N. J. van Eck, From Louvain to Leiden: guaranteeing well-connected
// communities, Scientific Reports 9:5233 (2019). It maximises modularity with a resolution
// (J. Reichardt, S. Bornholdt, Statistical mechanics of community detection, Phys. Rev. E 74,
// 2006):
//
//	Q = sum over communities c of  in(c)/2m - resolution * (strength(c)/2m)^2
//
// where in(c) is twice the weight of the ties within c, strength(c) the sum of the weights of
// all ties of its nodes, and 2m twice the weight of all ties.
package leiden

import (
	"cmp"
	"context"
	"math"
	"slices"

	"clustergraph/internal/analysis/csr"
)

// Options say how communities are looked for.
type Options struct {
	// Resolution is above 0: the greater, the smaller the communities. 1 is modularity as
	// Newman and Girvan defined it.
	Resolution float64
	// Seed makes another search of the same kind; the same one gives the same communities
	// on every platform.
	Seed uint64
}

// Partition says which community each node is in.
type Partition struct {
	// Of is the community by node. Communities are numbered from 0, the one with most nodes
	// first, then the one with the smallest node. Each is connected.
	Of    []uint32
	Sizes []uint32 // by community: how many nodes
	// Modularity is Q.
	Modularity float64
}

// iterations are at most so many, each of which starts from what the one before found. The
// search ends with the first that finds nothing better.
const iterations = 10

// randomness is theta of the paper, which recommends it, for gains in units of the mean
// weight of a tie: the smaller, the more refinement only takes what gains most.
const randomness = 0.01

// Find finds the communities of a graph. It is an error only if the context ends. Cost: a
// few dozen passes over the ties of most graphs; memory for a copy of the ties.
func Find(ctx context.Context, g *csr.Graph, o Options) (Partition, error) {
	n := g.Len()
	s := &search{ctx: ctx, rnd: random{o.Seed}, weights: make([]float64, n), mark: make([]bool, n)}
	mass := make([]float64, n)
	twice := 0.0
	for x := range mass {
		mass[x] = g.Strength(uint32(x))
		twice += mass[x]
	}
	if twice == 0 {
		return partition(g, numbers(n), o.Resolution), nil
	}
	s.price = o.Resolution / twice
	s.unit = twice / float64(len(g.To))
	community := numbers(n)
	best := modularity(g, community, o.Resolution)
	for range iterations {
		found, err := s.iterate(&level{off: g.Off, to: g.To, weight: g.Weight, mass: mass}, slices.Clone(community))
		if err != nil {
			return Partition{}, err
		}
		q := modularity(g, found, o.Resolution)
		if q < best { // by the last digit
			break
		}
		better := q > best+1e-9
		community, best = found, q
		if !better {
			break
		}
	}
	return partition(g, community, o.Resolution), nil
}

// search is what all levels share.
type search struct {
	ctx   context.Context
	rnd   random
	price float64 // of each product of masses: resolution/2m
	unit  float64 // the mean weight of a tie

	// Scratch, all zero between uses: by community the weights of the ties that lead to it,
	// and, by node, a mark.
	weights []float64
	mark    []bool
	met     []uint32
}

// level is a graph whose nodes stand for parts of a community of the level below. Ties within
// a node are left out: whatever moves, they stay.
type level struct {
	off    []uint32
	to     []uint32
	weight []float64
	mass   []float64 // by node: its strength, with the ties within it
}

func (l *level) len() int { return len(l.mass) }

// iterate moves nodes, refines, and makes the parts nodes of the next level, until nothing
// moves any more: then each community is one node, hence one part, hence connected.
func (s *search) iterate(l *level, community []uint32) ([]uint32, error) {
	at := numbers(l.len()) // by node of the graph: that of the level
	for {
		left, err := s.move(l, community)
		if err != nil {
			return nil, err
		}
		if left == l.len() {
			break
		}
		part := s.refine(l, community)
		if s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		var of []uint32
		l, community, of = s.aggregate(l, community, part)
		for x, y := range at {
			at[x] = of[y]
		}
	}
	for x, y := range at {
		at[x] = community[y]
	}
	return at, nil
}

// gain is what it gains to put a mass where other weighs so much, with ties of a weight
// between. Products are rounded before they are added, so that no platform fuses both.
func (s *search) gain(weight, mass, other float64) float64 {
	return weight - float64(float64(s.price*mass)*other)
}

// slight is a gain that may come of rounding.
func (s *search) slight(mass float64) float64 { return float64(1e-10 * (s.unit + mass)) }

// reach sums up the weights of a node's ties by where they lead: in s.weights, for those in
// s.met. Clear them with forget.
func (s *search) reach(l *level, x uint32, community []uint32) {
	s.met = s.met[:0]
	for k := l.off[x]; k < l.off[x+1]; k++ {
		c := community[l.to[k]]
		if s.weights[c] == 0 {
			s.met = append(s.met, c)
		}
		s.weights[c] += l.weight[k]
	}
}

func (s *search) forget() {
	for _, c := range s.met {
		s.weights[c] = 0
	}
}

// move is the fast local move: nodes from a queue go where they gain most, and their
// neighbours elsewhere are looked at again. It tells how many communities are left.
func (s *search) move(l *level, community []uint32) (int, error) {
	n := l.len()
	mass, size := make([]float64, n), make([]uint32, n)
	for x, c := range community {
		mass[c] += l.mass[x]
		size[c]++
	}
	var empty []uint32
	for c := n - 1; c >= 0; c-- {
		if size[c] == 0 {
			empty = append(empty, uint32(c))
		}
	}
	queue := s.rnd.order(n) // a ring; a node stands in it at most once
	queued := s.mark[:n]
	for x := range queued {
		queued[x] = true
	}
	defer clear(queued)
	first, length := 0, n
	for work := 0; length > 0; work++ {
		if work%1024 == 0 && s.ctx.Err() != nil {
			return 0, s.ctx.Err()
		}
		x := queue[first]
		if first++; first == n {
			first = 0
		}
		length--
		queued[x] = false
		own, m := community[x], l.mass[x]
		s.reach(l, x, community)
		stay := s.gain(s.weights[own], m, mass[own]-m)
		best, most := own, stay+s.slight(m)
		for _, c := range s.met {
			if c == own {
				continue
			}
			if g := s.gain(s.weights[c], m, mass[c]); g > most {
				best, most = c, g
			}
		}
		// A node without a tie to those it is with leaves them, however little it gains:
		// refinement joins ties only, so that their community would never become one node.
		if (most < 0 || best == own && s.weights[own] == 0) && size[own] > 1 {
			best = empty[len(empty)-1]
			empty = empty[:len(empty)-1]
		}
		s.forget()
		if best == own {
			continue
		}
		mass[own] -= m
		if size[own]--; size[own] == 0 {
			mass[own] = 0 // whatever rounding left
			empty = append(empty, own)
		}
		mass[best] += m
		size[best]++
		community[x] = best
		for _, y := range l.to[l.off[x]:l.off[x+1]] {
			if community[y] != best && !queued[y] {
				queued[y] = true
				last := first + length
				if last >= n {
					last -= n
				}
				queue[last] = y
				length++
			}
		}
	}
	return n - len(empty), nil
}

// refine divides each community into parts: its nodes, one by one, join a part of it to which
// they are tied, if both are well connected to the rest of the community and it gains
// something.
func (s *search) refine(l *level, community []uint32) []uint32 {
	n := l.len()
	whole := make([]float64, n) // by community: its mass
	for x, c := range community {
		whole[c] += l.mass[x]
	}
	part, mass := numbers(n), slices.Clone(l.mass)
	alone := s.mark[:n]
	out := make([]float64, n) // by part: the weight of the ties to the rest of its community
	for x := range uint32(n) {
		alone[x] = true
		for k := l.off[x]; k < l.off[x+1]; k++ {
			if community[l.to[k]] == community[x] {
				out[x] += l.weight[k]
			}
		}
	}
	defer clear(alone)
	connected := func(p, c uint32) bool {
		return s.gain(out[p], mass[p], whole[c]-mass[p]) >= -10*s.slight(mass[p])
	}
	var chance []float64
	for i, x := range s.rnd.order(n) {
		if i%1024 == 0 && s.ctx.Err() != nil {
			break // the caller looks, too
		}
		c := community[x]
		if !alone[x] || !connected(x, c) {
			continue
		}
		s.met = s.met[:0]
		for k := l.off[x]; k < l.off[x+1]; k++ {
			y := l.to[k]
			if community[y] != c {
				continue
			}
			if p := part[y]; s.weights[p] == 0 {
				s.met = append(s.met, p)
				s.weights[p] = l.weight[k]
			} else {
				s.weights[p] += l.weight[k]
			}
		}
		// To stay alone gains nothing, and is a choice as well.
		most := 0.0
		chance = chance[:0]
		for _, p := range s.met {
			g := math.Inf(-1)
			if connected(p, c) {
				g = s.gain(s.weights[p], l.mass[x], mass[p])
			}
			most = max(most, g)
			chance = append(chance, g)
		}
		all := s.chance(0, most)
		for i, g := range chance {
			if chance[i] = 0; g >= -10*s.slight(l.mass[x]) {
				chance[i] = s.chance(g, most)
			}
			all += chance[i]
		}
		into := x
		at := float64(s.rnd.unit()*all) - s.chance(0, most)
		for i := 0; at >= 0 && i < len(chance); i++ {
			if chance[i] > 0 {
				into = s.met[i]
				at -= chance[i]
			}
		}
		if into != x {
			alone[x], alone[into] = false, false
			part[x] = into
			mass[into] += l.mass[x]
			out[into] += out[x] - 2*s.weights[into]
		}
		s.forget()
	}
	return part
}

// chance is how likely a gain is chosen, beside the greatest.
func (s *search) chance(gain, most float64) float64 {
	return exp((gain - most) / float64(randomness*s.unit))
}

// aggregate makes parts nodes of the next level, each in the community of its nodes. It tells
// the new node of each old one.
func (s *search) aggregate(l *level, community, part []uint32) (*level, []uint32, []uint32) {
	n := l.len()
	of, count := number(part, n)
	start := make([]uint32, count+1)
	for _, p := range of {
		start[p+1]++
	}
	for p := range count {
		start[p+1] += start[p]
	}
	nodes := make([]uint32, n)
	next := slices.Clone(start)
	for x, p := range of {
		nodes[next[p]] = uint32(x)
		next[p]++
	}
	up := &level{off: make([]uint32, 1, count+1), mass: make([]float64, count)}
	above := make([]uint32, count)
	for p := range uint32(count) {
		s.met = s.met[:0]
		for _, x := range nodes[start[p]:start[p+1]] {
			up.mass[p] += l.mass[x]
			above[p] = community[x]
			for k := l.off[x]; k < l.off[x+1]; k++ {
				q := of[l.to[k]]
				if q == p {
					continue
				}
				if s.weights[q] == 0 {
					s.met = append(s.met, q)
				}
				s.weights[q] += l.weight[k]
			}
		}
		for _, q := range s.met {
			up.to, up.weight = append(up.to, q), append(up.weight, s.weights[q])
		}
		s.forget()
		up.off = append(up.off, uint32(len(up.to)))
	}
	above, _ = number(above, n)
	return up, above, of
}

// number numbers what is met, all of it below most, from 0 in the order in which it is met.
func number(of []uint32, most int) ([]uint32, int) {
	numbers, out := make([]uint32, most), make([]uint32, len(of))
	count := uint32(0)
	for x, c := range of {
		if numbers[c] == 0 {
			count++
			numbers[c] = count
		}
		out[x] = numbers[c] - 1
	}
	return out, int(count)
}

// numbers are those from 0 to n-1.
func numbers(n int) []uint32 {
	out := make([]uint32, n)
	for x := range out {
		out[x] = uint32(x)
	}
	return out
}

// partition numbers communities as a Partition has them.
func partition(g *csr.Graph, community []uint32, resolution float64) Partition {
	of, count := number(community, g.Len()) // the one with the smallest node first
	sizes := make([]uint32, count)
	for _, c := range of {
		sizes[c]++
	}
	order := numbers(count)
	slices.SortStableFunc(order, func(c, d uint32) int { return cmp.Compare(sizes[d], sizes[c]) })
	p := Partition{Of: of, Sizes: make([]uint32, count)}
	place := make([]uint32, count)
	for i, c := range order {
		place[c] = uint32(i)
		p.Sizes[i] = sizes[c]
	}
	for x, c := range of {
		of[x] = place[c]
	}
	p.Modularity = modularity(g, of, resolution)
	return p
}

// Modularity is Q of any partition, told by community of each node (numbered below the number
// of nodes); 0 without ties.
func Modularity(g *csr.Graph, of []uint32, resolution float64) float64 {
	return modularity(g, of, resolution)
}

func modularity(g *csr.Graph, of []uint32, resolution float64) float64 {
	in, strength := make([]float64, g.Len()), make([]float64, g.Len())
	twice := 0.0
	for x := range uint32(g.Len()) {
		c := of[x]
		to, weights := g.Row(x)
		for i, y := range to {
			twice += weights[i]
			strength[c] += weights[i]
			if of[y] == c {
				in[c] += weights[i]
			}
		}
	}
	if twice == 0 {
		return 0
	}
	q := 0.0
	for c := range in {
		share := strength[c] / twice
		q += in[c]/twice - float64(float64(resolution*share)*share)
	}
	return q
}

// random is SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number
// generators, 2014): the same numbers everywhere and in all versions of Go.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is a number from 0 to below 1.
func (r *random) unit() float64 { return float64(r.next()>>11) / (1 << 53) }

// order is a random order of the numbers below n.
func (r *random) order(n int) []uint32 {
	out := numbers(n)
	for i := n - 1; i > 0; i-- {
		j := int((r.next() >> 32) * uint64(i+1) >> 32)
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// exp is e to the power of x, for x of 0 or below: as good as math.Exp to what chances need,
// and the same on every platform.
func exp(x float64) float64 {
	if x < -700 {
		return 0
	}
	whole := math.Floor(x / math.Ln2)
	rest := x - float64(whole*math.Ln2)
	sum := 1.0
	for i := 14.0; i > 0; i-- {
		sum = 1 + float64(sum*(rest/i))
	}
	return math.Ldexp(sum, int(whole))
}
