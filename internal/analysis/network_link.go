package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// NetworkKind is what links are told between.
type NetworkKind uint8

// The kinds, and who belongs to one of them.
const (
	// Networks and Clusters have their members.
	Networks NetworkKind = iota
	Clusters
	// Countries are the places of that level; an actor belongs to those it is located at or in.
	// One that is located in no country belongs to that of its property country.
	Countries
	// Regions are the places of that level, likewise, but without the property.
	Regions
	// Programmes have the projects that they, or programmes in them, fund, and who takes part
	// in these.
	Programmes
	// Topics have the projects and the actors that are classified as them, or as topics below
	// them, and who takes part in these projects.
	Topics
)

// LinkQuery says which links between networks are wanted, and in which order.
type LinkQuery struct {
	Kind NetworkKind
	// IDs are the networks to look between; former ids and repetitions do no harm. Nil: all of
	// the kind.
	IDs   []string
	Where LinkConditions
	Order []Term[LinkKey] // before ties are broken by the ids of a and b; nil: most projects first
	// When is valid time: only edges that hold in it count, and of what belongs to programmes
	// and topics only projects that are not known to lie outside of it.
	When store.Period
}

// LinkConditions are those that a link must pass; unset ones all do.
type LinkConditions struct {
	MinMembers, MinProjects, MinPairs int
	Project, Actor                    store.Test // which projects and actors count at all
}

// LinkKey is what links are ordered by.
type LinkKey uint8

// The keys: what is shared; how many pairs of partners there are; what is paid in euro; the names
// of the networks, blind to case and accents.
const (
	ByLinkProjects LinkKey = iota
	ByLinkMembers
	ByLinkPairs
	ByLinkContribution
	ByLinkNameA
	ByLinkNameB
)

// NetworkLinks are pairs of networks (or countries, programmes, ...) that share actors or
// projects, in a total order. They are good as long as the view they were read from, and for one
// goroutine.
type NetworkLinks struct {
	*linkage
	ctx   context.Context
	r     store.Reader
	terms []Term[LinkKey]
	order []uint32 // places in links
	// By link, once asked for.
	pairs []uint32
	euro  []sum
	names []string // of the networks, folded, if ordered by
	back  *turned
}

// NetworkLinks tells how strongly each two networks are linked: those that share an actor or a
// project, each two once. Of trees (places, programmes, topics) two of which one lies in the other
// are no link: what belongs to one belongs to the other.
//
// With ids it looks at these and at what belongs to them. Without, it runs over the snapshot of
// the whole graph, and is worked out once for a revision.
//
// An id nobody has is an ErrNotFound, a node of another kind an ErrInvalid; both name it. More than
// MaxNetworks to which anybody belongs, or more than MaxPairs links, are an ErrTooMuch.
//
// Cost: with the members and their participations, with the square of the networks of each actor
// and project, and with the square of all networks. Partner pairs, which are found row by row as
// partnerships are, add the pairs of those who take part in each project, but only if they are
// asked for.
func (a *Analyst) NetworkLinks(ctx context.Context, r store.Reader, q LinkQuery) (*NetworkLinks, error) {
	t, err := a.linkage(ctx, r, q)
	if err != nil {
		return nil, err
	}
	l := &NetworkLinks{linkage: t, ctx: ctx, r: r, terms: q.Order}
	if len(l.terms) == 0 {
		l.terms = []Term[LinkKey]{{By: ByLinkProjects, Desc: true}}
	}
	return l, l.sort()
}

// linkage is that of a query. One of the whole graph is kept with the snapshot.
func (a *Analyst) linkage(ctx context.Context, r store.Reader, q LinkQuery) (*linkage, error) {
	work := func() (*linkage, error) {
		n, err := a.incidence(ctx, r, q)
		if err != nil {
			return nil, err
		}
		return count(ctx, n, q.Where)
	}
	if q.IDs != nil {
		return work()
	}
	s := a.snapshot(r)
	return hold(ctx, r, s, s.networks, fmt.Sprintf("links %#v %#v %#v", q.Kind, q.Where, q.When), a.otherLinks(q), work)
}

// otherLinks tells what changes the links between all networks.
func (a *Analyst) otherLinks(q LinkQuery) func(*delta) bool {
	if q.Where.Actor != nil || q.Where.Project != nil {
		return anything // conditions may look at all there is
	}
	f := a.networkForm(q.Kind)
	return func(d *delta) bool {
		of := func(rel *store.Rel) bool { return rel != nil && d.ofEdges(rel.Type) }
		return a.otherTakings(d) || d.ofNodes([]string{f.kind}, anyProperty) || of(f.actors) || of(f.projects) ||
			f.tree && d.ofEdges(partOf) || f.level == "COUNTRY" && d.ofNodes(a.actors, "country")
	}
}

// sort puts the links in order.
func (l *NetworkLinks) sort() (err error) {
	l.order = make([]uint32, len(l.links))
	for i := range l.order {
		l.order[i] = uint32(i)
	}
	for _, t := range l.terms {
		switch t.By {
		case ByLinkPairs:
			l.pairs, err = l.partners(l.ctx)
		case ByLinkContribution:
			l.euro, err = l.paid(l.ctx)
		case ByLinkNameA, ByLinkNameB:
			err = l.fold()
		}
		if err != nil {
			return err
		}
	}
	slices.SortFunc(l.order, func(i, j uint32) int {
		x, y := &l.links[i], &l.links[j]
		for _, t := range l.terms {
			c := 0
			switch t.By {
			case ByLinkProjects:
				c = cmp.Compare(x.projects, y.projects)
			case ByLinkMembers:
				c = cmp.Compare(x.members, y.members)
			case ByLinkPairs:
				c = cmp.Compare(l.pairs[i], l.pairs[j])
			case ByLinkContribution:
				c = l.euro[i].compare(l.euro[j])
			case ByLinkNameA:
				c = strings.Compare(l.names[x.a], l.names[y.a])
			case ByLinkNameB:
				c = strings.Compare(l.names[x.b], l.names[y.b])
			}
			if t.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Compare(i, j) // links stand in the order of ids
	})
	return l.ctx.Err()
}

// fold gets and folds the names of the networks, once.
func (l *NetworkLinks) fold() error {
	if l.names != nil {
		return nil
	}
	nodes, err := l.r.Nodes(l.ctx, l.networks)
	if err != nil {
		return err
	}
	l.names = make([]string, len(nodes))
	for i, n := range nodes {
		if n == nil {
			return errChanged
		}
		l.names[i] = store.Fold(n.Name())
	}
	return nil
}

// Len is how many links there are.
func (l *NetworkLinks) Len() int { return len(l.order) }

// At is the i-th link.
func (l *NetworkLinks) At(i int) NetworkLink { return NetworkLink{l, l.order[i]} }

// Key is the place of the i-th link in the order: the values of the terms, then the ids of a and
// b.
func (l *NetworkLinks) Key(i int) []store.Value {
	at := l.order[i]
	x := l.links[at]
	out := make([]store.Value, 0, len(l.terms)+2)
	for _, t := range l.terms {
		var v store.Value
		switch t.By {
		case ByLinkProjects:
			v = int64(x.projects)
		case ByLinkMembers:
			v = int64(x.members)
		case ByLinkPairs:
			v = int64(l.pairs[at])
		case ByLinkContribution:
			v = l.euro[at].value()
		case ByLinkNameA:
			v = l.names[x.a]
		case ByLinkNameB:
			v = l.names[x.b]
		}
		out = append(out, v)
	}
	return append(out, l.networks[x.a], l.networks[x.b])
}

// Desc says which values of Key descend.
func (l *NetworkLinks) Desc() []bool { return descending(l.terms) }

// NetworkLink is one link.
type NetworkLink struct {
	of *NetworkLinks
	at uint32
}

func (l NetworkLink) link() linked { return l.of.links[l.at] }

// A and B are the ids of the networks; A's is the smaller.
func (l NetworkLink) A() string { return l.of.networks[l.link().a] }

// B is the id of the other network.
func (l NetworkLink) B() string { return l.of.networks[l.link().b] }

// SharedMembers is how many actors belong to both.
func (l NetworkLink) SharedMembers() int { return int(l.link().members) }

// SharedProjects is how many projects are shared. Where actors belong to networks: in how many an
// actor of one takes part, and another actor of the other. Of programmes and topics: how many
// projects belong to both.
func (l NetworkLink) SharedProjects() int { return int(l.link().projects) }

// PartnerPairs is how many pairs of different actors, one of each network, share a project. Of
// programmes and topics: how many share a project of the one and a project of the other, which may
// be the same.
func (l NetworkLink) PartnerPairs() (int, error) {
	if l.of.pairs == nil {
		var err error
		if l.of.pairs, err = l.of.partners(l.of.ctx); err != nil {
			return 0, err
		}
	}
	return int(l.of.pairs[l.at]), nil
}

// Members are the ids of those who belong to both, ascending. Cost: with the members of both.
func (l NetworkLink) Members() []string {
	b := l.of.turned()
	return l.of.ids(l.of.actors, meet(b.members.of(l.link().a), b.members.of(l.link().b)))
}

// Projects are the ids of the shared projects, ascending. Cost: with the projects of one, and who
// takes part in these.
func (l NetworkLink) Projects() []string { return l.of.ids(l.of.projects, l.shared()) }

// Contribution is what is paid, in the shared projects, to those who belong to a or b: a sum for
// each currency, by its code. Each participation is one amount; none if nothing is known. Cost: as
// of Projects.
func (l NetworkLink) Contribution() []Sum {
	t, x := l.of.linkage, l.link()
	var s sums
	for _, p := range l.shared() {
		for i := t.partAt[p]; i < t.partAt[p+1]; i++ {
			if who := t.parts[i].actor; t.ofProject != nil || t.ofActor.has(who, x.a) || t.ofActor.has(who, x.b) {
				for _, k := range t.edges[t.edgeAt[i]:t.edgeAt[i+1]] {
					s.add(t.edge[k : k+1])
				}
			}
		}
	}
	return s.list
}

// shared are the shared projects by number.
func (l NetworkLink) shared() []uint32 {
	t, x, b := l.of.linkage, l.link(), l.of.turned()
	if x.projects == 0 {
		return nil
	}
	both := meet(b.projects.of(x.a), b.projects.of(x.b))
	if t.ofProject != nil {
		return both
	}
	return slices.DeleteFunc(both, func(p uint32) bool {
		var ofA, ofB presence
		for _, part := range t.of(p) {
			if t.ofActor.has(part.actor, x.a) {
				ofA.add(part.actor)
			}
			if t.ofActor.has(part.actor, x.b) {
				ofB.add(part.actor)
			}
		}
		return !ofA.meets(ofB)
	})
}

// meet are the numbers that stand in both rows.
func meet(x, y []uint32) []uint32 {
	if len(x) > len(y) {
		x, y = y, x
	}
	var out []uint32
	for _, n := range x {
		at, found := slices.BinarySearch(y, n)
		if y = y[at:]; found {
			out = append(out, n)
		}
	}
	return out
}

// ids are those of some numbers, ascending.
func (l *NetworkLinks) ids(all []string, of []uint32) []string {
	out := make([]string, len(of))
	for i, n := range of {
		out[i] = all[n]
	}
	slices.Sort(out)
	return out
}

// turned is an incidence as its networks see it.
type turned struct{ members, projects lists }

func (l *NetworkLinks) turned() *turned {
	if l.back == nil {
		t := l.linkage
		var members, projects []entry
		for x := range uint32(len(t.actors)) {
			for _, network := range t.ofActor.of(x) {
				members = append(members, entry{network, x})
			}
		}
		if t.ofProject != nil {
			for y := range uint32(len(t.projects)) {
				for _, network := range t.ofProject.of(y) {
					projects = append(projects, entry{network, y})
				}
			}
		} else {
			for _, p := range t.parts {
				for _, network := range t.ofActor.of(p.actor) {
					projects = append(projects, entry{network, p.project})
				}
			}
		}
		l.back = &turned{listsOf(len(t.networks), members), listsOf(len(t.networks), projects)}
	}
	return l.back
}
