package analysis

import (
	"context"
	"iter"
	"math"
	"slices"
	"sync"

	"clustergraph/internal/store"
)

// join is some actors (members, by number), the projects they take part in (by number), and
// who takes part in what, from both sides: the two columns of a sparse matrix whose product
// with itself has the partnerships. They are found row by row with a dense accumulator
// (Gustavson, Two fast algorithms for sparse matrices, 1978).
type join struct {
	ctx    context.Context
	r      store.Reader
	taking store.EdgeType
	member store.EdgeType // how memberships stand in time
	when   store.Period

	slots []store.Slot // of the members
	ids   []string     // of those in pairs
	asked []bool       // whose ids are there
	names []string     // those of members in pairs, folded, if ordered by

	testA, testB store.Test // the conditions on partners
	pairs        int        // how many were found
	// For one member at a time, its pairs with each other member.
	count []uint32
	extra []more

	projects     []store.Slot
	projectNodes []*store.Node  // those that were fetched
	fetched      bool           // all of them
	awaited      []*Partnership // that were looked at before a project was asked for
	looked       bool           // one was
	counts       []bool         // which projects count; nil: all

	edges     []*store.Edge
	parallel  bool   // whether an actor has several edges to a project
	byMember  []part // those of member m from memberAt[m] to memberAt[m+1]
	memberAt  []uint32
	byProject []part // likewise; for one project by member
	projectAt []uint32
	spans     []span // by part.edge, once asked for

	// around is set if pairs are wanted around members, not across sides.
	around bool
	// Of sides: whether there are several; the first and last of each member; where, by
	// number, the members begin with whom a member may be paired (as the earlier one).
	// Members of one side come first, side by side, then those of several.
	across      bool
	first, last []uint32
	from        []uint32
	start       []uint32 // where, in byProject, the members begin that the current one may meet
	belong      []belonging
	numbers     []uint32 // of the members of belong
	belongAt    []uint32 // by member: where in byBelong its belongings begin, once they were asked for
	byBelong    []uint32 // places in belong
	groups      []group
	joined      []store.Fan // by side: its members, as the store told them

	marks  []uint32 // by project: 1 + the place in byMember of the participation of marked
	marked uint32   // 1 + a member
}

// part is a member's taking part in a project: the first of its edges, which stand side by
// side.
type part struct{ member, project, edge uint32 }

// those are the participations of a fan that count.
func those(fan store.Fan, q PartnershipQuery) store.Fan {
	if q.Where.Participation == nil {
		return fan
	}
	out := store.Fan{Off: make([]uint32, 1, len(fan.Off))}
	for i := range len(fan.Off) - 1 {
		for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
			// A filter of edges looks at nothing but the edge.
			if store.Holds(q.Where.Participation, nil, store.Hit{Edge: fan.Edge[k]}, q.When) {
				out.To, out.Edge = append(out.To, fan.To[k]), append(out.Edge, fan.Edge[k])
			}
		}
		out.Off = append(out.Off, uint32(len(out.To)))
	}
	return out
}

// acrossSides joins the members of sides, with what they take part in.
func (a *Analyst) acrossSides(ctx context.Context, r store.Reader, groups []group, m store.Meeting, q PartnershipQuery) (*join, error) {
	belong := belongings(groups, m)
	j := &join{ctx: ctx, r: r, taking: a.taking, member: a.edges[memberOf], when: q.When, across: len(groups) > 1, belong: belong, groups: groups, joined: m.Members}
	t := newTable(len(belong))
	j.numbers = make([]uint32, len(belong))
	first, last := make([]uint32, 0, len(belong)), make([]uint32, 0, len(belong))
	for i, b := range belong {
		n := t.number(b.actor)
		j.numbers[i] = n
		if int(n) == len(first) {
			first, last = append(first, b.side), append(last, b.side)
		}
		last[n] = b.side
	}
	order := j.arrange(t.met, first, last)
	t.free()
	j.edges = m.Edge
	if j.share(m.Fan, order); len(j.projects) == 0 {
		j.slots = nil
		return j, nil
	}
	j.byProject, j.projectAt = turn(j.byMember, len(j.projects), func(p part) uint32 { return p.project })
	j.start = slices.Clone(j.projectAt[:len(j.projects)])
	return j, j.choose(q.Where)
}

// arrange numbers the members anew: those of one side, side by side, then those of several.
// It tells the old numbers by the new ones; nil: they are the same.
func (j *join) arrange(met []store.Slot, first, last []uint32) []uint32 {
	j.from = make([]uint32, len(met))
	if slices.Equal(first, last) {
		j.slots, j.first, j.last = met, first, last
		j.begin()
		return nil
	}
	number, order := make([]uint32, len(met)), make([]uint32, 0, len(met))
	for _, several := range []bool{false, true} {
		for n := range met {
			if (first[n] != last[n]) == several {
				number[n] = uint32(len(order))
				order = append(order, uint32(n))
			}
		}
	}
	for i, n := range j.numbers {
		j.numbers[i] = number[n]
	}
	j.slots, j.first, j.last = make([]store.Slot, len(met)), make([]uint32, len(met)), make([]uint32, len(met))
	for i, n := range order {
		j.slots[i], j.first[i], j.last[i] = met[n], first[n], last[n]
	}
	j.begin()
	return order
}

// begin finds where, for each member, those begin with whom it may be paired.
func (j *join) begin() {
	for m := len(j.slots) - 1; m >= 0; m-- {
		j.from[m] = uint32(m) + 1
		if next := m + 1; j.across && j.first[m] == j.last[m] && next < len(j.slots) && j.first[next] == j.first[m] && j.last[next] == j.last[m] {
			j.from[m] = j.from[next]
		}
	}
}

// aroundActors joins some actors, which get the first numbers, with all who take part in
// their projects.
func (a *Analyst) aroundActors(ctx context.Context, r store.Reader, own []store.Slot, q PartnershipQuery) (*join, error) {
	j := &join{ctx: ctx, r: r, taking: a.taking, when: q.When, around: true}
	out, err := r.Step(ctx, own, store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}, q.When)
	if err != nil {
		return nil, err
	}
	out = those(out, q)
	projects := newTable(len(out.To))
	for _, p := range out.To {
		projects.number(p)
	}
	j.projects = projects.met
	projects.free()
	fan, err := r.Step(ctx, j.projects, store.Rel{Type: participatesIn, Dir: store.In}, q.When)
	if err != nil {
		return nil, err
	}
	fan = those(fan, q)
	members := newTable(len(own) + len(fan.To))
	for _, s := range own {
		members.number(s)
	}
	j.edges = fan.Edge
	j.byProject, j.projectAt = partsOf(fan, members)
	j.parallel = len(j.byProject) < len(j.edges)
	j.slots = members.met
	members.free()
	j.byMember, j.memberAt = turn(j.byProject, len(j.slots), func(p part) uint32 { return p.member })
	return j, j.choose(q.Where)
}

// partsOf are the participations in projects of a fan from these, parallel edges (which
// stand side by side) once; t numbers who takes part.
func partsOf(fan store.Fan, t *table) ([]part, []uint32) {
	list := slices.Grow([]part(nil), len(fan.To))
	at := slices.Clone(fan.Off)
	for i := range len(fan.Off) - 1 {
		at[i] = uint32(len(list))
		for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
			if k == fan.Off[i] || fan.To[k] != fan.To[k-1] {
				list = append(list, part{t.number(fan.To[k]), uint32(i), k})
			}
		}
	}
	at[len(at)-1] = uint32(len(list))
	return list, at
}

// share takes in the participations in projects that can be shared: not in those in which
// only members of one and the same side take part. order tells at which places of the fan the
// members stand.
func (j *join) share(fan store.Fan, order []uint32) {
	row := func(m int) (uint32, uint32) {
		if order != nil {
			m = int(order[m])
		}
		return fan.Off[m], fan.Off[m+1]
	}
	const several, alone = math.MaxUint32, math.MaxUint32 - 1
	w := works.Get().(*work)
	t := newTable(0)
	t.met = w.met[:0]
	w.numbers = slices.Grow(w.numbers[:0], len(fan.To))
	numbers, sides := w.numbers[:len(fan.To)], w.sides[:0] // by project: the one side of all who take part
	defer func() {
		w.met, w.sides = t.met, sides
		t.free()
		works.Put(w)
	}()
	for m := range j.slots {
		side := uint32(alone) // may be paired with everybody
		if j.across && j.first[m] == j.last[m] {
			side = j.first[m]
		}
		begin, end := row(m)
		for k := begin; k < end; k++ {
			p := t.number(fan.To[k])
			numbers[k] = p
			switch {
			case int(p) == len(sides):
				sides = append(sides, side)
			case k > begin && numbers[k-1] == p:
				j.parallel = true
			case sides[p] != side || side == alone:
				sides[p] = several
			}
		}
	}
	j.memberAt = make([]uint32, len(fan.Off))
	renumbered := sides
	for p, s := range sides {
		renumbered[p] = several
		if s == several {
			renumbered[p] = uint32(len(j.projects))
			j.projects = append(j.projects, t.met[p])
		}
	}
	for m := range j.slots {
		begin, end := row(m)
		for k := begin; k < end; k++ {
			if p := renumbered[numbers[k]]; p != several && (k == begin || numbers[k-1] != numbers[k]) {
				j.byMember = append(j.byMember, part{uint32(m), p, k})
			}
		}
		j.memberAt[m+1] = uint32(len(j.byMember))
	}
}

// work is room in which share works, for the next one to use.
type work struct {
	met            []store.Slot
	numbers, sides []uint32
}

var works = sync.Pool{New: func() any { return &work{} }}

// turn groups parts by another of their numbers, of which there are n, keeping their order.
func turn(list []part, n int, by func(part) uint32) ([]part, []uint32) {
	at := make([]uint32, n+2)
	for _, p := range list {
		at[by(p)+2]++
	}
	for i := 2; i < len(at); i++ {
		at[i] += at[i-1]
	}
	out := make([]part, len(list))
	for _, p := range list {
		out[at[by(p)+1]] = p
		at[by(p)+1]++
	}
	return out, at[:n+1]
}

// choose finds which projects count.
func (j *join) choose(q Conditions) (err error) {
	j.testA, j.testB = q.A, q.B
	if q.Project != nil {
		j.counts, err = j.r.Pass(j.ctx, j.projects, q.Project, j.when)
	}
	return err
}

// of are the participations of a member.
func (j *join) of(x uint32) []part { return j.byMember[j.memberAt[x]:j.memberAt[x+1]] }

// others are the participations in a project of those with whom x can make a pair that was
// not made yet. Members must be asked for in the order of their numbers.
func (j *join) others(x, project uint32) []part {
	if j.counts != nil && !j.counts[project] {
		return nil
	}
	begin, end := j.projectAt[project], j.projectAt[project+1]
	if j.around {
		return j.byProject[begin:end]
	}
	begin = j.start[project]
	for begin < end && j.byProject[begin].member < j.from[x] {
		begin++
	}
	j.start[project] = begin
	return j.byProject[begin:end]
}

// inOrder tells whether, of two members of sides, x is a of the pair.
func (j *join) inOrder(x, y uint32) bool {
	if j.across {
		if j.first[x] != j.first[y] {
			return j.first[x] < j.first[y]
		}
		if one, other := j.first[x] == j.last[x], j.first[y] == j.last[y]; one != other {
			return one
		}
	}
	return j.ids[x] < j.ids[y]
}

// shared are the projects that count in which two members take part, with their parts.
func (j *join) shared(a, b uint32) iter.Seq2[part, part] {
	if j.marked != a+1 {
		if j.marks == nil {
			j.marks = make([]uint32, len(j.projects))
		}
		if j.marked != 0 {
			for _, p := range j.of(j.marked - 1) {
				j.marks[p.project] = 0
			}
		}
		for i, p := range j.of(a) {
			j.marks[p.project] = j.memberAt[a] + uint32(i) + 1
		}
		j.marked = a + 1
	}
	return func(yield func(part, part) bool) {
		for _, p := range j.of(b) {
			if m := j.marks[p.project]; m != 0 && (j.counts == nil || j.counts[p.project]) && !yield(j.byMember[m-1], p) {
				return
			}
		}
	}
}

// edgesOf are the edges of a participation: those from its first on between the same nodes.
func (j *join) edgesOf(p part) []*store.Edge {
	n := p.edge + 1
	if !j.parallel {
		return j.edges[p.edge:n]
	}
	first := j.edges[p.edge]
	for int(n) < len(j.edges) && j.edges[n].From == first.From && j.edges[n].To == first.To {
		n++
	}
	return j.edges[p.edge:n]
}

// span is how long a member takes part: since when, and the last day it is known to.
type span struct {
	since date
	last  int32
	known bool // computed
}

func (j *join) span(p part) span {
	if j.spans == nil {
		j.spans = make([]span, len(j.edges))
	}
	s := &j.spans[p.edge]
	if !s.known {
		*s = span{last: math.MinInt32, known: true}
		to := j.projectNodes[p.project]
		for _, e := range j.edgesOf(p) {
			since, ok := e.Props.Get(j.taking.Since).(store.Date)
			if !ok {
				since, ok = to.Props.Get(j.taking.ToSince).(store.Date)
			}
			s.since.earliest(date{since, ok})
			s.last = max(s.last, j.taking.Bounds(e, to).Last)
		}
	}
	return *s
}

// together is since when two members take part in a project at once.
func (j *join) together(x, y part) date {
	s, t := j.span(x), j.span(y)
	since := s.since
	if since.compare(t.since) < 0 { // or unknown
		since = t.since
	}
	if !since.known || since.First > min(s.last, t.last) {
		return date{}
	}
	return since
}

// euro is what a participation is paid in euro.
func (j *join) euro(p part) (s sum) {
	for _, e := range j.edgesOf(p) {
		if m, ok := e.Props.Get(contribution).(store.Money); ok && m.Currency == "EUR" {
			s.add(sum{m.Amount, true})
		}
	}
	return s
}

// via are the networks or clusters by which a member belongs to some of its sides.
func (j *join) via(member uint32, side func(uint32) bool) []store.Slot {
	var out []store.Slot
	for _, i := range j.belongings(member) {
		if b := j.belong[i]; b.via != 0 && side(b.side) && !slices.Contains(out, b.via) {
			out = append(out, b.via)
		}
	}
	return out
}

// belongings are the places in belong of a member; none around actors.
func (j *join) belongings(member uint32) []uint32 {
	if j.around {
		return nil
	}
	if j.belongAt == nil {
		at := make([]uint32, len(j.slots)+2)
		for _, n := range j.numbers {
			at[n+2]++
		}
		for i := 2; i < len(at); i++ {
			at[i] += at[i-1]
		}
		j.byBelong = make([]uint32, len(j.belong))
		for i, n := range j.numbers {
			j.byBelong[at[n+1]] = uint32(i)
			at[n+1]++
		}
		j.belongAt = at[:len(j.slots)+1]
	}
	return j.byBelong[j.belongAt[member]:j.belongAt[member+1]]
}

// fetchProjects gets the nodes of all projects, once.
func (j *join) fetchProjects() error {
	if j.fetched {
		return nil
	}
	nodes, err := j.r.At(j.ctx, j.projects)
	if err == nil {
		j.projectNodes, j.fetched = nodes, true
	}
	return err
}

// fetchSome gets the nodes of some projects.
func (j *join) fetchSome(projects []uint32) error {
	if j.fetched {
		return nil
	}
	if j.projectNodes == nil {
		j.projectNodes = make([]*store.Node, len(j.projects))
	}
	slices.Sort(projects)
	projects = slices.Compact(projects)
	slots := make([]store.Slot, len(projects))
	for i, p := range projects {
		slots[i] = j.projects[p]
	}
	nodes, err := j.r.At(j.ctx, slots)
	for i, n := range nodes {
		j.projectNodes[projects[i]] = n
	}
	return err
}

// awaits is of how many pairs the projects are fetched together at most: who looks at more,
// or at others later, gets all projects at once.
const awaits = 1000

// await keeps a pair that may be asked for its projects until one is.
func (j *join) await(p *Partnership) {
	switch {
	case j.looked:
	case len(j.awaited) < awaits:
		j.awaited = append(j.awaited, p)
	default:
		j.awaited, j.looked = nil, true
	}
}

// fetchIDs gets the ids of the members of some pairs.
func (j *join) fetchIDs(rows []row) {
	if j.ids == nil {
		j.ids, j.asked = make([]string, len(j.slots)), make([]bool, len(j.slots))
	}
	var of []uint32
	var slots []store.Slot
	for _, r := range rows {
		for _, m := range [2]uint32{r.a, r.b} {
			if !j.asked[m] {
				j.asked[m] = true
				of, slots = append(of, m), append(slots, j.slots[m])
			}
		}
	}
	for i, id := range j.r.IDs(slots) {
		j.ids[of[i]] = id
	}
}

// members are those in some pairs, each once.
func members(rows []row) []uint32 {
	out := make([]uint32, 0, 2*len(rows))
	for _, r := range rows {
		out = append(out, r.a, r.b)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// foldNames gets and folds the names of the members of some pairs.
func (j *join) foldNames(rows []row) error {
	if j.names == nil {
		j.names = make([]string, len(j.slots))
	}
	of := members(rows)
	nodes, err := j.r.At(j.ctx, j.slotsOf(of))
	if err != nil {
		return err
	}
	for i, m := range of {
		j.names[m] = store.Fold(nodes[i].Name())
	}
	return nil
}

func (j *join) slotsOf(members []uint32) []store.Slot {
	out := make([]store.Slot, len(members))
	for i, m := range members {
		out[i] = j.slots[m]
	}
	return out
}

// passing keeps the pairs whose partners pass the conditions on them. Each partner of a pair
// is looked at once, all at once.
func (j *join) passing(rows []row) ([]row, error) {
	for _, side := range []struct {
		test store.Test
		of   func(row) uint32
	}{{j.testA, func(r row) uint32 { return r.a }}, {j.testB, func(r row) uint32 { return r.b }}} {
		if side.test == nil || len(rows) == 0 {
			continue
		}
		of := make([]uint32, len(rows))
		for i, r := range rows {
			of[i] = side.of(r)
		}
		slices.Sort(of)
		of = slices.Compact(of)
		pass, err := j.r.Pass(j.ctx, j.slotsOf(of), side.test, j.when)
		if err != nil {
			return nil, err
		}
		passes := make([]bool, len(j.slots))
		for i, m := range of {
			passes[m] = pass[i]
		}
		rows = slices.DeleteFunc(rows, func(r row) bool { return !passes[side.of(r)] })
	}
	return rows, nil
}
