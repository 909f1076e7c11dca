package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/store"
)

// RankingQuery says what is measured, and of which network.
type RankingQuery struct {
	By         CentralityMeasure
	Projection Projection
	// Yearly asks for a ranking for each year in which an edge is known to begin, hold or end, or
	// each that Projection.When spans, as far as it lies within that: of what holds in it.
	Yearly bool
	// Only says who is told, and Top how many of these, the first of each ranking; nil: all.
	// Everybody counts.
	Only store.Test
	Top  *int

	// What only some measures have; nil: as they say.
	Distance *centrality.Distance // of Betweenness, Closeness: Hops
	Sample   *centrality.Sampling // of Betweenness: it is exact
	Damping  *float64             // of PageRank: 0.85
	Groups   *Groups              // of Brokerage: by Network
}

// CentralityMeasure is a measure of package centrality.
type CentralityMeasure uint8

// The measures.
const (
	Degree CentralityMeasure = iota
	WeightedDegree
	Betweenness
	Closeness
	Eigenvector
	PageRank
	Constraint
	Brokerage
)

// Groups are groups of actors, said in one of three ways.
type Groups struct {
	// By is Network, Country, Region, ActorType or ActorKind; it counts if the others are nil.
	By        Dimension
	MembersOf []string   // networks or clusters: the members of each are a group
	Actors    [][]string // each list of actors is a group
}

// MaxRanks is how many rows one answer may have, in all its years.
const MaxRanks = 2_000_000

// Rankings are the actors of a network, or of its years, in a total order: by year, the most
// central first (by Constraint: the least constrained), then by id.
type Rankings struct {
	*ranked
	by   CentralityMeasure
	told rows // nil: all
}

// ranked are all rows.
type ranked struct {
	ids    []string // by actor
	years  []rankedYear
	actor  []uint32
	value  []float64
	rank   []uint32
	errors []float64          // nil: all values are exact
	roles  []centrality.Roles // nil: the measure has none
}

// rankedYear says that rows from begin are of a year.
type rankedYear struct {
	year  int // 0: of all time that was asked for
	begin int
	size  int // of the network
}

func (k *ranked) bytes() int64 {
	return int64(len(k.actor))*(4+4+8) + int64(len(k.errors))*8 + int64(len(k.roles))*40
}

// Rank is an actor's place in a ranking.
type Rank struct {
	ID    string
	Value float64
	Rank  int // 1 for the first; equal values have the same
	Year  int // 0: it is not of a year
	// Error is of a sample: the value is off by no more, with the probability asked for. Nil: it
	// is exact.
	Error *float64
	Roles *centrality.Roles // of Brokerage
	Size  int               // how many actors the network has
}

// Rankings measures how central the actors of a network are. What is told is rounded to twelve
// digits, so that values which differ by no more than rounding are equal.
//
// An id nobody has is an ErrNotFound; what a measure does not have, and what is out of its range, are
// an ErrInvalid. A measure that needs more time than the context has, more than MaxRanks rows, and an
// Eigenvector that does not settle are an ErrTooMuch. Cost: that of the projection and of the
// measure, once for a revision: other pages of the same question cost what they tell.
func (a *Analyst) Rankings(ctx context.Context, r store.Reader, q RankingQuery) (*Rankings, error) {
	m, err := q.measured()
	if err != nil {
		return nil, err
	}
	s := a.snapshot(r)
	key := fmt.Sprintf("rankings %#v", m)
	other := a.otherTies(m.Projection)
	if m.By == Brokerage {
		other = anything // groups may be by whatever there is
	}
	all, err := hold(ctx, r, s, s.results, key, other, func() (*ranked, error) { return a.rankings(ctx, r, s, m) })
	var long *centrality.TooLongError
	if errors.As(err, &long) {
		// Others may have more time; so this is not said to those who wait for the same.
		return nil, fmt.Errorf("%w: %s", ErrTooMuch, err.Error())
	}
	if err != nil {
		return nil, err
	}
	out := &Rankings{ranked: all, by: q.By}
	if q.Only == nil && q.Top == nil {
		return out, nil
	}
	top := math.MaxInt
	if q.Top != nil {
		top = *q.Top
	}
	key += fmt.Sprintf(" only %#v top %d", q.Only, top)
	if q.Only != nil {
		other = anything
	}
	out.told, err = hold(ctx, r, s, s.results, key, other, func() (rows, error) { return a.told(ctx, r, s, all, m.Projection.When, q.Only, top) })
	return out, err
}

// rows are some of ranked.
type rows []uint32

func (r rows) bytes() int64 { return int64(len(r)) * 4 }

// told are the rows of the first actors of each year that pass a condition.
func (a *Analyst) told(ctx context.Context, r store.Reader, s *snapshot, all *ranked, when store.Period, t store.Test, top int) (rows, error) {
	actors, err := s.roll(ctx, r, a.actors)
	if err != nil {
		return nil, err
	}
	pass, err := actors.passing(ctx, r, t, when)
	if err != nil {
		return nil, err
	}
	out := rows{}
	for y, year := range all.years {
		end := len(all.actor)
		if y+1 < len(all.years) {
			end = all.years[y+1].begin
		}
		for i, n := year.begin, 0; i < end && n < top; i++ {
			if pass == nil || pass[all.actor[i]] {
				out = append(out, uint32(i))
				n++
			}
		}
	}
	return out, nil
}

// measured is all that values depend on, without pointers, so that its text tells all of it.
type measured struct {
	By         CentralityMeasure
	Projection Projection
	Yearly     bool
	Distance   centrality.Distance
	Sampled    bool
	Sample     centrality.Sampling
	Damping    float64
	Groups     Groups
}

// measured checks the query.
func (q RankingQuery) measured() (measured, error) {
	m := measured{By: q.By, Projection: q.Projection, Yearly: q.Yearly, Damping: 0.85, Groups: Groups{By: Network}}
	invalid := func(format string, args ...any) (measured, error) {
		return m, fmt.Errorf("%w: "+format, append([]any{store.ErrInvalid}, args...)...)
	}
	if q.Top != nil && *q.Top < 1 {
		return invalid("top: %d are none; give 1 or more", *q.Top)
	}
	if q.Distance != nil {
		if q.By != Betweenness && q.By != Closeness {
			return invalid("distance: only BETWEENNESS and CLOSENESS have distances; leave it out")
		}
		m.Distance = *q.Distance
	}
	if q.Sample != nil {
		m.Sampled, m.Sample = true, *q.Sample
		switch {
		case q.By != Betweenness:
			return invalid("sample: only BETWEENNESS can be estimated; leave it out")
		case !(m.Sample.Error >= leastError && m.Sample.Error < 1):
			return invalid("sample: the error %v is impossible; give one from %v to less than 1", m.Sample.Error, leastError)
		case !(m.Sample.Confidence > 0 && m.Sample.Confidence <= mostConfidence):
			return invalid("sample: the confidence %v is impossible; give one above 0, up to %v", m.Sample.Confidence, mostConfidence)
		}
	}
	if q.Damping != nil {
		m.Damping = *q.Damping
		switch {
		case q.By != PageRank:
			return invalid("damping: only PAGERANK has one; leave it out")
		case !(m.Damping >= 0 && m.Damping <= mostDamping):
			return invalid("damping: %v is impossible; give one from 0 to %v", m.Damping, mostDamping)
		}
	}
	if q.Groups != nil {
		if q.By != Brokerage {
			return invalid("groups: only BROKERAGE is between groups; leave it out")
		}
		m.Groups = *q.Groups
		if m.Groups.MembersOf != nil && len(m.Groups.MembersOf) == 0 || m.Groups.Actors != nil && len(m.Groups.Actors) == 0 {
			return invalid("groups: there are none; give some")
		}
	}
	return m, nil
}

// What measures can be asked for.
const (
	leastError     = 0.0001
	mostConfidence = 0.999999
	mostDamping    = 0.9999
)

// rankings are those of all years that are asked for.
func (a *Analyst) rankings(ctx context.Context, r store.Reader, s *snapshot, m measured) (*ranked, error) {
	actors, err := s.roll(ctx, r, a.actors)
	if err != nil {
		return nil, err
	}
	out := &ranked{ids: actors.ids}
	if !m.Yearly {
		n, err := a.project(ctx, r, m.Projection)
		if err != nil {
			return nil, err
		}
		return out, a.rankNetwork(ctx, r, s, m, n, 0, out)
	}
	years, err := a.years(ctx, r, m.Projection)
	if err != nil {
		return nil, err
	}
	for _, year := range years {
		of := m
		of.Projection.When = yearOf(m.Projection.When, *year)
		// The networks of single years are not kept: they would displace those of others.
		n, err := a.tie(ctx, r, s, of.Projection, nil, nil)
		if err == nil {
			err = a.rankNetwork(ctx, r, s, of, n, *year, out)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rankNetwork adds the ranking of one network.
func (a *Analyst) rankNetwork(ctx context.Context, r store.Reader, s *snapshot, m measured, n *projected, year int, out *ranked) error {
	if len(out.actor)+n.Len() > MaxRanks {
		return fmt.Errorf("%w: there are more than %d places in the rankings: ask for fewer years (during), or fewer actors (projection)", ErrTooMuch, MaxRanks)
	}
	if err := centrality.Ended(ctx); err != nil {
		return err
	}
	values, err := a.measure(ctx, r, s, m, n)
	if err != nil {
		return err
	}
	order := make([]uint32, n.Len())
	for x := range order {
		if x%pulse == 0 {
			if err := centrality.Ended(ctx); err != nil {
				return err
			}
		}
		order[x] = uint32(x)
		values.value[x] = rounded(m.By, values.value[x])
	}
	// Nodes are numbered in the order of their ids.
	order, err = sorted(ctx, order, func(x, y uint32) int {
		c := cmp.Compare(values.value[y], values.value[x])
		if m.By == Constraint {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(x, y))
	})
	if err != nil {
		return err
	}
	begin := len(out.actor)
	if n.Len() == 0 {
		return nil
	}
	out.years = append(out.years, rankedYear{year, begin, n.Len()})
	for i, x := range order {
		if i%pulse == 0 {
			if err := centrality.Ended(ctx); err != nil {
				return err
			}
		}
		rank := uint32(i + 1)
		if i > 0 && values.value[x] == values.value[order[i-1]] {
			rank = out.rank[begin+i-1]
		}
		out.actor, out.value, out.rank = append(out.actor, n.of[x]), append(out.value, values.value[x]), append(out.rank, rank)
		if values.errors != nil {
			out.errors = append(out.errors, rounded(m.By, values.errors[x]))
		}
		if values.roles != nil {
			r := values.roles[x]
			for _, v := range []*float64{&r.Coordinator, &r.Gatekeeper, &r.Representative, &r.Consultant, &r.Liaison} {
				*v = rounded(m.By, *v)
			}
			out.roles = append(out.roles, r)
		}
	}
	return nil
}

// sorted are numbers in order, of which no two are equal. It looks at the clock now and then, which
// slices.SortFunc cannot: parts are sorted by that, and merged. The list is used up.
func sorted(ctx context.Context, list []uint32, compare func(x, y uint32) int) ([]uint32, error) {
	for part := range slices.Chunk(list, pulse) {
		if err := centrality.Ended(ctx); err != nil {
			return nil, err
		}
		slices.SortFunc(part, compare)
	}
	for size := pulse; size < len(list); size *= 2 {
		next := make([]uint32, 0, len(list))
		for both := range slices.Chunk(list, 2*size) {
			x, y := both[:min(size, len(both))], both[min(size, len(both)):]
			for len(x)+len(y) > 0 {
				if len(next)%pulse == 0 {
					if err := centrality.Ended(ctx); err != nil {
						return nil, err
					}
				}
				from := &x
				if len(x) == 0 || len(y) > 0 && compare(y[0], x[0]) < 0 {
					from = &y
				}
				next, *from = append(next, (*from)[0]), (*from)[1:]
			}
		}
		list = next
	}
	return list, nil
}

// values are those of the nodes of a network.
type values struct {
	value, errors []float64
	roles         []centrality.Roles
}

func (a *Analyst) measure(ctx context.Context, r store.Reader, s *snapshot, m measured, n *projected) (v values, err error) {
	switch m.By {
	case Degree:
		v.value = centrality.Degree(n.Graph)
	case WeightedDegree:
		v.value = centrality.WeightedDegree(n.Graph)
	case Betweenness:
		if !m.Sampled {
			v.value, err = centrality.Betweenness(ctx, n.Graph, m.Distance)
			err = tooLong(err, n, "estimate it (sample: {error: 0.01}), or")
			break
		}
		var e *centrality.Estimate
		if e, err = centrality.SampleBetweenness(ctx, n.Graph, m.Distance, m.Sample); err == nil {
			v.value, v.errors = e.Values, e.Errors
		}
		err = tooLong(err, n, "allow for a greater error, measure distance by HOPS, or")
	case Closeness:
		v.value, err = centrality.Closeness(ctx, n.Graph, m.Distance)
		err = tooLong(err, n, "measure distance by HOPS, or")
	case Eigenvector:
		v.value, err = centrality.Eigenvector(ctx, n.Graph)
		var unsettled *centrality.ConvergenceError
		if errors.As(err, &unsettled) {
			err = fmt.Errorf("%w: the network has no clear leading eigenvector: %s; ask for PAGERANK, or for a projection to fewer actors", ErrTooMuch, err.Error())
		}
	case PageRank:
		v.value, err = centrality.PageRank(ctx, n.Graph, m.Damping)
	case Constraint:
		v.value, err = centrality.Constraint(ctx, n.Graph)
	case Brokerage:
		var groups [][]uint32
		if groups, err = a.groupsOf(ctx, r, s, m.Groups, m.Projection.When); err != nil {
			return v, err
		}
		of := make([][]uint32, n.Len())
		for x := range of {
			of[x] = groups[n.of[x]]
		}
		if v.roles, err = centrality.Brokerage(ctx, n.Graph, of); err != nil {
			return v, err
		}
		v.value = make([]float64, n.Len())
		for x := range v.roles {
			v.value[x] = v.roles[x].Sum()
		}
	}
	return v, err
}

// tooLong says what to do about a measure that needs too much time.
func tooLong(err error, n *projected, instead string) error {
	var long *centrality.TooLongError
	if !errors.As(err, &long) {
		return err
	}
	return fmt.Errorf("of %d actors with %d ties %w: %s ask for a projection to fewer actors", n.Len(), n.Ties(), err, instead)
}

// rounded is a value without what may be due to rounding.
func rounded(by CentralityMeasure, v float64) float64 {
	if by == Eigenvector || by == PageRank {
		return math.Round(v*1e12) / 1e12 // their errors do not shrink with the values
	}
	out, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 11, 64), 64)
	return out
}

// groupsOf are the groups of all actors, by number in their roll.
func (a *Analyst) groupsOf(ctx context.Context, r store.Reader, s *snapshot, g Groups, when store.Period) ([][]uint32, error) {
	actors, err := s.roll(ctx, r, a.actors)
	if err != nil {
		return nil, err
	}
	out := make([][]uint32, len(actors.ids))
	switch {
	case g.MembersOf != nil:
		nodes, err := a.ofKinds(ctx, r, g.MembersOf, a.groups, "groups: membersOf")
		if err != nil {
			return nil, err
		}
		l, err := s.memberships(ctx, r, a)
		if err != nil {
			return nil, err
		}
		for group, n := range nodes {
			y, found := l.to.number(n.ID)
			if !found {
				return nil, errChanged
			}
			for _, k := range l.backRow(uint32(y)) {
				if l.holds(k, when) {
					belong(out, l.start[k], uint32(group))
				}
			}
		}
	case g.Actors != nil:
		for group, ids := range g.Actors {
			nodes, err := a.ofKinds(ctx, r, ids, a.actors, "groups: actors")
			if err != nil {
				return nil, err
			}
			for _, n := range nodes {
				x, found := actors.number(n.ID)
				if !found {
					return nil, errChanged
				}
				belong(out, uint32(x), uint32(group))
			}
		}
	default:
		f := &facts{ctx: ctx, r: r, q: BreakdownQuery{Of: OfActors, When: when}, from: perActor, ends: [2]ends{{roll: actors}}, whole: s, plain: true}
		c, err := a.column(f, g.By)
		if err != nil {
			return nil, err
		}
		for x := range out {
			for _, key := range c.list[c.from[x+1]:c.until[x+1]] {
				if key != 0 {
					belong(out, uint32(x), key)
				}
			}
		}
	}
	return out, nil
}

// ofKinds are the nodes of some ids of the right kinds, each once.
func (a *Analyst) ofKinds(ctx context.Context, r store.Reader, ids, kinds []string, want string) ([]*store.Node, error) {
	slots, nodes, err := lookUp(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	once, err := check(ids, slots, nodes, kinds, want)
	if err != nil {
		return nil, err
	}
	return r.At(ctx, once)
}

// belong puts an actor into a group, if it is not in it.
func belong(groups [][]uint32, x, group uint32) {
	if !slices.Contains(groups[x], group) {
		groups[x] = append(groups[x], group)
	}
}

// Len is how many rows there are.
func (k *Rankings) Len() int {
	if k.told != nil {
		return len(k.told)
	}
	return len(k.actor)
}

// At is the i-th row.
func (k *Rankings) At(i int) Rank {
	i, year := k.row(i)
	out := Rank{ID: k.ids[k.actor[i]], Value: k.value[i], Rank: int(k.rank[i]), Year: year.year, Size: year.size}
	if k.errors != nil {
		out.Error = &k.errors[i]
	}
	if k.roles != nil {
		out.Roles = &k.roles[i]
	}
	return out
}

// row is the i-th that is told.
func (k *Rankings) row(i int) (int, rankedYear) {
	if k.told != nil {
		i = int(k.told[i])
	}
	at, found := slices.BinarySearchFunc(k.years, i, func(y rankedYear, i int) int { return cmp.Compare(y.begin, i) })
	if !found {
		at--
	}
	return i, k.years[at]
}

// Key is the place of the i-th row in the order.
func (k *Rankings) Key(i int) []store.Value {
	i, year := k.row(i)
	return []store.Value{int64(year.year), k.value[i], k.ids[k.actor[i]]}
}

// Desc says which values of Key descend.
func (k *Rankings) Desc() []bool { return []bool{false, k.by != Constraint} }
