package analysis

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"

	"clustergraph/internal/store"
)

// These bound what paths can be asked for.
const (
	MaxPaths      = 100
	MaxPathLength = 12
)

// PathQuery says which paths are wanted.
type PathQuery struct {
	From, To string
	// Via are types of edges: only these are gone over, and through nodes of any kind. Nil: all
	// but ABOUT and POSSIBLY_SAME_AS, and not through places, topics, programmes and sources.
	Via []string
	// Avoid are nodes that are not passed through, and MaxDegree is how many others those may
	// be tied to that are (nil: any number); the ends apart.
	Avoid     []string
	MaxDegree *int
	Weight    PathWeight
	MaxLength int // in steps, from 1 to MaxPathLength
	First     int // how many, from 0 to MaxPaths
	// When is valid time: only edges that hold in it count.
	When store.Period
}

// PathWeight is what makes a path long.
type PathWeight uint8

const (
	// Hops is the number of steps.
	Hops PathWeight = iota
	// Strength is what the nodes in between cost: each costs one less than the number of others
	// it is tied to by edges that count. So a project of n partners costs n-1, as in Newman
	// (Scientific collaboration networks II, Phys. Rev. E 64, 2001), and so does each node that
	// ties many, as in Croes et al. (Inferring meaningful pathways in weighted metabolic
	// networks, J. Mol. Biol. 356, 2006).
	Strength
)

// Path is a way from one node to another that comes to no node twice.
type Path struct {
	// Nodes are those on the path, with both its ends.
	Nodes []store.Slot
	// Cost is by the weight asked for; of Hops it is the number of steps.
	Cost int

	edges func() ([]*store.Edge, error)
}

// Edges are all edges that count between a node and the next, step by step, and in the order of
// their ids within a step. Cost: with the edges of all paths, if the store found these; else they
// are known.
func (p *Path) Edges() ([]*store.Edge, error) { return p.edges() }

// Paths are the shortest paths from one node to another, over edges either way: in the order of
// their costs, then their lengths, then the ids of their nodes, one after the other. A path is
// a sequence of nodes: edges side by side do not make several.
//
// An id nobody has is an ErrNotFound; both ends the same, or a bound out of its range, an
// ErrInvalid; more than MaxTouched edges that are looked at step by step an ErrTooMuch.
//
// Of Hops, nodes are looked at from both ends, level by level, from that end where there are
// fewer, only as far as the longest path that is told (Pohl, Bi-directional search, 1971); of
// Strength, as far as MaxLength. Cost: with the edges of these nodes. The paths are then found
// one by one, each as the best of a set that the ones before it divide: those that begin with
// the same nodes and go on otherwise (Yen, Finding the k shortest loopless paths in a network,
// 1971; Lawler, 1972), lazily: a set that has no path of some cost is put off until its next.
//
// A [store.Pathfinder] is asked for the shortest paths by Hops first, if there is no MaxDegree. They
// are the answer if they are as many as are wanted, or as long as they may be.
func (a *Analyst) Paths(ctx context.Context, r store.Reader, q PathQuery) ([]*Path, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	if f, finds := r.(store.Pathfinder); finds {
		if found, known, err := a.shortest(ctx, f, q); known || err != nil {
			return found, err
		}
	}
	p, err := a.newPaths(ctx, r, q)
	if err != nil {
		return nil, err
	}
	defer p.free()
	return p.find()
}

func (q *PathQuery) check() error {
	switch {
	case q.MaxLength < 1 || q.MaxLength > MaxPathLength:
		return fmt.Errorf("%w: maxLength: %d is not between 1 and %d", store.ErrInvalid, q.MaxLength, MaxPathLength)
	case q.First < 0 || q.First > MaxPaths:
		return fmt.Errorf("%w: first: %d is not between 0 and %d", store.ErrInvalid, q.First, MaxPaths)
	case q.MaxDegree != nil && *q.MaxDegree < 0:
		return fmt.Errorf("%w: maxDegree: %d is less than 0", store.ErrInvalid, *q.MaxDegree)
	}
	return nil
}

// paths is a search for paths. Nodes have numbers in the order in which they are met.
type paths struct {
	walk
	PathQuery
	*scratch
	from, to uint32
	counted  bool // whether it matters to how many a node is tied

	loads []load
	// From each end: how far the nodes were looked at, those at that distance, and their kinds.
	depth    [2]int
	frontier [2][]uint32
	of       [2]kinds
	direct   []*store.Edge // between the ends, if neither may be gone through
	met      []uint32      // reached from both ends since met was last looked at
	known    int           // all paths with so many steps are among the edges looked at
	extended []uint32
	around   map[uint32]*around
	between  map[[2]uint32][]*store.Edge // by two nodes that are next to each other on a path
	least    [][]toll                    // of Strength: by steps left, by node: what is to come at least
}

// scratch is what grows with the nodes and edges that are looked at; it is used again.
type scratch struct {
	table *table
	nodes []passed // by number
	back  []backLink
	ids   []string // by number, those that were needed
	named []uint32 // those that were
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

func newScratch() *scratch {
	s := scratches.Get().(*scratch)
	s.table = newTable(1024)
	return s
}

func (s *scratch) free() {
	s.table.free()
	for _, x := range s.named {
		s.ids[x] = ""
	}
	s.table, s.nodes, s.back, s.named = nil, s.nodes[:0], s.back[:0], s.named[:0]
	scratches.Put(s)
}

// number is that of a node.
func (s *scratch) number(slot store.Slot) uint32 {
	x := s.table.number(slot)
	if int(x) == len(s.nodes) {
		s.nodes = append(s.nodes, passed{dist: [2]uint8{far, far}, left: far})
	}
	return x
}

// passed is what is known of a node.
type passed struct {
	load, row uint32 // where its edges stand: 1 + that of loads; 0: not looked at
	back      uint32 // 1 + the last of its backLinks, until its own edges are looked at
	others    int32  // how many others it is tied to
	dist      [2]uint8
	// left is how many steps it is from the far end, where dist does not tell, for nodes through
	// which a path of known steps may lead.
	left uint8
	shut bool // not to be gone through
	used bool // by the beginning of the path that is being completed
}

const far = math.MaxUint8

// load is the edges of some nodes that were looked at together.
type load struct {
	fans  []store.Fan
	kinds kinds // that these lead to
}

// backLink is an edge from a node whose edges were looked at to one whose were not.
type backLink struct{ from, next uint32 }

// around are the nodes around a node through which paths may lead, in the order of their ids.
type around struct {
	known int // as it was then
	nodes []uint32
}

// The ends.
const (
	begin = iota
	end
)

func (a *Analyst) newPaths(ctx context.Context, r store.Reader, q PathQuery) (*paths, error) {
	asked := append([]string{q.From, q.To}, q.Avoid...)
	slots, nodes, err := lookUp(ctx, r, asked)
	if err != nil {
		return nil, err
	}
	for i, s := range slots {
		if s == 0 {
			return nil, fmt.Errorf("%w: there is no node %q", store.ErrNotFound, asked[i])
		}
	}
	switch {
	case slots[0] == slots[1]:
		return nil, fmt.Errorf("%w: from and to are the same node, %q: ask for two different ones, or for its neighbourhood", store.ErrInvalid, nodes[0].ID)
	case slices.Contains(slots[2:], slots[0]) || slices.Contains(slots[2:], slots[1]):
		return nil, fmt.Errorf("%w: avoid: paths cannot avoid the nodes they begin and end with", store.ErrInvalid)
	}
	p := &paths{
		walk:      walk{ways: a.ways.via(q.Via), ctx: ctx, r: r, when: q.When},
		PathQuery: q, scratch: newScratch(), counted: q.Weight == Strength || q.MaxDegree != nil,
		around: map[uint32]*around{}, between: map[[2]uint32][]*store.Edge{},
	}
	p.from, p.to = p.number(slots[0]), p.number(slots[1])
	p.nodes[p.from].dist[begin], p.nodes[p.to].dist[end] = 0, 0
	p.frontier = [2][]uint32{{p.from}, {p.to}}
	for _, s := range slots[2:] {
		p.nodes[p.number(s)].shut = true
	}
	p.of = [2]kinds{p.set([]string{nodes[0].Kind}), p.set([]string{nodes[1].Kind})}
	if err := p.look([]uint32{p.from, p.to}, p.of[begin]|p.of[end]); err != nil {
		p.free()
		return nil, err
	}
	if (p.of[begin]|p.of[end])&p.through == 0 {
		fans, _, err := p.step([]store.Slot{slots[1]}, p.of[end], p.of[begin])
		if err != nil {
			p.free()
			return nil, err
		}
		for _, fan := range fans {
			for k, s := range fan.To {
				if s == slots[0] {
					p.direct = append(p.direct, fan.Edge[k])
				}
			}
		}
	}
	return p, nil
}

// look looks at the edges of some nodes of some kinds, of each once.
func (p *paths) look(at []uint32, of kinds) error {
	slots := make([]store.Slot, 0, len(at))
	first := len(p.loads)
	for _, x := range at {
		if n := &p.nodes[x]; n.load == 0 {
			n.load, n.row = uint32(first)+1, uint32(len(slots))
			slots = append(slots, p.table.met[x])
		}
	}
	fans, there, err := p.step(slots, of, p.through)
	if err != nil {
		return err
	}
	p.loads = append(p.loads, load{fans, there})
	if p.counted {
		for i, x := range at {
			if i%64 == 63 && p.ctx.Err() != nil {
				return p.ctx.Err()
			}
			if int(p.nodes[x].load) == first+1 {
				p.count(x)
			}
		}
	}
	return nil
}

// edges are those of a node that was looked at, and where they lead.
func (p *paths) edges(x uint32) iter.Seq2[store.Slot, *store.Edge] {
	n := p.nodes[x]
	return func(yield func(store.Slot, *store.Edge) bool) {
		for _, fan := range p.loads[n.load-1].fans {
			for k := fan.Off[n.row]; k < fan.Off[n.row+1]; k++ {
				if !yield(fan.To[k], fan.Edge[k]) {
					return
				}
			}
		}
	}
}

// count counts the others a node is tied to, and shuts it if they are too many.
func (p *paths) count(x uint32) {
	var others []uint32
	for s := range p.edges(x) {
		if y := p.number(s); y != x {
			others = append(others, y)
		}
	}
	slices.Sort(others)
	n := &p.nodes[x]
	n.others = int32(len(slices.Compact(others)))
	if p.MaxDegree != nil && int(n.others) > *p.MaxDegree && x != p.from && x != p.to {
		n.shut = true
	}
}

// widen looks at the nodes one step further from an end.
func (p *paths) widen(from int) error {
	frontier := p.frontier[from]
	if err := p.look(frontier, p.of[from]); err != nil {
		return err
	}
	p.depth[from]++
	var next []uint32
	p.of[from] = 0
	for i, x := range frontier {
		if i%64 == 63 && p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if p.nodes[x].shut {
			continue
		}
		p.of[from] |= p.loads[p.nodes[x].load-1].kinds
		for s := range p.edges(x) {
			y := p.number(s)
			n := &p.nodes[y]
			if n.load == 0 {
				p.back = append(p.back, backLink{x, n.back})
				n.back = uint32(len(p.back))
			}
			if n.dist[from] != far || n.shut {
				continue
			}
			n.dist[from] = uint8(p.depth[from])
			if y == p.from || y == p.to {
				continue // paths lead no further
			}
			next = append(next, y)
			if n.dist[1-from] != far {
				p.met = append(p.met, y)
			}
		}
	}
	p.frontier[from] = next
	if from == end && p.direct != nil {
		p.nodes[p.from].dist[end] = 1
	}
	return nil
}

// grow makes paths known that have one step more.
func (p *paths) grow() error {
	from := begin
	if len(p.frontier[end]) <= len(p.frontier[begin]) {
		from = end
	}
	if len(p.frontier[from]) == 0 { // everything that one end leads to is known
		p.known = p.MaxLength
	} else {
		if err := p.widen(from); err != nil {
			return err
		}
		p.known++
	}
	return p.measure()
}

// measure finds, for nodes that were reached from the beginning alone, how far they are from the
// end, as far as paths of known steps may lead through them.
func (p *paths) measure() error {
	if p.counted {
		if err := p.look(p.met, p.of[begin]|p.of[end]); err != nil {
			return err
		}
	}
	p.met = p.met[:0]
	for _, x := range p.extended {
		p.nodes[x].left = far
	}
	p.extended = p.extended[:0]
	var here []uint32
	for _, x := range p.frontier[end] {
		if n := p.nodes[x]; n.dist[begin] != far && !n.shut {
			here = append(here, x)
		}
	}
	for left := p.depth[end] + 1; left < p.known && len(here) > 0; left++ {
		start := len(p.extended)
		reach := func(y uint32) {
			n := &p.nodes[y]
			if y != p.from && n.dist[begin] != far && n.dist[end] == far && n.left == far && !n.shut && int(n.dist[begin])+left <= p.known {
				n.left = uint8(left)
				p.extended = append(p.extended, y)
			}
		}
		for i, x := range here {
			if i%64 == 63 && p.ctx.Err() != nil {
				return p.ctx.Err()
			}
			p.each(x, reach)
		}
		here = slices.Clone(p.extended[start:])
	}
	return p.ctx.Err()
}

// each calls with all nodes that are known to be next to a node, maybe repeatedly.
func (p *paths) each(x uint32, yield func(uint32)) {
	if n := p.nodes[x]; n.load != 0 {
		for s := range p.edges(x) {
			yield(p.number(s))
		}
		return
	}
	for at := p.nodes[x].back; at != 0; at = p.back[at-1].next {
		yield(p.back[at-1].from)
	}
}

// left is how many steps a node is from the end, at least.
func (p *paths) left(x uint32) int {
	n := &p.nodes[x]
	return int(min(n.dist[end], n.left))
}

// next are the nodes that may come after one on a path.
func (p *paths) next(x uint32) []uint32 {
	a := p.around[x]
	if a == nil {
		a = &around{known: -1}
		p.around[x] = a
	}
	if a.known == p.known {
		return a.nodes
	}
	a.known, a.nodes = p.known, a.nodes[:0]
	most := p.known - 1 // steps that may be left after this one
	if at := p.nodes[x].dist[begin]; at != far {
		most -= int(at)
	} else {
		most -= p.depth[begin] + 1
	}
	if p.nodes[x].dist[end] == 1 {
		a.nodes = append(a.nodes, p.to) // which may be of a kind that is not gone through
	}
	p.each(x, func(y uint32) {
		if n := &p.nodes[y]; y != x && y != p.from && !n.shut && int(min(n.dist[end], n.left)) <= most {
			a.nodes = append(a.nodes, y)
		}
	})
	slices.Sort(a.nodes)
	a.nodes = slices.Compact(a.nodes)
	p.name(a.nodes)
	slices.SortFunc(a.nodes, func(x, y uint32) int { return strings.Compare(p.ids[x], p.ids[y]) })
	return a.nodes
}

// name looks up the ids of nodes.
func (p *paths) name(of []uint32) {
	if n := len(p.nodes); len(p.ids) < n {
		p.ids = append(p.ids, make([]string, n-len(p.ids))...)
	}
	first := len(p.named)
	var slots []store.Slot
	for _, x := range of {
		if p.ids[x] == "" {
			p.named, slots = append(p.named, x), append(slots, p.table.met[x])
		}
	}
	for i, id := range p.r.IDs(slots) {
		p.ids[p.named[first+i]] = id
	}
}

// tell is a path as it is told.
func (p *paths) tell(c *candidate) *Path {
	steps := len(c.nodes) - 1
	out := &Path{Nodes: make([]store.Slot, 0, steps+1), Cost: steps}
	all := make([]*store.Edge, 0, steps)
	if p.Weight == Strength {
		out.Cost = int(c.toll.cost)
	}
	for i, x := range c.nodes {
		out.Nodes = append(out.Nodes, p.table.met[x])
		if i > 0 {
			step := [2]uint32{c.nodes[i-1], x}
			edges, known := p.between[step]
			if !known {
				edges = p.joining(step[0], step[1])
				p.between[step] = edges
			}
			all = append(all, edges...)
		}
	}
	out.edges = func() ([]*store.Edge, error) { return all, nil }
	return out
}

// joining are the edges between two nodes that are next to each other on a path. One of them
// was looked at. An end that may not be gone through is told by its own edges alone.
func (p *paths) joining(x, y uint32) (out []*store.Edge) {
	ends := [2]uint32{x, y}
	if cmp.Or(-cmp.Compare(p.isEnd(x), p.isEnd(y)), cmp.Compare(p.degree(x), p.degree(y))) > 0 {
		ends = [2]uint32{y, x}
	}
	for i, x := range ends {
		if p.nodes[x].load == 0 {
			continue
		}
		other := p.table.met[ends[1-i]]
		for s, e := range p.edges(x) {
			if s == other {
				out = append(out, e)
			}
		}
		if out != nil {
			slices.SortFunc(out, func(a, b *store.Edge) int { return a.Compare(b.EdgeID) })
			return out
		}
	}
	return p.direct
}

// degree is the number of edges of a node that was looked at.
func (p *paths) degree(x uint32) (out uint32) {
	n := p.nodes[x]
	if n.load == 0 {
		return 0
	}
	for _, fan := range p.loads[n.load-1].fans {
		out += fan.Off[n.row+1] - fan.Off[n.row]
	}
	return out
}

func (p *paths) isEnd(x uint32) int {
	if x == p.from || x == p.to {
		return 1
	}
	return 0
}

// toll is what paths are ordered by before the ids of their nodes. Of Hops the cost is 0.
type toll struct{ cost, hops int32 }

func (s toll) compare(t toll) int {
	return cmp.Or(cmp.Compare(s.cost, t.cost), cmp.Compare(s.hops, t.hops))
}

func (s toll) plus(t toll) toll { return toll{s.cost + t.cost, s.hops + t.hops} }

var never = toll{math.MaxInt32, 0}

// pay is what it costs to come to a node in order to go on.
func (p *paths) pay(x uint32) toll {
	if p.Weight == Strength {
		return toll{max(0, p.nodes[x].others-1), 1}
	}
	return toll{0, 1}
}

// atLeast is what it costs at least to go from a node to the end in so many steps or fewer;
// never if that cannot be done.
func (p *paths) atLeast(x uint32, steps int) toll {
	if p.Weight == Strength {
		return p.least[steps][x]
	}
	if left := p.left(x); left <= steps {
		return toll{0, int32(left)}
	}
	return never
}

// foresee works out atLeast for Strength, once all paths are known, by steps.
func (p *paths) foresee() error {
	var all []uint32
	for x := range uint32(len(p.nodes)) {
		if n := &p.nodes[x]; x != p.from && x != p.to && !n.shut && p.left(x) < p.known {
			all = append(all, x)
		}
	}
	p.least = make([][]toll, p.known)
	for steps := range p.least {
		p.least[steps] = slices.Repeat([]toll{never}, len(p.nodes))
		if steps == 0 {
			continue
		}
		before := p.least[steps-1]
		for i, x := range all {
			if i%64 == 63 && p.ctx.Err() != nil {
				return p.ctx.Err()
			}
			best := before[x]
			for _, y := range p.next(x) {
				switch {
				case y == p.to:
					best = toll{0, 1}
				case before[y] != never:
					if s := p.pay(y).plus(before[y]); s.compare(best) < 0 {
						best = s
					}
				}
			}
			p.least[steps][x] = best
		}
	}
	return nil
}

// branch is the paths that begin with some nodes and do not go on with others.
type branch struct {
	stem []uint32
	cost toll
	not  []uint32
}

// candidate is a path, or a branch that has none below a toll.
type candidate struct {
	toll   toll
	branch *branch
	nodes  []uint32
}

// candidates is a heap: branches before the paths of equal tolls.
type candidates struct {
	all []*candidate
	of  *paths
}

func (c *candidates) Len() int      { return len(c.all) }
func (c *candidates) Swap(i, j int) { c.all[i], c.all[j] = c.all[j], c.all[i] }
func (c *candidates) Push(x any)    { c.all = append(c.all, x.(*candidate)) }
func (c *candidates) Pop() any {
	last := c.all[len(c.all)-1]
	c.all = c.all[:len(c.all)-1]
	return last
}

// Less tells whether a candidate comes before another.
func (c *candidates) Less(i, j int) bool {
	x, y := c.all[i], c.all[j]
	if by := x.toll.compare(y.toll); by != 0 {
		return by < 0
	}
	if x.nodes == nil || y.nodes == nil {
		return x.nodes == nil && y.nodes != nil
	}
	return slices.CompareFunc(x.nodes, y.nodes, func(a, b uint32) int { return strings.Compare(c.of.ids[a], c.of.ids[b]) }) < 0
}

// find finds the paths.
func (p *paths) find() ([]*Path, error) {
	if p.Weight == Strength {
		for p.known < p.MaxLength {
			if err := p.grow(); err != nil {
				return nil, err
			}
		}
		if err := p.foresee(); err != nil {
			return nil, err
		}
	}
	out := []*Path{}
	queue := &candidates{of: p}
	heap.Push(queue, &candidate{toll: toll{0, 1}, branch: &branch{stem: []uint32{p.from}}})
	for queue.Len() > 0 && len(out) < p.First {
		c := heap.Pop(queue).(*candidate)
		if c.nodes != nil {
			out = append(out, p.tell(c))
			p.divide(queue, c)
			continue
		}
		for p.known < int(c.toll.hops) {
			if err := p.grow(); err != nil {
				return nil, err
			}
		}
		nodes, next, err := p.complete(c.branch, c.toll)
		switch {
		case err != nil:
			return nil, err
		case nodes != nil:
			c.nodes = nodes
			heap.Push(queue, c)
		case int(next.hops) <= p.MaxLength && next != never:
			c.toll = next
			heap.Push(queue, c)
		}
	}
	return out, nil
}

// divide puts what is left of a branch without its best path into the queue.
func (p *paths) divide(queue *candidates, c *candidate) {
	stem := c.branch.stem
	cost, not := c.branch.cost, c.branch.not
	for i := len(stem) - 1; i < len(c.nodes)-1; i++ {
		if i >= len(stem) {
			cost, not = cost.plus(p.pay(c.nodes[i])), nil
		}
		heap.Push(queue, &candidate{toll: c.toll, branch: &branch{c.nodes[:i+1], cost, append(slices.Clip(not), c.nodes[i+1])}})
	}
}

// complete is the first path of a branch with a toll below which the branch has none; if there is
// none, the least toll that it could have.
func (p *paths) complete(b *branch, want toll) ([]uint32, toll, error) {
	c := completion{p: p, branch: b, want: want, next: never, nodes: append(make([]uint32, 0, int(want.hops)+1), b.stem...)}
	if p.known < p.MaxLength { // there may be longer ones
		c.next = toll{0, int32(p.known) + 1}
	}
	for _, x := range b.stem {
		p.nodes[x].used = true
	}
	found := c.from(b.stem[len(b.stem)-1], b.cost)
	for _, x := range b.stem {
		p.nodes[x].used = false
	}
	if !found {
		return nil, c.next, c.err
	}
	return c.nodes, never, nil
}

// completion looks for the end of a path. As the branch has no path with a lesser toll, what it
// finds does not come to a node twice: without the way in between it would be less.
type completion struct {
	p      *paths
	branch *branch
	want   toll
	next   toll // the least that is more than want and was met
	failed map[reached]bool
	nodes  []uint32
	work   int
	err    error
}

// reached is a node, and what was paid to come to it.
type reached struct {
	node uint32
	toll
}

func (c *completion) from(x uint32, paid toll) bool {
	p := c.p
	for _, y := range p.next(x) {
		if c.work++; c.work%4096 == 0 && c.err == nil {
			c.err = p.ctx.Err()
		}
		if c.err != nil {
			return false
		}
		if p.nodes[y].used || len(c.nodes) == len(c.branch.stem) && slices.Contains(c.branch.not, y) {
			continue
		}
		var to, whole toll
		if y == p.to {
			to = paid.plus(toll{0, 1})
			whole = to
		} else {
			to = paid.plus(p.pay(y))
			rest := p.atLeast(y, max(0, p.known-int(to.hops)))
			if rest == never {
				continue
			}
			whole = to.plus(rest)
		}
		switch by := whole.compare(c.want); {
		case by > 0:
			if whole.compare(c.next) < 0 {
				c.next = whole
			}
			continue
		case y == p.to && by < 0:
			continue // another branch has it
		case y == p.to:
			c.nodes = append(c.nodes, y)
			return true
		case c.failed[reached{y, to}]:
			continue
		}
		c.nodes = append(c.nodes, y)
		if c.from(y, to) {
			return true
		}
		c.nodes = c.nodes[:len(c.nodes)-1]
		if c.failed == nil {
			c.failed = map[reached]bool{}
		}
		c.failed[reached{y, to}] = true
	}
	return false
}
