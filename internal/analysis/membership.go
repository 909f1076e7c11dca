package analysis

import (
	"slices"

	"clustergraph/internal/store"
)

// Membership is how an actor belongs to a network or cluster of a side.
type Membership struct {
	Of      store.Slot   // the network or cluster
	Depth   int          // 1: it is a member itself
	Through []store.Slot // the members in between, from the network on down
	Role    store.Value  // of the actor where it is a member itself; nil if unknown
	// Since is when the last of the memberships on the way began, nil if one of these is not
	// known; Until when the first of them ended, nil if none is known to have.
	Since, Until store.Value
}

// memberships are those by which a member belongs to some of its sides.
func (j *join) memberships(member uint32, side func(uint32) bool) []Membership {
	var out []Membership
	for _, i := range j.belongings(member) {
		b := j.belong[i]
		if b.via == 0 || !side(b.side) {
			continue
		}
		place := i
		for s := range b.side { // belongings stand side by side
			place -= uint32(j.belongingsOf(s))
		}
		if within := j.groups[b.side].within; within != nil {
			out = append(out, j.descended(within, j.groups[b.side].told[place]))
		} else {
			out = append(out, j.joins(Membership{Of: b.via, Depth: 1}, j.joined[b.side].Edge[place]))
		}
	}
	return out
}

// belongingsOf is how many belongings a side has.
func (j *join) belongingsOf(side uint32) int {
	if g := j.groups[side]; g.within != nil {
		return len(g.told)
	}
	return len(j.joined[side].To)
}

// descended is the membership at a place of descents.
func (j *join) descended(within []descent, place uint32) Membership {
	d := within[place]
	m := j.joins(Membership{Of: d.of, Depth: int(d.depth)}, d.edge)
	for at := d.above; at >= 0; at = within[at].above {
		m.Through = append(m.Through, within[at].actor)
		m = m.and(j.joins(Membership{}, within[at].edge))
	}
	slices.Reverse(m.Through)
	return m
}

// joins is a membership with what stands on its edge.
func (j *join) joins(m Membership, e *store.Edge) Membership {
	m.Role, m.Since, m.Until = e.Props.Get("role"), e.Props.Get(j.member.Since), e.Props.Get(j.member.Until)
	return m
}

// and bounds a membership by that of one above.
func (m Membership) and(above Membership) Membership {
	switch {
	case m.Since == nil || above.Since == nil:
		m.Since = nil
	case store.Compare(m.Since, above.Since) < 0:
		m.Since = above.Since
	}
	if store.CompareNull(above.Until, m.Until) < 0 {
		m.Until = above.Until
	}
	return m
}
