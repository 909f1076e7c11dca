package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// PartnershipQuery says which partnerships are wanted, and in which order.
type PartnershipQuery struct {
	Where Conditions
	Order []Term[Key] // before ties are broken by the ids of a and b; nil: most projects first
	// When is valid time: only edges that hold in it count, memberships, participations
	// and those that the conditions look at.
	When store.Period
	// First says that just so many pairs are wanted, the first ones; 0: all. In the default
	// order it makes an answer cheaper, and as large as these.
	First int
}

// ranked tells whether pairs are told by how many projects they share alone, the most first.
func (q PartnershipQuery) ranked() bool {
	return len(q.Order) == 0 || len(q.Order) == 1 && q.Order[0] == Term[Key]{By: ByProjects, Desc: true}
}

// counted is how many pairs of members are wanted, if conditions on partners leave out none of
// them after they were counted; 0: all.
func (q PartnershipQuery) counted() int {
	if !q.ranked() || q.Where.A != nil || q.Where.B != nil {
		return 0
	}
	return q.First
}

// met is how many pairs are wanted of those that a store tells, if the order of these is that
// of how many projects they are told to share; 0: all.
//
// A store may tell of other pairs in part. They come after the first ones all the same: they
// seem to share fewer projects, never more; and of a pair of which both are members of both
// sides, which may seem to be members of one, a is the one with the smaller id in truth.
func (q PartnershipQuery) met() int {
	if q.Where.Project != nil || q.Where.Participation != nil {
		return 0
	}
	return q.counted()
}

// Conditions are those a partnership must pass; unset ones all do.
type Conditions struct {
	MinProjects int        // of the projects that count
	Project     store.Test // which projects count
	A, B        store.Test // on the partners
	// Participation says which participations count, by what stands on the edge alone.
	Participation store.Test
}

// Term is one step of an order by a kind of keys. Unknown values come last ascending, first
// descending.
type Term[K any] struct {
	By   K
	Desc bool
}

// descending says which values of a row's place descend: one for each term, and both ids.
func descending[K any](terms []Term[K]) []bool {
	out := make([]bool, len(terms)+2)
	for i, t := range terms {
		out[i] = t.Desc
	}
	return out
}

// Key is what partnerships are ordered by.
type Key uint8

// The keys: how many projects are shared; since when, by the first and by the latest of these;
// what is paid to both in euro; the partners' names, blind to case and accents.
const (
	ByProjects Key = iota
	BySince
	ByLatest
	ByContribution
	ByNameA
	ByNameB
)

// Partnerships are pairs of actors that share projects, in a total order. They are good as
// long as the view they were read from, and for one goroutine.
//
// Pairs are put in order when they are looked at: those that share equally many projects
// (if that comes first in the order) when the first of them is.
type Partnerships struct {
	order []Term[Key]
	join  *join
	rows  []row
	first int    // how many are told; 0: all
	more  []more // by row.more, if ordered by what stands there
	runs  []int  // rows[runs[i]:runs[i+1]] come before those of later runs
	done  []bool // which runs are in order
}

// row is a pair of members and how many projects they share; more is the row's place when
// it was found.
type row struct{ a, b, n, more uint32 }

// more is what only some orders need to know of a pair.
type more struct {
	since, latest date
	euro          sum
}

// Partnerships tells who shares projects with whom: with one side the pairs within it, with
// several the pairs across different sides. A pair is told once, nobody is paired with
// itself, and only projects count, not programmes.
//
// a is the partner that belongs to the earlier side (by the first of its sides); if both
// begin with the same side, the one that belongs to no other, else the one with the smaller
// id. So of two sides a stands on the first, if the pair can be read so, and the sides the
// other way round give the same pairs.
//
// A pair holds in a period if all four edges do: both memberships and both participations.
// Several participations of one actor in one project are one shared project.
//
// An id nobody has is an ErrNotFound, a node of the wrong kind an ErrInvalid; both name it.
// More than MaxPairs pairs are an ErrTooMuch, unless the first are wanted, in the default order
// and without conditions on the partners.
// Cost: with the members, their participations, and the pairs; the store need not tell more of
// two sides than the first pairs, if these are wanted without conditions on projects.
func (a *Analyst) Partnerships(ctx context.Context, r store.Reader, between []Side, q PartnershipQuery) (*Partnerships, error) {
	groups, err := a.sides(ctx, r, between, q.When)
	if err != nil {
		return nil, err
	}
	meeting := make([]store.Group, len(groups))
	for i, g := range groups {
		meeting[i] = g.Group
	}
	m, err := r.Meet(ctx, meeting, store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}, q.When, q.met())
	if err != nil {
		return nil, err
	}
	m.Fan = those(m.Fan, q)
	j, err := a.acrossSides(ctx, r, groups, m, q)
	if err != nil {
		return nil, err
	}
	return j.collect(q, 0, uint32(len(j.slots)))
}

// Partners are the partnerships of some actors, at the same places: a is the actor, b one
// it shares projects with. All else is as for Partnerships.
//
// Cost: with the participations of all who take part in the actors' projects.
func (a *Analyst) Partners(ctx context.Context, r store.Reader, of []string, q PartnershipQuery) ([]*Partnerships, error) {
	slots, nodes, err := lookUp(ctx, r, of)
	if err != nil {
		return nil, err
	}
	own, err := check(of, slots, nodes, a.actors, "partners")
	if err != nil {
		return nil, err
	}
	j, err := a.aroundActors(ctx, r, own, q)
	if err != nil {
		return nil, err
	}
	by := make(map[store.Slot]*Partnerships, len(own))
	for i, s := range own {
		if by[s], err = j.collect(q, uint32(i), uint32(i)+1); err != nil {
			return nil, err
		}
	}
	out := make([]*Partnerships, len(of))
	for i, s := range slots {
		out[i] = by[s]
	}
	return out, nil
}

// collect finds the pairs in which members first to last meet others. Around one actor that
// is every pair of it; else every pair whose earlier member is one of these.
func (j *join) collect(q PartnershipQuery, first, last uint32) (*Partnerships, error) {
	p := &Partnerships{order: q.Order, join: j, first: q.First}
	if len(p.order) == 0 {
		p.order = []Term[Key]{{By: ByProjects, Desc: true}}
	}
	dated := p.orderedBy(BySince) || p.orderedBy(ByLatest)
	paid := p.orderedBy(ByContribution)
	if dated {
		if err := j.fetchProjects(); err != nil {
			return nil, err
		}
	}
	least, wanted := max(1, q.Where.MinProjects), q.counted()
	if j.count == nil {
		j.count = make([]uint32, len(j.slots))
	}
	if j.extra == nil && (dated || paid) {
		j.extra = make([]more, len(j.slots))
	}
	n, extra := j.count, j.extra
	var met []uint32
	for x := first; x < last; x++ {
		if err := j.ctx.Err(); err != nil {
			return nil, err
		}
		met = met[:0]
		for _, mine := range j.of(x) {
			for _, theirs := range j.others(x, mine.project) {
				y := theirs.member
				if y == x {
					continue
				}
				if n[y] == 0 {
					met = append(met, y)
					if extra != nil {
						extra[y] = more{}
					}
				}
				n[y]++
				if dated {
					since := j.together(mine, theirs)
					extra[y].since.earliest(since)
					extra[y].latest.latest(since)
				}
				if paid {
					extra[y].euro.add(j.euro(mine))
					extra[y].euro.add(j.euro(theirs))
				}
			}
		}
		for _, y := range met {
			if int(n[y]) >= least {
				r := row{a: x, b: y, n: n[y]}
				if extra != nil {
					r.more = uint32(len(p.more))
					p.more = append(p.more, extra[y])
				}
				p.rows = append(p.rows, r)
			}
			n[y] = 0
		}
		if wanted > 0 {
			if len(p.rows) > max(4*wanted, manyPairs) {
				p.rows = j.cut(p.rows, wanted)
				least = int(slices.MinFunc(p.rows, func(x, y row) int { return cmp.Compare(x.n, y.n) }).n)
			}
		} else if j.pairs+len(p.rows) > MaxPairs {
			return nil, fmt.Errorf("%w: there are more than %d pairs of partners: ask for smaller sides, or for pairs that share more projects (minProjects)", ErrTooMuch, MaxPairs)
		}
	}
	if wanted > 0 {
		p.rows = j.cut(p.rows, wanted)
	}
	j.pairs += len(p.rows)
	j.identify(p.rows)
	var err error
	if p.rows, err = j.passing(p.rows); err != nil {
		return nil, err
	}
	if p.orderedBy(ByNameA) || p.orderedBy(ByNameB) {
		if err := j.foldNames(p.rows); err != nil {
			return nil, err
		}
	}
	p.divide()
	return p, nil
}

// manyPairs are so many that it is worth the time to leave out those that come too late.
const manyPairs = 1 << 14

// cut keeps the first n pairs, as they are ordered by how many projects they share and by ids.
// It does not need the ids of pairs that share fewer than all of these.
func (j *join) cut(rows []row, n int) []row {
	if len(rows) <= n {
		return rows
	}
	shared := make([]uint32, len(rows))
	for i, r := range rows {
		shared[i] = r.n
	}
	slices.Sort(shared)
	least := shared[len(shared)-n]
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.n < least })
	if len(rows) == n {
		return rows
	}
	j.identify(rows)
	slices.SortFunc(rows, func(x, y row) int { return cmp.Or(cmp.Compare(y.n, x.n), j.compareIDs(x, y)) })
	return rows[:n]
}

// identify gets the ids of pairs, and puts a and b in order, which they may decide about.
func (j *join) identify(rows []row) {
	j.fetchIDs(rows)
	for i, r := range rows {
		if !j.around && !j.inOrder(r.a, r.b) {
			rows[i].a, rows[i].b = r.b, r.a
		}
	}
}

func (j *join) compareIDs(x, y row) int {
	if x.a != y.a {
		return strings.Compare(j.ids[x.a], j.ids[y.a])
	}
	return strings.Compare(j.ids[x.b], j.ids[y.b])
}

func (p *Partnerships) orderedBy(k Key) bool {
	return slices.ContainsFunc(p.order, func(t Term[Key]) bool { return t.By == k })
}

// divide makes the runs: one for each number of projects, if that comes first in the order,
// by counting; else one of all.
func (p *Partnerships) divide() {
	if p.order[0].By != ByProjects {
		p.runs, p.done = []int{0, len(p.rows)}, make([]bool, 1)
		return
	}
	most := uint32(0)
	for _, r := range p.rows {
		most = max(most, r.n)
	}
	place := func(r row) uint32 {
		if p.order[0].Desc {
			return most - r.n
		}
		return r.n
	}
	p.runs, p.done = make([]int, most+2), make([]bool, most+1)
	for _, r := range p.rows {
		p.runs[place(r)+1]++
	}
	for i := range p.done {
		p.runs[i+1] += p.runs[i]
	}
	next := slices.Clone(p.runs)
	rows := make([]row, len(p.rows))
	for _, r := range p.rows {
		rows[next[place(r)]] = r
		next[place(r)]++
	}
	p.rows = rows
}

// Len is how many pairs there are, or are wanted.
func (p *Partnerships) Len() int {
	if p.first > 0 {
		return min(p.first, len(p.rows))
	}
	return len(p.rows)
}

// At is the i-th pair. What is shared by all pairs that were looked at is read at once, when
// that of the first of them is asked for.
func (p *Partnerships) At(i int) *Partnership {
	x := &Partnership{of: p, row: p.at(i)}
	p.join.await(x)
	return x
}

// at is the row of the i-th pair.
func (p *Partnerships) at(i int) row {
	run, found := slices.BinarySearch(p.runs, i)
	if !found {
		run--
	}
	for p.runs[run+1] == i { // empty runs
		run++
	}
	if !p.done[run] {
		p.done[run] = true
		slices.SortFunc(p.rows[p.runs[run]:p.runs[run+1]], p.compare)
	}
	return p.rows[i]
}

func (p *Partnerships) compare(x, y row) int {
	for _, t := range p.order {
		c := 0
		switch t.By {
		case ByProjects:
			c = cmp.Compare(x.n, y.n)
		case BySince:
			c = p.more[x.more].since.compare(p.more[y.more].since)
		case ByLatest:
			c = p.more[x.more].latest.compare(p.more[y.more].latest)
		case ByContribution:
			c = p.more[x.more].euro.compare(p.more[y.more].euro)
		case ByNameA:
			c = strings.Compare(p.join.names[x.a], p.join.names[y.a])
		case ByNameB:
			c = strings.Compare(p.join.names[x.b], p.join.names[y.b])
		}
		if t.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return p.join.compareIDs(x, y)
}

// Key is the place of the i-th pair in the order: the values of the terms, then the ids of
// a and b.
func (p *Partnerships) Key(i int) []store.Value {
	r := p.at(i)
	out := make([]store.Value, 0, len(p.order)+2)
	for _, t := range p.order {
		var v store.Value
		switch t.By {
		case ByProjects:
			v = int64(r.n)
		case BySince:
			v = p.more[r.more].since.value()
		case ByLatest:
			v = p.more[r.more].latest.value()
		case ByContribution:
			v = p.more[r.more].euro.value()
		case ByNameA:
			v = p.join.names[r.a]
		case ByNameB:
			v = p.join.names[r.b]
		}
		out = append(out, v)
	}
	return append(out, p.join.ids[r.a], p.join.ids[r.b])
}

// Desc says which values of Key descend.
func (p *Partnerships) Desc() []bool { return descending(p.order) }

// Partnership is one pair. Its projects are looked up when they are first asked for.
type Partnership struct {
	of     *Partnerships
	row    row
	shared []common
}

// common is a project that counts in which both take part.
type common struct{ a, b part }

// SharedProject is a project both partners take part in.
type SharedProject struct {
	Project store.Slot
	// RoleA and RoleB are the partners' roles in it, nil if unknown. Of several
	// participations of one actor it is COORDINATOR if one of them says so, else the
	// first that is known.
	RoleA, RoleB store.Value
	// EdgesA and EdgesB are the participations themselves.
	EdgesA, EdgesB []*store.Edge
	key            [2]store.Value
}

// Key is the project's place among those shared: its start, unknown last, then its id.
func (s SharedProject) Key() []store.Value { return s.key[:] }

func (s SharedProject) compare(t SharedProject) int {
	return cmp.Or(store.CompareNull(s.key[0], t.key[0]), store.CompareNull(s.key[1], t.key[1]))
}

// A and B are the partners.
func (p *Partnership) A() store.Slot { return p.of.join.slots[p.row.a] }

// B is the other partner.
func (p *Partnership) B() store.Slot { return p.of.join.slots[p.row.b] }

// Projects is how many projects that count are shared.
func (p *Partnership) Projects() int { return int(p.row.n) }

// Shared are the shared projects that count, in the order of their keys. Cost: with the
// participations of both partners.
func (p *Partnership) Shared() ([]SharedProject, error) {
	if err := p.look(); err != nil {
		return nil, err
	}
	j := p.of.join
	out := make([]SharedProject, len(p.shared))
	for i, c := range p.shared {
		n := j.projectNodes[c.a.project]
		mine, theirs := j.edgesOf(c.a), j.edgesOf(c.b)
		out[i] = SharedProject{
			Project: j.projects[c.a.project],
			RoleA:   role(mine),
			RoleB:   role(theirs),
			EdgesA:  mine,
			EdgesB:  theirs,
			key:     [2]store.Value{n.Props.Get(j.taking.ToSince), n.ID},
		}
	}
	slices.SortFunc(out, SharedProject.compare)
	return out, nil
}

// Since is the earliest day on which both took part in a shared project, told as precisely
// as it is known; nil if it is not. In one project that is the later of the two days on
// which they began (a participation without a beginning has its project's), unless one of
// these is unknown or the other partner had left by then; of several participations of one
// actor the earliest beginning and the latest end count. Later and earlier are by first
// day, then last day.
func (p *Partnership) Since() (store.Value, error) {
	if err := p.look(); err != nil {
		return nil, err
	}
	var since date
	for _, c := range p.shared {
		since.earliest(p.of.join.together(c.a, c.b))
	}
	return since.value(), nil
}

// Latest is the latest such day, of all shared projects.
func (p *Partnership) Latest() (store.Value, error) {
	if err := p.look(); err != nil {
		return nil, err
	}
	var latest date
	for _, c := range p.shared {
		latest.latest(p.of.join.together(c.a, c.b))
	}
	return latest.value(), nil
}

// Contribution is what is paid to both in the shared projects: a sum for each currency, by
// its code. Each participation is one amount, so of them all two for each project, and
// more where one actor has several; none if nothing is known.
func (p *Partnership) Contribution() ([]Sum, error) {
	if err := p.look(); err != nil {
		return nil, err
	}
	var s sums
	for _, c := range p.shared {
		s.add(p.of.join.edgesOf(c.a))
		s.add(p.of.join.edgesOf(c.b))
	}
	return s.list, nil
}

// look finds the shared projects.
func (p *Partnership) look() error {
	if p.shared != nil {
		return nil
	}
	j := p.of.join
	if j.looked {
		err := j.fetchProjects()
		if err == nil {
			p.shared = p.find()
		}
		return err
	}
	all := j.awaited // p is one of them
	j.awaited, j.looked = nil, true
	shared := make([][]common, len(all))
	var projects []uint32
	for i, x := range all {
		shared[i] = x.find()
		for _, c := range shared[i] {
			projects = append(projects, c.a.project)
		}
	}
	err := j.fetchSome(projects)
	if err == nil {
		for i, x := range all {
			x.shared = shared[i]
		}
	}
	return err
}

func (p *Partnership) find() []common {
	out := make([]common, 0, p.row.n)
	for a, b := range p.of.join.shared(p.row.a, p.row.b) {
		out = append(out, common{a, b})
	}
	return out
}

func role(edges []*store.Edge) store.Value {
	var known store.Value
	for _, e := range edges {
		switch r := e.Props.Get("role"); {
		case r == "COORDINATOR":
			return r
		case known == nil:
			known = r
		}
	}
	return known
}

// ViaA are the networks or clusters by which a belongs to its side, each once, in the order
// of the sides and of their ids as asked. Of several sides these are the ones before one to
// which b belongs. None around one actor.
func (p *Partnership) ViaA() []store.Slot { return p.of.join.via(p.row.a, p.sideA) }

// ViaB are those of b, likewise: of several sides the ones after one to which a belongs.
func (p *Partnership) ViaB() []store.Slot { return p.of.join.via(p.row.b, p.sideB) }

// MembershipsA are the memberships by which a belongs to what ViaA tells, in its order.
func (p *Partnership) MembershipsA() []Membership {
	return p.of.join.memberships(p.row.a, p.sideA)
}

// MembershipsB are those of b.
func (p *Partnership) MembershipsB() []Membership {
	return p.of.join.memberships(p.row.b, p.sideB)
}

func (p *Partnership) sideA(side uint32) bool {
	j := p.of.join
	return !j.across || side < j.last[p.row.b]
}

func (p *Partnership) sideB(side uint32) bool {
	j := p.of.join
	return !j.across || side > j.first[p.row.a]
}
