package analysis

import (
	"context"
	"fmt"
	"slices"

	"clustergraph/internal/analysis/csr"
	"clustergraph/internal/store"
)

// Projection says which network of actors a measure runs over: who counts as tied to whom,
// and with which weight. The zero Projection ties actors that take part in a project
// together, by the number of these projects.
type Projection struct {
	Ties   TieKind
	Weight TieWeight
	Least  float64 // leave out ties that weigh less
	// Which projects, participations (by what stands on the edge alone) and actors count; nil:
	// all do. Where memberships tie, there are no projects and participations to ask of.
	Project, Participation, Actor store.Test
	// MembersOf are ids of networks or clusters: only their members count. Nil: everybody.
	MembersOf []string
	// When is valid time: only edges that hold in it tie.
	When store.Period
}

// TieKind is what ties two actors.
type TieKind uint8

// Actors are tied by projects in which both take part, or by networks and clusters of which
// both are members.
const (
	SharedProjects TieKind = iota
	SharedMemberships
)

// TieWeight is what a tie weighs.
type TieWeight uint8

// The weights. A tie by several shares is the sum of these.
const (
	// CountWeight is 1 for each project (or membership) that is shared.
	CountWeight TieWeight = iota
	// FractionalWeight is 1/(n-1) for each that is shared, where n actors that count share it
	// (Newman, Scientific collaboration networks II, Phys. Rev. E 64, 2001).
	FractionalWeight
	// ContributionWeight is what is paid to both in the shared projects, in euro; unknown
	// amounts are 0, and who gets nothing together is not tied.
	ContributionWeight
	// NoWeight is 1, whatever is shared.
	NoWeight
)

// projected is what a projection makes of a snapshot.
type projected struct {
	*csr.Graph
	actors *roll
	of     []uint32 // by node: the actor's number in the roll, ascending
}

// id is that of a node.
func (n *projected) id(x uint32) string { return n.actors.ids[n.of[x]] }

// node is that of an actor's id, if it is in the network.
func (n *projected) node(id string) (uint32, bool) {
	actor, found := n.actors.number(id)
	if !found {
		return 0, false
	}
	x, found := slices.BinarySearch(n.of, uint32(actor))
	return uint32(x), found
}

// bytes are those that the network takes; the roll is shared.
func (n *projected) bytes() int64 {
	return int64(len(n.Off))*4 + int64(len(n.To))*(4+8) + int64(len(n.of))*4
}

// project is the network of a projection: every actor that counts and has a tie. It is kept
// with the snapshot. Cost: with all participations, and the pairs of those who share
// something.
func (a *Analyst) project(ctx context.Context, r store.Reader, p Projection) (*projected, error) {
	s := a.snapshot(r)
	// A condition has no pointers in it, so that its text tells all of it.
	on := func(old *projected, d *delta) (*projected, bool, error) {
		if d.nothing() || !a.otherTies(p)(d) {
			return old, true, nil
		}
		if !d.known || p.conditional() {
			return nil, false, nil
		}
		n, err := a.tie(ctx, r, s, p, old, d)
		return n, err == nil, err
	}
	return carry(ctx, r, s, s.networks, fmt.Sprintf("%#v", p), on, func() (*projected, error) { return a.tie(ctx, r, s, p, nil, nil) })
}

// conditional tells whether who counts may depend on all there is.
func (p *Projection) conditional() bool {
	return p.Project != nil || p.Participation != nil || p.Actor != nil || p.MembersOf != nil
}

// otherTies tells what changes the network of a projection.
func (a *Analyst) otherTies(p Projection) func(*delta) bool {
	if p.conditional() {
		return anything
	}
	if p.Ties == SharedMemberships {
		return func(d *delta) bool { return d.ofLinks(memberOf, a.edges[memberOf], a.actors, a.groups) }
	}
	return a.otherTakings
}

// otherTakings tells whether participations of actors in projects may be other than they were.
func (a *Analyst) otherTakings(d *delta) bool {
	return d.ofLinks(participatesIn, a.taking, a.actors, []string{project})
}

// tie makes the network of a projection; of an earlier one of the same, old, it takes over the ties
// of those whom nothing touched since.
func (a *Analyst) tie(ctx context.Context, r store.Reader, s *snapshot, p Projection, old *projected, d *delta) (*projected, error) {
	shares := s.participations
	if p.Ties == SharedMemberships {
		if p.Weight == ContributionWeight {
			return nil, fmt.Errorf("%w: projection: memberships are not paid for; weigh them by COUNT, FRACTIONAL or NONE", store.ErrInvalid)
		}
		if p.Project != nil || p.Participation != nil {
			return nil, fmt.Errorf("%w: projection: projects and participations filter shared projects; leave them out where memberships tie", store.ErrInvalid)
		}
		shares = s.memberships
	}
	l, err := shares(ctx, r, a)
	if err != nil {
		return nil, err
	}
	counts, err := a.counting(ctx, r, s, l, p)
	if err != nil {
		return nil, err
	}
	var paid []store.Cents
	if p.Weight == ContributionWeight {
		if paid, err = s.amounts(ctx, r, l, contribution, "EUR"); err != nil {
			return nil, err
		}
	}
	var again []bool
	if old != nil {
		again = l.sharers(d, a.edges[l.typ])
	}
	return l.multiply(ctx, counts, paid, p, old, again)
}

// counting tells by edge which shares count.
func (a *Analyst) counting(ctx context.Context, r store.Reader, s *snapshot, l *links, p Projection) ([]bool, error) {
	actors, err := l.from.passing(ctx, r, p.Actor, p.When)
	if err != nil {
		return nil, err
	}
	projects, err := l.to.passing(ctx, r, p.Project, p.When)
	if err != nil {
		return nil, err
	}
	var members []bool
	if p.MembersOf != nil {
		if members, err = a.membersOf(ctx, r, s, p); err != nil {
			return nil, err
		}
	}
	counts := make([]bool, len(l.ends))
	for k := range counts {
		x, y := l.start[k], l.ends[k]
		counts[k] = (actors == nil || actors[x]) && (projects == nil || projects[y]) && (members == nil || members[x]) &&
			l.holds(uint32(k), p.When) &&
			(p.Participation == nil || store.Holds(p.Participation, nil, store.Hit{Edge: l.edge[k]}, p.When))
	}
	return counts, nil
}

// membersOf tells which actors are members of p.MembersOf.
func (a *Analyst) membersOf(ctx context.Context, r store.Reader, s *snapshot, p Projection) ([]bool, error) {
	slots, nodes, err := lookUp(ctx, r, p.MembersOf)
	if err != nil {
		return nil, err
	}
	if _, err := check(p.MembersOf, slots, nodes, a.groups, "membersOf"); err != nil {
		return nil, err
	}
	l, err := s.memberships(ctx, r, a)
	if err != nil {
		return nil, err
	}
	members := make([]bool, len(l.from.ids))
	for _, n := range nodes {
		if y, found := l.to.number(n.ID); found {
			for _, k := range l.backRow(uint32(y)) {
				members[l.start[k]] = members[l.start[k]] || l.holds(k, p.When)
			}
		}
	}
	return members, nil
}

// multiply multiplies the matrix of who shares what with itself, row by row with a dense
// accumulator (Gustavson, Two fast algorithms for sparse matrices, 1978). If again is given, it tells
// which rows may be other than those of old.
func (l *links) multiply(ctx context.Context, counts []bool, paid []store.Cents, p Projection, old *projected, again []bool) (*projected, error) {
	sharing := make([]float64, len(l.to.ids)) // by what is shared: what a tie by it weighs
	for y := range l.to.ids {
		n, last := 0, -1
		for _, k := range l.backRow(uint32(y)) {
			if counts[k] && int(l.start[k]) != last {
				n, last = n+1, int(l.start[k])
			}
		}
		switch {
		case n < 2:
		case p.Weight == FractionalWeight:
			sharing[y] = 1 / float64(n-1)
		default:
			sharing[y] = 1
		}
	}
	amount := func(k uint32) float64 {
		if paid[k] == unknown {
			return 0
		}
		return float64(paid[k]) // whole cents: exact, whichever end sums them up
	}
	out := &projected{Graph: &csr.Graph{Off: []uint32{0}}, actors: l.from}
	var kept [2][]uint32
	if again != nil {
		kept = old.numbered(l.from)
		out.To, out.Weight = make([]uint32, 0, len(old.To)+len(old.To)/16), make([]float64, 0, len(old.To)+len(old.To)/16)
	}
	weight := make([]float64, len(l.from.ids))
	seen := make([]bool, len(l.from.ids))
	var met []uint32
	for x := range uint32(len(l.from.ids)) {
		if x%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if again != nil && !again[x] {
			if n := kept[0][x]; n != none {
				out.of = append(out.of, x)
				to, weights := old.Row(n)
				for _, z := range to {
					out.To = append(out.To, kept[1][z])
				}
				out.Weight = append(out.Weight, weights...)
				out.Off = append(out.Off, uint32(len(out.To)))
			}
			continue
		}
		met = met[:0]
		begin, end := l.row(x)
		for k := begin; k < end; {
			y := l.ends[k]
			mine, any := 0.0, false
			for ; k < end && l.ends[k] == y; k++ { // parallel edges
				if counts[k] {
					any = true
					if paid != nil {
						mine += amount(k)
					}
				}
			}
			if !any || sharing[y] == 0 {
				continue
			}
			last := x
			for _, other := range l.backRow(y) {
				z := l.start[other]
				if z == x || !counts[other] {
					continue
				}
				if !seen[z] {
					seen[z] = true
					met = append(met, z)
				}
				first := z != last
				last = z
				switch {
				case paid != nil:
					if first {
						weight[z] += mine
					}
					weight[z] += amount(other)
				case first:
					weight[z] += sharing[y]
				}
			}
		}
		slices.Sort(met)
		before := len(out.To)
		for _, z := range met {
			w := weight[z]
			weight[z], seen[z] = 0, false
			switch {
			case p.Weight == NoWeight:
				w = 1
			case paid != nil:
				w /= 100
			}
			if w > 0 && w >= p.Least {
				out.To, out.Weight = append(out.To, z), append(out.Weight, w)
			}
		}
		if len(out.To) > before {
			out.of = append(out.of, x)
			out.Off = append(out.Off, uint32(len(out.To)))
		}
		if len(out.To) > 2*MaxTies {
			return nil, fmt.Errorf("%w: the network has more than %d ties: ask for fewer actors or projects, or for a greater minWeight", ErrTooMuch, MaxTies)
		}
	}
	node := make([]uint32, len(l.from.ids))
	for i, x := range out.of {
		node[x] = uint32(i)
	}
	for i, x := range out.To {
		out.To[i] = node[x]
	}
	return out, nil
}

// numbered tells by an actor's number in another roll the node, or none, and by node that number.
func (n *projected) numbered(actors *roll) [2][]uint32 {
	node, of := make([]uint32, len(actors.ids)), n.of
	for i := range node {
		node[i] = none
	}
	if next := n.actors.renumbered(actors); next != nil {
		of = make([]uint32, len(n.of))
		for x, actor := range n.of {
			of[x] = next[actor]
		}
	}
	for x, actor := range of {
		if actor != none {
			node[actor] = uint32(x)
		}
	}
	return [2][]uint32{node, of}
}

// MaxTies is how many ties a projection may have.
const MaxTies = 20_000_000
