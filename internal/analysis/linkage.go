package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"

	"clustergraph/internal/store"
)

// linkage is what is counted of an incidence. It may be shared by callers.
type linkage struct {
	*incidence
	links []linked // by a, then by b
	first []int    // by network: where in a triangle its row begins, less its first column
	later *memo    // what is counted when it is first asked for
}

// bytes are those that it takes, with what is counted later.
func (t *linkage) bytes() int64 {
	lists := len(t.ofActor.off) + len(t.ofActor.to) + len(t.within.off) + len(t.within.to)
	if t.ofProject != nil {
		lists += len(t.ofProject.off) + len(t.ofProject.to)
	}
	return int64(4*lists + 8*len(t.parts) + 4*(len(t.partAt)+len(t.edges)+len(t.edgeAt)) + (16+4+16)*len(t.links))
}

// linked is that two networks share members or projects; a is the smaller number.
type linked struct{ a, b, members, projects uint32 }

// count finds the links that pass.
func count(ctx context.Context, n *incidence, q LinkConditions) (*linkage, error) {
	t := &linkage{incidence: n, first: make([]int, len(n.networks)), later: newMemo(2, math.MaxInt64)}
	size := 0
	for a := range n.networks {
		t.first[a] = size - a - 1
		size += len(n.networks) - a - 1
	}
	members, projects := make([]uint32, size), make([]uint32, size)
	for x := range uint32(len(t.actors)) {
		if x%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t.addPairs(members, t.ofActor.of(x), 1)
	}
	err := t.eachProject(ctx, func(_ uint32, here []presence) {
		for i, one := range here {
			row := t.first[one.network]
			for _, other := range here[i+1:] {
				if one.meets(other) {
					projects[row+int(other.network)]++
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	var partners []uint32
	if q.MinPairs > 0 {
		if partners, err = t.countPartners(ctx); err != nil {
			return nil, err
		}
	}
	for a := range uint32(len(n.networks)) {
		for b := a + 1; b < uint32(len(n.networks)); b++ {
			at := t.first[a] + int(b)
			l := linked{a, b, members[at], projects[at]}
			if l.members|l.projects == 0 || int(l.members) < q.MinMembers || int(l.projects) < q.MinProjects ||
				partners != nil && int(partners[at]) < q.MinPairs || t.nested(a, b) {
				continue
			}
			t.links = append(t.links, l)
		}
		if len(t.links) > MaxPairs {
			return nil, fmt.Errorf("%w: there are more than %d links: give ids, or ask for those that share more (filter: minSharedProjects, minSharedMembers)", ErrTooMuch, MaxPairs)
		}
	}
	return t, ctx.Err()
}

// nested tells whether one of two networks lies in the other.
func (t *linkage) nested(a, b uint32) bool {
	return len(t.within.off) > 0 && (t.within.has(a, b) || t.within.has(b, a))
}

// addPairs adds to the cells of all pairs of some networks.
func (t *linkage) addPairs(triangle []uint32, networks []uint32, n uint32) {
	for i, a := range networks {
		row := t.first[a]
		for _, b := range networks[i+1:] {
			triangle[row+int(b)] += n
		}
	}
}

// presence is that actors of a network take part in a project: how many, and the last of them.
type presence struct{ network, actors, last uint32 }

func (p *presence) add(actor uint32) { p.actors, p.last = p.actors+1, actor }

// meets tells whether an actor of one network can be paired with another one of the other.
func (p presence) meets(o presence) bool {
	return p.actors > 0 && o.actors > 0 && (p.actors > 1 || o.actors > 1 || p.last != o.last)
}

// eachProject tells for each project which networks are there, in their order. Networks to which
// the project itself belongs all meet.
func (t *linkage) eachProject(ctx context.Context, tell func(project uint32, here []presence)) error {
	at := make([]uint32, len(t.networks)) // 1 + the place in here
	var here []presence
	for p := range uint32(len(t.projects)) {
		if p%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		here = here[:0]
		if t.ofProject != nil {
			for _, network := range t.ofProject.of(p) {
				here = append(here, presence{network, 2, 0})
			}
			tell(p, here)
			continue
		}
		for _, part := range t.of(p) {
			for _, network := range t.ofActor.of(part.actor) {
				if at[network] == 0 {
					here = append(here, presence{network: network})
					at[network] = uint32(len(here))
				}
				here[at[network]-1].add(part.actor)
			}
		}
		for _, x := range here {
			at[x.network] = 0
		}
		if len(here) > 1 {
			slices.SortFunc(here, func(x, y presence) int { return int(x.network) - int(y.network) })
			tell(p, here)
		}
	}
	return nil
}

// partners counts, by link, the pairs of partners, once.
func (t *linkage) partners(ctx context.Context) ([]uint32, error) {
	return remember(ctx, t.later, "partners", func() ([]uint32, error) {
		triangle, err := t.countPartners(ctx)
		out := make([]uint32, len(t.links))
		for i, l := range t.links {
			if err == nil {
				out[i] = triangle[t.first[l.a]+int(l.b)]
			}
		}
		return out, err
	})
}

// countPartners counts pairs of partners by pair of networks. It looks at each pair of actors
// once, row by row (Gustavson, as for partnerships).
func (t *linkage) countPartners(ctx context.Context) ([]uint32, error) {
	n := len(t.networks)
	triangle := make([]uint32, n*(n-1)/2)
	took := make([]entry, len(t.parts))
	for i, p := range t.parts {
		took[i] = entry{p.actor, uint32(i)}
	}
	parts := listsOf(len(t.actors), took)
	row := t.pairsOfActor
	if t.ofProject != nil {
		row = t.pairsOfProjects
	}
	s := &rowOfPartners{triangle: triangle, seen: make([]uint32, len(t.actors)), mark: make([]bool, n), times: make([]uint32, n)}
	if t.ofProject != nil {
		s.first, s.alone = make([]uint32, len(t.actors)), make([]uint32, len(t.projects))
	}
	for x := range uint32(len(t.actors)) {
		if x%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if mine := parts.of(x); len(mine) > 0 {
			row(s, x, mine)
		}
	}
	for p, times := range s.alone {
		if times > 0 {
			t.addPairs(triangle, t.ofProject.of(uint32(p)), times)
		}
	}
	return triangle, ctx.Err()
}

// rowOfPartners is one actor and its partners with greater numbers, and what remains between
// rows.
type rowOfPartners struct {
	triangle []uint32
	seen     []uint32 // by partner: 1 + the actor for which it was met
	mark     []bool   // by network
	union    []uint32 // networks, each once
	// Where actors belong to networks: how many partners belong to each, and to which both of a pair do.
	times, common []uint32
	// Where projects belong to networks: the projects that each partner shares, as lists.
	met   []uint32
	first []uint32 // by partner: where its list begins in cells
	cells []struct{ project, next uint32 }
	alone []uint32 // by project: how many pairs share it and no other one
}

// pairsOfActor counts the pairs of an actor where actors belong to networks: for each network of
// its own and each other one, how many of its partners belong to that.
func (t *linkage) pairsOfActor(s *rowOfPartners, x uint32, mine []uint32) {
	ofX := t.ofActor.of(x)
	if len(ofX) == 0 {
		return
	}
	for _, a := range ofX {
		s.mark[a] = true
	}
	s.union = s.union[:0]
	for _, i := range mine {
		for _, part := range t.parts[i+1 : t.partAt[t.parts[i].project+1]] {
			y := part.actor
			if s.seen[y] == x+1 {
				continue
			}
			s.seen[y] = x + 1
			s.common = s.common[:0]
			for _, b := range t.ofActor.of(y) {
				if s.times[b] == 0 {
					s.union = append(s.union, b)
				}
				s.times[b]++
				if s.mark[b] {
					s.common = append(s.common, b)
				}
			}
			// Two networks to which both actors belong meet this pair either way, and it counts once. A
			// cell may be less than nothing until the actor is done: it wraps, and comes back.
			for i, a := range s.common {
				row := t.first[a]
				for _, b := range s.common[i+1:] {
					s.triangle[row+int(b)]--
				}
			}
		}
	}
	for _, a := range ofX {
		for _, b := range s.union {
			if a != b {
				s.triangle[t.first[min(a, b)]+int(max(a, b))] += s.times[b]
			}
		}
		s.mark[a] = false
	}
	for _, b := range s.union {
		s.times[b] = 0
	}
}

// pairsOfProjects counts them where projects belong to networks: a pair counts for each two
// networks to which the projects that it shares belong.
func (t *linkage) pairsOfProjects(s *rowOfPartners, x uint32, mine []uint32) {
	s.met, s.cells = s.met[:0], append(s.cells[:0], struct{ project, next uint32 }{}) // 0 is the end
	for _, i := range mine {
		p := t.parts[i].project
		for _, part := range t.parts[i+1 : t.partAt[p+1]] {
			y := part.actor
			if s.seen[y] != x+1 {
				s.seen[y], s.first[y] = x+1, 0
				s.met = append(s.met, y)
			}
			s.cells = append(s.cells, struct{ project, next uint32 }{p, s.first[y]})
			s.first[y] = uint32(len(s.cells) - 1)
		}
	}
	for _, y := range s.met {
		at := s.cells[s.first[y]]
		if at.next == 0 {
			s.alone[at.project]++
			continue
		}
		s.union = s.union[:0]
		for {
			for _, network := range t.ofProject.of(at.project) {
				if !s.mark[network] {
					s.mark[network] = true
					s.union = append(s.union, network)
				}
			}
			if at.next == 0 {
				break
			}
			at = s.cells[at.next]
		}
		slices.Sort(s.union)
		t.addPairs(s.triangle, s.union, 1)
		for _, network := range s.union {
			s.mark[network] = false
		}
	}
}

// paid sums up, by link, what is paid in euro, once.
func (t *linkage) paid(ctx context.Context) ([]sum, error) {
	return remember(ctx, t.later, "paid", func() ([]sum, error) {
		n := len(t.networks)
		place := make([]uint32, n*(n-1)/2) // of a link, or of nothing
		out := make([]sum, len(t.links)+1)
		for i := range place {
			place[i] = uint32(len(t.links))
		}
		for i, l := range t.links {
			place[t.first[l.a]+int(l.b)] = uint32(i)
		}
		at := make([]sum, n)
		err := t.eachProject(ctx, func(p uint32, here []presence) {
			var all sum
			for i := t.partAt[p]; i < t.partAt[p+1]; i++ {
				euro := t.euro(i)
				all.add(euro)
				if t.ofProject == nil {
					for _, network := range t.ofActor.of(t.parts[i].actor) {
						at[network].add(euro)
					}
				}
			}
			for i, one := range here {
				row := t.first[one.network]
				for _, other := range here[i+1:] {
					to := &out[place[row+int(other.network)]]
					switch {
					case t.ofProject != nil:
						to.add(all)
					case one.meets(other):
						to.add(at[one.network])
						to.add(at[other.network])
					}
				}
			}
			if t.ofProject == nil {
				t.once(p, here, place, out)
			}
			for _, one := range here {
				at[one.network] = sum{}
			}
		})
		return out[:len(t.links)], err
	})
}

// once takes back what was added twice: what is paid to those who belong to both networks.
func (t *linkage) once(p uint32, here []presence, place []uint32, out []sum) {
	for i := t.partAt[p]; i < t.partAt[p+1]; i++ {
		networks := t.ofActor.of(t.parts[i].actor)
		if len(networks) < 2 {
			continue
		}
		euro := t.euro(i)
		for j, a := range networks {
			one, _ := slices.BinarySearchFunc(here, a, byNetwork)
			for _, b := range networks[j+1:] {
				other, _ := slices.BinarySearchFunc(here, b, byNetwork)
				if here[one].meets(here[other]) {
					out[place[t.first[a]+int(b)]].amount -= euro.amount
				}
			}
		}
	}
}

func byNetwork(p presence, network uint32) int { return int(p.network) - int(network) }

// euro is what a part is paid in euro.
func (t *linkage) euro(part uint32) (s sum) {
	for _, k := range t.edges[t.edgeAt[part]:t.edgeAt[part+1]] {
		if m, ok := t.edge[k].Props.Get(contribution).(store.Money); ok && m.Currency == "EUR" {
			s.add(sum{m.Amount, true})
		}
	}
	return s
}
