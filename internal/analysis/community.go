package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"clustergraph/internal/analysis/leiden"
	"clustergraph/internal/store"
)

// CommunityQuery says which communities are wanted.
type CommunityQuery struct {
	Projection Projection
	// Resolution is above 0; the greater, the smaller the communities. Seed makes another
	// search of the same kind.
	Resolution float64
	Seed       uint64
	// Yearly asks for the communities of each year in which an edge is known to begin, hold
	// or end, or, if the projection's period has both ends, that lies in it: of what holds
	// within that year.
	Yearly bool
	// Only communities of so many members, or more, and with one of these actors; nil: with
	// anybody.
	MinSize    int
	Containing []string
	First      int // at most so many, of each year
}

// MaxCommunities is how many can be asked for of each year.
const MaxCommunities = 1_000

// Community is actors that are tied more to each other than chance would tie them. It is good
// as long as the view it was read from.
type Community struct {
	// Year is nil unless years were asked for.
	Year *int
	// Number is 1 for the community with most members; of equally many, for the one with
	// the smallest id.
	Number int
	piece
	ask func(kind NetworkKind) (*typical, error)
}

// piece is one of what is found in one network.
type piece struct {
	*division
	at int // the community
}

// division is the communities of a network. It is kept with the snapshot, and the network is
// not.
type division struct {
	actors     *roll
	of         []uint32 // by node: the actor's number
	partition  leiden.Partition
	within     []float64 // by node: the weight of its ties within its community
	strength   []float64 // by node: that of all its ties
	members    []uint32  // nodes by community, those of c from off[c] to off[c+1], by within
	off        []uint32
	ties       []int // by community
	weightIn   []float64
	weightAway []float64
}

func (g *division) bytes() int64 { return int64(len(g.of)) * (4 + 4 + 8 + 8 + 4) }

// Communities finds the groups of actors in the network of a projection that are tied more to
// each other than to the rest, by the Leiden algorithm (package leiden): the largest first, of
// each year, the earliest year first. Each is connected. The same graph, query and seed have the
// same communities on every store and platform.
//
// An id nobody has is an ErrNotFound; a wrong kind, resolution or number an ErrInvalid.
// Cost: with the projection, and a few dozen passes over its ties; once for each revision,
// projection, resolution and seed.
func (a *Analyst) Communities(ctx context.Context, r store.Reader, q CommunityQuery) ([]Community, error) {
	switch {
	case !(q.Resolution > 0) || math.IsInf(q.Resolution, 1):
		return nil, fmt.Errorf("%w: resolution: give a number above 0", store.ErrInvalid)
	case q.First < 0 || q.First > MaxCommunities:
		return nil, fmt.Errorf("%w: first: %d is not between 0 and %d", store.ErrInvalid, q.First, MaxCommunities)
	case q.MinSize < 0:
		return nil, fmt.Errorf("%w: minSize: give 0 or more", store.ErrInvalid)
	}
	var containing []string
	if q.Containing != nil {
		slots, nodes, err := lookUp(ctx, r, q.Containing)
		if err != nil {
			return nil, err
		}
		if _, err := check(q.Containing, slots, nodes, a.actors, "containing"); err != nil {
			return nil, err
		}
		for _, n := range nodes {
			containing = append(containing, n.ID)
		}
	}
	years := []*int{nil}
	if q.Yearly {
		some, err := a.years(ctx, r, q.Projection)
		if err != nil {
			return nil, err
		}
		years = some
	}
	var out []Community
	for _, year := range years {
		p := q.Projection
		if year != nil {
			p.When = yearOf(p.When, *year)
		}
		g, err := a.divide(ctx, r, p, q.Resolution, q.Seed)
		if err != nil {
			return nil, err
		}
		ask := func(kind NetworkKind) (*typical, error) { return a.typical(ctx, r, p, g, kind) }
		wanted := g.containing(containing, q.Containing != nil)
		told := 0
		for c, size := range g.partition.Sizes {
			if told < q.First && int(size) >= q.MinSize && (wanted == nil || wanted[c]) {
				out = append(out, Community{year, c + 1, piece{g, c}, ask})
				told++
			}
		}
	}
	return out, nil
}

// containing tells which communities some actors are in; nil: all, as nobody was asked for.
func (g *division) containing(ids []string, asked bool) []bool {
	if !asked {
		return nil
	}
	out := make([]bool, len(g.partition.Sizes))
	for _, id := range ids {
		if actor, found := g.actors.number(id); found {
			if x, found := slices.BinarySearch(g.of, uint32(actor)); found {
				out[g.partition.Of[x]] = true
			}
		}
	}
	return out
}

// divide finds the communities of a projection.
func (a *Analyst) divide(ctx context.Context, r store.Reader, p Projection, resolution float64, seed uint64) (*division, error) {
	key := fmt.Sprintf("communities %#v %v %d", p, resolution, seed)
	s := a.snapshot(r)
	return hold(ctx, r, s, s.results, key, a.otherTies(p), func() (*division, error) {
		n, err := a.project(ctx, r, p)
		if err != nil {
			return nil, err
		}
		found, err := leiden.Find(ctx, n.Graph, leiden.Options{Resolution: resolution, Seed: seed})
		if err != nil {
			return nil, err
		}
		count := len(found.Sizes)
		g := &division{actors: n.actors, of: n.of, partition: found, within: make([]float64, n.Len()), strength: make([]float64, n.Len()),
			members: make([]uint32, n.Len()), off: make([]uint32, count+1), ties: make([]int, count), weightIn: make([]float64, count), weightAway: make([]float64, count)}
		for x := range uint32(n.Len()) {
			c := found.Of[x]
			to, weights := n.Row(x)
			for i, y := range to {
				g.strength[x] += weights[i]
				if found.Of[y] != c {
					g.weightAway[c] += weights[i]
					continue
				}
				g.within[x] += weights[i]
				if x < y {
					g.ties[c]++
					g.weightIn[c] += weights[i]
				}
			}
		}
		for c, size := range found.Sizes {
			g.off[c+1] = g.off[c] + size
		}
		next := slices.Clone(g.off)
		for x, c := range found.Of {
			g.members[next[c]] = uint32(x)
			next[c]++
		}
		for c := range count {
			slices.SortStableFunc(g.members[g.off[c]:g.off[c+1]], func(x, y uint32) int { return cmp.Compare(g.within[y], g.within[x]) })
		}
		return g, nil
	})
}

// Size is how many members there are.
func (g piece) Size() int { return int(g.partition.Sizes[g.at]) }

// Communities is how many there are in the network, and Actors how many actors it has.
func (g piece) Communities() int { return len(g.partition.Sizes) }

// Actors is how many actors the network has: all that are tied.
func (g piece) Actors() int { return len(g.of) }

// Modularity is that of all communities of the network together.
func (g piece) Modularity() float64 { return g.partition.Modularity }

// Ties is how many ties there are between members.
func (g piece) Ties() int { return g.ties[g.at] }

// Density is how many of all ties that could be between members there are, from 0 to 1.
func (g piece) Density() float64 {
	n := g.Size()
	if n < 2 {
		return 0
	}
	return 2 * float64(g.Ties()) / (float64(n) * float64(n-1))
}

// WeightWithin is what the ties between members weigh together.
func (g piece) WeightWithin() float64 { return g.weightIn[g.at] }

// WeightOutside is what the ties of members to others weigh together.
func (g piece) WeightOutside() float64 { return g.weightAway[g.at] }

// Member is an actor in a community.
type Member struct {
	ID string
	// Weight is that of the ties to other members, Strength that of all ties.
	Weight, Strength float64
}

// Member is the i-th member: the one whose ties to other members weigh most first, then by id.
func (g piece) Member(i int) Member {
	x := g.members[int(g.off[g.at])+i]
	return Member{g.actors.ids[g.of[x]], g.within[x], g.strength[x]}
}

// Typical is a topic, country or network that more members have than the network's size and the
// community's would let expect.
type Typical struct {
	ID           string
	Count, Total int     // members that have it, and actors of the network
	Share        float64 // of the members
	// Lift is how much more frequent it is in the community than in the whole network.
	Lift float64
}

// typical are those of a kind to which actors of a network belong.
type typical struct {
	ids   []string
	of    lists // by actor
	total []uint32
}

func (t *typical) bytes() int64 { return int64(len(t.of.off)+len(t.of.to))*4 + int64(len(t.ids))*24 }

// typical reads who belongs to what.
func (a *Analyst) typical(ctx context.Context, r store.Reader, p Projection, g *division, kind NetworkKind) (*typical, error) {
	key := fmt.Sprintf("typical %d %#v", kind, p)
	s := a.snapshot(r)
	return hold(ctx, r, s, s.results, key, anything, func() (*typical, error) {
		q := LinkQuery{Kind: kind, When: p.When}
		q.Where.Project = p.Project
		n, err := a.everywhere(ctx, r, a.networkForm(kind), q)
		if err != nil {
			return nil, err
		}
		t := &typical{n.networks, n.ofActor, make([]uint32, len(n.networks))}
		for _, actor := range g.of {
			for _, x := range t.of.of(actor) {
				t.total[x]++
			}
		}
		return t, nil
	})
}

// Typical are the topics, countries or networks that tell the community from the whole network:
// those of which it has most beyond what its size lets expect (leverage: G. Piatetsky-Shapiro,
// Discovery, analysis, and presentation of strong rules, 1991), so that neither what everybody
// has nor what one member alone has comes first. Actors have the topics (and those above them) of
// their own and of the projects that count in which they take part. Cost, once for each network:
// with what actors have; then with what the members have.
func (c Community) Typical(kind NetworkKind, first int) ([]Typical, error) {
	if first < 0 || first > MaxCommunities {
		return nil, fmt.Errorf("%w: first: at most %d can be asked for", store.ErrInvalid, MaxCommunities)
	}
	t, err := c.ask(kind)
	if err != nil {
		return nil, err
	}
	count := make(map[uint32]int)
	for _, x := range c.members[c.off[c.at]:c.off[c.at+1]] {
		for _, y := range t.of.of(c.of[x]) {
			count[y]++
		}
	}
	type found struct {
		x      uint32
		excess int // of the count, times the actors of the network
	}
	var all []found
	for x, n := range count {
		if excess := n*c.Actors() - c.Size()*int(t.total[x]); excess > 0 {
			all = append(all, found{x, excess})
		}
	}
	slices.SortFunc(all, func(f, g found) int { return cmp.Or(cmp.Compare(g.excess, f.excess), cmp.Compare(f.x, g.x)) })
	out := make([]Typical, min(first, len(all)))
	for i := range out {
		x := all[i].x
		share := float64(count[x]) / float64(c.Size())
		out[i] = Typical{t.ids[x], count[x], int(t.total[x]), share, share * float64(c.Actors()) / float64(t.total[x])}
	}
	return out, nil
}
